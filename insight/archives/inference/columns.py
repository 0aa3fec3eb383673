"""What the values of a column look like, and what its header says: the evidence of `understand`."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import pandas as pd

from insight.archives.converters import rating_of
from insight.archives.dates import parse_times
from insight.archives.detect import plain

BLANK = frozenset(("", "null", "none", "nan", "n/a", "na", "-", "--", "undefined", "nat"))
_NUMBER = re.compile(r"[-+]?\d[\d.,\u00a0\u202f ]*(?:[eE][+-]?\d+)?\s?[KkMm%]?")
_WHOLE = re.compile(r"\d+(?:\.0+)?|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+|\d+(?:[.,]\d+)?\s?[KkMm]")
_LINK = re.compile(r"\A(?:(?:https?://|www\.)\S+|/?[\w.-]{1,253}\.[a-z]{2,24}/\S+)")
_MAIL = re.compile(r"\A[^@\s]{1,64}@[^@\s]{1,253}\.[^@\s]{1,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d(?:\.\d+)?)?\s?(?:[ap]\.?\s?m\.?)?", re.I)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_FLAG = frozenset(("true", "false", "yes", "no", "0", "1", "t", "f", "y", "n"))
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OF_A_PERSON = (
    "id", "id_str", "pk", "uuid", "steamid", "did", "key", "username", "user_name", "login", "screen_name",
    "handle", "unique_id", "email", "name", "display_name", "nickname", "full_name",
)  # fmt: skip
_LOOKED_AT = 400
_READ_AT = pd.Timestamp("2000-01-01")


@functools.lru_cache(8_192)
def header_words(header: str) -> str:
    """Reduce a header to lower-case words joined by `_`; `userName` is `user_name`."""
    tidy = re.sub(r"<[^<>]*>|\([^()]*\)", " ", header)
    bare = plain(_CAMEL.sub("_", tidy)) or plain(_CAMEL.sub("_", header))
    return _ACCENTS(bare)


def _ACCENTS(text: str) -> str:
    import unicodedata

    if text.isascii():
        return text
    parted = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parted if not "\u0300" <= c <= "\u036f"))


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
    numbers: float
    whole: float
    codes: float
    flags: float
    words: float
    characters: float

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
        name, tuple(header_words(step) for step in name.split(".")), len(values), given, len(set(given)),
        dates, bare, ages,
        times=share(lambda value: bool(_TIME.fullmatch(value))),
        links=share(lambda value: bool(_LINK.match(value)) and " " not in value),
        mails=share(lambda value: bool(_MAIL.fullmatch(value))),
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


@dataclass(frozen=True)
class Words:
    """What headers of one role are called."""

    names: dict[str, int]
    parts: frozenset[str]
    never: frozenset[str]
    rest: dict[str, Any]


@functools.cache
def roles() -> dict[str, Words]:
    """Read `specs/_roles.toml`."""
    text = (resources.files("insight.archives") / "specs" / "_roles.toml").read_text(encoding="utf-8")
    found = {}
    for role, about in tomllib.loads(text).items():
        names = {_ACCENTS(name): at for at, name in reversed(list(enumerate(about["names"])))}
        rest = {key: value for key, value in about.items() if key not in ("names", "parts", "never")}
        found[role] = Words(names, frozenset(about.get("parts", ())), frozenset(about.get("never", ())), rest)
    return found


def header_fit(role: str, profile: Profile) -> float:
    """Say how well a header names a role: 1 at best, 0 not at all, below 0 it speaks against it."""
    known, steps = roles()[role], profile.steps
    above = set("_".join(steps[:-1]).split("_"))
    if role == "author" and above & known.parts and steps[-1] in _OF_A_PERSON:
        return 0.98 - 0.02 * _OF_A_PERSON.index(steps[-1]) - 0.04 * (len(steps) - 2)
    if role == "id" and above & known.never:
        return -0.5
    whole = "_".join(steps[-2:])
    depth = 0.04 * (len(steps) - 1)
    for name, lead in ((whole, 1.0), (steps[-1], 1.0 - depth)):
        if name in known.names:
            against = 0.35 * bool(above & known.never)
            return lead - 0.3 * known.names[name] / len(known.names) - against
    words = set(whole.split("_"))
    if words & known.never:
        return -0.5
    hits = len(set(steps[-1].split("_")) & known.parts)
    return max(0.55 + 0.05 * hits - depth - 0.03 * len(steps[-1].split("_")), 0.1) if hits else 0.0


def is_rating(profile: Profile) -> bool:
    """Whether the values are steps of a scale: few, small and whole or half."""
    if not profile.values:
        return False
    numbers = [rating_of(value) for value in profile.values[:_LOOKED_AT]]
    read = [number for number in numbers if number is not None]
    if len(read) < 0.9 * len(numbers):
        return False
    steps = {round(number * 2) / 2 == number for number in read}
    low, high = min(read), max(read)
    few = len(set(read)) <= 21
    return low >= 0 and high <= 10 and few and (steps == {True} or high <= 5)
