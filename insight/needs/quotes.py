"""Pick people's own words as evidence, by rules that are stated beside each quote."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import InsightError, among
from insight.text.clean import TITLE, split_sentences
from insight.text.copies import group_copies
from insight.timeline.own_words import own_words

from .phrases import NEED_SIGNALS
from .result import Needs

QUOTE_RULES = {
    "typical": "nearest to the centre",
    "random": "drawn at random",
    "opposite": "praise of the same thing",
    "newest": "the latest",
}


def pick_quotes(
    mentions: pd.DataFrame,
    signals: pd.DataFrame | Needs,
    *,
    need: str | None = None,
    assignments: pd.DataFrame | None = None,
    topic: int | None = None,
    n: int = 3,
    voicing: tuple[str, ...] | None = NEED_SIGNALS,
    max_length: int = 280,
    random_state: int = 0,
) -> pd.DataFrame:
    """Pick people's own words on a need, or a topic, by four stated rules, so that no one can pick cherries.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. Brand and other sides, and reposts, are out.
    signals : Needs or DataFrame
        As `find_needs` returns them, for quotes of a need; as `find_signals` does, for quotes of a topic.
    need : str or None
        Which need, such as "need-1".
    assignments : DataFrame or None
        `Topics.assignments`, and topic : int or None, the topic's number, where a topic is quoted.
    topic : int or None
        See `assignments`.
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
        sentence), spans (list of (start, end) of matching words in this `text`), warning ("" or why a search
        engine would find its author). No text twice, not even as a near copy, and no person twice.

    Raises
    ------
    InsightError
        If a table lacks a column that is used.

    Notes
    -----
    Masked handles do not hide who wrote a public message: searching for words that studies quoted led to the
    author 84 % of the time (Ayers et al. 2018, doi 10.1038/s41746-018-0036-2). A quote of 12 words or more,
    or with three words that no one else in the topic uses (topics of at least 50 messages), carries a
    warning; paraphrase it before it leaves the house.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.signals.find_signals import find_signals
    >>> texts = ["The lid broke", "the lid broke!", "Love this lid", "My lid keeps leaking"]
    >>> ids = list("abcd")
    >>> mentions = as_mentions(pd.DataFrame({"mention_id": ids, "text": texts, "author_id": list("wxyz")}))
    >>> assignments = pd.DataFrame({"mention_id": ids, "topic": 0, "similarity": [0.9, 0.9, 0.8, 0.7]})
    >>> quotes = pick_quotes(mentions, find_signals(mentions), assignments=assignments, topic=0, n=1)
    >>> quotes[["rule", "text"]].values.tolist()
    [['typical', 'The lid broke'], ['random', 'My lid keeps leaking'], ['opposite', 'Love this lid']]
    """
    if isinstance(signals, Needs):
        signals, assignments, topic = voices_of(signals, str(need))
    if assignments is None or topic is None:
        raise InsightError("pick_quotes needs Needs and need=, or signals, assignments= and topic=.")
    line = line_up_quotes(
        mentions, signals, assignments=assignments, topic=topic, voicing=voicing, random_state=random_state
    )
    quotes = pd.DataFrame(deal_quotes(line, n=n, max_length=max_length), columns=_QUOTE)
    shown = mentions[mentions["mention_id"].isin(quotes["mention_id"])].set_index("mention_id")
    public = quotes["mention_id"].map(shown["is_public"]).fillna(True).astype(bool)
    found = [
        _findable(text, line.rows["text"]) if seen else ""
        for text, seen in zip(quotes["text"], public, strict=True)
    ]
    return quotes.assign(warning=pd.Series(found, index=quotes.index, dtype="object"))


def voices_of(needs: Needs, need: str) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return what lines up quotes of a need: its sentences as signals, its messages as a topic, its number.

    A sentence that cannot be read alone (under 6 words or over 40, or one that only points back) comes last.
    """
    own = needs.members[(needs.members["need"] == need) & ~needs.members["echo"]]
    glad = needs.praise[needs.praise["need"] == need].assign(signal="praise")
    if own.empty:
        raise InsightError(f"no need is called {need!r}; found {needs.table['need'].tolist()}.")
    rows = pd.concat([own, glad], ignore_index=True)
    alone = rows["n_words"].between(*_READABLE) & ~rows["borrowed"].fillna(False).astype(bool)
    similarity = rows["similarity"].fillna(0) - np.where(alone, 0, 1)
    best = similarity.groupby(rows["mention_id"]).max().rename("similarity").reset_index()
    return rows[["mention_id", "sentence", "signal", "start", "end"]], best.assign(topic=0), 0


_READABLE = (6, 40)
_LONG, _RARE, _ENOUGH = 12, 3, 50
"""Words of a quote, words of its own, and messages of its topic from which it is called findable."""


def _findable(text: str, others: pd.Series) -> str:
    """Say why a public quote could be found again by searching for its words, or nothing."""
    words = _WORD.findall(text)
    if len(words) >= _LONG:
        return f"{len(words)} words in a row can be found by search"
    if len(others) < _ENOUGH:
        return ""
    own = {word.lower() for word in words if len(word) > 3}
    used = Counter(word for said in others for word in own & {each.lower() for each in _WORD.findall(said)})
    rare = sorted(word for word in own if used[word] <= 1)
    return f"rare words can be found by search: {', '.join(rare)}" if len(rare) >= _RARE else ""


@dataclass(frozen=True)
class QuoteLine:
    """The messages on a topic, and for each rule the order in which it takes them.

    `records` are the rows one by one, `order` holds their positions; `rows` keeps the index of the mentions
    it came from. `spans` gives for each message the matching words that a rule marks.
    """

    rows: pd.DataFrame
    records: list[dict[str, Any]]
    order: dict[str, np.ndarray]
    spans: dict[str, dict[str, list[tuple[int, int]]]]


def line_up_quotes(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    assignments: pd.DataFrame,
    topic: int,
    voicing: tuple[str, ...] | None = NEED_SIGNALS,
    random_state: int = 0,
) -> QuoteLine:
    """Put the messages on a topic in the order of each rule of `pick_quotes`."""
    rows = _gathered(mentions, assignments, topic)
    signs = signals[among(signals["mention_id"], rows["mention_id"])].astype({"signal": "str"})
    has = {name: among(rows["mention_id"], of["mention_id"]) for name, of in signs.groupby("signal")}
    none = np.zeros(len(rows), dtype=bool)
    wants = np.logical_or.reduce([has.get(name, none) for name in NEED_SIGNALS])
    praise = signs[signs["signal"] == "praise"]
    meant = praise[~praise["sarcasm"]] if "sarcasm" in praise else praise
    pleased = rows["mention_id"].isin(meant["mention_id"]).to_numpy() & ~wants
    pool = none | True if voicing is None else np.logical_or.reduce([has.get(name, none) for name in voicing])
    nearest = np.argsort(-rows["similarity"].to_numpy(float), kind="stable")
    in_pool = np.flatnonzero(pool)
    marks = signs if voicing is None else signs[signs["signal"].isin(voicing)]
    spans, glad = _spans(marks), _spans(signs[signs["signal"] == "praise"])
    return QuoteLine(
        rows,
        rows[_RECORD].to_dict("records"),
        {
            "typical": nearest[pool[nearest]],
            "random": in_pool[np.random.default_rng(random_state).permutation(len(in_pool))],
            "opposite": nearest[pleased[nearest]],
            "newest": in_pool[::-1],
        },
        {"typical": spans, "random": spans, "opposite": glad, "newest": spans},
    )


_RECORD = ["mention_id", "text", "created_at", "platform", "channel"]


def _gathered(mentions: pd.DataFrame, assignments: pd.DataFrame, topic: int) -> pd.DataFrame:
    here = assignments.loc[assignments["topic"] == topic].set_index("mention_id")["similarity"]
    rows = own_words(mentions[among(mentions["mention_id"], here.index)])
    return rows.assign(similarity=rows["mention_id"].map(here).to_numpy(), copy=group_copies(rows["text"]))


def _spans(marks: pd.DataFrame) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, set[tuple[int, int]]] = {}
    marks = marks[marks["sentence"] != TITLE]
    for mention, start, stop in zip(marks["mention_id"], marks["start"], marks["end"], strict=True):
        found.setdefault(mention, set()).add((int(start), int(stop)))
    return {mention: sorted(spans) for mention, spans in found.items()}


def deal_quotes(
    line: QuoteLine, *, n: int = 3, max_length: int = 280, within: np.ndarray | None = None
) -> list[dict[str, Any]]:
    """Let the rules choose in turn, so that none starves; a text or person that is taken is gone.

    `within` says of each row of the mentions that were lined up whether it may be chosen.
    """
    copies, people = line.rows["copy"].to_numpy(), line.rows["person"].to_numpy()
    may = np.ones(len(line.rows), dtype=bool) if within is None else within[line.rows.index]
    left = {rule: iter(places[may[places]].tolist()) for rule, places in line.order.items()}
    used: set[tuple[str, int]] = set()
    taken: dict[str, list[int]] = {rule: [] for rule in left}
    for _ in range(n):
        for rule, places in left.items():
            free = (at for at in places if not used & {("copy", copies[at]), ("person", people[at])})
            if (at := next(free, None)) is not None:
                used |= {("copy", copies[at]), ("person", people[at])}
                taken[rule].append(at)
    return quotes_at(line, taken, max_length=max_length)


def quotes_at(line: QuoteLine, taken: dict[str, list[int]], *, max_length: int) -> list[dict[str, Any]]:
    """Return the messages at these positions as quotes, each with its position and the rule that took it."""
    chosen = [
        {**line.records[at], "at": at, "rule": rule, "reason": QUOTE_RULES[rule]}
        for rule, places in taken.items()
        for at in places
    ]
    for row in chosen:
        spans = line.spans[row["rule"]].get(row["mention_id"], [])
        row["text"], row["spans"] = cut_around(row["text"], spans, max_length)
    return chosen


_QUOTE = [*_RECORD, "rule", "reason", "spans"]


def cut_around(text: str, spans: list[tuple[int, int]], max_length: int) -> tuple[str, list[tuple[int, int]]]:
    """Cut a long text around its first marked words; the spans move with it."""
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
