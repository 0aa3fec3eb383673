"""How many people voice each need, period by period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.intervals import wilson
from insight.stats.periods import calendar, covered
from insight.timeline.own_words import own_words

from .result import Needs


def needs_over_time(
    mentions: pd.DataFrame,
    needs: Needs,
    *,
    period: str = "month",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Count the people who voice each need in each period.

    Parameters
    ----------
    mentions : DataFrame
        As given to `find_needs`; rows without a date are left out.
    needs : Needs
        As `find_needs` returns it.
    period : {"day", "week", "month"}
        Calendar periods; weeks begin on Monday.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a need x period, empty ones included, needs by rank: need, name, period (start in UTC), n
        (messages that voice it), n_people, total (people who wrote at all in the period), share (n_people /
        total), low, high (95 %, Wilson; missing where no one wrote), complete (the archive covers the whole
        period).

    Raises
    ------
    InsightError
        If no message of a customer has a date.

    Notes
    -----
    A share falls as soon as people write less each: whether a need rises or falls is in the column trend of
    `Needs.table`, which compares people who write equally often.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.needs import find_needs
    >>> from insight.signals.find_signals import find_signals
    >>> days = pd.to_datetime(["2024-01-05", "2024-02-05", "2024-02-06"], utc=True)
    >>> people = {"mention_id": list("abc"), "author_id": list("xyz"), "created_at": days}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": ["The lid broke", "My lid broke", "Hello"]}))
    >>> needs = find_needs(mentions, find_signals(mentions), min_people=1)
    >>> needs_over_time(mentions, needs)[["n_people", "total"]].values.tolist()
    [[1, 1], [1, 2]]
    """
    people = own_words(mentions)
    people = people[people["created_at"].notna()]
    if people.empty:
        raise InsightError(f"none of {len(mentions)} messages is a customer's with a date.")
    first, last = people["created_at"].min(), people["created_at"].max()
    laid = calendar(first, last, period=period, tz=tz)
    people = people.assign(period=_number(people, laid.starts))
    voices = needs.members[needs.members["need"].notna()].merge(people, on="mention_id")
    listed = needs.table["need"]
    grid = pd.MultiIndex.from_product([listed, range(len(laid.starts))], names=["need", "period"])
    counts = voices.groupby(["need", "period"]).agg(
        n=("mention_id", "nunique"), n_people=("person", "nunique")
    )
    table = counts.reindex(grid, fill_value=0).reset_index()
    table.insert(1, "name", table["need"].map(needs.names))
    active = people.groupby("period")["person"].nunique()
    table["total"] = table["period"].map(active).fillna(0).astype("int64")
    table["share"] = table["n_people"] / table["total"].where(table["total"] > 0)
    low, high = wilson(table["n_people"], np.maximum(table["total"], 1))
    table["low"], table["high"] = (np.where(table["total"] > 0, bound, np.nan) for bound in (low, high))
    edges = [stamps.tz_convert(None).to_numpy() for stamps in (laid.starts, laid.ends)]
    outer = [moment.tz_convert(None).to_datetime64() for moment in (first, last)]
    table["complete"] = covered(*edges, first=outer[0], last=outer[1])[table["period"]]
    table["period"] = laid.starts[table["period"]]
    return table


def _number(rows: pd.DataFrame, starts: pd.DatetimeIndex) -> np.ndarray:
    return np.asarray(starts.searchsorted(rows["created_at"], side="right") - 1)
