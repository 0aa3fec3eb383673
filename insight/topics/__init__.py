"""What people talk about: fit_topics -> Topics, stable, complete and named."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.encode import Encoder, load_encoder
from insight.mentions import InsightError
from insight.statistics import wilson
from insight.text import clean_text
from insight.topics.communities import link
from insight.topics.names import describe
from insight.topics.rule import Rule, find_rule

if TYPE_CHECKING:
    from bertopic import BERTopic


@dataclass(frozen=True, repr=False)
class Topics:
    """Topics of an archive: five tables and one rule that gives any text its topic.

    A text belongs to the topic whose centroid is nearest by cosine; to none (-1) when that cosine is below
    `rule.floor` or the text has no letter. The same rule serves `assignments`, `predict` and `model`, and a
    pickle of the whole keeps it.

    Attributes
    ----------
    table : DataFrame
        One row a topic, largest first, -1 last: topic (int), name, n (messages), n_people (distinct
        author_id), share (of all people in the input who are known; of messages where no author is known),
        low, high (95 %, Wilson).
    assignments : DataFrame
        One row a message in the order of the input: mention_id, topic, similarity (cosine to the nearest
        centroid, 0 where the text has no letter).
    terms : DataFrame
        topic, rank (from 1), term, weight (class-based TF-IDF).
    tree : DataFrame
        Ward's hierarchy of the centroids, one row a node: node (the topics' own numbers, then joins), parent
        (missing at the root), distance (at which its children join, 0 for a topic), n_topics, topics (list),
        name.
    stability : DataFrame
        topic, n (trials), stability (mean over the trials of the best Jaccard index when random 80 % of the
        texts are clustered anew), low, high (2.5th and 97.5th percentile of the trials).
    rule : Rule
        `.centroids`, `.floor` and `.space`, whose `.fidelity` is the mean cosine, 0 to 1, between the
        student's vectors and the encoder's on texts held out from the student.
    texts : list of str
        The messages as they were compared, in the order of the input.
    """

    table: pd.DataFrame
    assignments: pd.DataFrame
    terms: pd.DataFrame
    tree: pd.DataFrame
    stability: pd.DataFrame
    rule: Rule
    texts: list[str]

    def __repr__(self) -> str:
        return f"Topics of {len(self.texts)} messages\n{self.table.to_string(index=False)}"

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, float_format="{:.3f}".format))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "model"}

    def predict(self, texts: pd.Series | Iterable[str]) -> npt.NDArray[np.int64]:
        """Return the topic of each text, -1 for none; a text of the archive gets the topic it has there."""
        cleaned = clean_text(texts)
        distinct = sorted(set(cleaned))
        labels, _ = self.rule.assign(distinct)
        found = dict(zip(distinct, labels.tolist(), strict=True))
        return np.array([found[text] for text in cleaned], dtype=np.int64)

    @functools.cached_property
    def model(self) -> BERTopic:
        """The same topics as a fitted `bertopic.BERTopic` (made when first asked for)."""
        from insight.topics.bridge import to_bertopic

        return to_bertopic(self)


def fit_topics(
    mentions: pd.DataFrame | pd.Series | list[str],
    *,
    encoder: str | Path | Encoder | None = None,
    n_topics: int | None = None,
    min_topic_size: int | None = None,
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
    n_topics : int or None
        How many topics; None lets the stability under resampling decide among 8 to 60.
    min_topic_size : int or None
        Least number of different texts in a topic; None is 0.2 % of them, at least 3.
    random_state : int
        Seed of the draws (which texts the encoder reads, the stability trials).
    progress : bool
        Show bars on standard error.

    Returns
    -------
    Topics
        `.table` (topic, name, n, n_people, share, low, high), `.assignments` (mention_id, topic, similarity),
        `.terms`, `.tree`, `.stability`, `.predict(texts)`, `.model` (a fitted BERTopic).

    Raises
    ------
    InsightError
        If a needed column is missing or an argument makes no sense.

    Warns
    -----
    InsightWarning
        If there are too few texts to tell topics apart, fewer topics than asked for, or the student is poor.

    Notes
    -----
    Copies and near copies count once in shaping topics, so reposts make none, and neither they nor the order
    of rows change a topic. Up to 6,000 different texts the encoder reads all; beyond, 6,000 drawn by content
    are clustered, and a ridge regression from words and word pairs to the encoder's vectors, fitted to them,
    places every text. Clusters are Louvain communities (Blondel et al. 2008) of the shared-neighbour graph of
    the 15 nearest texts; the floor is 0.1 or less, so that at least 95 % of the different texts of more than
    three words have a topic.

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
    for asked, value in (("n_topics", n_topics), ("min_topic_size", min_topic_size)):
        if value is not None and value < 1:
            raise InsightError(
                f"{asked} is {value}; pass a whole number from 1, or None to let the texts decide."
            )
    rows = _read(mentions)
    cleaned = clean_text(rows["text"])
    found = find_rule(
        set(cleaned),
        encoder=load_encoder(encoder),
        n_topics=n_topics,
        min_topic_size=min_topic_size,
        random_state=random_state,
        progress=progress,
    )
    rows["topic"] = np.array([found.topics.get(text, -1) for text in cleaned], dtype=np.int64)
    rows["similarity"] = np.array([found.cosines.get(text, 0.0) for text in cleaned])
    labels = np.array([found.topics[text] for text in found.drawn], dtype=np.int64)
    terms, names = describe(found.drawn, labels, len(found.rule.centroids))
    return Topics(
        table=_table(rows, names),
        assignments=rows[["mention_id", "topic", "similarity"]],
        terms=terms,
        tree=_tree(found.rule.centroids, names),
        stability=found.stability,
        rule=found.rule,
        texts=cleaned,
    )


def _read(mentions: pd.DataFrame | pd.Series | list[str]) -> pd.DataFrame:
    if not isinstance(mentions, pd.DataFrame):
        texts = list(mentions)
        ids = [str(position) for position in range(len(texts))]
        return pd.DataFrame({"mention_id": ids, "text": texts, "author_id": None})
    missing = sorted({"mention_id", "text"} - set(mentions.columns))
    if missing:
        raise InsightError(
            f"mentions lack the columns {missing}; found {sorted(map(str, mentions.columns))}. "
            "Pass the table through as_mentions, or give a list of texts."
        )
    text = mentions["text"].fillna("").astype(object)
    if "title" in mentions:
        title = mentions["title"].fillna("").astype(object)
        text = (title + ". " + text).where((title != "") & (title != text), text)
    return pd.DataFrame(
        {
            "mention_id": mentions["mention_id"].to_numpy(),
            "text": text.to_numpy(),
            "author_id": mentions["author_id"].to_numpy() if "author_id" in mentions else None,
        }
    )


def _table(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Count messages and people of each topic; where no author is known, the share is of messages."""
    known = rows["author_id"].notna()
    grouped = rows.groupby("topic", sort=True)
    table = grouped.size().rename("n").reset_index()
    n_people = rows[known].groupby("topic")["author_id"].nunique().reindex(table["topic"], fill_value=0)
    table["n_people"] = n_people.to_numpy(dtype=np.int64)
    counted = table["n_people"] if known.any() else table["n"]
    total = rows["author_id"].nunique() if known.any() else len(rows)
    table["share"] = counted / max(total, 1)
    table["low"], table["high"] = wilson(counted, max(total, 1))
    table.insert(1, "name", [names[topic] if topic >= 0 else "No topic" for topic in table["topic"]])
    table["none"] = table["topic"] == -1
    table = table.sort_values(["none", "n_people", "n", "topic"], ascending=[True, False, False, True])
    return table.drop(columns="none").reset_index(drop=True)


def _tree(centroids: npt.NDArray[np.float64], names: list[str]) -> pd.DataFrame:
    k = len(centroids)
    linked = link(centroids) if k > 1 else np.zeros((0, 4))
    members = [[topic] for topic in range(k)]
    parent = pd.array([pd.NA] * (k + len(linked)), dtype="Int64")
    for node, (left, right, _, _) in enumerate(linked, k):
        parent[[int(left), int(right)]] = node
        members.append(sorted(members[int(left)] + members[int(right)]))
    return pd.DataFrame(
        {
            "node": np.arange(len(members)),
            "parent": parent,
            "distance": [0.0] * k + linked[:, 2].tolist(),
            "n_topics": [len(topics) for topics in members],
            "topics": members,
            "name": [
                names[topics[0]] + (f" and {len(topics) - 1} more" if len(topics) > 1 else "")
                for topics in members
            ],
        }
    )
