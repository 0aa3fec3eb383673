"""Figures of topics draw what the tables hold, nothing more and nothing less."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight import plots
from insight.plots.theme import BLUE, GREY

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
    # The page gives keys to marks by their place: a band, a line and its new levels for each panel.
    lines, marks = figure.data[1:6:3], figure.data[2:6:3]
    first = trend[trend["topic"] == trend["topic"].iloc[0]].dropna(subset="share")
    np.testing.assert_array_equal(lines[0].y, first["share"].where(first["complete"]))
    assert sum(len(trace.x) for trace in marks) == 1
    assert [note.text for note in figure.layout.annotations] == trend["name"].drop_duplicates().tolist()[:2]


def test_groups_are_drawn_with_their_intervals(mentions, topics, series, names):
    table = ins.topics_by(mentions, topics)
    figure = ins.plots.topics_by(table)
    assert [trace.name for trace in series(figure)] == names(figure) == ["x", "mail"]
    own = table[(table["group"] == "x") & (table["topic"] >= 0)]
    np.testing.assert_allclose(figure.data[0].x, own["share"])
    np.testing.assert_allclose(figure.data[0].error_x.array, own["high"] - own["share"])


def test_topics_of_one_name_keep_a_row_each(mentions, topics, series):
    table = ins.topics_by(mentions, topics).assign(name="Leaks")
    figure = ins.plots.topics_by(table, n_topics=2)
    assert [[y.rstrip("\u200b") for y in trace.y] for trace in series(figure)] == [["Leaks"] * 2] * 2
    assert [len(set(trace.y)) for trace in series(figure)] == [2, 2]
    points = ins.topics.topic_map(topics).assign(name="Leaks")
    assert [note.text for note in ins.plots.topic_map(points).layout.annotations] == ["Leaks"] * 3


def test_map_and_terms(topics):
    points = ins.topics.topic_map(topics)
    figure = ins.plots.topic_map(points)
    assert sum(len(trace.x) for trace in figure.data) == len(points)
    shown = [text for trace in figure.data for text in trace.hovertext]
    assert not [text for text in shown if "<b>" in text], "people's words are escaped"
    assert "distances have no scale" in figure.layout.title.subtitle.text
    terms = ins.topics.topic_terms(topics, n_terms=2)
    figure = ins.plots.topic_terms(terms)
    assert [word for trace in figure.data for word in trace.y] == terms["term"].tolist()


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "topic": [1, 0, -1],
            "name": ["Leaking kettle", "Refund, order", "No topic"],
            "n": [30, 24, 3],
            "n_people": [20, 12, 3],
            "share": [0.5, 0.3, 0.075],
            "low": [0.35, 0.18, 0.026],
            "high": [0.65, 0.45, 0.199],
        }
    )


def test_dots_and_intervals_are_the_table(table):
    (trace,) = plots.topics(table).data
    np.testing.assert_allclose(trace.x, table["share"])
    np.testing.assert_allclose(np.add(trace.x, trace.error_x.array), table["high"])
    np.testing.assert_allclose(np.subtract(trace.x, trace.error_x.arrayminus), table["low"])


def test_first_row_is_on_top_and_no_topic_is_grey(table):
    figure = plots.topics(table)
    names = ("Leaking kettle (n = 20)", "Refund, order (n = 12)", "No topic (n = 3)")
    assert figure.layout.yaxis.ticktext == names
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.data[0].marker.color == (BLUE, BLUE, GREY)


def test_axis_says_whether_people_or_messages_are_counted(table):
    assert plots.topics(table).layout.xaxis.title.text == "Share of people, with 95 % interval"
    nameless = plots.topics(table.assign(n_people=0))
    assert nameless.layout.xaxis.title.text == "Share of messages, with 95 % interval"
    assert "people" not in nameless.data[0].hovertext[0]


def test_input_stays_as_it_was_and_an_empty_table_draws_nothing(table):
    before = table.copy()
    plots.topics(table)
    pd.testing.assert_frame_equal(table, before)
    empty = plots.topics(table.head(0))
    assert empty.data == ()
    assert empty.layout.annotations[0].text == "No topic was found."


def test_topics_of_one_name_have_a_row_each_and_markup_is_text(table):
    figure = plots.topics(table.assign(name=["Refund", "Refund", "<a href='x'>"]))
    assert len(set(figure.data[0].y)) == 3
    assert [row.split(" (n")[0] for row in figure.layout.yaxis.ticktext] == [
        "Refund",
        "Refund",
        "&lt;a href=&#x27;x&#x27;&gt;",
    ]
