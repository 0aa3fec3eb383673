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

from .converters import Notes
from .sides import TAG, Brands

_ALIKE, _NEAR = 0.8, 0.5
_NEVER = (
    "{} does not occur, neither in texts nor as an author{}. Check the handles of {!r} (--brand, brands=)."
)


def warn_of_typos(rows: pd.DataFrame, brands: Brands, notes: Notes, *, shareable: bool) -> None:
    """Warn of each handle given for a brand that does not occur while one much like it does.

    Where no handle of a brand occurs, a note says so, with the nearest that do, unless it would name people.
    """
    for name, entries in brands.listed.items():
        handles = sorted({entry for entry in entries if re.fullmatch(r"@\w+", entry)})
        unseen = [entry for entry in handles if not _occurs(entry[1:], rows)]
        seen = _handles(rows, brands) if unseen else {}
        for entry in unseen:
            low = entry[1:].casefold()
            near = difflib.get_close_matches(low, seen, n=3, cutoff=_NEAR)
            shown = [f"@{seen[one].most_common(1)[0][0]}" for one in near]
            if near and difflib.SequenceMatcher(None, near[0], low).ratio() >= _ALIKE:
                n = seen[near[0]].total()
                many = "message" if n == 1 else "messages"
                said = f"{entry} does not occur; did you mean {shown[0]}, in {n:,} {many}?"
                warnings.warn(said, InsightWarning, stacklevel=4)
            elif unseen == handles:
                like = ", ".join(shown) if near and not shareable else ""
                notes[_NEVER.format(entry, f"; the nearest that do are {like}" if like else "", name)] += 1


def _occurs(handle: str, rows: pd.DataFrame) -> bool:
    text = pa.array(rows["text"], pa.large_string(), from_pandas=True)
    named = pc.any(pc.match_substring(text, f"@{handle}", ignore_case=True)).as_py()
    return bool(named or (_signed(rows).str.casefold() == handle.casefold()).any())


def _signed(rows: pd.DataFrame) -> pd.Series:
    signed = rows["handle"].mask(rows["handle"] == "", rows["author"])
    return signed.fillna("").astype("str").str.removeprefix("@")


def _handles(rows: pd.DataFrame, brands: Brands) -> dict[str, Counter[str]]:
    """Count the messages that name or are signed with each handle: in lower case, then as it is written."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for text, signed in zip(rows["text"].fillna(""), _signed(rows), strict=True):
        for name in {*TAG.findall(text), signed} - {""}:
            seen[name.casefold()][name] += 1
    return {low: names for low, names in seen.items() if not brands.of_handle(low)}
