"""Hear what no rule was written for: linear models on a sentence's vector, words and rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .encode import Vectors

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

_FILE = Path(__file__).parent / "models" / "signals.json"
VECTOR_WEIGHT, RULE_WEIGHT = 1.5, 0.5
"""How long a sentence's vector and one rule are beside its words, which are of length 1."""


@dataclass(frozen=True)
class Classifier:
    """One signal's weights and intercept on a sentence's features, and the two numbers that calibrate it.

    `slope` and `shift` turn the score into a probability (Platt 1999), fitted to scores of sentences that
    were held out. `least` is the probability from which the signal counts as heard.
    """

    signal: str
    weights: Vectors
    intercept: float
    slope: float
    shift: float
    least: float

    def probability(self, features: Vectors | csr_matrix) -> np.ndarray:
        """Return the chance that people would say the sentence carries the signal, one a row."""
        score = features.astype(np.float64) @ self.weights + self.intercept
        chances: np.ndarray = 1 / (1 + np.exp(-(self.slope * score + self.shift)))
        return chances


@dataclass(frozen=True)
class SignalModel:
    """What `fit_signals` learned from labels of your own; `find_signals(mentions, model=...)` listens by it.

    Attributes
    ----------
    words, letters : dict of str to float
        Words and pairs of words, and runs of 2 to 5 letters, with their inverse document frequencies.
    rules : tuple of str
        Rules of `signals.toml` that were features, as "signal: name".
    classifiers : tuple of Classifier
        One a signal, on words, letters, the sentence's vector and the rules, in this order.
    scores : tuple of dict
        One a signal: how well it is heard on labels that were held out, before and after.
    """

    words: dict[str, float]
    letters: dict[str, float]
    rules: tuple[str, ...]
    classifiers: tuple[Classifier, ...]
    scores: tuple[dict[str, Any], ...]

    def features(self, texts: Sequence[str], vectors: Vectors, hits: dict[str, np.ndarray]) -> csr_matrix:
        """Return one row a text; `hits` tells by rule ("signal: name") which texts it met."""
        met = np.array([hits.get(rule, np.zeros(len(texts))) for rule in self.rules]).T
        counters = word_counter(self.words), letter_counter(self.letters)
        return join_features(counters, texts, vectors, met.reshape(len(texts), len(self.rules)))


def word_counter(idf: dict[str, float] | None = None) -> TfidfVectorizer:
    """Weigh words and pairs of words that two texts share."""
    token = r"(?u)\b\w[\w']*\b|[!?]+|[^\w\s]"
    return _counter(idf, analyzer="word", ngram_range=(1, 2), min_df=2, token_pattern=token)


def letter_counter(idf: dict[str, float] | None = None) -> TfidfVectorizer:
    """Weigh runs of letters that three texts share."""
    return _counter(idf, analyzer="char_wb", ngram_range=(2, 5), min_df=3, max_features=60_000)


def _counter(idf: dict[str, float] | None, **shape: Any) -> TfidfVectorizer:  # noqa: ANN401
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(sublinear_tf=True, vocabulary=None if idf is None else [*idf], **shape)
    if idf is not None:
        counter.idf_ = np.array([*idf.values()])
    return counter


def join_features(
    counters: Sequence[TfidfVectorizer], texts: Sequence[str], vectors: Vectors, met: np.ndarray
) -> csr_matrix:
    """Set words, letters, vectors and rules side by side."""
    from scipy import sparse

    told = [counter.transform(texts) for counter in counters if len(counter.vocabulary_)]
    parts = [*told, sparse.csr_matrix(VECTOR_WEIGHT * vectors), sparse.csr_matrix(RULE_WEIGHT * met)]
    return sparse.hstack(parts).tocsr()


@cache
def read_classifiers() -> tuple[Classifier, ...]:
    """Return the shipped models, on vectors alone; `models/README.md` tells what they were trained on."""
    return _classifiers(json.loads(_FILE.read_text("utf-8"))["signals"])


def _classifiers(table: dict[str, dict[str, Any]]) -> tuple[Classifier, ...]:
    return tuple(
        Classifier(signal, **{**model, "weights": np.array(model["weights"])})
        for signal, model in table.items()
    )
