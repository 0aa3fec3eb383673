"""Tables in memory (pandas, polars, Arrow, Ibis) -> a source that is read as the columns of a file are."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeGuard, cast

import pandas as pd

from insight.mentions import InsightError

from .containers import Source
from .readers import scalar

if TYPE_CHECKING:
    import pyarrow as pa


class ArrowTable(Protocol):
    """A table that hands its columns to Arrow, as those of pandas, polars, Arrow and Ibis do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def is_table(given: object) -> TypeGuard[ArrowTable]:
    """Return whether this is a table in memory, and no path."""
    one_column = isinstance(given, pd.Series | pd.Index)
    return hasattr(given, "__arrow_c_stream__") and hasattr(given, "columns") and not one_column


def names_of(table: object) -> list[str]:
    """Name the columns of a table."""
    return [str(name) for name in getattr(table, "column_names", getattr(table, "columns", ()))]


def table_source(table: ArrowTable) -> Source:
    """Name a table by its size, and hold it as Arrow."""
    held = _from_pandas(table) if isinstance(table, pd.DataFrame) else _from_others(table)
    if not held.num_columns or not held.num_rows:
        found = f"{held.num_rows:,} rows and {held.num_columns} columns"
        raise InsightError(f"the table is empty ({found}). Pass one row a message.")
    name, now = f"table of {held.num_rows:,} rows", pd.Timestamp.now("UTC").floor("s").tz_localize(None)
    return Source(name, "", _no_bytes, named=True, modified=now, table=held)


def row_labels(table: object) -> pd.Index | None:
    """Return the index of a table of pandas, unless it only counts the rows or has several levels."""
    if not isinstance(table, pd.DataFrame) or table.index.nlevels > 1:
        return None
    counts = isinstance(table.index, pd.RangeIndex) and table.index.equals(pd.RangeIndex(len(table)))
    return None if counts or table.index.inferred_type.startswith("mixed") else table.index


def _no_bytes() -> BinaryIO:
    raise InsightError("a table in memory has no bytes.")


def _from_pandas(table: pd.DataFrame) -> pa.Table:
    import pyarrow as pa

    columns = [_column(table.iloc[:, at]) for at in range(table.shape[1])]
    return pa.Table.from_arrays(columns, names=[str(name) for name in table.columns])


def _column(values: pd.Series) -> pa.Array:
    """Hold a column as Arrow; one of mixed types as the texts that a file would have."""
    import pyarrow as pa

    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        missing = values.isna()
        return pa.array(
            [None if gap else scalar(value) for value, gap in zip(values, missing, strict=True)], pa.string()
        )


def _from_others(table: ArrowTable) -> pa.Table:
    import pyarrow as pa

    if hasattr(table, "to_pyarrow"):
        return cast("pa.Table", table.to_pyarrow())
    return table if isinstance(table, pa.Table) else pa.table(table)
