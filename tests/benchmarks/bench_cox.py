"""Time the survival kernels beside statsmodels: `python -m tests.benchmarks cox`.

Kaplan-Meier of 10 million rows, and Cox with a covariate that changes over time. statsmodels' PHReg builds
lists of risk sets person by person, so both are compared on the largest size that it can bear
and our time at a million rows stands beside it. scikit-survival takes part where it is installed. Times are
CPU seconds.
"""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable

import numpy as np

from insight.stats.kaplan_meier import kaplan_meier
from insight.stats.survival import cox, risk_sets

BEARABLE = 20_000
ROWS = 1_000_000
DURATIONS = 10_000_000


def timed(work: Callable[[], object], *, repeats: int = 1) -> tuple[float, object]:
    """Return the least of some CPU times in seconds, and the last result."""
    best, found = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        found = work()
        best = min(best, time.process_time() - start)
    return best, found


def spells(n: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw about n start-stop rows of people who come back at a whole minute and are answered within one."""
    draw = np.random.default_rng(seed)
    people = int(n / 1.55)
    answered = np.ceil(draw.exponential(8_000, people)) - 0.5
    leaves = np.minimum(np.ceil(draw.exponential(12_000, people)), 130_000)
    switched = answered < leaves
    start = np.concatenate([np.zeros(people), answered[switched]])
    stop = np.concatenate([np.where(switched, answered, leaves), leaves[switched]])
    event = np.concatenate([~switched & (leaves < 130_000), leaves[switched] < 130_000])
    group = np.repeat([0, 1], [people, switched.sum()])
    return start, stop, event, group


def bench_cox() -> None:
    """Compare on the bearable size, then time a million rows alone."""
    import statsmodels.api as sm

    start, stop, event, group = spells(BEARABLE)
    model = sm.PHReg(
        stop, group[:, None].astype(float), status=event.astype(int), entry=start, ties="breslow"
    )
    theirs, fit = timed(lambda: model.fit(disp=0))
    ours, found = timed(lambda: cox(risk_sets(stop, event, group, entry=start), ties="breslow"), repeats=3)
    print(f"time-varying Cox, {len(stop):,} rows: statsmodels PHReg {theirs:.2f} s, by counts {ours:.4f} s,")
    print(f"  ratio {theirs / ours:.0f}; log hazard ratio {fit.params[0]:.6f} and {found.coef[0]:.6f}")
    start, stop, event, group = spells(ROWS)
    alone, found = timed(lambda: cox(risk_sets(stop, event, group, entry=start)), repeats=3)
    expected = theirs * len(stop) / BEARABLE
    print(f"time-varying Cox, {len(stop):,} rows: by counts {alone:.2f} s (Efron); at the same cost a row")
    print(f"  statsmodels would take {expected:.0f} s or more, ratio {expected / alone:.0f}")


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
    bench_cox()
    bench_kaplan_meier()
