"""What every export is written from: the messages in order, their words, native ids and author names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from .plan import DEALS, HELP, MAIN, QUOTES, Message, Person
from .writing import Written

_SNOWFLAKE_EPOCH = 1288834974657
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NAMES = (
    ["slow", "dim", "blue", "north", "quiet", "dusty", "late", "odd", "salty", "tin", "mossy", "lazy"],
    ("_", "", "-"),
    ["pour", "kettle", "bean", "mug", "grinder", "crema", "spoon", "filter", "saucer", "roast", "puck"],
)


@dataclass(frozen=True)
class Scene:
    """Everything the writers need; `rng` gives the likes and scores that mean nothing."""

    messages: tuple[Message, ...]
    written: dict[int, Written]
    ids: dict[int, str]
    handles: dict[int, str]
    people: list[Person]
    rng: np.random.Generator

    def of(self, platform: str) -> list[Message]:
        """Return the messages of one platform."""
        return [message for message in self.messages if message.platform == platform]


def native_ids(messages: Iterable[Message]) -> dict[int, str]:
    """Give each message an id as its platform would: a snowflake on X, base 36 on Reddit, else a number."""
    ids: dict[int, str] = {}
    for rank, message in enumerate(sorted(messages, key=lambda m: (m.created, m.key))):
        if message.platform == "x":
            stamp = message.created * 1000 + message.key % 1000
            ids[message.key] = str((stamp - _SNOWFLAKE_EPOCH) << 22 | message.key)
        elif message.platform == "reddit":
            ids[message.key] = base36(1_050_000_000 + rank * 137 + message.key % 101)
        elif message.platform == "google_play" and message.parent is not None:
            ids[message.key] = f"{ids[message.parent]}#reply"  # no id of its own in the file
        elif message.platform == "google_play":
            ids[message.key] = f"gp:AOqpTO{base36((message.key * 2_654_435_761 + 97) ** 3)}"
        else:
            ids[message.key] = str(7_300_000_000 + rank * 29)
    return ids


def base36(number: int) -> str:
    """Write a whole number in base 36."""
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return text


def author_names(people: list[Person], rng: np.random.Generator) -> dict[int, str]:
    """Name each author as the platform shows it: a number on X, as in the published corpus, else a word."""
    names = {HELP: "pellwickhelp", MAIN: "pellwick", DEALS: "703311", QUOTES: "703312"}
    numbers = 115_000 + np.argsort(rng.random(max(580_000, 2 * len(people))))[: len(people)]
    for person, number in zip(people, numbers.tolist(), strict=True):
        word = "".join(part[int(rng.random() * len(part))] for part in _NAMES)
        names[person.index] = f"{word}{number % 10_000}" if person.platform == "reddit" else str(number)
    return names


def iso(epoch: int) -> str:
    """Write a time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
