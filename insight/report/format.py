"""Numbers, spans of time and counts, in the words of the page."""

from __future__ import annotations

import math
import re

import pandas as pd

FEW = 10
"""Below this many people a share is not printed."""

WITHHELD = "too few for a share"
"""Stands where a measure gave a count and no share."""

_PERCENT = "\u00a0%"
_FILE = re.compile(r"[._/\d]\w")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def count(number: float, noun: str = "", *, plural: str = "") -> str:
    """Write a count: 12480, "message" -> "12,480 messages"."""
    if not noun:
        return f"{int(number):,}"
    return f"{int(number):,} {noun if int(number) == 1 else plural or noun + 's'}"


def people(number: float) -> str:
    """Write a count of people."""
    return count(number, "person", plural="people")


UNSIGNED = "who wrote them is not known, so each counts as one person"
"""Follows a count of messages of which none is signed."""


def score(value: float) -> str:
    """Write a number without a unit."""
    return f"{value:.2f}"


def share(rate: float) -> str:
    """Write a share in per cent; one decimal below ten, so that small topics stay apart."""
    percent = 100 * float(rate)
    if math.isnan(percent):
        return WITHHELD
    if 0 < percent < 0.05:
        return f"under 0.1{_PERCENT}"
    return f"{percent:.1f}{_PERCENT}" if 0 < percent < 9.95 else f"{percent:.0f}{_PERCENT}"


def points(change: float) -> str:
    """Write a difference of shares: 0.145 -> "+15 points", with a true minus below zero."""
    moved = f"{100 * float(change):+.0f}".replace("-", "\u2212")
    return f"{moved} point{'' if moved[1:] == '1' else 's'}"


def interval(low: float, high: float, *, rate: float | None = None) -> str:
    """Write an interval of shares as finely as the share itself: 0.031, 0.039 -> "3.1–3.9 %"."""
    digits = 1 if 100 * float(high if rate is None else rate) < 9.95 and high > 0 else 0
    return f"{100 * float(low):.{digits}f}–{100 * float(high):.{digits}f}{_PERCENT}"


def estimate(rate: float, low: float, high: float) -> str:
    """Write a share and its interval: "35 % (33–37 %)"."""
    return share(rate) if math.isnan(rate) else f"{share(rate)} ({interval(low, high, rate=rate)})"


def estimate_of(row: pd.Series, value: str = "share", low: str = "low", high: str = "high") -> str:
    """Write the share of a row with its interval."""
    return estimate(row[value], row[low], row[high])


_FRACTIONS = {
    0.9: "9 in 10", 0.8: "4 in 5", 0.75: "3 in 4", 2 / 3: "2 in 3", 0.5: "half", 0.4: "2 in 5",
    1 / 3: "1 in 3", 0.25: "1 in 4", 0.2: "1 in 5",
}  # fmt: skip
_NEAR = 0.03
"""A share further than this from a simple fraction is printed in per cent."""


def about(rate: float, of: str) -> str:
    """Write a share as people say it: 0.19, "replies" -> "about 1 in 5 replies"."""
    if rate >= 0.95:
        return f"nearly all {of}"
    if rate > 0.17:
        near = min(_FRACTIONS, key=lambda fraction: abs(fraction - rate))
        if abs(near - rate) > _NEAR:
            return f"{share(rate)} of {of}"
        return f"about half the {of}" if near == 0.5 else f"about {_FRACTIONS[near]} {of}"
    if not rate:
        return f"none of the {of}"
    return f"about 1 in {round(1 / rate):,} {of}" if rate >= 0.045 else f"{share(rate)} of {of}"


def stars(value: float) -> str:
    """Write stars: 3.84 -> "3.8"."""
    return f"{value:.1f}".replace("-", "\u2212")


def duration(hours: float) -> str:
    """Write a waiting time in the largest unit that reads well."""
    if not math.isfinite(hours):
        return "longer than the file covers"
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    if hours < 1.5:
        return f"{hours * 60:.0f} min"
    if hours < 48:
        return f"{hours:.1f} h"
    return f"{hours / 24:.1f}".removesuffix(".0") + " days"


def date(moment: pd.Timestamp, *, tz: str = "UTC") -> str:
    """Write a day: "14 Feb 2026"."""
    return _day(moment.tz_convert(tz))


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day} {moment:%b %Y}"


def day(start: pd.Timestamp) -> str:
    """Write the day on which a period begins."""
    return _day(start)


def month(start: pd.Timestamp) -> str:
    """Write a month: "Feb 2026"."""
    return f"{start:%b %Y}"


def dates(first: pd.Timestamp, last: pd.Timestamp, *, tz: str = "UTC") -> str:
    """Write the span of an archive: "1 Jan–31 Mar 2026"."""
    begin, end = first.tz_convert(tz), last.tz_convert(tz)
    if begin.date() == end.date():
        return _day(begin)
    if begin.year != end.year:
        return f"{_day(begin)} – {_day(end)}"
    return f"{begin.day if begin.month == end.month else f'{begin.day} {begin:%b}'}–{_day(end)}"


def period_name(start: pd.Timestamp, *, period: str) -> str:
    """Name a period as people say it."""
    if period == "month":
        return f"{start:%B %Y}"
    if period == "quarter":
        return f"quarter {(start.month - 1) // 3 + 1} of {start.year}"
    within = {"week": "the week of ", "run": "the run of "}
    return f"{within.get(period, '')}{_day(start)}"


def place(platform: str) -> str:
    """Name a platform as people write it: "google_play" -> "Google Play"."""
    return platform.replace("_", " ").title()


def plain(text: str) -> str:
    """Drop control and direction-turning characters, which could make a quote read as something else."""
    return _CONTROL.sub("", text)


def shorten(text: str, *, limit: int = 80) -> str:
    """Cut at a word, with an ellipsis."""
    text = " ".join(plain(text).split())
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def label(name: object) -> str:
    """Write the label of a topic as it is: a list of words, and no sentence with a capital."""
    return "All" if name == "all" else shorten(str(name))


def start(words: str) -> str:
    """Begin a sentence; a name with its own capitals, such as iPhone, and that of a file keep theirs."""
    first = words.split(maxsplit=1)[:1]
    plain_word = first and first[0].islower() and not _FILE.search(first[0])
    return words[:1].upper() + words[1:] if plain_word else words


def listing(names: list[str]) -> str:
    """Join names: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
