"""How much of an archive is not its authors' own: quotes, repeated lines, placeholder names, machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .repeated import MANY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COUNTED = {
    "n_quoted": ("words_cut", "words_cut LIKE '%quoted%'"),
    "n_repeated": ("words_cut", "words_cut LIKE '%repeated%'"),
    "n_placeholders": ("placeholder", "placeholder <> ''"),
    "n_automated": ("automated", "automated"),
}
"""Name of a count -> the column of mentions that it takes, and which of its rows count."""
_NAMES = 3


def own_words_by_file(db: DuckDBPyConnection) -> pd.DataFrame:
    """Count the messages of the table `mentions` that each file brought, by file."""
    there = {name for name, *_ in db.execute("DESCRIBE SELECT * FROM mentions").fetchall()}
    counts = [f"count(*) FILTER ({which})" if column in there else "0" for column, which in _COUNTED.values()]
    rows = db.execute(
        f"SELECT source_file, {', '.join(counts)} FROM mentions GROUP BY 1 ORDER BY 1"
    ).fetchall()
    table = pd.DataFrame(rows, columns=["source_file", *_COUNTED]).set_index("source_file")
    return table.astype("int64")


def own_words_notes(db: DuckDBPyConnection, marks: pd.DataFrame) -> list[str]:
    """Say of each file what was cut from its texts, and how many messages no person signed."""
    notes = []
    for file, counts in marks.iterrows():
        n_quoted, n_repeated, n_unsigned, n_automated = map(int, counts)
        for n, word, what in (
            (n_quoted, "quoted", "quote others or end in a signature: these words were cut"),
            (
                n_repeated,
                "repeated",
                f"hold lines that stand word for word in messages of {MANY} people or more (templates, "
                "footers, campaigns): these lines were cut",
            ),
        ):
            if n:
                notes.append(f"{file}: {_messages(n)} {what}{_emptied(db, str(file), word)}.")
        if n_unsigned:
            notes.append(
                f"{file}: {_messages(n_unsigned)} signed with a name that is no person's "
                f"({_names(db, str(file))}) have no author."
            )
        if n_automated:
            notes.append(
                f"{file}: {_messages(n_automated)} sent automatically (receipts, notices of absence) answer "
                "no one and are left out of counts of people."
            )
    return notes


def _messages(n: int) -> str:
    return f"{n:,} message{'' if n == 1 else 's'}"


def _emptied(db: DuckDBPyConnection, file: str, word: str) -> str:
    said = "SELECT count(*) FROM mentions WHERE source_file = ? AND text = '' AND contains(words_cut, ?)"
    n = db.execute(said, [file, word]).fetchall()[0][0]
    return f"; {n:,} of them {'holds' if n == 1 else 'hold'} nothing else" if n else ""


def _names(db: DuckDBPyConnection, file: str) -> str:
    found = db.execute(
        "SELECT placeholder, count(*) FROM mentions WHERE source_file = ? AND placeholder <> '' "
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        [file],
    ).fetchall()
    shown = ", ".join(f"'{name[:40]}'" for name, _ in found[:_NAMES])
    return shown + (", ..." if len(found) > _NAMES else "")
