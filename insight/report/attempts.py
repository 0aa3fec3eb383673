"""Trying a measure: one that cannot be reckoned leaves its reason and the page goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd

from insight.mentions import InsightError

from .format import start

T = TypeVar("T")
Attempt = Callable[[str, Callable[[], Any]], Any]


def attempt(reasons: dict[str, str], name: str, measure: Callable[[], T]) -> T | None:
    """Run a measure; keep the words of an InsightError under its name."""
    try:
        return measure()
    except InsightError as error:
        reasons[name] = start(str(error))
        return None


def filled(table: pd.DataFrame | None, count: str) -> pd.DataFrame | None:
    """Keep a table that counted something."""
    return table if table is not None and len(table) and table[count].sum() else None
