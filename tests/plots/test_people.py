from __future__ import annotations

import pandas as pd

from insight.plots.people import plot_interactions, plot_ladder


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
    (cells,) = plot_ladder(moves).data
    assert list(cells.z) == [0.4, 0.6]
    assert cells.customdata.tolist() == [[4, 10, 0.2, 0.7], [6, 10, 0.3, 0.8]]


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
    figure = plot_interactions(periods)
    assert {line.name: list(line.y) for line in figure.data} == {
        "spoke": [30],
        "were answered": [12],
        "wrote back": [3],
    }
    assert figure.data[0].customdata.tolist() == [["no count", "no count"]]
