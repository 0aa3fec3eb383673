"""The time rule: how the dates of one column become UTC, to what precision, and what had to be assumed."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..mentions import InsightError

Moments = npt.NDArray[np.datetime64]

_DIGITS = str.maketrans("123456789", "000000000")
_SAYS_ZONE = re.compile(r"(?:[:.]00(?:[.,]0+)?|T0{4,6}|m\.?)\s*(?:Z|UTC|GMT|[+-]00(?::?00)?)$", re.I)
_NUMBER = re.compile(r"-?0{9,19}(?:\.0+)?")
_ISO = re.compile(r"0000-?00-?00(?:\D|$)")
_CTIME = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} 00 00:00:00 [+-]0000 0000")
_DAY_MONTH = re.compile(r"00?([/.-])00?[/.-](?:0000|00)(?:\D|$)")
_PARTS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})[ ,T]*(.*)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d(?:\.\d+)?))?\s*(?:([AaPp])\.?\s?[Mm]\.?)?\s*(.*)")
_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MONTHS = {name: f"{number:02d}" for number, name in enumerate(_NAMES, start=1)}
_STEP = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EARLIEST, _LATEST = np.datetime64("1970-01-02", "us"), np.datetime64("2200-01-01", "us")
_ENOUGH = 20


@dataclass(frozen=True)
class Times:
    """Moments in UTC (NaT where a value could not be read), their precision, and where the zone came from.

    `day_first` is how numeric dates were read, None where there were none.
    """

    moments: Moments
    precision: npt.NDArray[np.object_]
    zone: str
    day_first: bool | None = None


def parse_times(
    values: Sequence[str],
    *,
    formats: Sequence[str],
    zone: str = "UTC",
    assumed: bool = False,
    tz: str | None = None,
    day_first: bool | None = None,
    where: str = "",
) -> Times:
    """Read a column of dates, each value with the first of `formats` that fits it.

    A format is a strftime pattern or one of `ISO8601`; `ctime` (as X writes it); `day_month` (numeric dates
    whose order of day and month is found from the whole column); `epoch`, `epoch_s`, `epoch_ms`. A value
    that says its zone keeps it; the others are taken in `tz`, else in `zone`.
    """
    codes, distinct = pd.factorize(np.array([value.strip() for value in values], dtype=object))
    which, shapes = pd.factorize(np.array([text.translate(_DIGITS) for text in distinct], dtype=object))
    local, moments = _zone(tz or zone), np.full(len(distinct), np.datetime64("NaT"), dtype="datetime64[us]")
    said = _by_shape(shapes, which, lambda shape: bool(_SAYS_ZONE.search(shape) or _NUMBER.fullmatch(shape)))
    said |= _by_shape(shapes, which, lambda shape: bool(_CTIME.fullmatch(shape)))
    for format_ in formats:
        said_here = said | ("%z" in format_)
        fits = _by_shape(shapes, which, functools.partial(_may_fit, format_))
        open_ = np.isnat(moments) & fits
        for rows, there in ((open_ & said_here, None), (open_ & ~said_here, local)):
            if rows.any() and format_ == "day_month" and day_first is None:
                day_first = _order(distinct[rows], where)
            if rows.any():
                moments[rows] = _localised(_read(distinct[rows], format_, bool(day_first)), there)
        said |= said_here & open_ & ~np.isnat(moments)
    with np.errstate(invalid="ignore"):
        moments[~((moments >= _EARLIEST) & (moments < _LATEST))] = np.datetime64("NaT")
    precision = _precision(shapes, which, moments)
    how = _how(said[~np.isnat(moments)], tz, zone, assumed)
    return Times(moments[codes], precision[codes], how, day_first)


def _by_shape(
    shapes: Sequence[str], which: npt.NDArray[np.intp], test: Callable[[str], bool]
) -> npt.NDArray[np.bool_]:
    """Ask once for each shape of text, digits made equal: a column of dates has few."""
    return np.array([test(shape) for shape in shapes], dtype=np.bool_)[which]


def _may_fit(format_: str, shape: str) -> bool:
    if format_.startswith("epoch"):
        return bool(_NUMBER.fullmatch(shape))
    named = {"ISO8601": _ISO.match, "ctime": _CTIME.fullmatch, "day_month": _DAY_MONTH.match}.get(format_)
    return bool(named(shape)) if named else bool(shape)


def _how(said: npt.NDArray[np.bool_], tz: str | None, zone: str, assumed: bool) -> str:
    if said.all():
        return "explicit"
    return tz or (f"{zone} (assumed)" if assumed else zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InsightError(
            f"tz={name!r} is no known time zone. Write it like 'Europe/Berlin' or 'UTC'."
        ) from error


def _read(texts: npt.NDArray[np.object_], format_: str, day_first: bool) -> Moments:
    if format_.startswith("epoch"):
        return _epoch(texts, format_.removeprefix("epoch").lstrip("_"))
    if format_ == "ctime":
        texts = np.array(
            [f"{t[26:]}-{_MONTHS.get(t[4:7], '')}-{t[8:10]}T{t[11:19]}{t[20:25]}" for t in texts],
            dtype=object,
        )
    elif format_ == "day_month":
        texts = _ordered(texts, day_first)
    elif format_ == "ISO8601":
        texts = np.array([_tidy(text) for text in texts], dtype=object)
    pattern = format_ if "%" in format_ else "ISO8601"
    parsed = pd.to_datetime(pd.Series(texts, dtype=object), format=pattern, errors="coerce", utc=True)
    return parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")


def _tidy(text: str) -> str:
    """Bring the many ways of writing UTC and offsets to those of ISO 8601."""
    if text.endswith(("C", "T", "c", "t")):
        text = re.sub(r"\s*(?:UTC|GMT)$", "Z", text, flags=re.I)
    return re.sub(r"\s+(?=[+-]\d\d:?\d\d$|Z$)", "", text) if " " in text[-7:] else text


def _localised(moments: Moments, local: ZoneInfo | None) -> Moments:
    if local is None or local.key == "UTC":
        return moments
    first = np.ones(len(moments), dtype=bool)
    there = pd.DatetimeIndex(moments).tz_localize(local, ambiguous=first, nonexistent="shift_forward")
    return there.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[us]")


def _epoch(texts: npt.NDArray[np.object_], unit: str) -> Moments:
    """Read seconds, or what the number of digits says: milli-, micro- or nanoseconds since 1970."""
    whole, _, rest = zip(*(text.partition(".") for text in texts), strict=True)
    integer = np.array([int(text) for text in whole], dtype="int64")
    fraction = np.array([float(f"0.{text or 0}") for text in rest])
    size = np.abs(integer)
    guessed = np.select([size < 10**11, size < 10**14, size < 10**17], [1, 1_000, 1_000_000], 1_000_000_000)
    step = np.full(len(size), _STEP[unit]) if unit else guessed
    up, down = 1_000_000 // np.minimum(step, 1_000_000), np.maximum(step // 1_000_000, 1)
    sound = size < 2**62 // up
    micro = np.where(sound, integer, 0) * up // down + np.round(fraction * 1_000_000 / step).astype("int64")
    return np.where(sound, micro, np.iinfo("int64").min).astype("datetime64[us]")


def _order(texts: npt.NDArray[np.object_], where: str) -> bool | None:
    """Tell from the whole column whether 3/4/2024 is 3 April; None if no value is a date either way."""
    parts = [match.groups() for text in texts if (match := _PARTS.match(text))]
    first, second = (np.array([int(part[place]) for part in parts]) for place in (0, 1))
    real = (first <= 12) | (second <= 12)
    if not real.any():
        return None
    dotted = all("." in text[:3] for text in texts)
    return _decide(bool((first > 12)[real].any()), bool((second > 12)[real].any()), dotted, texts[0], where)


def _ordered(texts: npt.NDArray[np.object_], day_first: bool) -> npt.NDArray[np.object_]:
    """Rewrite 3/4/2024 as 2024-04-03 or 2024-03-04."""
    parts = [match.groups() for text in texts if (match := _PARTS.match(text))]
    first, second = ([int(part[place]) for part in parts] for place in (0, 1))
    day, month = (first, second) if day_first else (second, first)
    years = [
        int(part[2]) + (0 if len(part[2]) == 4 else 2000 if int(part[2]) < 70 else 1900) for part in parts
    ]
    dates = zip(years, month, day, parts, strict=True)
    return np.array([f"{y}-{m:02d}-{d:02d}{_clock(part[3])}" for y, m, d, part in dates], dtype=object)


def _decide(day_before: bool, month_before: bool, dotted: bool, example: str, where: str) -> bool:
    if day_before != month_before:
        return day_before
    if dotted and not day_before:
        return True
    found = "holds both day-first and month-first dates" if day_before else "has no day after the 12th"
    raise InsightError(
        f"{where}: a date such as {example!r} can be read day-first or month-first, and the column {found}. "
        "Pass day_first=True or day_first=False (--day-first, --month-first)."
    )


def _clock(text: str) -> str:
    match = _CLOCK.match(text)
    if match is None:
        return f" {text}" if text else ""
    hour, minute, second, half, rest = match.groups()
    of_day = int(hour) % 12 + 12 * (half in "Pp") if half else int(hour)
    return _tidy(f" {of_day:02d}:{minute}:{second or '00'}{rest}")


def _precision(
    shapes: Sequence[str], which: npt.NDArray[np.intp], moments: Moments
) -> npt.NDArray[np.object_]:
    """Take the precision from how a date is written; a column of nothing but round minutes has no seconds."""
    named = [_precision_of(shape) for shape in shapes]
    precision = np.array(named, dtype=object)[which]
    precision[np.isnat(moments)] = "none"
    for fine, unit, coarse in ((("s",), "m", "min"), (("s", "min"), "D", "day")):
        rows = np.isin(precision, fine)
        if rows.sum() >= _ENOUGH and (moments[rows].astype(f"datetime64[{unit}]") == moments[rows]).all():
            precision[rows] = coarse
    return precision


def _precision_of(shape: str) -> str:
    if _NUMBER.fullmatch(shape) or re.search(r"[ T,]00?[:.]00[:.]00|T0{6}", shape):
        return "s"
    return "min" if re.search(r"[ T,]00?[:.]00|T0{4}", shape) else "day"
