"""The crowd, measured for the page: bursts and storms, rivals, streams, groups and ties of people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd

from insight.timeline.persons import by_people

from .attempts import Attempt, filled

MOST_BURSTS = 3
"""Bursts of talk that get a brief of their own, the largest first."""


def topics_of(topics: Any) -> tuple[pd.DataFrame | None, pd.Series | None]:  # noqa: ANN401
    """Give the topic of each message and the names of topics, where there are any."""
    if topics is None:
        return None, None
    return topics.assignments, topics.table.set_index("topic")["name"]


def measure_storms(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    events: pd.DataFrame | None,
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    """Find the days that stand out, and take storms and outages apart."""
    from insight.incidents import outages, spikes, storms
    from insight.people import credibility

    dates = mentions.loc[mentions["person"].notna(), "created_at"].dropna()
    if collection_days(dates) < 28:
        return {}
    about = topics_of(topics)[0]
    days = attempt("spikes", lambda: spikes(mentions, about, tz=tz))
    timed = mentions["time_precision"].isin(["s", "min"]) & mentions["created_at"].notna()
    return {
        "spikes": filled(days, "n_people"),
        "briefs": () if days is None else _briefs(mentions, signals, days, attempt, tz=tz),
        "storms": attempt(
            "storms",
            lambda: storms(
                mentions, signals, assignments=about, events=events, tz=tz, random_state=random_state
            ),
        ),
        "outages": attempt("outages", lambda: outages(mentions, signals)) if timed.any() else None,
        "credibility": attempt("credibility", lambda: credibility(mentions, signals)),
    }


def collection_days(dates: pd.Series) -> int:
    """Return the days in which nine tenths of the messages lie: a search often reaches far back for a few."""
    return (dates.quantile(0.95) - dates.quantile(0.05)).days if len(dates) else 0


def bursts(days: pd.DataFrame) -> pd.DataFrame:
    """Sum up each burst of talk: its fullest day, with start, end and n_days; largest first."""
    flagged = days[(days["by"] == "all") & days["flagged"].astype(bool)]
    fullest = flagged.sort_values(["n_people", "day"], ascending=[False, True]).drop_duplicates("spike")
    span = flagged.groupby("spike")["day"].agg(start="min", end="max", n_days="size").reset_index()
    return fullest.merge(span, on="spike")


def _briefs(
    mentions: pd.DataFrame, signals: pd.DataFrame, days: pd.DataFrame, attempt: Attempt, *, tz: str
) -> tuple[pd.DataFrame, ...]:
    from insight.incidents import incident_brief

    found = []
    for row in bursts(days).head(MOST_BURSTS).to_dict("records"):
        start, end = (
            day.tz_localize(tz, ambiguous=True, nonexistent="shift_forward")
            for day in (row["start"], row["end"] + pd.Timedelta(days=1))
        )
        brief = attempt("brief", partial(incident_brief, mentions, signals, start=start, end=end))
        if brief is not None:
            brief.attrs |= {"spike": int(row["spike"]), "start": start, "end": end}
            found.append(brief)
    return tuple(found)


def measure_circles(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    """Compare streams, and find groups, ladders and ties of people."""
    from insight.needs.compare_streams import compare_streams
    from insight.people import advocates, contribution, ladder, niches, ties

    about, names = topics_of(topics)
    found: dict[str, Any] = {}
    if len(mentions.loc[by_people(mentions), "addressed"].dropna().unique()) == 2:
        found["streams"] = filled(
            attempt("streams", lambda: compare_streams(mentions, signals, assignments=about, names=names)),
            "n",
        )
    people = mentions["person"].notna()
    if about is not None and (about["topic"] >= 0).any():
        groups = attempt(
            "niches", lambda: niches(mentions, about, signals=signals, random_state=random_state)
        )
        found["niches"] = groups if groups is not None and len(groups.table) > 1 else None
    if (people & mentions["created_at"].notna()).any():
        found["ladder"] = filled(attempt("ladder", lambda: ladder(mentions, signals, tz=tz)), "n")
        found["advocates"] = attempt("advocates", lambda: advocates(mentions, signals, tz=tz))
        found["ties"] = attempt("ties", lambda: ties(mentions))
        found["contribution"] = attempt("contribution", lambda: contribution(mentions, signals))
    return found


def measure_rivals(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    assignments: pd.DataFrame,
    attempt: Attempt,
    *,
    first: Sequence[str],
    tz: str,
) -> dict[str, Any]:
    """Compare the brands where people talk of two or more: `first` these, then the most talked about."""
    from insight.incidents import rivals

    named = mentions.loc[mentions["person"].notna(), ["brand", "person"]].dropna()
    if named["brand"].nunique() < 2 or mentions["created_at"].isna().all():
        return {}
    table = attempt("rivals", lambda: rivals(mentions, signals, assignments=assignments, tz=tz))
    if table is None:
        return {}
    order = [*dict.fromkeys([*first, *table["brand"].astype(str)])]
    place = {name: number for number, name in enumerate(order)}
    ranked = table.sort_values(
        "brand", key=lambda names: names.astype(str).map(place), kind="stable", ignore_index=True
    )
    return {"rivals": ranked}
