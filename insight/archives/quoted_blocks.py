"""Quotes that are marked off by tags: HTML, BBCode of forums, Skype."""

from __future__ import annotations

import re

_HTML = re.compile(r"<(/?)(?:blockquote|aside)\b[^<>]*>", re.I)
_BBCODE = re.compile(r"\[(/?)quote\b([^\]\n]{0,300})\]", re.I)
_SKYPE = re.compile(r"^\[[^\]\n]{4,40}\][^\n:]{1,60}:[^\n]*(?:\n(?!<<<)[^\n]*){0,40}\n<<<[ \t]*", re.M)
_CUT = "\n>\n"
"""What takes the place of a quote: a quoted line without words, so that what introduces it is known."""


def mark_quotes(text: str) -> str:
    """Write the quotes of HTML as a forum does: so they are still known once tags are gone."""
    if "<" not in text:
        return text
    return _HTML.sub(lambda tag: "[/quote]\n" if tag[1] else "\n[quote]", text)


def without_blocks(text: str) -> str:
    """Cut what stands between tags that open and close a quote, quotes in quotes too.

    A tag that is never closed ends nothing: it goes if it names someone, and the text stays.
    """
    text = mark_quotes(text)
    if "<<<" in text:
        text = _SKYPE.sub(_CUT.lstrip("\n"), text)
    if "[" not in text:
        return text
    opened: list[re.Match[str]] = []
    spans: list[tuple[int, int]] = []
    for tag in _BBCODE.finditer(text):
        if not tag[1]:
            opened.append(tag)
        elif opened:
            spans.append((opened.pop().start(), tag.end()))
    spans += [tag.span() for tag in opened if tag[2].strip()]
    return _without(text, spans)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            kept.append(text[end:start])
        end = max(end, stop)
    return _CUT.join([*kept, text[end:]]) if spans else text
