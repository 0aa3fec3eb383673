from __future__ import annotations

import numpy as np
import pandas as pd

from insight import plots
from insight.people import Niches


def test_each_move_is_one_cell():
    moves = pd.DataFrame(
        {
            "from_state": ["casual", "casual"],
            "to_state": ["engaged", "silent"],
            "n": [10, 10],
            "n_moved": [4, 6],
            "share": [0.4, 0.6],
            "low": [0.2, 0.3],
            "high": [0.7, 0.8],
        }
    )
    cells, unknown = plots.ladder(moves).data
    assert cells.z.tolist() == [[0.4, 0.6]]
    assert cells.text[0][0] == "casual to engaged: 40% (20% to 70%)<br>4 of 10"
    assert len(unknown.x) == 0


def test_followers_are_never_a_line_of_their_own():
    periods = pd.DataFrame(
        {
            "period": pd.to_datetime(["2025-01-01"]),
            "n": [30],
            "n_answered": [12],
            "n_two_way": [3],
            "followers": pd.array([pd.NA], dtype="Int64"),
            "answers_per_1000_followers": pd.array([pd.NA], dtype="Float64"),
        }
    )
    figure = plots.interactions(periods)
    assert {line.name: list(line.y) for line in figure.data} == {
        "spoke": [30],
        "were answered": [12],
        "wrote back": [3],
    }
    assert figure.data[0].hovertext[0].endswith("followers: unknown, answers per 1,000: unknown")


def test_advocates_draw_the_share_of_each_period_and_not_the_total():
    table = pd.DataFrame(
        {
            "period": pd.to_datetime(["2025-01-01", None]), "n": [10, 12], "n_recommending": [3, 4],
            "n_paid_looking": [1, 1], "n_advocates": [2, 3], "share": [0.2, 0.25], "low": [0.05, 0.1],
            "high": [0.5, 0.5],
        }
    )  # fmt: skip
    *band, line = plots.advocates(table).data
    assert [list(edge.y) for edge in band] == [[0.5, 0.05]]
    assert list(line.y) == [0.2]
    assert line.hovertext[0] == "Jan 2025: 20% (5% to 50%), 2 of 10 people<br>3 recommended, 1 looked paid"


def test_niches_draw_their_share_and_escape_their_names():
    table = pd.DataFrame(
        {
            "name": ["<b>mug", "crema"], "n": [30, 20], "n_mentions": [40, 20], "share": [0.6, 0.4],
            "low": [0.5, 0.3], "high": [0.7, 0.5], "internal": [0.75, np.nan],
        }
    )  # fmt: skip
    figure = plots.niches(Niches(table, table, table, table, n_hidden=0))
    assert list(figure.data[0].x) == [0.6, 0.4]
    assert (
        figure.data[0].hovertext[0]
        == "&lt;b&gt;mug: 60.0% (50.0% to 70.0%)<br>30 people, 40 messages<br>75% of answers stay inside"
    )
    assert figure.data[0].hovertext[1].endswith("no answers to others")
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;mug (n = 30)"
    empty = plots.niches(Niches(table[:0], table, table, table, n_hidden=7))
    assert "7 people" in empty.layout.annotations[0].text


def test_defenders_stand_beside_their_usual_share(series):
    first, last = pd.to_datetime(["2025-03-01", "2025-03-03"], utc=True)
    columns = {"n": [40], "n_defenders": [4], "share": [0.1], "low": [0.04], "high": [0.23]}
    windows = pd.DataFrame({"start": [first], "end": [last], **columns, "usual_share": [0.02]})
    inside, usual = series(plots.defenders(windows))
    assert [inside.x[0], inside.error_x.array[0], inside.error_x.arrayminus[0]] == [
        0.1,
        0.23 - 0.1,
        0.1 - 0.04,
    ]
    assert list(usual.x) == [0.02]
    assert plots.defenders(windows.head(0)).layout.annotations[0].text == "No window was given."


def test_every_pair_is_in_the_figure_under_its_kind_of_tie():
    kinds = ["contact", "contact", "reciprocal", "lasting", "connection"]
    pairs = pd.DataFrame({"n_weeks": [1, 2, 1, 4, 5], "tie": kinds})
    drawn = {bars.name: list(bars.x) for bars in plots.ties(pairs).data}
    assert drawn == {
        "contact (n = 2)": [1, 2], "reciprocal (n = 1)": [1], "lasting (n = 1)": [4],
        "connection (n = 1)": [5],
    }  # fmt: skip


def test_contribution_shows_who_answered_anybody_and_names_nobody():
    people = pd.DataFrame(
        {"author_id": ["ann", "ben"], "n_answers": [3, 0], "n_helped": [2, 0], "n_newcomers": [1, 0],
         "n_drawn": [5, 9]}
    )  # fmt: skip
    figure = plots.contribution(people)
    assert [list(figure.data[0].x), list(figure.data[0].y)] == [[3], [1]]
    assert "ann" not in figure.to_json()
