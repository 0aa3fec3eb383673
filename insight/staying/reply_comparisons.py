"""Newcomers compared by whether they were answered: naive, and at landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from insight.stats.effects import risk_difference

from .newcomers import Newcomers

HOUR = 3600.0
FEWEST = 10
"""Of fewer people on a side a comparison gives the counts alone."""

_NAN = float("nan")


@dataclass(frozen=True)
class Comparison:
    """The answered beside the unanswered; `value` is the difference or ratio that `scale` names."""

    estimate: str
    scale: str
    landmark_hours: float
    n_answered: int
    n_unanswered: int
    share_answered: float = _NAN
    share_unanswered: float = _NAN
    value: float = _NAN
    low: float = _NAN
    high: float = _NAN


def compare(estimate: str, limit: float, answered: np.ndarray, came: np.ndarray) -> Comparison:
    """Compare the shares who came back, without adjustment; `limit` in seconds."""
    (k1, n1), (k0, n0) = ((int(came[arm].sum()), int(arm.sum())) for arm in (answered, ~answered))
    named = estimate, "risk difference", limit / HOUR, n1, n0
    if min(n1, n0) < FEWEST:
        return Comparison(*named)
    return Comparison(*named, k1 / n1, k0 / n0, *risk_difference(k1, n1, k0, n0))


def naive(people: Newcomers, horizon: float) -> list[Comparison]:
    """Compare those ever answered with the others: the biased estimate, shown beside the rest."""
    ever = np.isfinite(people.answered)
    return [
        compare("naive: ever answered, any later message", np.inf, ever, people.back_anywhere <= horizon),
        compare("naive: ever answered, another conversation", np.inf, ever, people.back <= horizon),
    ]


def landmark(people: Newcomers, limit: float, horizon: float) -> Comparison:
    """Among those not back by `limit`, compare the answered by then with the others."""
    waiting = people.only(people.back > limit)
    return compare("landmark", limit, waiting.answered <= limit, waiting.back <= horizon)


def by_side(people: Newcomers, limit: float, horizon: float) -> list[Comparison]:
    """Among those answered and not back by `limit`, compare the brand's answers with others' alone."""
    waiting = people.only((people.back > limit) & (people.answered <= limit))
    brand = waiting.by_brand <= limit
    if not brand.any() or brand.all():
        return []
    return [compare("answered by the brand v by others only", limit, brand, waiting.back <= horizon)]
