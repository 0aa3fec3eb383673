"""What no row can know by itself: gathered part by part, before the first row is finished."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from .converters import Notes
from .repeated import Lines
from .sides import Brands, found_brands
from .unseen import Handles

MAX_GUESSED = 100_000
_CONTENT = ["author", "created_at", "text"]
_USELESS = 0.02


@dataclass(frozen=True)
class Whole:
    """What holds of all rows together.

    `ids_clash`: files count their ids from 1 each, so they are kept apart by file; `useless_ids`: the files
    whose id column does not distinguish messages; `wordless`: the files that name no language at all, where
    that of the texts with a checksum up to `guessed` is guessed; `repeated`: hashes of lines of many people.
    """

    named: tuple[str, ...]
    brands: Brands
    ids_clash: bool
    useless_ids: frozenset[str]
    wordless: frozenset[str]
    guessed: int
    repeated: npt.NDArray[np.uint64]


@dataclass
class Gathered:
    """What is gathered from the parts on the way to a `Whole`."""

    met: Handles
    handles: dict[str, set[str]] = field(default_factory=dict)
    local: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    wordless: dict[str, bool] = field(default_factory=dict)
    checksums: dict[str, npt.NDArray[np.uint32]] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)

    def add(self, name: str, rows: pd.DataFrame) -> None:
        """Take what is needed of one part of the file `name`."""
        marked = rows["brands_from_authors"] & (rows["side"] == "brand") & (rows["handle"] != "")
        self.handles.setdefault(name, set()).update(rows.loc[marked, "handle"])
        local = rows[(rows["local_ids"] & (rows["id"] != "") & ~rows["is_reply"]).to_numpy(bool)]
        if len(local):
            hashed = {"id": ["platform", "id"], "bare_id": ["id"], "said": _CONTENT}
            parts = {
                word: pd.util.hash_pandas_object(local[of], index=False, categorize=False)
                for word, of in hashed.items()
            }
            self.local.setdefault(name, []).append(pd.DataFrame(parts).assign(file=name))
        self.lines.add(name, rows)
        self.met.add(rows)
        self.wordless[name] = self.wordless.get(name, True) and bool((rows["lang"] == "").all())
        if self.wordless[name]:
            sums = np.array([checksum(text) for text in rows["text"] if text], dtype=np.uint32)
            before = self.checksums.get(name, sums[:0])
            self.checksums[name] = np.unique(np.concatenate([before, sums]))[: MAX_GUESSED + 1]

    def forget(self, name: str) -> None:
        """Leave out a file that could not be read to its end."""
        for gathered in (self.handles, self.local, self.wordless, self.checksums):
            gathered.pop(name, None)
        self.lines.forget(name)

    def whole(self, brands: Brands, notes: Notes) -> Whole:
        """Draw the conclusions, once every part is in."""
        parts = [part for parts in self.local.values() for part in parts]
        local = pd.concat(parts, ignore_index=True) if parts else None
        wordless = frozenset(name for name, silent in self.wordless.items() if silent)
        sums = [self.checksums[name] for name in wordless if name in self.checksums]
        distinct = np.unique(np.concatenate(sums)) if sums else np.empty(0, np.uint32)
        return Whole(
            brands.names,
            found_brands(set().union(*self.handles.values()), brands),
            local is not None and _clash(local, notes),
            frozenset() if local is None else _useless(local, notes),
            wordless,
            int(distinct[MAX_GUESSED - 1]) if len(distinct) > MAX_GUESSED else 2**32,
            self.lines.repeated(),
        )


def checksum(text: str) -> int:
    """Return 32 bits that depend on the text alone: a sample drawn by them is the same in any order."""
    return zlib.crc32(text.encode("utf-8", "replace"))


def _clash(local: pd.DataFrame, notes: Notes) -> bool:
    """Return whether the same id stands for another author, time or text in another file."""
    if local["file"].nunique() < 2:
        return False
    different = local.drop_duplicates(["id", "said"])
    groups = different.groupby("id", sort=False)["file"].agg(["nunique", "size"])
    n_clashes = int((groups.min(axis=1) > 1).sum())
    if n_clashes:
        notes[
            "{n} ids stand for different messages in different files (each file counts from 1), so ids and "
            "authors are kept apart by file."
        ] += n_clashes
    return n_clashes > 0


def _useless(local: pd.DataFrame, notes: Notes) -> frozenset[str]:
    """Find the files whose id column does not distinguish messages; their rows get ids from their content."""
    found = set()
    for file, rows in local.groupby("file", sort=True):
        n_shared = int(rows.drop_duplicates(["bare_id", "said"])["bare_id"].duplicated().sum())
        if n_shared > _USELESS * len(rows):
            found.add(str(file))
            notes[
                f"{file}: {{n}} of {len(rows):,} rows share their id with another message, so ids are made "
                "from the content."
            ] += n_shared
    return frozenset(found)
