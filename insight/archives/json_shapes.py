"""How the records of a JSON value are found: by the keys of a spec, or by a shape that keys cannot show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from . import chats, social
from . import forums as communities
from . import zendesk as desks
from .detect import Spec
from .holders import records_at
from .nested import messages_in
from .readers import at, objects_with, scalar

Item = dict[str, Any]

_PLACE = re.compile(r"\{(\??)([^{}]+)\}")


@dataclass(frozen=True)
class Beside:
    """What a file says only by its place: its name, the owner of an account and its long posts, people."""

    name: str = ""
    owner: Item = field(default_factory=dict)
    people: dict[str, Item] = field(default_factory=dict)
    long_posts: dict[str, str] = field(default_factory=dict)


SHAPES: dict[str, Callable[..., Iterable[Item]]] = {
    "x_v2": lambda value, _: social.x_page(value),
    "x_archive": lambda value, beside: social.x_owned(value, beside.owner, beside.long_posts),
    "mastodon": lambda value, _: social.activities(value),
    "bluesky": lambda value, _: social.bluesky_posts(value),
    "app_store": lambda value, _: social.app_reviews(value),
    "meta": lambda value, beside: social.meta_items(value, beside.name),
    "reddit": lambda value, _: communities.reddit_things(value),
    "discourse": lambda value, _: communities.discourse_posts(value),
    "slack": lambda value, beside: chats.slack_day(value, beside.name, beside.people),
    "zulip": lambda value, beside: chats.zulip_topic(value, beside.name),
}


def records_of(spec: Spec, *, beside: Beside | None = None) -> Callable[[Any], Iterable[Item]]:
    """Return how the records of a format are found in one JSON value."""
    beside = beside or Beside()
    if "at" in spec.records:
        return lambda value: records_at(value, spec.records)
    if spec.shape in SHAPES:
        return lambda value: SHAPES[spec.shape](value, beside)
    signatures = spec.detect.get("keys", [])
    if "inside" in spec.records:
        return lambda value: _listed(value, spec)
    people = spec.shape == "zendesk"
    return lambda value: [
        desks.with_people(item, value) if people else item for item in _outermost(value, signatures)
    ]


def messages_of(spec: Spec) -> Callable[[Item], list[Item]]:
    """Return how the messages of a format are found in one record; a record of none is skipped."""
    if "at" in spec.records:
        return lambda record: messages_in(record, spec.records)
    if spec.shape == "zendesk":
        return desks.zendesk
    if spec.shape == "x_v2":
        return social.with_context
    if not spec.records:
        return lambda record: [record] if record else []
    return lambda record: list(_parts(record, spec.records)) if record else []


def _parts(record: Item, verbs: dict[str, Any]) -> Iterator[Item]:
    """Cut a record into its messages.

    `outer` names what the record says of all of them, `first` what it says of the first alone: of itself if
    that has words (`_text`), else of the first in the lists that `each` names; `own` what each says of
    itself; `skip` names what is no message.
    """
    skipped, own = verbs.get("skip", {}), verbs.get("own", {})
    parts: Iterable[Item] = _inner(record, verbs.get("each", ())) if "each" in verbs else [record]
    shared = _taken(record, verbs.get("outer", {})) if "inside" not in verbs else {}
    first = _taken(record, verbs.get("first", {}))
    if "each" in verbs and all(_at(record, path) is None for path in verbs["each"]) and "_text" not in first:
        parts = [record]
    if "each" in verbs and "_text" in first:
        yield {**record, **shared, **first}
        first = {}
    for part in parts:
        if not any(str(_at(part, path)) in values for path, values in skipped.items()):
            message = {**part, **shared, **first}
            yield {**message, **_taken(message, own)} if own else message
            first = {}


def _inner(record: Item, paths: list[str]) -> Iterator[Item]:
    for path in paths:
        for part in social.items(_at(record, path)):
            yield part
            yield from _inner(part, paths)


def _taken(record: Item, named: dict[str, Any]) -> Item:
    """Take what is named, the first of several that leads to something."""
    found = {}
    for name, paths in named.items():
        values = (_said(record, path) for path in ([paths] if isinstance(paths, str) else paths))
        found[name] = next((value for value in values if value not in (None, "")), None)
    return found


def _said(record: Item, path: str) -> Any:  # noqa: ANN401
    """Follow a path, take a word after `=`, or fill in the paths in braces, if each leads to something.

    `{?path}` is only asked for and leaves nothing in the text.
    """
    if path.startswith("="):
        return path[1:]
    if "{" not in path:
        return _at(record, path)
    values = {inner: scalar(_at(record, inner)) for _, inner in _PLACE.findall(path)}
    if not all(values.values()):
        return ""
    return _PLACE.sub(lambda place: "" if place[1] else values[place[2]], path)


def _at(item: Item, path: str) -> Any:  # noqa: ANN401
    return at(item, path) if "." in path else item.get(path)


def _listed(value: Any, spec: Spec) -> list[Item]:  # noqa: ANN401
    """Take the items of a list inside each object, with what only that object says about them."""
    holders = [item for keys in spec.detect["keys"] for item in objects_with(value, keys)]
    distinct = {id(item): item for item in holders}.values()
    shared = spec.records.get("outer", {})
    return [
        {**item, **_taken(holder, shared)}
        for holder in distinct
        for item in social.items(at(holder, spec.records["inside"]))
    ]


def _outermost(value: Any, signatures: list[list[str]]) -> list[Item]:  # noqa: ANN401
    """Take the records of all signatures, without looking for records inside records."""
    found = {id(item): item for keys in signatures for item in objects_with(value, keys)}
    inner = {
        id(child)
        for item in found.values()
        for part in item.values()
        for keys in signatures
        for child in objects_with(part, keys)
    }
    return [item for own, item in found.items() if own not in inner]
