"""Events in Parquet to cohorts and growth, beside pandas and polars: `python -m tests.benchmarks retention`.

Ten million events; INSIGHT_BENCH_EVENTS=100000000 asks for more, and then leaves pandas out, which would not
fit, and runs the others once. Each contender runs in a process of its own, so that peak memory is its own;
polars takes part where it is installed. CPU seconds stand beside wall seconds, which other work on the
machine stretches most.
"""

from __future__ import annotations

import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

N_EVENTS = int(os.environ.get("INSIGHT_BENCH_EVENTS", 10_000_000))
N_PEOPLE, N_DAYS = N_EVENTS // 10, 5 * 365
N_AT_A_TIME = 1_000_000
MOST_FOR_PANDAS = 20_000_000
RUNS = 3 if N_EVENTS <= MOST_FOR_PANDAS else 1


def write_events(path: Path) -> None:
    """Write people who join at any time, post in bursts and fade; a few post most."""
    rng = np.random.default_rng(0)
    joined = rng.integers(0, N_DAYS * 86_400, N_PEOPLE)
    names = pa.array(np.char.mod("u%09d", rng.permutation(N_PEOPLE)))
    schema = pa.schema(
        [("author_id", pa.string()), ("created_at", pa.timestamp("us", tz="UTC")), ("side", pa.string())]
    )
    start = np.datetime64("2020-01-01", "us")
    with pq.ParquetWriter(path, schema) as writer:
        for _ in range(N_EVENTS // N_AT_A_TIME):
            who = (rng.pareto(1.2, N_AT_A_TIME) * N_PEOPLE / 20).astype(int) % N_PEOPLE
            at = joined[who] + rng.exponential(90 * 86_400, N_AT_A_TIME).astype(int)
            stamps = start + np.minimum(at, N_DAYS * 86_400).astype("timedelta64[s]")
            sides = pa.array(["customer"]).take(pa.array(np.zeros(N_AT_A_TIME, dtype=np.int8)))
            writer.write_table(pa.table([names.take(pa.array(who)), pa.array(stamps), sides], schema=schema))


def ours(path: str) -> int:
    """Activity, retention and growth: the whole cohort table, and more than the others do."""
    import insight as ins

    authors = ins.activity(path, burn_in="0D")
    ins.growth(authors)
    return ins.retention(authors).query("cohort == 'all' and period == 1")["retained"].sum()


def pandas(path: str) -> int:
    """The recipe of most tutorials: first month by transform, then distinct authors by cohort and month."""
    events = pd.read_parquet(path, columns=["author_id", "created_at"])
    events["month"] = events["created_at"].dt.tz_localize(None).dt.to_period("M")
    events["cohort"] = events.groupby("author_id")["month"].transform("min")
    table = events.groupby(["cohort", "month"])["author_id"].nunique().reset_index()
    later = (table["month"] - table["cohort"]).map(lambda months: months.n)
    whole = table["month"] < table["month"].max()
    return table.loc[(later == 1) & whole, "author_id"].sum()


def polars(path: str) -> int:
    """Distinct author-months, each author's first, and a count."""
    import polars as pl

    stamp = pl.col("created_at")
    month = (stamp.dt.year() * 12 + stamp.dt.month()).alias("month")
    pairs = pl.scan_parquet(path).select("author_id", month).unique()
    pairs = pairs.with_columns(cohort=pl.col("month").min().over("author_id"))
    table = pairs.group_by("cohort", "month").agg(n=pl.len()).collect(engine="streaming").to_pandas()
    whole = table["month"] < table["month"].max()
    return table.loc[(table["month"] - table["cohort"] == 1) & whole, "n"].sum()


CONTENDERS = {"ours": ours, "pandas": pandas, "polars": polars}


def measure(name: str, path: Path, runs: int) -> dict[str, float]:
    """Run a contender in a process of its own; return the least seconds, and its peak memory."""
    command = [sys.executable, "-W", "ignore", __file__, name, str(path), str(runs)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def contend(name: str, path: str, runs: int) -> None:
    found = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = int(CONTENDERS[name](path))
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = map(min, zip(*found, strict=True))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    print(json.dumps({"wall": wall, "cpu": cpu, "memory": memory, "answer": answer}))


def main() -> None:
    names = ["ours", *(["pandas"] if N_EVENTS <= MOST_FOR_PANDAS else [])]
    names += ["polars"] if importlib.util.find_spec("polars") else []
    with tempfile.TemporaryDirectory() as folder:
        events = Path(folder) / "events.parquet"
        write_events(events)
        results = {name: measure(name, events, 1 if name == "pandas" else RUNS) for name in names}
    answers = {row["answer"] for row in results.values()}
    if len(answers) > 1:
        raise SystemExit(f"they disagree: { ({name: row['answer'] for name, row in results.items()}) }")
    print(f"{N_EVENTS:,} events; all find {answers.pop():,} newcomers back in the month after their first")
    best = results["ours"]
    for name, row in results.items():
        label = "activity + retention + growth" if name == "ours" else f"{name}, the cohort table alone"
        print(
            f"{label:32} {row['wall']:7.2f} s wall, {row['cpu']:7.2f} s CPU, {row['memory']:5.2f} GB"
            + ("" if name == "ours" else f"; {row['cpu'] / best['cpu']:.1f} times our CPU")
        )


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] in CONTENDERS:
        contend(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    else:
        main()
