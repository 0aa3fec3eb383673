"""The one vocabulary of the page, columns.toml: column -> its header and the words for a value."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from . import format as wording

Format = Callable[[Any], str]
Columns = Mapping[str, tuple[str, Format]]


def yes(value: Any) -> str:  # noqa: ANN401
    """Write yes, or nothing."""
    return "yes" if pd.notna(value) and bool(value) else ""


def named(value: Any) -> str:  # noqa: ANN401
    """Write a name; the row of all together is All."""
    return "All" if value == "all" else wording.start(wording.shorten(str(value)))


def period(value: Any) -> str:  # noqa: ANN401
    """Write the first day of a period."""
    return wording.day(value) if isinstance(value, pd.Timestamp) else named(value)


def field(column: str) -> str:
    """Name a column of the mentions table."""
    return str(_words()["names"].get(column, column))


def role(name: str) -> str:
    """Name what a column of a file was taken for."""
    return str(_words()["roles"].get(name) or field(name).replace("_", " "))


@cache
def values(kind: str) -> Mapping[str, str]:
    """Return the words for the values of a column, in the order in which they are shown."""
    return dict(_words()[kind])


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).parent / "columns.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


NUMBERS: Mapping[str, Format] = {
    "count": wording.count, "share": wording.share, "duration": wording.duration, "score": wording.score,
    "points": wording.points, "stars": wording.stars,
}  # fmt: skip
FORMATS: Mapping[str, Format] = {
    **NUMBERS, "day": wording.day, "named": named, "label": wording.label, "period": period,
    "short": wording.shorten, "text": str, "date": wording.date,
    "stage": lambda stage: values("stages")[stage],
    "weighting": lambda kind: values("weightings")[kind],
    "yes": yes, "role": role, "field": lambda column: wording.start(field(column)),
    "zone": lambda zone: "stated in the file" if zone == "explicit" else str(zone),
}  # fmt: skip


@cache
def columns(table: str) -> Columns:
    """Return the columns of a kind of table."""
    return {name: (header, FORMATS[form]) for name, (header, form) in _words()[table].items()}
