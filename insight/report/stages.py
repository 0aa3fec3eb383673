"""The costly stages of a report, kept by what they are made from, so that a run that was killed goes on."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from insight.files import Bundle, read_bundle, write_bundle, write_file
from insight.mentions import InsightError
from insight.needs import Needs
from insight.topics import Topics

LARGEST = 2_000_000_000
"""Bytes that a folder may hold; the entries used longest ago go first."""
ROOM = 500_000_000
"""Bytes that must be free where something is kept."""
_PACKAGE = Path(__file__).parents[1]
_OURS = re.compile(r"\.?[0-9a-f]{8}-[a-z]+-[0-9a-f]{40}\.(?:stage|json)(?:\.[0-9a-f]{16}\.part)?")
_HOW = ("progress", "cluster")
"""Arguments that say how a stage is run, and nothing of what it gives."""


@dataclass(frozen=True)
class _Kind:
    """How the result of a stage goes into a file, and comes back with the encoder that made it."""

    save: Callable[[Path, Any], object]
    load: Callable[[Path, str | None], Any]


def _save_signals(path: Path, signals: pd.DataFrame) -> None:
    write_bundle(path, Bundle({"signals": signals}, {}, {}), kind="signals", version=1)


def _load_signals(path: Path, _: str | None) -> pd.DataFrame:
    return read_bundle(path, kind="signals", version=1).tables["signals"]


_KINDS = {
    "fitted": _Kind(lambda path, topics: topics.save(path), lambda path, by: Topics.load(path, encoder=by)),
    "signals": _Kind(_save_signals, _load_signals),
    "voiced": _Kind(lambda path, needs: needs.save(path), lambda path, by: Needs.load(path, encoder=by)),
}


@dataclass(frozen=True)
class Stages:
    """A folder of results, as private as the archive: each is written whole or not at all.

    An entry that is damaged, of other messages, settings or another version of the program is made again.
    Where nothing can be written, nothing is kept, and the run goes on.
    """

    folder: Path
    without: str = "0" * 8
    """The deletion list, hashed, under which the results were made."""
    hashed: dict[int, tuple[pd.DataFrame, bytes]] = field(default_factory=dict, repr=False, compare=False)
    """Tables that were hashed: several stages are made from one, and none is changed."""

    @classmethod
    def open(cls, folder: Path, deleted: frozenset[str]) -> Stages:
        """Open a folder; under a deletion list, what was made before it is removed."""
        if not deleted:
            return cls(folder)
        listed = hashlib.sha256("\n".join(sorted(deleted)).encode("utf-8", "surrogatepass"))
        stages = cls(folder, listed.hexdigest()[:8])
        stages._remove(lambda name: not name.lstrip(".").startswith(stages.without))
        return stages

    def find(self, name: str, arguments: Mapping[str, Any]) -> tuple[list[str], Any] | None:
        """Return what the making of a stage warned of, and its result, or None if it is not kept."""
        entry = self._entry(name, arguments)
        if entry is None:
            return None
        try:
            warned = json.loads(entry.with_suffix(".json").read_bytes())
            found = _KINDS[name].load(entry, arguments.get("encoder"))
            os.utime(entry)
        except (InsightError, OSError, ValueError):
            return None
        return warned, found

    def keep(self, name: str, arguments: Mapping[str, Any], made: object, warned: list[str]) -> None:
        """Keep the result of a stage, and what it warned of, as far as there is room."""
        entry = self._entry(name, arguments)
        if entry is None or made is None:
            return
        with contextlib.suppress(InsightError, OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if shutil.disk_usage(self.folder).free < ROOM:  # the page comes first
                self.clear()
                return
            write_file(entry.with_suffix(".json"), json.dumps(warned).encode())
            _KINDS[name].save(entry, made)
            self._shrink()

    def clear(self) -> None:
        """Remove all that is kept, and the folder if nothing else is in it."""
        self._remove(lambda _: True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    def _remove(self, chosen: Callable[[str], bool]) -> None:
        with contextlib.suppress(OSError):
            for file in self._files():
                if chosen(file.name):
                    file.unlink(missing_ok=True)

    def _entry(self, name: str, arguments: Mapping[str, Any]) -> Path | None:
        if name not in _KINDS or not isinstance(arguments.get("encoder"), str | None):
            return None  # an encoder that is an object has no name to be known by
        made_from = {key: value for key, value in sorted(arguments.items()) if key not in _HOW}
        content = hashlib.sha256(_program().encode())
        for part in self._parts(made_from):
            content.update(part)
        return self.folder / f"{self.without}-{name}-{content.hexdigest()[:40]}.stage"

    def _parts(self, value: object) -> Iterator[bytes]:
        """Yield by what values differ: of tables every cell, of the rest how it is written."""
        yield f"\x1f{type(value).__name__}\x1f".encode()
        if isinstance(value, pd.DataFrame):
            if id(value) not in self.hashed:
                self.hashed[id(value)] = value, _hash(value)
            yield self.hashed[id(value)][1]
        elif dataclasses.is_dataclass(value):
            for each in dataclasses.fields(value):
                yield from self._parts(getattr(value, each.name))
        elif isinstance(value, Mapping):
            for key, each in value.items():
                yield from self._parts(key)
                yield from self._parts(each)
        else:
            yield repr(value).encode("utf-8", "surrogatepass")

    def _files(self) -> list[Path]:
        return [file for file in self.folder.iterdir() if _OURS.fullmatch(file.name)]

    def _shrink(self) -> None:
        """Remove what was used longest ago, until the rest is small enough."""
        known = ((file.stat().st_mtime, file.stat().st_size, file) for file in self._files())
        size = 0
        for _, own, file in sorted(known, reverse=True):
            size += own
            if size > LARGEST:
                file.unlink()


def stages_beside(page: Path) -> Path:
    """Name the hidden folder where the stages of a page are kept until it is written."""
    return page.with_name(f".{page.name[:200]}.stages")


def _hash(table: pd.DataFrame) -> bytes:
    content = hashlib.sha256(repr(table.dtypes.astype(str).to_dict()).encode("utf-8", "surrogatepass"))
    texts = {name: column.map(repr) for name, column in table.items() if column.dtype == object}
    content.update(pd.util.hash_pandas_object(table.assign(**texts)).to_numpy().tobytes())
    return content.digest()


@functools.cache
def _program() -> str:
    """Name the state of the program: a change to it may change what a stage gives."""
    files = sorted(file for file in _PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    state = (
        (str(file.relative_to(_PACKAGE)), file.stat().st_size, file.stat().st_mtime_ns) for file in files
    )
    return repr([*state])
