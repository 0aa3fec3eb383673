"""Do answered newcomers come back more often? Estimates that do not fool themselves, or silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.effects import aipw, detectable_difference, e_value
from insight.timeline import engine
from insight.timeline.histories import histories

from .newcomers import Newcomers, newcomers
from .reply_comparisons import HOUR, Comparison, by_side, landmark, naive
from .reply_controls import TRIM, balance_table, controls_table, hidden_causes, reasons, verdict


@dataclass(frozen=True)
class ReplyEffect:
    """What is known about answers to first messages and coming back.

    `verdict` is one sentence; `withheld` says why there is none, if so. `estimates` has one row a comparison
    (estimate, scale, landmark_hours, n_answered, n_unanswered, share_answered, share_unanswered, value, low,
    high), `balance` one row a covariate (covariate, mean_answered, mean_unanswered, difference_before,
    difference_after; standardised), `controls` one row a comparison that must show nothing (control, scale,
    n_answered, n_unanswered, value, low, high, passed: missing where too few people allow the check,
    detectable: the least gap that the check would show four times in five).
    `overlap` is the share of people who could have met either fate; `e_value` how strongly a hidden cause
    would have to go with answers and returns to explain the estimate away, `e_value_limit` to move its
    interval to none; `detectable` the least difference that these numbers would show four times in five.
    `attrs` has window, as_of, exclusions, caveats.
    """

    verdict: str
    withheld: tuple[str, ...]
    estimates: pd.DataFrame
    balance: pd.DataFrame
    controls: pd.DataFrame
    overlap: float
    e_value: float
    e_value_limit: float
    detectable: float
    attrs: dict[str, object]


def reply_effect(
    mentions: pd.DataFrame,
    *,
    within: str = "24h",
    horizon: str = "90D",
    landmarks: Sequence[str] = ("1h", "24h", "72h", "7D"),
    burn_in: str | None = None,
    as_of: str | pd.Timestamp | None = None,
    n_permutations: int = 200,
    random_state: int = 0,
    progress: bool = False,
) -> ReplyEffect:
    """Estimate whether answered newcomers come back more often, with every check that could deny it.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    within : str
        How soon an answer must come to count in the headline; the time after the first message at which the
        comparison starts.
    horizon : str
        How long after the first message a return counts.
    landmarks : sequence of str
        Other limits for an answer, each compared on its own.
    burn_in : str, optional
        Who is first seen this soon after the archive begins may be an old hand and is left out. Default: 90
        days, or a quarter of the archive where that is shorter.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.
    n_permutations : int
        Number of permutations of the answers within channel, week and kind.
    random_state : int
        Seed of the dealing.
    progress : bool
        Show a progress bar.

    Returns
    -------
    ReplyEffect
        verdict, withheld, estimates, balance, controls, overlap, e_value, detectable, attrs.

    Raises
    ------
    InsightError
        If no message is linked to another, or no newcomer was watched for the whole horizon.

    Notes
    -----
    Time zero is a person's first message. A return is a later message in *another* conversation: an answer
    draws a "thanks" in the same place, and that is no return. "Was ever answered" misleads, since people who
    come back at once had no time to be answered (immortal time; Hernán et al. 2016): the naive rows are there
    as a warning. The landmark rows compare, among those not back by then, the answered with the others. The
    adjusted row does so at `within` for people alike in what was known at the first message (augmented
    inverse probability weights, propensities of 5 to 95 %). Two controls must show nothing: returns before
    any answer, of people answered later beside people never answered, adjusted for the same (it fails where a
    hidden cause brings both); and permuted answers (placebo) within channel, week and kind (it checks the
    estimate itself, and no hidden cause). Comparisons with fewer than ten people on a side have the counts
    alone. Deleted accounts are no newcomers but their answers count; bots' answers do not.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> day = pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(range(300), unit="D")
    >>> posts = pd.DataFrame({"mention_id": [f"x:{i}" for i in range(300)], "created_at": day,
    ...                       "author_id": [f"p{i % 80}" for i in range(300)]})
    >>> posts = posts.assign(conversation_id=posts["mention_id"])
    >>> answers = posts[::2].assign(mention_id="a" + posts["mention_id"], reply_to_id=posts["mention_id"],
    ...                             author_id="helper", created_at=posts["created_at"] + pd.Timedelta("2h"))
    >>> mentions = as_mentions(pd.concat([posts, answers]).assign(time_precision="s"))
    >>> effect = reply_effect(mentions, burn_in="0D", n_permutations=20)
    >>> effect.estimates.loc[2:3, ["estimate", "landmark_hours", "n_answered", "n_unanswered"]]
       estimate  landmark_hours  n_answered  n_unanswered
    2  landmark             1.0           0            81
    3  landmark            24.0          40            41
    """
    line = histories(mentions, as_of=as_of, reposts=False, fine=True)
    reach = engine.duration(horizon, name="horizon").total_seconds()
    limit = engine.duration(within, name="within").total_seconds()
    limits = {limit, *(engine.duration(value, name="landmarks").total_seconds() for value in landmarks)}
    everyone = newcomers(line, burn_in=burn_in)
    followed = _followed(everyone, reach + max(limits))
    waiting = followed.only(followed.back > limit)
    answered, came = waiting.answered <= limit, waiting.back <= reach
    arms = (int(answered.sum()), int((~answered).sum()))
    effect = aipw(came, answered, waiting.covariates, trim=TRIM)
    shares = _weighted_shares(came, answered, effect.weights)
    values = effect.estimate, effect.low, effect.high
    estimates = [
        *naive(followed, reach),
        *(landmark(followed, value, reach) for value in sorted(limits)),
        Comparison("adjusted", "risk difference", limit / HOUR, *arms, *shares, *values),
        *by_side(followed, limit, reach),
    ]
    controls = controls_table(
        *(followed, waiting, limit, reach),
        n_permutations=n_permutations,
        random_state=random_state,
        progress=progress,
    )
    overlap = float(effect.kept.mean()) if len(came) else 0.0
    withheld = reasons(arms, overlap, controls)
    detectable = detectable_difference(float(came[~answered].mean()) if arms[1] else 0.5, *arms)
    return ReplyEffect(
        verdict=verdict(withheld, effect, detectable=detectable, within=within, horizon=horizon),
        withheld=withheld,
        estimates=pd.DataFrame(estimates),
        balance=balance_table(waiting.covariates, answered, effect.weights),
        controls=controls,
        overlap=overlap,
        e_value=e_value(shares[0] / shares[1]) if shares[1] > 0 else float("nan"),
        e_value_limit=_e_value_limit(shares[1], effect.low, effect.high),
        detectable=detectable,
        attrs=line.attrs(
            _caveats(followed, waiting, within, controls),
            n_people=len(followed.back),
            n_newcomers=len(everyone.back),
            within=within,
            horizon=horizon,
        ),
    )


def _caveats(followed: Newcomers, waiting: Newcomers, within: str, controls: pd.DataFrame) -> tuple[str, ...]:
    return (
        "An association among people who differ; not proof of cause.",
        f"{len(followed.back) - len(waiting.back)} of {len(followed.back)} newcomers were back before "
        f"{within} and are in neither that landmark nor the adjusted row.",
        hidden_causes(controls),
    )


def _followed(everyone: Newcomers, length: float) -> Newcomers:
    if not np.isfinite(everyone.answered).any():
        raise InsightError(
            f"none of {len(everyone.row)} first messages has an answer: the mentions carry no reply links "
            "(reply_to_id) and no shared conversations (conversation_id)."
        )
    followed = everyone.only(everyone.watched >= length)
    if not len(followed.row):
        raise InsightError(
            f"none of {len(everyone.row)} newcomers was watched for {length / 86_400:.0f} days, the horizon "
            "and the longest landmark; shorten them."
        )
    return followed


def _weighted_shares(came: np.ndarray, answered: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    shares = [
        float((weights * came)[arm].sum() / weights[arm].sum()) if weights[arm].any() else float("nan")
        for arm in (answered, ~answered)
    ]
    return shares[0], shares[1]


def _e_value_limit(base: float, low: float, high: float) -> float:
    """Return the E-value of the interval's end nearest to no difference; 1 where it holds none already."""
    if not base > 0 or np.isnan(low):
        return float("nan")
    if low <= 0 <= high:
        return 1.0
    return e_value(max(base + (low if low > 0 else high), 0.0) / base)
