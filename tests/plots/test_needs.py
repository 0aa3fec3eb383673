from __future__ import annotations

import numpy as np
import pandas as pd

from insight.plots.needs import plot_needs

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
    for trace in dots(plot_needs(NEEDS)):
        low = trace.x - trace.error_x.arrayminus
        high = trace.x + trace.error_x.array
        seen |= {
            need: spot for need, *spot in zip(trace.customdata, trace.x, low, high, trace.y, strict=True)
        }
    expected = NEEDS.set_index("need")[["opportunity", "opportunity_low", "opportunity_high"]]
    for row, (need, values) in enumerate(expected.iterrows()):
        np.testing.assert_allclose(seen[need], [*values, row])


def test_latent_needs_differ_by_shape_and_by_words():
    by_symbol = {trace.marker.symbol: list(trace.customdata) for trace in dots(plot_needs(NEEDS))}
    assert by_symbol == {"circle": ["need-1", "need-3"], "diamond-open": ["need-2"]}
    labels = [text for trace in plot_needs(NEEDS).data if trace.mode == "text" for text in trace.text]
    assert [label for label in labels if "not asked for" in label] == [
        "app &lt;b&gt;pairing&lt;/b&gt; (shown, not asked for): 40 people"
    ]
    assert "lid: falls off: 1,200 people" in labels
    assert "timer: set own time: 1 person" in labels


def test_the_title_tells_what_is_left_out():
    assert "first 2 of 3" in plot_needs(NEEDS, top=2).layout.title.text
    assert "first" not in plot_needs(NEEDS).layout.title.text
    assert sum(len(trace.x) for trace in dots(plot_needs(NEEDS, top=2))) == 2


def test_an_interval_beyond_the_scale_is_not_cut_off():
    assert plot_needs(NEEDS).layout.xaxis.range == (0, 20.5)
    wide = NEEDS.assign(opportunity_high=[40.0, 7.0, 0.4])
    assert plot_needs(wide).layout.xaxis.range[1] > 40


def test_no_need_is_said_in_words():
    figure = plot_needs(NEEDS.iloc[:0])
    assert len(figure.data) == 0
    assert "No need" in figure.layout.annotations[0].text


def test_the_table_is_left_as_it_was():
    before = NEEDS.copy(deep=True)
    plot_needs(NEEDS)
    pd.testing.assert_frame_equal(NEEDS, before)
