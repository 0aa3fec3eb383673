"""Who is answered, how fast and how well; what people want, and who still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import insight as ins
from insight.mentions import InsightError
from insight.report.format import place
from insight.report.scope import speaks_of_brand
from insight.timeline.persons import by_people

if TYPE_CHECKING:
    from insight.config import Config
    from insight.timeline.engine import Cluster
    from insight.topics import Topics

WORKING_DAY, WITHIN_HOURS = "8h", 24.0
REPLIED = ("answered within a day", "answered later", "not answered")
NO_REPLIES = (
    "This file contains no replies by the brand. The response time is unknown: name the brand's accounts "
    "(--brand) or export its replies too."
)
"""What the memo says, and then the way out, which is for Details."""


def waits(
    mentions: pd.DataFrame,
    *,
    wants: pd.DataFrame | None = None,
    as_of: pd.Timestamp | None = None,
    cluster: Cluster | None = None,
) -> pd.DataFrame | None:
    """Find who wrote to the brand, and when each was answered; nothing in a file that speaks of no brand."""
    if not (mentions["role"] == "brand").any():
        if not speaks_of_brand(mentions):
            return None
        raise InsightError(NO_REPLIES)
    found = ins.first_responses(mentions if cluster is None else cluster.table(mentions), wants)
    if found.empty:
        raise InsightError("No customer message to the brand could wait for an answer.")
    return found


_OPEN = (
    "open",
    "new",
    "waiting",
    "pending",
    "unresolved",
    "unanswered",
    "in progress",
    "on hold",
    "reopened",
)
"""Words of a column of states for what is not done yet."""


def marked_open(mentions: pd.DataFrame, minimum: int) -> pd.DataFrame | None:
    """Count by state what the file marks as not done: n, people, first; states of few people are left out."""
    if "status" not in mentions.columns or mentions["created_at"].isna().all():
        return None
    asked = mentions[by_people(mentions)]
    asked = asked[asked["thread"].isna() | ~asked["thread"].duplicated()]
    state = asked["status"].astype(object).str.casefold().str.replace(r"[_-]", " ", regex=True)
    states = asked[state.isin(_OPEN)].groupby("status", sort=True)
    found = states.agg(n=("mention_id", "size"), first=("created_at", "min"))
    found["people"] = states["person"].agg(lambda who: who.nunique() + who.isna().sum())
    found = found[found["people"] >= minimum].sort_values("n", ascending=False, kind="stable")
    return found if len(found) else None


def by_reply(waits: pd.DataFrame) -> pd.DataFrame:
    """Say of each message to the brand how soon it was answered: mention_id, group."""
    soon = waits["responded"].astype(bool) & (waits["wait_hours"] <= WITHIN_HOURS)
    group = np.select([soon, waits["responded"].astype(bool)], REPLIED[:2], REPLIED[2])
    return pd.DataFrame({"mention_id": waits["mention_id"], "group": group})


def asking(waits: pd.DataFrame) -> pd.DataFrame:
    """Keep the waits for help, amends or an idea; all of them where it is unknown what they want."""
    if "needs_answer" in waits.columns and waits["needs_answer"].any():
        return waits[waits["needs_answer"].astype(bool)].reset_index(drop=True)
    return waits.drop(columns=["intent", "needs_answer", "challenge"], errors="ignore")


def rate_by_intent(waits: pd.DataFrame, responses: pd.DataFrame) -> pd.DataFrame | None:
    """Give it by what people want."""
    if "intent" not in responses.columns:
        return None
    named = waits.assign(intent=waits["intent"].astype(object).fillna("not in English"))
    return ins.response_rate(named, by="intent")


def rate_by_channel(responses: pd.DataFrame) -> pd.DataFrame:
    """Give it by channel, or by platform where there are several."""
    one_place = len(responses["platform"].unique()) == 1 and responses["channel"].notna().any()
    named = responses["platform"].astype(str).map(place)
    return ins.response_rate(responses if one_place else responses.assign(channel=named), by="channel")


def rate_in_hours(responses: pd.DataFrame, config: Config, tz: str) -> pd.DataFrame | None:
    """Give the share answered within a working day of the opening hours in insight.toml."""
    if not config.business_hours:
        return None
    return ins.response_rate(
        ins.conversations.business_hours(responses, tz=tz, **config.business_hours), within=WORKING_DAY
    )


def presence(
    mentions: pd.DataFrame, acts: pd.DataFrame, topics: Topics, *, own: str | None = None
) -> pd.DataFrame:
    """Find the conversations in which the brand speaks."""
    names = topics.table.set_index("topic")["name"]
    return ins.conversations.presence(mentions, topics.assignments, brand=own, names=names)


def loop(
    mentions: pd.DataFrame, wants: pd.DataFrame, *, ledger: pd.DataFrame | None = None
) -> pd.DataFrame | None:
    """Follow ideas from being answered to being shipped."""
    speaks = (mentions["role"] == "brand").any()
    decided = ledger is not None and ledger["decided"].notna().any()
    return ins.conversations.loop_closed(mentions, wants, ledger=ledger) if speaks or decided else None
