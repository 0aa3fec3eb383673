"""Files that are neither tables nor JSON -> plain items: XML rows, chat logs, transcripts, notes."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Generator, Iterator
from pathlib import PurePosixPath
from typing import Any

from insight.archives.containers import Source, refuse_bomb
from insight.archives.text_lines import Text
from insight.mentions import InsightError

from .mail import is_mail, read_mail
from .outlook import read_outlook
from .pages import FIELDS, read_fields, read_page
from .talks import is_timed, layout_of, read_talk

Item = dict[str, Any]

_ELEMENT = r"[a-z][\w.:-]{0,60}(?:\s[^<>]{0,400})?"
_XML = re.compile(rf"\A\s*(?:<\?xml|<(?:posts|comments)\b|<(?!html\b){_ELEMENT}>\s*<{_ELEMENT}>)", re.I)
_PAGE = re.compile(r"\A\s*(?:<!doctype\s+html|<html)\b", re.I)
_CUE = re.compile(r"\A(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})\s+-->\s+")
_PROSE = (".md", ".docx", ".txt")
_LOOKED_AT = 2_000


def opener_of(name: str, lines: list[str]) -> str:
    """Name the opener that the first lines (or the ending) of a file call for; "" for a table."""
    start = "".join(lines[:3])
    if name.lower().endswith(".docx"):
        return "prose"
    if _XML.match(start):
        return "xml"
    if is_mail(lines):
        return "mail"
    if _PAGE.match(start):
        return "page"
    if FIELDS.match("".join(lines[:4])):
        return "fields"
    if start.startswith("WEBVTT") or any(_CUE.match(line) for line in lines[:4]):
        return "cues"
    if layout_of(lines[:_LOOKED_AT]) is not None:
        return "chat"
    if not (name.lower().endswith(_PROSE) and _reads_like_prose(lines)):
        return ""
    if is_timed(lines[:_LOOKED_AT]):
        raise InsightError(
            f"{name}: this looks like the log of a chat, but its names and words were not found. Export "
            "it as JSON or CSV, or write each message on a line like '2024-03-31 18:05 - Name: words'."
        )
    return "prose"


def _reads_like_prose(lines: list[str]) -> bool:
    said = [line.strip() for line in lines if line.strip()]
    wordy = sum(len(re.findall(r"[^\W\d_]{2,}", line)) >= 4 for line in said)
    tabular = sum(line.count("\t") > 1 or line.count(",") > 5 or line.count(";") > 3 for line in said)
    return bool(said) and wordy >= 0.3 * len(said) and tabular < 0.5 * len(said)


# --------------------------------------------------------------------------------------------------- xml rows


def _xml(source: Source) -> Generator[Item]:
    """Yield each element below the root, under its name; of a `<row>` the attributes alone."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        with source.open() as stream:
            events = iterparse(stream, events=("start", "end"))
            root, depth = next(events)[1], 0
            for event, element in events:
                depth += 1 if event == "start" else -1
                if event == "end" and depth == 0:
                    is_row = element.tag == "row"
                    yield dict(element.attrib) if is_row else {_name(element.tag): _inside(element)}
                    root.clear()
    except (ParseError, DefusedXmlException, StopIteration, ValueError, LookupError) as error:
        raise InsightError(
            f"{source.name}: the XML is damaged or cut off ({error}). Export it again."
        ) from error


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _inside(element: Any) -> Any:  # noqa: ANN401
    """Take the text of an element, or its attributes and the elements in it, those of one name as a list."""
    said = (element.text or "").strip()
    if cells := _named_cells(element):
        own = {f"{_name(element.tag)}_{_name(name)}": value for name, value in element.attrib.items()}
        return {**own, **cells}
    inner: Item = {}
    for part in element:
        inner.setdefault(_name(part.tag), []).append(_inside(part))
    found = {name: parts[0] if len(parts) == 1 else parts for name, parts in inner.items()}
    found |= {_name(name): value for name, value in element.attrib.items()}
    return {**found, **({"_text": said} if said else {})} if found else said


def _named_cells(element: Any) -> Item:  # noqa: ANN401
    """Take the elements of a row that name what they hold: `<column name="body">`; {} if it has others."""
    parts = list(element)
    plain = all(len(part) == 0 and part.attrib.keys() <= {"name", "type", "nil"} for part in parts)
    names = [part.get("name", "") for part in parts] if plain else []
    if len(names) < 2 or "" in names or len({*names}) < len(names) or len({part.tag for part in parts}) > 4:
        return {}
    return {name: (part.text or "").strip() for name, part in zip(names, parts, strict=True)}


# ------------------------------------------------------------------------------------------------------- chat


def _chat(source: Source, day_first: bool | None = None) -> Generator[Item]:
    with source.open() as stream:
        lines = Text(stream)
        layout = layout_of(itertools.islice(lines, _LOOKED_AT))
    if layout is None:
        return
    with source.open() as stream:
        lines = Text(stream)
        said = list(read_talk(lines, layout, name=source.name, day_first=day_first))
    yield from said


# ----------------------------------------------------------------------------------------- transcripts, notes

_VOICE = re.compile(r"<v(?:\.[^ <>]*)? ([^<>]+)>")
_TAG = re.compile(r"<[^<>]*>")
_SPEAKER = re.compile(r"([A-Z][^:.!?\n]{0,39}):\s+(?=\S)")


def _cues(source: Source) -> Generator[Item]:
    """Yield the turns of a transcript: cues of one speaker that follow each other are one."""
    turn: Item | None = None
    before: list[str] = []
    for start, lines in _blocks(source):
        fresh = [line for line in (_TAG.sub("", text).strip() for text in lines) if line]
        text = " ".join(line for line in fresh if line not in before)
        before = fresh or before
        voice = next((found[1].strip() for line in lines if (found := _VOICE.search(line))), "")
        named = _SPEAKER.match(text)
        if not voice and named:
            voice, text = named[1], text[named.end() :]
        if not text:
            continue
        if turn is not None and voice == turn["speaker"] and voice:
            turn["text"] += " " + text
            continue
        if turn is not None:
            yield turn
        turn = {"start": start, "speaker": voice, "text": text}
    if turn is not None:
        yield turn


def _blocks(source: Source) -> Iterator[tuple[str, list[str]]]:
    start, lines = "", list[str]()
    with source.open() as stream:
        text = Text(stream)
        for line in text:
            cue = _CUE.match(line.strip("\ufeff"))
            if cue:
                if start:
                    yield start, lines
                hour, minute, second, rest = cue.groups()
                start, lines = f"{int(hour or 0):02d}:{minute}:{second}.{rest}", []
            elif not line.strip():
                if start and any(text.strip() for text in lines):
                    yield start, lines
                    start, lines = "", []
            elif start:
                lines.append(line.rstrip("\r\n"))
    if start and lines:
        yield start, [line for line in lines if not line.strip().isdigit()]


_DAY = re.compile(r"(?<!\d)(\d{4})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LIST = re.compile(r"^(?:[-*+•]|\d+[.)])\s+")


def _prose(source: Source) -> Generator[Item]:
    """Yield the paragraphs of field notes, with the heading above, the speaker named and the day given."""
    stem = PurePosixPath(source.name.replace("!", "/")).stem
    day = "-".join(found.groups()) if (found := _DAY.search(stem)) else ""
    heading = ""
    for paragraph in _paragraphs(source):
        if paragraph.startswith("#"):
            heading = paragraph.lstrip("# ").strip()
            day = "-".join(found.groups()) if (found := _DAY.search(heading)) else day
            continue
        named = _SPEAKER.match(paragraph)
        text = paragraph[named.end() :] if named else paragraph
        yield {"paragraph": text, "speaker": named[1] if named else "", "heading": heading, "day": day}


def _paragraphs(source: Source) -> Iterator[str]:
    if source.name.lower().endswith(".docx"):
        yield from _docx(source)
        return
    waiting: list[str] = []
    with source.open() as stream:
        text = Text(stream)
        for line in text:
            said = line.strip()
            alone = said.startswith("#") or _LIST.match(said) or _SPEAKER.match(said)
            if (not said or alone) and waiting:
                yield " ".join(waiting)
                waiting = []
            if said.startswith("#"):
                yield said
            elif said:
                waiting.append(_LIST.sub("", said))
    if waiting:
        yield " ".join(waiting)


def _docx(source: Source) -> Iterator[str]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    try:
        with source.open() as stream, zipfile.ZipFile(io.BytesIO(stream.read())) as packed:
            refuse_bomb(source.name, packed.infolist())
            body = fromstring(packed.read("word/document.xml"))
    except InsightError:
        raise
    except (zipfile.BadZipFile, KeyError, ParseError, DefusedXmlException, OSError, ValueError) as error:
        raise InsightError(
            f"{source.name}: the document cannot be read ({error}). Save it as .docx again."
        ) from error
    for paragraph in body.iter(f"{word}p"):
        style = paragraph.find(f"{word}pPr/{word}pStyle")
        heads = style is not None and str(style.get(f"{word}val", "")).lower().startswith(
            ("heading", "title")
        )
        text = "".join(part.text or "" for part in paragraph.iter(f"{word}t")).strip()
        if text:
            yield f"# {text}" if heads else text


OPENERS: dict[str, Callable[..., Generator[Item]]] = {
    "xml": _xml,
    "mail": read_mail,
    "outlook": read_outlook,
    "page": read_page,
    "fields": read_fields,
    "chat": _chat,
    "cues": _cues,
    "prose": _prose,
}
