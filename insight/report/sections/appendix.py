"""The appendix: every other figure and table, closed until it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Section
from insight.report.results import Results
from insight.report.vocabulary import columns

from .community import long_enough, started
from .comparisons import whole_file
from .finding import (
    crowd,
    labelled,
    last_whole,
    next_cohort,
    of_share,
    shown_topics,
    too_close,
    topics_named,
    two_counts,
)

if TYPE_CHECKING:
    from insight.staying import Tenure

MAX_TOPICS, MAX_PANELS, MAX_STEPS = 20, 9, 120
LASTS, MIN_LEVELS = 3, 8
"""Complete periods that a new level must hold, and that a file must have for one to be said to last."""

MOSTLY = 0.9
"""Above this share of conversations or posts, what the company does is how the file was collected."""

WATCHED = 30
"""Days without a message after which the page says how many come back."""


def enough(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Keep the groups of enough people to be shown."""
    return table[table["n"] >= results.minimum].reset_index(drop=True)


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep steps of a curve evenly, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(curve) - 1, MAX_STEPS).round().astype(int))
    return curve.iloc[kept] if len(curve) > MAX_STEPS else curve


def _topics_title(table: pd.DataFrame, results: Results) -> str:
    topics = shown_topics(results)
    if topics.empty:
        return ""
    topics = topics.sort_values(["n_people", "topic"], ascending=[False, True])
    close = too_close(topics)
    named = wording.start(topics_named(topics["name"].head(1 + close).tolist()))
    n = two_counts(topics) if close else wording.people(topics["n_people"].iloc[0])
    return f"{named} {'are' if close else 'is'} the largest: messages by {n}"


def _trend_rows(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    largest = shown_topics(results)["topic"].head(MAX_PANELS)
    rows = table[table["topic"].isin(largest) & (table["total"] > 0)]
    later = rows[rows["complete"].astype(bool)].groupby("topic").cumcount(ascending=False)
    lasts = later.reindex(rows.index, fill_value=-1) >= LASTS - 1
    rows = rows.assign(change=rows["change"].astype(bool) & lasts & _can_last(rows, results))
    return rows.assign(level=rows["change"].map({True: "new level", False: ""}))


def _can_last(rows: pd.DataFrame, results: Results) -> bool:
    """Return whether the periods are enough for a level that lasts; one of a few days does not."""
    return (
        results.period != "day" and rows.loc[rows["complete"].astype(bool), "period"].nunique() >= MIN_LEVELS
    )


def _trend_title(table: pd.DataFrame, results: Results) -> str:
    rows = _trend_rows(table, results)
    if not _can_last(rows, results):
        return ""
    moved = list(dict.fromkeys(rows.loc[rows["change"].astype(bool), "name"]))
    if not moved:
        return ""
    return f"{wording.start(topics_named(moved))} reached a lasting new level"


def _brands_title(rivals: pd.DataFrame, results: Results) -> str:
    rows = whole_file(rivals)
    talking = rows[rows["measure"] == "talking"].sort_values(["share", "brand"], ascending=[False, True])
    if len(rows) < 2 or talking.empty:
        return ""
    first = talking.iloc[0]
    return f"{first['brand']} is in {wording.share(first['share'])} of what people write about these brands"


def _load_title(load: pd.DataFrame, results: Results) -> str:
    weeks = load[load["complete"] & (load["n_in"] > 0)]
    if not weeks["n_in"].median() >= wording.FEW:
        return ""
    behind = int((weeks["n_out"] < weeks["n_in"]).sum())
    return f"In {wording.count(behind)} of {wording.count(len(weeks), 'week')} more came in than was answered"


def _bursts_title(bursts: pd.DataFrame, results: Results) -> str:
    return f"Clearly more people than usual wrote {wording.count(len(bursts), 'time')}"


def _exits_rows(exits: pd.DataFrame, results: Results) -> pd.DataFrame:
    shown = exits[exits["n_people"] >= results.minimum].copy()
    few = shown["n_people"] < wording.FEW
    shown[["share", "low", "high"]] = shown[["share", "low", "high"]].mask(few)
    return shown


def _index_title(index: pd.DataFrame, results: Results) -> str:
    n, n_answers = int(index["n"].sum()), int(index["n_answers"].sum())
    if n < wording.FEW or n_answers > MOSTLY * n:  # a desk that only answers: as expected
        return ""
    return f"{wording.count(n_answers)} of the company's {wording.count(n, 'post')} answer someone"


def _loop_title(loop: pd.DataFrame, results: Results) -> str:
    first = loop.set_index("stage").loc["answered"]
    if first["n"] < wording.FEW:
        return ""
    return f"{wording.share(first['share'])} of ideas got a reply"


def _ledger_title(ledger: pd.DataFrame, results: Results) -> str:
    shown = ledger[ledger["n_people"] >= results.minimum]
    if shown.empty:
        return ""
    shipped = int(shown["shipped"].notna().sum())
    return f"{wording.count(len(shown), 'idea')}, {wording.count(shipped)} of them shipped"


def _presence_title(presence: pd.DataFrame, results: Results) -> str:
    share = presence["share"].iloc[0]
    if pd.isna(share) or share > MOSTLY:  # a file of the desk's own conversations
        return ""
    return f"The company speaks in {of_share(presence.iloc[0]).partition(',')[0]} of conversations"


def _help_title(helped: pd.DataFrame, results: Results) -> str:
    whole = helped.iloc[0]
    if whole["n"] < wording.FEW or not whole["n_helped"] or results.mentions["link"].isna().all():
        return ""  # without a link no answer of another customer can be seen
    return f"Other {crowd(results)} answer {wording.share(whole['share'])} of questions"


def _bursts(bursts: pd.DataFrame, results: Results) -> pd.DataFrame:
    spans = zip(bursts["start"], bursts["end"], strict=True)
    when = [wording.dates(a.tz_localize("UTC"), b.tz_localize("UTC")) for a, b in spans]
    return bursts.assign(when=when)


def _where_people_stay(title: Callable[[Any, Results], str]) -> Callable[[Any, Results], str]:
    """Keep the title of a figure of who stays for files that can show it."""
    return lambda table, results: title(table, results) if long_enough(results) else ""


@_where_people_stay
def _growth_title(growth: pd.DataFrame, results: Results) -> str:
    last = last_whole(growth)
    if last is None:
        return ""
    when = wording.period_name(pd.Timestamp(str(last["period"])), period=results.period)
    came, went = int(last["new"] + last["resurrected"]), int(last["churned"])
    return f"In {when} {wording.people(came)} came or came back and {wording.count(went)} went"


@_where_people_stay
def _cohorts_title(cohorts: pd.DataFrame, results: Results) -> str:
    row = next_cohort(cohorts)
    if row is None:
        return ""
    return f"{wording.share(row['share'])} of newcomers write in the {results.period} after their first"


@_where_people_stay
def _silence_title(silence: pd.DataFrame, results: Results) -> str:
    people = silence[(silence["weighting"] == "author") & silence["share"].notna()]
    if not people["n_returned"].any():
        return ""
    row = people.iloc[(people["silence_days"] - WATCHED).abs().argmin()]
    days = wording.count(row["silence_days"], "day")
    return f"{wording.share(row['share'])} of people come back after {days} without a message"


@_where_people_stay
def _tenure_title(stays: Tenure, results: Results) -> str:
    once = stays.summary["once"].iloc[0]
    return "" if pd.isna(once) else f"{wording.share(once)} of newcomers write once and never again"


def _exits_title(exits: pd.DataFrame, results: Results) -> str:
    return f"{wording.people(exits.attrs['n_people'])} said that they leave" if len(exits) else ""


def _advocates_title(advocates: pd.DataFrame, results: Results) -> str:
    last = advocates.iloc[-1]
    if not last["n_recommending"]:
        return ""
    return f"{wording.count(last['n_recommending'])} of {wording.people(last['n'])} recommended at least once"


APPENDIX = Section(
    "appendix",
    "Appendix",
    lambda _: "How far to trust it, and every other figure",
    lambda _: (),
    (
        Exhibit(
            "topics", "topics", "name n_people n share low high", _topics_title, plot="topics", of="table",
            rows=lambda _, results: shown_topics(results), draw=lambda _, table: table.head(MAX_TOPICS),
            words={"n": ("Messages", wording.count), **columns("topics")}, opens="topic={topic}",
            counted=lambda _, results: labelled(results),
        ),
        Exhibit(
            "topic-trend", "trend", "name period n_people total share low high level", _trend_title,
            plot="topics_over_time", rows=_trend_rows, options={"n_topics": MAX_PANELS},
            words={"level": ("Change", str), **columns("topics")}, opens="topic={topic}",
            over=("period", "total"),
            counted=lambda _, results: labelled(results), seeks="topics at a lasting new level",
        ),
        Exhibit("brands", "rivals", "brand measure n n_marked share low high",
            _brands_title,
            rows=lambda rivals, _: whole_file(rivals), label="brand"),
        Exhibit("load", "load", "period n_in n_out share low high", _load_title, plot="capacity",
            label="period", opens="week={period:%Y-%m-%d}"),
        Exhibit("presence", "presence", "name n n_present share low high", _presence_title, plot="presence",
            rows=enough, words={"n": ("Conversations", wording.count), **columns("topics")},
            opens="topic={topic}", counted=lambda _, results: labelled(results)),
        Exhibit("peer-help", "peer_help", "group n n_helped share low high n_brand n_helpers", _help_title,
            plot="peer_help", rows=enough, words={"n": ("Questions", wording.count)}, label="group"),
        Exhibit("dialogue-index", "dialogue_index", "period n n_answers share low high n_received",
            _index_title, plot="dialogue_index", words={"n": ("Posts", wording.count)}, label="period",
            over=("period", "n")),
        Exhibit("growth", "growth", "period active new retained resurrected churned",
            _growth_title, plot="growth", rows=started,
            opens="{unit}={start:%Y-%m-%d}", label="start"),
        Exhibit("cohorts", "cohorts", "cohort period retained eligible share low high",
            _cohorts_title, plot="retention",
            words={"period": ("Periods later", wording.count)}, label="cohort",
            rows=lambda table, results: started(table, results, of="cohort"), draw=lambda table, _: table,
            opens="joined={start:%Y-%m-%d}"),
        Exhibit("silence", "silence", "weighting silence_days n_authors n_watched n_returned share low high "
            "suggested", _silence_title, plot="silence",
            label="weighting"),
        Exhibit("tenure", "tenure", "tenure_days n_at_risk staying low high", _tenure_title, plot="tenure",
            of="curve", rows=lambda curve, _: thinned(curve),
            draw=lambda stays, steps: replace(stays, curve=steps), label="tenure_days"),
        Exhibit("exits", "exits", "name n_people share low high n_judged n_gone", _exits_title,
            plot="exit_words", rows=_exits_rows, words=columns("topics"), opens="topic={topic}",
            counted=lambda _, results: labelled(results)),
        Exhibit("advocates", "advocates", "period n n_recommending n_advocates share low high",
            _advocates_title, label="period",
            rows=lambda table, _: table[table["period"].notna() & (table["n"] > 0)]),
        Exhibit("bursts", "bursts", "when n_people expected voices terms",
            _bursts_title, rows=_bursts, label="when",
            opens="dates={start:%Y-%m-%d}..{end:%Y-%m-%d}"),
        Exhibit("loop", "loop", "stage n n_reached share low high n_open", _loop_title, plot="loop_closed",
            words={"n": ("Ideas", wording.count)}, label="stage"),
        Exhibit("ideas", "ledger", "name kind n_people raised decided shipped thanked note", _ledger_title,
            rows=lambda table, results: table[table["n_people"] >= results.minimum].sort_values(
                ["n_people", "entry"], ascending=[False, True]),
            words=columns("ledger")),
    ),
    bare=True,
)  # fmt: skip
