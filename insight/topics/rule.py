"""The one rule that gives any text its topic, and the reason where it has none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.text.clean import detect_language
from insight.text.encode import BundledEncoder, Vectors

from .space import Space

Centroids = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

_LETTER = re.compile(r"[^\W\d_]")
_FOUR_WORDS = re.compile(r"(?<!\S)(?:\S+\s+){3}\S")
_CHUNK = 20_000
_PENALTY = 1.0
_BETWEEN = 0.02
"""Difference of the two largest scores below which a text without a topic is said to lie between two."""


@dataclass(frozen=True)
class Rule:
    """Topic of a clean text: that of the largest score; -1 without a letter, or far from its centroid.

    `weights` has one row a centroid: what each coordinate of a text's vector adds to the score, and last what
    every text starts from. A text whose cosine to its topic's centroid is below `floor` has no topic.
    `topics` holds the topic of each centroid (more than one after a merge), `owners` the topic of each
    centroid of `fine`, the subtopics, among which a text goes to the nearest one of its own topic.
    """

    space: Space | None
    centroids: Centroids
    weights: Centroids
    topics: Labels
    fine: Centroids
    owners: Labels
    floor: float

    @property
    def numbers(self) -> list[int]:
        """The topics' numbers, in order."""
        return sorted(set(self.topics.tolist()))

    def place(
        self,
        texts: list[str],
        *,
        encoded: Vectors | None = None,
        vectors: Vectors | None = None,
        progress: bool = False,
    ) -> pd.DataFrame:
        """Return topic, subtopic, similarity and margin, one row a text.

        What the encoder, or the space, makes of the texts is computed unless it is given. In double precision
        and rounded, so that the block a text falls into cannot tip a tie.
        """
        from tqdm import tqdm

        n = len(texts)
        placed = {
            "topic": np.full(n, -1),
            "subtopic": np.full(n, -1),
            "similarity": np.zeros(n),
            "margin": np.zeros(n),
        }
        if self.space is not None and len(self.centroids):
            for start in tqdm(range(0, n, _CHUNK), "Assigning", disable=not progress):
                chunk = slice(start, start + _CHUNK)
                some = None if encoded is None else encoded[chunk]
                own = self.space.embed(texts[chunk], encoded=some) if vectors is None else vectors[chunk]
                for name, values in self._placed(own.astype(np.float64), speaks(texts[chunk])).items():
                    placed[name][chunk] = values
        return pd.DataFrame(placed)

    def _placed(self, vectors: Centroids, says: npt.NDArray[np.bool_]) -> dict[str, npt.NDArray]:
        score = np.round(vectors @ self.weights[:, :-1].T + self.weights[:, -1], 9)
        best = score.argmax(axis=1)
        topic, cosine = self.topics[best], np.round((vectors * self.centroids[best]).sum(axis=1), 9)
        rival = np.where(topic[:, None] == self.topics[None, :], -np.inf, score).max(axis=1)
        margin = np.minimum(score.max(axis=1) - rival, 1)
        held = says & (cosine >= self.floor)
        inner = np.round(vectors @ self.fine.T, 9)
        inner[topic[:, None] != self.owners[None, :]] = -2
        return {
            "topic": np.where(held, topic, -1),
            "subtopic": np.where(held, inner.argmax(axis=1), -1),
            "similarity": np.where(says, cosine, 0.0),
            "margin": np.where(says, margin, 0.0),
        }

    def renumbered(self, number: dict[int, int]) -> Rule:
        """Return the rule with other numbers for its topics; two with one number become one topic."""

        def put(labels: Labels) -> Labels:
            return np.array([number[label] for label in labels.tolist()], dtype=np.int64)

        return replace(self, topics=put(self.topics), owners=put(self.owners))


def learn_weights(vectors: npt.NDArray[np.floating], labels: Labels) -> Centroids:
    """Return the weights by which unit vectors are separated as their labels are, -1 left out.

    Ridge regression onto one indicator a label: the score estimates the probability of the label, and unlike
    the nearest centroid it heeds along which coordinates the texts of a topic differ among themselves.
    """
    held = labels >= 0
    rows, k = vectors[held].astype(np.float64), int(labels.max(initial=-1)) + 1
    wanted = np.eye(k)[labels[held]]
    middle, share = rows.mean(axis=0), wanted.mean(axis=0)
    spread = (rows - middle).T @ (rows - middle)
    spread[np.diag_indices_from(spread)] += _PENALTY
    weights = np.linalg.solve(spread, (rows - middle).T @ (wanted - share)).T
    return np.column_stack([weights, share - weights @ middle])


def no_rule() -> Rule:
    """Return the rule of an archive in which nothing is said: no text has a topic."""
    none = np.zeros((0, 1))
    return Rule(None, none, none, np.zeros(0, np.int64), none, np.zeros(0, np.int64), 0.0)


def speaks(texts: list[str]) -> npt.NDArray[np.bool_]:
    """Return which texts hold a letter; no other can have a topic."""
    return np.array([_LETTER.search(text) is not None for text in texts], dtype=bool)


def is_long(texts: list[str]) -> npt.NDArray[np.bool_]:
    """Return which texts have more than three words."""
    return np.array([_FOUR_WORDS.search(text) is not None for text in texts], dtype=bool)


def find_reasons(texts: list[str], placed: pd.DataFrame, rule: Rule) -> list[str]:
    """Say of each text why it has no topic; empty where it has one."""
    without = np.flatnonzero(placed["topic"].to_numpy() == -1)
    alone = [texts[row] for row in without]
    margins = placed["margin"].to_numpy()[without]
    english = rule.space is not None and isinstance(rule.space.teacher, BundledEncoder)
    languages = detect_language(alone) if english else ["und"] * len(alone)
    reasons = [""] * len(texts)
    for row, text, margin, language in zip(without, alone, margins, languages, strict=True):
        reasons[row] = _reason(text, margin, language)
    return reasons


def _reason(text: str, margin: float, language: str) -> str:
    if not _LETTER.search(text):
        return "no words"
    if not _FOUR_WORDS.search(text):
        return "too short"
    if language not in ("en", "und"):
        return "other language"
    return "between two topics" if margin < _BETWEEN else "rare theme"
