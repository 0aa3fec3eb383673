"""What a topic is called: the words that set it apart, grown to phrases as people write them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import numpy as np
import numpy.typing as npt
import pandas as pd

from .words import LINKS, Reader, find_people, find_words, noun_likeness

Matrix = npt.NDArray[np.float64]

_N_TERMS = 10
_GROWS = 0.25
"""Share of a word's texts that must hold a phrase for the phrase to stand in the word's place."""
_FAMILIAR = 0.06
"""Share of a topic's texts that must hold a term for it to enter the name."""
_EVERYWHERE = (0.04, 0.2)
"""Share of a topic's texts: a word with the first in most topics names none alone, with the second not even
within a phrase, as the brand's own name."""
_FADED, _MARKED = 0.03, 2.0
"""Share of a topic's texts that must still hold a term of its earlier name, and how many times as common the
term must be there as in the other texts."""
_LONG_ENOUGH = 0.12
_NOUN = 0.5
_JOINED = re.compile(r", | \(\d+\)$")
_UNLIKE = "Messages with few words in common"


@dataclass(frozen=True)
class Words:
    """Counts of texts by topic and phrase, and what is known of each phrase."""

    counts: Matrix
    phrases: list[tuple[str, ...]]
    shape: dict[str, str]
    nouns: dict[str, float]
    leads: dict[str, float]

    def show(self, phrase: tuple[str, ...]) -> str:
        """Return a phrase as most texts spell it."""
        return " ".join(self.shape.get(word, word) for word in phrase)

    def fitness(self, phrase: tuple[str, ...]) -> float:
        """Return how much a phrase is like a name, 0 to 1: a thing, or a thing and what it does."""
        last = self.nouns.get(phrase[-1], _NOUN)
        if len(phrase) == 1:
            return last
        leads, first = self.leads.get(phrase[0], _NOUN), self.nouns.get(phrase[0], _NOUN)
        return max((leads * last) ** 0.5, 0.8 * first)


@dataclass(frozen=True)
class Reading:
    """The phrases of each text that can name something, and what the texts say of their words."""

    phrases: list[set[tuple[str, ...]]]
    shape: dict[str, str]
    nouns: dict[str, float]
    leads: dict[str, float]


def read_phrases(texts: list[str], *, silent: Iterable[str] = ()) -> Reading:
    """Find single words and phrases of two and three.

    Words in `silent` (the brand's own name) and people's names are left out.
    """
    tokens = [find_words(text) for text in texts]
    reader = Reader.of(texts, silent={*(word.lower() for word in silent), *find_people(tokens)})
    found = []
    for words in tokens:
        lower = [word.lower() for word in words]
        found.append(set(_phrases(lower, reader.content(lower))))
    return Reading(found, _surface(tokens), *noun_likeness(tokens))


def describe(
    reading: Reading, labels: npt.NDArray[np.int64], k: int, *, earlier: Mapping[int, str] | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table of terms (topic, rank, term, weight) and one name for each of the `k` topics.

    `weight` is class-based TF-IDF over phrases, each counted once a text. What every other topic says names
    nothing, unless a topic says nothing else. A topic keeps its `earlier` name while that still describes it.
    """
    words = _count(reading, labels, k)
    sizes = np.bincount(labels[labels >= 0], minlength=k)
    weights = _class_tfidf(words.counts)
    telling = weights * _telling(words, sizes)
    rows: list[tuple[int, int, str, float]] = []
    names = {t: name for t, name in (earlier or {}).items() if _still_describes(name, t, words, sizes)}
    for topic in range(k):
        counts = words.counts[topic]
        ranked = _ranked(words, telling[topic], counts) or _ranked(words, weights[topic], counts)
        shown = [words.show(words.phrases[t]) for t in ranked]
        rows += [(topic, rank, term, weights[topic, ranked[rank - 1]]) for rank, term in enumerate(shown, 1)]
        shares = words.counts[topic, ranked] / max(sizes[topic], 1)
        if topic not in names:
            names[topic] = _name(words, ranked, weights[topic], shares, taken={*names.values()})
    return pd.DataFrame(rows, columns=["topic", "rank", "term", "weight"]), [names[t] for t in range(k)]


def _count(reading: Reading, labels: npt.NDArray[np.int64], k: int) -> Words:
    found: defaultdict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for own, label in zip(reading.phrases, labels.tolist(), strict=True):
        for phrase in own if label >= 0 else ():
            found[phrase][label] += 1
    n = int((labels >= 0).sum())
    least = 3 if n >= 200 else 2 if n >= 20 else 1
    phrases = sorted(phrase for phrase, by_topic in found.items() if max(by_topic.values()) >= least)
    counts = np.zeros((k, len(phrases)))
    for column, phrase in enumerate(phrases):
        for label, n in found[phrase].items():
            counts[label, column] = n
    return Words(counts, phrases, reading.shape, reading.nouns, reading.leads)


def _phrases(words: list[str], good: list[bool]) -> Iterator[tuple[str, ...]]:
    for start, first in enumerate(good):
        if not first:
            continue
        yield (words[start],)
        for length in (2, 3):
            if start + length > len(words) or not good[start + length - 1]:
                continue
            phrase = tuple(words[start : start + length])
            inside = length == 2 or good[start + 1] or phrase[1] in LINKS
            if inside and len(set(phrase)) == length:
                yield phrase


def _class_tfidf(counts: Matrix) -> Matrix:
    """Weigh terms as Grootendorst (2022): share within the topic, times log(1 + mean a topic / overall)."""
    if not counts.size:
        return counts
    totals = counts.sum(axis=1, keepdims=True)
    overall = np.maximum(counts.sum(axis=0), 1)
    return counts / np.maximum(totals, 1) * np.log1p(totals.mean() / overall)


def _common(words: Words, sizes: npt.NDArray[np.int64], least: float) -> frozenset[str]:
    """Return the words that at least so many texts of most topics hold: they mark no topic."""
    if len(sizes) < 5:
        return frozenset()
    shares = words.counts / np.maximum(sizes, 1)[:, None]
    spread = (shares >= least).mean(axis=0) > 0.5
    return frozenset(phrase[0] for phrase, wide in zip(words.phrases, spread, strict=True) if wide)


def _telling(words: Words, sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    some, most = (_common(words, sizes, least) for least in _EVERYWHERE)
    return np.array([not (some >= set(phrase) or most & set(phrase)) for phrase in words.phrases], dtype=bool)


def _still_describes(name: str, topic: int, words: Words, sizes: npt.NDArray[np.int64]) -> bool:
    """Return whether all of a name's terms are said, and half still more often here than in other texts."""
    column = {phrase: at for at, phrase in enumerate(words.phrases)}
    terms = [tuple(term.split()) for term in _JOINED.split(name.lower()) if term]
    if not set(terms) <= set(column):
        return False
    known = [column[term] for term in terms]
    inside = words.counts[topic, known] / max(sizes[topic], 1)
    outside = (words.counts[:, known].sum(axis=0) - words.counts[topic, known]) / max(
        sizes.sum() - sizes[topic], 1
    )
    return 2 * int(((inside >= _FADED) & (inside >= _MARKED * outside)).sum()) >= len(terms)


def _ranked(words: Words, weights: Matrix, counts: Matrix) -> list[int]:
    """Rank a topic's terms; a word mostly said within one phrase gives way to that phrase."""
    order = [int(t) for t in np.argsort(-weights, kind="stable")[:200] if weights[t] > 0]
    chosen: list[int] = []
    said: set[str] = set()
    for t in order:
        for candidate in (_grow(t, order, counts, words.phrases), t):
            stems = {_stem(word) for word in words.phrases[candidate]}
            if not stems & said:
                chosen.append(candidate)
                said |= stems
                break
        if len(chosen) == _N_TERMS:
            break
    return chosen


def _stem(word: str) -> str:
    """Cut a plural, possessive, past or -ing ending, so that a name does not say one word twice."""
    single = re.sub(r"(?:'s|s)$", "", word) if len(word) > 3 else word
    return re.sub(r"(?:ing|ed|ie|e|y)$", "", single) if len(single) > 4 else single


def _grow(term: int, order: list[int], counts: Matrix, phrases: list[tuple[str, ...]]) -> int:
    longer = [t for t in order if set(phrases[term]) < set(phrases[t]) and counts[t] >= _GROWS * counts[term]]
    return max(longer, key=lambda t: (counts[t], len(phrases[t])), default=term)


def _surface(tokens: list[list[str]]) -> dict[str, str]:
    """Return for each word the spelling that most texts use; lower case unless another is commoner."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words in tokens:
        for word in words:
            seen[word.lower()][word] += 1
    ranked = {
        word: sorted(forms, key=lambda form: (not form.islower(), form)) for word, forms in seen.items()
    }
    return {word: max(forms, key=seen[word].__getitem__) for word, forms in ranked.items()}


def _name(words: Words, ranked: list[int], weights: Matrix, shares: Matrix, *, taken: set[str]) -> str:
    """List the fittest terms: a phrase that many say stands alone, else two; more where the name is taken.

    A list of words is no sentence: not everyone in a topic says them. What shares no word is called so, and
    what shares all its words with another topic is numbered.
    """
    familiar = [t for t, share in zip(ranked, shares, strict=True) if share >= _FAMILIAR] or ranked
    worth = {t: weights[t] * words.fitness(words.phrases[t]) for t in familiar}
    order = sorted(familiar, key=lambda t: (-worth[t], familiar.index(t)))
    likely = [t for t in order if words.fitness(words.phrases[t]) > _NOUN]
    order = likely + [t for t in order if t not in likely]
    share = dict(zip(ranked, shares, strict=True))
    alone = bool(order) and len(words.phrases[order[0]]) > 1 and share[order[0]] >= _LONG_ENOUGH
    enough = 1 if alone or len(likely) < 2 else 2
    tried: list[str] = []
    for length in range(min(enough, len(order)), len(order) + 1):
        parts = [words.show(words.phrases[t]) for t in order[:length]]
        name = ", ".join(parts)
        if name and name not in taken:
            return name
        tried.append(name)
    name = tried[0] or _UNLIKE
    numbered = (name if n == 1 else f"{name} ({n})" for n in count(1))
    return next(each for each in numbered if each not in taken)
