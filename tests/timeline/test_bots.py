from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.timeline.histories import histories
from insight.timeline.rows import timeline

START = pd.Timestamp("2025-01-01", tz="UTC")


def mentions_of(days, **columns):
    """Make mentions of {author: days since the start}."""
    rows = [(f"{who}:{i}", who, day) for who, times in days.items() for i, day in enumerate(times)]
    table = pd.DataFrame(rows, columns=["mention_id", "author_id", "day"])
    created = START + pd.to_timedelta(table.pop("day"), unit="D")
    return ins.as_mentions(table.assign(created_at=created, **columns))


@pytest.fixture
def crowd():
    """A person, a marked bot, one named so, one listed, one that never sleeps, and a busy help desk."""
    pace = np.arange(1500) / 144
    days = {"ann": [0, 40], "marked": [1, 50], "named": [2], "listed": [3], "clock": pace, "desk": pace}
    table = mentions_of(days)
    author = table["author_id"]
    return ins.as_mentions(
        table.assign(
            automated=author == "marked",
            author_name=author.where(author != "named", "Dependa[BOT]"),
            side=np.where(author == "desk", "brand", "customer"),
        )
    )


def automated(mentions):
    """Return whose messages are automatic, one author_id a message."""
    line = timeline(mentions)
    return line.loc[line["role"] == "automated", "author_id"]


def test_each_part_of_the_rule(crowd):
    found = automated(crowd).value_counts().to_dict()
    assert found == {"clock": 1500, "marked": 2, "named": 1}


def test_a_hundred_a_day_is_still_a_person():
    steady = mentions_of({"ann": np.arange(1500) / 99})
    assert automated(steady).empty
    assert len(automated(mentions_of({"ann": np.arange(1500) / 101}))) == 1500
    assert automated(mentions_of({"ann": np.arange(999) / 500})).empty


def test_activity_and_timelines_leave_out_the_same_authors(crowd):
    """One rule: who enters a cohort is the same whether counted in the engine or row by row."""
    other = mentions_of({"stranger": [0, 9]}, side="other")
    table = ins.as_mentions(pd.concat([crowd, other]))
    authors = ins.activity(table, burn_in="0D", bots=["listed"])
    line = histories(table.assign(automated=table["author_id"].isin(["listed", "marked"])))
    followed = line.mentions["author_id"].iloc[line.first_rows()].tolist()
    assert authors["author_id"].tolist() == followed == ["ann"]
    excluded = authors.attrs["excluded"]
    counts = [excluded[f"n_{name}_authors"] for name in ("brand", "automated", "other")]
    assert counts == [line.excluded[f"n_{name}_authors"] for name in ("brand", "bot", "other")] == [1, 4, 1]
    assert "4 automated accounts were left out" in authors.attrs["caveats"][0]


def test_an_empty_table_has_no_bots():
    assert automated(mentions_of({"ann": [1.0]}).head(0)).empty


def test_a_note_of_absence_makes_no_bot_of_its_author():
    table = mentions_of({"ann": [0, 1, 40], "ben": [0, 50]})
    table["automated"] = table["mention_id"] == "ann:1"
    assert ins.activity(table, burn_in="0D")["author_id"].tolist() == ["ann", "ben"]
    assert histories(table).person.max() == 1
