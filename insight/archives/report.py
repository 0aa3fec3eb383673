"""What was read, what was set aside and why, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..mentions import COLUMNS
from .coverage import coverage_notes, gathered
from .detect import Spec, unknown_columns

if TYPE_CHECKING:
    from .mapping import Mapped
    from .readers import Records

_CAPS = (
    1_000, 2_000, 5_000, 10_000, 20_000, 25_000, 50_000, 65_535, 100_000, 200_000, 250_000, 500_000,
    1_000_000, 1_048_575,
)  # fmt: skip


@dataclass(frozen=True)
class ImportReport:
    """The account of one import; `rows_read` is always `rows_kept` plus the rows in `set_aside`.

    Attributes
    ----------
    files : DataFrame
        One row a file: source_file, source_format, format_title, rows_read, rows_kept, rows_set_aside
        (records), time_zone (`explicit`, a zone, a zone `(assumed)`, or `no dates`).
    set_aside : DataFrame
        One row a record left out: source_file, source_row (1-based), reason, detail, record (its start;
        empty in shareable mode).
    columns : DataFrame
        One row a column of mentions: column, n_missing (mentions), share_missing (0 to 1).
    notes : tuple of str
        Doubts and assumptions, one sentence each.
    brands : dict
        Name to handles, addresses and words, as given, or as the source itself marks them.
    privacy : {'shareable', 'internal'}
        How people are shown.
    n_mentions, n_authors : int
        Messages and distinct people in the table.
    first, last : Timestamp
        The earliest and latest dated message (UTC); NaT if none is dated.
    n_replies, n_parents_present : int
        Messages that answer another, and those whose parent is in the table.
    n_duplicates : int
        Messages set aside because the same message is in the table already.
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


@dataclass(frozen=True)
class File:
    """One file on its way: its name, its format, what it holds and what came of it."""

    name: str
    spec: Spec
    records: Records
    mapped: Mapped


def build(
    mentions: pd.DataFrame,
    files: list[File],
    *,
    dropped: Iterable[tuple[str, int, str, str, str]],
    notes: Iterable[str],
    brands: dict[str, list[str]],
    privacy: str,
) -> ImportReport:
    """Account for every row that was read."""
    dropped = list(dropped)
    set_aside = _set_aside(mentions, files, dropped)
    replies, dated = mentions["reply_to_id"].dropna().to_numpy(object), mentions["created_at"].dropna()
    present = set(mentions["mention_id"].to_numpy(object))
    return ImportReport(
        files=_files(files, set_aside),
        set_aside=set_aside.assign(record="") if privacy == "shareable" else set_aside,
        columns=_coverage(mentions),
        notes=tuple(dict.fromkeys([*_doubts(files), *notes, *coverage_notes(mentions)])),
        brands=brands,
        privacy=privacy,
        n_mentions=len(mentions),
        n_authors=int(mentions["author_id"].nunique()),
        first=dated.min() if len(dated) else pd.NaT,
        last=dated.max() if len(dated) else pd.NaT,
        n_replies=len(replies),
        n_parents_present=sum(parent in present for parent in replies),
        n_duplicates=sum(reason == "duplicate" for _, _, reason, *_ in dropped),
    )


def _set_aside(
    mentions: pd.DataFrame, files: list[File], dropped: list[tuple[str, int, str, str, str]]
) -> pd.DataFrame:
    """List the records of which nothing is left, each with its first reason."""
    lost: dict[tuple[str, int], tuple[str, str, str]] = {}
    for file in files:
        for row, reason, detail, record in (*file.records.broken, *file.mapped.set_aside):
            lost.setdefault((file.name, row), (reason, detail, record))
    for name, row, reason, detail, record in dropped:
        lost.setdefault((name, row), (reason, detail, record))
    near = mentions[mentions["source_row"].isin([row for _, row in lost])]
    kept = set(zip(near["source_file"], near["source_row"], strict=True))
    rows = [(*place, *why) for place, why in sorted(lost.items()) if place not in kept]
    return pd.DataFrame(rows, columns=["source_file", "source_row", "reason", "detail", "record"])


def _files(files: list[File], set_aside: pd.DataFrame) -> pd.DataFrame:
    n_aside = set_aside["source_file"].value_counts()
    rows = []
    for file in files:
        n_read, n_lost = file.records.n_read, int(n_aside.get(file.name, 0))
        about = (file.name, file.spec.name, file.spec.title)
        rows.append((*about, n_read, n_read - n_lost, n_lost, file.mapped.zone))
    names = [
        "source_file",
        "source_format",
        "format_title",
        "rows_read",
        "rows_kept",
        "rows_set_aside",
        "time_zone",
    ]
    return pd.DataFrame(rows, columns=names)


def _coverage(mentions: pd.DataFrame) -> pd.DataFrame:
    """Count the missing values of each column; an empty text counts as missing."""
    rows = []
    for name in (column.name for column in COLUMNS):
        values: Any = mentions[name]
        missing = values.isna() | (values == "") if name in ("text", "title") else values.isna()
        rows.append((name, int(missing.sum()), float(missing.mean()) if len(mentions) else 0.0))
    return pd.DataFrame(rows, columns=["column", "n_missing", "share_missing"])


def _doubts(files: list[File]) -> list[str]:
    """Say what each file left open: repairs, its zone, its unknown columns, a round number of rows."""
    notes: list[tuple[str, str]] = []
    for file in files:
        said = [*file.records.notes, *file.mapped.notes, *file.spec.notes]
        if file.mapped.zone.endswith("(assumed)"):
            zone = file.mapped.zone.removesuffix(" (assumed)")
            said.append(
                f"the dates do not say their time zone; {zone} is assumed. Pass tz= if it is another."
            )
        unknown = unknown_columns(file.spec, file.records.columns)
        if unknown:
            shown = ", ".join(unknown[:12]) + (", ..." if len(unknown) > 12 else "")
            said.append(f"columns that are not used: {shown} ({len(unknown)} in all).")
        cap = file.spec.rules.get("cap", 0)
        if cap and file.records.n_read >= cap and file.records.n_read % cap == 0:
            said.append(
                f"it holds {file.records.n_read:,} rows; {cap:,} is the most that {file.spec.title} holds, "
                "so the export was cut there. Export again in shorter spans."
            )
        elif file.records.n_read in _CAPS:
            said.append(
                f"it holds exactly {file.records.n_read:,} rows; the export was probably cut at a limit."
            )
        notes += [(file.name, note) for note in said]
    return gathered(notes)
