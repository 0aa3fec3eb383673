"""Exported archive -> mentions: open, detect, read, map, finish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, overload

import pandas as pd

from insight.mentions import InsightError

from . import large
from .archive_facts import Gathered
from .as_archive import Archive, as_archive, is_mentions
from .containers import Source, find_sources
from .converters import Notes
from .finish import Choices, Dropped, finish_rows, gather_deleted
from .frames import ArrowTable, is_table, row_labels, table_source
from .ids import spaces
from .import_report import ImportReport, build
from .instructions import Instructions, read_roles
from .large import Spill, as_arrow, finish_parts, write_in_order
from .privacy.deletion import read_deleted
from .privacy.guard import make_guard
from .privacy.pseudonyms import known_people, load_key
from .reading import File, Part, read_files
from .sides import Brands, read_brands
from .unseen import Handles
from .workplace import clean_errors, database, workplace
from .written import account_of, open_written

__all__ = ["Archive", "ImportReport", "read_archive"]


@overload
def read_archive(
    source: str | Path | Sequence[str | Path] | ArrowTable,
    *,
    format: str | None = ...,
    columns: Mapping[str, str | Sequence[str] | None] | None = ...,
    brands: Mapping[str, Sequence[str]] | None = ...,
    tz: str | None = ...,
    day_first: bool | None = ...,
    privacy: Literal["shareable", "internal"] = ...,
    include_private: bool = ...,
    key: str | Path | None = ...,
    deleted: str | Path | Sequence[str] | None = ...,
    to: None = ...,
    progress: bool = ...,
) -> Archive: ...
@overload
def read_archive(
    source: str | Path | Sequence[str | Path] | ArrowTable,
    *,
    format: str | None = ...,
    columns: Mapping[str, str | Sequence[str] | None] | None = ...,
    brands: Mapping[str, Sequence[str]] | None = ...,
    tz: str | None = ...,
    day_first: bool | None = ...,
    privacy: Literal["shareable", "internal"] = ...,
    include_private: bool = ...,
    key: str | Path | None = ...,
    deleted: str | Path | Sequence[str] | None = ...,
    to: str | Path,
    progress: bool = ...,
) -> ImportReport: ...
def read_archive(
    source: str | Path | Sequence[str | Path] | ArrowTable,
    *,
    format: str | None = None,
    columns: Mapping[str, str | Sequence[str] | None] | None = None,
    brands: Mapping[str, Sequence[str]] | None = None,
    tz: str | None = None,
    day_first: bool | None = None,
    privacy: Literal["shareable", "internal"] = "shareable",
    include_private: bool = False,
    key: str | Path | None = None,
    deleted: str | Path | Sequence[str] | None = None,
    to: str | Path | None = None,
    progress: bool = False,
) -> Archive | ImportReport:
    r"""Read exported archives, or a table of your own, into one table of mentions.

    Parameters
    ----------
    source : str, Path, a sequence of them, or a table of pandas, polars, Arrow or Ibis
        A file, a folder, a glob, a ZIP, or several; gz, xz and zst are unpacked on the way. A file named
        outright must be readable; of several, the others are read, with a warning. In a folder, a glob or a
        ZIP, files of other kinds are passed over and noted. A table has one row a message and is understood
        as the columns of a file are; one that already is `mentions` is kept unchanged.
    format : str, optional
        Name of the format for all files, or the path of a map (`.toml`) that `insight map` proposed; by
        default each file is known by its signature.
    columns : dict of str to str, list of str or None, optional
        Which column holds what, where it was not understood: `{"text": "verbatim", "rating": None}`; of
        several columns the first that has a value, of None no column. The roles are those of the table
        `report.understood`; names of columns of mentions are taken too.
    brands : dict of str to list of str, optional
        Name to handles (`@acme`), addresses (`help@acme.com`, `@acme.com` for all of a domain) and words.
        The first is the own brand. By default the accounts that a source itself marks as brands.
    tz : str, optional
        Zone of dates that do not say theirs, such as `Europe/Berlin`; by default the zone that the format
        documents, else UTC, which is then noted as assumed.
    day_first : bool, optional
        Whether 3/4/2024 is 3 April; by default found from the column, and asked for where it cannot be.
    privacy : {'shareable', 'internal'}
        `shareable` replaces people by keyed pseudonyms, in texts too, and leaves out names, links to people,
        e-mail addresses and telephone numbers. `internal` keeps them.
    include_private : bool
        Keep rows that were not public, such as internal notes of a help desk.
    key : str or Path, optional
        File with the pseudonym key; by default one for each user, made on first use. The same key gives a
        person the same pseudonym in every import.
    deleted : str, Path or a list of str, optional
        A text file, one entry a line, or a list: handles, author ids, pseudonyms and message ids that must
        not appear. Their messages, and reposts of a message named so, are set aside as `deleted`.
    to : str or Path, optional
        A Parquet file to write the mentions to, for archives larger than memory; by default they are
        returned as a table. The file is put in place when it is complete, never before.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    Archive
        `.mentions`, the table; `.report`, the account of the import. With `to`, the report alone: the table
        lies in the file, the same rows in the same order, and `activity(to)` and every other measure that
        takes a path reads it from there.

    Raises
    ------
    InsightError
        A path that does not exist, a file that is empty, damaged, of an unknown format, or that only looks
        like messages; dates that cannot be read.

    Notes
    -----
    Sides come from explicit flags of the source, then from the handles in `brands`, then from being
    addressed to a brand, never from tone. Threads are the connected parts of the graph of replies. The same
    rows in any order give the same table, `source_row` aside.

    Extra columns say more where there is more: `n_copies` and `copy_formats` where one message came in
    several rows or exports; `is_context` ("true") for posts that came along because another names them;
    `words_cut` ("quoted", "repeated" or both) where a text held words of others, which are no longer in it:
    quoted history and quotes of forums, lines that stand word for word in messages of five people or more;
    `placeholder`, the name such as "A Google user" of a message that therefore has no author; `automated`,
    whether a machine sent it, as the headers of a mail, a desk or a subject say.

    With `to`, delimited text, lines of JSON and Parquet are read 20,000 records at a time, the rest file by
    file; rows are kept on disk beside `to` until all are read, so leave room for about twice the result.
    What a large file does not say, its first 20,000 records decide: the order of day and month, the scale of
    ratings. Threads are still joined over the whole archive; memory grows with the largest thread and with
    the number of rows set aside.
    The formats, and on which export each was checked, are listed in `insight/archives/specs/README.md`.

    To join what is measured back to a table of your own: `source_row` is the place of a message in it, from
    1, and `source_index` its label, where a table of pandas has an index that does more than count.

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
    if is_mentions(source):
        return _unchanged(source, brands, asked=columns is not None or to is not None)
    instructions, known = Instructions(format, tz, day_first, read_roles(columns)), read_brands(brands)
    choices = Choices(privacy == "shareable", include_private, load_key(key), read_deleted(deleted), progress)
    if to is None and (written := open_written(source, instructions, known, choices)) is not None:
        return written
    sources = [table_source(source)] if is_table(source) else find_sources(source)
    given = _Given(sources, instructions, known)
    if to is not None:
        return _write(given, Path(to).expanduser().resolve(), choices)
    return _with_labels(_read(given, choices), row_labels(source))


def _unchanged(mentions: ArrowTable, brands: Mapping[str, Sequence[str]] | None, *, asked: bool) -> Archive:
    if asked:
        raise InsightError(
            "this table has all columns of mentions and is kept as it is, so columns= and to= change "
            "nothing. Rename its columns, or write it with to_parquet."
        )
    return as_archive(mentions, brands=brands)


def _with_labels(archive: Archive, labels: pd.Index | None) -> Archive:
    """Add the labels that the rows had in the table that was given."""
    if labels is None:
        return archive
    own = labels.take(archive.mentions["source_row"].to_numpy("int64") - 1)
    return replace(archive, mentions=archive.mentions.assign(source_index=own.array))


@dataclass(frozen=True)
class _Given:
    """What is to be read, and how."""

    sources: list[Source]
    instructions: Instructions
    brands: Brands


def _read(given: _Given, choices: Choices) -> Archive:
    notes, gathered, dropped = Notes(), Gathered(Handles(given.brands)), Dropped()
    tables: list[pd.DataFrame] = []

    def take(parts: Iterator[Part]) -> list[File]:
        read = list(parts)
        for file, rows in read:
            gathered.add(file.name, rows)
            tables.append(rows)
        return [file for file, _ in read]

    files = read_files(
        given.sources, take, given.instructions, at_once=None, progress=choices.progress, notes=notes,
    )  # fmt: skip
    whole = gathered.whole(given.brands, notes)
    loose = pd.concat(tables, ignore_index=True)
    gathered.met.warn(notes, shareable=choices.shareable)
    deleted = gather_deleted([loose], whole, choices)
    spaced = loose.assign(space=spaces(loose, apart=whole.ids_clash))
    people = replace(known_people(spaced, whole.brands), deleted=deleted)
    mentions = finish_rows(loose, whole, people=people, choices=choices, dropped=dropped, notes=notes)
    with database() as db:
        db.register("mentions", as_arrow(mentions))
        report = build(db, files, whole, dropped=dropped.rows, notes=notes, shareable=choices.shareable)
    guard = make_guard(mentions, deleted, key=choices.secret, shareable=choices.shareable)
    return Archive(mentions, report, guard)


def _write(given: _Given, to: Path, choices: Choices) -> ImportReport:
    notes, gathered, dropped = Notes(), Gathered(Handles(given.brands)), Dropped()
    sources = [source for source in given.sources if Path(source.folder, source.name).resolve() != to]
    with clean_errors(to), workplace(to) as folder, database(folder) as db:
        spill = Spill(folder, db, gathered)
        files = read_files(
            sources, spill.take, given.instructions, at_once=large.AT_ONCE, progress=choices.progress,
            notes=notes,
        )  # fmt: skip
        whole = gathered.whole(given.brands, notes)
        gathered.met.warn(notes, shareable=choices.shareable)
        finish_parts(spill, whole, choices=choices, dropped=dropped, notes=notes)
        report = build(db, files, whole, dropped=dropped.rows, notes=notes, shareable=choices.shareable)
        write_in_order(db, folder, account_of(report, choices)).replace(to)
    return report
