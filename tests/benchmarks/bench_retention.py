"""Ten million events to cohorts and growth, beside pandas: `python -m tests.benchmarks retention`."""

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import insight as ins

N_EVENTS, N_PEOPLE, N_DAYS, RUNS = 10_000_000, 1_000_000, 5 * 365, 3
N_AT_A_TIME = 1_000_000


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


def ours(path: Path) -> pd.Series:
    authors = ins.activity(path, burn_in="0D")
    ins.growth(authors)
    return ins.retention(authors).query("cohort == 'all' and period == 1")["retained"]


def usual(path: Path) -> pd.Series:
    """The recipe of most tutorials: first month by transform, then distinct authors by cohort and month."""
    events = pd.read_parquet(path, columns=["author_id", "created_at"])
    events["month"] = events["created_at"].dt.tz_localize(None).dt.to_period("M")
    events["cohort"] = events.groupby("author_id")["month"].transform("min")
    table = events.groupby(["cohort", "month"])["author_id"].nunique().reset_index()
    later = (table["month"] - table["cohort"]).map(lambda months: months.n)
    whole = table["month"] < table["month"].max()
    return table.loc[(later == 1) & whole, "author_id"].sum()


def seconds(work, runs=RUNS) -> tuple[float, int]:
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = int(np.sum(work()))
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), answer


with tempfile.TemporaryDirectory() as folder:
    events = Path(folder) / "events.parquet"
    write_events(events)
    mine, returned = seconds(lambda: ours(events))
    theirs, same = seconds(lambda: usual(events), runs=1)
if returned != same:
    raise SystemExit(f"the two disagree: {returned:,} and {same:,} newcomers came back in the next month")
print(f"{N_EVENTS:,} events; both find {returned:,} newcomers back in the month after their first")
print(f"activity + retention + growth  {mine:6.2f} s   (budget 3 s)")
print(
    f"the usual pandas recipe        {theirs:6.2f} s   cohort table alone; {theirs / mine:.1f} times as long"
)
