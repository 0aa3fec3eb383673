"""A report whose signals, waits and activity a Spark cluster finds; the first batch ends the worker it is on.

Run by tests/report/test_cluster.py in a process of its own, as a session holds one Spark at a time:
`python tests/report/spark_report.py spark://127.0.0.1:7077 mentions.parquet folder`.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from pathlib import Path

import insight as ins
from insight.signals import batches
from insight.signals.find_signals import find_signals
from insight.timeline.engine import Cluster

AT_ONCE = 150
KEPT = ("signals", "waits", "activity", "cohorts")


def parent(pid: int) -> int:
    """The process that started another."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def deadly(folder: Path):
    """Find signals, but first, once, kill the worker of Spark under which this runs, with its executor."""

    def make(part):
        try:
            (folder / "killed").touch(exist_ok=False)
        except FileExistsError:
            return find_signals(part)
        executor = parent(os.getpid())
        while "CoarseGrainedExecutorBackend" not in Path(f"/proc/{executor}/cmdline").read_text():
            executor = parent(executor)
        worker = parent(executor)
        for pid in (worker, executor):
            os.kill(pid, signal.SIGKILL)
        return find_signals(part)

    return make


if __name__ == "__main__":
    master, mentions, folder = sys.argv[1:]
    batches.AT_ONCE, batches.find_signals = AT_ONCE, deadly(Path(folder))
    archive = ins.read_archive(mentions, key=Path(folder) / "key")
    with Cluster.open(master) as cluster:
        report = ins.build_report(archive, cluster=cluster)
    found = {name: getattr(report.results, name) for name in KEPT}
    (Path(folder) / "found.pickle").write_bytes(pickle.dumps(found))
    report.save(Path(folder) / "page.html")
