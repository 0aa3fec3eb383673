"""Records as text, and how JSON becomes records: lines, one document, or a script."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import orjson

from insight.mentions import InsightError

from .containers import Source
from .partial import further_pages, may_be_partial, missing_parts
from .text_lines import Text


@dataclass
class Records:
    """What one file holds, all as text.

    Either `columns` (a table) or `objects` (JSON) is filled; `rows` gives the 1-based record number of each,
    which repeats where one record holds several messages. `broken` lists what could not be read at all:
    record number, reason, detail, text. `header` names the columns of the file itself, where others are made.
    """

    rows: list[int] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    objects: list[dict[str, Any]] = field(default_factory=list)
    broken: list[tuple[int, str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    header: tuple[str, ...] = ()

    @property
    def n_read(self) -> int:
        """How many records the file holds, broken ones included."""
        return len({*self.rows, *(row for row, *_ in self.broken)})


def note_repairs(notes: list[str], text: Text, name: str) -> None:
    """Note what had to be mended in the bytes of a file."""
    if text.n_zero:
        notes.append(f"{name}: {text.n_zero:,} zero bytes were removed.")
    if text.guessed:
        notes.append(
            f"{name}: the bytes are not UTF-8; their letters are those of {text.guessed}, as it is read."
        )
    if text.n_mended:
        notes.append(
            f"{name}: {text.n_mended:,} bytes are not UTF-8 and were read as Windows-1252; check accented "
            "letters."
        )


def cell_text(value: object) -> str:
    """Write one cell as text; whole numbers lose no digit and gain no `.0`."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


SCRIPT = re.compile(
    r"\A\ufeff?\s*(?:window\.YTD\.(\w+)\.part\d+|Grailbird\.data\.(?:tweets)_\d{4}_\d\d)\s*=\s*"
)


def read_json(
    source: Source,
    *,
    records_in: Callable[[Any], Iterable[dict[str, Any]]],
    messages_in: Callable[[dict[str, Any]], list[dict[str, Any]]],
    items: Iterable[dict[str, Any]] | None = None,
    at_once: int | None = None,
) -> Iterator[Records]:
    """Read JSON lines, one JSON document, a script that holds one, or the `items` of another opener.

    `records_in` finds the records in a value, `messages_in` the messages in a record; with `at_once` a part
    ends where it has that many messages.
    """
    records, row, notes, last = Records(), 0, list[str](), None
    values = values_of(source, notes) if items is None else ((item, "", "") for item in items)
    for value, raw, wrong in values:
        if items is not None and "_note" in value:
            notes.append(value["_note"])
            continue
        if items is None and not wrong:
            last = value
            notes += missing_parts(value) if may_be_partial(raw) else []
        found = [] if wrong else list(records_in(value))
        if not found:
            row += 1
            records.broken.append((row, wrong or "not a message", f"record {row}", raw[:200]))
        for record in found:
            if at_once and len(records.rows) >= at_once:
                yield records
                records = Records()
            row += 1
            if "_set_aside" in record:
                records.broken.append((row, *record["_set_aside"], ""))
                continue
            messages = messages_in(record)
            records.rows += [row] * len(messages)
            records.objects += messages
            if not messages:
                records.broken.append((row, "not a message", f"record {row}", ""))
    records.notes += [*notes, *further_pages(last)]
    yield records


def values_of(source: Source, notes: list[str] | None = None) -> Iterator[tuple[Any, str, str]]:
    """Yield (value, text, what is wrong) for each line, or once for a document over many lines."""
    with source.open() as stream:
        text = Text(stream)
        lines = iter(text)
        first = next((line for line in lines if line.strip()), "")
        second = next((line for line in lines if line.strip()), "")
        script = SCRIPT.match(first)
        if script or not _is_lines(first, second):
            whole = first[script.end() if script else 0 :] + second + "".join(lines)
            yield _document(whole, source.name), whole, ""
        else:
            for line in itertools.chain([first, second], lines):
                if line.strip():
                    yield _line(line)
    if notes is not None:
        note_repairs(notes, text, source.name)


def _line(line: str) -> tuple[Any, str, str]:
    try:
        return _loads(line), line, ""
    except orjson.JSONDecodeError:
        whole = line.endswith(("\n", "\r"))
        return None, line, "not valid JSON" if whole else "cut off"


def _is_lines(first: str, second: str) -> bool:
    """Whether each line is a value of its own; where the first is damaged the second decides."""
    if not _line(first.lstrip("\ufeff"))[2]:
        return True
    return second.lstrip()[:1] == "{" and isinstance(_line(second)[0], dict)


_LONG, _STEP, _ON_THE_WAY = re.compile(r"[:\[,\s-][0-9]{20}"), 6, re.compile("[0-9]{3}")
"""An integer of more than 64 bits, and what every sixth character of a text that holds one has in a row."""


def _loads(text: str) -> Any:  # noqa: ANN401
    """Read JSON as others write it too: NaN, halves of characters, integers of any length."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _lenient(text)
    return _lenient(text) if _ON_THE_WAY.search(text[::_STEP]) and _LONG.search(text) else value


def _lenient(text: str) -> Any:  # noqa: ANN401
    try:
        value = json.loads(text, parse_constant=lambda _: None, parse_int=_whole)
    except (ValueError, RecursionError):
        return orjson.loads(text)
    return _sound(value) if "\\u" in text else value


def _whole(digits: str) -> int | str:
    """Keep an integer of more than 64 bits as the text that it is: as a number it would lose digits."""
    return int(digits) if len(digits) < 20 else digits


def _sound(value: Any) -> Any:  # noqa: ANN401
    """Replace halves of characters, which no table can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_sound(item) for item in value]
    if isinstance(value, dict):
        return {_sound(key): _sound(item) for key, item in value.items()}
    return value


def _document(text: str, name: str) -> Any:  # noqa: ANN401
    try:
        return _loads(text.lstrip("\ufeff").strip().rstrip(";"))
    except orjson.JSONDecodeError as error:
        raise InsightError(
            f"{name}: the JSON is damaged or cut off at line {error.lineno:,}, column {error.colno:,} "
            f"({error.msg}). "
            "Export or download it again."
        ) from error


def scalar(value: object) -> str:
    """Write a JSON or Parquet value as text; nothing becomes "", whole numbers stay whole."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, list | dict):
        return orjson.dumps(value, default=str).decode() if value else ""
    return cell_text(value)


def listed(value: object) -> str:
    """Write a JSON value as text; a list of words, or of words and marked parts of a text, as one text."""
    if not isinstance(value, list) or not value or not is_text(value):
        return scalar(value)
    rich = any(isinstance(part, dict) for part in value)
    return ("" if rich else ", ").join(
        scalar(part["text"] if isinstance(part, dict) else part) for part in value
    )


def is_text(parts: list[Any]) -> bool:
    """Whether a list holds values alone, or parts of a text that only say how they look."""
    return all(
        part.keys() >= {"type", "text"} and len(part) <= 4 and isinstance(part["text"], str)
        if isinstance(part, dict)
        else not isinstance(part, list)
        for part in parts
    )


def at(value: Any, path: str) -> Any:  # noqa: ANN401
    """Follow a dotted path into a JSON value; None where a step is missing.

    A step may be the place in a list (from 0), or a key that holds dots itself.
    """
    steps = path.split(".")
    while steps:
        if isinstance(value, list):
            step = int(steps[0]) if steps[0].isdigit() else len(value)
            value, steps = (value[step] if step < len(value) else None), steps[1:]
            continue
        if not isinstance(value, dict):
            return None
        n = next((n for n in range(1, len(steps) + 1) if ".".join(steps[:n]) in value), 0)
        if not n:
            return None
        value, steps = value[".".join(steps[:n])], steps[n:]
    return value


@dataclass(frozen=True)
class Held:
    """An item at a path, the list that it is in, its place there, and what the objects on the way say."""

    item: Any
    siblings: list[Any]
    place: int
    around: dict[str, Any]


def walk(value: Any, path: str, at: Held | None = None) -> Iterator[Held]:  # noqa: ANN401
    """Follow a path, every item where it says `*`; of the objects on the way the nearest speaks last."""
    at = at or Held(value, [value], 0, {})
    if not path:
        yield replace(at, item=value)
        return
    step, _, rest = path.partition(".")
    if step == "*":
        items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
        for place, item in enumerate(items):
            yield from walk(item, rest, Held(item, items, place, at.around))
    elif isinstance(value, dict) and step in value:
        own = {key: inner for key, inner in value.items() if key != step and not isinstance(inner, list)}
        yield from walk(value[step], rest, replace(at, around=at.around | own))


def items_at(value: Any, path: str) -> Iterator[Any]:  # noqa: ANN401
    """Follow a path, taking every item where it says `*`."""
    return (held.item for held in walk(value, path))


_NESTED = (dict, list)


def objects_with(value: Any, keys: Sequence[str]) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every object inside a JSON value that carries all keys (dotted paths), outermost first."""
    own, waiting = {key for key in keys if "." not in key}, [value]
    deep = [key for key in keys if "." in key]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if own <= here.keys() and all(_has(here, key) for key in deep):
                yield here
            waiting += [inner for inner in reversed(here.values()) if type(inner) in _NESTED]
        elif isinstance(here, list):
            waiting += here[::-1]


def _has(value: dict[str, Any], path: str) -> bool:
    head, _, rest = path.partition(".")
    inner = value.get(head) if rest else None
    in_list = isinstance(inner, list) and at(inner, rest) is not None
    return head in value and (not rest or in_list or (isinstance(inner, dict) and _has(inner, rest)))
