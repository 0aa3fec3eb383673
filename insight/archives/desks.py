"""Shapes of help desks: a ticket becomes its messages."""

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
    """Tell a message from a note that agents leave for each other."""
    return "note" if scalar(public).casefold() in ("false", "0", "no") else "message"


def intercom(talk: Item) -> list[Item]:
    """Turn a conversation into its opening and the parts in which somebody speaks."""
    source, thread = as_object(talk.get("source")), f"conversation-{scalar(talk.get('id'))}"
    shared = {"_thread": thread, "_channel": source.get("type"), "_status": talk.get("state")}
    first = {
        **shared,
        "_id": thread,
        "_time": talk.get("created_at"),
        "_text": source.get("body"),
        "_title": source.get("subject"),
        "_who": source.get("author"),
        "_kind": "ticket",
        "_public": "true",
        "_rating": at(talk, "conversation_rating.rating"),
        "_delivered": source.get("delivered_as"),
    }
    parts = items(at(talk, "conversation_parts.conversation_parts") or talk.get("conversation_parts"))
    spoken = [
        {
            **shared,
            "_id": part.get("id"),
            "_time": part.get("created_at"),
            "_text": part.get("body"),
            "_who": part.get("author"),
            "_kind": "note" if part.get("part_type") == "note" else "message",
            "_public": "false" if part.get("part_type") == "note" else "true",
        }
        for part in parts
        if part.get("body")
    ]
    return [
        {
            **item,
            "_author": as_object(item["_who"]).get("id"),
            "_name": as_object(item["_who"]).get("name"),
            "_role": as_object(item["_who"]).get("type"),
            "_automated": _is_bot(item),
        }
        for item in (first, *spoken)
    ]


def _is_bot(item: Item) -> bool:
    return as_object(item["_who"]).get("type") == "bot" or item.get("_delivered") == "automated"


def freshdesk(ticket: Item) -> list[Item]:
    """Turn a ticket into its description and its conversations."""
    thread = f"ticket-{scalar(ticket.get('id') or ticket.get('ticket_id'))}"
    status = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}.get(
        scalar(ticket.get("status")), ""
    )
    shared = {"_thread": thread, "_channel": _FRESH.get(scalar(ticket.get("source")), ""), "_status": status}
    first = {
        **shared,
        "_id": thread,
        "_author": ticket.get("requester_id"),
        "created_at": ticket.get("created_at"),
        "_text": ticket.get("description_text") or ticket.get("description"),
        "_title": ticket.get("subject"),
        "_role": "customer",
        "_kind": "ticket",
        "_public": "true",
    }
    spoken = [
        {
            **shared,
            "_id": part.get("id"),
            "_author": part.get("user_id"),
            "created_at": part.get("created_at"),
            "_text": part.get("body_text") or part.get("body"),
            "_kind": "note" if part.get("private") else "message",
            "_role": "customer" if part.get("incoming") else "agent",
            "_public": "false" if part.get("private") else "true",
            "_automated": bool(part.get("auto_response") or part.get("automation_id")),
        }
        for part in items(ticket.get("conversations"))
    ]
    return [first, *spoken]


_FRESH_STATUS = {"2": "open", "3": "pending", "4": "resolved", "5": "closed"}
_FRESH = {
    "1": "email", "2": "portal", "3": "phone", "7": "chat", "9": "feedback widget", "10": "outbound email",
}  # fmt: skip


def helpscout(talk: Item) -> list[Item]:
    """Turn a conversation into its threads; line items say what was done, not what was said."""
    thread = f"conversation-{scalar(talk.get('id') or talk.get('number'))}"
    messages: list[Item] = []
    for part in items(at(talk, "_embedded.threads") or talk.get("threads")):
        who = as_object(part.get("createdBy") or part.get("created_by"))
        if part.get("type") == "lineitem" or not part.get("body"):
            continue
        note = part.get("type") == "note"
        messages.append(
            {
                "_id": part.get("id"),
                "_thread": thread,
                "_text": part["body"],
                "_author": who.get("id"),
                "_time": part.get("createdAt") or part.get("created_at"),
                "_role": who.get("type"),
                "_name": who.get("email") or who.get("first"),
                "_channel": at(part, "source.type"),
                "_public": "false" if note else "true",
                "_status": talk.get("status"),
                "_title": "" if messages else talk.get("subject"),
                "_kind": "note" if note else "message" if messages else "ticket",
                "_automated": "system" in (who.get("type"), at(part, "source.via"))
                or scalar(at(part, "source.type")).casefold() in ("workflow", "autoreply", "auto-reply"),
            }
        )
    return messages


def people_of(value: Any) -> dict[str, Item]:  # noqa: ANN401
    """Take the people of a list of users (Slack, Zendesk), by id."""
    return {scalar(user["id"]): user for user in objects_with(value, ["id", "name"])}
