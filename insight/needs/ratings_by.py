"""How people rate, group by group, where the file has ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.timeline.own_words import own_words

STARS = 4
"""Steps between the lowest and the highest rating: 0 is one star, 1 is five."""


def ratings_by(mentions: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Average the ratings of each group of messages, in stars; each person counts once in a group.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; original messages by customers and unknown authors count.
    groups : DataFrame
        mention_id and group; a message may be in several.

    Returns
    -------
    DataFrame
        One row a group, the lowest first: group, n (ratings), n_people, stars (1 to 5, the mean of people's
        means), low, high (95 %; missing under two people).

    Raises
    ------
    InsightError
        If no message carries a rating.

    Examples
    --------
    >>> import insight as ins
    >>> rated = {"mention_id": list("abc"), "author_id": list("xyz"), "text": ["lid", "lid", "app"]}
    >>> mentions = ins.as_mentions(pd.DataFrame({**rated, "rating": [0.0, 0.5, 1.0]}))
    >>> groups = pd.DataFrame({"mention_id": list("abc"), "group": ["lid", "lid", "app"]})
    >>> ratings_by(mentions, groups)[["group", "n", "stars"]].values.tolist()
    [['lid', 2, 2.0], ['app', 1, 5.0]]
    """
    need_columns(groups, "groups", ("mention_id", "group"))
    rows = rated(mentions)
    if rows.empty:
        raise InsightError("no message of a customer carries a rating.")
    named = groups[["mention_id", "group"]].dropna().drop_duplicates()
    table = mean_stars(rows.merge(named, on="mention_id"))
    return table.sort_values(["stars", "group"], ignore_index=True)


def rated(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep what customers rated in words of their own, with a number for each person."""
    rows = own_words(mentions)
    return rows[rows["rating"].notna()]


def mean_stars(rows: pd.DataFrame) -> pd.DataFrame:
    """Average rating of each person, then of the people of each group."""
    each = rows.groupby(["group", "person"])["rating"].agg(["size", "mean"])
    stars = (1 + STARS * each["mean"].astype(float)).groupby(level="group")
    table = pd.DataFrame({"n": each["size"].groupby(level="group").sum(), "n_people": stars.size()})
    table["stars"] = stars.mean()
    half = 1.96 * stars.std() / np.sqrt(table["n_people"])
    table["low"] = (table["stars"] - half).clip(lower=1)
    table["high"] = (table["stars"] + half).clip(upper=1 + STARS)
    return table.reset_index()
