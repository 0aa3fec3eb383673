"""Mail -> plain items: mailboxes, single mails (.eml, Maildir), logs of LISTSERV, digests of lists.

Mails are cut and read as bytes: each part says its own charset.
"""

from __future__ import annotations

import codecs
import email.policy
import re
from collections.abc import Generator, Iterable, Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from insight.archives.automatic import is_automatic_mail
from insight.archives.containers import Source
from insight.archives.converters import message_text
from insight.archives.text_lines import Text, encoding_of

Item = dict[str, Any]

_FROM = re.compile(r"From \S.*\d\d:\d\d")
_RULE = re.compile(r"\A(?:={60,}|-{28,75})\s*$")
_HEADER = re.compile(
    r"(?:Message|Message-ID|Date|From|Sender|Reply-To|Subject|To|Organization|Comments|Approved-By|X-[\w-]+):",
    re.I,
)
_DIGEST_ENDS = re.compile(r"End of .+", re.I)
_LOOKED_AT = 2_000


_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60}):(?:\s|$)")
_MARKS_OF_MAIL = {"date", "subject", "message-id", "received", "mime-version", "to", "delivered-to"}


def is_mail(lines: list[str]) -> bool:
    """Return whether a file begins as mail, or holds mails between rules (LISTSERV, digests)."""
    if _FROM.match(lines[0]) or _is_letter(lines):
        return True
    ruled = any(map(_RULE.match, lines[:_LOOKED_AT]))
    return ruled and next(_ruled(lines[:_LOOKED_AT]), "") != ""


def _is_letter(lines: list[str]) -> bool:
    """Return whether the lines up to the first empty one are the header of a mail."""
    names = set()
    for line in lines[:400]:
        field = _FIELD.match(line.lstrip("\ufeff"))
        if field:
            names.add(field[1].lower())
        elif not line.strip() or not line[0].isspace():
            break
    return "from" in names and len(names & _MARKS_OF_MAIL) >= 2


def read_mail(source: Source) -> Generator[Item]:
    """Yield each mail of a mailbox, a log or a digest, or the one that a file holds."""
    head = []
    for line in _lines(source):
        head.append(line)
        if len(head) == _LOOKED_AT:
            break
    said = [line for line in head if line.strip()] or [""]
    if _FROM.match(said[0]):
        letters = _boxed(_lines(source))
    elif _is_letter(said):
        letters = iter(["".join(_lines(source)).lstrip("\r\n")])
    else:
        letters = _ruled(_lines(source))
    for raw in letters:
        yield _letter(raw.encode("latin-1"))


def _lines(source: Source) -> Iterator[str]:
    """Yield the lines with each byte as one letter, so that they can be cut before they are decoded."""
    with source.open() as stream:
        encoding = encoding_of(stream.read(4_096))
    with source.open() as stream:
        if encoding.startswith("utf-16"):
            yield from (line.encode().decode("latin-1") for line in Text(stream))
        else:
            mark = "\xef\xbb\xbf"
            yield from (line.decode("latin-1").removeprefix(mark).replace("\0", "") for line in stream)


def _boxed(lines: Iterable[str]) -> Iterator[str]:
    """Cut a mailbox at its lines `From ...`; one inside a text has no empty line before it."""
    waiting: list[str] = []
    for line in lines:
        if _FROM.match(line) and waiting and (not waiting[-1].strip()):
            yield "".join(waiting)
            waiting = []
        elif not _FROM.match(line) or waiting:
            waiting.append(line)
    if waiting:
        yield "".join(waiting)


def _ruled(lines: Iterable[str]) -> Iterator[str]:
    """Cut a log or digest at rules that two header lines follow; what stands before the first is no mail."""
    waiting: list[str] | None = None
    held, mark = list[str](), "=-"
    for line in lines:
        if _RULE.match(line) and line[0] in mark:
            waiting = None if waiting is None else waiting + held
            held = [line]
        elif not held:
            if waiting is not None:
                waiting.append(line)
        elif line.strip() and len([*filter(str.strip, held)]) == 1 and _DIGEST_ENDS.match(line):
            held = []
            break
        else:
            held.append(line)
            said = [one for one in held[1:] if one.strip()]
            if len(said) == 2 and all(map(_HEADER.match, said)):
                if waiting is not None:
                    yield "".join(waiting)
                waiting, held, mark = said, [], held[0][0]
            elif (said and not _HEADER.match(said[0])) or len(said) == 2:
                waiting = None if waiting is None else waiting + held
                held = []
    if waiting is not None:
        yield "".join(waiting + held)


def _letter(raw: bytes) -> Item:
    letter = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    said: dict[str, str] = {}
    for name, value in letter.raw_items():
        said.setdefault(name.lower(), str(value))
    return letter_of(said, _body(letter))


def letter_of(said: dict[str, str], body: str) -> Item:
    """Make an item of the header (names in lower case) and the words of a mail."""
    name, address = parseaddr(said.get("from", "").replace(" at ", "@", 1))
    replied = re.findall(r"<[^<>\s]+>", f"{said.get('references', '')} {said.get('in-reply-to', '')}")
    return {
        "message_id": said.get("message-id", "").strip(), "date": _date(said.get("date", "")),
        "from": header_text(address or name), "name": header_text(name),
        "subject": header_text(said.get("subject", "")),
        "list": re.sub(r"[<>]", "", header_text(said.get("list-id", ""))).strip(),
        "reply_to": replied[-1] if replied else "", "automated": "true" if is_automatic_mail(said) else "",
        "text": body,
    }  # fmt: skip


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return text.strip()


def header_text(value: str) -> str:
    """Decode the words of a header: RFC 2047, or bytes that were left as they are."""
    if "=?" not in value:
        return " ".join(decoded(value.encode("utf-8", "surrogateescape")).split())
    try:
        parts = decode_header(value.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
    except (ValueError, LookupError):
        return " ".join(value.split())
    words = [decoded(part, charset) if isinstance(part, bytes) else part for part, charset in parts]
    return " ".join("".join(words).split())


def decoded(data: bytes, charset: str | None = None) -> str:
    """Decode bytes by the charset that they claim, if it fits, else as UTF-8 or Windows-1252."""
    for name in (charset, (charset or "").lower().removeprefix("x-").removesuffix("-i"), "utf-8"):
        try:
            if name and codecs.lookup(name).name not in ("ascii", "hex", "base64", "rot13", "zlib", "bz2"):
                return data.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _body(letter: Message) -> str:
    """Take the words of a mail: its plain text, else its HTML; attachments are none."""
    found: dict[str, str] = {}
    for part in letter.walk():
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
            continue
        try:
            data, charset = part.get_payload(decode=True), part.get_content_charset()
        except (LookupError, ValueError, TypeError, AssertionError):
            continue
        text = decoded(data, charset) if isinstance(data, bytes) else ""
        if text.strip():
            found.setdefault(kind, text)
    if "text/plain" in found:
        return _ESCAPED.sub("", found["text/plain"].replace("\r\n", "\n"))
    return message_text(found.get("text/html", ""))


_ESCAPED = re.compile(r"^>(?=From )", re.M)
"""What a mailbox puts before a line of a text that would read as the start of the next mail."""
