from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight import plots

NEEDS = pd.DataFrame(
    {
        "need": ["need-1", "need-2", "need-3"],
        "name": ["lid: falls off", "app <b>pairing</b>", "timer: set own time"],
        "latent": [False, True, False],
        "n_people": [1200, 40, 1],
        "share": [0.12, 0.04, 0.0001],
        "low": [0.1, 0.03, 0.0],
        "high": [0.14, 0.05, 0.001],
        "n_complaint": [900, 40, 0],
        "n_wish": [300, 0, 1],
        "n_workaround": [10, 30, 0],
        "n_praise": [5, 0, 0],
        "opportunity": [19.0, 5.0, 0.1],
        "opportunity_low": [18.0, 4.0, 0.0],
        "opportunity_high": [19.5, 7.0, 0.4],
        "trend": ["rising", "steady", "too soon to tell"],
    }
)


def dots(figure):
    return [trace for trace in figure.data if trace.mode == "markers"]


def test_every_need_is_one_dot_where_the_table_says():
    seen = {}
    for trace in dots(plots.needs(NEEDS)):
        low = trace.x - trace.error_x.arrayminus
        high = trace.x + trace.error_x.array
        seen |= {
            need: spot for need, *spot in zip(trace.customdata, trace.x, low, high, trace.y, strict=True)
        }
    expected = NEEDS.set_index("need")[["opportunity", "opportunity_low", "opportunity_high"]]
    for row, (need, values) in enumerate(expected.iterrows()):
        np.testing.assert_allclose(seen[need], [*values, row])


def test_latent_needs_differ_by_shape_and_by_words():
    by_symbol = {trace.marker.symbol: list(trace.customdata) for trace in dots(plots.needs(NEEDS))}
    assert by_symbol == {"circle": ["need-1", "need-3"], "diamond-open": ["need-2"]}
    figure = plots.needs(NEEDS)
    assert list(figure.layout.yaxis.ticktext) == [
        "lid: falls off (n = 1,200)",
        "app &lt;b&gt;pairing&lt;/b&gt; (n = 40)",
        "timer: set own time (n = 1)",
    ]
    assert [text.strip("\u00a0") for trace in figure.data if trace.mode == "text" for text in trace.text] == [
        "shown, not asked for"
    ]


def test_the_title_tells_what_is_left_out():
    assert "first 2 of 3" in plots.needs(NEEDS, top=2).layout.title.text
    assert "first" not in plots.needs(NEEDS).layout.title.text
    assert sum(len(trace.x) for trace in dots(plots.needs(NEEDS, top=2))) == 2


def test_an_interval_beyond_the_scale_is_not_cut_off():
    assert plots.needs(NEEDS).layout.xaxis.range == (0, 20.5)
    wide = NEEDS.assign(opportunity_high=[40.0, 7.0, 0.4])
    assert plots.needs(wide).layout.xaxis.range[1] > 40


def test_no_need_is_said_in_words():
    figure = plots.needs(NEEDS.iloc[:0])
    assert len(figure.data) == 0
    assert "No need" in figure.layout.annotations[0].text


def test_the_table_is_left_as_it_was():
    before = NEEDS.copy(deep=True)
    plots.needs(NEEDS)
    pd.testing.assert_frame_equal(NEEDS, before)


MONTHS = pd.DataFrame(
    {
        "need": ["need-1"] * 3 + ["need-2"] * 3,
        "name": ["<b>Leaks</b>"] * 3 + ["Timer"] * 3,
        "period": [*pd.date_range("2025-01-01", periods=3, freq="MS", tz="UTC")] * 2,
        "n": [3, 9, 0] * 2,
        "n_people": [3, 8, 0] * 2,
        "total": [50, 50, 0] * 2,
        "share": [0.06, 0.16, np.nan] * 2,
        "low": [0.02, 0.08, np.nan] * 2,
        "high": [0.16, 0.29, np.nan] * 2,
        "complete": [False, True, True] * 2,
    }
)


def test_each_need_has_a_panel_with_its_shares_and_what_is_covered_in_part():
    figure = plots.needs_over_time(MONTHS)
    lines = [trace for trace in figure.data if trace.fill is None]
    whole, partial = lines[:2], lines[2:]
    for line, dotted in zip(whole, partial, strict=True):
        np.testing.assert_array_equal(line.y, [np.nan, 0.16])
        np.testing.assert_array_equal(dotted.y, [0.06, 0.16])
        assert list(dotted.marker.size) == [7, 0]
        assert dotted.line.dash == "dot"
        assert dotted.hovertext[0].endswith("not complete")
    assert figure.layout.annotations[0].text == "&lt;b&gt;Leaks&lt;/b&gt;"
    assert (
        figure.layout.title.subtitle.text
        == "n = 0 to 50 people each · 1 Jan 2025 to 1 Mar 2025 · faded: not complete"
    )
    assert len(plots.needs_over_time(MONTHS, top=1).data) == 3
    assert "No need" in plots.needs_over_time(MONTHS.head(0)).layout.annotations[0].text


STREAMS = pd.DataFrame(
    {
        "kind": ["word", "word", "word", "signal"],
        "item": ["leaks", "lid", "<i>fine</i>", "praise"],
        "group": ["addressed", "addressed", "wild", "wild"],
        "n": 90,
        "n_with": [9, 7, 12, 30],
        "n_other": 80,
        "n_other_with": [0, 1, 2, 9],
        "share": [0.1, 0.08, 0.13, 0.3],
        "share_other": [0.0, 0.01, 0.02, 0.1],
        "log_odds": [2.0, 1.0, 1.5, 0.5],
        "low": [1.0, -0.2, 0.5, 0.1],
        "high": [3.0, 2.2, 2.5, 0.9],
        "significant": [True, False, True, True],
    }
)


def test_streams_point_apart_and_what_is_chance_is_grey_and_open():
    figure = plots.compare_streams(STREAMS)
    marks = {trace.marker.symbol: [] for trace in dots(figure)}
    spots = {}
    for trace in dots(figure):
        marks[trace.marker.symbol] += list(trace.y)
        for row, x, plus, minus in zip(
            trace.y, trace.x, trace.error_x.array, trace.error_x.arrayminus, strict=True
        ):
            spots[row] = pytest.approx((x - minus, x, x + plus))
    assert marks == {"circle-open": [1], "circle": [0, 2]}
    assert spots == {0: (1.0, 2.0, 3.0), 1: (-0.2, 1.0, 2.2), 2: (-2.5, -1.5, -0.5)}
    assert list(figure.layout.yaxis.ticktext) == ["leaks", "lid", "&lt;i&gt;fine&lt;/i&gt;"]
    assert "wild" in figure.layout.xaxis.title.text
    assert "12 of 90 people of wild" in " ".join(text for trace in dots(figure) for text in trace.hovertext)


def test_more_than_two_streams_are_named_by_row_and_none_is_said():
    three = STREAMS.assign(group=["a", "b", "c", "c"])
    assert list(plots.compare_streams(three).layout.yaxis.ticktext)[1] == "lid (b)"
    assert plots.compare_streams(STREAMS, kind="signal").data[0].x.tolist() == [0.5]
    assert "No topic" in plots.compare_streams(STREAMS, kind="topic").layout.annotations[0].text
