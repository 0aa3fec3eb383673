"""How a date is written: the place of each of its parts in a text whose digits are all made `0`."""

from __future__ import annotations

import datetime
import functools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from .calendars import ENGLISH

Span = tuple[int, int]

LONGEST = 100
"""Longer texts are no dates, whatever they name on the way."""

_WORDS = tomllib.loads(
    (resources.files("insight.archives") / "specs" / "_dates.toml").read_text(encoding="utf-8")
)
_MONTH = ENGLISH | {name: at for at, name in enumerate(_WORDS["months"]["thai"], 1)}
_NO_MONTH = frozenset(_WORDS["months"]["never"])
LANGUAGES: list[str] = _WORDS["months"]["languages"]
ZONES: dict[str, int] = _WORDS["zones"]
_HALVES: dict[str, int] = _WORDS["clock"]["halves"]
_HALF = "|".join(re.escape(half) for half in sorted(_HALVES, key=len, reverse=True))
_ERAS: dict[str, int] = _WORDS["eras"]
_SAME = str.maketrans("\u202f\u00a0\u2009\u3000\u200e\u200f[]\u2212\u2013：／，", "        --:/,")

_CLOCK = re.compile(
    rf"(?:(?P<before>{_HALF})\s?)?(?<!\d)(?P<hour>0{{1,2}})\s?[:hH時时시]\s?(?P<minute>00|0(?=\s?[分분]))(?!\d)"
    r"(?:\s?[:分분m]\s?(?P<second>00|0(?=\s?[秒초]))(?:[.,](?P<fraction>0{1,9}))?)?\s?[秒초分분s]?"
    rf"(?:\s?(?P<after>{_HALF})(?![^\W\d_]))?",
    re.I,
)
_DOTTED_CLOCK = re.compile(
    r"(?:(?P<said>\b(?:kl\.?|klo|ore|pukul|um|om)\s)|(?<=[\s,]))(?P<hour>0{1,2})\.(?P<minute>00)"
    r"(?:\.(?P<second>00)(?:\.(?P<fraction>0{1,9}))?)?(?![.\d])"
    rf"(?:\s?(?P<after>{_HALF})(?![^\W\d_]))?",
    re.I,
)
_HOUR_ONLY = re.compile(rf"(?<=[\s,])(?P<hour>0{{1,2}})\s?(?P<after>{_HALF})(?![^\W\d_])", re.I)
_ZONE = re.compile(
    r"\s?(?P<name>[A-Z]{1,5})?\s?(?:(?P<sign>[+-])(?P<hours>0{1,2})(?::?(?P<minutes>00))?)?(?![^\W_])"
)
_PLACE = re.compile(r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific|US)/[A-Z]\w+(?:/\w+)?")
_COMPACT = re.compile(
    r"(?P<year>0000)(?P<month>00)(?P<day>00)(?:[T _-]?(?P<hour>00)(?P<minute>00)(?P<second>00)?"
    r"(?:[.,](?P<fraction>0{1,9}))?)?(?P<rest>\s?(?:Z|UTC|GMT|[+-]00:?00)?)"
)
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>0000)\s?(?P<mark>[-/._ 年년])\s?(?P<month>0{1,2})\s?(?:(?P=mark)|[月월])"
    r"\s?(?P<day>0{1,2})(?!0)\s?[日일号]?\.?"
)
_VIETNAMESE = re.compile(
    r"(?P<day>0{1,2})\s?tháng\s?(?P<month>0{1,2})(?:,|,?\s?năm)?\s(?P<year>0000)(?!\d)", re.I
)
_ERA = re.compile(
    r"(?P<era>令和|平成|昭和|民國|民国|\b[RH])\s?(?P<year>0{1,3}|元)\s?[年./-]\s?(?P<month>0{1,2})\s?[月./-]"
    r"\s?(?P<day>0{1,2})日?"
)
_NUMERIC = re.compile(
    r"(?<![\d.])(?P<first>0{1,2})\s?(?P<mark>[-/.])\s?(?P<second>0{1,2})\s?(?P=mark)\s?(?P<third>0000|00)(?!0)\.?"
)
_EPOCH = re.compile(r"(?:/Date\()?(?P<whole>-?0{9,19})(?:\.(?P<fraction>0+))?(?:[+-]0000)?(?:\)/)?")
_LOOKS_COMPACT = re.compile("0{12}|0{14}")
_SERIAL = re.compile(r"(?P<whole>0{5})(?:[.,](?P<fraction>0+))?")
_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0963\u0e00-\u0e4f])+(?:(?:\.[\u0e00-\u0e4f]+)+\.?)?")
_NUMBER = re.compile(r"'?(0+)")


def epoch_form(shape: str) -> Form | None:
    """Take a bare number as seconds, or parts of them, since 1970."""
    whole = _EPOCH.fullmatch(shape)
    return (
        None if whole is None else Form("epoch", year=whole.span("whole"), fraction=_span(whole, "fraction"))
    )


@dataclass(frozen=True)
class Form:
    """Where the parts of a date are: spans of digits, or what the words say.

    `kind` is `date`, `numeric` (the order of its three numbers is open), `epoch` or `serial`. `offset` is in
    minutes where letters say it; `sign`, `hours`, `minutes` where digits do; `place` names a zone.
    """

    kind: str = "date"
    year: Span | int | None = None
    month: Span | int | None = None
    day: Span | None = None
    first: Span | None = None
    second_number: Span | None = None
    third: Span | None = None
    mark: str = ""
    era: int = 0
    hour: Span | None = None
    minute: Span | None = None
    second: Span | None = None
    fraction: Span | None = None
    half: int | None = None
    offset: int | None = None
    letters: str = ""
    sign: int = 0
    hours: Span | None = None
    minutes: Span | None = None
    place: str = ""

    @property
    def says_zone(self) -> bool:
        """Whether the text itself says its zone."""
        return self.kind == "epoch" or self.offset is not None or bool(self.sign) or bool(self.place)

    @property
    def precision(self) -> str:
        """To what a text of this form is exact."""
        if self.kind in ("epoch", "serial") or self.second:
            return "s"
        return "min" if self.hour else "day"


@functools.lru_cache(20_000)
def form_of(shape: str) -> Form | None:
    """Find the parts of a date in a text whose digits are all `0`; None where it is none."""
    if not shape or len(shape) > LONGEST or "0" not in shape:
        return None
    text = shape.translate(_SAME)
    if (number := epoch_form(text)) and not _LOOKS_COMPACT.fullmatch(text):
        return number
    if whole := _SERIAL.fullmatch(text):
        return Form("serial", year=whole.span("whole"), fraction=_span(whole, "fraction"))
    if (whole := _COMPACT.fullmatch(text)) and whole["year"]:
        form = Form(
            year=whole.span("year"), month=whole.span("month"), day=whole.span("day"), **_clock(whole)
        )
        return _with_zone(form, text, whole.start("rest"))[0]
    form, text = _clocked(text)
    for read in (_by_year, _by_era, _by_numbers, _by_words):
        if found := read(text):
            dated, left = found
            return replace(
                form, **{key: value for key, value in dated.items() if value is not None}
            ) if _is_plain(left) else None  # fmt: skip
    return None


def _is_plain(left: str) -> bool:
    """Whether what is left beside the date is but a few words around it."""
    return "0" not in left and len(_WORD.findall(left)) <= 10


def _span(match: re.Match[str], name: str) -> Span | None:
    return match.span(name) if name in match.re.groupindex and match[name] else None


def _clock(match: re.Match[str]) -> dict[str, Any]:
    return {name: _span(match, name) for name in ("hour", "minute", "second", "fraction")}


def _clocked(text: str) -> tuple[Form, str]:
    """Take the clock and the zone out of a text; what is left keeps its places."""
    clock = next(_CLOCK.finditer(text), None)
    if clock is None:
        ends = [match.end() for match in (*_YEAR_FIRST.finditer(text), *_NUMERIC.finditer(text))]
        clear = (match for match in _DOTTED_CLOCK.finditer(text) if match["said"] or match["after"])
        clock = next(clear, None) or (_DOTTED_CLOCK.search(text, max(ends) - 1) if ends else None)
        clock = clock or _HOUR_ONLY.search(text)
    if clock is None:
        return _with_zone(Form(), text, len(text)) if not _PLACE.search(text) else (Form(), text)
    names = clock.groupdict()
    half = names.get("before") or names.get("after")
    form = Form(**_clock(clock), half=None if half is None else _HALVES[half.casefold()])
    form, end = _zone_at(form, text, clock.end())
    return form, text[: clock.start()] + " " * (end - clock.start()) + re.sub(
        r"\([^()]*\)", lambda match: " " * len(match[0]), text[end:]
    )


def _with_zone(form: Form, text: str, at: int) -> tuple[Form, str]:
    form, end = _zone_at(form, text, at)
    return form, text[:at] + " " * (end - at) + text[end:]


def _zone_at(form: Form, text: str, at: int) -> tuple[Form, int]:
    match, place = _ZONE.match(text, at), _PLACE.search(text, at)
    if place and not (match and match["sign"]):
        return replace(form, place=place[0]), place.end()
    if match is None or not match[0].strip():
        return form, at
    name = match["name"] or ""
    if name and name not in ZONES:
        return form, at
    if match["sign"]:
        sign = 1 if match["sign"] == "+" else -1
        return replace(
            form, sign=sign, hours=match.span("hours"), minutes=_span(match, "minutes")
        ), place.end() if place else match.end()
    return replace(form, offset=ZONES[name], letters=name), match.end()


Parts = tuple[dict[str, Any], str]


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * len(match[0]) + text[match.end() :]


def _by_year(text: str) -> Parts | None:
    match = _YEAR_FIRST.search(text) or _VIETNAMESE.search(text)
    if match is None:
        return None
    return {name: match.span(name) for name in ("year", "month", "day")}, _without(text, match)


def _by_era(text: str) -> Parts | None:
    match = _ERA.search(text)
    if match is None:
        return None
    year = 1 if match["year"] == "元" else match.span("year")
    parts: dict[str, Any] = {
        "era": _ERAS[match["era"]],
        "year": year,
        "month": match.span("month"),
        "day": match.span("day"),
    }
    return parts, _without(text, match)


def _by_numbers(text: str) -> Parts | None:
    match = _NUMERIC.search(text)
    if match is None:
        return None
    spans = {
        "kind": "numeric", "mark": match["mark"], "first": match.span("first"), "third": match.span("third"),
        "second_number": match.span("second"),
    }  # fmt: skip
    return spans, _without(text, match)


def _by_words(text: str) -> Parts | None:
    """Read `3 March 2025`, `Mar 3, 2025`, `03-Mar-25`, `3 de marzo de 2025`, in any language."""
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 2:
        return None
    found = next(((match, month) for match in _words(text) if (month := _month(match[0]))), None)
    if found is None:
        return None
    word, month = found
    one, two = numbers
    years = [number for number in numbers if len(number[1]) == 4]
    year = years[0] if years else two
    day = one if year is two else two
    if len(day[1]) > 2 or len(year[1]) not in (2, 4) or (not years and not one.start() < year.start()):
        return None
    left = text
    for part in (word, one, two):
        left = _without(left, part)
    return {"year": year.span(1), "month": month, "day": day.span(1)}, left


def _words(text: str) -> Iterator[re.Match[str]]:
    """Give the words of a text, those beside a number first: a month stands beside its day."""
    near = [match for match in _WORD.finditer(text) if _is_near(text, match)]
    yield from sorted(near, key=lambda match: match[0].casefold()[:3] not in _MONTH)


def _is_near(text: str, match: re.Match[str]) -> bool:
    around = text[max(match.start() - 7, 0) : match.start()] + text[match.end() : match.end() + 7]
    return "0" in around and match[0].casefold() not in _NO_MONTH


@functools.lru_cache(4_096)
def _month(word: str) -> int | None:
    """Name the month that a word stands for, in English or another language."""
    low = word.casefold().rstrip(".")
    if low in _MONTH:
        return _MONTH[low]
    if low.isascii() and (len(low) < 3 or len(low) > 12):
        return None
    moment = _foreign(f"3 {word} 2025")
    return moment.month if moment is not None and (moment.day, moment.year) == (3, 2025) else None


def _foreign(text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    import warnings

    import dateparser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dateparser.parse(
            text, languages=LANGUAGES,
            settings={
                "DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"],
            },
        )  # fmt: skip


_BESIDE_AGE = re.compile(
    r"[(（][^()（）]*[)）]|\b(?:edited|posted|updated|streamed|premiered|reviewed|asked|answered|modified)\b:?",
    re.I,
)


@functools.lru_cache(20_000)
def age_of(text: str, read_at: pd.Timestamp) -> np.datetime64 | None:
    """Read how long ago something was, in any language that exports are written in."""
    import warnings

    import dateparser

    said = _BESIDE_AGE.sub("", text).strip()
    said = re.sub(r"^una?\s(?=.*\bfa$)", "1 ", re.sub(r"\byrs\b", "years", said))
    if not said or (not any(letter.isdigit() for letter in said) and len(said.split()) > 4):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        moment = dateparser.parse(
            said, languages=LANGUAGES,
            settings={"RELATIVE_BASE": read_at.to_pydatetime(), "PARSERS": ["relative-time"]},
        )  # fmt: skip
    if not isinstance(moment, datetime.datetime):
        return None
    return np.datetime64(moment.replace(tzinfo=None), "us")
