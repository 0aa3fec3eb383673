"""Make signals.json: the small models that hear complaints, wishes and praise in a sentence's vectors.

python insight/models/train_signals.py FOLDER [CACHE]

FOLDER holds the two labelled sets whose licence allows it (see README.md): electronics_multilabel.csv.gz
(CC BY 4.0) and app_reviews_maalej.csv.gz (CC0). CACHE, if named, keeps the vectors from run to run. The same
files give the same bytes. Prints figures on products and apps that a model was not fitted to.
"""
# ruff: noqa: T201

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from insight.classifier import read_layers
from insight.refit import learn_vector
from insight.signals import find_signals

LEAST = 0.5
FOLDS = 6


def main() -> None:
    """Train, print how well it went, and write the file."""
    folder = Path(sys.argv[1])
    electronics = pd.read_csv(folder / "electronics_multilabel.csv.gz")
    reviews = pd.read_csv(folder / "app_reviews_maalej.csv.gz").dropna(subset="text")
    reviews = reviews.sort_values(["text", "label"]).drop_duplicates("text")
    # a review with few stars that nobody called a bug report may still complain: not a negative
    told = reviews[(reviews["label"] == "Bug") | (reviews["stars"] >= 4)]
    texts = [*electronics["text"].astype(str), *told["text"].astype(str)]
    groups = np.array(
        [*electronics["product"], *("app" + (told["app"].factorize()[0] % 3).astype(str).astype(object))]
    )
    vectors = read_layers(texts, cache=sys.argv[2] if len(sys.argv) > 2 else None, progress=True)
    n = len(electronics)
    bugs = (told["label"] == "Bug").to_numpy()
    labels = {
        "complaint": np.r_[electronics["complaint_feature"] == 1, bugs],
        "praise": (electronics["praise_feature"] == 1).to_numpy(),
    }
    heard = find_signals(texts, layers=("patterns",))
    # nobody labelled wishes under a licence that allows it: the rules' own hits teach what is worded alike
    numbers = pd.Series(np.arange(len(texts)).astype(str))
    labels["wish"] = numbers.isin(heard.loc[heard["signal"] == "wish", "mention_id"]).to_numpy()
    signals = []
    for signal, label in labels.items():
        rows = slice(0, len(label))
        one, scores = train(vectors[rows], label, groups[rows])
        signals.append({"signal": signal, "counted": [], **one})
        if signal == "wish":
            continue
        found = heard.loc[heard["signal"] == signal, "mention_id"]
        ruled = numbers[rows].isin(found).to_numpy()
        parts = {"electronics": slice(0, n)} | ({"app bugs": slice(n, None)} if signal == "complaint" else {})
        for part, where in parts.items():
            guesses = {"patterns": ruled, "classifier": scores >= 0, "either": ruled | (scores >= 0)}
            print(signal, part, {k: round(f1_score(label[where], g[where]), 3) for k, g in guesses.items()})
    lines = ",\n".join(json.dumps(one) for one in signals)
    encoder = hashlib.sha256(Path(__file__).with_name("minilm-int8.onnx").read_bytes()).hexdigest()
    made = f'{{"encoder": "{encoder}",\n"signals": [\n{lines}\n]}}\n'
    Path(__file__).with_name("signals.json").write_text(made, "utf-8")


def train(
    vectors: np.ndarray, label: np.ndarray, groups: np.ndarray
) -> tuple[dict[str, float | list[float]], np.ndarray]:
    """Fit on everything; calibrate on the log odds of groups left out, and return these."""
    held = np.zeros(len(label))
    for known, left in GroupKFold(FOLDS).split(vectors, label, groups):
        weights, intercept = learn_vector(vectors[known], label[known])
        held[left] = vectors[left] @ weights + intercept
    platt = LogisticRegression().fit(held[:, None], label)
    weights, intercept = learn_vector(vectors, label)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    numbers = {
        "vector": np.round(slope * weights, 3).tolist(),
        "intercept": round(slope * intercept + shift, 4),
        "least": LEAST,
    }
    return numbers, slope * held + shift


if __name__ == "__main__":
    main()
