"""Who writes less often than they used to: each person against their own past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.special import ndtr, stdtr

from insight.stats import shares
from insight.stats.comparison import benjamini_hochberg
from insight.stats.periods import local_times
from insight.timeline.histories import DAY, Histories, histories

STATES = ("slowing", "steady", "quickening", "too few messages")


@dataclass(frozen=True)
class Cadence:
    """Whose pace changed.

    `counts` has one row a state (state, n, share, low, high, past_gap_days, recent_gap_days: medians over its
    people), `people` one row a person with enough messages, most slowed first (author_id, n_gaps,
    past_gap_days, recent_gap_days, ratio, silent_days since the last message, p_value, q_value, state).
    `attrs` has window, as_of, exclusions, caveats.
    """

    counts: pd.DataFrame
    people: pd.DataFrame
    attrs: dict[str, object]


def cadence(
    mentions: pd.DataFrame,
    *,
    n_recent: int = 5,
    min_past: int = 10,
    false_discovery: float = 0.05,
    min_people: int = 10,
    tz: str = "UTC",
    as_of: str | pd.Timestamp | None = None,
) -> Cadence:
    """Count the people whose last few pauses are longer than their own earlier ones.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    n_recent : int
        How many of the latest pauses are compared with all earlier ones.
    min_past : int
        How many earlier pauses a person needs.
    false_discovery : float
        The share of wrong names that the lists of slowing and quickening people may have.
    min_people : int
        Of fewer people than this, the states are counted and no share is given.
    tz : str
        Time zone of the days.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.

    Returns
    -------
    Cadence
        counts, people, attrs.

    Notes
    -----
    A pause is the number of days from one day with a message to the next; several messages a day are one, so
    a burst is no change of pace. Latest and earlier pauses are compared by Wilcoxon's rank sum, two-sided
    with ties and continuity corrected, and by a t test on log pauses in which each echoes the one before as
    far as pauses in this archive do, so that a few long ones in a row say less. The greater p-value counts,
    and the false discovery rate is held over all people (Benjamini and Hochberg 1995). The running pause
    since the last message is shown but not compared, as it has not ended: who stopped altogether is a matter
    of `silence` and `tenure`.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> weekly = [7 * i for i in range(40)]
    >>> days = {"ann": weekly, "ben": weekly[:20] + [140 + 30 * i for i in range(6)]}
    >>> rows = [(f"{who}:{day}", who, day) for who, all_days in days.items() for day in all_days]
    >>> mentions = as_mentions(pd.DataFrame(rows, columns=["mention_id", "author_id", "day"]).assign(
    ...     created_at=lambda t: pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(t["day"], unit="D")
    ... ))
    >>> cadence(mentions).people[["author_id", "past_gap_days", "recent_gap_days", "state"]]
      author_id  past_gap_days  recent_gap_days    state
    0       ben            7.0             30.0  slowing
    1       ann            7.0              7.0   steady
    """
    line = histories(mentions, as_of=as_of)
    gaps = _pauses(line, tz)
    n_gaps = gaps.groupby("who")["days"].size()
    enough = n_gaps.index[n_gaps >= n_recent + min_past]
    gaps = gaps[gaps["who"].isin(enough)].copy()
    gaps["recent"] = gaps.groupby("who").cumcount(ascending=False) < n_recent
    people = _compare(gaps)
    rows, last = line.first_rows(), line.last_seconds()
    who = people.pop("who").to_numpy()
    people.insert(0, "author_id", line.mentions["author_id"].iloc[rows[who]].to_numpy())
    people.insert(5, "silent_days", (line.end - last[who]) / DAY)
    people["q_value"] = benjamini_hochberg(people["p_value"])
    drift = people["q_value"] <= false_discovery
    people["state"] = np.where(drift, np.where(people["z"] > 0, STATES[0], STATES[2]), STATES[1])
    people = people.sort_values("z", ascending=False, kind="stable", ignore_index=True).drop(columns="z")
    attrs = line.attrs((), n_recent=n_recent, min_past=min_past, false_discovery=false_discovery, tz=tz)
    return Cadence(_counts(people, len(rows), min_people), people, attrs)


def _pauses(line: Histories, tz: str) -> pd.DataFrame:
    ours = line.person >= 0
    stamps = local_times(line.mentions["created_at"][ours], tz)
    days = stamps.to_numpy().astype("datetime64[D]").astype(int)
    active = (
        pd.DataFrame({"who": line.person[ours], "day": days}).drop_duplicates().sort_values(["who", "day"])
    )
    active["days"] = active.groupby("who")["day"].diff()
    return active.dropna(subset="days")[["who", "days"]]


def _compare(gaps: pd.DataFrame) -> pd.DataFrame:
    """Compare recent with earlier pauses, one row a person: Wilcoxon's z, its p, both medians."""
    ranks = gaps.groupby("who")["days"].rank()
    recent = gaps["recent"]
    size = gaps.groupby("who").size()
    k = recent.groupby(gaps["who"]).sum()
    ties = gaps.groupby(["who", "days"]).size()
    tied = (ties**3 - ties).groupby("who").sum()
    excess = ranks[recent].groupby(gaps["who"][recent]).sum() - k * (size + 1) / 2
    variance = k * (size - k) / 12 * (size + 1 - tied / (size * (size - 1)))
    shrunk = np.sign(excess) * (excess.abs() - 0.5).clip(lower=0)
    z = (shrunk / np.sqrt(variance)).where(variance > 0, 0.0).fillna(0.0)
    p_value = np.maximum(2 * ndtr(-z.abs().to_numpy(float)), _of_a_run(gaps, _echo(ranks, gaps["who"])))
    medians = gaps.groupby(["who", "recent"])["days"].median().unstack()  # noqa: PD010
    medians = medians.reindex(columns=[False, True])
    return pd.DataFrame(
        {
            "who": size.index,
            "n_gaps": size.to_numpy(),
            "past_gap_days": medians[False].to_numpy(float),
            "recent_gap_days": medians[True].to_numpy(float),
            "ratio": (medians[True] / medians[False]).to_numpy(float),
            "z": z.to_numpy(float),
            "p_value": p_value,
        }
    )


def _echo(ranks: pd.Series, who: pd.Series) -> float:
    """Return how far a pause resembles the one before, from all people's ranks; none below 0.

    The mean of a few ranks is taken off each, which makes a short series look less alike than it is; the
    correction is Kendall's (1954).
    """
    if ranks.empty:
        return 0.0
    size = ranks.groupby(who).transform("size")
    centred = (ranks - (size + 1) / 2) / size
    before = centred.groupby(who).shift()
    square = float((centred[before.notna()] ** 2).sum())
    if not square:
        return 0.0
    echo, n = float((centred * before).sum()) / square, float(size.mean())
    return float(np.clip((echo + 1 / n) / (1 - 3 / n), 0.0, 0.95))


def _of_a_run(gaps: pd.DataFrame, echo: float) -> np.ndarray:
    """Return the chance that the last pauses, on a log scale, lie so far off the others if each echoes.

    Ranks cannot say: five pauses in a row are all that there are, however extreme. The spread is that of the
    earlier pauses, made up for what their likeness takes off it.
    """
    log = np.log(gaps["days"])
    if log.empty:
        return np.empty(0)
    parts = log.groupby([gaps["who"], gaps["recent"]]).agg(["mean", "var", "size"]).unstack()  # noqa: PD010
    mean, n = parts["mean"], parts["size"].to_numpy(int)
    longer = (1 + echo) / (1 - echo)
    freedom = np.maximum(n[:, 0] / longer - 1, 1)
    spread = parts["var"][False].to_numpy(float) * (n[:, 0] - 1) / np.maximum(n[:, 0] - longer, 1)
    pairs = [(past, recent) for past, recent in n.tolist()]
    known = {pair: _contrast(pair[0], pair[1], echo) for pair in sorted(set(pairs))}
    off = (mean[True] - mean[False]).to_numpy(float)
    error = np.sqrt(spread * np.array([known[pair] for pair in pairs]))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(off == 0, 0.0, np.abs(off) / error)
    return np.asarray(2 * stdtr(freedom, -t))


def _contrast(n_past: int, n_recent: int, echo: float) -> float:
    """Return the variance of the difference of the two means where neighbours correlate by `echo`."""
    weight = np.repeat([-1 / n_past, 1 / n_recent], [n_past, n_recent])
    # the filter sums over all earlier pauses, each by echo to the power of its distance
    smooth = lfilter([1.0], [1.0, -echo], weight)
    return float(2 * weight @ smooth - weight @ weight)


def _counts(people: pd.DataFrame, n_all: int, min_people: int) -> pd.DataFrame:
    groups = people.groupby("state")
    n = groups.size().reindex(STATES, fill_value=0)
    n["too few messages"] = n_all - len(people)
    found = shares(n, n_all, min_people=min_people)
    medians = groups[["past_gap_days", "recent_gap_days"]].median().reindex(STATES)
    return pd.DataFrame({"state": STATES, "n": n.to_numpy(), **found.columns()}).assign(
        **{name: medians[name].to_numpy() for name in medians}
    )
