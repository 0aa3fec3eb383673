"""Tables with several messages in one row: a column for each comment, or a log in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .detect import plain
from .readers import Records
from .unfolded import AUTHOR, KIND, TEXT, TIME, turns_of

_NUMBERED = re.compile(r"_\d+$")


def with_parts(records: Records, rules: dict[str, Any]) -> Records:
    """Give every message in the cells of `each` a row of its own, behind the row that it stands in.

    `each` names the columns and how a cell is cut: at the first of the signs `split`, or as a log of a chat;
    `into` names the new columns. `outer` copies columns into all rows.
    """
    each = rules.get("each")
    if not isinstance(each, dict) or not records.columns:
        return records
    names = {plain(name): name for name in reversed(records.columns)}
    family = [name for name in records.columns if _NUMBERED.sub("", plain(name)) == plain(each["columns"])]
    outer = {new: names.get(plain(old), "") for new, old in rules.get("outer", {}).items()}
    rows, cells = list[int](), {name: list[str]() for name in (*records.columns, *outer, *each["into"])}
    for at, row in enumerate(records.rows):
        own = {name: column[at] for name, column in records.columns.items()}
        shared = {new: own.get(old, "") for new, old in outer.items()}
        parts = [part for name in family if own[name].strip() for part in _cut(own[name], each)]
        bare = {name: "" if name in family else cell for name, cell in own.items()}
        for values in ({**bare, **shared}, *({**shared, **part} for part in parts)):
            rows.append(row)
            for name, column in cells.items():
                column.append(values.get(name, ""))
    return replace(records, rows=rows, columns=cells, header=tuple(records.columns))


def _cut(cell: str, each: dict[str, Any]) -> Iterator[dict[str, str]]:
    into = each["into"]
    if not each.get("log"):
        parts = cell.split(each["split"], len(into) - 1)
        yield dict(zip(into, parts if len(parts) == len(into) else ["", "", cell], strict=True))
        return
    turns = [turn for turn in turns_of(cell) if TIME in turn] or [{TEXT: cell}]
    for turn in turns:
        who = f"{turn.get(AUTHOR, '')} ({turn[KIND]})" if KIND in turn else turn.get(AUTHOR, "")
        yield dict(zip(into, (turn.get(TIME, ""), who, turn[TEXT]), strict=True))
