"""The topics as a fitted bertopic.BERTopic; nothing else imports bertopic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from insight.mentions import InsightError
from insight.text import clean_text
from insight.topics.names import stop_words
from insight.topics.rule import speaks

if TYPE_CHECKING:
    from insight.topics import Topics
    from insight.topics.space import Space


def to_bertopic(topics: Topics) -> Any:  # noqa: ANN401
    """Fit BERTopic to labels that are already known, and give it our rule for new texts.

    BERTopic assigns by the largest cosine to a topic vector. One coordinate more, `floor` for every text and
    1 for topic -1 alone, makes that rule equal to ours: -1 wins where no topic is as near as `floor`.
    """
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    rule = topics.rule
    k = len(rule.centroids)
    labels = topics.assignments["topic"].to_numpy()
    if rule.space is None or k == 0:
        raise InsightError("there is no topic to give to BERTopic: the archive holds too few texts.")
    vectors = np.vstack([np.append(np.zeros(rule.centroids.shape[1]), 1), _widen(rule.centroids, 0)])
    model = BERTopic(
        language="multilingual",  # "english" strips everything but A-Z and digits
        embedding_model=_embedder(rule.space, rule.floor),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(
            stop_words=sorted(stop_words()), ngram_range=(1, 2), token_pattern=r"(?u)(?<![\w'])\w\w+(?:'\w+)*"
        ),
        ctfidf_model=ClassTfidfTransformer(),
        nr_topics=k + 1,  # at or above the true number: keeps our topic numbers, merges nothing
    )
    model.fit(topics.texts, embeddings=vectors[labels + 1], y=labels)
    present = vectors if (labels == -1).any() else vectors[1:]
    model.topic_embeddings_ = present
    named = topics.table.set_index("topic")["name"]
    model.set_topic_labels({topic: str(named[topic]) for topic in sorted(set(labels.tolist()))})
    return model


def _widen(vectors: npt.NDArray[np.float64], value: float) -> npt.NDArray[np.float64]:
    return np.hstack([vectors, np.full((len(vectors), 1), value)])


def _embedder(space: Space, floor: float) -> Any:  # noqa: ANN401
    from bertopic.backend import BaseEmbedder

    class ArchiveEmbedder(BaseEmbedder):
        """The archive's own space, with the floor as one more coordinate."""

        def embed(self, documents: list[str], verbose: bool = False) -> npt.NDArray[np.float64]:
            texts = clean_text(documents)
            vectors = _widen(space.embed(texts, progress=verbose).astype(np.float64), floor)
            vectors[~speaks(texts)] = np.eye(vectors.shape[1])[-1]
            return vectors

    return ArchiveEmbedder()
