"""Exported archive -> mentions: open, detect, read, map, finish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from ..mentions import COLUMNS, InsightError, as_mentions
from .companions import companions, with_people
from .containers import Source, find_sources
from .converters import objects
from .detect import Match, detect, resolve
from .finish import Dropped, drop_private, give_ids, kinds, languages, merge_duplicates
from .mapping import WORDS, Reading, map_records
from .openers import OPENERS
from .peek import Peek, peek
from .privacy import give_pseudonyms, load_key, redact
from .readers import Records, read_json
from .report import File, ImportReport, build
from .shapes import Beside, messages_of, records_of
from .sides import Brands, found_brands, give_sides, read_brands
from .surveys import open_answers
from .tables import read_parquet, read_sheet, read_table
from .threads import give_threads

__all__ = ["Archive", "ImportReport", "read_archive"]


@dataclass(frozen=True)
class Archive:
    """The mentions of one or more exports, and the report on how they were read.

    Attributes
    ----------
    mentions : DataFrame
        One row a message; columns as in `insight.COLUMNS`, extra columns behind them.
    report : ImportReport
        Rows read, kept and set aside, coverage, doubts.
    """

    mentions: pd.DataFrame
    report: ImportReport

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def read_archive(
    paths: str | Path | Sequence[str | Path],
    *,
    format: str | None = None,
    brands: Mapping[str, Sequence[str]] | None = None,
    tz: str | None = None,
    day_first: bool | None = None,
    privacy: Literal["shareable", "internal"] = "shareable",
    include_private: bool = False,
    key: str | Path | None = None,
    progress: bool = False,
) -> Archive:
    r"""Read exported archives of any known format into one table of mentions.

    Parameters
    ----------
    paths : str, Path or a sequence of them
        A file, a folder, a glob, a ZIP, or several; gz, xz and zst are unpacked on the way. A file named
        outright must be readable; in a folder, a glob or a ZIP, files of other kinds are passed over and
        noted.
    format : str, optional
        Name of the format for all files, or the path of a map (`.toml`) that `insight map` proposed; by
        default each file is known by its signature.
    brands : dict of str to list of str, optional
        Name to handles (`@acme`), addresses (`help@acme.com`, `@acme.com` for all of a domain) and words.
        The first is the own brand. By default the accounts that a source itself marks as brands.
    tz : str, optional
        Zone of dates that do not say theirs, such as `Europe/Berlin`; by default the zone that the format
        documents, else UTC, which is then noted as assumed.
    day_first : bool, optional
        Whether 3/4/2024 is 3 April; by default found from the column, and asked for where it cannot be.
    privacy : {'shareable', 'internal'}
        `shareable` replaces people by keyed pseudonyms, in texts too, and leaves out names, telling links,
        e-mail addresses and telephone numbers. `internal` keeps them.
    include_private : bool
        Keep rows that were not public, such as internal notes of a help desk.
    key : str or Path, optional
        File with the pseudonym key; by default one for each user, made on first use. The same key gives a
        person the same pseudonym in every import.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    Archive
        `.mentions`, the table; `.report`, the account of the import.

    Raises
    ------
    InsightError
        A path that does not exist, a file that is empty, damaged, of an unknown format, or that only looks
        like messages; dates that nobody can read or whose day and month cannot be told apart.

    Notes
    -----
    Sides come from explicit flags of the source, then from the handles in `brands`, then from being
    addressed to a brand, never from tone. Threads are the connected parts of the graph of replies. The same
    rows in any order give the same table, `source_row` aside.

    Extra columns say more where there is more: `n_copies` and `copy_formats` where one message came in
    several rows or exports; `is_context` ("true") for posts that came along because another names them.
    The formats, and on which export each was checked, are listed in `insight/archives/specs/README.md`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> posts = "author,created_at,text\nann,2024-03-01 09:00Z,Hello @pellwick\n"
    >>> _ = (folder / "posts.csv").write_text(posts)
    >>> archive = read_archive(folder / "posts.csv", brands={"pellwick": ["@pellwick"]}, key=folder / "key")
    >>> archive.mentions[["text", "side", "brand", "addressed"]]
                  text      side     brand  addressed
    0  Hello @pellwick  customer  pellwick       True
    """
    if privacy not in ("shareable", "internal"):
        raise InsightError(f"privacy={privacy!r} is not known. Choose 'shareable' or 'internal'.")
    tracked, secret = read_brands(brands), load_key(key)
    notes: list[str] = []
    dropped = Dropped()
    files = list(_read_files(find_sources(paths), format, tz, day_first, progress=progress, notes=notes))
    loose = pd.concat([_with_rules(file) for file in files], ignore_index=True)
    table = drop_private(
        merge_duplicates(give_ids(_filled(loose), notes), dropped),
        keep=include_private,
        dropped=dropped,
        notes=notes,
    )
    table["conversation_id"] = objects(give_threads(table, notes), table.index)
    tracked = found_brands(table, tracked)
    table = give_sides(table, tracked)
    table = table.assign(kind=kinds(table), lang=languages(table, notes, progress=progress))
    mentions = _mentions(table, tracked, shareable=privacy == "shareable", secret=secret)
    listed = {name: list((brands or {}).get(name, [f"@{name}"])) for name in tracked.names}
    return Archive(
        mentions, build(mentions, files, dropped=dropped.rows, notes=notes, brands=listed, privacy=privacy)
    )


def _read_files(
    sources: list[Source],
    format: str | None,
    tz: str | None,
    day_first: bool | None,
    *,
    progress: bool,
    notes: list[str],
) -> Iterator[File]:
    """Read what can be read; a file that nobody named outright may be of another kind, which is noted."""
    from tqdm import tqdm

    refused: list[str] = []
    beside, n_read = companions(sources), 0
    for source in tqdm(sources, desc="reading", unit="file", disable=not progress):
        if not source.named and source.name in beside.used:
            continue
        reading = Reading(source.name, tz, day_first)
        try:
            file = _read_file(source, format, reading, beside.of(source))
        except InsightError as error:
            if source.named or "day_first=" in str(error):
                raise
            refused.append(str(error))
            continue
        n_read += 1
        yield file
    if not n_read:
        listed = "\n".join(f"- {reason}" for reason in refused[:20])
        raise InsightError(
            refused[0] if len(refused) == 1 else f"none of {len(refused)} files could be read:\n{listed}"
        )
    notes += _passed_over(refused)


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


def _read_file(source: Source, format: str | None, reading: Reading, beside: Beside) -> File:
    look = peek(source)
    match = detect(look, source.name, format=format)
    records = _read(source, look, match, beside)
    title, n_read = match.spec.title, records.n_read
    if not n_read:
        raise InsightError(
            f"{source.name}: there is a header of {title}, but no row. Check the filter and the dates of "
            "the export."
        )
    if not records.rows:
        row, reason, detail, _ = records.broken[0]
        if {why for _, why, *_ in records.broken} == {"no open answer"}:
            raise InsightError(
                f"{source.name}: none of {n_read:,} responses holds an open answer: this survey asks closed "
                "questions only, and has nothing to read as mentions."
            )
        raise InsightError(
            f"{source.name}: none of {n_read:,} rows can be read as {title}; row {row}: {reason} ({detail}). "
            "Export it again, or name another format with format=."
        )
    spec = resolve(match.spec, records.columns)
    return File(source.name, spec, records, map_records(records, spec, reading=reading))


def _read(source: Source, look: Peek, match: Match, beside: Beside) -> Records:
    if look.shape == "json" or look.shape in OPENERS:
        found, inside = records_of(match.spec, beside=beside), messages_of(match.spec)
        items = None if look.shape == "json" else OPENERS[look.shape](source)
        return read_json(source, records_in=found, messages_in=inside, items=items)
    if look.shape == "parquet":
        records = read_parquet(source)
    elif look.shape == "sheet":
        records = read_sheet(source, sheet=match.part, header_row=match.header_row)
    else:
        records = read_table(source, delimiter=match.part, header_row=match.header_row)
    records = open_answers(records, match.spec.records) if "survey" in match.spec.readers else records
    return with_people(records, match.spec.rules.get("people", []), beside.people)


def _with_rules(file: File) -> pd.DataFrame:
    rules = file.spec.rules
    return file.mapped.frame.assign(
        source_file=file.name,
        source_format=file.spec.name,
        local_ids=rules.get("local_ids", False),
        labels_are_messages=rules.get("conversation_is_message", False),
        own_space=rules.get("own_space", False),
        brands_from_authors=rules.get("brands_from_authors", False),
        keep=rules.get("keep", "earliest"),
    )


def _filled(loose: pd.DataFrame) -> pd.DataFrame:
    """Hold texts as plain objects without gaps; files differ in the extra columns that they bring."""
    texts = {name: values.astype(object) for name, values in loose.items() if values.dtype in (object, "str")}
    return loose.assign(**{name: values.where(values.notna(), "") for name, values in texts.items()})


def _mentions(table: pd.DataFrame, tracked: Brands, *, shareable: bool, secret: bytes) -> pd.DataFrame:
    table = table.assign(
        author_id=give_pseudonyms(table, key=secret),
        author_name=None if shareable else table["handle"].mask(table["handle"] == "", table["author"]),
        source_row=table["row"],
        created_at=pd.DatetimeIndex(table["created_at"]).tz_localize("UTC"),
    )
    if shareable:
        table = redact(table, brands=tracked, key=secret)
    nullable = [column.name for column in COLUMNS if column.null and column.name in table]
    empty = {
        name: table[name].mask(table[name] == "", None) for name in nullable if table[name].dtype == object
    }
    inner = [
        word
        for word in (*WORDS, *_INNER)
        if word in table and word not in {column.name for column in COLUMNS}
    ]
    return as_mentions(table.assign(**empty).drop(columns=inner))


_INNER = (
    "row", "is_reply", "local_ids", "labels_are_messages", "own_space", "brands_from_authors", "keep",
    "space", "label", "retrieved_at",
)  # fmt: skip
