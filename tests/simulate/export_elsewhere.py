"""The files from other places: Reddit dumps, Play Console reviews, and tickets of the help desk."""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from typing import Any
from urllib.parse import quote

import numpy as np
from backports import zstd

from .export_x import table
from .plan import HELP, START, Message
from .scene import Scene, base36, iso

PLAY = (
    "Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device",
    "Review Submit Date and Time", "Review Submit Millis Since Epoch", "Review Last Update Date and Time",
    "Review Last Update Millis Since Epoch", "Star Rating", "Review Title", "Review Text",
    "Developer Reply Date and Time", "Developer Reply Millis Since Epoch", "Developer Reply Text",
    "Review Link",
)  # fmt: skip
_DEVICES = ("panther", "a52q", "beyond1", "caprip", "oriole", "dm1q", "lynx", "guam", "redfin", "cheetah")
_STARS = {
    "complaint": (1, 1, 2, 1), "help": (2, 1, 3), "idea": (3, 4, 3),
    "compliment": (5, 5, 4), "question": (4, 5), "chat": (3, 4),
}  # fmt: skip
_CONSOLE = "https://play.google.com/console/developers/app/reviews?reviewId="
_AGENTS = ("Mina", "Joel", "Suri", "Liam", "Ana", "Rolf")
_SECOND_LOOK = 129_600  # Arctic Shift fetches again after 36 hours


def community(scene: Scene, room: str, kind: str) -> bytes:
    """Write one room's submissions or comments as NDJSON with the fields of the Arctic Shift dumps, zstd."""
    by_key = {m.key: m for m in scene.of("reddit")}
    n_comments = Counter(m.root for m in by_key.values() if m.parent is not None)
    lines = []
    for m in by_key.values():
        if m.space == room and (m.parent is None) == (kind == "submissions"):
            own = _submission(scene, m, n_comments[m.key]) if m.parent is None else _comment(scene, m, by_key)
            record = dict(sorted((_reddit_common(scene, m) | own).items()))
            lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    options = {
        zstd.CompressionParameter.compression_level: 12,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    return zstd.compress("".join(lines).encode(), options=options)


def _reddit_common(scene: Scene, message: Message) -> dict[str, Any]:
    gone = message.note == "deleted"
    number = base36(70_000_000 + 7919 * (message.person + 10))
    score = 1 + int(14 * scene.rng.random() ** 4)
    return {
        "author": "[deleted]" if gone else scene.handles[message.person],
        "author_flair_text": None,
        "author_fullname": None if gone else f"t2_{number}",
        "archived": False,
        "created_utc": message.created,
        "distinguished": None,
        "edited": False,
        "gilded": 0,
        "id": scene.ids[message.key],
        "locked": False,
        "retrieved_on": message.created + _SECOND_LOOK,
        "score": score,
        "stickied": False,
        "subreddit": message.space,
        "subreddit_id": f"t5_{base36(sum(message.space.encode()) * 99_991)}",
        "subreddit_type": "public",
        "ups": score,
        "_meta": {"retrieved_2nd_on": message.created + _SECOND_LOOK},
    }


def _submission(scene: Scene, message: Message, n_comments: int) -> dict[str, Any]:
    own_id, written = scene.ids[message.key], scene.written[message.key]
    path = f"/r/{message.space}/comments/{own_id}/"
    return {
        "domain": f"self.{message.space}",
        "is_self": True,
        "link_flair_text": None,
        "name": f"t3_{own_id}",
        "num_comments": n_comments,
        "over_18": False,
        "permalink": path,
        "selftext": written.text,
        "title": written.title,
        "url": f"https://www.reddit.com{path}",
    }


def _comment(scene: Scene, message: Message, by_key: dict[int, Message]) -> dict[str, Any]:
    root, parent = by_key[message.root or 0], by_key[message.parent or 0]
    own_id, root_id = scene.ids[message.key], scene.ids[root.key]
    return {
        "body": "[deleted]" if message.note == "deleted" else scene.written[message.key].text,
        "controversiality": 0,
        "is_submitter": root.person == message.person,
        "link_id": f"t3_{root_id}",
        "name": f"t1_{own_id}",
        "parent_id": f"{'t3' if parent.parent is None else 't1'}_{scene.ids[parent.key]}",
        "permalink": f"/r/{message.space}/comments/{root_id}/comment/{own_id}/",
    }


def reviews(scene: Scene, span: tuple[int, int]) -> bytes:
    """Write the app reviews of a span with the developer's answers: UTF-16 with a byte order mark."""
    replies = {m.parent: m for m in scene.of("google_play") if m.role == "brand"}
    rows = [
        _review(scene, m, replies.get(m.key))
        for m in scene.of("google_play")
        if m.role == "review" and span[0] <= m.created < span[1]
    ]
    return b"\xff\xfe" + table(PLAY, rows).encode("utf-16-le")


def _review(scene: Scene, message: Message, reply: Message | None) -> list[Any]:
    text = scene.written[message.key].text
    rng = np.random.default_rng([message.key, 5])
    stars = _STARS[message.intent][int(rng.random() * len(_STARS[message.intent]))]
    version = 1 + (message.created - START) // 7_776_000
    when = [iso(message.created), message.created * 1000]
    answer = [iso(reply.created), reply.created * 1000, scene.written[reply.key].text] if reply else [""] * 3
    link = f"{_CONSOLE}{quote(scene.ids[message.key], safe='')}" if text else ""
    device = _DEVICES[int(rng.random() * len(_DEVICES))]
    build = ["com.pellwick.app", 4000 + 100 * version, f"4.{version}.0", message.lang, device]
    return [*build, *when, *when, stars, "", text, *answer, link]


def tickets(scene: Scene) -> bytes:
    """Write the help desk's JSON export: a ticket a line, with its comments, authors' roles, public flags."""
    comments = defaultdict(list)
    for m in scene.of("zendesk"):
        comments[m.root].append(m)
    opened = [m for m in scene.of("zendesk") if m.role == "ticket"]
    records = [_ticket(scene, m, comments[m.key], 40_112 + at) for at, m in enumerate(opened)]
    lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records]
    return gzip.compress("".join(lines).encode(), mtime=0)


def _ticket(scene: Scene, ticket: Message, thread: list[Message], number: int) -> dict[str, Any]:
    owner, written = scene.people[ticket.person], scene.written[ticket.key]
    requester = {
        "id": 9_100_000 + owner.index,
        "name": owner.name,
        "email": f"customer{owner.index}@mail.example",
        "role": "end-user",
        "external_id": f"C-{owner.index:05d}",
    }
    answered = any(m.person == HELP and m.role != "note" for m in thread)
    channel = "voice" if ticket.space == "phone" else "email"
    return {
        "url": f"https://pellwick.zendesk.example/api/v2/tickets/{number}.json",
        "id": number,
        "external_id": None,
        "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": iso(ticket.created),
        "updated_at": iso(max(m.created for m in thread)),
        "type": "question" if ticket.intent == "question" else "problem",
        "subject": written.title,
        "raw_subject": written.title,
        "description": written.text,
        "priority": "normal",
        "status": "solved" if answered else "open",
        "recipient": "help@pellwick.example",
        "requester": requester,
        "requester_id": requester["id"],
        "submitter_id": requester["id"],
        "assignee_id": 9_000_001 if answered else None,
        "group": {"id": 360, "name": "Care"},
        "brand_id": 1,
        "tags": [ticket.space, ticket.lang],
        "satisfaction_rating": {"score": "unoffered"},
        "is_public": True,
        "comments": [_ticket_comment(scene, m, requester, channel) for m in thread],
    }


def _ticket_comment(
    scene: Scene, message: Message, requester: dict[str, Any], channel: str
) -> dict[str, Any]:
    agent = {
        "id": 9_000_001 + message.key % len(_AGENTS),
        "name": _AGENTS[message.key % len(_AGENTS)],
        "email": "help@pellwick.example",
        "role": "agent",
    }
    author, text = requester if message.person >= 0 else agent, scene.written[message.key].text
    return {
        "id": int(scene.ids[message.key]),
        "type": "VoiceComment" if channel == "voice" else "Comment",
        "author_id": author["id"],
        "author": author,
        "body": text,
        "plain_body": text,
        "public": message.role != "note",
        "attachments": [],
        "created_at": iso(message.created),
        "via": {"channel": channel},
    }
