"""JSON of no known format -> flat records: where its messages are, and the answers inside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from insight.mentions import InsightError

from .holders import find_holder, lists_at, name_of
from .inference.chooser import Found
from .inference.columns import mean
from .inference.headers import reply_fit, speaks_of_answer, steps_of
from .inference.understand import SAMPLE, Decision, understand
from .instructions import ROLES, Columns
from .people_lists import find_people_list, with_persons
from .readers import at, is_text, items_at, listed, scalar

Item = dict[str, Any]
_DEEPEST = 8
_LOOKED_AT = 200
_ANSWERS = re.compile(
    r"comment|repl|answer|response|message|post|note|conversation|thread|children|review|kommentar|antwort",
    re.I,
)
_ONE_OF = re.compile(
    r"(?:parts?|blocks?|senders?|contents?|authors?|recipients?|(?:^|_)(?:to|from)(?:_?fields?)?)$", re.I
)
"""Lists that hold one thing as a rule, and belong to the message: who sent it, the parts of its text."""
_ENOUGH_ALIKE = 3
_BY_NAME = 0.9
_OWN = "_own"
"""The key of an id that is made, where messages that hold their answers have none."""


@dataclass(frozen=True)
class Place:
    """Where the messages of a JSON value are.

    `path` leads to the records, `*` standing for each item of a list (or each value of an object keyed by
    id); `nested` lead from a record to answers of the same shape, `each` to answers with keys of their own;
    `held` is the key of the object around each list that names a thread ("" if it has none), None where lists
    are no threads; `people` is where a list says who is who; `by_brand` are the lists that the brand wrote.
    """

    path: str = ""
    nested: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    held: str | None = None
    people: Mapping[str, Any] = field(default_factory=dict)
    by_brand: tuple[str, ...] = ()


def flat(item: Item, lead: str = "", depth: int = 0) -> dict[str, str]:
    """Write an object as paths and texts, its own keys before those of objects inside it."""
    found: dict[str, str] = {}
    inner: list[tuple[str, Item]] = []
    for key, value in item.items():
        if isinstance(value, dict):
            inner += [] if _is_keyed(value) else [(f"{lead}{key}.", value)]
        elif not isinstance(value, list) or is_text(value):
            found[f"{lead}{key}"] = listed(value)
        elif isinstance(value[0], dict) and _ONE_OF.search(key):
            inner.append((f"{lead}{key}.0.", value[0]))
    for path, value in inner if depth < _DEEPEST else ():
        found |= flat(value, path, depth + 1)
    return found


def as_columns(items: Iterable[Item]) -> dict[str, list[str]]:
    """Lay objects out as columns, `""` where a key is missing."""
    rows = [flat(item) for item in items]
    names = dict.fromkeys(name for row in rows for name in row)
    ordered = sorted(names, key=lambda name: name.count("."))
    return {name: [row.get(name, "") for row in rows] for name in ordered}


def find_records(values: Sequence[Any], named: Columns | None = None) -> tuple[Place, Decision, list[Item]]:
    """Find the list of messages in JSON values, and decide what its keys hold."""
    found: dict[str, tuple[Decision, list[Item]]] = {}
    reasons, groups = [], _groups(values)
    for path, items in groups.items():
        try:
            found[path] = understand(as_columns(items[:_LOOKED_AT]), named), items
        except InsightError as error:
            reasons.append(str(error))
    if not found and named and reasons:
        raise InsightError(reasons[-1])
    if not found:
        keys = sorted({key for value in values for key in _keys(value)})[:12]
        raise InsightError(f"this JSON is of no known format; found the keys {keys}.")
    best = max(found, key=lambda path: (_weight(*found[path]), -path.count("."), path))
    for path in sorted(found, key=lambda path: path.count(".")):
        decision = found[path][0]
        inside = best.removeprefix(path).strip(".*").rpartition(".")[2]
        roles = {one.role for one in decision.found if one.sure or _ANSWERS.search(inside)}
        whole = {"text", "created_at"} <= roles and path != best and _leads_to(path, best)
        if whole and decision.strength >= found[best][0].strength - 0.75:
            best = path
            break
    left = [path for path in found if _is_talk_beside(path, best, found[path][0])]
    decision, items = found[best]
    if len(items) > _LOOKED_AT:
        decision = understand(as_columns(items[:SAMPLE]), named)
    place, decision = with_answers(Place(best), decision, items[:SAMPLE])
    held, around = find_holder(best, decision, lambda: lists_at(values, best), as_columns)
    around = [one for one in around if one.role not in (named or {})]
    both = {one.role: one for one in (*decision.found, *around)}.values()
    decision = replace(decision, found=tuple(sorted(both, key=lambda one: ROLES.index(one.role))))
    decision = replace(decision, warnings=(*decision.warnings, *map(_not_read, left)))
    people, decision = find_people_list(
        groups, best, decision, as_columns=as_columns,
        messages=lambda: as_columns(one for item in items[:SAMPLE] for one in messages_in(item, vars(place))),
    )  # fmt: skip
    return replace(place, held=held, people=people), decision, items


def _is_talk_beside(path: str, best: str, decision: Decision) -> bool:
    """Whether a list beside the messages holds messages too: of what a file has, nothing goes unsaid."""
    sure = {one.role for one in decision.found if one.sure}
    apart = path != best and not (_leads_to(path, best) or _leads_to(best, path))
    return apart and {"text", "created_at", "author"} <= sure


def _not_read(path: str) -> str:
    return f"the list {path!r} holds messages too and is not read; save it as a file of its own."


def _weight(decision: Decision, items: list[Item]) -> float:
    return decision.strength + 0.25 * float(np.log2(1 + len(items)))


def _leads_to(outer: str, inner: str) -> bool:
    return not outer or inner.startswith(f"{outer}.")


def _keys(value: Any) -> list[str]:  # noqa: ANN401
    some = value if isinstance(value, list) else [value]
    return [key for item in some[:5] if isinstance(item, dict) for key in item]


def _groups(values: Sequence[Any]) -> dict[str, list[Item]]:
    """Gather the objects that have the same path, those that lie in no list of their own under `""`."""
    groups: dict[str, list[Item]] = {}
    waiting: list[tuple[str, Any, int]] = [("", value, 0) for value in reversed(values)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > _DEEPEST:
            continue
        if isinstance(value, list) and not is_text(value):
            waiting += [(_join(path, "*"), item, depth + 1) for item in value[: 5 * SAMPLE][::-1]]
        elif isinstance(value, dict):
            if _is_keyed(value):
                waiting += [
                    (_join(path, "*"), item, depth + 1) for item in list(value.values())[: 5 * SAMPLE][::-1]
                ]
                continue
            if not path or path.endswith("*"):
                groups.setdefault(path, []).append(value)
            waiting += [
                (_join(path, key), inner, depth + 1)
                for key, inner in value.items()
                if isinstance(inner, dict | list) and "." not in key and key != "*"
            ]
    for path in [*groups]:
        if kinds := _kinds(groups[path]):
            del groups[path]
            groups |= {_join(path, kind): inside for kind, inside in kinds.items()}
    return groups


def _kinds(items: list[Item]) -> dict[str, list[Item]]:
    """Part objects that each hold one of several others, as in `{"type": "post", "post": {...}}`."""
    kinds: dict[str, list[Item]] = {}
    for item in items:
        inner = [key for key, value in item.items() if isinstance(value, dict) and value]
        if len(inner) > 1 or (not inner and len(item) > 2) or len(item) > 3:
            return {}
        for key in inner:
            kinds.setdefault(key, []).append(item[key])
    return kinds if len(kinds) > 1 else {}


def _join(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _is_keyed(value: Item) -> bool:
    """Whether an object is a list in disguise: objects of one shape, or lists of them, under ids."""
    inside = list(value.values())
    if len(inside) < _ENOUGH_ALIKE or not all(isinstance(item, dict) for item in inside):
        return False
    keys = [frozenset(item) for item in inside[:50]]
    shared = frozenset.intersection(*keys)
    return len(shared) >= 2 and len(shared) >= 0.5 * max(map(len, keys))


def with_answers(place: Place, decision: Decision, items: list[Item]) -> tuple[Place, Decision]:
    """Look for lists of answers inside the records, and add what their keys hold to the decision."""
    text = decision.of("text")[0]
    nested, each, by_brand = list[str](), list[str](), list[str]()
    for path, inside in _groups([{"": item} for item in items]).items():
        path = path.removeprefix(".")
        if not path or path.count("*") > 1 or not inside:
            continue
        same = mean([bool(at(item, text)) for item in inside]) >= 0.5
        try:
            answer = understand(as_columns(inside[:_LOOKED_AT]))
        except InsightError:
            answer = None
        dated = answer is not None and (answer.of("created_at") or answer.of("author"))
        if not same and (answer is None or not dated or not _ANSWERS.search(path) or answer.questions):
            continue
        (nested if same else each).append(path)
        if answer is not None and _by_brand(
            path, decision, answer, _names(items, decision), _names(inside, answer)
        ):
            by_brand.append(path)
        if answer is not None:
            decision = _joined(decision, answer, "" if same else path.replace(".*", "."))
    if nested or each:
        decision = _as_threads(decision, marked=bool(by_brand))
    return replace(place, nested=tuple(nested), each=tuple(each), by_brand=tuple(by_brand)), decision


def _names(items: Iterable[Item], decision: Decision) -> set[str]:
    return {scalar(at(item, name)) for item in items for name in decision.of("author")[:1]}


def _by_brand(path: str, decision: Decision, answer: Decision, asked: set[str], answered: set[str]) -> bool:
    """Whether the answers in a list are the brand's: by its name, unsigned, or below reviews.

    There they carry no rating and are by a few who write no review.
    """
    if decision.of("side") or answer.of("side") or answer.of("rating"):
        return False
    listed = steps_of(path.replace(".*", ""))[-1]
    one = re.sub(r"ies$", "y", listed).removesuffix("s")
    few = len(answered) < len(asked) and answered.isdisjoint(asked)
    signed, rated = bool(decision.of("author")), bool(decision.of("rating"))
    below = (not answer.of("author") and (signed or rated)) or (rated and few)
    return (below and speaks_of_answer(one)) or reply_fit((one,)) >= _BY_NAME


def _joined(decision: Decision, answer: Decision, lead: str) -> Decision:
    """Add what the keys of answers hold to what those of the records do; a side may need both to show."""
    found = {one.role: one for one in decision.found}
    for one in answer.found:
        mine = tuple(f"{lead}{name}" for name in one.columns if " + " not in name)
        before = found.get(one.role, Found(one.role, (), one.reason, one.sure))
        found[one.role] = replace(before, columns=tuple(dict.fromkeys((*before.columns, *mine))))
    entries = {role: dict(entry) for role, entry in answer.entries.items() if "when" not in entry}
    for role, entry in decision.entries.items():
        words = {**entries.get(role, {}).get("values", {}), **entry.get("values", {})}
        entries[role] = {**entry, **({"values": words} if words else {})}
    return replace(decision, found=tuple(found.values()), entries=entries)


def _as_threads(decision: Decision, *, marked: bool) -> Decision:
    parents = [("reply_to", "_parent"), *([] if decision.of("id") else [("id", _OWN)])]
    sides = (("side", "_side"),) if marked else ()
    found, entries = {one.role: one for one in decision.found}, dict(decision.entries)
    for role, key in (*parents, ("conversation", "_thread"), *sides):
        before = found.get(role, Found(role, (), "answers are inside what they answer"))
        found[role] = replace(before, columns=(*before.columns, key))
    if marked:
        entries["side"] = {"values": {"brand": "brand", "customer": "customer"}}
    return replace(decision, found=tuple(found.values()), entries=entries)


def messages_in(record: Item, about: Mapping[str, Any]) -> list[Item]:
    """Give a record, and behind it the answers inside it, each with what it answers."""
    if not record:
        return []
    messages: list[Item] = []
    _gather(record, about, None, None, messages, 0)
    return with_persons(messages, about.get("people", {}).get("by", ()))


def _made(record: Item, parent: str | None) -> str:
    """Name a message that has no id by its words and what it answers, not by answers that may follow."""
    return name_of([parent, {key: value for key, value in record.items() if not isinstance(value, list)}])


def _gather(
    record: Item,
    about: Mapping[str, Any],
    parent: str | None,
    thread: str | None,
    messages: list[Item],
    depth: int,
) -> None:
    answers = about.get("nested", ()) or about.get("each", ())
    own = scalar(at(record, about["id"])) if about.get("id") else _made(record, parent) if answers else ""
    thread = thread or own or (name_of(record) if answers else "")
    if answers and not about.get("id"):
        record = {**record, _OWN: own}
    side = (
        {"_side": "customer" if parent is None and depth == 0 else "brand"} if about.get("by_brand") else {}
    )
    messages.append({**record, "_parent": parent, "_thread": thread, **side} if answers else record)
    for path in about.get("nested", ()) if depth < 50 else ():
        for answer in items_at(record, path):
            if isinstance(answer, dict) and answer:
                _gather(answer, about, own, thread, messages, depth + 1)
    for path in about.get("each", ()) if parent is None else ():
        *steps, last = path.replace(".*", "").split(".")
        for answer in items_at(record, path):
            if isinstance(answer, dict) and answer:
                held: Item = {last: answer}
                for step in reversed(steps):
                    held = {step: held}
                side = {"_side": "brand"} if path in about.get("by_brand", ()) else {}
                made = {} if about.get("id") else {_OWN: _made(answer, own)}
                messages.append({**held, **made, "_parent": own, "_thread": thread, **side})
