"""What the caller says of the files: their format, zone, order of day and month, and which column is what."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from insight.mentions import InsightError

from .detect import Spec, plain
from .readers import Records, at

_OWN_NAMES = {
    "mention_id": "id", "author_id": "author", "author_name": "handle", "conversation_id": "conversation",
    "reply_to_id": "reply_to", "reposted_id": "reposted", "quoted_id": "quoted",
}  # fmt: skip
ROLES = (
    "text", "questions", "title", "created_at", "id", "author", "handle", "conversation", "reply_to", "reply",
    "reply_at", "rating", "like_count", "reply_count", "repost_count", "quote_count", "view_count",
    "follower_count", "url", "lang", "side", "channel", "place", "status", "platform", "brand", "addressed",
    "is_public", "automated", "reposted", "quoted", "kind",
)  # fmt: skip

_PLACES = {
    "place": ("extra", "place"), "status": ("extra", "status"), "reply": ("reply", "text"),
    "reply_at": ("reply", "created_at"), "questions": ("records", "open"),
}  # fmt: skip
"""Role -> the table and the key of a spec that name its column, where they are not `[map]` and the role."""

Columns = Mapping[str, tuple[str, ...]]
"""Role -> the columns that fill it, none where it is to stay empty."""


@dataclass(frozen=True)
class Instructions:
    """How the caller wants files to be read; what is not said is found."""

    format: str | None = None
    tz: str | None = None
    day_first: bool | None = None
    columns: Columns = field(default_factory=dict)


def read_roles(columns: Mapping[str, str | Sequence[str] | None] | None) -> Columns:
    """Check the roles of `columns=`, which may be called as the columns of mentions are."""
    found: dict[str, tuple[str, ...]] = {}
    for name, given in (columns or {}).items():
        role = _OWN_NAMES.get(name, name)
        if role not in ROLES:
            turned = isinstance(given, str) and _OWN_NAMES.get(given, given) in ROLES
            way = _near(name, ROLES) + (f" Turn it round: columns={{{given!r}: {name!r}}}." if turned else "")
            raise InsightError(
                f"columns= names {name!r}, which is nothing that a column can hold.{way} "
                f"Choose among {', '.join(ROLES)}."
            )
        listed = () if given is None else (given,) if isinstance(given, str) else given
        if not isinstance(listed, Sequence) or not all(isinstance(column, str) for column in listed):
            raise InsightError(f"columns[{name!r}] is {given!r}; pass the name of a column, a list, or None.")
        found[role] = tuple(listed)
    return found


def way_out(role: str, column: str) -> str:
    """Say how a column that was not understood is read all the same."""
    table, key = _PLACES.get(role, ("map", role))
    written = json.dumps(column, ensure_ascii=False)
    return (
        f"To read it: columns={{{role!r}: {column!r}}} in Python, or insight map FILE and then "
        f"{key} = {written} under [{table}]."
    )


def corrected(spec: Spec, columns: Columns) -> Spec:
    """Change what a spec reads from where; how it converts a role stays."""
    if not columns:
        return spec
    tables = {name: dict(getattr(spec, name)) for name in ("map", "extra", "reply", "records")}
    for role, names in columns.items():
        name, key = _PLACES.get(role, ("map", role))
        entry = _entry(tables[name].pop(key, None), role, names)
        if entry is not None:
            tables[name][key] = entry
    if "text" not in tables["reply"]:
        tables["reply"] = {}
    made, extra, reply, records = tables.values()
    return replace(spec, map=made, extra=extra, reply=reply, records=records)


def _entry(before: Any, role: str, names: tuple[str, ...]) -> Any:  # noqa: ANN401
    if not names:
        return None
    if isinstance(before, dict):
        kept = {key: value for key, value in before.items() if key not in ("when", "unless", "columns")}
        return {**kept, "from": list(names)}
    return {"from": list(names), "conv": "rating", "scale": "guess"} if role == "rating" else list(names)


def need_named(columns: Columns, here: Collection[str], where: str = "") -> None:
    """Raise an error for a column of `columns=` that a file lacks."""
    known = {plain(name) for name in here}
    for role, names in columns.items():
        for name in (part for joined in names for part in joined.split(" + ")):
            if name not in here and plain(name) not in known:
                raise InsightError(
                    f"{where}columns= takes {name!r} for {role!r}, which is no column.{_near(name, here)} "
                    f"Found {list(here)[:20]}."
                )


def guess_column(name: str, here: Collection[str]) -> str:
    """Take the column that is called so, whatever its case and signs; raise an error if there is none."""
    found = [column for column in here if column == name or plain(column) == plain(name)]
    if not found:
        raise InsightError(f"there is no column {name!r}.{_near(name, here)}")
    return found[0]


def need_in_records(columns: Columns, records: Records, name: str) -> None:
    """Raise an error for a column of `columns=` that the records of a known format lack."""
    if not columns or not (records.objects or records.columns):
        return
    here = list(records.columns)
    if records.objects:
        asked = [path for names in columns.values() for path in names]
        here = sorted({key for item in records.objects[:200] for key in item})
        here += [path for path in asked if any(at(item, path) is not None for item in records.objects)]
    need_named(columns, here, f"{name}: ")


def _near(name: str, among: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(among), n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""
