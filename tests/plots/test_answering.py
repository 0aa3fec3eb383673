from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins

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
    assert names(figure) == ["missing beyond chance"]
    assert drawn(seen) == pytest.approx(table.loc[[0], ["share", "low", "high"]].to_numpy())
    assert drawn(blank) == pytest.approx(table.loc[[1], ["share", "low", "high"]].to_numpy())
    assert list(blank.y) == [1]
    assert "lid &lt;b&gt;: 5 of 20" in blank.hovertext[0]
    assert "a blank spot" in blank.hovertext[0]
    assert blank.marker.color != seen.marker.color
    assert blank.marker.symbol != seen.marker.symbol


def test_channels_help_handoffs_and_loop_are_their_tables(series):
    channels = pd.DataFrame(SHARES).rename(columns={"share": "rate"})
    channels = channels.assign(intent=["same mix", "help"], channel=["x", "x"], answered=[20, 5])
    figure = ins.plots.channels(channels)
    assert drawn(figure.data[0]) == pytest.approx(channels[["rate", "low", "high"]].to_numpy())
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
    loop = pd.DataFrame(SHARES).assign(stage=["heard", "decided"], n_reached=[20, pd.NA], n_open=[20, pd.NA])
    figure = ins.plots.loop_closed(loop)
    assert list(figure.data[0].hovertext) == ["20 of 40 ideas", "not recorded"]
    assert ins.plots.loop_closed(loop.head(0)).layout.annotations[0].text == "Nobody suggested anything."


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
    assert np.array_equal(grid.z, week["rate"], equal_nan=True)
    assert np.array_equal(grid.x, week["hour"])
    assert list(grid.y) == week["weekday"].tolist()
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
    drawn = {bars.name: len(bars.x) for bars in ins.plots.escalations(found).data}
    assert drawn == {"cites a ticket": 1, "had a private case": 2, "says so in words": 1}
