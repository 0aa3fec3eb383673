"""Delimited text, workbooks and Parquet -> records; every cell stays text, misfits are set aside."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insight.mentions import InsightError

from .containers import Source, refuse_bomb
from .partial import missing_by_words
from .readers import Records, cell_text, note_repairs, scalar
from .sheets import refuse_vast_sheets
from .text_lines import Text
from .zips import DAMAGE

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet

_FIELD_LIMIT = 2**31 - 1
_MAX_REPAIRS = 50
_BATCH = 4_096
_OPEN_QUOTE = "a quote that never closes"

Cells = list[str]
Batch = tuple[list[Cells], str]


def read_table(
    source: Source, *, delimiter: str, header_row: int, at_once: int | None = None
) -> Iterator[Records]:
    """Read delimited text whose header is the record `header_row` (from 0; -1 for none), in parts."""
    previous = csv.field_size_limit(_FIELD_LIMIT)
    try:
        with source.open() as stream:
            text = Text(stream)
            yield from _table(_delimited(text.blocks(), delimiter), header_row, at_once, source.name, text)
    finally:
        csv.field_size_limit(previous)


def _delimited(blocks: Iterable[list[str]], delimiter: str) -> Iterator[Batch]:
    """Yield the cells of records, with the word for what is wrong with them ("" if nothing).

    Only the last records can hold a quote that never closes, so only these are read with care.
    """
    recent: list[list[str]] = []
    reader = csv.reader(itertools.chain.from_iterable(_remembered(blocks, recent)), delimiter=delimiter)
    batch, start, forgotten = list[Cells](), 0, 0
    while rows := list(itertools.islice(reader, _BATCH)):
        yield batch, ""
        while forgotten + len(recent[0]) <= start:
            forgotten += len(recent.pop(0))
        batch, first, start = rows, start, reader.line_num
    if batch:
        lines = list(itertools.chain.from_iterable(recent))[first - forgotten :]
        yield from (([cells], wrong) for cells, wrong in _last_records(lines, delimiter))


def _remembered(blocks: Iterable[list[str]], recent: list[list[str]]) -> Iterator[list[str]]:
    for block in blocks:
        recent.append(block)
        yield block


def _last_records(lines: list[str], delimiter: str) -> Iterator[tuple[Cells, str]]:
    """Read the records at the end of a file.

    A quote that never closes would swallow the rest: only its own line is lost, reading goes on with the
    next.
    """
    for _ in range(_MAX_REPAIRS):
        reader, start, end = csv.reader(lines, delimiter=delimiter), 0, 0
        last: Cells | None = None
        for cells in reader:
            if last is not None:
                yield last, ""
                start = end
            last, end = cells, reader.line_num
        if last is None:
            return
        if not _is_open(lines[start:], delimiter):
            yield last, ""
            return
        yield lines[start].rstrip("\r\n").split(delimiter), _OPEN_QUOTE
        lines = lines[start + 1 :]
    yield from (([line.rstrip("\r\n")], _OPEN_QUOTE) for line in lines)


def _is_open(lines: list[str], delimiter: str) -> bool:
    """Return whether a record ran into the end of the file inside a quoted cell."""
    if not any('"' in line for line in lines):
        return False
    closed = next(csv.reader([*lines, f'"{delimiter}end'], delimiter=delimiter))
    return len(closed) > 1 and closed[-1] == "end"


def _table(
    batches: Iterable[Batch],
    header_row: int,
    at_once: int | None = None,
    name: str = "",
    text: Text | None = None,
) -> Iterator[Records]:
    records, kept, head = Records(), list[Cells](), list[Cells]()
    batches, wrong_above, top = iter(batches), "", max(header_row, 0)
    while len(head) <= top and (batch := next(batches, None)) is not None:
        head, wrong_above = head + batch[0], batch[1]
    records.notes += _preamble(head[:top])
    raw = head[top] if len(head) > top else []
    header, rest = _names(raw), head[top + 1 :]
    if header_row < 0:
        raw, header, rest = [], [f"column {at}" for at in range(1, len(header) + 1)], head
    width, row, n_short, short = len(header), 0, 0, 0
    for rows, wrong in itertools.chain([(rest, wrong_above)], batches):
        room = len(rows) if at_once is None else at_once - len(records.rows)
        if len(rows) <= room and not wrong and _is_regular(rows, raw, width):
            kept += rows
            records.rows += range(row + 1, row + 1 + len(rows))
            row, short, rows = row + len(rows), 0, []
        if len(kept) >= _BATCH:
            _append(records, header, kept)
        for cells in rows:
            if not any(cells):
                continue
            if len(records.rows) == at_once:
                _append(records, header, kept)
                yield records
                records = Records()
            row += 1
            short = width - len(cells)
            if wrong or short or cells == raw:
                problem = (wrong, "") if wrong else _misfit(cells, raw, width)
                if problem:
                    records.broken.append((row, *problem, " | ".join(cells)[:200]))
                    continue
                n_short += short > 0
                cells = (cells + [""] * short)[:width]
            kept.append(cells)
            records.rows.append(row)
    if short > 0 and records.rows and records.rows[-1] == row and text and not text.whole_last_line:
        cells, n_short = kept.pop(), n_short - 1
        records.broken.append(
            (records.rows.pop(), "cut off", _widths(width - short, width), " | ".join(cells)[:200])
        )
    if n_short:
        records.notes.append(
            f"{n_short:,} rows have fewer cells than the header; the missing cells are read as empty."
        )
    if text is not None:
        note_repairs(records.notes, text, name)
    _append(records, header, kept)
    yield records


def _is_regular(rows: list[Cells], header: Cells, width: int) -> bool:
    """Return whether rows need no look one by one: all as wide as the header, none empty, none the header."""
    return set(map(len, rows)) == {width} and all(map(any, rows)) and header not in rows


def _append(records: Records, header: Cells, rows: list[Cells]) -> None:
    """Move rows into the columns of the records; many small lists at a time would cost more than reading."""
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    for name, values in zip(header, columns, strict=True):
        records.columns.setdefault(name, []).extend(values)
    rows.clear()


def _misfit(cells: Cells, header: Cells, width: int) -> tuple[str, str] | None:
    if len(cells) > width and any(cells[width:]):
        return "too many cells", _widths(len(cells), width)
    return ("the header again", "") if cells == header else None


def _widths(n_cells: int, width: int) -> str:
    return f"{n_cells} cells under {width} headers"


def _names(header: Cells) -> Cells:
    named = [cell.strip().lstrip("\ufeff").strip() for cell in header]
    while named and not named[-1]:
        named.pop()
    return _distinct(named)


def _distinct(header: Cells) -> Cells:
    """Give a number to the columns that have no name, and to those that have that of another."""
    names: Cells = []
    taken: set[str] = set()
    for position, first in enumerate(header, start=1):
        name, number = first, 1
        while name and name in taken:
            number += 1
            name = f"{first}.{number}"
        taken.add(name)
        names.append(name or f"(unnamed {position})")
    return names


def _preamble(rows: list[Cells]) -> list[str]:
    said = [" ".join(cell.strip() for cell in cells if cell.strip()) for cells in rows]
    said = [line[:200] for line in said if line][:8]
    missing = [note for line in said if (note := missing_by_words(line))]
    return [*missing, f"Above the table stands: {'; '.join(said)}."] if said else []


def read_sheet(sheet: CalamineSheet, *, header_row: int) -> Records:
    """Read one sheet of a workbook; numbers and dates become text without loss."""
    return next(_table([(sheet_rows(sheet), "")], header_row))


def open_sheets(source: Source) -> dict[str, CalamineSheet]:
    """Open the sheets of a workbook, each parsed once."""
    from python_calamine import CalamineError, CalamineWorkbook

    with source.open() as stream:
        data = stream.read()
    try:
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                refuse_bomb(source.name, packed.infolist())
                refuse_vast_sheets(source.name, packed)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return {name: book.get_sheet_by_name(name) for name in book.sheet_names}
    except InsightError:
        raise
    except (CalamineError, *DAMAGE) as error:
        raise InsightError(
            f"{source.name}: the workbook cannot be read ({error}). Open it once and save it as .xlsx "
            "without a password."
        ) from error


def sheet_rows(sheet: CalamineSheet, n_rows: int | None = None) -> list[Cells]:
    """Take the cells of a sheet as text, to the end or the first `n_rows`."""
    return [
        [cell if type(cell) is str else cell_text(cell) for cell in row]
        for row in sheet.to_python(skip_empty_area=False, nrows=n_rows)
    ]


def read_columns(source: Source, *, at_once: int | None = None) -> Iterator[Records]:
    """Read Parquet or a table in memory; times keep their zone, everything becomes text."""
    row = 0
    with _columnar(source) as table:
        names = _distinct(table.names)
        for batch in table.batches(at_once or max(table.n_rows, 1)):
            columns = {name: _texts(batch.column(at)) for at, name in enumerate(names)}
            yield Records(rows=list(range(row + 1, row + 1 + batch.num_rows)), columns=columns)
            row += batch.num_rows
        if not row:
            yield Records(columns={name: [] for name in names})


def column_names(source: Source) -> list[str]:
    """Name the columns of Parquet or of a table in memory."""
    with _columnar(source) as table:
        return _distinct(table.names)


def _texts(values: pa.Array) -> list[str]:
    """Write values as text; Arrow writes those that Python cannot hold, such as years past 9999."""
    import pyarrow as pa

    try:
        return [scalar(value) for value in values.to_pylist()]
    except (OverflowError, ValueError):
        return [scalar(value) for value in values.cast(pa.string()).to_pylist()]


@dataclass(frozen=True)
class _Columnar:
    """Columns in batches: what Parquet and a table in memory have in common."""

    names: list[str]
    n_rows: int
    batches: Callable[[int], Iterable[pa.RecordBatch]]


@contextlib.contextmanager
def _columnar(source: Source) -> Iterator[_Columnar]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if source.table is not None:
            table = source.table.combine_chunks()
            yield _Columnar(table.column_names, table.num_rows, table.to_batches)
            return
        with source.open() as stream:
            file = pq.ParquetFile(stream if stream.seekable() else pa.BufferReader(stream.read()))
            yield _Columnar(file.schema_arrow.names, file.metadata.num_rows, file.iter_batches)
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, InsightError):
            raise
        what = "table" if source.table is not None else "Parquet file"
        raise InsightError(f"{source.name}: the {what} cannot be read ({error}). Export it again.") from error
