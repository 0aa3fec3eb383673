"""Lists of people beside messages: who is who, where messages name their writers by a key alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .inference.chooser import Chooser, Found
from .inference.columns import mean, profiles
from .inference.headers import header_fit, steps_of
from .inference.side_columns import find_sides
from .inference.understand import SAMPLE, Decision
from .instructions import ROLES
from .readers import Held, at, items_at, scalar, walk

Item = dict[str, Any]
Columns = Mapping[str, list[str]]
_COVERED, _KEY, _PERSON, _KNOWN = 0.8, 200, "_person", "_known"


def walk_beside(
    value: Any,  # noqa: ANN401
    path: str,
    people: Mapping[str, Any] | None,
) -> Iterator[tuple[Held, Item | None]]:
    """Follow a path; with each item goes who is who in the list of people that is nearest to it."""
    if not people:
        yield from ((held, None) for held in walk(value, path))
        return
    shared, own, theirs = _shared(path, people["at"])
    for holder in walk(value, shared):
        known = {
            scalar(at(one, people["id"])): one
            for one in items_at(holder.item, theirs)
            if isinstance(one, dict)
        }
        yield from ((held, known) for held in walk(holder.item, own, holder))


def _shared(first: str, second: str) -> tuple[str, str, str]:
    """Part two paths behind the last item of a list that they share."""
    ours, theirs, n = first.split("."), second.split("."), 0
    for step, (one, other) in enumerate(zip(ours, theirs, strict=False), 1):
        if one != other:
            break
        n = step if one == "*" else n
    return ".".join(ours[:n]), ".".join(ours[n:]), ".".join(theirs[n:])


def with_persons(messages: list[Item], by: Iterable[str]) -> list[Item]:
    """Lay beside each message the person that it names, where the record brought a list of people."""
    known = next((message[_KNOWN] for message in messages if _KNOWN in message), None)
    if known is None:
        return messages
    found = []
    for message in messages:
        keys = (scalar(at(message, path)) for path in by)
        own = {key: value for key, value in message.items() if key != _KNOWN}
        found.append({**own, _PERSON: known.get(next(filter(None, keys), ""))})
    return found


def find_people_list(
    groups: Mapping[str, list[Item]],
    path: str,
    decision: Decision,
    messages: Callable[[], Columns],
    as_columns: Callable[[Iterable[Item]], Columns],
) -> tuple[dict[str, Any], Decision]:
    """Find the list of people whose keys the messages name as their writers, and what it says of each."""
    if decision.of("side"):
        return {}, decision
    refs: dict[str, set[str]] = {}
    for place, items in groups.items():
        if place in ("", path) or not place.endswith("*") or len(items) < 2:
            continue
        about = as_columns(items[:SAMPLE])
        c = Chooser(profiles(about), about, {})
        find_sides(c)
        if not c.of("side"):
            continue
        refs = refs or _references(messages(), decision)
        for key, ids in about.items():
            known = {*ids}
            fits = {name: mean(one in known for one in named) for name, named in refs.items()}
            best = max(fits, key=fits.__getitem__, default="")
            if len(known) > 1 and key not in c.of("side") and best and fits[best] >= _COVERED:
                return {"at": place, "id": key, "by": [best]}, _with_them(decision, c, about, key, best)
    return {}, decision


def _references(columns: Columns, decision: Decision) -> dict[str, set[str]]:
    """Give what messages may name people by: short, and not their own id."""
    found = {name: {*cells} - {""} for name, cells in columns.items() if name not in decision.of("id")}
    return {name: cells for name, cells in found.items() if len(cells) > 1 and max(map(len, cells)) < _KEY}


def _with_them(decision: Decision, c: Chooser, about: Columns, key: str, name: str) -> Decision:
    """Add side and name of the people to a decision; the key is the writer unless it is one list's own."""
    found = {one.role: one for one in decision.found}
    found["side"] = Found("side", (f"{_PERSON}.{c.of('side')[0]}",), "the list of people beside the messages")
    called = {one: header_fit("author", steps_of(one)) for one in about if one != key}
    best = max(called, key=called.__getitem__, default="")
    if best and called[best] > 0.3:
        local = len({*zip(about[key], about[best], strict=True)}) > len({*about[key]})
        role = "author" if local else "handle"
        found[role] = Found(role, (f"{_PERSON}.{best}",), "the list of people beside the messages")
    if "author" not in found:
        found["author"] = Found("author", (name,), "a key in the list of people")
    listed = sorted(found.values(), key=lambda one: ROLES.index(one.role))
    warnings = tuple(said for said in decision.warnings if "no column names the writers" not in said)
    entries = {**decision.entries, "side": c.entries["side"]}
    return replace(decision, found=tuple(listed), entries=entries, warnings=warnings)
