"""A Parquet file that `read_archive(to=)` wrote holds the account of its import, and is opened with it.

The whole archive is in the table already: ids, threads, sides, pseudonyms. Only what asks for another table
(other brands, names instead of pseudonyms, people to delete) has it read as any other export.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from insight.mentions import as_mentions

from .as_archive import Archive
from .finish import Choices
from .import_report import ImportReport
from .instructions import Instructions
from .privacy.deletion import Deleted
from .privacy.guard import make_guard
from .sides import Brands

_ACCOUNT = "insight_import"
_VERSION = 1
_TABLES = ("files", "set_aside", "columns", "volume", "partial", "understood")
_TYPES = {
    pa.string(): pd.StringDtype("pyarrow", na_value=float("nan")),
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
"""Of a column that may have gaps; others become what they are in the table of mentions."""


def account_of(report: ImportReport, choices: Choices) -> dict[str, str]:
    """Write what the import says into the words that a Parquet file can carry."""
    said = dict(vars(report))
    tables = {name: _packed(said[name]) for name in _TABLES}
    moments = {name: None if pd.isna(said[name]) else said[name].isoformat() for name in ("first", "last")}
    account = {"version": _VERSION, "private": choices.include_private, "report": said | tables | moments}
    return {_ACCOUNT: json.dumps(account)}


def open_written(source: object, asked: Instructions, brands: Brands, choices: Choices) -> Archive | None:
    """Return the archive in a file that was written so, unless something else is asked of it now."""
    if isinstance(source, Sequence) and not isinstance(source, str) and len(source) == 1:
        source = source[0]
    if not isinstance(source, str | Path) or asked.format or asked.columns or choices.deleted:
        return None
    path = Path(source).expanduser()
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        with pq.ParquetFile(path) as file:
            account = json.loads((file.metadata.metadata or {})[_ACCOUNT.encode()])
            if account["version"] != _VERSION or file.metadata.num_rows != account["report"]["n_mentions"]:
                return None
            report = _unpacked(account["report"])
            if not _serves(report, brands, choices) or account["private"] != choices.include_private:
                return None
            mentions = as_mentions(file.read().to_pandas(types_mapper=_TYPES.get))
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None  # no such file, or another one: reading it says what is wrong
    guard = make_guard(mentions, Deleted(), key=choices.secret, shareable=choices.shareable)
    return Archive(mentions, report, guard)


def _serves(report: ImportReport, brands: Brands, choices: Choices) -> bool:
    """Return whether the table is what would be made now."""
    given = {name: report.brands.get(name) for name in report.named}
    same = not brands.names or (brands.names, brands.listed) == (report.named, given)
    return same and (report.privacy == "shareable") == choices.shareable


def _packed(table: pd.DataFrame) -> str:
    return base64.b64encode(table.to_parquet()).decode()


def _unpacked(said: dict[str, Any]) -> ImportReport:
    tables = {name: pd.read_parquet(io.BytesIO(base64.b64decode(said[name]))) for name in _TABLES}
    moments = {name: pd.Timestamp(said[name]) for name in ("first", "last")}  # of None it is NaT
    words = {name: tuple(said[name]) for name in ("notes", "named")}
    return ImportReport(**said | tables | moments | words)
