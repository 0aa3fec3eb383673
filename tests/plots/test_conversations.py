"""Figures of waits, answers and the brand's own conduct are their tables."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight import plots

SHARES = {"n": [40, 20], "share": [0.5, 0.25], "low": [0.4, 0.1], "high": [0.6, 0.5]}


def drawn(trace):
    """The value, low and high of every dot, as the reader sees them."""
    return np.column_stack(
        [trace.x, np.subtract(trace.x, trace.error_x.arrayminus), np.add(trace.x, trace.error_x.array)]
    )


def test_twitter_test_is_drawn_part_by_part(series, names):
    lines = ["needs an answer", "help"]
    table = pd.concat(
        [pd.DataFrame(SHARES).assign(line=lines, part=part, n_met=1) for part in ("answered", "grade")],
        ignore_index=True,
    )
    figure = ins.plots.twitter_test(table)
    assert [trace.name for trace in series(figure)] == names(figure) == ["answered", "grade"]
    for trace in series(figure):
        rows = table[table["part"] == trace.name]
        assert drawn(trace) == pytest.approx(rows[["share", "low", "high"]].to_numpy())
    assert figure.data[0].y[1] == "help (n = 20)"


def test_blank_spots_stand_out(series, names):
    table = pd.DataFrame(SHARES).assign(
        name=["all", "lid <b>"], n_present=[20, 5], n_missed=[20, 15], blank=[False, True]
    )
    figure = ins.plots.presence(table)
    seen, blank = series(figure)
    assert names(figure) == ["clearly less often"]
    assert drawn(seen) == pytest.approx(table.loc[[0], ["share", "low", "high"]].to_numpy())
    assert drawn(blank) == pytest.approx(table.loc[[1], ["share", "low", "high"]].to_numpy())
    assert list(blank.y) == [1]
    assert "lid &lt;b&gt;: 25% (10% to 50%)<br>5 of 20" in blank.hovertext[0]
    assert "clearly less often" in blank.hovertext[0]
    assert blank.marker.color != seen.marker.color
    assert blank.marker.symbol != seen.marker.symbol


def test_channels_help_handoffs_and_loop_are_their_tables(series):
    channels = pd.DataFrame(SHARES)
    channels = channels.assign(intent=["same mix", "help"], channel=["x", "x"], answered=[20, 5])
    figure = ins.plots.channels(channels)
    assert drawn(figure.data[0]) == pytest.approx(channels[["share", "low", "high"]].to_numpy())
    assert figure.layout.yaxis.ticktext[1] == "help: x (n = 20)"
    given = pd.DataFrame(SHARES).assign(group=["all", "x"], n_helped=[20, 5], n_helpers=[7, 3])
    figure = ins.plots.peer_help(given)
    assert drawn(figure.data[0]) == pytest.approx(given[["share", "low", "high"]].to_numpy())
    moved = pd.DataFrame(SHARES).assign(
        channel=["all", "x"], n_moved=[20, 5], n_judged=[18, 5], n_back=[2, 1], back_share=[0.1, 0.2],
        back_low=[0.0, 0.1], back_high=[0.3, 0.6],
    )  # fmt: skip
    first, back = series(ins.plots.handoffs(moved))
    assert drawn(first) == pytest.approx(moved[["share", "low", "high"]].to_numpy())
    assert drawn(back) == pytest.approx(moved[["back_share", "back_low", "back_high"]].to_numpy())
    loop = pd.DataFrame(SHARES).assign(
        stage=["answered", "decided"], n_reached=[20, pd.NA], n_open=[20, pd.NA]
    )
    figure = ins.plots.loop_closed(loop)
    assert [text.split("<br>")[1] for text in figure.data[0].hovertext] == [
        "20 of 40 ideas",
        "the file has no mark of this stage",
    ]
    assert ins.plots.loop_closed(loop.head(0)).layout.annotations[0].text == "No idea was found."


def test_week_is_a_grid_of_its_cells():
    waits = pd.DataFrame(
        {
            "author_id": ["ann", "ben"],
            "asked_at": pd.to_datetime(["2025-03-03 08:00", "2025-03-04 09:00"], utc=True),
            "wait_hours": [1.0, 50.0], "watched_hours": 50.0, "responded": [True, False],
        }
    )  # fmt: skip
    week = ins.conversations.response_week(waits, min_people=1)
    grid = ins.plots.response_week(week).data[0]
    assert np.array_equal(np.ravel(grid.z), week["share"], equal_nan=True)
    assert list(grid.x) == sorted(week["hour"].unique())
    assert list(grid.y) == week["weekday"].unique().tolist()
    assert np.isfinite(grid.z).sum() == 2


def test_capacity_and_its_scenario_are_lines_of_their_tables():
    load = pd.DataFrame(
        {
            "period": pd.date_range("2025-03-03", periods=3, freq="W"), "n_in": [4, 5, 6], "n_out": [1, 2, 3],
            "backlog": [3, 6, 9], "n_answered": [2, 3, 3], "complete": True,
        }
    )  # fmt: skip
    figure = ins.plots.capacity(load)
    for trace, column in zip(figure.data, ("n_in", "n_out", "backlog"), strict=True):
        assert list(trace.y) == load[column].tolist()
        assert list(pd.to_datetime(trace.x)) == load["period"].tolist()


def test_each_escalation_is_drawn_once_under_the_surest_sign():
    days = pd.to_datetime(["2025-01-03", "2025-01-09", "2025-02-01", "2025-02-02"], utc=True)
    found = pd.DataFrame(
        {
            "created_at": days,
            "says_so": [True, True, False, True],
            "cites": [True, False, False, False],
            "joins": [True, True, True, False],
        }
    )
    figure = ins.plots.escalations(found)
    drawn = {bars.name: dict(zip(bars.x, bars.y, strict=True)) for bars in figure.data}
    assert drawn == {
        "cites a ticket": {"2025-01": 1},
        "had a private case": {"2025-01": 1, "2025-02": 1},
        "says so in words": {"2025-02": 1},
    }


INDEX = pd.DataFrame(
    {
        "period": pd.to_datetime(["2025-01-01", "2025-02-01"]),
        "n": [10, 0],
        "n_answers": [4, 0],
        "share": [0.4, np.nan],
        "low": [0.2, np.nan],
        "high": [0.7, np.nan],
    }
)
MARKS = pd.DataFrame(
    {
        "writer": ["all", "all", "Kim", "Kim"],
        "mark": ["copied", "named"] * 2,
        "n": [10, 10, 4, 4],
        "n_marked": [5, 1, 4, 0],
        "share": [0.5, 0.1, 1.0, 0.0],
        "low": [0.3, 0.0, 0.5, 0.0],
        "high": [0.7, 0.4, 1.0, 0.5],
    }
)


def test_the_line_and_its_band_are_those_of_the_table():
    band, line = plots.dialogue_index(INDEX).data
    known = INDEX[INDEX["n"] > 0]
    np.testing.assert_array_equal(line.y, known["share"])
    np.testing.assert_array_equal(band.y, [*known["high"], *known["low"][::-1]])
    assert list(line.hovertext) == ["Jan 2025: 40% (20% to 70%), 4 of 10 posts"]


def test_each_writer_is_a_series_with_its_intervals(series, names):
    everyone, kim = series(plots.form_letters(MARKS))
    assert names(plots.form_letters(MARKS)) == ["all writers", "Kim"]
    assert (everyone.name, kim.name) == ("all writers", "Kim")
    assert kim.marker.symbol != everyone.marker.symbol  # never colour alone
    np.testing.assert_allclose(everyone.x - everyone.error_x.arrayminus, [0.3, 0.0])
    np.testing.assert_allclose(kim.x + kim.error_x.array, [1.0, 0.5])


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
    assert [html.unescape(trace.name) for trace in lines(figure)] == curve["group"].unique().tolist()
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
    assert said.endswith(" still wait")


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
    assert figure.data[0].hovertext[0] == "all: too soon to tell<br>0 of 0 within 7D"
