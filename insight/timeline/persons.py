"""Who writes: which accounts speak for a brand, which write automatically, and who counts as a person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from insight.archives.placeholders import placeholder_authors
from insight.mentions import BOT_NAME
from insight.stats.periods import DAY

ROLES = ("customer", "brand", "rival", "automated", "other", "unknown")
PERSONS = ("customer", "unknown")
"""The roles whose accounts are people."""

MANY_MESSAGES = 1000
A_DAY = 100
_LARGEST = 2**62

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]


def find_roles(
    mentions: pd.DataFrame,
    account: Rows,
    *,
    own: str | None,
    automated: Flags | None = None,
) -> tuple[pd.Categorical, Flags]:
    """Return the role (of `ROLES`) in which each message was written, and whether its author is a person.

    The role is that of the message: an agent may ask as a customer somewhere else. A person is an account
    that only ever wrote as a customer or unknown; a single automated message, such as a note of absence,
    makes no bot of its author. `automated` marks the messages of machines where the whole archive was asked.
    """
    speaks, other, customer = (
        (mentions["side"] == side).to_numpy(bool) for side in ("brand", "other", "customer")
    )
    marked = _marked(mentions)
    ours = np.bincount(account, speaks) > 0
    staff = ours | (np.bincount(account, other) > 0)
    only_marked = np.bincount(account, marked) == np.bincount(account)
    if automated is None:
        automated = (_automated_accounts(mentions, account) | only_marked[account]) & ~ours[account]
    brand = mentions["brand"]
    rival = speaks & (brand.notna() & (brand != own)).to_numpy(bool) & (own is not None)
    role = pd.Categorical.from_codes(
        np.select(
            [automated | marked, rival, speaks, other, customer],
            [ROLES.index(name) for name in ("automated", "rival", "brand", "other", "customer")],
            default=ROLES.index("unknown"),
        ),
        categories=list(ROLES),
    )
    person = mentions["author_id"].notna().to_numpy() & ~(staff[account] | automated) & role.isin(PERSONS)
    return role, person


def without_placeholders(mentions: pd.DataFrame) -> pd.DataFrame:
    """Leave messages unsigned that are signed with a name which stands for people without one."""
    placeholder = placeholder_authors(mentions)
    if not placeholder.any():
        return mentions
    return mentions.assign(author_id=mentions["author_id"].mask(placeholder))


def by_people(line: pd.DataFrame) -> Flags:
    """Return which messages of a timeline people wrote, signed or not."""
    signed = line["person"].notna() | line["author_id"].isna()
    return (line["role"].isin(PERSONS) & signed).to_numpy(bool)


def count_people(line: pd.DataFrame) -> int:
    """Count the people of a timeline; an unsigned message and its copies count as one person."""
    unsigned = by_people(line) & line["author_id"].isna().to_numpy() & line["own"].to_numpy(bool)
    return int(line["person"].nunique()) + int(unsigned.sum())


def account_of(mentions: pd.DataFrame) -> Rows:
    """Return each author's number by first message; an unsigned message has an author of its own."""
    codes = pd.factorize(mentions["author_id"])[0].astype(np.int64)
    missing = codes < 0
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(missing.sum())
    return codes


def number(keys: Sequence[Rows]) -> Rows:
    """Return a number for each distinct combination of several keys, by first appearance."""
    codes, size = np.zeros(len(keys[0]), np.int64), 1
    for key in keys:
        low, high = int(key.min(initial=0)), int(key.max(initial=0))
        if size * (high - low + 1) >= _LARGEST:  # their product would not fit
            key, low = pd.factorize(key)[0], 0
            codes = pd.factorize(codes)[0]
            size, high = int(codes.max(initial=0)) + 1, int(key.max(initial=0))
        codes, size = codes * (high - low + 1) + (key - low), size * (high - low + 1)
    return pd.factorize(codes)[0]


def exceeds_human_rate(n: pd.Series, first: pd.Series, last: pd.Series) -> Flags:
    """Return who wrote 1,000 messages or more at over 100 a day from the first to the last."""
    found = (n >= MANY_MESSAGES).to_numpy(bool, copy=True)
    days = ((last[found] - first[found]) / DAY).to_numpy(float)
    found[found] = n[found].to_numpy(float) > A_DAY * days
    return found


def _marked(mentions: pd.DataFrame) -> Flags:
    if "automated" not in mentions.columns:
        return np.zeros(len(mentions), bool)
    return mentions["automated"].astype("boolean").fillna(False).to_numpy(bool)


def _automated_accounts(mentions: pd.DataFrame, account: Rows) -> Flags:
    """Return whose account is a machine's by its name, or by a pace that no one keeps up.

    The pace is not held against the brand: a help desk keeps it up.
    """
    found = np.zeros(len(mentions), bool)
    if "author_name" in mentions.columns and mentions["author_name"].notna().any():
        names = mentions["author_name"].astype("str")
        found |= names.str.contains(BOT_NAME, case=False, regex=True).fillna(False).to_numpy(bool)
    many = np.flatnonzero((np.bincount(account) >= MANY_MESSAGES)[account])
    if len(many):
        sent = mentions[["created_at"]].iloc[many].assign(brand=(mentions["side"] == "brand").iloc[many])
        spans = sent.groupby(account[many]).agg(
            n=("created_at", "count"),
            first=("created_at", "min"),
            last=("created_at", "max"),
            brand=("brand", "any"),
        )
        busy = exceeds_human_rate(spans["n"], spans["first"], spans["last"]) & ~spans["brand"].to_numpy(bool)
        found |= np.isin(account, spans.index[busy])
    return found
