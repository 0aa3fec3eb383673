"""Topics that the analyst names beforehand, kept beside those that are found."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from insight.mentions import InsightWarning
from insight.text.clean import clean_text
from insight.text.encode import Vectors

from .communities import Labels, centroids_of
from .space import Space

_CORE = 0.01
_LEAST = 5
_NEAR = 0.2
_TWIN = 0.6
"""Cosine of a seed to a group from which the two are one."""

_ROUNDS = 2


@dataclass(frozen=True)
class Guided:
    """Topic of each row, centroids of topics and subtopics, the owner of each subtopic, the names given."""

    labels: Labels
    centroids: npt.NDArray[np.float64]
    fine: npt.NDArray[np.float64]
    owners: Labels
    given: dict[int, str]


def follow_seeds(
    vectors: Vectors, labels: Labels, fine: Labels, *, space: Space, seeds: Mapping[str, Sequence[str]]
) -> Guided:
    """Add one topic a seed to the groups that were found.

    A seed starts from the texts nearest to its examples (or, without any, to its name), takes over a group
    that is its twin, and then draws the texts that are nearer to it than to any other group: two rounds of
    k-means in which only the seeds move.
    """
    k, names = int(labels.max(initial=-1)) + 1, list(seeds)
    if seeds:
        labels = _claim(vectors, labels, _starts(vectors, space, seeds), k)
        fine = np.where(labels < k, fine, fine.max(initial=-1) + 1 + labels - k)
        for position, name in enumerate(names):
            if not (labels == k + position).any():
                message = f"no text is near the seed {name!r}; give it examples in the archive's own words."
                warnings.warn(message, InsightWarning, stacklevel=4)
    topics, labels = np.unique(np.append(labels, -1), return_inverse=True)
    labels = labels[:-1] - 1
    parts, fine = np.unique(np.append(np.where(labels < 0, -1, fine), -1), return_inverse=True)
    fine = fine[:-1] - 1
    owners = np.zeros(len(parts) - 1, dtype=np.int64)
    owners[fine[fine >= 0]] = labels[fine >= 0]
    given = {row: names[topic - k] for row, topic in enumerate(topics[1:].tolist()) if topic >= k}
    return Guided(labels, centroids_of(vectors, labels), centroids_of(vectors, fine), owners, given)


def _starts(vectors: Vectors, space: Space, seeds: Mapping[str, Sequence[str]]) -> npt.NDArray[np.float64]:
    wanted = max(_LEAST, round(_CORE * len(vectors)))
    starts = []
    for name, examples in seeds.items():
        own = space.embed(clean_text(list(examples) or [name])).astype(np.float64)
        likeness = np.round((vectors.astype(np.float64) @ own.T).max(axis=1), 9)
        nearest = np.argsort(-likeness, kind="stable")[:wanted]
        core = nearest[likeness[nearest] >= _NEAR]
        starts.append(_unit(own.sum(axis=0) + vectors[core].sum(axis=0)))
    return np.array(starts)


def _claim(vectors: Vectors, labels: Labels, starts: npt.NDArray[np.float64], k: int) -> Labels:
    """Hand each text to the nearest of seeds and groups; a group that is a seed's twin is the seed's."""
    found, exact = centroids_of(vectors, labels), vectors.astype(np.float64)
    alike = np.round(found @ starts.T, 9)
    own = np.append(np.where(alike.max(axis=1) >= _TWIN, alike.argmax(axis=1) + k, np.arange(k)), -1)
    labels = own[labels]
    likeness = np.round(exact @ found.T, 9)
    likeness[:, own[:-1] >= k] = -1
    rival = likeness.max(axis=1)
    for _ in range(_ROUNDS):
        likeness = np.round(exact @ starts.T, 9)
        nearest, own = likeness.argmax(axis=1), likeness.max(axis=1)
        claimed = (own > rival) & (own >= _NEAR)
        moved = [exact[claimed & (nearest == seed)].sum(axis=0) for seed in range(len(starts))]
        starts = np.array([_unit(s if s.any() else old) for s, old in zip(moved, starts, strict=True)])
    return np.where(claimed, k + nearest, np.where(labels >= k, k + nearest, labels))


def _unit(vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    length = np.linalg.norm(vector)
    return vector / length if length else vector
