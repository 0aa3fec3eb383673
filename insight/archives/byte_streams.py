"""Byte streams that notice what is missing: a file that shrinks, a Zstandard frame that never ends."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from insight.mentions import InsightError

_Read = TypeVar("_Read", int, bytes)
_PACKED_AT_ONCE = 2**14  # a little packed data may unpack to thousands of times its size


class SteadyFile(io.FileIO):
    """A file that may grow while it is read but must not shrink: its end would be lost without a word."""

    def __init__(self, path: Path, *, name: str, size: int) -> None:
        super().__init__(path)
        self._name, self._size = name, size

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        """Read as a file does; an end before the size that was listed is an error."""
        n = super().readinto(buffer) or 0
        return n if n or not len(buffer) else self._at_the_end(n)

    def readall(self) -> bytes:
        """Read the rest, checked in the same way."""
        return self._at_the_end(super().readall() or b"")

    def _at_the_end(self, read: _Read) -> _Read:
        if self.tell() < self._size:
            raise InsightError(
                f"{self._name}: the file shrank from {self._size:,} to {self.tell():,} bytes while it was "
                "read. Wait until it is written to its end, then read it again."
            )
        return read


class ZstdFrames(io.RawIOBase):
    """Unpacked Zstandard, frame by frame; the library's own reader takes a file cut off for one that ends.

    Checksums are compared by the library, in frames that carry one.
    """

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._frame: Any = None
        self._left, self._out = b"", io.BytesIO()

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, empty only at the end of the last frame."""
        while not (part := self._out.read(size)):
            data = self._left or self._packed.read(_PACKED_AT_ONCE)
            if not data and self._frame is not None:
                raise EOFError("the last frame is not complete")
            if not data:
                return b""
            self._frame = self._frame or _frame()
            self._out, self._left = io.BytesIO(self._frame.decompress(data)), b""
            if self._frame.eof:
                self._left, self._frame = self._frame.unused_data, None
        return part


def _frame() -> Any:  # noqa: ANN401
    from backports import zstd

    # dumps of whole forums are packed with windows of 2 GB
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: 31})


def lacks_checksum(head: bytes) -> bool:
    """Return, by the first bytes of a Zstandard frame, whether damage to it may go unnoticed (RFC 8878)."""
    return len(head) > 4 and not head[4] & 0b100
