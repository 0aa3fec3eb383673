"""Trying a measure: one that cannot be reckoned leaves its reason and the page goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from insight.mentions import InsightError
from insight.report.wording import start

T = TypeVar("T")


def attempt(reasons: dict[str, str], name: str, measure: Callable[[], T]) -> T | None:
    """Run a measure; keep the words of an InsightError under its name."""
    try:
        return measure()
    except InsightError as error:
        reasons[name] = start(str(error))
        return None
