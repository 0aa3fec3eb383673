"""Downloads of one's own account that are no JSON -> plain items: pages of Facebook, lists of TikTok."""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator
from html.parser import HTMLParser
from typing import Any

from insight.archives.containers import Source
from insight.archives.text_lines import Text

from .chat_pages import IS_CHAT, read_chat_page

Item = dict[str, Any]

FIELDS = re.compile(r"\A\s*Date: \d{4}-\d\d-\d\d \d\d:\d\d[^\r\n]*\s+[A-Z][\w ()]*: ")
_FIELD = re.compile(r"([A-Z][\w ()]{0,30}): (.*)")
_PARTS = {"_a6-h": "title", "_a6-p": "text", "_a72d": "date"}
_VOID = (
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
)  # fmt: skip
_BLANKS = str.maketrans({"\u202f": " ", "\u00a0": " "})


def read_page(source: Source, day_first: bool | None = None) -> Generator[Item]:
    """Yield the messages of a saved chat, or the cards of a page of a Facebook or Instagram download.

    Both are known by the classes of their parts, which are the same in every language.
    """
    with source.open() as stream:
        text = Text(stream)
        blocks = ("".join(block) for block in text.blocks())
        head = next(blocks, "")
        if IS_CHAT.search(head):
            said = list(read_chat_page(itertools.chain([head], blocks), day_first=day_first))
            yield from said
            return
    cards = _Cards(source.name.replace("!", "/").casefold())
    with source.open() as stream:
        text = Text(stream)
        for block in text.blocks():
            cards.feed("".join(block))
            yield from cards.done
            cards.done.clear()


class _Cards(HTMLParser):
    """Gathers the parts of a card; the date is its last."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place, self.done = place, list[Item]()
        self.part, self.depth = "", 0
        self.said: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        if self.part:
            self.depth += 1
            return
        named = (dict(attrs).get("class") or "").split()
        self.part = next((_PARTS[name] for name in named if name in _PARTS), "")
        if self.part:
            self.depth = 1
            self.said[self.part] = []

    def handle_data(self, data: str) -> None:
        if self.part and (said := " ".join(data.translate(_BLANKS).split())):
            self.said[self.part].append(said)

    def handle_endtag(self, tag: str) -> None:
        if not self.part or tag in _VOID:
            return
        self.depth -= 1
        if self.depth:
            return
        if self.part == "date":
            self._end_card()
        self.part = ""

    def _end_card(self) -> None:
        private = "message" in self.place
        text = "\n".join(dict.fromkeys(self.said.get("text", ())))
        if text:
            kind = "message" if private else "comment" if "comment" in self.place else "post"
            self.done.append({
                "page_text": text, "page_date": " ".join(self.said["date"]), "kind": kind,
                "platform": "instagram" if "instagram" in self.place else "facebook",
                "sender": " ".join(self.said.get("title", ())) if private else "",
                "public": "false" if private else "true",
            })  # fmt: skip
        self.said = {}


def read_fields(source: Source) -> Generator[Item]:
    """Yield the entries of a TikTok download as text: lines `Name: value`, an empty line between entries."""
    entry: Item = {}
    last = ""
    with source.open() as stream:
        text = Text(stream)
        for line in text:
            field = _FIELD.match(line.strip())
            if not line.strip() or (field and field[1] in entry):
                if entry:
                    yield entry
                entry = {}
            if field:
                last = field[1]
                entry[last] = field[2].strip()
            elif line.strip() and entry:
                entry[last] += "\n" + line.strip()
    if entry:
        yield entry
