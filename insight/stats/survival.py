"""Arrays only: survival curves put to use, log-rank test, Cox regression, competing events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from .kaplan_meier import SurvivalCurve

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Z95 = 1.959963984540054
_MAX_STEPS = 50


@dataclass(frozen=True)
class CoxFit:
    """Log hazard ratios, standard errors and log partial likelihood; NaN where it has no maximum."""

    coef: np.ndarray
    se: np.ndarray
    log_likelihood: float


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
    seen, group = np.asarray(observed, dtype=bool), np.unique(groups, return_inverse=True)[1]
    if not seen.any() or not group.any():
        return float("nan"), float("nan")
    stop = np.asarray(durations, dtype=float)
    start = np.full(len(stop), -np.inf) if entry is None else np.asarray(entry, dtype=float)
    watched = start < stop
    width = int(group.max()) + 1
    at_risk, events = _count(start[watched], stop[watched], seen[watched], group[watched], width)
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    share = at_risk / n[:, None]
    gap = (events - share * d[:, None]).sum(axis=0)[1:]
    spread = d * (n - d) / np.maximum(n - 1, 1)  # hypergeometric: who leaves is drawn from who is at risk
    variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    statistic = float(gap @ np.linalg.pinv(variance[1:, 1:]) @ gap)
    return statistic, float(chdtrc(len(gap), statistic))


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


def _count(
    start: np.ndarray, stop: np.ndarray, seen: np.ndarray, group: np.ndarray, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count who is at risk and who leaves, one row an event time and one column a group."""
    times = np.unique(stop[seen])
    n_at_risk, n_events = (np.zeros((len(times), width), dtype=np.int64) for _ in range(2))
    for column in range(width):
        mine = group == column
        # At risk are those who entered before the time, less those who stopped before it; both strictly.
        entered = np.searchsorted(np.sort(start[mine]), times, side="left")
        left = np.searchsorted(np.sort(stop[mine]), times, side="left")
        n_at_risk[:, column] = entered - left
        events = np.searchsorted(times, stop[mine & seen])
        n_events[:, column] = np.bincount(events, minlength=len(times))
    return n_at_risk, n_events


def cox_regression(times: ArrayLike, observed: ArrayLike, covariates: ArrayLike) -> CoxFit:
    """Fit Cox's proportional hazards to people with covariates of their own; ties as Efron (1977)."""
    order = np.argsort(-np.asarray(times, dtype=float), kind="stable")
    time, seen = np.asarray(times, dtype=float)[order], np.asarray(observed, dtype=bool)[order]
    x = np.asarray(covariates, dtype=float)[order]
    moments, tie = np.unique(-time[seen], return_inverse=True)
    n_tied = np.bincount(tie)
    place = np.arange(len(tie)) - (np.cumsum(n_tied) - n_tied)[tie]  # of an event among those of its moment
    at_risk = np.searchsorted(-time, moments, side="right")[tie] - 1  # the last row that is still watched
    coef = np.zeros(x.shape[1])
    for _ in range(_MAX_STEPS):
        weight = np.exp(x @ coef)
        parts = np.column_stack([weight, weight[:, None] * x, _squares(weight, x)])
        tied = np.zeros((len(moments), parts.shape[1]))
        np.add.at(tied, tie, parts[seen])
        sums = parts.cumsum(axis=0)[at_risk] - (place / n_tied[tie])[:, None] * tied[tie]
        mean = sums[:, 1 : 1 + len(coef)] / sums[:, :1]
        square = (sums[:, 1 + len(coef) :] / sums[:, :1]).sum(axis=0).reshape(len(coef), -1)
        information = square - mean.T @ mean
        if not np.isfinite(information).all() or np.linalg.matrix_rank(information) < len(coef):
            break
        step = np.linalg.solve(information, (x[seen] - mean).sum(axis=0))
        if np.abs(step).max() < 1e-9 * max(1.0, np.abs(coef).max()):
            value = float((x[seen] @ coef - np.log(sums[:, 0])).sum())
            return CoxFit(coef, np.sqrt(np.diag(np.linalg.inv(information))), value)
        coef = coef + np.clip(step, -2, 2)
    return CoxFit(np.full_like(coef, np.nan), np.full_like(coef, np.nan), float("nan"))


def _squares(weight: np.ndarray, x: np.ndarray) -> np.ndarray:
    return (weight[:, None, None] * x[:, :, None] * x[:, None, :]).reshape(len(x), -1)


def cumulative_incidence(
    durations: ArrayLike, events: ArrayLike, competing: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return times of events, the share with the event by then, its error, and how many were at risk.

    Aalen and Johansen (1978): a competing event ends a watch for good.
    """
    time, ours, other = np.asarray(durations, float), np.asarray(events, bool), np.asarray(competing, bool)
    times, at = np.unique(time, return_inverse=True)
    n_events, n_other = (np.bincount(at[one], minlength=len(times)) for one in (ours, other))
    n = np.bincount(at, minlength=len(times))[::-1].cumsum()[::-1]
    d = n_events + n_other
    left = np.cumprod(1 - d / n)
    before = np.concatenate([[1.0], left[:-1]])
    share = np.cumsum(before * n_events / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        all_leave = d / (n * (n - d))
        own = before**2 * (n - n_events) * n_events / n**3
        both = before * n_events / n**2
    variance = (
        share**2 * np.cumsum(all_leave)
        - 2 * share * np.cumsum(share * all_leave)
        + np.cumsum(share**2 * all_leave)
        + np.cumsum(own)
        - 2 * share * np.cumsum(both)
        + 2 * np.cumsum(share * both)
    )
    keep = n_events > 0
    with np.errstate(invalid="ignore"):
        return times[keep], share[keep], np.sqrt(variance)[keep], n[keep]
