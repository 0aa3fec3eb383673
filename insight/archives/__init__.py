"""Exported archive -> mentions: open, detect, read, map, finish."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from ..mentions import InsightError, as_mentions
from .containers import Source, find_sources
from .detect import Match, Spec, detect, resolve, unknown_columns
from .finish import Dropped, give_ids, give_threads, merge_duplicates
from .mapping import WORDS, Mapped, map_records
from .privacy import give_pseudonyms, load_key, redact
from .readers import Peek, Records, peek, read_json, read_parquet, read_sheet, read_table
from .report import ImportReport, build
from .shapes import messages_of, records_of
from .sides import Brands, found_brands, give_sides, read_brands

__all__ = ["Archive", "ImportReport", "read_archive"]


MAX_GUESSED = 2_000


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


@dataclass(frozen=True)
class _File:
    """One file on its way: which format it has and what it holds."""

    source: Source
    spec: Spec
    records: Records
    mapped: Mapped


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
    """Read exported archives of any known format into one table of mentions.

    Parameters
    ----------
    paths : str, Path or a sequence of them
        A file, a folder, a glob, a ZIP, or several; gz, xz and zst are unpacked on the way. A file named outright
        must be readable; in a folder, a glob or a ZIP, files of other kinds are passed over and noted.
    format : str, optional
        Name of the format for all files; by default each file is known by its signature.
    brands : dict of str to list of str, optional
        Name to handles (`@acme`), addresses (`help@acme.com`, `@acme.com` for all of a domain) and words. The first is
        the own brand. By default the accounts that a source itself marks as brands.
    tz : str, optional
        Zone of dates that do not say theirs, such as `Europe/Berlin`; by default the zone that the format documents,
        else UTC, which is then noted as assumed.
    day_first : bool, optional
        Whether 3/4/2024 is 3 April; by default found from the column, and asked for where it cannot be.
    privacy : {'shareable', 'internal'}
        `shareable` replaces people by keyed pseudonyms, in texts too, and leaves out names, telling links, e-mail
        addresses and telephone numbers. `internal` keeps them.
    include_private : bool
        Keep rows that were not public, such as internal notes of a help desk.
    key : str or Path, optional
        File with the pseudonym key; by default one for each user, made on first use. The same key gives a person the
        same pseudonym in every import.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    Archive
        `.mentions`, the table; `.report`, the account of the import.

    Raises
    ------
    InsightError
        A path that does not exist, a file that is empty, damaged, of an unknown format, or that only looks like
        messages; dates that nobody can read or whose day and month cannot be told apart.

    Notes
    -----
    Sides come from explicit flags of the source, then from the handles in `brands`, then from being addressed to a
    brand, never from tone. Threads are the connected parts of the graph of replies. The same rows in any order give
    the same table, `source_row` aside.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "posts.csv").write_text("author,created_at,text\\nann,2024-03-01 09:00Z,Hello @pellwick\\n")
    >>> archive = read_archive(folder / "posts.csv", brands={"pellwick": ["@pellwick"]}, key=folder / "key")
    >>> archive.mentions[["text", "side", "brand", "addressed"]]
                  text      side     brand  addressed
    0  Hello @pellwick  customer  pellwick       True
    """
    if privacy not in ("shareable", "internal"):
        raise InsightError(f"privacy={privacy!r} is not known. Choose 'shareable' or 'internal'.")
    tracked, secret = read_brands(brands), load_key(key)
    notes: list[str] = []
    files = _read_files(find_sources(paths), format, tz, day_first, progress, notes)
    dropped = Dropped([])
    table, tracked = _finish(files, tracked, include_private, dropped, notes)
    mentions = _mentions(table, tracked, privacy, secret)
    report = _account(mentions, files, dropped, notes, tracked, brands, privacy)
    return Archive(mentions, report)


def _read_files(
    sources: list[Source],
    format: str | None,
    tz: str | None,
    day_first: bool | None,
    progress: bool,
    notes: list[str],
) -> list[_File]:
    from tqdm import tqdm

    files: list[_File] = []
    refused: list[InsightError] = []
    owners = _owners(sources)
    for source in tqdm(sources, desc="reading", unit="file", disable=not progress):
        try:
            files.append(_read_file(source, format, tz, day_first, owners.get(source.folder)))
        except InsightError as error:
            if source.named or "day_first" in str(error):
                raise
            refused.append(error)
    if not files:
        raise refused[0] if len(refused) == 1 else InsightError(
            f"none of {len(refused)} files could be read:\n" + "\n".join(f"- {error}" for error in refused[:20])
        )  # fmt: skip
    notes += [f"passed over {error}" for error in refused]
    return files


def _owners(sources: list[Source]) -> dict[str, dict]:
    """Find the owner of each X archive: account.js beside its posts."""
    owners = {}
    for source in sources:
        if source.name.endswith("account.js"):
            try:
                records = read_json(source, records_in=lambda value: value, messages_in=lambda item: [item])
            except InsightError:
                continue
            accounts = [item["account"] for item in records.objects if isinstance(item.get("account"), dict)]
            if accounts:
                owners[source.folder] = accounts[0]
    return owners


def _read_file(
    source: Source, format: str | None, tz: str | None, day_first: bool | None, owner: dict | None
) -> _File:
    look = peek(source)
    match = detect(look, source.name, format=format)
    records = _read(source, look, match, owner)
    if not records.n_read:
        raise InsightError(
            f"{source.name}: the header of {match.spec.title} is there, but no row. Check the filter or the dates of the export."
        )
    spec = resolve(match.spec, records.columns)
    if not records.rows:
        row, reason, detail, _ = records.broken[0]
        raise InsightError(
            f"{source.name}: none of {records.n_read:,} rows can be read as {spec.title}; row {row}: {reason} ({detail})."
        )
    mapped = map_records(records, spec, name=source.name, tz=tz, day_first=day_first)
    return _File(source, spec, records, mapped)


def _read(source: Source, look: Peek, match: Match, owner: dict | None) -> Records:
    if look.shape == "json":
        return read_json(
            source, records_in=records_of(match.spec, owner=owner), messages_in=messages_of(match.spec)
        )  # fmt: skip
    if look.shape == "parquet":
        return read_parquet(source)
    if look.shape == "sheet":
        return read_sheet(source, sheet=match.part, header_row=match.header_row)
    return read_table(source, delimiter=match.part, header_row=match.header_row)


def _finish(
    files: list[_File], tracked: Brands, include_private: bool, dropped: Dropped, notes: list[str]
) -> tuple[pd.DataFrame, Brands]:
    table = pd.concat([_with_rules(file) for file in files], ignore_index=True)
    extras = {word for file in files for word in file.spec.extra if word in table.columns}
    for word in (*WORDS, *sorted(extras)):
        table[word] = table[word].astype("str").fillna("")
    table = give_ids(table, notes)
    table = merge_duplicates(table, dropped)
    private = table["is_public"].str.casefold().isin(["false", "0", "no", "f", "n"])
    if private.any() and not include_private:
        dropped.add(
            table[private], "private", ["not public; include_private=True keeps it"] * int(private.sum())
        )
        notes.append(
            f"{int(private.sum()):,} private messages were left out; include_private=True keeps them."
        )
        table = table[~private].reset_index(drop=True)
    table["is_public"] = ~table["is_public"].str.casefold().isin(["false", "0", "no", "f", "n"])
    table["conversation_id"] = give_threads(table, notes)
    table["raw_text"] = table["text"]
    tracked = found_brands(table, tracked)
    table = give_sides(table, tracked)
    table["kind"] = _kinds(table)
    table["lang"] = _languages(table, notes)
    return table, tracked


def _with_rules(file: _File) -> pd.DataFrame:
    rules = file.spec.rules
    return file.mapped.frame.assign(
        source_file=file.source.name,
        source_format=file.spec.name,
        local_ids=rules.get("local_ids", False),
        labels_are_messages=rules.get("conversation_is_message", False),
        own_space=rules.get("own_space", False),
        brands_from_authors=rules.get("brands_from_authors", False),
        keep=rules.get("keep", "earliest"),
    )


def _kinds(table: pd.DataFrame) -> pd.Series:
    kind = table["kind"]
    for column, name in (("reposted_id", "repost"), ("reply_to_id", "reply"), ("quoted_id", "quote")):
        kind = kind.mask((kind == "") & (table[column] != ""), name)
    return kind.mask(kind == "", "post")


def _languages(table: pd.DataFrame, notes: list[str]) -> pd.Series:
    """Take the platform's own word for the language; guess it for files that have none at all.

    Guessing takes about half a millisecond a text, so in a large file only a sample is guessed, chosen by the text
    itself and not by its place; the language of the others stays open.
    """
    from ..text import detect_language

    given = table["lang"].mask(table["lang"] == "")
    without = given.isna().groupby(table["source_file"]).transform("all") & (table["raw_text"] != "")
    if not without.any():
        return given
    texts = table.loc[without, "raw_text"]
    distinct = sorted(texts.unique(), key=lambda text: (zlib.crc32(text.encode("utf-8", "replace")), text))
    sample = distinct[:MAX_GUESSED]
    guessed = dict(zip(sample, detect_language(sample), strict=True))
    found = texts.map(guessed)
    share = found.dropna().value_counts(normalize=True).head(1)
    most = f"{share.index[0]} in {share.iloc[0]:.0%}" if len(share) else "none"
    some = f", for a sample of {len(sample):,}" if len(sample) < len(distinct) else ""
    notes.append(
        f"the language of {len(texts):,} messages is not in their files; it was guessed from the text{some}: {most}."
    )
    return given.where(~without, texts.map(guessed))


def _mentions(table: pd.DataFrame, tracked: Brands, privacy: str, secret: bytes) -> pd.DataFrame:
    table = table.assign(
        author_id=give_pseudonyms(table, key=secret),
        author_name=table["handle"].mask(table["handle"] == "", table["author"]),
        source_row=table["row"],
    )
    if privacy == "shareable":
        table = redact(table, brands=tracked, key=secret).assign(author_name=None)
    table = table.drop(columns=[column for column in _INNER if column in table.columns])
    table["created_at"] = pd.DatetimeIndex(table["created_at"]).tz_localize("UTC")
    nullable = ["conversation_id", "reply_to_id", "reposted_id", "quoted_id", "author_name", "channel", "url"]
    for column in nullable:
        table[column] = table[column].where(table[column].notna() & (table[column] != ""), None)
    return as_mentions(table)


_INNER = (
    "id", "author", "handle", "reply_to", "reposted", "quoted", "conversation", "reply_to_handle", "reply_to_author", "row",
    "is_reply", "local_ids", "labels_are_messages", "own_space", "brands_from_authors", "keep", "space", "label", "raw_text",
    "retrieved_at",
)  # fmt: skip


def _account(
    mentions: pd.DataFrame,
    files: list[_File],
    dropped: Dropped,
    notes: list[str],
    tracked: Brands,
    brands: Mapping[str, Sequence[str]] | None,
    privacy: str,
) -> ImportReport:
    kept = set(zip(mentions["source_file"], mentions["source_row"], strict=True))
    lost: dict[tuple[str, int], tuple[str, str, str]] = {}
    for file in files:
        name = file.source.name
        for row, reason, detail, record in [*file.records.broken, *file.mapped.set_aside]:
            lost.setdefault((name, row), (reason, detail, record))
    for name, row, reason, detail, record in dropped.rows:
        lost.setdefault((name, row), (reason, detail, record))
    rows = [(*place, *why) for place, why in sorted(lost.items()) if place not in kept]
    set_aside = pd.DataFrame(rows, columns=["source_file", "source_row", "reason", "detail", "record"])
    if privacy == "shareable":
        set_aside["record"] = ""
    n_aside = set_aside.groupby("source_file").size()
    listed = [
        (
            file.source.name,
            file.spec.name,
            file.spec.title,
            file.records.n_read,
            int(n_aside.get(file.source.name, 0)),
            file.mapped.zone,
        )
        for file in files
    ]
    table = pd.DataFrame(
        listed,
        columns=["source_file", "source_format", "format_title", "rows_read", "rows_set_aside", "time_zone"],
    )
    table.insert(4, "rows_kept", table["rows_read"] - table["rows_set_aside"])
    return build(
        mentions, files=table, set_aside=set_aside, notes=tuple(dict.fromkeys([*_doubts(files), *notes])),
        brands=_brand_list(tracked, brands), privacy=privacy,
        n_duplicates=sum(reason == "duplicate" for _, _, reason, *_ in dropped.rows),
    )  # fmt: skip


def _brand_list(tracked: Brands, brands: Mapping[str, Sequence[str]] | None) -> dict[str, list[str]]:
    given = {name: list(entries) for name, entries in (brands or {}).items()}
    return given | {name: [f"@{name}"] for name in tracked.names if name not in given}


def _doubts(files: list[_File]) -> list[str]:
    """Say what each file left open: its zone, its unknown columns, a round number of rows."""
    notes = []
    for file in files:
        name, n_read = file.source.name, file.records.n_read
        notes += file.records.notes + file.mapped.notes + [f"{name}: {note}" for note in file.spec.notes]
        if file.mapped.zone.endswith("(assumed)"):
            zone = file.mapped.zone.removesuffix(" (assumed)")
            notes.append(
                f"{name}: the dates do not say their time zone; {zone} is assumed. Pass tz= if it is another."
            )
        unknown = unknown_columns(file.spec, file.records.columns)
        if unknown:
            shown = ", ".join(unknown[:12]) + (", ..." if len(unknown) > 12 else "")
            notes.append(f"{name}: {len(unknown)} columns are not used: {shown}.")
        if n_read >= 1_000 and n_read in _CAPS:
            notes.append(f"{name}: it holds exactly {n_read:,} rows; the export was probably cut at a limit.")
    return notes


_CAPS = (
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    25_000,
    50_000,
    65_535,
    100_000,
    200_000,
    250_000,
    500_000,
    1_000_000,
    1_048_575,
)
