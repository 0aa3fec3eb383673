"""Hear what no rule was written for: linear models on a sentence's words, rules met and vectors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from .encode import Vectors, encode
from .layers import layer_encoder
from .rules import rule_hits

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

_FILE = Path(__file__).parent / "models" / "signals.json"
RULE_WEIGHT = 0.5
"""How long one rule is beside a sentence's words, which are of length 1."""
_BLOCK = 2_000


@dataclass(frozen=True)
class Classifier:
    """One signal's weights: on words, letters and rules (`counted`), on the sentence's vector, and alone.

    Their sum is the log odds, calibrated on sentences that were held out. `least` is the probability from
    which the signal counts as heard.
    """

    signal: str
    counted: np.ndarray
    vector: np.ndarray
    intercept: float
    least: float

    def probability(self, counted: csr_matrix, vectors: Vectors) -> np.ndarray:
        """Return the chance that people would say the sentence carries the signal, one a row."""
        odds = counted @ self.counted + vectors.astype(np.float64) @ self.vector + self.intercept
        chances: np.ndarray = 1 / (1 + np.exp(-odds))
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
        One a signal, on words, letters and rules, in this order, and on the sentence's vector.
    scores : tuple of dict
        One a signal: how well it is heard on labels that were held out, before and after.
    """

    words: dict[str, float]
    letters: dict[str, float]
    rules: tuple[str, ...]
    classifiers: tuple[Classifier, ...]
    scores: tuple[dict[str, Any], ...]

    def probabilities(
        self, texts: Sequence[str], *, cache: str | None = None, progress: bool = False
    ) -> dict[str, np.ndarray]:
        """Return by signal the chance that people would hear it in each text."""
        chances = {one.signal: np.zeros(len(texts)) for one in self.classifiers}
        starts = range(0, len(texts), _BLOCK) if chances else ()
        for start in tqdm(starts, desc="classifier", disable=not progress):
            block = texts[start : start + _BLOCK]
            hits = rule_hits(block) if self.rules else {}
            met = np.array([hits.get(rule, np.zeros(len(block))) for rule in self.rules])
            counters = word_counter(self.words), letter_counter(self.letters)
            counted = count(counters, block, met.reshape(len(self.rules), len(block)).T)
            vectors = read_layers(block, cache=cache)
            for one in self.classifiers:
                chances[one.signal][start : start + _BLOCK] = one.probability(counted, vectors)
        return chances


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
    if idf:
        counter.idf_ = np.array([*idf.values()])
    elif idf is not None:
        counter.vocabulary_ = {}
    return counter


def count(counters: Sequence[TfidfVectorizer], texts: Sequence[str], met: np.ndarray) -> csr_matrix:
    """Set words, letters and the rules met side by side."""
    from scipy import sparse

    told = [counter.transform(texts) for counter in counters if len(counter.vocabulary_)]
    return sparse.hstack([*told, sparse.csr_matrix(RULE_WEIGHT * met)]).tocsr()


def read_layers(texts: Sequence[str], *, cache: str | None = None, progress: bool = False) -> Vectors:
    """Return the vectors that the classifiers read, shape (n, 1536)."""
    return encode(texts, encoder=layer_encoder(), cache=cache, progress=progress)


@cache
def shipped_model() -> SignalModel:
    """Return the shipped models, on vectors alone; `models/README.md` tells what they were trained on."""
    return SignalModel({}, {}, (), read_classifiers(json.loads(_FILE.read_text("utf-8"))["signals"]), ())


def read_classifiers(signals: list[dict[str, Any]]) -> tuple[Classifier, ...]:
    """Return the classifiers that a file holds, one table each."""
    weights = [{name: np.array(one[name], dtype=float) for name in ("counted", "vector")} for one in signals]
    return tuple(Classifier(**{**one, **arrays}) for one, arrays in zip(signals, weights, strict=True))
