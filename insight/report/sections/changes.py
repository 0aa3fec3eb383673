"""What changed: volume, problems and ratings over time, and what rose or fell."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.results import Results
from insight.report.vocabulary import columns
from insight.topics.compare_periods import Changes

from .finding import change_said, changed_name, largest_needs, main_change, name_of, surest_changes

MOST_PANELS, MIN_PERIODS = 6, 3
MOST_MOVES = 6
LEAST_A_DAY = 3
"""People on the median day, under which days are not drawn one by one."""


def _heading(results: Results) -> str:
    return main_change(results).text or "Over time"


def _said(results: Results) -> Sequence[Said]:
    return [change_said(row, results) for row in surest_changes(results)[1:3]]


def _volume_title(spikes: pd.DataFrame, results: Results) -> str:
    days, flagged = spikes.loc[spikes["by"] == "all", "n_people"], results.bursts
    if not days.median() >= LEAST_A_DAY:
        return ""
    if flagged is None or flagged.empty:
        return f"No day stands out among {wording.count(len(days), 'day')}"
    first = flagged.iloc[0]
    usual = round(first["expected"])
    return (
        f"{wording.day(first['day'])} was the busiest day: {wording.people(first['n_people'])}"
        f"{f', where {wording.count(usual)} are usual' if usual > 1 else ''}"
    )


def _days(spikes: pd.DataFrame, results: Results) -> pd.DataFrame:
    every = spikes[(spikes["by"] == "all") & (spikes["n_people"] > 0)]
    return every.sort_values(["flagged", "day"], ascending=[False, True])


def _largest(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    listed = largest_needs(results, MOST_PANELS)["need"].tolist()
    rows = table[table["need"].isin(listed)]
    return rows.sort_values("need", key=lambda keys: keys.map(listed.index), kind="stable")


def _needs_title(table: pd.DataFrame, results: Results) -> str:
    needs = largest_needs(results, MOST_PANELS)
    if needs.empty or table["period"].nunique() < MIN_PERIODS:
        return ""
    for trend in ("rising", "falling"):
        moved = needs[needs["trend"] == trend]
        if len(moved):
            names = wording.listing([f"“{name_of(need)}”" for _, need in moved.head(2).iterrows()])
            return (
                f"The problem {names} is {trend}" if len(moved) == 1 else f"The problems {names} are {trend}"
            )
    return ""


def _ratings_title(table: pd.DataFrame, results: Results) -> str:
    known = table[(table["n_people"] >= wording.FEW) & table["complete"]]
    if len(known) < 2:
        return ""
    first, last = known.iloc[0], known.iloc[-1]
    stars = f"{wording.stars(first['stars'])} to {wording.stars(last['stars'])} stars"
    since = wording.period_name(first["period"], period=results.period)
    apart = last["low"] > first["high"] or last["high"] < first["low"]
    if not apart:
        low, high = wording.stars(known["stars"].min()), wording.stars(known["stars"].max())
        return f"By {results.period}, ratings average {low} to {high} stars, without a clear change"
    return f"Ratings {'rose' if last['stars'] > first['stars'] else 'fell'} from {stars} since {since}"


def _moves(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    changes: Changes = results.changes
    rows = [table, changes.rates] if len(changes.rates) else [table]
    every = pd.concat(rows, ignore_index=True)
    named = every.assign(name=[changed_name(row, results) for _, row in every.iterrows()])
    order = named.assign(size=named["change"].abs())
    return order.sort_values(["clear", "size", "name"], ascending=[False, False, True]).head(MOST_MOVES)


def _moves_title(changes: Changes, results: Results) -> str:
    n = len(surest_changes(results))
    return wording.count(n, "clear rise or fall", plural="clear rises and falls") if n else ""


def _compared(changes: Changes, results: Results) -> str:
    before, after = (wording.period_name(at, period=changes.period) for at in (changes.before, changes.after))
    return f"{wording.people(changes.n_before)} in {before}, {wording.count(changes.n_after)} in {after}"


CHANGES = Section(
    "changes",
    "What changed",
    _heading,
    _said,
    (
        Exhibit(
            "volume", "spikes", "day n_people expected low high n_mentions share_reposts voices terms",
            _volume_title, plot="spikes", rows=_days, draw=lambda spikes, _: spikes,
            words={
                "low": ("From", wording.count), "high": ("To", wording.count),
                "share_reposts": ("Passed on", wording.share),
            },
            opens="dates={day:%Y-%m-%d}..{day:%Y-%m-%d}", label="day", live="volume",
            over=("day", "n_people"), seeks="days on which clearly more people wrote",
        ),
        Exhibit(
            "needs-over-time", "needs_over_time", "name period n_people total share low high", _needs_title,
            plot="needs_over_time", rows=_largest, options={"top": MOST_PANELS}, opens="need={need}",
            over=("period", "total"), seeks="problems that rise or fall",
        ),
        Exhibit(
            "ratings", "ratings", "period n stars low high", _ratings_title, live="ratings",
            words=columns("stars"), opens="{unit}={period:%Y-%m-%d}", label="period",
            counted=lambda table, _: wording.count(table["n"].sum(), "rating"),
        ),
        Exhibit(
            "moves", "changes", "name share_before share_after change clear", _moves_title,
            of="table", rows=_moves, opens="topic={topic}",
            counted=_compared, seeks="topics that grew or shrank",
        ),
    ),
)  # fmt: skip
