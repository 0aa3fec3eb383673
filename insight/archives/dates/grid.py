"""Letters laid out in a grid -> numbers and moments, all rows of one form at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from .forms import LONGEST, Form, Span

Moments = npt.NDArray[np.datetime64]
Grid = npt.NDArray[np.uint32]
Integers = npt.NDArray[np.int64]

NEVER = int(np.iinfo("int64").min)
NARROWER = 4
"""How many times a reading of dates must lie closer together to be preferred."""
_STEP = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EARLIEST, _LATEST = np.datetime64("1970-01-02", "us"), np.datetime64("2200-01-01", "us")


def shapes_of(texts: npt.NDArray[np.object_]) -> tuple[Grid, npt.NDArray[np.intp], list[str]]:
    """Lay texts out letter by letter, and number their shapes: the text with every digit made `0`."""
    tidy = [text if len(text) <= LONGEST else "" for text in texts]
    tidy = [text if text.isascii() else text.translate(_DIGITS) for text in tidy]
    fixed = np.array(tidy, dtype=np.str_)
    width = max(fixed.dtype.itemsize // 4, 1)
    grid = np.ascontiguousarray(fixed).view(np.uint32).reshape(len(tidy), width)
    neutral = np.where((grid >= 48) & (grid <= 57), np.uint32(48), grid)
    weights = np.cumprod(np.full(width, 0x9E3779B97F4A7C15, dtype=np.uint64) | np.uint64(1))
    which, _ = pd.factorize((neutral.astype(np.uint64) * weights).sum(axis=1))
    first = np.unique(which, return_index=True)[1]
    letters = np.ascontiguousarray(neutral[first])
    return grid, which, list(map(str, letters.view(f"<U{width}").ravel()))


_ZEROS = "٠۰०๐০０"
_DIGITS = {ord(zero) + value: ord("0") + value for zero in _ZEROS for value in range(10)}


def number(grid: Grid, span: Span | int | None) -> Integers:
    """Read the digits at one place of every row."""
    if not isinstance(span, tuple):
        return np.full(len(grid), span or 0, dtype=np.int64)
    found = np.zeros(len(grid), dtype=np.int64)
    for at in range(*span):
        found = found * 10 + (grid[:, at].astype(np.int64) - 48)
    return found


def fraction(grid: Grid, span: Span | None) -> npt.NDArray[np.float64]:
    """Read the digits behind a point."""
    if span is None:
        return np.zeros(len(grid))
    size = min(span[1] - span[0], 9)
    return number(grid, (span[0], span[0] + size)) / 10.0**size


def clock_of(grid: Grid, form: Form) -> Integers:
    """Give the time of day in microseconds; `NEVER` where it is none."""
    hour, minute, second = (number(grid, span) for span in (form.hour, form.minute, form.second))
    sound = (hour < 25) & (minute < 60) & (second < 61)
    if form.half is not None:
        hour = np.where(hour > 12, hour, hour % 12 + form.half)
    micro = np.round(fraction(grid, form.fraction) * 1e6).astype(np.int64)
    return np.where(sound, ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro, NEVER)


def year_of(year: Integers, era: int, *, n_digits: int) -> Integers:
    """Make the year a common one: two digits, an era, or the years of the Buddha (2568 = 2025)."""
    if era:
        return year + era
    if n_digits == 2:
        return year + np.where(year < 70, 2000, 1900)
    return np.where((year > 2400) & (year < 2700), year - 543, year)


def day_of(year: Integers, month: Integers, day: Integers) -> Moments:
    """Make days of numbers; NaT where there is no such day."""
    persian = (year >= 1300) & (year < 1500)
    if persian.any():
        return np.where(persian, _persian_day(year, month, day), day_of(year - 3_000 * persian, month, day))
    sound = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1000) & (year <= 3000)
    months = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(sound, day - 1, 0).astype("m8[D]")
    sound &= days.astype("datetime64[M]") == months
    return np.where(sound, days, np.datetime64("NaT")).astype("datetime64[us]")


def _persian_day(year: Integers, month: Integers, day: Integers) -> Moments:
    """Make days of the Solar Hijri calendar (33-year cycle, right for 1178 to 1633)."""
    sound = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31 - (month > 6))
    leaps = (8 * (year - 1) + 29) // 33 - (8 * 1299 + 29) // 33
    before = 365 * (year - 1300) + leaps + (month - 1) * 31 - np.maximum(month - 7, 0)
    days = np.datetime64("1921-03-21", "D") + np.where(sound, before + day - 1, 0).astype("m8[D]")
    return np.where(sound, days, np.datetime64("NaT")).astype("datetime64[us]")


def epoch(grid: Grid, form: Form, unit: str) -> Moments:
    """Read seconds, or what the number of digits says: milli-, micro- or nanoseconds since 1970."""
    start, end = form.year if isinstance(form.year, tuple) else (0, 0)
    negative = grid[:, start] == ord("-")
    integer = number(grid, (start + int(negative.any()), end))
    size = integer
    guessed = np.select([size < 10**11, size < 10**14, size < 10**17], [1, 1_000, 1_000_000], 1_000_000_000)
    step = np.full(len(size), _STEP[unit]) if unit else guessed
    up, down = 1_000_000 // np.minimum(step, 1_000_000), np.maximum(step // 1_000_000, 1)
    sound = (size < 2**62 // up) & ~negative
    rest = np.round(fraction(grid, form.fraction) * 1_000_000 / step).astype(np.int64)
    moments = np.where(sound, np.where(sound, integer, 0) * up // down + rest, NEVER).astype("datetime64[us]")
    return possible(moments)


def possible(moments: Moments) -> Moments:
    """Leave out moments when no export was written."""
    with np.errstate(invalid="ignore"):
        return np.where((moments >= _EARLIEST) & (moments < _LATEST), moments, np.datetime64("NaT"))


def order_of(first: Integers, second: Integers) -> bool | None:
    """Return the order by days after the 12th; None where there is none, or both."""
    real = ((first <= 12) | (second <= 12)) & (first <= 31) & (second <= 31)
    day_before, month_before = bool((first > 12)[real].any()), bool((second > 12)[real].any())
    return day_before if day_before != month_before else None


def narrower(first: Integers, second: Integers, year: Integers) -> tuple[bool | None, str]:
    """Prefer the order in which the dates lie close together, where the other strews them over a year."""
    if len(first) < 8:
        return None, ""
    spans = [span_of(year, month, day) for day, month in ((first, second), (second, first))]
    if min(spans) and max(spans) > NARROWER * min(spans):
        return spans[0] < spans[1], f"so they lie within {min(spans):,} days and not {max(spans):,}?"
    return None, ""


def span_of(year: Integers, month: Integers, day: Integers) -> int:
    """Count the days from the first date to the last; 0 where a reading gives none."""
    days = day_of(year_of(year, 0, n_digits=4 if (year > 99).any() else 2), month, day)
    days = days[~np.isnat(days)].astype("datetime64[D]").astype(np.int64)
    return int(np.ptp(days)) + 1 if len(days) else 0
