"""Which messages belong to one thread, and by whose id it is called."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from .converters import Notes

Codes = npt.NDArray[np.intp]


def give_threads(table: pd.DataFrame, notes: Notes) -> npt.NDArray[np.object_]:
    """Find the thread of every row: joined by replies and by the source's own thread ids.

    A thread is named by its first message: the root of the chain of replies, even when it lies outside the
    file; the thread id itself where the source names threads by message; else the earliest message.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ids, parents, labels = (table[word].to_numpy(object) for word in ("mention_id", "reply_to_id", "label"))
    n, labelled = len(table), (table["label"] != "").to_numpy()
    codes, distinct = pd.factorize(np.concatenate([ids, parents, "\x1flabel " + labels]))
    own, parent, label = codes[:n], np.where(parents != "", codes[n : 2 * n], -1), codes[2 * n :]
    order = _by_time(table)
    parent = _without_circles(own, parent, order, len(distinct), notes)
    answers = parent >= 0
    start, end = (
        np.concatenate([own[answers], own[labelled]]),
        np.concatenate([parent[answers], label[labelled]]),
    )
    links = coo_array((np.ones(len(start), np.int8), (start, end)), shape=(len(distinct), len(distinct)))
    thread = connected_components(links, directed=False)[1][own]
    named = _named(thread, labels, labelled & table["labels_are_messages"].to_numpy(bool))
    first = _first(thread, ids, order)
    has_label = np.zeros(thread.max(initial=-1) + 1, dtype=bool)
    has_label[thread[labelled]] = True
    root = distinct[_ends(own, parent, len(distinct))[own]]
    return np.where(named != "", named, np.where(has_label[thread], first, root))


def _by_time(table: pd.DataFrame) -> Codes:
    """Rank the rows by time and id, undated ones last."""
    times, ids = (
        table["created_at"].to_numpy("datetime64[us]"),
        pd.factorize(table["mention_id"], sort=True)[0],
    )
    rank = np.empty(len(table), dtype=np.intp)
    rank[np.lexsort((ids, times))] = np.arange(len(table))
    return rank


def _first(thread: Codes, ids: npt.NDArray[np.object_], order: Codes) -> npt.NDArray[np.object_]:
    by_order = np.argsort(order)
    first = np.full(thread.max(initial=-1) + 1, -1, dtype=np.intp)
    first[thread[by_order[::-1]]] = by_order[::-1]
    return ids[first[thread]]


def _named(
    thread: Codes, labels: npt.NDArray[np.object_], rows: npt.NDArray[np.bool_]
) -> npt.NDArray[np.object_]:
    names = pd.Series(labels[rows], dtype=object).groupby(thread[rows]).min()
    return pd.Series(thread).map(names.to_dict()).astype(object).fillna("").to_numpy(object)


def _ends(own: Codes, parent: Codes, n: int) -> Codes:
    """Follow every chain of replies to its end, doubling the step each time."""
    up = np.arange(n)
    answers = parent >= 0
    up[own[answers]] = parent[answers]
    for _ in range(int(np.ceil(np.log2(max(n, 2)))) + 1):
        up = up[up]
    return up


def _without_circles(own: Codes, parent: Codes, order: Codes, n: int, notes: Notes) -> Codes:
    """Cut every circle of replies at its earliest message."""
    up = np.arange(n)
    answers = parent >= 0
    up[own[answers]] = parent[answers]
    inside = np.unique(_ends(own, parent, n)[own])
    inside = inside[up[inside] != inside]
    if not len(inside):
        return parent
    row_of = dict(zip(own.tolist(), range(len(own)), strict=True))
    parent, seen, n_cut = parent.copy(), set(), 0
    for start in inside:
        circle, node = [], start
        while node not in seen:
            seen.add(node)
            circle.append(row_of[node])
            node = up[node]
        if circle:
            parent[min(circle, key=order.__getitem__)] = -1
            n_cut += 1
    notes["{n} chains of replies ran in a circle; each was cut at its earliest message."] += n_cut
    return parent
