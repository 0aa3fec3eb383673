"""BERTopic, with the methods that fail in a light install replaced; imported where a model is asked for."""

from __future__ import annotations

from typing import Any

import pandas as pd
from bertopic import BERTopic

from insight.mentions import InsightError


class ArchiveModel(BERTopic):  # type: ignore[misc, unused-ignore]
    """The fitted BERTopic of `Topics.model`."""

    def topics_over_time(self, docs: list[str], timestamps: list[Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Count topics over time as BERTopic does; dates as text are read first, which pandas 3 asks for."""
        times = list(timestamps)
        if times and isinstance(times[0], str):
            times = pd.to_datetime(times, format=kwargs.pop("datetime_format", None)).to_pydatetime().tolist()
        return super().topics_over_time(docs, times, *args, **kwargs)

    def visualize_topics(self, *_args: Any, **_options: Any) -> Any:  # noqa: ANN401
        """Refuse: it would lay topics out by umap."""
        raise InsightError(
            "visualize_topics needs umap. Draw the same with "
            "insight.plots.topic_map(insight.topics.topic_map(topics)), without it."
        )

    def visualize_documents(self, docs: list[str], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Draw documents where they are placed already; laying them out would take umap."""
        if kwargs.get("reduced_embeddings") is None:
            raise InsightError(
                "visualize_documents needs reduced_embeddings=, two columns a document, or umap. "
                "insight.plots.topic_map(insight.topics.topic_map(topics)) draws documents without either."
            )
        return super().visualize_documents(docs, *args, **kwargs)
