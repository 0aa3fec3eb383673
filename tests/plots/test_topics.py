"""The ranked dots show the table, nothing more and nothing less."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight import plots
from insight.plots.theme import BLUE, GREY


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
    assert trace.y == ("Leaking kettle", "Refund, order", "No topic")
    np.testing.assert_allclose(trace.x, 100 * table["share"])
    np.testing.assert_allclose(np.add(trace.x, trace.error_x.array), 100 * table["high"])
    np.testing.assert_allclose(np.subtract(trace.x, trace.error_x.arrayminus), 100 * table["low"])


def test_first_row_is_on_top_and_no_topic_is_grey(table):
    figure = plots.topics(table)
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.data[0].marker.color == (BLUE, BLUE, GREY)


def test_axis_says_whether_people_or_messages_are_counted(table):
    assert plots.topics(table).layout.xaxis.title.text == "Share of people (%)"
    nameless = plots.topics(table.assign(n_people=0))
    assert nameless.layout.xaxis.title.text == "Share of messages (%)"
    assert "people" not in nameless.data[0].hovertemplate


def test_input_stays_as_it_was_and_an_empty_table_draws_nothing(table):
    before = table.copy()
    plots.topics(table)
    pd.testing.assert_frame_equal(table, before)
    assert len(plots.topics(table.head(0)).data[0].x) == 0


def test_topics_of_one_name_have_a_row_each_and_markup_is_text(table):
    (trace,) = plots.topics(table.assign(name=["Refund", "Refund", "<a href='x'>"])).data
    assert len(set(trace.y)) == 3
    assert [row.replace("\u200b", "") for row in trace.y] == [
        "Refund",
        "Refund",
        "&lt;a href=&#x27;x&#x27;&gt;",
    ]
