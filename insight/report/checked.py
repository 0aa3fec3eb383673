"""How well the signals are found in this archive, by sentences labelled by hand."""

from __future__ import annotations

import os

import pandas as pd

from insight.archives.privacy.guard import Guard
from insight.mentions import InsightError
from insight.needs.phrases import NEED_SIGNALS
from insight.signals.label import read_labels, score_signals

from . import format as wording

UNCHECKED = (
    "Problems are found by rules and a small model; no one has checked them on this file (insight label)."
)
_NEEDED = ("mention_id", "sentence", "rate", "label")


def check_labels(
    labels: pd.DataFrame | str | os.PathLike[str],
    mentions: pd.DataFrame,
    signals: pd.DataFrame | None,
    *,
    guard: Guard | None = None,
) -> pd.DataFrame | None:
    """Score what is found now against the labels of sentences of this archive, as `score_signals` does."""
    if not isinstance(labels, pd.DataFrame):
        labels = read_labels(labels)
    missing = [name for name in _NEEDED if name not in labels.columns]
    if missing:
        raise InsightError(
            f"labels lack the columns {missing}; found {sorted(map(str, labels.columns))}. "
            "They are made by insight label ARCHIVE -o labels.csv."
        )
    native = {} if guard is None else guard.native(mentions["mention_id"])
    labels = labels.assign(mention_id=[native.get(one, one) for one in labels["mention_id"]])
    here = labels[labels["mention_id"].isin(mentions["mention_id"])]
    if here.empty:
        raise InsightError(
            f"none of {len(labels)} labelled sentences is of this archive: their mention_id is not in it. "
            "Label the archive that you report on: insight label ARCHIVE."
        )
    if signals is None:
        return None
    found = signals.astype({"signal": "str"}).groupby(["mention_id", "sentence"])["signal"].agg(" ".join)
    keys = pd.MultiIndex.from_frame(here[["mention_id", "sentence"]].astype({"sentence": "int64"}))
    return score_signals(here.assign(detected=found.reindex(keys).fillna("").to_numpy()))


def honesty(scores: pd.DataFrame | None) -> str:
    """Say in one sentence how far the needs can be trusted."""
    if scores is None:
        return UNCHECKED
    rows = scores[scores["signal"].isin(NEED_SIGNALS) & (scores["n_detected"] + scores["n_true"] > 0)]
    listed = [f"{row['signal']} {_precision(row)}, {_recall(row)}" for _, row in rows.iterrows()]
    checked = f"Checked on {wording.count(scores['n'].iloc[0], 'sentence')} of this archive labelled by hand"
    return f"{checked}: {'; '.join(listed)}." if listed else f"{checked}, none of them a need."


def checked_rows(scores: pd.DataFrame | None) -> list[tuple[str, str]]:
    """List every signal that was found or labelled, with precision, recall and corrected share."""
    if scores is None:
        return []
    rows = scores[scores["n_detected"] + scores["n_true"] > 0]
    return [
        (
            f"{wording.start(row['signal'])}, checked on {wording.count(row['n'], 'labelled sentence')}",
            f"{_precision(row)}; {_recall(row)}; found in {wording.share(row['share_detected'])} of "
            f"sentences, corrected {wording.estimate_of(row)}",
        )
        for _, row in rows.iterrows()
    ]


def _precision(row: pd.Series) -> str:
    if not row["n_detected"]:
        return "never found"
    found = wording.estimate(row["precision"], row["precision_low"], row["precision_high"])
    return f"precision {found}, n = {row['n_detected']}"


def _recall(row: pd.Series) -> str:
    if not row["n_true"]:
        return "never labelled"
    found = wording.estimate(row["recall"], row["recall_low"], row["recall_high"])
    return f"recall {found}, n = {row['n_true']}"
