"""Who speaks, to whom, about which brand: by flags, handles, replies and own spaces, never by tone."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.mentions import BOT_NAME, InsightError

from .converters import Column, domain_of, objects

TAG = re.compile(r"(?<![\w@/])[@＠](\w+(?:[.-]\w+)*)")
_BOT = re.compile(BOT_NAME, re.I)
_PUBLIC_TAGS = ("x", "bluesky", "mastodon", "instagram", "threads", "tiktok")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Texts = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Brands:
    """The tracked brands: whose handle is whose, which words name a brand, and what was given for each."""

    names: tuple[str, ...]
    handles: dict[str, str]
    domains: dict[str, str]
    words: dict[str, str]
    listed: dict[str, list[str]]

    def of_handle(self, handle: str) -> str:
        """Name the brand that speaks with this handle or mail address; "" if none does."""
        low = handle.casefold().lstrip("@＠")
        return self.handles.get(low) or (self.domains.get(low.rpartition("@")[2], "") if "@" in low else "")


def read_brands(brands: Mapping[str, Sequence[str]] | None) -> Brands:
    """Sort what names a brand into handles (`@acme`), mail domains (`@acme.com`), addresses and words."""
    found = Brands(tuple(brands or {}), {}, {}, {}, {})
    for name, entries in (brands or {}).items():
        if isinstance(entries, str) or not all(isinstance(entry, str) for entry in entries):
            raise InsightError(
                f"brands[{name!r}] must be a list of handles, addresses and words, such as ['@acme', "
                "'acme.com']; "
                f"found {entries!r}."
            )
        found.listed[name] = list(entries)
        for entry in (name, *entries):
            low = entry.strip().casefold()
            if low.startswith("@") and "." in low:
                _claim(found.domains, low[1:], name)
            _claim(found.handles, low.lstrip("@"), name)
            if low and "@" not in low:
                _claim(found.words, low, name)
    return found


def _claim(table: dict[str, str], entry: str, name: str) -> None:
    if table.setdefault(entry, name) != name:
        raise InsightError(f"brands: {entry!r} is given for both {table[entry]!r} and {name!r}. Keep one.")


def sides_of_writers(
    values: Column, options: Mapping[str, Any], column_of: Callable[[str], Column | None]
) -> Column:
    """Give the side of each writer: whom another column of the row names, or from where they write."""
    rest = options.get("others", "")
    if full := options.get("filled"):
        return [full if value.strip() else rest for value in values]
    sides = [rest if value.strip() else "" for value in values]
    for side, path in options.get("same", {}).items():
        named = column_of(path) or [""] * len(values)
        sides = [
            side if one.strip() and one.strip().casefold() == other.strip().casefold() else known
            for one, other, known in zip(values, named, sides, strict=True)
        ]
    if domains := options.get("domains"):
        sides = [
            ("brand" if domain_of(value) in domains else "customer") if "@" in value else known
            for value, known in zip(values, sides, strict=True)
        ]
    return sides


def found_brands(handles: Iterable[str], brands: Brands) -> Brands:
    """Add the accounts that a source itself marks as brands and that the caller did not name."""
    new = {handle.casefold(): handle for handle in sorted(handles) if not brands.of_handle(handle)}
    listed = brands.listed | {name: [f"@{name}"] for name in new.values()}
    return Brands((*brands.names, *new.values()), brands.handles | new, brands.domains, brands.words, listed)


def give_sides(table: pd.DataFrame, brands: Brands) -> pd.DataFrame:
    """Fill side, addressed and brand, each by the strongest evidence that the row has."""
    side, own_space = table["side"].to_numpy(object, copy=True), table["own_space"].to_numpy(bool)
    speaker = speakers(table, brands)
    side[(side == "") & (speaker != "")] = "brand"
    named_bot = by_distinct(_names(table), lambda name: "bot" if _BOT.search(name) else "")
    side[(side == "") & (named_bot != "")] = "other"
    tagged = _tagged(table["text"], brands)
    answered = _answered(table, side, speaker, brands)
    sent = (tagged != "") | (answered != "")
    named = (_names(table) != "").to_numpy()
    side[(side == "") & named & sent & ~own_space] = "customer"
    side[side == ""] = "unknown"
    overheard = bool(brands.handles) & table["platform"].isin(_PUBLIC_TAGS).to_numpy(bool)
    sent |= own_space & (side == "customer")
    sent_to = pd.Series(sent, index=table.index, dtype=object).where(sent | overheard, None)
    given = table["addressed"].str.strip().str.casefold().map(_FLAGS).astype(object)
    addressed = given.where(given.notna(), sent_to).mask(side == "brand", None).astype("boolean")
    table = table.assign(side=objects(side, table.index), addressed=addressed)
    return table.assign(brand=_brand(table, brands, speaker, tagged, answered))


def _names(table: pd.DataFrame) -> pd.Series:
    return table["handle"].mask(table["handle"] == "", table["author"])


def by_distinct(values: pd.Series, value_of: Callable[[str], object]) -> Texts:
    """Ask once for each distinct value."""
    codes, distinct = pd.factorize(values.to_numpy(object))
    return np.array([value_of(value) for value in distinct], dtype=object)[codes]


def speakers(table: pd.DataFrame, brands: Brands) -> Texts:
    """Name the tracked brand whose handle or address each row is written with; "" for everyone else."""
    if not (brands.handles or brands.domains):
        return np.full(len(table), "", dtype=object)
    by_handle = by_distinct(table["handle"], brands.of_handle)
    return np.where(by_handle == "", by_distinct(table["author"], brands.of_handle), by_handle)


def _tagged(texts: pd.Series, brands: Brands) -> Texts:
    """Name the tracked brand that each text tags with @, the first in the order of `brands`."""
    found = np.full(len(texts), "", dtype=object)
    if not (brands.handles or brands.domains):
        return found
    of = functools.cache(
        lambda tag: brands.of_handle(tag) or brands.of_handle(re.split(r"[.-]", tag, maxsplit=1)[0])
    )
    for row, text in enumerate(texts):
        if ("@" in text or "＠" in text) and (tags := {of(tag) for tag in TAG.findall(text)} - {""}):
            found[row] = next(name for name in brands.names if name in tags)
    return found


def _answered(table: pd.DataFrame, side: Texts, speaker: Texts, brands: Brands) -> Texts:
    """Name the brand that a row replies to: by the parent in the file, else by the handle it is sent to."""
    nameless = brands.names[0] if brands.names else "?"
    voices = np.where(side == "brand", np.where(speaker == "", nameless, speaker), "")
    parents = dict(zip(table["mention_id"], voices, strict=True))
    given = table["reply_to_handle"].mask(table["reply_to_handle"] == "", table["reply_to_author"])
    outside = by_distinct(given, brands.of_handle)
    return np.array(
        [parents.get(own, other) for own, other in zip(table["reply_to_id"], outside, strict=True)], object
    )


def _brand(table: pd.DataFrame, brands: Brands, speaker: Texts, tagged: Texts, answered: Texts) -> pd.Series:
    brand = np.where(table["side"] == "brand", speaker, "")
    for step in (
        by_distinct(table["brand"], lambda label: _canonical(label, brands)),
        np.where(answered == "?", "", answered),
        tagged,
        np.where(table["own_space"].to_numpy(bool), next(iter(brands.names), ""), ""),
    ):
        brand = np.where(brand == "", step, brand)
    open_ = brand == ""
    if brands.words and open_.any():
        brand[open_] = _worded(table["title"] + "\n" + table["text"], brands)[open_]
    known = objects(brand, table.index).mask(brand == "", None)
    in_thread = known.dropna().groupby(table["conversation_id"]).agg(["nunique", "first"])
    only = in_thread.loc[in_thread["nunique"] == 1, "first"]
    spread = table["conversation_id"].map(only).mask(_before_any(table, known))
    return known.where(known.notna(), spread)


def _before_any(table: pd.DataFrame, known: pd.Series) -> Flags:
    """Return what was written in a thread before a customer was the first to name its brand.

    That a later message names a brand does not make the first one about it; that the brand steps in does.
    """
    at, thread = pd.Series(table["created_at"].to_numpy(), table.index), table["conversation_id"]
    first = at.where(known.notna()).groupby(thread).transform("min")
    spoke = at.where(table["side"] == "brand").groupby(thread).transform("min")
    return ((at < first) & ~(spoke <= first)).to_numpy(bool)


def _canonical(label: str, brands: Brands) -> str:
    low = label.strip().casefold()
    tight = re.sub(r"\W", "", low)
    return brands.of_handle(low) or brands.words.get(low) or brands.handles.get(tight) or label.strip()


def _worded(texts: pd.Series, brands: Brands) -> Texts:
    """Name the tracked brand whose word stands in a text, the first in the order of `brands`."""
    longest = sorted(brands.words, key=lambda word: (-len(word), word))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)")

    def brand(text: str) -> str:
        low = text.casefold()
        if not any(word in low for word in longest):
            return ""
        names = {brands.words[word] for word in pattern.findall(low)}
        return next((name for name in brands.names if name in names), "")

    return by_distinct(texts, brand)
