"""What is read for signals: the sentences and titles of English messages, in their authors' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from insight.mentions import READ_FIRST, InsightError, need_table
from insight.text.clean import TITLE, detect_language, split_sentences
from insight.text.patterns import PLAIN

Place = tuple[str, int, int, int, str]
_FEW = 10  # messages may have one question as their title and all of them ask it
_ENGLISH = re.compile(
    r"\b(?:the|and|my|it|you|this|that|with|have|not|your|they|been|just|please|why|how|what|would|should|of|"
    r"when|from|after|without|there|are|does|doesn|can|cannot|into|but|our|which|while|only|could|never)\b",
    re.IGNORECASE,
)
_SHORT, _MOSTLY = 12, 0.8
"""A text of fewer words may hold none of the above: it is English if so large a share of the others is."""
_ECHOED = re.compile(r"\bRT @\w+.*|[\"“]@\w+:[^\"”]*", re.DOTALL)
_PSEUDONYM = re.compile(r"\bu[0-9a-f]{16}\b")


@dataclass(frozen=True, slots=True)
class Message:
    """One message with what its author says in it, letter for letter, and where its sentences are."""

    mention_id: str
    text: str
    said: str
    sentences: list[tuple[int, int]]

    @classmethod
    def of(cls, mention_id: str, text: str) -> Message:
        """Read a text."""
        return cls(mention_id, text, _own_part(text), split_sentences(text))


def english_texts(mentions: pd.DataFrame | Sequence[str]) -> tuple[list[tuple[str, str]], set[str], int]:
    """Return id and text of what is or may be English, the ids of what is, and how many are not."""
    if isinstance(mentions, (pd.Series, Sequence)) and not isinstance(mentions, str):
        return [(str(position), str(text)) for position, text in enumerate(mentions)], set(), 0
    need_table(mentions, "mentions")
    if missing := [name for name in ("mention_id", "text") if name not in mentions.columns]:
        raise InsightError(
            f"find_signals needs the columns {missing}; found {sorted(map(str, mentions.columns))}. "
            f"{READ_FIRST} Or pass a list of texts."
        )
    lang = mentions["lang"] if "lang" in mentions.columns else pd.Series(index=mentions.index, dtype="str")
    lang = lang.astype("str").fillna("und").replace("", "und").str.lower()
    sure = (lang == "en") | lang.str.startswith("en-")
    kept = mentions[sure | (lang == "und")]
    pairs = list(zip(kept["mention_id"], kept["text"].fillna(""), strict=True))
    return pairs, set(mentions.loc[sure, "mention_id"]), len(mentions) - len(kept)


def own_titles(mentions: pd.DataFrame | Sequence[str], kept: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return id and title of what may be English and whose text does not begin with its title."""
    if not isinstance(mentions, pd.DataFrame) or "title" not in mentions.columns:
        return []
    given = mentions.loc[mentions["title"].fillna("") != "", ["mention_id", "title"]]
    # the question of a survey stands over its answers: who answers does not ask it
    often = given["title"].map(given["title"].value_counts()) > _FEW
    own = given[~(often & given["title"].str.strip().str.endswith("?"))]
    title = dict(own.itertuples(index=False, name=None))
    pairs = ((mention_id, title.get(mention_id, ""), text) for mention_id, text in kept)
    return [(mention_id, head) for mention_id, head, text in pairs if head and not text.startswith(head)]


def places_of(read: list[Message], sure: set[str], titles: list[tuple[str, str]]) -> list[Place]:
    """Return the sentences of the English mentions, titles last: id, number, start, end, what it says."""
    head = dict(titles)
    whole = [f"{head.get(one.mention_id, '')} {one.text}" for one in read]
    shown = [
        one.mention_id in sure or bool(_ENGLISH.search(text)) for one, text in zip(read, whole, strict=True)
    ]
    short = [text.count(" ") < _SHORT for text in whole]
    long = [is_english for is_english, is_short in zip(shown, short, strict=True) if not is_short]
    mostly = sum(long or shown) >= _MOSTLY * len(long or shown)
    english = [
        one
        for one, is_english, is_short in zip(read, shown, short, strict=True)
        if is_english or (mostly and is_short)
    ]
    said = {one.mention_id: one.said.translate(PLAIN) for one in english}
    sentences = [
        (one.mention_id, number, start, end, said[one.mention_id][start:end])
        for one in english
        for number, (start, end) in enumerate(one.sentences)
    ]
    return sentences + [(at, TITLE, 0, len(head), head) for at, head in titles if at in said]


def foreign(texts: dict[str, str], found: pd.DataFrame) -> set[str]:
    """Of the mentions of unknown language in which a rule matched, return those surely not English."""
    matched = [at for at in dict.fromkeys(found["mention_id"]) if at in texts]
    doubted = [at for at in matched if not _ENGLISH.search(texts[at])]
    languages = detect_language([texts[at] for at in doubted], min_probability=0.9)
    return {at for at, lang in zip(doubted, languages, strict=True) if lang not in ("en", "und")}


def _own_part(text: str) -> str:
    """Blank out what is passed on of another person's message, letter for letter.

    All pseudonyms look alike, since a model must not read what only the key of this archive decides.
    """
    own = _ECHOED.sub(lambda found: " " * len(found[0]), text) if "@" in text else text
    return _PSEUDONYM.sub("u" + 16 * "0", own)
