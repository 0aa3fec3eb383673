"""Bytes that are not UTF-8 -> the encoding of their alphabet, by the letters that they would be."""

from __future__ import annotations

import codecs
import re

_CYRILLIC, _KANA = "оеаинтсрвлк", "のにはをたがでとしてなるいすっ、。ンーイルトスッ"
USUAL = {
    "cp1251": (_CYRILLIC, 0.35),
    "koi8-r": (_CYRILLIC, 0.35),
    "cp866": (_CYRILLIC, 0.35),
    "cp1253": ("αοιετσνηυρκ", 0.35),
    "cp1255": ("יוהלאתרבמש", 0.35),
    "cp1256": ("الينمروتبة", 0.35),
    "cp874": ("านรอกเงมยลวดท", 0.35),
    "cp932": (_KANA, 0.2),
    "euc_jp": (_KANA, 0.2),
    "gb18030": ("的一是不了在有我他这人们来个上大到说", 0.04),
    "big5": ("的一是不了在有我他這人們來個上大到說", 0.04),
    "cp949": ("이다는에을가의고하지도로니어요", 0.15),
}
"""Letters that texts of an alphabet use most, and the share that they have of its letters at the least."""
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_FEW, _RUN = 12, 2.0


def alphabet_of(head: bytes) -> str:
    """Name the encoding of bytes beyond ASCII that are no UTF-8; "" where they may be Windows-1252.

    Accents stand alone between ASCII letters; words of other alphabets are whole runs beyond ASCII. Where
    some bytes are UTF-8 the file is mixed, which is mended place by place.
    """
    runs = _BEYOND_ASCII.findall(head)
    n = sum(map(len, runs))
    if n < _FEW or n < _RUN * len(runs) or _is_partly_utf8(runs):
        return ""
    fits = {encoding: _fit(head, encoding) for encoding in USUAL}
    best = max(fits, key=lambda encoding: fits[encoding])
    return best if fits[best] >= 1 else ""


def _is_partly_utf8(runs: list[bytes]) -> bool:
    """Whether runs of two bytes and more are UTF-8, which by chance few are."""
    long = [run for run in runs[:-1] if len(run) > 1]
    sound = sum(_decoded(run, "utf-8") is not None for run in long)
    return sound > 0.2 * max(len(long), 1)


def _fit(head: bytes, encoding: str) -> float:
    """Say how often the usual letters come among those beyond ASCII, as a multiple of what is asked."""
    text = _decoded(head, encoding)
    letters = [letter for letter in text or "" if letter > "\x7f"]
    usual, least = USUAL[encoding]
    return sum(letter in usual for letter in letters) / max(len(letters), 1) / least


def _decoded(data: bytes, encoding: str) -> str | None:
    """Decode bytes that may end inside a character; None where they are of another encoding."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return None
