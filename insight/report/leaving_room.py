"""The room of leaving: which silence means goodbye, who slows, what goes before silence, what leavers say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.staying.churn_drivers import BEFORE_TOO

from . import format as wording
from .exhibit import INTERVAL, Columns, exhibit, with_caveats
from .sections import section
from .staying_room import drift_sentence, n_judged

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, Tenure

    from .members import Members

MAX_STEPS = 120
"""Steps of a survival curve that are drawn."""

_WEIGHTINGS = {"episode": "each silence once", "author": "each person once"}


def leaving_room(members: Members, *, minimum: int) -> dict[str, Any] | None:
    """Show when silence means goodbye, how long people stay and what goes before they leave."""
    if members.silence is None:
        return None
    heading = _silence_sentence(members.silence, members.goodbye)
    said, drawn = [], [_silence_figure(members.silence, heading)]
    if members.goodbye is None:
        said.append(
            "After no silence do fewer than one in ten come back: the file is too short, or people come back "
            "too often."
        )
    if members.tenure is not None:
        said.append(_tenure_sentence(members.tenure))
        drawn.append(_tenure_figure(members.tenure))
    if members.cadence is not None:
        said.append(drift_sentence(members.cadence.counts))
        if n_judged(members.cadence.counts):
            drawn.append(_drift_figure(members.cadence))
    if members.risk is not None:
        said.append(members.risk.verdict)
        drawn.append(_risk_figure(members.risk))
    if members.drivers is not None and members.drivers["low"].notna().any():
        said.append(_drivers_sentence(members.drivers))
        drawn.append(_drivers_figure(members.drivers))
    if members.exits is not None and len(members.exits):
        said.append(_exits_sentence(members.exits))
        drawn += _exits_figures(members.exits, minimum=minimum)
    return section("leaving", "Leaving", heading, said=said, drawn=drawn)


def _silence_sentence(silence: pd.DataFrame, goodbye: int | None) -> str:
    if goodbye is None:
        return "No silence in this file can be told from a pause"
    rows = silence[silence["silence_days"] == goodbye]
    row = rows[rows["suggested"]].iloc[0]
    days = wording.count(silence.attrs["horizon_days"], "day")
    return (
        f"Of those silent for {wording.count(goodbye, 'day')}, "
        f"{wording.estimate(row['share'], row['low'], row['high'])} come back within {days} after all"
    )


def _silence_figure(silence: pd.DataFrame, sentence: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "weighting": ("Counting", lambda name: _WEIGHTINGS[name]),
        "silence_days": ("Days of silence", wording.count),
        "n_authors": ("People", wording.count),
        "n_watched": ("Silences watched to the end", wording.count),
        "n_returned": ("Came back", wording.count),
        "share": ("Come back", wording.share),
        **INTERVAL,
        "suggested": ("Means goodbye", lambda best: "yes" if best else ""),
    }
    return exhibit(
        "silence-figure",
        silence,
        plot=plots.silence,
        columns=columns,
        sentence=f"{sentence}.",
        definition=with_caveats(
            "The share of people silent for so long who write again, by Kaplan-Meier: silences that the file "
            "does not see to their end count as long as they were seen. Called goodbye here: the shortest "
            "silence after which at most 10\u00a0% come back, each silence and each person counted once, the "
            "longer of the two. Fewer than 10 people: no share.",
            silence,
        ),
    )


def _tenure_sentence(stays: Tenure) -> str:
    row, watched = stays.summary.iloc[0], stays.attrs["until_days"]
    if pd.isna(row["once"]):
        return f"{wording.count(row['n'], 'newcomer')}: too few to tell how long they stay."
    once = wording.estimate(row["once"], row["once_low"], row["once_high"])
    return (
        f"Of {wording.count(row['n'])} newcomers {once} write once and never again; in their first "
        f"{watched:.0f} days they stay {_days(row['mean_days'])} on average "
        f"({_days(row['mean_low'])} to {_days(row['mean_high'])})."
    )


def _days(days: float) -> str:
    """Write a stay in whole days, a short one in hours."""
    return wording.duration(24 * days) if days < 2 else f"{days:.0f} days"


def _tenure_figure(stays: Tenure) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "tenure_days": ("Days since the first message", wording.score),
        "n_at_risk": ("Still watched", wording.count),
        "staying": ("Still here", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "tenure-figure",
        thinned(stays.curve),
        plot=lambda steps: plots.tenure(replace(stays, curve=steps)),
        columns=columns,
        sentence=_tenure_sentence(stays),
        definition=with_caveats(
            "Kaplan-Meier, from the first message to the last. Whoever has been silent for as long as means "
            f"goodbye ({stays.attrs['silence_days']:.0f} days) has left, at the last message; "
            "everyone else is still here and counts as long as they were seen. People first seen in the "
            "file's first weeks may be old members and are left out.",
            stays,
        ),
    )


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep steps of a curve evenly, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(curve) - 1, MAX_STEPS).round().astype(int))
    return curve.iloc[kept] if len(curve) > MAX_STEPS else curve


def _drift_figure(pace: Cadence) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "state": ("Pace", str),
        "n": ("People", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "past_gap_days": ("Days between messages before", wording.score),
        "recent_gap_days": ("Lately", wording.score),
    }
    return exhibit(
        "drift-figure",
        pace.counts,
        plot=lambda _: plots.cadence(pace),
        columns=columns,
        sentence=drift_sentence(pace.counts),
        definition=with_caveats(
            f"Each person against their own past: the last {pace.attrs['n_recent']} pauses between days "
            f"with a message and all earlier ones ({pace.attrs['min_past']} or more), by rank sums; of "
            "those named slowing or quickening at most 5\u00a0% are named by chance. Nobody is listed.",
            pace,
        ),
    )


def _risk_figure(risk: AtRisk) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "predicted": ("Predicted to fall silent", wording.share),
        "observed": ("Fell silent", wording.share),
        **INTERVAL,
        "n": ("People", wording.count),
    }
    return exhibit(
        "risk-figure",
        risk.calibration,
        plot=lambda _: plots.at_risk(risk),
        columns=columns,
        sentence=risk.verdict,
        definition=with_caveats(
            "The chance of writing nothing more for as long as means goodbye, learned from days silent, "
            "messages lately and days since the first message, and tried on a later period that it had not "
            "seen. It puts people in an order and explains nothing.",
            risk,
        ),
    )


def _drivers_sentence(drivers: pd.DataFrame) -> str:
    told = []
    for reading in ("silence follows more often", "silence follows less often"):
        rows = drivers[drivers["reading"] == reading].head(3)
        names = rows["driver"].where(rows["kind"] != "topic", "“" + rows["driver"] + "”").tolist()
        if names:
            told.append(f"{reading} after {wording.listing(names)}")
    if not told:
        return _no_driver(drivers)
    return f"{wording.start('; '.join(told))} (goes with, no cause)."


def _no_driver(drivers: pd.DataFrame) -> str:
    """Say what was found where nothing is followed by silence more or less often."""
    before = drivers.loc[drivers["reading"] == BEFORE_TOO, "driver"].head(3).tolist()
    if before:
        goes = "goes" if len(before) == 1 else "go"
        names = wording.start(wording.listing(before))
        return f"{names} {goes} with silence, and with the silence before it too."
    n_tested = int(drivers["q_value"].notna().sum())
    if not n_tested:
        return "Too few people to test what goes with silence."
    return f"No clear link with silence, of {wording.count(n_tested)} tested."


def _drivers_figure(drivers: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "driver": ("Said or met", wording.shorten),
        "n_people": ("People", wording.count),
        "silent_with": ("Silent after it", wording.share),
        "silent_without": ("Silent otherwise", wording.share),
        "odds_ratio": ("Odds ratio", wording.score),
        "low": ("from", wording.score),
        "high": ("to", wording.score),
        "placebo_odds_ratio": ("Of the silence before", wording.score),
        "reading": ("Reading", str),
    }
    return exhibit(
        "drivers-figure",
        drivers[drivers["low"].notna()],
        plot=plots.churn_drivers,
        columns=columns,
        sentence=_drivers_sentence(drivers),
        definition=with_caveats(
            "Stretches of activity with and without it, alike in size and place in the person's life "
            "(Mantel and Haenszel 1959); people drawn anew; of the differences named at most 5\u00a0% are "
            "chance. The open marks ask the same of the silence before, which nothing said later can have "
            "caused.",
            drivers,
        ),
    )


def _exits_sentence(exits: pd.DataFrame) -> str:
    n = wording.people(exits.attrs["n_people"])
    judged, gone = int(exits["n_judged"].sum()), int(exits["n_gone"].sum())
    return (
        f"{n} said that they leave; of {wording.count(judged)} watched long enough after it, "
        f"{wording.count(gone)} wrote nothing more."
    )


def _exits_figures(exits: pd.DataFrame, *, minimum: int) -> list[dict[str, Any]]:
    from insight import plots

    shown = exits[exits["n_people"] >= minimum].copy()
    if shown.empty:
        return []
    few = shown["n_people"] < wording.FEW
    shown[["share", "low", "high"]] = shown[["share", "low", "high"]].mask(few)
    columns: Columns = {
        "name": ("Topic", wording.shorten),
        "n_people": ("People", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_judged": ("Watched long enough", wording.count),
        "n_gone": ("Wrote nothing more", wording.count),
    }
    return [
        exhibit(
            "exits-figure",
            shown,
            plot=plots.exit_words,
            columns=columns,
            sentence=_exits_sentence(exits),
            definition=with_caveats(
                "People who say that they leave, by what the message is about; found by rules and a small "
                f"model. Fewer than {wording.FEW}: the count only.",
                exits,
            ),
            opens=[f"topic-{topic}" if topic >= 0 else "" for topic in shown["topic"]],
        )
    ]
