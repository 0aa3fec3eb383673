from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.people import credibility
from insight.people.credibility import STANCES

ROWS = [
    ("m1", None, "ann", "customer", "Worst company ever!"),
    ("m2", "m1", "ben", "customer", "Never had a problem with mine"),
    ("m3", "m1", "cleo", "customer", "same here, it broke"),
    ("m4", "m1", "cleo", "customer", "Got any proof?"),
    ("m5", "m1", "acme", "brand", "Never had a problem with that"),
    ("m6", "m1", "ann", "customer", "me too"),
    ("m7", None, "dan", "customer", "The lid broke after two weeks"),
    ("m8", "m7", "eve", "customer", "mine too"),
    ("m9", "m7", "ben", "customer", "Where did you buy it"),
    ("n1", None, "dan", "customer", "What a scam, they charged me $40 twice and it crashed"),
    ("n2", None, "fay", "customer", "I love the taste"),
    ("n3", None, "acme", "brand", "Worst week ever, the site is broken"),
]


def room(rows=ROWS):
    frame = pd.DataFrame(rows, columns=["mention_id", "reply_to_id", "author_id", "side", "text"])
    when = {row[0]: pd.Timestamp("2025-03-01", tz="UTC") + pd.Timedelta(days=k) for k, row in enumerate(ROWS)}
    return ins.as_mentions(frame.assign(created_at=frame["mention_id"].map(when), time_precision="s"))


def heard(mentions):
    return ins.find_signals(mentions, layers=("patterns",))


@pytest.fixture
def found():
    mentions = room()
    return credibility(mentions, heard(mentions))


def test_messages_are_flagged_and_peers_counted_by_hand(found):
    rows = found.messages.set_index("mention_id")
    assert rows.index.tolist() == ["m1", "m3", "m7", "n1"]
    assert rows["extreme"].tolist() == [True, False, False, True]
    assert rows.loc[["m1", "n1"], "detail"].tolist() == [False, True]
    assert rows.loc["m1", ["n_peers", "n_defend", "n_doubt", "n_support", "n_other"]].tolist() == [
        2,
        1,
        1,
        0,
        0,
    ]
    assert rows.loc["m7", ["n_peers", "n_defend", "n_doubt", "n_support", "n_other"]].tolist() == [
        2,
        0,
        0,
        1,
        1,
    ]
    assert rows.loc["n1", "n_peers"] == 0


def test_every_total_stands_with_and_without_and_nothing_is_removed(found):
    totals = found.totals.set_index("part")
    assert totals["n"].to_dict() == {
        "all": 4,
        "without extreme": 2,
        "extreme": 2,
        "extreme with detail": 1,
        "extreme without detail": 1,
    }
    assert totals["n_people"].tolist() == [3, 2, 2, 1, 1]
    assert totals["n_spoke"].eq(6).all()
    assert totals["share"].tolist() == pytest.approx([3 / 6, 2 / 6, 2 / 6, 1 / 6, 1 / 6])
    assert totals["n_answered"].tolist() == [2, 1, 1, 0, 1]
    assert ((totals["low"] < totals["share"]) & (totals["share"] < totals["high"])).all()


def test_stances_are_of_people(found):
    rows = found.stances.set_index(["part", "stance"])
    assert rows.loc["extreme", "n"].tolist() == [2] * len(STANCES)
    assert rows.loc["extreme", "n_stance"].to_dict() == {"defend": 1, "doubt": 1, "support": 0, "other": 0}
    assert rows.loc["all", "n"].unique().tolist() == [3]
    assert rows.loc["extreme with detail", "share"].isna().all()


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("I don't believe a word", "n_doubt"),
        ("are you sure that happened", "n_doubt"),
        ("Really?", "n_doubt"),
        ("give them a break", "n_defend"),
        ("it's not their fault, are you sure?", "n_defend"),
        ("me too!", "n_support"),
        ("They cancelled my order and the refund never came", "n_support"),
        ("I really like the colour", "n_other"),
        ("which shop was that", "n_other"),
    ],
)
def test_a_peer_takes_one_stance(text, stance):
    mentions = room([ROWS[0], ("m2", "m1", "ben", "customer", text)])
    row = credibility(mentions, heard(mentions)).messages.set_index("mention_id").loc["m1"]
    assert row["n_peers"] == 1
    assert row[stance] == 1


def test_neither_the_order_of_rows_nor_the_names_of_people_matter(found):
    mixed = room().sample(frac=1, random_state=3)
    names = dict(zip(["ann", "ben", "cleo", "dan"], ["zoe", "abe", "max", "lil"], strict=True))
    mixed["author_id"] = mixed["author_id"].replace(names)
    again = credibility(mixed, heard(mixed).sample(frac=1, random_state=4))
    for name in ("messages", "totals", "stances"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name))


def test_a_loud_critic_is_one_person_and_a_repost_is_no_ones_word():
    loud = [(f"m{k}", None, "ann", "customer", "Worst company ever!") for k in (1, 2, 3)]
    mentions = room([*loud, ("m7", None, "dan", "customer", "RT Worst company ever!")])
    mentions.loc[mentions["mention_id"] == "m7", "kind"] = "repost"
    totals = credibility(mentions, heard(mentions)).totals.set_index("part")
    assert totals.loc["all", ["n", "n_people", "n_spoke"]].tolist() == [3, 1, 1]
    assert totals.loc["without extreme", "share"] == 0


def test_nothing_critical_gives_empty_tables_and_bare_signals_are_refused():
    mentions = room([ROWS[10]])
    empty = credibility(mentions, heard(mentions))
    assert empty.messages.empty
    assert empty.totals["n"].eq(0).all()
    with pytest.raises(ins.InsightError, match=r"'extreme'.*find_signals"):
        credibility(mentions, pd.DataFrame({"mention_id": [], "signal": []}))


def test_the_figure_draws_the_shares_as_they_are(found):
    first, second = (trace for trace in ins.plots.credibility(found).data if trace.mode != "text")
    stances = found.stances.set_index(["part", "stance"])["share"]
    assert first.name == "extreme criticism"
    assert dict(zip(first.y, first.x, strict=True)) == stances["extreme"].to_dict()
    assert dict(zip(second.y, second.x, strict=True)) == stances["without extreme"].to_dict()
    assert first.hovertext[0] == "50% (9% to 91%)<br>1 of 2 people"
