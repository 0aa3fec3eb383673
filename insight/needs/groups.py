"""Groups of sentences that say one problem: phrases that most others paraphrase, and the sentences that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from insight.signals.classifier import shipped_model
from insight.text.encode import Encoder, Vectors, encode
from insight.topics.space import DRAWN, READ_ALL, Space, draw, fit_space

from .phrases import SHORTEST, as_name, function_words, names_cause, stem, word_list, words_of
from .phrases import says_problem as rules_hear
from .wording import Wording, learn_wording

NEAR = 0.42
"""Cosine from which a sentence may paraphrase a phrase."""
SAID = 0.7
"""Share of a phrase's meaning that a sentence must also say in words of its own."""
_GLAD = 0.3
"""Cosine from which praise is of the same thing; it says nothing of the problem, so no words are asked for."""
MERGED = 0.6
"""Mean cosine of their centres from which two sub-problems are one problem."""
OVERLAP = 0.5
"""The same for the share of the people of one who paraphrase the phrase of the other, too."""
COHERENT = 0.6
"""Least share of a problem's people who paraphrase one phrase; sub-problems are joined only while it is reached."""
SAME = 1.2
"""How many times as near as that two problems are the same, whatever each is called."""
EACH = 0.4
"""The same for each of two problems that become one."""
NAMED = 0.2
"""Least share of a problem's people who paraphrase its name; a problem that no phrase names is not shown."""
VERDICT = 0.62
"""Cosine of the encoder's own vectors to a verdict without a cause from which a phrase is one, too."""

_PROBABLE = 0.25
"""Probability of a complaint, by the shipped model, from which a phrase says a problem for which no rule exists."""
_LOOSE = 0.3
"""Cosine from which a sentence that says a name in its own words counts among those that paraphrase it."""
_PHRASES, _READ = 6000, 1500
_MOST = 400
_SILENT = 0.9
"""Worth of a name that does not say what is wrong."""
_TYPICAL = 0.5
"""Weight of a name's likeness to a problem's centre, and of the use of its very words, beside the share of the people
who paraphrase it."""
_LONG, _LENGTH, _ALONE = 3, 0.03, 0.85
"""Words from which a name is worth less, how much a word, and the worth of one that a single person says."""
_BLOCK = 20_000


@dataclass(frozen=True)
class Groups:
    """What places a sentence: the space, the wording, a phrase and a unit centre of each sub-problem.

    `problems` gives the problem of each sub-problem, -1 for general dissatisfaction, `names` the name of each
    problem, `coherence` the share of its people who paraphrase that name. `verdicts` are the vectors of
    verdicts without a cause; `n_loose` are the people of groups that did not hold together.
    """

    space: Space | None
    wording: Wording
    labels: list[str]
    centres: Vectors
    verdicts: Vectors
    problems: npt.NDArray[np.int64]
    names: dict[int, str]
    coherence: dict[int, float]
    n_loose: int

    def place(
        self,
        texts: Sequence[str],
        *,
        encoded: Vectors | None = None,
        praise: bool = False,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Return part (sub-problem, -1 for none), similarity and verdict (it sounds like one without a cause)."""
        part, best = np.full(len(texts), -1, dtype=np.int64), np.zeros(len(texts))
        verdict = np.zeros(len(texts), dtype=bool)
        for start in range(0, len(texts) if self.space is not None and len(self.labels) else 0, _BLOCK):
            block, some = slice(start, start + _BLOCK), list(texts[start : start + _BLOCK])
            vectors = self.space.embed(
                some, encoded=None if encoded is None else encoded[block], progress=progress
            )
            likeness = vectors @ self.centres.T
            if not praise:
                likeness *= self.wording.covered(some, self.labels) >= SAID
                blame = (vectors @ self.verdicts.T).max(axis=1)
                verdict[block] = blame >= np.maximum(NEAR, likeness.max(axis=1))
            part[block], best[block] = likeness.argmax(axis=1), likeness.max(axis=1)
        held = (best >= (_GLAD if praise else NEAR)) & ~verdict
        return pd.DataFrame({"part": np.where(held, part, -1), "similarity": best.round(4), "verdict": verdict})

    def merged(self, names: Mapping[int, str]) -> Groups:
        """Make problems of one name one problem."""
        first: dict[str, int] = {}
        for problem in sorted(names):
            first.setdefault(names[problem], problem)
        joined = [first[names[at]] if at in names else at for at in self.problems.tolist()]
        return replace(self, problems=np.array(joined, dtype=np.int64))


@dataclass(frozen=True)
class _Reading:
    """Sentences that were read, with their people, and phrases; `near` is 0 where a sentence paraphrases none."""

    people: npt.NDArray[np.float64]
    vectors: Vectors
    words: sparse.csr_array
    phrases: list[str]
    used: sparse.csr_array
    short: npt.NDArray[np.bool_]
    says: npt.NDArray[np.bool_]
    spoken: Vectors
    fluency: npt.NDArray[np.float64]
    near: Vectors
    said: npt.NDArray[np.bool_]


def find_groups(
    rows: pd.DataFrame,
    phrases: Mapping[str, int],
    *,
    known: frozenset[str],
    encoder: Encoder,
    minimum: int,
    random_state: int,
    cache: str | Path | None = None,
    progress: bool = False,
) -> tuple[Groups, pd.DataFrame]:
    """Group the different sentences (compared, n_people) of an archive; return also where each was placed.

    `known` are the archive's problem words (see `problem_words`).

    Above 12,000 sentences 6,000 are drawn and read, a student of the encoder places the rest.
    """
    texts = rows["compared"].tolist()
    whole = len(texts) <= READ_ALL
    read = texts if whole else draw(texts, DRAWN, random_state=random_state)
    people = rows.set_index("compared")["n_people"].loc[read].to_numpy(float)
    wording = learn_wording(read, people, known=known, encoder=encoder)
    least = minimum if whole else max(2.0, minimum * len(read) / len(texts))
    named, said = _candidates(phrases, wording, read, people, least)
    if not named:
        nothing = np.zeros((0, 1), np.float32)
        groups = Groups(None, wording, [], nothing, nothing, np.zeros(0, np.int64), {}, {}, 0)
        return groups, groups.place(texts)
    encoded = encode(read, encoder=encoder, cache=cache, progress=progress)
    space = _space(read, encoded, encoder=encoder, whole=whole, random_state=random_state)
    vectors = space.join(read, encoded) if whole else space.embed(read)
    spoken = space.embed(named, progress=progress)
    near = vectors @ spoken.T
    said &= near >= _LOOSE
    near[(near < NEAR) | ~said] = 0
    fluent = fluency(named, np.array([phrases[name] for name in named]))
    words, used = _word_counts(read, named)
    says = _says_problem(named, wording)
    short = np.array([len(name.split()) >= SHORTEST for name in named])
    reading = _Reading(people, vectors, words, named, used, short, says, spoken, fluent, near, said)
    groups = _form(reading, space, wording, least)
    return groups, groups.place(texts, encoded=encoded if whole else None, progress=progress)


def _word_counts(read: list[str], named: list[str]) -> tuple[sparse.csr_array, sparse.csr_array]:
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


def _form(reading: _Reading, space: Space, wording: Wording, least: float) -> Groups:
    found = _pick(reading, least)
    labels = [reading.phrases[at] for at in found]
    part = _owners(reading.near[:, found])
    parts = _Parts.of(reading, part, len(found))
    centres = reading.spoken[found] + parts.centres(np.arange(len(found))[:, None])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    problems = _join(parts, centres, found, wording)
    problems[_is_verdict(labels, space, wording)] = -1
    names, coherence = parts.name(problems)
    firm = np.array([at < 0 or coherence.get(at, 0) >= COHERENT for at in problems.tolist()], dtype=bool)
    loose = np.isin(part, np.flatnonzero(~firm))
    return Groups(
        space,
        wording,
        [label for label, kept in zip(labels, firm, strict=True) if kept],
        centres[firm],
        space.embed(sorted(word_list("verdicts"))),
        problems[firm],
        {at: as_name(reading.phrases[row]) for at, row in names.items() if coherence[at] >= COHERENT},
        {at: share for at, share in coherence.items() if share >= COHERENT},
        int(reading.people[loose].sum()),
    )


def _space(texts: list[str], encoded: Vectors, *, encoder: Encoder, whole: bool, random_state: int) -> Space:
    """Fit the space to the sentences, and to verdicts without a cause.

    In a small archive one problem may be all that is said; the verdicts keep it from being the centre itself.
    """
    verdicts = sorted(word_list("verdicts") - set(texts))
    padded = np.vstack([encoded, encode(verdicts, encoder=encoder)])
    return fit_space([*texts, *verdicts], padded, teacher=encoder, whole=whole, random_state=random_state)


def _candidates(
    phrases: Mapping[str, int], wording: Wording, read: list[str], people: np.ndarray, least: float
) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Keep the phrases that say a problem with its cause and that enough people say in their own words.

    Return also who does.
    """
    ranked = sorted(
        (name for name in phrases if names_cause(name.split())), key=lambda name: (-phrases[name], name)
    )[:_PHRASES]
    if not ranked:
        return [], np.zeros((len(read), 0), dtype=bool)
    said = wording.covered(read, ranked) >= SAID
    n = people @ said
    best = np.sort(np.argsort(-n, kind="stable")[:_READ])
    best = best[n[best] >= least]
    return [ranked[at] for at in best], said[:, best]


def _says_problem(phrases: list[str], wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which phrases say what is wrong: without words such as "bug" and "error", something must still be wrong."""
    bare = [" ".join(word for word in name.split() if word not in word_list("vague")) for name in phrases]
    says = wording.lacks(phrases) | rules_hear(bare)
    open_ones = np.flatnonzero(~says)
    says[open_ones] = shipped_model().probabilities([bare[at] for at in open_ones])["complaint"] >= _PROBABLE
    return says


def fluency(phrases: Sequence[str], shared: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weigh a phrase as a name: short, and said by more than one person."""
    length = np.array([len(phrase.split()) for phrase in phrases])
    return (1 - _LENGTH * np.maximum(0, length - _LONG)) * np.where(shared > 2, 1.0, np.where(shared > 1, (1 + _ALONE) / 2, _ALONE))


def _pick(reading: _Reading, least: float) -> list[int]:
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


def _owners(near: Vectors) -> npt.NDArray[np.int64]:
    """Return which of the picked phrases each sentence is nearest to, -1 for none."""
    if not near.shape[1]:
        return np.full(len(near), -1, dtype=np.int64)
    return np.where(near.max(axis=1) > 0, near.argmax(axis=1), -1)


def _is_verdict(labels: list[str], space: Space, wording: Wording) -> npt.NDArray[np.bool_]:
    """Return which phrases are, or sound like, a verdict without a cause."""
    if not labels:
        return np.zeros(0, dtype=bool)
    verdicts = encode(sorted(word_list("verdicts")), encoder=space.teacher)
    likeness = encode(labels, encoder=space.teacher) @ verdicts.T
    close = likeness.max(axis=1) >= VERDICT
    found: npt.NDArray[np.bool_] = (close & ~wording.judges(labels)) | ~wording.has_cause(labels)
    return found


@dataclass(frozen=True)
class _Parts:
    """Sums over the sentences of each sub-problem, weighted by people; those of a problem are sums of these."""

    reading: _Reading
    size: npt.NDArray[np.float64]
    said: npt.NDArray[np.float64]
    literal: npt.NDArray[np.float64]
    total: npt.NDArray[np.float64]

    @classmethod
    def of(cls, reading: _Reading, part: npt.NDArray[np.int64], k: int) -> _Parts:
        """Sum up the sentences of `k` sub-problems."""
        held = np.flatnonzero(part >= 0)
        owns = sparse.csr_array((reading.people[held], (part[held], held)), shape=(k, len(part)))
        literal = (owns @ reading.words).toarray()
        return cls(reading, owns.sum(axis=1), owns @ reading.said, literal, owns @ reading.vectors)

    def centres(self, rows: npt.NDArray[np.int64] | list[list[int]]) -> npt.NDArray[np.float64]:
        """Return the unit centre of each union of sub-problems."""
        sums = np.array([self.total[own].sum(axis=0) for own in rows])
        return sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    def worth(self, own: npt.NDArray[np.int64] | list[int]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return what each phrase is worth as the name of these, and the share of their people who paraphrase it."""
        size = max(1.0, self.size[own].sum())
        share = self.said[own].sum(axis=0) / size
        typical = self.reading.spoken @ self.centres([list(own)])[0]
        literal = np.exp(self.reading.used @ np.log(self.literal[own].sum(axis=0) / size + 1e-3))
        worth = np.minimum(share, COHERENT) + _TYPICAL * (typical + literal)
        return worth * self.reading.fluency * np.where(self.reading.says, 1, _SILENT), share

    def name(self, problems: npt.NDArray[np.int64]) -> tuple[dict[int, int], dict[int, float]]:
        """Name each problem, largest first, by a phrase that no other has; return rows and who paraphrases it."""
        members = {at: np.flatnonzero(problems == at) for at in sorted(set(problems.tolist()) - {-1})}
        names: dict[int, int] = {}
        coherence: dict[int, float] = {}
        for at in sorted(members, key=lambda at: (-self.size[members[at]].sum(), at)):
            worth, share = self.worth(members[at])
            worth[list(names.values())] = -1
            worth[~self.reading.short | (share < NAMED)] = -1
            if worth.max(initial=-1) >= 0:
                names[at] = int(worth.argmax())
                coherence[at] = float(share.max())
        return names, coherence


def _join(parts: _Parts, centres: Vectors, found: list[int], wording: Wording) -> npt.NDArray[np.int64]:
    """Join the nearest two sub-problems or problems, again and again, as long as a name holds them together.

    Two are near if their centres are, if their names say the same, or if most of the people of the smaller
    one paraphrase the name of the larger, too.
    """
    problems = np.arange(len(found))
    if len(found) < 2:
        return problems
    said = [parts.reading.phrases[at] for at in found]
    cover = wording.covered(said, said) >= SAID
    alike = np.where(cover & cover.T, 1.0, 0.0)
    share = parts.said[:, found] / np.maximum(parts.size[:, None], 1)
    smaller = parts.size[:, None] <= parts.size[None, :]
    overlap = np.where(smaller, share, share.T) / OVERLAP
    close = np.maximum(np.maximum(centres @ centres.T / MERGED, overlap), alike)
    np.fill_diagonal(close, 0)
    members = [[at] for at in range(len(found))]
    while True:
        left, right = sorted(divmod(int(close.argmax()), len(found)))
        if close[left, right] < 1:
            return problems
        both = [*members[left], *members[right]]
        shares = [parts.worth(own)[1] for own in (both, members[left], members[right])]
        least = 0 if close[left, right] >= SAME else EACH
        if not ((shares[0] >= COHERENT) & (np.minimum(*shares[1:]) >= least)).any():
            close[left, right] = close[right, left] = 0
            continue
        n = parts.size[members[left]].sum(), parts.size[members[right]].sum()
        mean = (close[left] * n[0] + close[right] * n[1]) / max(1.0, sum(n))
        mean[[left, right]] = 0
        close[left], close[:, left] = mean, mean
        close[right], close[:, right] = 0, 0
        problems[members[right]] = left
        members[left] = both
