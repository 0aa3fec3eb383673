"""Any table of messages, written in the shape that a spec describes and read back, is the same table."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.archives.detect import load_specs
from insight.archives.placeholders import is_placeholder

pytestmark = pytest.mark.slow

WAYS = {
    "ISO8601": "%Y-%m-%dT%H:%M:%SZ", "ctime": "%a %b %d %H:%M:%S +0000 %Y",
    "epoch": "%s", "epoch_s": "%s", "epoch_ms": "%s000",
}  # fmt: skip
UNDONE = ("entities", "html")
MOMENT = st.datetimes(pd.Timestamp("2005-01-01").to_pydatetime(), pd.Timestamp("2026-01-01").to_pydatetime())
WORDS = st.text(st.characters(categories=["Ll", "Lo"]), min_size=1, max_size=12)
AUTHOR = WORDS.filter(lambda name: not is_placeholder(name))
TEXT = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ROWS = st.lists(st.tuples(st.integers(10**8, 10**18), AUTHOR, MOMENT, TEXT, st.integers(0, 10**6)), min_size=1,
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


SPECS = [spec for name, spec in sorted(load_specs().items()) if is_declarative(spec)]


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


def is_plain_json(spec):
    flat = (
        spec.readers[0] == "json" and not spec.shape and not {"inside", "first", "outer"} & set(spec.records)
    )
    known = spec.time.get("formats", [""])[0] in WAYS
    return flat and known and all(first_path(spec, role) for role in ("created_at", "text"))


def first_path(spec, role):
    """Name the path that a role is read from first, as it stands but for entities and tags."""
    entry = spec.map.get(role)
    if isinstance(entry, dict):
        entry = entry["from"] if entry.get("conv", "html") in UNDONE and "values" not in entry else None
    return entry[0] if isinstance(entry, list) else entry


def put(item, path, value):
    *steps, last = path.split(".")
    for step in steps:
        item = item.setdefault(step, {})
    item.setdefault(last, value)


def item_of(spec, row):
    """Make one JSON object that holds a row where the spec looks for it, and all that it is known by."""
    own, author, moment, text, likes = row
    stamp = pd.Timestamp(moment).floor("s").tz_localize("UTC")
    way = WAYS[spec.time["formats"][0]]
    day = int(way.replace("%s", str(int(stamp.timestamp())))) if "%s" in way else stamp.strftime(way)
    item = {}
    cells = {"id": str(own), "author": author, "created_at": day, "text": text, "like_count": likes}
    for role, value in cells.items():
        if path := first_path(spec, role):
            put(item, path, value)
    for path in spec.detect["keys"][0]:
        put(item, path, "")
    return item


JSON_SPECS = [spec for _, spec in sorted(load_specs().items()) if is_plain_json(spec)]


def check_rows(archive, spec, rows):
    mentions = archive.mentions
    assert archive.report.files["source_format"].tolist() == [spec]
    expected = sorted((pd.Timestamp(moment).floor("s"), text) for _, _, moment, text, _ in rows)
    found = sorted(zip(mentions["created_at"].dt.tz_localize(None), mentions["text"], strict=True))
    assert found == expected
    if load_specs()[spec].map.get("author"):
        assert mentions["author_id"].nunique() == len({author.casefold() for _, author, *_ in rows})


@pytest.mark.parametrize("spec", JSON_SPECS, ids=lambda spec: spec.name)
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_json_that_is_written_by_a_spec_is_read_by_it(load, spec, rows):
    lines = "\n".join(json.dumps(item_of(spec, row)) for row in rows)
    archive = load(lines, f"{spec.name}.ndjson", brands=None)
    check_rows(archive, spec.name, rows)
    if first_path(spec, "like_count"):
        assert sorted(archive.mentions["like_count"]) == sorted(likes for *_, likes in rows)


def seconds(row):
    return int(pd.Timestamp(row[2]).floor("s").tz_localize("UTC").timestamp())


def iso(row):
    return pd.Timestamp(row[2]).floor("s").isoformat() + "Z"


def ctime(row):
    return pd.Timestamp(row[2]).strftime("%a %b %d %H:%M:%S +0000 %Y")


SHAPED = {
    "reddit": lambda rows: [
        {"id": str(r[0]), "author": r[1], "created_utc": seconds(r), "body": r[3], "link_id": "t3_a", "score": r[4]}
        for r in rows
    ],
    "telegram": lambda rows: {"name": "c", "type": "group", "id": 1, "messages": [
        {"id": r[0], "type": "message", "date_unixtime": str(seconds(r)), "from_id": r[1], "text": [r[3]]}
        for r in rows
    ]},
    "discord": lambda rows: {"guild": {"id": "1"}, "channel": {"id": "2", "name": "general"}, "messages": [
        {"id": str(r[0]), "type": "Default", "timestamp": iso(r), "content": r[3],
         "author": {"id": r[1], "name": r[1], "isBot": False}} for r in rows
    ]},
    "hackernews": lambda rows: [
        {"id": r[0], "by": r[1], "time": seconds(r), "type": "comment", "text": r[3]} for r in rows
    ],
    "x_v1": lambda rows: [
        {"id_str": str(r[0]), "created_at": ctime(r), "full_text": r[3], "user": {"id_str": r[1], "screen_name": r[1]}}
        for r in rows
    ],
    "x_v2": lambda rows: {"data": [
        {"id": str(r[0]), "text": r[3], "author_id": r[1], "created_at": iso(r), "conversation_id": str(r[0]),
         "edit_history_tweet_ids": [str(r[0])]}
        for r in rows
    ]},
    "discourse": lambda rows: {"post_stream": {"posts": [
        {"id": r[0], "post_number": n, "topic_id": 1, "username": r[1], "created_at": iso(r), "cooked": f"<p>{r[3]}</p>"}
        for n, r in enumerate(rows, 1)
    ]}},
    "mastodon": lambda rows: {"type": "OrderedCollection", "totalItems": 1, "orderedItems": [
        {"type": "Create", "actor": r[1], "published": iso(r), "to": ["as:Public"], "object": {
            "id": f"https://m.example/{r[0]}", "type": "Note", "published": iso(r), "attributedTo": r[1],
            "content": f"<p>{r[3]}</p>", "to": ["as:Public"]}} for r in rows
    ]},
    "zulip": lambda rows: [
        {"id": r[0], "sender_id": r[1], "sender_full_name": r[1], "timestamp": seconds(r), "content": r[3]} for r in rows
    ],
    "zendesk": lambda rows: [
        {"id": r[0], "subject": "", "requester_id": r[1], "created_at": iso(r), "status": "open", "comments": [
            {"id": r[0], "author_id": r[1], "body": r[3], "public": True, "created_at": iso(r)}]} for r in rows
    ],
    "yt_dlp": lambda rows: {"id": "v", "title": "t", "extractor": "youtube", "comments": [
        {"id": str(r[0]), "parent": "root", "text": r[3], "author_id": r[1], "timestamp": seconds(r)} for r in rows
    ]},
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPED)
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_json_in_the_shape_of_its_source_is_read_whole(load, name, rows):
    check_rows(load(json.dumps(SHAPED[name](rows)), f"{name}.json", brands=None), name, rows)


def test_enough_json_specs_are_plain_enough():
    assert len(JSON_SPECS) + len(SHAPED) >= 20
