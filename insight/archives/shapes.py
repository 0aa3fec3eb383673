"""The few JSON shapes that paths alone cannot map: joins, wrappers, tickets that hold their comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .detect import Spec
from .readers import objects_with, scalar

Item = dict[str, Any]


def records_of(spec: Spec, *, owner: Item | None = None) -> Callable[[Any], Iterable[Item]]:
    """Return how the records of a format are found in one JSON value."""
    signatures = spec.detect.get("keys", [])
    if spec.reader == "x_v2":
        return _x_page
    if spec.reader == "x_archive":
        return lambda value: [
            _owned(item, owner or {}) for item in (value if isinstance(value, list) else [])
        ]
    if spec.reader == "reddit":
        return lambda value: [_redditor(item) for item in _any_of(value, signatures)]
    return lambda value: _outermost(value, signatures)


def messages_of(spec: Spec) -> Callable[[Item], list[Item]]:
    """Return how the messages of a format are found in one record."""
    return _ticket if spec.reader == "zendesk" else lambda record: [record] if record else []


def _any_of(value: Any, signatures: list[list[str]]) -> list[Item]:  # noqa: ANN401
    shared = set(signatures[0]).intersection(*signatures[1:])
    return [
        item for item in objects_with(value, shared) if any(set(keys) <= set(item) for keys in signatures)
    ]


def _outermost(value: Any, signatures: list[list[str]]) -> list[Item]:  # noqa: ANN401
    """Take the records of the first signature that is met, without looking for records inside records."""
    found = next((items for keys in signatures if (items := list(objects_with(value, keys)))), [])
    inner = {
        id(child)
        for item in found
        for part in item.values()
        for keys in signatures
        for child in objects_with(part, keys)
    }
    return [item for item in found if id(item) not in inner]


# ---------------------------------------------------------------------------------------------------------- x


def _x_page(page: Any) -> list[Item]:  # noqa: ANN401
    """Join the posts of one response (page, stream event or flattened post) with what came along."""
    if isinstance(page, list):
        return [post for item in page for post in _x_page(item)]
    if not isinstance(page, dict):
        return []
    data = page.get("data") if "data" in page else page
    posts = [post for post in (data if isinstance(data, list) else [data]) if isinstance(post, dict)]
    includes = _object(page.get("includes"))
    users = {user.get("id"): user for user in _items(includes.get("users"))}
    texts = {post.get("id"): post for post in _items(includes.get("tweets"))}
    retrieved = (
        (page.get("__twarc") or {}).get("retrieved_at") if isinstance(page.get("__twarc"), dict) else None
    )
    return [_x_post(post, users, texts, retrieved) for post in posts if "text" in post and "id" in post]


def _object(value: Any) -> Item:  # noqa: ANN401
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> list[Item]:  # noqa: ANN401
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _x_post(post: Item, users: dict[Any, Item], texts: dict[Any, Item], retrieved: str | None) -> Item:
    joined = {**post, "_text": _long(post), "_retrieved_at": retrieved}
    joined.setdefault("author", users.get(post.get("author_id")))
    replied = users.get(post.get("in_reply_to_user_id"))
    joined["_replied_to_name"] = replied.get("username") if replied else None
    for reference in _items(post.get("referenced_tweets")):
        kind, original = reference.get("type"), texts.get(reference.get("id"), reference)
        if kind in ("replied_to", "retweeted", "quoted"):
            joined[f"_{kind}"] = reference.get("id")
        if kind == "retweeted" and "text" in original:
            lead = scalar(post.get("text")).partition(": ")
            joined["_text"] = (
                lead[0] + lead[1] + _long(original) if lead[0].startswith("RT @") else joined["_text"]
            )
    return joined


def _long(post: Item) -> str:
    note = post.get("note_tweet")
    return scalar(note.get("text") if isinstance(note, dict) and note.get("text") else post.get("text"))


def _owned(item: Any, owner: Item) -> Item:  # noqa: ANN401
    """Unwrap one post of an account archive and write its owner into it."""
    post = item.get("tweet", item) if isinstance(item, dict) else None
    if not isinstance(post, dict) or not ("full_text" in post or "text" in post):
        return {}
    return {
        **post,
        "_owner_id": owner.get("accountId") or "owner",
        "_owner_name": owner.get("username") or "",
    }


# ----------------------------------------------------------------------------------------------------- reddit


def _redditor(item: Item) -> Item:
    comment = "body" in item
    own, link = scalar(item.get("id")), scalar(item.get("link_id"))
    name = scalar(item.get("name")) or ("t1_" if comment else "t3_") + own
    permalink = scalar(item.get("permalink"))
    return {
        **item,
        "_name": name,
        "_kind": "comment" if comment else "post",
        "_link": link or ("" if comment else name),
        "_url": f"https://www.reddit.com{permalink}" if permalink.startswith("/") else permalink,
    }


# ---------------------------------------------------------------------------------------------------- tickets


def _ticket(ticket: Item) -> list[Item]:
    """Turn a ticket into its messages; without comments its description is the only one."""
    users = {scalar(user.get("id")): user for user in _items(ticket.get("users"))}
    requester, via = _object(ticket.get("requester")), _object(ticket.get("via"))
    asker = scalar(ticket.get("requester_id") or requester.get("id"))
    score = ticket.get("satisfaction_rating")
    comments = _items(ticket.get("comments")) or [
        {
            "body": ticket.get("description"),
            "author_id": asker,
            "created_at": ticket.get("created_at"),
            "public": ticket.get("is_public"),
        }
    ]
    shared = {
        "_ticket": f"ticket-{scalar(ticket.get('id'))}",
        "_subject": ticket.get("subject"),
        "_channel": via.get("channel") or ticket.get("channel"),
        "_status": ticket.get("status"),
    }
    messages = []
    for number, comment in enumerate(comments):
        person = _object(comment.get("author"))
        author = scalar(comment.get("author_id") or person.get("id"))
        known = users.get(author, {})
        role = comment.get("author_role") or comment.get("role") or person.get("role") or known.get("role")
        first = {"_kind": "ticket", "_satisfaction": score.get("score") if isinstance(score, dict) else score}
        messages.append({
            **comment, **shared,
            "_id": comment.get("id") or (shared["_ticket"] if number == 0 else None),
            "_author": author,
            "_author_name": person.get("name") or known.get("name"),
            "_role": role or ("end-user" if author and author == asker else None),
            **(first if number == 0 else {"_kind": "message", "_subject": ""}),
        })  # fmt: skip
    return messages
