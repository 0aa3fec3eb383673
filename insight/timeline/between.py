"""What people say to each other in a conversation: a message to another customer waits for no brand."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from .persons import Flags, Rows
from .talk import Talk

_OPENS = re.compile(r"\s{0,9}(?:<@([^<>\s|]{1,80})|[@＠](\w[\w.-]{0,79}))")
"""A message that opens with a name: "@kim try this", in Slack "<@U024BE7LH>"."""
_WORD = re.compile(r"\w+(?:[.-]\w+)*")
_ASKS = r"[?？؟]"


def asks_something(mentions: pd.DataFrame) -> Flags:
    """Return which messages have a question mark."""
    return (mentions["title"] + "\n" + mentions["text"]).str.contains(_ASKS).fillna(False).to_numpy(bool)


def brand_words(mentions: pd.DataFrame, speaks: Flags) -> set[str]:
    """Return the words that name a brand: the names of brands, and the handles that speak for them."""
    handles = [mentions.loc[speaks, name] for name in ("author_id", "author_name") if name in mentions]
    known = {str(name).casefold() for column in handles for name in column.dropna().unique()}
    brands = {str(name).casefold() for name in mentions["brand"].dropna().unique()}
    return {word for word in known if " " not in word} | brands - {""}


def with_between(
    mentions: pd.DataFrame, talk: Talk, *, asks: Flags | None = None, words: Collection[str] = ()
) -> Talk:
    """Mark what people say to each other in the threads, and which names no brand by its `words`.

    A message that replies to another customer: to one who writes to the brand there (names it, or was
    answered), if it opens with a name or asks nothing; or that answers a question, opens with no name and
    asks nothing itself. Or it names no message, and opens with the name of a person who spoke there before.
    Accounts that a file calls customers may be a brand's own, which do not write to it; and a question that
    calls no one by name may be meant for all who read the thread: these wait. `asks` marks what asks; by
    default what has a question mark.
    """
    to = np.where(talk.people[talk.named], talk.named, -1)
    linked = talk.people & (to >= 0) & (talk.account != talk.account[to]) & (talk.thread == talk.thread[to])
    opening = mentions["text"].str.contains(r"^\s*(?:<@|[@＠])").fillna(False).to_numpy(bool)
    loose = talk.people & opening & mentions["reply_to_id"].isna().to_numpy()
    if not (linked | loose).any():
        return talk
    # Names and questions are looked for in the threads of these alone.
    there = np.flatnonzero(talk.people & np.isin(talk.thread, talk.thread[linked | loose]))
    some, asking, naming, called = mentions.iloc[there], *np.zeros((2, len(mentions)), bool), opening
    asking[there] = asks_something(some) if asks is None else asks[there]
    naming[there] = _names(some, {*words, *brand_words(mentions, talk.speaks)})
    answered = np.zeros(len(mentions), bool)
    answered[talk.replies[talk.replies >= 0]] = True
    pair = talk.thread * len(mentions) + talk.account
    customer = np.isin(pair[to], pair[talk.people & (naming | answered)])
    said = linked & np.where(called, customer, ~asking & (customer | asking[to]))
    rows = np.flatnonzero(loose & ~linked)
    said[rows] = _calls_a_person(mentions, talk, rows, there)
    return replace(talk, between=said & ~naming)


def _calls_a_person(mentions: pd.DataFrame, talk: Talk, rows: Rows, there: Rows) -> Flags:
    """Return which of `rows` open with the name of another person who wrote in the thread before."""
    names = [mentions[name] for name in ("author_id", "author_name") if name in mentions.columns]
    known: dict[tuple[int, str], int] = {}
    for column in names:
        for row, name in zip(there.tolist(), column.iloc[there], strict=True):
            known.setdefault((talk.thread[row], str(name).casefold()), row)
    found = (_OPENS.match(text) for text in mentions["text"].iloc[rows])
    called = [(match[1] or match[2]).casefold() if match else "" for match in found]
    first = np.array([known.get(key, -1) for key in zip(talk.thread[rows], called, strict=True)], np.int64)
    return (first >= 0) & (first < rows) & (talk.account[first] != talk.account[rows])


def _names(mentions: pd.DataFrame, words: Collection[str]) -> Flags:
    """Return which messages have a word of a brand's."""
    known, phrases = set(words), [word for word in words if not _WORD.fullmatch(word)]
    texts = (mentions["title"] + "\n" + mentions["text"]).str.casefold()
    found = (
        not known.isdisjoint(_WORD.findall(text)) or any(phrase in text for phrase in phrases)
        for text in texts
    )
    return np.fromiter(found, bool, len(mentions))
