"""What changed: the last complete period against the one before, topic by topic, beyond chance or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

PERIODS = ("month", "quarter", "week")
MIN_PEOPLE = 30
MIN_EXPECTED = 5.0
LEVEL = 0.05
COLUMNS = (
    "topic", "n_before", "n_after", "share_before", "share_after", "change", "low", "high", "p_value",
)  # fmt: skip
_FREQUENCY = {"month": "M", "quarter": "Q", "week": "W-SUN"}


@dataclass(frozen=True)
class Changes:
    """Two periods, or two runs, compared; `table` holds one row a tested topic, surest change first.

    `rates` holds the other shares that two runs are compared by, with a column measure: need (people who
    voice a need on the topic), answered (waits answered within 24 hours), returned (people who write again
    the next period). There `before` and `after` are the last moments of the runs.
    """

    period: str
    before: pd.Timestamp
    after: pd.Timestamp
    n_before: int
    n_after: int
    table: pd.DataFrame
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def beyond_chance(self) -> pd.DataFrame:
        """The topics whose share changed at a false-discovery rate of 5 %."""
        return self.table[self.table["beyond_chance"]]


def compare_periods(mentions: pd.DataFrame, assignments: pd.DataFrame, *, tz: str = "UTC") -> Changes | None:
    """Compare the shares of people by topic in the last complete period with the one before.

    A period is complete if the archive covers all its days. Months are tried first, then quarters, then
    weeks, until both periods hold `MIN_PEOPLE`. A share is that of people among the people who wrote in the
    period. The test is a score test whose variance adds up by person, so somebody who wrote in both periods
    counts as one person and not as two; it is made only where `MIN_EXPECTED` people are expected in each
    period. The Benjamini-Hochberg rule then holds the share of false findings at 5 %.

    Parameters
    ----------
    mentions : DataFrame
        Mentions table, the rows that were given to `fit_topics`.
    assignments : DataFrame
        `Topics.assignments`.
    tz : str
        The zone in which a period begins and ends.

    Returns
    -------
    Changes or None
        None if no two periods are complete and large enough. `table` has topic, n_before, n_after (people),
        share_before, share_after, change (difference of shares), low, high (95 %), p_value, beyond_chance.
    """
    dated = mentions.loc[mentions["created_at"].notna() & mentions["author_id"].notna()]
    if dated.empty:
        return None
    days = dated["created_at"].dt.tz_convert(tz).dt.tz_localize(None)
    for period in PERIODS:
        periods = days.dt.to_period(_FREQUENCY[period])
        after = periods.max()
        if days.max().normalize() < after.end_time.normalize():
            after -= 1
        before = after - 1
        if days.min().normalize() > before.start_time:
            continue
        people = [dated["author_id"][periods == p].nunique() for p in (before, after)]
        if min(people) >= MIN_PEOPLE:
            rows = dated[["mention_id", "author_id"]].assign(after=periods == after)[
                periods.isin([before, after])
            ]
            table = flag_changes(
                compare_topics(rows.merge(assignments[["mention_id", "topic"]], on="mention_id"))
            )
            return Changes(period, before.start_time, after.start_time, people[0], people[1], table)
    return None


def compare_topics(rows: pd.DataFrame, *, hit: pd.Series | None = None) -> pd.DataFrame:
    """Compare each topic's share of people in rows of author_id, after and topic; `hit` tells which count."""
    person, _ = pd.factorize(rows["author_id"])
    after = rows["after"].to_numpy(dtype=int)
    in_period = np.zeros((2, person.max() + 1), dtype=bool)
    in_period[after, person] = True
    found = []
    for topic in sorted(set(rows["topic"]) - {-1}):
        here = (rows["topic"] == topic).to_numpy() & (True if hit is None else hit.to_numpy())
        wrote = np.zeros_like(in_period)
        wrote[after[here], person[here]] = True
        compared = compare_shares(in_period, wrote)
        if compared is not None:
            found.append({"topic": topic, **compared})
    return pd.DataFrame(found, columns=list(COLUMNS))


def compare_shares(n: np.ndarray, k: np.ndarray) -> dict[str, float] | None:
    """Compare two shares, of `k` among `n`, each of shape (before and after, people); None if too few."""
    from scipy.stats import norm

    n_before, n_after = (float(total) for total in n.sum(axis=1))
    k_before, k_after = (int(total) for total in k.sum(axis=1))
    pooled = (k_before + k_after) / max(1.0, n_before + n_after)
    if min(n_before, n_after) * min(pooled, 1.0) < MIN_EXPECTED:
        return None
    before, after = k_before / n_before, k_after / n_after
    null = _standard_error(n, k, np.array([pooled, pooled]))
    spread = _standard_error(n, k, np.array([before, after]))
    change = after - before
    return {
        "n_before": k_before,
        "n_after": k_after,
        "share_before": before,
        "share_after": after,
        "change": change,
        "low": change - 1.96 * spread,
        "high": change + 1.96 * spread,
        "p_value": float(2 * norm.sf(abs(change) / null)) if null > 0 else 1.0,
    }


def _standard_error(n: np.ndarray, k: np.ndarray, shares: np.ndarray) -> float:
    """Tell the standard error of a difference of shares; what one person adds on both sides is summed."""
    residual = (k - shares[:, None] * n) / n.sum(axis=1, keepdims=True)
    return float(np.sqrt(((residual[1] - residual[0]) ** 2).sum()))


def flag_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Flag what is beyond chance at a false-discovery rate of 5 % over the whole table, surest first."""
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(table["p_value"]) if len(table) else np.empty(0)
    flagged = table.assign(beyond_chance=adjusted <= LEVEL)
    return flagged.sort_values(["p_value", "topic"], ignore_index=True)
