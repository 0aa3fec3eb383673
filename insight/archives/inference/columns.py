"""What the values of a column look like: the evidence of `understand`."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from insight.archives.converters import rating_of
from insight.archives.dates.parse_times import parse_times

from . import headers

BLANK = frozenset(("", "null", "none", "nan", "n/a", "na", "-", "--", "undefined", "nat"))
_NUMBER = re.compile(
    r"(?!\d{1,4}\. ?\d{1,2}\. ?\d{1,4}\.?$)[-+]?\d[\d.,\u00a0\u202f ]*(?:[eE][+-]?\d+)?\s?[KkMm%]?"
)
_WHOLE = re.compile(r"\d+(?:\.0+)?|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+|\d+(?:[.,]\d+)?\s?[KkMm]")
_LINK = re.compile(r"\A(?:(?:https?://|www\.)\S+|/?[\w.-]{1,253}\.[a-z]{2,24}/\S+)")
_MAIL = re.compile(r"\A[^@\s]{1,64}@[^@\s]{1,253}\.[^@\s]{1,63}")
_ADDRESS = re.compile(
    r"\A(?:[^<>@]{0,80}<)?[^@\s<>]{1,64}@[^@\s<>]{1,253}\.[^@\s<>,;]{1,63}>?(?:\s*[,;].*)?\Z", re.S
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?\s?(?:[ap]\.?\s?m\.?)?", re.I)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_FLAG = frozenset(("true", "false", "yes", "no", "0", "1", "t", "f", "y", "n"))
_DIGITS = re.compile(r"\d+")
_LOOKED_AT = 400
_READ_AT = pd.Timestamp("2000-01-01")


@dataclass(frozen=True)
class Profile:
    """One column of a sample: its header, and what share of its values is what."""

    name: str
    steps: tuple[str, ...]
    n: int
    values: tuple[str, ...]
    n_distinct: int
    dates: float
    bare_dates: bool
    ages: float
    times: float
    links: float
    mails: float
    addresses: float
    numbers: float
    whole: float
    codes: float
    flags: float
    words: float
    characters: float

    def fit(self, role: str) -> float:
        """Say how well the header names a role: 1 at best, 0 not at all, below 0 it speaks against it."""
        return headers.header_fit(role, self.steps)

    @property
    def reply_fit(self) -> float:
        """How well the header names the brand's answer."""
        return headers.reply_fit(self.steps)

    @property
    def given(self) -> float:
        """The share of records that have a value."""
        return len(self.values) / max(self.n, 1)

    @property
    def distinct(self) -> float:
        """The share of values that are not the same as another."""
        return self.n_distinct / max(len(self.values), 1)

    @property
    def last(self) -> str:
        """The last step of its path."""
        return self.steps[-1]

    @property
    def is_unique(self) -> bool:
        """Whether no value repeats."""
        return self.n_distinct == len(self.values) > 0

    @property
    def is_numbered(self) -> bool:
        """Whether its values count on: one form for all, and no figure twice."""
        if not self.is_unique or len(self.values) < 5:
            return False
        forms = {_DIGITS.sub("0", value) for value in self.values[:_LOOKED_AT]}
        figures = {len(value) for value in self.values[:_LOOKED_AT]} if self.numbers == 1 else {0}
        return len(forms) == 1 and "0" in next(iter(forms)) and (figures == {0} or min(figures) >= 6)

    @property
    def is_wordy(self) -> bool:
        """Whether its values are sentences and no dates, links or numbers."""
        return self.words >= 3 and max(self.dates, self.links, self.numbers, self.ages, self.times) < 0.5

    @property
    def is_varied(self) -> bool:
        """Whether people chose the words themselves, and not among a few."""
        return self.distinct > 0.3 or self.n_distinct > 12 or (self.words >= 5 and self.distinct > 0.1)

    @property
    def has_words(self) -> bool:
        """Whether its values hold words at all."""
        return self.words > 0 and max(self.dates, self.links, self.numbers, self.flags, self.times) < 0.8


def profiles(columns: Mapping[str, Sequence[str]]) -> dict[str, Profile]:
    """Look at every column of a sample."""
    return {name: _profile(name, values) for name, values in columns.items()}


def _profile(name: str, values: Sequence[str]) -> Profile:
    given = tuple(value for cell in values if (value := cell.strip()).casefold() not in BLANK)
    given = given or tuple(cell.strip() for cell in values if cell.strip())
    some = given[:_LOOKED_AT]
    share = functools.partial(_share, some)
    numbers = share(lambda value: bool(_NUMBER.fullmatch(value)) if len(value) < 40 else False)
    dates, bare, ages = _dates(some) if numbers < 0.95 or _could_be_epoch(some) else (0.0, False, 0.0)
    words = [_n_words(value) for value in some]
    return Profile(
        name, headers.steps_of(name), len(values), given, len(set(given)),
        dates, bare, ages,
        times=share(lambda value: bool(_TIME.fullmatch(value))),
        links=share(lambda value: bool(_LINK.match(value)) and " " not in value),
        mails=share(lambda value: bool(_MAIL.fullmatch(value))),
        addresses=share(lambda value: "@" in value and bool(_ADDRESS.match(value))),
        numbers=numbers,
        whole=share(lambda value: bool(_WHOLE.fullmatch(value)) if len(value) < 40 else False),
        codes=share(lambda value: bool(_LANGUAGE.fullmatch(value))),
        flags=share(lambda value: value.casefold() in _FLAG),
        words=mean(words),
        characters=mean(len(value) for value in some),
    )  # fmt: skip


def mean(values: Iterable[float]) -> float:
    """Average; 0 of nothing."""
    listed = list(values)
    return sum(listed) / max(len(listed), 1)


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / max(len(values), 1)


def _n_words(text: str) -> float:
    text = text[:2_000]
    unspaced = len(_UNSPACED.findall(text))
    return unspaced / 2 + len(_WORD.findall(text)) - (1 if unspaced else 0)


def _could_be_epoch(values: Sequence[str]) -> bool:
    return bool(values) and all(
        8 <= len(value.partition(".")[0]) <= 19 or len(value.partition(".")[0]) == 5 for value in values
    )


def _dates(values: Sequence[str]) -> tuple[float, bool, float]:
    """Give the share of dates, whether they are bare numbers, and the share of ages."""
    short = [value for value in values if len(value) <= 100]
    if len(short) < 0.8 * len(values) or not any(
        letter.isdigit() for value in short[:20] for letter in value
    ):
        return 0.0, False, 0.0
    times = parse_times(short, read_at=_READ_AT if _n_words(short[0]) else None)
    read = (times.precision != "none") | times.unclear
    ages = float((times.precision == "relative").mean())
    bare = all(value.replace(".", "", 1).lstrip("-").isdigit() for value in short[:50])
    return float(read.sum() / len(values)) - ages, bare, ages


def is_rating(profile: Profile, *, by_tenths: bool = False) -> bool:
    """Whether the values are steps of a scale: few, small and whole or half; tenths if the header is sure."""
    if not profile.values:
        return False
    numbers = [rating_of(value) for value in profile.values[:_LOOKED_AT]]
    read = [number for number in numbers if number is not None]
    if len(read) < 0.9 * len(numbers):
        return False
    steps = {round(number * 2) / 2 == number for number in read}
    low, high = min(read), max(read)
    if by_tenths and low >= 0 and 5 < high <= 10 and all(round(number, 1) == number for number in read):
        return True
    few = len(set(read)) <= 21
    return low >= 0 and high <= 10 and few and (steps == {True} or high <= 5)
