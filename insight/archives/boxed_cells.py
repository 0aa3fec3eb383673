"""Cells that hold objects, as JSON or as Python prints them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from .inference.columns import mean
from .nested import as_columns

Item = dict[str, Any]
_LONGEST = 200_000


def opened(columns: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Open every column whose cells hold objects, as JSON or as Python prints them, in place of it."""
    boxed = []
    for name, values in columns.items():
        some = [value for value in values if value.strip()][:50]
        if (
            some
            and all(value.lstrip()[:1] in "{[" for value in some)
            and mean(bool(_object(v)) for v in some) > 0.8
        ):
            boxed.append(name)
    inside = unboxed(columns, [f"{name}." for name in boxed])
    return {name: values for name, values in inside.items() if name not in boxed}


def unboxed(columns: Mapping[str, list[str]], paths: Iterable[str]) -> dict[str, list[str]]:
    """Open the cells that hold objects: the columns `name.key` for each of `paths` that begins like that."""
    opened = dict(columns)
    heads = {path.partition(".")[0] for path in paths if "." in path and path not in columns}
    for name in sorted(heads & columns.keys()):
        inner = as_columns(_object(value) for value in columns[name])
        opened |= {f"{name}.{key}": values for key, values in inner.items()}
    return opened


_MOMENT = re.compile(r"\bdatetime\.datetime\((\d{4}), (\d{1,2}), (\d{1,2})((?:, \d{1,6}){0,4})[^()]{0,80}\)")


def _iso(printed: re.Match[str]) -> str:
    """Write a moment that Python printed as ISO 8601, in quotes."""
    clock = [int(part) for part in printed[4].split(",")[1:4]] + [0, 0, 0]
    year, month, day = map(int, printed.groups()[:3])
    return f"'{year}-{month:02}-{day:02} {clock[0]:02}:{clock[1]:02}:{clock[2]:02}'"


def value_of(cell: str) -> Any:  # noqa: ANN401
    """Read what a cell holds; None where it is neither an object nor a list."""
    text = cell.strip()
    if text[:1] not in ("{", "[") or len(text) > _LONGEST:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return ast.literal_eval(_MOMENT.sub(_iso, text))
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return None


def _object(cell: str) -> Item:
    value = value_of(cell)
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, dict)), {})
    return {str(key): inner for key, inner in value.items()} if isinstance(value, dict) else {}
