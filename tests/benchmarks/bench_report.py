"""The whole run, files to page, at 1k, 10k and 100k messages: `python -m tests.benchmarks report`.

Archives of the invented brand (kept in .bench/report), read, measured and saved in a process of its own;
then the page is opened in Chromium, the network off. CPU seconds count, which other work on the machine
stretches least, those of other processes included; memory is that of the first process and, behind
a plus, of the largest of the others. INSIGHT_BENCH_SIZES=1000,10000 measures the sizes named;
INSIGHT_BENCH_PROFILE=1 lists where a run spends its time.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

KEPT = Path(__file__).parents[2] / ".bench" / "report"
PEOPLE = {1_000: 225, 10_000: 2_230, 100_000: 22_300}
BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}
VISITS = 5
LARGEST_PAINT = """new Promise((done) => new PerformanceObserver((seen) => done([
    seen.getEntries().at(-1).startTime, performance.getEntriesByType("navigation")[0].domComplete,
])).observe({ type: "largest-contentful-paint", buffered: true }))"""


def archive(size: int) -> Path:
    """The folder of an archive of about `size` messages; written once."""
    from tests.simulate import simulate_archive

    folder = KEPT / f"{size}"
    if not folder.exists():
        part = folder.with_name(f"{size}.part")
        simulate_archive(part, n_people=PEOPLE.get(size, max(30, size * 223 // 1000)))
        part.rename(folder)
    return folder


def run(size: int) -> dict[str, float]:
    """Read, measure and save; CPU and wall seconds from the first import on, by step."""
    spent = [(time.process_time(), time.perf_counter())]
    from joblib.externals.loky import get_reusable_executor

    import insight as ins

    def mark() -> None:
        others = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = time.process_time() + others.ru_utime + others.ru_stime
        spent.append((busy, time.perf_counter()))

    read = ins.read_archive(KEPT / f"{size}", brands=BRANDS, key=KEPT / "key.txt")
    mark()
    report = ins.build_report(read)
    get_reusable_executor().shutdown()  # only processes that have ended are counted
    mark()
    page = report.save(KEPT / f"{size}.html")
    mark()
    memory = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1e6
    steps = [after[0] - before[0] for before, after in itertools.pairwise(spent)]
    return {
        "n": len(read.mentions), "read": steps[0], "build": steps[1], "save": steps[2], "cpu": sum(steps),
        "wall": spent[-1][1] - spent[0][1], "memory": memory,
        "beside": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6,
        "mb": page.stat().st_size / 1e6,
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
    sizes = [int(size) for size in os.environ.get("INSIGHT_BENCH_SIZES", "1000,10000,100000").split(",")]
    for size in sizes:
        archive(size)
        command = [sys.executable, "-W", "ignore", __file__, "run", str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        spent = json.loads(done.stdout.splitlines()[-1])
        paint, stand = open_page(KEPT / f"{size}.html")
        print(
            f"{spent['n']:,} messages: {spent['cpu']:.0f} s CPU (read {spent['read']:.1f}, build "
            f"{spent['build']:.1f}, save {spent['save']:.1f}), {spent['wall']:.0f} s wall, "
            f"{spent['memory']:.2f} + {spent['beside']:.2f} GB at the peak; "
            f"page {spent['mb']:.1f} MB, first screen {paint:.0f} ms, takes "
            f"clicks at {stand:.0f} ms",
            flush=True,
        )


def profiled(size: int) -> dict[str, float]:
    """The same under cProfile; the forty costliest calls of the package on stderr."""
    import cProfile
    import pstats

    profile = cProfile.Profile()
    spent = profile.runcall(run, size)
    pstats.Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats("insight/", 60)
    return spent


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        measured = profiled if os.environ.get("INSIGHT_BENCH_PROFILE") == "1" else run
        print(json.dumps(measured(int(sys.argv[2]))))
    else:
        main()
