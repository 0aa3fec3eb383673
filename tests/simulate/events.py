"""What happens on top of daily talk: an outage, a storm, a contest, bots, the brand's own posts, reposts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .people import draw_answers, moment, weighted
from .plan import DAY, DEALS, HOUR, MAIN, QUOTES, START, WEEK, Message, Person, Plan, topics


def add_events(plan: Plan, people: list[Person], *, next_key: int) -> tuple[list[Message], dict[int, tuple]]:
    """Extra messages by people who are around during an event, and the answers they are promised."""
    rng = plan.rng("events")
    posts: list[Message] = []
    answers: dict[int, tuple] = {}
    shares = {"outage": 0.55, "rival": 0.3, "contest": 0.45, "misuse": 0.25, "celebrity": 0.2}
    names = {"rival": "rival_discontent", "misuse": "hashtag_backlash"}
    for event, window in plan.windows.items():
        topic = names.get(event, event)
        for person in people if event in shares else ():
            around = person.joined < window[0] and person.left > window[1] and person.lang == "en"
            if not around or person.platform not in ("x", "reddit") or rng.random() >= shares[event]:
                continue
            if person.platform == "reddit" and event in ("contest", "misuse"):
                continue
            for _ in range(1 + int(rng.random() < 0.2)):
                created = window[0] + int(rng.random() ** 1.4 * (window[1] - window[0]))
                intent = weighted(rng, topics()[topic]["intents"])
                space = person.platform if person.platform == "x" else "pellwick"
                addressed = rng.random() >= topics()[topic]["wild"] or space == "pellwick"
                key = next_key + len(posts)
                post = Message(key, person.index, person.platform, space, created, topic, intent, "start",
                               person.lang, None, key, addressed)  # fmt: skip
                answers[post.key] = draw_answers(plan, rng, post)
                posts.append(post)
    return posts, answers


def brand_posts(plan: Plan, *, next_key: int) -> list[Message]:
    """Plan what the brand says unasked: three or four posts a week, the contest, misused tags, an apology."""
    rng = plan.rng("broadcasts")
    posts: list[Message] = []

    def post(created: float, topic: str, note: str = "") -> None:
        key = next_key + len(posts)
        posts.append(
            Message(
                key,
                MAIN,
                "x",
                "x",
                int(created),
                topic,
                "broadcast",
                "broadcast",
                "en",
                None,
                key,
                True,
                note,
            )
        )

    for week in range(plan.n_weeks):
        for weekday in range(7):
            if rng.random() < 0.52:
                post(moment(rng, START + week * WEEK + weekday * DAY), "broadcast")
    windows = plan.windows
    if windows:
        start, end = windows["misuse"]
        for hour in (-3, 0, 2, 5, 9):
            post(start + (hour - 1 + rng.random()) * HOUR, "broadcast", "misuse")
        post(start + 0.6 * (end - start), "broadcast", "apology")
        for day in (0, 6, 13):
            post(windows["contest"][0] + day * DAY, "contest", "contest")
        for hours in (2.5, 9, 30.5):
            post(windows["outage"][0] + hours * HOUR, "outage", "status")
    return [m for m in posts if m.created < plan.end]


def bot_posts(plan: Plan, *, next_key: int) -> list[Message]:
    """Plan a deal bot, about nine a month, and a quote bot, every third day."""
    rng = plan.rng("bots")
    posts: list[Message] = []
    for day in range((plan.end - START) // DAY):
        for person, share, topic in ((DEALS, 0.3, "deal_bot"), (QUOTES, 0.33, "quote_bot")):
            if rng.random() < share:
                key = next_key + len(posts)
                created = START + day * DAY + 6 * HOUR + int(rng.random() * 60)
                addressed = topic == "quote_bot"
                posts.append(
                    Message(key, person, "x", "x", created, topic, "bot", "bot", "en", None, key, addressed)
                )
    return posts


def reposts(plan: Plan, messages: list[Message], people: list[Person], *, next_key: int) -> list[Message]:
    """Let people pass on what moves them, complaints more than questions; never as a newcomer's first act."""
    rng = plan.rng("reposts")
    around = [p for p in people if p.platform == "x" and p.left > p.joined]
    originals = [m for m in messages if m.platform == "x" and m.role in ("start", "broadcast")]
    weight = {"complaint": 0.07, "compliment": 0.04, "idea": 0.04, "broadcast": 0.2}
    passed: list[Message] = []
    for message in originals:
        if not around or rng.random() >= weight.get(message.intent, 0.02):
            continue
        created = message.created + int(HOUR * np.exp(1.5 * rng.standard_normal()))
        for person in (around[int(rng.random() * len(around))] for _ in range(12)):
            if person.joined < created < min(person.left, plan.end) and person.index != message.person:
                key = next_key + len(passed)
                repost = replace(message, key=key, person=person.index, created=created, role="repost")
                passed.append(replace(repost, parent=message.key, note=""))
                break
    return passed
