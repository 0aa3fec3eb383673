"""Named word patterns kept in readable files: what they are, and where they are in a text."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from .clean import MAX_READ

# One character for one character, so that offsets into the text stay true.
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\u00a0": " ", "\n": " "})
_ODD = f"[{''.join(map(chr, _PLAIN))}]"


@dataclass(frozen=True)
class Cue:
    """One cue: a pattern that must match and, perhaps, one that must not."""

    pattern: str
    unless: str | None = None

    def span(self, text: str) -> tuple[int, int] | None:
        """Return where the cue first occurs, or None."""
        plain = text[:MAX_READ].translate(_PLAIN)
        if self.unless and _compile(self.unless).search(plain):
            return None
        found = _compile(self.pattern).search(plain)
        return found.span() if found else None


@functools.cache
def read_cues(name: str) -> dict[str, Cue]:
    """Return the cues of `insight/text/cues/<name>.toml`, in the order of the file."""
    table = tomllib.loads((Path(__file__).parent / "cues" / f"{name}.toml").read_text("utf-8"))
    return {cue: Cue(_any(rule["any"]), _any(rule.get("unless", [])) or None) for cue, rule in table.items()}


def has_cue(texts: pd.Series | Iterable[str], cue: Cue) -> npt.NDArray[np.bool_]:
    """Return for each text whether the cue is in what is read of it; RE2 reads millions of texts a minute."""
    column = pc.utf8_slice_codeunits(pa.array(texts, type=pa.large_string()), 0, MAX_READ)
    odd = pc.match_substring_regex(column, _ODD)
    plain = [text.translate(_PLAIN) for text in column.filter(odd).to_pylist()]
    column = pc.replace_with_mask(column, odd, pa.array(plain, type=pa.large_string()))
    found = np.asarray(pc.match_substring_regex(column, cue.pattern, ignore_case=True))
    if cue.unless:
        found &= ~np.asarray(pc.match_substring_regex(column, cue.unless, ignore_case=True))
    return found


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@functools.cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)
