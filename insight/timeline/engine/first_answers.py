"""One row a wait: a run of one customer's messages and the brand's first answer to it."""

# ruff: noqa: PD003, PD004 -- an Ibis column has isnull and notnull only

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from insight.timeline.list_waits import ANSWER, ASKED
from insight.timeline.waits import BY_DAY, MANY_PEOPLE, QUICK_SECONDS, TIMED, receipts

from .accounts import automated_accounts
from .source import Source, fetch, hold, tally, until

if TYPE_CHECKING:
    import ibis.expr.types as ir

_FAR = 1 << 30
"""More than any thread has messages."""

_TO_PAIR = (
    "mention_id", "reply_to_id", "author_id", "created_at", "platform", "addressed", "brand", "brand_side",
    "is_public", "urgency", "thread", "person", "fine", "counted",
)  # fmt: skip


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
) -> pd.DataFrame:
    """Pair each run of a customer's messages with the brand's first answer to it; one row a run.

    `silent` names the platforms that never say which messages were sent to the brand: there every message
    needs an answer. None asks for every message on every platform. `urgency` ranks messages (mention_id,
    urgency, 0 the most urgent; the others come last): a run starts with its first most urgent message.
    `clock` is what `clock_of` returns.
    """
    import ibis

    events = _spoken(source, _ranked(_counting(source.table, as_of, clock), urgency))
    people = _people(events, silent)
    runs = _runs(people)
    answered = _answered(runs, events, people)
    asked = events.filter(events.counted).select("thread", "mention_id", start="place")
    answers = events.select("thread", answer="place", answer_counted="counted", **ANSWER)
    wide = source.table.select(*ASKED, asked_at="created_at")
    paired = (
        answered.inner_join(asked, ["thread", "start"])
        .left_join(answers, ["thread", "answer"])
        .inner_join(wide, "mention_id")
        .filter(ibis._.answer_counted.fill_null(True))
        .select(*ASKED, "turn", "n_messages", "asked_at", *ANSWER, "link", "early")
    )
    return fetch(source, paired.order_by("asked_at", "mention_id"))


def _counting(table: ir.Table, as_of: pd.Timestamp, clock: Sequence[str]) -> ir.Table:
    """Keep what can open or close a wait: dated, no note, nothing passed on, by people or for a brand.

    What is private in a conversation is a thread of its own: a private message is no answer in public.
    """
    import ibis

    table = table.filter(until(table, as_of))
    marked = table.automated.fill_null(False) if "automated" in table.columns else ibis.literal(False)
    kept = table.filter(
        ~marked, table.kind != "note", ~_reposted(table), (table.side != "other").fill_null(True)
    ).anti_join(automated_accounts(table), "author_id")
    thread = ibis.coalesce(kept.conversation_id, kept.mention_id)
    return kept.mutate(
        brand_side=(kept.side == "brand").fill_null(False),
        fine=kept.time_precision.isin(TIMED),
        counted=kept.time_precision.isin(clock),
        thread=ibis.ifelse(kept.is_public, thread, thread + "\n(private)"),
        person=ibis.coalesce(kept.author_id, kept.mention_id),
    )


def _ranked(table: ir.Table, urgency: pd.DataFrame | None) -> ir.Table:
    import ibis

    if urgency is None:
        return table.mutate(urgency=ibis.literal(0, type="int64"))
    frame = urgency[["mention_id", "urgency"]].set_axis(["ranked_id", "urgency"], axis=1)
    schema = {"ranked_id": "string", "urgency": "int64"}
    ranks = ibis.memtable(frame.astype({"ranked_id": "str"}), schema=schema)
    ranked = table.left_join(ranks, table.mention_id == ranks.ranked_id)
    return ranked.mutate(urgency=ranked.urgency.fill_null(_FAR)).drop("ranked_id")


def _reposted(table: ir.Table) -> ir.BooleanValue:
    return (table.kind == "repost") | table.reposted_id.notnull()


def _spoken(source: Source, table: ir.Table) -> ir.Table:
    """Find the thread and the person that each brand message speaks to; number the messages of each thread.

    One with a reply link speaks to that message's author, wherever it is; one without (`loose`) speaks
    to everyone in its thread; one whose link leads to the brand itself, to another brand's customer, from a
    private message to a public one, or out of the file speaks to no one.
    Only what is needed to pair is kept: the rest is joined to the pairs at the end.
    """
    import ibis

    table = table.select(*_TO_PAIR)
    parents = table.filter(~table.brand_side).select(
        parent_at="created_at",
        parent_fine="fine",
        parent_id="mention_id",
        parent_thread="thread",
        parent_person="person",
        parent_public="is_public",
        parent_brand="brand",
    )
    linked = table.left_join(
        parents,
        table.brand_side
        & (table.reply_to_id == parents.parent_id)
        & (table.is_public == parents.parent_public)
        & (table.brand == parents.parent_brand).fill_null(True),
    )
    direct = linked.brand_side & linked.parent_id.notnull()
    events = linked.mutate(
        direct=direct.cast("int64"),
        loose=(linked.brand_side & linked.reply_to_id.isnull()).cast("int64"),
        thread=ibis.ifelse(direct, linked.parent_thread, linked.thread),
        person=ibis.ifelse(direct, linked.parent_person, ibis.ifelse(linked.brand_side, None, linked.person)),
    )
    events = _without_receipts(source, hold(source, _for_brand(source, events)))
    order = [ibis._.created_at, ibis._.brand_side, ibis._.mention_id]
    in_thread = ibis.window(group_by="thread", order_by=order, preceding=None, following=0)
    to_brand = in_thread  # one window less to sort where there is one brand
    if "to" in events.columns:
        to_brand = ibis.window(group_by=["thread", "to"], order_by=order, preceding=None, following=0)
    numbered = events.mutate(
        place=ibis.row_number().over(in_thread),
        n_brand=ibis._.brand_side.cast("int64").sum().over(in_thread),
        n_loose=ibis._.loose.sum().over(to_brand),
    )
    to_person = ibis.window(group_by=["thread", "person"], order_by="place", preceding=None, following=0)
    if "to" not in events.columns:
        numbered = numbered.mutate(to=ibis.literal(""))
    return numbered.mutate(part=ibis._.n_loose + ibis._.direct.sum().over(to_person))


def _for_brand(source: Source, events: ir.Table) -> ir.Table:
    """Name the brand (`to`) that each message is sent to or speaks for, where the table has several.

    A message without a name means the only one that speaks in its thread.
    """
    import ibis

    if int(fetch(source, source.table.agg(n=source.table.brand.nunique()))["n"].iloc[0]) < 2:
        return events
    spoken = ibis.ifelse(events.brand_side, events.brand, None)
    whole = ibis.window(group_by="thread")
    marked = events.mutate(least=spoken.min().over(whole), most=spoken.max().over(whole))
    only = ibis.ifelse(marked.least == marked.most, marked.least, None)
    return marked.mutate(to=ibis.coalesce(marked.brand, only, "")).drop("least", "most")


def _without_receipts(source: Source, events: ir.Table) -> ir.Table:
    """Leave out automatic receipts, by the rule of `timeline.answers`; few messages are quick enough."""
    import ibis

    if "text" not in source.table.columns:
        return events
    minute = events.created_at.epoch_seconds() // QUICK_SECONDS
    fine = events.mutate(minute=minute).filter(events.fine)
    asked = fine.filter(~fine.brand_side).select("thread", "minute", who="person", asked_at="created_at")
    # What was asked a minute ago is in the same bucket or in the one before.
    asked = asked.union(asked.mutate(minute=asked.minute + 1))
    loose = fine.filter(fine.loose == 1).select("mention_id", "thread", "minute", "created_at")
    near = loose.inner_join(asked, ["thread", "minute"])
    direct = fine.filter((fine.direct == 1) & fine.parent_fine)
    direct = direct.select("mention_id", "created_at", who="person", asked_at="parent_at")
    near = near.filter(near.asked_at <= near.created_at).select(*direct.columns).union(direct)
    gap = (near.created_at.epoch_seconds() - near.asked_at.epoch_seconds()).abs()
    quick = fetch(source, near.filter(gap <= QUICK_SECONDS).select("mention_id", "who", "asked_at"))
    if quick["who"].nunique() < MANY_PEOPLE:
        return events
    last = quick.sort_values(["asked_at", "who"]).drop_duplicates("mention_id", keep="last")
    texts = source.table.select("mention_id", "text")
    named = ibis.memtable(last[["mention_id"]].astype({"mention_id": "str"}), schema={"mention_id": "string"})
    rapid = fetch(source, texts.inner_join(named, "mention_id"))
    rapid = rapid.merge(last.rename(columns={"who": "person"}), on="mention_id")
    if receipts(rapid, rapid).empty:  # all that the brands said is fetched only where it matters
        return events
    ids = receipts(fetch(source, texts.semi_join(events.filter(events.brand_side), "mention_id")), rapid)
    return events.filter(~events.mention_id.isin(ids)) if len(ids) else events


def _people(events: ir.Table, silent: Sequence[str] | None) -> ir.Table:
    """Keep the customers' messages and mark which need an answer, by what came before them only."""
    import ibis

    people = events.filter(~events.brand_side)
    needs = people.addressed.fill_null(False) | (people.addressed.isnull() & (people.n_brand > 0))
    if silent is None:
        needs = ibis.literal(True)
    elif silent:
        needs = needs | people.platform.isin(list(silent))
    # One number ranks by urgency first and place second, so that a plain minimum finds where a run starts.
    keys = ["mention_id", "thread", "person", "to", "part", "place", "n_loose"]
    return people.select(*keys, needs=needs, rank=people.urgency * _FAR + people.place)


def _runs(people: ir.Table) -> ir.Table:
    """Join a person's messages between two answers to one run, from the most urgent that needs an answer."""
    import ibis

    runs = people.group_by("thread", "person", "to", "part").agg(
        start=ibis._["rank"].min(where=ibis._.needs) % _FAR,
        n_messages=ibis._.needs.sum(),
        n_loose=ibis._.n_loose.max(),
    )
    turns = ibis.window(group_by=["thread", "person"], order_by=["start", "part"])
    return runs.filter(ibis._.start.notnull()).mutate(turn=ibis.row_number().over(turns) + 1)


def _answered(runs: ir.Table, events: ir.Table, people: ir.Table) -> ir.Table:
    """Give each run the place of its first answer: one that names a message of it or the next to name none.

    `early` are runs whose only answers are older than they are, as happens under edited reviews.
    """
    import ibis

    keys = ["thread", "person", "to", "part"]
    named = people.select(*keys, parent_id="mention_id")
    replies = (
        events.filter(events.direct == 1).select("parent_id", reply="place").inner_join(named, "parent_id")
    )
    # A reply counts for the run from its start on; earlier ones are kept as `early`.
    after = replies.inner_join(runs.select(*keys, "start"), keys)
    linked = after.group_by(keys).agg(
        reply=ibis._.reply.min(where=ibis._.reply > ibis._.start), n_early=(ibis._.reply < ibis._.start).sum()
    )
    loose = events.filter(events.loose == 1).select("thread", "to", n_loose=events.n_loose - 1, loose="place")
    both = runs.left_join(linked, keys, rname="reply_{name}").left_join(
        loose, ["thread", "to", "n_loose"], rname="loose_{name}"
    )
    both = both.select(
        "thread", "start", "turn", "n_messages", "reply", "n_early", answer=ibis.least(both.reply, both.loose)
    )
    open_, by_reply = both.answer.isnull(), (both.answer == both.reply).fill_null(False)
    return both.mutate(
        link=ibis.cases((by_reply, "reply"), (~open_, "thread")),
        early=open_ & (both.n_early.fill_null(0) > 0),
    ).drop("reply", "n_early")
