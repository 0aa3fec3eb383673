"""No byte crashes a reader, every row is accounted for, the order of rows changes nothing."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import csv
import io
import json
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.archives import read_archive
from insight.archives.detect import load_specs, sources
from insight.archives.reading import UNFORESEEN
from insight.mentions import InsightError, check_mentions

pytestmark = pytest.mark.slow

FEW = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FIXTURES = ["twcs.csv", "brandwatch.csv", "talkwalker.csv", "reddit_comments.ndjson", "x_v2/page.jsonl"]
FIXTURES += [
    "play_console.csv",
    "zendesk.ndjson",
    "zendesk_comments.csv",
    "airline.csv",
    "generic.csv",
    "reddit_listing.json",
]


def accounted(archive):
    files, set_aside = archive.report.files, archive.report.set_aside
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
    assert files["rows_set_aside"].sum() == len(set_aside)
    kept = archive.mentions[["source_file", "source_row"]].drop_duplicates()
    assert len(kept) == files["rows_kept"].sum()
    assert set_aside["reason"].ne("").all()
    check_mentions(archive.mentions)


@pytest.fixture(scope="module")
def key(root):
    return root / "tests" / "fixtures" / "pseudonym.txt"


def try_to_read(path, data, key):
    """Read bytes; anything but a table or an InsightError is a failure."""
    path.write_bytes(data)
    said = ""
    try:
        accounted(read_archive(path, key=key))
    except InsightError as error:
        said = str(error)
    assert UNFORESEEN not in said


STARTS = [
    b"id,author,created_at,text\n", b"tweet_id,author_id,inbound,created_at,text,in_response_to_tweet_id\n",
    b'{"id":"1","text":"a","author_id":"2","created_at":"2024-01-01T00:00:00Z","public_metrics":{}}\n',
    b"[", b"{", b"PAR1", b"text\n",
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"From a b 10:00\nFrom: a\n\n",
    b"<?xml version='1.0'?><posts><row Id='1'",
    b"1/1/24, 10:00 - A: b\n", b'{"id":"1","messages":[{"type":"message","date_unixtime":"1","text":"',
    b'<!DOCTYPE html><div class="_a6-g"><div class="_a6-p">', b"Date: 2024-01-01 00:00:00\nComment: a\n",
    b"=" * 73 + b"\nDate: Mon, 4 Mar 2024 09:00:00 +0100\nFrom: a\n", b"1\n00:00:01,000 --> 00:00:02,000\n",
    b"<comments><row Id='1' PostId='2' Text='", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"\xd0\xcf\x11\xe0",
    b"V1,V2\nResponseID,ResponseSet,StartDate,EndDate,Finished,Why?\n", b"Respondent ID,Collector ID,Start Date,End Date,Why\n",
    b"window.YTD.tweets.part0 = [", b"\xff\xfei\0d\0,\0t\0e\0x\0t\0\n\0", b"PK\x03\x04", b"\x1f\x8b",
]  # fmt: skip


@FEW
@given(start=st.sampled_from([b"", *STARTS]), rest=st.binary(max_size=300))
def test_no_bytes_crash_a_reader(tmp_path_factory, key, start, rest):
    try_to_read(tmp_path_factory.mktemp("bytes") / "any.csv", start + rest, key)


@pytest.mark.parametrize("start", STARTS)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rest=st.binary(max_size=300))
def test_no_bytes_behind_the_start_of_a_format_crash_its_reader(tmp_path_factory, key, start, rest):
    try_to_read(tmp_path_factory.mktemp("bytes") / "any.txt", start + rest, key)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYED = sorted(
    name for name, spec in load_specs().items() if spec.detect.get("keys") and "json" in spec.readers
)


@pytest.mark.parametrize("name", KEYED)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_value_under_the_keys_of_a_format_crashes_it(tmp_path_factory, key, name, data):
    spec = load_specs()[name]
    keys = data.draw(st.sampled_from(spec.detect["keys"]))
    paths = [*keys, *(path for entry in spec.map.values() for path in sources(entry) if path[0] != "_")]
    item = {}
    for path in dict.fromkeys(paths):
        *steps, last = path.split(".")
        here = item
        for step in steps:
            here = here.setdefault(step, {}) if isinstance(here, dict) else {}
        if isinstance(here, dict):
            here[last] = data.draw(JSON)
    try_to_read(tmp_path_factory.mktemp("json") / "any.json", json.dumps([item]).encode(), key)


@pytest.mark.parametrize("name", FIXTURES)
@FEW
@given(data=st.data())
def test_no_damage_to_an_export_crashes_a_reader(tmp_path_factory, fixtures, key, name, data):
    raw = bytearray((fixtures / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at, size = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 40))
        raw[at : at + size] = data.draw(st.binary(max_size=12))
    try_to_read(tmp_path_factory.mktemp("damaged") / name.rsplit("/")[-1], bytes(raw), key)


CELL = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)
MOMENT = st.datetimes(pd.Timestamp("2001-01-01").to_pydatetime(), pd.Timestamp("2026-01-01").to_pydatetime())
ROW = st.tuples(
    st.integers(1, 12).map(str),
    CELL,
    MOMENT.map(lambda at: f"{at:%Y-%m-%d %H:%M:%S}Z"),
    CELL,
    st.sampled_from(["", "1", "2", "3", "99"]),
)


def written(rows):
    out = io.StringIO()
    csv.writer(out).writerows([("id", "author", "created_at", "text", "reply_to"), *rows])
    return out.getvalue().encode()


@FEW
@given(rows=st.lists(ROW, min_size=1, max_size=12), seed=st.integers(0, 99))
def test_any_rows_in_any_order_give_the_same_table(tmp_path_factory, key, rows, seed):
    folder = tmp_path_factory.mktemp("order")
    shuffled = random.Random(seed).sample(rows, len(rows))
    tables = []
    for number, some in enumerate((rows, shuffled)):
        path = folder / str(number) / "export.csv"
        path.parent.mkdir()
        path.write_bytes(written(some))
        archive = read_archive(path, key=key)
        accounted(archive)
        tables.append(archive.mentions.drop(columns="source_row"))
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    "name",
    [
        "twcs.csv",
        "talkwalker.csv",
        "reddit_comments.ndjson",
        "airline.csv",
        "zendesk.ndjson",
        "zendesk_comments.csv",
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_exports_give_the_same_table(read, write, fixtures, name, seed):
    text = (fixtures / name).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    head = [] if name.endswith("ndjson") else [lines.pop(0)]
    random.Random(seed).shuffle(lines)
    shuffled = read(write("".join(head + lines), name))
    accounted(shuffled)
    drop = ["source_row"]
    pd.testing.assert_frame_equal(
        shuffled.mentions.drop(columns=drop), read(name).mentions.drop(columns=drop)
    )


def test_reading_an_export_twice_adds_nothing(read, write, fixtures):
    text = (fixtures / "twcs.csv").read_text(encoding="utf-8")
    once, twice = read("twcs.csv"), read([write(text, "a.csv"), write(text, "b.csv")])
    accounted(twice)
    assert twice.mentions[["n_copies", "copy_formats"]].drop_duplicates().to_numpy().tolist() == [[2, "twcs"]]
    drop = ["source_file", "source_row"]
    merged = twice.mentions.drop(columns=[*drop, "n_copies", "copy_formats"])
    pd.testing.assert_frame_equal(once.mentions.drop(columns=drop), merged)
    assert twice.report.n_duplicates == 5


def test_messages_without_id_date_and_author_are_not_merged(load):
    archive = load("text\ngreat app\ngreat app\nother\n")
    assert archive.report.n_mentions == 3
    assert archive.mentions["created_at"].isna().all()
    assert (archive.mentions["time_precision"] == "none").all()


def test_rows_that_are_equal_to_the_second_are_one(load):
    archive = load(
        "author,created_at,text\n" + "kim,2024-03-01 10:00:01Z,hi\n" * 2 + "ola,2024-03-01 10:00:01Z,hi\n"
    )
    assert archive.report.n_mentions == 2
    assert archive.report.n_duplicates == 1


def test_made_ids_depend_neither_on_the_key_nor_on_other_rows(load, tmp_path, write):
    line = "author,created_at,text\nkim,2024-03-01 10:00:01Z,hi\n"
    first = load(line).mentions["mention_id"][0]
    (tmp_path / "other.key").write_text("ab" * 32, encoding="ascii")
    assert read_archive(write(line), key=tmp_path / "other.key").mentions["mention_id"][0] == first
    assert first in set(load(line + "ola,2024-03-01 09:00:01Z,ho\n").mentions["mention_id"])


def test_every_fixture_is_accounted_for(read):
    for name in [*FIXTURES, "x_archive", ""]:
        accounted(read(name))


def test_json_keys_in_any_order(load, fixtures):
    items = [
        json.loads(line)
        for line in (fixtures / "reddit_comments.ndjson").read_text(encoding="utf-8").splitlines()
    ]
    turned = "\n".join(json.dumps(dict(reversed(item.items()))) for item in items)
    straight = "\n".join(json.dumps(item) for item in items)
    pd.testing.assert_frame_equal(load(turned, "a.ndjson").mentions, load(straight, "a.ndjson").mentions)
