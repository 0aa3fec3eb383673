"""Make signals.json: the small model that finds complaints, praise and wishes in a sentence's tokens.

python insight/models/train_signals.py SENTENCES FOLDER

SENTENCES is `data/sentences`, whose sentences are invented; FOLDER holds the labelled sets whose licence
allows it (see README.md): electronics_multilabel.csv.gz (CC BY 4.0) and app_reviews_maalej.csv.gz (CC0). The
same files give the same bytes. Prints figures on subjects, products and apps that a model was not fitted to,
and on the invented sentences that were held out.
"""
# ruff: noqa: T201

from __future__ import annotations

import csv
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
from insight.signals.rules import rule_hits
from insight.signals.token_embeddings import read_tokens
from insight.signals.train import write_signal_model

LEAST = {"complaint": 0.5, "praise": 0.4, "wish": 0.5}
"""Chance from which a signal counts as found; praise is rarer, and its precision high."""
SIGNALS = [*LEAST]
FOLDS = 3


def main() -> None:
    """Train, print how well it went, and write the file."""
    invented, labelled = map(Path, sys.argv[1:3])
    known = pd.concat([read_invented(invented / "train.tsv"), *read_labelled(labelled)], ignore_index=True)
    held = read_invented(invented / "held_out.tsv")
    tokens = read_tokens(known["text"].tolist(), lambda one: one.astype(np.float16), progress=True)
    label = known[SIGNALS].to_numpy(float)
    odds = np.zeros(label.shape)
    for taught, left in GroupKFold(FOLDS).split(label, groups=known["group"]):
        heads, weights, intercept = learn_attention([tokens[at] for at in taught], label[taught])
        odds[left] = np.array([heads.read(tokens[at]) for at in left]) @ weights + intercept
    heads, weights, intercept = learn_attention(tokens, label)
    classifiers = []
    for at, signal in enumerate(SIGNALS):
        sure = ~np.isnan(label[:, at])
        # in reviews only features were labelled: their shares are not those of complaints and praise
        shares = (known["source"] == "invented").to_numpy()
        platt = LogisticRegression().fit(odds[shares, at : at + 1], label[shares, at])
        slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
        share, alone = np.round(slope * weights[:, at], 4), round(slope * intercept[at] + shift, 4)
        classifiers.append(Classifier(signal, np.zeros(0), share, alone, LEAST[signal]))
        chance = 1 / (1 + np.exp(-slope * odds[:, at] - shift))
        for source, rows in known[sure].groupby("source").groups.items():
            compare(f"{source}, groups left out", known.loc[rows], signal, chance[rows] >= LEAST[signal])
    model = SignalModel({}, {}, (), heads, tuple(classifiers), ())
    target = Path(__file__).with_name("signals.json")
    write_signal_model(model, target)
    chances = model.probabilities(held["text"].tolist())
    for signal in SIGNALS:
        compare("invented, held out", held, signal, chances[signal] >= LEAST[signal])
    print("for classifier.py:", hashlib.sha256(target.read_bytes()).hexdigest())


def read_invented(path: Path) -> pd.DataFrame:
    """Return text, group (the subject), source, and of each signal whether the sentence carries it."""
    table = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, dtype=str, keep_default_na=False)
    carried = {signal: table["labels"].str.contains(signal).astype(float) for signal in SIGNALS}
    return pd.DataFrame(
        {"text": table["sentence"], "group": table["subject"], "source": "invented", **carried}
    )


def read_labelled(folder: Path) -> list[pd.DataFrame]:
    """Return the same of the two sets of reviews; missing where no one labelled a signal."""
    products = pd.read_csv(folder / "electronics_multilabel.csv.gz")
    reviews = pd.read_csv(folder / "app_reviews_maalej.csv.gz").dropna(subset="text")
    reviews = reviews.sort_values(["text", "label"]).drop_duplicates("text")
    # a review with few stars that no one called a bug report may still complain: not a negative
    apps = reviews[(reviews["label"] == "Bug") | (reviews["stars"] >= 4)]
    third = pd.Series(apps["app"].factorize()[0] % FOLDS, apps.index).astype(str)
    parts = [
        {
            "text": products["text"].astype(str),
            "group": products["product"],
            "source": "electronics",
            "complaint": products["complaint_feature"] == 1,
            "praise": products["praise_feature"] == 1,
        },
        {
            "text": apps["text"],
            "group": "app " + third,
            "source": "apps",
            "complaint": apps["label"] == "Bug",
        },
    ]
    tables = [pd.DataFrame(part).reindex(columns=["text", "group", "source", *SIGNALS]) for part in parts]
    for table in tables:
        # nor did anyone label wishes: the rules' own hits teach what is worded alike
        hits = [hit for rule, hit in rule_hits(table["text"].tolist()).items() if rule.startswith("wish:")]
        table["wish"] = np.any(hits, axis=0)
    return [table.astype(dict.fromkeys(SIGNALS, float)) for table in tables]


def compare(where: str, rows: pd.DataFrame, signal: str, found: np.ndarray) -> None:
    """Print F1 of the rules, of the classifier, and of either."""
    hits = rule_hits(rows["text"].tolist())
    ruled = np.any([hit for rule, hit in hits.items() if rule.startswith(f"{signal}:")], axis=0)
    guesses = {"rules": ruled, "classifier": found, "either": ruled | found}
    print(where, signal, {name: round(f1_score(rows[signal], one), 3) for name, one in guesses.items()})


if __name__ == "__main__":
    main()
