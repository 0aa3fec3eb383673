from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.signals.sentiment import given_sentiment


@pytest.fixture
def mentions():
    rows = [
        ("b:1", "ann", "customer", "2025-03-01", "Positive", "brandwatch"),
        ("b:2", "ann", "customer", "2025-03-02", "negative ", "brandwatch"),
        ("b:3", "ann", "customer", "2025-03-03", "negative", "brandwatch"),
        ("b:4", "ben", "customer", "2025-03-04", "negative", "brandwatch"),
        ("b:5", "ben", "customer", "2025-04-04", "negative", "brandwatch"),
        ("b:6", "acme", "brand", "2025-03-04", "positive", "brandwatch"),
        ("t:1", "cleo", "customer", "2025-03-05", "neutral", "talkwalker"),
        ("t:2", "dan", "customer", "2025-03-05", None, "talkwalker"),
    ]
    names = ["mention_id", "author_id", "side", "created_at", "sentiment_given", "source_format"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True)
    return ins.as_mentions(frame.assign(text="said"))


def test_people_are_counted_by_vendor_period_and_label(mentions):
    table = given_sentiment(mentions)
    rows = table.assign(period=table["period"].dt.strftime("%m"))
    counts = rows[["source_format", "period", "sentiment", "n", "n_with"]].values.tolist()
    assert counts == [
        ["brandwatch", "03", "negative", 2, 2],
        ["brandwatch", "03", "positive", 2, 1],
        ["brandwatch", "04", "negative", 1, 1],
        ["talkwalker", "03", "neutral", 1, 1],
    ]
    assert table["share"].tolist() == pytest.approx([1, 0.5, 1, 1])
    assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    assert table.attrs["n_unlabelled"] == 1


def test_topics_part_the_people_and_the_unassigned_stay(mentions):
    assignments = pd.DataFrame({"mention_id": ["b:1", "b:2"], "topic": [0, 0]})
    table = given_sentiment(mentions, assignments, period="quarter")
    first = table[(table["topic"] == 0)]
    assert first[["sentiment", "n", "n_with"]].values.tolist() == [["negative", 1, 1], ["positive", 1, 1]]
    assert table.loc[table["topic"] == -1, "sentiment"].tolist() == ["negative", "negative", "neutral"]


def test_the_order_of_rows_does_not_matter_and_no_label_is_an_error(mentions):
    mixed = mentions.sample(frac=1, random_state=2)
    pd.testing.assert_frame_equal(given_sentiment(mixed), given_sentiment(mentions))
    with pytest.raises(ins.InsightError, match="none of 8 messages"):
        given_sentiment(mentions.drop(columns="sentiment_given"))
