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


def _heading(results: Results) -> str:
    return main_change(results).text


def _said(results: Results) -> Sequence[Said]:
    more = surest_changes(results)[1:3]
    return [*(change_said(row, results) for row in more), _compared(results)]


def _compared(results: Results) -> Said:
    changes = results.changes
    if changes is None or not len(changes.table) + len(changes.rates):
        return Said("")
    after = wording.start(wording.period_name(changes.after, period=changes.period))
    before = wording.period_name(changes.before, period=changes.period)
    untested = (
        f" {wording.count(changes.n_untested)} with too few people to test." if changes.n_untested else ""
    )
    return Said(
        f"{after} is compared with {before}.",
        f"{wording.people(changes.n_after)} and {wording.people(changes.n_before)}; "
        f"{wording.count(len(changes.table) + len(changes.rates))} shares tested.{untested}",
    )


def _volume_title(spikes: pd.DataFrame, results: Results) -> str:
    days = spikes[spikes["by"] == "all"]
    flagged = results.bursts
    if flagged is None or flagged.empty:
        return f"No day stands out among {wording.count(len(days), 'day')}" if len(days) else ""
    first = flagged.iloc[0]
    usual = round(first["expected"])
    return (
        f"{wording.day(first['day'])} was the busiest day: {wording.people(first['n_people'])}"
        f"{f', where {wording.count(usual)} are usual' if usual > 1 else ''}"
    )


def _days(spikes: pd.DataFrame, results: Results) -> pd.DataFrame:
    every = spikes[spikes["by"] == "all"]
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
            return f"{names} {'is' if len(moved) == 1 else 'are'} {trend}"
    if needs["trend"].isin(["steady"]).any():
        return "None of the most common problems clearly rises or falls"
    return "Too early to say whether a problem rises or falls"


def _ratings_title(table: pd.DataFrame, results: Results) -> str:
    known = table[(table["n_people"] >= wording.FEW) & table["complete"]]
    if len(known) < 2:
        return ""
    first, last = known.iloc[0], known.iloc[-1]
    stars = f"{wording.stars(first['stars'])} to {wording.stars(last['stars'])} stars"
    since = wording.period_name(first["period"], period=results.period)
    apart = last["low"] > first["high"] or last["high"] < first["low"]
    if not apart:
        latest = wording.period_name(last["period"], period=results.period)
        return f"No clear change in ratings since {since}: {wording.stars(last['stars'])} stars in {latest}"
    return f"Ratings {'rose' if last['stars'] > first['stars'] else 'fell'} from {stars} since {since}"


def _moves(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    changes: Changes = results.changes
    rows = [table, changes.rates] if len(changes.rates) else [table]
    every = pd.concat(rows, ignore_index=True)
    named = every.assign(name=[changed_name(row, results) for _, row in every.iterrows()])
    order = named.assign(size=named["change"].abs())
    return order.sort_values(["clear", "size", "name"], ascending=[False, False, True]).head(MOST_MOVES)


def _moves_title(changes: Changes, results: Results) -> str:
    if changes.table.empty and changes.rates.empty:
        return ""
    n = len(surest_changes(results))
    if not n:
        before, after = (
            wording.period_name(start, period=changes.period) for start in (changes.before, changes.after)
        )
        return f"No share changed clearly between {before} and {after}"
    return f"{wording.start(wording.count(n, 'clear rise or fall', plural='clear rises and falls'))}"


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
            over=("day", "n_people"),
        ),
        Exhibit(
            "needs-over-time", "needs_over_time", "name period n_people total share low high", _needs_title,
            plot="needs_over_time", rows=_largest, options={"top": MOST_PANELS}, opens="need={need}",
            over=("period", "total"),
        ),
        Exhibit(
            "ratings", "ratings", "period n stars low high", _ratings_title, live="ratings",
            words=columns("stars"), opens="{unit}={period:%Y-%m-%d}", label="period",
            counted=lambda table, _: wording.count(table["n"].sum(), "rating"),
        ),
        Exhibit(
            "moves", "changes", "name share_before share_after change clear", _moves_title,
            of="table", rows=_moves, opens="topic={topic}",
            counted=lambda changes, _: f"{wording.people(changes.n_after)} after, "
            f"{wording.people(changes.n_before)} before",
        ),
    ),
)  # fmt: skip
