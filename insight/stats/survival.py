"""Arrays only: what follows from a survival curve: shares at a time, restricted mean, returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .kaplan_meier import SurvivalCurve

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z95 = 1.959963984540054


def survival_at(curve: SurvivalCurve, times: ArrayLike) -> np.ndarray:
    """Return the share without the event after each of `times`."""
    steps = np.concatenate([[1.0], curve.survival])
    return steps[np.searchsorted(curve.time, np.asarray(times, dtype=float), side="right")]


def restricted_mean(curve: SurvivalCurve, *, until: float) -> tuple[float, float]:
    """Return the mean time without the event up to `until`, and its standard error (Irwin 1949)."""
    keep = curve.time <= until
    times = curve.time[keep]
    edges = np.concatenate([[0.0], times, [float(until)]])
    areas = np.diff(edges) * np.concatenate([[1.0], curve.survival[keep]])
    ahead = areas[::-1].cumsum()[::-1][1:]  # the area still to come after each event time
    n, d = curve.n_at_risk[keep], curve.n_events[keep]
    spread = np.divide(d, n * (n - d), out=np.zeros(len(n)), where=n > d)
    return float(areas.sum()), float(np.sqrt((ahead**2 * spread).sum()))


def log_rank(
    durations: ArrayLike, observed: ArrayLike, groups: ArrayLike, *, entry: ArrayLike | None = None
) -> tuple[float, float]:
    """Return Mantel's (1966) chi-squared that groups leave alike, and its p; NaN where no one left."""
    from statsmodels.duration.survfunc import survdiff

    seen, group = np.asarray(observed, dtype=bool), np.asarray(groups)
    if not seen.any() or len(np.unique(group)) < 2:
        return float("nan"), float("nan")
    statistic, p = survdiff(np.asarray(durations, float), seen, group, entry=entry)
    return float(statistic), float(p)


def product_limit(leaving: np.ndarray, events: np.ndarray, *, upto: int) -> np.ndarray:
    """Return the share without the event after the first `upto` times, from (weighted) counts at every time.

    The last axis is time; `leaving` counts everyone whose watch ends then, `events` those who have the event.
    """
    # At risk at a time is everyone whose watch ends then or later: the sum from the right.
    n_at_risk = leaving[..., ::-1].cumsum(axis=-1)[..., ::-1][..., :upto]
    events = events[..., :upto]
    share = np.divide(events, n_at_risk, out=np.zeros(events.shape), where=events > 0)
    return np.prod(1 - np.minimum(share, 1), axis=-1)


def weighted_return(
    durations: np.ndarray, observed: np.ndarray, weights: np.ndarray, *, after: float, until: float
) -> float:
    """Return P(event by `until` | none by `after`) by a weighted product limit.

    NaN where no one was watched as far as `until`.
    """
    ahead = durations > after
    times, codes = np.unique(durations[ahead], return_inverse=True)
    if not len(times) or times[-1] < until:
        return float("nan")
    leaving = np.bincount(codes, weights[ahead], minlength=len(times))
    events = np.bincount(codes, (weights * observed)[ahead], minlength=len(times))
    upto = int(np.searchsorted(times, until, side="right"))
    return float(1 - product_limit(leaving, events, upto=upto))
