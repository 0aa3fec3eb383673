"""Threads by the customer whom each row names, where a chat has no other name."""

from __future__ import annotations

from collections.abc import Sequence

from .chooser import Chooser
from .columns import mean

_NEARLY_ALL = 0.9


def thread_by_customer(c: Chooser, sides: Sequence[str]) -> None:
    """Take for the thread whom each row names: the customer who writes, or to whom the brand writes."""
    writer = next((name for name in c.of("author") if name in c.columns), "")
    if not writer or {"conversation", "reply_to"} & {*c.found, *c.settled}:
        return
    who = c.columns[writer]
    for look in c.free():
        named = c.columns[look.name]
        rows = list(zip(who, named, sides, strict=True))
        own = [one == other for one, other, side in rows if side == "customer"]
        asked = {one for one, _, side in rows if side == "customer"}
        served = [other in asked and one != other for one, other, side in rows if side == "brand"]
        if look.n_distinct > 1 and min(mean(own), mean(served)) > _NEARLY_ALL:
            c.give("conversation", look, "the customer to whom or by whom all of it is written")
            return
