"""Kaplan-Meier of 10 million rows beside statsmodels: `python -m tests.benchmarks survival`.

scikit-survival takes part where it is installed. Times are CPU seconds.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np

from insight.stats.kaplan_meier import kaplan_meier

DURATIONS = 10_000_000


def timed(work: Callable[[], object], *, repeats: int = 1) -> tuple[float, object]:
    """Return the least of some CPU times in seconds, and the last result."""
    best, found = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return best, found


def bench_kaplan_meier() -> None:
    """Compare on whole days and on continuous times."""
    from statsmodels.duration.survfunc import SurvfuncRight

    draw = np.random.default_rng(0)
    observed = draw.random(DURATIONS) < 0.7
    for name, durations in (
        ("whole days", np.ceil(draw.exponential(200, DURATIONS))),
        ("continuous", draw.exponential(200, DURATIONS)),
    ):
        ours, curve = timed(lambda d=durations: kaplan_meier(d, observed), repeats=3)
        theirs, other = timed(lambda d=durations: SurvfuncRight(d, observed.astype(int)))
        gap = np.abs(np.interp([10, 100, 500], curve.time, curve.survival)
                     - np.interp([10, 100, 500], other.surv_times, other.surv_prob)).max()  # fmt: skip
        print(f"Kaplan-Meier, {DURATIONS:,} rows, {name}: statsmodels {theirs:.2f} s, ours {ours:.2f} s,")
        print(f"  ratio {theirs / ours:.1f}; largest difference {gap:.1e}")
        if importlib.util.find_spec("sksurv"):
            from sksurv.nonparametric import kaplan_meier_estimator

            theirs, _ = timed(lambda d=durations: kaplan_meier_estimator(observed, d))
            print(f"  scikit-survival {theirs:.2f} s, ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    bench_kaplan_meier()
