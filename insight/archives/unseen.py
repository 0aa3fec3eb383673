"""Handles that no message holds and columns that no file has, with the nearest: no typo passes in silence."""

from __future__ import annotations

import difflib
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from insight.mentions import InsightWarning

from .converters import Notes
from .detect import Spec, plain, sources
from .sides import TAG, Brands

_ALIKE, _NEAR = 0.8, 0.5
NOWHERE = "does not occur, neither in texts nor as an author"
_NEVER = f"{{}} {NOWHERE}{{}}. Check the handles of {{!r}} (--brand, brands=)."


@dataclass
class Handles:
    """The handles that messages name or are signed with: in lower case, then as written -> messages."""

    brands: Brands
    seen: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, rows: pd.DataFrame) -> None:
        """Count those of some rows, if a handle was given to look for."""
        if not any(handles for _, handles in self._given()):
            return
        signed = rows["handle"].mask(rows["handle"] == "", rows["author"]).fillna("").str.removeprefix("@")
        tags = rows["text"].str.contains("[@＠]", regex=True, na=False).to_numpy(bool)
        for name, n in signed[~tags].value_counts().items():
            self.seen[str(name).casefold()][str(name)] += n
        for text, own in zip(rows["text"][tags], signed[tags], strict=True):
            tags_in = TAG.findall(text)
            for name in {*tags_in, *(re.split("[.-]", tag, maxsplit=1)[0] for tag in tags_in), own}:
                self.seen[name.casefold()][name] += 1

    def _given(self) -> Iterator[tuple[str, list[str]]]:
        for name, entries in self.brands.listed.items():
            yield name, sorted({entry[1:] for entry in entries if re.fullmatch(r"@\w+", entry)})

    def warn(self, notes: Notes, *, shareable: bool) -> None:
        """Warn of each handle given for a brand that does not occur while one much like it does.

        Where no handle of a brand occurs, a note says so, with the nearest that do, unless they are people's.
        """
        others = [low for low in self.seen if low and not self.brands.of_handle(low)]
        for name, handles in self._given():
            unseen = [handle for handle in handles if handle.casefold() not in self.seen]
            for handle in unseen:
                near = difflib.get_close_matches(handle.casefold(), others, n=3, cutoff=_NEAR)
                shown = [f"@{self.seen[one].most_common(1)[0][0]}" for one in near]
                if near and difflib.SequenceMatcher(None, near[0], handle.casefold()).ratio() >= _ALIKE:
                    n = self.seen[near[0]].total()
                    many = "message" if n == 1 else "messages"
                    said = f"@{handle} does not occur; did you mean {shown[0]}, in {n:,} {many}?"
                    warnings.warn(said, InsightWarning, stacklevel=4)
                elif unseen == handles:
                    like = f"; the nearest that do are {', '.join(shown)}" if near and not shareable else ""
                    notes[_NEVER.format(f"@{handle}", like, name)] += 1


def warn_of_columns(spec: Spec, headers: Iterable[tuple[str, ...]], notes: Notes) -> None:
    """Warn of each column that a user's map names and no file read by it has.

    A file without a header, as JSON is, may have any.
    """
    headers = list(headers)
    if not all(headers):
        return
    here = list(dict.fromkeys(column for header in headers for column in header))
    known = {plain(column) for column in here}
    entries = [
        (table, *entry) for table in ("map", "extra", "reply") for entry in getattr(spec, table).items()
    ]
    for table, key, entry in entries:
        for path in (part for source in sources(entry) for part in source.split(" + ")):
            if path.startswith("_") or {plain(path), plain(path.partition(".")[0])} & known:
                continue
            near = difflib.get_close_matches(path, here, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; found {here[:12]}."
            said = (
                f"the map {spec.name!r} reads [{table}] {key} from {path!r}, a column that is not there{hint}"
            )
            warnings.warn(said, InsightWarning, stacklevel=5)
            notes[said] += 1
