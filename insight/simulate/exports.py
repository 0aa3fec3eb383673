"""The invented messages as the exports a listening team holds: same bytes for the same plan, on any day."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import numpy as np
import zstandard

from .plan import DEALS, HELP, MAIN, MODBOT, QUOTES, Message, Person
from .writing import Written

_SNOWFLAKE_EPOCH = 1288834974657
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LETTERS = _DIGITS + _DIGITS[10:].upper()
TWCS = ("tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id")
PLAY = (
    "Package Name", "App Version Code", "App Version Name", "Reviewer Language", "Device",
    "Review Submit Date and Time", "Review Submit Millis Since Epoch", "Review Last Update Date and Time",
    "Review Last Update Millis Since Epoch", "Star Rating", "Review Title", "Review Text",
    "Developer Reply Date and Time", "Developer Reply Millis Since Epoch", "Developer Reply Text", "Review Link",
)  # fmt: skip
_DEVICES = ("panther", "a52q", "beyond1", "caprip", "oriole", "dm1q", "lynx", "guam", "redfin", "cheetah")
_STARS = {"complaint": (1, 1, 2, 1), "help": (2, 1, 3), "idea": (3, 4, 3), "compliment": (5, 5, 4), "question": (4, 5),
          "chat": (3, 4)}  # fmt: skip
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Scene:
    """Everything the writers need: messages in order of time, their words, native ids and author names."""

    messages: tuple[Message, ...]
    written: dict[int, Written]
    ids: dict[int, str]
    handles: dict[int, str]
    people: list[Person]
    rng: np.random.Generator

    def of(self, platform: str) -> list[Message]:
        return [message for message in self.messages if message.platform == platform]


def native_ids(messages: Iterable[Message]) -> dict[int, str]:
    """The id each platform would give: snowflakes on X, base 36 on Reddit, plain numbers in the help desk."""
    ids: dict[int, str] = {}
    ordered = sorted(messages, key=lambda m: (m.created, m.key))
    for rank, message in enumerate(ordered):
        if message.platform == "x":
            stamp = message.created * 1000 + message.key % 1000
            ids[message.key] = str((stamp - _SNOWFLAKE_EPOCH) << 22 | message.key)
        elif message.platform == "reddit":
            ids[message.key] = _base36(int(1.05e9) + rank * 137 + message.key % 101)
        elif message.platform == "google_play":
            ids[message.key] = f"gp:AOqpTO{_scramble(message.key)}"
        else:
            ids[message.key] = str(7_300_000_000 + rank * 29)
    return ids


def _base36(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def _scramble(key: int) -> str:
    rng = np.random.default_rng(key)
    return "".join(_LETTERS[int(rng.random() * len(_LETTERS))] for _ in range(22))


def author_names(people: list[Person], rng: np.random.Generator) -> dict[int, str]:
    """How each platform shows an author: a number on X (as in the published corpus), a made-up name on Reddit."""
    first = ("slow", "dim", "blue", "north", "quiet", "dusty", "late", "odd", "salty", "tin", "mossy", "bitter", "lazy")
    second = ("pour", "kettle", "bean", "mug", "grinder", "crema", "spoon", "filter", "saucer", "drip", "roast", "puck")
    names = {HELP: "pellwickhelp", MAIN: "pellwick", DEALS: "703311", QUOTES: "703312", MODBOT: "pellwick_modbot"}
    numbers = 115_000 + np.argsort(rng.random(max(580_000, 2 * len(people))))[: len(people)]
    for person, number in zip(people, numbers.tolist(), strict=True):
        if person.platform == "reddit":
            word = f"{first[int(rng.random() * 13)]}{('_', '', '-')[int(rng.random() * 3)]}{second[int(rng.random() * 12)]}"
            names[person.index] = f"{word}{number % 10_000}"
        else:
            names[person.index] = str(number)
    return names


def _when(epoch: int, pattern: str) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime(pattern)


def _tweet_time(epoch: int) -> str:
    moment = datetime.fromtimestamp(epoch, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.month - 1]
    return f"{day} {month} {moment:%d %H:%M:%S} +0000 {moment.year}"


def _iso(epoch: int) -> str:
    return _when(epoch, "%Y-%m-%dT%H:%M:%SZ")


def _table(header: tuple[str, ...], rows: Iterable[Iterable[Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def public_mentions(scene: Scene) -> bytes:
    """Posts on X that name the brand, and the brand's answers: the columns of Customer Support on Twitter."""
    rows = [m for m in scene.of("x") if m.role != "broadcast"]
    children = defaultdict(list)
    for message in rows:
        if message.parent is not None and message.role != "repost":
            children[message.parent].append(scene.ids[message.key])
    lines = []
    for m in rows:
        parent = scene.ids[m.parent] if m.parent is not None and m.role != "repost" else ""
        lines.append((scene.ids[m.key], scene.handles[m.person], m.person not in (HELP, MAIN), _tweet_time(m.created),
                      scene.written[m.key].text, ",".join(children[m.key]), parent))  # fmt: skip
    return gzip.compress(_table(TWCS, lines).encode(), mtime=0)


def own_account(scene: Scene) -> bytes:
    """The archive that the brand downloaded of its own account: broadcasts, and the answers given from it."""
    by_key = {m.key: m for m in scene.messages}
    tweets = [{"tweet": _tweet(scene, m, by_key)} for m in reversed(scene.of("x")) if m.person == MAIN]
    account = {
        "email": "social@pellwick.example", "createdVia": "web", "username": "pellwick", "accountId": "703300",
        "createdAt": "2017-03-02T09:00:00.000Z", "accountDisplayName": "Pellwick",
    }  # fmt: skip
    members = {
        "data/account.js": ("account", [{"account": account}]),
        "data/tweets.js": ("tweets", tweets),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, (kind, items) in members.items():
            text = f"window.YTD.{kind}.part0 = {json.dumps(items, indent=1, ensure_ascii=False)}"
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


def _tweet(scene: Scene, message: Message, by_key: dict[int, Message]) -> dict[str, Any]:
    written, own_id = scene.written[message.key], scene.ids[message.key]
    tags = [word.strip(".,!?") for word in written.text.split() if word.startswith("#")]
    tweet: dict[str, Any] = {
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {
            "hashtags": [{"text": tag[1:], "indices": _span(written.text, tag)} for tag in tags],
            "symbols": [], "user_mentions": [], "urls": [],
        },
        "display_text_range": ["0", str(len(written.text))],
        "favorite_count": str(int(30 * scene.rng.random() ** 4)),
        "id_str": own_id, "truncated": False,
        "retweet_count": str(int(9 * scene.rng.random() ** 5)),
        "id": own_id, "created_at": _tweet_time(message.created), "favorited": False,
        "full_text": written.text, "lang": message.lang,
    }  # fmt: skip
    if message.parent is not None:
        asker, parent = scene.handles[by_key[message.parent].person], scene.ids[message.parent]
        tweet |= {
            "in_reply_to_status_id_str": parent, "in_reply_to_status_id": parent, "in_reply_to_user_id": asker,
            "in_reply_to_user_id_str": asker, "in_reply_to_screen_name": asker,
        }  # fmt: skip
        tweet["entities"]["user_mentions"] = [
            {"name": asker, "screen_name": asker, "indices": ["0", str(1 + len(asker))], "id_str": asker, "id": asker}
        ]
    return tweet


def _span(text: str, word: str) -> list[str]:
    start = text.find(word)
    return [str(start), str(start + len(word))]


def community(scene: Scene, room: str, kind: str) -> bytes:
    """One room's submissions or comments as NDJSON in the field order of the Arctic Shift dumps, zstd-compressed."""
    messages = [m for m in scene.of("reddit") if m.space == room and (m.parent is None) == (kind == "submissions")]
    n_comments: dict[int | None, int] = defaultdict(int)
    for m in scene.of("reddit"):
        n_comments[m.root if m.parent is not None else None] += 1
    maker: Callable[..., dict[str, Any]] = _submission if kind == "submissions" else _comment
    by_key = {m.key: m for m in scene.messages}
    lines = []
    for m in messages:
        record = {**_reddit_common(scene, m), **maker(scene, m, by_key, n_comments[m.key])}
        lines.append(json.dumps(dict(sorted(record.items())), ensure_ascii=False, separators=(",", ":")) + "\n")
    return zstandard.ZstdCompressor(level=12).compress("".join(lines).encode())


def _reddit_common(scene: Scene, message: Message) -> dict[str, Any]:
    gone = message.note == "deleted"
    author = "[deleted]" if gone else scene.handles[message.person]
    score = 1 + int(14 * scene.rng.random() ** 4)
    return {
        "author": author, "author_flair_text": None, "archived": False, "created_utc": message.created,
        "author_fullname": None if gone else f"t2_{_base36(70_000_000 + 7919 * (message.person + 10))}",
        "distinguished": None, "edited": False, "gilded": 0, "id": scene.ids[message.key], "locked": False,
        "retrieved_on": message.created + 129_600, "score": score, "stickied": False, "subreddit": message.space,
        "subreddit_id": "t5_9pw1ck" if message.space == "pellwick" else "t5_8ctc0f", "subreddit_type": "public",
        "ups": score,
        "_meta": {"retrieved_2nd_on": message.created + 129_600},
    }  # fmt: skip


def _submission(scene: Scene, message: Message, by_key: dict[int, Message], n_comments: int) -> dict[str, Any]:
    own_id, written = scene.ids[message.key], scene.written[message.key]
    path = f"/r/{message.space}/comments/{own_id}/"
    return {
        "title": written.title, "selftext": "[deleted]" if message.note == "deleted" else written.text, "is_self": True,
        "name": f"t3_{own_id}", "num_comments": n_comments, "permalink": path, "url": f"https://www.reddit.com{path}",
        "domain": f"self.{message.space}", "over_18": False, "link_flair_text": None,
    }  # fmt: skip


def _comment(scene: Scene, message: Message, by_key: dict[int, Message], n_comments: int) -> dict[str, Any]:
    own_id, root = scene.ids[message.key], scene.ids[message.root or 0]
    parent = by_key[message.parent or 0]
    prefix = "t3" if parent.parent is None else "t1"
    return {
        "body": "[deleted]" if message.note == "deleted" else scene.written[message.key].text, "controversiality": 0,
        "link_id": f"t3_{root}", "name": f"t1_{own_id}", "parent_id": f"{prefix}_{scene.ids[parent.key]}",
        "is_submitter": by_key[message.root or 0].person == message.person,
        "permalink": f"/r/{message.space}/comments/{root}/comment/{own_id}/",
    }  # fmt: skip


def reviews(scene: Scene, span: tuple[int, int]) -> bytes:
    """App reviews submitted in a span, with the developer's answer beside them: UTF-16 with a byte order mark."""
    replies = {m.parent: m for m in scene.of("google_play") if m.role == "brand"}
    rows = []
    for m in scene.of("google_play"):
        if m.role != "review" or not span[0] <= m.created < span[1]:
            continue
        text, reply = scene.written[m.key].text, replies.get(m.key)
        rng = np.random.default_rng([m.key, 5])
        stars = _STARS[m.intent][int(rng.random() * len(_STARS[m.intent]))]
        version = 41 + (m.created - 1_719_792_000) // 7_776_000
        link = f"https://play.google.com/console/developers/app/reviews?reviewId={quote(scene.ids[m.key], safe='')}"
        answer = [_iso(reply.created), reply.created * 1000, scene.written[reply.key].text] if reply else ["", "", ""]
        device = _DEVICES[int(rng.random() * len(_DEVICES))]
        rows.append(["com.pellwick.app", version * 100, f"4.{version - 40}.0", m.lang, device, _iso(m.created),
                     m.created * 1000, _iso(m.created), m.created * 1000, stars, "", text, *answer,
                     link if text else ""])  # fmt: skip
    return _table(PLAY, rows).encode("utf-16")


def tickets(scene: Scene) -> bytes:
    """The help desk's JSON export: a ticket a line with its comments, authors' roles and public flags."""
    comments = defaultdict(list)
    for m in scene.of("zendesk"):
        comments[m.root].append(m)
    lines = []
    for number, m in enumerate((m for m in scene.of("zendesk") if m.role == "ticket"), start=40_112):
        lines.append(json.dumps(_ticket(scene, m, comments[m.key], number), ensure_ascii=False, separators=(",", ":")))
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


def _ticket(scene: Scene, ticket: Message, thread: list[Message], number: int) -> dict[str, Any]:
    owner = scene.people[ticket.person]
    requester = {
        "id": 9_100_000 + owner.index, "name": owner.name, "email": f"customer{owner.index}@mail.example",
        "role": "end-user", "external_id": f"C-{owner.index:05d}",
    }  # fmt: skip
    answered = any(m.person == HELP and m.role != "note" for m in thread)
    channel = "voice" if ticket.space == "phone" else "email"
    return {
        "url": f"https://pellwick.zendesk.example/api/v2/tickets/{number}.json", "id": number, "external_id": None,
        "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": _iso(ticket.created), "updated_at": _iso(max(m.created for m in thread)),
        "type": "question" if ticket.intent == "question" else "problem", "subject": scene.written[ticket.key].title,
        "raw_subject": scene.written[ticket.key].title, "description": scene.written[ticket.key].text,
        "priority": "normal", "status": "solved" if answered else "open", "recipient": "help@pellwick.example",
        "requester": requester, "requester_id": requester["id"], "submitter_id": requester["id"],
        "assignee_id": 9_000_001 if answered else None, "group": {"id": 360, "name": "Care"}, "brand_id": 1,
        "tags": [ticket.space, ticket.lang], "satisfaction_rating": {"score": "unoffered"}, "is_public": True,
        "comments": [_ticket_comment(scene, m, requester, channel) for m in thread],
    }  # fmt: skip


def _ticket_comment(scene: Scene, message: Message, requester: dict[str, Any], channel: str) -> dict[str, Any]:
    agent = {"id": 9_000_001 + message.key % 6, "name": ("Mina", "Joel", "Suri", "Liam", "Ana", "Rolf")[message.key % 6],
             "email": "help@pellwick.example", "role": "agent"}  # fmt: skip
    author = requester if message.person >= 0 else agent
    text = scene.written[message.key].text
    return {
        "id": int(scene.ids[message.key]), "type": "VoiceComment" if channel == "voice" else "Comment",
        "author_id": author["id"], "author": author, "body": text, "plain_body": text,
        "public": message.role != "note", "attachments": [], "created_at": _iso(message.created),
        "via": {"channel": channel},
    }  # fmt: skip
