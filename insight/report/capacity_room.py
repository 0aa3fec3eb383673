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
