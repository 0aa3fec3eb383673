"""A report on a Spark cluster of two workers, of which one is killed, is the report of one process."""

from __future__ import annotations

import os
import pickle
import runpy
import subprocess
import sys

import pandas as pd
import pytest

import insight as ins
from insight.signals import batches
from insight.timeline.engine import Cluster
from tests.simulate.repeated import write_repeated


@pytest.fixture
def written(tmp_path):
    """A small archive, written to Parquet."""
    export = write_repeated(tmp_path / "twcs.csv", 1_200)
    ins.read_archive(export, key=tmp_path / "key", to=tmp_path / "mentions.parquet")
    return tmp_path / "mentions.parquet"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_page_of_a_written_file_is_that_of_the_export(written, tmp_path):
    pages = [
        ins.build_report(ins.read_archive(file, key=tmp_path / "key")).to_html()
        for file in (written, tmp_path / "twcs.csv")
    ]
    assert pages[0] == pages[1]


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_gives_the_same_page(
    written, spark_cluster, root, tmp_path, monkeypatch
):
    script = root / "tests" / "report" / "spark_report.py"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", script, spark_cluster, written, tmp_path],
        env={**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}, capture_output=True, text=True, timeout=500,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    assert (tmp_path / "killed").exists()
    monkeypatch.setattr(batches, "AT_ONCE", runpy.run_path(str(script))["AT_ONCE"])
    report = ins.build_report(ins.read_archive(written, key=tmp_path / "key"))
    theirs = pickle.loads((tmp_path / "found.pickle").read_bytes())
    assert set(theirs) == {"signals", "waits", "activity", "cohorts"}
    for name, table in theirs.items():
        ours = getattr(report.results, name)
        assert len(ours) > 3, name
        pd.testing.assert_frame_equal(table, ours, obj=name)
        assert table.attrs == ours.attrs, name
    assert (tmp_path / "page.html").read_text() == report.to_html()


def test_without_pyspark_the_way_out_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ins.InsightError, match="pip install pyspark"), Cluster.open("spark://nowhere:1"):
        pass
