"""The specs, and which of them a file answers to."""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any

from insight.files import read_toml
from insight.mentions import InsightError

from .converters import CONVERTERS
from .peek import Peek
from .readers import objects_with

KEYS = {
    "format": "name title reader platform notes shape",
    "detect": "all any known keys only scripts",
    "records": "at nested held parts people by_brand each id header open score closed labels skip outer "
    "first own inside",
    "time": "formats zone zone_is_assumed day_first",
    "map": "text title id author handle created_at retrieved_at conversation reply_to reply_to_handle "
    "reply_to_author reposted reposted_text quoted kind side brand addressed is_public automated platform "
    "channel url lang rating like_count reply_count repost_count quote_count view_count follower_count",
    "reply": "text created_at",
    "rules": "kind side addressed own_space keep cap local_ids id_from_url ids_are_links "
    "conversation_is_message brands_from_authors people time_precision dates_optional",
}
"""Every key that a spec may have, by table; `[extra]` takes any name."""
ENTRY_KEYS = "from conv values others scale when unless columns same domains filled"
"""What an entry of `[map]`, `[extra]` or `[reply]` may say of its columns."""


@dataclass(frozen=True)
class Spec:
    """One declarative format: how it is known, what maps to what. The TOML files in `specs` are the data."""

    name: str
    title: str
    readers: tuple[str, ...]
    shape: str
    platform: str
    detect: dict[str, Any]
    map: dict[str, Any]
    extra: dict[str, Any]
    time: dict[str, Any]
    reply: dict[str, Any]
    rules: dict[str, Any]
    records: dict[str, Any]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A spec found in a file: for tables with the delimiter or sheet, the header and its row (from 0)."""

    spec: Spec
    score: int
    part: str = ""
    header: tuple[str, ...] = ()
    header_row: int = 0


@functools.cache
def load_specs() -> dict[str, Spec]:
    """Read every spec that ships with the package, and those in the user's folder `formats`."""
    folder = resources.files(__package__) / "specs"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    specs = [
        as_spec(tomllib.loads((folder / name).read_text(encoding="utf-8")))
        for name in files
        if name[0] != "_"
    ]
    try:
        own = [read_spec(path) for path in sorted(user_folder().glob("*.toml"))]
    except RuntimeError:  # a user without a home has no specs in it
        own = []
    return {spec.name: spec for spec in (*specs, *own)}


def user_folder() -> Path:
    """Name the folder of a user's own specs: they are tried beside those of the package."""
    from platformdirs import user_config_dir

    return Path(user_config_dir("insight", appauthor=False)) / "formats"


def read_spec(path: Path) -> Spec:
    """Read a spec that a user wrote, or that `insight map` proposed."""
    try:
        data = read_toml(path, what="the map", way_out="Write one with insight map.")
        spec = as_spec(data)
        text, formats = spec.map["text"], spec.time["formats"]
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise InsightError(
            f"the map {path.name!r} lacks {error}; it needs [format] name, title and reader, [time] formats "
            "and [map] text. Write one with insight map."
        ) from error
    if wrong := _wrong(spec, text, formats) or _unknown(data):
        end = "" if wrong.endswith("?") else "."
        raise InsightError(f"the map {path.name!r}: {wrong}{end} Write one with insight map.")
    return replace(spec, rules=rules_of_answered(spec.map, spec.reply) | spec.rules)


def rules_of_answered(roles: Collection[str], reply: Collection[str]) -> dict[str, Any]:
    """Give the rules of rows that hold a brand's answer: customers wrote them to it, unless a column says."""
    if "text" not in reply or {"side", "brand", "reply_to"} & {*roles}:
        return {}
    return {"side": "customer", "own_space": True}


def _wrong(spec: Spec, text: object, formats: object) -> str:
    """Say what is wrong with a spec that has all its parts; "" if nothing is."""
    if not sources(text) or not isinstance(formats, list):
        return "[map] text names no column, or [time] formats is no list"
    for name in ("detect", "map", "extra", "time", "reply", "rules", "records"):
        if not isinstance(getattr(spec, name), dict):
            return f"[{name}] is no table"
    for name, entry in (*spec.map.items(), *spec.extra.items(), *spec.reply.items()):
        if not isinstance(entry, str | list | dict) or not all(
            isinstance(one, str) for one in sources(entry)
        ):
            return f"{name} = {entry!r} is neither a column nor a list of columns"
        conv = entry.get("conv") if isinstance(entry, dict) else None
        if conv is not None and conv not in CONVERTERS:
            return f"{name} has conv = {conv!r}; known are {', '.join(sorted(CONVERTERS))}"
    return ""


def _unknown(data: dict[str, Any]) -> str:
    """Name the first key of a spec that nothing reads, with the nearest that something does; "" if none."""
    known = {**KEYS, "extra": "", "": " ".join([*KEYS, "extra"])}
    given = [("", table) for table in data] + [(table, key) for table in data for key in data[table]]
    for table, key in given:
        keys = known.get(table, "").split()
        if key not in keys and table != "extra":
            near = difflib.get_close_matches(key, keys, n=1)
            where = f"[{table}] {key}" if table else f"[{key}]"
            return f"nothing reads {where}" + (f"; did you mean {near[0]!r}?" if near else "")
    return ""


def as_spec(data: dict[str, Any]) -> Spec:
    """Make a spec of the tables of its TOML."""
    about = data["format"]
    tables = {
        key: data.get(key, {}) for key in ("detect", "map", "extra", "time", "reply", "rules", "records")
    }
    notes = tuple(about.get("notes", ()))
    return Spec(
        about["name"],
        about["title"],
        tuple(about["reader"].split(" or ")),
        about.get("shape", ""),
        about.get("platform", "unknown"),
        **tables,
        notes=notes,
    )


@functools.cache
def _lookalikes() -> list[dict[str, Any]]:
    text = (resources.files(__package__) / "specs" / "_lookalikes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["lookalike"]


def detect(look: Peek, name: str, *, format: str | None = None) -> Match | None:
    """Choose the spec whose signature a file carries best; None where none fits and the content must decide.

    Raises
    ------
    InsightError
        The file only looks like messages, or is not of the format asked for; named with the way out.
    """
    specs = load_specs()
    if format is not None and format.endswith(".toml"):
        own = read_spec(Path(format).expanduser())
        specs, format = {own.name: own}, own.name
    if format is not None and format not in specs:
        raise InsightError(f"format={format!r} is not known. Known formats: {', '.join(sorted(specs))}.")
    if any(_is_schema(value) for value in look.values):
        raise InsightError(
            f"{name}: this file describes the fields of an API (a JSON schema), not messages. Pass the data."
        )
    tried = [specs[format]] if format else list(specs.values())
    matches = [match for spec in tried for match in _matches(look, spec)]
    if not matches:
        if format or (reason := _lookalike(look)):
            raise InsightError(f"{name}: {_misfit(look, format) if format else reason}")
        return None
    return max(matches, key=lambda match: (match.score, match.spec.name))


def _is_schema(value: Any) -> bool:  # noqa: ANN401
    named = isinstance(value, dict) and isinstance(value.get("properties"), dict)
    return named and ("$schema" in value or "object" in value.get("type", ""))


def _matches(look: Peek, spec: Spec) -> Iterable[Match]:
    if look.script or (look.shape in spec.readers and "keys" in spec.detect):
        yield from _json_matches(look, spec)
    if look.shape in ("table", "sheet", "columns") and {"table", "survey"} & set(spec.readers):
        for part, rows in look.tables.items():
            found = [_table_match(spec, part, row, cells) for row, cells in enumerate(rows)]
            yield from [max(found, key=_rank)] if any(match.score for match in found) else []


def _rank(match: Match) -> tuple[int, int]:
    return match.score, -match.header_row


def _json_matches(look: Peek, spec: Spec) -> Iterable[Match]:
    if look.script:
        if look.script in spec.detect.get("scripts", ()):
            yield Match(spec, 100)
        return
    for signature in spec.detect.get("keys", ()):
        held = (next(objects_with(value, signature), None) for value in look.values)
        only = spec.detect.get("only")
        if any(item is not None and (only is None or set(item) <= set(only)) for item in held):
            yield Match(spec, 10 + len(signature))
            return


def _table_match(spec: Spec, part: str, row: int, cells: list[str]) -> Match:
    header = tuple(cell.strip().lstrip("\ufeff").strip() for cell in cells)
    names = {plain(name) for name in header if name}
    if spec.records.get("header") is False:
        return Match(spec, 20 + len(header), part, header, -1) if row == 0 else Match(spec, 0)
    needed = [plain(name) for name in spec.detect.get("all", ())]
    wanted = [plain(name) for name in spec.detect.get("any", ())]
    hits = sum(name in names for name in wanted)
    fits = bool(needed or wanted) and set(needed) <= names and (not wanted or hits > 0)
    fits = fits and _has_words(spec, names)
    return Match(spec, (20 + 5 * len(needed) + hits) if fits else 0, part, header, row)


def _has_words(spec: Spec, names: set[str]) -> bool:
    """Whether a header has a column for the words: without one another tool wrote it, in similar headers."""
    paths = [part for path in sources(spec.map.get("text")) for part in path.split(" + ")]
    own = [path for path in paths if path[:1] != "_"]
    return len(own) < len(paths) or any(
        plain(part) in names for path in own for part in (path, path.partition(".")[0])
    )


@functools.lru_cache(4_096)
def plain(name: str) -> str:
    """Reduce a header to lower-case words joined by `_`, so that `Created At` and `created_at` are one."""
    return re.sub(r"[\W_]+", "_", name.strip().casefold()).strip("_")


def paths_of(spec: Spec) -> list[str]:
    """List every column or path that a spec reads."""
    entries = (*spec.map.values(), *spec.extra.values(), *spec.reply.values(), spec.records.get("open", []))
    return [path for entry in entries for source in sources(entry) for path in source.split(" + ")]


def unknown_columns(spec: Spec, header: Iterable[str]) -> list[str]:
    """List the columns that neither the map nor the list of known columns names: the format has drifted."""
    used = {plain(part) for path in paths_of(spec) for part in (path, path.partition(".")[0])}
    used |= {plain(column) for column in (*spec.detect.get("all", ()), *spec.detect.get("any", ()))}
    known = [pattern.casefold() for pattern in spec.detect.get("known", ())]
    return [
        column
        for column in header
        if column
        and not column.startswith("(unnamed ")
        and plain(column) not in used
        and not any(fnmatchcase(column.casefold(), pattern) for pattern in known)
    ]


def sources(entry: Any) -> list[str]:  # noqa: ANN401
    """List the columns or paths that an entry of a map reads."""
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, list):
        return entry
    if not isinstance(entry, dict):
        return []
    conditions = [entry[key]["column"] for key in ("when", "unless") if key in entry]
    named = entry.get("from", [])
    return ([named] if isinstance(named, str) else list(named)) + conditions


def _lookalike(look: Peek) -> str:
    """Say what a file is that looks like messages and holds none; "" if nothing is known against it."""
    if look.shape == "page":
        return (
            "this page holds no message of a saved chat (Telegram, Discord, iMessage, Element) or of a "
            "Facebook or Instagram download, the only ones that are read as HTML. Ask for the export as JSON."
        )
    if look.script:
        part = f"this part of an X archive ({look.script}) holds no posts"
        return f"{part}; pass tweets.js or the whole archive."
    names = {
        plain(cell) for rows in look.tables.values() for cells in rows for cell in cells if len(cell) < 60
    }
    for lookalike in _lookalikes():
        if "keys" in lookalike and any(next(objects_with(v, lookalike["keys"]), None) for v in look.values):
            return lookalike["reason"]
        if any(set(option) <= names for option in lookalike.get("columns", ())):
            return f"{lookalike['reason']} Found the columns {_header(look)}."
    return ""


def _misfit(look: Peek, format: str | None) -> str:
    found = f"the columns {_header(look)}" if look.tables else f"the keys {_keys(look)}"
    return f"nothing was found that fits format={format!r}. Found {found}. {WAY_OUT}"


def _keys(look: Peek) -> list[str]:
    lists = [value if isinstance(value, list) else [value] for value in look.values]
    return sorted({key for items in lists for item in items[:5] if isinstance(item, dict) for key in item})[
        :12
    ]


def _header(look: Peek) -> list[str]:
    rows = [max(rows, key=len) for rows in look.tables.values() if rows]
    rows += [rows[0] for rows in look.tables.values() if rows]
    wordy = max(
        rows, key=lambda cells: sum(bool(cell) and not _is_number(cell) for cell in cells), default=[]
    )
    return [cell[:40] for cell in wordy][:12]


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[\d.,:/ -]+", cell))


WAY_OUT = (
    "Say which column holds what: columns={'text': ...} in Python, 'insight map FILE' once for all. Or name "
    "a known format with format= (--format), or give the table headers that say what they hold: text, and "
    "as far as known id, author, created_at, thread, reply_to, channel, side, rating."
)
