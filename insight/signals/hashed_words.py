"""Which words and pairs of words sentences hold, by their hashes: millions of letters at once, in numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

BITS = 18
"""Each feature is one of 2 ** 18 columns."""
_STEM = 5
"""Letters of a longer word that are a feature of their own: "crash" of "crashing"."""
_BLOCK = 20_000
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_WORD, _STEMMED, _PAIR, _END = (
    np.uint64(odd) for odd in (0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3)
)
"""Multipliers of Fibonacci hashing (Knuth 1973, 6.4), one a kind of feature; odd: none loses a bit."""
_FIRST, _LAST = np.uint64(7), np.uint64(9)
_LINE = ord("\n")
_BLANK, _LETTER, _MARK = range(3)
_KINDS = np.full(256, _LETTER, dtype=np.uint8)  # all that is not ASCII is a letter
_KINDS[:128] = [
    _LETTER if chr(code).isalnum() or chr(code) in "'_@#" else _MARK if 32 < code < 127 else _BLANK
    for code in range(128)
]

Hashes = npt.NDArray[np.uint64]


def count_words(sentences: Sequence[str]) -> sparse.csr_array:
    """Mark which words, stems and pairs of neighbours each sentence has, and how it begins and ends.

    Rows have length 1; that of a sentence without words is empty. A mark such as "!" is a word.
    """
    starts = range(0, max(len(sentences), 1), _BLOCK)
    return sparse.vstack([_count_block(sentences[at : at + _BLOCK]) for at in starts], format="csr")


def word_columns(words: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return the column in which each word, given without blanks or marks, is counted wherever it stands."""
    features, _ = _features("\n".join(words))
    return _columns(features[: len(words)])


def _columns(features: Hashes) -> npt.NDArray[np.int64]:
    return (features >> np.uint64(64 - BITS)).astype(np.int64)


def _count_block(sentences: Sequence[str]) -> sparse.csr_array:
    features, row = _features("\n".join(sentence.replace("\n", " ") for sentence in sentences))
    places = np.sort(row << BITS | _columns(features))
    places = places[np.diff(places, prepend=-1) > 0]
    row = places >> BITS
    length = np.bincount(row, minlength=len(sentences))
    starts = np.concatenate([[0], np.cumsum(length)])
    indices = (
        (places & (1 << BITS) - 1).astype(np.int32),
        starts.astype(np.int32),
    )  # liblinear takes no others
    return sparse.csr_array((1 / np.sqrt(length[row]), *indices), shape=(len(sentences), 1 << BITS))


def _features(lines: str) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """Return the hash of each feature, and the number of the line that it is in."""
    letters = np.frombuffer(lines.lower().encode("utf-8", "replace"), np.uint8)
    kinds = np.pad(_KINDS[letters], 1)
    within = kinds[1:-1] == _LETTER
    marks = kinds[1:-1] == _MARK
    start = np.flatnonzero(marks | (within & (kinds[:-2] != _LETTER)))
    end = np.flatnonzero(marks | (within & (kinds[2:] != _LETTER))) + 1
    row = np.cumsum(letters == _LINE)[start]
    hashed = _Rolling(letters)
    word = hashed.of(start, end)
    longer = end - start > _STEM
    neighbours = row[1:] == row[:-1]
    first, last = np.ones(len(row), dtype=bool), np.ones(len(row), dtype=bool)
    first[1:], last[:-1] = ~neighbours, ~neighbours
    features = (
        (word * _WORD, row),
        ((hashed.of(start, start + _STEM, longer) + _FIRST) * _STEMMED, row[longer]),
        ((word[:-1] * _BASE + word[1:])[neighbours] * _PAIR, row[:-1][neighbours]),
        ((word[first] + _FIRST) * _END, row[first]),
        ((word[last] + _LAST) * _END, row[last]),
    )
    return np.concatenate([one for one, _ in features]), np.concatenate([at for _, at in features])


class _Rolling:
    """Hashes of any stretch of letters, from one sum over all (Rabin and Karp 1987), modulo 2 ** 64."""

    def __init__(self, letters: npt.NDArray[np.uint8]) -> None:
        power, self._inverse = (np.full(len(letters), base) for base in (_BASE, _INVERSE))
        for one in (power, self._inverse):
            one[:1] = 1
            np.cumprod(one, out=one)
        self._sums = np.zeros(len(letters) + 1, dtype=np.uint64)
        np.cumsum((letters + np.uint64(1)) * power, out=self._sums[1:])

    def of(
        self,
        start: npt.NDArray[np.int64],
        end: npt.NDArray[np.int64],
        some: npt.NDArray[np.bool_] | slice = slice(None),
    ) -> Hashes:
        start, end = start[some], end[some]
        return (self._sums[end] - self._sums[start]) * self._inverse[start]
