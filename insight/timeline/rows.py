"""The timeline: one row a dated message, with its author's role, what it is about, and what answered it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from insight.mentions import among, as_mentions, in_order, is_repost, need_columns

from .brands import about_brands, tracked_brands
from .own_words import own_text
from .persons import PERSONS, ROLES, account_of, find_roles, without_placeholders
from .threads import direct_replies, find_parents, linked_rows, take_rows, thread_of
from .waits import find_answers, is_receipt

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
          what no one would answer (the brand's own words, notes, reposts, automated messages)
        - answered_by, answered_at : mention_id and time of the brand's answer; missing while there is none
        - own : False for reposts, quotes of others and copies, whose words are not this person's own

    Notes
    -----
    A brand answers a message if it replies to it or, naming no message, speaks in the thread after it: then
    every question still open there to this brand is answered. Automated receipts answer nothing. Where a
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
    if brands is None and signals is None and set(ADDED) <= set(mentions.columns):
        dated = mentions["created_at"].notna()
        kept = mentions if undated or dated.all() else mentions[dated]
        in_place = kept.index.equals(pd.RangeIndex(len(kept)))
        return kept if in_place else kept.reset_index(drop=True)
    need_columns(mentions, "mentions", ["mention_id", "created_at"])
    rows = mentions.drop(columns=list(ADDED), errors="ignore")
    rows = rows if set(NEEDED) <= set(rows.columns) else as_mentions(rows)
    rows = without_placeholders(in_order(rows if undated else rows[rows["created_at"].notna()]))
    tracked = tracked_brands(rows, brands)
    role, person = find_roles(rows, own=tracked.own)
    named = linked_rows(rows)
    who, replies, thread = _conversing(rows, role, named)
    asks = _asks(rows, signals) & who["people"]
    parent, link = find_parents(rows, named=named, asks=asks, **who)
    answers = find_answers(rows, replies=replies, **who)
    return rows.assign(
        role=pd.Categorical(role, categories=list(ROLES)),
        person=rows["author_id"].where(person),
        about=about_brands(rows, tracked, who["thread"]),
        thread=thread,
        parent_id=parent,
        link=pd.Series(link, rows.index, dtype="str"),
        asks=asks,
        wait=take_rows(rows["mention_id"], answers.wait),
        answered_by=take_rows(rows["mention_id"], answers.row),
        answered_at=take_rows(rows["created_at"], answers.row),
        own=own_text(rows),
    )


def _conversing(
    rows: pd.DataFrame, role: np.ndarray, parent: np.ndarray
) -> tuple[dict[str, np.ndarray], np.ndarray, pd.Series]:
    """Return who speaks for a brand and who to one, whom the brands' direct answers answer, and the threads.

    Notes, reposts and automatic messages neither ask nor answer.
    """
    counts = ~is_repost(rows) & (rows["kind"] != "note").to_numpy(bool)
    speaks = counts & np.isin(role, ["brand", "rival"])
    people = counts & np.isin(role, PERSONS)
    replies = direct_replies(rows, named=parent, speaks=speaks, people=people)
    thread = thread_of(rows, replies=replies)
    who = {"thread": pd.factorize(thread)[0], "account": account_of(rows), "people": people}
    automatic = is_receipt(rows, speaks=speaks, replies=replies, **who)
    role[automatic] = "automated"
    return {**who, "speaks": speaks & ~automatic}, np.where(automatic, -1, replies), thread


def _asks(rows: pd.DataFrame, signals: pd.DataFrame | None) -> np.ndarray:
    if signals is None:
        return (rows["title"] + "\n" + rows["text"]).str.contains(r"[?？؟]").fillna(False).to_numpy(bool)
    need_columns(signals, "signals", ["mention_id", "signal"])
    return among(rows["mention_id"], signals.loc[signals["signal"].isin(_DUE), "mention_id"])
