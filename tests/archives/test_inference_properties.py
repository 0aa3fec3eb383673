"""A file without a known format, whatever it holds: rows are accounted for, no cell is another's value."""

from __future__ import annotations

import csv
import io
import json
from unittest import mock

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insight.archives import read_archive, reading
from insight.mentions import InsightError, check_mentions
from tests.archives.test_sides import LAYOUTS

pytestmark = pytest.mark.slow

FEW = settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
FIXTURES = (
    "twcs.csv", "brandwatch.csv", "talkwalker.csv", "reddit_comments.ndjson", "x_v2/page.jsonl",
    "airline.csv", "play_console.csv", "zendesk.ndjson", "zendesk_comments.csv", "generic.csv",
    "reddit_listing.json",
)  # fmt: skip
N = 15
DAY = pd.Timestamp("2025-02-03 08:15:40", tz="UTC")
NAMES = ("mara_k", "tomberg", "ida.m", "kim77", "ola_n")
WORDS = ("lid", "pump", "hose", "app", "refund", "cable", "manual", "parcel")


def said(n):
    return f"the {WORDS[n % 8]} of order {n} broke and no {WORDS[(n * 3 + 1) % 8]} came since"


VALUES = {
    "text": said,
    "created_at": lambda n: (DAY + pd.Timedelta(hours=7 * n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "author": lambda n: NAMES[n % 5],
    "id": lambda n: f"m-{900 + 3 * n}",
    "rating": lambda n: str(1 + n % 5),
    "like_count": lambda n: str(n * 2),
    "reply_to": lambda n: f"m-{900 + 3 * (n - 1)}" if n % 3 == 1 else "",
    "place": lambda n: ("NO", "DE", "FR")[n % 3],
    "updated": lambda n: (DAY + pd.Timedelta(days=400 + n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "order": lambda n: str(70_000 + n // 2),
    "agent": lambda n: ("agent_a", "agent_b")[n % 2],
}
HEADERS = {
    "text": ("text", "Message", "reviewText", "Kommentar", "comment_body"),
    "created_at": ("created_at", "Date", "postedOn", "timestamp", "Datum"),
    "author": ("author", "User Name", "screenName", "customer", "Absender"),
    "id": ("id", "Message ID", "commentId", "uuid"),
    "rating": ("rating", "Star Rating", "stars"),
    "like_count": ("likes", "likeCount", "Upvotes"),
    "reply_to": ("parent_id", "in_reply_to_id", "replyToId"),
    "place": ("country",), "updated": ("updated_at", "lastModified"), "order": ("order_number",),
    "agent": ("agent_name", "assignee"),
}  # fmt: skip
OPTIONAL = tuple(role for role in HEADERS if role not in ("text", "created_at", "author"))


@st.composite
def tables(draw):
    """Draw the headers of some roles, in any order, with the gaps that exports have."""
    roles = ["text", "created_at", "author", *draw(st.sets(st.sampled_from(OPTIONAL)))]
    headers = {role: draw(st.sampled_from(HEADERS[role])) for role in draw(st.permutations(roles))}
    gaps = draw(st.sets(st.tuples(st.integers(0, N - 1), st.sampled_from(["author", "rating", "place"]))))
    rows = [
        {header: "" if (n, role) in gaps else VALUES[role](n) for role, header in headers.items()}
        for n in range(N)
    ]
    return headers, rows


def as_csv(rows):
    out = io.StringIO()
    table = csv.DictWriter(out, rows[0])
    table.writeheader()
    table.writerows(rows)
    return out.getvalue()


WAYS = {
    "csv": as_csv, "json": json.dumps, "jsonl": lambda rows: "\n".join(map(json.dumps, rows)),
    "inner.json": lambda rows: json.dumps({"meta": {"n": N}, "data": {"items": rows}}),
}  # fmt: skip


def accounted(archive):
    files = archive.report.files
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
    assert files["rows_set_aside"].sum() == len(archive.report.set_aside)
    check_mentions(archive.mentions)


@pytest.fixture(scope="module")
def key(root):
    return root / "tests" / "fixtures" / "pseudonym.txt"


@pytest.mark.parametrize("way", WAYS)
@FEW
@given(drawn=tables())
def test_no_cell_is_read_as_the_value_of_another(tmp_path_factory, key, way, drawn):
    headers, rows = drawn
    path = tmp_path_factory.mktemp("drawn") / f"export.{way}"
    path.write_text(WAYS[way](rows))
    archive = read_archive(path, key=key, privacy="internal")
    accounted(archive)
    found = archive.mentions.set_index("text")
    assert sorted(found.index) == sorted(map(said, range(N)))
    for n, row in enumerate(rows):
        mine = found.loc[said(n)]
        assert mine["created_at"] == pd.Timestamp(VALUES["created_at"](n))
        assert (mine["author_name"] if pd.notna(mine["author_name"]) else "") == row[headers["author"]]
        if "id" in headers:
            assert mine["mention_id"] == f"unknown:{VALUES['id'](n)}"
            parent = row[headers["reply_to"]] if "reply_to" in headers else ""
            assert (mine["reply_to_id"] if pd.notna(mine["reply_to_id"]) else "") in ("", f"unknown:{parent}")
        for role, column in (("rating", "rating"), ("like_count", "like_count")):
            if pd.notna(mine[column]):
                value = float(row[headers[role]])
                assert mine[column] == ((value - 1) / 4 if role == "rating" else value)


@pytest.mark.parametrize("name", FIXTURES)
@FEW
@given(data=st.data())
def test_any_mutation_is_a_table_or_an_error(tmp_path_factory, fixtures, key, name, data):
    lines = (fixtures / name).read_bytes().splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "twice", "swap", "bytes", "cells"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "twice":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cells":
            lines[at] = b",".join(lines[at].split(b",")[::-1])
        else:
            place = data.draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:place] + data.draw(st.binary(max_size=9)) + lines[at][place + 3 :]
    path = tmp_path_factory.mktemp("mutated") / name.rpartition("/")[2]
    path.write_bytes(b"".join(lines))
    said = ""
    with mock.patch.object(reading, "detect", return_value=None):
        try:
            accounted(read_archive(path, key=key))
        except InsightError as error:
            said = str(error)
    assert reading.UNFORESEEN not in said


INSIDE = (
    "transcript_cell", "transcript_roles", "numbered", "steps", "json_cell", "livechat", "ids_of_people",
    "bazaarvoice", "from_to", "discourse_csv", "xml_desk", "helpcrunch", "journal_cell",
)  # fmt: skip
"""Layouts with messages in cells, lists and numbered columns, and people in lists of their own."""


@pytest.mark.parametrize("name", INSIDE)
@FEW
@given(data=st.data())
def test_any_change_of_a_layout_is_a_table_or_an_error(tmp_path_factory, key, name, data):
    file, content, _ = LAYOUTS[name]()
    for _ in range(data.draw(st.integers(1, 5))):
        at, n = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 60))
        put = data.draw(
            st.sampled_from(["", content[at : at + n] * 2, '"', "\n", "[", "}", "null", "0", ",,"])
        )
        content = content[:at] + put + content[at + n :]
    path = tmp_path_factory.mktemp("changed") / file
    path.write_text(content or "x", encoding="utf-8")
    said = ""
    try:
        accounted(read_archive(path, key=key))
    except InsightError as error:
        said = str(error)
    assert reading.UNFORESEEN not in said
