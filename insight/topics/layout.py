"""Topics laid out for figures: the map, the tree, the words of the largest."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightWarning

from .counts import topic_centroids
from .fitted import Topics

_GOLDEN = np.pi * (3 - 5**0.5)
_GAP = 1.15
_ROUNDS = 300


def topic_map(topics: Topics, *, max_texts: int = 20_000) -> pd.DataFrame:
    """Lay topics out as discs in which every message is a point, the most typical in the middle.

    Parameters
    ----------
    topics : Topics
        As fitted.
    max_texts : int
        Points at most; of larger archives every topic keeps its share, the most typical first.

    Returns
    -------
    DataFrame
        One row a message with a topic: mention_id, text, topic, name, theme, theme_name, similarity, x, y. A
        disc's area goes by the topic's messages. Topics of like words lie side by side where there is room,
        but distances and directions carry no number.

    Warns
    -----
    InsightWarning
        If messages are left out.

    Notes
    -----
    Classical scaling (Torgerson 1952) of the centroids' cosine distances, then discs pushed apart until none
    overlap; within a disc a sunflower spiral.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> points = topic_map(fit_topics(texts, n_topics=2))
    >>> len(points), points["topic"].nunique()
    (14, 2)
    """
    rows = topics.assignments[["mention_id", "topic", "similarity"]].assign(text=topics.messages["text"])
    rows = rows[rows["topic"] >= 0].sort_values(
        ["topic", "similarity", "text", "mention_id"], ascending=[True, False, True, True]
    )
    share = min(1.0, max_texts / max(len(rows), 1))
    if share < 1:
        message = f"the map shows {max_texts:,} of {len(rows):,} messages, the most typical of each topic."
        warnings.warn(message, InsightWarning, stacklevel=2)
    sizes = rows.groupby("topic").size().reindex(topics.rule.numbers, fill_value=0)
    shown = np.maximum(1, np.floor(sizes * share)).astype(int)
    rank = rows.groupby("topic").cumcount()
    rows = rows[rank < rows["topic"].map(shown)].assign(rank=rank).reset_index(drop=True)
    radius = np.sqrt(shown.to_numpy(dtype=float))
    centre = pd.DataFrame(_spread(_scaled(topic_centroids(topics.rule)), radius), index=topics.rule.numbers)
    angle, far = rows["rank"] * _GOLDEN, np.sqrt(rows.pop("rank") + 0.5)
    rows["x"] = rows["topic"].map(centre[0]) + far * np.cos(angle)
    rows["y"] = rows["topic"].map(centre[1]) + far * np.sin(angle)
    level = topics.levels.drop_duplicates("topic").set_index("topic")
    for column in ("theme", "theme_name"):
        rows[column] = rows["topic"].map(level[column])
    rows["name"] = rows["topic"].map(level["topic_name"])
    columns = ["mention_id", "text", "topic", "name", "theme", "theme_name", "similarity", "x", "y"]
    return rows[columns]


def topic_terms(topics: Topics, *, n_topics: int = 8, n_terms: int = 6) -> pd.DataFrame:
    """Return the telling words of the largest topics.

    Parameters
    ----------
    topics : Topics
        As fitted.
    n_topics, n_terms : int
        How many topics, and how many words of each, at most.

    Returns
    -------
    DataFrame
        topic, name, rank (from 1), term, weight (class-based TF-IDF); the largest topic first.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> topic_terms(fit_topics(texts, n_topics=2), n_terms=1)["term"].tolist()
    ['kettle leaks', 'refund']
    """
    largest = topics.table.loc[topics.table["topic"] >= 0, ["topic", "name"]].head(n_topics)
    return largest.merge(topics.terms[topics.terms["rank"] <= n_terms], on="topic", how="inner")


def _scaled(centroids: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return two coordinates a topic by classical scaling; the first topic fixes the signs."""
    k = len(centroids)
    if k < 2:
        return np.zeros((k, 2))
    likeness = centroids @ centroids.T
    middle = np.eye(k) - 1 / k
    values, vectors = np.linalg.eigh(np.round(middle @ likeness @ middle, 9))
    place = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0))
    place = np.hstack([place, np.zeros((k, 2 - place.shape[1]))])
    return place * np.where(place[0] < 0, -1, 1)


def _spread(place: npt.NDArray[np.float64], radius: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale to the discs' size and push overlapping ones apart."""
    if len(place) < 2:
        return place
    place = place / max(float(np.abs(place).max()), 1e-9) * np.sqrt((radius**2).sum()) * 1.5
    place += np.arange(len(place))[:, None] * 1e-6
    wanted = (radius[:, None] + radius[None, :]) * _GAP
    np.fill_diagonal(wanted, 0)
    for _ in range(_ROUNDS):
        apart = place[:, None] - place[None, :]
        distance = np.sqrt((apart**2).sum(axis=2))
        short = np.maximum(wanted - distance, 0)
        if not short.any():
            break
        push = apart / np.maximum(distance, 1e-9)[:, :, None] * short[:, :, None] / 2
        place = place + push.sum(axis=1) * 0.6
    return np.round(place, 6)
