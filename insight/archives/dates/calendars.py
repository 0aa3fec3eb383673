"""What calendars of all languages (CLDR) call the months, the weekdays and the parts of a day."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from typing import Any

_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
ENGLISH = {name[:n]: number for number, name in enumerate(_NAMES, start=1) for n in (3, 4, len(name))}


def bare(word: str) -> str:
    """Reduce a word to its letters, in lower case."""
    return re.sub(r"[.\s\u200c]", "", word).casefold()


@functools.cache
def _calendars() -> dict[str, tuple[dict[str, int], dict[str, str]]]:
    """Load for every language the names of months and the words for the halves and parts of a day."""
    from babel import localedata

    found = {}
    for name in localedata.locale_identifiers():
        if "_" not in name or name == "zh_Hant":
            data = localedata.load(name)
            months, halves = {}, {}
            for number, word in _entries_of(data.get("months"), ("wide", "abbreviated")):
                months[bare(word)] = int(number)
            parts = _entries_of(data.get("day_periods"), ("wide", "abbreviated", "narrow"))
            for part, word in sorted(parts, key=lambda pair: pair[0] in ("am", "pm")):
                halves[bare(word)] = part.rstrip("12")
            found[name] = months, halves
    return found


def _entries_of(table: Any, widths: tuple[str, ...]) -> list[tuple[Any, str]]:  # noqa: ANN401
    """List what a calendar names, in running text and alone."""
    contexts = [_own(context) for context in (table or {}).values()]
    named = [_own(context.get(width)) for context in contexts for width in widths]
    return [pair for names in named for pair in names.items()]


def _own(part: Any) -> dict[Any, Any]:  # noqa: ANN401
    """Take what a calendar says itself, without what it takes from another one (an alias before it)."""
    part = part[1] if isinstance(part, tuple) else part
    return part if isinstance(part, dict) else {}


def months_of(words: Iterable[str]) -> dict[str, int]:
    """Name the number of each word that is a month, in the language that knows most of them."""
    wanted = {word for word in words if word}
    if wanted <= ENGLISH.keys() or not wanted:
        return {word: ENGLISH[word] for word in wanted}
    tables = [ENGLISH, *(months for months, _ in _calendars().values())]
    best = max(tables, key=lambda months: len(wanted & months.keys()))
    return {word: best[word] for word in wanted & best.keys()}


def parts_of_day(words: set[str]) -> dict[str, str]:
    """Name the part of the day of each word that stands for one."""
    plain = {"am": "am", "pm": "pm"}
    if words <= plain.keys():
        return plain
    tables = [halves for _, halves in _calendars().values()]
    best = max(tables, key=lambda halves: len(words & halves.keys()))
    found = {word: best[word] for word in words & best.keys()}
    return found | {word: plain[word] for word in words & plain.keys()}


@functools.cache
def weekdays() -> frozenset[str]:
    """List the names of the days of the week in all languages."""
    from babel import localedata

    named = (localedata.load(name).get("days") for name in _calendars())
    return frozenset(bare(word) for days in named for _, word in _entries_of(days, ("wide", "abbreviated")))
