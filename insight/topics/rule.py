"""From an archive's different texts to the one rule that gives any text its topic."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.encode import BundledEncoder, Encoder, Vectors, encode
from insight.mentions import InsightWarning
from insight.text import detect_language, group_copies
from insight.topics.communities import (
    Labels,
    Partition,
    centroids_of,
    find_communities,
    topic_stability,
)
from insight.topics.space import TEACHER_LIMIT, Space, draw, fit_space

FLOOR = 0.1
"""Cosine to the nearest centroid below which a text has no topic; lowered where 5 % would be without."""

_LETTER = re.compile(r"[^\W\d_]")
_FOUR_WORDS = re.compile(r"(?:\S+\s+){3}\S")
_UNPLACED = 0.05
_FEW = 20
_POOR = 0.4
_LOOKED_AT = 400
_FOREIGN = 0.3


@dataclass(frozen=True)
class Rule:
    """Topic of a clean text: the nearest centroid by cosine; -1 below `floor` or where there is no letter."""

    space: Space | None
    centroids: npt.NDArray[np.float64]
    floor: float

    def assign(
        self, texts: list[str], *, encoded: Vectors | None = None, progress: bool = False
    ) -> tuple[Labels, npt.NDArray[np.float64]]:
        """Return topic and cosine of each text."""
        if self.space is None or not len(self.centroids):
            return np.full(len(texts), -1), np.zeros(len(texts))
        labels, cosines = self.space.nearest(texts, self.centroids, encoded=encoded, progress=progress)
        says = speaks(texts)
        return np.where(says & (cosines >= self.floor), labels, -1), np.where(says, cosines, 0.0)


def speaks(texts: list[str]) -> npt.NDArray[np.bool_]:
    """Tell which texts hold a letter; no other can have a topic."""
    return np.array([_LETTER.search(text) is not None for text in texts], dtype=bool)


@dataclass(frozen=True)
class Found:
    """The rule, what it says of every different text, and how firmly its topics stand.

    `drawn` are the texts that were clustered; `topics` and `cosines` are keyed by text.
    """

    rule: Rule
    drawn: list[str]
    topics: dict[str, int]
    cosines: dict[str, float]
    stability: pd.DataFrame


def find_rule(
    texts: set[str],
    *,
    encoder: Encoder,
    n_topics: int | None,
    min_topic_size: int | None,
    random_state: int,
    progress: bool,
) -> Found:
    """Cluster the different texts of an archive (all, or a draw of them) and place every one by the rule."""
    speaking = sorted(text for text in texts if _LETTER.search(text))
    different = [speaking[first] for first in np.unique(group_copies(speaking), return_index=True)[1]]
    drawn = draw(different, TEACHER_LIMIT, random_state=random_state)
    if not drawn:
        warnings.warn("no text holds a word, so there are no topics.", InsightWarning, stacklevel=3)
        return Found(Rule(None, np.zeros((0, 1)), FLOOR), [], {}, {}, _stability(np.zeros((0, 0))))
    taught = len(speaking) <= TEACHER_LIMIT
    read = speaking if taught else drawn
    encoded = encode(read, encoder=encoder, progress=progress)
    row = {text: position for position, text in enumerate(read)}
    mine = encoded[[row[text] for text in drawn]]
    space = fit_space(drawn, mine, encoder=encoder if taught else None, random_state=random_state)
    vectors = space.join(
        drawn, mine
    )  # what is clustered has been read by the encoder, however large the archive
    minimum = (
        max(min(3, len(drawn)), 0.002 * len(drawn))
        if min_topic_size is None
        else (min_topic_size * len(drawn) / len(different))
    )
    parts = _partition(vectors, round(minimum), n_topics, random_state)
    seen = space.embed(drawn, encoded=mine)
    rule = Rule(space, centroids_of(seen, parts.labels), -1.0)
    labels, cosines = rule.assign(speaking, encoded=encoded if taught else None, progress=progress)
    rule, labels = _settled(rule, speaking, labels, cosines)
    topics = dict(zip(speaking, labels.tolist(), strict=True))
    stability = topic_stability(np.array([topics[text] for text in drawn]), parts.trials)
    _warn(len(different), len(rule.centroids), n_topics, space)
    _warn_of_languages(drawn, encoder)
    return Found(
        rule, drawn, topics, dict(zip(speaking, cosines.tolist(), strict=True)), _stability(stability)
    )


def _partition(vectors: Vectors, minimum: int, n_topics: int | None, random_state: int) -> Partition:
    if len(vectors) < _FEW and n_topics is None:
        return Partition(np.zeros(len(vectors), np.int64), 0.0, [])
    return find_communities(vectors, minimum=max(1, minimum), n_topics=n_topics, random_state=random_state)


def _settled(
    rule: Rule, texts: list[str], labels: Labels, cosines: npt.NDArray[np.float64]
) -> tuple[Rule, Labels]:
    """Order the topics by their different texts, drop empty ones, and set the floor."""
    long = np.array([_FOUR_WORDS.search(text) is not None for text in texts])
    floor = FLOOR if len(rule.centroids) > 1 else -1.0
    if long.any():
        floor = min(floor, float(np.quantile(cosines[long], _UNPLACED)))
    sizes = np.bincount(labels, minlength=len(rule.centroids))
    order = [topic for topic in np.argsort(-sizes, kind="stable") if sizes[topic]]
    number = np.full(len(sizes), -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    return Rule(rule.space, rule.centroids[order], floor), np.where(cosines >= floor, number[labels], -1)


def _stability(jaccard: npt.NDArray[np.float64]) -> pd.DataFrame:
    k, trials = jaccard.shape
    if not trials:
        mean = low = high = np.full(k, np.nan)
    else:
        mean = jaccard.mean(axis=1)
        low, high = np.quantile(jaccard, [0.025, 0.975], axis=1)
    return pd.DataFrame({"topic": np.arange(k), "n": trials, "stability": mean, "low": low, "high": high})


def _warn(n_texts: int, k: int, n_topics: int | None, space: Space) -> None:
    doubts = []
    if n_texts < _FEW and n_topics is None:
        doubts.append(f"{n_texts} different texts are too few to tell topics apart: all are put into one.")
    if n_topics is not None and k < n_topics:
        doubts.append(f"{n_topics} topics were asked for, but the texts fall into no more than {k}.")
    if space.encoder is None and space.fidelity < _POOR:
        doubts.append(
            f"the fast student follows the encoder poorly (cosine {space.fidelity:.2f} on texts held out), "
            "so topics are rough. If the texts are in a language that the encoder does not know, pass "
            "encoder= a model that does."
        )
    for doubt in doubts:
        warnings.warn(doubt, InsightWarning, stacklevel=4)


def _warn_of_languages(texts: list[str], encoder: Encoder) -> None:
    if not isinstance(encoder, BundledEncoder):
        return
    told = [code for code in detect_language(draw(texts, _LOOKED_AT, random_state=0)) if code != "und"]
    foreign = Counter(code for code in told if code != "en")
    if foreign.total() > _FOREIGN * len(told):
        listed = ", ".join(f"{code} {n / len(told):.0%}" for code, n in foreign.most_common(3))
        warnings.warn(
            f"the bundled encoder knows English, but of the texts whose language can be told {listed} "
            "are not: their topics are rough. Pass encoder= a multilingual model.",
            InsightWarning,
            stacklevel=4,
        )
