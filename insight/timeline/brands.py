"""Which tracked brands a message is about, and which of them is ours."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError, is_repost

from .persons import Flags, Rows, number


@dataclass(frozen=True)
class Tracked:
    """The tracked brands in order, ours (None if several speak and none is named), and the words of each."""

    names: tuple[str, ...]
    own: str | None
    words: dict[str, str]


def speaking_brands(mentions: pd.DataFrame) -> pd.Series:
    """Count the messages of each brand that speaks in the table, most first."""
    counts = mentions.loc[mentions["side"] == "brand", "brand"].astype(object).value_counts()
    return counts.loc[sorted(counts.index, key=lambda name: (-counts[name], name))]


def own_brand(mentions: pd.DataFrame) -> str | None:
    """Return the only brand that speaks in a table, or else is named in it; None where there are several."""
    speaking = speaking_brands(mentions).index
    named = speaking if len(speaking) else mentions["brand"].dropna().astype(object).unique()
    return str(named[0]) if len(named) == 1 else None


def tracked_brands(
    mentions: pd.DataFrame, brands: Mapping[str, Sequence[str]] | Sequence[str] | None
) -> Tracked:
    """Sort out the brands that were named, ours first, or else those that the table has."""
    if brands is None:
        names = mentions["brand"].dropna().astype(object).unique()
        return Tracked(tuple(sorted(map(str, names))), own_brand(mentions), {})
    given = brands if isinstance(brands, Mapping) else {name: [name] for name in brands}
    words = {
        word.casefold().lstrip("@"): name
        for name, entries in given.items()
        for word in (name, *entries)
        if word.strip("@ ")
    }
    return Tracked(tuple(given), next(iter(given), None), words)


def about_brands(mentions: pd.DataFrame, tracked: Tracked, thread: Rows) -> pd.Series:
    """Return for each message the tuple of brands that it concerns, in the order of `tracked`.

    The brand that it was sent to or speaks for, those whose handle or name is in it, the one whose name
    its channel has, and those that the first message of its thread is about.
    """
    place = {name: number for number, name in enumerate(tracked.names)}
    marked = np.zeros((len(mentions), len(place)), bool)
    code = mentions["brand"].astype(object).map(place).fillna(-1).to_numpy(np.int64)
    marked[np.flatnonzero(code >= 0), code[code >= 0]] = True
    if tracked.words:
        _mark_words(marked, mentions["title"] + "\n" + mentions["text"], tracked.words, place)
        channel = mentions["channel"].astype(object).fillna("").str.casefold().map(tracked.words).map(place)
        named = channel.notna().to_numpy()
        marked[np.flatnonzero(named), channel[named].to_numpy(np.int64)] = True
    _, first, code = np.unique(thread, return_index=True, return_inverse=True)
    marked |= marked[first[code]]
    return _named(marked, tracked.names).set_axis(mentions.index)


def _named(marked: Flags, names: Sequence[str]) -> pd.Series:
    """Return the names of the marked columns of each row; few different sets recur in most rows."""
    if not names:
        return pd.Series([()] * len(marked), dtype=object)
    words = np.packbits(np.pad(marked, ((0, 0), (0, -marked.shape[1] % 64))), axis=1).view(np.int64)
    code, first = number(list(words.T)), pd.Series(np.arange(len(marked)))
    sets = [
        tuple(name for name, yes in zip(names, marked[row], strict=True) if yes)
        for row in first.groupby(code).first()
    ]
    return pd.Series(np.fromiter(sets, object, len(sets))[code], dtype=object)


def _mark_words(marked: Flags, texts: pd.Series, words: Mapping[str, str], place: Mapping[str, int]) -> None:
    longest = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)")
    for row, text in enumerate(texts.str.casefold()):
        for word in set(pattern.findall(text)):
            marked[row, place[words[word]]] = True


def concerns(line: pd.DataFrame, brand: str | None) -> Flags:
    """Return which messages of a timeline are about a brand; all of them where none is named.

    What is about no tracked brand counts as well, as an archive is collected for its owner, unless several
    brands have accounts in it: then it may be anyone's.
    """
    if brand is None:
        return np.ones(len(line), bool)
    shared = len(speaking_brands(line)) > 1
    return np.array([brand in about or (not about and not shared) for about in line["about"]], dtype=bool)


def is_brand_message(line: pd.DataFrame, brand: str | None) -> Flags:
    """Return which messages of a timeline are a brand's own words: no note, repost or automated message.

    Without a name the one brand that speaks in the table is meant; where several speak, that is an error.
    """
    own = (line["role"].isin(["brand", "rival"]) & (line["kind"] != "note")).to_numpy(bool) & ~is_repost(line)
    names = line["brand"].astype(object)
    speaking = sorted(names[own].dropna().unique())
    if brand is None:
        if len(speaking) > 1:
            raise InsightError(
                f"{len(speaking)} brands speak in the table: {speaking[:5]}. Pass brand= one of them."
            )
        return own
    tracked = sorted(names.dropna().unique())
    if tracked and brand not in tracked:
        near = difflib.get_close_matches(brand, tracked, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise InsightError(f"no message is about the brand {brand!r}; found {tracked}{hint}")
    return own & ((names == brand) | (names.isna() & (not tracked))).to_numpy(bool)
