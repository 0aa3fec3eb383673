from __future__ import annotations

import numpy as np
import pandas as pd

from insight import plots
from insight.plots.incidents import annotate_events

DAYS = pd.DataFrame(
    {
        "by": ["all", "all", "topic"],
        "series": ["all", "all", "3"],
        "day": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-01"]),
        "n_people": [5, 40, 2],
        "expected": [5.0, 5.0, 2.0],
        "low": [1.0, 1.0, 0.0],
        "high": [9.0, 9.0, 5.0],
        "flagged": [False, True, True],
        "voices": [None, "many people", "many people"],
        "terms": [None, "seal, leaks", ""],
    }
)
SHARES = {"n": 10, "n_marked": 4, "share": 0.4, "low": 0.2, "high": 0.7}


def test_spikes_show_everyones_line_its_range_and_the_days_that_stand_out(series, names):
    band, line, flagged = series(plots.spikes(DAYS))
    assert names(plots.spikes(DAYS)) == ["stands out", "95 % of usual days", "people"]
    assert line.y.tolist() == [5, 40]
    assert list(band.y) == [9, 9, 1, 1]
    assert flagged.y.tolist() == [40]
    assert list(flagged.hovertext) == ["2 Jan 2025: 40 people, 5 expected<br>many people; seal, leaks"]


def test_events_are_marked_on_a_copy():
    figure = plots.spikes(DAYS)
    events = pd.DataFrame(
        {
            "name": ["Down", "Fair"],
            "start": pd.to_datetime(["2025-01-01", "2025-01-02"], utc=True),
            "end": pd.to_datetime(["2025-01-02", None], utc=True),
        }
    )
    marked = annotate_events(figure, events)
    assert [note.text for note in marked.layout.annotations][-2:] == ["Down", "Fair"]
    assert [shape.type for shape in marked.layout.shapes] == ["line", "rect", "line"]
    assert not figure.layout.shapes


def test_storms_and_outages_draw_one_dot_a_share():
    start = pd.Timestamp("2025-01-01", tz="UTC")
    parts = pd.DataFrame(
        [{"storm": 1, "start": start, "part": "copies", "of": "messages", **SHARES, "value": 0.4}]
    )
    hours = parts.assign(part="half_life", of="hours", value=12.0)
    (dot,) = plots.storms(pd.concat([parts, hours])).data
    assert (dot.name, list(dot.x), list(dot.y)) == ("1 Jan 2025", [0.4], ["copies"])
    outage = {"outage": 1, "start": start, "hours": 5, "reaction": "help", "n_reacting": 4, **SHARES}
    (dot,) = plots.outages(pd.DataFrame([{**outage, "tier": "all"}, {**outage, "tier": "free"}])).data
    assert (dot.name, list(dot.x)) == ("1 Jan 2025, 5 h", [0.4])
    np.testing.assert_allclose(dot.error_x.array, [0.3])


def test_rivals_draw_one_measure_a_line_a_brand_and_gaps_where_hidden():
    row = {"measure": "complaining", "topic": pd.NA, "period": pd.Timestamp("2025-01-01"), **SHARES}
    rows = [
        {**row, "brand": "acme"},
        {**row, "brand": "rival", "share": np.nan},
        {**row, "brand": "acme", "topic": 1},
    ]
    rows += [{**row, "brand": "acme", "period": pd.NaT}, {**row, "brand": "acme", "measure": "talking"}]
    acme, rival = plots.rivals(pd.DataFrame(rows)).data
    assert (acme.name, list(acme.y)) == ("acme", [0.4])
    assert np.isnan(rival.y).all()
    (talking,) = plots.rivals(pd.DataFrame(rows), measure="talking").data
    assert list(talking.hovertext) == ["acme, Jan 2025: 40% (20% to 70%)<br>4 of 10"]
