"""The room of the ladder: who climbs, who helps whom, and what became of people's ideas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from insight.stats.intervals import wilson

from . import format as wording
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, as_rows, exhibit, with_caveats
from .promises import loop_sentence
from .sections import section

STAGES = {
    "answered": "answered by the brand",
    "decided": "decided",
    "shipped": "shipped",
    "informed": "reported to those who asked",
    "thanked": "thanked for",
}


def ladder_room(ladder: pd.DataFrame | None, dialogue: Dialogue, *, minimum: int, tz: str) -> dict[str, Any]:
    """Show moves along the ladder, where enough people could move, ties, and the loop on ideas."""
    heading = "Too few to tell who climbs" if ladder is None else _climb(ladder)
    drawn = [] if ladder is None else [_ladder_figure(ladder)]
    said, tables = [], []
    if dialogue.advocates is not None:
        said.append(_recommend(dialogue.advocates.iloc[-1]))
        tables.append(_advocate_table(dialogue.advocates))
    if dialogue.contribution is not None and len(dialogue.contribution):
        said.append(_given(dialogue.contribution))
    if dialogue.ties is not None and len(dialogue.ties):
        tables.append(_tie_table(dialogue.ties))
    if dialogue.loop is not None:
        said.append(loop_sentence(dialogue.loop))
        drawn.append(_loop_figure(dialogue.loop))
    if dialogue.ledger is not None and len(dialogue.ledger):
        tables += _ledger_table(dialogue.ledger, minimum=minimum, tz=tz)
    return section("ladder", "Ladder and ideas", heading, said=said, drawn=drawn) | {"tables": tables}


def _climb(ladder: pd.DataFrame) -> str:
    moves = ladder.set_index(["from_state", "to_state"])
    up = moves.loc[("casual", "engaged")]
    return (
        f"{wording.estimate_of(up)} of casual people are engaged the next month, "
        f"n = {wording.count(up['n'])} person-months"
    )


def _ladder_figure(ladder: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "from_state": ("In a month", str),
        "to_state": ("In the next", str),
        "n": ("Person-months", wording.count),
        "n_moved": ("Moved", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "ladder-figure",
        ladder,
        plot=plots.ladder,
        columns=columns,
        sentence=f"{_climb(ladder)}.",
        definition=with_caveats(
            "In a month a person is an advocate who recommended without looking paid; else engaged with "
            "three messages or an answer to another customer; else casual; silent without a message. The "
            "shares of a row sum to 1; months that are not over are left out. Recommendations are told by "
            "readable rules, in English.",
            ladder,
        ),
    )


def _recommend(whole: pd.Series) -> str:
    n_paid = whole["n_paid_looking"]
    paid = f"; {wording.count(n_paid)} more may be paid and do not count" if n_paid else ""
    return (
        f"{wording.count(whole['n_recommending'])} of {wording.people(whole['n'])} recommended at least "
        f"once, {wording.count(whole['n_advocates'])} on two days or more "
        f"({wording.interval(whole['low'], whole['high'], rate=whole['share'])}), where chance alone would "
        f"bring {wording.count(round(whole['n_by_chance']))}{paid}."
    )


def _advocate_table(advocates: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    columns: Columns = {
        "period": ("Month", wording.month),
        "n": ("People", wording.count),
        "n_recommending": ("Recommended", wording.count),
        "n_paid_looking": ("Look paid for", wording.count),
        "n_advocates": ("Advocates", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    note = (
        "Advocate: recommended on two days or more by then, to others, unpaid-looking. Counted, never named."
    )
    return "Advocates by month", as_rows(advocates[advocates["period"].notna()], columns) | {
        "definition": note
    }


def _given(contribution: pd.DataFrame) -> str:
    giving = contribution[contribution["n_answers"] > 0]
    n = int(giving["n_answers"].sum())
    most = giving["n_answers"].nlargest(max(1, len(giving) // 10)).sum()
    told = f"{wording.people(len(giving))} answered others {wording.count(n, 'time')}"
    if len(giving) < wording.FEW:
        return f"{told}."
    return f"{told}; the tenth who answered most gave {wording.share(most / n)} of the answers."


def _tie_table(ties: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    kinds = {
        "connection": "both ways, in two weeks or more",
        "lasting": "one way, in two weeks or more",
        "reciprocal": "both ways, in one week",
        "contact": "one way, in one week",
    }
    counts = ties["tie"].value_counts().reindex(list(kinds), fill_value=0)
    low, high = wilson(counts, counts.sum())
    table = pd.DataFrame({"tie": list(kinds), "what": list(kinds.values()), "n": counts.to_numpy()})
    table = table.assign(share=table["n"] / table["n"].sum(), low=low, high=high)
    columns: Columns = {
        "tie": ("Tie", wording.start),
        "what": ("Answers went", str),
        "n": ("Pairs of people", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    note = "Pairs of people, the brand aside, between whom an answer went; only public answers are seen."
    return "Connections and contacts", as_rows(table, columns) | {"definition": note}


def _loop_figure(loop: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "stage": ("Stage", lambda stage: wording.start(STAGES[stage])),
        "n": ("Ideas", wording.count),
        "n_reached": ("Got there", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_open": ("Wait for this step", wording.count),
        "oldest_days": ("The oldest for", lambda days: wording.count(days, "day")),
    }
    return exhibit(
        "loop",
        loop,
        plot=plots.loop_closed,
        columns=columns,
        sentence=loop_sentence(loop),
        definition=with_caveats(
            "An idea is a message with a wish. Heard: the brand answered it. Decided, shipped and told are "
            "known only from the team's own list. Thanked: the person then thanked, before anything shipped "
            "for being heard.",
            loop,
        ),
        opens=["waits-idea" if stage == "answered" else "" for stage in loop["stage"]],
    )


def _ledger_table(ledger: pd.DataFrame, *, minimum: int, tz: str) -> list[tuple[str, dict[str, Any]]]:
    shown = ledger[ledger["n_people"] >= minimum]
    if shown.empty:
        return []
    listed = shown.sort_values(["n_people", "entry"], ascending=[False, True])
    columns: Columns = {
        "name": ("Idea", wording.shorten),
        "kind": ("Kind", str),
        "n_people": ("People", wording.count),
        **{step: (wording.start(step), lambda moment: wording.date(moment, tz=tz)) for step in STAGES},
        "note": ("Note", wording.shorten),
    }
    n_few = len(ledger) - len(shown)
    few = f" {wording.count(n_few, 'idea')} of fewer than {minimum} people not shown." if n_few else ""
    note = (
        f"What people wish for, grouped across wordings; the states are those that the team wrote down.{few}"
    )
    return [("Idea ledger", as_rows(listed, columns) | {"definition": note})]
