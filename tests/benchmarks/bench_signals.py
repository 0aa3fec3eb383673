"""Compare the signals with those of another checkout, on labelled sets, with intervals; time them; ablate the rules.

INSIGHT_REAL_DATA=... python -m tests.benchmarks signals [--before FOLDER] [--both] [--ablate]

`--before` runs the `find_signals` of the checkout in FOLDER on the same texts, so that both are scored in one run. The
interval is that of the difference in F1: 2,000 bootstrap samples of messages, paired. `--both` lets the classifier read as
well. Sets marked * are those on whose misses no rule was written. `--ablate` leaves out each rule in turn.
"""
# ruff: noqa: E501

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import insight.signals.student
from insight.signals.classifier import shipped_model
from insight.signals.find_signals import find_signals
from insight.signals.rules import SIGNALS, read_rules, rule_hits
from insight.signals.student import estimate_chances
from insight.text.clean import split_sentences

DENIED = (
    r"\b(?:no|not?|never|zero|without|cannot|can't|couldn't|hasn't|haven't|didn't|don't|doesn't|won't|nothing)\b"
    r"[^.!?]{0,25}\b(?:problem|issue|complain|fault|bug|crash|glitch|trouble|disappoint|regret|fail|let (?:me|us) down)"
)
ENDED = (
    r"\b(?:used to (?:crash|freez|fail|lag|drop|have)|no longer|any ?more\b|"
    r"(?:fixed|solved|resolved|sorted) (?:\S+ ){0,3}(?:problem|issue|bug|crash))"
)
WISHED = r"\b(?:best|good|warm) wishes|wish(?:ing)? (?:you|everyone|them|him|her|all)\b[^.!?]{0,30}(?:best|luck|well|happy|success)"


@dataclass(frozen=True)
class Labelled:
    """A set of messages, whether each carries a signal, and the signals that count as it."""

    name: str
    texts: list[str]
    label: np.ndarray
    signals: tuple[str, ...]
    rating: np.ndarray | None = None


def labelled_sets(folder: Path) -> list[Labelled]:
    """Read the labelled sets, one entry a set and signal."""

    def read(name: str, column: str = "text") -> pd.DataFrame:
        table = pd.read_csv(folder / f"{name}.csv.gz", low_memory=False).dropna(subset=column)
        return table.assign(text=table[column].astype(str))

    def of(table: pd.DataFrame, name: str, label: pd.Series, *signals: str) -> Labelled:
        stars = (table["stars"].to_numpy(float) - 1) / 4 if "stars" in table else None
        return Labelled(name, table["text"].tolist(), label.to_numpy(bool), signals, stars)

    wishes, airline, tweets = read("wishes_uservoice"), read("airline"), read("tweets_sentiment")
    products, complaints = read("electronics_multilabel"), read("complaints")
    compared = products[products["comparative"].notna()]
    reviews = read("app_reviews_maalej").drop_duplicates("text")
    issues, sentences = read("issues_bug_feature_question", "title"), read("comparisons", "sentence")
    trial = wishes[wishes["split"] == "trial"]
    sets = [
        of(trial, "wishes, trial split", trial["suggestion"] == 1, "wish"),
        of(wishes, "wishes, all", wishes["suggestion"] == 1, "wish"),
        of(reviews, "app reviews: feature", reviews["label"] == "Feature", "wish"),
        of(issues, "issue titles: feature *", issues["label"] == "feature", "wish"),
        of(products, "electronics: complaint", products["complaint_feature"] == 1, "complaint"),
        of(complaints, "complaints on Twitter", complaints["complaint"] == 1, "complaint"),
        of(airline, "airline: negative", airline["airline_sentiment"] == "negative", "complaint"),
        of(reviews, "app reviews: bug", reviews["label"] == "Bug", "complaint"),
        of(issues, "issue titles: bug *", issues["label"] == "bug", "complaint"),
        of(tweets, "tweets: negative *", tweets["sentiment"] == "negative", "complaint"),
        of(products, "electronics: praise", products["praise_feature"] == 1, "praise"),
        of(airline, "airline: positive", airline["airline_sentiment"] == "positive", "praise"),
        of(tweets, "tweets: positive *", tweets["sentiment"] == "positive", "praise"),
        of(compared, "electronics: comparison", compared["comparative"] == 1, "comparison"),
        of(sentences, "comparisons", sentences["most_frequent_label"] != "NONE", "comparison"),
    ]
    for app, table in read("informative_reviews").groupby("app"):
        wanted = "complaint", "wish", "question", "workaround"
        sets.append(of(table, f"informative: {app}", table["informative"] == 1, *wanted))
    return sets


_ASK = """
import json, sys
import pandas as pd
import insight.signals
from insight.signals import find_signals
if hasattr(insight.signals.find_signals, "READ_ALL"):
    insight.signals.find_signals.READ_ALL = sys.maxsize
layers = ("patterns", "classifier") if sys.argv[2] == "both" else ("patterns",)
heard = [
    find_signals(texts, layers=layers)[["mention_id", "signal"]].drop_duplicates().astype(str).values.tolist()
    for texts in json.load(open(sys.argv[1]))
]
json.dump(heard, open(sys.argv[1], "w"))
"""


def signals_by_text(
    lists: Sequence[Sequence[str]], *, both: bool, checkout: Path | None
) -> list[pd.DataFrame]:
    """Return for each list of texts which signals this, or another, checkout finds in each text."""
    if checkout is None:
        layers = ("patterns", "classifier") if both else ("patterns",)
        pairs = [find_signals(texts, layers=layers)[["mention_id", "signal"]].astype(str) for texts in lists]
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "texts.json"
            path.write_text(json.dumps(lists))
            subprocess.run(
                [sys.executable, "-c", _ASK, str(path), "both" if both else "patterns"],
                check=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(checkout)},
            )  # fmt: skip
            pairs = [
                pd.DataFrame(one, columns=["mention_id", "signal"]) for one in json.loads(path.read_text())
            ]
    tables = [pd.crosstab(one["mention_id"].astype(int), one["signal"]) > 0 for one in pairs]
    return [
        table.reindex(index=range(len(texts)), columns=list(SIGNALS), fill_value=False)
        for table, texts in zip(tables, lists, strict=True)
    ]


def f1(label: np.ndarray, guess: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Return F1, one a row of weights."""
    weight = np.ones((1, len(label))) if weight is None else weight
    both, either = weight @ (label & guess), weight @ (label.astype(float) + guess)
    return 2 * both / np.maximum(either, 1)


def difference(label: np.ndarray, before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the difference in F1, the same messages drawn for both."""
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(20):
        weight = rng.multinomial(len(label), np.full(len(label), 1 / len(label)), size=100)
        drawn.append(f1(label, after, weight) - f1(label, before, weight))
    low, high = np.quantile(np.concatenate(drawn), [0.025, 0.975])
    return float(low), float(high)


def compare(sets: list[Labelled], *, both: bool, checkout: Path | None) -> pd.DataFrame:
    """Return precision, recall and F1 of each set, and what changed since the other checkout."""
    lists = list({id(one.texts): one.texts for one in sets}.values())
    now = signals_by_text(lists, both=both, checkout=None)
    then = signals_by_text(lists, both=both, checkout=checkout) if checkout else now
    at = {id(texts): row for row, texts in enumerate(lists)}
    rows = []
    for one in sets:
        after, before = (
            tables[at[id(one.texts)]][list(one.signals)].any(axis=1).to_numpy() for tables in (now, then)
        )
        low, high = difference(one.label, before, after) if checkout else (np.nan, np.nan)
        hit = one.label & after
        figures = {"precision": hit.sum() / after.sum(), "recall": hit.sum() / one.label.sum()}
        was = {
            "recall before": (one.label & before).sum() / one.label.sum(),
            "F1 before": f1(one.label, before)[0],
        }
        rows.append(
            {
                "set": one.name,
                "n": len(one.label),
                **figures,
                **was,
                "F1": f1(one.label, after)[0],
                "low": low,
                "high": high,
            }
        )
    return pd.DataFrame(rows)


def with_ratings(sets: list[Labelled]) -> pd.DataFrame:
    """Return F1 without and with what ratings teach, where messages have stars."""
    rows = []
    for one in sets:
        if one.rating is None or one.signals[0] != "complaint":
            continue
        mentions = pd.DataFrame(
            {"mention_id": np.arange(len(one.texts)).astype(str), "text": one.texts, "rating": one.rating}
        )
        guesses = []
        for ratings in (False, True):
            found = find_signals(mentions, layers=("patterns",), ratings=ratings)
            found = found[found["signal"].isin(one.signals)]
            guesses.append(mentions["mention_id"].isin(found["mention_id"]).to_numpy())
        low, high = difference(one.label, *guesses)
        scores = {
            name: f1(one.label, guess)[0] for name, guess in zip(("without", "with"), guesses, strict=True)
        }
        rows.append({"set": one.name, "n": len(one.texts), **scores, "low": low, "high": high})
    return pd.DataFrame(rows)


def idioms(folder: Path, checkout: Path | None) -> pd.DataFrame:
    """Return, of praise in the words of complaints as people wrote it, the share not called a complaint or wish."""
    reviews = pd.read_csv(folder / "app_reviews_maalej.csv.gz").dropna(subset="text")
    airline = pd.read_csv(folder / "airline.csv.gz")
    products = pd.read_csv(folder / "electronics_multilabel.csv.gz")
    tweets = pd.read_csv(folder / "tweets_sentiment.csv.gz")
    apps = pd.read_csv(folder / "informative_reviews.csv.gz")
    pleased = [
        *apps.loc[(apps["stars"] == 5) & (apps["informative"] == 0), "text"],
        *reviews.loc[(reviews["stars"] == 5) & ~reviews["label"].isin(["Bug", "Feature"]), "text"],
        *airline.loc[airline["airline_sentiment"] == "positive", "text"],
        *products.loc[(products["praise_feature"] == 1) & (products["complaint_feature"] == 0), "text"],
        *tweets.loc[tweets["sentiment"] == "positive", "text"],
    ]
    said = pd.Series(
        [text[slice(*span)] for text in pleased for span in split_sentences(text)]
    ).drop_duplicates()
    said = said[said.str.split().str.len() <= 20]
    rows = []
    for kind, pattern in {"fault denied": DENIED, "trouble over": ENDED, "good wishes": WISHED}.items():
        texts = said[said.str.contains(pattern, case=False, regex=True)].tolist()
        row: dict[str, object] = {"kind": kind, "n": len(texts)}
        for name, other in {"before": checkout, "now": None}.items():
            if name == "now" or other:
                (found,) = signals_by_text([texts], both=False, checkout=other)
                row[name] = 1 - found[["complaint", "wish"]].any(axis=1).mean()
        rows.append(row)
    return pd.DataFrame(rows)


def ablate(sets: list[Labelled]) -> pd.DataFrame:
    """Return what each rule adds to recall and F1 of its signal: the mean over tuned sets, and over the rest."""
    rows = []
    for one in sets:
        places = [
            (at, text[slice(*span)]) for at, text in enumerate(one.texts) for span in split_sentences(text)
        ]
        at = np.array([place[0] for place in places])
        met = {}
        for name, hit in rule_hits([place[1] for place in places]).items():
            if name.split(":")[0] in one.signals:
                met[name] = np.zeros(len(one.texts), dtype=bool)
                met[name][at[hit]] = True
        total = np.sum([*met.values()], axis=0)
        whole = f1(one.label, total > 0)[0]
        for name, hit in met.items():
            left = total - hit > 0
            lost = (one.label & (total > 0) & ~left).sum() / one.label.sum()
            tuned = "unseen" if one.name.endswith("*") else "tuned"
            rows.append((name, tuned, whole - f1(one.label, left)[0], lost))
    table = pd.DataFrame(rows, columns=["rule", "sets", "F1", "recall"])
    return table.pivot_table(
        index="rule", columns="sets", values=["F1", "recall"], aggfunc="mean"
    ).reset_index()


def speed(folder: Path) -> str:
    """Return sentences a second of all layers, and how far the student agrees with the classifier."""
    texts = [
        text
        for name in ("airline", "support_inbound_spotify", "complaints", "informative_reviews")
        for text in pd.read_csv(folder / f"{name}.csv.gz")["text"].dropna()
    ]
    n = sum(len(split_sentences(text)) for text in texts)
    lines = []
    find_signals(texts[:100])
    for layers in (("patterns",), ("patterns", "classifier")):
        start, busy = time.perf_counter(), time.process_time()
        find_signals(texts, layers=layers)
        wall, busy = time.perf_counter() - start, time.process_time() - busy
        lines.append(
            f"{' and '.join(layers)}: {n:,} sentences in {wall:.1f} s, {n / wall:,.0f} a second "
            f"({busy:.1f} s of processor time, {2 * n / busy:,.0f} a second on two idle cores)"
        )
    said = list(
        dict.fromkeys(text[slice(*span)] for text in texts[-6000:] for span in split_sentences(text))
    )[:4000]
    slow = shipped_model().probabilities(said)
    fast = estimate_chances(said, shipped_model())
    for one in shipped_model().classifiers:
        true, guess = slow[one.signal] >= one.least, fast[one.signal] >= one.least
        lines.append(
            f"{one.signal}: of {true.sum()} that the classifier finds in {len(said):,} sentences the student and its closest "
            f"calls find {(true & guess).sum()}, and {(guess & ~true).sum()} others"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    if "INSIGHT_REAL_DATA" not in os.environ:
        sys.exit("Set INSIGHT_REAL_DATA to the folder that holds labelled/.")
    folder = Path(os.environ["INSIGHT_REAL_DATA"]) / "labelled"
    checkout = Path(sys.argv[sys.argv.index("--before") + 1]).resolve() if "--before" in sys.argv else None
    sets = labelled_sets(folder)
    show = {"index": False, "float_format": "{:.3f}".format, "na_rep": "-"}
    print(
        f"{len(read_rules())} rules in {(Path(insight.signals.student.__file__).with_name('signals.toml')).stat().st_size:,} bytes"
    )
    print(compare(sets, both="--both" in sys.argv, checkout=checkout).to_string(**show))
    print(with_ratings(sets).to_string(**show))
    print(idioms(folder, checkout).to_string(**show))
    if "--ablate" in sys.argv:
        print(ablate(sets).to_string(**show))
    if "--both" in sys.argv:
        print(speed(folder))


if __name__ == "__main__":
    main()
