"""Score the signal rules on labelled sets, beside trained baselines, and time them.

INSIGHT_REAL_DATA=... python tests/benchmarks/bench_needs.py [--rules] [--misses SET]

No rule was learned by machine, but these sets are no untouched test: their misses were read while the rules were
widened, the trial split of the wishes included, and the probabilities in signals.toml are counted on them. Expect less
on text never seen. Baselines were measured once, five-fold and in domain: the best of TF-IDF or sentence vectors with
logistic regression.
"""
# ruff: noqa: E501

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from insight.needs import find_signals
from insight.text import split_sentences


@dataclass(frozen=True)
class Trial:
    """One labelled set and one signal: which rows, which of them are positive, what others reach."""

    name: str
    file: str
    signal: str
    positive: Callable[[pd.DataFrame], pd.Series]
    rows: Callable[[pd.DataFrame], pd.Series] | None = None
    baseline: float | None = None
    goal: float | None = None


TRIALS = (
    Trial("wishes trial", "wishes_uservoice", "wish", lambda t: t.suggestion == 1,
          lambda t: (t.subtask == "A") & (t.split == "trial"), 0.744, 0.85),
    Trial("wishes train", "wishes_uservoice", "wish", lambda t: t.suggestion == 1,
          lambda t: (t.subtask == "A") & (t.split == "train")),
    Trial("app reviews: feature", "app_reviews_maalej", "wish", lambda t: t.label == "Feature", None, 0.496, 0.58),
    Trial("app reviews: bug", "app_reviews_maalej", "complaint", lambda t: t.label == "Bug", None, 0.629, 0.70),
    Trial("suggestions to buyers", "suggestions_electronics", "advice", lambda t: t.suggestion == 1),
    Trial("electronics: complaint", "electronics_multilabel", "complaint", lambda t: t.complaint_feature == 1,
          None, 0.473, 0.55),
    Trial("electronics: praise", "electronics_multilabel", "praise", lambda t: t.praise_feature == 1, None, 0.628, 0.70),
    Trial("electronics: comparison", "electronics_multilabel", "comparison", lambda t: t.comparative == 1,
          lambda t: t.comparative.notna(), 0.205, 0.50),
    Trial("complaints, all", "complaints", "complaint", lambda t: t.complaint == 1, None, 0.834, 0.87),
    Trial("complaints, to brands", "complaints", "complaint", lambda t: t.complaint == 1,
          lambda t: ~t.domain.str.startswith("random"), 0.788, 0.82),
    Trial("airline: negative", "airline", "complaint", lambda t: t.airline_sentiment == "negative"),
    Trial("airline: positive", "airline", "praise", lambda t: t.airline_sentiment == "positive"),
    Trial("comparisons", "comparisons", "comparison", lambda t: t.most_frequent_label != "NONE", None, 0.711, 0.80),
    Trial("chat: question", "dialogue_acts_chat", "question", lambda t: t.act.isin(["ynQuestion", "whQuestion"]),
          lambda t: t.act != "System", 0.781, 0.92),
)  # fmt: skip


def measure(trial: Trial, folder: Path) -> tuple[dict[str, object], pd.DataFrame]:
    """Return precision, recall and F1 of one trial, and its rows with label and guess."""
    table = pd.read_csv(folder / f"{trial.file}.csv.gz", low_memory=False)
    if trial.rows is not None:
        table = table[trial.rows(table)]
    texts = table["sentence" if "sentence" in table else "text"].fillna("").astype(str).tolist()
    found = find_signals(texts)
    found = found[found["signal"] == trial.signal]
    rows = pd.DataFrame({"text": texts, "label": trial.positive(table).to_numpy()})
    best = found.sort_values("probability", ascending=False, kind="stable").drop_duplicates("mention_id")
    rows["evidence"] = (
        best.set_index(best["mention_id"].astype(int))["evidence"].reindex(rows.index).astype(object)
    )
    rows["guess"] = rows["evidence"].notna()
    hits = int((rows.label & rows.guess).sum())
    precision, recall = hits / max(1, int(rows.guess.sum())), hits / max(1, int(rows.label.sum()))
    f1 = 2 * hits / max(1, int(rows.guess.sum()) + int(rows.label.sum()))
    miss = int((~rows.label & ~rows.guess).sum())
    f1_other = 2 * miss / max(1, int((~rows.guess).sum()) + int((~rows.label).sum()))
    scores = {"n": len(rows), "positive": int(rows.label.sum()), "precision": precision, "recall": recall, "F1": f1,
              "macro_F1": (f1 + f1_other) / 2, "baseline": trial.baseline, "goal": trial.goal}  # fmt: skip
    return {"set": trial.name, "signal": trial.signal} | scores, rows


def time_rules(folder: Path) -> str:
    """Return the speed over the airline and support messages."""
    texts = [
        text
        for name in ("airline", "support_inbound_spotify")
        for text in pd.read_csv(folder / f"{name}.csv.gz")["text"].dropna()
    ]
    n = sum(len(split_sentences(text)) for text in texts)
    find_signals(texts[:100])
    start, busy = time.perf_counter(), time.process_time()
    find_signals(texts)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return (
        f"{n:,} sentences of {len(texts):,} messages in {seconds:.1f} s ({busy:.1f} s of processor time): "
        f"{n / busy:,.0f} sentences a processor second"
    )


def by_rule(scored: dict[str, tuple[dict[str, object], pd.DataFrame]]) -> pd.DataFrame:
    """Return the precision of each rule: the mean over the sets labelled by sentence or message.

    App reviews carry one label each, whatever else they say, so they do not count here; nor does a set in which the
    rule matched fewer than 20 times.
    """
    hits = pd.concat(
        rows[rows["guess"]].assign(set=name, signal=scores["signal"])
        for name, (scores, rows) in scored.items()
        if not name.startswith("app reviews")
    )
    of_set = hits.groupby(["signal", "evidence", "set"])["label"].agg(["size", "mean"]).query("size >= 20")
    of_rule = of_set.groupby(["signal", "evidence"]).agg(n=("size", "sum"), probability=("mean", "mean"))
    return of_rule.reset_index()


def main() -> None:
    """Print the table."""
    if "INSIGHT_REAL_DATA" not in os.environ:
        sys.exit("Set INSIGHT_REAL_DATA to the folder that holds labelled/.")
    folder = Path(os.environ["INSIGHT_REAL_DATA"]) / "labelled"
    misses = sys.argv[sys.argv.index("--misses") + 1] if "--misses" in sys.argv else None
    trials = [trial for trial in TRIALS if misses in (None, trial.name)]
    scored = {trial.name: measure(trial, folder) for trial in trials}
    table = pd.DataFrame([scores for scores, _ in scored.values()])
    print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))
    if "--rules" in sys.argv:
        print(by_rule(scored).to_string(index=False, float_format=lambda value: f"{value:.2f}"))
    if misses:
        rows = scored[misses][1]
        wrong = rows[rows.label != rows.guess].sample(frac=1, random_state=0)
        print(
            *(f"{row.label!s:5} {row.evidence!s:18.18} {row.text[:200]}" for row in wrong[:80].itertuples()),
            sep="\n",
        )
        return
    print(time_rules(folder))


if __name__ == "__main__":
    main()
