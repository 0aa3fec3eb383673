"""The conversation, measured for the page: answers, load, conduct, rivals, storms, circles of people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.report.attempts import attempt as attempt_in

if TYPE_CHECKING:
    from insight.people import Niches

MOST_BURSTS = 3
"""Bursts of talk that get a brief of their own, the largest first."""

Attempt = Callable[[str, Callable[[], Any]], Any]


@dataclass(frozen=True)
class Dialogue:
    """Tables of the conversation. One that could not be made, or has nothing to tell, is None."""

    own: str | None = None
    responses: pd.DataFrame | None = None
    triage: pd.DataFrame | None = None
    test: pd.DataFrame | None = None
    channels: pd.DataFrame | None = None
    week: pd.DataFrame | None = None
    waiting: pd.DataFrame | None = None
    load: pd.DataFrame | None = None
    scenario: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    presence: pd.DataFrame | None = None
    handoffs: pd.DataFrame | None = None
    peer_help: pd.DataFrame | None = None
    escalations: pd.DataFrame | None = None
    index: pd.DataFrame | None = None
    marks: pd.DataFrame | None = None
    hashtags: pd.DataFrame | None = None
    playbook: pd.DataFrame | None = None
    rivals: pd.DataFrame | None = None
    spikes: pd.DataFrame | None = None
    storms: pd.DataFrame | None = None
    outages: pd.DataFrame | None = None
    briefs: tuple[pd.DataFrame, ...] = ()
    streams: pd.DataFrame | None = None
    niches: Niches | None = None
    ladder: pd.DataFrame | None = None
    advocates: pd.DataFrame | None = None
    ties: pd.DataFrame | None = None
    contribution: pd.DataFrame | None = None
    loop: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None


def measure_dialogue(
    mentions: pd.DataFrame,
    *,
    topics: Any = None,  # noqa: ANN401
    signals: pd.DataFrame | None = None,
    responses: pd.DataFrame | None = None,
    brands: Iterable[str] = (),
    events: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    tz: str = "UTC",
    reasons: dict[str, str],
    random_state: int = 0,
) -> Dialogue:
    """Measure the conversation; what raises an InsightError leaves its words in `reasons`."""
    from insight.conversations import intents, loop_closed, peer_help

    own = next(iter(brands), None)
    attempt = partial(attempt_in, reasons)
    wants = None if signals is None else attempt("intents", lambda: intents(mentions, signals))
    found: dict[str, Any] = {"own": own, "ledger": ledger}
    if (mentions["side"] == "brand").any():
        found |= _conduct(mentions, own, attempt, tz=tz, random_state=random_state)
        found |= _answering(mentions, wants, responses, found, attempt, tz=tz, random_state=random_state)
        found |= _reach(mentions, topics, wants, found, attempt, tz=tz)
    if signals is not None and wants is not None:
        heard = _with_reposts(mentions, signals)
        found |= _storms(mentions, heard, topics, events, attempt, tz=tz, random_state=random_state)
        found |= _circles(mentions, heard, topics, attempt, tz=tz, random_state=random_state)
        found |= _rivals(mentions, heard, topics, attempt, tz=tz, random_state=random_state)
        found["peer_help"] = _filled(attempt("peer help", lambda: peer_help(mentions, wants)), "n")
        found["loop"] = _filled(attempt("loop", lambda: loop_closed(mentions, wants)), "n")
    return Dialogue(**{name: value for name, value in found.items() if name != "acts"})


def _filled(table: pd.DataFrame | None, count: str) -> pd.DataFrame | None:
    """Keep a table that counted something."""
    return table if table is not None and len(table) and table[count].sum() else None


def _with_reposts(mentions: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Let a repost say what the message says that it passes on, where the table has that one."""
    passed = mentions.loc[mentions["reposted_id"].notna(), ["mention_id", "reposted_id"]]
    passed = passed[~passed["mention_id"].isin(signals["mention_id"])]
    copies = passed.merge(signals.rename(columns={"mention_id": "reposted_id"}), on="reposted_id")
    return pd.concat([signals, copies[signals.columns]], ignore_index=True) if len(copies) else signals


def _conduct(
    mentions: pd.DataFrame, own: str | None, attempt: Attempt, *, tz: str, random_state: int
) -> dict[str, Any]:
    from insight.conduct import (
        consistency,
        dialogue_index,
        form_letters,
        hashtag_audit,
        playbook,
        reply_acts,
    )
    from insight.people import interactions

    acts = attempt("replies", lambda: reply_acts(mentions, brand=own))
    if acts is None:
        return {}
    found = {"acts": acts}
    if mentions["created_at"].notna().any():
        found["index"] = attempt("dialogue index", lambda: dialogue_index(mentions, brand=own, tz=tz))
        found["interactions"] = attempt("interactions", lambda: interactions(mentions, brand=own, tz=tz))
    if acts.attrs["n_replies"]:
        found["marks"] = attempt_in(
            {}, "", lambda: consistency(mentions, acts, brand=own, random_state=random_state)
        )
        if found["marks"] is None:
            found["marks"] = attempt("form letters", lambda: form_letters(mentions, brand=own))
    found["hashtags"] = attempt(
        "hashtags", lambda: hashtag_audit(mentions, brand=own, random_state=random_state)
    )
    others = mentions.loc[mentions["side"] != "brand", "brand"].dropna()
    if own is not None and (others != own).any():
        found["playbook"] = attempt("playbook", lambda: playbook(mentions, brand=own))
    return found


def _answering(
    mentions: pd.DataFrame,
    wants: pd.DataFrame | None,
    responses: pd.DataFrame | None,
    found: dict[str, Any],
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.conversations import (
        capacity,
        capacity_scenario,
        channels,
        response_week,
        twitter_test,
        waiting_list,
    )

    if responses is None or wants is None or "intent" not in responses.columns:
        return {}
    need = responses[responses["needs_answer"]].reset_index(drop=True)
    if need.empty:
        return {}
    tables = {"responses": responses, "triage": triage(responses, random_state=random_state)}
    if "acts" in found:
        tables["test"] = _filled(
            attempt(
                "Twitter Test", lambda: twitter_test(responses, found["acts"], random_state=random_state)
            ),
            "n",
        )
    tables["channels"] = attempt("channels", lambda: channels(responses, random_state=random_state))
    tables["week"] = _filled(
        attempt("week", lambda: response_week(need, tz=tz, random_state=random_state)), "n"
    )
    tables["waiting"] = attempt("waiting list", lambda: waiting_list(responses, mentions))
    tables["load"] = attempt("capacity", lambda: capacity(need, tz=tz))
    if tables["load"] is not None and tables["load"]["complete"].any():
        steps = [step / 20 for step in range(61)]
        tables["scenario"] = attempt(
            "what if more wrote", lambda: capacity_scenario(tables["load"], growth=steps)
        )
    return tables


def triage(responses: pd.DataFrame, *, random_state: int = 0) -> pd.DataFrame:
    """Count what the messages to the brand want, and which of them were ever answered.

    Returns intent, n (messages), n_people, share, low, high (of all whose language is read; people drawn
    anew), n_answered, n_waiting.
    """
    from insight.statistics import bootstrap_ratio

    read = responses[responses["intent"].notna()]
    person = read["author_id"].astype(object).where(read["author_id"].notna(), read["mention_id"])
    number = pd.factorize(person)[0]
    everyone = np.bincount(number)
    rows = []
    for name, part in read.groupby(read["intent"].astype(str), sort=False):
        mine = np.bincount(number[read.index.get_indexer(part.index)], minlength=len(everyone))
        low, high = bootstrap_ratio(mine, everyone, random_state=random_state)
        n_answered = int(part["responded"].sum())
        n = len(part)
        rows.append((name, n, int((mine > 0).sum()), n / len(read), low, high, n_answered, n - n_answered))
    names = ["intent", "n", "n_people", "share", "low", "high", "n_answered", "n_waiting"]
    table = pd.DataFrame(rows, columns=names)
    order = list(responses["intent"].cat.categories)
    return table.sort_values("intent", key=lambda names: names.map(order.index), ignore_index=True)


def _reach(
    mentions: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    wants: pd.DataFrame | None,
    found: dict[str, Any],
    attempt: Attempt,
    *,
    tz: str,
) -> dict[str, Any]:
    from insight.conversations import escalations, handoffs, presence
    from insight.conversations.places import in_private

    own = found["own"] if "acts" in found else None
    about, names = _topics(topics)
    tables = {
        "presence": _filled(
            attempt("presence", lambda: presence(mentions, about, brand=own, names=names)), "n"
        )
    }
    if "acts" in found and mentions["created_at"].notna().any():
        tables["handoffs"] = _filled(
            attempt("handoffs", lambda: handoffs(mentions, found["acts"], intents=wants)), "n_moved"
        )
    if wants is not None and in_private(mentions[mentions["created_at"].notna()]).any():
        tables["escalations"] = attempt("escalations", lambda: escalations(mentions, wants))
    return tables


def _topics(topics: Any) -> tuple[pd.DataFrame | None, pd.Series | None]:  # noqa: ANN401
    if topics is None:
        return None, None
    return topics.assignments, topics.table.set_index("topic")["name"]


def _storms(
    mentions: pd.DataFrame,
    heard: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    events: pd.DataFrame | None,
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.incidents import outages, spikes, storms

    dates = mentions.loc[(mentions["side"] != "brand") & mentions["author_id"].notna(), "created_at"].dropna()
    if dates.empty or (dates.max() - dates.min()).days < 28:
        return {}
    days = attempt("spikes", lambda: spikes(mentions, _topics(topics)[0], tz=tz))
    timed = mentions["time_precision"].isin(["s", "min"]) & mentions["created_at"].notna()
    return {
        "spikes": _filled(days, "n_people"),
        "briefs": () if days is None else _briefs(mentions, heard, days, attempt, tz=tz),
        "storms": attempt(
            "storms", lambda: storms(mentions, heard, events=events, tz=tz, random_state=random_state)
        ),
        "outages": attempt("outages", lambda: outages(mentions, heard)) if timed.any() else None,
    }


def bursts(days: pd.DataFrame) -> pd.DataFrame:
    """Sum up each burst of talk: its fullest day, with start, end and n_days; largest first."""
    flagged = days[(days["by"] == "all") & days["flagged"].astype(bool)]
    fullest = flagged.sort_values(["n_people", "day"], ascending=[False, True]).drop_duplicates("spike")
    span = flagged.groupby("spike")["day"].agg(start="min", end="max", n_days="size").reset_index()
    return fullest.merge(span, on="spike")


def _briefs(
    mentions: pd.DataFrame, heard: pd.DataFrame, days: pd.DataFrame, attempt: Attempt, *, tz: str
) -> tuple[pd.DataFrame, ...]:
    from insight.incidents import incident_brief

    found = []
    for row in bursts(days).head(MOST_BURSTS).to_dict("records"):
        start, end = (
            day.tz_localize(tz, ambiguous=True, nonexistent="shift_forward")
            for day in (row["start"], row["end"] + pd.Timedelta(days=1))
        )
        brief = attempt("brief", partial(incident_brief, mentions, heard, start=start, end=end))
        if brief is not None:
            brief.attrs |= {"spike": int(row["spike"]), "start": start, "end": end}
            found.append(brief)
    return tuple(found)


def _circles(
    mentions: pd.DataFrame,
    heard: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.people import advocates, contribution, ladder, niches, ties
    from insight.streams import compare_streams

    about, names = _topics(topics)
    found: dict[str, Any] = {}
    if len(mentions.loc[mentions["side"] != "brand", "addressed"].dropna().unique()) == 2:
        found["streams"] = _filled(
            attempt("streams", lambda: compare_streams(mentions, heard, assignments=about, names=names)), "n"
        )
    people = (mentions["side"] != "brand") & mentions["author_id"].notna()
    if about is not None and people.any():
        found["niches"] = attempt("niches", lambda: niches(mentions, about, random_state=random_state))
    if (people & mentions["created_at"].notna()).any():
        found["ladder"] = _filled(
            attempt("ladder", lambda: ladder(mentions, heard, tz=tz, random_state=random_state)), "n"
        )
        found["advocates"] = attempt("advocates", lambda: advocates(mentions, heard, tz=tz))
        found["ties"] = attempt("ties", lambda: ties(mentions))
        found["contribution"] = attempt("contribution", lambda: contribution(mentions, heard))
    return found


def _rivals(
    mentions: pd.DataFrame,
    heard: pd.DataFrame,
    topics: Any,  # noqa: ANN401
    attempt: Attempt,
    *,
    tz: str,
    random_state: int,
) -> dict[str, Any]:
    from insight.incidents import rivals

    named = mentions.loc[(mentions["side"] != "brand") & mentions["author_id"].notna(), "brand"].dropna()
    if named.nunique() < 2 or mentions["created_at"].isna().all():
        return {}
    about = _topics(topics)[0]
    return {
        "rivals": attempt(
            "rivals",
            lambda: rivals(mentions, heard, assignments=about, tz=tz, random_state=random_state),
        )
    }


def dialogue_sections(dialogue: Dialogue, *, minimum: int, tz: str) -> list[dict[str, Any]]:
    """Arrange the rooms of the conversation; a room is there only when it has something to say."""
    from insight.report.capacity_room import capacity_room
    from insight.report.presence_room import presence_room
    from insight.report.twitter_room import twitter_room

    rooms = []
    if dialogue.test is not None:
        rooms.append(twitter_room(dialogue.test, dialogue, minimum=minimum, tz=tz))
    if dialogue.presence is not None and dialogue.presence["n_present"].sum():
        rooms.append(presence_room(dialogue.presence, dialogue, minimum=minimum))
    if dialogue.load is not None and dialogue.load["complete"].sum() > 1:
        rooms.append(capacity_room(dialogue.load, dialogue))
    return rooms
