"""Paths, folders, globs and packed files -> named byte streams, with guards against bombs."""

from __future__ import annotations

import codecs
import glob
import gzip
import io
import itertools
import lzma
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pandas as pd

from insight.mentions import InsightError

from .byte_streams import SteadyFile, ZstdFrames, lacks_checksum

if TYPE_CHECKING:
    import pyarrow as pa

MAX_MEMBERS = 200_000
MAX_BYTES = 16 * 2**30
USUAL_RATIO = 40
MAX_RATIO = 200
RATIO_FROM = 16 * 2**20
MAX_DEPTH = 3

READABLE = (
    ".csv", ".tsv", ".tab", ".txt", ".json", ".jsonl", ".ndjson", ".js", ".xlsx", ".xls", ".parquet",
    ".xml", ".mbox", ".eml", ".msg", ".log", ".weechatlog", ".vtt", ".srt", ".md", ".docx",
    ".html", ".htm", ".gz", ".zst", ".xz", ".zip",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file to read: a name without machine paths, and how to open its unpacked bytes.

    `folder` tells which files belong together; `named` is True if the caller asked for this very file, so
    that failing to read it is an error and not a note; `caution` is what the packing leaves in doubt,
    `modified` when it was last written (UTC): ages such as "2 years ago" count from there. `table` stands
    for a table in memory, which has no bytes.
    """

    name: str
    folder: str
    open: Callable[[], BinaryIO]
    named: bool
    caution: str = ""
    modified: pd.Timestamp | None = None
    table: pa.Table | None = None


def find_sources(paths: object) -> list[Source]:
    """List the files behind a path, folder, glob or zip, or a list of these, in the order of their names."""
    given = [paths] if isinstance(paths, str | Path) else paths
    if not isinstance(given, Sequence) or not all(isinstance(path, str | Path) for path in given):
        kind = type(paths)
        raise InsightError(
            f"this is a {kind.__name__} of {kind.__module__.partition('.')[0]}; pass a path, a list of "
            "paths, or a table of pandas, polars, Arrow or Ibis with one row a message."
        )
    if not given:
        raise InsightError(
            "no path was given. Pass a file, a folder, a glob such as 'exports/*.csv', or a list of them."
        )
    found: dict[Path, tuple[str, bool]] = {}
    for path in given:
        for file, name, named in _files(path):
            found[file] = (name, named or found.get(file, ("", False))[1])
    names = _distinct(found)
    ordered = sorted(found, key=lambda file: (names[file], str(file)))
    return [source for file in ordered for source in _unpack(_disk(file, names[file], found[file][1]))]


def _files(path: str | Path) -> Iterator[tuple[Path, str, bool]]:
    place = Path(path).expanduser()
    if place.is_file():
        yield place.resolve(), place.name, True
        return
    if place.is_dir():
        inside = [
            file
            for file in sorted(place.rglob("*"))
            if file.is_file() and _is_readable(file.relative_to(place).as_posix())
        ]
        if not inside:
            raise InsightError(
                f"the folder {place.name!r} holds no file with one of the endings {', '.join(READABLE)}."
            )
        yield from ((file.resolve(), file.relative_to(place).as_posix(), False) for file in inside)
        return
    matches = [Path(match) for match in sorted(glob.glob(str(place), recursive=True))]  # noqa: PTH207
    if not matches:
        nearby = sorted(file.name for file in place.parent.iterdir())[:8] if place.parent.is_dir() else []
        beside = f" Beside it lie: {', '.join(nearby)}." if nearby else ""
        raise InsightError(f"there is no file, folder or glob match at {str(path)!r}.{beside}")
    for match in matches:
        if match.is_dir():
            yield from _files(match)
        else:
            yield match.resolve(), match.name, False


def _is_readable(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "__MACOSX", "insight-edits")) for part in parts)
    in_maildir = len(parts) > 1 and parts[-2] in ("cur", "new")
    return not hidden and (name.lower().endswith(READABLE) or in_maildir)


def _distinct(found: dict[Path, tuple[str, bool]]) -> dict[Path, str]:
    names = {file: name for file, (name, _) in found.items()}
    for depth in range(2, 12):
        shared = (
            [file for file, name in names.items() if list(names.values()).count(name) > 1]
            if len(names) > 1
            else []
        )
        for file in shared:
            names[file] = "/".join(file.parts[-depth:])
        if not shared:
            break
    return names


def _disk(file: Path, name: str, named: bool) -> Source:
    size = file.stat().st_size
    written = pd.Timestamp(file.stat().st_mtime, unit="s").floor("s")

    def opened() -> BinaryIO:
        return io.BufferedReader(SteadyFile(file, name=name, size=size), 2**18)

    return Source(name, str(file.parent), opened, named, modified=written)


def _unpack(source: Source, depth: int = 0) -> Iterator[Source]:
    """Follow gz, xz, zst and zip by their first bytes, never by the ending of the name."""
    try:
        with source.open() as stream:
            magic = stream.read(8)
    except InsightError:
        if source.named:
            raise
        yield source  # who reads it meets the same error, and passes it over
        return
    except OSError as error:
        raise InsightError(f"{source.name}: cannot be opened ({error.strerror or error}).") from error
    except (EOFError, RuntimeError, zipfile.BadZipFile, lzma.LZMAError) as error:
        raise InsightError(
            f"{source.name}: the packed file is damaged ({error}). Export or download it again."
        ) from error
    packed = next((unpack for start, unpack in _UNPACK.items() if magic.startswith(start)), None)
    if packed is None or depth >= MAX_DEPTH:
        yield source
    elif packed is _members:
        yield from _members(source, depth)
    else:
        unchecked = packed is ZstdFrames and lacks_checksum(magic)
        yield from _unpack(_stream(source, packed, _UNCHECKED if unchecked else ""), depth + 1)


_UNCHECKED = (
    "the Zstandard file carries no checksum, so damage to single bytes may go unnoticed. Pack it with zstd's "
    "own command, which adds one."
)


def _stream(source: Source, unpack: Callable[[BinaryIO], BinaryIO], caution: str) -> Source:
    def opened() -> BinaryIO:
        packed = source.open()
        return cast(BinaryIO, io.BufferedReader(_Guard(unpack(packed), packed, source.name), 2**18))

    return Source(source.name, source.folder, opened, source.named, caution, source.modified)


class _Guard(io.RawIOBase):
    """Stops a packed stream that swells beyond reason."""

    def __init__(self, inner: BinaryIO, packed: BinaryIO, name: str) -> None:
        self.inner, self.packed, self.name, self.n = inner, packed, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            data = self.inner.read(len(buffer))
        except Exception as error:  # each packer has its own family of errors for damaged data
            raise InsightError(
                f"{self.name}: the packed file is damaged or cut off after {self.n:,} bytes ({error})."
            ) from error
        self.n += len(data)
        most = USUAL_RATIO if self.n > MAX_BYTES else MAX_RATIO
        if self.n > RATIO_FROM and self.n > most * max(self.packed.tell(), 1):
            raise InsightError(
                f"{self.name}: unpacks to more than {self.n:,} bytes from {self.packed.tell():,}, which "
                "looks like a ZIP "
                f"bomb. If the file is sound, unpack it yourself and pass the unpacked file."
            )
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.inner.close()
        self.packed.close()
        super().close()


def _members(source: Source, depth: int) -> Iterator[Source]:
    try:
        with source.open() as stream, zipfile.ZipFile(stream) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise InsightError(
            f"{source.name}: the ZIP file is damaged ({error}). Export or download it again."
        ) from error
    refuse_bomb(source.name, infos)
    names = {info.filename for info in infos}
    if names & {"xl/workbook.xml", "xl/workbook.bin", "word/document.xml"}:
        yield source
        return
    usable = sorted(name for name in names if not name.endswith("/") and _is_readable(name))
    if not usable:
        raise InsightError(
            f"{source.name}: the ZIP file holds {len(infos)} members, none with one of the endings "
            f"{', '.join(READABLE)}."
        )
    for name in usable:
        yield from _unpack(_member(source, name, len(usable) == 1), depth + 1)


def _member(source: Source, name: str, only: bool) -> Source:
    def opened() -> BinaryIO:
        stream = source.open()
        try:
            return io.BytesIO(zipfile.ZipFile(stream).read(name))
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
            ValueError,
        ) as error:
            raise InsightError(f"{source.name}!{name}: the ZIP member cannot be read ({error}).") from error
        finally:
            stream.close()

    folder = f"{source.folder}/{source.name}!{name.rpartition('/')[0]}"
    return Source(f"{source.name}!{name}", folder, opened, source.named and only, modified=source.modified)


def refuse_bomb(name: str, infos: list[zipfile.ZipInfo]) -> None:
    """Stop before a ZIP of too many members, or one that swells beyond reason, is unpacked."""
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    worst = max(infos, key=lambda info: info.file_size / max(info.compress_size, 1), default=None)
    swollen = (
        worst is not None
        and worst.file_size > RATIO_FROM
        and worst.file_size > MAX_RATIO * worst.compress_size
    )
    if len(infos) > MAX_MEMBERS or size > MAX_BYTES or swollen:
        raise InsightError(
            f"{name}: the ZIP file has {len(infos):,} members that unpack from {packed:,} to {size:,} "
            "bytes, which looks "
            "like a ZIP bomb. If the file is sound, unpack it yourself and pass the unpacked files."
        )


_UNPACK: dict[bytes, Callable] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"\xfd7zXZ\x00": lambda packed: lzma.LZMAFile(packed),  # noqa: SIM115
    b"\x28\xb5\x2f\xfd": ZstdFrames,
    b"PK\x03\x04": _members,
    b"PK\x05\x06": _members,
}


def encoding_of(head: bytes) -> str:
    """Name the encoding of a text file: its mark, else the zero bytes of UTF-16, else UTF-8."""
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
    return "utf-8"


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
    comes out right. Zero bytes are removed.
    """

    def __init__(self, stream: BinaryIO) -> None:
        whole = io.BufferedReader(cast(io.RawIOBase, stream), 2**18)
        self.encoding = encoding_of(whole.peek(4096))
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
