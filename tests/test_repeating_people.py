"""People who repeat, share conversations or stop on a cut day: what no measure may take for a finding."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.topics.compare_periods import compare_periods
from insight.topics.trends import topics_over_time


def topics_of(mentions, topic, n):
    table = pd.DataFrame({"topic": range(n), "name": [f"about {k}" for k in range(n)]})
    assigned = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": topic, "similarity": 1.0})
    return SimpleNamespace(table=table, assignments=assigned)


def written(rows):
    """Mentions of (person, day since 1 March 2024)."""
    person, day = (np.array(part) for part in zip(*rows, strict=True))
    when = pd.Timestamp("2024-03-01", tz="UTC") + pd.to_timedelta(day, unit="D")
    ids = [f"w:{number:05d}" for number in range(len(person))]
    table = pd.DataFrame({"mention_id": ids, "author_id": [f"n{one}" for one in person], "created_at": when})
    return ins.as_mentions(table.assign(side="customer", text="x", time_precision="s", platform="x"))


def test_writing_twice_as_often_changes_no_topic():
    """March: three messages each; April: six; the five topics in turn throughout."""
    rows, topic = [], []
    for person in range(250):
        for month, n in ((0, 3), (31, 6)):
            rows += [(person, month + (person + 9 * turn) % 30 + 0.5) for turn in range(n)]
            topic += [(person + 2 * turn + month) % 5 for turn in range(n)]
    rows, topic = [*rows, (999, 61), (999, 0)], [*topic, 0, 0]
    mentions = written(rows)
    changes = compare_periods(mentions, topics_of(mentions, topic, 5).assignments)
    assert (changes.period, len(changes.table)) == ("month", 5)
    assert changes.clear.empty


def test_a_month_cut_on_its_fourth_day_is_marked_and_not_tested():
    draw = np.random.default_rng(0)
    rows = [(person, day) for person in range(250) for day in range(96) if draw.random() < 0.15]
    mentions = written(rows)
    trend = topics_over_time(mentions, topics_of(mentions, draw.integers(0, 6, len(rows)), 6), n_words=0)
    whole = trend.groupby("period")["complete"].first()
    assert whole.tolist() == [True, True, True, False]
    assert trend.loc[~trend["complete"], "p_adjusted"].isna().all()
    assert not trend.loc[~trend["complete"], "change"].any()
    rates = trend.groupby("period")["per_day"].sum()
    assert rates.iloc[-1] == pytest.approx(rates.iloc[0], rel=0.25), "messages a day, of the days covered"

    branded = mentions.assign(brand=pd.Categorical(["acme"] * len(rows)))
    complains = pd.DataFrame({"mention_id": mentions["mention_id"][draw.random(len(rows)) < 0.15]})
    moved = ins.rivals(branded, complains.assign(signal="complaint"))
    last = moved[moved["period"] == moved["period"].max()]
    assert not last["complete"].any()
    assert last[["change", "p_adjusted"]].isna().all(axis=None)
    assert not moved["flagged"].any()
    short = ins.rivals(branded[branded["created_at"] < "2024-04-20"], complains.assign(signal="complaint"))
    assert short["p_adjusted"].isna().all()


def test_a_stream_whose_people_write_more_each_says_nothing_else():
    draw = np.random.default_rng(1)
    words = [f"thing{letter}" for letter in "abcdefghijklmnop"]
    false = 0
    for _ in range(10):
        person = np.concatenate([np.repeat(np.arange(150), 4), 150 + np.arange(150)])
        mentions = written([(one, 1.0) for one in person])
        said = mentions.assign(text=[" ".join(draw.choice(words, 2, replace=False)) for _ in person])
        found = ins.compare_streams(said, by=np.where(person < 150, "often", "once").tolist())
        false += bool(found.attrs["significant"])
    assert false <= 2


def test_what_triples_lately_emerges_although_before_was_eleven_months():
    draw = np.random.default_rng(0)
    rows = [(person, day) for person in range(600) for day in draw.uniform(0, 330, 9)]
    mentions = written(rows)
    mentions["text"] = [f"note {number}" for number in range(len(rows))]  # no copies of one text
    lately = (mentions["created_at"] > mentions["created_at"].max() - pd.Timedelta("28D")).to_numpy()
    new = draw.random(len(rows)) < np.where(lately, 0.12, 0.04)
    topic = np.where(new, 0, draw.integers(1, 9, len(rows)))
    found = ins.needs.emerging(mentions, pd.DataFrame({"mention_id": mentions["mention_id"], "topic": topic}))
    sure = found[found["significant"]]
    assert sure["item"].tolist() == ["topic 0"]
    assert sure["share"].iloc[0] == pytest.approx(0.12, abs=0.03)


def waits(people, answered):
    asked = pd.Timestamp("2024-03-04", tz="UTC")
    done = pd.Series(np.where(answered, asked + pd.Timedelta("1h"), pd.NaT))
    return pd.DataFrame(
        {
            "author_id": people, "asked_at": asked, "answered_at": pd.to_datetime(done, utc=True),
            "responded": answered, "wait_hours": np.where(answered, 1.0, 900.0), "watched_hours": 900.0,
            "platform": "x", "channel": None, "intent": "help",
        }
    )  # fmt: skip


def test_ninety_waits_of_one_person_leave_the_share_open():
    one = waits(["ann"] * 90 + [f"p{k}" for k in range(10)], [True] * 90 + [False] * 10)
    load = ins.conversations.capacity(one).iloc[0]
    assert (load["n_in"], load["share"]) == (100, pytest.approx(0.9))
    assert load["low"] < 0.05
    assert load["high"] > 0.99


def test_one_persons_many_waits_and_months_have_no_share():
    alone = waits(["ann"] * 40, [True, False] * 20)
    row = ins.response_rate(alone).iloc[0]
    assert (row["n"], row["n_people"]) == (40, 1)
    assert np.isnan([row["share"], row["low"], row["high"]]).all()
    months = written([(0, 31.0 * month) for month in range(24) if month % 5])
    pooled = ins.staying.repeat_rate(ins.activity(months, burn_in="0D")).iloc[-1]
    assert (pooled["n"] > 10, pooled["n_people"]) == (True, 1)
    assert np.isnan([pooled["share"], pooled["low"], pooled["high"]]).all()


def test_who_is_silent_for_a_whole_horizon_is_not_ranked():
    """Silent for 100 of the last 180 days: by a horizon of 90 days that silence has come already."""
    draw = np.random.default_rng(2)
    rows = [(k, day) for k in range(300) for day in draw.uniform(0, 720) + draw.exponential(20, 12).cumsum()]
    rows = [row for row in rows if row[1] < 720] + [(900, 620.0), (901, 719.5)]
    found = ins.staying.at_risk(written(rows))
    assert found.authors["silent_days"].max() < 90
    assert "n900" not in set(found.authors["author_id"])
    assert found.attrs["n_silent_already"] > 0


def test_every_measure_over_time_marks_the_periods_that_are_cut_and_its_figure_fades_them():
    mentions = ins.example()
    signals = ins.find_signals(mentions, layers=("patterns",))
    tables = {
        "interactions": ins.people.interactions(mentions),
        "advocates": ins.people.advocates(mentions, signals, times=1),
        "dialogue_index": ins.conversations.dialogue_index(mentions),
        "rivals": ins.rivals(mentions, signals, min_people=1),
        "growth": ins.growth(ins.activity(mentions, burn_in="0D")),
        "capacity": ins.conversations.capacity(ins.first_responses(mentions)),
    }
    for name, table in tables.items():
        last = table.loc[table["period"].notna(), "period"].max()
        assert not table.loc[table["period"] == last, "complete"].any(), name
        assert table["complete"].any(), name
        assert "not complete" in getattr(ins.plots, name)(table).to_json(), name


def test_one_person_who_is_never_answered_makes_no_blank_spot():
    """Ann opens forty conversations about the lid and none is answered; of others' half are, of any topic."""
    people = ["ann"] * 40 + [f"p{k % 80}" for k in range(160)]
    ids = [f"q{k:03d}" for k in range(200)]
    asked = pd.DataFrame({"mention_id": ids, "conversation_id": ids, "author_id": people, "side": "customer"})
    answers = asked[40::2].assign(mention_id=lambda t: "a" + t["mention_id"], side="brand", author_id="acme")
    when = pd.Timestamp("2025-01-01", tz="UTC")
    mentions = ins.as_mentions(pd.concat([asked, answers]).assign(created_at=when))
    topic = [0] * 40 + [(k // 2) % 4 for k in range(160)]
    topics = pd.DataFrame({"mention_id": ids, "topic": topic})
    found = ins.conversations.presence(mentions, topics)
    assert (found.loc[0, "n"], found.loc[0, "n_present"]) == (200, 80)
    assert not found["blank"].any()
    assert found.loc[found["topic"] == 0, "high"].iloc[0] > 0.6
