"""Tables of desks as databases write them: a letter for the side, 0 for none, a parent called `pid`."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins


def desk(**more: list[object]) -> pd.DataFrame:
    rows = range(24)
    asks = [row % 4 in (0, 2) for row in rows]
    return pd.DataFrame(
        {
            "id": [700 + row for row in rows],
            "case_id": [30 + row // 4 for row in rows],
            "user_id": [5 + row // 8 if ask else 0 for row, ask in enumerate(asks)],
            "body": [f"The lid of pot {row} leaks" if ask else f"Try the other lid, {row}"
                     for row, ask in enumerate(asks)],
            "created": pd.date_range("2024-05-01", periods=24, freq="5h").strftime("%Y-%m-%d %H:%M:%S"),
        }
    ).assign(**more)  # fmt: skip


AGENTS = [0 if row % 2 == 0 else 3 + row // 12 for row in range(24)]


@pytest.mark.parametrize("letters", ["MR", "IO", "QA", "RS", "CA"])
def test_letters_of_a_pair_are_the_sides(letters):
    read = ins.read_archive(desk(type=[letters[row % 2] for row in range(24)])).mentions
    assert (read["side"] == "customer").sum() == (read["side"] == "brand").sum() == 12
    assert set(read.loc[read["text"].str.startswith("Try"), "side"]) == {"brand"}


@pytest.mark.parametrize("coded", [True, False])
def test_zero_names_no_one_so_that_who_is_named_speaks(coded):
    code = {"type": [("M", "R")[row % 2] for row in range(24)]} if coded else {}
    read = ins.read_archive(desk(staff_id=AGENTS, **code)).mentions
    assert read.groupby("side")["author_id"].nunique().to_dict() == {"brand": 2, "customer": 3}


def test_a_parent_called_pid_is_known_by_its_values_and_0_is_none():
    read = ins.read_archive(desk(pid=[0 if row % 4 == 0 else 699 + row for row in range(24)])).mentions
    assert read["reply_to_id"].notna().sum() == 18


def test_a_count_beside_numbered_messages_is_no_parent():
    table = desk(paid=[row % 7 for row in range(24)]).assign(id=range(24))
    assert ins.read_archive(table).mentions["reply_to_id"].isna().all()
