"""The rooms of the page: each has a finding as heading, what was counted, and its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from . import figures
from . import file_card as card
from . import first_screen as answers
from . import format as wording
from .cohorts import cohort_table
from .exhibit import Columns, as_rows
from .hours import hours_sentence
from .results import Results
from .staying_room import staying_figures

if TYPE_CHECKING:
    from insight.archives import ImportReport

MAX_NEEDS = 40

NOTHING = "What is shown holds too little to tell of this"
SHOW_ALL = "Show everything to read what the whole file tells."


def section(
    name: str, label: str, heading: str, *, said: list[str], drawn: list[dict[str, Any]]
) -> dict[str, Any]:
    """Arrange one room of the page; a figure without a mark is left out."""
    kept = [sentence for sentence in said if sentence]
    shown = [figure for figure in drawn if figure["drawn"]]
    return {
        "id": name,
        "label": label,
        "heading": heading.rstrip("."),
        "said": kept,
        "figures": shown,
        "tables": [],
        "abilities": [],
        "notes": [],
    }


def main_sections(results: Results, *, tz: str) -> list[dict[str, Any]]:
    """Arrange the rooms that every page has, whatever the file can tell."""
    return [
        needs_section(results),
        topics_section(results),
        responses_section(results, tz=tz),
        retention_section(results, tz=tz),
    ]


def with_gaps(room: dict[str, Any] | None, whole: dict[str, Any]) -> dict[str, Any]:
    """Name what the whole file can tell and this slice of it cannot: figures of the room, or all of it."""
    if room is None:
        return section(whole["id"], whole["label"], NOTHING, said=[SHOW_ALL], drawn=[])
    there = {figure["id"] for figure in room["figures"]}
    gone = [f"“{figure['question']}”" for figure in whole["figures"] if figure["id"] not in there]
    if not gone:
        return room
    return room | {"said": [*room["said"], f"Told of the whole file only: {wording.listing(gone)}."]}


def file_section(results: Results, report: ImportReport) -> dict[str, Any]:
    """Show the file card: what was read, what was set aside and why, what is missing, what it can answer."""
    heading = card.heading(report)
    return section(
        "file", "The file", heading, said=[card.spoken(results.mentions), card.absent(report)], drawn=[]
    ) | {
        "abilities": card.abilities(results.mentions),
        "notes": [wording.start(wording.plain(note)) for note in report.notes],
        "tables": card.tables(report),
    }


def needs_section(results: Results) -> dict[str, Any]:
    """Rank the needs; the evidence panel opens from each."""
    needs = answers.shown_needs(results).head(MAX_NEEDS)
    if needs.empty:
        return section("needs", "Needs", "Too few to tell a need", said=[answers.no_needs(results)], drawn=[])
    n_few = answers.n_too_few(results)
    said = [
        f"{wording.count(len(needs), 'need')}, most worth meeting first. Open one to read what people wrote.",
        f"{wording.count(n_few, 'need')} of fewer than {results.minimum} people not shown." if n_few else "",
    ]
    heading = answers.need_claim(needs.iloc[0])
    return section("needs", "Needs", heading, said=said, drawn=[figures.needs_figure(needs)])


def topics_section(results: Results) -> dict[str, Any]:
    """Show what people talk about, and what changed beyond chance."""
    if results.topics is None:
        return section(
            "topics", "Topics", "Topics cannot be told", said=[results.reasons["topics"]], drawn=[]
        )
    table = results.topics.table
    enough = answers.shown_topics(results)
    if enough.empty:
        said = [f"Of {wording.count(len(table), 'topic')} none is shared by {results.minimum} people."]
        return section("topics", "Topics", "Too few people share a topic", said=said, drawn=[])
    changed = answers.changes_answer(results)
    heading = changed["lead"] if results.changes is not None else answers.largest_topic(enough)
    n_loose, n = int(table.loc[table["topic"] < 0, "n"].sum()), int(table["n"].sum())
    said = [
        changed["detail"],
        f"{wording.count(len(enough), 'topic')}; {wording.count(n_loose)} of {wording.count(n, 'message')} "
        f"({wording.share(n_loose / n)}) in no topic.",
    ]
    room = section("topics", "Topics", heading, said=said, drawn=[figures.topics_figure(enough)])
    room["figures"] += figures.trend_figures(results.trend, enough, period=results.period)
    return room | {"tables": _change_tables(results)}


def _change_tables(results: Results) -> list[tuple[str, dict[str, Any]]]:
    changes = results.changes
    if changes is None or changes.table.empty:
        return []
    columns: Columns = {
        **figures.NAME,
        "share_before": ("before", wording.share),
        "share_after": ("after", wording.share),
        "n_before": ("people before", wording.count),
        "n_after": ("people after", wording.count),
        "beyond": ("clear change", str),
    }
    after = wording.period_name(changes.after, period=changes.period)
    before = wording.period_name(changes.before, period=changes.period)
    tested = _named(changes.table, results)
    opens = [f"topic-{topic}" for topic in tested["topic"]]
    tables = [(f"Share of what people write, {before} and {after}", as_rows(tested, columns, opens=opens))]
    if len(changes.rates):
        rates = _named(changes.rates, results)
        counted = columns | {
            "n_before": ("number before", wording.count),
            "n_after": ("number after", wording.count),
        }
        tables.append(("Needs, answers and returns, the same two runs", as_rows(rates, counted)))
    return tables


def _named(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    names = results.topics.table.set_index("topic")["name"]
    wanted = {"answered": "answered within 24 hours", "returned": f"write again the next {results.period}"}
    said = table["topic"].map(names)
    if "measure" in table.columns:
        said = table["measure"].map(wanted).fillna("need: " + said.astype(object))
    return table.assign(name=said, beyond=table["beyond_chance"].map({True: "yes", False: "no"}))


def responses_section(results: Results, *, tz: str) -> dict[str, Any]:
    """Show who is answered, how fast, and who waits; the unanswered count as waiting."""
    answer = answers.responses_answer(results, tz=tz)
    said = [answer["detail"], hours_sentence(results, tz=tz)]
    drawn = []
    if results.responses is not None:
        said.append("An answer in another place (e-mail, telephone, private message) is not in this file.")
    if results.curve is not None and results.curve["n_at_risk"].max() >= wording.FEW:
        drawn.append(figures.response_curve_figure(results))
    drawn += figures.response_rate_figures(results, sentence=answer["lead"])
    return section("responses", "Responses", answer["lead"], said=said, drawn=drawn)


def retention_section(results: Results, *, tz: str) -> dict[str, Any]:
    """Show who comes back, by period and by cohort, and whether the crowd grows."""
    answer = answers.retention_answer(results)
    drawn = figures.retention_figures(results, sentence=answer["lead"])
    told, more = staying_figures(results.members, period=results.period)
    said = [answer["detail"], _strays(results, tz=tz), *told]
    room = section("retention", "Retention", answer["lead"], said=said, drawn=[*drawn, *more])
    return room | {"tables": cohort_table(results)}


def _strays(results: Results, *, tz: str) -> str:
    if not results.n_stray or results.since is None:
        return ""
    return (
        f"{wording.count(results.n_stray, 'message')} from before {wording.date(results.since, tz=tz)}, "
        "1 in 100 or fewer and far from the rest, left out of these figures."
    )
