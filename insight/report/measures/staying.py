"""Who comes back, where a file can show it at all: return, inactivity, newcomers and the welcome."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import pandas as pd

import insight as ins
from insight.archives.coverage import written_day
from insight.archives.replaced_names import by_day, replaced_names
from insight.mentions import InsightError, InsightWarning
from insight.report.scope import collection_days
from insight.timeline.persons import by_people

if TYPE_CHECKING:
    from insight.staying import Welcome
    from insight.timeline.engine import Cluster
    from insight.topics import Topics

ANSWERED = ("answered within a day", "not answered within a day")
SOON_HOURS = 24.0
"""An answer to a first message within this time is a welcome."""

_MOSTLY_REVIEWS = 0.9
"""Above this share of reviews an archive is a store's, where a person writes about a thing once."""
SHORT_SILENCE = 7
"""Days: a file in which people stop sooner was collected around single conversations."""

_FEWEST_PEOPLE = 10
_FEWEST_DAYS = 14
"""Of a shorter time it cannot be said who comes back; a search often reaches far back for a few."""


def dense_from(mentions: pd.DataFrame) -> pd.Timestamp:
    """Find where an archive begins in earnest, if its first hundredth lies far before the rest."""
    lacking = _no_one_to_follow(mentions)
    if lacking:
        raise InsightError(lacking)
    dates = mentions["created_at"].dropna()
    first, dense, last = dates.min(), dates.quantile(0.01, interpolation="higher"), dates.max()
    start = dense if dense - first > (last - first) / 3 else first
    return max(start, _named_alike_from(mentions, start, last))


def _named_alike_from(mentions: pd.DataFrame, start: pd.Timestamp, last: pd.Timestamp) -> pd.Timestamp:
    """Find from when on names are the same: across a day on which they were replaced all seem to leave."""
    replaced = replaced_names(by_day(mentions["person"], mentions["created_at"]))["date"]
    if replaced.empty:
        return start
    day = replaced.iloc[-1].tz_localize("UTC")
    if (last - day).days < _FEWEST_DAYS:
        raise InsightError(f"Names were replaced on {written_day(day)}, so no one can be followed.")
    warnings.warn(
        f"the names of people were replaced on {written_day(day)}: who stays and who leaves is measured from "
        "then on only.",
        InsightWarning,
        stacklevel=3,
    )
    return day


def _no_one_to_follow(mentions: pd.DataFrame) -> str:
    if mentions["created_at"].isna().all():
        return "No message has a date, so no one can be followed."
    if mentions["author_id"].isna().all():
        return "No message names its author, so no one can be followed."
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


def activity(
    regulars: pd.DataFrame,
    period: Literal["day", "week", "month"],
    tz: str,
    *,
    cluster: Cluster | None = None,
) -> pd.DataFrame:
    """Say who wrote in which period."""
    end = regulars["created_at"].max().tz_convert(tz).normalize() + pd.DateOffset(days=1)
    table = regulars if cluster is None else cluster.table(regulars)
    return ins.activity(table, period=period, tz=tz, as_of=end)


def silence(regulars: pd.DataFrame, until: pd.Timestamp, random_state: int) -> pd.DataFrame:
    """Find after which silence people no longer come back."""
    dates = regulars["created_at"]
    horizon = f"{min(365, max(1, (dates.max() - dates.min()).days // 3))}D"
    return ins.silence(regulars, horizon=horizon, as_of=until, random_state=random_state)


def inactive_days(silence: pd.DataFrame) -> int | None:
    """Return the silence, in days, after which at most one in ten comes back, by silences and by people."""
    suggested = list(silence.attrs["suggested"].values())
    if not suggested or None in suggested:
        return None
    if max(suggested) < SHORT_SILENCE:
        raise InsightError(
            "Within a week of silence people no longer come back: the file was collected around single "
            "conversations, so that it does not show who left."
        )
    return int(max(suggested))


def exits(
    regulars: pd.DataFrame,
    until: pd.Timestamp,
    signals: pd.DataFrame,
    inactive_days: int,
    *,
    topics: Topics | None = None,
) -> pd.DataFrame:
    """Count who said that they leave, by topic."""
    said = ins.staying.exit_words(regulars, signals, topics=topics, silence=f"{inactive_days}D", as_of=until)
    return said.drop(columns="quotes")


def by_welcome(activity: pd.DataFrame, met: Welcome) -> pd.DataFrame:
    """Follow newcomers by whether their first message was answered within a day."""
    fate = pd.Series(fates(met), index=met.newcomers["author_id"])
    joined = activity[activity["author_id"].isin(fate.index)].reset_index(drop=True)
    joined = joined.assign(welcome=joined["author_id"].map(fate))
    joined.attrs = activity.attrs
    return ins.retention(joined, by="welcome")


def fates(met: Welcome) -> list[str]:
    """Say of each newcomer whether the first message was answered within a day."""
    soon = met.newcomers["answered"] & (met.newcomers["wait_hours"] <= SOON_HOURS)
    return [ANSWERED[0] if yes else ANSWERED[1] for yes in soon]
