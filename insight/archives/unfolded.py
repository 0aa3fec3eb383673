"""Tables with a conversation in each row -> a row a message: logs or lists in a cell, numbered columns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .boxed_cells import value_of
from .dates.parse_times import parse_times
from .holders import name_of
from .inference.columns import mean, profiles
from .inference.headers import header_words
from .inference.side_columns import side_of_word
from .nested import flat, messages_in
from .parsers.talks import layout_of, read_talk
from .readers import Records

TIME, AUTHOR, TEXT, THREAD, KIND = "_created_at", "_author", "_text", "_thread", "_kind"
_SORT = re.compile(r"(?P<name>[^()]{1,60}?) \((?P<kind>[^()]{3,30})\)")
Columns = Mapping[str, Sequence[str]]
_NUMBERED = re.compile(
    r"\A(?P<family>\D{2,40}?)[\s._/\[(#-]{0,4}(?P<n>\d{1,3})[\])]{0,2}(?:[\s._/-]{1,4}(?P<field>\S.{0,60}))?"
)
_TALK = re.compile(
    r"comment|repl|message|msg|note|post|response|answer|update|turn|entr|interaction|utterance", re.I
)
_FIELDS = frozenset(
    ("text", "body", "date", "time", "author", "by", "name", "from", "role", "at", "id", "content")
)
_SPOKEN = re.compile(r"\A\s{0,20}(?:[-*>•]\s*)?(?P<name>[^\s:][^:\n]{0,40}?)\s?:\s+(?P<text>\S.*)")
_LOOKED_AT, _MOST, _LONGEST = 60, 0.6, 200_000


def find_parts(columns: Columns) -> dict[str, Any] | None:
    """Say how the rows of a table hold several messages each; None if they do not."""
    for name, values in columns.items():
        rows = [
            at for at, value in enumerate(values) if "\n" in value or value.lstrip()[:2] in ("[{", "<b", "<p")
        ]
        given = sum(bool(value.strip()) for value in values)
        if len(rows) < max(2, _MOST * given):
            continue
        turns = [turns_of(values[at]) for at in rows[:_LOOKED_AT]]
        if mean(len(said) > 1 for said in turns) < _MOST or not _hold_talk(turns):
            continue
        timed = mean(bool(one.get(TIME)) or AUTHOR not in one for said in turns for one in said) > _MOST
        if timed or _speakers_known(columns, rows, turns):
            clocked = any(TIME in one for one in turns[0])
            day = _day(columns) if clocked and not timed else {}
            timeless = {} if timed or day else {"timeless": True}
            return {"cell": name, **_key(columns, {name}), **day, **timeless, **_own_words(columns, name)}
    return _families(columns)


def _hold_talk(turns: Sequence[list[dict[str, str]]]) -> bool:
    """Whether the parts of cells are messages: they have words, and a date or someone who says them."""
    parts = [one for said in turns for one in said]
    names = dict.fromkeys(name for one in parts for name in one)
    looks = profiles({name: [one.get(name, "") for one in parts] for name in names}).values()
    signed = any(look.dates >= 0.5 or max(look.fit("author"), look.fit("side")) > 0 for look in looks)
    return signed and any(look.is_wordy for look in looks)


def _speakers_known(columns: Columns, rows: Sequence[int], turns: Sequence[list[dict[str, str]]]) -> bool:
    """Whether those who speak are sides, or people whom the row names: a text has lines with colons too."""
    known = []
    for at, said in zip(rows, turns, strict=False):
        row = {cells[at].strip().casefold() for cells in columns.values()}
        known += [
            one[AUTHOR].casefold() in row or side_of_word(one[AUTHOR]) in ("brand", "customer")
            for one in said
            if AUTHOR in one
        ]
    return mean(known) > 0.8


def _own_words(columns: Columns, cell: str) -> dict[str, Any]:
    """Name the words of the row itself, which begin its conversation, with their date and writer."""
    looks = [look for name, look in profiles(columns).items() if name != cell]
    words = [look for look in looks if look.is_wordy and look.fit("text") > 0.3]
    if not words:
        return {}
    own = {TEXT: max(words, key=lambda look: look.fit("text")).name}
    own |= {TIME: day["day"]} if (day := _day(columns)) else {}
    people = [look for look in looks if look.fit("author") > 0.3]
    own |= {AUTHOR: max(people, key=lambda look: look.fit("author")).name} if people else {}
    return {"own": own}


def _day(columns: Columns) -> dict[str, str]:
    """Name the column that dates the row, for logs that only say the time of day."""
    looks = [look for look in profiles(columns).values() if look.dates >= 0.8 and look.fit("created_at") > 0]
    best = max(looks, key=lambda look: look.fit("created_at"), default=None)
    return {"day": best.name} if best else {}


def _families(columns: Columns) -> dict[str, Any] | None:
    fields: dict[str, set[str]] = defaultdict(set)
    numbers: dict[str, set[str]] = defaultdict(set)
    for name in columns:
        if place := _place(name):
            family, n, field = place
            fields[family].add(field)
            numbers[family].add(n)
    for family, own in fields.items():
        if len(own) < 2 or len(numbers[family]) < 2 or not _TALK.search(family):
            continue
        members = {name for name in columns if (place := _place(name)) and place[0] == family}
        looks = profiles({name: columns[name] for name in members})
        marked = any(look.dates >= 0.5 or look.fit("author") > 0 for look in looks.values())
        if not marked or not any(look.is_wordy for look in looks.values()):
            continue
        rest = profiles({name: cells for name, cells in columns.items() if name not in members})
        base = any(look.is_wordy and look.fit("text") > 0.3 for look in rest.values())
        return {"family": family, **({"base": True} if base else {}), **_key(columns, members)}
    return None


def _place(name: str) -> tuple[str, str, str] | None:
    """Part a header such as `Comment 2 Author` or `reply_text_2` into family, number and field."""
    found = _NUMBERED.fullmatch(name.strip())
    if found is None:
        return None
    family, field = header_words(found["family"]), found["field"]
    if field is None:
        lead, _, last = family.rpartition("_")
        family, field = (lead, last) if lead and last in _FIELDS else (family, "text")
    return family, found["n"], field


def _key(columns: Columns, members: set[str]) -> dict[str, str]:
    """Name the column that names the row."""
    looks = profiles({name: cells for name, cells in columns.items() if name not in members})
    fits = {
        name: max(look.fit("id"), look.fit("conversation"))
        for name, look in looks.items() if look.is_unique and look.given == 1 and look.dates < 0.5
    }  # fmt: skip
    best = max(fits, key=fits.__getitem__, default="")
    return {"id": best} if best and fits[best] > 0.3 else {}


def turns_of(cell: str, day: str = "") -> list[dict[str, str]]:
    """Part a cell into its messages: a list of objects, a log, lines that begin with who speaks."""
    text = cell.strip()
    if (
        text[:1] == "["
        and isinstance(listed := value_of(text), list)
        and all(isinstance(one, dict) for one in listed)
    ):
        return [flat(one) for one in listed]
    lines = re.sub(r"</?(?:br|p)\s*/?>", "\n", text[:_LONGEST], flags=re.I).splitlines()
    if layout := layout_of(lines):
        said = (one for one in read_talk(lines, layout, name=day, day_first=None) if one.get("author"))
        return [{TIME: one["date"], **_signed(one["author"]), TEXT: one["text"]} for one in said]
    turns: list[dict[str, str]] = []
    for line in lines:
        if found := _SPOKEN.fullmatch(line):
            turns.append({AUTHOR: found["name"].strip(" *[]"), TEXT: found["text"].strip(" *")})
        elif turns and line.strip():
            turns[-1][TEXT] += f"\n{line}"
    return turns


def _signed(name: str) -> dict[str, str]:
    """Part a name from what stands behind it in brackets: `Ada (Work notes)`."""
    found = _SORT.fullmatch(name)
    return {AUTHOR: found["name"], KIND: found["kind"]} if found else {AUTHOR: name}


def spread(records: Records, parts: Mapping[str, Any] | None) -> Records:
    """Give every message of a row a row of its own; a row without any is set aside."""
    if not parts or not records.columns:
        return records
    if parts.get("base"):
        return _inside(records, parts)
    rows, made, broken = list[int](), list[dict[str, str]](), list(records.broken)
    if (day := parts.get("day", "")) in records.columns:
        moments = parse_times(records.columns[day]).moments.astype("datetime64[D]")
        records = replace(records, columns=dict(records.columns) | {day: list(map(str, moments))})
    for at, row in enumerate(records.rows):
        own = {name: cells[at] for name, cells in records.columns.items()}
        messages = list(_messages(own, parts))
        rows += [row] * len(messages)
        made += messages
        if not messages:
            broken.append((row, "not a message", "no message in this row", ""))
    names = dict.fromkeys(name for message in made for name in message)
    columns = {name: [message.get(name, "") for message in made] for name in names}
    return replace(records, rows=rows, columns=columns, broken=broken, header=tuple(records.columns))


def _inside(records: Records, parts: Mapping[str, Any]) -> Records:
    """Give every row, and the answers in its numbered columns, as objects."""
    rows, objects = list[int](), list[dict[str, Any]]()
    for row, item in zip(records.rows, as_objects(records, parts), strict=True):
        messages = messages_in(item, parts["inside"])
        rows += [row] * len(messages)
        objects += messages
    return replace(records, rows=rows, columns={}, objects=objects, header=tuple(records.columns))


def _messages(own: dict[str, str], parts: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if "cell" in parts:
        cell = own.get(parts["cell"], "")
        rest = {name: value for name, value in own.items() if name != parts["cell"]}
        turns = turns_of(cell, own.get(parts.get("day", ""), ""))
    else:
        rest, turns = _parted(own, parts["family"])
    key = rest.pop(parts.get("id", ""), "") or name_of(rest)
    if first := {new: own.get(old, "") for new, old in parts.get("own", {}).items()}:
        turns = [first, *turns] if first[TEXT].strip() else turns
    yield from ({**rest, **turn, THREAD: key} for turn in turns)


def _parted(own: Mapping[str, str], family: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Part the cells of a row into its own and those of its numbered messages."""
    numbered: dict[str, dict[str, str]] = {}
    rest: dict[str, str] = {}
    for name, value in own.items():
        place = _place(name)
        if place is None or place[0] != family:
            rest[name] = value
        elif value.strip():
            numbered.setdefault(place[1], {})[place[2]] = value
    return rest, [numbered[n] for n in sorted(numbered, key=int)]


def as_objects(records: Records, parts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give each row as an object, its numbered columns as a list inside it."""
    objects = []
    for at in range(len(records.rows)):
        rest, turns = _parted({name: cells[at] for name, cells in records.columns.items()}, parts["family"])
        objects.append({**rest, parts["family"]: turns})
    return objects
