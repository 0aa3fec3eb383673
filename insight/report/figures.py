"""The figures of the page, each with its columns, its sentence and its definition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from . import first_screen as answers
from . import format as wording
from .cohorts import cohort_key
from .exhibit import INTERVAL, Columns, exhibit, keyed
from .results import Results

MAX_TOPICS, MAX_PANELS = 25, 9
"""Topics that are drawn by size and over time; the first table holds all of them."""

MIN_PERIODS = 3
"""Fewer periods make no curve."""

PEOPLE = (
    "A share is that of people among all people who wrote; each person counts once. The interval (95 %) "
    "comes from drawing people anew, so one loud person does not narrow it."
)
NAME: Columns = {"name": ("Name", wording.shorten)}
RATE: Columns = {
    "n": ("People", wording.count),
    "retained": ("Came back", wording.count),
    "share": ("Rate", wording.share),
    **INTERVAL,
}


def needs_figure(needs: pd.DataFrame) -> dict[str, Any]:
    """Draw the ranked needs."""
    from insight import plots

    first = needs.iloc[0]
    columns: Columns = {
        **NAME,
        "n_people": ("People", wording.count),
        "share": ("Share of people", wording.share),
        **INTERVAL,
        "n_complaint": ("complain", wording.count),
        "n_wish": ("wish", wording.count),
        "n_workaround": ("work around", wording.count),
        "n_praise": ("praise", wording.count),
        "opportunity": ("Opportunity", wording.score),
        "opportunity_low": ("from", wording.score),
        "opportunity_high": ("to", wording.score),
        "trend": ("Trend", str),
    }
    return exhibit(
        "needs-figure",
        needs,
        plot=plots.needs,
        columns=columns,
        sentence=f"{answers.name_of(first)} is most worth meeting of {wording.count(len(needs), 'need')}: "
        f"{wording.people(first['n_people'])}.",
        definition="A need is a topic on which people complain, wish, work around or think of leaving. "
        "Importance is the share of people who voice it; satisfaction the share of them who are content; "
        f"opportunity grows with the first and falls with the second. {PEOPLE}",
        opens=list(needs["need"]),
    )


def topics_figure(topics: pd.DataFrame) -> dict[str, Any]:
    """Draw the topics by people."""
    from insight import plots

    columns: Columns = {
        **NAME,
        "n_people": ("People", wording.count),
        "n": ("Messages", wording.count),
        "share": ("Share of people", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "topics-figure",
        topics,
        plot=lambda table: plots.topics(table.head(MAX_TOPICS)),
        columns=columns,
        sentence=f"{answers.largest_topic(topics)}, of {wording.count(len(topics), 'topic')}.",
        definition="Messages that mean the same are grouped by a sentence encoder and a graph of nearest "
        "neighbours. A topic's name is its most telling words, found by counting and not by a person; a "
        f"message like no other is in no topic. {PEOPLE}",
        opens=[f"topic-{topic}" for topic in topics["topic"]],
    )


def trend_figures(trend: pd.DataFrame | None, topics: pd.DataFrame, *, period: str) -> list[dict[str, Any]]:
    """Draw how the share of people on each of the largest topics moved, one panel a topic."""
    from insight import plots

    if trend is None or trend["period"].nunique() < MIN_PERIODS:
        return []
    largest = topics["topic"].head(MAX_PANELS)
    rows = trend[trend["topic"].isin(largest) & (trend["total"] > 0)]
    rows = rows.assign(level=rows["change"].map({True: "new level", False: ""}))
    columns: Columns = {
        **NAME,
        "period": (wording.start(period), _named(period)),
        "n_people": ("People", wording.count),
        "total": ("of", wording.count),
        "share": ("Share of what they write", wording.share),
        **INTERVAL,
        "level": ("Change", str),
    }
    moved = list(dict.fromkeys(rows.loc[rows["change"], "name"]))
    steady = f"No clear lasting new level, of {wording.count(len(largest), 'topic')}."
    if not rows["complete"].any():
        steady = f"No {period} is covered whole, so no change was tested."
    drawn = exhibit(
        "trend-figure",
        rows,
        plot=lambda table: plots.topics_over_time(table, n_topics=MAX_PANELS),
        columns=columns,
        sentence=f"{wording.listing(moved)} took a lasting new level." if moved else steady,
        definition=f"Of what people wrote in a {period}, the share about the topic, each person weighing the "
        "same; the band is the 95\u00a0% interval. Periods that the file does not cover whole are not "
        "tested. A diamond marks the start of a lasting new level, found by binary segmentation, false "
        "discoveries held at 5\u00a0% over the topics.",
        opens=[f"topic-{topic}" for topic in rows["topic"]],
        over=("period", "total"),
    )
    keys: list[list[str]] = []
    for topic, own in rows.groupby("topic", sort=False):
        n_drawn, n_changes = int(own["share"].notna().sum()), int(own["change"].sum())
        keys += [[], [f"topic-{topic}"] * n_drawn, [f"topic-{topic}"] * n_changes]
    return [keyed(drawn, keys)]


def response_curve_figure(results: Results) -> dict[str, Any]:
    """Draw the share that waits, by time waited."""
    from insight import plots

    columns: Columns = {
        "wait_hours": ("Waited", wording.duration),
        "n_at_risk": ("Still watched", wording.count),
        "unanswered": ("Unanswered", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "response-curve",
        results.curve,
        plot=plots.response_curve,
        columns=columns,
        sentence=answers.wait_sentence(results),
        definition="A wait starts with the first message that a person sends to the brand and ends with "
        "the brand's answer; what the person adds meanwhile belongs to it. Kaplan-Meier estimate of the "
        "share without an answer: who has none when the file ends counts as waiting until then and is not "
        "dropped.",
    )


def response_rate_figures(results: Results, *, sentence: str) -> list[dict[str, Any]]:
    """Draw the share answered within a day, by what people want and by channel."""
    drawn = []
    if results.rate_by_intent is not None and len(results.rate_by_intent) > 1:
        asked = "Who is answered within 24 hours, by what they want?"
        drawn.append(
            _rate_figure("response-intent", results.rate_by_intent, asked, "What they want", sentence)
        )
    if results.rate_by_channel is not None and len(results.rate_by_channel) > 1:
        asked = "Who is answered within 24 hours, by channel?"
        drawn.append(_rate_figure("response-rate", results.rate_by_channel, asked, "Channel", sentence))
    return drawn


def _rate_figure(name: str, rates: pd.DataFrame, asked: str, label: str, sentence: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "group": (label, wording.shorten),
        "n": ("Waits", wording.count),
        "answered": ("Answered", wording.count),
        "share": ("Rate", wording.share),
        **INTERVAL,
    }
    drawn = exhibit(
        name,
        rates,
        plot=plots.response_rate,
        columns=columns,
        sentence=sentence,
        definition="The share of waits that ended within 24 hours, of those that could be watched for 24 "
        "hours. What a message wants is told by readable rules: help (a question), complaint, idea (a wish), "
        "compliment, thanks. Interval (95 %): people drawn anew, or Wilson where each waited once.",
    )
    return drawn | {"question": asked}


def retention_figures(results: Results, *, sentence: str) -> list[dict[str, Any]]:
    """Draw who comes back by period, who stays by cohort, and whether the crowd grows."""
    drawn = []
    if results.repeat is not None and len(results.repeat):
        drawn.append(_repeat_figure(results.repeat, period=results.period, sentence=sentence))
    if results.cohorts is not None and len(results.cohorts):
        drawn.append(_cohort_figure(results.cohorts, period=results.period))
    if results.growth is not None and len(results.growth):
        drawn.append(_growth_figure(results.growth, period=results.period))
    return drawn


def _repeat_figure(repeat: pd.DataFrame, *, period: str, sentence: str) -> dict[str, Any]:
    from insight import plots

    return exhibit(
        "repeat-rate",
        repeat,
        plot=plots.repeat_rate,
        columns={"period": (wording.start(period), _named(period)), **RATE},
        sentence=sentence,
        definition=f"Of the people who wrote in a {period}, the share who wrote again in the next {period}. "
        f"Of the newest {period} the next is not over yet: too soon to tell.",
    )


def _cohort_figure(cohorts: pd.DataFrame, *, period: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "cohort": ("First wrote in", _named(period)),
        "period": (f"{wording.start(period)}s later", wording.count),
        **RATE,
    }
    drawn = exhibit(
        "retention-figure",
        cohorts,
        plot=plots.retention,
        columns=columns,
        sentence=f"Of the people who first wrote in a {period}, the share who wrote again, by {period}s "
        "since.",
        definition=f"A cohort is the people whose first message in the file falls in one {period}. Retained "
        f"after n {period}s: wrote in exactly that {period}. A person's first message in the file may not "
        "be their first.",
    )
    width = len(drawn["plot"]["data"][0]["x"])
    return keyed(drawn, [[[cohort_key(cohort)] * width for cohort in cohorts["cohort"].unique()]])


def _growth_figure(growth: pd.DataFrame, *, period: str) -> dict[str, Any]:
    from insight import plots

    flows = ("active", "new", "retained", "resurrected", "churned")
    columns: Columns = {
        "period": (wording.start(period), _named(period)),
        **{flow: (wording.start(flow), wording.count) for flow in flows},
    }
    return exhibit(
        "growth-figure",
        growth,
        plot=plots.growth,
        columns=columns,
        sentence=f"People by {period}: new, retained, resurrected and churned.",
        definition=f"New: first message in the file. Retained: also wrote in the {period} before. "
        f"Resurrected: wrote earlier, but not in the {period} before. Churned: wrote in the {period} "
        "before, but not in this one.",
    )


def _named(period: str) -> Callable[[Any], str]:
    def words(start: Any) -> str:  # noqa: ANN401
        known = isinstance(start, pd.Timestamp)
        return wording.start(wording.period_name(start, period=period)) if known else str(start)

    return words
