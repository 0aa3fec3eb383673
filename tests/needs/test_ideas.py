from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs.idea_ledger import (
    STEPS,
    advance_idea,
    idea_progress,
    read_ledger,
    update_ledger,
    write_ledger,
)
from insight.needs.mine_ideas import mine_ideas
from insight.signals.find_signals import find_signals

TIMER = [
    "Please add a timer to the kettle",
    "I wish the kettle had a timer",
    "A timer on the kettle would be great",
    "Could you add a kettle timer please",
]
REFUND = [
    "Please offer faster refunds",
    "Refunds should be faster",
    "It would be great if refunds were quicker",
]


def archive(rows):
    frame = pd.DataFrame(rows)
    frame["mention_id"] = [f"m{i}" for i in range(len(frame))]
    frame["created_at"] = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(
        np.arange(len(frame)), unit="h"
    )
    return as_mentions(frame.assign(side=frame.get("side", "customer")))


def rows():
    said = [{"author_id": f"t{i}", "text": text} for i, text in enumerate(TIMER)]
    said += [{"author_id": f"r{i}", "text": text} for i, text in enumerate(REFUND)]
    said += [{"author_id": f"q{i}", "text": "Off to work now"} for i in range(3)]
    said += [{"author_id": "s0", "text": "@t0 same here!", "reply_to_id": "m0"}]
    said += [{"author_id": "t1", "text": "me too", "reply_to_id": "m0"}]
    said += [{"author_id": "s1", "text": "No idea what you mean", "reply_to_id": "m0"}]
    return said


def mine(mentions, **options):
    return mine_ideas(mentions, find_signals(mentions, layers=("patterns",)), **options)


def test_wordings_become_one_idea_and_me_too_counts_people_once():
    ideas = mine(archive(rows()))
    assert ideas["idea"].tolist() == ["idea-1", "idea-2"]
    assert ideas["n_people"].tolist() == [5, 3]  # four who wish, and s0; t1 wished already
    assert ideas["n_supporters"].tolist() == [1, 0]
    assert ideas["n_mentions"].tolist() == [6, 3]
    assert ideas["mention_ids"].tolist() == [["m0", "m1", "m2", "m3", "m10", "m11"], ["m4", "m5", "m6"]]
    assert ideas["kind"].tolist() == ["product", "service"]
    assert ideas["name"].iloc[0] in TIMER
    assert ideas["share"].tolist() == pytest.approx([5 / 12, 3 / 12])
    assert ((ideas["low"] < ideas["share"]) & (ideas["share"] < ideas["high"])).all()


def test_wishes_that_name_another_product_are_differentiation():
    said = [
        f"Please add a timer like the Brastow has, {i} of my friends switched to Brastow" for i in range(3)
    ]
    ideas = mine(archive([{"author_id": f"a{i}", "text": text} for i, text in enumerate(said)]))
    assert ideas["kind"].tolist() == ["differentiation"]


def test_row_order_loud_authors_reposts_and_the_brand_change_nothing():
    mentions = archive(rows())
    plain = mine(mentions)
    pd.testing.assert_frame_equal(mine(mentions.sample(frac=1, random_state=1)), plain)
    noise = [{"author_id": "t0", "text": TIMER[0]} for _ in range(20)]
    noise += [{"author_id": f"x{i}", "text": TIMER[0], "kind": "repost"} for i in range(20)]
    noise += [{"author_id": "us", "text": TIMER[0], "side": "brand"}]
    loud = mine(archive(rows() + noise))
    assert loud["n_people"].tolist() == plain["n_people"].tolist()


def test_few_people_are_counted_and_no_wish_is_no_idea():
    ideas = mine(archive(rows()), min_people=4)
    assert len(ideas) == 1
    assert ideas.attrs == {"n_people": 12, "n_too_few": 1}
    none = mine(archive([{"author_id": "a", "text": "Off to work"}]))
    assert len(none) == 0
    assert none.dtypes.to_dict() == ideas.dtypes.to_dict()


def test_too_many_wishes_are_refused(monkeypatch):
    monkeypatch.setattr(importlib.import_module("insight.needs.mine_ideas"), "_MOST", 3)
    with pytest.raises(InsightError, match="7 different wishes"):
        mine(archive(rows()))


# --------------------------- the ledger


@pytest.fixture
def ledger():
    return update_ledger(read_ledger("none.csv"), mine(archive(rows())))


def test_a_ledger_survives_a_file_and_a_new_clustering(ledger, tmp_path):
    timer, refund = ledger["entry"]
    ledger = advance_idea(ledger, entry=timer, step="decided", on="2024-02-01", note="spring release")
    write_ledger(ledger, tmp_path / "ideas.csv")
    again = read_ledger(tmp_path / "ideas.csv")
    pd.testing.assert_frame_equal(again, ledger)
    apart = mine(archive(rows()), likeness=0.95, min_people=1)  # every wording an idea of its own
    assert len(apart) > 2
    updated = update_ledger(again, apart)
    assert updated["entry"].tolist()[:2] == [timer, refund]
    assert updated["decided"].iloc[0] == pd.Timestamp("2024-02-01", tz="UTC")
    assert updated["note"].iloc[0] == "spring release"
    assert updated["entry"].is_unique
    together = update_ledger(updated, mine(archive(rows())))
    assert together["entry"].tolist() == updated["entry"].tolist()
    gone = update_ledger(again, mine(archive(rows())).iloc[:0])
    pd.testing.assert_frame_equal(gone, again)


def test_only_the_next_step_is_legal(ledger):
    entry = ledger["entry"].iloc[0]
    with pytest.raises(InsightError, match=r"cannot become 'shipped'.*next step is 'decided'"):
        advance_idea(ledger, entry=entry, step="shipped", on="2024-02-01")
    with pytest.raises(InsightError, match="before the one before"):
        advance_idea(ledger, entry=entry, step="decided", on="2023-02-01")
    with pytest.raises(InsightError, match="no entry 'idea-x'"):
        advance_idea(ledger, entry="idea-x", step="decided", on="2024-02-01")
    for month, step in enumerate(STEPS[1:], start=2):
        ledger = advance_idea(ledger, entry=entry, step=step, on=f"2024-{month:02d}-01")
    with pytest.raises(InsightError, match="every step is made"):
        advance_idea(ledger, entry=entry, step="thanked", on="2024-09-01")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"shipped": "2024-03-01"}, "skips a step"),
        ({"raised": ""}, "skips a step"),
        ({"decided": "2020-01-01"}, "before the one before"),
        ({"entry": "same"}, "an entry twice"),
    ],
)
def test_a_ledger_edited_by_hand_is_checked(ledger, tmp_path, change, said):
    write_ledger(ledger, tmp_path / "ideas.csv")
    table = pd.read_csv(tmp_path / "ideas.csv", dtype="str", keep_default_na=False).assign(**change)
    table.to_csv(tmp_path / "ideas.csv", index=False)
    with pytest.raises(InsightError, match=said):
        read_ledger(tmp_path / "ideas.csv")


def test_a_ledger_without_its_columns_is_refused(tmp_path):
    (tmp_path / "ideas.csv").write_text("entry,name\n")
    with pytest.raises(InsightError, match="lacks the columns"):
        read_ledger(tmp_path / "ideas.csv")


def test_a_ledger_of_an_earlier_version_is_read(ledger, tmp_path):
    write_ledger(ledger, tmp_path / "ideas.csv")
    now = (tmp_path / "ideas.csv").read_text(encoding="utf-8-sig")
    before = now.replace('"raised"', '"heard"', 1).replace('"announced"', '"told"', 1)
    assert before != now
    (tmp_path / "before.csv").write_text(before, encoding="utf-8")
    pd.testing.assert_frame_equal(read_ledger(tmp_path / "before.csv"), read_ledger(tmp_path / "ideas.csv"))


def test_progress_by_hand(ledger):
    timer, refund = ledger["entry"]
    for month, step in ((2, "decided"), (3, "shipped"), (4, "announced")):
        ledger = advance_idea(ledger, entry=timer, step=step, on=f"2024-{month:02d}-01")
    progress = idea_progress(ledger, as_of="2024-04-10")
    assert progress["n"] == 2
    assert progress["n_closed"] == 1
    assert progress["share"] == 0.5
    assert progress["low"] < 0.5 < progress["high"]
    assert progress["median_days"] == 91  # 1 January to 1 April 2024
    assert progress["oldest"].startswith(refund)
    assert progress["oldest_days"] == 100


def test_a_ledger_is_harmless_and_gives_back_every_id(tmp_path):
    ids = ["=cmd|x:1", "forum:a b\r=2", "x:100%20", "x:3"]
    ledger = read_ledger("none.csv")
    row = {
        "entry": "=e1",
        "name": "=name",
        "kind": "wish",
        "n_people": 4,
        "note": "@note",
        "mention_ids": ids,
        "author_ids": ["-"] * len(ids),
        "raised": pd.Timestamp("2024-03-01"),
    }
    ledger = pd.concat([ledger, pd.DataFrame([row])], ignore_index=True)[ledger.columns].astype(ledger.dtypes)
    write_ledger(ledger, tmp_path / "ideas.csv")
    text = (tmp_path / "ideas.csv").read_bytes().decode("utf-8-sig")
    assert "\r" not in text
    assert all(line.startswith('"') for line in text.splitlines())
    assert '"=' not in text
    again = read_ledger(tmp_path / "ideas.csv")
    assert again["mention_ids"].tolist() == [ids]
    assert again[["entry", "name", "note"]].to_numpy().tolist() == [["=e1", "=name", "@note"]]
