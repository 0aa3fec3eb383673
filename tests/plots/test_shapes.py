"""What every figure of a shape does, whatever its measure."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

from insight import plots
from insight.plots.figure_text import fill, summary
from insight.plots.shapes import bars, dots, grid, grouped_dots
from insight.plots.theme import PALETTE

TABLE = pd.DataFrame(
    {
        "name": ["all", "lid <b>"],
        "n": [40, 20],
        "share": [0.5, np.nan],
        "low": [0.4, np.nan],
        "high": [0.6, np.nan],
    }
)


def test_a_sentence_is_filled_and_what_people_wrote_is_escaped():
    rows = pd.DataFrame(
        {"name": ["<i>", "b"], "n": [1200, pd.NA], "day": pd.to_datetime(["2025-03-01", None])}
    )
    assert fill(rows, "{name}: {n:,} on {day:%d %b}") == [
        "&lt;i&gt;: 1,200 on 1 Mar",
        "b: unknown on unknown",
    ]


def test_below_the_title_is_said_of_how_many_from_when_to_when():
    days = pd.date_range("2025-01-01", periods=3, freq="MS")
    rows = pd.DataFrame({"period": days, "n": [3, 9, 1200], "complete": [True, True, False]})
    assert summary(rows, x="period", of="people") == (
        "n = 3 to 1,200 people each · 1 Jan 2025 to 1 Mar 2025 · faded: not complete"
    )
    assert summary(rows.head(1), of="people") == "n = 3 people"
    assert summary(rows.head(0), x="period", of="people") == ""


def test_a_row_without_a_share_is_named_and_says_why():
    figure = dots(TABLE, "Who?", axis="Share", label="{name}", detail="{n:,} people", of="people")
    assert list(figure.layout.yaxis.ticktext) == ["all (n = 40)", "lid &lt;b&gt; (n = 20)"]
    assert figure.data[0].hovertext == (
        "all: 50% (40% to 60%)<br>40 people",
        "lid &lt;b&gt;: too few for a share<br>20 people",
    )
    assert figure.layout.title.subtitle.text == "n = 20 to 40 people each"


def test_a_long_name_leaves_room_for_the_dots():
    figure = dots(TABLE.assign(name="word " * 40), "Who?", axis="Share", label="{name}", n="")
    assert all(len(name) <= 44 for name in figure.layout.yaxis.ticktext)


def test_six_groups_get_a_legend_and_never_a_sixth_colour():
    rows = pd.concat([TABLE.head(1).assign(group=f"g{number}") for number in range(6)])
    figure = grouped_dots(rows, "Who?", axis="Share", label="{name}", by="group", name="{group}", detail="")
    assert {trace.marker.color for trace in figure.data} == set(PALETTE)
    assert figure.layout.showlegend


def test_cells_are_a_matrix_and_what_is_missing_has_a_dot_and_a_reason():
    cells = TABLE.assign(x=[2, 1], y="row")
    heat, unknown = grid(
        cells, "When?", x="x", y="y", value="share", axes=("Hour", ""), hover="{x}: {interval}"
    ).data
    np.testing.assert_array_equal(heat.z, [[np.nan, 0.5]])
    assert list(heat.x) == [1, 2]
    assert list(unknown.hovertext) == ["1: too few for a share"]


def test_bars_below_the_line_leave_those_above_in_place():
    rows = pd.DataFrame({"day": ["a", "a", "b", "b"], "kind": ["in", "out"] * 2, "n": [4, -3, 6, -1]})
    colours = dict(zip(["in", "out"], PALETTE, strict=False))
    figure = bars(rows, "How many?", x="day", by="kind", hover="{n}", colours=colours, axes=("Day", "People"))
    assert [list(bar.y) for bar in figure.data] == [[4, 6], [-3, -1]]
    low, high = figure.layout.yaxis.range
    assert low < -3
    assert high > 6


FIGURES = {
    name: thing
    for name, thing in vars(plots).items()
    if inspect.isfunction(thing) and name not in {"annotate_events", "caption"}
}
COLUMNS = {
    "needs": "need name n_people share low high latent opportunity opportunity_low opportunity_high "
    "n_complaint n_wish n_workaround n_praise trend",
    "compare_streams": "kind item group n n_with n_other n_other_with share share_other log_odds low high "
    "significant",
    "hits_over_time": "period n_hits k n share low high",
    "topics": "topic name n n_people share low high",
    "topic_terms": "topic name rank term weight",
    "topics_over_time": "topic name period n n_people total share low high change complete",
    "topics_by": "topic name group n n_people total share low high",
    "needs_over_time": "need name period n n_people total share low high complete",
    "twitter_test": "line part n n_met share low high",
    "presence": "topic name n n_present share low high blank",
    "channels": "intent channel n answered share low high",
    "response_week": "weekday hour within n answered share low high",
    "response_curve": "group wait_hours n_at_risk unanswered low high",
    "response_rate": "group within n answered share low high",
    "capacity": "period n_in n_out backlog n_answered complete",
    "peer_help": "group n n_helped share low high n_helpers",
    "loop_closed": "stage n n_reached share low high n_open",
    "escalations": "created_at says_so cites joins",
    "handoffs": "channel n n_moved share low high n_judged n_back back_share back_low back_high",
    "dialogue_index": "period n n_answers share low high",
    "form_letters": "writer mark n n_marked share low high",
    "spikes": "by series day n_people expected low high flagged voices terms",
    "storms": "storm start part of n n_marked value low high",
    "outages": "outage start hours tier reaction n n_reacting share low high",
    "rivals": "brand measure topic period n n_marked share low high flagged",
    "defenders": "start end n n_defenders share low high usual_share",
    "interactions": "period n n_answered n_two_way followers answers_per_1000_followers",
    "advocates": "period n n_recommending n_paid_looking n_advocates share low high",
    "ladder": "from_state to_state n n_moved share low high",
    "ties": "n_weeks tie",
    "contribution": "n_answers n_helped n_newcomers n_drawn",
    "repeat_rate": "period n retained share low high",
    "retention": "cohort period n eligible retained share low high complete",
    "growth": "period active new retained resurrected churned complete burn_in",
    "states": "window_from window_to band n share low high",
    "stickiness": "window_from n daily_people active_days stickiness low high",
    "silence": "weighting silence_days n_authors share low high suggested",
    "exit_words": "topic name n_people share low high n_judged n_gone",
    "churn_drivers": "driver n_people odds_ratio low high placebo_odds_ratio placebo_low placebo_high "
    "silent_with silent_without reading",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_an_empty_table_is_said_in_words(name):
    figure = FIGURES[name](pd.DataFrame(columns=COLUMNS[name].split()))
    assert figure.data == ()
    (words,) = figure.layout.annotations
    assert words.text.endswith(".")
    assert len(words.text) > len("Nothing.")


TIMES = {"period", "day", "start", "end", "created_at"}
FLAGS = {"complete", "burn_in", "change", "blank", "flagged", "latent", "significant", "suggested"}
FLAGS |= {"says_so", "cites", "joins"}
ESTIMATES = {"share", "low", "high", "odds_ratio", "unanswered", "stickiness", "usual_share", "value"}
ESTIMATES |= {"opportunity", "opportunity_low", "opportunity_high", "back_share", "back_low", "back_high"}
WORDS = {"name", "group", "item", "brand", "writer", "mark", "channel", "intent", "stage", "driver", "line"}
WORDS |= {"part", "reaction", "terms", "voices", "trend", "term"}
FIXED = {"kind": "word", "by": "all", "measure": "complaining", "tier": "all", "weighting": "episode",
         "tie": "contact", "of": "people", "topic": 0, "series": "all", "within": "24h",
         "from_state": "casual", "to_state": "engaged", "window_from": "2025-01-01",
         "window_to": "2025-01-28", "cohort": "2025-01", "need": "need-1",
         "weekday": "Monday", "band": "1 day"}  # fmt: skip


def value_of(column, known):
    if column in TIMES:
        return pd.Timestamp("2025-03-01", tz="UTC")
    if column in ESTIMATES:
        return 0.5 if known else np.nan
    return FIXED.get(column, False if column in FLAGS else "<b>" if column in WORDS else 3)


def shown_words(figure):
    yield from (
        figure.layout.title.text,
        figure.layout.title.subtitle.text,
        *(figure.layout.yaxis.ticktext or ()),
    )
    yield from (note.text for note in figure.layout.annotations)
    for trace in figure.data:
        yield trace.name
        for values in (trace.y, trace.text, getattr(trace, "hovertext", None)):
            yield from np.ravel(np.array([] if values is None else values, dtype=object))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", COLUMNS)
def test_one_row_is_drawn_known_or_withheld_and_what_people_wrote_is_no_markup(name, known):
    row = {column: value_of(column, known) for column in COLUMNS[name].split()}
    row |= {"topic": pd.NA} if name == "rivals" else {}
    words = [str(text) for text in shown_words(FIGURES[name](pd.DataFrame([row])))]
    assert len(words) >= 3
    assert [text for text in words if "<b>" in text] == []


def test_periods_that_are_all_withheld_are_not_called_empty():
    rows = pd.DataFrame({"period": [1], "n": [3], "share": [np.nan], "low": [np.nan], "high": [np.nan]})
    figure = plots.dialogue_index(rows.assign(n_answers=1))
    assert figure.layout.annotations[0].text == "Too few for a share."
