"""How much of a phrase a sentence says in its own words: words alike, and what is denied or asked for."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from insight.text.encode import Encoder, Vectors, encode

from .lacking import BAD, LACK, SIDES, WISH, read_words
from .phrases import grammar, stem, word_list, words_of
from .phrases import says_problem as rules_match

SUBJECT = 0.1
"""Share of people from which a word is what the whole archive is about, and says nothing of a problem."""
_THING = 0.04
"""Share from which it is one of the things that the archive is about."""
_FAR, _SAME = 0.48, 0.67
"""Cosine of two words up to which they have nothing in common, and from which they say the same."""
_ENOUGH = 200
"""People from whom on that can be said."""
_OPPOSED = 0.3
"""What a word is worth that one side denies and the other does not."""
_KNOWN = 6000
"""Words that get a vector, those of most people first; others match themselves only."""
_EITHER = "~"
"""Mark of a word that may be denied or asked for."""
_JUDGED = 5.0
"""Weight of a word that judges: neither it nor the thing that is judged is enough to say both."""
_MARKS = ".,:;!?()\"'"
_BLOCK = 256
_KEPT = 50_000
"""Texts whose words are kept; in an archive of millions there are ten times as many sentences."""
_LIFT, SURE = 1.4, 0.66
"""How many times as often as other words a word must stand in sentences with a need; a share that does."""


@dataclass(frozen=True)
class Wording:
    """The words of an archive's need sentences: their weight, and vectors of those that are near others.

    `wrong` are those that say a problem by themselves. `things` are words for what is sold, and who serves: a
    judgement of these alone names no cause. `quiet` are those without which sentences are compared.
    """

    wrong: frozenset[str]
    weight: dict[str, float]
    place: dict[str, int]
    vectors: Vectors
    things: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    known: dict[str, list[list[str]]] = field(default_factory=dict, repr=False, compare=False)
    """Texts that were read last: most are read several times."""

    def read(self, texts: Sequence[str]) -> list[list[list[str]]]:
        """Return the pieces of each text as marked stems (see `read_words`)."""
        known = {text: self.known[text] for text in texts if text in self.known}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, read_words(new, self.wrong), strict=True))
        if len(self.known) + len(new) > _KEPT:
            self.known.clear()
        self.known.update(known)
        return [known[text] for text in texts]

    def stems(self, text: str) -> set[str]:
        """Return the words of a text that weigh, without marks."""
        words = {_plain(word) for piece in self.read([text])[0] for word in piece if word != BAD}
        return {word for word in words if self.weight.get(word, 1)}

    def bare(self, texts: Iterable[str]) -> list[str]:
        """Take out of texts what the archive is about: likeness is to the problem then, not the thing."""
        found = []
        for text in texts:
            said = [word for word in text.split() if stem(word.lower().strip(_MARKS)) not in self.quiet]
            found.append(" ".join(said) or text)
        return found

    def _wanted(self, phrases: Sequence[str]) -> list[list[str]]:
        """Return the words of each phrase; of two and more, denied and asked for are the same."""
        found = []
        for pieces in self.read(phrases):
            words = [word for piece in pieces for word in piece]
            if len([word for word in words if self.weight.get(_plain(word), 1)]) > 1:
                words = [_EITHER + word[1:] if word[0] in SIDES else word for word in words]
            found.append(words)
        return found

    def lacks(self, phrases: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return which phrases say of something that it is denied, asked for or bad."""
        found = np.zeros(len(phrases), dtype=bool)
        for at, pieces in enumerate(self.read(phrases)):
            marked = any(word[0] in LACK + WISH or word == BAD for piece in pieces for word in piece)
            found[at] = marked and phrases[at].split()[0] not in word_list("mend")
        return found

    def judges(self, phrases: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return which phrases hold a word that judges."""
        return np.array([BAD in itertools.chain(*pieces) for pieces in self.read(phrases)], dtype=bool)

    def has_cause(self, phrases: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return which phrases say more than that what the whole archive is about is bad."""
        found = []
        for pieces in self.read(phrases):
            words = set(itertools.chain(*pieces))
            as_such = self.things if BAD in words else ()
            said = {_plain(word) for word in words - {BAD}}.difference(as_such)
            found.append(any(self.weight.get(word, 1) for word in said))
        return np.array(found, dtype=bool)

    def weights(self, phrases: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_array:
        """Return the share that each word has in the meaning of each phrase, rows that sum to one."""
        cells = [
            (row, columns[word], self.weight.get(_plain(word), self.weight[""]))
            for row, words in enumerate(phrases)
            for word in set(words)
        ]
        rows, at, value = (
            (np.array(each) for each in zip(*cells, strict=True)) if cells else (np.zeros(0, int),) * 3
        )
        table = sparse.csr_array((value.astype(np.float32), (rows, at)), shape=(len(phrases), len(columns)))
        total = np.maximum(table.sum(axis=1), 1e-9)
        return sparse.csr_array(sparse.diags_array(1 / total) @ table)

    def credit(self, said: Sequence[str], wanted: Sequence[str]) -> Vectors:
        """Return what each word that is said is worth for each that is wanted, 0 to 1."""
        plain = [[_plain(word) for word in words] for words in (said, wanted)]
        side = [
            np.array([word[0] if word[0] in SIDES + _EITHER else "" for word in words])
            for words in (said, wanted)
        ]
        left, right = (np.array([self.place.get(word, -1) for word in words]) for words in plain)
        near = self.vectors[left] @ self.vectors[right].T
        near[left < 0] = 0
        near[:, right < 0] = 0
        worth = np.clip((near - _FAR) / (_SAME - _FAR), 0, 1)
        column: dict[str, list[int]] = {}
        for at, word in enumerate(plain[1]):
            column.setdefault(word, []).append(at)
        for at, word in enumerate(plain[0]):
            worth[at, column.get(word, [])] = 1
        either = (side[0] != "")[:, None] & (side[1] == _EITHER)
        worth[(side[0][:, None] != side[1]) & ~either] *= _OPPOSED
        return worth.astype(np.float32)

    def covered(self, texts: Sequence[str], phrases: Sequence[str]) -> Vectors:
        """Return how much of each phrase each text says in one piece, 0 to 1; columns are phrases."""
        wanted = self._wanted(phrases)
        columns = {word: at for at, word in enumerate(sorted({word for words in wanted for word in words}))}
        shares = self.weights(wanted, columns).T.tocsr()
        pieces = self.read(texts)
        said = sorted({word for text in pieces for piece in text for word in piece})
        row = {word: at for at, word in enumerate(said)}
        found = np.zeros((len(texts), len(phrases)), np.float32)
        if not said or not columns:
            return found
        worth = self.credit(said, list(columns))
        for start in range(0, len(texts), _BLOCK):
            block = [
                (at, piece) for at in range(start, min(start + _BLOCK, len(texts))) for piece in pieces[at]
            ]
            if not block:
                continue
            flat = np.array([row[word] for _, piece in block for word in piece])
            ends = np.cumsum([0, *(len(piece) for _, piece in block)])[:-1]
            best = np.maximum.reduceat(worth[flat], ends, axis=0)
            share = (shares.T @ best.T).T
            owner = np.array([at for at, _ in block])
            first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
            found[owner[first]] = np.maximum.reduceat(share, first, axis=0)
        return found


def _plain(word: str) -> str:
    return word[1:] if word[0] in SIDES + _EITHER else word


def problem_words(needs: Iterable[str], messages: Iterable[str]) -> dict[str, float]:
    """Return the stems that stand in sentences with a need more often than what people write about does.

    Each with the share of the texts with it that are such sentences: "crash" and "rude" hardly ever stand
    elsewhere; "playlist" and "flight" do.
    """
    needs = list(needs)
    least = 3 if len(needs) >= 200 else 2 if len(needs) >= 20 else 1
    voiced = Counter(word for text in needs for word in _stems(text))
    everywhere = Counter(word for text in messages for word in _stems(text))
    usual = sum(voiced.values()) / max(1, sum(everywhere[word] for word in voiced))
    share = {word: n / max(1, everywhere[word]) for word, n in voiced.items() if n >= least}
    return {word: part for word, part in share.items() if part >= min(SURE, _LIFT * usual)}


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text)}


def learn_wording(
    sentences: Sequence[str], people: npt.NDArray[np.float64], *, known: Collection[str], encoder: Encoder
) -> Wording:
    """Learn the words of these sentences, each said by so many people."""
    used, forms = Counter[str](), dict[str, Counter[str]]()
    for text, n in zip(sentences, people, strict=True):
        for word in set(words_of(text)):
            if word not in grammar() and not word[0].isdigit():
                forms.setdefault(stem(word), Counter())[word] += n
        for word in {stem(word) for word in words_of(text)}:
            used[word] += n
    ranked = sorted(forms, key=lambda word: (-sum(forms[word].values()), word))[:_KNOWN]
    usual = [min(forms[word], key=lambda form: (-forms[word][form], form)) for word in ranked]
    vectors = encode(usual, encoder=encoder) if usual else np.zeros((1, 1), np.float32)
    vectors = vectors - vectors.mean(axis=0)
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    place = {word: at for at, word in enumerate(ranked)}
    total = max(1.0, float(people.sum()))
    weight = {word: float(np.log(1 + total / n)) for word, n in used.items()} | {
        "": np.log(1 + total),
        BAD: _JUDGED,
    }
    things = {stem(word) for word in word_list("product")}
    if total >= _ENOUGH:
        open_ones = [word for word in ranked if word not in known]
        central = [word for word in open_ones if used[word] >= SUBJECT * total]
        near = (vectors @ vectors[[place[word] for word in central]].T >= _SAME).any(axis=1)
        weight |= {word: 0.0 for word, close in zip(ranked, near, strict=True) if close and word not in known}
        things |= {word for word in open_ones if used[word] >= _THING * total}
    wrong = frozenset(word for word, says in zip(ranked, rules_match(usual), strict=True) if says)
    return Wording(wrong, weight, place, vectors.astype(np.float32), frozenset(things))
