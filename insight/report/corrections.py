"""What people correct without code, read again: names and merges of topics, states of ideas, notes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.files import read_cells, read_toml, unescape_formula
from insight.mentions import InsightError

if TYPE_CHECKING:
    from insight.archives.privacy.guard import Guard
    from insight.text.encode import Encoder
    from insight.topics import Topics

FOLDER = "insight-edits"
TOPICS, NEEDS, IDEAS, NOTES = "topics.toml", "needs.toml", "ideas.csv", "notes.csv"


def find_edits(config_path: Path | None) -> Path | None:
    """Find the folder of edits beside insight.toml."""
    folder = None if config_path is None else config_path.parent / FOLDER
    return folder if folder is not None and folder.is_dir() else None


def edit_topics(topics: Topics, folder: Path) -> Topics:
    """Put the names and merges of topics.toml on newly fitted topics."""
    from insight.topics.edits import apply_edits

    path = folder / TOPICS
    return apply_edits(topics, path) if path.is_file() else topics


def update_ideas(
    customers: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    folder: Path,
    encoder: Encoder | str | None,
    guard: Guard,
) -> pd.DataFrame:
    """Bring the ideas of this archive into the ledger; states and notes that people wrote stay.

    Entries are named and joined by ids as files show them, then given the ids of the table.
    """
    from insight.needs.idea_ledger import UNSIGNED, read_ledger, update_ledger
    from insight.needs.mine_ideas import mine_ideas

    native = guard.native(customers["mention_id"])
    shown = {own: file for file, own in native.items()}
    said, found = (table.assign(mention_id=table["mention_id"].map(shown)) for table in (customers, signals))
    ledger = shown_ledger(read_ledger(folder / IDEAS), guard)
    updated = update_ledger(ledger, mine_ideas(said, found, encoder=encoder))
    writers = dict(zip(said["mention_id"], said["author_id"].fillna(UNSIGNED), strict=True))
    rows = zip(updated["mention_ids"], updated["author_ids"], strict=True)
    authors = [[writers.get(one, who) for one, who in zip(*row, strict=True)] for row in rows]
    own = [[native.get(one, one) for one in ids] for ids in updated["mention_ids"]]
    return updated.assign(
        mention_ids=pd.Series(own, index=updated.index, dtype=object),
        author_ids=pd.Series(authors, index=updated.index, dtype=object),
    )


def read_names(folder: Path) -> dict[str, str]:
    """Read the names that people give to needs: found name to name, two of one name become one need."""
    path = folder / NEEDS
    if not path.is_file():
        return {}
    names = read_toml(path, what="the names of problems", way_out="Keep its table [names].").get("names", {})
    if not isinstance(names, dict):
        raise InsightError(f"{path} has names = {names!r}; keep its table [names].")
    wrong = [name for name, given in names.items() if not (isinstance(given, str) and given.strip())]
    if wrong:
        raise InsightError(f'{path} gives {wrong} no name; write "found name" = "your name".')
    return {name: given.strip() for name, given in names.items()}


def shown_ledger(ledger: pd.DataFrame, guard: Guard) -> pd.DataFrame:
    """Return a ledger with ids as files show them."""
    ids = [[guard.shown(one) for one in named] for named in ledger["mention_ids"]]
    return ledger.assign(mention_ids=pd.Series(ids, index=ledger.index, dtype=object))


def read_notes(folder: Path, native: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read notes on messages, no file as none; `native` gives the ids of the table for those in files."""
    path = folder / NOTES
    if not path.is_file():
        return pd.DataFrame({"mention_id": pd.Series(dtype="str"), "note": pd.Series(dtype="str")})
    notes = read_cells(path, what="the notes", way_out="Keep mention_id and note.")
    if not {"mention_id", "note"} <= set(notes.columns):
        raise InsightError(f"{path} has the columns {list(notes.columns)}; it needs mention_id and note.")
    notes = notes.assign(mention_id=notes["mention_id"].map(unescape_formula))
    written = notes[notes["note"].str.strip() != ""]
    own = [(native or {}).get(one, one) for one in written["mention_id"]]
    return (
        written.assign(mention_id=own).groupby("mention_id", sort=True)["note"].agg("; ".join).reset_index()
    )
