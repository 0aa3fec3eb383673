"""The two files from X: public mentions as in twcs.csv, and the archive of the brand's own account."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from .plan import HELP, MAIN, Message
from .scene import Scene

TWCS = (
    "tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id",
)  # fmt: skip
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_ACCOUNT = {
    "email": "social@pellwick.example",
    "createdVia": "web",
    "username": "pellwick",
    "accountId": "703300",
    "createdAt": "2017-03-02T09:00:00.000Z",
    "accountDisplayName": "Pellwick",
}


def table(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Write rows as comma-separated text, one line end everywhere."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def public_mentions(scene: Scene) -> bytes:
    """Write the posts on X that name the brand, and its answers, as Customer Support on Twitter has them."""
    rows = [m for m in scene.of("x") if m.role != "broadcast"]
    threaded = {m.key: scene.ids[m.parent] for m in rows if m.parent is not None and m.role != "repost"}
    answers = defaultdict(list)
    for m in rows:
        if m.key in threaded:
            answers[threaded[m.key]].append(scene.ids[m.key])
    lines = (
        (
            scene.ids[m.key],
            scene.handles[m.person],
            m.person not in (HELP, MAIN),
            tweet_time(m.created),
            scene.written[m.key].text,
            ",".join(answers[scene.ids[m.key]]),
            threaded.get(m.key, ""),
        )
        for m in rows
    )
    return gzip.compress(table(TWCS, lines).encode(), mtime=0)


def tweet_time(epoch: float) -> str:
    """Write a time as X does; by hand, since strftime follows the locale."""
    moment = datetime.fromtimestamp(epoch, UTC)
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day} {month} {moment:%d %H:%M:%S} +0000 {moment.year}"


def own_account(scene: Scene) -> bytes:
    """Write the archive that the brand downloaded: its broadcasts, and the answers given from it."""
    by_key = {m.key: m for m in scene.messages}
    own = [{"tweet": _tweet(scene, m, by_key)} for m in reversed(scene.of("x")) if m.person == MAIN]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for kind, items in (("account", [{"account": _ACCOUNT}]), ("tweets", own)):
            entry = zipfile.ZipInfo(f"data/{kind}.js", _ZIP_DATE)
            entry.compress_type, entry.create_system, entry.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                0o644 << 16,
            )
            text = f"window.YTD.{kind}.part0 = {json.dumps(items, indent=1, ensure_ascii=False)}"
            archive.writestr(entry, text.encode())
    return buffer.getvalue()


def _tweet(scene: Scene, message: Message, by_key: dict[int, Message]) -> dict[str, Any]:
    text, own_id = scene.written[message.key].text, scene.ids[message.key]
    tags = [word.strip(".,!?") for word in text.split() if word.startswith("#")]
    tweet: dict[str, Any] = {
        "retweeted": False,
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "entities": {
            "hashtags": [{"text": tag[1:], "indices": _span(text, tag)} for tag in tags],
            "symbols": [],
            "user_mentions": [],
            "urls": [],
        },
        "display_text_range": ["0", str(len(text))],
        "favorite_count": str(int(30 * scene.rng.random() ** 4)),
        "id_str": own_id,
        "truncated": False,
        "retweet_count": str(int(9 * scene.rng.random() ** 5)),
        "id": own_id,
        "created_at": tweet_time(message.created),
        "favorited": False,
        "full_text": text,
        "lang": message.lang,
    }
    if message.parent is not None:
        asker, parent = scene.handles[by_key[message.parent].person], scene.ids[message.parent]
        tweet |= {f"in_reply_to_status_id{end}": parent for end in ("", "_str")}
        tweet |= {f"in_reply_to_user_id{end}": asker for end in ("", "_str")}
        tweet["in_reply_to_screen_name"] = asker
        named = {"name": asker, "screen_name": asker, "id_str": asker, "id": asker}
        tweet["entities"]["user_mentions"] = [{**named, "indices": _span(text, f"@{asker}")}]
    return tweet


def _span(text: str, word: str) -> list[str]:
    start = text.find(word)
    return [str(start), str(start + len(word))]
