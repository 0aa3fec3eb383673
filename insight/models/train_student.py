"""Make student.npz: what guesses from the words of a sentence the chances that signals.json gives it.

python insight/models/train_student.py SENTENCES FOLDER

SENTENCES and FOLDER as for `train_signals.py`: the same sentences are read, none else. What the classifier
says of them is the only label. The same files give the same bytes. Prints how far the student agrees with the
classifier on invented sentences that were held out.
"""
# ruff: noqa: T201

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, cg
from train_signals import read_invented, read_labelled

from insight.signals.classifier import shipped_model
from insight.signals.hashed_words import count_words, word_columns
from insight.signals.token_embeddings import read_tokens

RIDGE, SIMILAR = 0.3, 3.0
"""Of the regression, and how far words that the encoder holds to be similar are taken for one another."""
WIDEST = 6.0
FOLDS, DIMENSIONS = 3, 64
FIRST_WORD = 999
"""Number of the first piece in the encoder's vocabulary that is neither a mark nor unused."""


def main() -> None:
    """Train, print how well it went, and write the file."""
    invented, labelled = map(Path, sys.argv[1:3])
    known = pd.concat([read_invented(invented / "train.tsv"), *read_labelled(labelled)], ignore_index=True)
    known = known.drop_duplicates("text", ignore_index=True)
    held = read_invented(invented / "held_out.tsv")["text"].tolist()
    texts = known["text"].tolist()
    wanted = slow_odds(texts)
    words = vocabulary()
    vectors = word_vectors(words)
    spread = np.zeros(wanted.shape)
    fold = pd.factorize(known["group"])[0] % FOLDS
    for left in range(FOLDS):
        rows = np.flatnonzero(fold != left)
        weights, intercept = fit([texts[at] for at in rows], wanted[rows], words, vectors)
        out = np.flatnonzero(fold == left)
        guessed = count_words([texts[at] for at in out]) @ weights + intercept
        spread[out] = guessed - wanted[out]
    weights, intercept = fit(texts, wanted, words, vectors)
    scale = np.abs(weights).max(axis=0) / 127
    target = Path(__file__).with_name("student.npz")
    whole = np.rint(weights / scale).astype(np.int8)
    np.savez_compressed(
        target, weights=whole, scale=scale.astype(np.float32), intercept=intercept.round(4),
        spread=spread.std(axis=0).round(4),
    )  # fmt: skip
    guessed, truth = count_words(held) @ (whole * scale) + intercept, slow_odds(held)
    for at, one in enumerate(shipped_model().classifiers):
        limit = np.log(one.least / (1 - one.least))
        both = np.corrcoef(guessed[:, at], truth[:, at])[0, 1]
        same = np.mean((guessed[:, at] >= limit) == (truth[:, at] >= limit))
        print(f"held out {one.signal}: r {both:.3f}, same side {same:.3f}, spread {spread[:, at].std():.2f}")
    print("for student.py:", hashlib.sha256(target.read_bytes()).hexdigest())


def slow_odds(texts: list[str]) -> np.ndarray:
    """Return the classifier's log odds, no wider than teach anything."""
    model = shipped_model()
    found = model.probabilities(texts, progress=True)
    chance = np.column_stack([found[one.signal] for one in model.classifiers]).clip(1e-9, 1 - 1e-9)
    return np.log(chance / (1 - chance)).clip(-WIDEST, WIDEST)


def vocabulary() -> list[str]:
    """Return the whole words that the encoder knows."""
    content = json.loads(Path(__file__).with_name("tokenizer.json").read_text("utf-8"))
    pieces = sorted(content["model"]["vocab"].items(), key=lambda piece: piece[1])
    return [word for word, at in pieces if at >= FIRST_WORD and word.isascii() and word.isalnum()]


def word_vectors(words: list[str]) -> np.ndarray:
    """Return what the encoder holds of each word, in few dimensions."""
    vectors = np.array(read_tokens(words, lambda tokens: tokens[1:-1].mean(axis=0)), dtype=float)
    vectors = (vectors - vectors.mean(axis=0)) / (vectors.std(axis=0) + 1e-6)
    axes = np.linalg.eigh(vectors.T @ vectors)[1][:, -DIMENSIONS:]
    return vectors @ axes * np.sqrt(SIMILAR / vectors.shape[1])


def fit(
    texts: list[str], wanted: np.ndarray, words: list[str], vectors: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return weights by hash, and the intercept: ridge regression on words and on what they are similar to.

    So a word that no sentence has weighs what similar words do.
    """
    counted = count_words(texts)
    places = word_columns(words), np.arange(len(words))
    similar = csr_array((np.ones(len(words)), places), (counted.shape[1], len(words)))
    likeness = (counted @ similar) @ vectors
    intercept = wanted.mean(axis=0)
    across = counted.T.tocsr()
    kernel = LinearOperator(
        (len(texts), len(texts)),
        matvec=lambda row: counted @ (across @ row) + likeness @ (likeness.T @ row) + RIDGE * row,
    )
    dual = np.column_stack([cg(kernel, one, rtol=1e-3, maxiter=200)[0] for one in (wanted - intercept).T])
    return across @ dual + similar @ (vectors @ (likeness.T @ dual)), intercept
