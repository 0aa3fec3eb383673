"""The topics as a fitted bertopic.BERTopic; only this and its model import bertopic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightError
from insight.text.clean import clean_text
from insight.text.encode import encode, load_encoder

from .cluster import Found
from .communities import centroids_of
from .counts import read_rows, topic_centroids
from .rule import Rule, learn_weights, speaks
from .space import DRAWN, READ_ALL, draw, fit_space
from .words import TOKEN, list_stops

BERTOPIC = "0.17.4"
"""The version that `Topics.model` is made for and tested with."""

_MARK = 3**0.5


def to_bertopic(rule: Rule, topics: Sequence[int], texts: list[str], names: pd.Series) -> Any:  # noqa: ANN401
    """Fit BERTopic to the topic of each text, which is known already, and give it our rule for new texts.

    BERTopic assigns by the largest cosine to a topic vector. One coordinate more for each topic and for -1,
    long enough to outweigh all others and set where our rule puts a text, makes that rule equal to ours; the
    other coordinates, with the centroids, still say which topics are alike. BERTopic counts its topics
    without gaps, so its numbers are places in `rule.numbers`.
    """
    try:
        from .archive_model import ArchiveModel
    except ImportError as error:
        raise InsightError(
            f"Topics.model is a BERTopic, which cannot be imported here ({error}). Install it without torch: "
            f"`pip install --no-deps bertopic=={BERTOPIC}`; the tables of Topics need nothing more."
        ) from error
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    numbers = rule.numbers
    k = len(numbers)
    if rule.space is None or k == 0:
        raise InsightError("there is no topic to give to BERTopic: the archive holds too few texts.")
    position = {number: row for row, number in enumerate(numbers)} | {-1: -1}
    labels = np.array([position[topic] for topic in topics], dtype=np.int64)
    centroids = topic_centroids(rule)
    vectors = _marked(np.vstack([np.zeros(centroids.shape[1]), centroids]), np.arange(k + 1), k + 1)
    model = ArchiveModel(
        language="multilingual",  # "english" strips everything but A-Z and digits
        embedding_model=_embedder(rule),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(
            stop_words=list_stops(texts), ngram_range=(1, 2), token_pattern=TOKEN
        ),
        ctfidf_model=ClassTfidfTransformer(),
        nr_topics=k + 1,  # at or above the true number: keeps our topic numbers, merges nothing
    )
    model.fit(texts, embeddings=vectors[labels + 1], y=labels)
    present = vectors if (labels == -1).any() else vectors[1:]
    model.topic_embeddings_ = present
    number = dict(enumerate(numbers)) | {-1: -1}
    model.set_topic_labels({row: str(names[number[row]]) for row in sorted(set(labels.tolist()))})
    return model


def _marked(
    vectors: npt.NDArray[np.float64], places: npt.NDArray[np.int64], n: int
) -> npt.NDArray[np.float64]:
    """Append one of `n` marks to each vector: cosines of unequal marks stay below those of equal ones."""
    return np.hstack([vectors, _MARK * np.eye(n)[places]])


def _embedder(rule: Rule) -> Any:  # noqa: ANN401
    from bertopic.backend import BaseEmbedder

    if rule.space is None:
        raise InsightError("there is no topic to give to BERTopic: the archive holds too few texts.")
    space, numbers = rule.space, rule.numbers

    class ArchiveEmbedder(BaseEmbedder):
        """The archive's own space, and the topic that the rule gives."""

        def embed(self, documents: list[str], verbose: bool = False) -> npt.NDArray[np.float64]:
            texts = clean_text(documents)
            vectors = space.embed(texts, progress=verbose)
            placed = rule.place(texts, vectors=vectors)["topic"].to_numpy()
            vectors[placed == -1] = 0
            return _marked(
                vectors.astype(np.float64), np.searchsorted([-1, *numbers], placed), len(numbers) + 1
            )

        def __reduce__(self) -> tuple[Any, ...]:
            return _embedder, (rule,)

    return ArchiveEmbedder()


def read_bertopic(
    model: Any,  # noqa: ANN401
    docs: Sequence[str],
    *,
    encoder: Any,  # noqa: ANN401
) -> tuple[pd.DataFrame, Found]:
    """Return the messages of a fitted BERTopic and what it found in them; `Topics.from_bertopic` says how."""
    labels = getattr(model, "topics_", None)
    if labels is None or len(labels) != len(docs):
        raise InsightError(
            f"the model knows {len(labels or [])} documents, but docs has {len(docs)}. Pass those that it "
            "was fitted to, in their order."
        )
    messages = read_rows(list(docs))
    messages["text"] = pd.Series(clean_text(messages["text"]), dtype=object)
    spoken = messages.assign(topic=list(labels))[speaks(messages["text"].tolist())]
    if not (spoken["topic"] >= 0).any():
        raise InsightError("the model has no topic besides -1, so there is nothing to take over.")
    counts = spoken.groupby(["text", "topic"], sort=True).size().reset_index(name="n")
    most = counts.sort_values(["text", "n", "topic"], ascending=[True, False, False]).drop_duplicates("text")
    topic_of = most.set_index("text")["topic"]
    texts = topic_of.index.tolist()
    whole = len(texts) <= READ_ALL
    drawn = draw(texts, READ_ALL if whole else DRAWN, random_state=0)
    teacher = load_encoder(encoder)
    encoded = encode(drawn, encoder=teacher)
    space = fit_space(drawn, encoded, teacher=teacher, whole=whole, random_state=0)
    numbers, rows = np.unique(np.append(topic_of.loc[drawn].to_numpy(), -1), return_inverse=True)
    vectors = space.embed(drawn, encoded=encoded if whole else None)
    centroids, weights = centroids_of(vectors, rows[:-1] - 1), learn_weights(vectors, rows[:-1] - 1)
    rule = Rule(space, centroids, weights, numbers[1:], centroids, numbers[1:], -1.0)
    places = rule.place(texts).set_axis(topic_of.index)
    part = {number: row for row, number in enumerate(numbers[1:].tolist())} | {-1: -1}
    places = places.assign(topic=topic_of, subtopic=topic_of.map(part).fillna(-1).astype(np.int64))
    labelled = zip(sorted(set(labels)), model.custom_labels_ or [], strict=False)
    given = {int(topic): str(name) for topic, name in labelled if topic in numbers[1:]}
    return messages, Found(rule, drawn, places, np.zeros((len(drawn), 0), np.int64), given)
