"""A folder for rows that do not fit into memory: unreadable to others, and gone afterwards."""

from __future__ import annotations

import glob
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from insight.mentions import InsightError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "384MB"
SEALED = "{footer_key: 'work'}"
"""The encryption of the folder's Parquet files; the key is known to the open database alone."""

_DATABASE = "work.duckdb"
_OURS = re.compile(r"work\.duckdb.{0,20}|spill|(?:loose|done)-\d{6}\.parquet|mentions\.parquet")


@contextmanager
def workplace(to: Path) -> Iterator[Path]:
    """Make a folder beside the file that is to come; it is removed on the way out, or by the next run."""
    if to.suffix.lower() != ".parquet":
        raise InsightError(f"to={to.name!r} names no Parquet file; write it like 'mentions.parquet'.")
    if "?" in str(to.parent):
        raise InsightError(
            f"to={str(to)!r}: DuckDB takes a folder with ? in its name for a query. Rename it."
        )
    if not to.parent.is_dir():
        raise InsightError(f"to={str(to)!r}: there is no folder {str(to.parent)!r}. Make it first.")
    _sweep(to.parent)
    with tempfile.TemporaryDirectory(
        prefix=f".{to.stem}-{os.getpid()}-", dir=to.parent, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


@contextmanager
def clean_errors(to: Path) -> Iterator[None]:
    """Say in one line that the disk is full, or that the folder cannot be written to."""
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as error:
        reason = str(error).partition("\n")[0][:200]
        raise InsightError(
            f"cannot write to={to.name!r}: {reason}. Make room there, or choose another place."
        ) from error


def _sweep(beside: Path) -> None:
    """Remove the folders of runs that were killed; a run that is alive holds the lock of its database."""
    for database in beside.glob(f".*-????????/{_DATABASE}"):
        folder = database.parent
        ours = all(_OURS.fullmatch(inside.name) for inside in folder.iterdir())
        if ours and f"-{os.getpid()}-" not in folder.name and not _is_open(database):
            shutil.rmtree(folder, ignore_errors=True)


def _is_open(database: Path) -> bool:
    try:
        import fcntl

        with database.open("rb+") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (OSError, ImportError):  # without such locks nothing is known, and nothing is removed
        return True
    return False


@contextmanager
def database(folder: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """Open DuckDB in memory, or with a folder where it keeps what does not fit into `MEMORY`.

    What it keeps there is encrypted under a key that only this process has: the rows still name their
    authors, and a process that is killed leaves them behind. DuckDB calls its own AES unsafe because of how
    its nonces are drawn; the better one is an extension that would have to be fetched from the network.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False}
    if folder is not None:
        settings |= {"memory_limit": MEMORY, "temp_directory": str(folder / "spill"), "threads": 2}
        settings |= {"preserve_insertion_order": False, "force_mbedtls_unsafe": True}
    db = duckdb.connect(config=settings)
    db.execute("SET enable_progress_bar = false")  # it would be printed among what a command prints
    if folder is not None:
        key = secrets.token_hex(16)
        db.execute(f"ATTACH '{quoted(folder / _DATABASE)}' AS work (ENCRYPTION_KEY '{key}')")
        db.execute("USE work")
        db.execute("SET temp_file_encryption = true")
        db.execute(f"PRAGMA add_parquet_key('work', '{key}')")
    try:
        yield db
    finally:
        db.close()


def pattern(path: Path) -> str:
    """Write a path for a glob of SQL, in which `[`, `*` and `?` of a folder's name stand for themselves."""
    return quoted(Path(glob.escape(str(path))))


def quoted(path: Path) -> str:
    """Write a path between the quotes of SQL."""
    return str(path).replace("'", "''")
