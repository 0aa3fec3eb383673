# ruff: noqa: PD003, PD004 -- an Ibis column has isnull and notnull only
"""The few Ibis expressions that touch every mention: on DuckDB in this process, or on the team's Spark."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightError
from insight.periods import Calendar, join_halves

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

HALF_WORD = 32
"""Bits in one summed column: Spark has no bit_or, but a sum of distinct powers of two is the same."""


ASKED = (
    "mention_id", "conversation_id", "author_id", "platform", "channel", "kind", "brand", "turn", "n_messages",
    "asked_at",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A table of mentions and the backend that holds it."""

    table: ir.Table
    backend: BaseBackend


def open_mentions(
    mentions: pd.DataFrame | ir.Table | str | Path, *, columns: Sequence[str], optional: Sequence[str] = ()
) -> Source:
    """Open a DataFrame, an Ibis table, or a Parquet file, folder or glob; keep the named columns."""
    import ibis

    if isinstance(mentions, ibis.Table):
        source = Source(mentions, mentions.get_backend())
    elif isinstance(mentions, pd.DataFrame):
        source = Source(ibis.memtable(_arrow(mentions, [*columns, *optional])), _duckdb())
    elif isinstance(mentions, str | Path):
        path = Path(mentions)
        backend = _duckdb()
        source = Source(
            backend.read_parquet(str(path / "**" / "*.parquet") if path.is_dir() else path), backend
        )
    else:
        raise InsightError(
            f"mentions is a {type(mentions).__name__}; expected a DataFrame, an Ibis table or the path of a "
            "Parquet file or folder."
        )
    missing = [name for name in columns if name not in source.table.columns]
    if missing:
        raise InsightError(
            f"mentions lack the columns {missing}; found {sorted(source.table.columns)}. "
            "Pass the table through as_mentions first."
        )
    kept = source.table.select(*[name for name in (*columns, *optional) if name in source.table.columns])
    return Source(kept, source.backend)


def _arrow(frame: pd.DataFrame, columns: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    frame = frame[[name for name in columns if name in frame.columns]]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    plain = [
        field.type.value_type if pa.types.is_dictionary(field.type) else field.type for field in table.schema
    ]
    return table.cast(pa.schema(list(zip(table.column_names, plain, strict=True))))


def _duckdb() -> BaseBackend:
    import ibis

    return ibis.duckdb.connect(temp_directory=tempfile.gettempdir())


def fetch(source: Source, query: ir.Table) -> pd.DataFrame:
    """Run a query; stamps come back in UTC whatever the backend."""
    frame = source.backend.to_pyarrow(query).to_pandas()
    for name, dtype in query.schema().items():
        if dtype.is_timestamp():
            stamps = frame[name]
            stamps = stamps.dt.tz_localize("UTC") if stamps.dt.tz is None else stamps.dt.tz_convert("UTC")
            frame[name] = stamps.astype("datetime64[us, UTC]")
    return frame


def tally(source: Source, counts: dict[str, ir.BooleanValue]) -> dict[str, int]:
    """Count the rows for which each condition holds, in one pass."""
    query = source.table.agg(**{name: condition.fill_null(False).sum() for name, condition in counts.items()})
    return {name: int(count) for name, count in fetch(source, query.fill_null(0)).iloc[0].items()}


def span(source: Source) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last stamp of the table."""
    stamps = source.table.created_at
    ends = fetch(source, source.table.agg(first=stamps.min(), last=stamps.max())).iloc[0]
    if pd.isna(ends["first"]):
        raise InsightError(
            "no mention has a date (created_at is missing throughout), so nothing can be timed."
        )
    return ends["first"], ends["last"]


def moment(value: str | pd.Timestamp, *, tz: str) -> pd.Timestamp:
    """Read a point in time as UTC; without a zone of its own it is meant in `tz`."""
    stamp = pd.Timestamp(value)
    return (stamp.tz_localize(tz) if stamp.tzinfo is None else stamp).tz_convert("UTC")


def duration(value: str | pd.Timedelta, *, name: str) -> pd.Timedelta:
    """Read a length of time that carries its unit; bare numbers are refused."""
    bare = (
        not isinstance(value, str | pd.Timedelta) or value == "" or str(value).strip("-+. 0123456789") == ""
    )
    length = pd.to_timedelta(None if bare else value, errors="coerce")
    if pd.isna(length) or length < pd.Timedelta(0):
        raise InsightError(f"{name}={value!r} is not a length of time with its unit, such as '24h' or '90D'.")
    return length


def until(table: ir.Table, as_of: pd.Timestamp) -> ir.BooleanValue:
    """Return whether a mention was written by `as_of`."""
    import ibis

    return table.created_at <= ibis.literal(as_of.to_pydatetime(), type="timestamp('UTC')")


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


def tally_waits(source: Source, *, as_of: pd.Timestamp) -> dict[str, int]:
    """Count the brand's messages, and those that neither ask nor answer, by reason (a row may have several)."""
    table = source.table
    counts = {
        "n_brand": table.side == "brand",
        "n_private": ~table.is_public,
        "n_reposts": _reposted(table),
        "n_undated": table.created_at.isnull(),
        "n_after_as_of": ~until(table, as_of),
        "n_stamps_too_coarse": ~table.time_precision.isin(["s", "min"]),
    }
    if "automated" in table.columns:
        counts["n_automated"] = table.automated
    return tally(source, counts)


def silent_platforms(source: Source) -> list[str]:
    """Return the platforms on which no customer's message says whether it was sent to the brand."""
    people = source.table.filter((source.table.side != "brand").fill_null(True))
    told = people.group_by("platform").agg(told=people.addressed.notnull().any())
    return sorted(fetch(source, told.filter(~told.told))["platform"])


def first_answers(source: Source, *, as_of: pd.Timestamp, silent: Sequence[str] | None) -> pd.DataFrame:
    """Pair each run of a customer's messages with the brand's first answer to it; one row a run.

    `silent` names the platforms that never tell which messages were sent to the brand: there every message
    needs an answer. None asks for every message on every platform.
    """
    import ibis

    events = _spoken(_public(source.table, as_of))
    asked = _runs(events, silent)
    answers = _linked(events, asked).union(_threaded(events, asked))
    order = [ibis._.early, ibis._.answered_at, ibis._.link, ibis._.response_id]
    nearest = ibis.row_number().over(ibis.window(group_by="run", order_by=order))
    best = answers.mutate(place=nearest).filter(ibis._.place == 0).drop("place")
    starters = asked.filter(asked.mention_id == asked.run).select(*ASKED)
    paired = starters.left_join(best, starters.mention_id == best.run).drop("run")
    return fetch(source, paired.order_by("asked_at", "mention_id"))


def _public(table: ir.Table, as_of: pd.Timestamp) -> ir.Table:
    """Keep what can open or close a wait: public, dated to the minute, written by a person, not passed on."""
    import ibis

    kept = table.filter(
        until(table, as_of), table.is_public, table.time_precision.isin(["s", "min"]), ~_reposted(table)
    )
    if "automated" in kept.columns:
        kept = kept.filter(~kept.automated.fill_null(False))
    return kept.mutate(
        brand_side=(kept.side == "brand").fill_null(False),
        thread=ibis.coalesce(kept.conversation_id, kept.mention_id),
        person=ibis.coalesce(kept.author_id, kept.mention_id),
    ).filter((ibis._.side != "other").fill_null(True))


def _reposted(table: ir.Table) -> ir.BooleanValue:
    return (table.kind == "repost") | table.reposted_id.notnull()


def _spoken(table: ir.Table) -> ir.Table:
    """Find the thread and the person that each brand message speaks to, and count those before each row.

    A message with a reply link speaks to that message's author, wherever it stands; one without (`loose`) speaks
    to everyone in its thread; one whose link leads to the brand itself or out of the file speaks to nobody.
    """
    import ibis

    parents = table.filter(~table.brand_side).select(
        parent_id="mention_id", parent_thread="thread", parent_person="person"
    )
    linked = table.left_join(parents, table.brand_side & (table.reply_to_id == parents.parent_id))
    direct = linked.brand_side & linked.parent_id.notnull()
    events = linked.mutate(
        direct=direct.cast("int64"),
        loose=(linked.brand_side & linked.reply_to_id.isnull()).cast("int64"),
        thread=ibis.ifelse(direct, linked.parent_thread, linked.thread),
        person=ibis.ifelse(direct, linked.parent_person, ibis.ifelse(linked.brand_side, None, linked.person)),
    ).drop("parent_thread", "parent_person")
    order = [ibis._.created_at, ibis._.brand_side, ibis._.mention_id]
    in_thread = ibis.window(group_by="thread", order_by=order, preceding=None, following=0)
    to_person = ibis.window(group_by=["thread", "person"], order_by=order, preceding=None, following=0)
    return events.mutate(
        n_brand=ibis._.brand_side.cast("int64").sum().over(in_thread),
        n_loose=ibis._.loose.sum().over(in_thread),
        n_direct=ibis._.direct.sum().over(to_person),
    )


def _runs(events: ir.Table, silent: Sequence[str] | None) -> ir.Table:
    """Join a person's messages between two answers into one run, named by its first that needs an answer."""
    import ibis

    people = events.filter(~events.brand_side)
    if silent is None:
        needs = ibis.literal(True)
    else:
        needs = people.addressed.fill_null(False) | (people.addressed.isnull() & (people.n_brand > 0))
        needs = needs | people.platform.isin(list(silent)) if silent else needs
    people = people.mutate(needs=needs, part=people.n_loose + people.n_direct)
    run = ibis.window(
        group_by=["thread", "person", "part"],
        order_by=[ibis._.needs.desc(), ibis._.created_at, ibis._.mention_id],
        preceding=None,
        following=None,
    )
    people = people.mutate(
        run=ibis._.mention_id.first().over(run),
        asked_at=ibis._.created_at.first().over(run),
        n_messages=ibis._.needs.cast("int64").sum().over(run),
    ).filter(ibis._.n_messages > 0)
    turns = ibis.window(group_by=["thread", "person"], order_by="part")
    return people.mutate(turn=ibis.dense_rank().over(turns) + 1)


def _linked(events: ir.Table, asked: ir.Table) -> ir.Table:
    """Find answers that name a message of the run; `early` ones are older than it, as under edited reviews."""
    replies = events.filter(events.direct == 1)
    return _answers(
        replies.inner_join(asked, replies.parent_id == asked.mention_id, rname="asked_{name}"), "reply"
    )


def _threaded(events: ir.Table, asked: ir.Table) -> ir.Table:
    """Find the next answer in the thread that names no message at all."""
    loose = events.filter(events.loose == 1)
    starters = asked.filter(asked.mention_id == asked.run)
    following = [loose.thread == starters.thread, loose.n_loose == starters.n_loose + 1]
    return _answers(loose.inner_join(starters, following, rname="asked_{name}"), "thread")


def _answers(pairs: ir.Table, link: str) -> ir.Table:
    import ibis

    return pairs.select(
        "run",
        response_id="mention_id",
        responder_id="author_id",
        answered_at="created_at",
        link=ibis.literal(link),
        early=pairs.created_at < pairs.asked_at,
    )
