"""Who comes, when, and how long each stays: newcomers, elders, joiners of a spike, loud authors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .grammar import Draft, load_rules
from .plan import (
    DAY,
    HOUR,
    LOUD_SHARE,
    PEER_RATE,
    PEER_WAIT,
    REDDIT_SHARE,
    REVIEW_SHARE,
    START,
    TICKET_SHARE,
    WAYS_IN,
    WEEK,
    Message,
    Person,
    Plan,
    hazard,
    topics,
    world,
)
from .voice import load_voices

_HOURS = np.array(
    [2, 1, 1, 1, 2, 6, 12, 16, 15, 11, 9, 8, 8, 8, 7, 7, 8, 9, 11, 13, 14, 12, 8, 4], dtype=float
)
_SPOKEN = {  # topics that the German and Spanish grammars know
    "refund_wait", "app_wifi", "descale_alarm", "cup_volume", "lid_leak", "preheat", "quiet_mode",
    "subscription_pause", "praise_coffee", "howto", "outage",
}  # fmt: skip


def weighted(rng: np.random.Generator, weights: Mapping[str, float]) -> str:
    """One key, drawn by weight."""
    at = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        at -= weight
        if at < 0:
            return name
    return name


def moment(rng: np.random.Generator, day: int) -> int:
    """Draw a second of that day, by the hours at which people write about coffee."""
    hour = int(np.searchsorted(np.cumsum(_HOURS), rng.random() * _HOURS.sum(), side="right"))
    return day // DAY * DAY + hour * HOUR + int(rng.random() * HOUR)


def draw_topic(rng: np.random.Generator, *, space: str, lang: str, issue: str) -> str:
    """Draw what a message is about: in a third of all cases the person's own issue, if it fits."""
    weights = {
        name: table["weight"] * table["spaces"][space]
        for name, table in topics().items()
        if table["group"] in ("need", "other")
        and table["spaces"].get(space)
        and (lang == "en" or name in _SPOKEN)
    }
    return issue if issue in weights and rng.random() < 0.38 else weighted(rng, weights)


def make_people(plan: Plan) -> list[Person]:
    """Everybody who has a first message of their own, in the order in which they are invented."""
    rng = plan.rng("people")
    n = plan.n_people
    platforms = ["google_play"] * round(n * REVIEW_SHARE) + ["zendesk"] * round(n * TICKET_SHARE)
    platforms += ["social"] * (n - len(platforms))
    people = []
    for index, platform in enumerate(platforms):
        way_in = (
            weighted(rng, {**WAYS_IN, "steady": 1 - sum(WAYS_IN.values())})
            if platform == "social"
            else "steady"
        )
        if index >= n - 6:
            way_in = "host"
        if way_in not in ("host", "elder", "steady") and way_in not in plan.windows:
            way_in = "steady"
        if platform == "social":
            x_only = way_in in ("celebrity", "contest", "outage")
            platform = "reddit" if (rng.random() < REDDIT_SHARE and not x_only) else "x"
            platform = ("x", "reddit")[index % 2] if way_in == "host" else platform
        people.append(_person(plan, rng, index=index, platform=platform, way_in=way_in))
    return people


def _person(plan: Plan, rng: np.random.Generator, *, index: int, platform: str, way_in: str) -> Person:
    plain = way_in in ("steady", "elder", "outage")
    lang = weighted(rng, {"en": 0.81, "de": 0.12, "es": 0.07}) if plain and platform != "reddit" else "en"
    voices = {str(at): voice.share for at, voice in enumerate(load_voices())}
    needs = {
        name: table["weight"] * table["spaces"][platform]
        for name, table in topics().items()
        if table["group"] == "need" and table["spaces"].get(platform)
    }
    draft = Draft(load_rules("shared"), "", rng, {})
    name = f"{draft.say('first')} {draft.say('last')}"
    return Person(
        index=index,
        platform=platform,
        way_in=way_in,
        lang=lang,
        voice=int(weighted(rng, voices)),
        issue=weighted(rng, needs),
        joined=_joined(plan, rng, way_in),
        name=name,
        loud=rng.random() < LOUD_SHARE and way_in == "steady",
    )


def _joined(plan: Plan, rng: np.random.Generator, way_in: str) -> int:
    if way_in == "host":
        return START + int(rng.random() * HOUR)
    if way_in == "elder":
        return moment(rng, START + int(rng.random() * WEEK))
    if way_in in plan.windows:
        start, end = plan.windows[way_in]
        skew = rng.random() ** (2.5 if way_in == "celebrity" else 1.2)
        return start + int(skew * (end - start - 1))
    share = rng.random()
    share = (-1 + np.sqrt(1 + 3 * share)) if share < 1 else share  # joiners double from first to last week
    return moment(rng, START + int(share * (plan.end - START - DAY)))


def make_careers(plan: Plan, people: list[Person]) -> tuple[list[Person], list[Message], dict[int, tuple]]:
    """Plan every social person's own messages, and for each (brand wait, peer wait) in seconds or None."""
    rng = plan.rng("careers")
    messages: list[Message] = []
    answers: dict[int, tuple] = {}
    lived = []
    for person in people:
        if person.platform in ("x", "reddit"):
            first = start_message(plan, rng, person, created=person.joined, key=len(messages), first=True)
            person = live(plan, rng, person, first, messages, answers)
        lived.append(person)
    return lived, messages, answers


def live(
    plan: Plan, rng: np.random.Generator, person: Person, first: Message, messages: list[Message],
    answers: dict[int, tuple], *, next_key: int = 0,
) -> Person:  # fmt: skip
    """Add a person's messages from the first on; the planted length of stay hangs on the first answer."""
    messages.append(first)
    answers[first.key] = draw_answers(plan, rng, first)
    answered = any(wait is not None and wait <= DAY for wait in answers[first.key])
    n_weeks = _length(plan, rng, person, first.intent, answered)
    habit = 0.12 + 0.5 * rng.random() ** 2
    last = person.joined
    for week in range(1, n_weeks):
        n_posts = (
            int(1 + rng.random() * 4) if person.loud else int(week == n_weeks - 1 or rng.random() < habit)
        )
        for _ in range(n_posts):
            created = _in_week(rng, person.joined + week * WEEK)
            if created < plan.end:
                message = start_message(plan, rng, person, created=created, key=next_key + len(messages))
                messages.append(message)
                answers[message.key] = draw_answers(plan, rng, message)
                last = max(last, created)
    return replace(person, n_weeks=n_weeks, answered=answered, left=last)


def _in_week(rng: np.random.Generator, start: int) -> int:
    """Draw a moment in the seven days from `start`; one that falls outside is pulled inside."""
    created = moment(rng, start + int(rng.random() * WEEK))
    return min(max(created, start), start + WEEK - 1)


def _length(plan: Plan, rng: np.random.Generator, person: Person, intent: str, answered: bool) -> int:
    if person.way_in == "host":
        return plan.n_weeks
    week = 1
    if person.way_in != "elder":
        if rng.random() >= plan.stay(intent, person.way_in, answered):
            return 1
        tenure = 0
    else:
        tenure = 12
    while rng.random() >= hazard(week + tenure) / (2 if person.loud else 1) and week < plan.n_weeks:
        week += 1
    return week + 1


def start_message(
    plan: Plan, rng: np.random.Generator, person: Person, *, created: int, key: int, first: bool = False
) -> Message:
    """Plan a message that opens a thread (or, on Reddit, may be hung under another later)."""
    space = person.platform
    topic = draw_topic(rng, space=space, lang=person.lang, issue=person.issue)
    if first and person.way_in in ("celebrity", "contest", "outage"):
        topic = person.way_in
    if first and person.way_in == "rival":
        topic = "rival_discontent"
    table = topics()[topic]
    intent = weighted(rng, table["intents"])
    if space == "reddit":
        room = (
            "countertopcoffee" if rng.random() < (0.35 if table["group"] == "need" else 0.6) else "pellwick"
        )
        addressed = room == "pellwick"
    else:
        room, addressed = "x", rng.random() >= table["wild"]
    note = "first" if first else ""
    return Message(key, person.index, space, room, created, topic, intent, "start", person.lang, None, key,
                   addressed, note)  # fmt: skip


def channel_of(message: Message) -> str:
    """Name the row of the planted channel table that governs answers to a message."""
    if message.platform == "x":
        return "x" if message.addressed else "x_wild"
    return message.space if message.platform == "zendesk" else message.platform


def draw_answers(plan: Plan, rng: np.random.Generator, message: Message) -> tuple[int | None, int | None]:
    """Seconds until the brand and until another customer answers; None where nobody does."""
    channel = channel_of(message)
    brand = peer = None
    about_us = not message.topic.startswith("rival_discontent")
    if about_us and rng.random() < plan.answer_rate(channel, message.intent):
        brand = draw_wait(rng, plan.answer_median(channel, message.intent))
    if rng.random() < PEER_RATE.get(message.platform, 0.0):
        peer = draw_wait(rng, PEER_WAIT[message.platform])
    return brand, peer


def draw_wait(rng: np.random.Generator, median: float) -> int:
    """Seconds of a lognormal wait with that median in hours; never under forty seconds."""
    return 40 + int(median * HOUR * np.exp(world()["answer_wait"]["sigma"] * rng.standard_normal()))
