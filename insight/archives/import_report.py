"""What was read, what was set aside and why, and how far to trust it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import COLUMNS

from . import archive_facts as gathering
from .archive_facts import Whole
from .converters import Notes
from .coverage import DAY, coverage_notes
from .credit import own_words_by_file, own_words_notes
from .dates.unread_dates import FIRST
from .detect import unknown_columns
from .inference.headers import guess_role
from .instructions import way_out
from .partial import MARK
from .reading import File

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CAPS = (
    500, 1_000, 2_000, 5_000, 10_000, 20_000, 25_000, 50_000, 65_535, 100_000, 200_000, 250_000, 500_000,
    1_000_000, 1_048_575,
)  # fmt: skip
_CELL = re.compile(r"(?<=is )(?:'[^\n]{0,80}'|\"[^\n]{0,80}\")")


@dataclass(frozen=True)
class ImportReport:
    """The account of one import; `rows_read` is always `rows_kept` plus the rows in `set_aside`.

    Attributes
    ----------
    files : DataFrame
        One row a file: source_file, source_format, format_title, rows_read, rows_kept, rows_set_aside
        (records), time_zone (`explicit`, a zone, a zone `(assumed)`, or `no dates`); of the messages kept:
        n_quoted (what they quote of others, or a signature, was cut), n_repeated (lines of messages of
        many people were cut), n_placeholders (signed with a name that is no person's), n_automated.
    set_aside : DataFrame
        One row a record left out: source_file, source_row (1-based), reason, detail, record (its start;
        empty in shareable mode).
    columns : DataFrame
        One row a column of mentions: column, n_missing (mentions), share_missing (0 to 1).
    notes : tuple of str
        Doubts and assumptions, one sentence each.
    brands : dict
        Name to handles, addresses and words, as given, or as the source itself marks them.
    named : tuple of str
        Those of `brands` that were given, the own brand first; empty if none was.
    privacy : {'shareable', 'internal'}
        How people are shown.
    partial : DataFrame
        One row a part that a file says it lacks: source_file, missing (what, and how to get it). The messages
        of threads known to be cut have `thread_is_cut` "true" in the mentions: an answer may be in the part
        that is missing.
    n_mentions, n_authors : int
        Messages and distinct people in the table.
    first, last : Timestamp
        The earliest and latest dated message (UTC); NaT if none is dated.
    n_replies, n_parents_present : int
        Messages that answer another, and those whose parent is in the table.
    n_duplicates : int
        Messages set aside because the same message is in the table already.
    volume : DataFrame
        One row a file and day with messages: source_file, day (UTC), n.
    understood : DataFrame
        How the columns of files without a known format were understood, one row a file and role:
        source_file, role, column, reason, certainty (`sure` or `uncertain`).
    """

    files: pd.DataFrame
    set_aside: pd.DataFrame
    columns: pd.DataFrame
    notes: tuple[str, ...]
    brands: dict[str, list[str]]
    privacy: str
    n_mentions: int
    n_authors: int
    first: pd.Timestamp
    last: pd.Timestamp
    n_replies: int
    n_parents_present: int
    n_duplicates: int
    volume: pd.DataFrame = field(default_factory=lambda: _by_day([]))
    named: tuple[str, ...] = ()
    partial: pd.DataFrame = field(default_factory=lambda: _partial([]))
    understood: pd.DataFrame = field(default_factory=lambda: _understood([]))

    def _repr_html_(self) -> str:
        import jinja2

        template = (resources.files(__package__) / "report.html").read_text(encoding="utf-8")
        environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        days = "no dates" if pd.isna(self.first) else f"{self.first:%d %b %Y} to {self.last:%d %b %Y}"
        return environment.from_string(template).render(
            report=self,
            files=self.files.to_dict("records"),
            reasons=list(self.set_aside["reason"].value_counts().items()),
            rows_read=int(self.files["rows_read"].sum()),
            rows_kept=int(self.files["rows_kept"].sum()),
            days=days,
        )


def build(
    db: DuckDBPyConnection,
    files: list[File],
    whole: Whole,
    *,
    dropped: Iterable[tuple[str, int, str, str, str]],
    notes: Notes,
    shareable: bool,
) -> ImportReport:
    """Account for every row that was read; `db` holds the table `mentions`, wherever it lies."""
    dropped = list(dropped)
    set_aside = _set_aside(db, files, dropped)
    n, n_authors, first, last, n_replies, n_present = db.execute("""
        SELECT count(*), count(DISTINCT author_id), min(epoch_us(created_at)), max(epoch_us(created_at)),
            count(reply_to_id), count(*) FILTER (reply_to_id IN (SELECT mention_id FROM mentions))
        FROM mentions
    """).fetchall()[0]
    marks, table = own_words_by_file(db), _files(files, set_aside)
    notes_made = [*_cautions(files), *_written(notes), *_guessed(db, whole), *own_words_notes(db, marks)]
    return ImportReport(
        files=table.join(marks.reindex(table["source_file"], fill_value=0).reset_index(drop=True)),
        set_aside=_shapes_only(set_aside) if shareable else set_aside,
        columns=_missing(db, n),
        notes=tuple(
            dict.fromkeys(
                [*(_shaped(note) if shareable else note for note in notes_made), *coverage_notes(db)]
            )
        ),
        brands=whole.brands.listed,
        named=whole.named,
        privacy="shareable" if shareable else "internal",
        n_mentions=n,
        n_authors=n_authors,
        first=_moment(first),
        last=_moment(last),
        n_replies=n_replies,
        n_parents_present=n_present,
        n_duplicates=sum(reason == "duplicate" for _, _, reason, *_ in dropped),
        volume=_volume(db),
        partial=_partial(files),
        understood=_understood(files),
    )


def _shapes_only(set_aside: pd.DataFrame) -> pd.DataFrame:
    """Show of a cell only where letters and figures stand: it may hold a name."""
    shapes = [_CELL.sub(lambda cell: _shape(cell[0]), detail) for detail in set_aside["detail"]]
    return set_aside.assign(record="", detail=pd.array(shapes, dtype=set_aside["detail"].dtype))


def _shaped(note: str) -> str:
    """Show only the shape of a cell that is no date: it may hold a name."""
    return _CELL.sub(lambda cell: _shape(cell[0]), note) if FIRST in note else note


def _shape(cell: str) -> str:
    return "".join(
        "0" if mark.isdigit() else "A" if mark.isupper() else "a" if mark.isalpha() else mark for mark in cell
    )


def _partial(files: list[File]) -> pd.DataFrame:
    """List what the files say they lack."""
    rows = [
        (file.name, note.removeprefix(MARK))
        for file in files for said in _written(file.notes)
        if (note := said.removeprefix(f"{file.name}: ")).startswith(MARK)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["source_file", "missing"], dtype="str")


def _moment(microseconds: int | None) -> pd.Timestamp:
    return pd.NaT if microseconds is None else pd.Timestamp(microseconds, unit="us", tz="UTC")


def _volume(db: DuckDBPyConnection) -> pd.DataFrame:
    return _by_day(
        db.execute(
            f"SELECT source_file, {DAY}, count(*) FROM mentions WHERE created_at IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    )


def _by_day(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    volume = pd.DataFrame(rows, columns=["source_file", "day", "n"])
    days = volume["day"].to_numpy("datetime64[D]").astype("datetime64[us]")
    return volume.assign(
        source_file=volume["source_file"].astype("str"), day=days, n=volume["n"].astype("int64")
    )


def _understood(files: list[File]) -> pd.DataFrame:
    rows = [
        (
            file.name, one.role, ", ".join(one.columns),
            f"{one.reason}; {file.order}" if one.role == "created_at" and file.order else one.reason,
            "sure" if one.sure else "uncertain",
        )
        for file in files if file.decision is not None for one in file.decision.found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["source_file", "role", "column", "reason", "certainty"])


def _set_aside(
    db: DuckDBPyConnection, files: list[File], dropped: list[tuple[str, int, str, str, str]]
) -> pd.DataFrame:
    """List the records of which nothing is left, each with its first reason."""
    lost: dict[tuple[str, int], tuple[str, str, str]] = {}
    for file in files:
        for row, reason, detail, record in file.set_aside:
            lost.setdefault((file.name, row), (reason, detail, record))
    for name, row, reason, detail, record in sorted(dropped):
        lost.setdefault((name, row), (reason, detail, record))
    kept = set(_kept(db, lost)) if lost else set()
    rows = [(*place, *why) for place, why in sorted(lost.items()) if place not in kept]
    return pd.DataFrame(rows, columns=["source_file", "source_row", "reason", "detail", "record"])


def _kept(db: DuckDBPyConnection, places: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Find the records of which another message is in the table."""
    import pyarrow as pa

    files, rows = zip(*places, strict=True)
    lost = pa.table({"source_file": list(files), "source_row": list(rows)})
    db.register("lost", lost)
    return db.execute(
        "SELECT DISTINCT source_file, source_row FROM mentions SEMI JOIN lost USING (source_file, source_row)"
    ).fetchall()


def _files(files: list[File], set_aside: pd.DataFrame) -> pd.DataFrame:
    n_aside = set_aside["source_file"].value_counts()
    rows = []
    for file in files:
        n_read, n_lost = file.n_read, int(n_aside.get(file.name, 0))
        about = (file.name, file.spec.name, file.spec.title)
        rows.append((*about, n_read, n_read - n_lost, n_lost, file.zone))
    names = [
        "source_file", "source_format", "format_title", "rows_read", "rows_kept", "rows_set_aside",
        "time_zone",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _missing(db: DuckDBPyConnection, n: int) -> pd.DataFrame:
    """Count the missing values of each column; an empty text counts as missing."""
    names = [column.name for column in COLUMNS]
    empty = [f"{name} = ''" if name in ("text", "title") else f"{name} IS NULL" for name in names]
    counts = ", ".join(f"count(*) FILTER ({condition})" for condition in empty)
    missing = db.execute(f"SELECT {counts} FROM mentions").fetchall()[0]
    shares = [count / n if n else 0.0 for count in missing]
    return pd.DataFrame({"column": names, "n_missing": missing, "share_missing": shares})


def _guessed(db: DuckDBPyConnection, whole: Whole) -> list[str]:
    """Say of how many messages the language is a guess."""
    db.execute(
        "SELECT lang, count(*) FROM mentions WHERE list_contains(?, source_file) AND text <> '' GROUP BY 1 "
        "ORDER BY 2 DESC, 1",
        [sorted(whole.wordless)],
    )
    counts = dict(db.fetchall())
    n, n_guessed = sum(counts.values()), sum(n for lang, n in counts.items() if lang)
    if not n_guessed:
        return []
    most = next(lang for lang in counts if lang)
    some = f", for a sample of {gathering.MAX_GUESSED:,}" if whole.guessed < 2**32 else ""
    return [
        f"the language of {n:,} messages is not in their files; it was guessed from the text{some}: "
        f"{most} in {counts[most] / n_guessed:.0%}."
    ]


def _written(notes: Notes) -> list[str]:
    return [note.replace("{n}", f"{n:,}") for note, n in notes.items()]


def _cautions(files: list[File]) -> list[str]:
    """Say what each file left open: repairs, its zone, its unknown columns, a round number of rows."""
    notes: list[tuple[str, str]] = []
    for file in files:
        said = [*_written(file.notes), *file.spec.notes]
        if file.zone.endswith("(assumed)"):
            zone = file.zone.removesuffix(" (assumed)")
            said.append(
                f"the dates do not say their time zone; {zone} is assumed. Pass tz= (--tz) if it is another."
            )
        unknown = unknown_columns(file.spec, file.header)
        if unknown:
            shown = ", ".join(unknown[:12]) + (", ..." if len(unknown) > 12 else "")
            read = {*file.spec.map, *file.spec.extra}
            free = [(role, name) for name in unknown if (role := guess_role(name)) not in read]
            hint = f" {way_out(*free[0])}" if free else ""  # a role that is read is not to be overwritten
            said.append(f"columns that are not used: {shown} ({len(unknown)} in all).{hint}")
        cap = file.spec.rules.get("cap", 0)
        if cap and file.n_read >= cap and file.n_read % cap == 0:
            said.append(
                f"it holds {file.n_read:,} rows; {cap:,} is the most that {file.spec.title} holds, "
                "so the export was cut there. Export again in shorter spans."
            )
        elif file.n_read in _CAPS:
            said.append(
                f"it holds exactly {file.n_read:,} rows, a usual limit of exports; it may be cut there."
            )
        notes += [(file.name, note) for note in said]
    return gathered(notes)


def gathered(notes: Iterable[tuple[str, str]]) -> list[str]:
    """Say once what holds of several files: pairs of file and note -> sentences."""
    files: dict[str, list[str]] = defaultdict(list)
    for name, note in notes:
        own = note.removeprefix(f"{name}: ")
        if name not in files[own]:
            files[own].append(name)
    return [
        f"{names[0]}: {note}" if len(names) == 1 else f"{note.removesuffix('.')} ({len(names):,} files)."
        for note, names in files.items()
    ]
