"""Agreement of topics with human labels, and seconds from raw text: `INSIGHT_REAL_DATA=folder make bench`."""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

import insight as ins

SETS = {
    "airline": "negativereason",
    "tweet89": "label",
    "banking77_train": "intent",
    "stackoverflow_titles": "label",
    "support_inbound_spotify": None,
}


METRICS = (adjusted_mutual_info_score, adjusted_rand_score)


def load(path: Path, column: str | None) -> pd.DataFrame:
    frame = pd.read_csv(path)
    if column is None:
        return pd.DataFrame({"text": frame["text"].astype(str), "label": 0})
    frame = frame[frame[column].notna() & (frame[column] != "Can't Tell")]
    return pd.DataFrame({"text": frame["text"].astype(str), "label": frame[column]})


def main() -> None:
    folder = Path(os.environ.get("INSIGHT_REAL_DATA", "")) / "labelled"
    if not folder.is_dir():
        sys.exit("set INSIGHT_REAL_DATA to a folder that holds labelled/ (see tests/README.md)")
    print(f"{'set':<24}{'texts':>7}{'labels':>7}{'topics':>7}{'AMI':>7}{'ARI':>7}{'none':>7}{'seconds':>9}")
    for name, column in SETS.items():
        data = load(folder / f"{name}.csv.gz", column)
        start = time.perf_counter()
        topics = ins.fit_topics(data["text"].tolist())
        seconds = time.perf_counter() - start
        found, truth = topics.assignments["topic"], data["label"].astype(str)
        ami, ari = (f(truth, found) if column else float("nan") for f in METRICS)
        counts = f"{len(data):>7}{truth.nunique() if column else 0:>7}{found[found >= 0].nunique():>7}"
        print(f"{name:<24}{counts}{ami:>7.3f}{ari:>7.3f}{(found < 0).mean():>7.3f}{seconds:>9.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MiB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
