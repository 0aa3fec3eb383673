from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.report.criticism_part import extreme_figure, extreme_said, extreme_table


@pytest.fixture
def found():
    """Three of four people criticise; ann calls it a scam, and ben bears her out."""
    rows = [
        ("x:1", "ann", None, "This kettle is a scam, the lid broke after 2 days"),
        ("x:2", "ben", "x:1", "Same here"),
        ("x:3", "cleo", None, "The lid broke"),
        ("x:4", "dora", None, "Off to work"),
    ]
    mentions = pd.DataFrame(rows, columns=["mention_id", "author_id", "reply_to_id", "text"])
    mentions["created_at"] = pd.date_range("2026-03-01", periods=4, tz="UTC")
    mentions = ins.as_mentions(mentions)
    return ins.people.credibility(mentions, ins.find_signals(mentions, layers=("patterns",)))


def test_every_total_stands_with_and_without_what_is_extreme(found):
    said = extreme_said(found)
    assert said.startswith("2 people criticise, 50")
    assert "1 person in extreme words" in said
    assert "Without what is extreme 1 person" in said
    _, table = extreme_table(found)
    assert [row[:3] for row in table["rows"]][:3] == [
        ["All", "2", "2"],
        ["Without extreme", "1", "1"],
        ["Extreme", "1", "1"],
    ]


def test_the_figure_says_whether_peers_bear_it_out(found):
    shown = extreme_figure(found)
    assert shown["sentence"].startswith("100")
    assert "who answered extreme criticism support it" in shown["sentence"]
    assert len(shown["table"]["rows"]) == 4
