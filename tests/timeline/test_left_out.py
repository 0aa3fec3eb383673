"""Why a measure has nothing to go by is said in words, with the way out that helps."""

import pandas as pd
import pytest

import insight as ins
from insight.timeline.histories import histories
from insight.timeline.left_out import left_out

ROWS = [
    ("x:1", "ann", "2026-03-01T10:00", "my lid leaks", "customer", True),
    ("x:2", "acme", "2026-03-02T10:00", "Sorry! We send a seal.", "brand", None),
    ("x:3", "ben", "2026-03-05T10:00", "a lid leaks here too", "customer", True),
]


def table(**columns):
    names = ["mention_id", "author_id", "created_at", "text", "side", "addressed"]
    made = pd.DataFrame(ROWS, columns=names).assign(platform="x", **columns)
    made["created_at"] = pd.to_datetime(made["created_at"]).dt.tz_localize("UTC")
    return ins.as_mentions(made)


def test_only_what_was_left_out_is_named_the_most_first():
    assert left_out({"n_undated": 0, "n_reposts": 0}) == ""
    said = left_out({"n_undated": 2, "n_notes": 0, "n_stamps_too_coarse": 1631, "n_brand_authors": 1})
    assert said == "1,631 without a time of day, 2 without a date, 1 brand authors"


@pytest.mark.parametrize("of", [ins.response_rate, ins.conversations.response_curve])
@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"addressed": False}, "2 not known to be sent to the brand (only_addressed=False counts them)."),
        ({"kind": "note"}, "3 that are internal notes."),
        ({"kind": "repost", "addressed": False}, "3 that only pass another message on."),
        ({"side": "brand"}, "No customer wrote to the brand."),
    ],
)
def test_no_wait_says_why(of, columns, said):
    waits = ins.first_responses(table(**columns))
    assert waits.empty
    with pytest.raises(ins.InsightError) as raised:
        of(waits)
    assert str(raised.value).endswith(said)
    helps = len(ins.first_responses(table(**columns), only_addressed=False)) > 0
    assert helps == ("only_addressed=False" in str(raised.value))


def test_no_message_left_is_said_in_words():
    with pytest.raises(
        ins.InsightError, match=r"no message of 3 can be followed: 3 without a time of day\.$"
    ):
        histories(table(time_precision="day"), fine=True)


def test_mentions_in_the_place_of_activity_are_named():
    with pytest.raises(ins.InsightError, match=r"pass activity\(mentions\) instead"):
        ins.retention(table())
