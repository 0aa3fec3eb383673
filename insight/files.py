"""Where files go, and how: whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from insight.mentions import InsightError


def page_file(path: str | os.PathLike[str]) -> Path:
    """Tell where a page will be written, before the work is done; a folder is refused."""
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
    """Write a file as a whole or not at all; missing folders are made."""
    target = Path(path)
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise InsightError(f"cannot write '{target}': {error.strerror}. Choose another place.") from error
    return target
