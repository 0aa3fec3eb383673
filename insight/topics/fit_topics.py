"""What people talk about: fit_topics -> Topics, stable, complete and named."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightError
from insight.text.clean import clean_text
from insight.text.encode import Encoder, load_encoder

from .cluster import Search, find_rule
from .communities import GRANULARITIES
from .counts import find_brands, read_rows
from .fitted import Topics, assemble, no_changes, peak_memory
from .known_vectors import knowing
from .previous import Remembered, follow, list_numbers

__all__ = ["Topics", "fit_topics"]


def fit_topics(
    mentions: pd.DataFrame | pd.Series | list[str],
    *,
    encoder: str | Path | Encoder | None = None,
    embeddings: npt.ArrayLike | None = None,
    n_topics: int | None = None,
    granularity: str = "medium",
    min_topic_size: int | None = None,
    coverage: float | None = None,
    seeds: Mapping[str, Sequence[str]] | None = None,
    previous: Topics | Remembered | None = None,
    cache: str | Path | None = None,
    random_state: int = 0,
    progress: bool = False,
) -> Topics:
    """Find what an archive's messages are about; every row given gets a topic.

    Parameters
    ----------
    mentions : DataFrame or list of str
        The mentions table (needs mention_id and text; title and author_id are used), already narrowed to the
        messages of interest; or plain texts, whose mention_id is then the position as a string.
    encoder : str, Path, Encoder or None
        See `load_encoder`; None is the bundled one (English, offline).
    embeddings : array or None
        Vectors of the messages, one row each, that `encoder` made before, in the order of `mentions`. None
        makes them.
    n_topics : int or None
        How many topics; None lets stability decide: the fewest that a clustering of random 80 % of the texts
        finds again as well as any other number.
    granularity : {'coarse', 'medium', 'fine'}
        The numbers of topics among which a stable one is looked for: 3 to 12; between a tenth and twice the
        square root of the number of different texts (8 to 100 of 2,500, 30 to 250 of 90,000); 40 to 250.
    min_topic_size : int or None
        Least number of different texts in a topic; None is 0.2 % of them, at least 3.
    coverage : float or None
        Share, 0 to 1, of the different texts of more than three words that must have a topic; None is 95 %,
        or more where the rest is near enough.
    seeds : dict of list of str, or None
        Topics to keep beside those that are found: a name, and words or example texts; with an empty list
        the name alone is looked for.
    previous : Topics or None
        Topics of an earlier archive, whose numbers are kept where they are found again, and their names while
        the words in them still describe the topic; see `.changes` for what is new, gone, split or merged.
    cache : str, Path or None
        Folder in which the encoder's vectors are kept from run to run (see `encode`); it may be deleted at
        any time. None keeps nothing.
    random_state : int
        Seed of the draws (which texts the encoder reads, the stability trials); `evaluate_topics` says how
        much hangs on it.
    progress : bool
        Show bars on standard error.

    Returns
    -------
    Topics
        `.table` (topic, name, n, n_people, share, low, high), `.assignments` (mention_id, topic, similarity,
        margin, subtopic, reason), `.terms`, `.tree`, `.levels`, `.stability`, `.changes`, `.predict(texts)`,
        `.model` (a fitted BERTopic).

    Raises
    ------
    InsightError
        If a needed column is missing or an argument makes no sense.

    Warns
    -----
    InsightWarning
        If there are too few texts for several topics, fewer topics than asked for, no text near a seed, the
        student is too poor to be used, or the encoder does not know the language.

    Notes
    -----
    Copies and near copies count once in shaping topics, so reposts make none, and neither they nor the order
    of rows change a topic. Up to 12,000 different texts the encoder reads all; beyond, 4,000 drawn by content
    are clustered, and a ridge regression from words and word pairs to the encoder's vectors, fitted to them,
    places every text; where its cosine to the encoder is below 0.4 on texts held out, the encoder reads all
    after all. Clusters are Louvain communities (Blondel et al. 2008) of the shared-neighbour graph of
    the 15 nearest texts. A text's topic is that of the largest score of a ridge regression from vectors to
    these clusters; it has none where its cosine to the topic's centroid is below the floor: 0.1 or less, so
    that at least 95 % of the different texts of more than three words have a topic.

    Examples
    --------
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> topics = fit_topics(texts, n_topics=2)
    >>> topics.table[["topic", "n"]].values.tolist()
    [[0, 7], [1, 7]]
    >>> bool(topics.predict(["Kettle leaks!"])[0] == topics.assignments["topic"][0])
    True
    """
    _check(n_topics, min_topic_size, granularity, coverage)
    start = time.perf_counter()
    rows = read_rows(mentions)
    messages = rows.assign(text=pd.Series(clean_text(rows["text"]), rows.index, dtype=object))
    before = None if previous is None else len(list_numbers(previous))
    search = Search(n_topics, granularity, min_topic_size, coverage, seeds or {}, random_state, before)
    teacher = load_encoder(encoder)
    if embeddings is not None:
        teacher, cache = knowing(teacher, messages["text"].tolist(), embeddings), None
    found = find_rule(set(messages["text"]), encoder=teacher, search=search, cache=cache, progress=progress)
    changes = no_changes()
    if previous is not None:
        found, changes = follow(found, previous)
    topics = assemble(messages, found, changes=changes, silent=find_brands(mentions))
    cost = {"seconds": time.perf_counter() - start, "peak_mb": peak_memory()}
    return replace(topics, search=search, cost=cost)


def _check(
    n_topics: int | None, min_topic_size: int | None, granularity: str, coverage: float | None
) -> None:
    for asked, value in (("n_topics", n_topics), ("min_topic_size", min_topic_size)):
        if value is not None and value < 1:
            raise InsightError(
                f"{asked} is {value}; pass a whole number from 1, or None to let the texts decide."
            )
    if granularity not in GRANULARITIES:
        raise InsightError(f"granularity is {granularity!r}; pass one of {list(GRANULARITIES)}.")
    if coverage is not None and not 0 < coverage <= 1:
        raise InsightError(f"coverage is {coverage}; pass a share above 0 and at most 1.")
