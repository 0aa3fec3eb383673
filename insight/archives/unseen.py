"""Brands' handles that no message holds, with the nearest that some do: a typo must not pass in silence."""

from __future__ import annotations

import difflib
import re
import warnings
from collections import Counter, defaultdict

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import InsightWarning

from .sides import TAG, Brands

_ALIKE = 0.8


def warn_of_typos(rows: pd.DataFrame, brands: Brands) -> None:
    """Warn of each handle given for a brand that does not occur while one much like it does."""
    given = {entry for entries in brands.listed.values() for entry in entries if re.fullmatch(r"@\w+", entry)}
    unseen = sorted(entry for entry in given if not _occurs(entry[1:], rows))
    if not unseen:
        return
    seen = {low: names for low, names in _handles(rows).items() if not brands.of_handle(low)}
    for entry in unseen:
        near = difflib.get_close_matches(entry[1:].casefold(), seen, n=1, cutoff=_ALIKE)
        if near:
            name, n = seen[near[0]].most_common(1)[0][0], seen[near[0]].total()
            messages = "message" if n == 1 else "messages"
            warnings.warn(
                f"{entry} does not occur; did you mean @{name}, in {n:,} {messages}?",
                InsightWarning,
                stacklevel=4,
            )


def _occurs(handle: str, rows: pd.DataFrame) -> bool:
    text = pa.array(rows["text"], pa.large_string(), from_pandas=True)
    named = pc.any(pc.match_substring(text, f"@{handle}", ignore_case=True)).as_py()
    return bool(named or (_signed(rows).str.casefold() == handle.casefold()).any())


def _signed(rows: pd.DataFrame) -> pd.Series:
    signed = rows["handle"].mask(rows["handle"] == "", rows["author"])
    return signed.fillna("").astype("str").str.removeprefix("@")


def _handles(rows: pd.DataFrame) -> dict[str, Counter[str]]:
    """Count the messages that name or are signed with each handle: in lower case, then as it is written."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for text, signed in zip(rows["text"].fillna(""), _signed(rows), strict=True):
        for name in {*TAG.findall(text), signed} - {""}:
            seen[name.casefold()][name] += 1
    return seen
