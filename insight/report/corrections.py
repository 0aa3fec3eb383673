"""What people correct without code: names and merges of topics, states of ideas, notes; kept run by run."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.files import unescape_formula, write_file, write_table
from insight.mentions import InsightError

if TYPE_CHECKING:
    from insight.archives.privacy.guard import Guard
    from insight.needs import Needs
    from insight.text.encode import Encoder
    from insight.topics import Topics

    from .results import Results

FOLDER = "insight-edits"
TOPICS, NEEDS, IDEAS, NOTES = "topics.toml", "needs.toml", "ideas.csv", "notes.csv"

_HEAD = """\
# Names and merges of topics, known again by their words. Yours: what stands above the line below is kept.
# To name a topic, copy its entry from below, take off the # and write the name. To make one topic of two:
# [[merge]]
# topics = [["words", "of", "one"], ["words", "of", "the other"]]
"""
_LINE = "# ---- below this line every run writes its topics again ----"
_KNOWN = len("# ---- below this line")
"""Letters by which a line of an earlier version is known again."""


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
    try:
        names = tomllib.loads(path.read_text(encoding="utf-8")).get("names", {})
    except (OSError, ValueError) as error:
        raise InsightError(f"{path} cannot be read: {error}. Keep its table [names].") from error
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
    try:
        notes = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InsightError(f"{path} cannot be read: {error}. Keep mention_id and note.") from error
    if not {"mention_id", "note"} <= set(notes.columns):
        raise InsightError(f"{path} has the columns {list(notes.columns)}; it needs mention_id and note.")
    notes = notes.assign(mention_id=notes["mention_id"].map(unescape_formula))
    written = notes[notes["note"].str.strip() != ""]
    own = [(native or {}).get(one, one) for one in written["mention_id"]]
    return (
        written.assign(mention_id=own).groupby("mention_id", sort=True)["note"].agg("; ".join).reset_index()
    )


def save_edits(results: Results, folder: Path) -> list[Path]:
    """Write what people may edit next: this run's topics, the idea ledger, an empty list of notes if none."""
    written = []
    if results.topics is not None:
        written.append(write_file(folder / TOPICS, _topics_file(results.topics, folder / TOPICS).encode()))
    if results.voiced is not None:
        written.append(write_file(folder / NEEDS, _needs_file(results.voiced, folder / NEEDS).encode()))
    if results.ledger is not None:
        from insight.needs.idea_ledger import write_ledger

        write_ledger(shown_ledger(results.ledger, results.guard), folder / IDEAS)
        written.append(folder / IDEAS)
    if not (folder / NOTES).exists():
        written.append(write_table(folder / NOTES, pd.DataFrame(columns=["mention_id", "note"])))
    return written


_NEEDS_HEAD = """\
# Names of needs. To name one, copy its line from below to under [names], take off the # and change what is on
# the right. Needs that are given one name become one.
[names]
"""


def _needs_file(needs: Needs, path: Path) -> str:
    own = path.read_text(encoding="utf-8").partition(_LINE[:_KNOWN])[0] if path.is_file() else _NEEDS_HEAD
    shown = needs.table.loc[~needs.table["general"], "name"]
    return (
        "\n".join([own.rstrip(), "", _LINE, *(f"# {_quoted(name)} = {_quoted(name)}" for name in shown)])
        + "\n"
    )


def _topics_file(topics: Topics, path: Path) -> str:
    own = (
        path.read_text(encoding="utf-8").partition(_LINE[:_KNOWN])[0].rstrip()
        if path.is_file()
        else _HEAD.rstrip()
    )
    lines = [own, "", _LINE]
    for topic, name in zip(topics.table["topic"], topics.table["name"], strict=True):
        if topic >= 0 and topic not in topics.given:
            words = topics.terms.loc[topics.terms["topic"] == topic, "term"].tolist()
            entry = (f"name = {_quoted(name)}", f"words = {_quoted(words)}")
            lines += ["#", "# [[topic]]", *(f"# {line}" for line in entry)]
    return "\n".join(lines) + "\n"


def _quoted(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
