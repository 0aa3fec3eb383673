"""Who stays, who leaves and how newcomers are met, measured for the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from .attempts import Attempt
from .attempts import attempt as attempt_in

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, ReachCeiling, ReplyEffect, Tenure, Welcome


SOON_HOURS = 24.0
"""An answer to a first message within this time is a welcome."""

ANSWERED = ("answered within a day", "not answered within a day")


@dataclass(frozen=True)
class Members:
    """Tables of staying. One that could not be made is None.

    `goodbye` is the silence, in days, after which at most one in ten comes back, each silence and each person
    counted once; `by_welcome` follows newcomers by whether somebody answered their first message within a
    day.
    """

    ceiling: ReachCeiling | None = None
    states: pd.DataFrame | None = None
    stickiness: pd.DataFrame | None = None
    silence: pd.DataFrame | None = None
    goodbye: int | None = None
    tenure: Tenure | None = None
    cadence: Cadence | None = None
    risk: AtRisk | None = None
    drivers: pd.DataFrame | None = None
    exits: pd.DataFrame | None = None
    met: Welcome | None = None
    by_welcome: pd.DataFrame | None = None
    effect: ReplyEffect | None = None


def members_of(
    mentions: pd.DataFrame,
    found: dict[str, Any],
    *,
    reasons: dict[str, str],
    tz: str = "UTC",
    random_state: int = 0,
) -> dict[str, Any]:
    """Measure staying from where the archive begins in earnest, by what was found before."""
    if "activity" not in found:
        return {}
    members = measure_members(
        mentions[mentions["created_at"] >= found["since"]],
        found["activity"],
        growth=found["growth"],
        signals=found.get("signals"),
        topics=found.get("topics"),
        as_of=pd.Timestamp(found["activity"].attrs["as_of"]),
        reasons=reasons,
        tz=tz,
        random_state=random_state,
    )
    return {"members": members}


def measure_members(
    mentions: pd.DataFrame,
    authors: pd.DataFrame,
    *,
    growth: pd.DataFrame | None = None,
    signals: pd.DataFrame | None = None,
    topics: Any = None,  # noqa: ANN401
    as_of: pd.Timestamp | None = None,
    tz: str = "UTC",
    reasons: dict[str, str],
    random_state: int = 0,
) -> Members:
    """Measure staying; what raises an InsightError leaves its words in `reasons`."""
    measured = partial(attempt_in, reasons)
    return Members(
        **_crowd(mentions, authors, growth, measured, as_of=as_of, tz=tz, random_state=random_state),
        **_leaving(mentions, signals, topics, measured, as_of=as_of, tz=tz, random_state=random_state),
        **_newcomers(mentions, authors, measured, as_of=as_of, tz=tz, random_state=random_state),
    )


def _crowd(
    mentions: pd.DataFrame,
    authors: pd.DataFrame,
    growth: pd.DataFrame | None,
    measured: Attempt,
    *,
    as_of: pd.Timestamp | None,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.staying import (
        activity,
        reach_ceiling,
        states,
        stickiness,
    )

    days = measured("active days", lambda: activity(mentions, period="day", tz=tz, as_of=as_of))
    found = {}
    if growth is not None:
        found["ceiling"] = measured("reach ceiling", lambda: reach_ceiling(growth))
    if days is not None:
        found["states"] = measured("states", lambda: states(days))
        found["stickiness"] = measured("stickiness", lambda: stickiness(days))
    return found


def _leaving(
    mentions: pd.DataFrame,
    signals: pd.DataFrame | None,
    topics: Any,  # noqa: ANN401
    measured: Attempt,
    *,
    as_of: pd.Timestamp | None,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.staying import at_risk, cadence, churn_drivers, exit_words, silence, tenure

    dates = mentions["created_at"]
    horizon = f"{min(365, max(1, (dates.max() - dates.min()).days // 3))}D"
    when: dict[str, Any] = {"as_of": as_of}
    seed: dict[str, Any] = {"random_state": random_state}
    quiet = measured("silence", lambda: silence(mentions, horizon=horizon, **when, **seed))
    found: dict[str, Any] = {
        "silence": quiet,
        "cadence": measured("cadence", lambda: cadence(mentions, tz=tz, **when)),
    }
    suggested = [] if quiet is None else list(quiet.attrs["suggested"].values())
    if not suggested or None in suggested:
        return found
    goodbye = int(max(suggested))
    gone: dict[str, Any] = {"silence": f"{goodbye}D", **when}
    found |= {
        "goodbye": goodbye,
        "tenure": measured("tenure", lambda: tenure(mentions, **gone)),
        "risk": measured(
            "at risk",
            lambda: at_risk(mentions, horizon=f"{goodbye}D", lately=f"{2 * goodbye}D", **when),
        ),
    }
    if signals is not None:
        found["drivers"] = measured(
            "churn drivers",
            lambda: churn_drivers(
                mentions, signals, topics=topics, **gone, spell=f"{min(7, max(1, goodbye // 2))}D", **seed
            ),
        )
        found["exits"] = measured(
            "exit words",
            lambda: exit_words(mentions, signals, topics=topics, **gone).drop(columns="quotes"),
        )
    return found


def _newcomers(
    mentions: pd.DataFrame,
    authors: pd.DataFrame,
    measured: Attempt,
    *,
    as_of: pd.Timestamp | None,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.staying import reply_effect, retention, welcome

    met = measured("welcome", lambda: welcome(mentions, tz=tz, as_of=as_of))
    effect = measured("reply effect", lambda: reply_effect(mentions, as_of=as_of, random_state=random_state))
    if met is None:
        return {"effect": effect}
    soon = met.newcomers["answered"] & (met.newcomers["wait_hours"] <= SOON_HOURS)
    fate = pd.Series([ANSWERED[0] if yes else ANSWERED[1] for yes in soon], index=met.newcomers["author_id"])
    joined = authors[authors["author_id"].isin(fate.index)].reset_index(drop=True)
    joined = joined.assign(welcome=joined["author_id"].map(fate))
    joined.attrs = authors.attrs
    by_welcome = measured("newcomers by welcome", lambda: retention(joined, by="welcome"))
    return {"met": met, "by_welcome": by_welcome, "effect": effect}


def members_sections(members: Members, *, period: str, minimum: int) -> list[dict[str, Any]]:
    """Arrange the rooms of leaving and of newcomers; one without a table is left out."""
    from .leaving_room import leaving_room
    from .newcomers_room import newcomers_room

    rooms = leaving_room(members, minimum=minimum), newcomers_room(members, period=period)
    return [room for room in rooms if room is not None]
