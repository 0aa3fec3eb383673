from __future__ import annotations

import runpy
import subprocess
import sys

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import insight as ins
from insight.timeline import engine
from insight.timeline.engine.source import fetch, tally


@pytest.fixture(scope="module")
def town() -> pd.DataFrame:
    """Six hundred messages of forty people and a brand, over a change of clocks, with every sort of gap."""
    rng = np.random.default_rng(4)
    n = 600
    side = rng.choice(["customer", "brand", "unknown"], n, p=[0.5, 0.4, 0.1])
    ids = np.char.mod("x:%03d", rng.permutation(n))
    parent = np.where(rng.random(n) < 0.5, rng.permutation(ids), None)
    thread = np.char.mod("t%d", rng.integers(0, 80, n)).astype(object)
    author = np.where(side == "brand", "acme", np.char.mod("p%02d", rng.integers(0, 40, n))).astype(object)
    frame = pd.DataFrame(
        {
            "mention_id": ids,
            "conversation_id": np.where(rng.random(n) < 0.05, None, thread),
            "reply_to_id": np.where(parent == ids, None, parent),
            "author_id": np.where(rng.random(n) < 0.03, None, author),
            "created_at": pd.Timestamp("2024-12-30 21:00", tz="UTC")
            + pd.to_timedelta(rng.integers(0, 2400, n) * 3_601_000_001, unit="us"),
            "time_precision": rng.choice(["s", "min", "day"], n, p=[0.8, 0.15, 0.05]),
            "side": side,
            "platform": rng.choice(["x", "reddit"], n),
            "automated": pd.array(rng.choice([True, False, None], n, p=[0.03, 0.9, 0.07]), dtype="boolean"),
        }
    )
    addressed = np.where(frame["platform"] == "reddit", None, rng.choice([True, False, None], n))
    return ins.as_mentions(frame.assign(addressed=addressed))


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_tables_row_by_row(town, spark, tmp_path):
    town.to_parquet(tmp_path / "town.parquet")
    table = spark.read_parquet(tmp_path / "town.parquet")
    for measure, options in (
        (ins.activity, {"period": "week", "tz": "Europe/Berlin", "as_of": "2025-04-01"}),
        (ins.first_responses, {}),
    ):
        ours, theirs = measure(town, **options), measure(table, **options)
        pd.testing.assert_frame_equal(ours, theirs)
        assert ours.attrs == theirs.attrs
        assert len(ours) > 20


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_of_two_workers_gives_the_same_tables_row_by_row(town, spark_cluster, root, tmp_path):
    """A driver in a process of its own, a master and two workers that share nothing but loopback."""
    town.to_parquet(tmp_path / "town.parquet")
    script = root / "tests" / "timeline" / "spark_cluster.py"
    command = [sys.executable, "-W", "ignore", script, spark_cluster, tmp_path / "town.parquet", tmp_path]
    run = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    assert (tmp_path / "workers").read_text() == "2"
    measures = runpy.run_path(str(script))["MEASURES"]
    for name, (measure, options) in measures.items():
        ours = measure(town, **options)
        theirs = pd.read_parquet(tmp_path / f"{name}.parquet")
        pd.testing.assert_frame_equal(ours, theirs, obj=name)
        assert len(ours) > 20


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_a_spark_session_in_another_zone_is_refused(town, spark, tmp_path):
    town[["author_id", "created_at", "side"]].to_parquet(tmp_path / "town.parquet")
    table = spark.read_parquet(tmp_path / "town.parquet")
    spark.raw_sql("SET TIME ZONE 'Asia/Tokyo'")
    try:
        with pytest.raises(ins.InsightError, match="Asia/Tokyo"):
            ins.activity(table)
    finally:
        spark.raw_sql("SET TIME ZONE 'UTC'")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Ibis 12 calls DuckDB 2 by an old name
def test_an_ibis_table_is_asked_where_it_lies(town):
    people = town[["author_id", "created_at"]].assign(side="customer")
    table = ibis.duckdb.connect().create_table("people", pa.Table.from_pandas(people))
    pd.testing.assert_frame_equal(ins.activity(table), ins.activity(people))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_folder_larger_than_memory_gives_the_same(tmp_path):
    """Four files of 45 MB together, read by a DuckDB that may hold 20 MB."""
    rng = np.random.default_rng(0)
    for part in range(4):
        n = 200_000
        who = np.char.mod("somebody-with-a-long-name-%06d", rng.integers(0, 5_000, n))
        stamps = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 3e7, n), unit="s")
        people = pd.DataFrame({"author_id": who, "created_at": stamps.as_unit("us"), "side": "customer"})
        people.to_parquet(tmp_path / f"{part}.parquet", compression=None, use_dictionary=False)
    limit = 20_000_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) > 2 * limit
    small = ibis.duckdb.connect(memory_limit=f"{limit}B", threads=1, temp_directory=str(tmp_path / "spilled"))
    told = ins.activity(small.read_parquet(str(tmp_path / "*.parquet")))
    pd.testing.assert_frame_equal(told, ins.activity(tmp_path))
    assert told["n_mentions"].sum() == 800_000


def test_stamps_keep_their_microseconds_and_zone(town):
    source = engine.open_mentions(town, columns=["created_at"])
    stamps = fetch(source, source.table.order_by("created_at"))["created_at"]
    pd.testing.assert_series_equal(stamps, town["created_at"].sort_values(ignore_index=True))
    assert engine.span(source) == (town["created_at"].min(), town["created_at"].max())


def test_tally_counts_and_takes_unknown_for_no(town):
    source = engine.open_mentions(town, columns=["automated", "side"])
    table = source.table
    counts = tally(
        source, {"bots": table.automated, "brand": table.side == "brand", "none": table.side == "?"}
    )
    assert counts == {
        "bots": int(town["automated"].sum()),
        "brand": int((town["side"] == "brand").sum()),
        "none": 0,
    }


def test_waits_are_tallied_by_reason(town):
    columns = ["side", "is_public", "kind", "reposted_id", "created_at", "time_precision"]
    source = engine.open_mentions(town, columns=columns, optional=["automated"])
    counts = engine.tally_waits(source, as_of=town["created_at"].iloc[99])
    assert counts["n_after_as_of"] == (town["created_at"] > town["created_at"].iloc[99]).sum()
    assert counts["n_stamps_too_coarse"] == (town["time_precision"] == "day").sum()
    assert counts["n_automated"] == town["automated"].sum()
    assert counts["n_notes"] == counts["n_reposts"] == counts["n_undated"] == 0


@pytest.mark.parametrize(
    ("text", "hours"),
    [("24h", 24), ("1.5h", 1.5), ("90D", 2160), ("30min", 0.5), ("0D", 0), (pd.Timedelta("2h"), 2)],
)
def test_durations_carry_their_unit(text, hours):
    assert engine.duration(text, name="within") == pd.Timedelta(hours=hours)


def test_a_moment_without_zone_is_meant_in_the_given_one():
    assert engine.moment("2025-07-01", tz="Europe/Berlin") == pd.Timestamp("2025-06-30 22:00", tz="UTC")
    assert engine.moment("2025-07-01T00:00Z", tz="Europe/Berlin") == pd.Timestamp("2025-07-01", tz="UTC")


def test_nanoseconds_are_read_as_microseconds(town, tmp_path):
    plain = town[["author_id", "created_at", "side"]]
    fine = plain.assign(created_at=plain["created_at"].astype("datetime64[ns, UTC]"))
    fine.to_parquet(tmp_path / "fine.parquet")
    for table in (fine, tmp_path / "fine.parquet"):
        pd.testing.assert_frame_equal(ins.activity(table), ins.activity(plain))
