"""The first look at a file: a table, a workbook, Parquet, JSON or a script that wraps JSON."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from insight.mentions import InsightError

from .containers import Source
from .parsers.openers import OPENERS, opener_of
from .parsers.outlook import IS_MESSAGE
from .readers import SCRIPT, values_of
from .tables import column_names, open_sheets, sheet_rows
from .text_lines import Text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

DELIMITERS = (",", "\t", ";", "|")
ROWS = 30
_HEAD = 2**18
_ABOUT = re.compile(r"(?:^|[/!])(?:readme|licen[cs]e|changelog|sources|notice)\b[^/!]*$", re.I)


@dataclass(frozen=True)
class Peek:
    """The shape of a file and its first rows or values.

    `tables` holds the first rows by delimiter (of delimited text) or by sheet, and `sheets` the open sheets;
    `script` names what a script of an X archive holds. The shape is `table`, `sheet`, `columns` (of
    Parquet or of a table in memory), `json` or the name of an opener.
    """

    shape: str
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    script: str = ""
    sheets: dict[str, CalamineSheet] = field(default_factory=dict)


def peek(source: Source) -> Peek:
    """Distinguish a table from JSON, and read as much as is needed to know the format."""
    if source.table is not None:
        return Peek("columns", {"": [column_names(source)]})
    with source.open() as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise InsightError(f"{source.name}: the file is empty. Export it again.")
    name = source.name.lower()
    if head.startswith(b"PAR1"):
        return Peek("columns", {"": [column_names(source)]})
    if head.startswith(b"PK") and name.endswith(".docx"):
        return _opened(source, "prose")
    if head.startswith(b"\xd0\xcf\x11\xe0") and (name.endswith(".msg") or IS_MESSAGE in head):
        return _opened(source, "outlook")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        sheets = open_sheets(source)
        first = {name: sheet_rows(sheet, ROWS) for name, sheet in sheets.items()}
        return Peek("sheet", first, sheets=sheets)
    lines = list(Text(io.BytesIO(head)))
    start = "".join(lines[:3]).lstrip("\ufeff \t\r\n")
    script = SCRIPT.match(start)
    if script:
        return Peek("json", script=script.group(1) or "tweets")
    opener = opener_of(source.name, lines)
    if start.startswith(("{", "[")) and opener != "chat":
        found = (value for value, _, wrong in values_of(source) if not wrong)
        return Peek("json", values=list(itertools.islice(found, ROWS)))
    if opener and (opener != "prose" or source.named or not _ABOUT.search(source.name)):
        return _opened(source, opener)
    cut = lines[:-1] if len(head) == _HEAD and len(lines) > 1 else lines
    return Peek("table", {delimiter: _first_rows(cut, delimiter) for delimiter in DELIMITERS})


def _opened(source: Source, opener: str) -> Peek:
    with contextlib.closing(OPENERS[opener](source)) as items:
        return Peek(opener, values=list(itertools.islice(items, ROWS)))


def _first_rows(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(itertools.islice(csv.reader(lines, delimiter=delimiter), ROWS))
    except csv.Error:
        return []
