"""A file of no known format -> a proposed spec, and the questions that only its owner can answer."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..mentions import InsightError
from .containers import find_sources
from .detect import GENERIC, load_specs, plain, sources
from .openers import OPENERS
from .peek import Peek, peek
from .readers import scalar
from .times import parse_times

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_LINK = re.compile(r"https?://\S+")
_HANDLE = re.compile(r"@?[\w.-]{2,40}")
_OWN = re.compile(r"[\w:./+=-]{1,80}")
_FORMATS = ("epoch", "ISO8601", "ctime", "%m/%d/%Y %I:%M %p", "%d-%b-%Y %H:%M", "%b %d, %Y", "day_month")
_LOOKED_AT = 200
_ROLES = ("text", "created_at", "id", "author", "url", "lang", "title")


@dataclass(frozen=True)
class Proposal:
    """A proposed spec and what it leaves open.

    Attributes
    ----------
    toml : str
        The spec, as `insight map` writes it and `format=` reads it.
    columns : dict of str to str
        Role in the mentions table to column of the file.
    reasons : dict of str to str
        Role to why that column was chosen.
    questions : tuple of str
        What the file cannot tell.
    """

    toml: str
    columns: dict[str, str]
    reasons: dict[str, str]
    questions: tuple[str, ...]


def propose_map(path: str | Path) -> Proposal:
    """Propose how the columns of a table, or the keys of JSON lines, become a table of mentions.

    Columns are told by their headers first, then by the shape of their first values: long text, dates, links,
    languages, ids that never repeat, names that do.
    """
    source = find_sources(path)[0]
    look = peek(source)
    columns, keys = _sample(look, source.name)
    chosen = _by_header(columns)
    reasons = dict.fromkeys(chosen, "by its header")
    for role in _ROLES:
        if role not in chosen and (found := _by_shape(role, columns, set(chosen.values()))):
            chosen[role], reasons[role] = found, f"by its values: {_SHAPES[role][1]}"
    if "text" not in chosen:
        raise InsightError(
            f"{source.name}: no column holds text of three words and more; found {list(columns)[:12]}. "
            "A table of mentions needs the words of the messages."
        )
    dates = columns.get(chosen.get("created_at", ""), [])
    fit = _date_formats(dates)
    questions = _questions(chosen, columns, dates, fit)
    return Proposal(_toml(source.name, chosen, keys=keys, formats=fit), chosen, reasons, tuple(questions))


def _sample(look: Peek, name: str) -> tuple[dict[str, list[str]], bool]:
    """Take the first values of every column, or of every path into JSON objects."""
    if look.shape == "json":
        flat = [_flat(item) for item in _records(look.values)[:_LOOKED_AT]]
        return {
            path: [item.get(path, "") for item in flat] for path in dict.fromkeys(itertools.chain(*flat))
        }, True
    if look.shape in OPENERS or not look.tables:
        raise InsightError(
            f"{name}: only tables and JSON of flat records can be mapped, this is {look.shape}."
        )
    rows = max(look.tables.values(), key=lambda some: max((len(cells) for cells in some), default=0))
    width = max((len(cells) for cells in rows), default=0)
    head = next((at for at, cells in enumerate(rows) if len(cells) == width and all(cells)), 0)
    if width < 2 or len(rows) < head + 2:
        raise InsightError(f"{name}: no table of a header and rows was found; the first line is {rows[:1]}.")
    body = [cells + [""] * (width - len(cells)) for cells in rows[head + 1 :]]
    return {column: [cells[at] for cells in body] for at, column in enumerate(rows[head]) if column}, False


def _records(values: list[Any]) -> list[dict[str, Any]]:
    """Take the objects of JSON lines, or the longest list of objects inside one document."""
    if len(values) > 1:
        return [value for value in values if isinstance(value, dict)]
    longest, waiting = [value for value in values if isinstance(value, dict)], list(values)
    while waiting:
        here = waiting.pop()
        inside = [item for item in here if isinstance(item, dict)] if isinstance(here, list) else []
        longest = inside if len(inside) >= max(len(longest), 1) else longest
        waiting += here if isinstance(here, list) else here.values() if isinstance(here, dict) else []
    return longest


def _flat(item: dict[str, Any], lead: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{lead}{key}.")
        else:
            found[f"{lead}{key}"] = scalar(value)
    return found


def _by_header(columns: dict[str, list[str]]) -> dict[str, str]:
    """Match headers, or the last step of paths, with the synonyms of the generic spec."""
    found: dict[str, str] = {}
    for role, entry in load_specs()[GENERIC].map.items():
        for synonym in sources(entry):
            free = [name for name in columns if name not in found.values()]
            hit = next(
                (name for name in free if synonym in (plain(name), plain(name.rpartition(".")[2]))), None
            )
            if hit and _fits(role, columns[hit]):
                found[role] = hit
                break
    return found


def _fits(role: str, values: list[str]) -> bool:
    given = [value for value in values if value.strip()]
    return role != "created_at" or not given or bool(_date_formats(given))


def _by_shape(role: str, columns: dict[str, list[str]], taken: set[str]) -> str | None:
    scores = {
        name: _SHAPES[role][0]([value.strip() for value in values if value.strip()])
        for name, values in columns.items() if name not in taken
    }  # fmt: skip
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] > 0 else None


def _share(pattern: re.Pattern[str], values: list[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / max(len(values), 1)


def _words(values: list[str]) -> float:
    return sum(len(value.split()) for value in values) / max(len(values), 1)


def _texts(values: list[str]) -> float:
    return _words(values) if _words(values) >= 3 and not _date_formats(values) else 0


def _dates(values: list[str]) -> float:
    numbers = all(value.isdigit() and len(value) < 9 for value in values)
    return float(bool(values) and not numbers and bool(_date_formats(values)))


def _ids(values: list[str]) -> float:
    single = len(set(values)) == len(values) >= 2 and _share(_OWN, values) == 1
    return float(single and not _dates(values) and _share(_LINK, values) == 0)


def _people(values: list[str]) -> float:
    distinct = len(set(values)) / max(len(values), 1)
    named = _share(_HANDLE, values) > 0.9 and any(not value.isdigit() for value in values)
    return float(named and len(set(values)) > 2 and distinct > 0.05 and not _dates(values))


_SHAPES: dict[str, tuple[Callable[[list[str]], float], str]] = {
    "text": (_texts, "the longest texts"),
    "created_at": (_dates, "dates"),
    "id": (_ids, "short and never the same"),
    "author": (_people, "names"),
    "url": (lambda values: float(_share(_LINK, values) > 0.9), "links"),
    "lang": (lambda values: float(len(values) > 1 and _share(_LANGUAGE, values) == 1), "codes of languages"),
    "title": (lambda values: 0.0, "never guessed"),
}


def _date_formats(values: list[str]) -> list[str]:
    """Name the date formats that read the values, the first that reads all alone."""
    given = [value for value in values if value.strip()][:_LOOKED_AT]
    for format_ in _FORMATS if given else ():
        try:
            times = parse_times(given, formats=[format_], day_first=True)
        except InsightError:
            continue
        if (times.precision != "none").mean() >= 0.9:
            return [format_]
    return []


def _questions(
    chosen: dict[str, str], columns: dict[str, list[str]], dates: list[str], formats: list[str]
) -> list[str]:
    asked = []
    given = [value for value in dates if value.strip()]
    if formats and parse_times(given, formats=formats, day_first=True).zone != "explicit":
        asked.append(f"In which zone are the dates of {chosen['created_at']!r}? Set zone under [time].")
    if formats == ["day_month"]:
        asked.append(
            "Is 3/4/2024 in it 3 April or 4 March? Pass --day-first or --month-first (day_first=) where the "
            "column cannot tell."
        )
    if any(_dates([name]) or _share(_LINK, [name]) for name in columns):
        asked.append(
            "Is the first line a message? It is taken for headers; write headers above it, or it is lost."
        )
    if "created_at" not in chosen:
        asked.append("Which column holds the date? Without one nothing can be said about waits or retention.")
    if "author" not in chosen:
        asked.append("Which column tells people apart? Without one nobody can be followed over time.")
    if "side" not in chosen:
        asked.append(
            "Does a column say whether the brand or a customer speaks? Else name the brand's handles."
        )
    long = [name for name, values in columns.items() if name not in chosen.values() and _texts(values)]
    if long:
        asked.append(f"Is {chosen['text']!r} the text, and not {' or '.join(map(repr, long))}?")
    return asked


def _toml(name: str, chosen: dict[str, str], *, keys: bool, formats: list[str]) -> str:
    stem = plain(Path(name.replace("!", "/")).name.partition(".")[0]) or "mine"
    marks = json.dumps(list(dict.fromkeys(chosen.values()))[:6], ensure_ascii=False)
    generic = load_specs()[GENERIC].map
    lines = [
        "[format]", f"name = {json.dumps(stem)}", f"title = {json.dumps(f'mapped from {Path(name).name}')}",
        f'reader = "{"json" if keys else "table"}"', 'platform = "unknown"', "", "[detect]",
        f"keys = [{marks}]" if keys else f"all = {marks}", 'known = ["*"]', "", "[time]",
        f"formats = {json.dumps(formats or ['ISO8601'])}",
        'zone = "UTC"', "zone_is_assumed = true", "", "[map]",
    ]  # fmt: skip
    for role, column in chosen.items():
        rest = (
            {key: value for key, value in generic[role].items() if key != "from"}
            if isinstance(generic[role], dict)
            else {}
        )
        inner = ", ".join(f"{key} = {_inline(value)}" for key, value in {"from": column, **rest}.items())
        lines.append(f"{role} = {{ {inner} }}")
    return "\n".join([*lines, "", "[rules]", "local_ids = true", ""])


def _inline(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_inline(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
