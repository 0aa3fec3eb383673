"""The rooms of the conversation, as far as each has something to say: a share of a few tells nothing."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .capacity_room import capacity_room
from .conduct_room import conduct_room
from .crowd_room import streams_room
from .dialogue import Dialogue
from .format import FEW
from .ladder_room import ladder_room
from .presence_room import presence_room
from .rivals_room import rivals_room
from .storm_room import storm_room
from .twitter_room import twitter_room


def dialogue_sections(
    dialogue: Dialogue,
    *,
    rivals: pd.DataFrame | None = None,
    names: pd.Series | None = None,
    minimum: int,
    tz: str,
) -> list[dict[str, Any]]:
    """Arrange the rooms; `names` are those of the topics, `minimum` the fewest people that are shown."""
    rooms = []
    if dialogue.streams is not None:
        rooms.append(streams_room(dialogue.streams, dialogue.niches, names=names))
    if dialogue.test is not None and dialogue.test["n"].iloc[0] >= FEW:
        rooms.append(twitter_room(dialogue.test, dialogue, minimum=minimum, tz=tz))
    if dialogue.presence is not None and spoken_to(dialogue.presence):
        rooms.append(presence_room(dialogue.presence, dialogue, minimum=minimum))
    if dialogue.load is not None and dialogue.load["complete"].sum() > 1:
        rooms.append(capacity_room(dialogue.load, dialogue))
    if rivals is not None and shown_brands(rivals) > 1:
        rooms.append(rivals_room(rivals, names=names, minimum=minimum))
    if dialogue.index is not None and dialogue.index["n"].sum() >= FEW:
        rooms.append(conduct_room(dialogue.index, dialogue, tz=tz))
    if dialogue.spikes is not None:
        rooms.append(storm_room(dialogue.spikes, dialogue, names=names, tz=tz))
    ladder = dialogue.ladder
    climbing = ladder if ladder is not None and ladder.loc[1, "n"] >= FEW else None
    if climbing is not None or (dialogue.ledger is not None and len(dialogue.ledger)):
        rooms.append(ladder_room(climbing, dialogue, minimum=minimum, tz=tz))
    return rooms


def spoken_to(presence: pd.DataFrame) -> bool:
    """Tell whether the brand speaks at all in conversations that are enough for a share."""
    return bool(presence["n_present"].sum() and presence["n"].max() >= FEW)


def shown_brands(rivals: pd.DataFrame) -> int:
    """Count the brands of which enough people talk to compare them."""
    whole = rivals[rivals["period"].isna() & rivals["topic"].isna() & ~rivals["hidden"]]
    return int((whole["measure"] == "complaining").sum())
