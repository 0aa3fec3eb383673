"""Figures of topics draw what the tables hold."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import insight as ins

WHAT = ("the kettle leaks", "where is my <b>refund</b>", "the app will not pair")
WHEN = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")


@pytest.fixture(scope="module")
def mentions():
    texts = [f"{what} {when}" for what, when in itertools.product(WHAT, WHEN)]
    days = pd.date_range("2025-01-03", periods=21, freq="2D", tz="UTC")
    authors = [f"p{n}" for n in range(21)]
    rows = {"mention_id": [str(n) for n in range(21)], "text": texts, "author_id": authors}
    return pd.DataFrame(rows).assign(created_at=days, platform=["x", "mail"] * 10 + ["x"])


@pytest.fixture(scope="module")
def topics(mentions):
    return ins.fit_topics(mentions, n_topics=3)


def test_panels_draw_the_shares(mentions, topics):
    trend = ins.topics_over_time(mentions, topics).assign(change=False)
    trend.loc[trend.index[trend["share"].notna()][1], "change"] = True
    figure = ins.plots.topics_over_time(trend, n_topics=2)
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.fill is None]
    assert len(lines) == 2
    first = trend[trend["topic"] == trend["topic"].iloc[0]].dropna(subset="share")
    np.testing.assert_allclose(lines[0].y, first["share"])
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert sum(len(trace.x) for trace in marks) == 1
    assert [note.text for note in figure.layout.annotations] == trend["name"].drop_duplicates().tolist()[:2]


def test_groups_are_drawn_with_their_intervals(mentions, topics, series, names):
    table = ins.topics_by(mentions, topics)
    figure = ins.plots.topics_by(table)
    assert [trace.name for trace in series(figure)] == names(figure) == ["x", "mail"]
    own = table[(table["group"] == "x") & (table["topic"] >= 0)]
    np.testing.assert_allclose(figure.data[0].x, 100 * own["share"])
    np.testing.assert_allclose(figure.data[0].error_x.array, 100 * (own["high"] - own["share"]))


def test_topics_of_one_name_keep_a_row_each(mentions, topics, series):
    table = ins.topics_by(mentions, topics).assign(name="Leaks")
    figure = ins.plots.topics_by(table, n_topics=2)
    assert [[y.rstrip("\u200b") for y in trace.y] for trace in series(figure)] == [["Leaks"] * 2] * 2
    assert [len(set(trace.y)) for trace in series(figure)] == [2, 2]
    points = ins.topics.topic_map(topics).assign(name="Leaks")
    assert [note.text for note in ins.plots.topic_map(points).layout.annotations][:-1] == ["Leaks"] * 3


def test_map_and_terms(topics):
    points = ins.topics.topic_map(topics)
    figure = ins.plots.topic_map(points)
    assert sum(len(trace.x) for trace in figure.data) == len(points)
    shown = [text for trace in figure.data for text in trace.hovertext]
    assert not [text for text in shown if "<b>" in text], "people's words are escaped"
    assert "not to be read" in figure.layout.annotations[-1].text
    terms = ins.topics.topic_terms(topics, n_terms=2)
    figure = ins.plots.topic_terms(terms)
    assert [word for trace in figure.data for word in trace.y] == terms["term"].tolist()
