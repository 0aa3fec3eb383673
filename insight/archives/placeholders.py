"""Placeholder names ("A Google user", "[deleted]"): known by a list, and by what no one person can do."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy as np
import pandas as pd

from .converters import objects
from .sides import Brands, by_distinct, speakers

_HANDLES = ("x", "bluesky", "mastodon", "instagram", "threads", "tiktok", "reddit", "hackernews")
_WRAPPED = re.compile(r"^[\s\[({<\"'“„«]+|[\s\])}>\"'”“»]+$")
_NO_LETTER = re.compile(r"[\s\-‐-―_.?!*/\\#|~]+")
_PLAIN = re.compile(r"\w+")


@dataclass(frozen=True)
class _Placeholders:
    """What `placeholders.toml` holds: names, patterns of names, reviews a store allows of one thing."""

    names: frozenset[str]
    patterns: re.Pattern[str]
    reviews: dict[str, int]


@functools.cache
def _known() -> _Placeholders:
    text = (resources.files(__package__) / "placeholders.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    names = frozenset(map(_plain, data["names"]))
    return _Placeholders(names, re.compile("|".join(data["patterns"]), re.I), data["reviews"])


def _plain(name: str) -> str:
    return " ".join(_WRAPPED.sub("", name).casefold().split())


@functools.lru_cache(100_000)
def is_placeholder(name: str) -> bool:
    """Say whether a name is one that stands for people without one.

    Examples
    --------
    >>> [is_placeholder(name) for name in ("A Google user", "[deleted]", "-", "Ann Marsh", "")]
    [True, True, True, False, False]
    """
    if not name or _NO_LETTER.fullmatch(name):
        return bool(name)
    plain = _plain(name)
    return plain in _known().names or _known().patterns.fullmatch(plain) is not None


def without_placeholders(table: pd.DataFrame, brands: Brands) -> pd.DataFrame:
    """Leave such names out of loose rows; `placeholder` keeps the name where no author is left.

    An account with an id of its own stays a person, however it is called.
    """
    speaker = speakers(table, brands)
    own = table["platform"].isin(_HANDLES).to_numpy(bool) & (speaker == "")
    ours = (speaker != "") | (table["side"] == "brand").to_numpy(bool)
    author, handle = (
        by_distinct(table[word], is_placeholder).astype(bool)
        & ~ours
        & ~(own & table[word].str.fullmatch(_PLAIN).to_numpy(bool))
        for word in ("author", "handle")
    )
    if not (author | handle).any():
        return table
    left = {"author": table["author"].mask(author, ""), "handle": table["handle"].mask(handle, "")}
    gone = ((left["author"] == "") & (left["handle"] == "")).to_numpy(bool) & (author | handle)
    named = table["handle"].mask(table["handle"] == "", table["author"]).map(str.strip)
    return table.assign(**left, placeholder=objects(named.where(gone, ""), table.index))


def placeholder_authors(mentions: pd.DataFrame) -> pd.Series:
    """Say which messages are signed with a name that is no person's.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; an import has taken the names of the list out of it, which the column
        `placeholder` names.

    Returns
    -------
    Series
        One boolean a message, named `placeholder`, with the table's index: True where the import took a
        placeholder out, where `author_name` (if it is there) is one, and for all reviews of an author who
        wrote more reviews of one thing than the store lets one account write.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> rows = {"mention_id": ["g:1", "g:2", "g:3"], "author_id": ["u1", "u1", "u2"], "kind": "review"}
    >>> placeholder_authors(as_mentions(pd.DataFrame(rows | {"platform": "google_play"}))).tolist()
    [True, True, False]
    """
    found = np.zeros(len(mentions), bool)
    if "author_name" in mentions.columns and mentions["author_name"].notna().any():
        found = mentions["author_name"].astype(object).fillna("").map(is_placeholder).to_numpy(bool)
    if "placeholder" in mentions.columns:
        found = found | (mentions["placeholder"].fillna("") != "").to_numpy(bool)
    signed = (mentions["kind"] == "review") & mentions["author_id"].notna()
    if not signed.any():
        return pd.Series(found, index=mentions.index, name="placeholder")
    whose = mentions[["platform", "author_id", "channel"]].astype(object)
    reviews = whose[signed]
    n = reviews.groupby(list(reviews), dropna=False)["platform"].transform("size")
    many = reviews[n > reviews["platform"].map(_known().reviews)].drop(columns="channel")
    author = pd.MultiIndex.from_frame(whose.drop(columns="channel"))
    found = found | author.isin(pd.MultiIndex.from_frame(many.drop_duplicates()))
    return pd.Series(found, index=mentions.index, name="placeholder")
