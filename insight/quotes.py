"""Pick people's own words as evidence, by rules that are stated beside each quote."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from .cues import has_cue, read_cues
from .mentions import InsightError
from .text import group_copies, split_sentences

NEED_SIGNALS = ("complaint", "wish", "workaround")
QUOTE_RULES = {
    "typical": "nearest to the centre of the topic",
    "random": "drawn at random",
    "opposite": "same topic, praise instead",
    "newest": "the latest",
}


def own_words(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep what customers wrote themselves, with a number for each person."""
    used = [
        "mention_id",
        "author_id",
        "reply_to_id",
        "created_at",
        "text",
        "side",
        "kind",
        "platform",
        "channel",
        "addressed",
    ]
    missing = [name for name in used if name not in mentions.columns]
    if missing:
        raise InsightError(f"mentions lack the columns {missing}; pass the table through as_mentions first.")
    own = mentions["side"].isin(["customer", "unknown"]) & (mentions["kind"] != "repost")
    own &= ~mentions["text"].str.match(r"\s*RT\s*@").fillna(False)
    rows = mentions.loc[own, used].sort_values(["created_at", "mention_id"], na_position="last")
    named = rows["author_id"].notna()
    keys = rows["author_id"].astype(object).where(named, rows["mention_id"])
    rows["person"] = pd.factorize(pd.MultiIndex.from_arrays([named, keys]))[0]
    return rows


def echoes(people: pd.DataFrame, voiced: pd.DataFrame) -> pd.DataFrame:
    """Return the replies that only say "me too" to a message which voices something, with what they echo.

    One row a reply and row of `voiced` that it answers; `mention_id` is the reply's, `echoed` the parent's.
    """
    answers = people[people["reply_to_id"].isin(voiced["mention_id"])]
    short = answers[has_cue(answers["text"], read_cues("ideas")["me_too"])]
    rows = short.merge(
        voiced[["mention_id", "signal", "topic"]].drop_duplicates(),
        left_on="reply_to_id",
        right_on="mention_id",
        suffixes=("", "_parent"),
    )
    return rows.drop(columns="text").rename(columns={"mention_id_parent": "echoed"})


def pick_quotes(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    assignments: pd.DataFrame,
    topic: int,
    n: int = 3,
    voicing: tuple[str, ...] | None = NEED_SIGNALS,
    max_length: int = 280,
    random_state: int = 0,
) -> pd.DataFrame:
    """Pick people's own words on a topic by four stated rules, so that nobody can pick cherries.

    Parameters
    ----------
    mentions, signals, assignments : DataFrame
        As `read_archive`, `find_signals` and `fit_topics` return them. Brand and other sides, and reposts,
        are out.
    topic : int
        Topic number.
    n : int
        Quotes a rule, at most.
    voicing : tuple of str or None
        Signals of which a message must carry one to be typical, random or newest; None takes every message.
    max_length : int
        Longer texts are cut around their first matching words, and "…" marks the cut.
    random_state : int
        Seed of the random rule.

    Returns
    -------
    DataFrame
        mention_id, text, created_at, platform, channel, rule (typical, random, opposite, newest), reason (a
        sentence), spans (list of (start, end) of matching words in this `text`). No text twice, not even as a
        near copy, and no person twice.

    Raises
    ------
    InsightError
        If a table lacks a column that is used.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.signals import find_signals
    >>> texts = ["The lid broke", "the lid broke!", "Love this lid", "My lid keeps leaking"]
    >>> ids = list("abcd")
    >>> mentions = as_mentions(pd.DataFrame({"mention_id": ids, "text": texts, "author_id": list("wxyz")}))
    >>> assignments = pd.DataFrame({"mention_id": ids, "topic": 0, "similarity": [0.9, 0.9, 0.8, 0.7]})
    >>> quotes = pick_quotes(mentions, find_signals(mentions), assignments=assignments, topic=0, n=1)
    >>> quotes[["rule", "text"]].values.tolist()
    [['typical', 'The lid broke'], ['random', 'My lid keeps leaking'], ['opposite', 'Love this lid']]
    """
    here = assignments.loc[assignments["topic"] == topic, ["mention_id", "similarity"]]
    rows = (
        own_words(mentions)
        .merge(here, on="mention_id")
        .sort_values(["created_at", "mention_id"], ignore_index=True)
    )
    rows["copy"] = group_copies(rows["text"])
    signs = signals[signals["mention_id"].isin(rows["mention_id"])].astype({"signal": "str"})
    has = {name: rows["mention_id"].isin(of["mention_id"]) for name, of in signs.groupby("signal")}
    none = pd.Series(False, index=rows.index)
    pool = rows if voicing is None else rows[sum((has.get(name, none) for name in voicing), none)]
    glad = rows[has.get("praise", none) & ~sum((has.get(name, none) for name in NEED_SIGNALS), none)]
    shuffled = np.random.default_rng(random_state).permutation(len(pool))
    ordered = {
        "typical": pool.sort_values("similarity", ascending=False, kind="stable"),
        "random": pool.iloc[shuffled],
        "opposite": glad.sort_values("similarity", ascending=False, kind="stable"),
        "newest": pool.iloc[::-1],
    }
    picked = _deal({rule: rows.to_dict("records") for rule, rows in ordered.items()}, n)
    return pd.DataFrame([_quote(row, signs, max_length, voicing) for row in picked], columns=_QUOTE)


_QUOTE = ["mention_id", "text", "created_at", "platform", "channel", "rule", "reason", "spans"]


def _deal(ordered: dict[str, list[dict[str, Any]]], n: int) -> list[dict[str, Any]]:
    """Let the rules choose in turn, so that none starves; a text or person that is taken is gone."""
    used: set[tuple[str, int]] = set()
    taken: dict[str, list[dict[str, Any]]] = {rule: [] for rule in ordered}
    left = {rule: iter(rows) for rule, rows in ordered.items()}
    for _ in range(n):
        for rule, rows in left.items():
            free = (row for row in rows if not used & {("copy", row["copy"]), ("person", row["person"])})
            if row := next(free, None):
                used |= {("copy", row["copy"]), ("person", row["person"])}
                taken[rule].append({**row, "rule": rule, "reason": QUOTE_RULES[rule]})
    return [row for rows in taken.values() for row in rows]


def _quote(
    row: dict[str, Any], signs: pd.DataFrame, max_length: int, voicing: tuple[str, ...] | None
) -> dict[str, Any]:
    wanted = ("praise",) if row["rule"] == "opposite" else voicing
    mine = signs[signs["mention_id"] == row["mention_id"]]
    mine = mine if wanted is None else mine[mine["signal"].isin(wanted)]
    spans = sorted({(int(start), int(end)) for start, end in zip(mine["start"], mine["end"], strict=True)})
    text, spans = _cut(row["text"], spans, max_length)
    return {**row, "text": text, "spans": spans}


def _cut(text: str, spans: list[tuple[int, int]], max_length: int) -> tuple[str, list[tuple[int, int]]]:
    if len(text) <= max_length:
        return text, spans
    sentences = split_sentences(text)
    anchor = spans[0][0] if spans else 0
    start = max((begin for begin, _ in sentences if begin <= anchor), default=0)
    start = start if anchor - start < max_length // 2 else anchor
    stop = start + max_length - 2
    stop = len(text) if stop >= len(text) else _last_blank(text, start, stop)
    head, tail = "…" if start else "", "…" if stop < len(text) else ""
    shift = len(head) - start
    inside = [(a + shift, min(b, stop) + shift) for a, b in spans if start <= a < stop]
    return head + text[start:stop] + tail, inside


def _last_blank(text: str, start: int, stop: int) -> int:
    blank = text.rfind(" ", (start + stop) // 2, stop)
    return blank if blank > 0 else stop


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER = re.compile(r"\d{5}")
_MASK = re.compile(r"^\W*RT\b\W*|https?://\S+|[@#]\w+|\[[\w-]+\]|<\W?\w+>|\bu[0-9a-f]{16}\b|^[\W_]+|[\W_]+$")
_MARKUP = re.compile(r"[<>{}\[\]()=|\\_`*]")
_FEW_WORDS, _MANY_WORDS, _MANY_LETTERS = 4, 10, 60


def name_needs(names: pd.Series, voiced: pd.DataFrame, mentions: pd.DataFrame, order: pd.Index) -> list[str]:
    """Name each need by its topic and the short sentence whose words most people share there."""
    texts = mentions.set_index("mention_id")["text"]
    said: dict[int, set[str]] = {topic: set() for topic in order}
    told: dict[int, Counter[str]] = {topic: Counter() for topic in order}
    for (topic, _), rows in voiced[voiced["topic"].isin(order)].groupby(["topic", "person"]):
        sentences = [_sentence(texts[row.mention_id], row.sentence) for row in rows.itertuples()]
        told[topic].update({word for sentence in sentences for word in _heavy_words(sentence)})
        said[topic].update(sentences)
    everywhere: Counter[str] = sum(told.values(), Counter())
    return [
        _name(str(names.get(topic, f"topic {topic}")), said[topic], told[topic], everywhere)
        for topic in order
    ]


def _sentence(text: str, number: int) -> str:
    start, end = split_sentences(text)[number]
    return " ".join(_MASK.sub(" ", _MASK.sub(" ", text[start:end])).split())


def _name(topic: str, said: set[str], told: Counter[str], everywhere: Counter[str]) -> str:
    """Weigh each word by the people who share it here and by how far it belongs here alone."""
    scored = []
    for sentence in said:
        n_words = len(_WORD.findall(sentence))
        short = _FEW_WORDS <= n_words <= _MANY_WORDS and len(sentence) <= _MANY_LETTERS
        if short and not _MARKUP.search(sentence) and not _NUMBER.search(sentence):
            worth = sum(
                told[word] ** 2 / everywhere[word] for word in _heavy_words(sentence) if told[word] > 1
            )
            scored.append((worth / n_words**0.6, sentence))
    best = min(scored, key=lambda pair: (-pair[0], pair[1]), default=(0.0, ""))
    return f"{topic}: “{best[1]}”" if best[0] > 0 else topic


def _heavy_words(sentence: str) -> set[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    words = {word.lower().replace("’", "'") for word in _WORD.findall(sentence)}
    return {word for word in words if len(word) > 1 and word.isalpha() and word not in ENGLISH_STOP_WORDS}
