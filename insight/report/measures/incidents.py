"""Days that stand out, where the collection window does not explain them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import insight as ins
from insight.report.scope import collection_days

if TYPE_CHECKING:
    from insight.config import Config
    from insight.topics import Topics

LEAST_DAYS = 28


def spikes(mentions: pd.DataFrame, topics: Topics, tz: str) -> pd.DataFrame | None:
    """Find the days on which more people spoke than usual."""
    if collection_days(mentions.loc[mentions["person"].notna(), "created_at"].dropna()) < LEAST_DAYS:
        return None
    return ins.spikes(mentions, topics.assignments, tz=tz)


def bursts(spikes: pd.DataFrame) -> pd.DataFrame:
    """Sum up each burst of talk: its fullest day, with start, end and n_days; largest first."""
    flagged = spikes[(spikes["by"] == "all") & spikes["flagged"].astype(bool)]
    fullest = flagged.sort_values(["n_people", "day"], ascending=[False, True]).drop_duplicates("spike")
    span = flagged.groupby("spike")["day"].agg(start="min", end="max", n_days="size").reset_index()
    return fullest.merge(span, on="spike")


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
    return ins.incidents.storms(
        mentions, signals, assignments=topics.assignments, events=config.events, tz=tz,
        random_state=random_state,
    )  # fmt: skip


def outages(mentions: pd.DataFrame, signals: pd.DataFrame, spikes: pd.DataFrame) -> pd.DataFrame | None:
    """Find the hours in which people reported that it was down."""
    timed = mentions["time_precision"].isin(["s", "min"]) & mentions["created_at"].notna()
    return ins.incidents.outages(mentions, signals) if timed.any() else None
