"""The whole run, files to page, at 1k, 10k and 100k messages: `python -m tests.benchmarks report`.

Archives of the invented brand (kept in .bench/report), read, measured and saved in a process of its own;
then the page is opened in Chromium, the network off. CPU seconds count, which other work on the machine
stretches least, those of other processes included; memory is that of the first process and, behind
a plus, of the largest of the others. Below each line the ten measures that cost most.
INSIGHT_BENCH_SIZES=1000,10000 measures the sizes named, `sample` the archive of `make demo`.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

KEPT = Path(__file__).parents[2] / ".bench" / "report"
PEOPLE = {1_000: 225, 10_000: 2_230, 100_000: 22_300}
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
VISITS = 5
LARGEST_PAINT = """new Promise((done) => new PerformanceObserver((seen) => done([
    seen.getEntries().at(-1).startTime, performance.getEntriesByType("navigation")[0].domComplete,
])).observe({ type: "largest-contentful-paint", buffered: true }))"""


def archive(size: str) -> Path:
    """The folder of an archive of about `size` messages, written once, or of the sample."""
    if size == "sample":
        return Path(__file__).parents[2] / "data" / "sample"
    from tests.simulate import simulate_archive

    folder = KEPT / size
    if not folder.exists():
        part = folder.with_name(f"{size}.part")
        simulate_archive(part, n_people=PEOPLE.get(int(size), max(30, int(size) * 223 // 1000)))
        part.rename(folder)
    return folder


def busy() -> float:
    """CPU seconds of this process and of those it waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


@contextmanager
def costs() -> Iterator[dict[str, float]]:
    """Count what each measure of the plan costs."""
    from insight.report import plan

    spent, before = dict[str, float](), plan.PLAN

    def timed(measure: plan.Measure) -> plan.Measure:
        @functools.wraps(measure.run)
        def run(**arguments: object) -> object:
            begun = busy()
            try:
                return measure.run(**arguments)
            finally:
                spent[measure.name] = busy() - begun

        return replace(measure, run=run)

    plan.PLAN = tuple(timed(measure) for measure in before)
    yield spent
    plan.PLAN = before


def run(size: str) -> dict[str, object]:
    """Read, measure and save; CPU and wall seconds from the first import on, by step."""
    moments = [(time.process_time(), time.perf_counter())]
    from joblib.externals.loky import get_reusable_executor

    import insight as ins

    def mark() -> None:
        moments.append((busy(), time.perf_counter()))

    read = ins.read_archive(archive(size), brands=BRANDS, key=KEPT / "key.txt")
    mark()
    with costs() as spent:
        report = ins.build_report(read)
    get_reusable_executor().shutdown()  # only processes that have ended are counted
    mark()
    page = report.save(KEPT / f"{size}.html")
    mark()
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1e6
    steps = [after[0] - before[0] for before, after in itertools.pairwise(moments)]
    return {
        "n": len(read.mentions), "read": steps[0], "build": steps[1], "save": steps[2], "cpu": sum(steps),
        "wall": moments[-1][1] - moments[0][1], "memory": memory,
        "beside": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6,
        "mb": page.stat().st_size / 1e6, "measures": spent,
    }  # fmt: skip


def open_page(path: Path) -> tuple[float, float]:
    """Milliseconds until the memo is painted, and until the page takes clicks: medians of visits."""
    from playwright.sync_api import sync_playwright

    paints, stands = [], []
    with sync_playwright() as playwright:
        chromium = os.environ.get("INSIGHT_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(VISITS):
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
            page = context.new_page()
            page.goto(path.as_uri(), wait_until="load")
            page.wait_for_selector(":root[data-ready]", state="attached")
            paint, stand = page.evaluate(LARGEST_PAINT)
            paints.append(paint)
            stands.append(max(paint, stand))
            context.close()
        browser.close()
    return statistics.median(paints), statistics.median(stands)


def main() -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    for size in os.environ.get("INSIGHT_BENCH_SIZES", "1000,10000,100000").split(","):
        archive(size)
        command = [sys.executable, "-W", "ignore", __file__, "run", size]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seen = json.loads(done.stdout.splitlines()[-1])
        paint, stand = open_page(KEPT / f"{size}.html")
        print(
            f"{seen['n']:,} messages: {seen['cpu']:.0f} s CPU (read {seen['read']:.1f}, build "
            f"{seen['build']:.1f}, save {seen['save']:.1f}), {seen['wall']:.0f} s wall, "
            f"{seen['memory']:.2f} + {seen['beside']:.2f} GB at the peak; "
            f"page {seen['mb']:.1f} MB, first screen {paint:.0f} ms, takes "
            f"clicks at {stand:.0f} ms",
            flush=True,
        )
        largest = sorted(seen["measures"].items(), key=lambda cost: -cost[1])[:10]
        print("  " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in largest), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        print(json.dumps(run(sys.argv[2])))
    else:
        main()
