"""The room of capacity: what comes in, what is answered, and what growth would do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import format as wording
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, exhibit, with_caveats
from .sections import section


def capacity_room(load: pd.DataFrame, dialogue: Dialogue) -> dict[str, Any]:
    """Set what comes in against what is answered."""
    done = load[load["complete"].astype(bool)]
    n_grew, n_open = int((done["n_in"] > done["n_out"]).sum()), int(load["backlog"].iloc[-1])
    weeks = wording.count(len(done), "complete week")
    heading = (
        f"In {wording.count(n_grew)} of {weeks} more came in than was answered; "
        f"{wording.count(n_open)} open at the end"
    )
    n_in, n_out = int(load["n_in"].sum()), int(load["n_out"].sum())
    said = [
        f"{wording.count(n_in)} questions, complaints and ideas came in and {wording.count(n_out)} were "
        "answered; who was never answered stays in the backlog.",
    ]
    drawn = [_load_figure(load, heading=heading)]
    if dialogue.scenario is not None and dialogue.scenario["share"].iloc[0] > 0:
        said.append(_breaking(dialogue.scenario))
        drawn.append(_scenario_figure(dialogue.scenario))
    if dialogue.interactions is not None:
        drawn.append(_talk_figure(dialogue.interactions))
    return section("capacity", "Capacity", heading, said=said, drawn=drawn)


def _load_figure(load: pd.DataFrame, *, heading: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "period": ("Week of", wording.day),
        "n_in": ("Came in", wording.count),
        "n_out": ("Answered", wording.count),
        "backlog": ("Still open", wording.count),
        "n_answered": ("Of those in, ever answered", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_people": ("People", wording.count),
        "complete": ("Complete", lambda complete: "yes" if complete else "no"),
    }
    return exhibit(
        "capacity-figure",
        load,
        plot=plots.capacity,
        columns=columns,
        sentence=f"{heading}.",
        definition=with_caveats(
            "Waits for help, amends or an idea heard, by week. Still open = open before + came in - "
            "answered, exactly. Nobody leaves the backlog without an answer. The last week may not be over.",
            load,
        ),
        over=("period", "n_in"),
    )


def _breaking(scenario: pd.DataFrame) -> str:
    limit, target = scenario.attrs["breaks_at"], wording.share(scenario["target"].iloc[0])
    most = wording.count(scenario.attrs["capacity"], "answer")
    begin = f"A scenario: at the pace of its best week ({most}) the share ever answered"
    if limit == float("inf"):
        return f"{begin} would stay above {target} at any growth."
    return f"{begin} would fall under {target} once {wording.share(limit)} more came in."


def _scenario_figure(scenario: pd.DataFrame) -> dict[str, Any]:
    from insight import plots
    from insight.plots.theme import VERMILION

    columns: Columns = {
        "growth": ("More comes in", wording.share),
        "n_in": ("Came in", wording.count),
        "n_out": ("Answered", wording.count),
        "share": ("Share", wording.share),
        "kept": ("Target kept", lambda kept: "yes" if kept else "no"),
    }
    shown = exhibit(
        "capacity-scenario",
        scenario.iloc[::5],
        plot=lambda _: plots.capacity_scenario(scenario).add_scatter(
            x=[0.0],
            y=scenario["share"].iloc[:1],
            name="the slider",
            mode="markers",
            marker={"color": VERMILION, "symbol": "diamond", "size": 14},
            hoverinfo="skip",
        ),
        columns=columns,
        sentence=_breaking(scenario),
        definition=with_caveats(
            "A scenario and no forecast. In every week the brand answers the share that it did answer, until "
            "that is as much as in its best week; what comes beyond is left. The target is nine tenths of "
            "today's share, all weeks together.",
            scenario,
        ),
    )
    steps = [
        {
            "text": f"{wording.share(row['growth'])} more: {wording.count(row['n_in'])} come in, "
            f"{wording.count(row['n_out'])} are answered, {wording.share(row['share'])}"
            f"{'' if row['kept'] else ', under the target'}.",
            "x": row["growth"],
            "y": row["share"],
        }
        for row in scenario.to_dict("records")
    ]
    return shown | {"slider": {"label": "What if more people wrote?", "steps": steps}}


def _talk_figure(periods: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "period": ("Month", wording.month),
        "n": ("People who spoke", wording.count),
        "n_answered": ("Answered by the brand", wording.count),
        "share": ("Spoke and were answered", wording.share),
        **INTERVAL,
        "n_two_way": ("Wrote back", wording.count),
        "n_answers": ("Answers", wording.count),
        "followers": ("Followers", wording.count),
        "answers_per_1000_followers": ("Answers per 1,000 followers", wording.score),
    }
    kept = {name: spec for name, spec in columns.items() if periods[name].notna().any()}
    middle = periods["n_answered"].median()
    return exhibit(
        "interactions",
        periods,
        plot=plots.interactions,
        columns=kept,
        sentence=f"In a month the brand answers {wording.people(middle)} (median).",
        definition=with_caveats(
            "People who spoke in a month, people whom the brand answered in it, and people who wrote back "
            "to the brand after its answer. A follower count, where the file has one, stands beside these.",
            periods,
        ),
        over=("period", "n"),
    )
