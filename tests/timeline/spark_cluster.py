"""A Spark cluster on this machine: a master and two workers on loopback, and the tables that it gives.

Run by tests/timeline/test_engine.py in a process of its own, as a session holds one Spark at a time:
`python tests/timeline/spark_cluster.py spark://127.0.0.1:7077 town.parquet folder`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ibis

import insight as ins

MEASURES = {
    "activity": (ins.activity, {"period": "week", "tz": "Europe/Berlin", "as_of": "2025-04-01"}),
    "first": (
        ins.activity,
        {
            "period": "day",
            "first": ["platform"],
            "bots": ["p03"],
            "aliases": {"p01": "p02"},
        },
    ),
    "first_responses": (ins.first_responses, {}),
}

if __name__ == "__main__":
    from pyspark.sql import SparkSession

    master, town, folder = sys.argv[1:]
    session = (
        SparkSession.builder.master(master)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.executor.memory", "512m")
        .config("spark.sql.warehouse.dir", str(Path(folder) / "warehouse"))
        .getOrCreate()
    )
    table = ibis.pyspark.connect(session).read_parquet(town)
    for name, (measure, options) in MEASURES.items():
        measure(table, **options).to_parquet(Path(folder) / f"{name}.parquet")
    workers = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
    (Path(folder) / "workers").write_text(str(workers))
    session.stop()
