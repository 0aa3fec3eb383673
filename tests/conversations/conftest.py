"""Twelve threads whose every figure is reckoned by hand, and the sample archive with its answer sheet."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from tests.simulate import simulate_archive

START = pd.Timestamp("2025-03-29 00:00", tz="UTC")  # a Saturday; on Sunday the clocks of Europe change
AS_OF = START + pd.Timedelta(hours=96)

# id, thread, answers, author, hour, intent
ROWS = [
    ("q1", "t1", None, "ann", 1.0, "help"),
    ("a1", "t1", "q1", "acme", 3.0, None),
    ("k1", "t1", "a1", "ann", 4.0, "thanks"),
    ("q2", "t2", None, "ben", 2.0, "complaint"),
    ("u2", "t2", "q2", "ben", 5.0, "complaint"),
    ("q3", "t3", None, "cem", 6.0, "help"),
    ("auto3", "t3", "q3", "acme", 6.1, None),
    ("a3", "t3", "q3", "acme", 30.0, None),
    ("q4", "t4", None, "dan", 10.0, "help"),
    ("a4", "t4", "q4", "acme", 100.0, None),
    ("q5", "t5", None, "eva", 12.0, "idea"),
    ("r5", "t5", "q5", "fay", 13.0, "help"),
    ("a5", "t5", "r5", "acme", 14.0, None),
    ("c6", "t6", "gone", "gus", 20.0, "complaint"),
    ("a6", "t6", "gone", "acme", 22.0, None),
    ("q7", "t7", None, "hal", 24.0, "complaint"),
    ("b7", "t7", "q7", "brastow", 25.0, None),
    ("q8", "t8", None, "ivy", 24.5, "help"),
    ("a8", "t8", "q8", "acme", 26.5, None),
    ("q9", "t9", None, "jon", 30.0, "help"),
    ("n9", "t9", None, "acme", 31.0, None),
    ("a9", "t9", None, "acme", 34.0, None),
    ("d10", "t10", None, "kim", 40.0, "help"),
    ("e10", "t10", None, "acme", 41.0, None),
    ("p11", "t11", None, "lou", 42.0, "other"),
    ("c11", "t11", None, "lou", 43.0, "compliment"),
    ("q12", "t12", None, "mia", 50.0, "help"),
    ("h12", "t12", "q12", "noa", 51.0, "other"),
    ("t12", "t12", "h12", "mia", 52.0, "thanks"),
    ("a12", "t12", "q12", "acme", 60.0, None),
]


@pytest.fixture
def threads():
    """Twelve threads, hours since Saturday 0:00 UTC; looked at after 96 hours.

    1 Ann's question is answered after 2 h; she thanks. 2 Ben adds to his own complaint: waits. 3 Cem gets an
    automatic reply at once and an answer after exactly 24 h. 4 Dan's answer comes after the looking: waits.
    5 Eva's idea waits; Fay asks below it and is answered after 1 h. 6 Gus and the brand both reply to a
    message that is gone: he waits. 7 A rival answers Hal: he waits. 8 Ivy asks half an hour before the clocks
    jump, answered after 2 h. 9 Jon's ticket: an agent's note after 1 h, an answer after 4 h. 10 Kim writes in
    private and is answered in private after 1 h. 11 Lou passes a post on, and pays a compliment. 12 Noa helps
    Mia after 1 h, Mia thanks her; the brand answers after 10 h.
    """
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "hour", "intent"]
    frame = pd.DataFrame(ROWS, columns=names)
    frame["created_at"] = START + pd.to_timedelta(frame.pop("hour"), unit="h").dt.round("s")
    brand = frame["author_id"].isin(["acme", "brastow"])
    frame["side"] = brand.map({True: "brand", False: "customer"})
    frame["brand"] = frame["author_id"].where(frame["author_id"] == "brastow", "acme")
    frame["addressed"] = (~brand).astype("boolean").mask(brand)
    frame.loc[frame["mention_id"].isin(["h12", "t12"]), "addressed"] = False
    frame["automated"] = frame["mention_id"] == "auto3"
    frame["kind"] = "post"
    frame.loc[frame["mention_id"] == "p11", "kind"] = "repost"
    frame.loc[frame["mention_id"] == "n9", "kind"] = "note"
    frame["is_public"] = ~frame["mention_id"].isin(["n9", "d10", "e10"])
    frame["platform"] = "x"
    frame.loc[frame["conversation_id"] == "t9", "platform"] = "zendesk"
    return ins.as_mentions(frame.drop(columns="intent").assign(time_precision="s", text="..."))


@pytest.fixture
def wants():
    """What each message of the twelve threads wants, as `intents` would say it."""
    known = [(row[0], row[5]) for row in ROWS if row[5]]
    return wanted(pd.DataFrame(known, columns=["mention_id", "intent"]))


def wanted(table):
    """Add the columns that follow from the intent."""
    needs = table["intent"].isin(["help", "complaint", "idea"])
    return table.assign(needs_answer=needs, challenge=False)


@pytest.fixture(scope="session")
def truth():
    """What is planted in the sample archive."""
    return simulate_archive(None)


@pytest.fixture(scope="session")
def planted_wants(truth):
    """The planted intents, as `intents` would say them if it never erred."""
    sheet = {
        "help": "help", "question": "help", "complaint": "complaint", "still": "complaint", "idea": "idea",
        "compliment": "compliment", "thanks": "thanks",
    }  # fmt: skip
    table = truth.messages[truth.messages["person"] >= 0]
    opened = table["role"].isin(["start", "comment", "review", "ticket", "followup"])
    intent = table["intent"].map(sheet).where(opened).fillna("other")
    return wanted(pd.DataFrame({"mention_id": table["mention_id"], "intent": intent}))
