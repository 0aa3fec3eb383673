"""What follows from today's coming and going, and how regular people are: the rest of the room of staying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import format as wording
from .exhibit import INTERVAL, Columns, exhibit, with_caveats

if TYPE_CHECKING:
    from insight.staying import ReachCeiling

    from .members import Members
    from .results import Results

_YEAR = {"month": 12, "week": 52, "day": 365}


def newcomers_sentence(results: Results) -> str:
    """Tell how many newcomers write in the period after their first."""
    if results.cohorts is None:
        return ""
    cells = results.cohorts[(results.cohorts["cohort"] == "all") & (results.cohorts["period"] == 1)]
    if cells.empty or cells["share"].isna().any():
        return ""
    again, n = wording.estimate_of(cells.iloc[0], "share"), wording.count(cells["eligible"].iloc[0])
    return f"Of {n} newcomers {again} wrote in the {results.period} after their first."


def growth_sentence(results: Results) -> str:
    """Tell who came and who went in the last complete period."""
    if results.growth is None:
        return ""
    whole = results.growth[results.growth["complete"] & ~results.growth["burn_in"]]
    if whole.empty:
        return ""
    last = whole.iloc[-1]
    when = wording.start(wording.period_name(pd.Timestamp(str(last["period"])), period=results.period))
    return (
        f"{when}: {wording.count(last['new'])} were new, {wording.count(last['resurrected'])} came back and "
        f"{wording.count(last['churned'])} stayed away."
    )


def n_judged(counts: pd.DataFrame) -> int:
    """Count the people who wrote often enough to tell whether their pace changed."""
    return int(counts.loc[counts["state"] != "too few messages", "n"].sum())


def drift_sentence(counts: pd.DataFrame) -> str:
    """Tell how many people slow down, and how many quicken, against their own past."""
    n, judged = counts.set_index("state")["n"], n_judged(counts)
    if not judged:
        return "Nobody wrote often enough to tell whether they slow down."
    counted = f"{wording.count(n['slowing'])} slow down and {wording.count(n['quickening'])} quicken,"
    told = counted if n["slowing"] + n["quickening"] else "none slows down or quickens"
    return f"Of {wording.people(judged)} who wrote often enough to tell, {told} beyond chance."


def staying_figures(members: Members, *, period: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Say and draw where today's rates lead and how regular people are: the second half of retention."""
    said, drawn = [], []
    if members.ceiling is not None and not _settles(members.ceiling):
        said.append(f"Too few {period}s or too few people to tell where the crowd settles.")
    elif members.ceiling is not None:
        said.append(_ceiling_sentence(members.ceiling, period))
        drawn.append(_ceiling_figure(members.ceiling, period))
    if members.states is not None and members.stickiness is not None:
        last = members.stickiness.iloc[-1]
        if pd.notna(last["stickiness"]):
            among = wording.estimate(last["stickiness"], last["low"], last["high"])
            said.append(f"Of the people of the last four weeks {among} write on an average day.")
        drawn.append(_states_figure(members.states))
    return said, drawn


def _settles(ceiling: ReachCeiling) -> bool:
    rows = ceiling.summary.set_index("figure")[["value", "lowest", "highest"]].astype(float)
    arrivals = rows.loc["arrivals a period", "value"]
    return bool(np.isfinite(rows.loc["steady audience"]).all() and arrivals >= wording.FEW)


def _ceiling_sentence(ceiling: ReachCeiling, period: str) -> str:
    rows = ceiling.summary.set_index("figure")
    steady, arrivals = rows.loc["steady audience"], rows.loc["arrivals a period"]
    return (
        f"If {wording.people(arrivals['value'])} keep arriving each {period} and leave as they do now, the "
        f"crowd settles at about {wording.count(steady['value'])} people a {period}: derived, not counted. "
        f"Each of the last twelve {period}s alone would give "
        f"{wording.count(steady['lowest'])} to {wording.count(steady['highest'])}."
    )


def _ceiling_figure(ceiling: ReachCeiling, period: str) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "figure": ("Figure", str),
        "value": ("Value", wording.score),
        "lowest": ("lowest of 12", wording.score),
        "highest": ("highest of 12", wording.score),
        "source": ("", str),
    }
    return exhibit(
        "ceiling-figure",
        ceiling.summary[ceiling.summary["value"].notna()],
        plot=lambda _: plots.reach_ceiling(ceiling),
        columns=columns,
        sentence=_ceiling_sentence(ceiling, period),
        definition=with_caveats(
            f"Audience = people who arrive in a {period} / (1 - repeat rate). Rates are taken for constant "
            "and people for alike; regulars stay longer than the rate says, so the audience lies too low. "
            "The reach among all who could be there needs their number, which no file holds. Nielsen "
            "(2009), of web sites: at a repeat rate of 40\u00a0% growth ends at about 10\u00a0% reach.",
            ceiling,
        ),
    )


def _states_figure(states: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    columns: Columns = {
        "window_from": ("From", str),
        "window_to": ("To", str),
        "band": ("Wrote on", str),
        "n": ("People", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
        "n_again": ("Of them, as often the four weeks before", wording.count),
    }
    return exhibit(
        "states-figure",
        states.iloc[::-1],
        plot=lambda _: plots.states(states),
        columns=columns,
        sentence=_states_sentence(states[states["window_to"] == states["window_to"].iloc[-1]]),
        definition=with_caveats(
            "L28: on how many of 28 days a person wrote. Windows lie end to end; the last ends with the last "
            "complete day.",
            states,
        ),
    )


def _states_sentence(now: pd.DataFrame) -> str:
    if not now["n"].any():
        return "Nobody wrote in the last four weeks."
    if now["share"].isna().any():
        return f"In the last four weeks {wording.people(now['n'].sum())} wrote, too few for shares."
    once, regular = now.iloc[0], now[now["n"] > 0].iloc[-1]
    return (
        f"In the last four weeks {wording.estimate_of(once)} wrote on one day only; the most regular, on "
        f"{regular['band']}, are {wording.people(regular['n'])}."
    )
