"""A run that is killed leaves nothing that names people, and the next run clears up after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.slow

NAMES = ("Zebedee Quillfeather", "zq_handle_77", "zq@private.example", "Quillfeather's secret ticket")
N = 400

KILLS = """
import os, random, signal, sys, time
from pathlib import Path
import duckdb, pandas, pyarrow.parquet, tqdm, py3langid
from insight.archives import read_archive
import insight.archives.large, insight.text.clean, insight.text.language

export, key, number = sys.argv[1], sys.argv[2], int(sys.argv[3])

def child(to):
    # a fork, since most of a new process would go by in imports; nothing has started a thread so far
    pid = os.fork()
    if not pid:
        try:
            read_archive(export, to=to, key=key, brands={"Acme": ["@acme"]})
        finally:
            os._exit(0)
    return pid

Path("whole").mkdir()
began = time.perf_counter()
os.waitpid(child(Path("whole/m.parquet")), 0)
whole = time.perf_counter() - began
chosen = random.Random(number)
for at in range(number):
    folder = Path(f"kill-{at}")
    folder.mkdir()
    pid = child(folder / "m.parquet")
    # every second one while rows lie on disk, however fast the machine is; the others at any moment
    sought, pause = ("*/loose-*", 0.02) if at % 2 else ("*", 0.9 * whole)
    while not list(folder.rglob(sought)) and os.waitpid(pid, os.WNOHANG) == (0, 0):
        time.sleep(0.001)
    time.sleep(chosen.uniform(0, pause))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
"""


@pytest.fixture
def export(write):
    name, handle, mail, secret = NAMES
    at = "2024-03-01 10:00:00Z,en"
    rows = ["id,author,handle,created_at,lang,text,is_public"]
    rows += [
        f'{n},{name} {n % 50},{handle}_{n % 50},{at},"{text}, {mail} via @{handle}",{public}'
        for n in range(N)
        for text, public in [(secret, "false") if n % 3 else ("my kettle leaks", "true")]
    ]
    return write("\n".join(rows) + "\n", "export/posts.csv")


@pytest.fixture
def kill(root, fixtures, export, tmp_path):
    def kill_(number):
        command = [sys.executable, "-c", KILLS, export, fixtures / "pseudonym.txt", str(number)]
        environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return sorted(tmp_path.glob("kill-*"))

    return kill_


def readable(file):
    """Return the bytes of a file and, of a Parquet file that opens without a key, the table as text."""
    try:
        table = pq.read_table(file).to_pandas().to_csv() if file.suffix == ".parquet" else ""
    except (OSError, ValueError):
        table = ""
    return file.read_bytes() + table.encode()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed")
def test_thirty_kills_leave_no_name_and_the_next_run_sweeps(kill, read, export):
    folders = kill(30)
    left = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    parts = [file for file in left if file.name.startswith("loose-")]
    assert len({file.parent for file in parts}) > 5  # the kills did hit
    for file in left:
        found = readable(file)
        assert [name for name in NAMES if name.encode() in found] == [], file.name
    folder = parts[0].parent.parent
    read(export, to=folder / "other.parquet")
    assert list(folder.glob(".*/work.duckdb")) == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks of another kind")
def test_a_run_that_is_alive_and_folders_of_others_are_left_alone(read, export, tmp_path):
    alive, foreign = tmp_path / ".m-1-abcdefgh", tmp_path / ".m-2-abcdefgh"
    for folder in (alive, foreign):
        folder.mkdir()
        (folder / "work.duckdb").write_bytes(b"")
    (foreign / "thesis.txt").write_text("not ours")
    hold = (
        "import fcntl, sys; file = open(sys.argv[1], 'rb+')\n"
        "fcntl.lockf(file, fcntl.LOCK_EX); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, alive / "work.duckdb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        read(export, to=tmp_path / "m.parquet")
        assert alive.is_dir()
        holder.communicate(b"\n")
    read(export, to=tmp_path / "m.parquet")
    assert (alive.is_dir(), foreign.is_dir()) == (False, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_command_clears_up_when_it_is_asked_to_end(root, export, tmp_path, number):
    out = tmp_path / "out"
    out.mkdir()
    code = (
        "import os, signal, sys; from insight.archives import large; from insight.cli import app\n"
        f"signal.signal({int(number)}, signal.SIG_DFL)  # what started the tests may ignore it\n"
        "finish = large.finish_rows\n"
        f"large.finish_rows = lambda *a, **k: os.kill(os.getpid(), {int(number)}) or finish(*a, **k)\n"
        "app()"
    )
    command = [sys.executable, "-c", code, "check", export, "--to", out / "m.parquet"]
    environment = os.environ | {"PYTHONPATH": str(root), "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 128 + number, done.stderr
    assert list(out.iterdir()) == []
