"""Blank spots with known and with no truth; the loop on ideas, step by step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins

DAY = pd.Timestamp("2025-03-03", tz="UTC")


def conversations(n, rng, rates):
    """One thread a topic draw; the brand speaks in it with the chance of its topic."""
    topic = rng.integers(0, len(rates), n)
    present = rng.random(n) < np.asarray(rates)[topic]
    ids = [f"q{row}" for row in range(n)]
    asked = pd.DataFrame({"mention_id": ids, "conversation_id": ids, "side": "customer"})
    answers = asked[present].assign(mention_id=lambda t: "a" + t["mention_id"], side="brand")
    mentions = ins.as_mentions(pd.concat([asked, answers]).assign(created_at=DAY))
    return mentions, pd.DataFrame({"mention_id": ids, "topic": topic, "similarity": 1.0})


def test_planted_blank_spot_is_the_only_one():
    mentions, topics = conversations(3000, np.random.default_rng(0), [0.4, 0.4, 0.1, 0.4, 0.4])
    table = ins.conversations.presence(mentions, topics, names=pd.Series({2: "lid"}))
    assert table.loc[table["blank"], ["topic", "name"]].to_numpy().tolist() == [[2, "lid"]]
    assert table.loc[1:, "n"].sum() == table.loc[0, "n"] == 3000
    assert table.loc[1:, "n_present"].sum() == table.loc[0, "n_present"]


def test_no_blank_spots_where_none_are():
    """Fifty archives of twenty topics alike: at a false discovery rate of 5 % few have any."""
    found = [
        ins.conversations.presence(*conversations(1500, np.random.default_rng(seed), [0.3] * 20))[
            "blank"
        ].any()
        for seed in range(50)
    ]
    assert sum(found) <= 6


@pytest.fixture
def ideas():
    """Ann's and Ben's ideas; the brand hears Ann on day 1 and tells her on day 30; she thanks on day 31."""
    rows = [
        ("ann", "i1", None, "idea", 0), ("acme", "h1", "i1", None, 1), ("ben", "i2", None, "idea", 2),
        ("acme", "t1", "i1", None, 30), ("ann", "k1", "t1", "thanks", 31), ("cem", "x1", None, "other", 40),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["author_id", "mention_id", "reply_to_id", "intent", "day"])
    frame["conversation_id"] = frame["mention_id"].replace({"h1": "i1", "t1": "i1", "k1": "i1"})
    frame["created_at"] = DAY + pd.to_timedelta(frame.pop("day"), unit="D")
    frame["side"] = np.where(frame["author_id"] == "acme", "brand", "customer")
    wants = frame.loc[frame["intent"].notna(), ["mention_id", "intent"]]
    return ins.as_mentions(frame.drop(columns="intent")), wants


def ledger(*mention_ids, **steps):
    """One entry of the team's list, with the days of its steps."""
    dates = {step: DAY + pd.Timedelta(days=day) for step, day in steps.items()}
    entry = {
        "entry": "e1",
        "mention_ids": list(mention_ids),
        **dict.fromkeys(("decided", "shipped")),
        **dates,
    }
    return pd.DataFrame([entry])


def reached(loop):
    return loop.set_index("stage")["n_reached"].to_dict()


def test_loop_with_the_teams_list(ideas):
    loop = ins.conversations.loop_closed(*ideas, ledger=ledger("i1", decided=10, shipped=20))
    assert reached(loop) == {"answered": 1, "decided": 1, "shipped": 1, "informed": 1, "thanked": 1}
    assert loop["n"].tolist() == [2] * 5
    answered = loop.set_index("stage").loc["answered"]
    assert answered[["n_open", "oldest_open", "oldest_days"]].tolist() == [1, "i2", 38.0]
    assert loop.set_index("stage").loc["informed", "median_days"] == 30


def test_shipped_is_not_informed(ideas):
    """Shipped after the brand's last word to Ann, and for Ben too, to whom nobody ever wrote."""
    loop = ins.conversations.loop_closed(*ideas, ledger=ledger("i1", "i2", decided=10, shipped=35)).set_index(
        "stage"
    )
    assert loop["n_reached"].tolist() == [1, 2, 2, 0, 0]
    assert loop.loc["informed", ["n_open", "oldest_open", "oldest_days"]].tolist() == [2, "i1", 40.0]
    assert loop.loc["decided", "n_open"] == 0


def test_the_ledger_that_the_package_keeps_fits(ideas, tmp_path):
    mined = pd.DataFrame(
        {
            "name": ["a timer"],
            "kind": ["product"],
            "n_people": [1],
            "first_seen": [DAY],
            "mention_ids": [["i1"]],
        }
    )
    kept = ins.needs.update_ledger(ins.needs.read_ledger(tmp_path / "none.csv"), mined)
    kept = ins.needs.advance_idea(kept, entry=kept["entry"][0], step="decided", on="2025-03-13")
    loop = ins.conversations.loop_closed(*ideas, ledger=kept)
    assert reached(loop) == {"answered": 1, "decided": 1, "shipped": 0, "informed": 0, "thanked": 1}
    with pytest.raises(ins.InsightError, match="read_ledger"):
        ins.conversations.loop_closed(*ideas, ledger=kept.drop(columns="shipped"))


def test_loop_without_a_list_knows_only_who_was_answered_and_thanked(ideas):
    loop = ins.conversations.loop_closed(*ideas)
    known = reached(loop)
    assert (known["answered"], known["thanked"]) == (1, 1)
    assert all(pd.isna(known[stage]) for stage in ("decided", "shipped", "informed"))


def test_private_first_then_in_public_under_the_same_account():
    """Ann writes in private, then complains in public: joined. Ben praises in public: not."""
    rows = [
        ("d1", "ann", False, 0, "help"),
        ("d2", "ben", False, 0, "help"),
        ("p1", "ann", True, 3, "complaint"),
        ("p2", "ben", True, 3, "compliment"),
        ("p3", "ann", True, 90, "complaint"),
    ]
    frame = pd.DataFrame(rows, columns=["mention_id", "author_id", "is_public", "day", "intent"])
    frame["created_at"] = DAY + pd.to_timedelta(frame.pop("day"), unit="D")
    wants = frame[["mention_id", "intent"]].assign(needs_answer=frame["intent"] != "compliment")
    mentions = ins.as_mentions(frame.drop(columns="intent").assign(side="customer", text="..."))
    found = ins.conversations.escalations(mentions, wants)
    assert found[["mention_id", "joins", "case_id", "days"]].to_numpy().tolist() == [["p1", True, "d1", 3.0]]
    assert (found.attrs["n_cases"], found.attrs["n_escalated"], found.attrs["n_public"]) == (2, 1, 3)


def test_without_a_private_case_the_words_still_show_it():
    text = ["The lid leaks", "Third time I called about this"]
    mentions = ins.as_mentions(
        pd.DataFrame({"mention_id": ["1", "2"], "text": text, "side": "customer", "created_at": DAY})
    )
    wants = pd.DataFrame({"mention_id": ["1", "2"], "needs_answer": True})
    found = ins.conversations.escalations(mentions, wants)
    assert found[["mention_id", "says_so", "cites", "joins"]].to_numpy().tolist() == [
        ["2", True, False, False]
    ]
    assert found["days"].isna().all()
    assert found.attrs["n_cases"] == 0


@pytest.mark.parametrize(
    ("text", "who", "cites"),
    [
        ("Ticket 40718 is still open", "zoe", True),
        ("my case no. 40718 again", "zoe", True),
        ("Any news on #40718?", "zoe", True),
        ("40718 is still open", "ann", True),
        ("40718 is still open", "zoe", False),
        ("Since 2024 I use it", "zoe", False),
        ("Keep the old one in case 2024 goes on like this", "zoe", False),
        ("Since 2024 I wait", "ben", True),
        ("I paid 40718 for it", "zoe", False),
        ("#2024goals", "zoe", False),
    ],
)
def test_a_number_is_a_ticket_where_the_words_or_its_own_customer_say_so(text, who, cites):
    mentions = ins.as_mentions(
        pd.DataFrame(
            {
                "mention_id": ["desk:ticket-40718", "desk:ticket-2024", "x:1"],
                "kind": ["ticket", "ticket", "post"],
                "author_id": ["ann", "ben", who],
                "side": "customer",
                "text": ["It leaks", "It hums", text],
                "created_at": pd.date_range("2025-03-03", periods=3, freq="D", tz="UTC"),
            }
        )
    )
    nothing = pd.DataFrame({"mention_id": mentions["mention_id"], "needs_answer": False})
    found = ins.conversations.escalations(mentions, nothing)
    assert ("x:1" in set(found.loc[found["cites"], "mention_id"])) == cites


def test_ideas_of_one_long_thread_are_followed_by_person():
    """Each idea is thanked for by its own person only."""
    n = 3000
    people = [f"p{k}" for k in range(n)]
    rows = {
        "mention_id": [f"i{k}" for k in range(n)] + [f"b{k}" for k in range(n)] + [f"t{k}" for k in range(n)],
        "reply_to_id": [None] * n + [f"i{k}" for k in range(n)] + [f"b{k}" for k in range(n)],
        "author_id": people + ["acme"] * n + people,
        "side": ["customer"] * n + ["brand"] * n + ["customer"] * n,
        "conversation_id": "one",
        "created_at": pd.date_range("2025-03-03", periods=3 * n, freq="min", tz="UTC"),
    }
    mentions = ins.as_mentions(pd.DataFrame(rows))
    wants = ["idea"] * n + [None] * n + ["thanks"] * n
    wants = pd.DataFrame({"mention_id": mentions["mention_id"], "intent": wants, "needs_answer": False})
    loop = ins.conversations.loop_closed(mentions, wants).set_index("stage")
    assert loop.loc[["answered", "thanked"], "n_reached"].tolist() == [n, n]
    assert loop.loc["thanked", "median_days"] == pytest.approx(2 * n / 1440)
