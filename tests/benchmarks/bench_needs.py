"""Score the signals on labelled sets, beside trained baselines and the published best, and time the rules.

INSIGHT_REAL_DATA=... python tests/benchmarks/bench_needs.py [--rules] [--misses SET] [--sets "SET;SET"]

Columns: three baselines (logistic regression on TF-IDF, on sentence vectors, on both), the published best; the rules
alone and both layers, neither of which was fitted to the set (zero-shot; of the sets that the shipped model was trained
on both layers have no figure here, `insight/models/train_signals.py` prints those of left-out products and apps); and the classifier re-fitted from the set's own
labels (`fit_signals`), which is to be compared with the baselines: same five folds, products left out together in the
electronics set, train to trial in the wishes. Where a licence forbids training (see SOURCES.tsv) the re-fitted figure is
a measurement and nothing of it is kept.

The rules were widened while misses of these sets were read, so their zero-shot figures flatter them; the probabilities
in signals.toml are counted here too. Expect less on text never seen.
"""
# ruff: noqa: E501

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier

import insight.signals.classifier
import insight.signals.student
import insight.signals.train
from insight.signals.classifier import shipped_model
from insight.signals.find_signals import LAYERS, find_signals
from insight.signals.rules import rule_hits
from insight.signals.token_embeddings import read_tokens
from insight.signals.train import fit_signals
from insight.text.clean import split_sentences
from insight.text.encode import encode

CACHE = Path(".bench/vectors")
_TOKENS: dict[str, np.ndarray] = {}
BASELINES = ("TF-IDF", "MiniLM", "both")
_LEARNED: dict[tuple[str, int], dict[str, np.ndarray]] = {}


@dataclass(frozen=True)
class Trial:
    """One labelled set: its texts, what signal each carries ("-" for none), and what others reach."""

    name: str
    file: str
    label: Callable[[pd.DataFrame], pd.Series]
    """The signal of each row, as a word."""
    rows: Callable[[pd.DataFrame], pd.Series] | None = None
    groups: str | None = None
    macro: bool = False
    published: str = "-"
    goal: float | None = None
    heard: tuple[str, ...] = ()
    """Signals that count as the label, if not the label itself."""
    train: bool = True
    seen: bool = False
    """Whether the shipped model was trained on it."""
    counted: Callable[[pd.DataFrame], pd.Series] | None = None
    """Rows on which the figures are taken, if not all; the rest is trained on."""


def flag(column: str, value: object, signal: str) -> Callable[[pd.DataFrame], pd.Series]:
    """Name the rows that have a value after a signal."""
    return lambda table: pd.Series(np.where(table[column] == value, signal, "-"), index=table.index)


def one_of(column: str, values: dict[str, str]) -> Callable[[pd.DataFrame], pd.Series]:
    """Translate labels into signals."""
    return lambda table: table[column].map(values).fillna("-")


COMPLAINT = flag("complaint", 1, "complaint")
TRIALS = (
    Trial("wishes, trial split", "wishes_uservoice", flag("suggestion", 1, "wish"), lambda t: t.subtask == "A",
          groups="split", published=".781", goal=0.85),
    Trial("wishes, train split", "wishes_uservoice", flag("suggestion", 1, "wish"),
          lambda t: (t.subtask == "A") & (t.split == "train"), goal=0.85, train=False),
    Trial("electronics: complaint", "electronics_multilabel", flag("complaint_feature", 1, "complaint"), groups="product", goal=0.55, seen=True),
    Trial("electronics: praise", "electronics_multilabel", flag("praise_feature", 1, "praise"), groups="product", goal=0.70, seen=True),
    Trial("electronics: comparison", "electronics_multilabel", flag("comparative", 1, "comparison"),
          lambda t: t.comparative.notna(), groups="product", goal=0.50),
    Trial("complaints, all", "complaints", COMPLAINT, macro=True, published=".87", goal=0.87),
    Trial("complaints, to brands", "complaints", COMPLAINT, macro=True, goal=0.82,
          counted=lambda t: ~t.domain.str.startswith("random")),
    Trial("app reviews: bug", "app_reviews_maalej", flag("bug", True, "complaint"), goal=0.70, seen=True),
    Trial("app reviews: feature", "app_reviews_maalej", flag("feature", True, "wish"), goal=0.58),
    Trial("issues", "issues_bug_feature_question", one_of("label", {"bug": "complaint", "feature": "wish", "question": "question"}),
          macro=True, published=".827", goal=0.82),
    Trial("informative: facebook", "informative_reviews", flag("informative", 1, "complaint"), lambda t: t.app == "facebook",
          published=".877", goal=0.93, heard=("complaint", "wish", "question", "workaround")),
    Trial("informative: swiftkey", "informative_reviews", flag("informative", 1, "complaint"), lambda t: t.app == "swiftkey",
          published=".764", goal=0.85, heard=("complaint", "wish", "question", "workaround")),
    Trial("comparisons", "comparisons", one_of("most_frequent_label", {"BETTER": "comparison", "WORSE": "comparison"}), goal=0.80,
          published=".85 (3 classes, weighted)"),
    Trial("chat: question", "dialogue_acts_chat", one_of("act", {"ynQuestion": "question", "whQuestion": "question"}),
          lambda t: t.act != "System", goal=0.92),
    Trial("suggestions to buyers", "suggestions_electronics", flag("suggestion", 1, "advice"), train=False),
    Trial("airline: negative", "airline", flag("airline_sentiment", "negative", "complaint"), train=False),
    Trial("airline: positive", "airline", flag("airline_sentiment", "positive", "praise"), train=False),
)  # fmt: skip


def read_once(
    texts: Sequence[str], then: Callable[[np.ndarray], Any], *, progress: bool = False
) -> list[Any]:
    """Do as `read_tokens` does, and keep the tokens of the set for the next fold."""
    new = [text for text in dict.fromkeys(texts) if text not in _TOKENS]
    _TOKENS.update(zip(new, read_tokens(new, lambda tokens: tokens), strict=True))
    return [then(_TOKENS[text]) for text in texts]


def read_trial(trial: Trial, folder: Path) -> tuple[list[str], np.ndarray, np.ndarray | None, np.ndarray]:
    """Return texts, labels, groups and what counts of one trial; an app review's headline is read with it, each text once."""
    table = pd.read_csv(folder / f"{trial.file}.csv.gz", low_memory=False)
    if trial.file == "app_reviews_maalej":
        table["text"] = (table["title"].fillna("") + "\n" + table["text"].fillna("")).str.strip()
        table["bug"], table["feature"] = table["label"] == "Bug", table["label"] == "Feature"
        table = table.groupby("text", as_index=False)[["bug", "feature"]].any()
    if trial.file == "issues_bug_feature_question":
        table["text"] = table["title"].fillna("") + "\n" + table["body"].fillna("")
    table = table[trial.rows(table)] if trial.rows is not None else table
    texts = table["sentence" if "sentence" in table else "text"].fillna("").astype(str).tolist()
    groups = None if trial.groups is None else table[trial.groups].to_numpy()
    counted = np.ones(len(table), dtype=bool) if trial.counted is None else trial.counted(table).to_numpy()
    return texts, trial.label(table).to_numpy(str), groups, counted


def split(labels: np.ndarray, groups: np.ndarray | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return five folds, groups kept together; a set that comes with its own split keeps it."""
    if groups is None:
        return list(StratifiedKFold(5, shuffle=True, random_state=0).split(labels, labels))
    if set(groups) == {"train", "trial"}:
        return [(np.flatnonzero(groups == "train"), np.flatnonzero(groups == "trial"))]
    return list(GroupKFold(5).split(labels, labels, groups))


def score(labels: np.ndarray, guesses: np.ndarray, *, macro: bool) -> float:
    """Return the F1 of the signal, or the mean F1 of all classes."""
    positive = [label for label in sorted(set(labels)) if macro or label != "-"]
    return float(f1_score(labels, guesses, labels=positive, average="macro"))


def baselines(
    texts: list[str], labels: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]], cache: Path
) -> dict[str, np.ndarray]:
    """Return the held-out guesses of logistic regression on words, on vectors and on both."""
    vectors = sparse.csr_matrix(encode(texts, cache=cache))
    guesses = {name: labels.copy() for name in BASELINES}
    for known, left in folds:
        words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit(
            [texts[at] for at in known]
        )
        weighed = words.transform(texts)
        parts = {"TF-IDF": weighed, "MiniLM": vectors, "both": sparse.hstack([weighed, vectors]).tocsr()}
        for name, features in parts.items():
            model = LogisticRegression(
                C=4,
                class_weight="balanced",
                solver="liblinear",
                dual=True,
                max_iter=300,
                tol=1e-2,
                random_state=0,
            )
            model = model if len(set(labels)) == 2 else OneVsRestClassifier(model)
            guesses[name][left] = model.fit(features[known], labels[known]).predict(features[left])
    return guesses


def refitted(texts: list[str], labels: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the held-out guesses of `fit_signals`: the signal heard, of several the likeliest.

    A signal that it would not use, since the rules did better on the labels known, is left to the rules.
    """
    guesses, hits = labels.copy(), rule_hits(texts)
    wanted = np.array(sorted(set(labels) - {"-"}))
    for known, left in folds:
        table = pd.DataFrame({"text": [texts[at] for at in known], "label": labels[known]})
        model = fit_signals(table)
        told = model.probabilities([texts[at] for at in left])
        least = {one.signal: one.least for one in model.classifiers}
        chances, heard = np.zeros((2, len(wanted), len(left)))
        for row, signal in enumerate(wanted):
            if signal in least:
                chances[row] = told[signal]
                heard[row] = chances[row] >= least[signal]
            else:
                met = [hit[left] for rule, hit in hits.items() if rule.startswith(f"{signal}: ")]
                chances[row] = heard[row] = np.any(met, axis=0)
        likeliest = wanted[chances.argmax(axis=0)]
        guesses[left] = np.where(heard.any(axis=0) | ("-" not in labels), likeliest, "-")
    return guesses


def zero_shot(trial: Trial, texts: list[str], labels: np.ndarray, layers: tuple[str, ...]) -> pd.DataFrame:
    """Return the likeliest wanted signal heard in each text, "-" for none, and the rule that heard it."""
    wanted = sorted(set(labels) - {"-"})
    found = find_signals(texts, layers=layers).astype({"signal": "str"})
    found = found[found["signal"].isin(trial.heard or wanted)]
    best = found.sort_values("probability", ascending=False, kind="stable").drop_duplicates("mention_id")
    best = best.set_index(best["mention_id"].astype(int)).reindex(range(len(texts)))
    guess = best["signal"].where(~best["signal"].isin(trial.heard), wanted[0]).astype(object)
    nothing = "-" if "-" in labels else wanted[0]
    return pd.DataFrame(
        {"guess": guess.fillna(nothing).to_numpy(str), "evidence": best["evidence"].to_numpy(object)}
    )


def _learn(
    file: str, texts: list[str], labels: np.ndarray, folds: list[tuple[np.ndarray, np.ndarray]]
) -> dict[str, np.ndarray]:
    """Return the held-out guesses of everything that is trained; a trial that only counts other rows has the same."""
    key = file, hash((tuple(texts), tuple(labels)))
    if key not in _LEARNED:
        cache = CACHE / file
        _LEARNED[key] = baselines(texts, labels, folds, cache)
        insight.signals.train.read_tokens = insight.signals.classifier.read_tokens = read_once
        _LEARNED[key]["re-fitted"] = refitted(texts, labels, folds)
        insight.signals.train.read_tokens = insight.signals.classifier.read_tokens = read_tokens
        _TOKENS.clear()
    return _LEARNED[key]


def measure(trial: Trial, folder: Path) -> tuple[dict[str, object], pd.DataFrame]:
    """Return all figures of one trial, and its rows with label, guess and rule."""
    texts, labels, groups, counted = read_trial(trial, folder)
    folds = split(labels, groups)
    tested = np.sort(np.concatenate([left for _, left in folds]))
    tested = tested[counted[tested]]
    figures: dict[str, object] = {
        "set": trial.name,
        "n": len(tested),
        "positive": int((labels[tested] != "-").sum()),
    }

    def add(name: str, guesses: np.ndarray) -> None:
        figures[name] = score(labels[tested], guesses[tested], macro=trial.macro)

    learned: dict[str, np.ndarray] = {}
    if trial.train:
        learned = _learn(trial.file, texts, labels, folds)
        for name in BASELINES:
            add(name, learned[name])
    figures["published"] = trial.published
    ruled = zero_shot(trial, texts, labels, ("patterns",))
    add("rules", ruled["guess"].to_numpy())
    if not trial.seen:
        # where no wanted signal is one that the shipped model knows, both layers hear what the rules hear
        shipped = {one.signal for one in shipped_model().classifiers}
        both = trial.heard or set(labels)
        layers = LAYERS if shipped & set(both) else ("patterns",)
        heard = ruled if len(layers) == 1 else zero_shot(trial, texts, labels, layers)
        add("two layers", heard["guess"].to_numpy())
    if trial.train:
        add("re-fitted", learned["re-fitted"])
    rows = pd.DataFrame({"text": texts, "label": labels, **ruled}).iloc[tested]
    return figures | {"goal": trial.goal}, rows.assign(signal=next(iter(sorted(set(labels) - {"-"}))))


def time_rules(folder: Path) -> str:
    """Return the speed of both layers over the airline and support messages."""
    texts = [
        text
        for name in ("airline", "support_inbound_spotify")
        for text in pd.read_csv(folder / f"{name}.csv.gz")["text"].dropna()
    ]
    n = sum(len(split_sentences(text)) for text in texts)
    find_signals(texts[:100], layers=("patterns",))
    start, busy = time.perf_counter(), time.process_time()
    find_signals(texts, layers=("patterns",))
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    said = [text[slice(*span)] for text in texts[:4000] for span in split_sentences(text)][:4000]
    shipped_model().probabilities(said[:100])
    start = time.perf_counter()
    shipped_model().probabilities(said)
    read = len(set(said)) / (time.perf_counter() - start)
    return (
        f"{n:,} sentences of {len(texts):,} messages in {seconds:.1f} s ({busy:.1f} s of processor time): "
        f"{n / busy:,.0f} sentences a processor second; "
        f"the classifier reads {read:,.0f} sentences a second on this machine"
    )


def by_rule(scored: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the precision of each rule: the mean over the sets labelled by sentence or message.

    App reviews, issues and informative reviews carry one label each, whatever else they say, so they do not count here;
    nor does a set in which the rule matched fewer than 20 times.
    """
    told = {
        name: rows
        for name, rows in scored.items()
        if not name.startswith(("app reviews", "informative", "issues"))
    }
    hits = pd.concat(rows[rows["evidence"].notna()].assign(set=name) for name, rows in told.items())
    hits["right"] = hits["label"] == hits["signal"]
    of_set = hits.groupby(["signal", "evidence", "set"])["right"].agg(["size", "mean"]).query("size >= 20")
    of_rule = of_set.groupby(["signal", "evidence"]).agg(n=("size", "sum"), probability=("mean", "mean"))
    return of_rule.reset_index()


def chosen(option: str) -> list[str]:
    """Return the names given after an option."""
    return sys.argv[sys.argv.index(option) + 1].split(";") if option in sys.argv else []


def main() -> None:
    """Print the table."""
    if "INSIGHT_REAL_DATA" not in os.environ:
        sys.exit("Set INSIGHT_REAL_DATA to the folder that holds labelled/.")
    folder = Path(os.environ["INSIGHT_REAL_DATA"]) / "labelled"
    insight.signals.student.READ_ALL = sys.maxsize
    wanted = chosen("--sets") + chosen("--misses")
    scored, figures = {}, []
    for trial in TRIALS:
        if not wanted or trial.name in wanted:
            figures.append(measure(trial, folder))
            scored[trial.name] = figures[-1][1]
            print(figures[-1][0], flush=True)
    print(
        pd.DataFrame([row for row, _ in figures]).to_string(
            index=False, float_format="{:.3f}".format, na_rep="-"
        )
    )
    if "--rules" in sys.argv:
        print(by_rule(scored).to_string(index=False, float_format="{:.2f}".format))
    for name in chosen("--misses"):
        rows = scored[name]
        wrong = rows[rows["label"] != rows["guess"]].sample(frac=1, random_state=0)
        for row in wrong[:80].itertuples():
            print(f"{row.label:10} {row.evidence!s:18.18} {row.text[:200]}")
    if not wanted:
        print(time_rules(folder))


if __name__ == "__main__":
    main()
