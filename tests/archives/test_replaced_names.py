"""Names that an export replaces are found by who writes before and after; people who leave are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.archives import read_archive
from insight.archives.replaced_names import by_day, replaced_names

START = pd.Timestamp("2022-03-01", tz="UTC")
DAYS = 900


def community(seed, *, n_people=200, stay=150, days=DAYS):
    """One row a message: people come at any time, stay for a while, and write now and then."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(n_people):
        begins, rate = rng.uniform(-stay, days), rng.gamma(0.7, 0.25) + 0.03
        ends = begins + rng.exponential(stay)
        rows += [(f"p{person}", day) for day in range(days) if begins <= day <= ends and rng.random() < rate]
    table = pd.DataFrame(rows, columns=["person", "day"])
    return table.assign(created_at=START + pd.to_timedelta(table["day"], unit="D"))


def found(table):
    return replaced_names(by_day(table["person"], table["created_at"]))


def renamed(table, every, pool, seed=0):
    """Draw the names of everyone from a pool, once for each of the spans that `every` names."""
    rng = np.random.default_rng(seed)
    names = {key: f"name{rng.integers(pool)}" for key in sorted({*zip(every, table["person"], strict=True)})}
    return table.assign(person=[names[key] for key in zip(every, table["person"], strict=True)])


@pytest.mark.parametrize("seed", range(4))
def test_names_drawn_each_year_are_found_to_the_day(seed):
    table = community(seed)
    got = found(renamed(table, table["created_at"].dt.year, 4_000))
    assert len(got) == 2
    off = (got["date"] - pd.to_datetime(["2023-01-01", "2024-01-01"])).abs()
    assert (off <= pd.Timedelta(days=3)).all()
    assert (got["n_both"] <= 0.1 * got["n_people"]).all()
    assert (got["usual"] > 0.3).all()


def test_names_drawn_each_month_are_found_where_enough_people_write():
    table = community(1, n_people=900)
    months = table["created_at"].dt.strftime("%Y-%m")
    assert len(found(renamed(table, months, 50_000))) >= 20


@pytest.mark.parametrize("seed", range(12))
def test_people_who_leave_are_no_replaced_names(seed):
    assert found(community(seed, stay=40 + 20 * seed)).empty


@pytest.mark.parametrize("gap", [5, 20, 60, 200])
def test_a_gap_in_the_collection_is_no_replaced_name(gap):
    table = community(2, stay=60)
    assert found(table[~table["day"].between(400, 400 + gap)]).empty


def test_reviews_and_courses_are_no_replaced_names():
    rng = np.random.default_rng(0)
    once = pd.DataFrame({"person": [f"p{at}" for at in range(4_000)], "day": rng.integers(0, DAYS, 4_000)})
    assert found(once.assign(created_at=START + pd.to_timedelta(once["day"], unit="D"))).empty
    table = community(3, n_people=120, days=600)
    pupils = renamed(table, table["day"] // 100, 10**6)
    staff = pd.DataFrame([(f"staff{one}", day) for one in range(6) for day in range(600)] * 2,
                         columns=["person", "day"])  # fmt: skip
    both = pd.concat([pupils[["person", "day"]], staff])
    assert found(both.assign(created_at=START + pd.to_timedelta(both["day"], unit="D"))).empty


def test_any_order_of_rows_finds_the_same():
    table = community(0)
    table = renamed(table, table["created_at"].dt.year, 4_000)
    pd.testing.assert_frame_equal(found(table), found(table.sample(frac=1, random_state=1)))


def test_the_account_of_an_import_says_so(tmp_path):
    table = community(0, n_people=120)
    table = renamed(table, table["created_at"].dt.year, 4_000)
    said = table.assign(text=[f"the lid of kettle {at} leaks" for at in range(len(table))])
    said[["person", "created_at", "text"]].to_csv(tmp_path / "chat.csv", index=False)
    notes = read_archive(tmp_path / "chat.csv", key=tmp_path / "key").report.notes
    (note,) = [note for note in notes if "hardly any name" in note]
    assert "2023" in note
    assert "2024" in note


@pytest.mark.real
def test_a_real_chat_whose_names_are_drawn_each_year(real_data):
    table = pd.read_csv(real_data / "logs" / "slack_racket_2017_2019.csv.gz")
    dates = pd.to_datetime(table["created_at"], utc=True, format="ISO8601")
    got = replaced_names(by_day(table["author"], dates))
    assert got["date"].dt.strftime("%Y-%m-%d").tolist() == ["2017-12-31", "2018-12-31"]
