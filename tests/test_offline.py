"""Nothing goes online: no socket is opened, and nothing about the user is kept outside the outputs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

IMPORTS = """
import contextlib, importlib, re, time
from importlib.metadata import packages_distributions, requires

import insight

def canonical(name):
    return re.sub("[-_.]+", "-", name).lower()

lines = [line for line in requires("consumer-insight") if "extra ==" not in line]
wanted = {canonical(re.match(r"[\\w.-]+", line)[0]) for line in lines}
found = set()
for module, packages in sorted(packages_distributions().items()):
    for package in packages:
        if canonical(package) in wanted:
            with contextlib.suppress(ModuleNotFoundError):  # a part for which another package is needed
                # one of a shared name space is called like its module
                importlib.import_module(package if package.startswith(f"{module}.") else module)
                found.add(canonical(package))
time.sleep(10)
print(sorted(wanted - found))
"""
REPORT = """
import time
import insight as ins

archive = ins.read_archive("posts.csv", brands={"Acme": ["@acme"]})
ins.text.encode(archive.mentions["text"])
page = ins.build_report(archive)
page.save("out/report.html")
page.export("out/exported")
time.sleep(10)  # a sender of telemetry waits some seconds before its first attempt
"""
LEAKS = {
    "from Python": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "from native code": "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
    "from a thread": "import ctypes, threading\n"
    "thread = threading.Thread(target=lambda: ctypes.CDLL(None).socket(10, 2, 0))\n"
    "thread.start(); thread.join()",
}
SAID = ("the kettle leaks all over the kitchen", "the app drops my wifi every morning", "love the new colour")


@pytest.fixture
def sealed(root, tmp_path):
    """Run a script in a process that may open no socket, with a home of its own; return how it ended."""
    if sys.platform != "linux":
        pytest.skip("sockets are watched by the Linux kernel")
    home = tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    environment = kept | {"HOME": str(home), "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}

    def run(code):
        script = tmp_path / "script.py"
        script.write_text(code)
        command = [sys.executable, str(root / "tests" / "sealed.py"), str(script)]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        written = sorted(str(file.relative_to(home)) for file in home.rglob("*") if file.is_file())
        return done, written

    return run


@pytest.mark.parametrize("code", LEAKS.values(), ids=LEAKS)
def test_a_sealed_process_dies_of_a_socket(sealed, code):
    done, _ = sealed(code)
    assert done.returncode == -signal.SIGSYS
    assert "script.py" in done.stderr


def test_import_encoding_and_report_open_no_socket_and_keep_nothing_but_the_key(sealed, tmp_path):
    rows = [
        f"{n},person{n % 40},2024-03-{1 + n % 28:02d} {n % 24:02d}:00Z,@acme {SAID[n % 3]} again {n}"
        for n in range(120)
    ]
    (tmp_path / "posts.csv").write_text("\n".join(["id,author,created_at,text", *rows]))
    done, written = sealed(REPORT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").exists()
    assert written == [".local/share/insight/pseudonym.key"]


def test_no_dependency_opens_a_socket_when_it_is_imported(sealed):
    done, written = sealed(IMPORTS)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, written) == ("[]\n", [])


def test_duckdb_fetches_no_extension(thread):
    from insight.archives.workplace import database
    from insight.timeline.engine.source import open_mentions

    setting = "SELECT current_setting('autoinstall_known_extensions')"
    with database() as db:
        assert db.execute(setting).fetchone() == (False,)
    source = open_mentions(thread, columns=["author_id"])
    assert source.backend.con.execute(setting).fetchone() == (False,)
