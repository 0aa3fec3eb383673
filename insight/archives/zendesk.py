"""What keys cannot say of Zendesk: who is who in the users of the same document."""

from __future__ import annotations

from typing import Any

from .readers import at, objects_with, scalar
from .social import as_object, items

Item = dict[str, Any]


def with_people(ticket: Item, value: Any) -> Item:  # noqa: ANN401
    """Lay the users of the same document beside a ticket, for their names and roles."""
    users = items(as_object(value).get("users"))
    return {**ticket, "_users": users} if users else ticket


def zendesk(ticket: Item) -> list[Item]:
    """Turn a ticket into its messages; without comments its description is the only one."""
    people = [*items(ticket.get("_users")), *items(ticket.get("users"))]
    users = {scalar(user.get("id")): user for user in people}
    requester, via = as_object(ticket.get("requester")), as_object(ticket.get("via"))
    asker = scalar(ticket.get("requester_id") or requester.get("id"))
    score = ticket.get("satisfaction_rating")
    comments = items(ticket.get("comments")) or [
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
        person = as_object(comment.get("author"))
        author = scalar(comment.get("author_id") or person.get("id"))
        known = users.get(author, {})
        role = comment.get("author_role") or comment.get("role") or person.get("role") or known.get("role")
        first = {"_kind": "ticket", "_satisfaction": score.get("score") if isinstance(score, dict) else score}
        messages.append(
            {
                **comment,
                **shared,
                "_id": comment.get("id") or (shared["_ticket"] if number == 0 else None),
                "_author": author,
                "_author_name": person.get("name") or known.get("name"),
                "_role": role or ("end-user" if author and author == asker else None),
                "_automated": _is_ruled(as_object(comment.get("via"))),
                **(first if number == 0 else {"_kind": _kind(comment.get("public")), "_subject": ""}),
            }
        )
    return messages


def _is_ruled(via: Item) -> bool:
    """Say whether a business rule of Zendesk sent it; after a macro, which fills in words, a person did."""
    rules = ("trigger", "automation", "rule", "answer_bot", "system_rule")
    return via.get("channel") in rules or at(via, "source.rel") in rules


def _kind(public: object) -> str:
    """Distinguish a message from a note that agents leave for each other."""
    return "note" if scalar(public).casefold() in ("false", "0", "no") else "message"


def people_of(value: Any) -> dict[str, Item]:  # noqa: ANN401
    """Take the people of a list of users (Slack, Zendesk), by id."""
    return {scalar(user["id"]): user for user in objects_with(value, ["id", "name"])}
