"""What changed: the last complete period against the one before, topic by topic."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from insight.stats import Comparison, compare, covered

PERIODS = ("month", "quarter", "week")
MIN_PEOPLE = 30
LEVEL = 0.05
COLUMNS = (
    "topic", "n_before", "n_after", "share_before", "share_after", "change", "low", "high",
    "low_any", "high_any", "p_value",
)  # fmt: skip
_FREQUENCY = {"month": "M", "quarter": "Q", "week": "W-SUN"}


@dataclass(frozen=True)
class Changes:
    """Two periods, or two runs, compared; `table` holds one row a tested topic, surest change first.

    `n_untested` counts the topics with too few people to test: of those nothing is known. `rates` holds the
    other shares that two runs are compared by, with a column measure: need (people who voice a need on the
    topic), answered (waits answered within 24 hours), returned (people who write again the next period).
    There `before` and `after` are the last moments of the runs.
    """

    period: str
    before: pd.Timestamp
    after: pd.Timestamp
    n_before: int
    n_after: int
    table: pd.DataFrame
    rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_untested: int = 0

    @property
    def clear(self) -> pd.DataFrame:
        """The topics whose share changed at a false-discovery rate of 5 %."""
        return self.table[self.table["clear"]]


def compare_periods(mentions: pd.DataFrame, assignments: pd.DataFrame, *, tz: str = "UTC") -> Changes | None:
    """Compare what people write about in the last complete period with the one before.

    A period is complete if the archive covers all its days. Months are tried first, then quarters, then
    weeks, until both periods hold `MIN_PEOPLE`. A share is the mean, over the people who wrote in the period,
    of the share of their messages that is about the topic: it does not rise when people write more each or
    the month is longer. `insight.stats.compare` tests it, by people and by conversations; the
    Benjamini-Hochberg rule then holds the share of false findings at 5 %.

    Parameters
    ----------
    mentions : DataFrame
        Mentions table, the rows that were given to `fit_topics`. Messages of one conversation_id, if there is
        such a column, count as one witness where they agree.
    assignments : DataFrame
        `Topics.assignments`.
    tz : str
        The zone in which a period begins and ends.

    Returns
    -------
    Changes or None
        None if no two periods are complete and large enough. `table` has topic, n_before, n_after (people who
        speak of it), share_before, share_after, change (difference of shares), low, high (95 %), low_any,
        high_any (95 % for all rows at once: for the row that is picked because it stands out), p_value,
        clear.
    """
    dated = mentions.loc[mentions["created_at"].notna() & mentions["author_id"].notna()]
    if dated.empty:
        return None
    days = dated["created_at"].dt.tz_convert(tz).dt.tz_localize(None)
    for period in PERIODS:
        periods = days.dt.to_period(_FREQUENCY[period])
        after = periods.max()
        if not _covers(days, after):
            after -= 1
        before = after - 1
        if not _covers(days, before):
            continue
        people = [dated["author_id"][periods == p].nunique() for p in (before, after)]
        if min(people) >= MIN_PEOPLE:
            rows = dated[[name for name in _ROWS if name in dated.columns]].assign(after=periods == after)
            rows = rows[periods.isin([before, after])]
            table, n_untested = compare_topics(
                rows.merge(assignments[["mention_id", "topic"]], on="mention_id")
            )
            return Changes(
                period=period,
                before=before.start_time,
                after=after.start_time,
                n_before=people[0],
                n_after=people[1],
                table=flag_changes(table),
                n_untested=n_untested,
            )
    return None


_ROWS = ["mention_id", "author_id", "conversation_id"]


def _covers(days: pd.Series, period: pd.Period) -> bool:
    bounds = (np.array([edge.start_time.to_datetime64()]) for edge in (period, period + 1))
    return bool(covered(*bounds, first=days.min().to_datetime64(), last=days.max().to_datetime64())[0])


def compare_topics(rows: pd.DataFrame, *, hit: pd.Series | None = None) -> tuple[pd.DataFrame, int]:
    """Compare each topic's share in rows of author_id, after, topic and, if known, conversation_id.

    `hit` marks the rows that count. Returns the tested topics, and how many had too few people for a test.
    """
    rows = rows.assign(hit=True if hit is None else hit.to_numpy())
    order = [
        name for name in ("author_id", "after", "topic", "hit", "conversation_id") if name in rows.columns
    ]
    rows = rows.sort_values(order, ignore_index=True)  # sums in one order, whatever that of the rows
    counts = ((rows["topic"] >= 0) & rows["hit"]).to_numpy()
    topics, column = np.unique(rows["topic"].to_numpy()[counts], return_inverse=True)
    shape = (len(rows), len(topics))
    hits = sparse.csr_array((np.ones(len(column)), (np.flatnonzero(counts), column)), shape=shape)
    found = compare(
        hits,
        rows["after"].to_numpy(dtype=bool),
        people=rows["author_id"],
        conversations=rows.get("conversation_id"),
        min_people=MIN_PEOPLE,
    )
    table = as_table(found).assign(topic=topics.astype(np.int64))
    return table.loc[found.tested, list(COLUMNS)].reset_index(drop=True), int((~found.tested).sum())


def as_table(found: Comparison) -> pd.DataFrame:
    """Lay out a comparison of a later side with an earlier one, one row an item."""
    names = ("change", "low", "high", "low_any", "high_any", "p_value")
    return pd.DataFrame(
        {
            "n_before": found.n_other_with,
            "n_after": found.n_with,
            "share_before": found.share_other,
            "share_after": found.share,
            **{name: getattr(found, name) for name in names},
        }
    )


def flag_changes(table: pd.DataFrame) -> pd.DataFrame:
    """Flag what changed clearly, at a false-discovery rate of 5 % over the whole table, surest first."""
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(table["p_value"]) if len(table) else np.empty(0)
    flagged = table.assign(clear=adjusted <= LEVEL)
    # topics that mirror each other differ in the last bits only
    order = flagged.assign(p_value=[float(f"{p:.9g}") for p in flagged["p_value"]])
    return flagged.loc[order.sort_values(["p_value", "topic"]).index].reset_index(drop=True)
