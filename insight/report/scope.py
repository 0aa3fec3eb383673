"""What of an archive counts: whose words, over how many days, in which periods."""

from __future__ import annotations

import pandas as pd

from insight.mentions import is_repost
from insight.stats.periods import Period
from insight.timeline.persons import by_people

SPANS: tuple[tuple[Period, int], ...] = (("month", 92), ("week", 21), ("day", 0))
"""The period of the page, and the days that nine tenths of the archive must span for it."""


def customer_messages(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep the messages whose topics and needs count: by customers or unknown sides, with words, original.

    A post that is only a headline speaks by its headline.
    """
    words = mentions["text"].where(mentions["text"].str.strip() != "", mentions["title"])
    spoken = by_people(mentions) & (words.str.strip() != "").to_numpy(bool)
    return mentions.assign(text=words)[spoken & ~is_repost(mentions)].reset_index(drop=True)


def speaks_of_brand(mentions: pd.DataFrame) -> bool:
    """Return whether any message is about a brand, or sent to one; a review is."""
    about = mentions["brand"].notna() | mentions["addressed"].fillna(False).astype(bool)
    return bool((about | (mentions["kind"] == "review")).any())


def collection_days(dates: pd.Series) -> int:
    """Return the days in which nine tenths of the messages lie: a search often reaches far back for a few."""
    return int((dates.quantile(0.95) - dates.quantile(0.05)).days) if len(dates) else 0


def period_of(mentions: pd.DataFrame) -> Period:
    """Choose the period of the page by how long the archive was collected."""
    days = collection_days(mentions["created_at"].dropna())
    return next(period for period, least in SPANS if days >= least)
