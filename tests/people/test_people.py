from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.people import advocates, contribution, defenders, interactions, ladder, niches, ties
from insight.text.distinctive import distinctive_terms

NO_SIGNALS = pd.DataFrame({"mention_id": pd.Series(dtype=object), "signal": pd.Series(dtype=object)})


def table(rows, **extra):
    names = ["mention_id", "reply_to_id", "author_id", "side", "created_at", "text"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True, format="ISO8601")
    return ins.as_mentions(frame.assign(time_precision="s", **extra))


@pytest.fixture
def room():
    """Ann and Ben answer each other in two weeks; Cleo answers Ann; the brand answers Dan, who writes back.

    Dan's first message is answered by Ben as well. Eve answers herself; nobody answers her.
    """
    return table(
        [
            ("x:01", None, "ann", "customer", "2025-03-03", "how do I clean it?"),
            ("x:02", "x:01", "ben", "customer", "2025-03-04", "with vinegar"),
            ("x:03", "x:02", "ann", "customer", "2025-03-05", "thank you"),
            ("x:04", "x:01", "cleo", "customer", "2025-03-06", "or lemon"),
            ("x:05", None, "dan", "customer", "2025-03-07", "hello"),
            ("x:06", "x:05", "ben", "customer", "2025-03-08", "welcome"),
            ("x:07", "x:05", "acme", "brand", "2025-03-08T01:00", "welcome from us"),
            ("x:08", "x:07", "dan", "customer", "2025-03-09", "so kind"),
            ("x:09", "x:03", "ben", "customer", "2025-03-12", "any time"),
            ("x:10", None, "eve", "customer", "2025-04-01", "one"),
            ("x:11", "x:10", "eve", "customer", "2025-04-02", "two"),
        ]
    )


def test_ties_separate_connections_from_contacts(room):
    found = ties(room)
    assert found[["author_id", "other_id", "n", "n_back", "n_weeks", "tie"]].to_numpy().tolist() == [
        ["ann", "ben", 1, 2, 2, "connection"],
        ["ann", "cleo", 0, 1, 1, "contact"],
        ["ben", "dan", 1, 0, 1, "contact"],
    ]
    assert found.loc[0, "first"] == pd.Timestamp("2025-03-04", tz="UTC")
    assert found.loc[0, "last"] == pd.Timestamp("2025-03-12", tz="UTC")


def test_a_tie_in_one_week_is_reciprocal_and_one_way_over_weeks_is_lasting(room):
    assert ties(room, weeks=3)["tie"].tolist() == ["reciprocal", "contact", "contact"]
    one_way = room[~room["mention_id"].isin(["x:03", "x:09"])]
    again = one_way[one_way["mention_id"] == "x:02"].assign(
        mention_id="x:12", created_at=pd.Timestamp("2025-03-20", tz="UTC")
    )
    assert ties(ins.as_mentions(pd.concat([one_way, again])))["tie"].tolist()[0] == "lasting"


def test_contribution_counts_what_is_given(room):
    found = contribution(room).set_index("author_id")
    assert found.index.tolist() == ["ben", "ann", "cleo", "dan"]
    assert found.loc["ben", ["n_mentions", "n_answers", "n_helped", "n_newcomers", "n_drawn"]].tolist() == [
        3,
        3,
        2,
        2,
        1,
    ]
    assert found.loc["ann", ["n_answers", "n_helped", "n_newcomers", "n_drawn"]].tolist() == [1, 1, 1, 3]
    assert found["n_questions"].isna().all()


def test_contribution_counts_questions_and_thanks_where_signals_are_given(room):
    signals = pd.DataFrame({"mention_id": ["x:01", "x:03"], "signal": ["question", "thanks"]})
    found = contribution(room, signals).set_index("author_id")
    assert found["n_questions"].to_dict() == {"ben": 1, "ann": 0, "cleo": 1, "dan": 0}
    assert found.loc["ben", "n_thanks"] == 1


def test_followers_change_no_contribution(room):
    richer = room.assign(follower_count=pd.array(np.arange(len(room)) * 1000, dtype="Int64"))
    pd.testing.assert_frame_equal(contribution(room), contribution(richer))


def test_interactions_stand_beside_the_audience(room):
    counted = room.assign(follower_count=pd.array([pd.NA] * 6 + [2000] + [pd.NA] * 4, dtype="Int64"))
    found = interactions(counted)
    assert found["n"].tolist() == [4, 1]
    assert found["n_answered"].tolist() == [1, 0]
    assert found["n_two_way"].tolist() == [1, 0]
    assert found.loc[0, ["followers", "answers_per_1000_followers"]].tolist() == [2000, 0.5]
    assert found.loc[1, ["followers", "answers_per_1000_followers"]].isna().all()


def test_a_brand_that_never_answers_has_answered_no_one(room):
    found = interactions(room[room["side"] != "brand"])
    assert found["n_answered"].tolist() == [0, 0]
    assert found["share"].tolist() == [0, 0]


# --- advocates, defenders, the ladder -----------------------------------------------------------------------


@pytest.fixture
def fans():
    """Ann recommends on two days, Ben twice on one, Cleo for money; Dan asks, Eve complains."""
    return table(
        [
            ("x:1", None, "ann", "customer", "2025-01-03", "I highly recommend it"),
            ("x:2", None, "ann", "customer", "2025-02-03", "Worth every penny"),
            ("x:3", None, "ben", "customer", "2025-01-04T10:00", "I'd recommend this"),
            ("x:4", None, "ben", "customer", "2025-01-04T12:00", "You should buy one"),
            ("x:5", None, "cleo", "customer", "2025-01-05", "I recommend it #ad"),
            ("x:6", None, "cleo", "customer", "2025-02-05", "I recommend it, really"),
            ("x:7", None, "dan", "customer", "2025-02-06", "Would you recommend it?"),
            ("x:8", None, "eve", "customer", "2025-02-28", "I would recommend it if it worked"),
        ]
    )


def test_an_advocate_recommends_on_several_days_and_looks_unpaid(fans):
    complaint = pd.DataFrame({"mention_id": ["x:8"], "signal": ["complaint"]})
    found = advocates(fans, complaint)
    assert found["period"].isna().tolist() == [False, False, True]
    assert found["n"].tolist() == [3, 4, 5]
    assert found["n_recommending"].tolist() == [3, 2, 3]
    assert found["n_paid_looking"].tolist() == [1, 0, 1]
    assert found["n_advocates"].tolist() == [0, 1, 1]


def test_a_loud_advocate_is_one(fans):
    loud = pd.concat([fans, *(fans.head(2).assign(mention_id=[f"y:{n}", f"z:{n}"]) for n in range(20))])
    assert advocates(ins.as_mentions(loud), NO_SIGNALS)["n_advocates"].tolist()[:2] == [0, 1]


def test_advocates_stand_beside_what_chance_would_bring():
    """Ann recommends on both her days, Ben on none of his two: half of all days."""
    rows = pd.DataFrame({"mention_id": list("abcd"), "author_id": ["ann", "ann", "ben", "ben"]})
    days = pd.to_datetime(["2025-03-01", "2025-03-02"] * 2, utc=True)
    texts = ["I recommend it", "Worth every penny", "It is blue", "It is red"]
    whole = advocates(ins.as_mentions(rows.assign(created_at=days, text=texts)), NO_SIGNALS).iloc[-1]
    assert whole["n_advocates"] == 1
    assert whole["n_by_chance"] == pytest.approx(0.5)
    assert whole["p_value"] == pytest.approx(1 - np.exp(-0.5))


def test_defenders_are_counted_once_and_beside_usual_times():
    mentions = table(
        [
            ("x:1", None, "ann", "customer", "2025-01-03", "shame on them"),
            ("x:2", None, "ben", "customer", "2025-01-03", "cut them some slack"),
            ("x:3", None, "ben", "customer", "2025-01-04", "in their defence, it is winter"),
            ("x:4", None, "acme", "brand", "2025-01-04", "give us a break"),
            ("x:5", None, "cleo", "customer", "2025-05-04", "I don't trust or defend them"),
        ]
    )
    start, end = pd.to_datetime(["2025-01-01", "2025-02-01"], utc=True)
    found = defenders(mentions, pd.DataFrame({"start": [start, start], "end": [end, end]}))
    assert found[["n", "n_defenders", "share", "usual_share"]].to_numpy().tolist() == [[2, 1, 0.5, 0]]
    with pytest.raises(ins.InsightError, match=r"lack the columns \['end'\]"):
        defenders(mentions, pd.DataFrame({"start": [start]}))


def test_the_shares_of_each_step_sum_to_one(fans):
    moves = ladder(fans, NO_SIGNALS)
    sums = moves.groupby("from_state")["share"].sum(min_count=1).dropna()
    np.testing.assert_allclose(sums, 1)
    assert len(moves) == 16
    assert moves["low"].dropna().le(moves["share"].dropna() + 1e-12).all()


def test_a_period_that_is_not_over_is_not_counted(fans):
    """February ends with the file's last message on the 28th; seen from the 20th it is still running."""
    assert ladder(fans, NO_SIGNALS)["n"].sum() == 4 * 3
    assert ladder(fans, NO_SIGNALS, as_of=pd.Timestamp("2025-02-20", tz="UTC"))["n"].sum() == 0


def test_engaged_means_many_messages_or_an_answer_to_a_peer(room):
    later = table([("x:99", None, "zoe", "customer", "2025-04-30", "bye")])
    moves = ladder(ins.as_mentions(pd.concat([room, later])), NO_SIGNALS).set_index(
        ["from_state", "to_state"]
    )
    assert moves.loc[("engaged", "silent"), "n_moved"] == 3  # ann and ben answer peers, so does cleo
    assert moves.loc[("casual", "silent"), "n_moved"] == 1  # dan wrote twice


def test_a_planted_matrix_is_recovered():
    planted = np.array([[0.6, 0.0, 0.1, 0.3], [0, 1, 0, 0], [0.2, 0.0, 0.5, 0.3], [0.3, 0.0, 0.1, 0.6]])
    random = np.random.default_rng(0)
    states = np.zeros((600, 13), dtype=int)
    for month in range(1, 13):
        draw = random.random(600)[:, None]
        states[:, month] = (draw > planted[states[:, month - 1]].cumsum(axis=1)).sum(axis=1)
    months = pd.date_range("2024-01-02", periods=13, freq="MS", tz="UTC")
    rows = [
        (f"x:{person:03d}-{month:02d}", None, f"p{person}", "customer", months[month].isoformat(), text)
        for person in range(600)
        for month in range(13)
        if (text := {0: "hi", 2: "I recommend it"}.get(states[person, month]))
    ]
    moves = ladder(table(rows), NO_SIGNALS, as_of=pd.Timestamp("2025-03-31", tz="UTC"))
    seen = moves[moves["n"] > 0]
    states_in = {"casual": 0, "advocate": 2, "silent": 3}
    truth = [
        planted[states_in[row.from_state], {**states_in, "engaged": 1}[row.to_state]]
        for row in seen.itertuples()
    ]
    np.testing.assert_allclose(seen["share"], truth, atol=0.03)


# --- niches and their words ---------------------------------------------------------------------------------


def two_circles(seed=0, *, n=120):
    """Half of the people talk of topics 0 to 2, half of 3 to 5, with one message in ten about the others'."""
    random = np.random.default_rng(seed)
    rows, topics = [], []
    for person in range(n):
        for message in range(4):
            circle = person % 2 if random.random() < 0.9 else 1 - person % 2
            topics.append(int(random.integers(3)) + 3 * circle)
            words = f"{'travel mug lid' if circle else 'espresso crema grind'} word{random.integers(30)}x"
            rows.append((f"x:{person:03d}-{message}", None, f"p{person}", "customer", "2025-03-01", words))
    mentions = table(rows)
    return mentions, pd.DataFrame({"mention_id": [row[0] for row in rows], "topic": topics})


def test_planted_circles_are_recovered():
    from sklearn.metrics import adjusted_rand_score

    found = niches(*two_circles(), resolution=0.7)
    truth = found.members["author_id"].str.removeprefix("p").astype(int) % 2
    assert adjusted_rand_score(truth, found.members["niche"]) > 0.8
    assert found.n_hidden + len(found.members) == 120


def test_niches_are_named_by_words_that_more_of_their_people_use():
    found = niches(*two_circles(), resolution=0.7)
    for row in found.table.itertuples():
        circle = {"travel", "mug", "lid"} if "mug" in row.name else {"espresso", "crema", "grind"}
        assert set(row.name.split(", ")) == circle
    assert (found.terms["p_adjusted"] <= 0.05).all()
    assert found.topics.groupby("niche")["n_with"].apply(lambda n: n.is_monotonic_decreasing).all()


def test_people_who_answer_each_other_are_one_niche():
    """All talk of one topic; each of the first thirty answers eight of them, the others likewise."""
    random = np.random.default_rng(0)
    rows = [(f"a:{n:02d}", None, f"p{n}", "customer", "2025-03-01", "hello") for n in range(60)]
    for person in range(60):
        circle = np.setdiff1d(np.arange(30) + 30 * (person // 30), person)
        for other in random.choice(circle, 8, replace=False):
            name = f"b:{person:02d}-{other:02d}"
            rows.append((name, f"a:{other:02d}", f"p{person}", "customer", "2025-03-02", "yes"))
    mentions = table(rows)
    found = niches(mentions, pd.DataFrame({"mention_id": mentions["mention_id"], "topic": 0}), resolution=1)
    of = found.members.set_index("author_id")["niche"]
    first, second = ({of[f"p{n}"] for n in circle} for circle in (range(30), range(30, 60)))
    assert len(first) == len(second) == 1
    assert first != second
    assert found.table["internal"].tolist() == [1, 1]


def test_people_who_all_speak_of_one_thing_and_never_answer_are_no_niche():
    mentions, topics = two_circles(n=12)
    assert niches(mentions, topics.assign(topic=0)).table.empty


def test_small_groups_are_hidden_and_counted():
    mentions, topics = two_circles()
    found = niches(mentions, topics, min_people=121)
    assert found.table.empty
    assert found.n_hidden == 120
    with pytest.raises(ins.InsightError, match="has a topic"):
        niches(mentions, topics.assign(topic=-1))


def test_shuffled_groups_have_no_word_of_their_own_beyond_the_stated_rate():
    random = np.random.default_rng(0)
    texts = [
        " ".join(f"word{letter}" for letter in random.choice(list("abcdefghijklmnopqrst"), 6))
        for _ in range(300)
    ]
    found = 0
    for seed in range(50):
        groups = np.random.default_rng(seed).integers(3, size=300)
        found += (distinctive_terms(texts, people=np.arange(300), groups=groups)["p_adjusted"] <= 0.05).any()
    assert found <= 6  # 2.5 expected at most


def test_a_loud_person_is_one_in_the_count_of_words():
    texts = ["crema"] * 50 + ["crema"] * 5 + ["lid"] * 6
    people = [0] * 50 + list(range(1, 6)) + list(range(6, 12))
    terms = distinctive_terms(texts, people=people, groups=[1] * 55 + [2] * 6).set_index("term")
    assert terms.loc["crema", ["n", "n_with", "n_other", "n_other_with"]].tolist() == [6, 6, 6, 0]
    assert terms.loc["crema", "low"] > 0


@pytest.mark.parametrize(
    "measure",
    [
        lambda mentions: ties(mentions).drop(columns=["author_id", "other_id"]),
        lambda mentions: contribution(mentions).drop(columns="author_id"),
        interactions,
        lambda mentions: advocates(mentions, NO_SIGNALS),
        lambda mentions: ladder(mentions, NO_SIGNALS),
    ],
)
def test_the_order_of_rows_and_the_look_of_pseudonyms_change_nothing(measure, room, fans):
    mentions = ins.as_mentions(pd.concat([room, fans]))
    shuffled = mentions.sample(frac=1, random_state=1)
    shuffled["author_id"] = shuffled["author_id"].map(lambda name: name[::-1] + "z")
    pd.testing.assert_frame_equal(measure(mentions), measure(shuffled))


def test_niches_do_not_depend_on_the_order_of_rows_nor_on_pseudonyms():
    mentions, topics = two_circles()
    shuffled = mentions.sample(frac=1, random_state=1)
    shuffled["author_id"] = shuffled["author_id"].map(lambda name: name[::-1] + "z")
    one, other = niches(mentions, topics), niches(shuffled, topics.sample(frac=1, random_state=2))
    for name in ("table", "topics", "terms"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
