"""BERTopic, with the methods that fail in a light install replaced; imported where a model is asked for."""

from __future__ import annotations

from datetime import date
from importlib.util import find_spec
from typing import Any

import pandas as pd
from bertopic import BERTopic

from insight.mentions import InsightError

_MAP = "insight.plots.topic_map(insight.topics.topic_map(topics))"
_FITTED = "the model is fitted, and its groups are found without BERTopic. Call insight.fit_topics(messages)"


class ArchiveModel(BERTopic):  # type: ignore[misc, unused-ignore]
    """The fitted BERTopic of `Topics.model`: what its methods need is here, or they say what to call."""

    def fit_transform(self, documents: Any, embeddings: Any = None, images: Any = None, y: Any = None) -> Any:  # noqa: ANN401
        """Fit to topics that are known; without them there is nothing that clusters."""
        if y is None:
            raise InsightError(f"{_FITTED} for another archive.")
        return super().fit_transform(documents, embeddings=embeddings, images=images, y=y)

    def partial_fit(self, *_args: Any, **_options: Any) -> Any:  # noqa: ANN401
        """Refuse: it needs a clustering that goes on learning."""
        raise InsightError(f"{_FITTED}, with previous=topics to keep their numbers and names.")

    def delete_topics(self, topics_to_delete: list[int]) -> None:
        """Refuse: BERTopic 0.17.4 fails where topics have labels, as they have here."""
        raise InsightError(
            f"BERTopic 0.17.4 cannot delete topics that have labels. Merge {topics_to_delete} into another "
            "by insight.topics.merge_topics, or leave out their messages: topics.assignments has them."
        )

    def topics_over_time(self, docs: list[str], timestamps: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Count topics over time as BERTopic does; dates are read first, which pandas 3 asks for."""
        times = list(timestamps)
        if times and isinstance(times[0], str | date):
            times = pd.to_datetime(times, format=kwargs.pop("datetime_format", None)).to_pydatetime().tolist()
        return super().topics_over_time(docs, times, *args, **kwargs)

    def visualize_topics(self, *_args: Any, **_options: Any) -> Any:  # noqa: ANN401
        """Refuse: it would lay topics out by umap."""
        raise InsightError(f"visualize_topics needs umap. Draw the same with {_MAP}, without it.")

    def visualize_documents(self, docs: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Draw documents where they are placed already; laying them out would take umap."""
        _need_places("visualize_documents", kwargs)
        return super().visualize_documents(docs, *args, **kwargs)

    def visualize_hierarchical_documents(self, docs: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Draw documents where they are placed already, by levels of the hierarchy."""
        _need_places("visualize_hierarchical_documents", kwargs)
        return super().visualize_hierarchical_documents(docs, *args, **kwargs)

    def visualize_document_datamap(self, docs: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Draw documents where they are placed already, if datamapplot is installed."""
        _need_places("visualize_document_datamap", kwargs)
        if find_spec("datamapplot") is None:
            raise InsightError(
                f"visualize_document_datamap needs datamapplot: pip install datamapplot, or draw {_MAP}."
            )
        return super().visualize_document_datamap(docs, *args, **kwargs)

    def visualize_approximate_distribution(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Colour the words of a document by topic, where pandas still has what BERTopic calls."""
        from pandas.io.formats.style import Styler

        if not hasattr(Styler, "applymap"):
            raise InsightError(
                f"BERTopic 0.17.4 cannot colour words under pandas {pd.__version__}. The numbers are those "
                "of approximate_distribution(docs, calculate_tokens=True); visualize_distribution draws them."
            )
        return super().visualize_approximate_distribution(*args, **kwargs)


def _need_places(method: str, given: dict[str, Any]) -> None:
    if given.get("reduced_embeddings") is None:
        raise InsightError(
            f"{method} needs reduced_embeddings=, two columns a document, or umap. {_MAP} draws documents "
            "without either."
        )
