"""Stars by period, counted by hand."""

import pandas as pd
import pytest

import insight as ins


def rated(days, ratings):
    names = [str(at) for at in range(len(days))]
    table = {"mention_id": names, "author_id": names, "text": names, "rating": ratings}
    return ins.as_mentions(pd.DataFrame({**table, "created_at": pd.to_datetime(days, utc=True)}))


def test_means_and_intervals_are_those_of_the_month():
    days = ["2024-01-05", "2024-01-06", "2024-01-07", "2024-03-01"]
    found = ins.needs.ratings_over_time(rated(days, [0.0, 0.5, 1.0, 0.25]))
    assert found["n"].tolist() == [3, 0, 1]
    assert found["stars"].tolist()[::2] == [3, 2]
    assert found["stars"].isna().tolist() == [False, True, False], "a month without a rating has no mean"
    half = 1.96 * 2 / 3**0.5
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx([max(1, 3 - half), min(5, 3 + half)])
    assert pd.isna(found.loc[2, "low"]), "one rating has no interval"


def test_without_ratings_it_says_so():
    with pytest.raises(ins.InsightError, match="both a rating and a date"):
        ins.needs.ratings_over_time(rated(["2024-01-05"], [None]))
