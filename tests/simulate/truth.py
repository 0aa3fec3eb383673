"""What was planted, told exactly: the answer sheet of a simulated archive."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .people import channel_of
from .plan import DAY, DEALS, HELP, MAIN, QUOTES, REPLY_ODDS, Message, Person, Plan, hazard, topics


@dataclass(frozen=True)
class Truth:
    """What is planted in a simulated archive.

    Attributes
    ----------
    effects : bool
        False for the null archive: needs and volumes as ever, none of the planted differences.
    messages : DataFrame
        One row a message: mention_id (`platform:native id`; Reddit ids carry t1_ or t3_), native_id,
        platform, channel, created_at, person (number in `people`, negative for brand and bots), author (as
        the file shows it; missing in reviews), topic, intent, role (start, comment, peer, followup, brand,
        brand2, broadcast, repost, review, ticket, note, bot), lang, addressed, parent_id, note. A review
        of stars only has no id in its file.
    people : DataFrame
        One row a person: person, author, platform, way_in (steady, elder, host, celebrity, contest, outage,
        rival, escalated), lang, loud, joined_at, last_at, answered (first message within a day, by anybody),
        came_back (planted: lives past the first week), n_weeks (planted length of stay; its last week always
        holds a message unless the archive ends first), censored (the archive ends before that week does),
        circle (the small crowd whose talk they share, "recommend" for an advocate; missing for most).
    needs : DataFrame
        One row a need, most people first: rank, topic, name, latent, n_people (identified authors who voice
        it), n_reviewers, n_messages.
    answers : DataFrame
        One row a channel and intent: rate (planted share answered by the brand), wait_hours (planted median),
        n, n_answered (inside the archive; messages near its end may still wait).
    reply_odds : float
        Planted odds of coming back, first message answered within a day v. not, within an intent; 1 if null.
    reply_effect : DataFrame
        One row an intent, plus "all": n_answered, n_back_answered, n_unanswered, n_back_unanswered, of
        newcomers other than the celebrity's and the contest's.
    hazard : DataFrame
        One row a tenure week: hazard, the planted weekly chance of leaving, after the first week.
    outage, celebrity, contest, rival, misuse, copies : tuple of two Timestamps or None
        Start and end of the cloud outage, the celebrity's joiners, the contest, the rival's discontent, the
        storm over misused hashtags, and the months in which the brand copies replies.
    escalations : DataFrame
        One row a case that went from phone or e-mail to public: customer, ticket_id, public_id, channel,
        days.
    hashtag_misuse, apology : tuple of str
        mention_ids of the brand's posts that ride tags not its own, and of the apology.
    copied_replies : DataFrame
        One row a form letter sent: mention_id, letter.
    daily_limit : int or None
        Most answers of the brand on X in a day (UTC), beyond which only newcomers' first messages get one.
    bots, contest_entries : tuple of str
        Author names of automated accounts; mention_ids of contest noise.
    files : tuple of str
        Names of the files, in order.
    """

    effects: bool
    messages: pd.DataFrame
    people: pd.DataFrame
    needs: pd.DataFrame
    answers: pd.DataFrame
    reply_odds: float
    reply_effect: pd.DataFrame
    hazard: pd.DataFrame
    outage: tuple[pd.Timestamp, pd.Timestamp] | None
    celebrity: tuple[pd.Timestamp, pd.Timestamp] | None
    contest: tuple[pd.Timestamp, pd.Timestamp] | None
    rival: tuple[pd.Timestamp, pd.Timestamp] | None
    misuse: tuple[pd.Timestamp, pd.Timestamp] | None
    copies: tuple[pd.Timestamp, pd.Timestamp] | None
    escalations: pd.DataFrame
    hashtag_misuse: tuple[str, ...]
    apology: tuple[str, ...]
    copied_replies: pd.DataFrame
    daily_limit: int | None
    bots: tuple[str, ...]
    contest_entries: tuple[str, ...]
    files: tuple[str, ...]


def mention_id(message: Message, native: str) -> str:
    """Return the id that a reader gives the message."""
    if message.platform == "reddit":
        native = f"{'t3' if message.parent is None else 't1'}_{native}"
    return f"{message.platform}:{native}"


def tell(
    plan: Plan, messages: list[Message], people: list[Person], ids: dict[int, str], handles: dict[int, str],
    files: tuple[str, ...],
) -> Truth:  # fmt: skip
    """Fill in the answer sheet of a finished world."""
    table = _messages(messages, ids, handles)
    persons = _people(plan, people, handles, table)
    named: dict[str, list[Message]] = defaultdict(list)
    for m in messages:
        named[m.note.partition(":")[0]].append(m)
    marks = {note: tuple(mention_id(m, ids[m.key]) for m in group) for note, group in named.items()}
    windows = {name: tuple(pd.to_datetime(w, unit="s", utc=True)) for name, w in plan.windows.items()}
    copied = named.get("copy", [])
    return Truth(
        effects=plan.effects,
        messages=table,
        people=persons,
        needs=_needs(table),
        answers=_answers(plan, messages),
        reply_odds=REPLY_ODDS if plan.effects else 1.0,
        reply_effect=_reply_effect(persons, table),
        hazard=pd.DataFrame(
            {"week": range(1, plan.n_weeks), "hazard": [hazard(w) for w in range(1, plan.n_weeks)]}
        ),
        **{
            name: windows.get(name)
            for name in ("outage", "celebrity", "contest", "rival", "misuse", "copies")
        },
        escalations=_escalations(messages, ids, people),
        hashtag_misuse=marks.get("misuse", ()),
        apology=marks.get("apology", ()),
        copied_replies=pd.DataFrame(
            {"mention_id": list(marks.get("copy", ())), "letter": [int(m.note[5]) for m in copied]}
        ),
        daily_limit=plan.daily_limit,
        bots=tuple(handles[bot] for bot in (DEALS, QUOTES)),
        contest_entries=tuple(table.loc[(table.topic == "contest") & (table.person >= 0), "mention_id"]),
        files=files,
    )


def _messages(messages: list[Message], ids: dict[int, str], handles: dict[int, str]) -> pd.DataFrame:
    by_key = {m.key: m for m in messages}

    def id_of(key: int | None) -> str | None:
        return None if key is None else mention_id(by_key[key], ids[key])

    return pd.DataFrame(
        {
            "mention_id": [id_of(m.key) for m in messages],
            "native_id": [ids[m.key] for m in messages],
            "platform": [m.platform for m in messages],
            "channel": [m.space for m in messages],
            "created_at": pd.to_datetime([m.created for m in messages], unit="s", utc=True),
            "person": [m.person for m in messages],
            "author": [None if m.platform == "google_play" else handles[m.person] for m in messages],
            "topic": [m.topic for m in messages],
            "intent": [m.intent for m in messages],
            "role": [m.role for m in messages],
            "lang": [m.lang for m in messages],
            "addressed": [m.addressed for m in messages],
            "parent_id": [id_of(m.parent) for m in messages],
            "note": [m.note.partition("#")[0] for m in messages],
        }
    )


def _people(plan: Plan, people: list[Person], handles: dict[int, str], table: pd.DataFrame) -> pd.DataFrame:
    last = table[table.person >= 0].groupby("person").created_at.max()
    frame = pd.DataFrame(
        {
            "person": [p.index for p in people],
            "author": [None if p.platform == "google_play" else handles[p.index] for p in people],
            "platform": [p.platform for p in people],
            "way_in": [p.way_in for p in people],
            "lang": [p.lang for p in people],
            "loud": [p.loud for p in people],
            "joined_at": pd.to_datetime([p.joined for p in people], unit="s", utc=True),
            "answered": pd.array([p.answered for p in people], dtype="boolean"),
            "came_back": [p.n_weeks > 1 for p in people],
            "n_weeks": [p.n_weeks for p in people],
            "censored": [p.joined + p.n_weeks * 7 * DAY > plan.end for p in people],
        }
    )
    frame.insert(7, "last_at", frame.person.map(last))
    circle = table[table.note == "circle"].drop_duplicates("person").set_index("person").topic
    frame["circle"] = frame.person.map(circle).astype("str")
    return frame


def _needs(table: pd.DataFrame) -> pd.DataFrame:
    voiced = table[table.role.isin(["start", "comment", "review", "ticket"]) | table.intent.eq("metoo")]
    rows = []
    for topic, planted in topics().items():
        if planted["group"] != "need":
            continue
        mine = voiced[voiced.topic == topic]
        reviewers = mine.role == "review"
        rows.append((topic, planted["name"], planted["latent"], mine[~reviewers].person.nunique(),
                     int(reviewers.sum()), len(mine)))  # fmt: skip
    frame = pd.DataFrame(rows, columns=["topic", "name", "latent", "n_people", "n_reviewers", "n_messages"])
    frame = frame.sort_values(["n_people", "topic"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _answers(plan: Plan, messages: list[Message]) -> pd.DataFrame:
    opened = [
        m for m in messages if m.role in ("start", "comment", "review", "ticket") and m.note != "stars only"
    ]
    answered = {m.parent for m in messages if m.person in (HELP, MAIN)}
    frame = pd.DataFrame(
        {
            "channel": [channel_of(m) for m in opened],
            "intent": [m.intent for m in opened],
            "answered": [m.key in answered for m in opened],
        }
    )
    counted = frame.groupby(["channel", "intent"]).answered.agg(n="size", n_answered="sum").reset_index()
    pairs: list[Any] = list(zip(counted.channel, counted.intent, strict=True))
    counted.insert(2, "rate", [plan.answer_rate(*pair) for pair in pairs])
    counted.insert(3, "wait_hours", [plan.answer_median(*pair) for pair in pairs])
    return counted


def _reply_effect(people: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    first = table[table.role.isin(["start"])].drop_duplicates("person").set_index("person").intent
    counted = people[people.answered.notna() & ~people.way_in.isin(["elder", "host", "celebrity", "contest"])]
    counted = counted.assign(intent=counted.person.map(first))
    rows = []
    for intent in [*sorted(counted.intent.unique()), "all"]:
        mine = counted if intent == "all" else counted[counted.intent == intent]
        yes, no = mine[mine.answered], mine[~mine.answered]
        rows.append((intent, len(yes), int(yes.came_back.sum()), len(no), int(no.came_back.sum())))
    return pd.DataFrame(
        rows, columns=["intent", "n_answered", "n_back_answered", "n_unanswered", "n_back_unanswered"]
    )


def _escalations(messages: list[Message], ids: dict[int, str], people: list[Person]) -> pd.DataFrame:
    by_key = {m.key: m for m in messages}
    rows = []
    for m in messages:
        if m.note.startswith("escalation:"):
            ticket = by_key[int(m.note.partition(":")[2].partition("#")[0])]
            pair = (mention_id(ticket, ids[ticket.key]), mention_id(m, ids[m.key]))
            days = (m.created - ticket.created) / DAY
            rows.append((f"C-{ticket.person:05d}", *pair, ticket.space, days))
    return pd.DataFrame(rows, columns=["customer", "ticket_id", "public_id", "channel", "days"])
