"""Run every benchmark, or those named: `python -m tests.benchmarks topics retention`."""

import runpy
import sys
from pathlib import Path

scripts = {
    path.stem.removeprefix("bench_"): path for path in sorted(Path(__file__).parent.glob("bench_*.py"))
}
unknown = set(sys.argv[1:]) - set(scripts)
if unknown:
    sys.exit(f"no benchmark {sorted(unknown)}; there are {sorted(scripts)}")
for name in sys.argv[1:] or scripts:
    print(f"\n=== {name} ===", flush=True)
    runpy.run_path(str(scripts[name]), run_name="__main__")
