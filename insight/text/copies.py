"""Copies of a text, word for word or nearly, as groups."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightError

from .clean import clean_text

_MARKS = re.compile(r"[\W_]+")
_SHINGLE = 5
_HASHES = 64


def group_copies(texts: pd.Series | Iterable[str], *, threshold: float = 0.9) -> npt.NDArray[np.int64]:
    """Give the same number to texts that are copies of each other, word for word or nearly.

    Parameters
    ----------
    texts : Series or iterable of str
        Compared without case, punctuation, links and handles.
    threshold : float
        Least Jaccard similarity, above 0.5 to 1, of the sets of five-letter runs of two near copies; at 1
        only texts of the same words are copies.

    Returns
    -------
    ndarray of int, shape (n,)
        Group numbers from 0, in the order of the groups' texts, so the order of the rows changes nothing.

    Notes
    -----
    MinHash with banding (Broder 1997) finds the candidates in linear time; each is then checked exactly
    against the first text of its bucket. At 0.9 about one near copy in a hundred is overlooked.

    Examples
    --------
    >>> group_copies(["Love my kettle!", "RT @a: love my kettle", "Where is my order?"]).tolist()
    [0, 0, 1]
    """
    if not 0.5 < threshold <= 1:
        raise InsightError(f"threshold is {threshold}; pass a number above 0.5 and at most 1.")
    keys = [_MARKS.sub(" ", text.casefold()).strip() or text for text in clean_text(texts)]
    distinct, position = np.unique(np.array(keys, dtype=object), return_inverse=True)
    if threshold == 1 or len(distinct) < 2:
        return position.astype(np.int64)
    pairs = _near_pairs(distinct.tolist(), threshold)
    return _components(pairs, len(distinct))[position]


def _near_pairs(distinct: list[str], threshold: float) -> list[tuple[int, int]]:
    shingles = [_shingles(text) for text in distinct]
    owners = np.flatnonzero([len(found) > 0 for found in shingles])
    if not len(owners):
        return []
    signatures = _signatures([shingles[owner] for owner in owners])
    rows = max(r for r in (1, 2, 4, 8, 16) if 1 - (1 - threshold**r) ** (_HASHES // r) >= 0.95)
    checked: set[tuple[int, int]] = set()
    for band in range(0, _HASHES, rows):
        first: dict[bytes, int] = {}
        for owner, signature in zip(owners.tolist(), signatures[:, band : band + rows], strict=True):
            leader = first.setdefault(signature.tobytes(), owner)
            if leader != owner:
                checked.add((leader, owner))
    return [pair for pair in sorted(checked) if _jaccard(shingles[pair[0]], shingles[pair[1]]) >= threshold]


def _shingles(text: str) -> npt.NDArray[np.uint64]:
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    count = len(points) - _SHINGLE + 1
    if count < 1:
        return points[:0]
    mixed = np.zeros(count, dtype=np.uint64)
    for offset in range(_SHINGLE):
        mixed = mixed * np.uint64(0x100000001B3) + points[offset : offset + count]
    return mixed


def _signatures(shingles: list[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint32]:
    starts = np.cumsum([0, *map(len, shingles)])[:-1]
    mixed = np.concatenate(shingles)
    factors = np.random.default_rng(0).integers(1, 2**63, size=_HASHES, dtype=np.uint64) | np.uint64(1)
    signatures = np.empty((len(shingles), _HASHES), dtype=np.uint32)
    for column, factor in enumerate(factors):
        hashed = ((mixed * factor) >> np.uint64(32)).astype(np.uint32)
        signatures[:, column] = np.minimum.reduceat(hashed, starts)
    return signatures


def _jaccard(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64]) -> float:
    one, other = set(left.tolist()), set(right.tolist())
    return len(one & other) / len(one | other)


def _components(pairs: list[tuple[int, int]], n: int) -> npt.NDArray[np.int64]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    linked = coo_array((np.ones(len(left)), (left, right)), shape=(n, n))
    labels = connected_components(linked, directed=False)[1]
    _, first = np.unique(labels, return_index=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[labels]
