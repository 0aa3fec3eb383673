"""Groups of sentences that say one problem: phrases that most others paraphrase, and what lies near them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.encode import Encoder, Vectors, encode
from insight.needs.phrases import names_cause, says_problem, word_list
from insight.topics.communities import centroids_of
from insight.topics.space import DRAWN, READ_ALL, Space, draw, fit_space

NEAR = 0.42
"""Cosine from which a sentence paraphrases a phrase. Chosen on labelled sets, as the three below: `python -m
tests.benchmarks needs` prints what others cost."""
FLOOR = 0.4
"""Cosine to a sub-problem's centre below which a sentence belongs to none."""
MERGED = 0.55
"""Mean cosine of their centres from which two sub-problems are one problem."""
COHERENT = 0.4
"""Least share of a sub-problem's people who paraphrase its phrase; a group below does not hold together."""
VERDICT = 0.42
"""Cosine to a verdict without a cause from which a phrase is one, too."""

_PHRASES = 3000
_MOST = 400
_LONG = 4
_BLOCK = 20_000


@dataclass(frozen=True)
class Groups:
    """What places a sentence: the space, one unit centre a sub-problem, the problem of each.

    `phrases` are those that may name a problem and `spoken` their vectors; `labels` are the phrases of the
    sub-problems, `coherence` the share of their people who paraphrase them. Problem -1 is general dissatisfaction.
    """

    space: Space | None
    centres: Vectors
    problems: npt.NDArray[np.int64]
    labels: list[str]
    coherence: npt.NDArray[np.float64]
    phrases: list[str]
    spoken: Vectors

    def place(self, texts: Sequence[str], *, encoded: Vectors | None = None, progress: bool = False) -> pd.DataFrame:
        """Return part (sub-problem, -1 for none) and similarity, one row a text."""
        part, best = np.full(len(texts), -1, dtype=np.int64), np.zeros(len(texts))
        for start in range(0, len(texts), _BLOCK) if self.space is not None and len(self.centres) else ():
            block = slice(start, start + _BLOCK)
            own = None if encoded is None else encoded[block]
            likeness = self.space.embed(list(texts[block]), encoded=own, progress=progress) @ self.centres.T
            part[block], best[block] = likeness.argmax(axis=1), likeness.max(axis=1)
        return pd.DataFrame({"part": np.where(best >= FLOOR, part, -1), "similarity": best.round(4)})

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
    encoder: Encoder,
    minimum: int,
    random_state: int,
    cache: str | Path | None = None,
    progress: bool = False,
) -> tuple[Groups, pd.DataFrame]:
    """Group the different sentences (compared, n_people) of an archive; return also where each was placed.

    Above 12,000 sentences 6,000 are drawn and read, a student of the encoder places the rest.
    """
    texts = rows["compared"].tolist()
    if not texts or not phrases:
        nothing = np.zeros((0, 1), np.float32)
        groups = Groups(None, nothing, np.zeros(0, np.int64), [], np.zeros(0), [], nothing)
        return groups, groups.place(texts)
    whole = len(texts) <= READ_ALL
    read = texts if whole else draw(texts, DRAWN, random_state=random_state)
    share = len(read) / max(1, len(texts))
    encoded = encode(read, encoder=encoder, cache=cache, progress=progress)
    space = fit_space(read, encoded, teacher=encoder, whole=whole, random_state=random_state)
    vectors = space.join(read, encoded) if whole else space.embed(read)
    people = rows.set_index("compared")["n_people"].groupby(level=0).sum().loc[read].to_numpy(float)
    named = _candidates(phrases)
    spoken = space.embed(named, progress=progress)
    found = _pick(vectors, people, spoken, np.array([phrases[name] for name in named]), max(2.0, minimum * share))
    centres = _settle(vectors, spoken[found])
    problems = _join(centres, [named[at] for at in found], space)
    coherence = _coherence(vectors, people, spoken[found], centres)
    kept = (coherence >= COHERENT) | (problems < 0)
    labels = [named[at] for at, keep in zip(found, kept, strict=True) if keep]
    groups = Groups(space, centres[kept], problems[kept], labels, coherence[kept], named, spoken)
    return groups, groups.place(texts, encoded=encoded if whole else None, progress=progress)


def _candidates(phrases: Mapping[str, int]) -> list[str]:
    """Keep the phrases that say a problem with its cause; those that most people share first."""
    ranked = sorted((name for name in phrases if names_cause(name.split())), key=lambda name: (-phrases[name], name))
    heard = says_problem(ranked)
    return [name for name, says in zip(ranked, heard, strict=True) if says][:_PHRASES]


def fluency(phrases: Sequence[str], shared: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weigh a phrase as a name: short, and said by more than one person."""
    length = np.array([len(phrase.split()) for phrase in phrases])
    return (1 - 0.04 * np.maximum(0, length - _LONG)) * (1 + 0.05 * np.minimum(np.log2(np.maximum(shared, 1)), 3))


def _pick(
    vectors: Vectors, people: np.ndarray, spoken: Vectors, weights: np.ndarray, minimum: float
) -> list[int]:
    """Pick phrase after phrase: the one that paraphrases most people whom no phrase before it did."""
    near = vectors @ spoken.T
    near[near < NEAR] = 0
    gain = near * people[:, None]
    left = np.ones(len(vectors), dtype=bool)
    worth = (gain.sum(axis=0) if len(spoken) else np.zeros(0)).astype(np.float64)
    picked: list[int] = []
    while len(picked) < _MOST and len(worth):
        best = int((worth * weights).argmax())
        new = np.flatnonzero(left & (near[:, best] > 0))
        if people[new].sum() < minimum:
            break
        picked.append(best)
        left[new] = False
        worth -= gain[new].sum(axis=0)
        worth[best] = 0
    return picked


def _settle(vectors: Vectors, anchors: Vectors) -> Vectors:
    """Move each centre between its phrase and the mean of its sentences, three times."""
    centres = anchors
    for _ in range(3 if len(anchors) else 0):
        likeness = vectors @ centres.T
        labels = np.where(likeness.max(axis=1) >= FLOOR, likeness.argmax(axis=1), -1)
        means = np.zeros_like(anchors)
        held = centroids_of(vectors, labels).astype(np.float32)
        means[: len(held)] = held
        centres = anchors + means
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return centres


def _join(centres: Vectors, names: list[str], space: Space) -> npt.NDArray[np.int64]:
    """Join sub-problems to problems by average linkage; those that sound like a verdict are problem -1."""
    from scipy.cluster.hierarchy import fcluster, linkage

    problems = np.arange(len(centres))
    if not names:
        return problems
    verdicts = space.embed(sorted(word_list("verdicts")))
    vague = (space.embed(names) @ verdicts.T).max(axis=1) >= VERDICT
    if (~vague).sum() > 1:
        tree = linkage(centres[~vague].astype(np.float64), method="average", metric="cosine")
        problems[~vague] = fcluster(tree, 1 - MERGED, criterion="distance")
    problems[vague] = -1
    return problems


def _coherence(
    vectors: Vectors, people: np.ndarray, anchors: Vectors, centres: Vectors
) -> npt.NDArray[np.float64]:
    """Return, of each sub-problem, the share of its people who paraphrase its phrase."""
    if not len(anchors):
        return np.zeros(0)
    likeness = vectors @ centres.T
    part = np.where(likeness.max(axis=1) >= FLOOR, likeness.argmax(axis=1), -1)
    near = [vectors[part == k] @ anchors[k] >= NEAR for k in range(len(anchors))]
    return np.array([(people[part == k] @ near[k]) / max(1.0, people[part == k].sum()) for k in range(len(anchors))])
