"""The time stamps of chat logs: how they are written, and which day and hour they mean.

Nothing is listed that a file can show: the order of day, month and year is the one in which the messages
follow each other; words beside the clock are looked up in the calendars of all languages (CLDR), and where
two of them remain, in the order of the messages.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from .calendars import bare, months_of, parts_of_day, weekdays
from .grid import day_of, year_of

_L = r"[^\W\d_]"
_ORDINAL = r"(?:st|nd|rd|th|er|[.º°])?"
_NUMERIC = (
    r"\d{1,4}(?:[./-] ?| ?[년年] ?)\d{1,2}(?:[./-] ?| ?[月월] ?)(?:\d{4}|\d{1,2})(?!\d) ?[日일]?\.?"
    r"|\d{1,2}[./-]\d{1,2}\.?(?![.:/\d])"
)
_WORDED = (
    rf"(?:{_L}{{2,12}}[.,]{{0,2}} )?(?:\d{{4}}[ -])?\d{{1,2}}{_ORDINAL}[ /.-]{{0,2}}(?:de |of )?"
    rf"{_L}{{3,14}}\.?"
    rf"(?:[ ,/.-]{{1,2}}(?:de )?(?:\d{{4}}|\d\d)(?![\d:])(?: {_L}\.)?)?"
    rf"|(?:{_L}{{2,12}}[.,]{{0,2}} )?{_L}{{3,14}}\.? \d{{1,2}}{_ORDINAL}(?:,? \d{{4}})?(?![\d:.])"
)
_WEEKDAY = rf"(?:{_L}{{1,14}}\.?,? |[(（]?{_L}{{1,14}}[)）]?,? )?"
"""A word beside a day; behind it as few letters as can be, for it may belong to the clock."""
_CLOCK = (
    r"\d{1,2}[:.：h]\d\d(?:[:.：]\d\d(?:[.,]\d{1,6})?)?(?!\d|:\d)|\d{1,2} h \d\d(?: min \d\d s)?(?!\d)"
    r"|\d{1,2} ?[시時点點] ?\d{1,2} ?[분分](?: ?\d{1,2} ?[초秒])?"
)
_HALF = (
    rf"(?:{_L}{{1,3}}\. ?{_L}{{1,3}}\.?|[\u0900-\u0dff]{{2,8}}\.[\u0900-\u0dff]{{1,8}}\.?"
    rf"|[^\W\d_\s][^\W\d_\u200c]{{0,3}}(?:\u200c?{_L}{{1,10}})?\.?)"
)
_ZONE = r"(?: ?(?:Z|(?:UTC|GMT)(?:[+-]\d\d:?\d\d)?)(?!\w)| ?[+-]\d\d:?\d\d)?"
DAY = rf"(?:{_WEEKDAY}(?:{_NUMERIC}|{_WORDED}))"
_LATE = rf"(?: ?(?:[AaPp]\.? ?[Mm]\b\.?|(?:{_L} )?{_HALF}(?= ?(?:[\])}}>(,\t–—-]|$))))?"
TIME = rf"(?:(?:{_HALF} ?)?(?:{_CLOCK}){_LATE}{_ZONE})"
_JOINT = r"(?:,? ?(?:at|um|à|às|a las|klo|kl\.?|o|ore|الساعة|[TÀ|_])?,? {0,2}| - |[)\]] ?[(\[])"
_RELATIVE = rf"(?:(?<=[\[(])|(?<=[—–] ))(?P<word>{_L}{{4,12}}(?= ))"
STAMP = (
    rf"(?:(?P<day>{DAY}|{_RELATIVE}){_WEEKDAY}?{_JOINT}(?P<time>{TIME})"
    rf"|(?P<time_>{TIME}),? (?P<day_>{_NUMERIC})|(?P<bare>{TIME}))"
)
_NUMBERS = re.compile(r"\d+")
_WORDS = re.compile(rf"{_L}(?:[^\W\d_]|[.\u200c] ?(?={_L}))*")


@dataclass(frozen=True)
class Stamp:
    """One stamp as it is written: the numbers and words of its day, its clock, the words beside the clock."""

    numbers: tuple[str, ...]
    words: tuple[str, ...]
    hour: int
    rest: str
    halves: tuple[str, ...]
    zone: str = ""
    is_american: bool = False


@functools.lru_cache(2**15)
def read_stamp(day: str, time: str) -> Stamp:
    """Take the text of a stamp apart."""
    zone = re.search(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$", time)
    clock = re.search(_CLOCK, time)
    if clock is None:
        return Stamp((), (), 0, "", ())
    hour, *rest = _NUMBERS.findall(clock[0])
    beside = time[: clock.start()], time[clock.end() : zone.start() if zone else None]
    seconds = ".".join(rest[1:])
    return Stamp(
        tuple(_NUMBERS.findall(day)),
        tuple(map(bare, _WORDS.findall(day))),
        int(hour),
        f"{int(rest[0]):02d}" + (f":{_ascii(seconds)}" if seconds else ""),
        tuple(filter(None, map(bare, beside))),
        _zone(zone[0]) if zone else "",
        "/" in day and time.endswith(("AM", "PM")),
    )


def _ascii(digits: str) -> str:
    return "".join(char if char in "." else str(int(char)) for char in digits)


def _zone(text: str) -> str:
    return "Z" if text[0] in "ZUG" else f"{text[:3]}:{text[-2:]}"


def hours_of(stamps: Sequence[Stamp]) -> list[int]:
    """Return the hour of each stamp on the clock of 24.

    A word beside the clock counts only where no hour is past 12. What no language knows is the half of the
    day in which the messages of a day follow each other.
    """
    words = {word for stamp in stamps for word in stamp.halves}
    if not words or any(stamp.hour > 12 and stamp.halves for stamp in stamps):
        return [stamp.hour for stamp in stamps]
    known = parts_of_day(words)
    unknown = sorted(words - known.keys())
    unknown = [word for word in unknown if word not in weekdays()]
    if unknown and len(words) > 1:
        known |= _by_order(stamps, known, unknown[:6])
    return [_hour(stamp, known) for stamp in stamps]


def _by_order(stamps: Sequence[Stamp], known: dict[str, str], unknown: list[str]) -> dict[str, str]:
    pairs = Counter(
        (before, after)
        for before, after in itertools.pairwise(stamps)
        if before.numbers == after.numbers and {*before.halves, *after.halves} & {*unknown}
    )
    options = [
        dict(zip(unknown, choice, strict=True))
        for choice in itertools.product(("am", "pm"), repeat=len(unknown))
    ]

    def falls(option: dict[str, str]) -> int:
        chosen = known | option
        return sum(n for (a, b), n in pairs.items() if _hour(a, chosen) > _hour(b, chosen))

    return min(options, key=falls)


def _hour(stamp: Stamp, parts: dict[str, str]) -> int:
    part = next((parts[word] for word in stamp.halves if word in parts), "")
    hour = stamp.hour % 12
    if not part:
        return stamp.hour
    late = part in ("pm", "afternoon", "evening", "noon") or (part == "night" and hour >= 6)
    return hour + 12 * (late and not (part == "noon" and hour == 11))


# ----------------------------------------------------------------------------------------------------- days

_ORDERS = {"day, month, year": (2, 1, 0), "month, day, year": (2, 0, 1), "year, month, day": (0, 1, 2)}


def days_of(
    stamps: Sequence[Stamp], *, day_first: bool | None, years: Sequence[int | None] = ()
) -> tuple[list[date | None], str]:
    """Return the day of each stamp, None where it is not known, and a caution about how days were read.

    `years` are those of stamps without one.
    """
    months = months_of(word for stamp in stamps for word in stamp.words)
    keys: list[tuple] = [
        (stamp.numbers, stamp.words, year if len(stamp.numbers) < 3 else None)
        for stamp, year in zip(stamps, years or [None] * len(stamps), strict=True)
    ]
    distinct = dict.fromkeys(keys)
    worded = {key for key in distinct if any(word in months for word in key[1])}
    known = {key: _worded(key, months) for key in worded}
    numeric = [key for key in distinct if key not in worded]
    readings = {
        name: {key: _ordered(key[0], order, key[2]) for key in numeric} for name, order in _ORDERS.items()
    }
    if day_first is not None:
        readings.pop("month, day, year" if day_first else "day, month, year")
    if any(stamp.is_american for stamp in stamps):
        readings = dict(sorted(readings.items(), key=lambda item: not item[0].startswith("month")))
    chosen, caution = _follow(readings, keys)
    for key in numeric:
        others = (reading[key] for reading in readings.values())
        known[key] = chosen[key] or next(filter(None, others), None)
    return [known[key] for key in keys], caution


def _follow(
    readings: dict[str, dict[tuple, date | None]], keys: list[tuple]
) -> tuple[dict[tuple, date | None], str]:
    """Choose the order in which all are dates, the messages follow each other, and closely."""
    runs = [key for key, _ in itertools.groupby(keys)]

    def cost(name: str) -> tuple[int, int, int]:
        days = [day for key in runs if (day := readings[name].get(key)) is not None]
        gaps = [(after - before).days for before, after in itertools.pairwise(days)]
        missing = sum(day is None for day in readings[name].values())
        return missing, sum(gap < 0 for gap in gaps), sum(map(abs, gaps))

    names = sorted(readings, key=cost)
    best, second = names[0], names[1]
    a, b = cost(best), cost(second)
    if readings[best] == readings[second] or a[:2] != b[:2]:
        return readings[best], ""
    if b[2] < 2 * a[2] or not b[2]:
        best = next(name for name in readings if name in (best, second))
    if any(name.startswith("year") for name in (best, second)):
        return readings[best], ""
    return readings[best], (
        f"its days can be read in two ways; they are read as {best}. Pass --day-first or --month-first "
        "(day_first=) if that is wrong."
    )


def _ordered(numbers: tuple[str, ...], order: tuple[int, int, int], year: int | None) -> date | None:
    if len(numbers) == 2 and year is not None:
        full = [*numbers, str(year)] if order[0] == 2 else [str(year), *numbers]
    elif len(numbers) == 3:
        full = list(numbers)
    else:
        return None
    if any(len(full[place]) > 2 for place in order[1:]):
        return None
    return _date(full[order[0]], int(full[order[1]]), int(full[order[2]]))


def _worded(key: tuple, months: dict[str, int]) -> date | None:
    numbers, words, year = key
    month = next(months[word] for word in words if word in months)
    long = [number for number in numbers if len(number) == 4]
    short = [number for number in numbers if len(number) < 4]
    if not short:
        return None
    given = long[0] if long else short[1] if len(short) > 1 else str(year or "")
    return _date(given, month, int(short[0])) if given else None


def _date(year: str, month: int, day: int) -> date | None:
    """Make a date, of a Buddhist or Persian year too."""
    if len(year) == 3:
        return None
    number = int(year)
    if len(year) <= 2:
        number += 2000
        number -= 43 if number > date.today().year + 1 else 0
    years, months, days = (np.array([value]) for value in (number, month, day))
    found = day_of(year_of(years, 0, n_digits=4), months, days)[0]
    return None if np.isnat(found) else found.astype("datetime64[D]").item()
