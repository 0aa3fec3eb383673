"""How the records of a JSON value are found: by the keys of a spec, or by a shape that keys cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from . import chats, communities, desks, social
from .detect import Spec
from .nested import each_at, messages_in
from .readers import at, objects_with

Item = dict[str, Any]


@dataclass(frozen=True)
class Beside:
    """What a file says only by its place: its name, the owner of an account and its long posts, people."""

    name: str = ""
    owner: Item = field(default_factory=dict)
    people: dict[str, Item] = field(default_factory=dict)
    long_posts: dict[str, str] = field(default_factory=dict)


SHAPES: dict[str, Callable[..., Iterable[Item]]] = {
    "x_v2": lambda value, _: social.x_page(value),
    "x_v1": lambda value, _: social.x_posts(value),
    "x_archive": lambda value, beside: social.x_owned(value, beside.owner, beside.long_posts),
    "mastodon": lambda value, _: social.activities(value),
    "bluesky": lambda value, _: social.bluesky_posts(value),
    "app_store": lambda value, _: social.app_reviews(value),
    "captured": lambda value, _: social.captured(value),
    "meta": lambda value, beside: social.meta_items(value, beside.name),
    "reddit": lambda value, _: communities.reddit_things(value),
    "discourse": lambda value, _: communities.discourse_posts(value),
    "stackexchange": lambda value, _: communities.stack_rows(value),
    "hackernews": lambda value, _: communities.hacker_items(value),
    "slack": lambda value, beside: chats.slack_day(value, beside.name, beside.people),
    "telegram": lambda value, _: chats.telegram_chats(value),
    "zulip": lambda value, beside: chats.zulip_topic(value, beside.name),
}
TICKETS: dict[str, Callable[[Item], list[Item]]] = {
    "zendesk": desks.zendesk,
    "intercom": desks.intercom,
    "freshdesk": desks.freshdesk,
    "helpscout": desks.helpscout,
}


def records_of(spec: Spec, *, beside: Beside | None = None) -> Callable[[Any], Iterable[Item]]:
    """Return how the records of a format are found in one JSON value."""
    beside = beside or Beside()
    if "at" in spec.records:
        return lambda value: (
            item if isinstance(item, dict) else {} for item in each_at(value, spec.records["at"])
        )
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
    """Return how the messages of a format are found in one record; a record of none is set aside."""
    if "at" in spec.records:
        return lambda record: messages_in(record, spec.records)
    if spec.shape in TICKETS:
        return TICKETS[spec.shape]
    if spec.shape == "x_v2":
        return social.with_context
    skipped = spec.records.get("skip", {})
    if not skipped:
        return lambda record: [record] if record else []
    return lambda record: (
        [] if any(str(at(record, path)) in values for path, values in skipped.items()) else [record]
    )


def _listed(value: Any, spec: Spec) -> list[Item]:  # noqa: ANN401
    """Take the items of a list inside each object, with what only that object says about them."""
    holders = [item for keys in spec.detect["keys"] for item in objects_with(value, keys)]
    distinct = {id(item): item for item in holders}.values()
    shared = spec.records.get("outer", {})
    return [
        {**item, **{name: at(holder, path) for name, path in shared.items()}}
        for holder in distinct
        for item in social.items(at(holder, spec.records["inside"]))
    ]


def _outermost(value: Any, signatures: list[list[str]]) -> list[Item]:  # noqa: ANN401
    """Take the records of the first signature that is met, without looking for records inside records."""
    found = next((items for keys in signatures if (items := list(objects_with(value, keys)))), [])
    inner = {
        id(child)
        for item in found
        for part in item.values()
        for keys in signatures
        for child in objects_with(part, keys)
    }
    return [item for item in found if id(item) not in inner]
