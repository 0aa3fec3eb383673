"""Bytes -> lines of text: the encoding of a file, and what had to be mended in it."""

from __future__ import annotations

import codecs
import io
import itertools
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from .encodings import USUAL, alphabet_of


def encoding_of(head: bytes) -> str:
    """Name the encoding of a text file: its mark, the zero bytes of UTF-16, its alphabet, else UTF-8."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.6 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.6 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return "utf-16-be"
    return alphabet_of(head) or "utf-8"


_NOT_UTF8 = re.compile("[\udc80-\udcff]+")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Text:
    """Lines of a text file; counts what had to be mended on the way.

    Bytes that are not UTF-8 are read as Windows-1252, place by place, so a file in which both are mixed
    comes out right; a file in another alphabet is read as that, and `guessed` names its encoding. Zero bytes
    are removed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        whole = io.BufferedReader(cast(io.RawIOBase, stream), 2**18)
        self.encoding = encoding_of(whole.peek(2**16)[: 2**16])
        self.guessed = self.encoding if self.encoding in USUAL else ""
        self.n_zero = self.n_mended = 0
        self.whole_last_line = True
        errors = "surrogateescape" if self.encoding.startswith("utf-8") else "replace"
        self._lines = io.TextIOWrapper(whole, encoding=self.encoding, errors=errors, newline="")

    def blocks(self) -> Iterator[list[str]]:
        """Yield the lines, about a megabyte of them at a time."""
        while lines := self._lines.readlines(2**20):
            block = "".join(lines)
            if "\0" in block or not _is_utf8(block):
                lines = [line for line in map(self._sound, lines) if line]
            self.whole_last_line = block.endswith(("\n", "\r"))
            yield lines

    def __iter__(self) -> Iterator[str]:
        return itertools.chain.from_iterable(self.blocks())

    def _sound(self, line: str) -> str:
        self.n_zero += line.count("\0")
        return _NOT_UTF8.sub(self._mend, line.replace("\0", ""))

    def _mend(self, match: re.Match[str]) -> str:
        wrong = match.group().encode("utf-8", "surrogateescape")
        self.n_mended += len(wrong)
        return wrong.decode("cp1252", "replace")
