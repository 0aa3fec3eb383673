"""The conversation, measured for the page: answers, load, conduct, rivals, storms, circles of people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.timeline.persons import by_people

from .attempts import Attempt, filled
from .attempts import attempt as attempt_in
from .crowd import measure_circles, measure_storms, topics_of

if TYPE_CHECKING:
    from insight.people import Credibility, Niches


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
    interactions: pd.DataFrame | None = None
    presence: pd.DataFrame | None = None
    handoffs: pd.DataFrame | None = None
    peer_help: pd.DataFrame | None = None
    escalations: pd.DataFrame | None = None
    index: pd.DataFrame | None = None
    marks: pd.DataFrame | None = None
    hashtags: pd.DataFrame | None = None
    playbook: pd.DataFrame | None = None
    spikes: pd.DataFrame | None = None
    storms: pd.DataFrame | None = None
    outages: pd.DataFrame | None = None
    credibility: Credibility | None = None
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
    wants: pd.DataFrame | None = None,
    responses: pd.DataFrame | None = None,
    own: str | None = None,
    events: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
    tz: str = "UTC",
    reasons: dict[str, str],
    random_state: int = 0,
) -> Dialogue:
    """Measure the conversation; what raises an InsightError leaves its words in `reasons`.

    `wants` are the `intents` of the messages.
    """
    from insight.conversations import loop_closed, peer_help

    attempt = partial(attempt_in, reasons)
    found: dict[str, Any] = {"own": own, "ledger": ledger}
    speaks = bool((mentions["role"] == "brand").any())
    if speaks:
        found |= _conduct(mentions, own, attempt, tz=tz, random_state=random_state)
        found |= _answering(mentions, wants, responses, found, attempt, tz=tz, random_state=random_state)
        found |= _reach(mentions, topics, wants, found, attempt, tz=tz)
    if signals is not None and wants is not None:
        found |= measure_storms(mentions, signals, topics, events, attempt, tz=tz, random_state=random_state)
        found |= measure_circles(mentions, signals, topics, attempt, tz=tz, random_state=random_state)
        found["peer_help"] = filled(attempt("peer help", lambda: peer_help(mentions, wants)), "n")
        if speaks or (ledger is not None and ledger["decided"].notna().any()):
            loop = attempt("loop", lambda: loop_closed(mentions, wants, ledger=ledger))
            found["loop"] = filled(loop, "n")
    return Dialogue(**{name: value for name, value in found.items() if name != "acts"})


def _conduct(
    mentions: pd.DataFrame, own: str | None, attempt: Attempt, *, tz: str, random_state: int
) -> dict[str, Any]:
    from insight.conversations import (
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
        found["marks"] = attempt("form letters", lambda: form_letters(mentions, brand=own))
    found["hashtags"] = attempt(
        "hashtags", lambda: hashtag_audit(mentions, brand=own, random_state=random_state)
    )
    others = mentions.loc[by_people(mentions), "brand"].dropna()
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
    tables = {"responses": responses, "triage": triage(responses)}
    if "acts" in found:
        tables["test"] = filled(
            attempt("Twitter Test", lambda: twitter_test(responses, found["acts"])),
            "n",
        )
    tables["channels"] = attempt("channels", lambda: channels(responses))
    tables["week"] = filled(attempt("week", lambda: response_week(need, tz=tz)), "n")
    tables["waiting"] = attempt("waiting list", lambda: waiting_list(responses, mentions))
    tables["load"] = attempt("capacity", lambda: capacity(need, tz=tz))
    return tables


def triage(responses: pd.DataFrame) -> pd.DataFrame:
    """Count what the messages to the brand want, and which of them were ever answered.

    Returns intent, n (messages), n_people, share, low, high (of all whose language is read; by people),
    n_answered, n_waiting.
    """
    from insight.stats import shares

    read = responses[responses["intent"].notna()]
    person = read["author_id"].astype(object).where(read["author_id"].notna(), read["mention_id"])
    rows = []
    for name, part in read.groupby(read["intent"].astype(str), sort=False):
        n, n_answered = len(part), int(part["responded"].sum())
        share = shares(read["intent"].astype(str) == name, by=person).first()
        rows.append((name, n, person[part.index].nunique(), *share, n_answered, n - n_answered))
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

    own = found["own"] if "acts" in found else None
    about, names = topics_of(topics)
    tables = {
        "presence": filled(
            attempt("presence", lambda: presence(mentions, about, brand=own, names=names)), "n"
        )
    }
    if "acts" in found and mentions["created_at"].notna().any():
        tables["handoffs"] = filled(
            attempt("handoffs", lambda: handoffs(mentions, found["acts"], intents=wants)), "n_moved"
        )
    if wants is not None:
        tables["escalations"] = attempt("escalations", lambda: escalations(mentions, wants))
    return tables
