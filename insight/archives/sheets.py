"""How far a sheet reaches, before it is opened: one cell far away makes readers lay out all before it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator

from insight.mentions import InsightError

_CELL = re.compile(rb"<(?:\w+:)?c\s(?:[^<>]{0,200}\s)?r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_AT_ONCE = 2**20
_LONGEST = 256
_ALWAYS = 20_000_000
_MOST_PER_CELL = 50


def refuse_vast_sheets(name: str, workbook: zipfile.ZipFile) -> None:
    """Raise an error for a sheet of which nearly all cells are empty and that is too large to lay out."""
    for member in workbook.namelist():
        if not re.fullmatch(r"xl/worksheets/[^/]{1,200}\.xml", member):
            continue
        n_cells, rows, columns, last = _extent(workbook, member)
        if rows * columns > max(_ALWAYS, _MOST_PER_CELL * n_cells):
            raise InsightError(
                f"{name}: a sheet has {n_cells:,} cells, the last at {last}, so that {rows * columns:,} "
                "would have to be laid out. Delete the empty rows and columns, and save it again."
            )


def _extent(workbook: zipfile.ZipFile, member: str) -> tuple[int, int, int, str]:
    """Count the cells of a sheet, and find its last row and column."""
    n_cells = last_row = 0
    columns: set[bytes] = {b"A"}
    for part in _parts(workbook, member):
        found = _CELL.findall(part)
        n_cells += len(found)
        columns.update(column for column, _ in found)
        last_row = max(last_row, max((int(row) for _, row in found), default=0))
    last = max(columns, key=_number)
    return n_cells, last_row, _number(last), f"{last.decode()}{last_row}"


def _parts(workbook: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """Yield the sheet a piece at a time, cut between cells."""
    with workbook.open(member) as stream:
        rest = b""
        while piece := stream.read(_AT_ONCE):
            whole = rest + piece
            end = whole.rfind(b"<")
            end = len(whole) if end < 0 else end
            yield whole[:end]
            rest = whole[end:][:_AT_ONCE]
        yield rest


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
