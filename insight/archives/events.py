"""Events of the tool among messages: records with an object where others have their text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .readers import Records, at


def are_events(records: Records, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which records have an object without words where most have their text."""
    found = np.zeros(len(records.rows), dtype=bool)
    for path in texts if records.objects else ():
        held = [item[path] if path in item else at(item, path) for item in records.objects]
        written = sum(isinstance(value, str) for value in held)
        if written > 0.5 * len(held):
            found |= [isinstance(value, dict) and not _has_words(value) for value in held]
    return found


def _has_words(value: dict[str, Any]) -> bool:
    return any(isinstance(inside, str) and len(inside.split()) > 1 for inside in value.values())
