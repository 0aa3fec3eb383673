"""Groups of vectors that hold together: a neighbour graph, where to cut it, how firmly the groups hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from insight.encode import Vectors

Labels = npt.NDArray[np.int64]

RESOLUTIONS = {
    "coarse": (0.05, 0.1, 0.25, 0.5, 1.0),
    "medium": (0.25, 0.5, 1.0, 2.0, 4.0),
    "fine": (2.0, 4.0, 8.0, 16.0, 32.0),
}
SENSIBLE = {"coarse": (3, 12), "medium": (8, 60), "fine": (40, 250)}
"""Numbers of topics among which the most stable is looked for: fewer say little, more are not read."""

_NEIGHBOURS = 15
_BLOCK = 1000
_TRIALS = 20
_SHARE = 0.8
_PART = 0.1
"""Least share of a topic that a subtopic must hold."""


@dataclass(frozen=True)
class Partition:
    """Labels 0 to k-1, -1 for members of communities too small to count; `fine` numbers the parts of each.

    Each trial holds random 80 % of the rows and their labels when clustered on their own.
    """

    labels: Labels
    fine: Labels
    resolution: float
    trials: list[tuple[Labels, Labels]]


def find_communities(
    vectors: Vectors, *, minimum: int, n_topics: int | None, granularity: str, random_state: int
) -> Partition:
    """Cluster unit vectors by Louvain communities of their shared-neighbour graph.

    The resolution is the one whose clustering of random 80 % of the rows agrees best with that of all rows
    (adjusted Rand index), among those that give a sensible number of groups; with `n_topics`, the coarsest
    that gives at least so many, merged down to it by Ward's method on the centroids.
    """
    graph = _neighbour_graph(vectors)
    draws = list(_draws(len(vectors), random_state))
    if n_topics is None:
        resolution = _most_stable(graph, draws[:5], minimum, granularity)
    else:
        every = sorted(set().union(*RESOLUTIONS.values()))
        counts = {r: len(_sizes(_cut(graph, r, minimum))) for r in every}
        resolution = next(
            (r for r, k in counts.items() if k >= n_topics), max(counts, key=lambda r: counts[r])
        )

    def cluster(rows: Labels | slice, share: float) -> Labels:
        labels = _cut(graph[rows][:, rows], resolution, max(1, round(minimum * share)))
        return labels if n_topics is None else merge(vectors[rows], labels, n_topics)

    trials = [(rows, cluster(rows, _SHARE)) for rows in draws]
    labels = cluster(slice(None), 1)
    return Partition(labels, _divide(graph, labels, minimum), resolution, trials)


def _divide(graph: sparse.csr_array, labels: Labels, minimum: int) -> Labels:
    """Cut each group on its own into communities; one with fewer than two of them stays whole."""
    fine = np.full(len(labels), -1, dtype=np.int64)
    start = 0
    for label in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == label)
        parts = _cut(graph[rows][:, rows], 1.0, max(minimum, _PART * len(rows)))
        fine[rows] = np.where(parts >= 0, parts + start, -1)
        start += int(parts.max(initial=0)) + 1
    return fine


def _draws(n: int, random_state: int) -> Iterator[Labels]:
    rng = np.random.default_rng(random_state)
    for _ in range(_TRIALS):
        yield np.sort(rng.permutation(n)[: max(1, round(_SHARE * n))])


def _neighbour_graph(vectors: Vectors) -> sparse.csr_array:
    """Link each row to its nearest by cosine, weighted by the Jaccard index of their neighbourhoods."""
    n = len(vectors)
    k = min(_NEIGHBOURS, max(1, int(np.sqrt(n))), n - 1)
    nearest = np.empty((n, k), dtype=np.int64)
    for start in range(0, n, _BLOCK):
        likeness = vectors[start : start + _BLOCK] @ vectors.T
        rows = np.arange(len(likeness))
        likeness[rows, start + rows] = -2
        nearest[start : start + _BLOCK] = np.argpartition(-likeness, k - 1, axis=1)[:, :k]
    ones, bounds = np.ones(n * k, np.float32), np.arange(0, n * k + 1, k)
    links = sparse.csr_array((ones, nearest.ravel(), bounds), shape=(n, n))
    around = links + sparse.eye_array(n, dtype=np.float32, format="csr")
    shared = sparse.csr_array((around @ around.T).multiply((links + links.T) > 0))
    shared.data = shared.data / (2 * (k + 1) - shared.data)
    return shared


def _cut(graph: sparse.csr_array, resolution: float, minimum: float) -> Labels:
    from sknetwork.clustering import Louvain

    if graph.nnz == 0:
        return np.zeros(graph.shape[0], dtype=np.int64)
    labels = Louvain(resolution=resolution, random_state=0).fit_predict(sparse.csr_matrix(graph))
    return _drop_small(labels.astype(np.int64), minimum)


def _drop_small(labels: Labels, minimum: float) -> Labels:
    """Order groups from the largest (of equals, the one that comes first); -1 for members of small ones."""
    sizes = np.bincount(labels)
    kept = [label for label in np.argsort(-sizes, kind="stable") if sizes[label] >= minimum]
    number = np.full(len(sizes), -1, dtype=np.int64)
    number[kept or [int(sizes.argmax())]] = np.arange(max(1, len(kept)))
    return number[labels]


def _sizes(labels: Labels) -> Labels:
    return np.bincount(labels[labels >= 0])


def _most_stable(graph: sparse.csr_array, draws: list[Labels], minimum: int, granularity: str) -> float:
    from sklearn.metrics import adjusted_rand_score

    low, high = SENSIBLE[granularity]
    cuts = {r: _cut(graph, r, minimum) for r in RESOLUTIONS[granularity]}
    beyond = {r: max(low - len(_sizes(cut)), len(_sizes(cut)) - high, 0) for r, cut in cuts.items()}
    near = [r for r in cuts if beyond[r] == min(beyond.values())]
    if len(near) == 1:
        return near[0]
    parts = [graph[rows][:, rows] for rows in draws]

    def agreement(r: float) -> float:
        scores = [
            adjusted_rand_score(cuts[r][rows], _cut(part, r, max(1, round(minimum * _SHARE))))
            for rows, part in zip(draws, parts, strict=True)
        ]
        return round(float(np.mean(scores)), 2)

    return max(near, key=agreement)


def centroids_of(vectors: npt.NDArray[np.floating], labels: Labels) -> npt.NDArray[np.float64]:
    """Return the unit mean vector of each label from 0; -1 is left out."""
    k = int(labels.max(initial=-1)) + 1
    held = labels >= 0
    members = sparse.csr_array(
        (np.ones(held.sum()), (labels[held], np.flatnonzero(held))), shape=(k, len(labels))
    )
    sums = members @ vectors.astype(np.float64)
    length = np.linalg.norm(sums, axis=1, keepdims=True)
    length[length == 0] = 1
    return sums / length


def merge(vectors: Vectors, labels: Labels, n_topics: int) -> Labels:
    """Join labels by Ward's method on their centroids until `n_topics` are left."""
    from scipy.cluster.hierarchy import cut_tree

    k = int(labels.max(initial=-1)) + 1
    if k <= n_topics or k < 2:
        return labels
    joined = cut_tree(link(centroids_of(vectors, labels)), n_clusters=[n_topics]).ravel().astype(np.int64)
    merged = np.where(labels >= 0, joined[labels], -1)
    order = np.argsort(-_sizes(merged), kind="stable")
    number = np.empty(n_topics, dtype=np.int64)
    number[order] = np.arange(n_topics)
    return np.where(merged >= 0, number[merged], -1)


def link(centroids: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return scipy's linkage of the centroids by Ward's method."""
    from scipy.cluster.hierarchy import linkage

    linked: npt.NDArray[np.float64] = linkage(centroids, method="ward")
    return linked


def topic_stability(
    labels: Labels, trials: list[tuple[Labels, Labels]], *, k: int | None = None
) -> npt.NDArray[np.float64]:
    """Return for each label and trial the largest Jaccard index with any group of the trial (Hennig 2007)."""
    k = int(labels.max(initial=-1)) + 1 if k is None else k
    found = np.zeros((k, len(trials)))
    for column, (rows, other) in enumerate(trials):
        held = (labels[rows] >= 0) & (other >= 0)
        shape = (k, int(other.max(initial=-1)) + 1)
        both = np.zeros(shape)
        np.add.at(both, (labels[rows][held], other[held]), 1)
        mine = np.bincount(labels[rows][labels[rows] >= 0], minlength=k)[:, None]
        theirs = np.bincount(other[other >= 0], minlength=shape[1])[None, :]
        found[:, column] = (both / np.maximum(mine + theirs - both, 1)).max(axis=1, initial=0)
    return found
