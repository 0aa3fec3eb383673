"""Problems: every need with its people, trend, cost in stars and replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from insight.needs.ratings_by import rated
from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.results import Results
from insight.report.vocabulary import columns

from .finding import (
    costs_stars,
    labelled,
    languages,
    largest_needs,
    most_common,
    name_of,
    shown_needs,
    topics_named,
    unnamed_cause,
)
from .memo import spark

MOST = 12
"""Rows of a table or figure that are in sight."""


@dataclass(frozen=True)
class ProblemRow:
    """A row of the table of problems, as the page prints it before any filter."""

    need: str
    name: str
    n_people: int
    share: str
    detail: str
    trend: str
    spark: list[float]
    stars: str


def problem_rows(results: Results) -> list[ProblemRow]:
    """List the problems of most people, general dissatisfaction last."""
    needs = largest_needs(results, len(shown_needs(results)))
    if results.needs is not None and len(results.needs):
        general = results.needs["general"].astype(bool) & (results.needs["n_people"] >= results.minimum)
        needs = pd.concat([needs, results.needs[general]])
    return [_row(need, results) for _, need in needs.iterrows()]


def _row(need: pd.Series, results: Results) -> ProblemRow:
    few = need["n_people"] < wording.FEW
    return ProblemRow(
        need=str(need["need"]),
        name=name_of(need),
        n_people=int(need["n_people"]),
        share="" if few else wording.share(need["share"]),
        detail="" if few else f"95\u00a0% interval {wording.interval(need['low'], need['high'])}",
        trend=str(need["trend"]) if need["trend"] in ("rising", "falling") else "",
        spark=spark(results, str(need["need"])),
        stars=wording.stars(4 * need["impact"]) if costs_stars(need) else "",
    )


def _heading(results: Results) -> str:
    """Without a problem the memo says so, and the section is there for what else it holds."""
    if len(shown_needs(results)):
        return most_common(results)
    return unnamed_cause(results) or ("Stars by topic" if results.ratings_by_topic is not None else "")


def _said(results: Results) -> Sequence[Said]:
    needs = shown_needs(results)
    if needs.empty:
        return []
    n_few = int(results.needs.attrs.get("n_too_few", 0))
    few = f"{wording.count(n_few, 'problem')} of fewer than {results.minimum} people are not listed."
    return [
        Said(
            f"{wording.count(len(needs), 'problem')}. Open {'it' if len(needs) == 1 else 'one'} to read the "
            "messages.",
            "A problem is a group of sentences that complain, wish or describe a work-around, by what they "
            "say. " + (few if n_few else ""),
        ),
        Said(unnamed_cause(results)),
        Said(_costs_most(needs)),
        Said(languages(results)),
    ]


_LOWEST = 3
"""Topics that may together be rated lower than all others."""


def _costs_most(needs: pd.DataFrame) -> str:
    """Name the problem that goes with the lowest ratings, where that is sure."""
    sure = needs[
        needs["impact_high"].notna() & (needs["impact_high"] < 0) & (needs["n_rated"] >= wording.FEW)
    ]
    if sure.empty:
        return ""
    worst = sure.sort_values(["impact", "need"]).iloc[0]
    stars = wording.stars(-4 * worst["impact"])
    return f"People with the problem “{name_of(worst)}” rate {stars} stars lower than the rest."


def _enough(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    return table[table["n_people"] >= max(results.minimum, wording.FEW)]


def _both_ends(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Keep the topics that are rated lowest and highest."""
    rows = _enough(table, results)
    return rows if len(rows) <= MOST else pd.concat([rows.head(MOST // 2), rows.tail(MOST // 2)])


def _ratings_title(table: pd.DataFrame, results: Results) -> str:
    rows = _enough(table, results)
    if len(rows) < 2:
        return ""
    for n in range(1, min(_LOWEST, len(rows) // 2) + 1):
        low, rest = rows.head(n), rows.iloc[n:]
        if low["high"].max() < rest["low"].min():  # of many topics the ends lie apart by chance
            stars = _range(low)
            return f"Ratings are lowest in {topics_named(low['name'].tolist())}: {stars} stars"
    return f"By topic, ratings average {_range(rows)} stars; no topic is clearly the lowest"


def _range(rows: pd.DataFrame) -> str:
    return " to ".join(dict.fromkeys(wording.stars(rows["stars"].iloc[at]) for at in (0, -1)))


def _n_ratings(table: pd.DataFrame, results: Results) -> str:
    """Count the ratings that are shown, of all: the others are in no topic, or in one of few people."""
    n, of = int(_both_ends(table, results)["n"].sum()), len(rated(results.mentions))
    shown = f"{wording.count(n)} of {wording.count(of, 'rating')}" if n < of else wording.count(n, "rating")
    n_topics = len(_enough(table, results))
    ends = f"the {MOST // 2} lowest and {MOST // 2} highest of {n_topics}" if n_topics > MOST else ""
    return " · ".join(filter(None, [labelled(results), ends, shown]))


PROBLEMS = Section(
    "problems",
    "Problems",
    _heading,
    _said,
    (
        Exhibit(
            "ratings-by-topic", "ratings_by_topic", "name n stars low high", _ratings_title, rows=_both_ends,
            live="topic-ratings", words={**columns("stars"), **columns("topics")}, opens="topic={topic}",
            counted=_n_ratings,
        ),
    ),
    follows=True,
    bare=True,
)  # fmt: skip
