"""A Spark cluster: whole tables are asked there by Ibis, and batches of messages are read by its workers."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from insight.mentions import InsightError

from .source import as_plain

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import SparkSession

_BATCH, _PLACE, _MADE = "insight_batch", "insight_place", "made"


@dataclass(frozen=True)
class Cluster:
    """A session on a cluster, whose workers have this package installed."""

    session: SparkSession

    @classmethod
    @contextmanager
    def open(cls, master: str | None) -> Iterator[Cluster]:
        """Open a session at `master` (by default as Spark is configured), in UTC; close it on the way out."""
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise InsightError("--engine spark needs pyspark and Java 17: pip install pyspark.") from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("insight").config("spark.sql.session.timeZone", "UTC")
        try:
            session = (builder if master is None else builder.master(master)).getOrCreate()
        except Exception as error:  # what Java raises has no class of its own
            reason = str(error).strip().partition("\n")[0][:200]
            raise InsightError(
                f"no Spark session at {master or 'the master that Spark is configured for'}: {reason}"
            ) from error
        try:
            yield cls(session)
        finally:
            session.stop()

    def table(self, mentions: pd.DataFrame) -> ir.Table:
        """Hand a table over; what Ibis asks of it, the workers answer."""
        import ibis

        plain = [name for name, column in mentions.items() if column.dtype != object]
        self.session.createDataFrame(as_plain(mentions, plain)).createOrReplaceTempView("mentions")
        return ibis.pyspark.connect(self.session).table("mentions")

    def each(
        self,
        rows: pd.DataFrame,
        batch: npt.NDArray[np.int64],
        make: Callable[[pd.DataFrame], pd.DataFrame],
    ) -> list[pd.DataFrame]:
        """Return what `make` gives for each batch of rows, in their order, whichever worker made it."""
        types = rows.dtypes.to_dict()
        placed = rows.assign(**{_BATCH: batch, _PLACE: np.arange(len(rows))})

        def work(table: pa.Table) -> pa.Table:
            own = table.to_pandas().sort_values(_PLACE, ignore_index=True)
            made = io.BytesIO()
            make(own[list(types)].astype(types)).to_parquet(made)
            return pa.table({_BATCH: own[_BATCH].iloc[:1], _MADE: [made.getvalue()]})

        frame = self.session.createDataFrame(as_plain(placed, list(placed)))
        done = frame.groupBy(_BATCH).applyInArrow(work, f"{_BATCH} long, {_MADE} binary").toArrow()
        found = done.sort_by(_BATCH)[_MADE].to_pylist()
        return [pd.read_parquet(io.BytesIO(made)) for made in found]
