"""The room of newcomers: who answers them and how soon, how far they come, what answers go with."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import format as wording
from .exhibit import INTERVAL, Columns, exhibit, with_caveats
from .figures import RATE
from .leaving_room import thinned
from .members import ANSWERED, SOON_HOURS
from .sections import section

if TYPE_CHECKING:
    from insight.staying import ReplyEffect, Welcome

    from .members import Members

_FEWEST = 30
"""Newcomers of quiet and of crowded days that the sentence compares."""

_TAKEN = {
    "second message": "write a second message",
    "first reply given": "answer somebody",
    "three ties": "exchange answers with three people",
    "active in week 4": "write in week 4",
}


def newcomers_room(members: Members, *, period: str) -> dict[str, Any] | None:
    """Show how newcomers are met, whether that survives a crowd, and what it goes with."""
    met = members.met
    if met is None or not len(met.newcomers):
        return None
    soon = met.coverage[met.coverage["within_hours"] == SOON_HOURS].set_index("responder")
    heading = (
        f"{_estimate(soon.loc['anyone'])} of newcomers are answered within a day"
        if pd.notna(soon.loc["anyone", "share"])
        else "Too little to tell how newcomers are met"
    )
    said = [_by_whom(soon), _crowd_sentence(met.load), _steps_sentence(met.steps)]
    drawn = [
        _wait_figure(met, heading),
        _crowd_figure(met),
        _steps_figure(met),
    ]
    if members.by_welcome is not None and members.by_welcome["group"].nunique() == len(ANSWERED):
        drawn.append(_welcomed_figure(members.by_welcome, period))
    if members.effect is not None:
        said.append(members.effect.verdict)
        drawn.append(_effect_figure(members.effect))
    return section("newcomers", "Newcomers", heading, said=said, drawn=drawn)


def _estimate(row: pd.Series) -> str:
    return wording.estimate(row["share"], row["low"], row["high"])


def _by_whom(soon: pd.DataFrame) -> str:
    names = {"brand": "by the brand", "peer": "by other customers"}
    known = soon[soon["share"].notna()]
    told = [f"{_estimate(known.loc[role])} {words}" for role, words in names.items() if role in known.index]
    n = wording.count(soon.loc["anyone", "n"], "newcomer")
    return f"Of {n} watched for a day: {wording.listing(told)}." if told else ""


def _crowd_sentence(load: pd.DataFrame) -> str:
    enough = load[(load["n"] >= _FEWEST) & load["share"].notna()]
    if len(enough) < 2:
        return ""
    quiet, crowded = enough.iloc[0], enough.iloc[-1]
    return (
        f"On days when {wording.count(crowded['joiners_from'])} or more joined, {_estimate(crowded)} were "
        f"answered within a day; on days with up to {wording.count(quiet['joiners_to'])}, {_estimate(quiet)}."
    )


def _steps_sentence(steps: pd.DataFrame) -> str:
    if steps["share"].isna().any():
        return "Too few newcomers were watched for four weeks to tell how far they come."
    told = [f"{wording.estimate_of(row)} {_TAKEN[row['step']]}" for _, row in steps.iloc[1:].iterrows()]
    return f"Of the newcomers watched for four weeks: {wording.listing(told)}, each after the step before."


def _wait_figure(met: Welcome, heading: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "wait_hours": ("Waited", wording.duration),
        "n_at_risk": ("Still watched", wording.count),
        "unanswered": ("Unanswered", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "newcomers-wait",
        thinned(met.curve),
        plot=lambda steps: plots.welcome(replace(met, curve=steps)),
        columns=columns,
        sentence=f"{heading}.",
        definition=with_caveats(
            "From a person's first message in the file to the first answer by somebody else who is no bot. "
            "Kaplan-Meier: whoever has no answer when the file ends counts as waiting until then and is not "
            "dropped. People first seen in the file's first weeks may be old members and are left out.",
            met,
        ),
    )


def _crowd_figure(met: Welcome) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "joiners_from": ("Joined that day, from", wording.count),
        "joiners_to": ("to", wording.count),
        "n_days": ("Days", wording.count),
        "n": ("Newcomers", wording.count),
        "answered": ("Answered within a day", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "repliers_per_day": ("People who answered, a day", wording.score),
    }
    return exhibit(
        "newcomers-crowd",
        met.load,
        plot=lambda _: plots.welcome(met, view="crowd"),
        columns=columns,
        sentence=_crowd_sentence(met.load) or "Too few days to compare.",
        definition="Days by how many people first wrote on them, and how many of those were answered "
        "within a day: whether the welcome would survive a day that brings a crowd.",
    )


def _steps_figure(met: Welcome) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "step": ("Step", wording.start),
        "n": ("Took it and all before", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_alone": ("Took this one", wording.count),
    }
    return exhibit(
        "newcomers-steps",
        met.steps,
        plot=lambda _: plots.welcome(met, view="steps"),
        columns=columns,
        sentence=_steps_sentence(met.steps),
        definition="Within 28 days of the first message, for those who were watched so long. A tie is "
        "another person whom one answered or was answered by; active in week 4: wrote on days 22 to 28.",
    )


def _welcomed_figure(kept: pd.DataFrame, period: str) -> dict[str, Any]:
    from insight import plots

    pooled = kept[(kept["cohort"] == "all") & kept["complete"]]
    first = pooled[pooled["period"] == pooled["period"].min()].set_index("group")
    told = [f"of those {name} {_estimate(first.loc[name])}" for name in ANSWERED if name in first.index]
    columns: Columns = {
        "group": ("Newcomers", str),
        "period": (f"{wording.start(period)}s later", wording.count),
        **RATE,
        "n": ("People", wording.count),
    }
    return exhibit(
        "newcomers-welcomed",
        pooled,
        plot=partial(plots.retention, view="curve"),
        columns=columns,
        sentence=f"{wording.start(wording.listing(told))} write again in the next {period}.",
        definition="The same people on the same clock, by whether somebody answered their first message "
        "within a day. Who is answered differs in much else, and a reply draws a “thanks” that counts here "
        "as writing again: the next figure takes care of both.",
    )


def _effect_figure(effect: ReplyEffect) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "estimate": ("Comparison", str),
        "scale": ("Scale", str),
        "n_answered": ("Answered", wording.count),
        "n_unanswered": ("Not", wording.count),
        "value": ("Value", wording.score),
        "low": ("from", wording.score),
        "high": ("to", wording.score),
    }
    return exhibit(
        "newcomers-effect",
        effect.estimates,
        plot=lambda _: plots.reply_effect(effect),
        columns=columns,
        sentence=effect.verdict,
        definition=with_caveats(
            "Coming back is a later message in another conversation within 90 days. Naive comparisons are "
            "in grey as a warning: whoever comes back at once had no time to be answered. The others start "
            "a day after the first message, among those not back by then; adjusted: for people alike in "
            "what was known at the first message. In grey too: comparisons that must show nothing. Where "
            "one of them shows something, or people are few, there is no verdict. Shown four times in "
            f"five: {100 * effect.detectable:.0f} points or more.",
            effect,
        ),
    )
