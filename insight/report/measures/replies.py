"""Who is answered, how fast and how well; what people want, and who still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightError
from insight.report.format import place
from insight.timeline.persons import by_people

if TYPE_CHECKING:
    from insight.config import Config
    from insight.topics import Topics

WORKING_DAY = "8h"
NO_REPLIES = (
    "No company replies are in this file, so the response time is unknown. Name the brand's accounts "
    "(--brand) or export its replies too."
)


def waits(
    mentions: pd.DataFrame, *, wants: pd.DataFrame | None = None, as_of: pd.Timestamp | None = None
) -> pd.DataFrame:
    """Find who wrote to the brand, and when each was answered."""
    from insight.conversations import first_responses

    if not (mentions["role"] == "brand").any():
        raise InsightError(NO_REPLIES)
    found = first_responses(mentions, wants)
    if found.empty:
        raise InsightError("No customer message to the brand could wait for an answer.")
    return found


def asking(waits: pd.DataFrame) -> pd.DataFrame:
    """Keep the waits for help, amends or an idea; all of them where it is unknown what they want."""
    if "needs_answer" in waits.columns and waits["needs_answer"].any():
        return waits[waits["needs_answer"].astype(bool)].reset_index(drop=True)
    return waits.drop(columns=["intent", "needs_answer", "challenge"], errors="ignore")


def curve(responses: pd.DataFrame) -> pd.DataFrame:
    """Follow the share that waits."""
    from insight.conversations import response_curve

    return response_curve(responses)


def rate(responses: pd.DataFrame) -> pd.DataFrame:
    """Give the share answered within a day."""
    from insight.conversations import response_rate

    return response_rate(responses)


def rate_by_intent(waits: pd.DataFrame, responses: pd.DataFrame) -> pd.DataFrame | None:
    """Give it by what people want."""
    from insight.conversations import response_rate

    if "intent" not in responses.columns:
        return None
    named = waits.assign(intent=waits["intent"].astype(object).fillna("not in English"))
    return response_rate(named, by="intent")


def rate_by_channel(responses: pd.DataFrame) -> pd.DataFrame:
    """Give it by channel, or by platform where there are several."""
    from insight.conversations import response_rate

    one_place = len(responses["platform"].unique()) == 1 and responses["channel"].notna().any()
    named = responses["platform"].astype(str).map(place)
    return response_rate(responses if one_place else responses.assign(channel=named), by="channel")


def rate_in_hours(responses: pd.DataFrame, config: Config, tz: str) -> pd.DataFrame | None:
    """Give the share answered within a working day of the opening hours in insight.toml."""
    from insight.conversations import business_hours, response_rate

    if not config.business_hours:
        return None
    return response_rate(business_hours(responses, tz=tz, **config.business_hours), within=WORKING_DAY)


def what_they_want(waits: pd.DataFrame) -> pd.DataFrame | None:
    """Count what the messages to the brand want."""
    from insight.conversations import triage

    return triage(waits) if "intent" in waits.columns else None


def acts(mentions: pd.DataFrame, waits: pd.DataFrame, *, own: str | None = None) -> pd.DataFrame:
    """Find what each of the brand's replies does."""
    from insight.conversations import reply_acts

    return reply_acts(mentions, brand=own)


def reply_quality(waits: pd.DataFrame, acts: pd.DataFrame) -> pd.DataFrame | None:
    """Grade the first answers."""
    from insight.conversations import twitter_test

    if "intent" not in waits.columns or not waits["needs_answer"].any():
        return None
    return _filled(twitter_test(waits, acts), "n")


def waiting(waits: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame | None:
    """List who waits."""
    from insight.conversations import waiting_list

    return waiting_list(waits, mentions) if "intent" in waits.columns else None


def channels(waits: pd.DataFrame) -> pd.DataFrame | None:
    """Compare the channels as if each got the same mix of wishes."""
    from insight.conversations import channels

    return channels(waits) if "intent" in waits.columns and waits["needs_answer"].any() else None


def week(responses: pd.DataFrame, tz: str) -> pd.DataFrame | None:
    """Give the share answered by hour and weekday of asking."""
    from insight.conversations import response_week

    return _filled(response_week(responses, tz=tz), "n")


def load(responses: pd.DataFrame, tz: str) -> pd.DataFrame:
    """Count what came in and what was answered, period by period."""
    from insight.conversations import capacity

    return capacity(responses, tz=tz)


def presence(
    mentions: pd.DataFrame, acts: pd.DataFrame, topics: Topics, *, own: str | None = None
) -> pd.DataFrame | None:
    """Find the conversations in which the brand speaks."""
    from insight.conversations import presence

    names = topics.table.set_index("topic")["name"]
    return _filled(presence(mentions, topics.assignments, brand=own, names=names), "n")


def peer_help(mentions: pd.DataFrame, wants: pd.DataFrame) -> pd.DataFrame | None:
    """Find the questions that other customers answer."""
    from insight.conversations import peer_help

    return _filled(peer_help(mentions, wants), "n")


def handoffs(
    mentions: pd.DataFrame, acts: pd.DataFrame, *, wants: pd.DataFrame | None = None
) -> pd.DataFrame | None:
    """Find who is moved to a private channel, and who comes back."""
    from insight.conversations import handoffs

    if mentions["created_at"].isna().all():
        return None
    return _filled(handoffs(mentions, acts, intents=wants), "n_moved")


def escalations(mentions: pd.DataFrame, wants: pd.DataFrame, acts: pd.DataFrame) -> pd.DataFrame:
    """Find who comes to the public after trying elsewhere."""
    from insight.conversations import escalations

    return escalations(mentions, wants)


def dialogue_index(
    mentions: pd.DataFrame, acts: pd.DataFrame, tz: str, *, own: str | None = None
) -> pd.DataFrame:
    """Give the share of the brand's posts that answer someone."""
    from insight.conversations import dialogue_index

    _need_dates(mentions)
    return dialogue_index(mentions, brand=own, tz=tz)


def interactions(
    mentions: pd.DataFrame, acts: pd.DataFrame, tz: str, *, own: str | None = None
) -> pd.DataFrame:
    """Count who talks to whom, month by month."""
    from insight.people import interactions

    _need_dates(mentions)
    return interactions(mentions, brand=own, tz=tz)


def letters(mentions: pd.DataFrame, acts: pd.DataFrame, *, own: str | None = None) -> pd.DataFrame:
    """Find replies in the same words."""
    from insight.conversations import form_letters

    return form_letters(mentions, brand=own)


def hashtags(
    mentions: pd.DataFrame, acts: pd.DataFrame, random_state: int, *, own: str | None = None
) -> pd.DataFrame:
    """Audit the brand's hashtags."""
    from insight.conversations import hashtag_audit

    return hashtag_audit(mentions, brand=own, random_state=random_state)


def playbook(mentions: pd.DataFrame, acts: pd.DataFrame, own: str) -> pd.DataFrame | None:
    """Check first replies to people who did not write to the brand."""
    from insight.conversations import playbook

    others = mentions.loc[by_people(mentions), "brand"].dropna()
    return playbook(mentions, brand=own) if (others != own).any() else None


def loop(
    mentions: pd.DataFrame, wants: pd.DataFrame, *, ledger: pd.DataFrame | None = None
) -> pd.DataFrame | None:
    """Follow ideas from being answered to being shipped."""
    from insight.conversations import loop_closed

    speaks = (mentions["role"] == "brand").any()
    decided = ledger is not None and ledger["decided"].notna().any()
    return _filled(loop_closed(mentions, wants, ledger=ledger), "n") if speaks or decided else None


def _filled(table: pd.DataFrame, count: str) -> pd.DataFrame | None:
    """Keep a table that counted something."""
    return table if len(table) and table[count].sum() else None


def _need_dates(mentions: pd.DataFrame) -> None:
    if mentions["created_at"].isna().all():
        raise InsightError("No message has a date.")
