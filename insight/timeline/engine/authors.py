"""One row an author: first, last, how many, in which periods, and what the first message was like."""

# ruff: noqa: PD003, PD004 -- an Ibis column has isnull and notnull only

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from insight.stats.periods import Calendar, join_words

from .accounts import is_called_a_bot, is_marked
from .source import Source, fetch, tally, until

if TYPE_CHECKING:
    import ibis.expr.types as ir

AUTHOR_TYPES = ("automatic", "person", "other", "automated", "brand")
"""What an author is, weakest evidence first: one message of a later sort outweighs all of an earlier one.

An automatic message says nothing of its author, unless all of them are."""

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


def read_authors(
    source: Source, *, as_of: pd.Timestamp, aliases: Mapping[str, str], bots: Sequence[str]
) -> Source:
    """Keep what was written by `as_of`, give each message its author's author_type and one name a person."""
    import ibis
    import pyarrow as pa

    table = source.table.filter(until(source.table, as_of))
    if aliases:
        known = ibis.memtable(pa.table({"account": list(aliases), "kept": list(aliases.values())}))
        joined = table.left_join(known, table.author_id == known.account)
        table = joined.mutate(author_id=ibis.coalesce(joined.kept, joined.author_id)).drop("account", "kept")
    automated = is_called_a_bot(table)
    if bots:
        automated |= table.author_id.isin(list(bots)).fill_null(False)
    code = ibis.cases(
        ((table.side == "brand").fill_null(False), 4),
        (automated, 3),
        ((table.side == "other").fill_null(False), 2),
        (is_marked(table), 0),
        else_=1,
    )
    since_1970 = _builtin(source, duckdb="epoch_us", spark="unix_micros", takes="timestamp", gives="int64")
    at = since_1970(table.created_at)
    return Source(table.mutate(author_type=code.cast("int8"), at=at), source.backend)


def _builtin(source: Source, *, duckdb: str, spark: str, takes: str, gives: str) -> ir.Callable:
    """Return a function of the backend's own, exact to the microsecond, that Ibis does not offer."""
    import ibis
    import ibis.expr.datatypes as dt

    def function(at):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 -- Ibis reads the signature
        """Stand for the backend's function."""

    function.__annotations__ = {"at": dt.dtype(takes), "return": dt.dtype(gives)}
    return ibis.udf.scalar.builtin(function, name=spark if source.backend.name == "pyspark" else duckdb)


def author_periods(source: Source, *, calendar: Calendar) -> pd.DataFrame:
    """Reduce every message to one row an author: first, last, how many, which periods, which author_type.

    `source` comes from `read_authors`. Authors without a name share one row whose author_id is missing.
    Sorted by everything but the name, then the name, so that renaming authors can only swap rows that are
    otherwise equal.
    """
    events = source.table.select("author_id", "created_at", "author_type", "at")
    events = events.mutate(period=_calendar_period(source, events, calendar).cast("int32"))
    sums = {"n_mentions": events.count()}
    authors, names, width = _with_words(source, events, sums, len(calendar.labels))
    order = ["first", "last", "n_mentions", *names, "author_id"]
    found = fetch(source, authors.order_by(*order))
    words = join_words([found.pop(name).to_numpy() for name in names], width=width)
    return found.assign(**{f"active_{number}": word for number, word in enumerate(words.T)})


def _calendar_period(source: Source, events: ir.Table, calendar: Calendar) -> ir.IntegerColumn:
    local = events.at + _offset(events.at, calendar.offsets)
    if calendar.n_days is None:
        stamp = _builtin(
            source, duckdb="make_timestamp", spark="timestamp_micros", takes="int64", gives="timestamp"
        )(local)
        first = pd.Timestamp(calendar.first_day, unit="D")
        return stamp.year() * 12 + stamp.month() - (first.year * 12 + first.month)
    day = local // _DAY - calendar.first_day
    return day if calendar.n_days == 1 else day // calendar.n_days


def _offset(at: ir.IntegerColumn, offsets: Sequence[tuple[int, int]]) -> ir.Value | int:
    """Return the microseconds east of UTC at each moment."""
    import ibis

    if len(offsets) == 1:
        return offsets[0][1] * _SECOND
    branches = [(at < later[0] * _SECOND, here[1] * _SECOND) for here, later in pairwise(offsets)]
    return ibis.cases(*branches, else_=offsets[-1][1] * _SECOND)


def _with_words(
    source: Source, events: ir.Table, sums: Mapping[str, ir.Value], n_periods: int
) -> tuple[ir.Table, list[str], int]:
    """Gather each author's periods as bits of words: 64 a word, or 32 where the backend has no bit_or.

    There the periods are made distinct first: a sum of distinct powers of two is the same.
    """
    import ibis

    sums = {**sums, "first": events.created_at.min(), "last": events.created_at.max(),
            "author_type": events.author_type.max()}  # fmt: skip
    again = {name: ibis._[name].sum() for name in sums if name.startswith("n_")}
    again |= {
        "first": ibis._["first"].min(),
        "last": ibis._["last"].max(),
        "author_type": ibis._.author_type.max(),
    }
    if source.backend.name == "pyspark":
        width, rows = 32, events.group_by("author_id", "period").agg(**sums)
        powers = ibis.array([1 << bit for bit in range(width)])
        mask, sums = powers[rows.period % width].cast("int64").sum(), again
    else:
        width, rows = 64, events
        bit = rows.period if n_periods <= width else rows.period % width
        # bit_or sets one bit a period in which the author wrote; the place is that within its word.
        mask = (ibis.literal(1, "uint64") << bit.cast("uint64")).bit_or().cast("uint64")
    names = [f"word_{number}" for number in range((n_periods - 1) // width + 1)]
    if len(names) == 1:
        return rows.group_by("author_id").agg(**sums, word_0=mask), names, width
    parts = rows.group_by("author_id", word=rows.period // width).agg(**sums, mask=mask)
    words = {
        name: parts.mask.max(where=parts.word == number).fill_null(ibis.literal(0, "uint64"))
        for number, name in enumerate(names)
    }
    return parts.group_by("author_id").agg(**again, **words), names, width


def first_messages(source: Source, columns: Sequence[str]) -> pd.DataFrame:
    """Return columns of each named author's first message; among messages of one moment, that of least id."""
    import ibis

    table = source.table.filter(source.table.author_id.notnull())
    ties = ["mention_id"] if "mention_id" in table.columns else list(columns)
    place = ibis.row_number().over(ibis.window(group_by="author_id", order_by=["at", *ties]))
    firsts = table.mutate(place=place).filter(ibis._.place == 0)
    return fetch(source, firsts.select("author_id", *columns))


def tally_dates(source: Source, *, as_of: pd.Timestamp) -> dict[str, int]:
    """Count the mentions that have no date or came later."""
    undated = source.table.created_at.isnull()
    return tally(source, {"n_undated": undated, "n_after_as_of": ~until(source.table, as_of)})
