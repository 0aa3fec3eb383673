"""Who was answered: the waits of people, and the brand's first answer to each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import among

from .own_words import bare_words
from .persons import Flags, Rows, number
from .talk import Talk, last_before

TIMED, BY_DAY = ("s", "min"), ("day",)
"""Precisions of dates between which waits are measured: the former, or the latter if no date has a time."""

QUICK_SECONDS = 60
MANY_PEOPLE = 5
"""The same words within a minute of asking, to as many people or more, are an automatic receipt."""

_PERSONAL = (r"^(?:hi|hello|hey|dear)\s+[^\s,!.:]+", r"[\s#]*[0-9]+")
"""What differs from one form letter to the next: the name after the greeting, and numbers."""


@dataclass(frozen=True)
class Answers:
    """For each row of the timeline the row of the wait that it belongs to and of its answer; -1 for none."""

    wait: Rows
    row: Rows


def find_answers(mentions: pd.DataFrame, talk: Talk, events: Rows) -> Answers:
    """Pair each run of a person's messages with the brand's first answer to it; rows in order of time.

    `events` is what `in_thread_order` returns: a message of the same moment as its answer comes before it. A
    run is what a person says in a thread to a brand between two answers: it is answered by a reply to a
    message of it, or by the next message of that brand in the thread that names none. What people say to each
    other is a run of its own, which only a reply to it answers, and belongs to no wait.
    """
    replies, account = talk.replies, talk.account
    brand, code = _brands(mentions, talk)[events], talk.thread[events]
    asked, direct = talk.people[events], replies[events] >= 0
    unlinked = mentions["reply_to_id"].isna() & mentions["created_at"].notna()
    loose = talk.speaks[events] & unlinked.to_numpy()[events]
    person = np.where(asked, account[events], np.where(direct, account[replies[events]], -1))
    spoken = running_count(loose, [code, brand])
    part = spoken + running_count(direct, [code, person])
    run = np.full(len(events), -1)
    alone = talk.between[events]
    own = np.where(alone, np.arange(len(events)), -1)
    run[asked] = number([keys[asked] for keys in (code, person, brand, part, own)])
    first = _firsts(run, np.flatnonzero(asked))
    # Places are those in the order of events, so that the least of several is the earliest.
    answer = _next_loose(loose, [code, brand])[first] if len(first) else first
    answer[alone[first]] = len(events)
    place = np.full(len(mentions), -1)
    place[events] = np.arange(len(events))
    # A direct reply that comes after the run began may be earlier than the next unlinked answer.
    replying = np.flatnonzero(direct)
    target = place[replies[events[replying]]]
    later = replying > first[run[target]]
    np.minimum.at(answer, run[target[later]], replying[later])
    found = np.full((2, len(mentions)), -1)
    found[0, events[asked]] = np.where(alone[asked], -1, events[first[run[asked]]])
    at = answer[run[asked]]
    found[1, events[asked]] = np.where(at < len(events), events[np.minimum(at, len(events) - 1)], -1)
    return Answers(*found)


def is_receipt(mentions: pd.DataFrame, talk: Talk) -> Flags:
    """Return which of the brands' messages are automatic: the same words to many people within a minute."""
    quick = quick_answers(mentions, talk)
    known = receipts(mentions.loc[talk.speaks, ["mention_id", "text"]], quick)
    return among(mentions["mention_id"], known) if len(known) else np.zeros(len(mentions), bool)


def quick_answers(mentions: pd.DataFrame, talk: Talk) -> pd.DataFrame:
    """Return the brands' messages within a minute of asking: mention_id, text, and the person who asked."""
    speaks, replies = talk.speaks, talk.replies
    target = np.where(replies >= 0, replies, np.where(speaks, last_before(talk.thread, talk.people), -1))
    moment = mentions["created_at"].to_numpy("datetime64[us]").astype(np.int64)
    fine = mentions["time_precision"].isin(TIMED).to_numpy()
    quick = speaks & (target >= 0) & fine & fine[target]
    quick &= np.abs(moment - moment[target]) <= QUICK_SECONDS * 1_000_000
    asked = mentions[["author_id", "mention_id"]].iloc[target[quick]]
    person = asked["author_id"].fillna(asked["mention_id"]).to_numpy(object)
    return mentions.loc[quick, ["mention_id", "text"]].assign(person=person)


def receipts(sent: pd.DataFrame, quick: pd.DataFrame) -> pd.Series:
    """Return the mention_id of automatic receipts among `quick` (mention_id, text, person: who had asked).

    A form letter is one if it went to `MANY_PEOPLE` within a minute of asking, and mostly goes out so: an
    agent who is quick now and then sends the same words late as well. `sent` (mention_id, text) is all that
    the brands sent.
    """
    form = _form_of(quick["text"])
    readers = quick["person"].groupby(form.to_numpy()).nunique()
    many = readers.index[(readers >= MANY_PEOPLE) & (readers.index != "")]
    if not len(many):
        return quick["mention_id"].iloc[:0]
    times = _form_of(sent["text"]).value_counts().reindex(many)
    mostly = many[2 * form.value_counts().reindex(many) > times]
    return quick["mention_id"][form.isin(mostly).to_numpy()]


def _form_of(texts: pd.Series) -> pd.Series:
    """Return what a form letter has in common: no digits, and no name after the greeting."""
    bare = pa.array(bare_words(texts), pa.large_string())
    for pattern in _PERSONAL:
        bare = pc.replace_substring_regex(bare, pattern, "")
    return pd.Series(bare.to_pandas(), dtype="str")


def in_thread_order(mentions: pd.DataFrame, talk: Talk) -> Rows:
    """Return the rows that ask or answer by thread and time, questions before answers of one moment."""
    speaks, thread = talk.speaks, talk.thread
    rows = np.flatnonzero(speaks | talk.people)
    moment = mentions["created_at"].to_numpy("datetime64[us]").astype(np.int64)
    moment = np.where(mentions["created_at"].isna(), np.iinfo(np.int64).max, moment)[rows]
    return rows[np.lexsort((rows, speaks[rows], moment, thread[rows]))]


def _brands(mentions: pd.DataFrame, talk: Talk) -> Rows:
    """Return a number for the brand that each message is sent to or speaks for; -1 if it is not known.

    Where a row names none, the only brand that speaks in the thread is meant.
    """
    thread, code = talk.thread, pd.factorize(mentions["brand"])[0].astype(np.int64)
    if code.max(initial=-1) < 0:
        return code
    spoken = np.flatnonzero(talk.speaks & (code >= 0))
    least, most = np.full((2, thread.max() + 1), -1)
    least[:] = code.max() + 1
    np.minimum.at(least, thread[spoken], code[spoken])
    np.maximum.at(most, thread[spoken], code[spoken])
    only = np.where(least == most, most, -1)
    return np.where(code >= 0, code, only[thread])


def running_count(marked: Flags, keys: list[np.ndarray]) -> Rows:
    """Count the marked rows so far, this one too, among those with the same keys."""
    group = number(keys)
    # Sorted by group, one running total serves all: what it had reached before a group began is taken off.
    order = np.argsort(group, kind="stable")
    total = np.cumsum(marked[order])
    starts = np.r_[0, np.flatnonzero(np.diff(group[order])) + 1] if len(order) else np.zeros(0, int)
    before = np.repeat(total[starts] - marked[order][starts], np.diff(np.r_[starts, len(order)]))
    counts = np.empty(len(order), np.int64)
    counts[order] = total - before
    return counts


def _firsts(run: Rows, rows: Rows) -> Rows:
    """Return the first place of each run."""
    first = np.full(run.max(initial=-1) + 1, -1)
    first[run[rows][::-1]] = rows[::-1]  # of several writes to one place the last remains
    return first


def _next_loose(loose: Flags, keys: list[np.ndarray]) -> Rows:
    """Return the place of the next unlinked answer with the same keys; the number of places if none."""
    # Read from the end, a running maximum is the latest answer seen, hence the next one in time; one that
    # was left over from the group before does not count.
    group, size = number(keys), len(loose)
    order = np.argsort(group, kind="stable")[::-1]
    place = np.where(loose[order], np.arange(size), -1)
    last = np.maximum.accumulate(place) if size else place
    same = (last >= 0) & (group[order][last] == group[order])
    found = np.empty(size, np.int64)
    found[order] = np.where(same, order[last], size)
    return found
