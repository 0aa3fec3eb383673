"""Downloads of one's own account that are no JSON -> plain items: pages of Facebook, lists of TikTok."""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator
from typing import Any

from insight.archives.containers import Source
from insight.archives.text_lines import Text

from .chat_pages import IS_CHAT, Parts, read_chat_page

Item = dict[str, Any]

FIELDS = re.compile(r"\A\s*Date: \d{4}-\d\d-\d\d \d\d:\d\d[^\r\n]*\s+[A-Z][\w ()]*: ")
_FIELD = re.compile(r"([A-Z][\w ()]{0,30}): (.*)")
_PARTS = {"_a6-h": "title", "_a6-p": "text", "_a72d": "date"}
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
            yield from read_chat_page(itertools.chain([head], blocks), day_first=day_first)
            return
    cards = _Cards(source.name.replace("!", "/").casefold())
    with source.open() as stream:
        text = Text(stream)
        for block in text.blocks():
            cards.feed("".join(block))
            yield from cards.done
            cards.done.clear()


class _Cards(Parts):
    """The cards of a page; the date is the last part of each."""

    def __init__(self, place: str) -> None:
        super().__init__(_PARTS)
        self.place, self.card = place, dict[str, str]()

    def end(self, part: str, said: str) -> None:
        self.card[part] = said.translate(_BLANKS)
        if part == "date":
            self._end_card()
            self.card = {}

    def _end_card(self) -> None:
        private = "message" in self.place
        text = "\n".join(dict.fromkeys(self.card.get("text", "").split("\n")))
        if text:
            kind = "message" if private else "comment" if "comment" in self.place else "post"
            self.done.append({
                "page_text": text, "page_date": self.card["date"], "kind": kind,
                "platform": "instagram" if "instagram" in self.place else "facebook",
                "sender": self.card.get("title", "") if private else "",
                "public": "false" if private else "true",
            })  # fmt: skip


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
