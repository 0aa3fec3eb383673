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

from .converters import Column, domain_of, is_given, objects

TAG = re.compile(r"(?<![\w@/])[@＠](\w+(?:[.-]\w+)*)")
_BOT = re.compile(BOT_NAME, re.I)
_PUBLIC_TAGS = ("x", "bluesky", "mastodon", "instagram", "threads", "tiktok")
_OF_THE_HOUSE = frozenset((
    "team", "support", "care", "help", "service", "services", "kundenservice", "official", "customer", "desk",
    "hq", "global", "community", "moderator", "mod", "admin", "staff", "uk", "us", "usa", "ca", "au", "nz",
    "ie", "in", "de", "at", "ch", "fr", "es", "it", "nl", "be", "pl", "jp", "br", "mx", "eu", "europe",
))  # fmt: skip
"""What follows a brand's name in the accounts of the brand itself: its desks and its countries."""
_FREE = frozenset((
    "gmail", "googlemail", "outlook", "hotmail", "live", "yahoo", "icloud", "aol", "gmx", "web", "mail",
    "msn", "yandex", "qq", "proton", "protonmail", "orange", "free", "libero", "t-online",
))  # fmt: skip
"""What stands before the dot in addresses that anyone may have, those of brands such as Orange included."""
_NOT_LETTERS = re.compile(r"[\W_]+")
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

    def of_writer(self, name: str, *, anyone: bool = False) -> str:
        """Name the brand that a writer is called after: `Acme Bikes`, `AcmeBikesTeam`, `x@acmebikes.com`.

        Where `anyone` may take any name, as on a network, what follows the brand's must be a desk or country.
        """
        if found := self.of_handle(name):
            return found
        low = name.strip().lstrip("@＠")
        local, at, domain = low.rpartition("@")
        for word, brand in self.tight.items():
            if at and _NOT_LETTERS.sub("", domain.partition(".")[0].casefold()) == word and word not in _FREE:
                return brand
            if local == at == "" and (after := _after(low, word)) is not None:
                parts = [part for part in re.split(r"[\W_]+|(?<=[^\W_A-Z])(?=[A-Z])", after) if part]
                if {part.casefold() for part in parts} <= _OF_THE_HOUSE or not anyone:
                    return brand
        return ""

    @functools.cached_property
    def tight(self) -> dict[str, str]:
        """The names and handles of the brands, without what parts their words, the longest first."""
        named = [(entry, name) for name in self.names for entry in (name, *self.listed.get(name, ()))]
        called = [(entry.casefold(), name) for entry, name in named if entry == name or entry[:1] in "@＠"]
        short = {_NOT_LETTERS.sub("", entry): name for entry, name in reversed(called) if "." not in entry}
        return dict(sorted(short.items(), key=lambda pair: (-len(pair[0]), pair[0])))


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


def _after(name: str, word: str) -> str | None:
    """Give what follows a brand's name that begins a writer's, from where another word begins; else None."""
    left = word
    for at, letter in enumerate(name):
        if not left:
            parted = not letter.isalnum() or (letter.isupper() and name[at - 1].islower())
            return name[at:] if parted and len(word) > 3 else None
        if not _NOT_LETTERS.fullmatch(letter):
            if not left.startswith(letter.casefold()):
                return None
            left = left[len(letter.casefold()) :]
    return None if left else ""


def _claim(table: dict[str, str], entry: str, name: str) -> None:
    if table.setdefault(entry, name) != name:
        raise InsightError(f"brands: {entry!r} is given for both {table[entry]!r} and {name!r}. Keep one.")


def sides_of_writers(
    values: Column, options: Mapping[str, Any], column_of: Callable[[str], Column | None]
) -> Column:
    """Give the side of each writer: whom another column of the row names, or from where they write."""
    rest = options.get("others", "")
    if full := options.get("filled"):
        return [full if is_given(value) else rest for value in values]
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
    anyone = table["platform"].isin(_PUBLIC_TAGS).to_numpy(bool)
    found = np.full(len(table), "", dtype=object)
    for word in ("handle", "author"):
        for public in (True, False):
            of = functools.partial(brands.of_writer, anyone=public)
            found = np.where((found == "") & (anyone == public), by_distinct(table[word], of), found)
    return found


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
