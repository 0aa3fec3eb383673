from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs import find_needs
from insight.needs.needs_over_time import needs_over_time
from insight.signals.find_signals import find_signals

TEXTS = {
    "a": ("ann", "2025-01-01 00:00", "The lid broke", None),
    "b": ("ann", "2025-01-09 00:00", "The lid broke again", None),
    "c": ("ben", "2025-01-20 00:00", "Off to work", None),
    "d": ("cid", "2025-03-02 00:00", "Please add a timer", None),
    "e": ("dan", "2025-03-03 00:00", "me too", "d"),
    "f": ("eve", "2025-03-04 00:00", "Off to work", None),
}


@pytest.fixture
def told():
    rows = [(key, *row) for key, row in TEXTS.items()]
    frame = pd.DataFrame(rows, columns=["mention_id", "author_id", "created_at", "text", "reply_to_id"])
    mentions = as_mentions(
        frame.assign(created_at=pd.to_datetime(frame["created_at"], utc=True), side="customer")
    )
    return mentions, find_needs(mentions, find_signals(mentions, layers=("patterns",)), min_people=1)


def test_people_are_counted_by_hand(told):
    mentions, needs = told
    table = needs_over_time(mentions, needs)
    assert table["need"].unique().tolist() == needs.table["need"].tolist()
    lid, timer = (table[table["name"].str.contains(name, case=False)] for name in ("lid", "timer"))
    assert lid["period"].dt.strftime("%Y-%m").tolist() == ["2025-01", "2025-02", "2025-03"]
    assert lid[["n", "n_people", "total"]].values.tolist() == [[2, 1, 2], [0, 0, 0], [0, 0, 3]]
    assert timer["n_people"].tolist() == [0, 0, 2]  # who says "me too" voices the same
    assert lid["share"].iloc[0] == 0.5
    assert lid[["share", "low", "high"]].iloc[1].isna().all()  # nobody wrote in February
    assert (table["low"].dropna() <= table["share"].dropna()).all()
    assert lid["complete"].tolist() == [True, True, False]


def test_periods_follow_the_zone(told):
    mentions, needs = told
    table = needs_over_time(mentions, needs, tz="America/New_York")
    assert table["period"].iloc[0] == pd.Timestamp("2024-12-01 05:00", tz="UTC")
    weeks = needs_over_time(mentions, needs, period="week")
    assert len(weeks) == 2 * 10


def test_nothing_dated_is_refused_and_no_need_gives_no_row(told):
    mentions, needs = told
    with pytest.raises(InsightError, match="none of 6 messages"):
        needs_over_time(mentions.assign(created_at=mentions["created_at"].shift(99)), needs)
    assert needs_over_time(mentions, dataclasses.replace(needs, table=needs.table.head(0))).empty
