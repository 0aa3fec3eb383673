"""Who waits for the brand, and when it first answered: the unanswered are counted as waiting."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightWarning, need_columns
from insight.stats.periods import HOUR
from insight.timeline import ADDED, engine
from insight.timeline.list_waits import list_waits
from insight.timeline.waits import BY_DAY

from .intents import INTENT, INTENTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NEEDED = (
    "mention_id", "conversation_id", "reply_to_id", "reposted_id", "author_id", "created_at",
    "time_precision", "platform", "channel", "kind", "side", "brand", "addressed", "is_public",
)  # fmt: skip
_WANTS = ["mention_id", "intent", "needs_answer", "challenge"]


def first_responses(
    mentions: pd.DataFrame | ir.Table | str,
    intents: pd.DataFrame | None = None,
    *,
    as_of: str | pd.Timestamp | None = None,
    only_addressed: bool = True,
) -> pd.DataFrame:
    """Find when the brand first answered each customer who wrote to it, and who still waits.

    Parameters
    ----------
    mentions : DataFrame, Ibis table or path
        The mentions table, or a Parquet file or folder of it. A boolean column `automated`, if there is one,
        marks bots and auto-replies: they neither ask nor answer.
    intents : DataFrame, optional
        `intents` of the same mentions. A wait then starts with the first message that wants most, and three
        columns say what: without them a closing "thanks!" counts as a new wait like any other.
    as_of : str or Timestamp, optional
        The moment of looking (UTC unless it has a zone): later messages are unknown. Default: the last
        mention.
    only_addressed : bool
        True asks who was answered among the messages sent to the brand: `addressed` is true, or it is not
        known and the brand had already spoken in that conversation. On a platform that never says what was
        addressed, every customer's message counts. False: every customer's message everywhere. Never what
        customers say to each other (see `timeline`).

    Returns
    -------
    DataFrame
        One row a wait, oldest first: mention_id (the message that started the clock), conversation_id,
        author_id, platform, channel, kind, brand (of that message), turn (1 = the author's first approach in
        this conversation, 2 = the next after an answer, ...), n_messages (sent before an answer came),
        asked_at, wait_hours (until the answer, or until `as_of`), responded, watched_hours (from asking until
        `as_of`), response_id, responder_id, answered_at (missing while waiting), link ('reply' = the answer
        names the message, 'thread' = it follows in the conversation and names none). With `intents` also
        intent, needs_answer and challenge of the message that started the clock. `.attrs` has as_of, the
        platforms where every message counts, and the number of rows of each sort that did not enter.

    Notes
    -----
    An answer is a message of the brand's side, not a repost, that replies to the person's message, or that
    comes later in the same conversation and replies to no message in particular. A reply to someone else or
    by another tracked brand, the asker's own follow-up and another customer's help are no answers. A person's
    messages between two answers are one wait, which starts at the first of them; with `intents`, at the first
    that asks for help, else at the first complaint, and so on. Messages of the same second (or minute, where
    that is all the source gives) count as question, then answer. A private message answers only a private
    one; agents' notes, reposts, stamps coarser than a minute and threads that the export says are cut
    (`thread_is_cut`: the answer may be in the missing part) do not enter. Where no date has a time of day,
    waits are whole days, from midnight to midnight. Whether a message was sent to
    the brand is judged only by what came before it: counting a stranger's post because the brand did answer
    it would flatter the brand.

    Any column can be merged in to compare by: `responses.merge(topics.assignments, on="mention_id",
    how="left")`, then `response_rate(..., by="topic")`.

    Warns
    -----
    InsightWarning
        If no message of the brand's is in the table: all wait, since silence and missing data look alike. If
        the file gives days and no times. If
        an answer is older than its question, as happens to edited reviews: these waits have no length and are
        left out.

    Examples
    --------
    >>> import insight as ins
    >>> waits = first_responses(ins.example())
    >>> waits[["mention_id", "wait_hours", "responded", "link"]].head(3)
      mention_id  wait_hours  responded   link
    0        x:1         1.0       True  reply
    1        x:3      1390.5      False    NaN
    2        x:4      1341.0      False    NaN
    """
    optional = ("automated", "author_name", "title", "text", "thread_is_cut")
    source = engine.open_mentions(mentions, columns=_NEEDED, optional=optional)
    end = engine.span(source)[1] if as_of is None else engine.moment(as_of, tz="UTC")
    clock = engine.clock_of(source)
    excluded = engine.tally_waits(source, as_of=end, clock=clock)
    if not excluded.pop("n_brand"):
        warnings.warn(
            "no message of the brand's is among the mentions, so everyone counts as waiting: it was silent, "
            "or the export lacks its answers.",
            InsightWarning,
            stacklevel=2,
        )
    silent = engine.platforms_without_addressed(source) if only_addressed else None
    urgency = _urgency(intents)

    def paired(silent: list[str] | None) -> tuple[pd.DataFrame, int]:
        if isinstance(mentions, pd.DataFrame):
            return list_waits(_until(mentions, end), silent=silent, urgency=urgency, clock=clock)
        return engine.first_answers(source, as_of=end, silent=silent, urgency=urgency, clock=clock)

    pairs, excluded["n_between_people"] = paired(silent)
    if only_addressed and not len(pairs):  # whether it helps to ask for every message
        excluded["n_not_addressed"] = len(paired(None)[0])
    if clock == BY_DAY and len(pairs):
        warnings.warn(
            "the file gives days and no times: waits are whole days, and an answer on the next day counts as "
            "within a day.",
            InsightWarning,
            stacklevel=2,
        )
    early = pairs.pop("early").fillna(False).astype(bool)
    if early.any():
        warnings.warn(
            f"{int(early.sum())} of {len(pairs)} waits are left out: the answer is dated before the message, "
            "as happens when a review is edited after the reply.",
            InsightWarning,
            stacklevel=2,
        )
    cut = pairs["conversation_id"].isin(_cut_threads(source))
    responses = _waits(pairs[~early & ~cut].reset_index(drop=True), end)
    excluded |= {"n_answered_early": int(early.sum()), "n_thread_cut": int((cut & ~early).sum())}
    if intents is not None:
        wants = intents.drop_duplicates("mention_id").set_index("mention_id")[_WANTS[1:]]
        wants = wants.reindex(responses["mention_id"]).reset_index(drop=True)
        responses = responses.assign(
            intent=wants["intent"].astype(INTENT),
            needs_answer=wants["needs_answer"].eq(True),
            challenge=wants["challenge"].eq(True),
        )
    responses.attrs = {"as_of": end.isoformat(), "every_message_counts_on": silent, "excluded": excluded}
    return responses


def _until(mentions: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return what was written by a moment, with no timeline of all: later answers are not known then."""
    known = mentions["created_at"] <= end
    if known[mentions["created_at"].notna()].all():
        return mentions
    return mentions[known].drop(columns=list(ADDED), errors="ignore")


def _cut_threads(source: engine.Source) -> set[str]:
    """List the threads that the export itself says are longer than what it holds."""
    if "thread_is_cut" not in source.table.columns:
        return set()
    cut = source.table.filter(source.table.thread_is_cut == "true").select("conversation_id").distinct()
    return set(source.backend.to_pyarrow(cut)["conversation_id"].to_pylist())


def _urgency(intents: pd.DataFrame | None) -> pd.DataFrame | None:
    """Rank the messages by what they want; those in other languages come before small talk."""
    if intents is None:
        return None
    need_columns(intents, "intents", _WANTS)
    order = {name: rank for rank, name in enumerate((*INTENTS[:-1], "unread", INTENTS[-1]))}
    wanted = intents["intent"].astype(object).where(intents["intent"].notna(), "unread")
    return intents[["mention_id"]].assign(urgency=wanted.map(order).astype("int64"))


def _waits(pairs: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    watched = (end - pairs["asked_at"]) / HOUR
    waits = pairs.assign(
        wait_hours=((pairs["answered_at"] - pairs["asked_at"]) / HOUR).fillna(watched),
        responded=pairs["answered_at"].notna(),
        watched_hours=watched,
    )
    answer = ["response_id", "responder_id", "answered_at", "link"]
    asked = [name for name in pairs.columns if name not in answer]
    return waits[[*asked, "wait_hours", "responded", "watched_hours", *answer]]
