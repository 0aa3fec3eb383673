"""The steps by themselves: dates, threads, sides, links; small tables reckoned in the head."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insight.archives.converters import Notes, ratings, scale_of, sound_ids, strip_html
from insight.archives.dates.parse_times import parse_times
from insight.archives.links import has_message, message_of, platform_of, shows_handle
from insight.archives.sides import read_brands
from insight.archives.thread_ids import give_threads

ANY = ["epoch", "ISO8601", "ctime", "day_month"]


@pytest.mark.parametrize(
    ("text", "moment", "precision", "zone"),
    [
        ("2024-03-01 09:00Z", "2024-03-01T09:00", "min", "explicit"),
        ("2024-03-01T09:00:00.123+02:00", "2024-03-01T07:00:00.123", "s", "explicit"),
        ("2016-05-01T23:37:07.000+0000", "2016-05-01T23:37:07", "s", "explicit"),
        ("2015-02-24 11:35:52 -0800", "2015-02-24T19:35:52", "s", "explicit"),
        ("2024-01-05 10:11 UTC", "2024-01-05T10:11", "min", "explicit"),
        ("20240105T101112Z", "2024-01-05T10:11:12", "s", "explicit"),
        ("Tue Oct 31 22:10:47 +0000 2017", "2017-10-31T22:10:47", "s", "explicit"),
        ("1439816104.0", "2015-08-17T12:55:04", "s", "explicit"),
        ("1439816104123", "2015-08-17T12:55:04.123", "s", "explicit"),
        ("1439816104123456", "2015-08-17T12:55:04.123456", "s", "explicit"),
        ("2024-01-05", "2024-01-05", "day", "UTC (assumed)"),
        ("20240105", "2024-01-05", "day", "UTC (assumed)"),
        ("24.12.2023", "2023-12-24", "day", "UTC (assumed)"),
        ("31/12/23 5:06 pm", "2023-12-31T17:06", "min", "UTC (assumed)"),
        ("12/31/2023 12:00:05 AM", "2023-12-31T00:00:05", "s", "UTC (assumed)"),
        ("24-02-2015 11.35", "2015-02-24T11:35", "min", "UTC (assumed)"),
        ("13/01/2024, 7:08", "2024-01-13T07:08", "min", "UTC (assumed)"),
    ],
)
def test_ways_of_writing_a_date(text, moment, precision, zone):
    times = parse_times([text], formats=ANY, assumed=True)
    assert times.moments[0] == np.datetime64(moment, "us")
    assert (times.precision[0], times.zone) == (precision, zone)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2024", "12:44", "2024-13-45", "99999", "9" * 30, "1e9", "31/31/2024", "-5"]
)
def test_what_is_no_date(text):
    assert np.isnat(parse_times([text], formats=ANY).moments[0])


@settings(deadline=None)
@given(st.datetimes(pd.Timestamp("1971-01-01").to_pydatetime(), pd.Timestamp("2199-01-01").to_pydatetime()))
def test_dates_written_in_any_way_come_back(moment):
    stamp = pd.Timestamp(moment).floor("s")
    seconds = int(stamp.tz_localize("UTC").timestamp())
    ways = [stamp.isoformat(), f"{stamp:%Y-%m-%d %H:%M:%S} +0000", f"{stamp:%a %b %d %H:%M:%S +0000 %Y}"]
    ways += [str(seconds * 1000)] if seconds > 10**8 else []
    read = parse_times(ways, formats=["epoch_ms", "ISO8601", "ctime"]).moments
    assert (read == np.datetime64(stamp.to_pydatetime(), "us")).all()


def test_a_zone_with_summer_time():
    times = parse_times(["2024-01-01 12:00", "2024-07-01 12:00"], formats=ANY, tz="Europe/Berlin")
    assert times.moments.astype("datetime64[h]").astype(str).tolist() == ["2024-01-01T11", "2024-07-01T10"]


def test_the_hour_that_is_skipped_and_the_hour_that_comes_twice():
    times = parse_times(["2024-03-31 02:30", "2024-10-27 02:30"], formats=ANY, tz="Europe/Berlin")
    assert times.moments.astype("datetime64[m]").astype(str).tolist() == [
        "2024-03-31T01:00",
        "2024-10-27T00:30",
    ]


def test_a_column_of_round_minutes_has_no_seconds():
    minutes = [f"2024-03-01 10:{minute:02d}:00" for minute in range(30)]
    assert set(parse_times(minutes, formats=ANY).precision) == {"min"}
    assert set(parse_times([*minutes, "2024-03-01 10:00:01"], formats=ANY).precision) == {"s"}
    days = [f"2024-03-{day:02d} 00:00:00" for day in range(1, 31)]
    assert set(parse_times(days, formats=ANY).precision) == {"day"}


def threads(rows):
    names = ["mention_id", "reply_to_id", "label", "created_at", "labels_are_messages"]
    table = pd.DataFrame([(*row, False)[:5] for row in rows], columns=names)
    table["created_at"] = pd.to_datetime(table["created_at"], unit="s")
    notes = Notes()
    return give_threads(table, notes).tolist(), notes


def test_a_thread_is_named_by_the_root_of_its_replies():
    found, notes = threads([("a", "", "", 1), ("b", "a", "", 2), ("c", "b", "", 3), ("d", "", "", 4)])
    assert (found, notes) == (["a", "a", "a", "d"], {})


def test_a_parent_outside_the_file_names_the_thread():
    assert threads([("b", "gone", "", 2), ("c", "gone", "", 3)])[0] == ["gone", "gone"]


def test_a_circle_is_cut_at_its_earliest_message():
    found, notes = threads([("a", "c", "", 2), ("b", "a", "", 1), ("c", "b", "", 3), ("d", "c", "", 4)])
    assert found == ["b"] * 4
    assert notes == {"{n} chains of replies ran in a circle; each was cut at its earliest message.": 1}


def test_two_that_answer_each_other():
    assert threads([("a", "b", "", 2), ("b", "a", "", 1)])[0] == ["b", "b"]


def test_the_thread_of_the_source_is_named_by_its_earliest_message():
    assert threads([("b", "", "t", 2), ("a", "", "t", 1), ("c", "a", "", 3)])[0] == ["a", "a", "a"]


def test_a_thread_id_that_is_a_message_names_the_thread():
    assert threads([("b", "", "root", 2, True), ("c", "b", "root", 3, True)])[0] == ["root", "root"]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(-1, 12)),
        min_size=1,
        max_size=10,
        unique_by=lambda row: row[0],
    )
)
def test_threads_are_the_connected_parts(rows):
    networkx = {own: {own} for own, _ in rows} | {parent: {parent} for _, parent in rows if parent >= 0}
    for own, parent in rows:
        if parent >= 0:
            joined = networkx[own] | networkx[parent]
            for node in joined:
                networkx[node] = joined
    found, _ = threads(
        [
            (str(own), "" if parent in (-1, own) else str(parent), "", at)
            for at, (own, parent) in enumerate(rows)
        ]
    )
    for first, (one, _) in enumerate(rows):
        for second, (other, _) in enumerate(rows):
            assert (found[first] == found[second]) == (other in networkx[one])


@pytest.mark.parametrize(
    ("link", "platform", "message"),
    [
        ("https://twitter.com/kim/status/123?s=20", "x", "123"),
        ("http://x.com/i/web/status/123", "x", "123"),
        ("http://twitter.com/1/statuses/9", "x", "9"),
        ("https://www.reddit.com/r/brewing/comments/abc/title/def/", "reddit", "t1_def"),
        ("https://old.reddit.com/r/brewing/comments/abc/title/", "reddit", "t3_abc"),
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "youtube", "abcdefghijk"),
        ("https://www.youtube.com/watch?v=abcdefghijk&lc=UgxA.b", "youtube", "UgxA.b"),
        ("https://news.ycombinator.com/item?id=42", "hackernews", "42"),
        ("https://www.example.org/a/?utm_source=x#top", "web", "example.org/a"),
        ("https://xx.community/x.com-like", "web", "xx.community/x.com-like"),
    ],
)
def test_links(link, platform, message):
    assert (platform_of(link), message_of(link)) == (platform, message)
    assert has_message(link) == (platform != "web")


@pytest.mark.parametrize(
    ("link", "shows"),
    [
        ("https://x.com/kim_w/status/1", True), ("https://x.com/i/web/status/1", False),
        ("https://t.me/@kim", True),
        ("https://www.reddit.com/user/kim/", True),
        ("https://www.reddit.com/r/brewing/comments/abc/title/", False),
        ("https://example.org/news/2024", False), ("https://www.instagram.com/kim.w/", True),
    ],
)  # fmt: skip
def test_links_that_show_a_handle(link, shows):
    assert shows_handle(link) is shows


@pytest.mark.parametrize(
    ("raw", "sound"),
    [("3.0", "3"), ("1582702502297755653.0", "1582702502297755653"), ('="12"', "12"),
     ('"17_ab"', "17_ab"), (" 5 ", "5"),
     ("5.7E+17", ""), ("5,7e17", ""), ("1e5", "1e5"), ("4.5", "4.5"), ("abc.0", "abc.0"), ("", "")],
)  # fmt: skip
def test_ids(raw, sound):
    assert sound_ids([raw], what="id", notes=Notes()) == [sound]


@pytest.mark.parametrize(
    ("values", "column", "expected"),
    [(["1", "5", "3", ""], "rating", [0, 1, 0.5, None]), (["0", "10", "7"], "nps", [0, 1, 0.7]),
     (["0.25", "1"], "score", [0.25, 1]), (["4", "5"], "nps_score", [0.4, 0.5]),
     (["-3", "250"], "score", [None, None])],
)  # fmt: skip
def test_ratings_find_their_scale(values, column, expected):
    notes = Notes()
    scale = scale_of(values, column=column)
    found = ratings(values, len(values), scale=scale, column=column, notes=notes)
    assert [None if pd.isna(value) else value for value in found] == pytest.approx(expected)
    assert bool(notes) == (expected[0] is None)


@pytest.mark.parametrize(
    ("html", "plain"),
    [("<p>a</p><p>b &amp;c</p>", "a\nb &c"), ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"), ("a<!-- x -->b", "ab"),
     ("<b", "<b"), ("<style>p{}</style>x", "x"), ("&lt;b&gt;", "<b>")],
)  # fmt: skip
def test_html(html, plain):
    assert strip_html(html) == plain


def test_what_names_a_brand():
    brands = read_brands({"Acme": ["@acmecare", "@acme.example", "help@acme.org", "acme phone"], "Rival": []})
    speaks = {
        "AcmeCare": "Acme", "@ACMECARE": "Acme", "bo@acme.example": "Acme", "help@acme.org": "Acme",
        "acme": "Acme",
        "rival": "Rival", "bo@acme.org": "", "kim": "",
    }  # fmt: skip
    assert {name: brands.of_handle(name) for name in speaks} == speaks
    assert brands.words == {"acme": "Acme", "acme phone": "Acme", "rival": "Rival"}


POSTS = """id,author,created_at,text,reply_to,platform
1,kim,2024-03-01 10:00:00Z,my kettle leaks,,x
2,acmecare,2024-03-01 10:01:00Z,sorry,1,x
3,kim,2024-03-01 10:02:00Z,thanks,2,x
4,ola,2024-03-01 10:03:00Z,hey @ACMEcare!,,x
5,bo,2024-03-01 10:04:00Z,the Acme Phone is fine,,x
6,bo,2024-03-01 10:05:00Z,acmephone and academe,,x
7,helper[bot],2024-03-01 10:06:00Z,beep,,x
8,zed,2024-03-01 10:07:00Z,@rivalcare is better than @acmecare,,x
"""


def test_sides_addressed_and_brand_by_their_evidence(load):
    mentions = load(POSTS, brands={"Acme": ["@acmecare", "acme phone"], "Rival": ["@rivalcare"]}).mentions
    side = ["unknown", "brand", "customer", "customer", "unknown", "unknown", "other", "customer"]
    assert mentions["side"].tolist() == side
    addressed = [None if pd.isna(value) else bool(value) for value in mentions["addressed"]]
    assert addressed == [False, None, True, True, False, False, False, True]
    brand = [None if pd.isna(value) else value for value in mentions["brand"]]
    assert brand == ["Acme"] * 5 + [None, None, "Acme"]


def test_without_brands_nothing_is_guessed(load):
    mentions = load(POSTS, brands=None).mentions
    assert set(mentions["side"]) == {"unknown", "other"}
    assert mentions["addressed"].isna().all()
    assert mentions["brand"].isna().all()
