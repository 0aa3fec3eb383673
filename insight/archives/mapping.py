"""Spec + records -> one loose row a message; column by column, with named converters."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..mentions import InsightError
from .detect import Spec, plain, sources
from .links import has_message, message_of, platform_of
from .readers import Records, at, scalar
from .times import Times, parse_times

MAX_CHARACTERS = 100_000
COUNTS = ("like_count", "reply_count", "repost_count", "quote_count", "view_count", "follower_count")
LINKS = ("reply_to", "reposted", "quoted", "conversation")
WORDS = (
    "id", "url", "platform", "author", "handle", "text", "title", "lang", "channel", "reply_to_handle",
    "reply_to_author", "kind", "side", "brand", "addressed", "is_public", *LINKS,
)  # fmt: skip

Column = list[str]
_TRUE = ("true", "yes", "1", "t", "y")
_FALSE = ("false", "no", "0", "f", "n")


@dataclass(frozen=True)
class Mapped:
    """Loose rows of one file ("" = missing), the records set aside, doubts, and the zone its dates were read in."""

    frame: pd.DataFrame
    set_aside: list[tuple[int, str, str, str]]
    notes: list[str]
    zone: str


def map_records(records: Records, spec: Spec, *, name: str, tz: str | None, day_first: bool | None) -> Mapped:
    """Map one file's records by its spec."""
    take = _Taker(records)
    n = len(records.rows)
    found = {word: take(spec.map.get(word)) for word in WORDS}
    frame: dict[str, Any] = {word: values or [""] * n for word, values in found.items()}
    notes: list[str] = []
    for word in ("id", *LINKS):
        frame[word] = _sound_ids(frame[word], word, name, notes)
    _ids_from_links(frame, spec)
    _constants(frame, spec, n)
    frame["text"] = _bounded(frame["text"], name, notes)
    for word in COUNTS:
        frame[word] = _integers(take(spec.map.get(word)), n)
    frame["rating"] = _ratings(take(spec.map.get("rating")), spec.map.get("rating"), n, name, notes)
    frame["retrieved_at"] = _retrieved(take(spec.map.get("retrieved_at")), spec, n)
    extras = {word: take.extra(entry) for word, entry in spec.extra.items()}
    frame |= {word: values for word, values in extras.items() if values is not None}
    times = _times(take, spec, spec.map, n, name, tz, day_first)
    frame |= {"created_at": times.moments, "time_precision": times.precision, "row": records.rows}
    table = pd.DataFrame(frame)
    dated = ~np.isnat(times.moments) if "created_at" in spec.map else np.ones(n, dtype=bool)
    set_aside = _undated(table, ~dated, take(spec.map.get("created_at")) or [])
    parts = [table[dated].assign(is_reply=False)]
    if spec.reply and any(texts := take(spec.reply["text"]) or []):
        replies = _times(take, spec, spec.reply, n, name, tz, day_first)
        parts.append(_replies(table, texts, replies, dated, name, notes))
    zone = times.zone if "created_at" in spec.map else "no dates"
    return Mapped(pd.concat(parts, ignore_index=True), set_aside, notes, zone)


class _Taker:
    """Takes the values of a map entry out of the records; None where none of its columns exists."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.names: dict[str, str] = {}
        for column in records.columns:
            self.names.setdefault(plain(column), column)

    def __call__(self, entry: Any) -> Column | None:  # noqa: ANN401
        if entry is None:
            return None
        options = entry if isinstance(entry, dict) else {}
        paths = options.get("from", entry if not options else [])
        columns = [
            column for path in ([paths] if isinstance(paths, str) else paths) if (column := self._one(path))
        ]
        if not columns:
            return None
        values = (
            columns[0]
            if len(columns) == 1
            else [next(filter(None, row), "") for row in zip(*columns, strict=True)]
        )
        for key, wanted in (("when", True), ("unless", False)):
            if key in options:
                values = self._only(values, options[key], wanted)
        if "conv" in options:
            values = CONVERTERS[options["conv"]](values)
        if "values" in options:
            keep = options.get("others") == "keep"
            values = [
                options["values"].get(value.strip().casefold(), value if keep else "") for value in values
            ]
        return values

    def _one(self, path: str) -> Column | None:
        if self.records.objects:
            if "." in path:
                return [scalar(at(item, path)) for item in self.records.objects]
            return [scalar(item.get(path)) for item in self.records.objects]
        column = self.names.get(plain(path))
        return None if column is None else self.records.columns[column]

    def _only(self, values: Column, condition: dict[str, str], wanted: bool) -> Column:
        column = self._one(condition["column"])
        if column is None:
            return values if not wanted else [""] * len(values)
        part = condition["contains"]
        return [value if (part in cell) is wanted else "" for value, cell in zip(values, column, strict=True)]

    def extra(self, entry: Any) -> Column | None:  # noqa: ANN401
        """Take an extra column; `columns` gathers the true ones of a family into one text."""
        if not (isinstance(entry, dict) and "columns" in entry):
            return self(entry)
        first, _, second = entry["columns"].partition("*")
        middle = second.partition("*")[0]
        family = [name for name in self.records.columns if middle in name and name.startswith(first)]
        if not family:
            return None
        rows = zip(*(self.records.columns[name] for name in family), strict=True)
        return [
            "; ".join(
                n for n, v in zip(family, row, strict=True) if v.strip().casefold() not in ("", *_FALSE)
            )
            for row in rows
        ]


# ------------------------------------------------------------------------------------------------------ converters

_TAG = re.compile(r"<(?:script|style)\b.*?</(?:script|style)\s*>|<!--.*?-->|</?[a-zA-Z][^<>]*>", re.S | re.I)
_LINE_TAG = re.compile(r"<\s*(?:br|/p|/div|/li|/h\d|/tr|/blockquote)\b[^<>]*>", re.I)
_SPACES = re.compile(r"[ \t\xa0]+")
_LANGUAGES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt", "dutch": "nl",
    "polish": "pl", "russian": "ru", "japanese": "ja", "chinese": "zh", "korean": "ko", "arabic": "ar", "turkish": "tr",
    "swedish": "sv", "danish": "da", "norwegian": "no", "finnish": "fi", "czech": "cs", "greek": "el", "hindi": "hi",
    "indonesian": "id", "thai": "th", "vietnamese": "vi", "ukrainian": "uk", "hebrew": "he", "hungarian": "hu",
    "romanian": "ro", "iw": "he", "in": "id", "ji": "yi", "zxx": "und", "qme": "und", "qam": "und", "qht": "und",
    "qst": "und", "qct": "und", "art": "und", "unknown": "und", "other": "und",
}  # fmt: skip


def strip_html(text: str) -> str:
    """Remove tags and entities; block ends become line breaks."""
    if "<" in text:
        text = _TAG.sub("", _LINE_TAG.sub("\n", text))
    return html.unescape(text).strip() if "&" in text else text.strip()


def _each(convert: Callable[[str], str]) -> Callable[[Iterable[str]], Column]:
    def converted(values: Iterable[str]) -> Column:
        return [convert(value) if value else "" for value in values]

    return converted


def _language(value: str) -> str:
    code = value.strip().replace("_", "-")
    return _LANGUAGES.get(
        code.casefold(), code if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code) else "und"
    )


def _review_id(value: str) -> str:
    found = message_of(value)
    return found if has_message(value) else ""


CONVERTERS: dict[str, Callable[[Iterable[str]], Column]] = {
    "html": _each(strip_html),
    "entities": lambda values: [html.unescape(value) if "&" in value else value for value in values],
    "language": _each(_language),
    "platform": _each(platform_of),
    "last_token": _each(lambda value: platform_of(value.rsplit(",", 1)[-1])),
    "link": _each(message_of),
    "review_id": _each(_review_id),
    "ticket": _each(lambda value: f"ticket-{value.removesuffix('.0')}"),
    "zero_is_unknown": lambda values: ["" if value.strip() in ("0", "0.0") else value for value in values],
    "count": lambda values: list(values),
    "stars": lambda values: list(values),
    "rating": lambda values: list(values),
}


# ------------------------------------------------------------------------------------------------------------- ids

_FLOAT = re.compile(r"\d+\.0+")
_DAMAGED = re.compile(r"[-+]?\d(?:[.,]\d+)?[eE]\+\d{1,3}|[-+]?\d[.,]\d+[eE]\d{1,3}")


def _sound_ids(values: Column, word: str, name: str, notes: list[str]) -> Column:
    """Undo what spreadsheets do to ids, and refuse those that they have destroyed."""
    tidy = [value.strip() for value in values]
    for mark in ('="', '"'):
        tidy = [
            v[len(mark) : -1] if len(v) > len(mark) and v.startswith(mark) and v.endswith('"') else v
            for v in tidy
        ]
    tidy = [
        value[: value.index(".")] if value.endswith("0") and _FLOAT.fullmatch(value) else value
        for value in tidy
    ]
    damaged = {value for value in tidy if ("e" in value or "E" in value) and _DAMAGED.fullmatch(value)}
    if damaged:
        n = sum(value in damaged for value in tidy)
        notes.append(
            f"{name}: {n:,} values of '{word}' were damaged by a spreadsheet (such as {min(damaged)}) and are not used; "
            "export again and open the file without Excel."
        )
    return ["" if value in damaged else value for value in tidy]


def _ids_from_links(frame: dict[str, Any], spec: Spec) -> None:
    prefer = spec.rules.get("id_from_url", False)
    urls = frame["url"]
    if not any(urls):
        return
    frame["id"] = [
        message_of(url) if url and ((prefer and has_message(url)) or not own) else own
        for own, url in zip(frame["id"], urls, strict=True)
    ]
    if prefer:
        frame["id"] = [message_of(value) if "://" in value else value for value in frame["id"]]


def _constants(frame: dict[str, Any], spec: Spec, n: int) -> None:
    frame["platform"] = [value.strip().casefold() or spec.platform for value in frame["platform"]]
    for word in ("side", "kind"):
        constant = spec.rules.get(word, "")
        frame[word] = [value or constant for value in frame[word]] if constant else frame[word]
    if spec.rules.get("addressed"):
        frame["addressed"] = ["true"] * n
    gone = {author.casefold() for author in spec.rules.get("no_author", ())}
    if gone:
        for word in ("author", "handle"):
            frame[word] = ["" if value.casefold() in gone else value for value in frame[word]]
    pattern = spec.rules.get("repost_pattern")
    if pattern:
        mark = re.compile(pattern)
        frame["kind"] = [
            "repost" if mark.match(t) else k for k, t in zip(frame["kind"], frame["text"], strict=True)
        ]


def _bounded(texts: Column, name: str, notes: list[str]) -> Column:
    n_long = sum(len(text) > MAX_CHARACTERS for text in texts)
    if n_long:
        notes.append(f"{name}: {n_long:,} texts were cut at {MAX_CHARACTERS:,} characters.")
    return [text[:MAX_CHARACTERS].strip() for text in texts]


# --------------------------------------------------------------------------------------------------------- numbers


def _numbers(values: Sequence[str]) -> pd.Series:
    texts = pd.Series(values, dtype=object).str.strip().str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
    return pd.to_numeric(texts, errors="coerce").astype(float)


def _integers(values: Column | None, n: int) -> pd.Series:
    if values is None or not any(values):
        return pd.Series(pd.NA, index=range(n), dtype="Int64")
    numbers = _numbers(values)
    return numbers.where((numbers >= 0) & (numbers < 2**62)).round().astype("Int64")


def _ratings(values: Column | None, entry: Any, n: int, name: str, notes: list[str]) -> pd.Series:  # noqa: ANN401
    """Bring ratings to 0 to 1: stars from 1 to 5, marks from 0 to 10, or already a share."""
    if values is None or not any(values):
        return pd.Series(pd.NA, index=range(n), dtype="Float64")
    numbers, conv = _numbers(values), entry.get("conv") if isinstance(entry, dict) else None
    low, high = numbers.min(), numbers.max()
    column = sources(entry)[0]
    if conv is None:
        scaled = numbers
    elif conv == "stars" or (low >= 1 and 1 < high <= 5 and "nps" not in column.casefold()):
        scaled = (numbers - 1) / 4
    elif low >= 0 and high <= 1:
        scaled = numbers
    elif low >= 0 and high <= 10:
        scaled = numbers / 10
    else:
        notes.append(
            f"{name}: '{column}' runs from {low:g} to {high:g}, no known scale of ratings; it is left out."
        )
        return pd.Series(pd.NA, index=range(n), dtype="Float64")
    return scaled.where((scaled >= 0) & (scaled <= 1)).astype("Float64")


# ----------------------------------------------------------------------------------------------------------- times


def _times(
    take: _Taker,
    spec: Spec,
    entries: dict[str, Any],
    n: int,
    name: str,
    tz: str | None,
    day_first: bool | None,
) -> Times:
    values = take(entries.get("created_at"))
    if values is None:
        return Times(np.full(n, np.datetime64("NaT"), "datetime64[us]"), np.full(n, "none", object), "")
    column = sources(entries["created_at"])[0]
    times = parse_times(
        values, formats=spec.time["formats"], zone=spec.time.get("zone", "UTC"),
        assumed=spec.time.get("zone_is_assumed", False), tz=tz, day_first=day_first, where=f"{name}, column {column!r}",
    )  # fmt: skip
    if entries is spec.map and n and np.isnat(times.moments).all():
        example = next(filter(None, values), "")
        raise InsightError(
            f"{name}, column {column!r}: none of {n:,} values can be read as a date, the first is {example[:60]!r}. "
            "Write dates like 2024-03-31 18:05:00, with the zone in tz=."
        )
    return times


def _retrieved(values: Column | None, spec: Spec, n: int) -> Any:  # noqa: ANN401
    if values is None or not any(values):
        return np.full(n, np.datetime64("NaT"), "datetime64[us]")
    return parse_times(values, formats=[*spec.time["formats"], "ISO8601", "epoch"], day_first=True).moments


def _undated(table: pd.DataFrame, unread: Any, values: Column) -> list[tuple[int, str, str, str]]:  # noqa: ANN401
    bad = np.flatnonzero(unread)
    return [
        (
            int(table["row"].iat[i]),
            "no readable date",
            f"created_at is {values[i][:60]!r}",
            str(table["text"].iat[i])[:200],
        )
        for i in bad
    ]


def _replies(
    table: pd.DataFrame,
    texts: Column,
    times: Times,
    dated: npt.NDArray[np.bool_],
    name: str,
    notes: list[str],
) -> pd.DataFrame:
    """Split off the brand's answer that stands in the row of a review."""
    said = np.array([bool(text.strip()) for text in texts]) & dated
    undated = said & np.isnat(times.moments)
    if undated.any():
        notes.append(
            f"{name}: {int(undated.sum()):,} replies inside a review have no readable date and are left out."
        )
    rows = said & ~undated
    early = rows & (times.moments < table["created_at"].to_numpy("datetime64[us]"))
    if early.any():
        notes.append(
            f"{name}: {int(early.sum()):,} replies are older than the review they answer: it was edited later."
        )
    replies = table[rows].assign(
        text=[text.strip() for text, row in zip(texts, rows, strict=True) if row],
        created_at=times.moments[rows], time_precision=times.precision[rows], is_reply=True,
        kind="review_reply", side="brand", title="", author="", handle="", lang="", rating=pd.NA,
    )  # fmt: skip
    blank = {word: pd.Series(pd.NA, index=replies.index, dtype="Int64") for word in COUNTS}
    return replies.assign(rating=pd.Series(pd.NA, index=replies.index, dtype="Float64"), **blank)
