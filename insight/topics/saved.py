"""Topics in a file of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from insight.files import Bundle, read_bundle, write_bundle
from insight.text.encode import Encoder, load_encoder

from .cluster import Search
from .rule import Rule
from .space import put_together, take_apart

VERSION = 1
_TABLES = ("table", "assignments", "terms", "tree", "levels", "stability", "changes", "messages")
_RULE = ("centroids", "weights", "topics", "fine", "owners")
_FACTS = ("drawn", "silent", "cost")


def write_topics(path: str | Path, fields: Mapping[str, Any]) -> Path:
    """Write the fields of a `Topics` to one file, whole or not at all."""
    rule: Rule = fields["rule"]
    arrays, space = take_apart(rule.space)
    arrays |= {name: getattr(rule, name) for name in _RULE} | {"resampled": fields["resampled"]}
    search = fields["search"]
    facts = {name: fields[name] for name in _FACTS} | {
        "floor": rule.floor,
        "given": list(fields["given"].items()),
        "search": None if search is None else asdict(search),
        "space": space,
    }
    bundle = Bundle({name: fields[name] for name in _TABLES}, arrays, facts)
    return write_bundle(path, bundle, kind="topics", version=VERSION)


def read_topics(path: str | Path, *, encoder: str | Path | Encoder | None) -> dict[str, Any]:
    """Read the fields of a `Topics`."""
    found = read_bundle(path, kind="topics", version=VERSION)
    arrays, facts = found.arrays, found.facts
    fields: dict[str, Any] = {**found.tables, **{name: facts[name] for name in _FACTS}}
    fields["tree"]["topics"] = fields["tree"]["topics"].map(list)
    fields["search"] = None if facts["search"] is None else Search(**facts["search"])
    fields["given"] = dict(facts["given"])
    fields["resampled"] = arrays["resampled"]
    space = put_together(arrays, facts["space"], load_encoder(encoder))
    fields["rule"] = Rule(space, **{name: arrays[name] for name in _RULE}, floor=facts["floor"])
    return fields
