import pandas as pd
import pytest

import insight as ins


def rated(rows):
    table = pd.DataFrame(rows, columns=["mention_id", "author_id", "text", "rating"])
    return ins.as_mentions(table.assign(created_at=pd.Timestamp("2026-03-01", tz="UTC")))


MENTIONS = (
    ("a", "ann", "The lid leaks", 0.0),
    ("b", "ann", "The lid leaks still", 0.5),
    ("c", "ben", "The lid is fine", 1.0),
    ("d", "cleo", "The app is fine", 0.75),
    ("e", "cleo", "No stars given", None),
)


def test_each_person_counts_once_in_a_group():
    groups = pd.DataFrame({"mention_id": list("abcde"), "group": ["lid", "lid", "lid", "app", "app"]})
    found = ins.needs.ratings_by(rated(MENTIONS), groups).set_index("group")
    assert found.index.tolist() == ["lid", "app"], "the lowest first"
    assert found.loc["lid", ["n", "n_people", "stars"]].tolist() == [3, 2, 3.5], (
        "Ann's two stars and Ben's five"
    )
    assert found.loc["app", ["n", "n_people", "stars"]].tolist() == [1, 1, 4.0]
    assert found["low"].isna().tolist() == [False, True], "one person has no interval"
    assert 1 <= found.loc["lid", "low"] < 3.5 < found.loc["lid", "high"] <= 5


def test_a_message_may_be_in_two_groups_and_a_copy_is_in_none():
    copied = rated([*MENTIONS, ("f", "ben", "The lid is fine", 0.0)])
    groups = pd.DataFrame({"mention_id": ["c", "c", "f", "c"], "group": ["lid", "praise", "lid", "lid"]})
    found = ins.needs.ratings_by(copied, groups)
    assert found[["group", "n", "stars"]].values.tolist() == [["lid", 1, 5.0], ["praise", 1, 5.0]]


def test_rows_in_any_order_give_the_same():
    groups = pd.DataFrame({"mention_id": list("abcd"), "group": ["lid", "lid", "lid", "app"]})
    forth = ins.needs.ratings_by(rated(MENTIONS), groups)
    back = ins.needs.ratings_by(rated(MENTIONS[::-1]), groups[::-1])
    pd.testing.assert_frame_equal(forth, back)


def test_without_ratings_it_says_so():
    groups = pd.DataFrame({"mention_id": ["e"], "group": ["app"]})
    with pytest.raises(ins.InsightError, match="carries a rating"):
        ins.needs.ratings_by(rated(MENTIONS[4:]), groups)
