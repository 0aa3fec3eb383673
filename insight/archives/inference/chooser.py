"""The columns of a sample and the roles that they fill: what every step of `understand` works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from insight.archives.instructions import Columns, need_named

from .columns import Profile

COUNTED = ("like_count", "reply_count", "repost_count", "quote_count", "view_count", "follower_count")


@dataclass(frozen=True)
class Found:
    """The columns that fill a role, why, and whether headers and values agree."""

    role: str
    columns: tuple[str, ...]
    reason: str
    sure: bool = True


class Chooser:
    """Gives the columns to the roles, the surest first; no column has two. What is `named` is settled."""

    def __init__(
        self, looks: dict[str, Profile], columns: Mapping[str, Sequence[str]], named: Columns
    ) -> None:
        need_named(named, columns)
        self.looks = {name: look for name, look in looks.items() if look.values} or looks
        self.columns, self.all, self.settled = columns, looks, frozenset(named)
        self.found = {role: Found(role, names, "named by columns=") for role, names in named.items() if names}
        self.warnings: list[str] = []
        self.questions: tuple[str, ...] = ()
        self.entries: dict[str, dict[str, Any]] = {}
        self.relative = self.rooted = False
        self.headers = {word for look in looks.values() for step in look.steps for word in step.split("_")}
        self.headers |= {look.last for look in looks.values()}
        self.answers = any(look.reply_fit >= 0.6 and look.words >= 1 for look in looks.values())

    def of(self, role: str) -> tuple[str, ...]:
        """Name the columns that a role has so far."""
        return self.found[role].columns if role in self.found else ()

    def joined(self, name: str) -> list[str]:
        """Give the cells of a column, or of several joined by ` + `."""
        if name in self.columns:
            return list(self.columns[name])
        parts = [self.columns[part] for part in name.split(" + ")]
        return [" ".join(filter(None, cells)) for cells in zip(*parts, strict=True)]

    def free(self) -> list[Profile]:
        """Give the columns that have no role yet."""
        taken = {part for one in self.found.values() for name in one.columns for part in name.split(" + ")}
        return [look for name, look in self.looks.items() if name not in taken]

    def give(
        self, role: str, look: Profile, reason: str, *, sure: bool = True, more: Sequence[str] = ()
    ) -> None:
        """Give a role to a column, unless the caller settled it."""
        if role not in self.settled:
            self.found[role] = Found(role, (look.name, *more), reason, sure)

    def best(self, role: str, fits: Sequence[tuple[float, Profile]]) -> Profile | None:
        """Take the best candidate; of equals the one nearest to the top level, then the first."""
        good = [(score, -len(look.steps), -at, look) for at, (score, look) in enumerate(fits) if score > 0]
        return max(good, key=lambda one: one[:3])[3] if good else None

    def by_caller(self, role: str) -> Profile | None:
        """Take the column that the caller named for a role."""
        names = self.of(role) if role in self.settled else ()
        return self.all[names[0].split(" + ")[0]] if names else None

    def named(self, role: str) -> Profile | None:
        """Take a column whose header alone names the role, whatever it holds."""
        fits = [(look.fit(role) - 0.6, look) for look in self.all.values() if len(look.steps) == 1]
        return self.best(role, fits)
