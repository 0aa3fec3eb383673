"""What people say to each other in a conversation: a message to another customer waits for no brand."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_OPENS = re.compile(r"\s{0,9}(?:<@([^<>\s|]{1,80})|[@＠](\w[\w.-]{0,79}))")
"""A message that opens with a name: "@kim try this", in Slack "<@U024BE7LH>"."""
_WORD = re.compile(r"\w+(?:[.-]\w+)*")
_ASKS = r"[?？؟]"


def asks_something(mentions: pd.DataFrame) -> Flags:
    """Return which messages have a question mark."""
    return (mentions["title"] + "\n" + mentions["text"]).str.contains(_ASKS).fillna(False).to_numpy(bool)


def brand_words(spoken: pd.DataFrame) -> set[str]:
    """Return the words that name a brand, of its messages: its name, and the handles that speak for it."""
    handles = [spoken[name] for name in ("author_id", "author_name") if name in spoken.columns]
    known = {str(name).casefold() for column in handles for name in column.dropna().unique()}
    brands = {str(name).casefold() for name in spoken["brand"].dropna().unique()}
    return {word for word in known if " " not in word} | brands - {""}


def between_people(
    mentions: pd.DataFrame,
    *,
    to: Rows,
    people: Flags,
    account: Rows,
    thread: Rows,
    asks: Flags | None,
    words: Collection[str],
) -> Flags:
    """Return which of the people's messages are said to another person, and name no brand by its `words`.

    They reply to another person's message in the thread (`to`, -1 for none) and open with a name or ask
    nothing; or they name no message and open with the name of a person of the thread. A question that calls
    no one by name may be meant for all who read the thread, and is none of these. `asks` marks what asks; by
    default what has a question mark.
    """
    linked = (to >= 0) & (account != account[to]) & (thread == thread[to])
    loose = mentions["reply_to_id"].isna() & mentions["text"].str.contains(r"^\s*(?:<@|[@＠])").fillna(False)
    rows = np.flatnonzero(people & (linked | loose.to_numpy(bool)))
    between = np.zeros(len(mentions), bool)
    if not len(rows):
        return between
    some = mentions.iloc[rows]
    called = _called(some["text"])
    asking = asks_something(some) if asks is None else asks[rows]
    to_person = _in_thread(mentions, rows, called, people=people, account=account, thread=thread)
    said = np.where(linked[rows], (called != "") | ~asking, to_person)
    between[rows] = said & ~_names(some, words)
    return between


def _called(texts: pd.Series) -> npt.NDArray[np.object_]:
    """Return the name that each text opens with, "" for none."""
    found = (_OPENS.match(text) for text in texts)
    return np.array([(match[1] or match[2]).casefold() if match else "" for match in found], dtype=object)


def _in_thread(
    mentions: pd.DataFrame,
    rows: Rows,
    called: npt.NDArray[np.object_],
    *,
    people: Flags,
    account: Rows,
    thread: Rows,
) -> Flags:
    """Return of which rows the name called is that of another person who writes in the thread."""
    there = np.flatnonzero(people & np.isin(thread, thread[rows[called != ""]]))
    names = [mentions[name] for name in ("author_id", "author_name") if name in mentions.columns]
    known = {
        (at, str(name).casefold()): who
        for column in names
        for at, name, who in zip(thread[there], column.iloc[there], account[there], strict=True)
    }
    found = (known.get(key, -1) for key in zip(thread[rows], called, strict=True))
    who = np.fromiter(found, np.int64, len(rows))
    return (who >= 0) & (who != account[rows])


def _names(mentions: pd.DataFrame, words: Collection[str]) -> Flags:
    """Return which messages have a word of a brand's."""
    known, phrases = set(words), [word for word in words if not _WORD.fullmatch(word)]
    texts = (mentions["title"] + "\n" + mentions["text"]).str.casefold()
    found = (
        not known.isdisjoint(_WORD.findall(text)) or any(phrase in text for phrase in phrases)
        for text in texts
    )
    return np.fromiter(found, bool, len(mentions))
