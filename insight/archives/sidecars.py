"""Files that say something about others: who owns an X archive, who is who in a workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from insight.mentions import InsightError

from .containers import Source
from .json_shapes import Beside
from .peek import peek
from .readers import Records, scalar, values_of
from .social import items, long_posts
from .tables import read_table
from .zendesk import people_of

_PEOPLE = ("users.json", "user_data.csv", "users.csv", "user.csv")


@dataclass(frozen=True)
class Companions:
    """Owners, people and long posts by folder, and the names of the files that hold them."""

    owners: dict[str, dict[str, Any]]
    people: dict[str, dict[str, dict[str, Any]]]
    long_posts: dict[str, dict[str, str]]
    used: frozenset[str]

    def of(self, source: Source) -> Beside:
        """Gather what is known about one file, in its own folder or the one above."""
        above = source.folder.rpartition("/")[0], source.folder.rpartition("!")[0] + "!"
        near = (source.folder, *above, *(folder.rpartition("/")[0] for folder in above))
        owner = next((self.owners[folder] for folder in near if folder in self.owners), {})
        people = next((self.people[folder] for folder in near if folder in self.people), {})
        return Beside(source.name, owner, people, self.long_posts.get(source.folder, {}))


def companions(sources: list[Source]) -> Companions:
    """Read `account.js` and lists of users, wherever they lie."""
    owners: dict[str, dict[str, Any]] = {}
    people: dict[str, dict[str, dict[str, Any]]] = {}
    notes: dict[str, dict[str, str]] = {}
    used: set[str] = set()
    n_posts = sum("tweet" in source.name for source in sources)
    for source in sources:
        name = source.name.replace("!", "/").rpartition("/")[2]
        try:
            if name == "account.js" and peek(source).script == "account":
                owners[source.folder] = _owner(_first(source))
            elif name == "note-tweet.js" and n_posts > 1:
                notes[source.folder] = long_posts(_first(source))
            elif name in _PEOPLE and (found := _people(source)):
                people[source.folder] = found
            else:
                continue
        except (InsightError, TypeError, AttributeError, KeyError):  # then it is read as any other file
            continue
        used.add(source.name)
    return Companions(owners, people, notes, frozenset(used))


def _first(source: Source) -> Any:  # noqa: ANN401
    return next((value for value, _, wrong in values_of(source) if not wrong), [])


def _owner(listed: Any) -> dict[str, Any]:  # noqa: ANN401
    return next((item["account"] for item in items(listed) if "account" in item), {})


def _people(source: Source) -> dict[str, dict[str, Any]]:
    try:
        if source.name.endswith(".json"):
            return people_of([value for value, _, wrong in values_of(source) if not wrong])
        columns = next(read_table(source, delimiter=",", header_row=0)).columns
    except InsightError:
        return {}
    if not {"id", "role"} <= columns.keys():
        return {}
    rows = zip(*(columns.get(name, columns["id"]) for name in ("id", "role", "name")), strict=True)
    return {own: {"id": own, "role": role, "name": name} for own, role, name in rows}


def with_people(records: Records, author: list[str], people: dict[str, dict[str, Any]]) -> Records:
    """Write the name and the role of each author into a table that names authors by id only."""
    column = next((name for name in author if name in records.columns), None)
    if column is None or not people:
        return records
    known = [people.get(own, {}) for own in records.columns[column]]
    known_of = {f"_{word}": [scalar(person.get(word)) for person in known] for word in ("name", "role")}
    return replace(records, columns={**records.columns, **known_of})
