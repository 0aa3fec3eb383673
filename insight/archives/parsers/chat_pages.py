"""Chats that were saved as pages (Telegram, Discord, iMessage, Element) -> plain items."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

from insight.archives.dates.chat_stamps import STAMP, days_of, hours_of, read_stamp

Item = dict[str, Any]

_STARTS = {
    "message": "", "chatlog__message-container": "discord", "chatlog__message": "discord",
    "mx_EventTile": "matrix",
}  # fmt: skip
_PARTS = {
    "from_name": "name", "chatlog__author": "name", "chatlog__author-name": "name", "sender": "name",
    "mx_DisambiguatedProfile_displayName": "name", "mx_DisplayName": "name",
    "date": "date", "chatlog__timestamp": "date", "chatlog__short-timestamp": "date", "timestamp": "date",
    "mx_MessageTimestamp": "date",
    "text": "text", "chatlog__content": "text", "bubble": "text", "mx_EventTile_body": "text",
    "reply_to": "answered", "chatlog__reply": "answered", "chatlog__reference": "answered",
    "chatlog__system-notification-content": "event", "chatlog__edited-timestamp": "aside",
    "reactions": "aside", "mx_DateSeparator": "above", "mx_TimelineSeparator": "above",
}  # fmt: skip
IS_CHAT = re.compile(r'class="[^"]*\b(?:from_name|chatlog__|mx_EventTile|message_part|bubble)')
"""What the page of a chat holds and others do not."""
_BREAKS = {"br", "p", "div", "li", "blockquote"}
_ENDS = {"p", "div", "li"}
_VOID = {"br", "img", "hr", "input", "meta", "link", "source", "wbr", "area", "base", "col", "embed", "track"}
_ANSWERED = re.compile(r"(?:go_to_message|scrollToMessage\(event, ?[\"']?)(\d+)")
_LONGEST_DATE = 200


def read_chat_page(blocks: Iterable[str], *, day_first: bool | None = None) -> Iterator[Item]:
    """Yield the messages of a page; a message without name goes on with that of the one before it."""
    page = _Page()
    for block in blocks:
        page.feed(block)
    page.close()
    page.end_message()
    found = [(item, re.search(STAMP, item.get("date", "")[:_LONGEST_DATE])) for item in page.done]
    stamps = [
        read_stamp(
            match["day"] or match["day_"] or item["above"], match["time"] or match["time_"] or match["bare"]
        )
        if match
        else read_stamp("", "")
        for item, match in found
    ]
    days, caution = days_of(stamps, day_first=day_first)
    for (item, _), stamp, day, hour in zip(found, stamps, days, hours_of(stamps), strict=True):
        clock = f"{hour:02d}:{stamp.rest}"
        is_message = item.get("name") and not item.get("event")
        yield {
            "day": day.isoformat() if day else "", "time": clock, "app": item["app"],
            "date": f"{day.isoformat()} {clock}{stamp.zone}" if day and stamp.rest else "",
            "author": item["name"] if is_message else "",
            "text": item.get("text", "") or item.get("event", ""),
            "id": item["id"], "reply_to": item["reply_to"],
        }  # fmt: skip
    if caution:
        yield {"_note": caution}


class Parts(HTMLParser, ABC):
    """Gathers the words of the parts of a page, each known by a class of its element."""

    def __init__(self, parts: dict[str, str]) -> None:
        super().__init__()
        self.parts, self.done = parts, list[Item]()
        self.part, self.depth, self.said = "", 0, list[str]()

    def begin(self, given: dict[str, str], classes: list[str], part: str) -> bool:
        """Take what an element says by its attributes; return whether its words are wanted."""
        return bool(part)

    def inside(self, given: dict[str, str]) -> None:
        """Take what an element inside a part says by its attributes."""

    @abstractmethod
    def end(self, part: str, said: str) -> None:
        """Take the words of a part."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a part, or go deeper into the one that is open."""
        given = {name: value or "" for name, value in attrs}
        if self.part:
            self.inside(given)
            self.depth += tag not in _VOID
            self.said.append("\n" if tag in _BREAKS else "")
            return
        classes = given.get("class", "").split()
        part = next((self.parts[name] for name in classes if name in self.parts), "")
        if self.begin(given, classes, part) and tag not in _VOID:
            self.part, self.depth, self.said = part, 1, []

    def handle_data(self, data: str) -> None:
        """Take the words of the part that is open."""
        if self.part:
            self.said.append(re.sub(r"\s+", " ", data))

    def handle_endtag(self, tag: str) -> None:
        """Go up again, and end the part with its own element."""
        if not self.part or tag in _VOID:
            return
        self.depth -= 1
        if self.depth > 0:
            self.said.append("\n" if tag in _ENDS else "")
            return
        self.end(self.part, re.sub(r"\s*\n\s*", "\n", "".join(self.said)).strip())
        self.part = ""


class _Page(Parts):
    """The messages of a chat."""

    def __init__(self) -> None:
        super().__init__(_PARTS)
        self.open: Item | None = None
        self.name, self.above = "", ""

    def begin(self, given: dict[str, str], classes: list[str], part: str) -> bool:
        start = next((name for name in classes if name in _STARTS), None)
        if start is not None:
            self._start(given, classes, _STARTS[start])
        if part == "date" and self.open is not None and given.get("title"):
            self.open.setdefault("date", given["title"])
        return bool(part) and (self.open is not None or part in ("above", "name"))

    def inside(self, given: dict[str, str]) -> None:
        if self.open is not None and self.part == "answered":
            link = _ANSWERED.search(f"{given.get('href', '')} {given.get('onclick', '')}")
            self.open["reply_to"] = link[1] if link else self.open["reply_to"]

    def end(self, part: str, said: str) -> None:
        if part == "above":
            self.above = said
        elif self.open is None:
            self.name = said if part == "name" else self.name
        elif part in ("text", "event"):
            self.open[part] = f"{self.open.get(part, '')}\n{said}".strip()
        elif part != "aside" and said:
            self.open.setdefault(part, said)

    def _start(self, given: dict[str, str], classes: list[str], app: str) -> None:
        own = re.sub(r"^\D+", "", given.get("data-message-id") or given.get("id") or "")
        if not own and app == "discord":
            return
        self.end_message()
        self.open = {
            "id": own, "reply_to": "", "above": self.above,
            "app": app or ("telegram" if own else "imessage"),
        }  # fmt: skip
        if "service" in classes:
            self.open |= {"event": "", "name": ""}

    def end_message(self) -> None:
        """Close the message that is open; without a name it is of the person before."""
        item, self.open = self.open, None
        if item is None:
            return
        if item.get("name") != "":
            self.name = re.sub(r"\s+via @\w+$", "", item.get("name", self.name))
            item["name"] = self.name
        self.done.append(item)
