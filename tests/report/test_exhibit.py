import numpy as np
import pandas as pd
import pytest

from insight.plots.figure import new_figure
from insight.report import format as wording
from insight.report.exhibit import MAX_ROWS, as_rows, begins_late, exhibit
from insight.report.figures import trend_figures
from insight.report.sections import section


@pytest.fixture
def table():
    return pd.DataFrame({"name": ["kettle", "a\u202eb"], "n": [1200, 3], "share": [0.5, None], "other": 0})


COLUMNS = {
    "name": ("Name", str),
    "n": ("People", wording.count),
    "share": ("Share", wording.share),
    "gone": ("x", str),
}


def test_a_table_is_printed_in_words_with_gaps_marked(table):
    told = as_rows(table, COLUMNS)
    assert [column["name"] for column in told["head"]] == ["Name", "People", "Share"]
    assert [column["number"] for column in told["head"]] == [False, True, True]
    assert told["rows"] == [["kettle", "1,200", "50\u00a0%"], ["ab", "3", "–"]]
    assert told["opens"] == ["", ""]


def test_a_long_table_says_how_much_is_left_out():
    long = pd.DataFrame({"n": range(MAX_ROWS + 5)})
    told = as_rows(long, {"n": ("n", wording.count)}, opens=[f"need-{n}" for n in long["n"]])
    assert (len(told["rows"]), len(told["opens"]), told["left_out"]) == (MAX_ROWS, MAX_ROWS, 5)


def drawn(table, *, legend=False):
    figure = new_figure("How many?", x_title="People", y_title="")
    figure.add_bar(x=table["n"], y=["a", "b"])
    return figure.update_layout(showlegend=legend)


def test_the_title_becomes_the_question_and_the_colours_come_from_the_page(table):
    made = exhibit(
        "figure", table, plot=drawn, columns=COLUMNS, sentence="1,200 people.", definition="People."
    )
    assert made["question"] == "How many?"
    assert "title" not in made["plot"]["layout"]
    assert "template" not in made["plot"]["layout"]
    assert made["plot"]["data"][0]["y"] == ["a", "b"]


def test_room_for_a_legend_is_kept_where_there_is_one(table):
    def margins(legend):
        made = exhibit(
            "f", table, plot=lambda t: drawn(t, legend=legend), columns=COLUMNS, sentence="", definition=""
        )
        return made["plot"]["layout"].get("margin")

    assert margins(True) == {"t": 36}
    assert margins(False) == {"t": 8}


def test_a_figure_is_lower_by_what_its_title_took(table):
    def tall(found):
        return drawn(found, legend=True).update_layout(margin={"t": 100, "l": 5}, height=400)

    made = exhibit("f", table, plot=tall, columns=COLUMNS, sentence="", definition="")
    assert made["plot"]["layout"]["margin"] == {"t": 56, "l": 5}
    assert made["plot"]["layout"]["height"] == 356


def test_a_figure_without_a_mark_is_told_apart():
    import plotly.graph_objects as go

    def drawn(figure):
        shown = exhibit(
            "one",
            pd.DataFrame({"n": [1]}),
            plot=lambda _: figure,
            columns={"n": ("Number", wording.count)},
            sentence="",
            definition="",
        )
        return section("one", "One", "One", said=[], drawn=[shown])["figures"]

    names = go.Scatter(x=[0], y=["a"], mode="text", text=["a"])
    assert not drawn(go.Figure())
    assert not drawn(go.Figure([names, go.Scatter(x=[None], y=["a"])]))
    assert not drawn(go.Figure([go.Heatmap(z=[[None, None]]), go.Scatter(x=[1], y=["a"])]))
    assert drawn(go.Figure([names, go.Scatter(x=[0.5], y=["a"])]))
    assert drawn(go.Figure([go.Bar(x=["Jan"], y=[3])]))
    assert drawn(go.Figure([go.Heatmap(z=[[None, 0.0]])]))


def over_time(counts):
    months = pd.date_range("2020-01-01", periods=len(counts), freq="MS")
    table = pd.DataFrame({"period": months, "n": counts})
    figure = new_figure("How many?", x_title="Month", y_title="People")
    figure.add_scatter(x=table["period"], y=table["n"])
    return table, exhibit(
        "f",
        table,
        plot=lambda _: figure,
        columns={"n": ("n", wording.count)},
        sentence="",
        definition="People.",
        over=("period", "n"),
    )


def test_a_stray_message_of_years_ago_does_not_stretch_the_time_axis():
    table, made = over_time([1, *[0] * 40, *[90] * 12])
    assert begins_late(table["period"], table["n"]) == table["period"][41]
    first, last = made["plot"]["layout"]["xaxis"]["range"]
    assert (pd.Timestamp(first), pd.Timestamp(last)) == (table["period"][41], table["period"][52])
    assert made["definition"].endswith("Before it: 1 of 1,081 counted, far from the rest, in the table only.")
    assert len(made["table"]["rows"]) == len(table)


@pytest.mark.parametrize("counts", [[90] * 12, [1, *[90] * 8], [0, 0, 0], [40, *[0] * 40, *[90] * 12]])
def test_an_archive_without_strays_is_drawn_whole(counts):
    _, made = over_time(counts)
    assert "range" not in made["plot"]["layout"]["xaxis"]
    assert made["definition"] == "People."


def test_a_mark_over_time_leads_to_its_topic_where_a_period_has_no_share():
    months = pd.date_range("2026-01-01", periods=4, freq="MS", tz="UTC")
    trend = pd.DataFrame({"topic": 0, "name": "Leaks", "period": months, "n": 3, "n_people": 3, "total": 50})
    trend = trend.assign(share=[0.1, np.nan, 0.2, 0.2], low=0.05, high=0.3, change=False, complete=True)
    trend.loc[1, ["total", "low", "high"]] = [4, np.nan, np.nan]
    topics = pd.DataFrame({"topic": [0], "name": ["Leaks"]})
    [figure] = trend_figures(trend.assign(level=""), topics, period="month")
    line = figure["plot"]["data"][1]
    assert line["customdata"] == ["topic-0"] * 3
