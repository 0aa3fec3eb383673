"""Shapes of chats: Slack, Zulip."""

from __future__ import annotations

import html
import re
from pathlib import PurePosixPath
from typing import Any

from .readers import objects_with, scalar
from .social import items

Item = dict[str, Any]

_MARKED = re.compile(r"<([^<>]*)>")
_EVENTS = re.compile(r"(?:channel|group)_|pinned_item|bot_(?:add|remove)|reminder_|tombstone|me_joined")


def slack_day(value: Any, name: str, people: dict[str, Item]) -> list[Item]:  # noqa: ANN401
    """Take one day of a Slack channel, or a page of its API; joins and events are no messages."""
    place = PurePosixPath(name.replace("!", "/"))
    page = isinstance(value, dict) and "messages" in value
    channel = scalar(value.get("channel")) or place.stem if page else place.parent.name
    return [_slack(message, channel, people) for message in items(value["messages"] if page else value)]


def _slack(message: Item, channel: str, people: dict[str, Item]) -> Item:
    ts, root = scalar(message.get("ts")), scalar(message.get("thread_ts"))
    subtype, attached = scalar(message.get("subtype")), items(message.get("attachments"))
    if not ts or _EVENTS.match(subtype):
        return {"_set_aside": ("not a message", subtype or "no time stamp")}
    more = [scalar(part.get("text") or part.get("fallback")) for part in attached]
    text = "\n".join(part for part in (scalar(message.get("text")), *more) if part)
    own = scalar(message.get("user") or message.get("bot_id") or message.get("username"))
    known = people.get(own, {})
    bot = subtype == "bot_message" or "bot_id" in message or known.get("is_bot") is True
    return {
        **message, "_id": f"{channel}/{ts}", "_time": ts, "_channel": channel, "_author": own,
        "_handle": known.get("name") or message.get("username"), "_side": "other" if bot else "",
        "_thread": f"{channel}/{root or ts}",
        "_reply_to": f"{channel}/{root}" if root and root != ts else "",
        "_text": html.unescape(_MARKED.sub(lambda mark: _slack_mark(mark[1], people), text)),
    }  # fmt: skip


def _slack_mark(mark: str, people: dict[str, Item]) -> str:
    target, _, label = mark.partition("|")
    if target.startswith("@"):
        return "@" + (label or scalar(people.get(target[1:], {}).get("name")) or target[1:])
    if target.startswith("#"):
        return "#" + (label or target[1:])
    return "@" + (label or target[1:]).lstrip("@") if target.startswith("!") else label or target


def zulip_topic(value: Any, name: str) -> list[Item]:  # noqa: ANN401
    """Take the messages of one topic or an API answer; in a static archive the file is named by the topic."""
    place = PurePosixPath(name.replace("!", "/"))
    return [
        {
            **message, "_topic": message.get("subject") or place.stem,
            "_channel": _stream(message) or place.parent.name,
        }
        for message in objects_with(value, ["id", "sender_full_name", "timestamp", "content"])
    ]  # fmt: skip


def _stream(message: Item) -> str:
    stream = message.get("display_recipient")
    return stream if isinstance(stream, str) else ""
