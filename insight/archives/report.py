"""What was read, what was set aside and why, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any

import pandas as pd

from ..mentions import COLUMNS


@dataclass(frozen=True)
class ImportReport:
    """The account of one import; `rows_read` is always `rows_kept` plus the rows in `set_aside`.

    Attributes
    ----------
    files : DataFrame
        One row a file: source_file, source_format, format_title, rows_read, rows_kept, rows_set_aside (records),
        time_zone (`explicit`, a zone, a zone `(assumed)`, or `no dates`).
    set_aside : DataFrame
        One row a record left out: source_file, source_row (1-based), reason, detail, record (its start; empty in
        shareable mode).
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
        reasons = self.set_aside.groupby("reason").size().sort_values(ascending=False, kind="stable")
        return environment.from_string(template).render(
            report=self,
            files=self.files.to_dict("records"),
            reasons=list(reasons.items()),
            rows_read=int(self.files["rows_read"].sum()),
            rows_kept=int(self.files["rows_kept"].sum()),
            n_set_aside=len(self.set_aside),
            days=_days(self.first, self.last),
        )


def _days(first: pd.Timestamp, last: pd.Timestamp) -> str:
    return "no dates" if pd.isna(first) else f"{first:%d %b %Y} to {last:%d %b %Y}"


def coverage(mentions: pd.DataFrame) -> pd.DataFrame:
    """Count the missing values of each column of mentions; an empty text counts as missing."""
    names = [column.name for column in COLUMNS]
    n_missing = [int((mentions[name].isna() | (mentions[name].astype(object) == "")).sum()) for name in names]
    share = [n / len(mentions) if len(mentions) else 0.0 for n in n_missing]
    return pd.DataFrame({"column": names, "n_missing": n_missing, "share_missing": share})


def build(mentions: pd.DataFrame, **facts: Any) -> ImportReport:  # noqa: ANN401
    """Reckon the figures that follow from the table itself."""
    replies = mentions["reply_to_id"].dropna()
    dated = mentions["created_at"].dropna()
    return ImportReport(
        columns=coverage(mentions),
        n_mentions=len(mentions),
        n_authors=int(mentions["author_id"].nunique()),
        first=dated.min() if len(dated) else pd.NaT,
        last=dated.max() if len(dated) else pd.NaT,
        n_replies=len(replies),
        n_parents_present=int(replies.isin(mentions["mention_id"]).sum()),
        **facts,
    )
