from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins


@pytest.fixture
def waits():
    rng = np.random.default_rng(0)
    waited = rng.exponential(5, 300)
    return pd.DataFrame(
        {
            "author_id": rng.integers(0, 200, 300).astype(str),
            "channel": rng.choice(["app", "mail <b>", "x", "y", "z", "phone"], 300),
            "wait_hours": np.minimum(waited, 12),
            "responded": waited < 12,
            "watched_hours": 12.0,
        }
    )


def lines(figure):
    return [trace for trace in figure.data if trace.name]


def test_curves_and_bands_are_the_table(waits):
    curve = ins.response_curve(waits, by="channel")
    figure = ins.plots.response_curve(curve)
    assert [trace.name for trace in lines(figure)] == curve["group"].unique().tolist()
    for number, (_, rows) in enumerate(curve.groupby("group", sort=False)):
        low, high, line = figure.data[3 * number : 3 * number + 3]
        rows = rows[rows["wait_hours"] > 0]
        for trace, column in ((low, "low"), (high, "high"), (line, "unanswered")):
            assert np.array_equal(trace.y, rows[column], equal_nan=True)
            assert np.array_equal(trace.x, rows["wait_hours"])
            assert trace.line.shape == "hv"


def test_curves_are_named_at_their_end_and_no_name_covers_another(waits):
    figure = ins.plots.response_curve(ins.response_curve(waits, by="channel"))
    names = [note for note in figure.layout.annotations if len(note.text) > 1]
    assert sum(int(name.text.split("=\u00a0")[1]) for name in names) == 300
    heights = sorted(name.y for name in names)
    assert min(np.diff(heights)) > 0.059
    assert figure.layout.showlegend is False


def test_hover_says_a_sentence_and_escapes_names(waits):
    figure = ins.plots.response_curve(ins.response_curve(waits, by="channel"))
    said = next(trace for trace in lines(figure) if trace.name.startswith("mail")).hovertext[0]
    assert said.startswith("mail &lt;b&gt;: after ")
    assert "% still wait (" in said


def test_rates_and_intervals_are_the_table(waits):
    rates = ins.response_rate(waits, within="6h", by="channel")
    figure = ins.plots.response_rate(rates)
    dots = figure.data[0]
    assert np.array_equal(dots.x, rates["share"])
    assert dots.x - dots.error_x.arrayminus == pytest.approx(rates["low"])
    assert dots.x + dots.error_x.array == pytest.approx(rates["high"])
    assert dots.customdata.tolist() == rates["group"].tolist()
    assert figure.layout.title.text == "Who is answered within 6h?"


def test_a_group_that_cannot_be_judged_is_named_not_drawn(waits):
    figure = ins.plots.response_rate(ins.response_rate(waits, within="7D"))
    assert np.isnan(figure.data[0].x).all()
    assert figure.data[0].hovertext[0] == "all: too soon to tell"
