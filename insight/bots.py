"""Who writes automatically: one rule for every measure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

BOT_NAME = r"\[bot\]$|^automoderator$|^github-actions$"
"""What an account calls itself that says it is none of a person's; matched in lower and upper case."""

TIRELESS = 1000
A_DAY = 100
_DAY = pd.Timedelta(days=1)


def is_automated(mentions: pd.DataFrame, *, bots: Sequence[str] = ()) -> pd.Series:
    """Tell which messages were written automatically, by marks, names, a list and a pace nobody keeps up.

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
        measure leaves these authors out of its cohorts.

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
    author = mentions["author_id"]
    found = author.isin(list(bots)) if bots else pd.Series(False, index=mentions.index)
    if "automated" in mentions.columns:
        found |= mentions["automated"].astype("boolean").fillna(False).astype(bool)
    if "author_name" in mentions.columns and mentions["author_name"].notna().any():
        names = mentions["author_name"].astype("str")
        found |= names.str.contains(BOT_NAME, case=False, regex=True).fillna(False).astype(bool)
    code, people = pd.factorize(author)
    stamps = mentions["created_at"]
    if len(people) and len(mentions) >= TIRELESS:
        spans = stamps.groupby(code).agg(["count", "min", "max"]).reindex(range(len(people)))
        busy = tireless(spans["count"], spans["min"], spans["max"])
        named = code >= 0
        ours = (mentions["side"] == "brand").to_numpy(bool)
        brand = np.bincount(code[named], ours[named], minlength=len(people)) > 0
        found |= np.append(busy & ~brand, False)[code]
    return found.rename("automated")


def tireless(n: pd.Series, first: pd.Series, last: pd.Series) -> npt.NDArray[np.bool_]:
    """Tell who wrote 1,000 messages or more at over 100 a day from the first to the last."""
    days = ((last - first) / _DAY).to_numpy(float)
    return (n >= TIRELESS).to_numpy(bool) & (n.to_numpy(float) > A_DAY * days)
