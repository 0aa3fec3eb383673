"""Lines that stand word for word in messages of many people: templates, footers, forwarded campaigns."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from .converters import objects
from .sides import Brands, speakers

MANY = 5
"""People in whose messages a line stands, at least."""
_LONG, _SHORT = 8, 2
"""Words of a line that people do not write alike by chance; least words of any line that is counted."""
_BESIDE = 2
"""Repeated lines beside a short one that make it part of a template; "Thank you!" stands alone."""
MAX_PAIRS = 1_000_000
"""Pairs of a line and a person that are kept; of more a sample of the people, by the hash of the name."""

_HEADING = re.compile(r"\A\s*(?:#{1,6}\s|[*_]{2}\S.*[*_]{2}\s*$|[-*]\s\[[ xX]?\]|.{0,80}[:：]\s*$)")
_WORD = re.compile(r"\w+")
_UNSPACED = "\u2e80"

Pairs = npt.NDArray[np.uint64]


@dataclass
class Lines:
    """Who wrote which line, as pairs of hashes by file; `below` bounds the hashes of the people kept."""

    pairs: dict[str, Pairs] = field(default_factory=dict)
    below: int = 2**64

    def add(self, name: str, rows: pd.DataFrame) -> None:
        """Take the lines of one part of the file `name`."""
        new = self._sampled(_pairs(rows))
        self.pairs[name] = np.concatenate([self.pairs.get(name, new[:0]), new])
        if sum(map(len, self.pairs.values())) > 2 * MAX_PAIRS:
            self._shrink()

    def forget(self, name: str) -> None:
        """Leave out a file that could not be read to its end."""
        self.pairs.pop(name, None)

    def repeated(self) -> npt.NDArray[np.uint64]:
        """Return the hashes of the lines of many people, in order."""
        self._shrink()
        lines, n = np.unique(np.concatenate([*self.pairs.values(), _NO_PAIRS])[:, 0], return_counts=True)
        return lines[n >= MANY]

    def _shrink(self) -> None:
        """Count each pair once, and halve the sample until it fits: in any order of files the same."""
        every = np.concatenate([*self.pairs.values(), _NO_PAIRS])
        files = np.repeat(np.arange(len(self.pairs)), [len(pairs) for pairs in self.pairs.values()])
        first = ~pd.DataFrame(every).duplicated().to_numpy()
        every, files = every[first], files[first]
        while len(every) > MAX_PAIRS:
            self.below //= 2
            kept = every[:, 1] < np.uint64(self.below)
            every, files = every[kept], files[kept]
        self.pairs = {name: every[files == at] for at, name in enumerate(self.pairs)}

    def _sampled(self, pairs: Pairs) -> Pairs:
        return pairs if self.below == 2**64 else pairs[pairs[:, 1] < np.uint64(self.below)]


_NO_PAIRS: Pairs = np.empty((0, 2), dtype=np.uint64)


def cut_repeated(table: pd.DataFrame, repeated: npt.NDArray[np.uint64], brands: Brands) -> pd.DataFrame:
    """Cut repeated lines from the texts of people; `words_cut` says where. What a brand writes is its own."""
    ours = (table["side"] == "brand").to_numpy(bool) | (speakers(table, brands) != "")
    rows = np.flatnonzero(~ours & table["text"].str.contains("\n", regex=False).to_numpy(bool))
    if not len(repeated) or not len(rows):
        return table
    texts, cut = table["text"].to_numpy(object, copy=True), table["words_cut"].to_numpy(object, copy=True)
    lines = [texts[row].split("\n") for row in rows]
    plain, sizes = zip(*(_reduced(line) for text in lines for line in text), strict=True)
    known = np.isin(_hashes(list(plain)), repeated) & (np.array(sizes) >= _SHORT)
    ends = np.cumsum([len(text) for text in lines])
    for row, text, end in zip(rows, lines, ends, strict=True):
        at = slice(end - len(text), end)
        if known[at].any():
            kept = _own(text, plain[at], sizes[at], known[at])
            if len(kept) < len(text):
                texts[row] = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
                cut[row] = "; ".join(filter(None, [cut[row], "repeated"]))
    return table.assign(text=objects(texts, table.index), words_cut=objects(cut, table.index))


def _own(
    lines: list[str], plain: tuple[str, ...], sizes: tuple[int, ...], known: npt.NDArray[np.bool_]
) -> list[str]:
    n_known = len({words for words, is_known in zip(plain, known, strict=True) if is_known})
    rows = zip(lines, sizes, known, strict=True)
    return [
        line
        for line, size, is_known in rows
        if not (is_known and (size >= _LONG or n_known > _BESIDE or (n_known > 1 and _HEADING.match(line))))
    ]


def _pairs(rows: pd.DataFrame) -> Pairs:
    """Pair every line of a text of several lines with its writer, or with the text where it is unsigned."""
    person = rows["author"].mask(rows["author"] == "", rows["handle"])
    person = person.mask(person == "", rows["text"])
    several = rows["text"].str.contains("\n", regex=False) & (rows["side"] != "brand")
    found = list(_lines(rows.loc[several, "text"], person[several]))
    if not found:
        return _NO_PAIRS
    lines, people = zip(*found, strict=True)
    return np.column_stack([_hashes(list(lines)), _hashes(list(people))])


def _lines(texts: pd.Series, people: pd.Series) -> Iterator[tuple[str, str]]:
    for text, person in zip(texts, people, strict=True):
        reduced = dict(_reduced(line) for line in text.split("\n"))
        yield from ((line, person) for line, size in reduced.items() if size >= _SHORT)


@functools.lru_cache(2**16)
def _reduced(line: str) -> tuple[str, int]:
    """Reduce a line to its words, and count these; without spaces two characters count as a word."""
    words = _WORD.findall(line.casefold())
    n = sum((len(word) + 1) // 2 if word[0] >= _UNSPACED else 1 for word in words)
    return " ".join(words), n


def _hashes(texts: list[str]) -> npt.NDArray[np.uint64]:
    values = np.array([text.encode("utf-8", "replace").decode() for text in texts], dtype=object)
    return pd.util.hash_array(values, categorize=False)
