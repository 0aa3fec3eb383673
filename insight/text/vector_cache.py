"""Vectors kept from run to run, found again by the content of their texts; sealed against change."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from insight.files import write_file

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class VectorCache:
    """A folder of small archives, each written whole or not at all; a damaged one is as good as absent."""

    folder: Path
    prefix: str

    @classmethod
    def open(cls, folder: str | Path, fingerprint: str) -> VectorCache:
        """Open the folder, made if missing, for the encoder of this fingerprint."""
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        return cls(path, f"vectors-{fingerprint}-")

    def find(self, texts: list[str]) -> dict[str, Vectors]:
        """Return the vectors that are kept of these texts."""
        wanted = {_digest(text): text for text in texts}
        found: dict[str, Vectors] = {}
        for path in sorted(self.folder.glob(f"{self.prefix}*.npz")):
            for digest, vector in _read_shard(path):
                if digest in wanted:
                    found[wanted[digest]] = vector
        return found

    def add(self, vectors: dict[str, Vectors]) -> None:
        """Keep the vectors of some texts."""
        digests = [_digest(text) for text in vectors]
        name = self.prefix + hashlib.sha256("".join(digests).encode()).hexdigest()[:12] + ".npz"
        names, rows = np.array(digests), np.stack(list(vectors.values()))
        content = io.BytesIO()
        np.savez(content, digests=names, vectors=rows, seal=np.array(_seal(names, rows)))
        write_file(self.folder / name, content.getvalue())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _seal(names: npt.NDArray[np.str_], rows: Vectors) -> str:
    """Sum up which vectors belong to which texts, so that none is changed or exchanged unseen."""
    return hashlib.sha256(
        names.tobytes() + rows.tobytes() + str((rows.dtype, rows.shape)).encode()
    ).hexdigest()


def _read_shard(path: Path) -> list[tuple[str, Vectors]]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as shard:
            names, rows = shard["digests"], shard["vectors"]
            if str(shard["seal"]) != _seal(names, rows):
                return []
            return list(zip(names.tolist(), rows, strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return []
