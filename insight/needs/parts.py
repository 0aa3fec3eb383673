"""Sub-problems: phrases that most people paraphrase; which of them are one problem, and its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from insight.text.encode import Vectors

from .phrases import function_words, stem, words_of

MERGED = 0.55
"""Cosine of their centres from which two problems are one. It, COHERENT, NEAR and SAID were chosen by reading
cards of three archives; `bench_find_needs.py --thresholds` prints how groups agree with labels at others."""
COHERENT = 0.6
"""Share of a problem's people who paraphrase one and the same phrase from which that holds it together."""
TIGHT = 0.5
"""Least mean cosine of the encoder's vectors of a problem's sentences, two by two; in a small archive
`_LOOSER` does. On airline tweets and app reviews most needs that a reader found to be one problem lie above,
most groups that were none below."""
_LOOSER = 0.45
_OVERLAP = 0.5
"""Share of the people of a problem who also paraphrase the phrase of a larger one: the two are one."""
_SAME, _EACH = 1.2, 0.4
"""How many times as near as that two problems are one whatever their names; below, the least share of the
people of each who paraphrase one phrase."""
SAID = 0.7
"""Share of a phrase's meaning that a sentence must also say in words of its own."""
LOOSE = 0.39
"""Cosine from which a sentence that says a name in its own words counts among those that paraphrase it."""
NAMED = 0.2
"""Least share of a problem's people who paraphrase its name; a problem that no phrase names is not shown."""
_SILENT = 0.9
"""Worth of a name that does not say what is wrong."""
_NEAREST, _USED = 1.5, 0.5
"""Weight of a name's likeness to a problem's centre, and of the use of its very words, beside the share of
the people who paraphrase it."""
_LONG, _LENGTH, _ALONE = 3, 0.03, 0.85
"""Words from which a name is worth less, how much a word, and the worth of one that a single person says."""
_MOST = 400
FAMILY, TIED, _RATHER = 0.27, 0.3, 0.6
"""Mean cosine two by two from which sentences that no phrase holds are one sub-problem, and from which two
sub-problems are one problem; the share of it that does where one of their phrases covers the other. The first
was chosen on nine small archives with planted problems."""
_BY_NAME = 3.0
"""How alike two sub-problems count whose phrases say the same; the mean with others may be less."""
SMALL, FEW, _TIGHTER = 3000, 600, 0.14
"""Most different sentences of an archive that is grouped by likeness alone, and of a small one; how much more
alike sentences must be for each doubling beyond that."""


@dataclass(frozen=True)
class Reading:
    """Sentences with their people, and phrases.

    `near` is the cosine of a sentence and a phrase that it paraphrases, 0 otherwise; for `said` a smaller
    cosine does. `words` are the stems that a sentence uses, `used` the share of each in a phrase. A phrase
    may be a sub-problem if it `says` what is wrong; `around` are those that say how people work around it.
    """

    people: npt.NDArray[np.float64]
    vectors: Vectors
    encoded: Vectors
    words: sparse.csr_array
    phrases: list[str]
    used: sparse.csr_array
    says: npt.NDArray[np.bool_]
    around: frozenset[str]
    spoken: Vectors
    fluency: npt.NDArray[np.float64]
    near: Vectors
    said: npt.NDArray[np.bool_]


def least_tightness(n: int) -> float:
    """Return the least mean cosine of a problem in an archive of so many different sentences."""
    return _LOOSER if n <= FEW else TIGHT


def count_words(read: list[str], named: list[str]) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return which stems each sentence uses, and the share that each stem has in each phrase."""
    own = [sorted({stem(word) for word in words_of(name) if word not in function_words()}) for name in named]
    column = {word: at for at, word in enumerate(sorted({word for words in own for word in words}))}
    used = _table(own, column)
    said = _table([sorted({stem(word) for word in words_of(text)}) for text in read], column)
    return said, sparse.csr_array(sparse.diags_array(1 / np.maximum(used.sum(axis=1), 1)) @ used)


def _table(texts: list[list[str]], column: dict[str, int]) -> sparse.csr_array:
    at = [(row, column[word]) for row, words in enumerate(texts) for word in words if word in column]
    places = np.array(at, dtype=np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(at)), tuple(places)), shape=(len(texts), len(column)))


def fluency(phrases: Sequence[str], shared: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weigh a phrase as a name: short, and said by more than one person."""
    length = np.array([len(phrase.split()) for phrase in phrases])
    return (1 - _LENGTH * np.maximum(0, length - _LONG)) * np.where(
        shared > 2, 1.0, np.where(shared > 1, (1 + _ALONE) / 2, _ALONE)
    )


def pick(reading: Reading, least: float) -> list[int]:
    """Pick phrase after phrase: the one that paraphrases most people whom no phrase before it did."""
    gain = reading.near * reading.people[:, None].astype(np.float32)
    left = np.ones(len(gain), dtype=bool)
    worth = gain.sum(axis=0, dtype=np.float64) * reading.says
    picked: list[int] = []
    while len(picked) < _MOST and worth.size:
        best = int((worth * reading.fluency).argmax())
        new = np.flatnonzero(left & (reading.near[:, best] > 0))
        if reading.people[new].sum() < least:
            break
        picked.append(best)
        left[new] = False
        worth -= gain[new].sum(axis=0)
        worth[best] = 0
    return picked


def owners(near: Vectors) -> npt.NDArray[np.int64]:
    """Return which of the picked phrases each sentence is nearest to, -1 for none."""
    if not near.shape[1]:
        return np.full(len(near), -1, dtype=np.int64)
    return np.where(near.max(axis=1) > 0, near.argmax(axis=1), -1)


def worth(
    share: npt.NDArray[np.float64],
    typical: npt.NDArray[np.float64],
    used: sparse.csr_array,
    literal: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Weigh phrases as names by the people who paraphrase them, use their very words, and their likeness."""
    own: npt.NDArray[np.float64] = np.exp(used @ np.log(literal + 1e-3))
    return np.minimum(share, COHERENT) + _NEAREST * typical + _USED * own


@dataclass(frozen=True)
class Parts:
    """Sums over the sentences of each sub-problem, weighted by people; a problem's are sums of these.

    size: people; said: those who paraphrase each phrase; literal: those who use each stem; total: vectors.
    n and encoded are the number of sentences and the sum of the encoder's vectors.
    """

    reading: Reading
    size: npt.NDArray[np.float64]
    said: npt.NDArray[np.float64]
    literal: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]
    n: npt.NDArray[np.int64]
    encoded: npt.NDArray[np.float64]

    @classmethod
    def of(cls, reading: Reading, part: npt.NDArray[np.int64], k: int) -> Parts:
        """Sum up the sentences of `k` sub-problems."""
        held = np.flatnonzero(part >= 0)
        owns = sparse.csr_array((reading.people[held], (part[held], held)), shape=(k, len(part)))
        literal = (owns @ reading.words).toarray()
        once = sparse.csr_array((np.ones(len(held)), (part[held], held)), shape=owns.shape)
        return cls(
            reading,
            owns.sum(axis=1),
            owns @ reading.said,
            literal,
            owns @ reading.vectors,
            np.bincount(part[held], minlength=k),
            once @ reading.encoded,
        )

    def tightness(self, own: npt.NDArray[np.bool_]) -> float:
        """Return the mean cosine of the sentences of these, two by two."""
        n, length = int(self.n[own].sum()), float((self.encoded[own].sum(axis=0) ** 2).sum())
        return (length - n) / (n * (n - 1)) if n > 1 else 1.0

    def centres(self, rows: npt.NDArray[np.int64] | list[list[int]]) -> npt.NDArray[np.float64]:
        """Return the unit centre of each union of sub-problems."""
        sums = np.array([self.total[own].sum(axis=0) for own in rows]).reshape(len(rows), self.total.shape[1])
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    def worth(
        self, own: npt.NDArray[np.int64] | list[int]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the worth of each phrase as the name of these, and the share of people who paraphrase it."""
        size = max(1.0, self.size[own].sum())
        share = self.said[own].sum(axis=0) / size
        typical = self.reading.spoken @ self.centres([list(own)])[0]
        own_worth = worth(share, typical, self.reading.used, self.literal[own].sum(axis=0) / size)
        return own_worth * self.reading.fluency * np.where(self.reading.says, 1, _SILENT), share


def join(
    parts: Parts, centres: npt.NDArray[np.floating], found: list[int], cover: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Join the nearest two sub-problems or problems, again and again, as long as they are one.

    Two are one if their sentences are alike two by two (mean cosine), or their phrases say the same, or one
    covers the other and their sentences are rather alike; or if their centres are near, or most of the people
    of the smaller one paraphrase the phrase of the larger, and one phrase holds both together. Those beyond
    `found` have no phrase: only their sentences count. `cover` says which phrase covers which.
    """
    k = len(parts.size)
    problems = np.arange(k)
    if k < 2:
        return problems
    share = np.zeros((k, k))
    share[:, : len(found)] = parts.said[:, found] / np.maximum(parts.size[:, None], 1)
    smaller = parts.size[:, None] <= parts.size[None, :]
    overlap = np.where(smaller, share, share.T) / _OVERLAP
    mean = parts.total / np.maximum(parts.size[:, None], 1)
    sure = mean @ mean.T / TIED
    one, both = cover | cover.T, cover & cover.T
    sure[: len(found), : len(found)][both | (one & (sure[: len(found), : len(found)] >= _RATHER))] = _BY_NAME
    near = np.maximum(centres @ centres.T / MERGED, overlap)
    for table in (sure, near):
        np.fill_diagonal(table, 0)
    members = [[at] for at in range(k)]
    while True:
        close = np.maximum(sure, near)
        left, right = sorted(divmod(int(close.argmax()), k))
        if close[left, right] < 1:
            return problems
        if sure[left, right] < 1 and not _held(parts, members[left], members[right], near[left, right]):
            near[left, right] = near[right, left] = 0
            continue
        n = parts.size[members[left]].sum(), parts.size[members[right]].sum()
        for table in (sure, near):
            both = (table[left] * n[0] + table[right] * n[1]) / max(1.0, sum(n))
            both[[left, right]] = 0
            table[left], table[:, left] = both, both
            table[right], table[:, right] = 0, 0
        problems[members[right]] = left
        members[left] = [*members[left], *members[right]]


def _held(parts: Parts, left: list[int], right: list[int], near: float) -> bool:
    """Return whether one phrase holds two problems together."""
    shares = [parts.worth(own)[1] for own in ([*left, *right], left, right)]
    least = 0 if near >= _SAME else _EACH
    return bool(((shares[0] >= COHERENT) & (np.minimum(*shares[1:]) >= least)).any())


def families(
    reading: Reading, part: npt.NDArray[np.int64], k: int, least: float
) -> tuple[npt.NDArray[np.int64], int]:
    """Make sub-problems of the sentences in none that are alike two by two, in whatever words.

    The more sentences, the more alike they must be: what is alike there shares a thing more often than a
    problem. Return the sub-problem of each sentence and how many there are now, `k` before.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    part, left = part.copy(), np.flatnonzero(part < 0)
    if len(left) < 2:
        return part, k
    likeness = (reading.vectors[left] @ reading.vectors[left].T)[np.triu_indices(len(left), 1)]
    tree = linkage(np.maximum(0, 1 - likeness).round(6), "average")
    alike = FAMILY + _TIGHTER * max(0.0, np.log2(len(part) / FEW))
    family = fcluster(tree, 1 - alike, "distance")
    for own in (left[family == at] for at in np.unique(family)):
        if reading.people[own].sum() >= least:
            part[own] = k
            k += 1
    return part, k
