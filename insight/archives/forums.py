"""Shapes of communities: Reddit, Discourse."""

from __future__ import annotations

from typing import Any

from .readers import objects_with, scalar
from .social import items

Item = dict[str, Any]


def reddit_things(value: Any) -> list[Item]:  # noqa: ANN401
    """Take every post and comment of a dump or a listing; a `more` stub is a record without a message."""
    things = []
    for item in objects_with(value, ["id"]):
        if "author" in item and "created_utc" in item and ("body" in item or "selftext" in item):
            things.append(_redditor(item))
        elif {"children", "count", "parent_id"} <= item.keys() and item.get("children"):
            stub = f"{item['count']} more comments that the export did not fetch"
            things.append({"_set_aside": ("not in the file", stub)})
    return things


def _redditor(item: Item) -> Item:
    comment = "body" in item
    name = item.get("name") or f"{'t1_' if comment else 't3_'}{scalar(item.get('id'))}"
    link = scalar(item.get("permalink"))
    return item | {
        "_name": name, "_kind": "comment" if comment else "post",
        "_link": item.get("link_id") or ("" if comment else name),
        "_url": f"https://www.reddit.com{link}" if link.startswith("/") else link,
    }  # fmt: skip


def discourse_posts(value: Any) -> list[Item]:  # noqa: ANN401
    """Take the posts of topics; a reply names the number of a post in its topic, so numbers are the ids."""
    titles = {scalar(topic.get("id")): topic for topic in objects_with(value, ["id", "title", "post_stream"])}
    posts = []
    for post in objects_with(value, ["post_number", "topic_id", "created_at"]):
        topic, number = scalar(post["topic_id"]), scalar(post["post_number"])
        about = titles.get(topic, {})
        answered = scalar(post.get("reply_to_post_number")) or ("1" if number != "1" else "")
        likes = [act.get("count") for act in items(post.get("actions_summary")) if act.get("id") == 2]
        staff = any(post.get(role) is True for role in ("staff", "admin", "moderator"))
        posts.append(
            {
                **post, "_id": f"{topic}/{number}", "_topic": f"{topic}/1",
                "_reply_to": f"{topic}/{answered}" if answered else "",
                "_title": about.get("title", "") if number == "1" else "",
                "_likes": likes[0] if likes else None, "_role": "staff" if staff else "member",
                "_kind": "post" if number == "1" else "reply", "_channel": about.get("category_id"),
            }
        )  # fmt: skip
    return posts
