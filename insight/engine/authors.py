# ruff: noqa: PD003 -- an Ibis column has isnull and notnull only
"""One row an author: first, last, how many, and in which periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from insight.engine.source import Source, fetch, tally, until
from insight.periods import Calendar, join_halves

if TYPE_CHECKING:
    import ibis.expr.types as ir

HALF_WORD = 32
"""Bits in one summed column: Spark has no bit_or, but a sum of distinct powers of two is the same."""


def author_periods(source: Source, *, as_of: pd.Timestamp, calendar: Calendar) -> pd.DataFrame:
    """Reduce every mention to one row an author: first, last, how many, which periods, whether brand or bot.

    Authors without a name share one row whose author_id is missing. Sorted by everything but the name, then
    the name, so that renaming authors can only swap rows that are otherwise equal.
    """
    import ibis

    dated = source.table.filter(until(source.table, as_of))
    automated = dated.automated.fill_null(False) if "automated" in dated.columns else ibis.literal(False)
    events = dated.select(
        "author_id",
        "created_at",
        brand=(dated.side == "brand").fill_null(False),
        automated=automated,
        second=dated.created_at.epoch_seconds().cast("int64"),
    )
    day = (events.second + _offset(events.second, calendar.offsets)) // 86_400 - calendar.first_day
    events = events.mutate(period=ibis.array(calendar.period_of_day)[day.cast("int32")])
    shared = {"brand": ibis._.brand.max(), "automated": ibis._.automated.max()}
    periods = events.group_by("author_id", "period").agg(
        first=ibis._.created_at.min(), last=ibis._.created_at.max(), n_mentions=ibis._.count(), **shared
    )
    powers = ibis.array([1 << bit for bit in range(HALF_WORD)])
    power = powers[(periods.period % HALF_WORD).cast("int32")].cast("int64")
    halves = {
        f"half_{number}": power.sum(where=periods.period // HALF_WORD == number).fill_null(0).cast("int64")
        for number in range(calendar.period_of_day[-1] // HALF_WORD + 1)
    }
    authors = periods.group_by("author_id").agg(
        first=ibis._["first"].min(),
        last=ibis._["last"].max(),
        n_mentions=ibis._.n_mentions.sum(),
        **shared,
        **halves,
    )
    found = fetch(source, authors.order_by("first", "last", "n_mentions", *halves, "author_id"))
    words = join_halves([found.pop(name).to_numpy() for name in halves])
    return found.assign(**{f"active_{number}": word for number, word in enumerate(words.T)})


def _offset(second: ir.IntegerColumn, offsets: Sequence[tuple[int, int]]) -> ir.Value | int:
    import ibis

    if len(offsets) == 1:
        return offsets[0][1]
    ends = [start for start, _ in offsets[1:]]
    branches = [(second < end, offset) for end, (_, offset) in zip(ends, offsets, strict=False)]
    return ibis.cases(*branches, else_=offsets[-1][1])


def tally_dates(source: Source, *, as_of: pd.Timestamp) -> dict[str, int]:
    """Count the mentions that have no date or came later."""
    undated = source.table.created_at.isnull()
    return tally(source, {"n_undated": undated, "n_after_as_of": ~until(source.table, as_of)})
