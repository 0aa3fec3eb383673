"""Who comes back, where a file can show it at all: return, inactivity, newcomers and the welcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from insight.mentions import InsightError
from insight.report.results import collection_days
from insight.timeline.persons import by_people

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, ReachCeiling, ReplyEffect, Tenure, Welcome
    from insight.topics import Topics

ANSWERED = ("answered within a day", "not answered within a day")
SOON_HOURS = 24.0
"""An answer to a first message within this time is a welcome."""

_MOSTLY_REVIEWS = 0.9
"""Above this share of reviews an archive is a store's, where a person writes about a thing once."""
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
    return dense if dense - first > (last - first) / 3 else first


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


def regulars(mentions: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Keep the messages from where the archive begins in earnest."""
    return mentions[mentions["created_at"] >= since]


def activity(regulars: pd.DataFrame, period: Literal["day", "week", "month"], tz: str) -> pd.DataFrame:
    """Say who wrote in which period."""
    from insight.staying import activity

    end = regulars["created_at"].max().tz_convert(tz).normalize() + pd.DateOffset(days=1)
    return activity(regulars, period=period, tz=tz, as_of=end)


def repeat(activity: pd.DataFrame) -> pd.DataFrame:
    """Give the share who write again in the next period."""
    from insight.staying import repeat_rate

    return repeat_rate(activity)


def cohorts(activity: pd.DataFrame) -> pd.DataFrame:
    """Follow newcomers by the period of their first message."""
    from insight.staying import retention

    return retention(activity)


def growth(activity: pd.DataFrame) -> pd.DataFrame:
    """Count who came and who went."""
    from insight.staying import growth

    return growth(activity)


def ceiling(growth: pd.DataFrame) -> ReachCeiling:
    """Derive where today's rates lead."""
    from insight.staying import reach_ceiling

    return reach_ceiling(growth)


def silence(regulars: pd.DataFrame, activity: pd.DataFrame, random_state: int) -> pd.DataFrame:
    """Find after which silence people no longer come back."""
    from insight.staying import silence

    dates = regulars["created_at"]
    horizon = f"{min(365, max(1, (dates.max() - dates.min()).days // 3))}D"
    return silence(regulars, horizon=horizon, as_of=_end(activity), random_state=random_state)


def inactive_days(silence: pd.DataFrame) -> int | None:
    """Return the silence, in days, after which at most one in ten comes back, by silences and by people."""
    suggested = list(silence.attrs["suggested"].values())
    return int(max(suggested)) if suggested and None not in suggested else None


def tenure(regulars: pd.DataFrame, activity: pd.DataFrame, inactive_days: int) -> Tenure:
    """Follow how long people stay."""
    from insight.staying import tenure

    return tenure(regulars, silence=f"{inactive_days}D", as_of=_end(activity))


def cadence(regulars: pd.DataFrame, activity: pd.DataFrame, tz: str) -> Cadence:
    """Find who posts less or more than before."""
    from insight.staying import cadence

    return cadence(regulars, tz=tz, as_of=_end(activity))


def risk(regulars: pd.DataFrame, activity: pd.DataFrame, inactive_days: int) -> AtRisk:
    """Score who is about to leave."""
    from insight.staying import at_risk

    days = {"horizon": f"{inactive_days}D", "lately": f"{2 * inactive_days}D"}
    return at_risk(regulars, **days, as_of=_end(activity))


def drivers(
    regulars: pd.DataFrame,
    activity: pd.DataFrame,
    signals: pd.DataFrame,
    inactive_days: int,
    random_state: int,
    *,
    topics: Topics | None = None,
) -> pd.DataFrame:
    """Find what goes before people stop writing."""
    from insight.staying import churn_drivers

    spell = min(7, inactive_days // 2)
    if spell < 1:
        raise InsightError("The file is too short for a churn model.")
    return churn_drivers(
        regulars, signals, topics=topics, silence=f"{inactive_days}D", spell=f"{spell}D",
        as_of=_end(activity), random_state=random_state,
    )  # fmt: skip


def exits(
    regulars: pd.DataFrame,
    activity: pd.DataFrame,
    signals: pd.DataFrame,
    inactive_days: int,
    *,
    topics: Topics | None = None,
) -> pd.DataFrame:
    """Count who said that they leave, by topic."""
    from insight.staying import exit_words

    said = exit_words(regulars, signals, topics=topics, silence=f"{inactive_days}D", as_of=_end(activity))
    return said.drop(columns="quotes")


def met(regulars: pd.DataFrame, activity: pd.DataFrame, tz: str) -> Welcome:
    """Follow how newcomers are met."""
    from insight.staying import welcome

    return welcome(regulars, tz=tz, as_of=_end(activity))


def by_welcome(activity: pd.DataFrame, met: Welcome) -> pd.DataFrame:
    """Follow newcomers by whether their first message was answered within a day."""
    from insight.staying import retention

    soon = met.newcomers["answered"] & (met.newcomers["wait_hours"] <= SOON_HOURS)
    fate = pd.Series([ANSWERED[0] if yes else ANSWERED[1] for yes in soon], index=met.newcomers["author_id"])
    joined = activity[activity["author_id"].isin(fate.index)].reset_index(drop=True)
    joined = joined.assign(welcome=joined["author_id"].map(fate))
    joined.attrs = activity.attrs
    return retention(joined, by="welcome")


def effect(regulars: pd.DataFrame, activity: pd.DataFrame, random_state: int) -> ReplyEffect:
    """Test whether a reply goes with coming back."""
    from insight.staying import reply_effect

    return reply_effect(regulars, as_of=_end(activity), random_state=random_state)


def ladder(
    mentions: pd.DataFrame, signals: pd.DataFrame, since: pd.Timestamp, tz: str
) -> pd.DataFrame | None:
    """Follow people from silent to casual, engaged and advocate."""
    from insight.people import ladder

    moves = ladder(mentions, signals, tz=tz)
    return moves if moves["n"].sum() else None


def advocates(mentions: pd.DataFrame, signals: pd.DataFrame, since: pd.Timestamp, tz: str) -> pd.DataFrame:
    """Count who recommends the brand."""
    from insight.people import advocates

    return advocates(mentions, signals, tz=tz)


def contribution(mentions: pd.DataFrame, signals: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Count who helps others."""
    from insight.people import contribution

    return contribution(mentions, signals)


def _end(activity: pd.DataFrame) -> pd.Timestamp:
    return pd.Timestamp(activity.attrs["as_of"])
