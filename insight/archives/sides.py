"""Who speaks, to whom, about which brand: by flags, handles, replies and own spaces, never by tone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..mentions import InsightError

TAG = re.compile(r"(?<![\w@/])[@＠](\w+(?:[.-]\w+)*)")
_BOT = re.compile(r"\[bot\]$|^automoderator$|^github-actions$", re.I)


@dataclass(frozen=True)
class Brands:
    """The tracked brands: whose handle is whose, and which words name a brand."""

    names: tuple[str, ...]
    handles: dict[str, str]
    domains: dict[str, str]
    words: dict[str, str]

    def of_handle(self, handle: str) -> str:
        """Name the brand that speaks with this handle or mail address; "" if none does."""
        low = handle.casefold().lstrip("@")
        if low in self.handles:
            return self.handles[low]
        return self.domains.get(low.rpartition("@")[2], "") if "@" in low else ""


def read_brands(brands: Mapping[str, Sequence[str]] | None) -> Brands:
    """Sort what names a brand into handles (`@acme`), mail domains (`@acme.com`), addresses and words."""
    handles: dict[str, str] = {}
    domains: dict[str, str] = {}
    words: dict[str, str] = {}
    for name, entries in (brands or {}).items():
        if isinstance(entries, str) or not all(isinstance(entry, str) for entry in entries):
            raise InsightError(
                f"brands[{name!r}] must be a list of handles, addresses and words, such as ['@acme', 'acme.com']; found {entries!r}."
            )
        for entry in (name, *entries):
            low = entry.strip().casefold()
            for table in (handles, domains, words):
                if table.get(low.lstrip("@"), name) != name:
                    raise InsightError(
                        f"brands: {entry!r} is given for both {table[low.lstrip('@')]!r} and {name!r}. Keep one."
                    )
            if low.startswith("@") and "." in low:
                domains[low[1:]] = name
            handles.setdefault(low.lstrip("@"), name)
            if "@" not in low and low:
                words.setdefault(low, name)
    return Brands(tuple(brands or {}), handles, domains, words)


def found_brands(table: pd.DataFrame, brands: Brands) -> Brands:
    """Add the accounts that a source itself marks as brands and that nobody named."""
    marked = table[(table["side"] == "brand") & table["brands_from_authors"] & (table["handle"] != "")]
    new = {
        handle.casefold(): handle
        for handle in sorted(marked["handle"].unique())
        if not brands.of_handle(handle)
    }
    return Brands((*brands.names, *new.values()), {**brands.handles, **new}, brands.domains, brands.words)


def give_sides(table: pd.DataFrame, brands: Brands) -> pd.DataFrame:
    """Fill side, addressed and brand, each by the strongest evidence that the row has."""
    table = table.copy()
    speaker = _speaker(table, brands)
    side = table["side"].where(table["side"].isin(["brand", "customer", "other"]), "")
    side = side.mask((side == "") & (speaker != ""), "brand")
    side = side.mask((side == "") & table["handle"].str.contains(_BOT), "other")
    tagged = _tagged(table["raw_text"], brands)
    answered = _answered(table, side, speaker, brands)
    addressed = _addressed(table, side, tagged, answered, brands)
    named = (table["author"] != "") | (table["handle"] != "")
    spoke_to = addressed.fillna(False).astype(bool) & ~table["own_space"]
    side = side.mask((side == "") & named & spoke_to, "customer")
    table["side"] = side.mask(side == "", "unknown")
    table["addressed"] = addressed.mask(table["side"] == "brand")
    table["brand"] = _brand(table, brands, speaker, tagged, answered)
    return table


def _told(values: pd.Series, tell: Callable[[str], str]) -> pd.Series:
    """Ask once for each distinct value."""
    known = {value: tell(value) for value in values.unique()}
    return pd.Series([known[value] for value in values], index=values.index, dtype="str")


def _speaker(table: pd.DataFrame, brands: Brands) -> pd.Series:
    by_handle = _told(table["handle"], brands.of_handle)
    return by_handle.mask(by_handle == "", _told(table["author"], brands.of_handle))


def _tagged(texts: pd.Series, brands: Brands) -> pd.Series:
    """Name the tracked brand that a text tags with @, the first in the order of `brands`."""
    order = {name: rank for rank, name in enumerate(brands.names)}

    def brand(text: str) -> str:
        tags = [_of_tag(tag, brands) for tag in TAG.findall(text)] if "@" in text or "＠" in text else []
        return min(filter(None, tags), key=order.__getitem__, default="")

    return _told(texts, brand)


def _of_tag(tag: str, brands: Brands) -> str:
    return brands.of_handle(tag) or brands.of_handle(re.split(r"[.-]", tag)[0])


def _answered(table: pd.DataFrame, side: pd.Series, speaker: pd.Series, brands: Brands) -> pd.Series:
    """Name the brand that a row replies to: by the parent in the file, else by the handle that the source gives."""
    voice = speaker.mask((speaker == "") & (side == "brand"), brands.names[0] if brands.names else "?")
    parents = dict(zip(table["mention_id"], voice.where(side == "brand", ""), strict=True))
    by_parent = _told(table["reply_to_id"], lambda own: parents.get(own, ""))
    given = table["reply_to_handle"].mask(table["reply_to_handle"] == "", table["reply_to_author"])
    return by_parent.mask(~table["reply_to_id"].isin(parents), _told(given, brands.of_handle))


def _addressed(
    table: pd.DataFrame, side: pd.Series, tagged: pd.Series, answered: pd.Series, brands: Brands
) -> pd.Series:
    """Tell messages sent to a brand from those overheard; only where handles are known can overheard be told."""
    given = table["addressed"].str.casefold().map({"true": True, "false": False, "1": True, "0": False})
    sent = (tagged != "") | (answered != "") | (table["own_space"] & (side == "customer"))
    can_tell = bool(brands.handles) & table["platform"].isin(
        ["x", "bluesky", "mastodon", "instagram", "threads", "tiktok"]
    )
    told = pd.Series(np.where(sent, True, np.where(can_tell, False, None)), index=table.index, dtype=object)
    return given.where(given.notna(), told).astype("boolean")


def _brand(
    table: pd.DataFrame, brands: Brands, speaker: pd.Series, tagged: pd.Series, answered: pd.Series
) -> pd.Series:
    given = _told(table["brand"], lambda label: _canonical(label, brands))
    own = pd.Series(brands.names[0] if brands.names else "", index=table.index)
    steps = [speaker.where(table["side"] == "brand", ""), given, answered.replace("?", ""), tagged]
    steps += [own.where(table["own_space"], ""), _worded(table, brands)]
    brand = steps[0]
    for step in steps[1:]:
        brand = brand.mask(brand == "", step)
    known = brand.where(brand != "")
    one = known.groupby(table["conversation_id"]).transform("nunique") == 1
    first = known.groupby(table["conversation_id"]).transform("first")
    return known.where(known.notna(), first.where(one))


def _canonical(label: str, brands: Brands) -> str:
    low = label.strip().casefold()
    names = {name.casefold(): name for name in brands.names}
    tight = re.sub(r"\W", "", low)
    return (
        brands.of_handle(low)
        or names.get(low)
        or brands.words.get(low)
        or brands.handles.get(tight)
        or label.strip()
    )


def _worded(table: pd.DataFrame, brands: Brands) -> pd.Series:
    if not brands.words:
        return pd.Series("", index=table.index)
    longest = sorted(brands.words, key=lambda word: (-len(word), word))
    pattern = re.compile(r"(?<!\w)(" + "|".join(map(re.escape, longest)) + r")(?!\w)", re.I)
    order = {name: rank for rank, name in enumerate(brands.names)}

    def brand(text: str) -> str:
        names = (
            brands.words[word.casefold()] for word in pattern.findall(text) if word.casefold() in brands.words
        )
        return min(names, key=order.__getitem__, default="")

    return _told(table["title"] + "\n" + table["raw_text"], brand)
