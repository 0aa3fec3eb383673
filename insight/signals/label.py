"""Check the signals on your own archive: draw sentences, take labels; precision, recall, true shares."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from insight.files import read_cells, unescape_formula, write_table
from insight.mentions import InsightError
from insight.stats.intervals import wilson
from insight.text.clean import split_sentences
from insight.timeline.own_words import own_words

from .rules import SIGNALS

_COLUMNS = ["mention_id", "sentence", "text", "detected", "rate", "label"]
_NUMBERS = {"sentence": "int64", "rate": "float64"}
_EARLIER = {"heard": "detected"}
"""Names of columns in files of earlier versions."""
NONE = "-"
"""The label of a sentence that carries no signal; an empty label is a sentence not labelled yet."""


def draw_sentences(
    mentions: pd.DataFrame, signals: pd.DataFrame, *, n: int = 100, random_state: int = 0
) -> pd.DataFrame:
    """Draw about `n` sentences to label: half of them carry a signal, each signal alike, half carry none.

    Parameters
    ----------
    mentions, signals : DataFrame
        As `read_archive` and `find_signals` return them. Brand and other sides, and reposts, are out.
    n : int
        Sentences to draw; the draw may miss it by a few.
    random_state : int
        Seed. The draw goes by a hash of the sentence, so that the order of rows does not matter.

    Returns
    -------
    DataFrame
        mention_id, sentence (number), text (of the sentence), detected (signals, blank between), rate (chance
        with which the sentence was drawn), label (empty: to be filled with signals, or "-" for none).

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.signals.find_signals import find_signals
    >>> people = {"mention_id": list("ab"), "author_id": list("xy")}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": ["The lid broke", "Off to work"]}))
    >>> sorted(draw_sentences(mentions, find_signals(mentions))[["text", "detected", "rate"]].values.tolist())
    [['Off to work', '', 1.0], ['The lid broke', 'complaint', 1.0]]
    """
    people = own_words(mentions)
    rows = pd.DataFrame(
        [
            (mention_id, number, text[start:end])
            for mention_id, text in zip(people["mention_id"], people["text"], strict=True)
            for number, (start, end) in enumerate(split_sentences(text))
        ],
        columns=_COLUMNS[:3],
    ).astype({"sentence": "int64"})
    detected = signals.astype({"signal": "str"}).groupby(["mention_id", "sentence"])["signal"].agg(" ".join)
    rows = rows.merge(detected.rename("detected").reset_index(), on=["mention_id", "sentence"], how="left")
    rows["detected"] = rows["detected"].fillna("")
    carried = pd.DataFrame({signal: _has(rows["detected"], signal) for signal in SIGNALS})
    sizes = carried.sum()
    wanted = {signal: n / 2 / max(1, (sizes > 0).sum()) / max(1, sizes[signal]) for signal in SIGNALS}
    rates = (carried * pd.Series(wanted)).max(axis=1)
    rates = rates.where(carried.any(axis=1), n / 2 / max(1, int((~carried.any(axis=1)).sum()))).clip(upper=1)
    rows = rows.assign(rate=rates, label="", chance=[_hash(text, random_state) for text in rows["text"]])
    drawn = rows[rows["chance"] < rows["rate"]].sort_values(["chance", "mention_id", "sentence"])
    return drawn[_COLUMNS].reset_index(drop=True)


def score_signals(labels: pd.DataFrame) -> pd.DataFrame:
    """Estimate from labelled sentences how well each signal is detected here, and correct its share.

    Parameters
    ----------
    labels : DataFrame
        As `draw_sentences` returns it, with labels filled in; rows without a label are left out.

    Returns
    -------
    DataFrame
        One row a signal: signal; n (labelled sentences); n_detected, n_true (of these); precision,
        precision_low, precision_high; recall, recall_low, recall_high; share_detected (of all sentences of
        the archive) and share, low, high (corrected for the measured error). 95 % intervals; missing where
        nothing was detected or nothing is true.

    Raises
    ------
    InsightError
        If no sentence is labelled, or a label is not a signal.

    Notes
    -----
    Sentences weigh by the inverse of the rate at which they were drawn (Horvitz and Thompson 1952); Wilson's
    interval at Kish's effective sample size.

    Examples
    --------
    >>> labels = pd.DataFrame({"detected": ["complaint", "complaint", ""], "rate": [1.0, 1.0, 0.5],
    ...                        "label": ["complaint", "-", "complaint"]})
    >>> score_signals(labels).set_index("signal").loc["complaint", ["precision", "recall"]].round(2).tolist()
    [0.5, 0.33]
    """
    done = labels[labels["label"].fillna("") != ""]
    if done.empty:
        raise InsightError(f"none of {len(labels)} sentences is labelled; fill the column label first.")
    unknown = sorted({word for label in done["label"] for word in label.split()} - {*SIGNALS, NONE})
    if unknown:
        raise InsightError(
            f"{unknown} are no signals; label with {list(SIGNALS)}, or '{NONE}' for none of them."
        )
    weight = 1 / done["rate"].to_numpy(float)
    rows = []
    for signal in SIGNALS:
        detected, true = _has(done["detected"], signal).to_numpy(), _has(done["label"], signal).to_numpy()
        precision, recall = (
            _weighted(true[detected], weight[detected]),
            _weighted(detected[true], weight[true]),
        )
        share = _weighted(true, weight)
        counts = (signal, len(done), int(detected.sum()), int(true.sum()))
        rows.append((*counts, *precision, *recall, float(np.average(detected, weights=weight)), *share))
    names = ["signal", "n", "n_detected", "n_true", "precision", "precision_low", "precision_high"]
    names += ["recall", "recall_low", "recall_high", "share_detected", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def ask_labels(path: str | Path, drawn: pd.DataFrame, ask: Callable[[str], str]) -> pd.DataFrame:
    """Ask for each label that the file at `path` does not hold yet, and save after every answer.

    `ask` gets the sentence and returns signals by name or number (1 for the first), "" for none, or "q" to
    stop. The file holds words of the archive: keep it as safe as the archive.
    """
    labels = resume_labels(path, drawn)
    for at in labels.index[labels["label"] == ""]:
        answer = ask(str(labels.at[at, "text"])).strip().lower()
        while answer != "q" and (label := _read(answer)) is None:
            answer = ask(f"{answer!r} is no signal: {_choices()}").strip().lower()
        if answer == "q":
            break
        labels.loc[at, "label"] = label
        save_labels(path, labels)
    return labels


def resume_labels(path: str | Path, drawn: pd.DataFrame) -> pd.DataFrame:
    """Fill in the labels that the file at `path` holds."""
    kept = _kept(Path(path))
    keys = zip(drawn["mention_id"], drawn["sentence"], strict=True)
    return drawn.assign(label=[kept.get(key, "") for key in keys])


def save_labels(path: str | Path, labels: pd.DataFrame) -> None:
    """Write the labels as a whole or not at all; no sentence runs in a spreadsheet."""
    write_table(path, labels)


def read_labels(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read labels as `save_labels` wrote them."""
    labels = read_cells(path, what="the labels", way_out="Keep the columns, and save it as CSV.")
    labels = labels.rename(columns=_EARLIER).map(unescape_formula)
    try:
        return labels.astype({name: kind for name, kind in _NUMBERS.items() if name in labels})
    except ValueError as error:
        raise InsightError(f"the labels '{path}': {error}. Leave sentence and rate as they were.") from error


def _kept(path: Path) -> dict[tuple[str, int], str]:
    if not path.exists():
        return {}
    table = read_labels(path)
    return dict(zip(zip(table["mention_id"], table["sentence"], strict=True), table["label"], strict=True))


def _read(answer: str) -> str | None:
    words = answer.replace(",", " ").split()
    names = [
        SIGNALS[int(word) - 1] if word.isdigit() and 0 < int(word) <= len(SIGNALS) else word for word in words
    ]
    if not names:
        return NONE
    return " ".join(names) if set(names) <= {*SIGNALS, NONE} else None


def _choices() -> str:
    return ", ".join(f"{number} {signal}" for number, signal in enumerate(SIGNALS, 1))


def _has(column: pd.Series, signal: str) -> pd.Series:
    return column.map(lambda said: signal in said.split()).astype(bool)


def _hash(text: str, random_state: int) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=8, salt=random_state.to_bytes(8, "little")).digest()
    return int.from_bytes(digest, "little") / 2**64


def _weighted(hits: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Return a weighted share with Wilson's interval at Kish's effective sample size."""
    if not len(hits):
        return np.nan, np.nan, np.nan
    share, effective = float(np.average(hits, weights=weight)), weight.sum() ** 2 / (weight**2).sum()
    low, high = wilson([share * effective], [effective])
    return share, float(low[0]), float(high[0])
