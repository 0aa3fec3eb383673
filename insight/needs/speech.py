"""Whether a phrase is a whole one, and what of it says something of a problem."""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .phrases import (
    ARTICLES,
    HELPERS,
    LONGEST,
    SHORTEST,
    function_words,
    grammar,
    is_denied,
    is_phrasal,
    is_spoilt,
    stem,
    word_list,
)

COPULAS = frozenset(["are", "be", "been", "is", "was", "were"])
LINKS = ARTICLES | COPULAS | {"has", "have", "had", "to", "of", "for", "on"}
"""Words that make no other name of the same words."""
_UNSEEN = 0.9
"""How closed a phrase is that is not said in these very words."""
_OBJECT = 0.4
"""Share of its uses with an object from which what cannot be done is not all that is said."""
_TIED, _DENIED, _PRIOR = 0.5, 0.3, 2
"""Share of its uses from which what stands beside a phrase belongs to it, any word or one that denies; and
the uses in which nothing does that a phrase is given beforehand."""
_BESIDE = frozenset("a about an at by for from in into is of on than to was with".split())  # noqa: SIM905
"""Words that a name may hold, but neither begin nor end with."""


@functools.lru_cache(maxsize=100_000)
def is_whole(words: tuple[str, ...]) -> bool:
    """Return whether the phrase begins and ends like one."""
    if not SHORTEST <= len(words) <= LONGEST or is_spoilt(list(words)):
        return False
    if not word_list("open").isdisjoint(words):
        return False
    if len({stem(word) for word in words}) < len(words) or any(map(_is_code, words)):
        return False
    return _begins(words) and _ends(words)


def _begins(words: Sequence[str]) -> bool:
    if " ".join(words[:2]) in word_list("states"):
        return True
    chosen = words[0] == "do" and words[2:3] and words[2] not in word_list("having")
    of_nothing = words[0] == "not" and not words[1].endswith("ing") and len(content(words)) < 2
    fits = words[0] not in _no_openings() or is_denied(list(words[:2]))
    return fits and not (is_adverb(words[0]) or chosen or of_nothing)


def _ends(words: Sequence[str]) -> bool:
    last = words[-1]
    return is_phrasal(list(words)) or not (last in _no_endings() or is_adverb(last))


@functools.cache
def _no_openings() -> frozenset[str]:
    return frozenset().union(_BESIDE, *map(word_list, ("head", "openings", "mend", "tasks")))


@functools.cache
def _no_endings() -> frozenset[str]:
    loose = word_list("denials") - word_list("losses")
    return frozenset().union(loose, function_words(), *map(word_list, ("tail", "unfinished")))


_UNABLE = frozenset(["cannot", "will", "would", "could", "unable"])
_HELPED = ("fix", "fixed", "help", "helped", "solve", "solved", "work", "worked")
_REFUSED = frozenset(["cannot", "fails", "failed", "fail", "will"])
_BOUND = frozenset(["into", "of", "to"])
"""Words that open no statement of time or cause: a phrase after which most go on with one is not whole."""
_NOT = ("not", "never")


def denies_deed(words: Sequence[str]) -> bool:
    """Return whether these only say what cannot be done ("cannot access"), not with what."""
    return words[0] in _UNABLE and len(content(words)) == 1


def is_adverb(word: str) -> bool:
    """Return whether the word says how or how often."""
    return len(word) > 4 and word.endswith("ly") and word not in word_list("no_adverbs")


def _is_code(word: str) -> bool:
    return word[0].isalpha() and any(letter.isdigit() for letter in word)


def denies_wrong(words: Sequence[str], wrong: frozenset[str]) -> bool:
    """Return whether the phrase denies what would be wrong ("not rude", "did not crash")."""
    denied = [at for at, word in enumerate(words) if word in _NOT]
    return bool(denied) and any(stem(word) in wrong for word in words[denied[0] + 1 :])


def is_no_problem(words: Sequence[str]) -> bool:
    """Return whether a phrase only asks for news or mending ("needs an update"), or says what was done."""
    if len(words) == 2 and words[0] in word_list("asks") and words[1].endswith("ed"):
        return True  # "support answered" asks for nothing
    tried = [word for word in words if word in ("did", "has", "not", *_HELPED)]
    if tried[-2:-1] == ["not"] and tried[-3:-2] in (["did"], ["has"]) and tried[-1] in _HELPED:
        return True
    own = set(content(words)) - word_list("asks") | (word_list("mend") & set(words))
    judged = any(word in word_list("judging") for word in words)
    return (
        own <= word_list("mend") | word_list("news")
        and not judged
        and not any(word in _REFUSED for word in words)
    )


def content(words: Sequence[str]) -> list[str]:
    """Return the words that say what the phrase is about."""
    known = grammar() | word_list("denials")
    plain = [(word, word.replace("-", "")) for word in words]
    return [word for word, bare in plain if known.isdisjoint([bare, bare.removesuffix("ing")])]


def says_nothing(word: str) -> bool:
    """Return whether a word of a name neither says what it is about nor denies or judges it."""
    return word in grammar() and word not in word_list("judging") | word_list("denials")


def judges(words: Sequence[str]) -> bool:
    """Return whether a word of the phrase judges or denies."""
    return not (word_list("judging") | word_list("denials")).isdisjoint(words)


def spans(piece: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Return where phrases of a name's length may lie in a piece."""
    for start in range(len(piece)):
        for stop in range(start + SHORTEST, min(start + LONGEST, len(piece)) + 1):
            yield start, stop


@dataclass(frozen=True)
class Uses:
    """How a phrase is used: people who say it, and what stands before and behind it."""

    people: Counter[str]
    left: dict[str, Counter[str]]
    right: dict[str, Counter[str]]

    @classmethod
    def of(cls, voiced: Iterable[tuple[Sequence[Sequence[str]], int]]) -> Uses:
        """Count the whole phrases in sentences (their pieces, and the number of people who say it)."""
        people = Counter[str]()
        left: dict[str, Counter[str]] = defaultdict(Counter)
        right: dict[str, Counter[str]] = defaultdict(Counter)
        for pieces, n in voiced:
            seen = set()
            for piece in pieces:
                for start, stop in spans(piece):
                    if piece[start] in _NOT and start and piece[start - 1] in HELPERS:
                        continue
                    if not is_whole(tuple(piece[start:stop])):
                        continue
                    phrase = " ".join(piece[start:stop])
                    seen.add(phrase)
                    left[phrase][piece[start - 1] if start else ""] += n
                    right[phrase][piece[stop] if stop < len(piece) else ""] += n
            for phrase in seen:
                people[phrase] += n
        return cls(people, dict(left), dict(right))

    def closed(self, phrase: str) -> float:
        """Return how often the phrase is all that is said there, 0 where most go on in one way."""
        if phrase not in self.people:
            return _UNSEEN
        left, right = self.left[phrase], self.right[phrase]
        worth: float = 1.0
        for beside, at in ((left, 0), (right, -1)):
            total = beside.total()
            word = min(beside, key=lambda word: (-beside[word], word))
            n = beside[word]
            words = [word, *phrase.split()] if at == 0 else [*phrase.split(), word]
            tied = word and (
                word not in function_words()
                or word in word_list("denials")
                or (at and word in _BOUND)
                or (at and is_phrasal(words))
            )
            if (n > 1 or total == 1) and tied and n >= _TIED * total:
                return 0.0
            if (
                at
                and denies_deed(phrase.split())
                and _OBJECT * total
                <= sum(
                    n
                    for word, n in beside.items()
                    if word and (word not in function_words() or word in ARTICLES)
                )
            ):
                return 0.0
            free = sum(n for word, n in beside.items() if not word or word in function_words())
            worth *= 0.8 + 0.2 * (free + _PRIOR) / (total + _PRIOR)
        denied = sum(n for word, n in left.items() if word in word_list("denials"))
        return 0.0 if denied >= _DENIED * left.total() else worth
