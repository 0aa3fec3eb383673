"""The rooms of the conversation, in the order in which they are read."""

from __future__ import annotations

from typing import Any

from insight.report.capacity_room import capacity_room
from insight.report.dialogue import Dialogue
from insight.report.presence_room import presence_room
from insight.report.twitter_room import twitter_room


def dialogue_sections(dialogue: Dialogue, *, minimum: int, tz: str) -> list[dict[str, Any]]:
    """Arrange the rooms of the conversation; a room is there only when it has something to say."""
    rooms = []
    if dialogue.test is not None:
        rooms.append(twitter_room(dialogue.test, dialogue, minimum=minimum, tz=tz))
    if dialogue.presence is not None and dialogue.presence["n_present"].sum():
        rooms.append(presence_room(dialogue.presence, dialogue, minimum=minimum))
    if dialogue.load is not None and dialogue.load["complete"].sum() > 1:
        rooms.append(capacity_room(dialogue.load, dialogue))
    return rooms
