"""Groups of vectors that hold together: a neighbour graph, where to cut it, how firmly the groups hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from insight.text.encode import Vectors

Labels = npt.NDArray[np.int64]

RESOLUTIONS = tuple(2.0 ** (step / 2) for step in range(-8, 13))
"""Louvain resolutions that are tried, from the coarsest: 1/16 to 64."""

GRANULARITIES = ("coarse", "medium", "fine")
_FEWEST, _MOST = (8, 30), 250
"""Least number of topics of a small and of a large archive, and the largest of any."""

_NEIGHBOURS = 15
_BLOCK = 1000
_TRIALS = 20
_JUDGED = 10
_JUDGED_ROWS = 40_000
"""Trials by which the resolution is chosen: at least ten, and more of a small archive, up to so many rows."""
_FIRST, _HOPELESS = 4, 0.04
"""Trials after which a resolution is given up whose stability is so far behind: four standard errors."""

_SHARE = 0.8
_AS_FIRM = 0.01
"""Difference of stability, about its standard error over the trials, that makes no group less firm."""

_NEARLY = 0.03
"""What stability is given up so that an archive that grows keeps about as many topics."""

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


def sensible(granularity: str, n: int) -> tuple[int, int]:
    """Return the least and the largest number of topics that are looked for among `n` different texts.

    Fewer say little of so many texts, more are not read: a tenth of the square root of n, and twice the root.
    """
    if granularity != "medium":
        return (3, 12) if granularity == "coarse" else (40, _MOST)
    root = n**0.5
    low, high = (int(bound) for bound in np.clip(np.round([root / 10, 2 * root]), _FEWEST[0], _MOST))
    return min(low, _FEWEST[1]), high


def find_communities(
    vectors: Vectors,
    *,
    minimum: int,
    n_topics: int | None,
    bounds: tuple[int, int],
    random_state: int,
    before: int | None = None,
) -> Partition:
    """Cluster unit vectors by Louvain communities of their shared-neighbour graph.

    The resolution is chosen among those that give a number of groups within `bounds`: the coarsest that is as
    stable as the most stable one, where stability is the share of rows that random 80 % of the rows,
    clustered again, leave together (Jaccard index, mean over rows and trials), smoothed over neighbouring
    resolutions. Where so many groups were found `before`, the nearest to that among those about as stable.
    With `n_topics`, the coarsest that gives at least so many, merged down to it by Ward's method on the
    centroids.
    """
    graph = _neighbour_graph(vectors)
    draws = list(_draws(len(vectors), random_state))
    parts = [graph[rows][:, rows] for rows in draws]

    def cluster(trial: int, resolution: float) -> Labels:
        return _cut(parts[trial], resolution, max(1, round(minimum * _SHARE)))

    tried: dict[float, list[Labels]] = {}
    if n_topics is None:
        cuts = _within(graph, minimum, *bounds)
        if len(cuts) > 1:
            judged = min(_TRIALS, max(_JUDGED, _JUDGED_ROWS // len(vectors)))
            tried = {r: [cluster(trial, r) for trial in range(_FIRST)] for r in cuts}
            for r in _hopeful(cuts, tried, draws):
                tried[r] += [cluster(trial, r) for trial in range(_FIRST, judged)]
        resolution = _choose(cuts, tried, draws, before)
    else:
        cuts = _cuts(graph, minimum, n_topics - 1)
        resolution = max(cuts, key=lambda r: (min(len(_sizes(cuts[r])), n_topics), -r))
    known = tried.get(resolution, [])
    trials = [*known, *(cluster(trial, resolution) for trial in range(len(known), _TRIALS))]
    labels = cuts[resolution]
    if n_topics is not None:
        labels = merge(vectors, labels, n_topics)
        trials = [merge(vectors[rows], cut, n_topics) for rows, cut in zip(draws, trials, strict=True)]
    fine = _divide(graph, labels, minimum)
    return Partition(labels, fine, resolution, list(zip(draws, trials, strict=True)))


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
    louvain = Louvain(resolution=resolution, return_probs=False, return_aggregate=False, random_state=0)
    labels = louvain.fit_predict(sparse.csr_matrix(graph))
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


def _cuts(graph: sparse.csr_array, minimum: int, high: int) -> dict[float, Labels]:
    """Return the cuts by resolution, up to the first of more than `high` groups."""
    cuts: dict[float, Labels] = {}
    for resolution in RESOLUTIONS:
        cuts[resolution] = _cut(graph, resolution, minimum)
        if len(_sizes(cuts[resolution])) > high:
            break
    return cuts


def _within(graph: sparse.csr_array, minimum: int, low: int, high: int) -> dict[float, Labels]:
    """Return the cuts of `low` to `high` groups by resolution; else those that come nearest to it."""
    cuts = _cuts(graph, minimum, high)
    size = {r: len(_sizes(cut)) for r, cut in cuts.items()}
    beyond = {r: max(low - k, k - high, 0) for r, k in size.items()}
    return {r: cut for r, cut in cuts.items() if beyond[r] == min(beyond.values())}


def _hopeful(cuts: dict[float, Labels], tried: dict[float, list[Labels]], draws: list[Labels]) -> list[float]:
    """Return the resolutions that may prove the most stable, and the neighbours that they are judged by."""
    smooth = _smooth_stability(cuts, tried, draws)
    close = smooth >= smooth.max() - _HOPELESS
    padded = np.pad(close, 1)
    near = padded[:-2] | padded[1:-1] | padded[2:]
    return [r for r, kept in zip(cuts, near, strict=True) if kept]


def _choose(
    cuts: dict[float, Labels],
    tried: dict[float, list[Labels]],
    draws: list[Labels],
    before: int | None = None,
) -> float:
    if not tried:
        return next(iter(cuts))
    smooth = _smooth_stability(cuts, tried, draws)
    least = smooth.max() - (_AS_FIRM if before is None else _NEARLY)
    firm = [r for r, own in zip(cuts, smooth, strict=True) if own >= least]
    return firm[0] if before is None else min(firm, key=lambda r: abs(len(_sizes(cuts[r])) - before))


def _smooth_stability(
    cuts: dict[float, Labels], tried: dict[float, list[Labels]], draws: list[Labels]
) -> npt.NDArray[np.float64]:
    """Return the stability of each resolution: the mean of its own and its neighbours'."""
    firm = [_stability(cuts[r], list(zip(draws, own, strict=False))) for r, own in tried.items()]
    return np.array([np.mean(firm[max(0, place - 1) : place + 2]) for place in range(len(firm))])


def _stability(labels: Labels, trials: list[tuple[Labels, Labels]]) -> float:
    """Return the mean over the rows of their group's stability; a row in none counts as never found again."""
    return float(topic_stability(labels, trials).mean(axis=1) @ _sizes(labels) / len(labels))


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
