"""Who comes back, where a file can show it at all."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from insight.timeline.persons import by_people

from .attempts import attempt
from .crowd import collection_days

Period = Literal["day", "week", "month"]

_MOSTLY_REVIEWS = 0.9
"""Above this share of reviews an archive is a store's, where a person writes about a thing once."""

_FEWEST_PEOPLE = 10
_FEWEST_DAYS = 14
"""Of a shorter time it cannot be said who comes back; a search often reaches far back for a few."""


def measure_staying(
    mentions: pd.DataFrame,
    reasons: dict[str, str],
    *,
    period: Period,
    tz: str,
    as_of: pd.Timestamp | None = None,
) -> dict[str, Any]:
    """Follow who comes back, by period and by cohort."""
    from insight.staying import activity, growth, repeat_rate, retention

    lacking = _nobody_to_follow(mentions)
    if lacking:
        reasons["retention"] = lacking
        return {}
    since = _dense_from(mentions["created_at"].dropna())
    dense = mentions[mentions["created_at"] >= since]
    last = dense["created_at"].max() if as_of is None else as_of
    end = last.tz_convert(tz).normalize() + pd.DateOffset(days=1)
    table = attempt(reasons, "retention", lambda: activity(dense, period=period, tz=tz, as_of=end))
    if table is None:
        return {}
    return {
        "since": since,
        "activity": table,
        "n_stray": int((mentions["created_at"] < since).sum()),
        "repeat": attempt(reasons, "repeat", lambda: repeat_rate(table)),
        "cohorts": attempt(reasons, "cohorts", lambda: retention(table)),
        "growth": attempt(reasons, "growth", lambda: growth(table)),
    }


def _dense_from(dates: pd.Series) -> pd.Timestamp:
    """Find where an archive begins in earnest, if its first hundredth lies far before the rest."""
    first, dense, last = dates.min(), dates.quantile(0.01, interpolation="higher"), dates.max()
    return dense if dense - first > (last - first) / 3 else first


def _nobody_to_follow(mentions: pd.DataFrame) -> str:
    if mentions["created_at"].isna().all():
        return "No message has a date, so nobody can be followed."
    if mentions["author_id"].isna().all():
        return "No message names its author, so nobody can be followed."
    people = mentions["person"].dropna()
    if people.empty:
        return "Every author speaks for the brand or writes automatically, so no one is left to follow."
    if (mentions.loc[by_people(mentions), "kind"] == "review").mean() > _MOSTLY_REVIEWS:
        return "Each person can write one review here, so not writing again is no sign of leaving."
    if not people.duplicated().any():
        return "Each person wrote once in this file, so it does not show who comes back."
    if people.nunique() < _FEWEST_PEOPLE:
        return f"Fewer than {_FEWEST_PEOPLE} people wrote, too few to say whether people stay."
    if (mentions["thread"] == mentions["thread"].iloc[0]).all():
        return "One conversation alone does not show who comes back."
    days = collection_days(mentions.loc[by_people(mentions), "created_at"].dropna())
    if days < _FEWEST_DAYS:
        return f"Most messages were written within {days + 1} days, too few to see who stays."
    return ""
