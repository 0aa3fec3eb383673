"""Signals of more messages than are read at once: batch by batch, each as an archive of its own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.timeline.engine import Cluster

from .find_signals import LAYERS, find_signals

_READ = ("mention_id", "title", "text", "lang", "author_id", "rating")
AT_ONCE = 250_000
"""Messages up to which all are read together, as then a student and ratings learn from all of them."""


def signals_in_batches(
    mentions: pd.DataFrame, *, cluster: Cluster | None = None, progress: bool = False
) -> pd.DataFrame:
    """Find the signals of a large archive in memory that does not grow with it, or on a cluster.

    Batches are drawn by the messages' ids, so that neither the order of rows nor the engine matters. What
    `find_signals` learns of an archive (the classifier's student, its ratings) each batch learns for itself.
    """
    if len(mentions) <= AT_ONCE and cluster is None:
        return find_signals(mentions, progress=progress)
    batch = batch_of(mentions["mention_id"], n_batches(len(mentions)))
    if cluster is not None:
        found = cluster.each(mentions[[name for name in _READ if name in mentions]], batch, find_signals)
    else:
        found = [find_signals(part, progress=progress) for part in _parts(mentions, batch)]
    place = pd.Series(np.arange(len(mentions)), index=mentions["mention_id"].astype(object))
    table = pd.concat(found, ignore_index=True)
    order = np.argsort(place.loc[table["mention_id"].to_numpy(object)].to_numpy(), kind="stable")
    table = table.take(order).reset_index(drop=True)
    table.attrs = {"not_classified": sum(part.attrs["not_classified"] for part in found), "layers": LAYERS}
    return table


def n_batches(n: int) -> int:
    """Return into how many batches so many messages are drawn."""
    return -(-n // AT_ONCE)


def batch_of(ids: pd.Series, n: int) -> npt.NDArray[np.int64]:
    """Draw the batch of each message by its id."""
    hashed = pd.util.hash_array(ids.to_numpy(object), categorize=False)
    return (hashed % np.uint64(n)).astype(np.int64)


def _parts(mentions: pd.DataFrame, batch: npt.NDArray[np.int64]) -> Iterator[pd.DataFrame]:
    for number in range(int(batch.max()) + 1):
        yield mentions[batch == number].reset_index(drop=True)
