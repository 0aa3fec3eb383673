"""Arrays only: the effect of an exposure on people who differ, and how far a prediction can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, ndtri
from scipy.stats import rankdata

from .intervals import wilson

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_RIDGE = 1e-10
_SPARE = 1e-10
"""A covariate of which less is left, of its variance, once others are known adds nothing of its own."""


@dataclass(frozen=True)
class Effect:
    """A difference in means adjusted for covariates, and the weights behind it.

    `kept` marks the people whose propensity is inside the trim; the estimate speaks of them alone.
    `weights` are the inverse probabilities of the arm each of them is in, 0 for the others.
    """

    estimate: float
    se: float
    low: float
    high: float
    propensity: np.ndarray
    weights: np.ndarray
    kept: np.ndarray


def logistic(covariates: ArrayLike, outcome: ArrayLike, *, ridge: float = _RIDGE) -> np.ndarray:
    """Return coefficients of a logistic regression, intercept first, by Newton's method.

    Covariates are centred and scaled inside; a penalty of `ridge` a row on the scaled slopes keeps
    coefficients finite where the data are separable and does not show elsewhere.
    """
    x, y = np.asarray(covariates, dtype=float), np.asarray(outcome, dtype=float)
    centre, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([np.ones(len(x)), (x - centre) / scale])
    penalty = ridge * len(x) * np.eye(design.shape[1])
    penalty[0, 0] = ridge
    coef = np.zeros(design.shape[1])
    for _ in range(100):
        fitted = expit(design @ coef)
        slope = design.T @ (y - fitted) - penalty @ coef
        curvature = (design * (fitted * (1 - fitted))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, slope)
        coef += step / max(1.0, np.abs(step).max() / 5)
        if np.abs(step).max() < 1e-10:
            break
    slopes = coef[1:] / scale
    return np.concatenate([[coef[0] - centre @ slopes], slopes])


def predict_logistic(coef: np.ndarray, covariates: ArrayLike) -> np.ndarray:
    """Return the probabilities that `logistic`'s coefficients give to rows of covariates."""
    return expit(coef[0] + np.asarray(covariates, dtype=float) @ coef[1:])


def aipw(
    outcome: ArrayLike,
    treated: ArrayLike,
    covariates: ArrayLike,
    *,
    trim: tuple[float, float] = (0.0, 1.0),
    level: float = 0.95,
) -> Effect:
    """Estimate a difference in means by augmented inverse probability weighting (Robins et al. 1994).

    Logistic propensity and one linear outcome model an arm, both fitted among the people kept by `trim`; the
    standard error is that of the influence function. With constant covariates it is the difference in means.
    """
    y, a, x = np.asarray(outcome, float), np.asarray(treated, bool), np.asarray(covariates, float)
    x = independent(x)
    propensity = predict_logistic(logistic(x, a), x)
    kept = (propensity >= trim[0]) & (propensity <= trim[1])
    unknown = float("nan")
    nothing = Effect(unknown, unknown, unknown, unknown, propensity, np.zeros(len(x)), kept)
    if min((a & kept).sum(), (~a & kept).sum()) < 2:
        return nothing
    y, a, x = y[kept], a[kept], independent(x[kept])
    score = predict_logistic(logistic(x, a), x)
    if not ((score > 0) & (score < 1)).all():  # among those kept the arms are separated for certain
        return nothing
    design = np.column_stack([np.ones(len(x)), (x - x.mean(axis=0)) / x.std(axis=0)])
    one, none = (design @ _least_squares(design[arm], y[arm]) for arm in (a, ~a))
    parts = one - none + np.where(a, (y - one) / score, -(y - none) / (1 - score))
    estimate, se = float(parts.mean()), float(np.std(parts, ddof=1) / np.sqrt(len(parts)))
    half = _z(level) * se
    weights = np.zeros(len(kept))
    weights[kept] = np.where(a, 1 / score, 1 / (1 - score))
    return Effect(estimate, se, estimate - half, estimate + half, propensity, weights, kept)


def _least_squares(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Solve the normal equations: exact on scaled columns, and no core spins on a long matrix."""
    return np.linalg.lstsq(design.T @ design, design.T @ outcome, rcond=1e-12)[0]


def independent(x: np.ndarray) -> np.ndarray:
    """Drop columns that add nothing to the intercept and the columns before them, by their correlations."""
    centred = x - x.mean(axis=0)
    length = np.linalg.norm(centred, axis=0)
    varies = np.flatnonzero(length > 1e-9 * np.maximum(1.0, np.linalg.norm(x, axis=0)))
    scaled = centred[:, varies] / length[varies]
    left = scaled.T @ scaled
    keep: list[int] = []
    for at, column in enumerate(varies.tolist()):
        if left[at, at] > _SPARE:
            keep.append(column)
            left -= np.outer(left[:, at], left[at]) / left[at, at]
    return x[:, keep]


def standardised_differences(
    covariates: ArrayLike, treated: ArrayLike, *, weights: ArrayLike | None = None
) -> np.ndarray:
    """Return, a covariate, the difference in means over the unweighted pooled standard deviation.

    Below 0.1 in size is the usual sign of balance (Austin 2009); 0 where a covariate does not vary.
    """
    x, a = np.asarray(covariates, dtype=float), np.asarray(treated, dtype=bool)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    spread = np.sqrt((x[a].var(axis=0) + x[~a].var(axis=0)) / 2)
    gap = np.average(x[a], axis=0, weights=w[a]) - np.average(x[~a], axis=0, weights=w[~a])
    return np.divide(gap, spread, out=np.zeros(x.shape[1]), where=spread > 0)


def risk_difference(k1: int, n1: int, k0: int, n0: int, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return k1/n1 - k0/n0 with Newcombe's (1998) hybrid score interval; NaN where an arm is empty."""
    if not n1 or not n0:
        return (float("nan"),) * 3
    (p1, p0), (low, high) = np.array([k1 / n1, k0 / n0]), wilson([k1, k0], [n1, n0], level=level)
    below, above = np.hypot(p1 - low[0], high[1] - p0), np.hypot(high[0] - p1, p0 - low[1])
    return p1 - p0, float(p1 - p0 - below), float(p1 - p0 + above)


def e_value(risk_ratio: float) -> float:
    """Return how strongly a hidden cause must go with exposure and outcome to explain a risk ratio away.

    VanderWeele and Ding (2017); 1 means that nothing is needed.
    """
    if not np.isfinite(risk_ratio) or risk_ratio <= 0:
        return float("nan")
    ratio = max(risk_ratio, 1 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def detectable_difference(rate: float, n1: int, n0: int, *, power: float = 0.8, level: float = 0.95) -> float:
    """Return the least true difference in a rate that arms of n1 and n0 people would show with `power`."""
    if not n1 or not n0:
        return float("nan")
    z = _z(level) + ndtri(power)
    return float(z * np.sqrt(rate * (1 - rate) * (1 / n1 + 1 / n0)))


def auc(scores: ArrayLike, outcome: ArrayLike, *, level: float = 0.95) -> tuple[float, float, float]:
    """Return the area under the ROC curve with DeLong's (1988) interval; NaN where one outcome is absent."""
    influence, area = _auc_parts(np.asarray(scores, float), np.asarray(outcome, bool))
    return _auc_interval(area, influence, level)


def auc_gain(
    scores: ArrayLike, baseline: ArrayLike, outcome: ArrayLike, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Return how much AUC one score has over another on the same people, with DeLong's paired interval."""
    y = np.asarray(outcome, bool)
    first, area = _auc_parts(np.asarray(scores, float), y)
    second, other = _auc_parts(np.asarray(baseline, float), y)
    return _auc_interval(area - other, first - second, level)


def _auc_parts(scores: np.ndarray, outcome: np.ndarray) -> tuple[np.ndarray, float]:
    """Return each person's influence on the area, and the area."""
    n1, n0 = int(outcome.sum()), int((~outcome).sum())
    if not n1 or not n0:
        return np.full(len(scores), np.nan), float("nan")
    ranks = rankdata(scores)
    beaten = np.empty(len(scores))
    beaten[outcome] = (ranks[outcome] - rankdata(scores[outcome])) / n0
    beaten[~outcome] = 1 - (ranks[~outcome] - rankdata(scores[~outcome])) / n1
    area = float(beaten[outcome].mean())
    centred = beaten - area
    scale = np.where(outcome, 1 / np.sqrt(n1 * max(n1 - 1, 1)), 1 / np.sqrt(n0 * max(n0 - 1, 1)))
    return centred * scale, area


def _auc_interval(value: float, influence: np.ndarray, level: float) -> tuple[float, float, float]:
    half = _z(level) * float(np.sqrt((influence**2).sum()))
    return value, value - half, value + half


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def mantel_haenszel(
    hits: ArrayLike, trials: ArrayLike, other_hits: ArrayLike, other_trials: ArrayLike
) -> tuple[float, float]:
    """Compare two rates within strata: return the excess of hits and the two-sided p.

    One value a stratum. The test of Mantel and Haenszel (1959) with continuity correction.
    """
    a, n, b, m = (np.asarray(column, dtype=float) for column in (hits, trials, other_hits, other_trials))
    total, both = n + m, a + b
    some = total > 1
    a, n, m, total, both = a[some], n[some], m[some], total[some], both[some]
    excess = float((a - n * both / total).sum())
    variance = float((n * m * both * (total - both) / (total**2 * (total - 1))).sum())
    if not variance:
        return excess, 1.0
    return excess, math.erfc(max(0.0, abs(excess) - 0.5) / math.sqrt(2 * variance))
