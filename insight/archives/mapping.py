"""Spec + records -> one loose row a message, column by column."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .automatic import marked_automatic
from .converters import (
    CONVERTERS,
    Column,
    Notes,
    bounded,
    counts,
    objects,
    ratings,
    scale_of,
    sound_ids,
)  # fmt: skip
from .dates.parse_times import Times, parse_times
from .dates.unread_dates import unread_dates, without_late_dates
from .detect import Spec, plain, sources
from .events import are_events
from .links import has_message, message_of
from .partial import EXPECTED
from .quoted import cut_quotes
from .readers import Records, at, listed
from .sides import sides_of_writers

COUNTS = ("like_count", "reply_count", "repost_count", "quote_count", "view_count", "follower_count")
LINKS = ("reply_to", "reposted", "quoted", "conversation")
WORDS = (
    "id", "url", "platform", "author", "handle", "text", "title", "lang", "channel", "reply_to_handle",
    "reply_to_author", "kind", "side", "brand", "addressed", "is_public", "automated", *LINKS,
)  # fmt: skip
_PASSED_ON = re.compile(r"RT @\w+")
_FINE = ("s", "min")
_BY_DAY = (
    "its replies say no time of day; messages are dated by day too, so that no wait is measured for some of "
    "them and not for others."
)
_NO = ("", "false", "no", "0", "f", "n")


@dataclass(frozen=True)
class Mapped:
    """Loose rows of one file ("" = missing), the records skipped, notes, and the zone of its dates."""

    frame: pd.DataFrame
    set_aside: list[tuple[int, str, str, str]]
    notes: Notes
    zone: str
    reading: Reading
    order: str = ""


@dataclass(frozen=True)
class Reading:
    """How dates and ratings are to be read, and the name of the file for what is said about it.

    What the first part of a large file decides holds for the rest: `scale` is "" before. `habit` is the
    order of day and month that the rest of the file suggests, and why; `read_at` is when the file was last
    written; `undated`: hardly a date of the first part could be read, so that messages are kept without;
    `unread` what was said of the first cell that is no date.
    """

    name: str
    tz: str | None = None
    day_first: bool | None = None
    habit: tuple[bool, str] | None = None
    read_at: pd.Timestamp | None = None
    scale: str = ""
    is_first: bool = True
    undated: bool = False
    unread: str = ""


def map_records(records: Records, spec: Spec, *, reading: Reading) -> Mapped:
    """Map one file's records by its spec; a brand's answer inside a review becomes a row of its own."""
    notes, n, take = Notes(), len(records.rows), _Taker(records)
    frame = _words(take, spec, n, notes)
    for word in COUNTS:
        frame[word] = counts(take(spec.map.get(word)), n)
    frame["rating"], scale = _ratings(take, spec, n, reading, notes)
    extras = {word: take.extra(entry) for word, entry in spec.extra.items()}
    frame |= {word: objects(values) for word, values in extras.items() if values is not None}
    if any(sizes := take(EXPECTED) or []):
        frame["thread_size"] = objects(sizes)
    frame["retrieved_at"] = _retrieved(take(spec.map.get("retrieved_at")), spec, n)
    written = take(spec.map.get("created_at"))
    times = _times(take, spec, spec.map, n, reading)
    if written is not None:
        times, reading = _readable(times, written, records.rows, spec, reading, notes)
    precision = times.precision
    if coarse := spec.rules.get("time_precision"):
        precision = np.where(precision == "none", "none", coarse)
    frame |= {"created_at": times.moments, "time_precision": precision, "row": records.rows}
    table = pd.DataFrame(frame)
    nothing = _silent(table) if written is not None else np.zeros(n, dtype=bool)
    set_aside = [(int(row), "not a message", "no words, author or date", "") for row in table["row"][nothing]]
    event = are_events(records, sources(spec.map["text"])) & ~nothing
    set_aside += [(int(row), "not a message", "an event without words", "") for row in table["row"][event]]
    kept = ~(nothing | event)
    parts = [table[kept].assign(is_reply=False)]
    if spec.reply and any(texts := take(spec.reply["text"]) or []):
        replied = _times(take, spec, spec.reply, n, reading)
        parts.append(_replies(table, texts, replied, kept, notes))
        own, theirs = (part["time_precision"].isin(_FINE) for part in parts)
        if theirs.mean() < 0.5 and own.any():
            notes[_BY_DAY] += 1
            parts[0] = parts[0].assign(time_precision=parts[0]["time_precision"].mask(own, "day"))
    zone = "no dates" if written is None or reading.undated else times.zone
    known = replace(reading, day_first=times.day_first, scale=scale, is_first=False)
    return Mapped(pd.concat(parts, ignore_index=True), set_aside, notes, zone, known, _order(times))


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
        columns = [self._converted(column, options) for column in columns]
        if len(columns) == 1:
            return columns[0]
        return [next(filter(None, row), "") for row in zip(*columns, strict=True)]

    def _converted(self, values: Column, options: dict[str, Any]) -> Column:
        for key, wanted in (("when", True), ("unless", False)):
            if key in options:
                values = self._only(values, options[key], wanted)
        if "conv" in options:
            values = CONVERTERS[options["conv"]](values)
        if not {"same", "domains", "filled"}.isdisjoint(options):
            return sides_of_writers(values, options, self._one)
        if "values" in options:
            known, rest = options["values"], options.get("others", "")
            others = (value if rest == "keep" else rest if value.strip() else "" for value in values)
            values = [
                known.get(one.strip().casefold(), other) for one, other in zip(values, others, strict=True)
            ]
        return values

    def _one(self, path: str) -> Column | None:
        if self.records.objects and " + " not in path:
            take = _deep if "." in path else dict.get
            found = [take(item, path) for item in self.records.objects]
            return [
                value if type(value) is str else "" if value is None
                else str(value) if type(value) is int else listed(value) for value in found
            ]  # fmt: skip
        if not self.records.objects and (column := self._column(path)) is not None:
            return column
        if " + " not in path:
            return None
        parts = [part for name in path.split(" + ") if (part := self._one(name)) is not None]
        return [" ".join(filter(None, row)) for row in zip(*parts, strict=True)] if parts else None

    def _column(self, path: str) -> Column | None:
        columns = self.records.columns
        name = path if path in columns else self.names.get(plain(path))
        return None if name is None else columns[name]

    def _only(self, values: Column, condition: dict[str, Any], wanted: bool) -> Column:
        column = self._one(condition["column"])
        if column is None:
            return [""] * len(values) if wanted else values
        part, words = condition.get("contains", ""), condition.get("words", ())
        return [
            value if (cell.casefold() in words if words else bool(cell) and part in cell) is wanted else ""
            for value, cell in zip(values, column, strict=True)
        ]

    def extra(self, entry: Any) -> Column | None:  # noqa: ANN401
        """Take an extra column; a family such as `* - *` becomes the names of those columns that say yes."""
        if not (isinstance(entry, dict) and "columns" in entry):
            return self(entry)
        inner = entry["columns"].strip("*")
        family = [name for name in self.records.columns if inner in name]
        if not family:
            return None
        said = zip(*(self.records.columns[name] for name in family), strict=True)
        return [
            "; ".join(
                name for name, cell in zip(family, row, strict=True) if cell.strip().casefold() not in _NO
            )
            for row in said
        ]


def _deep(item: dict[str, Any], path: str) -> Any:  # noqa: ANN401
    return item[path] if path in item else at(item, path)


def _words(take: _Taker, spec: Spec, n: int, notes: Notes) -> dict[str, Any]:
    """Take the columns that hold text or ids, sound and with the spec's constants."""
    rules = spec.rules
    found = {word: take(spec.map.get(word)) or [""] * n for word in WORDS}
    for word in ("id", *LINKS):
        found[word] = sound_ids(found[word], what=word, notes=notes)
    if any(found["url"]) and not rules.get("ids_are_links", False):
        found["id"] = _ids_from_links(found["id"], found["url"], prefer=rules.get("id_from_url", False))
    found["platform"] = [value.strip().casefold() or spec.platform for value in found["platform"]]
    if whole := take(spec.map.get("reposted_text")):
        found["text"] = list(map(_uncut, found["text"], whole))
    found["text"] = bounded(found["text"], notes=notes)
    found["title"] = bounded(found["title"], notes=notes)
    for word in ("side", "kind", "addressed"):
        if word in rules:
            found[word] = [value or str(rules[word]).casefold() for value in found[word]]
    found |= {word: list(found[word]) for word in ("kind", "reposted", "reply_to")}
    said = zip(found["kind"], found["platform"], found["text"], strict=True)
    for row, (kind, platform, text) in enumerate(said if "x" in found["platform"] else ()):
        if not kind and platform == "x" and _PASSED_ON.match(text):
            found["kind"][row] = "repost"
            if not found["reposted"][row]:  # what it names as its parent is what it passes on
                found["reposted"][row], found["reply_to"][row] = found["reply_to"][row], ""
    found["automated"] = marked_automatic(found["automated"], found["title"])
    found["text"], is_cut = cut_quotes(found["text"], found["kind"], found["platform"])
    found["words_cut"] = ["quoted" if cut else "" for cut in is_cut]
    return {word: objects(values) for word, values in found.items()}


def _uncut(text: str, original: str) -> str:
    """Give a repost the whole text of what it passes on, behind whose it is."""
    lead, sign, _ = text.partition(": ")
    return f"{lead}{sign}{original}" if original and lead.startswith("RT @") else text


def _ratings(take: _Taker, spec: Spec, n: int, reading: Reading, notes: Notes) -> tuple[pd.Series, str]:
    rating = spec.map.get("rating", "")
    values = take(rating or None)
    column = spec.records.get("score", next(iter(sources(rating)), ""))
    scale = rating.get("scale", "share") if isinstance(rating, dict) else "share"
    if scale == "guess":
        scale = reading.scale or (scale_of(values, column=column) if any(values or []) else "")
    return ratings(values, n, scale=scale, column=column, notes=notes), scale


def _ids_from_links(ids: Column, urls: Column, *, prefer: bool) -> Column:
    """Take the native id out of the link where it is the better one, or the only one left."""
    return [
        message_of(url) if url and (not own or "://" in own or (prefer and has_message(url))) else own
        for own, url in zip(ids, urls, strict=True)
    ]


def _times(take: _Taker, spec: Spec, entries: dict[str, Any], n: int, reading: Reading) -> Times:
    values = take(entries.get("created_at"))
    if values is None:
        nothing = np.full(n, np.datetime64("NaT"), "datetime64[us]"), np.full(n, "none", object)
        return Times(*nothing, "", unclear=np.zeros(n, dtype=bool))
    times = parse_times(
        values, formats=spec.time["formats"], zone=spec.time.get("zone", "UTC"),
        assumed=spec.time.get("zone_is_assumed", False), tz=reading.tz,
        day_first=spec.time.get("day_first") if reading.day_first is None else reading.day_first,
        habit=reading.habit, read_at=reading.read_at,
    )  # fmt: skip
    return without_late_dates(times, reading.read_at)


def _order(times: Times) -> str:
    if times.day_first is None or not times.order:
        return ""
    return f"read {'day' if times.day_first else 'month'}-first because {times.order}"


def _readable(
    times: Times, written: Column, rows: list[int], spec: Spec, reading: Reading, notes: Notes
) -> tuple[Times, Reading]:
    """Say which cells are no dates; the rows stay without one."""
    times, undated, said, n_unread = unread_dates(
        times, written, rows, undated=reading.undated, is_first=reading.is_first
    )
    column = sources(spec.map["created_at"])[0]
    for warning in times.warnings:
        notes[f"column {column!r}: {warning}"] += 1
    if n_unread:
        said = reading.unread or f"column {column!r}: {said}"
        notes[said] += n_unread
    return times, replace(reading, undated=undated, unread=said or reading.unread)


def _silent(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which rows say nothing at all: records of another kind, or cut off after their id."""
    words = (table[word] == "" for word in ("text", "title", "author", "handle", "url"))
    return np.logical_and.reduce([*words, table["rating"].isna(), np.isnat(table["created_at"].to_numpy())])


def _retrieved(values: Column | None, spec: Spec, n: int) -> npt.NDArray[np.datetime64]:
    if values is None or not any(values):
        return np.full(n, np.datetime64("NaT"), "datetime64[us]")
    return parse_times(values, formats=spec.time["formats"], day_first=True).moments


def _replies(
    table: pd.DataFrame, texts: Column, times: Times, kept: npt.NDArray[np.bool_], notes: Notes
) -> pd.DataFrame:
    said = np.array([bool(text.strip()) for text in texts]) & kept
    undated = said & np.isnat(times.moments)
    if undated.any():
        notes[
            "{n} replies have no date of their own: they are dated as the message that they answer, and "
            "enter no waiting time."
        ] += int(undated.sum())
    asked = table["created_at"].to_numpy("datetime64[us]")
    rough = ~np.isin(times.precision, _FINE) & (times.moments.astype("M8[D]") == asked.astype("M8[D]"))
    moments = np.where(undated | (said & rough), np.fmax(times.moments, asked), times.moments)
    precision = np.where(undated & ~np.isnat(asked), "relative", times.precision)
    if (early := said & (moments < asked)).any():
        notes["{n} replies are older than the review they answer: it was edited later."] += int(early.sum())
    spoken = [text.strip() for text, row in zip(texts, said, strict=True) if row]
    replies = table[said].assign(
        text=objects(spoken, table.index[said]), created_at=moments[said],
        time_precision=precision[said], is_reply=True,
        kind="review_reply", side="brand", addressed="", title="", author="", handle="", lang="",
        automated="", words_cut="",
    )  # fmt: skip
    blank = {word: pd.Series(pd.NA, index=replies.index, dtype="Int64") for word in COUNTS}
    return replies.assign(rating=pd.Series(pd.NA, index=replies.index, dtype="Float64"), **blank)
