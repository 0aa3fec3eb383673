"""Paths, folders, globs and packed files -> named byte streams, with guards against bombs."""

from __future__ import annotations

import functools
import glob
import gzip
import io
import lzma
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import pandas as pd

from insight.mentions import InsightError

from .byte_streams import SteadyFile, ZstdFrames, lacks_checksum
from .zips import DAMAGE, Zips

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

    `folder` says which files belong together; `named` is True if the caller asked for this very file, so
    that failing to read it is an error and not a note; `caution` is what the packing leaves uncertain,
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
    with open_archives:
        return [source for file in ordered for source in _inside(_disk(file, names[file], found[file][1]))]


def _inside(source: Source, depth: int = 0) -> Iterator[Source]:
    """List what a file holds; one that is damaged gives its error to the reader, so that others are read."""
    try:
        yield from list(_unpack(source, depth))
    except InsightError as error:
        yield replace(source, open=functools.partial(_refused, error))


def _refused(error: InsightError) -> BinaryIO:
    raise error


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
        elif match.is_file():
            yield match.resolve(), match.name, False
        else:
            raise InsightError(
                f"{match.name}: this is a pipe or a device. Write it to a file, and pass that."
            )


def _is_readable(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "__MACOSX", "insight-edits")) for part in parts)
    in_maildir = len(parts) > 1 and parts[-2] in ("cur", "new")
    return not hidden and (name.lower().endswith(READABLE) or in_maildir)


def _distinct(found: dict[Path, tuple[str, bool]]) -> dict[Path, str]:
    names = {file: name for file, (name, _) in found.items()}
    for depth in range(2, 12):
        n = Counter(names.values())
        shared = [file for file, name in names.items() if n[name] > 1]
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
        raise
    except OSError as error:
        raise InsightError(f"{source.name}: cannot be opened ({error.strerror or error}).") from error
    except DAMAGE as error:
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
        infos = open_archives.of(source).infolist()
    except DAMAGE as error:
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
        member = _member(source, name, len(usable) == 1)
        yield from _inside(member, depth + 1) if _is_packed(source, name) else [member]


def _is_packed(source: Source, name: str) -> bool:
    """Whether a member may be packed itself; one that cannot be read is left to its reader to refuse."""
    try:
        with open_archives.of(source).open(name) as member:
            return member.read(8).startswith(tuple(_UNPACK))
    except DAMAGE:
        return False


def _member(source: Source, name: str, only: bool) -> Source:
    def opened() -> BinaryIO:
        try:
            return io.BytesIO(open_archives.of(source).read(name))
        except DAMAGE as error:
            raise InsightError(f"{source.name}!{name}: the ZIP member cannot be read ({error}).") from error

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


open_archives = Zips()

_UNPACK: dict[bytes, Callable] = {
    b"\x1f\x8b": lambda packed: gzip.GzipFile(fileobj=packed),
    b"\xfd7zXZ\x00": lambda packed: lzma.LZMAFile(packed),  # noqa: SIM115
    b"\x28\xb5\x2f\xfd": ZstdFrames,
    b"PK\x03\x04": _members,
    b"PK\x05\x06": _members,
}
