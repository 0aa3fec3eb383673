"""The timeline: one row a dated message, with its author's role, what it is about, and what answered it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from insight.mentions import among, as_mentions, in_order, need_columns

from .between import asks_something, with_between
from .brands import about_brands, tracked_brands
from .own_words import own_text
from .persons import without_placeholders
from .talk import Talk, read_talk, take_rows
from .threads import find_parents
from .waits import find_answers, in_thread_order, is_receipt

ADDED = (
    *("role", "person", "about", "thread", "parent_id", "link", "asks"),
    *("wait", "answered_by", "answered_at", "own"),
)
"""What `timeline` adds to the columns of the mentions table."""

NEEDED = (
    *("mention_id", "conversation_id", "reply_to_id", "reposted_id", "author_id", "created_at"),
    *("text", "title", "platform", "channel", "kind", "side", "brand", "is_public"),
)
_DUE = ("question", "complaint", "wish", "leaving")


def timeline(
    mentions: pd.DataFrame,
    *,
    brands: Mapping[str, Sequence[str]] | Sequence[str] | None = None,
    signals: pd.DataFrame | None = None,
    undated: bool = False,
) -> pd.DataFrame:
    """Put the messages in order and say once what every measure needs to know about each.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A table that already is a timeline comes back as it is, unless `brands` or
        `signals` ask for another.
    brands : dict of str to list of str, or list of str, optional
        The tracked brands, ours first; handles and words given for a brand are looked for in the texts. By
        default the brands that speak in the table, and ours only if there is no other.
    signals : DataFrame, optional
        `find_signals` of the same mentions: they decide which messages ask.
    undated : bool
        Keep the messages without a date too, last: they take part in no order, only in the file's own links.

    Returns
    -------
    DataFrame
        The dated messages by time and id, index 0 to n-1: the columns of `mentions` and

        - role : customer, brand, rival (speaks for another tracked brand), automated, other (the file calls
          it neither customer nor brand), unknown (the file does not say)
        - person : author_id of a customer or unknown author; missing where the account is deleted, a
          placeholder or unsigned, for every other role, and for accounts that also speak for a brand
        - about : tuple of the tracked brands that the message concerns, in the order of `brands`
        - thread : the conversation, or the message itself; what is private is a thread of its own
        - parent_id : mention_id of the message that this one answers, missing if there is none in the table
        - link : how that is known: "reply" (the file says so), "thread" (inferred from the order), missing
        - asks : whether an answer is due: by `signals` a question, complaint, wish or farewell; without them
          a question mark
        - wait : mention_id of the first of the person's messages that wait for the same answer; missing for
          what no one would answer (the brand's own words, notes, reposts, automated messages, and what people
          say to each other)
        - answered_by, answered_at : mention_id and time of the brand's answer; missing while there is none
        - own : False for reposts, quotes of others and copies, whose words are not this person's own

    Notes
    -----
    A brand answers a message if it replies to it or, naming no message, speaks in the thread after it: then
    every question still open there to this brand is answered. Automated receipts answer nothing. What people
    say to each other waits for no brand: what names none, and replies to another customer of the thread by
    name or without a question, or opens with the name of a person there (`timeline/between.py`). Where a
    platform records no replies, a message answers the last one by another author before it. A copy has the
    words of an earlier message by the same person, or of an unsigned one where neither is signed.

    Examples
    --------
    >>> import insight as ins
    >>> timeline(ins.example())[["mention_id", "role", "person", "answered_by"]].head(4)
      mention_id      role person answered_by
    0        x:1  customer    ann         x:2
    1        x:2     brand    NaN         NaN
    2        x:3  customer    ann         NaN
    3        x:4  customer    ben         NaN
    """
    if brands is None and signals is None and is_timeline(mentions):
        dated = mentions["created_at"].notna()
        kept = mentions if undated or dated.all() else mentions[dated]
        in_place = kept.index.equals(pd.RangeIndex(len(kept)))
        return kept if in_place else kept.reset_index(drop=True)
    rows = in_time(mentions, undated=undated)
    tracked = tracked_brands(rows, brands)
    due = _asks(rows, signals)
    talk = talk_of(rows, own=tracked.own, asks=due, words=tracked.words)
    asks = due & talk.people
    parent, link = find_parents(rows, talk, asks=asks)
    answers = find_answers(rows, talk, in_thread_order(rows, talk))
    return rows.assign(
        role=talk.role,
        person=rows["author_id"].where(talk.person),
        about=about_brands(rows, tracked, talk.thread),
        thread=talk.names.take(talk.thread),
        parent_id=parent,
        link=pd.Series(link, rows.index, dtype="str"),
        asks=asks,
        wait=take_rows(rows["mention_id"], answers.wait),
        answered_by=take_rows(rows["mention_id"], answers.row),
        answered_at=take_rows(rows["created_at"], answers.row),
        own=own_text(rows),
    )


def is_timeline(table: pd.DataFrame) -> bool:
    """Return whether a table has what `timeline` adds."""
    return set(ADDED) <= set(table.columns)


def in_time(mentions: pd.DataFrame, *, undated: bool = False) -> pd.DataFrame:
    """Return the dated messages in order of time, without what a timeline added, placeholders unsigned."""
    need_columns(mentions, "mentions", ["mention_id", "created_at"])
    rows = mentions.drop(columns=list(ADDED), errors="ignore")
    rows = rows if set(NEEDED) <= set(rows.columns) else as_mentions(rows)
    dated = rows["created_at"].notna().to_numpy()
    return without_placeholders(in_order(rows if undated or dated.all() else rows[dated]))


def talk_of(
    rows: pd.DataFrame, *, own: str | None, asks: np.ndarray | None = None, words: Collection[str] = ()
) -> Talk:
    """Find who speaks to whom; automatic receipts are no one's words. Rows must be in order of time."""
    talk = read_talk(rows, own=own)
    return with_between(rows, talk.without(is_receipt(rows, talk)), asks=asks, words=words)


def _asks(rows: pd.DataFrame, signals: pd.DataFrame | None) -> np.ndarray:
    if signals is None:
        return asks_something(rows)
    need_columns(signals, "signals", ["mention_id", "signal"])
    return among(rows["mention_id"], signals.loc[signals["signal"].isin(_DUE), "mention_id"])
