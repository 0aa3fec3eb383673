"""The waits of an archive larger than memory: thread by thread, by the same rules as a table in memory."""

# ruff: noqa: PD003, PD004 -- an Ibis column has isnull and notnull only

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.mentions import among, in_order
from insight.timeline.between import brand_words, with_between
from insight.timeline.list_waits import waits_of
from insight.timeline.talk import Talk, read_talk
from insight.timeline.waits import BY_DAY, TIMED, quick_answers, receipts

from .accounts import automated_accounts, is_marked
from .source import Source, fetch, hold, tally, until

if TYPE_CHECKING:
    import ibis.expr.types as ir

AT_ONCE = 2_000_000
"""Messages that are paired together; no thread is in two batches."""


def clock_of(source: Source) -> tuple[str, ...]:
    """Return the precisions of which waits are measured: the minute, or the day where a file has no times.

    Of a file with both, only what has a time counts: a day beside a minute is no length of time.
    """
    table = source.table
    timed = table.aggregate(n=(table.time_precision.isin(TIMED) & table.created_at.notnull()).sum())
    return TIMED if (fetch(source, timed)["n"].fillna(0) > 0).all() else BY_DAY


def tally_waits(source: Source, *, as_of: pd.Timestamp, clock: Sequence[str] = TIMED) -> dict[str, int]:
    """Count the brand's messages, and those that neither ask nor answer, by reason (a row may have two)."""
    table = source.table
    counts = {
        "n_brand": table.side == "brand",
        "n_notes": table.kind == "note",
        "n_reposts": _reposted(table),
        "n_undated": table.created_at.isnull(),
        "n_after_as_of": ~until(table, as_of),
        "n_stamps_too_coarse": ~table.time_precision.isin(clock),
    }
    if "automated" in table.columns:
        counts["n_automated"] = table.automated
    return tally(source, counts)


def platforms_without_addressed(source: Source) -> list[str]:
    """Return the platforms on which no customer's message says whether it was sent to the brand."""
    people = source.table.filter((source.table.side != "brand").fill_null(True))
    known = people.group_by("platform").agg(known=people.addressed.notnull().any())
    return sorted(fetch(source, known.filter(~known.known))["platform"])


def first_answers(
    source: Source,
    *,
    as_of: pd.Timestamp,
    silent: Sequence[str] | None,
    urgency: pd.DataFrame | None = None,
    clock: Sequence[str] = TIMED,
) -> tuple[pd.DataFrame, int]:
    """Return what `list_waits` returns of a table in memory.

    The engine finds whose messages count, which threads belong together and what is automatic; a thread is
    then paired by the very code that pairs a table.
    """
    counted = hold(source, _counted(source.table, as_of))
    n_batches = int(fetch(source, counted.agg(n=counted.count()))["n"].iloc[0]) // AT_ONCE + 1
    batch = functools.lru_cache(maxsize=1)(functools.partial(_batch, source, counted, n_batches))
    words = _brand_words(source)
    automatic = pd.Series([], dtype="str")
    if "text" in source.table.columns:
        automatic = _receipts(source, counted, [quick_answers(*batch(number)) for number in range(n_batches)])
    parts = [
        waits_of(
            rows,
            with_between(rows, talk.without(among(rows["mention_id"], automatic)), words=words),
            silent=silent,
            urgency=urgency,
            clock=clock,
        )
        for rows, talk in map(batch, range(n_batches))
    ]
    waits = pd.concat([part for part, _ in parts], ignore_index=True)
    waits = waits.sort_values(["asked_at", "mention_id"], ignore_index=True)
    return waits, sum(n for _, n in parts)


def _counted(table: ir.Table, as_of: pd.Timestamp) -> ir.Table:
    """Keep what may ask or answer, with the conversation (`batch_key`) that each message is to be read in.

    A brand's reply is read where the message is that it answers.
    """
    import ibis

    table = table.filter(until(table, as_of))
    kept = table.filter(
        ~is_marked(table), table.kind != "note", ~_reposted(table), (table.side != "other").fill_null(True)
    ).anti_join(automated_accounts(table), "author_id")
    kept = kept.mutate(batch_key=ibis.coalesce(kept.conversation_id, kept.mention_id))
    speaks = (kept.side == "brand").fill_null(False)
    parents = kept.filter(~speaks).select(
        parent_id="mention_id", parent_key="batch_key", parent_public="is_public", parent_brand="brand"
    )
    joined = kept.left_join(
        parents,
        speaks
        & (kept.reply_to_id == parents.parent_id)
        & (kept.is_public == parents.parent_public)
        & (kept.brand == parents.parent_brand).fill_null(True),
    )
    own = {"text": "", "title": ""}
    return joined.mutate(
        batch_key=ibis.coalesce(joined.parent_key, joined.batch_key),
        **{name: ibis.literal(value) for name, value in own.items() if name not in table.columns},
    ).drop("parent_id", "parent_key", "parent_public", "parent_brand")


def _batch(source: Source, counted: ir.Table, n_batches: int, number: int) -> tuple[pd.DataFrame, Talk]:
    """Return the messages of some conversations in order of time, and who speaks to whom in them."""
    part = (counted.batch_key.hash() % n_batches + n_batches) % n_batches
    mine = counted if n_batches == 1 else counted.filter(part == number)
    rows = in_order(fetch(source, mine.drop("batch_key")).astype({"addressed": "boolean"}))
    machine = np.zeros(len(rows), bool)  # they were found in the whole archive, and left out
    return rows, read_talk(rows, own=None, automated=machine)


def _brand_words(source: Source) -> set[str]:
    table = source.table
    names = [name for name in ("brand", "side", "author_id", "author_name") if name in table.columns]
    spoken = table.filter(table.side == "brand").select(*names).distinct()
    named = table.filter(table.side != "brand").select("brand").distinct()
    known = pd.concat([fetch(source, spoken), fetch(source, named)], ignore_index=True)
    return brand_words(known, (known["side"] == "brand").to_numpy(bool))


def _receipts(source: Source, counted: ir.Table, quick: list[pd.DataFrame]) -> pd.Series:
    """Return the mention_id of automatic receipts; all that brands sent is read only where it matters."""
    rapid = pd.concat(quick)
    if receipts(rapid, rapid).empty:
        return rapid["mention_id"].iloc[:0]
    sent = fetch(source, counted.filter(counted.side == "brand").select("mention_id", "text"))
    return receipts(sent, rapid)


def _reposted(table: ir.Table) -> ir.BooleanValue:
    return (table.kind == "repost") | table.reposted_id.notnull()
