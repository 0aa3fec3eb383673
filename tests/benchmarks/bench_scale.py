"""Millions of messages, export to page, stage by stage: `python -m tests.benchmarks scale`.

The invented archive again and again, as Customer Support on Twitter has it, is read to Parquet and reported
on from there, each in a process of its own. Memory is the sum over all processes of a run, looked at ten
times a second; CPU seconds count, which other work on the machine stretches least. A run that takes more
than INSIGHT_BENCH_MEMORY gigabytes (8) is ended. INSIGHT_BENCH_SIZES=100000,1000000 measures the sizes named.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
SIZES = os.environ.get("INSIGHT_BENCH_SIZES", "100000,300000,1000000").split(",")
MOST = float(os.environ.get("INSIGHT_BENCH_MEMORY", "8"))
PAGE, TICKS = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
SHOWN = 20


@dataclass
class Stage:
    """What a stage took: seconds of wall and CPU time, and gigabytes at its peak."""

    wall: float = 0
    cpu: float = 0
    memory: float = 0


@dataclass
class Watch:
    """Looks at a process and all that it started; the stage is the last that it printed."""

    process: subprocess.Popen[str]
    stages: dict[str, Stage] = field(default_factory=dict)
    stage: str = "start"
    spent: dict[int, float] = field(default_factory=dict)

    def run(self) -> dict[str, Stage]:
        """Watch until the process has ended."""
        reader = threading.Thread(target=self._read)
        reader.start()
        while self.process.poll() is None:
            self._look()
            time.sleep(0.1)
        reader.join()
        if self.process.returncode:
            self.stages["FAILED"] = self.stages[self.stage]
        return self.stages

    def _read(self) -> None:
        for line in self.process.stdout or ():
            done, self.stage = self.stages.get(self.stage, Stage()), line.strip()
            if done.cpu > 1:
                print(f"  {done.cpu:.0f} CPU s, {done.memory:.2f} GB; now {self.stage}", file=sys.stderr)

    def _look(self) -> None:
        """Count what was spent since the last look to the stage that is at work."""
        seen = self.stages.setdefault(self.stage, Stage())
        held, used, now = 0, 0.0, time.perf_counter()
        for pid in family(self.process.pid):
            try:
                held += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
                ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            except (OSError, IndexError):
                continue
            seconds = sum(map(int, ticks)) / TICKS
            used += seconds - self.spent.get(pid, 0)
            self.spent[pid] = seconds
        seen.memory = max(seen.memory, held / 1e9)
        seen.cpu += used
        seen.wall += now - getattr(self, "_last", now)
        self._last = now
        if held / 1e9 > MOST:
            self.process.kill()


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    try:
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for each in started:
        yield from family(int(each))


def watch(*arguments: str) -> dict[str, Stage]:
    """Run this file in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, *arguments]
    return Watch(subprocess.Popen(command, stdout=subprocess.PIPE, text=True)).run()


def read(folder: Path, n: str) -> None:
    """Read the export to Parquet."""
    import insight as ins

    print("read", flush=True)
    ins.read_archive(folder / f"{n}.csv", brands=BRANDS, key=folder / "key", to=folder / f"{n}.parquet")


def report(folder: Path, n: str) -> None:
    """Report on the Parquet file; print the name of every measure before it is made."""
    import insight as ins
    from insight.report import plan

    def named(measure: plan.Measure) -> plan.Measure:
        @functools.wraps(measure.run)
        def run(**arguments: object) -> object:
            print(measure.name, flush=True)
            try:
                return measure.run(**arguments)
            finally:
                print("between", flush=True)

        return replace(measure, run=run)

    plan.PLAN = tuple(named(measure) for measure in plan.PLAN)

    def opened() -> ins.archives.Archive:
        print("open", flush=True)
        archive = ins.read_archive(folder / f"{n}.parquet", brands=BRANDS, key=folder / "key")
        print("prepare", flush=True)
        return archive

    found = ins.build_report(opened(), title="Pellwick")  # as the command does: no one else holds the archive
    print("save", flush=True)
    found.save(folder / f"{n}.html")


def main() -> None:
    """Print the stages of each size."""
    from tests.simulate.repeated import write_repeated

    with tempfile.TemporaryDirectory() as name:
        kept = os.environ.get("INSIGHT_BENCH_FOLDER")
        folder = Path(kept or name)
        for n in SIZES:
            if not (folder / f"{n}.csv").exists():
                write_repeated(folder / f"{n}.csv", int(n))
            stages = {} if (folder / f"{n}.parquet").exists() else watch("read", str(folder), n)
            stages |= watch("report", str(folder), n)
            show(int(n), stages)


def show(n: int, stages: dict[str, Stage]) -> None:
    """Print a table of the stages that cost most, and of all of them."""
    whole = Stage(
        sum(stage.wall for stage in stages.values()),
        sum(stage.cpu for stage in stages.values()),
        max(stage.memory for stage in stages.values()),
    )
    print(f"\n| {n:,} messages | CPU s | CPU s a million | wall s | peak GB |\n|---|---|---|---|---|")
    largest = sorted(stages.items(), key=lambda found: -found[1].cpu)[:SHOWN]
    for name, stage in [*largest, ("all", whole)]:
        per = stage.cpu / n * 1e6
        print(f"| {name} | {stage.cpu:.0f} | {per:.0f} | {stage.wall:.0f} | {stage.memory:.2f} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        {"read": read, "report": report}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
    else:
        main()
