"""Judge many sentences fast: a student of the slow classifier, shipped, then taught on the archive."""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from scipy.stats import norm
from threadpoolctl import threadpool_limits

from insight.mentions import InsightError

from .classifier import SignalModel
from .hashed_words import count_words

Floats = npt.NDArray[np.float64]

READ_ALL = 2_500
"""Sentences up to which the classifier reads all (3 s on two cores)."""
TAUGHT = 600
"""Sentences of a larger archive that it reads to teach the student."""
CLOSEST, CLOSE = 800, 80
"""Sentences that it reads at least, and of how many it reads one: the closest calls of the student."""
_FILE = Path(__file__).parents[1] / "models" / "student.npz"
_SHA256 = "5b11ee333a13721b87738585fcc3719320f23ff36abe2ae85b238790ad8eb9c6"
_RIDGE = 0.3
_GUESS = 1 / 3
"""How much a guess of the shipped student, in log odds, is beside the words of a sentence, of length 1."""
_SURE = 3
"""Standard errors from a limit at which a guess of the shipped student is taken at its word."""
_AT_ONCE = 4
"""Sentences that are read before it is asked again whether more are needed."""
_WIDEST = 6.0
"""Log odds beyond which the classifier's certainty teaches nothing."""


@dataclass(frozen=True)
class Student:
    """Guesses the classifier's log odds from the words of a sentence and from pairs of neighbours.

    Attributes
    ----------
    weights : ndarray, shape (2 ** 18, signals)
        What each word and each pair, by its hash, adds.
    intercept, spread : ndarray, shape (signals,)
        Mean log odds, and standard deviation of what the student gets wrong on sentences held out.
    """

    weights: npt.NDArray[np.floating]
    intercept: Floats
    spread: Floats

    def odds(self, counted: sparse.csr_array) -> Floats:
        """Return the guessed log odds, one row a sentence."""
        guessed: Floats = counted @ self.weights + self.intercept
        return guessed


@functools.cache
def shipped_student() -> Student:
    """Return the student that was taught on invented and on licensed sentences; see `models/README.md`."""
    content = _FILE.read_bytes() if _FILE.exists() else b""
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise InsightError(
            f"the bundled model {_FILE.name} is {'damaged' if content else 'missing'}. Install the package "
            "again, or pass layers=('patterns',)."
        )
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        weights = file["weights"].astype(np.float32) * file["scale"]
        return Student(weights, file["intercept"], file["spread"])


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
    Ridge regression in dual form (Saunders et al. 1998) from words and from the guess of the shipped student;
    what it gets wrong is measured by leaving each sentence out in turn. Nothing that it learned is kept: it
    serves one archive, one call.
    """
    if len(sentences) <= READ_ALL:
        return _rounded(model.probabilities(sentences, progress=progress))
    signals = [one.signal for one in model.classifiers]
    limits = _logit(np.array([one.least for one in model.classifiers]))
    counted = count_words(sentences)
    order = np.argsort([_hash(sentence) for sentence in sentences], kind="stable")
    read = order[:TAUGHT]
    odds = _slow(model, [sentences[at] for at in read], progress=progress)
    student = teach(counted[read], odds, shipped_student())
    guessed = student.odds(counted)
    doubt = _doubt(guessed, limits, student.spread)
    doubt[read] = 0
    # equal doubts by the hash, so that the order of the sentences decides nothing
    closest = order[np.argsort(-doubt[order].round(9), kind="stable")]
    close = closest[: max(CLOSEST, len(sentences) // CLOSE)]
    guessed = _mean_odds(guessed, student.spread)
    guessed[read] = odds
    guessed[close] = _slow(model, [sentences[at] for at in close], progress=progress)
    return _rounded(dict(zip(signals, _chance(guessed).T, strict=True)))


def is_voiced(sentences: Sequence[str], model: SignalModel, signals: Sequence[str], *, least: float) -> bool:
    """Return whether the mean chance that sentences carry one of the signals is at least so much.

    The guess of the shipped student decides where it is clear. Else the classifier reads, the likeliest
    first, and only as many as the answer hangs on.
    """
    student = shipped_student()
    columns = [at for at, one in enumerate(model.classifiers) if one.signal in signals]
    odds = student.odds(count_words(sentences))[:, columns]
    spread = student.spread[columns]
    guessed = _chance(_mean_odds(odds, spread)).max(axis=1)
    lower, upper = (_chance(odds + step * spread).max(axis=1) for step in (-1, 1))
    error = np.sqrt(np.sum((upper - lower) ** 2)) / 2 / len(sentences)
    if abs(guessed.mean() - least) > _SURE * error:
        return bool(guessed.mean() >= least)
    lacking = least * len(sentences)
    order = np.argsort(-guessed, kind="stable")
    for start in range(0, len(order), _AT_ONCE):
        chances = model.probabilities([sentences[at] for at in order[start : start + _AT_ONCE]])
        lacking -= np.max([chances[signal] for signal in signals], axis=0).sum()
        if lacking <= 0 or lacking > len(order) - start - _AT_ONCE:
            break
    return bool(lacking <= 0)


@threadpool_limits.wrap(limits=1, user_api="blas")  # more threads wait for each other
def teach(counted: sparse.csr_array, odds: Floats, known: Student) -> Student:
    """Correct what a student knows by the classifier's log odds of some sentences."""
    guessed = known.odds(counted)
    wanted = odds.clip(-_WIDEST, _WIDEST) - guessed
    shift = wanted.mean(axis=0)
    kernel = (counted @ counted.T).toarray() + _GUESS**2 * guessed @ guessed.T
    kernel[np.diag_indices_from(kernel)] += _RIDGE
    factor = cho_factor(kernel, lower=True)
    dual = cho_solve(factor, wanted - shift)
    wrong = dual / np.diag(cho_solve(factor, np.eye(len(kernel))))[:, None]  # each sentence left out
    mixed = np.eye(len(shift)) + _GUESS**2 * guessed.T @ dual
    return replace(
        known,
        weights=known.weights @ mixed + counted.T @ dual,
        intercept=known.intercept @ mixed + shift,
        spread=wrong.std(axis=0) + 1e-6,
    )


def _doubt(guessed: Floats, limits: Floats, spread: Floats) -> Floats:
    """Return how likely the classifier is to disagree with the student, of whatever signal."""
    doubt: Floats = norm.cdf(-np.abs(guessed - limits) / spread).sum(axis=1)
    return doubt


def _mean_odds(guessed: Floats, spread: Floats) -> Floats:
    """Return the log odds of the mean chance, were those guessed to vary so (MacKay 1992)."""
    mean: Floats = guessed / np.sqrt(1 + np.pi * spread**2 / 8)
    return mean


def _slow(model: SignalModel, sentences: list[str], *, progress: bool) -> Floats:
    chances = model.probabilities(sentences, progress=progress)
    return _logit(np.column_stack([chances[one.signal] for one in model.classifiers]))


def _logit(chance: Floats) -> Floats:
    safe = np.clip(chance, 1e-9, 1 - 1e-9)
    odds: Floats = np.log(safe / (1 - safe))
    return odds


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance


def _rounded(chances: dict[str, Floats]) -> dict[str, Floats]:
    return {signal: chance.round(4) for signal, chance in chances.items()}


def _hash(sentence: str) -> bytes:
    return hashlib.blake2b(sentence.encode(errors="replace"), digest_size=8).digest()
