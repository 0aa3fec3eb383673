"""Files that tell about others: who owns an X archive, who is who in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..mentions import InsightError
from .containers import Source
from .desks import people_of
from .peek import peek
from .readers import values_of
from .shapes import Beside
from .social import items


@dataclass(frozen=True)
class Companions:
    """Owners and people by folder, and the names of the files that told them."""

    owners: dict[str, dict[str, Any]]
    people: dict[str, dict[str, dict[str, Any]]]
    used: frozenset[str]

    def of(self, source: Source) -> Beside:
        """Gather what was told about one file, in its own folder or the one above."""
        above = source.folder.rpartition("/")[0], source.folder.rpartition("!")[0] + "!"
        near = (source.folder, *above, *(folder.rpartition("/")[0] for folder in above))
        owner = next((self.owners[folder] for folder in near if folder in self.owners), {})
        people = next((self.people[folder] for folder in near if folder in self.people), {})
        return Beside(source.name, owner, people)


def companions(sources: list[Source]) -> Companions:
    """Read `account.js` and `users.json`, wherever they lie."""
    owners: dict[str, dict[str, Any]] = {}
    people: dict[str, dict[str, dict[str, Any]]] = {}
    used: set[str] = set()
    for source in sources:
        name = source.name.replace("!", "/").rpartition("/")[2]
        if name == "account.js" and peek(source).script == "account":
            listed: Any = next((value for value, _, wrong in values_of(source) if not wrong), [])
            owners[source.folder] = next((item["account"] for item in items(listed) if "account" in item), {})
            used.add(source.name)
        if name == "users.json" and (found := _people(source)):
            people[source.folder] = found
            used.add(source.name)
    return Companions(owners, people, frozenset(used))


def _people(source: Source) -> dict[str, dict[str, Any]]:
    try:
        return people_of([value for value, _, wrong in values_of(source) if not wrong])
    except InsightError:
        return {}
