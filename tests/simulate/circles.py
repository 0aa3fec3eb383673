"""Circles of people who stay: small crowds with talk of their own, and those who tell others to buy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .people import moment
from .plan import ADVOCATE_SHARE, DAY, NICHE_SHARE, NICHES, Message, Person, Plan, topics

_STAYED = 60 * DAY
_YOUNG = 21 * DAY
_REPLIES = 0.5  # of a crowd's messages answer another of its members


def circle_posts(plan: Plan, people: list[Person], *, next_key: int) -> list[Message]:
    """Plan what the members of circles say on top of their other messages, within their time in the archive.

    A person is in one circle at most; each writes three to five times about what their circle cares for.
    """
    rng = plan.rng("circles")
    posts: list[Message] = []
    for topic, members in _circles(plan, people, rng):
        intent = next(iter(topics()[topic]["intents"]))
        said = sorted(_moments(rng, members, plan.end))
        recent: list[Message] = []
        for created, index in said:
            person, key = people[index], next_key + len(posts)
            space = NICHES.get(topic, "x")
            post = Message(key, index, person.platform, space, created, topic, intent, "start", person.lang,
                           None, key, space == "pellwick", "circle")  # fmt: skip
            young = [m for m in recent[-6:] if created - m.created <= _YOUNG and m.person != index]
            if topic in NICHES and young and rng.random() < _REPLIES:
                parent = young[int(rng.random() * len(young))]
                post = Message(key, index, person.platform, space, created, topic, intent, "comment",
                               person.lang, parent.key, parent.root, post.addressed, "circle")  # fmt: skip
            recent.append(post)
            posts.append(post)
    return posts


def _circles(
    plan: Plan, people: list[Person], rng: np.random.Generator
) -> Iterator[tuple[str, list[Person]]]:
    """Draw each circle's members among the English-speaking people who stay for two months or more."""
    shares = {**dict.fromkeys(NICHES, NICHE_SHARE), "recommend": ADVOCATE_SHARE} if plan.effects else {}
    order = rng.permutation(len(people))
    taken: set[int] = set()
    for topic, share in shares.items():
        platform = "x" if NICHES.get(topic, "x") == "x" else "reddit"
        suited = [
            person for person in (people[int(at)] for at in order)
            if person.platform == platform and person.lang == "en" and person.left - person.joined >= _STAYED
            and person.index not in taken and not person.loud and person.way_in != "host"
        ]  # fmt: skip
        members = suited[: round(share * plan.n_people)]
        taken.update(person.index for person in members)
        yield topic, members


def _moments(rng: np.random.Generator, members: list[Person], end: int) -> Iterator[tuple[int, int]]:
    for person in members:
        for _ in range(3 + int(rng.random() * 3)):
            created = moment(rng, person.joined + int(rng.random() * (person.left - person.joined)))
            yield min(max(created, person.joined + DAY), person.left, end - 1), person.index
