from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight import plots
from insight.mentions import InsightError
from insight.staying import ReplyEffect, Welcome

NOTHING = pd.DataFrame()
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
    assert "60% are unanswered (30% to 80%)" in figure.data[-1].hovertext[0]


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
        [("answers dealt out at random", "risk difference", 9, 5, 0.0, -0.1, 0.1, True)],
        columns=["control", "scale", "n_answered", "n_unanswered", "value", "low", "high", "passed"],
    ).assign(landmark_hours=np.nan)
    figure = plots.reply_effect(effect_of(estimates, controls))
    by_kind = {trace.name: trace for trace in figure.data}
    assert by_kind["estimate"].x.tolist() == [0.2, 0.1]
    assert by_kind["adjusted"].x.tolist() == [0.05]
    assert by_kind["doubtful"].x.tolist() == [0.3, 0.0]
    assert by_kind["doubtful"].marker.symbol == "diamond-open"
    np.testing.assert_allclose(by_kind["adjusted"].x + by_kind["adjusted"].error_x.array, [0.25])
    assert list(figure.layout.yaxis.ticktext)[1:3] == ["answered within 1 h", "answered within 7 days"]
    assert "&lt;few&gt;" in figure.layout.title.subtitle.text
    (only,) = plots.reply_effect(effect_of(estimates, controls, withheld=("confounded",))).data
    assert (only.name, len(only.x)) == ("doubtful", 5)


def test_steps_and_crowds_are_drawn_as_measured():
    steps = pd.DataFrame(
        {"step": ["first message", "second message"], "n": [9, 3], "share": [1.0, 1 / 3], "low": [0.7, 0.1],
         "high": [1.0, 0.7], "n_alone": [9, 4]}
    )  # fmt: skip
    load = pd.DataFrame(
        {"joiners_from": [1, 2], "joiners_to": [1, 3], "n_days": [5, 2], "n": [5, 4], "answered": [4, 1],
         "rate": [0.8, 0.25], "low": [0.4, 0.0], "high": [0.9, 0.7], "repliers_per_day": [1.0, 0.5]}
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
    assert "6 people, too few for a share" in plots.welcome(met, view="steps").data[-1].hovertext[0]
    wait = plots.welcome(met)
    assert wait.data == ()
    assert "Too few newcomers" in wait.layout.annotations[0].text


def test_nothing_to_compare_is_said():
    empty = pd.DataFrame(columns=COLUMNS)
    figure = plots.reply_effect(effect_of(empty, empty.rename(columns={"estimate": "control"})))
    assert figure.data == ()
    assert "Too few newcomers" in figure.layout.annotations[0].text
