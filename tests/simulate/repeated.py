"""Any number of messages in the shape of Customer Support on Twitter: the invented archive, over and over.

Each time its conversations come back whole, by new people, on other days, each message with another word in
the place of one: hardly a text comes twice, and the vocabulary grows with the archive, if less than people's.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .export_x import TWCS, tweet_time

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "x_mentions.csv.gz"
_FIRST_PERSON = 100_000
_DAYS = 12
"""Up to which a conversation moves from one time to the next."""
_SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "il")]
_TAG = re.compile(r"@(\d+)")


@dataclass(frozen=True)
class _Tweet:
    """A message of the archive; ids and people are numbers from 1, a brand is its handle."""

    number: int
    author: int | str
    inbound: str
    epoch: float
    text: str
    answers: tuple[int, ...]
    parent: int
    root: int


def write_repeated(path: Path, n: int, *, random_state: int = 0) -> Path:
    """Write `n` messages as twcs.csv has them; the same numbers give the same bytes."""
    tweets, people = _read()
    draw = random.Random(random_state)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TWCS)
        rows = itertools.chain.from_iterable(_again(tweets, people, time, draw) for time in itertools.count())
        writer.writerows(itertools.islice(rows, n))
    return path


def _read() -> tuple[list[_Tweet], dict[str, int]]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    number = {row["tweet_id"]: at for at, row in enumerate(rows, 1)}
    people = {author: at for at, author in enumerate(sorted({row["author_id"] for row in rows}), 1)}
    root: dict[int, int] = {}
    tweets = []
    for at, row in enumerate(rows, 1):  # in order of time: what is answered comes first
        parent = number.get(row["in_response_to_tweet_id"], 0)
        root[at] = root.get(parent, at)
        answers = tuple(number[each] for each in row["response_tweet_id"].split(",") if each in number)
        epoch = datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y").timestamp()
        who = people[row["author_id"]] if row["author_id"].isdigit() else row["author_id"]
        tweets.append(_Tweet(at, who, row["inbound"], epoch, row["text"], answers, parent, root[at]))
    return tweets, people


def _again(
    tweets: list[_Tweet], people: Mapping[str, int], time: int, draw: random.Random
) -> Iterator[tuple[object, ...]]:
    """Go through the archive once more, under new numbers."""
    first, newcomer = time * len(tweets), _FIRST_PERSON + time * len(people)
    moved = [draw.randrange(_DAYS * 86_400) for _ in range(len(tweets) + 1)]
    for one in tweets:
        yield (
            first + one.number,
            newcomer + one.author if isinstance(one.author, int) else one.author,
            one.inbound,
            tweet_time(one.epoch + moved[one.root]),
            _TAG.sub(lambda tag: f"@{newcomer + people.get(tag[1], 0)}", _reworded(one.text, draw)),
            ",".join(str(first + answer) for answer in one.answers),
            first + one.parent if one.parent else "",
        )


def _reworded(text: str, draw: random.Random) -> str:
    """Put an invented word in the place of one, or behind it; few of them are common."""
    words, rank = text.split(" "), int(draw.paretovariate(0.6)) % 10_000_000
    at = draw.randrange(len(words))
    word = ""
    while rank:
        rank, syllable = divmod(rank, len(_SYLLABLES))
        word += _SYLLABLES[syllable]
    if words[at].isalpha():
        words[at] = word
    else:
        words.insert(at + 1, word)
    return " ".join(words)
