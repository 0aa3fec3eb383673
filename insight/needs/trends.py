"""How many people voice each need, period by period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.periods import calendar
from insight.needs.voices import NEED_SIGNALS, gather_voices, own_words
from insight.statistics import wilson


def needs_over_time(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    needs: pd.DataFrame,
    assignments: pd.DataFrame,
    period: str = "month",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Count the people who voice each need in each period.

    Parameters
    ----------
    mentions, signals : DataFrame
        As given to `rank_needs`; rows without a date are left out.
    needs : DataFrame
        As `rank_needs` returns it: need, topic and name are used.
    assignments : DataFrame
        `Topics.assignments`.
    period : {"day", "week", "month"}
        Calendar periods; weeks begin on Monday.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a need x period, empty ones included, needs by rank: need, name, period (start in UTC), n
        (messages that voice it), n_people, total (people who wrote at all in the period), share (n_people /
        total), low, high (95 %, Wilson; missing where nobody wrote), complete (the archive covers the whole
        period).

    Raises
    ------
    InsightError
        If no message of a customer has a date.

    Notes
    -----
    A share falls as soon as people write less each: whether a need rises or falls is told by the column trend
    of `rank_needs`, which compares people who write equally often.

    Examples
    --------
    >>> import types
    >>> from insight.mentions import as_mentions
    >>> from insight.needs import find_signals, rank_needs
    >>> days = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-02-06"], utc=True)
    >>> people = {"mention_id": list("abc"), "author_id": list("xyz"), "created_at": days}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": ["The lid broke", "My lid broke", "Hello"]}))
    >>> of = pd.DataFrame({"mention_id": list("abc"), "topic": [0, 0, -1], "similarity": 1.0})
    >>> topics = types.SimpleNamespace(table=pd.DataFrame({"topic": [0], "name": ["lid"]}), assignments=of)
    >>> signals = find_signals(mentions)
    >>> needs = rank_needs(mentions, topics, signals, minimum=1)
    >>> needs_over_time(mentions, signals, needs=needs, assignments=of)[["n_people", "total"]].values.tolist()
    [[1, 1], [1, 2]]
    """
    people = own_words(mentions)
    people = people[people["created_at"].notna()]
    if people.empty:
        raise InsightError(f"none of {len(mentions)} messages is a customer's with a date.")
    first, last = people["created_at"].min(), people["created_at"].max()
    laid = calendar(first, last, period=period, tz=tz)
    people = people.assign(period=_number(people, laid.starts))
    voices = gather_voices(people, assignments, signals)
    voices = voices[voices["signal"].isin(NEED_SIGNALS)]
    grid = pd.MultiIndex.from_product([needs["topic"], range(len(laid.starts))], names=["topic", "period"])
    counts = voices.groupby(["topic", "period"]).agg(
        n=("mention_id", "nunique"), n_people=("person", "nunique")
    )
    table = counts.reindex(grid, fill_value=0).reset_index()
    told = needs.set_index("topic")
    table.insert(0, "need", table["topic"].map(told["need"]))
    table.insert(1, "name", table["topic"].map(told["name"]))
    active = people.groupby("period")["person"].nunique()
    table["total"] = table["period"].map(active).fillna(0).astype("int64")
    table["share"] = table["n_people"] / table["total"].where(table["total"] > 0)
    low, high = wilson(table["n_people"], np.maximum(table["total"], 1))
    table["low"], table["high"] = (np.where(table["total"] > 0, bound, np.nan) for bound in (low, high))
    covered = (laid.starts >= first) & (laid.ends <= last + pd.Timedelta(microseconds=1))
    table["complete"] = covered[table["period"]]
    table["period"] = laid.starts[table["period"]]
    return table.drop(columns="topic")


def _number(rows: pd.DataFrame, starts: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(starts.searchsorted(rows["created_at"], side="right") - 1)
