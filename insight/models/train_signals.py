"""Make signals.json: the small model that hears complaints, wishes and praise in a sentence's tokens.

python insight/models/train_signals.py FOLDER

FOLDER holds the labelled sets whose licence allows it (see README.md): electronics_multilabel.csv.gz
(CC BY 4.0) and app_reviews_maalej.csv.gz (CC0). The same files give the same bytes. Prints figures on
products and apps that a model was not fitted to.
"""
# ruff: noqa: T201

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from insight.signals.attention import learn_attention
from insight.signals.classifier import Classifier, SignalModel
from insight.signals.find_signals import find_signals
from insight.signals.token_embeddings import read_tokens
from insight.signals.train import write_signal_model

LEAST = 0.5
FOLDS = 6
SIGNALS = "complaint", "praise", "wish"


def main() -> None:
    """Train, print how well it went, and write the file."""
    folder = Path(sys.argv[1])
    electronics = pd.read_csv(folder / "electronics_multilabel.csv.gz")
    reviews = pd.read_csv(folder / "app_reviews_maalej.csv.gz").dropna(subset="text")
    reviews = reviews.sort_values(["text", "label"]).drop_duplicates("text")
    # a review with few stars that no one called a bug report may still complain: not a negative
    kept = reviews[(reviews["label"] == "Bug") | (reviews["stars"] >= 4)]
    texts = [*electronics["text"].astype(str), *kept["text"].astype(str)]
    groups = np.array(
        [*electronics["product"], *("app" + (kept["app"].factorize()[0] % 3).astype(str).astype(object))]
    )
    n = len(electronics)
    bugs = (kept["label"] == "Bug").to_numpy()
    found = find_signals(texts, layers=("patterns",))
    numbers = pd.Series(np.arange(len(texts)).astype(str))
    ruled = {s: numbers.isin(found.loc[found["signal"] == s, "mention_id"]).to_numpy() for s in SIGNALS}
    labels = {
        "complaint": np.r_[electronics["complaint_feature"] == 1, bugs],
        # no one labelled praise in the app reviews
        "praise": np.r_[electronics["praise_feature"] == 1, np.full(len(kept), np.nan)],
        # nor wishes under a licence that allows it: the rules' own hits teach what is worded alike
        "wish": ruled["wish"],
    }
    tokens = read_tokens(texts, lambda tokens: tokens.astype(np.float16), progress=True)
    label = np.column_stack([labels[signal] for signal in SIGNALS]).astype(float)
    held = np.zeros(label.shape)
    for known, left in GroupKFold(FOLDS).split(label, groups=groups):
        heads, weights, intercept = learn_attention([tokens[at] for at in known], label[known])
        held[left] = np.array([heads.read(tokens[at]) for at in left]) @ weights + intercept
    heads, weights, intercept = learn_attention(tokens, label)
    classifiers = []
    for at, signal in enumerate(SIGNALS):
        kept_of = ~np.isnan(label[:, at])
        platt = LogisticRegression().fit(held[kept_of, at : at + 1], label[kept_of, at])
        slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
        share = np.round(slope * weights[:, at], 4)
        alone = round(slope * intercept[at] + shift, 4)
        classifiers.append(Classifier(signal, np.zeros(0), share, alone, LEAST))
        if signal == "wish":
            continue
        odds = slope * held[:, at] + shift
        parts = {"electronics": slice(0, n)} | ({"app bugs": slice(n, None)} if signal == "complaint" else {})
        for part, where in parts.items():
            guesses = {
                "patterns": ruled[signal],
                "classifier": odds >= 0,
                "either": ruled[signal] | (odds >= 0),
            }
            print(
                signal, part, {k: round(f1_score(label[where, at], g[where]), 3) for k, g in guesses.items()}
            )
    model = SignalModel({}, {}, (), heads, tuple(classifiers), ())
    target = Path(__file__).with_name("signals.json")
    write_signal_model(model, target)
    print("for classifier.py:", hashlib.sha256(target.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
