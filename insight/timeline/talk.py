"""Who speaks to whom: the accounts, threads and links of a table as numbers, which all else is found from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import is_repost

from .persons import PERSONS, Flags, Rows, account_of, find_roles


@dataclass(frozen=True)
class Talk:
    """A table in order of time as arrays, one entry a row.

    `role` in which a message was written, and whether its author is a `person`; `account` numbers the
    authors, `thread` the conversations, which have `names`. `speaks` marks what brands say, `people` what
    people say; notes, reposts and automatic messages are neither. `named` is the row that the file's own
    link leads to, `replies` the row of the message that a brand's direct answer answers; -1 for none.
    `between` marks what people say to each other: it waits for no brand.
    """

    role: pd.Categorical
    person: Flags
    account: Rows
    thread: Rows
    names: pd.Index
    speaks: Flags
    people: Flags
    named: Rows
    replies: Rows
    between: Flags

    def without(self, automatic: Flags) -> Talk:
        """Take the brands' automatic messages for what they are."""
        if not automatic.any():
            return self
        role = self.role.copy()
        role[automatic] = "automated"
        return replace(
            self,
            role=role,
            speaks=self.speaks & ~automatic,
            replies=np.where(automatic, -1, self.replies),
        )


def read_talk(mentions: pd.DataFrame, *, own: str | None, automated: Flags | None = None) -> Talk:
    """Find who speaks to whom, automatic receipts among them; rows in order of time.

    `automated` is that of `find_roles`.
    """
    account = account_of(mentions)
    role, person = find_roles(mentions, account, own=own, automated=automated)
    talk = _talk(mentions, role, person, account, _conversations(mentions))
    # A direct answer joins the thread of what it answers.
    return replace(talk, thread=np.where(talk.replies >= 0, talk.thread[talk.replies], talk.thread))


def talk_on(line: pd.DataFrame) -> Talk:
    """Read off a timeline what `read_talk` finds; parts of conversations may have been left out of it."""
    person = line["person"].notna().to_numpy()
    talk = _talk(line, line["role"].array, person, account_of(line), line["thread"])
    return replace(talk, between=talk.people & line["wait"].isna().to_numpy())


def _talk(
    mentions: pd.DataFrame, role: pd.Categorical, person: Flags, account: Rows, conversations: pd.Series
) -> Talk:
    counts = ~is_repost(mentions) & (mentions["kind"] != "note").to_numpy(bool)
    speaks, people = counts & role.isin(["brand", "rival"]), counts & role.isin(PERSONS)
    named = linked_rows(mentions)
    replies = _direct_replies(mentions, named=named, speaks=speaks, people=people)
    thread, names = pd.factorize(conversations)
    none = np.zeros(len(mentions), bool)
    return Talk(role, person, account, thread, pd.Index(names), speaks, people, named, replies, none)


def _conversations(mentions: pd.DataFrame) -> pd.Series:
    """Return the conversation of each message, or itself; private ones are threads of their own."""
    thread = mentions["conversation_id"].fillna(mentions["mention_id"])
    private = ~mentions["is_public"].to_numpy(bool)
    return thread.mask(private, thread[private] + "\n(private)") if private.any() else thread


def _direct_replies(mentions: pd.DataFrame, *, named: Rows, speaks: Flags, people: Flags) -> Rows:
    """Return the row of the person's message that each of the brands' direct answers answers, else -1.

    A direct answer is as public as what it answers, and by the brand that this was sent to.
    """
    public, brand = mentions["is_public"].to_numpy(bool), pd.factorize(mentions["brand"])[0]
    fits = (public == public[named]) & ((brand == brand[named]) | (brand < 0) | (brand[named] < 0))
    return np.where(speaks & (named >= 0) & people[named] & fits, named, -1)


def linked_rows(mentions: pd.DataFrame, *columns: str) -> Rows:
    """Return the row of the message that a column names, -1 where there is none in the table.

    One column (by default reply_to_id) gives an array, several a row of an array each: they share a look-up.
    """
    names = columns or ("reply_to_id",)
    ids, *named = (_strings(mentions[name]) for name in ("mention_id", *names))
    rows = pc.fill_null(pc.index_in(pa.concat_arrays(named), value_set=ids), -1).to_numpy()
    rows = rows.astype(np.int64).reshape(len(names), -1)
    rows[rows == np.arange(len(mentions))] = -1
    return rows if len(names) > 1 else rows[0]


def take_rows(values: pd.Series, rows: Rows) -> pd.Series:
    """Take the values of some rows, missing for -1; the index runs from 0."""
    return values.take(np.maximum(rows, 0)).reset_index(drop=True).where(rows >= 0)


def _strings(values: pd.Series) -> pa.Array:
    array = pa.array(values, pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def last_before(code: Rows, marked: Flags) -> Rows:
    """Return the last marked row before each row in its thread, -1 where there is none."""
    order = np.argsort(code, kind="stable")
    place = np.where(marked[order], np.arange(len(code)), -1)
    # A running maximum of places finds the last marked one; one of an earlier thread is none.
    last = np.r_[-1, np.maximum.accumulate(place)[:-1]] if len(code) else place
    same = (last >= 0) & (code[order][last] == code[order])
    found = np.full(len(code), -1)
    found[order] = np.where(same, order[last], -1)
    return found
