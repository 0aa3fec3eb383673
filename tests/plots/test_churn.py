from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight import plots
from insight.staying import AtRisk, Cadence, Tenure

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
    assert (mark.x.tolist(), mark.y.tolist()) == ([90], [0.09])
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
    assert "Nobody" in plots.exit_words(table.head(0)).layout.annotations[0].text


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
