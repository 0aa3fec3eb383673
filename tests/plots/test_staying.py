"""Figures of who stays and who leaves are their tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight import plots
from insight.mentions import InsightError
from insight.staying import AtRisk, Cadence, ReplyEffect, Tenure, Welcome

NOTHING = pd.DataFrame()


@pytest.fixture
def silences():
    columns = ["weighting", "silence_days", "n_authors", "share", "low", "high", "suggested"]
    rows = [
        ("episode", 30.0, 40, 0.4, 0.3, 0.5, False),
        ("episode", 90.0, 30, 0.09, 0.05, 0.15, True),
        ("episode", 365.0, 20, np.nan, np.nan, np.nan, False),
        ("author", 30.0, 40, 0.2, 0.1, 0.3, False),
    ]
    return pd.DataFrame(rows, columns=columns)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def bounds(trace):
    return np.stack([trace.x - trace.error_x.arrayminus, trace.x + trace.error_x.array], axis=1)


def test_silence_draws_what_is_known_and_marks_the_suggestion(silences, names):
    figure = plots.silence(silences)
    assert named(figure, "each silence once").x.tolist() == [30, 90]
    assert named(figure, "each silence once").y.tolist() == [0.4, 0.09]
    assert named(figure, "each person once").y.tolist() == [0.2]
    mark = named(figure, "suggested, each silence once")
    assert (list(mark.x), list(mark.y)) == ([90], [0.09])
    assert names(figure) == ["each silence once, ◇ at 90 d: 9%", "each person once"]
    assert "too soon" not in str(figure)


def test_tenure_draws_one_curve_a_group_with_its_band():
    curve = pd.DataFrame(
        {
            "group": ["a", "a", "<b>"], "tenure_days": [0.0, 5.0, 3.0], "n_at_risk": [9, 5, 4],
            "n_left": [4, 1, 1], "staying": [0.6, 0.5, 0.75], "low": [0.4, 0.3, 0.2], "high": [0.8, 0.7, 0.9],
        }
    )  # fmt: skip
    figure = plots.tenure(Tenure(curve, NOTHING, NOTHING, {}))
    assert named(figure, "a").y.tolist() == [0.6, 0.5]
    assert named(figure, "&lt;b&gt;").x.tolist() == [3.0]
    assert [trace.y.tolist() for trace in figure.data[:2]] == [[0.4, 0.3], [0.8, 0.7]]
    assert "5 at risk" in named(figure, "a").hovertext[1]


def test_cadence_names_nobody():
    counts = pd.DataFrame(
        {
            "state": ["slowing", "steady"],
            "n": [2, 8],
            "share": [0.2, 0.8],
            "low": [0.1, 0.5],
            "high": [0.5, 0.9],
        }
    )
    people = pd.DataFrame({"author_id": ["secret"], "state": ["slowing"]})
    figure = plots.cadence(Cadence(counts, people, {}))
    assert figure.data[0].x.tolist() == [0.2, 0.8]
    np.testing.assert_allclose(bounds(figure.data[0]), counts[["low", "high"]])
    assert list(figure.layout.yaxis.ticktext) == ["slowing (n = 2)", "steady (n = 8)"]
    assert "secret" not in figure.to_json()


def test_at_risk_draws_its_calibration_beside_the_diagonal():
    bands = pd.DataFrame(
        {
            "predicted": [0.2, 0.8],
            "observed": [0.3, 0.7],
            "n": [10, 10],
            "low": [0.1, 0.4],
            "high": [0.6, 0.9],
        }
    )
    figure = plots.at_risk(AtRisk("It holds.", NOTHING, NOTHING, bands, NOTHING, {}))
    trace = named(figure, "later period")
    assert trace.x.tolist() == [0.2, 0.8]
    np.testing.assert_allclose(trace.y - trace.error_y.arrayminus, bands["low"])
    np.testing.assert_allclose(trace.y + trace.error_y.array, bands["high"])
    assert list(named(figure, "as predicted").y) == [0, 1]


def test_exit_words_carry_their_topic():
    table = pd.DataFrame(
        {
            "topic": [3, -1], "name": ["price <i>", "no topic"], "n_people": [4, 1], "share": [0.8, 0.2],
            "low": [0.4, 0.0], "high": [0.9, 0.6], "n_judged": [3, 0], "n_gone": [2, 0],
        }
    )  # fmt: skip
    figure = plots.exit_words(table)
    assert list(figure.data[0].customdata) == [3, -1]
    assert list(figure.layout.yaxis.ticktext) == ["price &lt;i&gt; (n = 4)", "no topic (n = 1)"]
    assert "2 of 3 wrote nothing more" in figure.data[0].hovertext[0]
    assert "No one" in plots.exit_words(table.head(0)).layout.annotations[0].text


def test_drivers_stand_beside_their_placebo():
    columns = ["driver", "n_people", "silent_with", "silent_without", "odds_ratio", "low", "high",
               "placebo_odds_ratio", "placebo_low", "placebo_high", "reading"]  # fmt: skip
    table = pd.DataFrame(
        [
            ("complaint", 30, 0.3, 0.1, 3.0, 2.0, 4.0, 1.0, 0.8, 1.2, "silence follows more often"),
            ("wish", 2, 0.0, 0.1, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, "cannot be judged"),
        ],
        columns=columns,
    )
    figure = plots.churn_drivers(table)
    after, before = named(figure, "silence after"), named(figure, "silence before (placebo)")
    np.testing.assert_allclose(bounds(after), [[2.0, 4.0]])
    np.testing.assert_allclose(bounds(before), [[0.8, 1.2]])
    assert (after.marker.symbol, before.marker.symbol) == ("circle", "diamond-open")
    assert before.y[0] > after.y[0]


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
    assert sum(text.endswith("too soon to tell") for text in dots.hovertext) == (~table["complete"]).sum()
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
    band, line = ins.plots.retention(table, view="curve").data
    pooled = table[(table["cohort"] == "all") & table["share"].notna()]
    assert np.array_equal(line.y, pooled["share"])
    assert list(band.y) == [*pooled["high"], *pooled["low"][::-1]]
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


def test_growth_bars_are_the_table_and_what_will_change_is_faded(authors):
    table = ins.growth(authors)
    bars = {trace.name: trace for trace in ins.plots.growth(table).select_traces({"type": "bar"})}
    for name, sign in {"retained": 1, "resurrected": 1, "new": 1, "churned": -1}.items():
        assert np.array_equal(bars[name].y, sign * table[name])
    pale = [opacity < 1 for opacity in bars["new"].marker.opacity]
    assert pale == (~table["complete"] | table["burn_in"]).tolist()
    assert bars["new"].hovertext[-1].endswith("too soon to tell")


def test_empty_tables_draw_empty_figures(authors):
    nobody = ins.retention(ins.activity(pd.DataFrame(
        {"author_id": ["a"], "side": "customer", "created_at": pd.to_datetime(["2025-01-01"], utc=True)}
    ), burn_in="9D"))  # fmt: skip
    for view in ("table", "curve"):
        assert all(not len(trace.x) for trace in ins.plots.retention(nobody, view=view).data)


def test_an_outside_figure_is_never_on_our_axes():
    """Nielsen's 40 % is of web sites and of an audience."""
    rows = [("repeat rate", 0.4, 0.3, 0.5), ("steady audience", 100, 80, 120), ("reach", 0.1, 0.05, 0.2)]
    summary = pd.DataFrame(rows, columns=["figure", "value", "lowest", "highest"])
    curve = pd.DataFrame(
        {"repeat_rate": [0.0, 0.5, 1.0], "audience": [1.0, 2.0, 9.0], "reach": [0.05, 0.1, 1]}
    )
    derived, ours = ins.plots.reach_ceiling(ins.staying.ReachCeiling(summary, curve, (0.7, 0.9), {})).data
    assert list(derived.y) == [0.05, 0.1, 1]
    assert (list(ours.x), list(ours.y)) == ([0.4], [0.1])
    rows = [("arrivals a period", 50, 40, 60)]
    without = pd.concat([summary[:2], pd.DataFrame(rows, columns=summary.columns)])
    derived, ours = ins.plots.reach_ceiling(ins.staying.ReachCeiling(without, curve, (0.7, 0.9), {})).data
    assert list(derived.y) == [1.0, 2.0]
    assert list(ours.y) == [2.0]


COLUMNS = ["estimate", "scale", "landmark_hours", "n_answered", "n_unanswered", "value", "low", "high"]


def effect_of(estimates, controls, *, withheld=()):
    return ReplyEffect("Little: <few>.", withheld, estimates, NOTHING, controls, 1.0, 2.0, 1.0, 0.2, {})


def test_the_wait_of_newcomers_is_drawn_as_measured():
    curve = pd.DataFrame(
        {
            "wait_hours": [0.0, 2.0, 30.0], "n_at_risk": [9, 8, 5], "n_answered": [1, 2, 1],
            "unanswered": [0.9, 0.6, 0.5], "low": [0.5, 0.3, 0.2], "high": [1.0, 0.8, 0.7],
        }
    )  # fmt: skip
    figure = plots.welcome(Welcome(NOTHING, NOTHING, curve, NOTHING, NOTHING, NOTHING, {}))
    assert figure.layout.xaxis.type == "log"
    assert figure.data[-1].x.tolist() == [2.0, 30.0]
    assert figure.data[-1].y.tolist() == [0.6, 0.5]
    assert "60% (30% to 80%) are unanswered" in figure.data[-1].hovertext[0]


def test_every_difference_is_drawn_and_doubtful_ones_look_doubtful():
    estimates = pd.DataFrame(
        [
            ("naive: ever answered, any later message", "risk difference", np.inf, 9, 5, 0.3, 0.1, 0.5),
            ("landmark", "risk difference", 1.0, 9, 5, 0.2, 0.0, 0.4),
            ("landmark", "risk difference", 168.0, 9, 5, 0.1, -0.1, 0.3),
            ("adjusted", "risk difference", 24.0, 9, 5, 0.05, -0.2, 0.25),
            ("from the answer on", "hazard ratio", np.nan, 9, 5, 1.4, 0.9, 2.0),
        ],
        columns=COLUMNS,
    )
    controls = pd.DataFrame(
        [("permuted answers (placebo)", "risk difference", 9, 5, 0.0, -0.1, 0.1, True)],
        columns=["control", "scale", "n_answered", "n_unanswered", "value", "low", "high", "passed"],
    ).assign(landmark_hours=np.nan)
    figure = plots.reply_effect(effect_of(estimates, controls))
    estimate, adjusted, doubtful = figure.data
    assert estimate.x.tolist() == [20, 10]
    assert adjusted.x.tolist() == [5]
    assert doubtful.x.tolist() == [30, 0]
    assert doubtful.marker.symbol == "diamond-open"
    np.testing.assert_allclose(adjusted.x + adjusted.error_x.array, [25])
    assert adjusted.hovertext[0] == "adjusted: +5.0 (-20.0 to +25.0)<br>9 answered, 5 not"
    assert list(figure.layout.yaxis.ticktext)[1:3] == ["answered within 1 h", "answered within 7 days"]
    assert "&lt;few&gt;" in figure.layout.title.subtitle.text
    (only,) = plots.reply_effect(effect_of(estimates, controls, withheld=("confounded",))).data
    assert (only.marker.symbol, len(only.x)) == ("diamond-open", 5)


def test_steps_and_crowds_are_drawn_as_measured():
    steps = pd.DataFrame(
        {"step": ["first message", "second message"], "n": [9, 3], "share": [1.0, 1 / 3], "low": [0.7, 0.1],
         "high": [1.0, 0.7], "n_alone": [9, 4]}
    )  # fmt: skip
    load = pd.DataFrame(
        {"joiners_from": [1, 2], "joiners_to": [1, 3], "n_days": [5, 2], "n": [5, 4], "answered": [4, 1],
         "share": [0.8, 0.25], "low": [0.4, 0.0], "high": [0.9, 0.7], "repliers_per_day": [1.0, 0.5]}
    )  # fmt: skip
    met = Welcome(NOTHING, NOTHING, NOTHING, load, steps, NOTHING, {})
    taken, crowd = plots.welcome(met, view="steps"), plots.welcome(met, view="crowd")
    assert taken.data[-1].x.tolist() == [1.0, 1 / 3]
    assert list(crowd.layout.yaxis.ticktext) == [
        "1 joined that day (n = 5)",
        "2 to 3 joined that day (n = 4)",
    ]
    assert crowd.data[-1].x.tolist() == [0.8, 0.25]
    with pytest.raises(InsightError, match="view='wall'"):
        plots.welcome(met, view="wall")


def test_withheld_shares_are_counts_in_words():
    steps = pd.DataFrame(
        {"step": ["first message"], "n": [6], "share": np.nan, "low": np.nan, "high": np.nan, "n_alone": [6]}
    )
    curve = pd.DataFrame({"wait_hours": [2.0], "unanswered": np.nan, "low": np.nan, "high": np.nan})
    met = Welcome(NOTHING, NOTHING, curve, NOTHING, steps, NOTHING, {})
    assert (
        "first message: too few for a share<br>6 people"
        in plots.welcome(met, view="steps").data[-1].hovertext[0]
    )
    wait = plots.welcome(met)
    assert wait.data == ()
    assert "Too few for a share" in wait.layout.annotations[0].text


def test_nothing_to_compare_is_said():
    empty = pd.DataFrame(columns=COLUMNS)
    figure = plots.reply_effect(effect_of(empty, empty.rename(columns={"estimate": "control"})))
    assert figure.data == ()
    assert "Too few newcomers" in figure.layout.annotations[0].text
