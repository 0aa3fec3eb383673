"""Shapes of social networks: joins, wrappers and lists that paths alone cannot map."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .readers import at, objects_with, scalar

Item = dict[str, Any]


def as_object(value: Any) -> Item:  # noqa: ANN401
    """Take a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Item]:  # noqa: ANN401
    """Take the objects of a JSON list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


# ---------------------------------------------------------------------------------------------------------- x


def x_page(page: Any) -> list[Item]:  # noqa: ANN401
    """Join the posts of one response (page, stream event or flattened post) with what came along."""
    if isinstance(page, list):
        return [post for item in page for post in x_page(item)]
    if not isinstance(page, dict):
        return []
    data = page.get("data") if "data" in page else page
    posts = [post for post in (data if isinstance(data, list) else [data]) if isinstance(post, dict)]
    includes = as_object(page.get("includes"))
    users = {scalar(user.get("id")): user for user in items(includes.get("users"))}
    texts = {scalar(post.get("id")): post for post in items(includes.get("tweets"))}
    retrieved = as_object(page.get("__twarc")).get("retrieved_at")
    return [_x_post(post, users, texts, retrieved) for post in posts if "text" in post and "id" in post]


def _x_post(post: Item, users: dict[str, Item], texts: dict[str, Item], retrieved: str | None) -> Item:
    joined = {**post, "_text": _long(post), "_retrieved_at": retrieved}
    joined.setdefault("author", users.get(scalar(post.get("author_id"))))
    replied = users.get(scalar(post.get("in_reply_to_user_id")))
    joined["_replied_to_name"] = replied.get("username") if replied else None
    context = []
    for reference in items(post.get("referenced_tweets")):
        kind, original = reference.get("type"), texts.get(scalar(reference.get("id")), reference)
        if kind in ("replied_to", "retweeted", "quoted"):
            joined[f"_{kind}"] = reference.get("id")
        if "text" in original and "author_id" in original and "created_at" in original:
            context.append(original)
        if kind == "retweeted" and "text" in original:
            joined["_reposted_text"] = _long(original)
    if "_is_context" not in post:
        seen = [_x_post({**other, "_is_context": "true"}, users, {}, retrieved) for other in context]
        joined["_context"] = seen
    return joined


def with_context(post: Item) -> list[Item]:
    """Take a post, and behind it those that it answers, passes on or quotes, as far as they came along."""
    return [post, *items(post.get("_context"))] if post else []


def _long(post: Item) -> str:
    note = as_object(post.get("note_tweet"))
    return scalar(note.get("text") or post.get("text"))


_CUT = 100


def long_posts(value: Any) -> dict[str, str]:  # noqa: ANN401
    """Take the long posts of an account archive, by how they begin."""
    texts = [scalar(at(item, "noteTweet.core.text")) for item in items(value)]
    return {text[:_CUT]: text for text in texts if len(text) > _CUT}


def x_owned(value: Any, owner: Item, long: dict[str, str]) -> list[Item]:  # noqa: ANN401
    """Unwrap the posts of an account archive, long ones too, and write their owner into them."""
    named = {"_owner_id": owner.get("accountId") or "owner", "_owner_name": owner.get("username") or ""}
    return [{**post, **named} for item in items(value) for post in _unwrapped(item, long)] or [{}]


def _unwrapped(item: Item, long: dict[str, str]) -> Iterable[Item]:
    note = as_object(item.get("noteTweet"))
    if note:
        yield {
            "id_str": note.get("noteTweetId"),
            "created_at": note.get("createdAt"),
            "full_text": at(note, "core.text"),
            "_is_note": "true",
        }
        return
    post = as_object(item.get("tweet", item))
    if not ("full_text" in post or "text" in post):
        yield {}
        return
    retweeted, user = as_object(post.get("retweeted_status")), as_object(post.get("user"))
    text = scalar(post.get("full_text") or post.get("text"))
    yield {
        **post, "_retweeted": retweeted.get("id_str"), "full_text": long.get(text[:_CUT], text),
        "_author_id": user.get("id_str"), "_author_name": user.get("screen_name"),
    }  # fmt: skip


# -------------------------------------------------------------------------------------------------- fediverse

_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")


def activities(value: Any) -> list[Item]:  # noqa: ANN401
    """Take the activities of an outbox: what was created, and what was passed on."""
    listed = as_object(value).get("orderedItems", value if isinstance(value, list) else [value])
    return [_activity(item) for item in items(listed)]


def _activity(item: Item) -> Item:
    seen = [*_several(item.get("to")), *_several(item.get("cc"))]
    shared = {
        "_public": "true" if any(name in _PUBLIC for name in seen) else "false",
        "_actor": item.get("actor"),
    }
    note = item.get("object")
    if item.get("type") == "Announce":
        original = note if isinstance(note, str) else as_object(note).get("id")
        return {**shared, "_id": item.get("id"), "published": item.get("published"), "_boosted": original}
    note = as_object(note)
    if item.get("type") != "Create" or "content" not in note:
        return {}
    by_language = as_object(note.get("contentMap"))
    return {**note, **shared, "_id": note.get("id"), "_lang": next(iter(by_language), "")}


def _several(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def bluesky_posts(value: Any) -> list[Item]:  # noqa: ANN401
    """Take the posts of a feed, a thread, a search or a list of records, each once."""
    found: dict[str, Item] = {}
    for post in objects_with(value, ["uri"]):
        record = as_object(post.get("record") or post.get("value"))
        kind = scalar(record.get("$type") or record.get("py_type"))
        if "text" in record and (not kind or kind == "app.bsky.feed.post"):
            found.setdefault(scalar(post["uri"]), _bluesky(post, record))
    return list(found.values())


def _bluesky(post: Item, record: Item) -> Item:
    author = as_object(post.get("author"))
    created = scalar(record.get("createdAt") or record.get("created_at"))
    indexed = scalar(post.get("indexedAt") or post.get("indexed_at"))
    quoted = at(record, "embed.record.uri") or at(record, "embed.record.record.uri")
    return {
        **post, "_text": record.get("text"), "_lang": next(iter(record.get("langs") or []), ""),
        "_created": indexed if _lies(created, indexed) else created,
        "_author": author.get("did") or scalar(post["uri"]).removeprefix("at://").partition("/")[0],
        "_handle": author.get("handle"), "_quoted": quoted if "feed.post" in scalar(quoted) else "",
        "_root": at(record, "reply.root.uri") or post["uri"], "_parent": at(record, "reply.parent.uri"),
    }  # fmt: skip


def _lies(created: str, indexed: str) -> bool:
    """Return whether the writer's clock is more than a day off the server's: then the server's counts."""
    try:
        said, known = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (created, indexed))
        return abs((said - known).total_seconds()) > 86_400
    except (ValueError, TypeError):
        return not created and bool(indexed)


def app_reviews(value: Any) -> list[Item]:  # noqa: ANN401
    """Lay the developer's answers of the same document beside the reviews of App Store Connect."""
    answers = {
        scalar(at(item, "relationships.review.data.id")): as_object(item.get("attributes"))
        for item in objects_with(value, ["attributes.responseBody"])
    }
    found = []
    for review in objects_with(value, ["attributes.rating", "attributes.body", "attributes.createdDate"]):
        answer = answers.get(scalar(review.get("id")), {})
        said = {"_reply": answer.get("responseBody"), "_replied_at": answer.get("lastModifiedDate")}
        found.append({**review, **said})
    return found


# ------------------------------------------------------------------------------------------ downloads of Meta


def meta_items(value: Any, name: str) -> list[Item]:  # noqa: ANN401
    """Take posts, comments and messages out of a download of Facebook or Instagram, letters mended."""
    value, place = _mended(value), name.casefold()
    platform = "instagram" if "instagram" in place or "media_comments" in as_object(value) else "facebook"
    found = [*_meta_posts(value), *_meta_comments(value), *_meta_messages(value)]
    return [{"_platform": platform, **item} for item in found]


def _meta_posts(value: Any) -> Iterable[Item]:  # noqa: ANN401
    for post in objects_with(value, ["timestamp", "data"]):
        for part in items(post["data"]):
            if "post" in part:
                yield {"_text": part["post"], "_time": post["timestamp"], "_kind": "post"}
            elif "comment" in part:
                said = as_object(part["comment"])
                yield {
                    "_text": said.get("comment"), "_time": said.get("timestamp") or post["timestamp"],
                    "_author": said.get("author"), "_kind": "comment", "_channel": said.get("group"),
                }  # fmt: skip
    for post in objects_with(value, ["media"]):
        first = next(iter(items(post["media"])), {})
        if "creation_timestamp" in first or "creation_timestamp" in post:
            yield {
                "_text": post.get("title") or first.get("title"),
                "_kind": "post",
                "_time": post.get("creation_timestamp") or first.get("creation_timestamp"),
            }


def _meta_comments(value: Any) -> Iterable[Item]:  # noqa: ANN401
    """Read `string_map_data`, whose keys are translated: the text is the value, the time the timestamp."""
    for entry in objects_with(value, ["string_map_data"]):
        fields = [part for part in as_object(entry["string_map_data"]).values() if isinstance(part, dict)]
        said = [part["value"] for part in fields if part.get("value")]
        times = [part["timestamp"] for part in fields if part.get("timestamp")]
        if said and times:
            yield {"_text": said[0], "_time": times[0], "_kind": "comment"}
    for entry in as_object(value).get("media_comments", []) or []:
        if isinstance(entry, list) and len(entry) >= 2:
            yield {"_text": entry[1], "_time": entry[0], "_kind": "comment"}


def _meta_messages(value: Any) -> Iterable[Item]:  # noqa: ANN401
    for thread in objects_with(value, ["messages"]):
        for message in items(thread["messages"]):
            if "sender_name" in message and "timestamp_ms" in message:
                yield {
                    "_text": message.get("content"), "_time": message["timestamp_ms"], "_kind": "message",
                    "_author": message["sender_name"], "_public": "false", "_channel": thread.get("title"),
                    "_thread": thread.get("thread_path"),
                }  # fmt: skip


_LATIN = re.compile("[\u0080-\u00ff]")


def _mended(value: Any) -> Any:  # noqa: ANN401
    """Undo what Meta does to letters: UTF-8 bytes written as if each were a letter of Latin-1."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1").decode("utf-8") if _LATIN.search(value) else value
        except UnicodeError:
            return value
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return {_mended(key): _mended(item) for key, item in value.items()} if isinstance(value, dict) else value
