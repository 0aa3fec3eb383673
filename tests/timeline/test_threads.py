from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.mentions import is_repost
from insight.stats.periods import all_periods, local_period
from insight.timeline import ADDED, timeline
from insight.timeline.brands import is_brand_message
from insight.timeline.threads import answered_rows, parent_rows


def table(rows, names=("mention_id", "reply_to_id", "conversation_id", "author_id", "side"), **extra):
    frame = pd.DataFrame(rows, columns=list(names))
    moments = pd.date_range("2025-03-01", periods=len(frame), freq="h", tz="UTC")
    return timeline(ins.as_mentions(frame.assign(created_at=moments, **extra)))


@pytest.fixture
def chat():
    """A chat without reply links (c), one with them (d) in between, and an answer to a message elsewhere."""
    return table(
        [
            ("c:0", None, "c", "ann", "customer"),
            ("d:0", None, "d", "ben", "customer"),
            ("c:1", None, "c", "ann", "customer"),
            ("c:2", None, "c", "acme", "brand"),
            ("c:3", None, "c", "acme", "brand"),
            ("d:1", "d:0", "d", "acme", "brand"),
            ("c:4", None, "c", "ann", "customer"),
            ("e:1", "e:0", "e", "acme", "brand"),
            ("f:0", None, "f", "acme", "brand"),
        ]
    )


def parents_of(mentions):
    ids = np.array([*mentions["mention_id"], None], dtype=object)
    return dict(zip(mentions["mention_id"], ids[parent_rows(mentions)], strict=True))


def test_a_message_answers_its_link_or_the_last_one_by_someone_else(chat):
    assert parents_of(chat) == {
        "c:0": None, "d:0": None, "c:1": None, "c:2": "c:1", "c:3": "c:1", "d:1": "d:0", "c:4": None,
        "e:1": None, "f:0": None,
    }  # fmt: skip


def test_an_answer_outside_the_table_is_not_none(chat):
    rows = answered_rows(chat, is_brand_message(chat, None))
    assert rows.tolist() == [-2, -2, -2, 2, 2, 1, -2, -1, -2]


def test_a_thread_of_the_brands_own_that_starts_with_an_answer_is_an_answer():
    links = [None, "x:0", "x:1", "x:2", None, "x:4"]
    rows = [
        (f"x:{n}", link, "x", "acme" if n else "ann", "brand" if n else "customer")
        for n, link in enumerate(links)
    ]
    mentions = table(rows)
    assert answered_rows(mentions, is_brand_message(mentions, None)).tolist()[:4] == [-2, 0, 0, 0]
    linked = timeline(mentions.drop(columns=list(ADDED)).assign(conversation_id=["x"] * 4 + ["y"] * 2))
    assert answered_rows(linked, is_brand_message(linked, None)).tolist()[4:] == [-2, -2]


def test_links_in_a_circle_end():
    mentions = table([("x:0", "x:1", "x", "acme", "brand"), ("x:1", "x:0", "x", "acme", "brand")])
    assert len(answered_rows(mentions, is_brand_message(mentions, None))) == 2


def test_a_repost_is_none_of_the_brands_words(chat):
    passed = chat.assign(reposted_id=["z:1"] * len(chat))
    assert is_repost(passed).all()
    assert not is_brand_message(passed, None).any()


def test_periods_are_those_of_the_local_calendar_also_when_clocks_change():
    moments = pd.Series(pd.to_datetime(["2025-03-30 00:30", "2025-03-30 23:30", None], utc=True))
    berlin = local_period(moments, period="day", tz="Europe/Berlin")
    assert berlin.tolist()[:2] == [pd.Timestamp("2025-03-30"), pd.Timestamp("2025-03-31")]
    assert berlin.isna().tolist() == [False, False, True]
    assert local_period(moments, period="week", tz="UTC").iloc[0] == pd.Timestamp("2025-03-24")
    assert len(all_periods(berlin, period="quarter")) == 1
    with pytest.raises(ins.InsightError, match="one of"):
        local_period(moments, period="year", tz="UTC")
    with pytest.raises(ins.InsightError, match="no time zone"):
        local_period(moments, period="day", tz="Berlin")
