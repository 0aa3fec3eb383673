"""Any table of messages, written in the shape that a spec describes and read back, is the same table."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.archives.detect import GENERIC, load_specs

WAYS = {
    "ISO8601": "%Y-%m-%dT%H:%M:%SZ", "ctime": "%a %b %d %H:%M:%S +0000 %Y",
    "epoch": "%s", "epoch_s": "%s", "epoch_ms": "%s000",
}  # fmt: skip
UNDONE = ("entities", "html")
MOMENT = st.datetimes(pd.Timestamp("2005-01-01").to_pydatetime(), pd.Timestamp("2030-01-01").to_pydatetime())
WORDS = st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=12)
TEXT = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ROWS = st.lists(st.tuples(st.integers(10**8, 10**18), WORDS, MOMENT, TEXT, st.integers(0, 10**6)), min_size=1,
                max_size=8, unique_by=lambda row: row[0])  # fmt: skip


def plain_column(spec, role):
    """Name the column that a role is read from without more than entities and tags undone."""
    entry = spec.map.get(role)
    if isinstance(entry, dict):
        entry = entry["from"] if set(entry) == {"from", "conv"} and entry["conv"] in UNDONE else None
    name = entry[0] if isinstance(entry, list) else entry
    return name if isinstance(name, str) and " + " not in name else None


def is_declarative(spec):
    known = spec.time.get("formats", [""])[0] in WAYS
    return "table" in spec.readers and known and all(plain_column(spec, r) for r in ("created_at", "text"))


SPECS = [spec for name, spec in sorted(load_specs().items()) if name != GENERIC and is_declarative(spec)]


def written(spec, rows):
    """Write rows under the headers that the spec names, all others empty."""
    way = WAYS[spec.time["formats"][0]]
    roles = [plain_column(spec, role) for role in ("id", "author", "created_at", "text", "like_count")]
    marks = [*spec.detect.get("all", []), *spec.detect.get("any", [])]
    header = list(dict.fromkeys([*filter(None, roles), *marks]))
    out = io.StringIO()
    table = csv.DictWriter(out, header, restval="")
    table.writeheader()
    for own, author, moment, text, likes in rows:
        stamp = pd.Timestamp(moment).floor("s").tz_localize("UTC")
        day = way.replace("%s", str(int(stamp.timestamp()))) if "%s" in way else stamp.strftime(way)
        cells = zip(roles, (str(own), author, day, text, str(likes)), strict=True)
        table.writerow({name: cell for name, cell in cells if name})
    return out.getvalue()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_what_is_written_by_a_spec_is_read_by_it(load, spec, rows):
    archive = load(written(spec, rows), f"{spec.name}.csv", brands=None)
    mentions = archive.mentions
    assert archive.report.files["source_format"].tolist() == [spec.name]
    expected = sorted((pd.Timestamp(moment).floor("s"), text) for _, _, moment, text, _ in rows)
    found = sorted(zip(mentions["created_at"].dt.tz_localize(None), mentions["text"], strict=True))
    assert found == expected
    if plain_column(spec, "like_count"):
        assert sorted(mentions["like_count"]) == sorted(likes for *_, likes in rows)
    if plain_column(spec, "author"):
        assert mentions["author_id"].nunique() == len({author.casefold() for _, author, *_ in rows})


def test_enough_specs_are_plain_enough():
    assert len(SPECS) >= 12
