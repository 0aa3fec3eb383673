"""Learn which tokens of a sentence to look at: attention over what a frozen encoder says of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]

NETS, HEADS = 5, 32
"""Networks that are learned side by side and averaged, and heads of each, every one for a cue."""
_BATCH = 32
_EPOCHS, _STEPS = 4, 150
"""Times that every sentence is seen, and steps that are taken at least, however few there are."""
_RATE = 3e-3
_MEMORY = 0.9, 0.99
_KEPT = 0.5
"""Share of the heads that each sentence is learned by; the others are dropped (Srivastava et al. 2014)."""
_SAMPLE = 500


@dataclass(frozen=True)
class Attention:
    """Heads that each look at the tokens with a high `score` and return what `value` finds there.

    Attributes
    ----------
    score, value : ndarray, shape (numbers a token, heads)
        A head weighs the tokens by the softmax of their scores and takes the mean of their values above 0.
    bias : ndarray, shape (heads,)
        Added to the values.
    """

    score: Floats
    value: Floats
    bias: Floats

    def read(self, tokens: Floats) -> Floats:
        """Return the value of each head for one sentence, shape (heads,)."""
        looks = tokens @ self.score
        share = np.exp(looks - looks.max(axis=0))
        values: Floats = (share * np.maximum(tokens @ self.value + self.bias, 0)).sum(axis=0) / share.sum(
            axis=0
        )
        return values


def learn_attention(
    tokens: Sequence[Floats], labels: Floats, *, random_state: int = 0
) -> tuple[Attention, Floats, Floats]:
    """Learn heads that all signals share, and what each signal makes of them.

    Parameters
    ----------
    tokens : sequence of ndarray, shape (tokens, numbers)
        One a sentence.
    labels : ndarray, shape (n, signals)
        1 where the sentence carries the signal, 0 where not, nan where it is unknown.
    random_state : int
        Seed of the start, of the order and of what is dropped.

    Returns
    -------
    tuple of Attention, ndarray of shape (heads, signals), ndarray of shape (signals,)
        The heads, and the weights and the intercepts of the log odds.

    Notes
    -----
    One hidden layer pooled by attention (Bahdanau et al. 2015, Ilse et al. 2018), logistic losses in which
    rare and common classes weigh alike, Adam (Kingma and Ba 2015) with a rate that falls to nothing, dropout.
    The log odds are the mean of five such networks, which differ by their start.
    """
    rng = np.random.default_rng(random_state)
    sample = np.concatenate(tokens[:: len(tokens) // _SAMPLE + 1]).astype(np.float32)
    middle, spread = sample.mean(axis=0), sample.std(axis=0) + 1e-6
    n, n_signals = labels.shape
    learned = _start(len(middle), n_signals, rng)
    share = np.nanmean(labels, axis=0)
    weigh = np.where(np.isnan(labels), 0, np.where(labels == 1, 0.5 / share, 0.5 / (1 - share)))
    epochs = max(_EPOCHS, -(-_STEPS * _BATCH // n))
    order = np.concatenate([rng.permutation(n) for _ in range(epochs)])
    batches = np.array_split(order, -(-len(order) // _BATCH))
    means, squares = ([np.zeros_like(one) for one in learned] for _ in range(2))
    for step, batch in enumerate(batches):
        lengths = np.array([len(tokens[at]) for at in batch])
        seen = (np.concatenate([tokens[at] for at in batch]).astype(np.float32) - middle) / spread
        kept = (rng.random((len(batch), NETS * HEADS)) < _KEPT) / np.float32(_KEPT)
        slopes = _slopes(learned, seen, lengths, np.nan_to_num(labels[batch]), weigh[batch], kept)
        rate = _RATE * (1 - step / len(batches))
        for one, slope, mean, square in zip(learned, slopes, means, squares, strict=True):
            mean += (1 - _MEMORY[0]) * (slope - mean)
            square += (1 - _MEMORY[1]) * (slope**2 - square)
            first, second = (1 - memory ** (step + 1) for memory in _MEMORY)
            one -= rate * (mean / first) / (np.sqrt(square / second) + 1e-8)
    score, value, bias, weights, intercept = learned
    score, value = score / spread[:, None], value / spread[:, None]
    # rounded here, so that a file holds what was measured
    heads = (np.round(part, 3).astype(np.float32) for part in (score, value, bias - middle @ value))
    average = weights.reshape(NETS * HEADS, n_signals).astype(float) / NETS
    return Attention(*heads), average, intercept.mean(axis=0, dtype=float)


def _start(n_numbers: int, n_signals: int, rng: np.random.Generator) -> list[Floats]:
    """Return score, value, bias, weights and intercept to begin with: heads that look at all tokens alike."""
    shapes = (n_numbers, NETS * HEADS), (n_numbers, NETS * HEADS), (NETS, HEADS, n_signals)
    scale = 0.1 / np.sqrt(n_numbers), 1 / np.sqrt(n_numbers), 1 / np.sqrt(HEADS)
    score, value, weights = (
        (one * rng.standard_normal(shape)).astype(np.float32)
        for one, shape in zip(scale, shapes, strict=True)
    )
    bias, intercept = np.zeros(NETS * HEADS, np.float32), np.zeros((NETS, n_signals), np.float32)
    return [score, value, bias, weights, intercept]


def _slopes(
    learned: list[Floats],
    seen: Floats,
    lengths: npt.NDArray[np.int64],
    label: Floats,
    weigh: Floats,
    kept: Floats,
) -> list[Floats]:
    """Return the slopes of the mean loss of some sentences, whose tokens stand one below the other."""
    score, value, bias, weights, intercept = learned
    first = np.cumsum(lengths) - lengths
    looks = seen @ score
    share = np.exp(looks - np.repeat(np.maximum.reduceat(looks, first), lengths, axis=0))
    share /= np.repeat(np.add.reduceat(share, first), lengths, axis=0)
    found = np.maximum(seen @ value + bias, 0)
    pooled = np.add.reduceat(share * found, first)
    by_net = np.swapaxes((pooled * kept).reshape(len(label), *weights.shape[:2]), 0, 1)
    chance = 1 / (1 + np.exp(-(by_net @ weights + intercept[:, None])))
    wrong = ((chance - label) * weigh / len(label)).astype(seen.dtype)
    wanted = np.swapaxes(wrong @ np.swapaxes(weights, 1, 2), 0, 1).reshape(kept.shape)
    back = share * np.repeat(kept * wanted, lengths, axis=0)
    to_value = back * (found > 0)
    to_score = back * (found - np.repeat(pooled, lengths, axis=0))
    return [
        seen.T @ to_score,
        seen.T @ to_value,
        to_value.sum(axis=0),
        np.swapaxes(by_net, 1, 2) @ wrong,
        wrong.sum(axis=1),
    ]
