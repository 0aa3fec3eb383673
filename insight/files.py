"""Files of our own: written whole or not at all, harmless in a spreadsheet, read with one plain error."""

from __future__ import annotations

import contextlib
import csv
import glob
import hashlib
import io
import json
import os
import re
import secrets
import signal
import threading
import time
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
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


def read_toml(path: str | os.PathLike[str], *, what: str, way_out: str) -> dict[str, Any]:
    """Read a TOML file that people write; `what` it is and the `way_out` are for the error."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:  # no Unicode and no TOML are a ValueError each
        raise _unreadable(path, what, error, way_out) from error


def read_cells(path: str | os.PathLike[str], *, what: str, way_out: str) -> pd.DataFrame:
    """Read a table that `write_table` wrote, or a spreadsheet has saved since; every cell is a text.

    Spreadsheets save CSV in UTF-8, UTF-16 or the code page of the country, parted by commas, semicolons or
    tabs.
    """
    try:
        content = Path(path).read_bytes()
        text = _decoded(content)
        head = text.partition("\n")[0]
        delimiter = max(",;\t", key=head.count)
        cells = pd.read_csv(io.StringIO(text), sep=delimiter, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise _unreadable(path, what, error, way_out) from error
    return cells.fillna("")


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _unreadable(path: str | os.PathLike[str], what: str, error: Exception, way_out: str) -> InsightError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    return InsightError(f"{what} {Path(path).name!r} cannot be read: {reason}. {way_out}")


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


@dataclass(frozen=True)
class Bundle:
    """What a result is kept as: tables, arrays of numbers, and facts that JSON can hold; nothing can run."""

    tables: Mapping[str, pd.DataFrame]
    arrays: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]


def write_bundle(path: str | os.PathLike[str], bundle: Bundle, *, kind: str, version: int) -> Path:
    """Write a zip of Parquet, NumPy and JSON, sealed by its hash; the same bundle gives the same bytes."""
    parts = {f"{name}.parquet": table.to_parquet() for name, table in bundle.tables.items()}
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **bundle.arrays)
    parts["arrays.npz"] = content.getvalue()
    types = {name: table.dtypes.astype(str).to_dict() for name, table in bundle.tables.items()}
    facts = {"kind": kind, "version": version, "types": types, "facts": bundle.facts}
    parts["facts.json"] = json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, part in {**parts, "seal": _seal(parts)}.items():
            file.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return write_file(path, packed.getvalue())


def read_bundle(path: str | os.PathLike[str], *, kind: str, version: int) -> Bundle:
    """Read what `write_bundle` wrote; InsightError if it is of another kind or version, or was changed."""
    try:
        with zipfile.ZipFile(path) as file:
            parts = {name: file.read(name) for name in file.namelist()}
    except Exception as error:  # damage to a zip raises errors of many families
        raise InsightError(f"'{path}' cannot be read as {kind} ({error}). Pass a file of {kind}.") from error
    if parts.pop("seal", b"") != _seal(parts):
        raise InsightError(f"'{path}' holds no {kind}, or was changed after it was saved. Save {kind} again.")
    facts = json.loads(parts["facts.json"].decode("utf-8", "surrogatepass"))
    if facts["kind"] != kind:
        raise InsightError(f"'{path}' holds {facts['kind']}, not {kind}.")
    if facts["version"] != version:
        raise InsightError(
            f"'{path}' holds {kind} of version {facts['version']}, this insight reads {version}. "
            f"Save {kind} again."
        )
    tables = {
        name: pd.read_parquet(io.BytesIO(parts[f"{name}.parquet"])).astype(types)
        for name, types in facts["types"].items()
    }
    with np.load(io.BytesIO(parts["arrays.npz"]), allow_pickle=False) as arrays:
        return Bundle(tables, dict(arrays), facts["facts"])


def _seal(parts: Mapping[str, bytes]) -> bytes:
    digests = [f"{name} {hashlib.sha256(part).hexdigest()}" for name, part in sorted(parts.items())]
    return hashlib.sha256("\n".join(digests).encode()).hexdigest().encode()


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
