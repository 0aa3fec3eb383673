import pandas as pd
import pytest

from insight.mentions import COLUMNS, InsightError, as_mentions, check_mentions


def test_as_mentions_gives_every_column_in_order_and_keeps_extra_ones():
    mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1"], "zebra": [1], "app_version": ["2"]}))
    assert list(mentions.columns) == [c.name for c in COLUMNS] + ["app_version", "zebra"]
    assert check_mentions(mentions) is mentions


def test_as_mentions_sorts_by_time_then_id_with_undated_rows_last():
    frame = pd.DataFrame(
        {
            "mention_id": ["x:3", "x:2", "x:1", "x:0"],
            "created_at": pd.to_datetime([None, "2025-01-02", "2025-01-02", "2025-01-03"], utc=True),
        }
    )
    assert as_mentions(frame)["mention_id"].tolist() == ["x:1", "x:2", "x:0", "x:3"]


def test_as_mentions_does_not_change_its_input():
    frame = pd.DataFrame({"mention_id": ["x:1"], "side": ["brand"]})
    before = frame.copy(deep=True)
    as_mentions(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_missing_counts_stay_missing():
    mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1", "x:2"], "like_count": [0, None]}))
    assert mentions["like_count"].isna().tolist() == [False, True]


def test_as_mentions_names_a_value_outside_the_closed_list():
    with pytest.raises(InsightError, match=r"side.*'clerk'"):
        as_mentions(pd.DataFrame({"mention_id": ["x:1"], "side": ["clerk"]}))


def test_as_mentions_says_which_columns_it_found():
    with pytest.raises(InsightError, match=r"found \['id', 'text'\]"):
        as_mentions(pd.DataFrame({"id": ["1"], "text": ["a"]}))


def test_check_mentions_gathers_every_fault_and_raises_once():
    mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1", "x:2"], "rating": [0.5, 5.0]}))
    mentions["mention_id"] = mentions["mention_id"].replace("x:2", "x:1")
    mentions["reply_to_id"] = mentions["mention_id"]
    mentions["like_count"] = pd.array([-1, None], dtype="Int64")
    mentions["created_at"] = ["yesterday", "today"]
    with pytest.raises(InsightError) as caught:
        check_mentions(mentions)
    message = str(caught.value)
    for part in (
        "mention_id repeats in 1",
        "reply_to_id names its own row 2",
        "rating is outside",
        "like_count is negative",
        "created_at is str",
    ):
        assert part in message
    assert message.startswith("mentions has 5 fault(s)")


def test_check_mentions_names_missing_columns():
    with pytest.raises(InsightError, match=r"lack the columns .*'author_id'"):
        check_mentions(pd.DataFrame({"mention_id": ["x:1"]}))
