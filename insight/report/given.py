"""A table of mentions in place of an archive."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.archives import Archive
from insight.archives.archive_facts import Whole
from insight.archives.converters import Notes
from insight.archives.detect import Spec
from insight.archives.import_report import build
from insight.archives.large import as_arrow
from insight.archives.privacy.guard import Guard
from insight.archives.reading import File
from insight.archives.sides import found_brands, read_brands
from insight.archives.workplace import database
from insight.mentions import COLUMNS, as_mentions, check_mentions

_NAME = "your table"
_SPEC = Spec(
    "mentions", "a table of mentions", readers=(), shape="", platform="", detect={}, map={}, extra={},
    time={}, reply={}, rules={}, records={}, notes=(),
)  # fmt: skip


def as_archive(mentions: pd.DataFrame) -> Archive:
    """Give a table of mentions the account of an import; names in it are kept, so it counts as internal."""
    whole = all(column.name in mentions for column in COLUMNS)
    table = check_mentions(mentions) if whole else as_mentions(mentions)
    named = table["source_file"].where(table["source_file"] != "", _NAME)
    table = table.assign(source_file=named)
    files = [
        File(str(name), _SPEC, (), int(n), [], Notes(), "explicit")
        for name, n in named.value_counts().sort_index().items()
    ]
    speaking = table.loc[table["side"] == "brand", "brand"].dropna().astype(str).unique()
    no_hashes = np.empty(0, dtype=np.uint64)
    about = Whole(
        (), found_brands(speaking, read_brands(None)), False, frozenset(), frozenset(), 0, no_hashes
    )
    with database() as db:
        db.register("mentions", as_arrow(table))
        report = build(db, files, about, dropped=[], notes=Notes(), shareable=False)
    return Archive(table, report, Guard(shareable=False))
