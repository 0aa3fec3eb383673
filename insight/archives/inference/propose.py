"""A file that no spec knows -> its layout, the decision on its columns, and the spec that says so."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from insight.archives.boxed_cells import opened
from insight.archives.containers import Source, find_sources, open_archives
from insight.archives.converters import SCALE
from insight.archives.detect import WAY_OUT, Match, as_spec, plain, rules_of_answered
from insight.archives.instructions import Columns
from insight.archives.nested import Place, as_columns, find_records, with_answers
from insight.archives.parsers.openers import OPENERS
from insight.archives.peek import Peek, peek
from insight.archives.readers import Records, values_of
from insight.archives.tables import read_columns, read_sheet, read_table
from insight.archives.unfolded import as_objects, find_parts, spread
from insight.mentions import InsightError

from .headers import header_words, roles
from .understand import SAMPLE, Decision, understand

_EXTRA = ("place", "status")
"""Roles that go beside the columns of every mentions table, under their own names."""
_CELL = re.compile(r"[\d\s.,:/+%$€£-]+|https?://\S+")


@dataclass(frozen=True)
class Inferred:
    """A match made by content, the decision behind it, and the columns of the sample that it was made on."""

    match: Match
    decision: Decision
    toml: str
    sample: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def unused(self) -> list[str]:
        """The columns with values that nothing is read from."""
        paths = [path for one in self.decision.found for name in one.columns for path in name.split(" + ")]
        return [name for name, values in self.sample.items() if name not in paths and any(values)]


def infer(source: Source, look: Peek, columns: Columns | None = None) -> Inferred:
    """Understand a file by its content; what the caller says of `columns` goes first.

    Raises
    ------
    InsightError
        It is neither table nor JSON, or nothing in it can be the words of messages; with the way out.
    """
    try:
        inferred = _json(source, look, columns) if look.shape in ("json", "xml") else None
        inferred = _table(source, look, columns) if look.tables else inferred
        if inferred is not None:
            _need_more(source, inferred.decision)
            return inferred
    except InsightError as error:
        reason = str(error).removeprefix(f"{source.name}: ")
        way_out = "" if reason.startswith("columns=") else f" {WAY_OUT}"
        raise InsightError(f"{source.name}: {reason}{way_out}") from error
    keys = sorted({key for item in look.values if isinstance(item, dict) for key in item})[:12]
    raise InsightError(
        f"{source.name}: it holds no messages of a known kind; found the keys {keys}. {WAY_OUT}"
    )


def _need_more(source: Source, decision: Decision) -> None:
    """Refuse words alone in a file that was not asked for by name: it may be anything."""
    if not source.named and not (decision.of("created_at") or decision.of("author")):
        raise InsightError(
            "it has words, but neither dates nor authors. Pass it by its own name if they are messages."
        )


def propose_map(path: str | Path, columns: Columns | None = None) -> Inferred:
    """Understand one file by its content, whether or not a spec knows it: what `insight map` writes."""
    with open_archives:
        source = find_sources(path)[0]
        return infer(source, peek(source), columns)


def _json(source: Source, look: Peek, columns: Columns | None) -> Inferred:
    if look.shape == "xml":
        with contextlib.closing(OPENERS["xml"](source)) as elements:
            values: list[Any] = list(itertools.islice(elements, SAMPLE))
    else:
        values = [value for value, _, wrong in itertools.islice(values_of(source), SAMPLE) if not wrong]
    place, decision, items = find_records(values, columns)
    about: dict[str, Any] = {
        "at": place.path,
        "nested": list(place.nested),
        "each": list(place.each),
        "by_brand": list(place.by_brand),
    }
    about |= {} if place.held is None else {"held": place.held}
    about |= {"people": dict(place.people)} if place.people else {}
    if decision.of("id") and decision.of("id")[0][:1] != "_":
        about["id"] = decision.of("id")[0]
    records = {key: value for key, value in about.items() if value or key in ("at", "held")}
    sample = as_columns(items[:SAMPLE])
    return _inferred(source.name, decision, reader="json", records=records, sample=sample)


def _table(source: Source, look: Peek, columns: Columns | None) -> Inferred:
    best: tuple[float, Inferred] | None = None
    reasons: list[InsightError] = []
    for part, rows in _candidates(look):
        row = _header_row(rows)
        if row is None:
            continue
        sample = _sample(source, look, part, row)
        header, parts = tuple(sample.columns), find_parts(sample.columns)
        try:
            if parts and parts.get("base"):
                parts, decision, sample = _numbered(sample, parts, columns)
            else:
                sample = spread(sample, parts)
                decision = understand(opened(sample.columns), columns)
        except InsightError as error:
            reasons.append(error)
            continue
        if best is None or decision.strength > best[0]:
            where: dict[str, Any] = {"part": part, "row": row, "sample": opened(sample.columns)}
            where["header"] = header
            records: dict[str, Any] = {} if row >= 0 else {"header": False}
            records |= {"parts": parts} if parts else {}
            inferred = _inferred(source.name, decision, reader="table", records=records, **where)
            best = decision.strength, inferred
    if best is None:
        raise reasons[0] if reasons else InsightError("no table of a header and rows was found.")
    return best[1]


def _numbered(
    sample: Records, parts: dict[str, Any], named: Columns | None
) -> tuple[dict[str, Any], Decision, Records]:
    """Understand rows that are messages, with answers in numbered columns behind them."""
    items = as_objects(sample, parts)
    decision = understand(as_columns({**item, parts["family"]: ""} for item in items), named)
    place, decision = with_answers(Place(), decision, items)
    about: dict[str, Any] = {
        "nested": list(place.nested), "each": list(place.each), "by_brand": list(place.by_brand),
    }  # fmt: skip
    about |= {"id": decision.of("id")[0]} if decision.of("id") and decision.of("id")[0][:1] != "_" else {}
    parts = {**parts, "inside": {key: value for key, value in about.items() if value}}
    return parts, decision, replace(sample, columns=as_columns(spread(sample, parts).objects))


def _sample(source: Source, look: Peek, part: str, row: int) -> Records:
    if look.shape == "sheet":
        return read_sheet(look.sheets[part], header_row=row)
    if look.shape == "columns":
        return next(read_columns(source, at_once=SAMPLE))
    return next(read_table(source, delimiter=part, header_row=row, at_once=SAMPLE))


def _candidates(look: Peek) -> list[tuple[str, list[list[str]]]]:
    """Give the sheets, or the delimiter that parts the lines into the same number of cells."""
    if look.shape != "table":
        return [(part, rows) for part, rows in look.tables.items() if rows]
    scored = []
    for at, (delimiter, rows) in enumerate(look.tables.items()):
        widths = Counter(len(cells) for cells in rows if any(cells))
        if not widths:
            continue
        width, n = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        share = n / sum(widths.values())
        scored.append(((width > 1) * share * min(width, 8) ** 0.5, -at, delimiter, rows))
    scored.sort(key=lambda item: item[:2], reverse=True)
    return [(delimiter, rows) for _, _, delimiter, rows in scored[:1]]


def _header_row(rows: list[list[str]]) -> int | None:
    """Find the first row that names about as many columns as the rows below it have; -1 if none does."""
    widths = Counter(sum(bool(cell.strip()) for cell in cells) for cells in rows if any(cells))
    if not widths:
        return None
    usual = max(widths, key=lambda width: (widths[width], width))
    wide = [at for at, cells in enumerate(rows) if sum(map(bool, cells)) >= max(0.6 * usual, min(usual, 2))]
    named = [at for at in wide if _names_columns(rows[at])]
    known = [at for at in named if sum(_is_known(cell) for cell in rows[at]) >= 2]
    return next(iter([*known, *named]), -1)


def _names_columns(cells: list[str]) -> bool:
    given = [cell.strip() for cell in cells if cell.strip()]
    odd = sum(
        (bool(_CELL.fullmatch(cell)) and not SCALE.fullmatch(cell)) or len(cell) > 300 for cell in given
    )
    return bool(given) and odd <= 0.1 * len(given) and len(set(given)) >= 0.7 * len(given)


def _is_known(cell: str) -> bool:
    words = header_words(cell)
    return any(words in known.names for known in roles().values())


# ------------------------------------------------------------------------------------------------------ spec


def _inferred(
    name: str, decision: Decision, *, reader: str, records: Mapping[str, Any], part: str = "", row: int = 0,
    header: tuple[str, ...] = (), sample: Mapping[str, Sequence[str]],
) -> Inferred:  # fmt: skip
    data = _data(name, decision, reader, dict(records), header)
    kind = "table" if reader == "table" else "JSON"
    about = {**data["format"], "name": "generic", "title": f"{kind} understood by its content"}
    match = Match(as_spec({**data, "format": about}), 1, part, header, row)
    return Inferred(match, decision, to_toml(data), sample)


def _data(
    name: str, decision: Decision, reader: str, records: dict[str, Any], header: tuple[str, ...]
) -> dict[str, Any]:
    """Write a decision as the tables of a spec."""
    stem = plain(Path(name.replace("!", "/")).name.partition(".")[0]) or "mine"
    columns = {one.role: one.columns for one in decision.found}
    first = dict.fromkeys(names[0] for role, names in columns.items() if role != "reply_at")
    marks = [part for name in first if name[0] != "_" for part in name.split(" + ")]
    if reader == "table":
        own = [name if name in header else name.partition(".")[0] for name in marks]
        own = [name for name in own if name in header]
        signature: dict[str, Any] = {"all": list(dict.fromkeys(own))[:6]}
    else:
        signature = {"keys": [[columns["text"][0]]]}
    if decision.questions:
        records |= {"open": list(decision.questions)}
        records |= {
            word: columns[role][0] for word, role in (("id", "id"), ("score", "rating")) if role in columns
        }
    data: dict[str, Any] = {
        "format": {
            "name": stem, "title": f"mapped from {Path(name).name}",
            "reader": "survey" if decision.questions and reader == "table" else reader, "platform": "unknown",
        },
        "detect": signature,
        "records": {key: value for key, value in records.items() if value or key in ("at", "held", "header")},
        "time": {"formats": [], "zone": "UTC", "zone_is_assumed": True},
        "map": _map(decision, columns),
        "extra": {role: columns[role][0] for role in _EXTRA if role in columns},
        "reply": _reply(columns),
        "rules": {"local_ids": True, "dates_optional": True},
    }  # fmt: skip
    if decision.questions:
        data["rules"] |= {"kind": "answer", "side": "customer"}
    data["rules"] |= rules_of_answered(columns, data["reply"])
    data["rules"] |= {"own_space": True} if decision.own_space else {}
    if decision.relative or records.get("parts", {}).get("timeless"):
        data["rules"]["time_precision"] = "relative"
    if decision.id_from_link:
        data["rules"]["id_from_url"] = True
    return {key: value for key, value in data.items() if value}


def _map(decision: Decision, columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    words = {"conv": "html" if decision.html else "entities"}
    before_dot = columns.get("reply_to", ("",))[0] in columns.get("id", ())
    link = {"conv": "link"} if decision.reply_is_link else {}
    parent = {"conv": "before_dot" if before_dot else "parent"} if before_dot or decision.rooted else link
    more: dict[str, dict[str, Any]] = {
        "text": words, "title": words, "lang": {"conv": "language"}, "reply_to": parent,
        "rating": {"conv": "rating", "scale": "guess"},
        "kind": {"values": roles()["kind"].rest["values"]},
    }  # fmt: skip
    made: dict[str, Any] = {}
    for role, names in columns.items():
        entry: dict[str, Any] = {"from": list(names), **more.get(role, {}), **decision.entries.get(role, {})}
        if names[0].startswith("_around.") and role == "title":
            entry["when"] = {"column": "_first"}
        elif names[0].startswith("_around."):
            entry["when"] = {"column": columns["side"][0], "words": decision.words_of_customers}
        if role not in ("reply", "reply_at", *_EXTRA):
            made[role] = entry if len(entry) > 1 or len(names) > 1 else names[0]
    if decision.questions:
        made |= {"conversation": "_response"} if "conversation" not in made else {}
        made |= {"text": {"from": "_answer", "conv": "html"}, "title": {"from": "_question", "conv": "html"}}
        made |= {"id": "_id"} | ({"rating": {**made["rating"], "from": "_score"}} if "rating" in made else {})
    if decision.id_from_link and "platform" not in made:
        made["platform"] = {"from": columns["url"][0], "conv": "platform"}
    return made


def _reply(columns: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    if "reply" not in columns:
        return {}
    return {"text": columns["reply"][0]} | (
        {"created_at": columns["reply_at"][0]} if "reply_at" in columns else {}
    )


def to_toml(data: Mapping[str, Any]) -> str:
    """Write the tables of a spec as TOML, one line a key."""
    lines: list[str] = []
    for table, entries in data.items():
        lines += ["", f"[{table}]", *(f"{_key(key)} = {_inline(value)}" for key, value in entries.items())]
    return "\n".join([*lines[1:], ""])


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.A) else json.dumps(key, ensure_ascii=False)


def _inline(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
