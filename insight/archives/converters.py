"""Named converters of the specs: a list of texts in, a list of texts out; ids, counts and ratings."""

from __future__ import annotations

import hashlib
import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pandas as pd

from .links import has_message, message_of, platform_of
from .quoted_blocks import mark_quotes

MAX_CHARACTERS = 100_000
FLAGS = {
    "true": True, "1": True, "yes": True, "t": True, "y": True,
    "false": False, "0": False, "no": False, "f": False, "n": False,
}  # fmt: skip

Column = list[str]
Notes = Counter[str]
"""Doubts, one sentence each, in which `{n}` stands for the count beside it."""


def objects(values: Iterable[str], index: pd.Index | None = None) -> pd.Series:
    """Hold texts as plain objects while they are worked on: one by one, Arrow gives them out far slower."""
    return pd.Series(list(values), index=index, dtype=object)


def holding(texts: Sequence[str], *patterns: str) -> list[npt.NDArray[np.intp]]:
    """Return the rows of the texts that hold each pattern (of Arrow): it reads all at once, most hold none.

    Handing the texts over costs more than any one pattern.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not any(texts):
        return [np.empty(0, dtype=np.intp) for _ in patterns]
    held = pa.array(texts, type=pa.large_string())
    found = (pc.match_substring_regex(held, pattern) for pattern in patterns)
    return [np.flatnonzero(rows.to_numpy(zero_copy_only=False)) for rows in found]


_TAG = re.compile(
    r"<(script|style)\b[^<>]*>(?:(?!<\1\b).)*?</\1\s*>|<!--(?:(?!<!--).)*?-->|</?[a-zA-Z][^<>]*>", re.S | re.I
)
_LINE_TAG = re.compile(r"(?:</p\s*>)?<p\b[^<>]*>|<\s*(?:br|/p|/div|/li|/h\d|/tr|/blockquote)\b[^<>]*>", re.I)
_EMPTY = re.compile(r"\n\s*\n\s*\n\s*")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
LANGUAGE_NAMES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "japanese": "ja", "chinese": "zh", "korean": "ko",
    "arabic": "ar", "turkish": "tr", "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi",
    "czech": "cs", "greek": "el", "hindi": "hi", "indonesian": "id", "thai": "th", "vietnamese": "vi",
    "ukrainian": "uk", "hebrew": "he", "hungarian": "hu", "romanian": "ro", "iw": "he", "in": "id",
    "ji": "yi", "zxx": "und", "qme": "und", "qam": "und", "qht": "und", "qst": "und", "qct": "und",
    "art": "und",
}  # fmt: skip


def strip_html(text: str) -> str:
    """Remove tags and entities; block ends become line breaks."""
    if "<" in text:
        text = _EMPTY.sub("\n\n", _TAG.sub("", _LINE_TAG.sub("\n", text)))
    return html.unescape(text).strip() if "&" in text else text.strip()


def message_text(text: str) -> str:
    """Turn a message in HTML into plain text in which its quotes are still marked."""
    return strip_html(mark_quotes(text))


def _language(value: str) -> str:
    code = value.strip().replace("_", "-")
    return LANGUAGE_NAMES.get(code.casefold(), code if _CODE.fullmatch(code) else "und")


def domain_of(address: str) -> str:
    """Take the domain out of an address, with or without the name of whose it is; "" of no address."""
    return address.rpartition("@")[2].strip(" >;,").casefold() if "@" in address else ""


def _each(convert: Callable[[str], str]) -> Callable[[Iterable[str]], Column]:
    """Ask once for each distinct value."""

    def converted(values: Iterable[str]) -> Column:
        known: dict[str, str] = {"": ""}
        return [
            known[value] if value in known else known.setdefault(value, convert(value)) for value in values
        ]

    return converted


def _document(text: str) -> str:
    """Take the words out of a rich text (Atlassian's document format)."""
    try:
        return "\n".join(_blocks(orjson.loads(text))).strip()
    except (orjson.JSONDecodeError, RecursionError):
        return text


def _summed(listed: str) -> str:
    """Add up the counts of a list, such as those of reactions."""
    try:
        return str(sum(int(part["count"]) for part in orjson.loads(listed)))
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError):
        return ""


def _blocks(node: Any) -> Iterator[str]:  # noqa: ANN401
    inner = node.get("content") if isinstance(node, dict) else None
    parts = [part for part in inner if isinstance(part, dict)] if isinstance(inner, list) else []
    if any("text" in part for part in parts):
        yield "".join(
            str(part.get("text", "\n" if part.get("type") == "hardBreak" else "")) for part in parts
        )
        return
    for part in parts:
        yield from _blocks(part)


_EPOCH_HEAD = re.compile(r'"?(\d{13})_')
_TOOT = re.compile(r"^https?://([^/]+)/(?:users/[^/]+/statuses|@[^/]+)/(\d+)(?:/activity)?$")

NO_PARENT = frozenset(("root", "0", "-1", "null", "none", "nan", "false", "top"))


def is_given(key: str) -> bool:
    """Whether a cell names a person: databases write 0 where none is."""
    return key.strip() not in ("", "0")


CONVERTERS: dict[str, Callable[[Iterable[str]], Column]] = {
    "html": lambda values: [
        message_text(value) if "<" in value or "&" in value else value for value in values
    ],
    "entities": lambda values: [html.unescape(value) if "&" in value else value for value in values],
    "language": _each(_language),
    "platform": _each(platform_of),
    "last_token": _each(lambda value: platform_of(value.rsplit(",", 1)[-1])),
    "link": _each(message_of),
    "review_id": _each(lambda value: message_of(value) if has_message(value) else ""),
    "address": _each(lambda value: value.rpartition("<")[2].strip(" >").casefold()),
    "address_name": _each(lambda value: value.partition("<")[0].strip(' "') if "<" in value else ""),
    "ticket": _each(lambda value: f"ticket-{value.removesuffix('.0')}"),
    "epoch_head": _each(lambda value: head[1] if (head := _EPOCH_HEAD.match(value)) else value),
    "eastern": _each(lambda value: value.replace(" EST", "-05:00").replace(" EDT", "-04:00")),
    "toot": _each(lambda value: _TOOT.sub(r"\1/\2", value)),
    "hashed": _each(lambda value: hashlib.blake2b(value.encode(), digest_size=8).hexdigest()),
    "before_dot": _each(lambda value: value.rpartition(".")[0].partition(".")[0]),
    "document": _each(lambda value: _document(value) if value.startswith("{") else value),
    "lemmy_parent": _each(lambda path: f"comment-{path.split('.')[-2]}" if path.count(".") > 1 else ""),
    "parent": _each(lambda value: "" if value.strip().casefold() in NO_PARENT else value),
    "rating": _each(lambda value: _rating_text(value)),
    "summed": _each(lambda value: _summed(value)),
}

_FLOAT = re.compile(r"\A(\d+)\.0+")
_NUMERIC = "+-0123456789"
_QUOTED = re.compile(r'=?"(.*)"', re.S)
_DAMAGED = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+\d{1,3}|[-+]?\d[.,]\d+[eE]\d{1,3}")


_SPACES = r"^[\s\p{Z}\x0b\x1c-\x1f\x85]|[\s\p{Z}\x0b\x1c-\x1f\x85]$"


def sound_ids(values: Column, *, what: str, notes: Notes) -> Column:
    """Undo what spreadsheets do to ids (`.0`, `="..."`), and refuse what they have destroyed (`5.7E+17`)."""
    if not any(values):
        return values
    tidy = list(values)
    odd = [row for row, value in enumerate(values) if value and not value.isalnum()]
    untidy, powers = holding([values[row] for row in odd], rf'{_SPACES}|"$|\.0+$', r"\d[eE]\+?\d")
    for row in untidy:
        tidy[odd[row]] = _tidy_id(values[odd[row]])
    damaged = [row for at in powers if tidy[row := odd[at]][:1] in _NUMERIC and _DAMAGED.fullmatch(tidy[row])]
    if damaged:
        said = (
            f"{{n}} values of '{what}' were damaged by a spreadsheet (written like 5.7E+17) and are not "
            "used; export again and do not open the file in Excel."
        )
        notes[said] += len(damaged)
    for row in damaged:
        tidy[row] = ""
    return tidy


def _tidy_id(value: str) -> str:
    value = value.strip()
    if value.endswith('"') and (quoted := _QUOTED.fullmatch(value)):
        value = quoted.group(1).strip()
    if value.endswith("0") and (whole := _FLOAT.fullmatch(value)):
        return whole.group(1)
    return value


def bounded(texts: Column, *, notes: Notes) -> Column:
    """Cut texts at `MAX_CHARACTERS`, and the spaces around them."""
    long = [row for row, size in enumerate(map(len, texts)) if size > MAX_CHARACTERS]
    if long:
        notes[f"{{n}} texts were cut at {MAX_CHARACTERS:,} characters."] += len(long)
    tidy = list(texts)
    for row in (*holding(texts, _SPACES)[0], *long):
        tidy[row] = texts[row][:MAX_CHARACTERS].strip()
    return tidy


_SHORT = re.compile(r"(\d{1,20}(?:[.,]\d{1,20})?)\s?([KMB])", re.I)
_STEPS = {"k": 1e3, "m": 1e6, "b": 1e9}


def _numbers(values: Sequence[str]) -> pd.Series:
    plain = [value if value.isdigit() else _plain_number(value) for value in values]
    return pd.to_numeric(pd.Series(plain, dtype=object), errors="coerce").astype("float64")


def _plain_number(value: str) -> str:
    """Write `1,204`, `1.2K` and `3M` out."""
    value = value.strip()
    if value[-1:].isalpha() and (short := _SHORT.fullmatch(value)):
        return repr(float(short[1].replace(",", ".")) * _STEPS[short[2].casefold()])
    return value.replace(",", "") if "," in value else value


_RATED = re.compile(
    r"(?:rated\s+)?(\d+(?:[.,]\d+)?)\s*(?:(?:/|(?:out )?of|von|sur|de|su|van|av|af|из|z)\s*(5|10)(?:[.,]0)?)?"
    r"\s*(?:bubbles|stars?|sternen?|étoiles?|estrellas?|estrelas?|stelle?|sterren|stjärnor|★|⭐|points?)?",
    re.I,
)
_FIVE = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0}
_BEFORE = re.compile(r"5つ星のうち\s*")


def rating_of(value: str) -> float | None:
    """Read one rating: `4,5`, `4.0 out of 5 stars`, `4/5`, `★★★★☆`, `FOUR`, a flag; None if it is none."""
    said = _BEFORE.sub("", value.strip())
    if filled := said.count("★") + said.count("⭐"):
        return float(filled) if not said.strip("★⭐☆✩ \ufe0f") else None
    low = said.casefold()
    if low in ("true", "false"):
        return float(low == "true")
    if low.removesuffix(" stars").removesuffix(" star") in _FIVE:
        return _FIVE[low.split()[0]]
    match = _RATED.fullmatch(said)
    return float(match[1].replace(",", ".")) if match and len(said) < 40 else None


def _rating_text(value: str) -> str:
    number = rating_of(value)
    return "" if number is None else repr(number)


def counts(values: Column | None, n: int) -> pd.Series:
    """Read counts; what is no whole number from 0 up is missing."""
    if values is None or not any(values):
        return pd.Series(pd.NA, index=range(n), dtype="Int64")
    numbers = _numbers(values)
    return numbers.where((numbers >= 0) & (numbers < 2**53)).round().astype("Int64")


SCALE = re.compile(
    r"(?<![\d.])([01])\W{0,3}(?:to|bis|till?|a|à|al|tot|do|до|-|–|—|〜|～|~|/)\W{0,3}(4|5|6|7|10|100)(?![\d.])",
    re.I,
)
_BEST_FIRST = re.compile(
    r"\b1\s?[=:]\s?(?:very (?:good|satisfied)|best|excellent|sehr|très|muy|ottimo)|schulnote",
    re.I,
)
SCALES = {"stars": "1-5", "ten": "0-10", "share": "0-1"}


def scale_of(values: Column | None, *, column: str) -> str:
    """Find the scale of ratings: as their header has it, else by their range; `none` if it fits no scale."""
    numbers = _numbers(values or [])
    low, high = numbers.min(), numbers.max()
    if (said := SCALE.search(column)) and low >= float(said[1]) and high <= float(said[2]):
        ends = [said[1], said[2]]
        return "-".join(ends[::-1] if _BEST_FIRST.search(column) else ends)
    if low >= 1 and high <= 5 and "nps" not in column.casefold():
        return "5-1" if _BEST_FIRST.search(column) else "stars"
    if _BEST_FIRST.search(column) and low >= 1 and high <= 6:
        return "6-1"
    return next((name for name, most in (("share", 1), ("ten", 10)) if low >= 0 and high <= most), "none")


def ratings(values: Column | None, n: int, *, scale: str, column: str, notes: Notes) -> pd.Series:
    """Bring ratings to 0 to 1, from the worst to the best of a scale: `1-5`, or `6-1`, whose 1 is best."""
    if values is None or not any(values):
        return pd.Series(pd.NA, index=range(n), dtype="Float64")
    numbers = _numbers(values)
    if scale == "none":
        notes[f"'{column}' holds numbers of no known scale of ratings; it is left out."] += 1
        return pd.Series(pd.NA, index=range(n), dtype="Float64")
    worst, best = map(float, SCALES.get(scale, scale).split("-"))
    scaled = (numbers - worst) / (best - worst)
    return scaled.where((scaled >= 0) & (scaled <= 1)).astype("Float64")
