"""A column that says what is done is kept as `status`; one that says something else is not."""

import pytest

HEAD = "Case no,Came in,Client,Medium,{},Words"
SAID = (
    "My parcel never came and no one answers the phone",
    "How do I change the address of my order?",
    "The lid arrived broken and I want a new one.",
)


def cases(header, states):
    rows = [
        f"{700 + k},{1 + k % 28:02d}.03.2026,Client {k},e-mail,{states[k % len(states)]},{SAID[k % 3]} ({k})"
        for k in range(36)
    ]
    return "\n".join([HEAD.format(header), *rows]) + "\n"


@pytest.mark.parametrize("header", ["Status", "State", "Ticket status", "case_state"])
def test_the_state_of_a_case_is_kept(load, header):
    mentions = load(cases(header, ["open", "waiting", "closed"]), "cases.csv").mentions
    assert mentions["status"].value_counts().to_dict() == {"open": 12, "waiting": 12, "closed": 12}


@pytest.mark.parametrize("states", [["Ohio", "Texas", "Iowa"], ["married", "single", "widowed"]])
def test_a_state_of_something_else_is_none(load, states):
    assert "status" not in load(cases("State", states), "cases.csv").mentions.columns


def test_a_column_that_is_not_used_is_not_offered_in_place_of_one_that_is(load):
    text = cases("Ferry route", ["A-B", "B-C", "C-A"])
    notes = " ".join(load(text, "cases.csv").report.notes)
    assert "Ferry route" in notes
    assert "'channel': 'Ferry route'" not in notes, "Medium is the channel"
