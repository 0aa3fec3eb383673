"""Groups of sentences that say one problem: phrases that most others paraphrase, and what lies near them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.text.encode import Encoder, Vectors, encode
from insight.topics.communities import centroids_of
from insight.topics.space import DRAWN, READ_ALL, Space, draw, fit_space

from .markers import mark, shared, sharpest
from .phrases import names_cause, says_problem, word_list

NEAR = 0.45
"""Cosine from which a sentence paraphrases a phrase. Chosen on labelled sets, as the three below: `python -m
tests.benchmarks needs` prints what others cost."""
FLOOR = 0.45
"""Cosine to a sub-problem's centre below which a sentence belongs to none."""
_GLAD = 0.3
"""The same for praise of the thing, which says nothing of the problem."""
MERGED = 0.62
"""Mean cosine of their centres from which two sub-problems are one problem."""
COHERENT = 0.35
"""Least share of a sub-problem's people who paraphrase its phrase; a group below does not hold together."""
VERDICT = 0.62
"""Cosine of the encoder's own vectors to a verdict without a cause from which a phrase is one, too."""

_APART = 0.22
"""How much nearer a sentence must be that shares no problem word with a phrase."""
_PHRASES = 3000
_MOST = 400
_LONG, _LENGTH, _ALONE = 3, 0.03, 0.85
"""Words from which a name is worth less, how much a word, and the worth of one that a single person says."""
_BLOCK = 20_000


@dataclass(frozen=True)
class Groups:
    """What places a sentence: the space, one unit centre a sub-problem, the problem of each.

    `phrases` are those that may name a problem and `spoken` their vectors; `labels` are the phrases of the
    sub-problems, `marks` what in them says the problem, `coherence` the share of their people who paraphrase
    them. Problem -1 is general dissatisfaction.
    """

    space: Space | None
    known: frozenset[str]
    marks: list[frozenset[str]]
    centres: Vectors
    problems: npt.NDArray[np.int64]
    labels: list[str]
    coherence: npt.NDArray[np.float64]
    phrases: list[str]
    spoken: Vectors

    def place(
        self,
        texts: Sequence[str],
        *,
        encoded: Vectors | None = None,
        praise: bool = False,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Return part (sub-problem, -1 for none) and similarity, one row a text.

        Praise names the thing and no problem, so it need not share a problem word.
        """
        part, best = np.full(len(texts), -1, dtype=np.int64), np.zeros(len(texts))
        if self.space is None or not len(self.centres):
            return pd.DataFrame({"part": part, "similarity": best})
        for start in range(0, len(texts), _BLOCK):
            block = slice(start, start + _BLOCK)
            own = None if encoded is None else encoded[block]
            some = list(texts[block])
            vectors = self.space.embed(some, encoded=own, progress=progress)
            likeness = vectors @ self.centres.T
            if not praise:
                likeness -= np.float32(_APART) * ~shared(mark(some, self.known), self.marks)
            part[block], best[block] = likeness.argmax(axis=1), likeness.max(axis=1)
        floor = _GLAD if praise else FLOOR
        return pd.DataFrame({"part": np.where(best >= floor, part, -1), "similarity": best.round(4)})

    def merged(self, names: Mapping[int, str]) -> Groups:
        """Make problems of one name one problem."""
        first: dict[str, int] = {}
        for problem in sorted(names):
            first.setdefault(names[problem], problem)
        joined = [first[names[at]] if at in names else at for at in self.problems.tolist()]
        return replace(self, problems=np.array(joined, dtype=np.int64))


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
    named, said = _candidates(phrases, known)
    if not named:
        nothing = np.zeros((0, 1), np.float32)
        groups = Groups(None, known, [], nothing, np.zeros(0, np.int64), [], np.zeros(0), [], nothing)
        return groups, groups.place(texts)
    whole = len(texts) <= READ_ALL
    read = texts if whole else draw(texts, DRAWN, random_state=random_state)
    share = len(read) / max(1, len(texts))
    encoded = encode(read, encoder=encoder, cache=cache, progress=progress)
    space = _space(read, encoded, encoder=encoder, whole=whole, random_state=random_state)
    vectors = space.join(read, encoded) if whole else space.embed(read)
    people = rows.set_index("compared")["n_people"].loc[read].to_numpy(float)
    spoken = space.embed(named, progress=progress)
    apart = np.float32(_APART) * ~shared(mark(read, known), said)
    near = vectors @ spoken.T - apart
    weights = fluency(named, np.array([phrases[name] for name in named]))
    found = _pick(near, people, weights, minimum if whole else max(2.0, minimum * share))
    found = [
        at for at, firm in zip(found, _hold(near, vectors, people, spoken, apart, found), strict=True) if firm
    ]
    centres, part = _settle(vectors, spoken[found], apart[:, found])
    labels = [named[at] for at in found]
    coherence = _coherence(near[:, found], people, part)
    problems = _join(centres, _is_verdict(labels, space))
    marks = [said[at] for at in found]
    groups = Groups(space, known, marks, centres, problems, labels, coherence, named, spoken)
    return groups, groups.place(texts, encoded=encoded if whole else None, progress=progress)


def _space(texts: list[str], encoded: Vectors, *, encoder: Encoder, whole: bool, random_state: int) -> Space:
    """Fit the space to the sentences, and to verdicts without a cause.

    In a small archive one problem may be all that is said; the verdicts keep it from being the centre itself.
    """
    verdicts = sorted(word_list("verdicts") - set(texts))
    padded = np.vstack([encoded, encode(verdicts, encoder=encoder)])
    return fit_space([*texts, *verdicts], padded, teacher=encoder, whole=whole, random_state=random_state)


def _candidates(phrases: Mapping[str, int], known: frozenset[str]) -> tuple[list[str], list[frozenset[str]]]:
    """Keep the phrases that say a problem with its cause, most people first, and their marks."""
    ranked = sorted(
        (name for name in phrases if names_cause(name.split())), key=lambda name: (-phrases[name], name)
    )
    heard = says_problem(ranked)
    named = [name for name, says in zip(ranked, heard, strict=True) if says or name.startswith("no ")]
    kept = [(name, sharpest(marks)) for name, marks in zip(named, mark(named, known), strict=True) if marks][
        :_PHRASES
    ]
    return [name for name, _ in kept], [marks for _, marks in kept]


def fluency(phrases: Sequence[str], shared: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weigh a phrase as a name: short, and said by more than one person."""
    length = np.array([len(phrase.split()) for phrase in phrases])
    return (1 - _LENGTH * np.maximum(0, length - _LONG)) * np.where(shared > 1, 1.0, _ALONE)


def _pick(near: Vectors, people: np.ndarray, weights: np.ndarray, minimum: float) -> list[int]:
    """Pick phrase after phrase: the one that paraphrases most people whom no phrase before it did."""
    near = np.where(near < NEAR, 0, near)
    gain = near * people[:, None].astype(np.float32)
    left = np.ones(len(near), dtype=bool)
    worth = gain.sum(axis=0, dtype=np.float64)
    picked: list[int] = []
    while len(picked) < _MOST and worth.size:
        best = int((worth * weights).argmax())
        new = np.flatnonzero(left & (near[:, best] > 0))
        if people[new].sum() < minimum:
            break
        picked.append(best)
        left[new] = False
        worth -= gain[new].sum(axis=0)
        worth[best] = 0
    return picked


def _settle(vectors: Vectors, anchors: Vectors, apart: np.ndarray) -> tuple[Vectors, npt.NDArray[np.int64]]:
    """Move each centre between its phrase and the mean of its sentences; return also who is where."""
    centres, part = anchors, np.full(len(vectors), -1, dtype=np.int64)
    for _ in range(3 if len(anchors) else 0):
        likeness = vectors @ centres.T - apart
        part = np.where(likeness.max(axis=1) >= FLOOR, likeness.argmax(axis=1), -1)
        means = np.zeros_like(anchors)
        held = centroids_of(vectors, part).astype(np.float32)
        means[: len(held)] = held
        centres = anchors + means
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres, part


def _hold(
    near: Vectors, vectors: Vectors, people: np.ndarray, spoken: Vectors, apart: np.ndarray, found: list[int]
) -> npt.NDArray[np.bool_]:
    """Tell which of the picked phrases hold their sentences together."""
    _, part = _settle(vectors, spoken[found], apart[:, found])
    firm: npt.NDArray[np.bool_] = _coherence(near[:, found], people, part) >= COHERENT
    return firm


def _is_verdict(names: list[str], space: Space) -> npt.NDArray[np.bool_]:
    """Tell which phrases sound like a verdict without a cause."""
    if not names:
        return np.zeros(0, dtype=bool)
    verdicts = encode(sorted(word_list("verdicts")), encoder=space.teacher)
    likeness = encode(names, encoder=space.teacher) @ verdicts.T
    close: npt.NDArray[np.bool_] = likeness.max(axis=1) >= VERDICT
    return close


def _coherence(near: Vectors, people: np.ndarray, part: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return, of each sub-problem, the share of its people who paraphrase its phrase."""
    k = near.shape[1]
    held = np.flatnonzero(part >= 0)
    own = near[held, part[held]] >= NEAR
    size = np.bincount(part[held], weights=people[held], minlength=k)
    close = np.bincount(part[held][own], weights=people[held][own], minlength=k)
    return close / np.maximum(size, 1)


def _join(centres: Vectors, vague: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Join sub-problems to problems by average linkage; verdicts are problem -1."""
    from scipy.cluster.hierarchy import fcluster, linkage

    problems = np.arange(len(centres))
    if (~vague).sum() > 1:
        tree = linkage(centres[~vague].astype(np.float64), method="average", metric="cosine")
        problems[~vague] = fcluster(tree, 1 - MERGED, criterion="distance")
    problems[vague] = -1
    return problems
