"""Where files go, and how: whole or not at all, and harmless in a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import glob
import os
import re
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .mentions import InsightError

_PART = re.compile(r"(?:[0-9a-f]{16}\.)?part")
_STEM = 200  # of 255 letters that a name may have
_HOUR = 3_600
_FORMULA = re.compile(r"\A(?:[\t\r\n]|[\s\u200b\ufeff]*[=+\-@＝＋－＠])")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def page_file(path: str | os.PathLike[str]) -> Path:
    """Return where a page will be written, before the work is done; a folder is refused."""
    target = Path(path)
    try:
        folder = target.is_dir()
    except OSError as error:
        raise InsightError(
            f"cannot write '{target.name[:60]}…': {error.strerror}. Choose another name."
        ) from error
    if folder:
        raise InsightError(f"'{target}' is a folder; name a file in it, such as '{target / 'report.html'}'.")
    return target


def write_file(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file as a whole or not at all; missing folders are made.

    Each writer has a part of its own beside the file, so that two writers of one file do not meet.
    """
    target = Path(path)
    stem = f".{target.name[:_STEM]}."
    part = target.with_name(f"{stem}{secrets.token_hex(8)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent, stem)
        with part.open("xb") as file:
            file.write(content)
        part.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink()
        if not isinstance(error, OSError):
            raise
        raise InsightError(f"cannot write '{target}': {error.strerror}. Choose another place.") from error
    return target


def _sweep(folder: Path, stem: str) -> None:
    """Remove the parts that a killed writer left; a writer that is alive needs no hour."""
    for part in folder.glob(f"{glob.escape(stem)}*part"):
        with contextlib.suppress(OSError):
            if _PART.fullmatch(part.name.removeprefix(stem)) and time.time() - part.stat().st_mtime > _HOUR:
                part.unlink()


def write_table(path: str | os.PathLike[str], table: pd.DataFrame) -> Path:
    """Write a table as CSV that is safe to open in a spreadsheet: every cell quoted, headings too; UTF-8.

    `unescape_formula` gives back a cell that got an apostrophe.
    """
    cells = table.rename(columns=lambda name: escape_formula(str(name))).map(escape_formula)
    text = cells.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n")
    return write_file(path, text.encode("utf-8-sig"))


def escape_formula(value: Any) -> Any:  # noqa: ANN401
    """Keep a text from being run: an apostrophe before what a spreadsheet would take for a formula.

    Every end of a line becomes a line feed: some programs begin a row, and so a formula, at another one.
    """
    if not isinstance(value, str):
        return value
    text = printable(_LINE_END.sub("\n", value))
    return f"'{text}" if _FORMULA.match(text) else text


def printable(text: str) -> str:
    """Leave out what no Office file can hold: control characters and halves of characters."""
    return _UNPRINTABLE.sub("", text)


def unescape_formula(text: str) -> str:
    """Take away the apostrophe that `escape_formula` put before a text."""
    bare = text.removeprefix("'")
    return bare if text != bare and escape_formula(bare) == text else text


@contextlib.contextmanager
def exit_on_signals() -> Iterator[None]:
    """End on a signal as on an error, so that folders and files that are half made are removed."""

    def leave(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    inside = threading.current_thread() is threading.main_thread()  # only there may signals be caught
    caught = [number for number in ends if inside and signal.getsignal(number) == signal.SIG_DFL]
    for number in caught:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in caught:
            signal.signal(number, signal.SIG_DFL)
