"""Mail -> plain items: mailboxes (mbox, pipermail), logs of LISTSERV, digests of mailing lists."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Generator, Iterable, Iterator
from email.message import EmailMessage
from email.parser import Parser
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from .automatic import is_automatic_mail
from .containers import Source, Text
from .converters import message_text

Item = dict[str, Any]

_FROM = re.compile(r"From \S.*\d\d:\d\d")
_RULE = re.compile(r"\A(?:={60,}|-{28,75})\s*$")
_HEADER = re.compile(
    r"(?:Message|Message-ID|Date|From|Sender|Reply-To|Subject|To|Organization|Comments|Approved-By|X-[\w-]+):",
    re.I,
)
_DIGEST_ENDS = re.compile(r"End of .+", re.I)
_LOOKED_AT = 2_000


def is_mail(lines: list[str]) -> bool:
    """Tell whether a file begins as a mailbox, or holds mails between rules as LISTSERV writes them."""
    if _FROM.match(lines[0]):
        return True
    ruled = any(map(_RULE.match, lines[:_LOOKED_AT]))
    return ruled and next(_ruled(lines[:_LOOKED_AT]), "") != ""


def read_mail(source: Source) -> Generator[Item]:
    """Yield each mail of a mailbox, a log or a digest."""
    with source.open() as stream:
        lines = Text(stream)
        first = next((line for line in lines if line.strip()), "")
    with source.open() as stream:
        text = Text(stream)
        for raw in _boxed(text) if _FROM.match(first) else _ruled(text):
            yield _letter(raw)


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


def _letter(raw: str) -> Item:
    letter = Parser(policy=email.policy.compat32).parsestr(raw)
    name, address = parseaddr(str(letter.get("From", "")).replace(" at ", "@", 1))
    try:
        date = parsedate_to_datetime(str(letter.get("Date", ""))).isoformat()
    except (ValueError, TypeError, IndexError):
        date = str(letter.get("Date", ""))
    replied = re.findall(r"<[^<>\s]+>", f"{letter.get('References', '')} {letter.get('In-Reply-To', '')}")
    return {
        "message_id": str(letter.get("Message-ID", "")).strip(),
        "date": date,
        "from": address or name,
        "name": name,
        "subject": _header(letter.get("Subject", "")),
        "list": re.sub(r"[<>]", "", str(letter.get("List-Id", ""))).strip(),
        "reply_to": replied[-1] if replied else "",
        "automated": is_automatic_mail(letter),
        "text": _body(raw),
    }


def _header(value: object) -> str:
    from email.header import decode_header, make_header

    try:
        return " ".join(str(make_header(decode_header(str(value)))).split())
    except (LookupError, ValueError):
        return " ".join(str(value).split())


def _body(raw: str) -> str:
    letter = Parser(policy=email.policy.default).parsestr(raw)
    if not isinstance(letter, EmailMessage):
        return ""
    try:
        part = letter.get_body(preferencelist=("plain", "html"))
        content = str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, KeyError, AttributeError, TypeError):
        return raw.partition("\n\n")[2]
    if part is not None and part.get_content_subtype() == "html":
        return message_text(content)
    return _ESCAPED.sub("", content.replace("\r\n", "\n"))


_ESCAPED = re.compile(r"^>(?=From )", re.M)
"""What a mailbox puts before a line of a text that would read as the start of the next mail."""
