"""Learn the signals from labels of your own archive, keep what was learned in a file, and read it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from insight.files import write_file
from insight.mentions import InsightError

from .attention import Attention, learn_attention
from .classifier import Classifier, SignalModel, as_model, count, letter_counter, word_counter
from .rules import SIGNALS, rule_hits
from .token_embeddings import WIDTH, read_tokens

LEAST_LABELS = 10
"""Sentences with a signal, and as many without, from which it can be learned at all."""
FOLDS = 3


def fit_signals(labels: pd.DataFrame, *, random_state: int = 0, progress: bool = False) -> SignalModel:
    """Learn from labelled sentences how signals sound in this archive; keep what is then detected better.

    Parameters
    ----------
    labels : DataFrame
        Columns text and label (signals, blank between; "-" for none; empty rows are left out), as
        `draw_sentences` and `insight label` give them. Of `rate` (chance with which the sentence was drawn)
        and `detected` (signals detected so far), 1 and the rules' hits stand in where they are missing.
    random_state : int
        Seed of the folds and of the attention.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    SignalModel
        To be given to `find_signals(mentions, model=...)`. It holds the signals with at least ten labelled
        sentences with it, ten without, and a better F1 on held-out labels than before. `scores` says of each
        signal: signal, n, n_true, precision, recall, f1 (held out), f1_before, used.

    Raises
    ------
    InsightError
        If columns are missing, a label is no signal, or no signal has enough labels.

    Notes
    -----
    A logistic regression on words, runs of letters and the rules' hits; and heads of attention over the
    encoder's tokens after its second, fourth and last layer, learned for all signals together
    (`learn_attention`). In both, rare and common classes weigh alike. A logistic regression weighs their
    three-fold held-out scores (stacking, Wolpert 1992) and so calibrates them (Platt 1999); detected from the
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
    texts, truth, weight, before = _labelled(labels)
    counters = [_fitted(counter, texts) for counter in (word_counter(), letter_counter())]
    hits = rule_hits(texts)
    counted = count(counters, texts, np.array([*hits.values()]).T)
    tokens = read_tokens(texts, _half, progress=progress)
    with_it, without = truth.groupby(texts).any().sum(), (~truth).groupby(texts).any().sum()
    enough = [s for s in SIGNALS if min(with_it[s], without[s]) >= LEAST_LABELS]
    if not enough:
        counts = {signal: int(truth[signal].sum()) for signal in SIGNALS if truth[signal].any()}
        raise InsightError(
            f"no signal has {LEAST_LABELS} labelled sentences with it and as many without; found {counts} "
            f"among {len(texts)}. Label more: insight label ARCHIVE -n 300."
        )
    label = truth[enough].to_numpy()
    folds = list(_folds(label, texts, random_state))
    attention, *parts, held = _attend(tokens, label, folds, random_state)
    fits = [
        _fit(signal, counted, tuple(part[..., at] for part in (*parts, held)), label[:, at], weight,
             before[signal].to_numpy(), folds)
        for at, signal in enumerate(enough)
    ]  # fmt: skip
    words, letters = (
        dict(zip(counter.get_feature_names_out().tolist(), counter.idf_.tolist(), strict=True))
        if len(counter.vocabulary_)
        else {}
        for counter in counters
    )
    used = tuple(classifier for classifier, score in fits if score["used"])
    return SignalModel(words, letters, tuple(hits), attention, used, tuple(score for _, score in fits))


def _labelled(labels: pd.DataFrame) -> tuple[list[str], pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Return texts, what is true and what was detected by signal, and weights, whatever the order of rows."""
    missing = [name for name in ("text", "label") if name not in labels.columns]
    if missing:
        raise InsightError(f"labels lack the columns {missing}; found {sorted(map(str, labels.columns))}.")
    done = labels[labels["label"].fillna("").astype("str") != ""]
    done = done.sort_values(["text", "label"], ignore_index=True)
    unknown = sorted({word for label in done["label"] for word in label.split()} - {*SIGNALS, "-"})
    if unknown:
        raise InsightError(f"{unknown} are no signals; label with {list(SIGNALS)}, or '-' for none of them.")
    texts = done["text"].astype("str").tolist()
    truth = pd.DataFrame({s: [s in label.split() for label in done["label"]] for s in SIGNALS})
    if "detected" in done.columns:
        before = pd.DataFrame(
            {s: [s in said.split() for said in done["detected"].fillna("")] for s in SIGNALS}
        )
    else:
        hits = rule_hits(texts)
        met = {s: [hit for rule, hit in hits.items() if rule.startswith(f"{s}: ")] for s in SIGNALS}
        before = pd.DataFrame({s: np.any(met[s], axis=0) for s in SIGNALS})
    weight = 1 / done["rate"].to_numpy(float) if "rate" in done.columns else np.ones(len(done))
    return texts, truth, weight, before


def _fitted(counter: Any, texts: list[str]) -> Any:  # noqa: ANN401
    try:
        return counter.fit(texts)
    except ValueError:  # too few texts share a word
        counter.vocabulary_ = {}
        return counter


def _half(tokens: np.ndarray) -> np.ndarray:
    return tokens.astype(np.float16)  # three thousand sentences in 200 MB


def _folds(label: np.ndarray, texts: list[str], random_state: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Split the rows: equal texts together, the rarest signal of each row spread evenly."""
    from sklearn.model_selection import StratifiedGroupKFold

    rarity = np.where(label, 1 / label.sum(axis=0), 0)
    rarest = np.where(label.any(axis=1), rarity.argmax(axis=1), -1)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=random_state)
    yield from folds.split(label, rarest, texts)


def _attend(
    tokens: Sequence[np.ndarray],
    label: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
    random_state: int,
) -> tuple[Attention, np.ndarray, np.ndarray, np.ndarray]:
    """Learn the heads on everything; return them, what signals make of them, and log odds held out."""
    truth, held = label.astype(float), np.zeros(label.shape)
    for known, left in folds:
        heads, weights, intercept = learn_attention(
            [tokens[at] for at in known], truth[known], random_state=random_state
        )
        held[left] = np.array([heads.read(tokens[at]) for at in left]) @ weights + intercept
    return *learn_attention(tokens, truth, random_state=random_state), held


def _fit(
    signal: str,
    counted: Any,  # noqa: ANN401
    heads: tuple[np.ndarray, ...],
    label: np.ndarray,
    weight: np.ndarray,
    before: np.ndarray,
    folds: list[tuple[np.ndarray, np.ndarray]],
) -> tuple[Classifier, dict[str, Any]]:
    """Learn from what is counted; weigh both views, calibrate, cut and score them on what was held out."""
    from sklearn.linear_model import LogisticRegression

    attended, attended_intercept, attended_held = heads
    held = np.column_stack([np.zeros(len(label)), attended_held])
    for known, left in folds:
        weights, intercept = _learn(counted[known], label[known])
        held[left, 0] = counted[left] @ weights + intercept
    stack = LogisticRegression().fit(held, label, sample_weight=weight)
    chances = stack.predict_proba(held)[:, 1]
    least = _best_cut(chances, weight)
    after, now = _agreement(label, chances >= least, weight), _agreement(label, before, weight)
    score = {"signal": signal, "n": len(label), "n_true": int(label.sum()), **after}
    score |= {"f1_before": now["f1"], "used": bool(after["f1"] > now["f1"])}
    weights, intercept = _learn(counted, label)
    (a, b), shift = (
        stack.coef_[0],
        float(stack.intercept_[0] + stack.coef_[0] @ [intercept, attended_intercept]),
    )
    return Classifier(signal, np.round(a * weights, 5), np.round(b * attended, 5), shift, least), score


def _learn(counted: Any, label: np.ndarray) -> tuple[np.ndarray, float]:  # noqa: ANN401
    """Return what a logistic regression gives each word, run of letters and rule, and its intercept."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(
        C=2.0, class_weight="balanced", solver="liblinear", dual=True, tol=1e-2, max_iter=300, random_state=0
    ).fit(counted, label)
    return fitted.coef_[0], float(fitted.intercept_[0])


def _best_cut(chances: np.ndarray, weight: np.ndarray) -> float:
    """Return the probability from which hearing the signal promises the best F1."""
    order = np.argsort(-chances, kind="stable")
    likely, heavy = (chances * weight)[order], weight[order]
    promised = 2 * np.cumsum(likely) / (np.cumsum(heavy) + likely.sum())
    return float(chances[order][int(np.argmax(promised))])


def _agreement(label: np.ndarray, guess: np.ndarray, weight: np.ndarray) -> dict[str, float]:
    both, detected, true = (float(weight[rows].sum()) for rows in (label & guess, guess, label))
    return {
        "precision": both / detected if detected else np.nan,
        "recall": both / true if true else np.nan,
        "f1": 2 * both / (detected + true) if detected + true else np.nan,
    }


def learn_beside(labels: pd.DataFrame, path: Path) -> str:
    """Fit, write the model beside the labels at `path`, and say how well it detects."""
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
    ...     blind = Attention(np.zeros((1152, 0)), np.zeros((1152, 0)), np.zeros(0))
    ...     write_signal_model(SignalModel({}, {}, (), blind, (), ()), f"{folder}/model.json")
    ...     read_signal_model(f"{folder}/model.json").classifiers
    ()
    """
    table = {
        "encoder": _encoder(),
        "words": model.words,
        "letters": model.letters,
        "rules": model.rules,
        "attention": {
            name: part.astype(float).round(3).tolist() for name, part in vars(model.attention).items()
        },
        "signals": [
            {**vars(one), "counted": one.counted.tolist(), "heads": one.heads.tolist()}
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
        return as_model(table)
    except FileNotFoundError as error:
        raise InsightError(f"{path} cannot be read as a signal model: no such file.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InsightError(f"{path} cannot be read as a signal model: {error!r}.") from error


def _encoder() -> str:
    from insight.text.encode import _SHA256

    return hashlib.sha256(json.dumps({**_SHA256, "read": f"{WIDTH} a token"}).encode()).hexdigest()[:16]
