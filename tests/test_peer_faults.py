"""Faults seen in the code of peers, one test each: what they count, and what is counted here instead."""

from __future__ import annotations

import ast
import inspect
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import insight as ins

START = pd.Timestamp("2025-03-03 10:00", tz="UTC")


def messages(*rows):
    """Return the mentions of (id, thread, answers, author, hours after the start), the brand being acme."""
    frame = pd.DataFrame(
        rows, columns=["mention_id", "conversation_id", "reply_to_id", "author_id", "hours"]
    ).astype({"reply_to_id": "str"})
    frame["reply_to_id"] = frame["reply_to_id"].where(frame["reply_to_id"] != "None")
    frame["created_at"] = START + pd.to_timedelta(frame.pop("hours"), unit="h")
    frame["side"] = frame["author_id"].map({"acme": "brand"}).fillna("customer")
    return ins.as_mentions(frame.assign(time_precision="s", addressed=True, platform="forum", text="..."))


def monthly(**months):
    rows = [(name, f"2025-{month:02d}-10") for name, active in months.items() for month in active]
    frame = pd.DataFrame(rows, columns=["author_id", "created_at"])
    frame = frame.assign(created_at=pd.to_datetime(frame["created_at"], utc=True), side="customer")
    return ins.activity(frame, as_of="2025-07-01", burn_in="0D")


# --- answers


def test_discourse_leaves_the_unanswered_out_of_time_to_first_response():
    """One answered after 2 h, two waiting: the mean over answers is 2 h, the median wait is not reached."""
    waits = ins.first_responses(
        messages(("1", "1", None, "ann", 0), ("2", "1", "1", "acme", 2), ("3", "3", None, "ben", 1),
                 ("4", "4", None, "cem", 2), ("5", "5", None, "acme", 50))
    )  # fmt: skip
    assert waits.loc[waits["responded"], "wait_hours"].mean() == 2
    assert len(waits) == 3
    assert ins.response_curve(waits)["unanswered"].min() == pytest.approx(2 / 3)
    assert ins.response_rate(waits, within="24h")[["n", "answered"]].to_numpy().tolist() == [[3, 1]]


def test_discourse_means_a_heavy_tail_by_day():
    """Nine answered within the hour, one after 500 h: the mean is 50.9 h, half waited an hour at most."""
    asked = [(f"q{n}", f"t{n}", None, f"p{n}", 0) for n in range(10)]
    answers = [(f"a{n}", f"t{n}", f"q{n}", "acme", 1 if n < 9 else 500) for n in range(10)]
    waits = ins.first_responses(messages(*asked, *answers))
    curve = ins.response_curve(waits)
    assert waits["wait_hours"].mean() == pytest.approx(50.9)
    assert curve.loc[curve["unanswered"] <= 0.5, "wait_hours"].iloc[0] == 1


def test_augur_takes_the_least_time_over_everybodys_messages():
    """The asker adds a line after 1 h, another customer after 2 h; the brand answers after 5 h."""
    waits = ins.first_responses(
        messages(("1", "1", None, "ann", 0), ("2", "1", "1", "ann", 1), ("3", "1", "1", "ben", 2),
                 ("4", "1", "1", "acme", 5))
    )  # fmt: skip
    assert waits.loc[waits["author_id"] == "ann", "wait_hours"].tolist() == [5]


@pytest.mark.parametrize("hours", [0.25, 23.5, 30.0])
def test_augur_floors_an_interval_to_days(hours):
    waits = ins.first_responses(messages(("1", "1", None, "ann", 0), ("2", "1", "1", "acme", hours)))
    assert waits["wait_hours"].tolist() == [hours]


def test_augur_joins_away_who_has_no_answer():
    waits = ins.first_responses(
        messages(("1", "1", None, "ann", 0), ("2", "2", None, "acme", 9)), only_addressed=False
    )
    assert waits[["responded", "wait_hours"]].to_numpy().tolist() == [[False, 9.0]]


# --- who stays


def test_a_dbt_macro_looks_back_one_active_row_and_never_sees_the_churned_or_resurrected():
    """Ann is gone in February and back in March, after another silence in May once more."""
    table = ins.growth(monthly(ann=[1, 3, 5], ben=range(1, 7))).set_index("period")
    assert table["resurrected"].tolist() == [0, 0, 1, 0, 1, 0]
    assert table["churned"].tolist()[1:] == [1, 0, 1, 0, 1]


def test_convokit_keeps_only_speakers_with_enough_conversations_which_conditions_on_survival():
    """Whoever wrote once stays in the cohort; what somebody writes later never changes who is in it."""
    short, longer = monthly(ann=[1], ben=[1, 2], cem=[1]), monthly(ann=[1, 2, 3, 4], ben=[1, 2], cem=[1])
    for authors, retained in ((short, 1), (longer, 2)):
        table = ins.retention(authors, min_people=1)
        row = table[(table["cohort"] == "2025-01") & (table["period"] == 1)].iloc[0]
        assert row[["n", "retained"]].tolist() == [3, retained]


def test_retentioneering_averages_cohorts_as_if_each_were_as_large():
    """January: 1 of 1 is kept; February: 0 of 3. The mean of cohorts is one half, of people a quarter."""
    authors = monthly(ann=[1, 2], b=[2], c=[2], d=[2])
    table = ins.retention(authors, min_people=1)
    pooled = table[(table["cohort"] == "all") & (table["period"] == 1)].iloc[0]
    assert pooled[["eligible", "retained"]].tolist() == [4, 1]
    assert pooled["share"] == pytest.approx(0.25)


def test_lifelines_refuses_a_stay_that_ends_where_it_starts():
    """Two wrote once: their stay is over at 0, and one of three is left after it."""
    days = [("ann", 0), ("ben", 0), ("cem", 0), ("cem", 90), ("end", 120)]
    frame = pd.DataFrame(days, columns=["author_id", "day"])
    frame["created_at"] = START + pd.to_timedelta(frame.pop("day"), unit="D")
    frame = frame.assign(mention_id=[f"x:{n}" for n in range(len(frame))], side="customer")
    curve = ins.tenure(ins.as_mentions(frame), silence="30D", burn_in="0D", min_people=1).curve
    assert curve.iloc[0][["tenure_days", "n_at_risk", "n_left"]].tolist() == [0, 3, 2]


# --- chance


def test_convokit_samples_without_a_seed():
    """Each generator is given its seed, and each measure that draws takes one, 0 unless told."""
    bare = []
    for path in sorted(Path(ins.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and "default_rng" in ast.unparse(node.func) and not node.args:
                bare.append(f"{path.name}:{node.lineno}")
    assert bare == []
    everyday = [getattr(ins, name) for name in ins.__all__]
    rooms = [thing for thing in everyday if inspect.ismodule(thing)]
    every = [*everyday, *(thing for room in rooms for thing in map(partial(getattr, room), dir(room)))]
    public = {thing for thing in every if inspect.isfunction(thing)}
    # By module: a figure is called like its measure.
    taken = {
        (thing.__module__, thing.__name__): inspect.signature(thing).parameters.get("random_state")
        for thing in public
    }
    seeds = {name: parameter.default for name, parameter in taken.items() if parameter is not None}
    assert len(seeds) == 12
    assert set(seeds.values()) == {0}
