"""Judge many sentences fast: a student of the slow classifier, taught on the archive's own sentences."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from .classifier import SignalModel

Floats = npt.NDArray[np.float64]

READ_ALL = 2_500
"""Sentences up to which the classifier reads all (3 s on two cores)."""
TAUGHT = 1_000
"""Sentences of a larger archive that it reads to teach the student."""
CLOSE = 25
"""Of so many sentences it reads one more, the closest calls of the student; as many as it taught at least."""
_RIDGE = 0.1
_BITS = 18
_BLOCK = 20_000
_ODD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
"""Multipliers of Fibonacci hashing (Knuth 1973, 6.4)."""
_WIDEST = 6.0
"""Log odds beyond which the classifier's certainty teaches nothing."""


@dataclass(frozen=True)
class Student:
    """Guesses the classifier's log odds from the tokens of a sentence and from pairs of neighbours.

    Attributes
    ----------
    weights : ndarray, shape (2 ** 18, signals)
        What each token and each pair, by its hash, adds.
    intercept, spread : ndarray, shape (signals,)
        Mean log odds, and standard deviation of what the student gets wrong on sentences held out.
    """

    weights: Floats
    intercept: Floats
    spread: Floats

    def odds(self, counted: sparse.csr_array) -> Floats:
        """Return the guessed log odds, one row a sentence."""
        guessed: Floats = counted @ self.weights + self.intercept
        return guessed


def estimate_chances(
    sentences: Sequence[str], model: SignalModel, *, progress: bool = False
) -> dict[str, Floats]:
    """Return by signal the chance that the classifier gives each sentence, or that its student expects.

    Parameters
    ----------
    sentences : sequence of str
        All different.
    model : SignalModel
        The classifier, which reads all of at most `READ_ALL` sentences. Of more, it reads `TAUGHT`, drawn by
        a hash of their words, to teach the student, and then the student's closest calls.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    dict of str to ndarray
        In the order of the sentences, which changes no chance.

    Notes
    -----
    Ridge regression in dual form (Saunders et al. 1998); what it gets wrong is measured by leaving each
    sentence out in turn. Nothing that it learned is kept: it serves one archive, one call.
    """
    if len(sentences) <= READ_ALL:
        return _rounded(model.probabilities(sentences, progress=progress))
    signals = [one.signal for one in model.classifiers]
    limits = _logit(np.array([one.least for one in model.classifiers]))
    counted = count_tokens(sentences)
    order = np.argsort([_hash(sentence) for sentence in sentences], kind="stable")
    read = order[:TAUGHT]
    odds = _slow(model, [sentences[at] for at in read], progress=progress)
    student = teach(counted[read], odds)
    guessed = student.odds(counted)
    # how likely the classifier is to disagree with the student, of whatever signal
    doubt = norm.cdf(-np.abs(guessed - limits) / student.spread).sum(axis=1)
    doubt[read] = 0
    # equal doubts by the hash, so that the order of the sentences decides nothing
    closest = order[np.argsort(-doubt[order].round(9), kind="stable")]
    close = closest[: max(TAUGHT, len(sentences) // CLOSE)]
    guessed /= np.sqrt(1 + np.pi * student.spread**2 / 8)  # the mean chance, were its odds to vary so
    guessed[read] = odds
    guessed[close] = _slow(model, [sentences[at] for at in close], progress=progress)
    return _rounded(dict(zip(signals, 1 / (1 + np.exp(-guessed.T)), strict=True)))


@threadpool_limits.wrap(limits=1, user_api="blas")  # more threads wait for each other
def teach(counted: sparse.csr_array, odds: Floats) -> Student:
    """Fit a student to the classifier's log odds of some sentences."""
    odds = odds.clip(-_WIDEST, _WIDEST)
    intercept = odds.mean(axis=0)
    kernel = (counted @ counted.T).toarray()
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    factor = cho_factor(kernel, lower=True)
    dual = cho_solve(factor, odds - intercept)
    wrong = dual / np.diag(cho_solve(factor, np.eye(len(kernel))))[:, None]  # each sentence left out
    return Student(counted.T @ dual, intercept, wrong.std(axis=0) + 1e-6)


def count_tokens(sentences: Sequence[str]) -> sparse.csr_array:
    """Mark which tokens and pairs of neighbours each sentence has, by their hashes; rows of length 1."""
    blocks = [_count_block(sentences[start : start + _BLOCK]) for start in range(0, len(sentences), _BLOCK)]
    return sparse.vstack(blocks, format="csr")


def _count_block(sentences: Sequence[str]) -> sparse.csr_array:
    plain = [sentence.encode(errors="replace").decode() for sentence in sentences]
    tokens = [np.array(one.ids, dtype=np.uint64) for one in _tokenizer().encode_batch_fast(plain)]
    token = np.concatenate(tokens)
    row = np.repeat(np.arange(len(tokens)), [len(one) for one in tokens])
    neighbours = row[:-1] == row[1:]
    pair = (token[:-1] * _ODD[0] + token[1:])[neighbours]
    hashed = (np.concatenate([token, pair]) * _ODD[1]) >> np.uint64(64 - _BITS)
    places = np.sort(np.concatenate([row, row[:-1][neighbours]]) << _BITS | hashed.astype(np.int64))
    places = places[np.diff(places, prepend=-1) > 0]
    row, column = places >> _BITS, places & (1 << _BITS) - 1
    length = np.bincount(row, minlength=len(tokens))
    marks = 1 / np.sqrt(length[row])
    starts = np.concatenate([[0], np.cumsum(length)])
    indices = column.astype(np.int32), starts.astype(np.int32)  # liblinear takes no others
    return sparse.csr_array((marks, *indices), shape=(len(tokens), 1 << _BITS))


@functools.cache
def _tokenizer() -> Any:  # noqa: ANN401
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Path(__file__).parents[1] / "models" / "tokenizer.json"))


def _slow(model: SignalModel, sentences: list[str], *, progress: bool) -> Floats:
    chances = model.probabilities(sentences, progress=progress)
    return _logit(np.column_stack([chances[one.signal] for one in model.classifiers]))


def _logit(chance: Floats) -> Floats:
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    odds: Floats = np.log(safe / (1 - safe))
    return odds


def _rounded(chances: dict[str, Floats]) -> dict[str, Floats]:
    return {signal: chance.round(4) for signal, chance in chances.items()}


def _hash(sentence: str) -> bytes:
    return hashlib.blake2b(sentence.encode(errors="replace"), digest_size=8).digest()
