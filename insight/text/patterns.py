"""Named word patterns kept in readable files: what they are, and where they are in a text.

A file holds tables of lists: `any` of the patterns must match; not where one of `not_after` ends right
before the match; not at all where one of `unless` is in the text. Inside a pattern a blank stands for any
white space, an apostrophe ’ may be missing, {word} is one of the list of that name in [words]. The rest is a
regular expression without look-around, so that it takes linear time.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .clean import MAX_READ

# One character for one character, so that offsets into the text stay true.
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\n": " ", "\r": " ", "\t": " ", "\xa0": " "}
)
_ODD = f"[{''.join(map(chr, PLAIN))}]"
_BEFORE = 60
"""Characters before a match in which `not_after` is looked for."""
_FEW = 5_000
"""Characters in all up to which Python is done before Arrow has read the pattern."""
_LIST = re.compile(r"\{([a-z_]+)\}")
_BLANK = re.compile(r"\[[^\]]*\]| (?![?*+])")


@dataclass(frozen=True, kw_only=True)
class Cue:
    """A pattern that must match, and what must not be before the match, or anywhere in the text."""

    match: re.Pattern[str]
    not_after: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Go through the places where the cue is in what is read of a text."""
        plain = text[:MAX_READ].translate(PLAIN)
        if self.unless and self.unless.search(plain):
            return
        for found in self.match.finditer(plain):
            start, end = found.span()
            before = self.not_after and self.not_after.search(plain, max(0, start - _BEFORE), start)
            if start < end and not before:
                yield end - len(found[0].lstrip()), end

    def span(self, text: str) -> tuple[int, int] | None:
        """Return the first of these places, or None."""
        return next(self.spans(text), None)


def compile_cue(entry: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """Return the fields of the `Cue` that a table of a file describes."""
    lists = {"match": entry["any"], **{key: entry[key] for key in ("not_after", "unless") if key in entry}}
    return {name: re.compile(_expand(some, words), re.IGNORECASE | re.ASCII) for name, some in lists.items()}


def _expand(patterns: Iterable[str], words: Mapping[str, str]) -> str:
    pattern = "|".join(f"(?:{one})" for one in patterns)
    while _LIST.search(pattern):
        pattern = _LIST.sub(lambda name: f"(?:{words[name[1]]})", pattern)
    pattern = _BLANK.sub(lambda found: " +" if found[0] == " " else found[0], pattern).replace(" ?", " *")
    return pattern.replace("n’t", " *n’t").replace("’", " *'?")


@functools.cache
def read_cues(name: str) -> dict[str, Cue]:
    """Return the cues of `insight/text/cues/<name>.toml`, in the order of the file."""
    table = tomllib.loads((Path(__file__).parent / "cues" / f"{name}.toml").read_text("utf-8"))
    words = table.pop("words", {})
    return {cue: Cue(**compile_cue(entry, words)) for cue, entry in table.items()}


def as_column(texts: pd.Series | Iterable[str]) -> pa.LargeStringArray:
    """Return what is read of the texts, in plain characters, for as many cues as are looked for."""
    given = pa.array(texts, type=pa.large_string())
    whole = given.combine_chunks() if isinstance(given, pa.ChunkedArray) else given
    column = pc.utf8_slice_codeunits(whole, 0, MAX_READ)
    odd = pc.match_substring_regex(column, _ODD)
    plain = [text.translate(PLAIN) for text in column.filter(odd).to_pylist()]
    return pc.replace_with_mask(column, odd, pa.array(plain, type=pa.large_string()))


def has_cue(texts: pd.Series | Iterable[str] | pa.LargeStringArray, cue: Cue) -> npt.NDArray[np.bool_]:
    """Return for each text whether the cue is in what is read of it; RE2 reads millions of texts a minute."""
    column = texts if isinstance(texts, pa.LargeStringArray) else as_column(texts)
    if (pc.sum(pc.utf8_length(column)).as_py() or 0) <= _FEW:
        return np.array(
            [text is not None and cue.span(text) is not None for text in column.to_pylist()], bool
        )
    found = holds(column, cue.match)
    at = np.flatnonzero(found)
    if cue.unless:
        found[at] = ~holds(column.take(pa.array(at)), cue.unless)
    if cue.not_after:
        for row in np.flatnonzero(found):
            found[row] = cue.span(column[row].as_py()) is not None
    return found


def holds(column: pa.LargeStringArray, pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
    """Let Arrow's linear-time engine look for a pattern in plain texts."""
    held = pc.match_substring_regex(column, pattern.pattern, ignore_case=True)
    return np.array(pc.fill_null(held, fill_value=False), dtype=bool)
