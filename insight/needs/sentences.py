"""The sentences in which people voice a need, as they stand and as they are compared."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable

import numpy as np
import pandas as pd

from insight.text.clean import TITLE, clean_text, split_sentences
from insight.text.patterns import has_cue, read_cues

from .phrases import NEED_SIGNALS, names_cause, says_problem, stem, words_of

_LONG = 25
"""Words from which a sentence is a run-on, cut at its conjunctions and list marks."""
_CLAUSE = 5
"""Least words on both sides of such a cut."""
_CUT = re.compile(
    r"(?<!\s)\s*[;•|]\s*|(?<!\s)\s+[-–—*]+\s+|,\s+|(?<!\s)\s+(?=(?:and|but|so|because|also|plus|then|which|when|while|since)\s)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\A\W{0,20}(?:it|this|that|they|these|those|he|she|still|does|did|do|not|won|can|is)\b", re.I
)
_FORM = (5, 3, 5, 3)
"""Least people and words of a sentence that comes from a form, if most messages that hold it have as many
lines as the third number, or hold as many such sentences as the fourth."""
_ANSWER = re.compile(r"[:?].*", re.DOTALL)
_MACHINE = re.compile(
    r"```.*?(?:```|\Z)|<!--.*?(?:-->|\Z)"
    r"|^[ \t]*(?:at [\w.$<>]+ ?\(|File \"|Traceback|\d{4}-\d\d-\d\d[T ]\d\d:|\[?\d\d:\d\d:\d\d|[IWEF]\d{4} "
    r"|[>$|] ?|#{1,6} |- \[)[^\n]*",
    re.DOTALL | re.MULTILINE,
)
"""Code, comments of a form; lines of logs, stack traces, shells, tables and quotations; headings."""
_TAG = re.compile(r"\A(?:\W{0,3}\[[^\]]{1,40}\]\s*:?)+|[*`#]+")
"""Tags before a title, and marks of emphasis."""
_CODE = re.compile(r"[{}<>=_\\]|\(\)|\]\(|::|->")
_LETTERS = 0.75
_SPOKEN_TO = 0.01
"""Share of messages that must name a handle for it to count as the brand's."""
_TITLED, _CAPITAL = 0.4, 0.6
"""Share of capitals from which a sentence is a headline, and of its uses from which a word is a name."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_HANDLE = re.compile(r"(?<!\w)@(\w+)")


def need_sentences(people: pd.DataFrame, signals: pd.DataFrame, *, brands: frozenset[str]) -> pd.DataFrame:
    """Return one row a sentence, or clause of a run-on, in which a customer voices a need.

    Columns: mention_id, sentence (number, -1 for the title), start, end (in the text), signal, person, said
    (as written), plain (clean, without the brand), key (its words; equal for copies), vague (names no cause),
    form (code, the same words by so many that they come from a form, or what a title sums up), compared (what
    is encoded: `plain`, after the sentence before where it only points back to it).
    """
    rows = _cut(people, *_voiced(signals))
    brands = brands | proper_names(rows["said"])
    rows["plain"] = without(clean_text([_TAG.sub(" ", text) for text in rows["said"]]), brands)
    rows["key"] = [" ".join(words_of(text)) for text in rows["plain"]]
    rows["vague"] = [not names_cause(key.split()) for key in rows["key"]]
    rows["form"] = _is_form(rows) | _has_title(rows)
    rows = rows.drop(columns=["lines", "machine"])
    rows["compared"] = _with_context(rows, without(clean_text(rows.pop("before")), brands))
    return rows[rows["key"] != ""].reset_index(drop=True)


def praise_sentences(people: pd.DataFrame, signals: pd.DataFrame, *, brands: frozenset[str]) -> pd.DataFrame:
    """Return one row a sentence of praise by a customer who voices no need in it; columns as above."""
    glad = signals[signals["signal"] == "praise"]
    glad = glad[~glad["sarcasm"]] if "sarcasm" in glad else glad
    unmet = signals.loc[signals["signal"].isin(NEED_SIGNALS), ["mention_id", "sentence"]]
    glad = glad[~_pairs(glad).isin(_pairs(unmet))]
    rows = _cut(people, _strongest(glad), {}).drop(columns=["before", "lines", "machine"])
    rows["plain"] = without(clean_text(rows["said"]), brands)
    rows["key"] = [" ".join(words_of(text)) for text in rows["plain"]]
    return rows[_mask(names_cause(key.split()) for key in rows["key"])].reset_index(drop=True)


def brand_words(mentions: pd.DataFrame) -> frozenset[str]:
    """Return the words of tracked brands, of channels and of the handles that people write to."""
    named = {str(name) for column in ("brand", "channel") for name in mentions[column].dropna().unique()}
    words = {word for name in named for word in words_of(name) if len(word) > 2}
    texts = mentions["text"].fillna("")
    handles = Counter(name for text in texts for name in {found.lower() for found in _HANDLE.findall(text)})
    often = {name for name, n in handles.items() if n >= _SPOKEN_TO * len(texts) and not name.isdigit()}
    known = Counter(word for text in texts for word in set(words_of(text)))
    return frozenset(
        words | often | {word for word in known if any(_named_after(word, name) for name in often)}
    )


def proper_names(sentences: pd.Series) -> frozenset[str]:
    """Return the words that people write with a capital in the middle of a sentence, in all their forms.

    They name places, products and people: who or where, not what is wrong. A word that says a fault by itself
    names nothing, however many write it like a headline ("Cancelled Flight").
    """
    big, small = Counter[str](), Counter[str]()
    for text in sentences:
        words = _WORD.findall(text)[1:]
        if sum(word[0].isupper() for word in words) <= _TITLED * len(words):
            named = [word for word in words if word[0].isupper() and not word.isupper()]
            big.update(word.lower() for word in named)
            small.update(stem(word.lower()) for word in words if not word[0].isupper() or word.isupper())
    often = [word for word, n in sorted(big.items()) if n >= 3 and n >= _CAPITAL * (n + small[stem(word)])]
    return frozenset(itertools.compress(often, ~says_problem(often))) if often else frozenset()


def _named_after(word: str, name: str) -> bool:
    """Return whether a word is the head of a handle ("spotify" of "spotifycares"), or the other way round."""
    word = word.removesuffix("'s")
    return (len(word) >= 5 and name.startswith(word)) or (len(name) >= 5 and word.startswith(name))


def without(texts: list[str], brands: frozenset[str]) -> list[str]:
    """Take the brand's name out of clean texts; without it, all else weighs."""
    if not brands:
        return texts
    names = re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(brands, key=len, reverse=True)))})(?:'s)?(?!\w)", re.I
    )
    return [" ".join(names.sub(" ", text).split()) for text in texts]


def _mask(found: Iterable[bool]) -> np.ndarray:
    return np.fromiter(found, dtype=bool)


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["mention_id", "sentence"]].astype({"mention_id": "str"}))


def _voiced(signals: pd.DataFrame) -> tuple[pd.DataFrame, dict[tuple[str, int], list[int]]]:
    """Return the sentences with a need, each with its most probable signal, and where praise begins.

    A tip to other customers is no need of the one who gives it, unless it is how they work around one.
    """
    glad = signals[signals["signal"].isin(["praise", "thanks"])]
    places: dict[tuple[str, int], list[int]] = {}
    for mention, sentence, start in zip(glad["mention_id"], glad["sentence"], glad["start"], strict=True):
        places.setdefault((mention, sentence), []).append(int(start))
    voiced = signals[signals["signal"].isin(NEED_SIGNALS)]
    tip = _pairs(voiced).isin(_pairs(signals[signals["signal"] == "advice"]))
    return _strongest(voiced[~tip | (voiced["signal"] == "workaround").to_numpy()]), places


def _strongest(rows: pd.DataFrame) -> pd.DataFrame:
    ranked = rows.astype({"signal": "str"}).sort_values("probability", ascending=False, kind="stable")
    return ranked.drop_duplicates(["mention_id", "sentence"])


def _cut(people: pd.DataFrame, voiced: pd.DataFrame, glad: dict[tuple[str, int], list[int]]) -> pd.DataFrame:
    """Cut out each sentence; of a run-on the clauses that hold the matching words, or a need of their own.

    What also praises or thanks, in one sentence or clause, is left out; so are faults that have ended.
    """
    rows = people[["mention_id", "person", "text", "title"]].merge(voiced, on="mention_id")
    spans: dict[str, list[tuple[int, int]]] = {}
    machine: list[tuple[int, int]] = []
    found = []
    for row in rows.sort_values(["mention_id", "sentence"]).itertuples(index=False):
        lines = row.text.count("\n") + 1
        if row.sentence == TITLE:
            pieces, source, before = [(0, len(row.title), True)], row.title, ""
        else:
            if row.mention_id not in spans:
                spans = {row.mention_id: split_sentences(row.text)}
                machine = [block.span() for block in _MACHINE.finditer(row.text)]
            here, source = spans[row.mention_id], row.text
            before = row.text[slice(*here[row.sentence - 1])] if row.sentence else row.title
            pieces = _clauses(source, here[row.sentence], (row.start, row.end))
        known = (row.mention_id, row.sentence, row.signal, row.person, before, lines)
        blocks = [] if row.sentence == TITLE else machine
        kind = glad.get((row.mention_id, row.sentence), [])
        found += [
            (
                *known,
                start,
                end,
                source[start:end],
                _within(start, end, blocks),
                sure,
            )
            for start, end, sure in pieces
            if not any(start <= at < end for at in kind)
        ]
    names = ["mention_id", "sentence", "signal", "person", "before", "lines"]
    names += ["start", "end", "said", "machine", "sure"]
    table = pd.DataFrame(found, columns=names)
    table = table[~np.any([has_cue(table["said"], cue) for cue in read_cues("needs").values()], axis=0)]
    open_ones = table.index[~table["sure"].astype(bool)]
    table.loc[open_ones, "sure"] = says_problem(table.loc[open_ones, "said"].tolist())
    return table[table.pop("sure").astype(bool)].reset_index(drop=True)


def _clauses(text: str, here: tuple[int, int], hit: tuple[int, int]) -> list[tuple[int, int, bool]]:
    """Return the sentence, or the clauses of a run-on, and of each whether it surely voices the need."""
    start, end = here
    said = text[start:end]
    if len(said.split()) <= _LONG:
        return [(start, end, True)]
    cuts, begin = [], 0
    for mark in _CUT.finditer(said):
        if min(len(said[begin : mark.start()].split()), len(said[mark.end() :].split())) >= _CLAUSE:
            cuts.append((begin, mark.start()))
            begin = mark.end()
    pieces = [(start + a, start + b) for a, b in [*cuts, (begin, len(said))]]
    whole = hit[1] - hit[0] >= end - start - 1
    return [(a, b, not whole and a <= hit[0] < b) for a, b in pieces]


def _within(start: int, end: int, blocks: list[tuple[int, int]]) -> bool:
    """Return whether most of a sentence lies in one of the blocks."""
    return any(min(end, stop) - max(start, begin) > (end - start) / 2 for begin, stop in blocks)


def _is_form(rows: pd.DataFrame) -> np.ndarray:
    """Return which rows people did not write themselves: lines of a form, code, logs."""
    least, words, lines, beside = _FORM
    asked = rows["said"].astype("str").str.replace(_ANSWER, "", regex=True).str.strip(" *_-").str.lower()
    often = rows.groupby(asked)["person"].transform("nunique") >= least
    often &= asked.str.split().str.len() >= words
    crowd = often.groupby(rows["mention_id"]).transform("sum")
    often &= (rows.groupby(asked)["lines"].transform("median") >= lines) | (
        crowd.groupby(asked).transform("median") >= beside
    )
    letters = np.array(
        [sum(c.isalpha() or c.isspace() for c in text) / max(1, len(text)) for text in rows["plain"]]
    )
    code = rows["said"].astype("str").str.contains(_CODE) | rows["machine"].astype(bool)
    return (often | (letters < _LETTERS) | code).to_numpy(dtype=bool)


def _has_title(rows: pd.DataFrame) -> np.ndarray:
    """Return which sentences stand in a report of several lines whose title says what it is about."""
    titled = rows.loc[(rows["sentence"] == TITLE) & ~rows["vague"], "mention_id"]
    below = (rows["sentence"] != TITLE) & (rows["lines"] >= _FORM[2])
    return (below & rows["mention_id"].isin(titled)).to_numpy(dtype=bool)


def _with_context(rows: pd.DataFrame, before: list[str]) -> list[str]:
    """Put the sentence before in front of one that names no cause but says that something fails."""
    points = rows["vague"] & rows["plain"].astype("str").str.match(_POINTS)
    points &= says_problem(rows["plain"].tolist())
    return [
        f"{other} {own}" if back and names_cause(words_of(other)) and len(other.split()) <= _LONG else own
        for own, other, back in zip(rows["plain"], before, points, strict=True)
    ]
