"""Named byte streams -> loose rows, file by file and part by part; what cannot be read is passed over."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from insight.mentions import InsightError, InsightWarning

from .boxed_cells import unboxed
from .cells import with_parts
from .containers import Source, open_archives
from .converters import Notes
from .detect import Match, Spec, detect, paths_of
from .inference.propose import infer
from .inference.understand import Decision
from .instructions import Instructions, corrected, need_in_records
from .json_shapes import Beside, messages_of, records_of
from .mapping import Reading, map_records
from .nested import as_columns
from .parsers.openers import OPENERS
from .peek import Peek, peek
from .readers import Records, read_json
from .sidecars import companions, with_people
from .surveys import open_answers
from .tables import read_columns, read_sheet, read_table
from .unfolded import spread
from .unseen import warn_of_columns

UNFORESEEN = "it cannot be read, something in it is damaged or of no known kind"
SetAside = list[tuple[int, str, str, str]]


class UnreadWarning(InsightWarning):
    """A file named outright was not read, but others were."""


@dataclass(frozen=True)
class File:
    """What is known of a file, or of a part of it, once its rows are mapped.

    `set_aside` lists record number, reason, detail and start of each record that is no message; `decision`
    is how its columns were understood, where no spec knew the file; `order` why its numeric dates are read
    day-first or month-first.
    """

    name: str
    spec: Spec
    header: tuple[str, ...]
    n_read: int
    set_aside: SetAside
    notes: Notes
    zone: str
    decision: Decision | None = None
    order: str = ""


Part = tuple[File, pd.DataFrame]


def read_files(
    sources: list[Source],
    take: Callable[[Iterator[Part]], list[File]],
    instructions: Instructions,
    *,
    at_once: int | None,
    progress: bool,
    notes: Notes,
) -> list[File]:
    """Hand the parts of each file to `take`; a file that was not named outright may be of another kind.

    Such a file is passed over and noted. `take` returns what is left to know of the parts.
    """
    from tqdm import tqdm

    refused: list[str] = []
    unread: list[str] = []
    read: list[File] = []
    alone = sum(source.named for source in sources) == 1
    bar = tqdm(desc="reading", unit=" rows", unit_scale=True, disable=not progress)
    with bar, open_archives:
        beside = companions(sources)
        for source in sources:
            if not source.named and source.name in beside.used:
                continue
            parts = _named(source.name, _parts(source, instructions, beside.of(source), at_once))
            try:
                read.append(_joined(take(_counted(parts, bar.update))))
            except InsightError as error:
                if source.named and alone:
                    raise
                (unread if source.named else refused).append(str(error))
    refused += unread
    if not read:
        listed = "\n".join(f"- {reason}" for reason in refused[:20])
        raise InsightError(
            refused[0] if len(refused) == 1 else f"none of {len(refused)} files could be read:\n{listed}"
        )
    notes.update(_passed_over(refused))
    if (instructions.format or "").endswith(".toml"):
        warn_of_columns(read[0].spec, [file.header for file in read], notes)
    for reason in unread:
        warnings.warn(f"not read: {reason}", UnreadWarning, stacklevel=4)
    return read


def _named(name: str, parts: Iterator[Part]) -> Iterator[Part]:
    """Name the file in every error: what a hostile file can make a parser raise has no end."""
    try:
        yield from parts
    except (InsightError, MemoryError):  # too little memory is no fault of the file
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise InsightError(f"{name}: {UNFORESEEN} ({reason}). Export it again, or leave it out.") from error


def _counted(parts: Iterator[Part], update: Callable[[int], object]) -> Iterator[Part]:
    for file, rows in parts:
        yield file, rows
        update(len(rows))


def _joined(parts: list[File]) -> File:
    """Make one of the parts of a file; it says its zone where every part does."""
    whole = parts[0]
    for part in parts[1:]:
        zone = part.zone if whole.zone == "explicit" else whole.zone
        whole = File(
            whole.name, whole.spec, whole.header, whole.n_read + part.n_read,
            whole.set_aside + part.set_aside, whole.notes + part.notes, zone, whole.decision,
            whole.order or part.order,
        )  # fmt: skip
    return whole


def _passed_over(refused: list[str]) -> list[str]:
    """Say once why several files were passed over."""
    by_reason: dict[str, list[str]] = {}
    for refusal in refused:
        name, _, reason = refusal.partition(": ")
        by_reason.setdefault(reason, []).append(name)
    return [
        f"passed over {names[0] if len(names) == 1 else f'{len(names):,} files such as {names[0]}'}: {reason}"
        for reason, names in by_reason.items()
    ]


def _parts(source: Source, instructions: Instructions, beside: Beside, at_once: int | None) -> Iterator[Part]:
    look, columns = peek(source), instructions.columns
    reading = Reading(source.name, instructions.tz, instructions.day_first, read_at=source.modified)
    match, decision = detect(look, source.name, format=instructions.format), None
    if match is None or ("questions" in columns and "survey" not in match.spec.readers):
        inferred = infer(source, look, columns)
        match, decision, columns = inferred.match, inferred.decision, {}
        reading = replace(reading, habit=decision.habit)
    match = replace(match, spec=corrected(match.spec, columns))
    cautions = [source.caution] if source.caution else []
    n_read, broken, said = 0, SetAside(), Notes([*cautions, *(decision.warnings if decision else ())])
    last: Part | None = None
    for records in _records(source, look, match, beside, at_once, reading.day_first):
        n_read, broken, said = n_read + records.n_read, broken + records.broken, said + Notes(records.notes)
        if not records.rows:
            continue
        if reading.is_first:
            need_in_records(columns, records, source.name)
        spec = match.spec
        mapped = map_records(records, spec, reading=reading)
        set_aside = [*broken, *mapped.set_aside]
        file = File(
            source.name, spec, records.header or tuple(records.columns), n_read, set_aside,
            said + mapped.notes, mapped.zone, decision, mapped.order,
        )  # fmt: skip
        last = file, _with_rules(mapped.frame, file)
        n_read, broken, said, reading = 0, SetAside(), Notes(), mapped.reading
        yield last
    if last is None:
        raise InsightError(_nothing(source.name, match.spec.title, n_read, broken))
    if n_read or said:
        yield replace(last[0], n_read=n_read, set_aside=broken, notes=said), last[1].iloc[:0]


def _nothing(name: str, title: str, n_read: int, broken: SetAside) -> str:
    """Say why a file of a known format gives no row at all."""
    if not n_read:
        return (
            f"{name}: there is a header of {title}, but no row. Check the filter and the dates of the export."
        )
    row, reason, detail, _ = broken[0]
    if {why for _, why, *_ in broken} == {"no open answer"}:
        return (
            f"{name}: none of {n_read:,} responses holds an open answer: this survey asks closed "
            "questions only, and has nothing to read as mentions."
        )
    return (
        f"{name}: none of {n_read:,} rows can be read as {title}; row {row}: {reason} ({detail}). "
        "Export it again, or name another format with format=."
    )


def _records(
    source: Source,
    look: Peek,
    match: Match,
    beside: Beside,
    at_once: int | None,
    day_first: bool | None,
) -> Iterator[Records]:
    is_survey = "survey" in match.spec.readers or "open" in match.spec.records
    at_once = None if is_survey else at_once
    if look.shape == "json" or look.shape in OPENERS:
        found, inside = records_of(match.spec, beside=beside), messages_of(match.spec)
        order = {"day_first": day_first} if look.shape in ("chat", "page") else {}
        items = None if look.shape == "json" else OPENERS[look.shape](source, **order)
        for records in read_json(source, records_in=found, messages_in=inside, items=items, at_once=at_once):
            flat = replace(records, objects=[], columns=as_columns(records.objects)) if is_survey else records
            yield open_answers(flat, match.spec) if is_survey else records
        return
    if look.shape == "columns":
        parts = read_columns(source, at_once=at_once)
    elif look.shape == "sheet":
        parts = iter([_sheets(look, match)])
    else:
        parts = read_table(source, delimiter=match.part, header_row=match.header_row, at_once=at_once)
    for records in parts:
        records = spread(records, match.spec.records.get("parts"))
        if records.objects:
            yield records
            continue
        records = replace(records, columns=unboxed(records.columns, paths_of(match.spec)))
        asked = open_answers(records, match.spec) if is_survey else records
        asked = with_parts(asked, match.spec.records)
        yield with_people(asked, match.spec.rules.get("people", []), beside.people)


def _sheets(look: Peek, match: Match) -> Records:
    """Read a sheet, and behind it every other that has the same header in the same row."""
    head = look.tables[match.part][match.header_row]
    alike = [
        name for name, rows in look.tables.items()
        if name != match.part and len(rows) > match.header_row and rows[match.header_row] == head
    ]  # fmt: skip
    whole = read_sheet(look.sheets[match.part], header_row=match.header_row)
    for name in alike:
        more = read_sheet(look.sheets[name], header_row=match.header_row)
        start = max([0, *whole.rows, *(row for row, *_ in whole.broken)])
        whole.rows += [start + row for row in more.rows]
        whole.broken += [(start + row, reason, detail, said) for row, reason, detail, said in more.broken]
        for column, values in whole.columns.items():
            values += more.columns[column]
    unread = [
        name for name, rows in look.tables.items() if len(rows) > 1 and name not in (match.part, *alike)
    ]
    if unread:
        whole.notes.append(
            f"other sheets are not read: {', '.join(unread[:8])}. Save one as a file of its own to read it."
        )
    return whole


def _with_rules(rows: pd.DataFrame, file: File) -> pd.DataFrame:
    rules = file.spec.rules
    replied = "survey" in file.spec.readers and bool(rows["is_reply"].any())
    return rows.assign(
        source_file=file.name,
        source_format=file.spec.name,
        local_ids=rules.get("local_ids", False),
        labels_are_messages=rules.get("conversation_is_message", False),
        own_space=rules.get("own_space", replied),
        brands_from_authors=rules.get("brands_from_authors", False),
        keep=rules.get("keep", "earliest"),
    )
