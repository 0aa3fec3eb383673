"""The room of presence: where the brand speaks, where others help, who comes after trying elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from . import format as wording
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, as_rows, exhibit, keyed, with_caveats
from .sections import section


def presence_room(whole: pd.DataFrame, dialogue: Dialogue, *, minimum: int) -> dict[str, Any]:
    """Show in which conversations the brand speaks, and what happens in the others."""
    from insight import plots

    presence = whole[whole["n"] >= minimum].reset_index(drop=True)
    first = presence.iloc[0]
    heading = (
        f"The brand speaks in {wording.estimate_of(first)} of {wording.count(first['n'], 'conversation')}"
    )
    blank = presence[presence["blank"].astype(bool)].sort_values("share", kind="stable")
    told = [
        f"{wording.shorten(row['name'])} ({wording.share(row['share'])})"
        for _, row in blank.head(3).iterrows()
    ]
    said = [
        f"It is missing beyond chance in {wording.count(len(blank), 'topic')}, most in "
        f"{wording.listing(told)}."
        if told
        else "No topic stands out as one that it stays out of.",
    ]
    columns: Columns = {
        "name": ("Topic", lambda name: "All conversations" if name == "all" else wording.shorten(name)),
        "n": ("Conversations", wording.count),
        "n_present": ("With the brand", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "blank": ("Blank spot", lambda blank: "yes" if blank else "no"),
    }
    opens = [f"topic-{topic}" if pd.notna(topic) else "" for topic in presence["topic"]]
    figure = exhibit(
        "presence-figure",
        presence,
        plot=plots.presence,
        columns=columns,
        sentence=f"{heading}.",
        definition=with_caveats(
            "Conversations in which somebody other than the brand speaks; a conversation is about the topic "
            "of its first message that has one. Blank spot: the brand is in fewer of them than of the others "
            "(Fisher's exact test, false-discovery rate 5 %). Not every conversation needs the brand.",
            presence,
        ),
        opens=opens,
    )
    spots = presence["blank"].astype(bool).to_numpy()
    figure = keyed(figure, [[opens[row] for row in np.flatnonzero(spots == spot)] for spot in (False, True)])
    drawn, tables = [figure], []
    if dialogue.peer_help is not None:
        helped = dialogue.peer_help[dialogue.peer_help["n"] >= minimum]
        drawn += [_peer_figure(helped)] if len(helped) else []
    if dialogue.handoffs is not None:
        said.append(_moved(dialogue.handoffs.iloc[0]))
        tables.append(_handoff_table(dialogue.handoffs, minimum=minimum))
    if dialogue.escalations is not None and len(dialogue.escalations):
        said.append(_escalated(dialogue.escalations))
        tables += _escalation_table(dialogue.escalations)
    return section("presence", "Presence", heading, said=said, drawn=drawn) | {"tables": tables}


def _peer_figure(helped: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "group": ("Channel", lambda name: "All" if name == "all" else wording.shorten(name)),
        "n": ("Questions", wording.count),
        "n_helped": ("Answered by a customer", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_brand": ("Answered by the brand", wording.count),
        "n_before": ("A customer alone or first", wording.count),
        "n_helpers": ("People who helped", wording.count),
    }
    first = helped.iloc[0]
    return exhibit(
        "peer-help",
        helped,
        plot=plots.peer_help,
        columns=columns,
        sentence=f"Customers answer {wording.estimate_of(first)} of {wording.count(first['n'], 'question')}.",
        definition=with_caveats(
            "Questions that others could read, and those that another customer answered directly, without "
            "asking or complaining in turn. Whether the answer was right is not known.",
            helped,
        ),
    )


def _moved(first: pd.Series) -> str:
    answers = wording.count(first["n"], "public answer")
    told = f"{wording.start(wording.estimate_of(first))} of its {answers} offer another venue"
    if pd.isna(first["back_share"]):
        return f"{told}."
    back = wording.estimate_of(first, "back_share", "back_low", "back_high")
    return f"{told}; {back} of those asked to do so are back in public within a week, still asking."


def _handoff_table(moved: pd.DataFrame, *, minimum: int) -> tuple[str, dict[str, Any]]:
    shown = moved[moved["n_moved"] >= minimum].assign(
        back=lambda table: table["back_share"].where(table["back_low"].notna())
    )
    columns: Columns = {
        "channel": ("Channel", lambda name: "All" if name == "all" else wording.shorten(name)),
        "n": ("Public answers", wording.count),
        "n_moved": ("Moved elsewhere", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_back": ("Back in public", wording.count),
        "back": ("Share of those", wording.share),
    }
    note = (
        "Answers that ask people to write elsewhere, and people who write to the brand in public again "
        "within seven days with a question, a complaint or an idea. What happened out of sight is not in the "
        "file."
    )
    return "Moved out of sight", as_rows(shown, columns) | {"definition": note}


ESCALATIONS = {
    "says_so": "say that they tried before",
    "cites": "name a support ticket",
    "joins": "had a private case before",
}


def _escalated(found: pd.DataFrame) -> str:
    n, n_public = len(found), found.attrs["n_public"]
    return (
        f"{wording.count(n, 'public message')} of {wording.count(n_public)} "
        f"({wording.estimate(*found.attrs['shown'])}) show that their writer had tried elsewhere first."
    )


def _escalation_table(found: pd.DataFrame) -> list[tuple[str, dict[str, Any]]]:
    counts = pd.DataFrame(
        {"how": list(ESCALATIONS), "n": [int(found[name].sum()) for name in ESCALATIONS]}
    ).query("n > 0")
    columns: Columns = {
        "how": ("How it is known", lambda name: wording.start(ESCALATIONS[name])),
        "n": ("Messages", wording.count),
    }
    told = "Public messages by people who tried elsewhere first; a message may be known in several ways."
    if found.attrs["n_cases"]:
        share = wording.estimate(found.attrs["share"], found.attrs["low"], found.attrs["high"])
        told += (
            f" Of {wording.count(found.attrs['n_cases'], 'private case')} {share} are known to have come to "
            "the public within 60 days; a lower bound, since few people can be joined across channels."
        )
    rows = as_rows(counts, columns, opens=[f"escalation-{name}" for name in counts["how"]])
    return [("Tried elsewhere first", rows | {"definition": told})]
