from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins


@pytest.fixture(scope="module")
def authors():
    rng = np.random.default_rng(0)
    day = rng.integers(0, 300, 60)[(who := rng.integers(0, 60, 500))] + rng.exponential(40, 500).astype(int)
    stamps = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(np.minimum(day, 320), unit="D")
    frame = pd.DataFrame({"author_id": np.char.mod("u%02d", who), "created_at": stamps, "side": "customer"})
    return ins.activity(frame, burn_in="40D")


def test_every_cell_of_the_cohort_table_is_drawn_once(authors):
    table = ins.retention(authors, min_people=3)
    heat, dots = ins.plots.retention(table).data
    drawn = {
        (label.split(" ")[0], period): rate
        for label, row in zip(heat.y, heat.z, strict=True)
        for period, rate in zip(heat.x, row, strict=True)
    }
    for row in table.itertuples():
        rate = drawn[row.cohort, row.period]
        assert rate == row.share or (np.isnan(rate) and np.isnan(row.share))
    assert len(dots.x) == table["share"].isna().sum() > (~table["complete"]).sum()
    assert sum(text == "too soon to tell" for text in dots.hovertext) == (~table["complete"]).sum()
    assert (
        sum("too few for a share" in text for text in dots.hovertext)
        == (table["complete"] & (table["eligible"] < 3)).sum()
    )
    assert heat.y[-1] == f"all (n = {table['n'].iloc[-1]})"


def test_cells_say_how_many_came_back(authors):
    heat = ins.plots.retention(ins.retention(authors)).data[0]
    assert "came back" in heat.text[0][0]
    assert "of" in heat.text[0][0]


def test_the_pooled_curve_is_the_rows_of_all(authors):
    table = ins.retention(authors, kind="after")
    low, high, line = ins.plots.retention(table, view="curve").data
    pooled = table[(table["cohort"] == "all") & table["share"].notna()]
    for trace, column in ((low, "low"), (high, "high"), (line, "share")):
        assert np.array_equal(trace.y, pooled[column])
    assert np.array_equal(line.x, pooled["period"])


def test_an_unknown_view_is_refused(authors):
    with pytest.raises(ins.InsightError, match="'pie'"):
        ins.plots.retention(ins.retention(authors), view="pie")


def test_repeat_rate_is_the_table_with_the_pooled_rate_across(authors):
    table = ins.staying.repeat_rate(authors)
    figure = ins.plots.repeat_rate(table)
    line = figure.data[-1]
    known = table[(table["period"] != "all") & table["share"].notna()]
    assert list(line.x) == known["period"].tolist()
    assert np.array_equal(line.y, known["share"])
    band, across = figure.layout.shapes
    assert [band.y0, band.y1, across.y0] == table.iloc[-1][["low", "high", "share"]].tolist()


def test_growth_bars_are_the_table_and_what_will_change_is_hatched(authors):
    table = ins.growth(authors)
    bars = {trace.name: trace for trace in ins.plots.growth(table).select_traces({"type": "bar"})}
    for name, sign in {"retained": 1, "resurrected": 1, "new": 1, "churned": -1}.items():
        assert np.array_equal(bars[name].y, sign * table[name])
    hatched = [shape == "/" for shape in bars["new"].marker.pattern.shape]
    assert hatched == (~table["complete"] | table["burn_in"]).tolist()
    assert bars["new"].hovertext[-1].endswith("too soon to tell")


def test_empty_tables_draw_empty_figures(authors):
    nobody = ins.retention(ins.activity(pd.DataFrame(
        {"author_id": ["a"], "side": "customer", "created_at": pd.to_datetime(["2025-01-01"], utc=True)}
    ), burn_in="9D"))  # fmt: skip
    for view in ("table", "curve"):
        assert all(not len(trace.x) for trace in ins.plots.retention(nobody, view=view).data)


def test_an_outside_figure_is_never_on_our_axes():
    """Nielsen's 40 % is of web sites and of an audience; it stands beside reach, on axes of its own."""
    rows = [("repeat rate", 0.4, 0.3, 0.5), ("steady audience", 100, 80, 120), ("reach", 0.1, 0.05, 0.2)]
    summary = pd.DataFrame(rows, columns=["figure", "value", "lowest", "highest"])
    curve = pd.DataFrame({"repeat_rate": [0.0, 0.5], "audience": [1.0, 2.0], "reach": [0.05, 0.1]})
    figure = ins.plots.reach_ceiling(ins.staying.ReachCeiling(summary, curve, (0.4, 0.1), {}))
    ours, theirs = figure.data[:2], figure.data[2]
    assert [line.name for line in ours] == ["derived", "this archive"]
    assert {line.xaxis for line in ours} == {None}
    assert (theirs.x[0], theirs.y[0], theirs.xaxis, theirs.yaxis) == (0.4, 0.1, "x2", "y2")
    without = summary[summary["figure"] != "reach"]
    rows = [("arrivals a period", 60, 50, 70)]
    without = pd.concat([without, pd.DataFrame(rows, columns=summary.columns)])
    assert len(ins.plots.reach_ceiling(ins.staying.ReachCeiling(without, curve, (0.4, 0.1), {})).data) == 2
