"""Learn the signals from labels of your own archive, keep what was learned in a file, and read it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .classifier import (
    Classifier,
    SignalModel,
    count,
    letter_counter,
    read_classifiers,
    read_layers,
    word_counter,
)
from .encode import Vectors
from .files import write_file
from .mentions import InsightError
from .rules import SIGNALS, rule_hits

LEAST_LABELS = 10
"""Sentences with a signal, and as many without, from which it can be learned at all."""
FOLDS = 3
_LENGTH = 2.0
"""How far the vectors lie from their middle, on average, when they are learned from."""


def fit_signals(
    labels: pd.DataFrame, *, random_state: int = 0, cache: str | None = None, progress: bool = False
) -> SignalModel:
    """Learn from labelled sentences how signals sound in this archive; keep what then is heard better.

    Parameters
    ----------
    labels : DataFrame
        Columns text and label (signals, blank between; "-" for none; empty rows are left out), as
        `draw_sentences` and `insight label` give them. Of `rate` (chance with which the sentence was drawn)
        and `heard` (signals heard so far), 1 and the rules' hits stand in where they are missing.
    random_state : int
        Seed of the folds.
    cache : str or None
        Folder of vectors, see `encode`.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    SignalModel
        To be given to `find_signals(mentions, model=...)`. It holds the signals with at least ten labelled
        sentences with it, ten without, and a better F1 on held-out labels than before. `scores` tells of each
        signal: signal, n, n_true, precision, recall, f1 (held out), f1_before, used.

    Raises
    ------
    InsightError
        If columns are missing, a label is no signal, or no signal has enough labels.

    Notes
    -----
    Two logistic regressions, rare and common classes weighing alike: one on words, runs of letters and the
    rules' hits, one on the encoder's tokens after its second, fourth and last layer. A third weighs their
    three-fold held-out scores (stacking, Wolpert 1992) and so calibrates them (Platt 1999); heard from the
    probability that promises the best F1. Figures weigh by the inverse of the rate.

    Examples
    --------
    >>> labels = pd.DataFrame({
    ...     "text": [f"The {part} of mine went {end}" for part in ("lid", "cup", "jug", "base", "seal")
    ...              for end in ("soft", "dark", "to my sister", "to town")],
    ...     "label": ["complaint", "complaint", "-", "-"] * 5})
    >>> model = fit_signals(labels)
    >>> [classifier.signal for classifier in model.classifiers]
    ['complaint']
    """
    texts, told, weight, before = _labelled(labels)
    counters = [word_counter(), letter_counter()]
    counters = [_fitted(counter, texts) for counter in counters]
    hits = rule_hits(texts)
    counted = count(counters, texts, np.array([*hits.values()]).T)
    vectors = read_layers(texts, cache=cache, progress=progress)
    enough = [s for s in SIGNALS if min(told[s].sum(), (~told[s]).sum()) >= LEAST_LABELS]
    if not enough:
        counts = {signal: int(told[signal].sum()) for signal in SIGNALS if told[signal].any()}
        raise InsightError(
            f"no signal has {LEAST_LABELS} labelled sentences with it and as many without; found {counts} "
            f"among {len(texts)}. Label more: insight label ARCHIVE -n 300."
        )
    fits = [
        _fit(
            signal,
            (counted, vectors),
            told[signal].to_numpy(),
            weight,
            before[signal].to_numpy(),
            texts,
            random_state,
        )
        for signal in enough
    ]
    words, letters = (
        dict(zip(counter.get_feature_names_out().tolist(), counter.idf_.tolist(), strict=True))
        if len(counter.vocabulary_)
        else {}
        for counter in counters
    )
    used = tuple(classifier for classifier, score in fits if score["used"])
    return SignalModel(words, letters, tuple(hits), used, tuple(score for _, score in fits))


def _labelled(labels: pd.DataFrame) -> tuple[list[str], pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Return texts, what is true and what was heard by signal, and weights, whatever the order of rows."""
    missing = [name for name in ("text", "label") if name not in labels.columns]
    if missing:
        raise InsightError(f"labels lack the columns {missing}; found {sorted(map(str, labels.columns))}.")
    done = labels[labels["label"].fillna("").astype("str") != ""]
    done = done.sort_values(["text", "label"], ignore_index=True)
    unknown = sorted({word for label in done["label"] for word in label.split()} - {*SIGNALS, "-"})
    if unknown:
        raise InsightError(f"{unknown} are no signals; label with {list(SIGNALS)}, or '-' for none of them.")
    texts = done["text"].astype("str").tolist()
    told = pd.DataFrame({s: [s in label.split() for label in done["label"]] for s in SIGNALS})
    if "heard" in done.columns:
        before = pd.DataFrame({s: [s in said.split() for said in done["heard"].fillna("")] for s in SIGNALS})
    else:
        hits = rule_hits(texts)
        met = {s: [hit for rule, hit in hits.items() if rule.startswith(f"{s}: ")] for s in SIGNALS}
        before = pd.DataFrame({s: np.any(met[s], axis=0) for s in SIGNALS})
    weight = 1 / done["rate"].to_numpy(float) if "rate" in done.columns else np.ones(len(done))
    return texts, told, weight, before


def _fitted(counter: Any, texts: list[str]) -> Any:  # noqa: ANN401
    try:
        return counter.fit(texts)
    except ValueError:  # too few texts share a word
        counter.vocabulary_ = {}
        return counter


def _fit(
    signal: str,
    views: tuple[Any, Vectors],
    label: np.ndarray,
    weight: np.ndarray,
    before: np.ndarray,
    texts: list[str],
    random_state: int,
) -> tuple[Classifier, dict[str, Any]]:
    """Fit each view on everything; weigh, calibrate, cut and score them on what was held out."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold

    held = np.zeros((len(label), len(views)))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=random_state)
    for known, left in folds.split(held, label, texts):
        for at, (view, learn) in enumerate(zip(views, _LEARN, strict=True)):
            weights, intercept = learn(view[known], label[known])
            held[left, at] = view[left] @ weights + intercept
    stack = LogisticRegression().fit(held, label, sample_weight=weight)
    chances = stack.predict_proba(held)[:, 1]
    least = _best_cut(chances, weight)
    after, now = _agreement(label, chances >= least, weight), _agreement(label, before, weight)
    score = {"signal": signal, "n": len(label), "n_true": int(label.sum()), **after}
    score |= {"f1_before": now["f1"], "used": bool(after["f1"] > now["f1"])}
    parts = [learn(view, label) for view, learn in zip(views, _LEARN, strict=True)]
    counted, vector = (
        np.round(share * weights, 5) for share, (weights, _) in zip(stack.coef_[0], parts, strict=True)
    )
    shift = sum(share * intercept for share, (_, intercept) in zip(stack.coef_[0], parts, strict=True))
    return Classifier(signal, counted, vector, float(stack.intercept_[0] + shift), least), score


def learn_counted(told: Any, label: np.ndarray) -> tuple[np.ndarray, float]:  # noqa: ANN401
    """Return what a logistic regression gives each word, run of letters and rule, and its intercept."""
    fitted = _regression(2.0).fit(told, label)
    return fitted.coef_[0], float(fitted.intercept_[0])


def learn_vector(vectors: Vectors, label: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what a logistic regression gives each number of the vectors, and its intercept."""
    middle = vectors.mean(axis=0, dtype=float)
    scale = _LENGTH / (np.sqrt(((vectors - middle) ** 2).sum(axis=1).mean()) or 1.0)
    fitted = _regression(1.0).fit((vectors - middle) * scale, label)
    weights = fitted.coef_[0] * scale
    return weights, float(fitted.intercept_[0] - weights @ middle)


def _regression(strength: float) -> Any:  # noqa: ANN401
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=strength, class_weight="balanced", solver="liblinear", dual=True, tol=1e-2, max_iter=300,
        random_state=0,
    )  # fmt: skip


_LEARN: tuple[Callable[[Any, np.ndarray], tuple[np.ndarray, float]], ...] = learn_counted, learn_vector


def _best_cut(chances: np.ndarray, weight: np.ndarray) -> float:
    """Return the probability from which hearing the signal promises the best F1."""
    order = np.argsort(-chances, kind="stable")
    likely, heavy = (chances * weight)[order], weight[order]
    promised = 2 * np.cumsum(likely) / (np.cumsum(heavy) + likely.sum())
    return float(chances[order][int(np.argmax(promised))])


def _agreement(label: np.ndarray, guess: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    both, heard, true = (float(weight[rows].sum()) for rows in (label & guess, guess, label))
    return {
        "precision": both / heard if heard else np.nan,
        "recall": both / true if true else np.nan,
        "f1": 2 * both / (heard + true) if heard + true else np.nan,
    }


def learn_beside(labels: pd.DataFrame, path: Path) -> str:
    """Fit, write the model beside the labels at `path`, and say how well it hears."""
    try:
        model = fit_signals(labels)
    except InsightError as error:
        return f"\nNothing learned yet: {error}"
    learned = path.with_suffix(".model.json")
    write_signal_model(model, learned)
    scores = pd.DataFrame(list(model.scores)).to_string(index=False, float_format="{:.2f}".format)
    return f"\n{scores}\n{learned}: find_signals(mentions, model=read_signal_model({str(learned)!r}))"


def write_signal_model(model: SignalModel, path: str | Path) -> None:
    """Write what `fit_signals` learned to a JSON file, to be kept beside the archive.

    Parameters
    ----------
    model : SignalModel
        As `fit_signals` returns it.
    path : str or Path
        The file, replaced whole. It holds single words and pairs of words that two labelled sentences share:
        keep it as safe as the archive.

    Returns
    -------
    None

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_signal_model(SignalModel({}, {}, (), (), ()), f"{folder}/model.json")
    ...     read_signal_model(f"{folder}/model.json").classifiers
    ()
    """
    table = {
        "encoder": _encoder(),
        "words": model.words,
        "letters": model.letters,
        "rules": model.rules,
        "signals": [
            {**vars(one), "counted": one.counted.tolist(), "vector": one.vector.tolist()}
            for one in model.classifiers
        ],
        "scores": model.scores,
    }
    write_file(path, json.dumps(table, ensure_ascii=False).encode())


def read_signal_model(path: str | Path) -> SignalModel:
    """Read a model that `write_signal_model` wrote.

    Parameters
    ----------
    path : str or Path
        The JSON file.

    Returns
    -------
    SignalModel
        As it was fitted.

    Raises
    ------
    InsightError
        If there is no such file, it holds something else, or it was made for another encoder.

    Examples
    --------
    >>> read_signal_model("no-such-model.json")
    Traceback (most recent call last):
    insight.mentions.InsightError: no-such-model.json cannot be read as a signal model: no such file.
    """
    try:
        table = json.loads(Path(path).read_text("utf-8"))
        if table["encoder"] != _encoder():
            raise InsightError(f"{path} was fitted with another encoder; fit it again: fit_signals(labels).")
        classifiers = read_classifiers(table["signals"])
        return SignalModel(
            table["words"], table["letters"], tuple(table["rules"]), classifiers, tuple(table["scores"])
        )
    except FileNotFoundError as error:
        raise InsightError(f"{path} cannot be read as a signal model: no such file.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InsightError(f"{path} cannot be read as a signal model: {error!r}.") from error


def _encoder() -> str:
    from .encode import _SHA256

    return hashlib.sha256(json.dumps({**_SHA256, "read": "layers 2, 4, 6"}).encode()).hexdigest()[:16]
