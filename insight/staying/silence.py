"""The inactivity threshold: how long a silence must last before a person counts as gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from tqdm import tqdm

from insight.stats.intervals import resamples
from insight.stats.survival import product_limit, weighted_return
from insight.timeline import engine
from insight.timeline.histories import DAY, Histories, histories

_LEAST_STEPS = 30
_WEIGHTINGS = ("episode", "author")
_AT_ONCE = 2_000_000


def silence(
    mentions: pd.DataFrame,
    *,
    horizon: str = "365D",
    thresholds: Sequence[str] = ("7D", "14D", "30D", "60D", "90D", "120D", "180D", "270D", "365D"),
    max_false_churn: float = 0.1,
    min_people: int = 10,
    as_of: str | pd.Timestamp | None = None,
    n_resamples: int = 1000,
    random_state: int = 0,
    progress: bool = False,
) -> pd.DataFrame:
    """Measure how often people come back after a silence, and suggest an inactivity threshold.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    horizon : str
        How long after the threshold a return still counts.
    thresholds : sequence of str
        Silences to judge.
    max_false_churn : float
        The share of "gone" people who may come back after all; the suggested threshold is the shortest, in
        whole days, that keeps it.
    min_people : int
        Silences of fewer people are counted, and have no share.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.
    n_resamples : int
        Resamples of authors behind each interval.
    random_state : int
        Seed of the resampling.
    progress : bool
        Show a progress bar.

    Returns
    -------
    DataFrame
        One row a weighting and threshold: weighting ('episode' = each silence counts once, so the talkative
        weigh most; 'author' = each person counts once), silence_days, n_episodes and n_authors (silences of
        that length), n_watched (of them watched through the whole horizon), n_returned (of those), share (of
        return within the horizon, by Kaplan-Meier: silences watched for less count too), low, high,
        suggested. `.attrs` has suggested (weighting -> days or
        None), horizon_days, window, as_of, excluded, caveats.

    Notes
    -----
    A silence runs from one message of a person to the next; the last one is cut off by `as_of`. The share is
    1 - S(g + H) / S(g) of these gaps: people silent for g who are called gone are wrongly called so this
    often. Intervals resample authors, since one author has many silences.

    Examples
    --------
    >>> import insight as ins
    >>> found = silence(ins.example(), horizon="30D", min_people=1)
    >>> found[["weighting", "silence_days", "n_episodes", "share"]].head(3)
      weighting  silence_days  n_episodes  share
    0   episode           1.0           7    0.0
    1   episode           7.0           7    0.0
    2   episode          14.0           6    0.0
    """
    line = histories(mentions, as_of=as_of)
    reach = engine.duration(horizon, name="horizon").total_seconds() / DAY
    asked = sorted({engine.duration(value, name="thresholds").total_seconds() / DAY for value in thresholds})
    gaps = _gaps(line)
    judge = partial(_judge, gaps, reach=reach, min_people=min_people)
    longest = int(max(gaps.days.max(initial=0.0) - reach, 0.0))
    suggested = {name: _shortest(partial(judge, name), longest, max_false_churn) for name in _WEIGHTINGS}
    cases = [
        (weighting, days)
        for weighting, found in suggested.items()
        for days in sorted({*asked, *([found] if found else [])})
    ]
    table = pd.DataFrame([{"weighting": name, **judge(name, days)} for name, days in cases])
    bounds = _intervals(
        gaps, cases, reach, n_resamples=n_resamples, random_state=random_state, progress=progress
    )
    table[["low", "high"]] = np.where(table[["share"]].notna(), bounds, np.nan)
    table["suggested"] = [days == suggested[name] for name, days in cases]
    caveats = tuple(
        f"No inactivity threshold has at most {max_false_churn:.0%} returning ({name} weighting): "
        "the archive is too short or people come back too often."
        for name, days in suggested.items()
        if days is None
    )
    table.attrs = line.attrs(
        caveats, suggested=suggested, horizon_days=reach, max_false_churn=max_false_churn
    )
    return table


@dataclass(frozen=True)
class _Gaps:
    """Silences in days, one entry each: length so far, whether it ended, whose, how far the archive sees."""

    days: np.ndarray
    ended: np.ndarray
    who: np.ndarray
    room: np.ndarray


def _gaps(line: Histories) -> _Gaps:
    ours, following = line.person >= 0, line.next_seconds()
    stamps, until = line.seconds[ours], np.minimum(following[ours], line.end)
    ended = np.isfinite(following[ours])
    return _Gaps((until - stamps) / DAY, ended, line.person[ours], (line.end - stamps) / DAY)


def _longer(gaps: _Gaps, days: float) -> _Gaps:
    long = gaps.days > days
    return _Gaps(gaps.days[long], gaps.ended[long], gaps.who[long], gaps.room[long])


def _weights(who: np.ndarray, weighting: str) -> np.ndarray:
    return np.ones(len(who)) if weighting == "episode" else 1.0 / np.bincount(who)[who]


def _judge(gaps: _Gaps, weighting: str, days: float, *, reach: float, min_people: int) -> dict[str, float]:
    """Count the silences longer than `days` and how many of them end within `reach` more."""
    long = _longer(gaps, days)
    watched = long.room >= days + reach
    n_authors = len(np.unique(long.who))
    share = float("nan")
    if n_authors >= max(min_people, 1):
        weights = _weights(long.who, weighting)
        share = weighted_return(long.days, long.ended, weights, after=days, until=days + reach)
    return {
        "silence_days": days,
        "n_episodes": len(long.days),
        "n_authors": n_authors,
        "n_watched": int(watched.sum()),
        "n_returned": int((watched & long.ended & (long.days <= days + reach)).sum()),
        "share": share,
    }


def _intervals(
    gaps: _Gaps,
    cases: Sequence[tuple[str, float]],
    reach: float,
    *,
    n_resamples: int,
    random_state: int,
    progress: bool,
) -> np.ndarray:
    """Return the percentile interval of each case's share over resampled authors, silences in whole steps."""
    n_people = int(gaps.who.max(initial=-1)) + 1
    if not n_people:
        return np.full((len(cases), 2), np.nan)
    tables = [_counts(gaps, days, reach, weighting, n_people) for weighting, days in cases]
    parts = []
    with tqdm(total=n_resamples, desc="silences", disable=not progress) as bar:
        for drawn in resamples(n_people, n_resamples, at_once=_AT_ONCE, random_state=random_state):
            both = ((np.split(drawn @ counts, 2, axis=1), upto) for counts, upto in tables)
            parts.append(np.column_stack([1 - product_limit(*pair, upto=upto) for pair, upto in both]))
            bar.update(len(drawn))
    return np.quantile(np.concatenate(parts), [0.025, 0.975], axis=0).T


def _counts(gaps: _Gaps, days: float, reach: float, weighting: str, n_people: int) -> tuple[csr_array, int]:
    """Count silences longer than `days` by person (row) and length: all of them, then those that ended.

    Lengths are in steps of a day, or finer where the horizon is so short that whole days would move it.
    """
    long = _longer(gaps, days)
    step = min(1.0, reach / _LEAST_STEPS)
    lengths = np.ceil((long.days - days) / step).astype(int)
    width = int(lengths.max(initial=0)) + 1
    weights = _weights(long.who, weighting)
    # The two tables stand side by side in one matrix, so that one product serves both.
    rows, columns = np.tile(long.who, 2), np.concatenate([lengths, lengths + width])
    values = np.concatenate([weights, weights * long.ended])
    return csr_array((values, (rows, columns)), shape=(n_people, 2 * width)), int(reach / step) + 1


def _shortest(judge: Callable[[float], dict[str, float]], longest: int, most: float) -> float | None:
    """Return the least whole number of days after which at most `most` come back."""
    for days in range(1, longest + 1):
        share = judge(float(days))["share"]
        if np.isnan(share):
            return None
        if share <= most:
            return float(days)
    return None
