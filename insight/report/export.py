"""Tables as findings.xlsx, quotes as CSV, figures as HTML, the run as JSON: for people who do not code."""

from __future__ import annotations

import io
import json
import math
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.files import escape_formula, write_file, write_table
from insight.mentions import InsightError, InsightWarning

from .method import versions

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_ROWS = 1_048_575
MAX_LETTERS = 32_767
"""What a sheet and a cell of a workbook can hold."""

_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_DATED = re.compile(rb"(?<=W3CDTF\">)[^<]+")
_NO_DATE = b"2000-01-01T00:00:00Z"
_PERCENT = {"share", "low", "high", "unanswered", "satisfaction", "stability"}
_PERCENT_LIKE = re.compile(r"share_|satisfaction_|_share$|_rate$")


def export_tables(
    tables: Mapping[str, pd.DataFrame],
    *,
    folder: str | os.PathLike[str],
    quotes: pd.DataFrame | None = None,
    figures: Mapping[str, go.Figure] | None = None,
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    parameters: Mapping[str, Any] | None = None,
    tz: str = "UTC",
) -> list[Path]:
    r"""Write results for people who do not code: a workbook, quotes, figures and how it was made.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Name of a sheet to its table.
    folder : str or path
        Where to; made if missing. Files of the same name are replaced, each as a whole or not at all.
    quotes : DataFrame, optional
        Rows for quotes.csv, such as `pick_quotes` returns.
    figures : dict of str to Figure, optional
        Each becomes figures/NAME.html; all of them share figures/plotly.min.js (5 MB) and open offline.
    inputs : path or list of paths, optional
        What `read_archive` was given; run.json then names each file with its size and SHA-256.
    parameters : dict, optional
        What else the results depend on (brands, zone, random state); goes to run.json.
    tz : str
        The zone in which times are written, since a workbook knows none; headers name it.

    Returns
    -------
    list of Path
        The files written: findings.xlsx, then quotes.csv and figures if asked for, last run.json.

    Raises
    ------
    InsightError
        If there is no table, two sheets have one name, or the folder cannot be written.

    Warns
    -----
    InsightWarning
        If a table has more rows than a sheet can hold; the first are written.

    Notes
    -----
    Messages are other people's words, so a cell that a spreadsheet would take for a formula (it begins with
    = + - @, a tab or a new line) gets a leading apostrophe, and control characters are dropped. Ids stay
    text: a spreadsheet keeps 15 digits of a number. The same tables give the same bytes; no clock is read.

    Examples
    --------
    >>> import tempfile
    >>> table = pd.DataFrame({"name": ["=1+1"], "n": [3], "share": [0.5]})
    >>> [path.name for path in export_tables({"needs": table}, folder=tempfile.mkdtemp())]
    ['findings.xlsx', 'run.json']
    """
    named = isinstance(tables, Mapping)
    if not named or not tables:
        found = "there is no table to write" if named else f"tables is a {type(tables).__name__}"
        raise InsightError(f"{found}; pass at least one by its name, such as {{'needs': needs}}.")
    target = Path(folder)
    written = [write_file(target / "findings.xlsx", workbook(tables, tz=tz))]
    if quotes is not None:
        written.append(write_table(target / "quotes.csv", _flat(quotes, tz=tz)))
    written += _write_figures(figures or {}, folder=target / "figures")
    record = {
        "versions": versions(),
        "parameters": dict(parameters or {}),
        "inputs": [] if inputs is None else fingerprints(inputs),
    }
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False, default=str)
    return [*written, write_file(target / "run.json", f"{text}\n".encode())]


def workbook(tables: Mapping[str, pd.DataFrame], *, tz: str) -> bytes:
    """Make a workbook with a sheet a table, whose bytes depend on the tables alone."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    names = [_sheet_name(name) for name in tables]
    if len({name.lower() for name in names}) < len(names):
        raise InsightError(f"two sheets would have one name: {', '.join(names)}. Rename a table.")
    for name, table in zip(names, tables.values(), strict=True):
        _add_sheet(book.create_sheet(name), table, tz=tz)
    book.properties.creator = "insight"
    buffer = io.BytesIO()
    book.save(buffer)
    return frozen(buffer.getvalue())


def frozen(office: bytes) -> bytes:
    """Rewrite an Office file without the times at which it was made: its bytes follow from its content."""
    still = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office)) as old, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry)
            if entry.endswith(".xlsx"):
                part = frozen(part)
            elif entry == "docProps/core.xml":
                part = _DATED.sub(_NO_DATE, part)
            new.writestr(zipfile.ZipInfo(entry), part, zipfile.ZIP_DEFLATED)
    return still.getvalue()


def _add_sheet(sheet: Any, table: pd.DataFrame, *, tz: str) -> None:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    if len(table) > MAX_ROWS:
        warnings.warn(
            f"'{sheet.title}' has {len(table):,} rows; the first {MAX_ROWS:,} fit into a sheet.",
            InsightWarning,
            stacklevel=4,
        )
    rows = _flat(table.head(MAX_ROWS), tz=tz)
    formats = [_number_format(str(name), rows[name]) for name in rows]
    for number, name in enumerate(rows, 1):
        longest = max([len(str(name)), *(len(str(value)) for value in rows[name].head(200))])
        sheet.column_dimensions[get_column_letter(number)].width = min(60, longest + 3)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, rows.shape[1]))}{len(rows) + 1}"
    heads = [WriteOnlyCell(sheet, escape_formula(str(name))) for name in rows]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for values in zip(*(rows[name] for name in rows), strict=True):
        sheet.append(list(_cells(sheet, values, formats)))


def _cells(sheet: Any, values: tuple[Any, ...], formats: list[str]) -> Iterator[Any]:  # noqa: ANN401
    from openpyxl.cell import WriteOnlyCell

    for value, form in zip(values, formats, strict=True):
        cell = WriteOnlyCell(sheet, escape_formula(value)[:MAX_LETTERS] if isinstance(value, str) else value)
        cell.number_format = form
        yield cell


def _flat(table: pd.DataFrame, *, tz: str) -> pd.DataFrame:
    """Keep what a cell can hold: text, numbers, truth values, times without a zone, and None for gaps."""
    named = table.reset_index() if any(name is not None for name in table.index.names) else table
    columns = {}
    for name in named:
        values = named[name]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            columns[f"{name} ({tz})"] = _plain(values.dt.tz_convert(tz).dt.tz_localize(None))
        else:
            columns[str(name)] = _plain(values)
    return pd.DataFrame(columns, columns=list(columns), dtype=object)


def _plain(values: pd.Series) -> pd.Series:
    return pd.Series([_value(value) for value in values.astype(object)], index=values.index, dtype=object)


def _value(value: Any) -> Any:  # noqa: ANN401
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, list | tuple | set | frozenset | dict):
        return str(value)
    if pd.isna(value) or value == "":
        return None
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    return value if isinstance(value, bool | int | float | datetime) else str(value)


def _number_format(name: str, values: pd.Series) -> str:
    kinds = {type(value) for value in values.dropna()}
    if kinds <= {int}:
        return "#,##0" if kinds else "General"
    if kinds <= {int, float}:
        within = all(0 <= value <= 1 for value in values.dropna())
        return "0.0%" if within and (name in _PERCENT or _PERCENT_LIKE.search(name)) else "#,##0.00"
    if kinds == {datetime}:
        return "yyyy-mm-dd hh:mm"
    return "@" if kinds == {str} else "General"


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]+", " ", name).strip()[:31] or "table"


def _write_figures(figures: Mapping[str, go.Figure], *, folder: Path) -> list[Path]:
    """Write each figure as a page with the house settings, beside one copy of plotly.js."""
    if not figures:
        return []
    from plotly.offline import get_plotlyjs

    from insight.plots.theme import CONFIG

    written = []
    for name, figure in figures.items():
        slug = _NOT_IN_NAMES.sub("-", name).strip("-") or "figure"
        page = figure.to_html(
            config=CONFIG, include_plotlyjs="directory", include_mathjax=False, div_id="figure"
        )
        written.append(write_file(folder / f"{slug}.html", page.encode()))
    return [*written, write_file(folder / "plotly.min.js", get_plotlyjs().encode())]


def fingerprints(
    inputs: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
) -> list[dict[str, Any]]:
    """Name each file that an archive was read from, unpacked, with its size and SHA-256."""
    import hashlib

    from insight.archives.containers import find_sources

    given = [inputs] if isinstance(inputs, str | os.PathLike) else inputs
    found = []
    for source in find_sources([os.fspath(path) for path in given]):
        digest, size = hashlib.sha256(), 0
        with source.open() as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                size += len(block)
        found.append({"name": source.name, "bytes": size, "sha256": digest.hexdigest()})
    return found
