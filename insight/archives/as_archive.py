"""What reading gives, and a table of mentions in place of an archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

import numpy as np
import pandas as pd

from insight.mentions import COLUMNS, InsightError, as_mentions, check_mentions

from .archive_facts import Whole
from .converters import Notes
from .detect import Spec
from .frames import ArrowTable, is_table, names_of
from .import_report import ImportReport, build
from .large import as_arrow
from .privacy.guard import Guard
from .reading import File
from .sides import found_brands, read_brands
from .workplace import database

_SPEC = Spec(
    "mentions", "a table of mentions", readers=(), shape="", platform="", detect={}, map={}, extra={},
    time={}, reply={}, rules={}, records={}, notes=(),
)  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """The mentions of one or more exports, and the report on how they were read.

    Attributes
    ----------
    mentions : DataFrame
        One row a message; columns as in `insight.mentions.COLUMNS`, extra columns behind them.
    report : ImportReport
        Rows read, kept and skipped, coverage, warnings.
    guard : Guard
        How files made of it name messages, and who was deleted.
    """

    mentions: pd.DataFrame
    report: ImportReport
    guard: Guard = field(default_factory=Guard, repr=False)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()


def is_mentions(table: object) -> TypeGuard[ArrowTable]:
    """Return whether a table in memory has every column of mentions."""
    return is_table(table) and {column.name for column in COLUMNS} <= set(names_of(table))


def as_archive(
    mentions: pd.DataFrame | ArrowTable, *, brands: Mapping[str, Sequence[str]] | None = None
) -> Archive:
    """Give a table of mentions the account of an import; names in it are kept, so it counts as internal."""
    table = _sound(mentions)
    if (nameless := table["source_file"] == "").any():
        named = table["source_file"].mask(nameless, f"table of {len(table):,} rows")
        table = table.assign(source_file=named)
    files = [
        File(str(name), _SPEC, (), int(n), [], Notes(), "explicit")
        for name, n in table["source_file"].value_counts().sort_index().items()
    ]
    given = read_brands(brands)
    speaking = table.loc[table["side"] == "brand", "brand"].dropna().astype(str).unique()
    no_hashes = np.empty(0, dtype=np.uint64)
    whole = Whole(given.names, found_brands(speaking, given), False, frozenset(), frozenset(), 0, no_hashes)
    with database() as db:
        db.register("mentions", as_arrow(table))
        report = build(db, files, whole, dropped=[], notes=Notes(), shareable=False)
    return Archive(table, report, Guard(shareable=False))


def _sound(mentions: pd.DataFrame | ArrowTable) -> pd.DataFrame:
    """Keep a table that is sound as it is; give one that went through a file its dtypes back."""
    if not isinstance(mentions, pd.DataFrame) or not is_mentions(mentions):
        return as_mentions(mentions)
    try:
        return check_mentions(mentions)
    except InsightError:
        return check_mentions(as_mentions(mentions))
