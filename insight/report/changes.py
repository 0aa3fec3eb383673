"""What changed: the last complete period against the one before, topic by topic, beyond chance or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

PERIODS = ("month", "quarter", "week")
MIN_PEOPLE = 30
MIN_EXPECTED = 5.0
LEVEL = 0.05
_FREQUENCY = {"month": "M", "quarter": "Q", "week": "W-SUN"}


@dataclass(frozen=True)
class Changes:
    """Two periods compared; `table` holds one row a tested topic, surest change first."""

    period: str
    before: pd.Timestamp
    after: pd.Timestamp
    n_before: int
    n_after: int
    table: pd.DataFrame

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
            table = _test(rows.merge(assignments[["mention_id", "topic"]], on="mention_id"))
            return Changes(period, before.start_time, after.start_time, people[0], people[1], table)
    return None


def _test(rows: pd.DataFrame) -> pd.DataFrame:
    from scipy.stats import norm

    person, _ = pd.factorize(rows["author_id"])
    in_period = np.zeros((2, person.max() + 1), dtype=bool)
    in_period[rows["after"].to_numpy(dtype=int), person] = True
    n_before, n_after = (int(n) for n in in_period.sum(axis=1))
    found = []
    for topic in sorted(set(rows["topic"]) - {-1}):
        here = (rows["topic"] == topic).to_numpy()
        wrote = np.zeros_like(in_period)
        wrote[rows["after"].to_numpy(dtype=int)[here], person[here]] = True
        x_before, x_after = (int(n) for n in wrote.sum(axis=1))
        pooled = (x_before + x_after) / (n_before + n_after)
        if pooled * min(n_before, n_after) < MIN_EXPECTED:
            continue
        before, after = x_before / n_before, x_after / n_after
        null = _standard_error(in_period, wrote, np.array([pooled, pooled]))
        spread = _standard_error(in_period, wrote, np.array([before, after]))
        change = after - before
        p_value = float(2 * norm.sf(abs(change) / null)) if null > 0 else 1.0
        low, high = change - 1.96 * spread, change + 1.96 * spread
        found.append((topic, x_before, x_after, before, after, change, low, high, p_value))
    columns = [
        "topic",
        "n_before",
        "n_after",
        "share_before",
        "share_after",
        "change",
        "low",
        "high",
        "p_value",
    ]
    return _flag(pd.DataFrame(found, columns=columns))


def _standard_error(in_period: np.ndarray, wrote: np.ndarray, shares: np.ndarray) -> float:
    """Tell the standard error of a difference of shares; what one person adds in both periods is summed."""
    residual = (wrote - shares[:, None]) * in_period / in_period.sum(axis=1, keepdims=True)
    return float(np.sqrt(((residual[1] - residual[0]) ** 2).sum()))


def _flag(table: pd.DataFrame) -> pd.DataFrame:
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(table["p_value"]) if len(table) else np.empty(0)
    flagged = table.assign(beyond_chance=adjusted <= LEVEL)
    return flagged.sort_values(["p_value", "topic"], ignore_index=True)
