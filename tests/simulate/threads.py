"""Who answers whom: the brand, other customers, the follow-ups; tickets and those that end in public."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from .people import draw_answers, draw_topic, draw_wait, live, moment, start_message, weighted
from .plan import COPY_SHARE, DAY, ESCALATE, HELP, HOUR, MAIN, Message, Person, Plan, topics

_FOLLOW_UP = {
    "help": {"thanks": 4, "info": 4, "still": 2},
    "complaint": {"thanks": 2, "info": 3, "still": 5},
    "idea": {"thanks": 4, "chat": 6},
    "compliment": {"chat": 6, "thanks": 4},
    "question": {"thanks": 7, "chat": 2, "info": 1},
    "chat": {"chat": 1},
}
_PREVIOUS = -1  # stands for the key of the message before it in a chain
_SECOND = {"still": 0.55, "info": 0.7, "thanks": 0.08, "chat": 0.1}


def hang_comments(plan: Plan, messages: list[Message]) -> list[Message]:
    """Turn over half of the later Reddit messages into comments under a young thread of the same room."""
    rng = plan.rng("threads")
    threads: dict[tuple[str, str], list[Message]] = defaultdict(list)
    hung = []
    for message in sorted(messages, key=lambda m: (m.created, m.key)):
        if message.platform != "reddit":
            hung.append(message)
            continue
        open_threads = [
            t for t in threads[message.space, message.topic][-12:]
            if DAY <= message.created - t.created <= 14 * DAY and t.person != message.person
        ]  # fmt: skip
        if open_threads and message.note != "first" and rng.random() < 0.75:
            parent = open_threads[int(rng.random() * len(open_threads))]
            message = replace(message, parent=parent.key, root=parent.key, role="comment")
        else:
            threads[message.space, message.topic].append(message)
        hung.append(message)
    return hung


def add_answers(
    plan: Plan, messages: list[Message], answers: dict[int, tuple], people: list[Person]
) -> list[Message]:
    """Every message with the answers it was promised: peers, the brand, follow-ups; nothing after the end."""
    rng = plan.rng("answers")
    next_key = 1 + max(m.key for m in messages)
    joined = np.array([p.joined for p in people])
    left = np.array([p.left for p in people])
    platform, lang = np.array([p.platform for p in people]), np.array([p.lang for p in people])
    everything = list(messages)
    for message in messages:
        brand, peer = answers.get(message.key, (None, None))
        replies: list[Message] = []
        if peer is not None and message.created + peer < plan.end:
            alive = (joined <= message.created + peer) & (left >= message.created + peer)
            alive &= platform == message.platform
            alive[message.person] = False
            if alive.any():
                speakers = alive & (lang == message.lang)
                candidates = np.flatnonzero(speakers if speakers.any() else alive)
                author = people[int(candidates[int(rng.random() * len(candidates))])]
                replies.append(_peer(rng, message, author, created=message.created + peer))
        if brand is not None and message.created + brand < plan.end:
            replies += _brand_thread(plan, rng, message, created=message.created + brand)
        for reply in replies:
            parent = next_key - 1 if reply.parent == _PREVIOUS else reply.parent
            everything.append(replace(reply, key=next_key, parent=parent))
            next_key += 1
    return everything


def _peer(rng: np.random.Generator, message: Message, author: Person, *, created: int) -> Message:
    intent = "metoo" if rng.random() < 0.55 else "advice"
    note = "deleted" if message.platform == "reddit" and rng.random() < 0.03 else ""
    return Message(-1, author.index, message.platform, message.space, created, message.topic, intent, "peer",
                   message.lang, message.key, message.root, message.platform == "reddit", note)  # fmt: skip


def _brand_thread(plan: Plan, rng: np.random.Generator, message: Message, *, created: int) -> list[Message]:
    """Plan the brand's first answer, perhaps a follow-up and a second answer; a chain of parents."""
    writer = MAIN if message.platform == "x" and rng.random() < 0.3 else HELP
    copies = plan.windows.get("copies", (0, 0))
    is_copy = (
        message.platform == "x" and message.intent == "complaint" and copies[0] <= created < copies[1]
        and rng.random() < COPY_SHARE
    )  # fmt: skip
    note = f"copy:{int(rng.random() * 3)}" if is_copy else ""
    base = replace(message, person=writer, role="brand", created=created, parent=message.key, note=note)
    chain = [base]
    if message.platform == "zendesk" and rng.random() < 0.25:
        halfway = (message.created + created) // 2
        chain.insert(0, replace(base, role="note", created=halfway, note=""))
    if message.platform != "google_play" and rng.random() < 0.38:
        mood = weighted(rng, _FOLLOW_UP[message.intent])
        later = created + draw_wait(rng, 1.5)
        chain.append(replace(message, intent=mood, role="followup", created=later, parent=_PREVIOUS, note=""))
        if rng.random() < _SECOND[mood]:
            again = later + draw_wait(rng, 2.0)
            chain.append(replace(base, intent=mood, role="brand2", created=again, parent=_PREVIOUS, note=""))
    return [m for m in chain if m.created < plan.end]


def over_limit(plan: Plan, messages: list[Message]) -> set[int]:
    """Return the keys of answers on X beyond the day's limit, and of whatever was said under them.

    A newcomer's first message is never left out; of the others those come first that are answered first.
    """
    if plan.daily_limit is None:
        return set()
    by_key = {m.key: m for m in messages}
    answers: dict[int, list[Message]] = defaultdict(list)
    for m in messages:
        if m.platform == "x" and m.role in ("brand", "brand2") and m.parent is not None:
            answers[m.created // DAY].append(m)
    gone: set[int] = set()
    for day in answers.values():
        newcomers = {m.key for m in day if m.parent is not None and by_key[m.parent].note == "first"}
        ranked = sorted(day, key=lambda m: (m.key not in newcomers, m.created, m.key))
        gone.update(m.key for m in ranked[plan.daily_limit :] if m.key not in newcomers)
    for m in messages:  # in order of time: what hangs under an answer follows it
        if m.parent in gone and m.role in ("followup", "brand2"):
            gone.add(m.key)
    return gone


def make_reviews(plan: Plan, people: list[Person]) -> tuple[list[Message], dict[int, tuple]]:
    """One app review a reviewer, more of them while the cloud is down; some with no word beside the stars."""
    rng = plan.rng("reviews")
    reviews, answers = [], {}
    outage = plan.windows.get("outage")
    for person in people:
        if person.platform != "google_play":
            continue
        created, topic = person.joined, ""
        if outage and rng.random() < 0.08:
            created, topic = outage[0] + int(rng.random() * (outage[1] + 12 * HOUR - outage[0])), "outage"
        topic = topic or draw_topic(rng, space="google_play", lang=person.lang, issue=person.issue)
        intent = weighted(rng, topics()[topic]["intents"])
        note = "stars only" if rng.random() < 0.15 else ""
        created = min(created, plan.end - 1)
        review = Message(0, person.index, "google_play", "com.pellwick.app", created, topic, intent, "review",
                         person.lang, None, None, True, note)  # fmt: skip
        answers[person.index] = draw_answers(plan, rng, review) if not note else (None, None)
        reviews.append(review)
    return reviews, answers


def make_tickets(
    plan: Plan, people: list[Person]
) -> tuple[list[Message], dict[int, tuple], list[tuple[int, int]]]:
    """Plan tickets by e-mail and phone; who waits goes public: (index in tickets, epoch of the post)."""
    rng = plan.rng("tickets")
    tickets: list[Message] = []
    answers: dict[int, tuple] = {}
    public: list[tuple[int, int]] = []
    for person in people:
        if person.platform != "zendesk":
            continue
        created = person.joined
        for _ in range(1 + (rng.random() < 0.15)):
            topic = draw_topic(rng, space="zendesk", lang=person.lang, issue=person.issue)
            intent = weighted(rng, topics()[topic]["intents"])
            space = "phone" if rng.random() < 0.35 else "email"
            ticket = Message(0, person.index, "zendesk", space, created, topic, intent, "ticket", person.lang)
            wait = draw_answers(plan, rng, ticket)[0]
            answers[len(tickets)] = (wait, None)
            odds = ESCALATE[wait is not None and wait <= 2 * DAY] if plan.effects else 0.0
            later = created + draw_wait(rng, 24 * 5)
            if rng.random() < odds and later < plan.end and topic != "howto":
                public.append((len(tickets), later))
            tickets.append(ticket)
            created = moment(rng, created + int((20 + 90 * rng.random()) * DAY))
            if created >= plan.end:
                break
    return tickets, answers, public


def go_public(
    plan: Plan, tickets: list[Message], public: list[tuple[int, int]], people: list[Person], *, next_key: int
) -> tuple[list[Message], dict[int, tuple], list[Person]]:
    """Plan the public posts of escalated cases and, for each, a person on X with the customer's name."""
    rng = plan.rng("escalations")
    posts: list[Message] = []
    answers: dict[int, tuple] = {}
    joined: list[Person] = []
    for at, created in public:
        ticket = tickets[at]
        owner = people[ticket.person]
        person = replace(owner, index=len(people) + len(joined), platform="x", way_in="escalated",
                         joined=created, left=created, issue=ticket.topic, n_weeks=1)  # fmt: skip
        post = start_message(plan, rng, person, created=created, key=next_key + len(posts))
        post = replace(post, topic=ticket.topic, intent="complaint", addressed=True, note=f"escalation:{at}")
        joined.append(live(plan, rng, person, post, posts, answers, next_key=next_key))
    return posts, answers, joined
