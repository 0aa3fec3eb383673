"""Topics that go on from month to month: which are kept, new, gone, split or merged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from .cluster import Found
from .space import draw

if TYPE_CHECKING:
    from .fitted import Topics

SAME = 0.25
"""Least Jaccard index of the texts of a topic then and now."""

_MOST = 0.5


READ = 2000
"""Texts of a remembered archive by which its topics are paired with those of now."""


@dataclass(frozen=True)
class Remembered:
    """What is known of an earlier archive's topics without its rule.

    Different texts, the topic of each (-1 for none), the names that people gave, and the name of every topic.
    """

    texts: list[str]
    topics: npt.NDArray[np.int64]
    given: dict[int, str]
    names: dict[int, str] = field(default_factory=dict)


def follow(found: Found, previous: Topics | Remembered) -> tuple[Found, pd.DataFrame]:
    """Give topics their earlier numbers and names, and say what became of each.

    The earlier rule places the texts that were clustered now (of a remembered archive, the rule of now places
    its texts); topics are paired so that the sum of the
    Jaccard indices of their texts is largest (Kuhn 1955), and a pair counts from 0.25 on. A topic without a
    partner is split off if most of its texts were in one earlier topic, an earlier one is merged if most of
    its texts are in one topic now.
    """
    from scipy.optimize import linear_sum_assignment

    now, then = found.rule.numbers, list_numbers(previous)
    both = _overlaps(found, previous, now, then)
    mine, theirs = both.sum(axis=1, keepdims=True), both.sum(axis=0, keepdims=True)
    inner = both[1:, 1:]
    jaccard = inner / np.maximum(mine[1:] + theirs[:, 1:] - inner, 1)
    pairs = {
        int(row): int(column)
        for row, column in zip(*linear_sum_assignment(-jaccard), strict=True)
        if jaccard[row, column] >= SAME
    }
    free = max([*then, *previous.given, -1]) + 1
    number: dict[int, int] = {}
    for row, topic in enumerate(now):
        number[topic] = then[pairs[row]] if row in pairs else free
        free += row not in pairs
    fresh = _without_partner(jaccard, inner / np.maximum(mine[1:], 1), pairs, ("split", "new"))
    lost = _without_partner(
        jaccard.T, (inner / np.maximum(theirs[:, 1:], 1)).T, pairs.values(), ("merged", "gone")
    )
    same = [(row, column, "kept", jaccard[row, column]) for row, column in pairs.items()]
    rows = [*sorted([*fresh, *same]), *((row, column, *rest) for column, row, *rest in lost)]
    changes = pd.DataFrame(rows, columns=["topic", "previous", "change", "overlap"])
    changes["topic"] = changes["topic"].map(dict(enumerate(number[topic] for topic in now))).astype("Int64")
    changes["previous"] = changes["previous"].map(dict(enumerate(then))).astype("Int64")
    kept = {then[column] for column in pairs.values()}
    given = {topic: name for topic, name in previous.given.items() if topic in kept}
    given |= {number[topic]: name for topic, name in found.given.items()}
    earlier = {topic: name for topic, name in _names(previous).items() if topic in kept}
    places = found.places.assign(topic=found.places["topic"].map(number | {-1: -1}).astype(np.int64))
    rule = found.rule.renumbered(number)
    return replace(found, rule=rule, places=places, given=given, earlier=earlier), changes


def list_numbers(previous: Topics | Remembered) -> list[int]:
    """Return the numbers of its topics."""
    if isinstance(previous, Remembered):
        return sorted(set(previous.topics.tolist()) - {-1})
    return previous.rule.numbers


def _names(previous: Topics | Remembered) -> dict[int, str]:
    if isinstance(previous, Remembered):
        return previous.names
    names: dict[int, str] = previous.table.set_index("topic")["name"].to_dict()
    return names


def _overlaps(
    found: Found, previous: Topics | Remembered, now: list[int], then: list[int]
) -> npt.NDArray[np.float64]:
    """Count texts by topic now and then; row and column 0 are no topic."""
    if isinstance(previous, Remembered):
        of = dict(zip(previous.texts, previous.topics.tolist(), strict=True))
        texts = draw(previous.texts, READ, random_state=0)
        labels = found.rule.place(texts)["topic"].to_numpy()
        earlier = np.array([of[text] for text in texts], dtype=np.int64)
    else:
        labels = found.places["topic"].reindex(found.drawn).to_numpy()
        earlier = previous.rule.place(found.drawn)["topic"].to_numpy()
    both = np.zeros((len(now) + 1, len(then) + 1))
    np.add.at(both, (_rank(labels, now), _rank(earlier, then)), 1)
    return both


def _rank(labels: npt.NDArray[np.int64], numbers: list[int]) -> npt.NDArray[np.int64]:
    rank = {number: row for row, number in enumerate(numbers, 1)}
    return np.array([rank.get(label, 0) for label in labels.tolist()], dtype=np.int64)


def _without_partner(
    jaccard: npt.NDArray, share: npt.NDArray, paired: Iterable[int], words: tuple[str, str]
) -> list[tuple[int, int | None, str, float]]:
    """Say of each row without a partner which column has most of its texts, if one has, and by which word."""
    rows: list[tuple[int, int | None, str, float]] = []
    for row in sorted(set(range(len(share))) - set(paired)):
        most = int(share[row].argmax()) if share.shape[1] else -1
        if most >= 0 and share[row, most] >= _MOST:
            rows.append((row, most, words[0], jaccard[row, most]))
        else:
            rows.append((row, None, words[1], 0.0))
    return rows
