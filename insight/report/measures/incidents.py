"""Days that stand out, where the collection window does not explain them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightError
from insight.report.results import collection_days

if TYPE_CHECKING:
    from insight.config import Config
    from insight.people import Credibility
    from insight.topics import Topics

LEAST_DAYS = 28
MOST_BURSTS = 3
"""Bursts of talk that get a brief of their own, the largest first."""


def spikes(mentions: pd.DataFrame, topics: Topics, tz: str) -> pd.DataFrame | None:
    """Find the days on which more people spoke than usual."""
    from insight.incidents import spikes

    if collection_days(mentions.loc[mentions["person"].notna(), "created_at"].dropna()) < LEAST_DAYS:
        return None
    days = spikes(mentions, topics.assignments, tz=tz)
    return days if len(days) and days["n_people"].sum() else None


def bursts(spikes: pd.DataFrame) -> pd.DataFrame:
    """Sum up each burst of talk: its fullest day, with start, end and n_days; largest first."""
    flagged = spikes[(spikes["by"] == "all") & spikes["flagged"].astype(bool)]
    fullest = flagged.sort_values(["n_people", "day"], ascending=[False, True]).drop_duplicates("spike")
    span = flagged.groupby("spike")["day"].agg(start="min", end="max", n_days="size").reset_index()
    return fullest.merge(span, on="spike")


def briefs(
    mentions: pd.DataFrame, signals: pd.DataFrame, bursts: pd.DataFrame, tz: str
) -> tuple[pd.DataFrame, ...]:
    """Write a brief of each of the largest bursts."""
    from insight.incidents import incident_brief

    found = []
    for row in bursts.head(MOST_BURSTS).to_dict("records"):
        at = partial(pd.Timestamp.tz_localize, tz=tz, ambiguous=True, nonexistent="shift_forward")
        start, end = at(row["start"]), at(row["end"] + pd.Timedelta(days=1))
        brief = incident_brief(mentions, signals, start=start, end=end)
        brief.attrs |= {"spike": int(row["spike"]), "start": start, "end": end}
        found.append(brief)
    return tuple(found)


def storms(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    spikes: pd.DataFrame,
    topics: Topics,
    config: Config,
    tz: str,
    random_state: int,
) -> pd.DataFrame:
    """Find the days on which more people criticised than usual, and take them apart."""
    from insight.incidents import storms

    return storms(
        mentions, signals, assignments=topics.assignments, events=config.events, tz=tz,
        random_state=random_state,
    )  # fmt: skip


def outages(mentions: pd.DataFrame, signals: pd.DataFrame, spikes: pd.DataFrame) -> pd.DataFrame | None:
    """Find the hours in which people reported that it was down."""
    from insight.incidents import outages

    timed = mentions["time_precision"].isin(["s", "min"]) & mentions["created_at"].notna()
    return outages(mentions, signals) if timed.any() else None


def credibility(mentions: pd.DataFrame, signals: pd.DataFrame, spikes: pd.DataFrame) -> Credibility:
    """See whether other customers agree with the complaints."""
    from insight.people import credibility

    found = credibility(mentions, signals)
    if not found.totals["n"].iloc[2]:
        raise InsightError("No criticism in extreme words.")
    return found
