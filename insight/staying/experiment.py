"""A welcome tried on half of the newcomers: how many it takes, who is in which half."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.effects import people_per_arm, risk_difference
from insight.timeline import engine
from insight.timeline.histories import DAY, histories

from .comparisons import FEWEST
from .newcomers import newcomers

ARMS = ("as usual", "welcome")


@dataclass(frozen=True)
class WelcomeTest:
    """A plan for a fair trial of a welcome.

    `power` has one row a difference (difference, rate_usual, rate_welcomed, n_per_arm, weeks), `past` the
    trial that never was: the archive's newcomers split by the same rule, whose difference (n_usual,
    n_welcome, rate_usual, rate_welcome, difference, low, high) is chance alone, as nobody was treated by it:
    its interval holds 0 for nineteen names of `salt` in twenty, and a caveat says when it does not.
    `salt` is part of the rule; `attrs` holds window, as_of, exclusions, caveats.
    """

    power: pd.DataFrame
    past: pd.DataFrame
    salt: str
    attrs: dict[str, object]

    def arm(self, author_id: str) -> str:
        """Return 'welcome' or 'as usual' for an author: the last bit of SHA-256 of 'salt:author_id'."""
        return _arm(author_id, self.salt)


def plan_welcome_test(
    mentions: pd.DataFrame,
    *,
    horizon: str = "90D",
    differences: Sequence[float] = (0.02, 0.03, 0.05, 0.08, 0.12),
    power: float = 0.8,
    salt: str = "welcome-1",
    burn_in: str | None = None,
    as_of: str | pd.Timestamp | None = None,
) -> WelcomeTest:
    """Plan an experiment that shows whether a welcome brings newcomers back: size, length, assignment.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; it gives the usual rate of return and the newcomers a week.
    horizon : str
        How long after the first message a return, in another conversation, counts.
    differences : sequence of float
        True effects to plan for, as differences of shares (0.05 = five points).
    power : float
        The chance to see such an effect.
    salt : str
        Name of this experiment; a new name deals the halves anew.
    burn_in : str, optional
        Who is first seen this soon after the archive begins may be an old hand and is left out. Default: 90
        days, or a quarter of the archive where that is shorter.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.

    Returns
    -------
    WelcomeTest
        power, past, salt, attrs, and `arm(author_id)`, which says who is to be welcomed.

    Raises
    ------
    InsightError
        If no newcomer was watched for the whole horizon.

    Notes
    -----
    n_per_arm is for two-sided 5 % by normal theory: (z_.975 + z_power)² (p(1-p) + q(1-q)) / (p-q)². `weeks`
    is how long it takes to enrol both arms at the pace of the last 12 weeks; the horizon comes on top. A hash
    assigns each author for good, with no list to keep; run it on the ids that you will see when they write.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> day = pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(range(200), unit="D")
    >>> posts = pd.DataFrame({"mention_id": [f"x:{i}" for i in range(200)], "created_at": day,
    ...                       "author_id": [f"p{i % 60 if i % 2 else i}" for i in range(200)]})
    >>> mentions = as_mentions(posts.assign(time_precision="s"))
    >>> plan = plan_welcome_test(mentions, burn_in="0D", differences=[0.1])
    >>> plan.power[["difference", "rate_usual", "n_per_arm"]].round(2)
       difference  rate_usual  n_per_arm
    0         0.1        0.35        374
    """
    line = histories(mentions, as_of=as_of, reposts=False, fine=True)
    reach = engine.duration(horizon, name="horizon").total_seconds()
    everyone = newcomers(line, burn_in=burn_in)
    followed = everyone.only(everyone.watched >= reach)
    if not len(followed.row):
        raise InsightError(
            f"none of {len(everyone.row)} newcomers was watched for {horizon}; shorten the horizon."
        )
    came = followed.back <= reach
    names = line.mentions["author_id"].iloc[followed.row]
    welcomed = np.array([_arm(name, salt) == ARMS[1] for name in names])
    weekly = _per_week(everyone.watched)
    rows = [_plan(float(came.mean()), difference, power, weekly) for difference in differences]
    caveats = []
    if not 0 < came.mean() < 1:
        caveats.append("Everybody or nobody came back; the plan cannot be trusted.")
    if len(came) < FEWEST:
        caveats.append(f"Only {len(came)} newcomers were watched to the end; their rate can be anything.")
    past = _past(came, welcomed)
    if not past["low"].iloc[0] <= 0 <= past["high"].iloc[0]:
        caveats.append(
            f"Dealt by the name {salt!r}, the halves of the past differ by "
            f"{100 * past['difference'].iloc[0]:+.1f} points, by chance alone; deal them by another name."
        )
    return WelcomeTest(
        power=pd.DataFrame(rows),
        past=past,
        salt=salt,
        attrs=line.attrs(
            tuple(caveats), n_people=len(came), newcomers_per_week=weekly, horizon=horizon, power=power
        ),
    )


def _arm(author_id: str, salt: str) -> str:
    digest = hashlib.sha256(f"{salt}:{author_id}".encode()).digest()
    return ARMS[digest[-1] & 1]


def _per_week(watched: np.ndarray) -> float:
    weeks = min(12.0, float(watched.max()) / (7 * DAY))
    return float((watched <= weeks * 7 * DAY).sum() / weeks) if weeks else float("nan")


def _plan(rate: float, difference: float, power: float, weekly: float) -> dict[str, object]:
    possible = 0 < rate < 1 and 0 < rate + difference < 1
    size = people_per_arm(rate, difference, power=power) if possible else None
    return {
        "difference": difference,
        "rate_usual": rate,
        "rate_welcomed": rate + difference if possible else float("nan"),
        "n_per_arm": size,
        "weeks": float(np.ceil(2 * size / weekly)) if size and weekly else float("nan"),
    }


def _past(came: np.ndarray, welcomed: np.ndarray) -> pd.DataFrame:
    (k1, n1), (k0, n0) = ((int(came[arm].sum()), int(arm.sum())) for arm in (welcomed, ~welcomed))
    value, low, high = risk_difference(k1, n1, k0, n0)
    rates = [k / n if n else float("nan") for k, n in ((k0, n0), (k1, n1))]
    names = ["n_usual", "n_welcome", "rate_usual", "rate_welcome", "difference", "low", "high"]
    return pd.DataFrame([(n0, n1, *rates, value, low, high)], columns=names)
