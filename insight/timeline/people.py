"""Who writes: which accounts speak for a brand, which write automatically, and who counts as a person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

ROLES = ("customer", "brand", "rival", "automated", "other", "unknown")
PERSONS = ("customer", "unknown")
"""The roles whose accounts are people."""

BOT_NAME = r"\[bot\]$|^automoderator$|^github-actions$"
"""What an account calls itself that says it is none of a person's; matched in lower and upper case."""

TIRELESS = 1000
A_DAY = 100
_DAY = pd.Timedelta(days=1)

Flags = npt.NDArray[np.bool_]


def is_automated(mentions: pd.DataFrame, *, bots: Sequence[str] = ()) -> pd.Series:
    """Return which messages were written automatically, by marks, names, a list and a pace no one keeps up.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    bots : sequence of str
        Further author_id known to be bots.

    Returns
    -------
    Series
        One boolean a message, named `automated`, with the table's index. Assign it to the table and every
        measure leaves these messages out.

    Notes
    -----
    A message is automated if a column `automated` says so, or if its author is on the list `bots`, has a name
    that ends in "[bot]" or is AutoModerator or github-actions (where names are in the table), or wrote
    1,000 messages or more at over 100 a day from first to last. The pace is not held against the brand: a
    help desk keeps it up. Archives put accounts named so on side `other` before they hide names.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1", "x:2"], "author_id": ["ann", "helper"]}))
    >>> is_automated(mentions, bots=["helper"]).tolist()
    [False, True]
    """
    found = _marked(mentions) | _automated_accounts(mentions, bots)
    return pd.Series(found, mentions.index, name="automated")


def find_roles(mentions: pd.DataFrame, *, own: str | None) -> npt.NDArray[np.object_]:
    """Return the role of each message's author (of `ROLES`), that of the whole account.

    An account that ever spoke for a brand always does; one that the file ever puts on side `other`, or that
    only ever wrote automatically, is so throughout. A single automated message, such as a receipt or a note
    of absence, is automated by itself and says nothing of its author.
    """
    side = mentions["side"].astype(object).to_numpy()
    marked = _marked(mentions)
    account = account_of(mentions)
    n = np.bincount(account)
    ever = {name: np.bincount(account, side == name) for name in ("brand", "other", "customer")}
    only_marked = np.bincount(account, marked) == n
    automated = (_automated_accounts(mentions) | only_marked[account]) & (ever["brand"] == 0)[account]
    speaks = (ever["brand"] > 0)[account]
    return np.select(
        [
            automated | marked,
            speaks & _for_another(mentions, account, own),
            speaks,
            (ever["other"] > 0)[account],
            (ever["customer"] > 0)[account],
        ],
        ["automated", "rival", "brand", "other", "customer"],
        default="unknown",
    ).astype(object)


def by_people(line: pd.DataFrame) -> Flags:
    """Return which messages of a timeline people wrote: customers and those of whom the file does not say."""
    return line["role"].isin(PERSONS).to_numpy(bool)


def account_of(mentions: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return each author's number by first message; an unsigned message has an author of its own."""
    codes = pd.factorize(mentions["author_id"])[0].astype(np.int64)
    missing = codes < 0
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(missing.sum())
    return codes


def number(keys: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """Return a number for each distinct combination of several keys, by first appearance."""
    codes = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        here = pd.factorize(key)[0]
        codes = pd.factorize(codes * (here.max(initial=0) + 1) + here)[0]
    return codes


def tireless(n: pd.Series, first: pd.Series, last: pd.Series) -> Flags:
    """Return who wrote 1,000 messages or more at over 100 a day from the first to the last."""
    days = ((last - first) / _DAY).to_numpy(float)
    return (n >= TIRELESS).to_numpy(bool) & (n.to_numpy(float) > A_DAY * days)


def _for_another(mentions: pd.DataFrame, account: npt.NDArray[np.int64], own: str | None) -> Flags:
    """Return which accounts speak for another brand than ours; none does where ours is not known."""
    if own is None:
        return np.zeros(len(mentions), bool)
    brand = mentions["brand"].astype(object).where(mentions["side"] == "brand")
    ours = np.bincount(account, (brand == own).to_numpy(bool))
    theirs = np.bincount(account, (brand.notna() & (brand != own)).to_numpy(bool))
    return ((theirs > 0) & (ours == 0))[account]


def _marked(mentions: pd.DataFrame) -> Flags:
    if "automated" not in mentions.columns:
        return np.zeros(len(mentions), bool)
    return mentions["automated"].astype("boolean").fillna(False).to_numpy(bool)


def _automated_accounts(mentions: pd.DataFrame, bots: Sequence[str] = ()) -> Flags:
    author = mentions["author_id"]
    found = author.isin(list(bots)).to_numpy(bool) if bots else np.zeros(len(mentions), bool)
    if "author_name" in mentions.columns and mentions["author_name"].notna().any():
        names = mentions["author_name"].astype("str")
        found |= names.str.contains(BOT_NAME, case=False, regex=True).fillna(False).to_numpy(bool)
    code, people = pd.factorize(author)
    if len(people) and len(mentions) >= TIRELESS:
        spans = mentions["created_at"].groupby(code).agg(["count", "min", "max"]).reindex(range(len(people)))
        busy = tireless(spans["count"], spans["min"], spans["max"])
        ours = (mentions["side"] == "brand").to_numpy(bool)
        brand = np.bincount(code[code >= 0], ours[code >= 0], minlength=len(people)) > 0
        found |= np.append(busy & ~brand, False)[code]
    return found
