"""Outlook messages (.msg) -> plain items, through olefile (an optional extra)."""

from __future__ import annotations

import io
import struct
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

from insight.archives.containers import Source
from insight.archives.converters import strip_html
from insight.mentions import InsightError

from .mail import decoded, letter_of

_SUBJECT, _BODY, _HTML, _HEADERS = 0x0037, 0x1000, 0x1013, 0x007D
_NAME, _ADDRESS, _SMTP = 0x0C1A, 0x0C1F, 0x5D01
_ID, _ANSWERED, _SENT, _RECEIVED = 0x1035, 0x1042, 0x0039, 0x0E06
_MARK = "__properties_version1.0"
IS_MESSAGE = _MARK.encode("utf-16-le")
"""What a message holds and a workbook of the same container does not."""


def read_outlook(source: Source) -> Generator[dict[str, Any]]:
    """Yield the mail that a `.msg` file holds."""
    try:
        import olefile
    except ImportError as error:
        raise InsightError(
            f"{source.name}: Outlook messages need one more package. Run "
            "pip install 'consumer-insight[outlook]', or save the messages as .eml."
        ) from error
    with source.open() as stream:
        data = stream.read()
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            yield _mail(file)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise InsightError(f"{source.name}: the message is damaged ({error}). Save it again.") from error


def _mail(file: Any) -> dict[str, Any]:  # noqa: ANN401
    name, sent = _text(file, _NAME), _moment(file, _SENT) or _moment(file, _RECEIVED)
    address = _text(file, _SMTP) or _text(file, _ADDRESS)
    html = decoded(_bytes(file, f"__substg1.0_{_HTML:04X}0102"))
    said = {
        "message-id": _text(file, _ID), "in-reply-to": _text(file, _ANSWERED), "date": sent,
        "subject": _text(file, _SUBJECT), "from": f'"{name}" <{address}>' if address else name,
    }  # fmt: skip
    headers = _text(file, _HEADERS)
    return letter_of({**said, **_fields(headers)}, _text(file, _BODY) or strip_html(html))


def _fields(headers: str) -> dict[str, str]:
    from email.parser import HeaderParser

    return {name.lower(): str(value) for name, value in HeaderParser().parsestr(headers.lstrip()).items()}


def _bytes(file: Any, name: str) -> bytes:  # noqa: ANN401
    return file.openstream(name).read() if file.exists(name) else b""


def _text(file: Any, number: int) -> str:  # noqa: ANN401
    """Read a property that is text: in Unicode, else in the code page of its time."""
    wide = _bytes(file, f"__substg1.0_{number:04X}001F")
    return (
        wide.decode("utf-16-le", "replace")
        if wide
        else decoded(_bytes(file, f"__substg1.0_{number:04X}001E"))
    )


def _moment(file: Any, number: int) -> str:  # noqa: ANN401
    """Read a date: units of 100 nanoseconds since 1601."""
    data = _bytes(file, _MARK)
    for at in range(32, len(data) - 15, 16):
        kind, found = struct.unpack_from("<HH", data, at)
        if (kind, found) == (0x0040, number):
            ticks = struct.unpack_from("<Q", data, at + 8)[0]
            moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=min(ticks // 10, 2**56))
            return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
    return ""
