from __future__ import annotations

import numpy as np
import pandas as pd

from insight import plots

INDEX = pd.DataFrame(
    {
        "period": pd.to_datetime(["2025-01-01", "2025-02-01"]),
        "n": [10, 0],
        "n_answers": [4, 0],
        "share": [0.4, np.nan],
        "low": [0.2, np.nan],
        "high": [0.7, np.nan],
    }
)
MARKS = pd.DataFrame(
    {
        "writer": ["all", "all", "Kim", "Kim"],
        "mark": ["copied", "named"] * 2,
        "n": [10, 10, 4, 4],
        "n_marked": [5, 1, 4, 0],
        "share": [0.5, 0.1, 1.0, 0.0],
        "low": [0.3, 0.0, 0.5, 0.0],
        "high": [0.7, 0.4, 1.0, 0.5],
    }
)


def test_the_line_and_its_band_are_those_of_the_table():
    band, line = plots.dialogue_index(INDEX).data
    np.testing.assert_array_equal(line.y, INDEX["share"])
    np.testing.assert_array_equal(band.y, [*INDEX["high"], *INDEX["low"][::-1]])
    assert line.customdata.tolist() == [[4, 10], [0, 0]]


def test_each_writer_is_a_series_with_its_intervals(series, names):
    everyone, kim = series(plots.form_letters(MARKS))
    assert names(plots.form_letters(MARKS)) == ["all writers", "Kim"]
    assert (everyone.name, kim.name) == ("all writers", "Kim")
    assert kim.marker.symbol != everyone.marker.symbol  # never colour alone
    np.testing.assert_allclose(everyone.x - everyone.error_x.arrayminus, [0.3, 0.0])
    np.testing.assert_allclose(kim.x + kim.error_x.array, [1.0, 0.5])
