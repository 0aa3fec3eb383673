"""Detect what no rule was written for: linear models on words, rules met and what attention finds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from insight.mentions import InsightError

from .attention import Attention
from .rules import rule_hits
from .token_embeddings import read_tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

_FILE = Path(__file__).parents[1] / "models" / "signals.json"
_SHA256 = "325f53b4902578a6c59059fdf674bfb65a503efbed107414ed79db7ad72e3f99"
RULE_WEIGHT = 0.5
"""How long one rule is beside a sentence's words, which are of length 1."""
_BLOCK = 2_000


@dataclass(frozen=True)
class Classifier:
    """One signal's weights: on words, letters and rules (`counted`), on the value of each head, and alone.

    Their sum is the log odds, calibrated on sentences that were held out. `least` is the probability from
    which the signal counts as detected.
    """

    signal: str
    counted: np.ndarray
    heads: np.ndarray
    intercept: float
    least: float

    def probability(self, counted: csr_matrix, heads: np.ndarray) -> np.ndarray:
        """Return the chance that people would say the sentence carries the signal, one a row."""
        odds = counted @ self.counted + heads @ self.heads + self.intercept
        chances: np.ndarray = 1 / (1 + np.exp(-odds))
        return chances


@dataclass(frozen=True)
class SignalModel:
    """What `fit_signals` learned from labels of your own; `find_signals(mentions, model=...)` applies it.

    Attributes
    ----------
    words, letters : dict of str to float
        Words and pairs of words, and runs of 2 to 5 letters, with their inverse document frequencies.
    rules : tuple of str
        Rules of `signals.toml` that were features, as "signal: name".
    attention : Attention
        Heads that look at the tokens of a sentence.
    classifiers : tuple of Classifier
        One a signal, on words, letters and rules, in this order, and on the values of the heads.
    scores : tuple of dict
        One a signal: how well it is detected on labels that were held out, before and after.
    """

    words: dict[str, float]
    letters: dict[str, float]
    rules: tuple[str, ...]
    attention: Attention
    classifiers: tuple[Classifier, ...]
    scores: tuple[dict[str, Any], ...]

    def probabilities(self, texts: Sequence[str], *, progress: bool = False) -> dict[str, np.ndarray]:
        """Return by signal the probability that people would find it in each text."""
        chances = {one.signal: np.zeros(len(texts)) for one in self.classifiers}
        starts = range(0, len(texts), _BLOCK) if chances else ()
        for start in tqdm(starts, desc="classifier", disable=not progress):
            block = texts[start : start + _BLOCK]
            hits = rule_hits(block) if self.rules else {}
            met = np.array([hits.get(rule, np.zeros(len(block))) for rule in self.rules])
            counters = word_counter(self.words), letter_counter(self.letters)
            counted = count(counters, block, met.reshape(len(self.rules), len(block)).T)
            heads = np.array(read_tokens(block, self.attention.read))
            for one in self.classifiers:
                chances[one.signal][start : start + _BLOCK] = one.probability(counted, heads)
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

    tables = [counter.transform(texts) for counter in counters if len(counter.vocabulary_)]
    return sparse.hstack([*tables, sparse.csr_matrix(RULE_WEIGHT * met)]).tocsr()


@cache
def shipped_model() -> SignalModel:
    """Return the shipped model, which counts nothing; `models/README.md` says what it was trained on."""
    content = _FILE.read_bytes() if _FILE.exists() else b""
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise InsightError(
            f"the bundled model {_FILE.name} is {'damaged' if content else 'missing'}. Install the package "
            "again, or pass layers=('patterns',)."
        )
    return as_model(json.loads(content))


def as_model(table: dict[str, Any]) -> SignalModel:
    """Return the model that a file holds."""
    heads = Attention(**{name: np.array(part, dtype=np.float32) for name, part in table["attention"].items()})
    arrays = [
        {name: np.array(one[name], dtype=float) for name in ("counted", "heads")} for one in table["signals"]
    ]
    used = tuple(Classifier(**{**one, **parts}) for one, parts in zip(table["signals"], arrays, strict=True))
    return SignalModel(
        table["words"], table["letters"], tuple(table["rules"]), heads, used, tuple(table["scores"])
    )
