"""Lists of messages inside an object: what the object around them says of all of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson

from .inference.chooser import Found
from .inference.headers import header_fit, steps_of
from .inference.understand import Decision
from .people_lists import walk_beside
from .readers import at, scalar, walk

Item = dict[str, Any]
Lists = list[tuple[Item, list[Any]]]
Columns = Mapping[str, list[str]]
_TALK = re.compile(
    r"comment|repl|message|post|note|event|entr|part|turn|transcript|thread|conversation|histor|dialog|chat|talk|log|"
    r"desc",
    re.I,
)
_NAMED = 0.6


def records_at(value: Any, about: Mapping[str, Any]) -> Iterator[Item]:  # noqa: ANN401
    """Yield the items at a path, each with the people listed beside it; what is no object counts as empty."""
    if "held" in about:
        yield from held_at(value, about)
        return
    for held, known in walk_beside(value, about["at"], about.get("people")):
        said = {} if known is None else {"_known": known}
        yield {**held.item, **said} if isinstance(held.item, dict) else {}


def held_at(value: Any, about: Mapping[str, Any]) -> Iterator[Item]:  # noqa: ANN401
    """Yield the items of the lists at a path, with the object around each.

    `_held` names the thread (by the `key` of the object around, else by what the first item says), `_around`
    is that object, `_first` marks the first item of a list.
    """
    thread, key = "", about["held"]
    for held, known in walk_beside(value, about["at"], about.get("people")):
        if not held.place:
            thread = (scalar(at(held.around, key)) if key else "") or name_of(held.siblings[:1])
        said = {"_held": thread, "_around": held.around, "_first": "" if held.place else "true"}
        said |= {} if known is None else {"_known": known}
        yield {**held.item, **said} if isinstance(held.item, dict) else {}


def name_of(value: Any) -> str:  # noqa: ANN401
    """Name a thread that has no id by what it holds."""
    return hashlib.blake2b(orjson.dumps(value, default=str), digest_size=8).hexdigest()


def lists_at(values: Iterable[Any], path: str) -> Lists:
    """Give the lists at a path, each with what is said around it."""
    return [(held.around, held.siblings) for value in values for held in walk(value, path) if not held.place]


def find_holder(
    path: str, decision: Decision, lists: Callable[[], Lists], as_columns: Callable[[Iterable[Item]], Columns]
) -> tuple[str | None, list[Found]]:
    """Say whether each list of messages is a thread, which key names it, and what else is said around it.

    A page of a list is none: the object around it has neither an id of its own nor a person.
    """
    listed = path.removesuffix("*").strip(".").rpartition(".")[2]
    talks = _TALK.search(listed) or bool(decision.words_of_customers)
    if not path.endswith("*") or not talks:
        return None, []
    if decision.questions or any(decision.of(role) for role in ("conversation", "rating")):
        return None, []
    held = lists()
    around = as_columns(said for said, _ in held)
    naming = {name: cells for name, cells in around.items() if all(cells) and len({*cells}) == len(cells)}
    key, title = _best("conversation", around), _best("title", around)
    several = {name: cells for name, cells in around.items() if len({*cells}) > 1}
    person = _best("author", several)
    is_thread = bool(key) or bool(decision.words_of_customers and len(held) > 1)
    key = key if key in naming else _best("id", naming, least=0.5)
    if not is_thread and not (key and (title or len(held) > 1)):
        return None, []
    found = [Found("conversation", ("_held",), f"each list of {listed!r} is a thread")]
    if title and not decision.of("title"):
        found.append(Found("title", (f"_around.{title}",), "by its header, around the messages"))
    if person and decision.words_of_customers and _are_unsigned(held, decision):
        names = (*decision.of("author"), f"_around.{person}")
        found.append(Found("author", names, "by its header, around the messages"))
    return key, found


def _are_unsigned(held: Lists, decision: Decision) -> bool:
    """Whether no message of a customer names who wrote it, as where only agents have names."""
    side, words = decision.of("side")[0], decision.words_of_customers
    theirs = [item for _, items in held for item in items if scalar(at(item, side)).casefold() in words]
    return not any(scalar(at(item, name)) for item in theirs for name in decision.of("author"))


def _best(role: str, columns: Columns, *, least: float = _NAMED) -> str:
    """Name the column whose header fits a role best, if any does."""
    fits = {name: header_fit(role, steps_of(name)) for name in columns}
    best = max(fits, key=fits.__getitem__, default="")
    return best if best and fits[best] > least else ""
