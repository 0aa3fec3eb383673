"""What the appendix says of people who stay and leave: the titles of its figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from insight.report import format as wording
from insight.report.results import Results
from insight.staying.churn_drivers import BEFORE_TOO

from .finding import last_whole, next_cohort

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, ReachCeiling, Tenure

WATCHED = 30
"""Days without a message after which the page says how many come back."""


def growth_title(growth: pd.DataFrame, results: Results) -> str:
    """Say how many came and went in the last whole period."""
    last = last_whole(growth)
    if last is None:
        return f"Too early to say whether more people come than go: no whole {results.period} is known"
    when = wording.period_name(pd.Timestamp(str(last["period"])), period=results.period)
    came, went = int(last["new"] + last["resurrected"]), int(last["churned"])
    return f"In {when} {wording.people(came)} came or came back and {wording.count(went)} went"


def cohorts_title(cohorts: pd.DataFrame, results: Results) -> str:
    """Say how many newcomers write in the period after their first."""
    row = next_cohort(cohorts)
    if row is None:
        return "Too early, or too few newcomers, to say how many come back"
    return f"{wording.share(row['share'])} of newcomers write in the {results.period} after their first"


def silence_title(silence: pd.DataFrame, results: Results) -> str:
    """Say how many come back after a month without a message."""
    people = silence[(silence["weighting"] == "author") & silence["share"].notna()]
    if people.empty:
        return "Too early to say how many come back after a silence"
    row = people.iloc[(people["silence_days"] - WATCHED).abs().argmin()]
    days = wording.count(row["silence_days"], "day")
    return f"{wording.share(row['share'])} of people come back after {days} without a message"


def cadence_title(pace: Cadence, results: Results) -> str:
    """Say how many regulars post less and more."""
    counts = pace.counts.set_index("state")["n"]
    judged = int(counts.drop("too few messages", errors="ignore").sum())
    if judged < wording.FEW:
        return ""
    slow, quick = int(counts.get("slowing", 0)), int(counts.get("quickening", 0))
    if not slow + quick:
        return "No regular is writing noticeably less or more"
    return (
        f"Of {wording.count(judged)} regulars {wording.count(slow)} post less and {wording.count(quick)} more"
    )


def tenure_title(stays: Tenure, results: Results) -> str:
    """Say how many newcomers write once."""
    row = stays.summary.iloc[0]
    if pd.isna(row["once"]):
        return ""
    return f"{wording.share(row['once'])} of newcomers write once and never again"


def risk_title(risk: AtRisk, results: Results) -> str:
    """Say how well people are ordered by their risk of leaving."""
    rows = risk.evaluation.set_index("measure")
    row = rows.loc["AUC, activity"]
    if not row["low"] > 0.5:
        return wording.start(risk.verdict.rstrip("."))
    return f"Our leave-risk score ranks two people in the right order {100 * row['value']:.0f} times in 100"


def drivers_title(drivers: pd.DataFrame, results: Results) -> str:
    """Name what goes before people stop writing."""
    if drivers["low"].isna().all():
        return ""
    rows = drivers[drivers["reading"] == "silence follows more often"]["driver"].head(3).tolist()
    if rows:
        return f"People more often stop writing after {wording.listing([f'“{name}”' for name in rows])}"
    if (drivers["reading"] == BEFORE_TOO).any():
        return "What goes with silence also goes with the silence before it"
    n = wording.count(drivers["low"].notna().sum(), "event")
    return f"None of {n} tested clearly goes with people who stop writing"


def exits_title(exits: pd.DataFrame, results: Results) -> str:
    """Count the people who say that they leave."""
    return f"{wording.people(exits.attrs['n_people'])} said that they leave" if len(exits) else ""


def ceiling_title(ceiling: ReachCeiling, results: Results) -> str:
    """Say where the number of active people levels off."""
    rows = ceiling.summary.set_index("figure")
    steady = rows.loc["steady audience", "value"]
    if not np.isfinite(float(steady)) or rows.loc["arrivals a period", "value"] < wording.FEW:
        return ""
    near = wording.count(round(float(steady)))
    return f"At this rate the community levels off near {near} active people a {results.period}"


def ladder_title(ladder: pd.DataFrame, results: Results) -> str:
    """Say how many casual members become engaged."""
    up = ladder.set_index(["from_state", "to_state"]).loc[("casual", "engaged")]
    if up["n"] < wording.FEW:
        return ""
    return f"{wording.share(up['share'])} of casual members are engaged the next month"


def advocates_title(advocates: pd.DataFrame, results: Results) -> str:
    """Count the people who recommended."""
    last = advocates.iloc[-1]
    return f"{wording.count(last['n_recommending'])} of {wording.people(last['n'])} recommended at least once"
