"""One small archive that holds every trap: all measures agree on who is a person and what was answered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.timeline import timeline

START = pd.Timestamp("2025-03-03 09:00", tz="UTC")
PEOPLE = [f"p{number}" for number in range(12)]


@pytest.fixture(scope="module")
def archive():
    """Twelve people over ten weeks, and every trap between them.

    Bots by name and by mark, staff of a rival, an agent who also writes as a customer, a deleted author, a
    copy, unlinked answers, a private message, receipts to six people, a question between two answers.
    """
    rows = []

    def say(name, thread, author, hour, text, *, to=None, side="customer", **more):
        row = {"mention_id": name, "conversation_id": thread, "author_id": author, "reply_to_id": to}
        row |= {"text": text, "created_at": START + pd.Timedelta(hours=hour), "side": side, "brand": "acme"}
        rows.append(row | {"addressed": True if side == "customer" else None} | more)

    for week in range(10):
        for place, person in enumerate(PEOPLE):
            if (week + place) % 2:
                continue
            thread, hour = f"t{week}-{place}", 168 * week + place
            say(f"q{week}-{place}", thread, person, hour, f"The lid of my {place} jug {week} leaks, why?")
            if place < 6:
                receipt = f"Hi {person}, we got ticket #{week}{place}."
                say(f"r{week}-{place}", thread, "acme", hour + 0.01, receipt, side="brand")
            if place % 3 == 0:
                answer = f"Press the lid of jug {place} down, week {week}"
                say(f"a{week}-{place}", thread, "acme", hour + 5, answer, side="brand")
    say("q", "forum", "p0", 1700, "How do I open it?")
    say("q2", "forum", "p1", 1701, "And how do I close it?")
    say("x", "forum", "rival", 1702, "Buy ours", side="brand", brand="rival")
    say("a", "forum", "acme", 1703, "Both by the knob", side="brand")
    say("late", "forum", "p1", 1704, "Which knob?")
    say("copy", "forum2", "p2", 1705, "Which knob?")
    say("copy2", "forum3", "p2", 1706, "Which knob?")
    say("gone", "forum4", None, 1707, "Why is it so loud?")
    say("agent", "forum5", "kim", 1708, "My own jug leaks")
    say("agent2", "forum6", "kim", 1709, "We are sorry", side="brand")
    say("bot", "forum4", "tips[bot]", 1710, "Did you know?", to="gone", author_name="tips[bot]")
    for number in range(5):
        say(f"m{number}", f"b{number}", f"m{number}", 1711, "Deals, deals", side="other", automated=True)
    say("private", "forum4", "acme", 1712, "In private", side="brand", is_public=False)
    frame = pd.DataFrame(rows).assign(platform="forum", channel="lids", time_precision="s")
    frame["automated"] = frame["automated"].eq(True)
    frame["is_public"] = frame["is_public"].ne(False)
    return ins.as_mentions(frame.assign(kind="comment"))


@pytest.fixture(scope="module")
def found(archive):
    signals = ins.find_signals(archive, layers=("patterns",))
    return signals, ins.conversations.intents(archive, signals)


def test_the_timeline_holds_the_twelve_people(archive):
    line = timeline(archive)
    assert sorted(line["person"].dropna().unique()) == sorted(PEOPLE)


def test_every_measure_counts_the_same_people(archive, found):
    signals, _ = found
    topics = pd.DataFrame({"mention_id": archive["mention_id"], "topic": 0, "similarity": 1.0})
    talking = ins.rivals(archive, signals).query("measure == 'talking' and period.isna() and topic.isna()")
    people = {
        "activity": len(ins.activity(archive, burn_in="0D")),
        "rivals": talking["n"].max(),
        "advocates": ins.people.advocates(archive, signals)["n"].iloc[-1],
        "niches": ins.people.niches(archive, topics, min_people=1).table["n"].sum(),
        "credibility": ins.people.credibility(archive, signals).totals["n_spoke"].iloc[0],
        "silence": ins.silence(archive, horizon="30D").attrs["n_people"],
        "cadence": ins.staying.cadence(archive).attrs["n_people"],
        "tenure": ins.tenure(archive, silence="14D", burn_in="0D").attrs["n_people"],
        "welcome": len(ins.welcome(archive, burn_in="0D", min_people=1).newcomers),
        "interactions": ins.people.interactions(archive, brand="acme", period="quarter")["n"].max(),
    }
    assert set(people.values()) == {len(PEOPLE)}, people
    assert ins.spikes(archive, min_people=1).query("by == 'all'")["n_people"].max() <= len(PEOPLE)
    assert set(ins.people.ties(archive)[["author_id", "other_id"]].to_numpy().ravel()) <= set(PEOPLE)
    assert set(ins.people.contribution(archive, signals)["author_id"]) <= set(PEOPLE)
    weeks = ins.people.ladder(archive, signals, period="week")
    assert weeks.groupby("from_state")["n"].first().sum() <= len(PEOPLE) * 10


def test_every_measure_counts_the_same_answers(archive, found):
    _, wants = found
    line = timeline(archive).set_index("mention_id")
    answered = line["answered_by"].notna()
    assert answered[["q", "q2", "late", "gone"]].tolist() == [True, True, False, False]
    assert line["answered_by"].dropna().isin([*line.index[line.index.str.startswith("a")]]).all()
    responses = ins.first_responses(archive).set_index("mention_id")
    assert responses["responded"].to_dict() == answered[responses.index].to_dict()
    help_ = ins.peer_help(archive, wants).iloc[0]
    wanted = wants.set_index("mention_id")["intent"].eq("help")
    helped = [name for name in line.index if wanted.get(name, False)]
    assert help_["n_brand"] == answered[helped].sum() > 0
    rated = ins.rivals(archive, found[0]).query("measure == 'answered' and period.isna() and brand == 'acme'")
    spoken = line.index[(line["role"] == "customer") & (line["person"].notna() | line["author_id"].isna())]
    assert rated["n_marked"].iloc[0] == answered[spoken].sum()
    newcomers = ins.welcome(archive, burn_in="0D", min_people=1).newcomers.set_index("mention_id")
    by_brand = newcomers["responder"].eq("brand")
    assert by_brand.to_dict() == answered[newcomers.index].to_dict()


def test_receipts_are_counted_apart(archive):
    line = timeline(archive)
    receipts = line["mention_id"].str.startswith("r")
    assert (line.loc[receipts, "role"] == "automated").all()
    assert receipts.sum() == 30
    assert np.isin(line["answered_by"].dropna(), line.loc[receipts, "mention_id"]).sum() == 0
