"""A column of dates in any form -> UTC, to what precision, and what had to be assumed."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import InsightError

from .forms import ZONES, Form, age_of, epoch_form, form_of
from .grid import (
    NARROWER,
    NEVER,
    Grid,
    Integers,
    Moments,
    clock_of,
    day_of,
    epoch,
    fraction,
    narrower,
    number,
    order_of,
    possible,
    shapes_of,
    span_of,
    year_of,
)

_SERIALS = range(20_000, 80_000)
_EXCEL_START = np.datetime64("1899-12-30", "us")
_ENOUGH = 20
_AT_ONCE = 100_000
_MOST_SHAPES = 5_000
_MOST_AGES = 2_000
_TRIED = 8
_DIGIT = re.compile(r"\d")
_POWER = re.compile(r"1\.\d{6,18}E(?:9|1[0-8])")
_SHARED = ("EST", "CST", "MST", "PST", "EDT", "CDT", "MDT", "PDT", "BST", "IST", "AST")


@dataclass(frozen=True)
class Times:
    """Moments in UTC (NaT where a value could not be read), their precision, and where the zone came from.

    `day_first` is how numeric dates were read, None where there were none or nothing decides; `order` says
    why; `unclear` marks the values that are dates whose day and month are unclear; `warnings` what
    was assumed.
    """

    moments: Moments
    precision: npt.NDArray[np.object_]
    zone: str
    day_first: bool | None = None
    order: str = ""
    unclear: npt.NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=bool))
    warnings: tuple[str, ...] = ()


def parse_times(
    values: Sequence[str],
    *,
    formats: Sequence[str] = (),
    zone: str = "UTC",
    assumed: bool = False,
    tz: str | None = None,
    day_first: bool | None = None,
    habit: tuple[bool, str] | None = None,
    read_at: pd.Timestamp | None = None,
) -> Times:
    """Read a column of dates in whatever forms its values have; each form is understood once.

    `formats` are tried first: strftime patterns, and `epoch_s` or `epoch_ms` for the unit of bare numbers.
    A value that says its zone keeps it; the others are taken in `tz`, else in `zone`. Whether 3/4/2024 is
    3 April is decided over the whole column, else by `habit` (day first or not, and why). Ages such as
    "2 years ago" count from `read_at`.
    """
    codes, distinct = pd.factorize(np.array([value.strip() for value in values], dtype=object))
    if any("E" in value for value in distinct[:_TRIED]):
        distinct = np.array([_without_power(value) for value in distinct], dtype=object)
    column = _Column(distinct, tuple(formats), _zone(tz or zone), read_at)
    order, reason = column.decide(day_first, habit)
    column.read_numeric(order)
    column.read_ages()
    known = ~np.isnat(column.moments)
    unclear = column.open_ & ~known
    warnings = column.warnings(known)
    if order is not None and reason.endswith("?"):
        warnings += (_ORDER_IS_A_GUESS.format("day-first" if order else "month-first", reason[:-1]),)
    if unclear.any():
        example = distinct[np.flatnonzero(unclear)[0]]
        warnings += (_ORDER_IS_OPEN.format(f"{example!r}"),)
    how = _how(column.said[known], tz, zone, assumed)
    precision = column.precision()
    return Times(
        column.moments[codes], precision[codes], how, order, reason.rstrip("?"), unclear[codes], warnings
    )


def _without_power(text: str) -> str:
    """Write `1.740993262E9` out, as BigQuery and Java print seconds."""
    return f"{float(text):f}" if _POWER.fullmatch(text) else text


_ORDER_IS_A_GUESS = (
    "its dates are read {} because {}; no day after the 12th decides. Pass --day-first or --month-first "
    "(day_first=) if that is wrong."
)
_ORDER_IS_OPEN = (
    "a date such as {} can be read day-first or month-first, and nothing in the file decides; such messages "
    "are kept without a date. Pass --day-first or --month-first (day_first=)."
)


class _Column:
    """The distinct values of a column while they are read, shape by shape."""

    def __init__(
        self,
        texts: npt.NDArray[np.object_],
        formats: tuple[str, ...],
        local: ZoneInfo,
        read_at: pd.Timestamp | None,
    ) -> None:
        n = len(texts)
        self.texts, self.local, self.read_at = texts, local, read_at
        self.unit = next((f.removeprefix("epoch_") for f in formats if f.startswith("epoch_")), "")
        self.moments = np.full(n, np.datetime64("NaT"), dtype="datetime64[us]")
        self.said, self.open_, self.is_age = (np.zeros(n, dtype=bool) for _ in range(3))
        self.fine = np.full(n, "day", dtype=object)
        self.numeric: list[
            tuple[npt.NDArray[np.intp], Form, tuple[Integers, Integers, Integers], Integers]
        ] = []
        self.letters: dict[str, int] = {}
        for pattern in (f for f in formats if "%" in f):
            self._read_pattern(pattern)
        self._read_forms()

    def _read_pattern(self, pattern: str) -> None:
        rows = np.flatnonzero(np.isnat(self.moments))
        parsed = pd.to_datetime(
            pd.Series(self.texts[rows], dtype=object), format=pattern, errors="coerce", utc=True
        )
        moments = parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
        says = "%z" in pattern or "%Z" in pattern
        self.moments[rows] = moments if says else _localised(moments, self.local)
        done = rows[~np.isnat(moments)]
        self.said[done] = says
        self.fine[done] = "s" if "%S" in pattern or "%T" in pattern else "min" if "%M" in pattern else "day"

    def _read_forms(self) -> None:
        shapes: dict[str, int] = {}
        for start in range(0, len(self.texts), _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, len(self.texts)))
            rows = rows[np.isnat(self.moments[rows])]
            if not len(rows):
                continue
            grid, which, examples = shapes_of(self.texts[rows])
            for at, shape in enumerate(examples):
                if shapes.setdefault(shape, len(shapes)) >= _MOST_SHAPES:
                    continue
                form = (epoch_form(shape) if self.unit else None) or form_of(shape)
                if form is not None:
                    mine = np.flatnonzero(which == at) if len(examples) > 1 else np.arange(len(rows))
                    self._read(rows[mine], grid[mine], form)

    def _read(self, rows: npt.NDArray[np.intp], grid: Grid, form: Form) -> None:
        take = functools.partial(number, grid)
        self.fine[rows] = form.precision
        self.said[rows] = form.says_zone
        if form.letters in _SHARED:
            self.letters[form.letters] = self.letters.get(form.letters, 0) + len(rows)
        if form.kind == "epoch":
            self.moments[rows] = epoch(grid, form, self.unit)
            return
        if form.kind == "serial":
            whole, part = take(form.year), fraction(grid, form.fraction)
            moments = _EXCEL_START + (whole * 86_400_000_000 + np.round(part * 86_400) * 1_000_000).astype(
                "m8[us]"
            )
            sound = (whole >= _SERIALS.start) & (whole < _SERIALS.stop)
            self.moments[rows] = np.where(sound, _localised(moments, self.local), np.datetime64("NaT"))
            self.fine[rows] = "s" if form.fraction else "day"
            return
        clock = clock_of(grid, form)
        if form.kind == "numeric":
            numbers = take(form.first), take(form.second_number), take(form.third)
            self.numeric.append((rows, form, numbers, clock))
            return
        n_year = form.year[1] - form.year[0] if isinstance(form.year, tuple) else 4
        year = year_of(take(form.year), form.era, n_digits=n_year)
        self._place(rows, grid, form, day_of(year, take(form.month), take(form.day)), clock)

    def _place(
        self, rows: npt.NDArray[np.intp], grid: Grid | None, form: Form, days: Moments, clock: Integers
    ) -> None:
        moments = np.where(clock == NEVER, np.datetime64("NaT"), days + clock.astype("m8[us]"))
        if form.place:
            moments = _localised(moments, _zone(form.place, or_utc=True))
        elif form.says_zone and grid is not None:
            offset = np.full(len(rows), form.offset or 0)
            if form.sign:
                hours, minutes = number(grid, form.hours), number(grid, form.minutes or 0)
                offset = form.sign * (hours * 60 + minutes)
            moments = moments - offset.astype("m8[m]")
        else:
            moments = _localised(moments, self.local)
        self.moments[rows] = possible(moments)

    def _turn_years(self) -> None:
        """Read `25/03/14` from the year on, where the days lie close together only then."""
        short = [entry for entry in self.numeric if entry[1].mark in "/-" and (entry[2][2] <= 31).all()]
        if not short or len(short) < len(self.numeric):
            return
        first, second, third = (np.concatenate([entry[2][at] for entry in short]) for at in range(3))
        by_year = span_of(first, second, third)
        others = [span_of(third, *order) for order in ((second, first), (first, second))]
        if len(first) > 2 and 0 < by_year * NARROWER < min(filter(None, others), default=10**9):
            self.numeric.clear()
            for rows, form, (year, month, day), clock in short:
                grid = shapes_of(self.texts[rows])[0] if form.says_zone else None
                self._place(rows, grid, form, day_of(year_of(year, 0, n_digits=2), month, day), clock)

    def decide(self, given: bool | None, habit: tuple[bool, str] | None) -> tuple[bool | None, str]:
        """Decide whether the day comes first, and why; a reason that ends in `?` is a guess."""
        if given is None:
            self._turn_years()
        if not self.numeric:
            return given, ""
        first, second, third = (
            np.concatenate([numbers[at] for _, _, numbers, _ in self.numeric]) for at in range(3)
        )
        sure = order_of(first, second)
        if given is not None:
            return given, "you say so"
        if (first == second).all():
            return None, ""
        if sure is not None:
            return sure, f"{max(first.max(), second.max()) if sure in (True, False) else ''} occurs as a day"
        if ((first > 12) & (first < 32)).any() or ((second > 12) & (second < 32)).any():
            return None, "both orders occur"
        if all(form.mark == "." for _, form, _, _ in self.numeric):
            return True, "dates with points are written so"
        if habit is not None:
            return habit
        if (near := narrower(first, second, third))[0] is not None:
            return near
        if any(form.half is not None for _, form, _, _ in self.numeric):
            return False, "the clock has am and pm?"
        return None, ""

    def read_numeric(self, day_first: bool | None) -> None:
        """Read numeric dates in the order decided; without one, those that can be read one way only."""
        for rows, form, (first, second, third), clock in self.numeric:
            year = year_of(third, 0, n_digits=4 if (third > 99).any() else 2)
            day, month = (first, second) if day_first else (second, first)
            days = day_of(year, month, day)
            if day_first is None:
                other = day_of(year, second, first)
                alone = np.where(np.isnat(days), other, days)
                days = np.where(
                    np.isnat(days) | np.isnat(other) | (first == second), alone, np.datetime64("NaT")
                )
                self.open_[rows] = ~np.isnat(alone)
            grid = shapes_of(self.texts[rows])[0] if form.says_zone else None
            self._place(rows, grid, form, days, clock)

    def read_ages(self) -> None:
        """Read ages such as `3 weeks ago`, if that is what most of the values are."""
        rows = np.flatnonzero(np.isnat(self.moments) & ~self.open_ & (self.texts != ""))
        short = [row for row in rows if len(self.texts[row]) <= 40][:_MOST_AGES]
        if self.read_at is None or len(short) < 0.5 * max((self.texts != "").sum(), 1):
            return
        shapes: dict[str, bool] = {}  # "2 years ago" and "3 years ago" are both ages, or neither is
        for row in short:
            shape = _DIGIT.sub("0", self.texts[row])
            if not shapes.get(shape, True):
                continue
            if len(shapes) >= _TRIED and sum(shapes.values()) < 0.5 * len(shapes):
                return
            moment = age_of(self.texts[row], self.read_at)
            shapes[shape] = moment is not None
            if moment is not None:
                self.moments[row], self.fine[row], self.is_age[row] = moment, "relative", True
                self.said[row] = True

    def warnings(self, known: npt.NDArray[np.bool_]) -> tuple[str, ...]:
        """Say what was assumed."""
        said = [
            f"{letters} is read as {_offset(ZONES[letters])}; other zones are called so too."
            for letters in sorted(self.letters)
        ]
        if self.is_age.any():
            said.append(
                f"dates are ages ({self.texts[np.flatnonzero(self.is_age)[0]]!r}), counted back from "
                f"{self.read_at:%Y-%m-%d}, when the file was last written: they enter no waiting time."
            )
        return tuple(said)

    def precision(self) -> npt.NDArray[np.object_]:
        """Give the precision of each value; a column of nothing but round minutes has no seconds."""
        precision = np.where(np.isnat(self.moments), "none", self.fine).astype(object)
        for fine, unit, coarse in ((("s",), "m", "min"), (("s", "min"), "D", "day")):
            rows = np.isin(precision, fine)
            if (
                rows.sum() >= _ENOUGH
                and (self.moments[rows].astype(f"datetime64[{unit}]") == self.moments[rows]).all()
            ):
                precision[rows] = coarse
        return precision


def _how(said: npt.NDArray[np.bool_], tz: str | None, zone: str, assumed: bool) -> str:
    if said.all():
        return "explicit"
    return tz or (f"{zone} (assumed)" if assumed else zone)


def _offset(minutes: int) -> str:
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    return f"UTC{sign}{size // 60:02d}:{size % 60:02d}"


def _zone(name: str, *, or_utc: bool = False) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        if or_utc:
            return ZoneInfo("UTC")
        raise InsightError(
            f"tz={name!r} is no known time zone. Write it like 'Europe/Berlin' or 'UTC'."
        ) from error


def _localised(moments: Moments, local: ZoneInfo) -> Moments:
    if local.key == "UTC":
        return moments
    first = np.ones(len(moments), dtype=bool)
    there = pd.DatetimeIndex(moments).tz_localize(local, ambiguous=first, nonexistent="shift_forward")
    return there.tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[us]")
