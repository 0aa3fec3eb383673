"""The time rule: how the dates of one column become UTC, to what precision, and what had to be assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..mentions import InsightError

_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{9,19}(?:\.\d+)?")
_DAY_MONTH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})(?:[ ,T]+(.*))?")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d(?P<s>[:.]\d\d)?")
_STEP = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EARLIEST, _LATEST = np.datetime64("1970-01-02", "us"), np.datetime64("2200-01-01", "us")


@dataclass(frozen=True)
class Times:
    """Moments in UTC (NaT where a value could not be read), their precision, and where the zone came from."""

    moments: npt.NDArray[np.datetime64]
    precision: npt.NDArray[np.object_]
    zone: str


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
    """Read a column of dates with the first of `formats` that fits each value.

    A format is a strftime pattern, `ISO8601`, `day_month` (numeric dates whose order of day and month is found
    from the whole column), or `epoch`, `epoch_s`, `epoch_ms`. A value that says its zone keeps it; the others
    are taken in `tz`, else in `zone`.
    """
    codes, distinct = pd.factorize(pd.Series(values, dtype=object).str.strip())
    texts = pd.Series(distinct, dtype=object)
    local = ZoneInfo("UTC") if tz is None and zone == "UTC" else _zone(tz or zone)
    moments = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    said = np.zeros(len(texts), dtype=bool)
    for format_ in formats:
        open_ = np.flatnonzero(np.isnat(moments) & (texts != "").to_numpy(bool))
        if len(open_):
            moments[open_], said[open_] = _read(texts.iloc[open_], format_, local, day_first, where)
    with np.errstate(invalid="ignore"):
        moments[~((moments >= _EARLIEST) & (moments < _LATEST))] = np.datetime64("NaT")
    precision = _precision(texts, moments)
    read = ~np.isnat(moments)
    return Times(moments[codes], precision[codes], _how(said[read], tz, zone, assumed))


def _how(said: npt.NDArray[np.bool_], tz: str | None, zone: str, assumed: bool) -> str:
    if said.all():
        return "explicit"
    if tz is not None:
        return tz
    return f"{zone} (assumed)" if assumed else zone


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InsightError(
            f"tz={name!r} is no known time zone. Write it like 'Europe/Berlin' or 'UTC'."
        ) from error


def _read(
    texts: pd.Series, format_: str, local: ZoneInfo, day_first: bool | None, where: str
) -> tuple[npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    if format_.startswith("epoch"):
        moments = _epoch(texts, format_.removeprefix("epoch").lstrip("_"))
        return moments, ~np.isnat(moments)
    if format_ == "day_month":
        texts, format_ = _ordered(texts, day_first, where), "ISO8601"
    has_zone = texts.str.contains(_ZONE, na=False).to_numpy(bool) | ("%z" in format_)
    if format_ == "ISO8601":
        texts = texts.where(texts.str.match(r"\d{4}-?\d\d-?\d\d(?:\D|$)", na=False), None)
        texts = texts.str.replace(r"\s*(?:UTC|GMT)$", "Z", regex=True).str.replace(
            r"\s+(?=[+-]\d\d:?\d\d$)", "", regex=True
        )
    moments = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    if has_zone.any():
        moments[has_zone] = _parsed(texts[has_zone], format_)
    if not has_zone.all():
        moments[~has_zone] = _localised(_parsed(texts[~has_zone], format_), local)
    return moments, has_zone & ~np.isnat(moments)


def _parsed(texts: pd.Series, format_: str) -> npt.NDArray[np.datetime64]:
    parsed = pd.to_datetime(texts, format=format_, errors="coerce", utc=True)
    return parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")


def _localised(naive: npt.NDArray[np.datetime64], local: ZoneInfo) -> npt.NDArray[np.datetime64]:
    if local.key == "UTC":
        return naive
    there = pd.DatetimeIndex(naive).tz_localize(
        local, ambiguous=np.ones(len(naive), bool), nonexistent="shift_forward"
    )
    return there.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[us]")


def _epoch(texts: pd.Series, unit: str) -> npt.NDArray[np.datetime64]:
    moments = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[us]")
    fits = texts.str.fullmatch(_NUMBER).to_numpy(bool)
    if not fits.any():
        return moments
    numbers = texts[fits].str.replace(r"\.0*$", "", regex=True)
    whole = numbers.str.extract(r"^(-?\d+)(\.\d+)?$")
    integer, rest = whole[0].astype("int64").to_numpy(), whole[1].fillna("0").astype(float).to_numpy()
    size = np.abs(integer)
    step = np.select([size < 10**11, size < 10**14, size < 10**17], [1, 1_000, 1_000_000], 1_000_000_000)
    step = np.full(len(size), _STEP[unit]) if unit else step
    micro = np.where(
        step <= 1_000_000, integer * (1_000_000 // np.minimum(step, 1_000_000)), integer // 1_000
    )
    micro = micro + np.round(rest * 1_000_000 / step).astype("int64")
    moments[fits] = micro.astype("datetime64[us]")
    return moments


def _ordered(texts: pd.Series, day_first: bool | None, where: str) -> pd.Series:
    """Rewrite 3/4/2024 as 2024-04-03 or 2024-03-04; the whole column decides, else the caller, else nobody."""
    parts = texts.str.extract(_DAY_MONTH)
    seen = parts[0].notna()
    if not seen.any():
        return texts.where(texts == "", None)
    first, second = parts.loc[seen, 0].astype(int), parts.loc[seen, 2].astype(int)
    if day_first is None:
        day_first = _decide(first, second, parts.loc[seen, 1], texts[seen], where)
    day, month = (first, second) if day_first else (second, first)
    year = parts.loc[seen, 3].astype(int)
    year = year.where(year > 99, year + np.where(year < 70, 2000, 1900))
    date = year.astype(str) + "-" + month.astype(str).str.zfill(2) + "-" + day.astype(str).str.zfill(2)
    clock = parts.loc[seen, 4].fillna("").map(_clock)
    return (date + clock).reindex(texts.index)


def _decide(first: pd.Series, second: pd.Series, sign: pd.Series, texts: pd.Series, where: str) -> bool:
    day_before, month_before = bool((first > 12).any()), bool((second > 12).any())
    if day_before != month_before:
        return day_before
    if (sign == ".").all() and not month_before:
        return True
    found = (
        "both day-first and month-first dates" if day_before else "no date that tells the day from the month"
    )
    raise InsightError(
        f"{where}: dates such as {texts.iloc[0]!r} can be read day-first or month-first, and the column has {found}. "
        "Pass day_first=True or day_first=False."
    )


def _clock(text: str) -> str:
    match = re.match(r"(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*([AaPp])?\.?[Mm]?", text)
    if match is None:
        return " " + text if text else ""
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + 12 * (match[4] in "Pp")
    return f" {hour:02d}:{match[2]}:{match[3] or '00'}{text[match.end() :].strip()}"


def _precision(texts: pd.Series, moments: npt.NDArray[np.datetime64]) -> npt.NDArray[np.object_]:
    clock = texts.str.extract(_CLOCK)["s"].notna().to_numpy(bool)
    minute = texts.str.contains(r"\d[:.]\d\d", regex=True).to_numpy(bool) & ~clock
    number = texts.str.fullmatch(_NUMBER).to_numpy(bool)
    precision = np.select([np.isnat(moments), number | clock, minute], ["none", "s", "min"], "day").astype(
        object
    )
    timed = precision == "s"
    if timed.sum() >= 20 and (moments[timed].astype("datetime64[m]") == moments[timed]).all():
        precision[timed] = "min"
    fine = np.isin(precision, ("s", "min"))
    if fine.sum() >= 20 and (moments[fine].astype("datetime64[D]") == moments[fine]).all():
        precision[fine] = "day"
    return precision
