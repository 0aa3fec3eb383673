"""Where the mentions are: a DataFrame, Parquet or an Ibis table; and what is asked of any of them."""

from __future__ import annotations

import glob
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import READ_FIRST, InsightError, need_columns

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend


@dataclass(frozen=True)
class Source:
    """A table of mentions and the backend that holds it."""

    table: ir.Table
    backend: BaseBackend


def open_mentions(
    mentions: pd.DataFrame | ir.Table | str | Path, *, columns: Sequence[str], optional: Sequence[str] = ()
) -> Source:
    """Open a DataFrame, an Ibis table, or a Parquet file, folder or glob; keep the named columns."""
    import ibis

    if isinstance(mentions, ibis.Table):
        source = Source(mentions, mentions.get_backend())
    elif isinstance(mentions, str | Path):
        source = _parquet(Path(mentions))
    else:
        need_columns(mentions, "mentions", columns)
        backend = _duckdb()
        backend.con.register("mentions", as_plain(mentions, [*columns, *optional]))
        with _older_names():
            source = Source(backend.table("mentions"), backend)
    _check_zone(source.backend)
    missing = [name for name in columns if name not in source.table.columns]
    if missing:
        raise InsightError(
            f"mentions lack the columns {missing}; found {sorted(source.table.columns)}. {READ_FIRST}"
        )
    kept = source.table.select(*[name for name in (*columns, *optional) if name in source.table.columns])
    # Neither Ibis 12 nor half of DuckDB's functions know stamps of nanoseconds with a zone.
    fine = [name for name, dtype in kept.schema().items() if "TIMESTAMPTZ_NS" in str(dtype)]
    coarse = {name: kept[name].cast("timestamp('UTC', 6)") for name in fine}
    return Source(kept.mutate(**coarse) if fine else kept, source.backend)


def as_plain(frame: pd.DataFrame, columns: Sequence[str]) -> pa.Table:
    """Return those of the named columns that a table has, in types that every backend knows."""
    import pyarrow as pa

    frame = frame[[name for name in columns if name in frame.columns]]
    table = pa.Table.from_pandas(frame, preserve_index=False)
    plain = [_plain(field.type) for field in table.schema]
    return table.cast(pa.schema(list(zip(table.column_names, plain, strict=True))), safe=False)


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return the type without categories and with microseconds, which every backend has."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return kind.value_type
    return pa.timestamp("us", tz=kind.tz) if pa.types.is_timestamp(kind) else kind


def _check_zone(backend: BaseBackend) -> None:
    """Refuse a Spark session in another zone than UTC: it hands stamps back without saying which."""
    if backend.name != "pyspark":
        return
    zone = backend.to_pyarrow(backend.sql("SELECT current_timezone() AS zone"))["zone"][0].as_py()
    if zone not in ("UTC", "Etc/UTC"):
        raise InsightError(f"the Spark session is in {zone!r}; set spark.sql.session.timeZone to 'UTC'.")


def _parquet(path: Path) -> Source:
    backend = _duckdb()
    own = glob.escape(str(path)) if path.exists() else str(path)
    files = f"{own}/**/*.parquet" if path.is_dir() else own
    with _older_names():
        return Source(backend.read_parquet(files), backend)


@contextmanager
def _older_names() -> Iterator[None]:
    """Ibis 12 asks DuckDB 2 for a schema by a deprecated name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def _duckdb() -> BaseBackend:
    import ibis

    # The allocator's background threads give back what a query used; else the process keeps it.
    return ibis.duckdb.connect(
        temp_directory=tempfile.gettempdir(),
        allocator_background_threads=True,
        autoinstall_known_extensions=False,  # they would be fetched from the network
    )


def hold(source: Source, table: ir.Table) -> ir.Table:
    """Keep what a query returns in its backend, so that queries on it do not repeat it.

    Not on Spark: its cache does not know tables from memory, as of urgency, which a query may join.
    """
    if source.backend.name != "duckdb":
        return table
    with _older_names():
        return table.cache()


def fetch(source: Source, query: ir.Table) -> pd.DataFrame:
    """Run a query; stamps come back in UTC whatever the backend, and nothing is held twice."""
    frame = source.backend.to_pyarrow(query).to_pandas(split_blocks=True, self_destruct=True)
    for name, dtype in query.schema().items():
        if dtype.is_timestamp():
            stamps = frame[name]
            stamps = stamps.dt.tz_localize("UTC") if stamps.dt.tz is None else stamps.dt.tz_convert("UTC")
            frame[name] = stamps.astype("datetime64[us, UTC]")
    return frame


def tally(source: Source, counts: dict[str, ir.BooleanValue]) -> dict[str, int]:
    """Count the rows for which each condition holds, in one pass."""
    query = source.table.agg(**{name: condition.fill_null(False).sum() for name, condition in counts.items()})
    return {name: int(count) for name, count in fetch(source, query.fill_null(0)).iloc[0].items()}


def span(source: Source) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and the last stamp of the table."""
    stamps = source.table.created_at
    ends = fetch(source, source.table.agg(first=stamps.min(), last=stamps.max())).iloc[0]
    if pd.isna(ends["first"]):
        raise InsightError(
            "no mention has a date (created_at is missing throughout), so nothing can be timed."
        )
    return ends["first"], ends["last"]


def moment(value: str | pd.Timestamp, *, tz: str) -> pd.Timestamp:
    """Read a point in time as UTC; without a zone of its own it is meant in `tz`."""
    stamp = pd.Timestamp(value)
    return (stamp.tz_localize(tz) if stamp.tzinfo is None else stamp).tz_convert("UTC")


def duration(value: str | pd.Timedelta, *, name: str) -> pd.Timedelta:
    """Read a length of time that carries its unit; bare numbers are refused."""
    bare = (
        not isinstance(value, str | pd.Timedelta) or value == "" or str(value).strip("-+. 0123456789") == ""
    )
    length = pd.to_timedelta(None if bare else value, errors="coerce")
    if pd.isna(length) or length < pd.Timedelta(0):
        raise InsightError(f"{name}={value!r} is not a length of time with its unit, such as '24h' or '90D'.")
    return length


def until(table: ir.Table, as_of: pd.Timestamp) -> ir.BooleanValue:
    """Return whether a mention was written by `as_of`."""
    import ibis

    return table.created_at <= ibis.literal(as_of.to_pydatetime(), type="timestamp('UTC')")
