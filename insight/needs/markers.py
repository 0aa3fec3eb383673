"""What in a sentence says the problem, as against the thing it is about, learned from the archive itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array

from insight.signals.rules import as_read, meets, read_rules

from .phrases import grammar, stem, word_list, words_of

_LIFT, _SURE = 1.4, 0.66
"""How many times as often as other words a word must stand in sentences with a need; a share that does."""
_DENIALS = frozenset(["not", "no", "cannot", "never", "none", "nothing", "without", "unable", "nor"])

DENIED, JUDGED, WISHED = "<not>", "<bad>", "<wish>"


def problem_words(needs: Iterable[str], messages: Iterable[str]) -> frozenset[str]:
    """Return the stems that stand in sentences with a need more often than what people write about does.

    "crash" and "rude" hardly ever stand elsewhere; "playlist" and "flight" do.
    """
    needs = list(needs)
    least = 3 if len(needs) >= 200 else 2 if len(needs) >= 20 else 1
    voiced = Counter(word for text in needs for word in _stems(text))
    everywhere = Counter(word for text in messages for word in _stems(text))
    usual = sum(voiced.values()) / max(1, sum(everywhere[word] for word in voiced))
    return frozenset(
        word for word, n in voiced.items() if n >= least and n >= min(_SURE, _LIFT * usual) * everywhere[word]
    )


def mark(texts: Sequence[str], known: frozenset[str]) -> list[frozenset[str]]:
    """Return what says the problem in each text: problem words; one mark for denial, verdict and wish."""
    return [
        frozenset(_marks(words_of(text), known)) | ({WISHED} if wish else set())
        for text, wish in zip(texts, _wishes(texts), strict=True)
    ]


def sharpest(marks: frozenset[str]) -> frozenset[str]:
    """Keep the problem words of a phrase; where it has none, its denial, verdict or wish."""
    return marks - {DENIED, JUDGED, WISHED} or marks


def shared(left: Sequence[frozenset[str]], right: Sequence[frozenset[str]]) -> np.ndarray:
    """Tell for each of `left` and each of `right` whether they have a mark in common."""
    column = {name: at for at, name in enumerate(sorted(frozenset().union(*right)))}

    def table(rows: Sequence[frozenset[str]]) -> csr_array:
        at = [(row, column[name]) for row, marks in enumerate(rows) for name in marks if name in column]
        places = np.array(at, dtype=np.int64).reshape(-1, 2).T
        return csr_array((np.ones(len(at), np.float32), tuple(places)), shape=(len(rows), len(column)))

    found: np.ndarray = (table(left) @ table(right).T).toarray() > 0
    return found


def _marks(words: list[str], known: frozenset[str]) -> Iterator[str]:
    for word in words:
        if word in _DENIALS or word.endswith("n't"):
            yield DENIED
        elif stem(word) not in known:
            continue
        elif word in word_list("vague"):
            yield JUDGED
        elif word not in grammar():
            yield stem(word)


def _wishes(texts: Sequence[str]) -> np.ndarray:
    """Tell which texts ask for something."""
    read = [as_read(text) for text in texts]
    asks = np.zeros(len(read), dtype=bool)
    for rule in read_rules():
        if rule.signal == "wish":
            asks |= meets(rule, read)
    return asks


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}
