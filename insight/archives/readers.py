"""Byte streams -> records, one small function a shape: table, parquet, json; nothing is interpreted here."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from ..mentions import InsightError
from .containers import Source, Text, _refuse_bomb

DELIMITERS = (",", "\t", ";", "|")
PEEK_ROWS = 30
_FIELD_LIMIT = 2**31 - 1
_MAX_REPAIRS = 50

Cells = list[str]


@dataclass
class Records:
    """What one file holds, all as text.

    Either `columns` (a table) or `objects` (JSON) is filled; `rows` gives the 1-based record number of each, which
    repeats where one record holds several messages. `broken` lists what could not be read at all.
    """

    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    objects: list[dict[str, Any]] = field(default_factory=list)
    broken: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def n_read(self) -> int:
        """How many records the file holds, broken ones included."""
        return len(set(self.rows)) + len({row for row, *_ in self.broken} - set(self.rows))


@dataclass(frozen=True)
class Peek:
    """The first look at a file: its shape, and the first rows or values."""

    shape: str
    tables: dict[str, list[Cells]] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    script: str = ""


def peek(source: Source) -> Peek:
    """Tell a table from JSON, and read as much as is needed to know the format."""
    with source.open() as stream:
        head = stream.read(2**18)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InsightError(f"{source.name}: the file is empty. Export it again.")
    if head.startswith(b"PAR1"):
        return Peek("parquet", {"": [_parquet(source).schema_arrow.names]})
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Peek("sheet", {name: rows[:PEEK_ROWS] for name, rows in _sheets(source).items()})
    lines = list(Text(io.BytesIO(head)))
    start = "".join(lines[:3]).lstrip("\ufeff \t\r\n")
    script = _SCRIPT.match(start)
    if script:
        return Peek("json", values=[], script=script.group(1))
    if start.startswith(("{", "[")):
        return Peek("json", values=_first_values(source))
    cut = lines[:-1] if len(head) == 2**18 and len(lines) > 1 else lines
    return Peek("table", {delimiter: _first_rows(cut, delimiter) for delimiter in DELIMITERS})


def _first_rows(lines: list[str], delimiter: str) -> list[Cells]:
    try:
        return list(itertools.islice(csv.reader(lines, delimiter=delimiter), PEEK_ROWS))
    except csv.Error:
        return []


# ---------------------------------------------------------------------------------------------------------- tables


def read_table(source: Source, *, delimiter: str, header_row: int) -> Records:
    """Read delimited text; every cell stays text, rows that do not fit are set aside."""
    previous = csv.field_size_limit(_FIELD_LIMIT)
    try:
        with source.open() as stream:
            text = Text(stream)
            cells = _csv_rows(text, delimiter)
            records = _table(cells, header_row, lambda: text.whole_last_line)
    finally:
        csv.field_size_limit(previous)
    return _with_repairs(records, text, source)


def _with_repairs(records: Records, text: Text, source: Source) -> Records:
    if text.n_zero:
        records.notes.append(f"{source.name}: {text.n_zero:,} zero bytes were removed.")
    if text.n_mended:
        records.notes.append(
            f"{source.name}: {text.n_mended:,} bytes are not UTF-8 and were read as Windows-1252; check accented letters."
        )
    return records


def _csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[Cells, str]]:
    """Yield the cells of each record, with the word for what is wrong with it ("" if nothing)."""
    pending: list[str] = []
    source = iter(lines)
    for _ in range(_MAX_REPAIRS):
        reader = csv.reader(_kept(source, pending), delimiter=delimiter)
        pending.clear()
        last: Cells | None = None
        for cells in reader:
            if last is not None:
                yield last, ""
            last, lines_of_last = cells, list(pending)
            pending.clear()
        if last is None:
            return
        if not _never_closes(lines_of_last, last, delimiter):
            yield last, ""
            return
        yield next(csv.reader([lines_of_last[0]], delimiter=delimiter)), "a quote that never closes"
        source, pending = iter(lines_of_last[1:]), []
    for line in source:
        yield [line], "a quote that never closes"


def _kept(lines: Iterator[str], pending: list[str]) -> Iterator[str]:
    for line in lines:
        pending.append(line)
        yield line


def _never_closes(lines: list[str], cells: Cells, delimiter: str) -> bool:
    """Tell whether the last record of a file ran into the end inside a quoted cell."""
    if not any('"' in line for line in lines):
        return False
    try:
        closed = next(csv.reader([*lines, '"' + delimiter + "end"], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return False
    return closed[-1] == "end" and closed[:-2] == cells[:-1]


def _table(rows: Iterable[tuple[Cells, str]], header_row: int, ends_whole: Callable[[], bool]) -> Records:
    records, kept = Records(), []
    numbered = iter(rows)
    preamble = [cells for cells, _ in itertools.islice(numbered, header_row)]
    header = _names(next(numbered, ([], ""))[0])
    records.notes += _preamble(preamble)
    width, n_short, row = len(header), 0, 0
    for cells, wrong in numbered:
        if not any(cells):
            continue
        row += 1
        if wrong:
            records.broken.append((row, wrong, f"row {row}", " | ".join(cells)[:200]))
        elif len(cells) > width and any(cells[width:]):
            detail = f"{len(cells)} cells under {width} headers"
            records.broken.append((row, "too many cells", detail, " | ".join(cells)[:200]))
        elif [cell.strip() for cell in cells] == header:
            records.broken.append((row, "the header again", "", " | ".join(cells)[:200]))
        else:
            short = width - len(cells)
            n_short += short > 0
            kept.append(cells + [""] * short if short > 0 else cells[:width])
            records.rows.append(row)
    if records.rows and records.rows[-1] == row and n_short and short > 0 and not ends_whole():
        records.broken.append(
            (row, "cut off", f"{width - short} cells under {width} headers", " | ".join(cells)[:200])
        )
        records.rows.pop()
        kept.pop()
        n_short -= 1
    if n_short:
        records.notes.append(
            f"{n_short:,} rows have fewer cells than the header; the missing cells are read as empty."
        )
    records.columns = {
        name: list(values) for name, values in zip(header, zip(*kept, strict=True), strict=True)
    }
    records.columns = records.columns or {name: [] for name in header}
    return records


def _names(header: Cells) -> Cells:
    names: Cells = []
    for cell in header:
        name = cell.strip().lstrip("\ufeff").strip()
        names.append(name if name not in names or not name else f"{name}.{names.count(name) + 1}")
    while names and not names[-1]:
        names.pop()
    return [name or f"(unnamed {position})" for position, name in enumerate(names, start=1)]


def _preamble(rows: list[Cells]) -> list[str]:
    said = [" ".join(cell.strip() for cell in cells if cell.strip()) for cells in rows]
    said = [line for line in said if line][:8]
    return [f"Above the table stands: {'; '.join(said)}."] if said else []


def read_sheet(source: Source, *, sheet: str, header_row: int) -> Records:
    """Read one sheet of a workbook; cells that Excel holds as numbers or dates become text without loss."""
    rows = _sheets(source, only=sheet)[sheet]
    return _table(((row, "") for row in rows), header_row, lambda: True)


def _sheets(source: Source, only: str | None = None) -> dict[str, list[Cells]]:
    from python_calamine import CalamineError, CalamineWorkbook

    with source.open() as stream:
        data = stream.read()
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                _refuse_bomb(source.name, packed.infolist())
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names if only is None else [only]
        n_rows = PEEK_ROWS if only is None else None
        return {name: _sheet_rows(book.get_sheet_by_name(name), n_rows) for name in names}
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        if isinstance(error, InsightError):
            raise
        raise InsightError(
            f"{source.name}: the workbook cannot be read ({error}). Open it once and save it as .xlsx without a password."
        ) from error


def _sheet_rows(sheet: Any, n_rows: int | None) -> list[Cells]:  # noqa: ANN401
    rows = sheet.to_python(skip_empty_area=False, nrows=n_rows)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return "" if value is None else str(value)


def _parquet(source: Source) -> Any:  # noqa: ANN401
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with source.open() as stream:
            return pq.ParquetFile(pa.BufferReader(stream.read()))
    except (pa.ArrowException, OSError) as error:
        raise InsightError(f"{source.name}: the Parquet file cannot be read ({error}).") from error


def read_parquet(source: Source) -> Records:
    """Read a Parquet file; times keep their zone, everything becomes text."""
    import pyarrow as pa

    try:
        table = _parquet(source).read()
    except (pa.ArrowException, OSError) as error:
        raise InsightError(f"{source.name}: the Parquet file cannot be read ({error}).") from error
    columns = {
        name: [scalar(value) for value in table.column(name).to_pylist()] for name in table.column_names
    }
    return Records(rows=list(range(1, table.num_rows + 1)), columns=columns)


# ------------------------------------------------------------------------------------------------------------ json

_SCRIPT = re.compile(r"\ufeff?\s*window\.YTD\.(\w+)\.part\d+\s*=\s*")


def read_json(
    source: Source,
    *,
    records_in: Callable[[Any], Iterable[dict[str, Any]]],
    messages_in: Callable[[dict[str, Any]], list[dict[str, Any]]],
) -> Records:
    """Read JSON lines, one JSON document, or a script that holds one.

    `records_in` finds the records in a line or document, `messages_in` the messages in a record.
    """
    records, row = Records(), 0
    for value, raw, wrong in _values(source, records):
        found = [] if wrong else list(records_in(value))
        if not found:
            row += 1
            records.broken.append((row, wrong or "not a message", f"record {row}", raw[:200]))
        for record in found:
            row += 1
            messages = messages_in(record)
            records.rows += [row] * len(messages)
            records.objects += messages
            if not messages:
                records.broken.append((row, "not a message", f"record {row}", ""))
    return records


def _values(source: Source, records: Records | None) -> Iterator[tuple[Any, str, str]]:
    """Yield (value, text, what is wrong) for each line, or once for a document over many lines."""
    with source.open() as stream:
        text = Text(stream)
        lines = iter(text)
        first = next((line for line in lines if line.strip()), "")
        script = _SCRIPT.match(first)
        if script or not _parses(first):
            whole = first[script.end() if script else 0 :] + "".join(lines)
            yield _document(whole, source.name), whole[:200], ""
        else:
            for line in itertools.chain([first], lines):
                if line.strip():
                    yield _line(line)
    if records is not None:
        _with_repairs(records, text, source)


def _line(line: str) -> tuple[Any, str, str]:
    try:
        return orjson.loads(line), line, ""
    except orjson.JSONDecodeError:
        whole = line.endswith(("\n", "\r"))
        return None, line, "not valid JSON" if whole else "cut off"


def _parses(line: str) -> bool:
    return not _line(line.lstrip("\ufeff"))[2]


def _document(text: str, name: str) -> Any:  # noqa: ANN401
    try:
        return orjson.loads(text.lstrip("\ufeff").strip().rstrip(";"))
    except orjson.JSONDecodeError as error:
        raise InsightError(
            f"{name}: the JSON is damaged or cut off at line {error.lineno:,}, column {error.colno:,} ({error.msg}). "
            "Export or download it again."
        ) from error


def _first_values(source: Source) -> list[Any]:
    found = (value for value, _, wrong in _values(source, None) if not wrong)
    return list(itertools.islice(found, PEEK_ROWS))


def scalar(value: object) -> str:
    """Write a JSON or Parquet value as text; nothing becomes "", whole numbers stay whole."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, list | dict):
        return orjson.dumps(value, default=str).decode() if value else ""
    return _cell(value)


def at(value: Any, path: str) -> Any:  # noqa: ANN401
    """Follow a dotted path into a JSON value; None where a step is missing."""
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def objects_with(value: Any, keys: Iterable[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every object inside a JSON value that carries all keys (dotted paths), outermost first."""
    keys, waiting = tuple(keys), [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if all(_has(here, key) for key in keys):
                yield here
            waiting += list(here.values())[::-1]
        elif isinstance(here, list):
            waiting += here[::-1]


def _has(value: dict[str, Any], path: str) -> bool:
    head, _, rest = path.partition(".")
    return head in value and (not rest or (isinstance(value[head], dict) and _has(value[head], rest)))
