"""The files in which people correct a run without code, written for them to edit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.files import write_file, write_table

from .corrections import IDEAS, NEEDS, NOTES, TOPICS, shown_ledger

if TYPE_CHECKING:
    from insight.needs import Needs
    from insight.topics import Topics

    from .results import Results

_HEAD = """\
# Names and merges of topics, known again by their words. Yours: what stands above the line below is kept.
# To name a topic, copy its entry from below, take off the # and write the name. To make one topic of two:
# [[merge]]
# topics = [["words", "of", "one"], ["words", "of", "the other"]]
"""
_LINE = "# ---- below this line every run writes its topics again ----"
_KNOWN = len("# ---- below this line")
"""Letters by which a line of an earlier version is known again."""


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
