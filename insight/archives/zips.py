"""ZIP files that stay open while their members are read: the list of members can be long."""

from __future__ import annotations

import lzma
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol, Self

DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError,
    ValueError, OverflowError, struct.error, MemoryError,
)  # fmt: skip
"""What the packers raise for damaged data: each has errors of its own."""
_MOST = 4


class Opens(Protocol):
    """What can be opened: a file, or a member of an archive."""

    @property
    def open(self) -> Callable[[], BinaryIO]:
        """Open the unpacked bytes."""


class Zips(threading.local):
    """The ZIP files used last, each opened once; all are closed on the way out of the outermost `with`."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[Opens, zipfile.ZipFile]] = {}
        self._depth = 0

    def of(self, source: Opens) -> zipfile.ZipFile:
        """Open the ZIP of a source, unless it is open."""
        found = self._open.pop(id(source), None)
        if found is None:
            if len(self._open) >= _MOST:
                self._close(next(iter(self._open)))
            found = source, _opened(source)
        self._open[id(source)] = found
        return found[1]

    def _close(self, key: int) -> None:
        _, archive = self._open.pop(key)
        stream = archive.fp
        archive.close()
        if stream is not None:
            stream.close()

    def __enter__(self) -> Self:
        self._depth += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        for key in list(self._open) if not self._depth else ():
            self._close(key)


def _opened(source: Opens) -> zipfile.ZipFile:
    stream = source.open()
    try:
        return zipfile.ZipFile(stream)
    except BaseException:
        stream.close()
        raise
