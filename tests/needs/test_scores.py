"""What is computed of each need, counted by hand: people, intervals, ties, latency, trends, ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs.me_too import echoes
from insight.needs.phrases import NEED_SIGNALS
from insight.needs.scores import score_needs
from insight.signals.find_signals import find_signals as find_all_signals
from insight.timeline.own_words import own_words


def find_signals(mentions):
    return find_all_signals(mentions, layers=("patterns",))


def archive(rows):
    """Make mentions from (author, text, ...) with ids m0, m1, ... an hour apart."""
    frame = pd.DataFrame(rows)
    frame["mention_id"] = [f"m{i}" for i in range(len(frame))]
    frame["created_at"] = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(
        np.arange(len(frame)), unit="h"
    )
    return as_mentions(frame.assign(side=frame.get("side", "customer")))


WORDS = ["lid", "timer", "taste"]


def rows_of_three_topics():
    return (
        [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(8)]
        + [{"author_id": f"b{i}", "text": "Please add a timer"} for i in range(5)]
        + [{"author_id": f"c{i}", "text": "I love the taste"} for i in range(6)]
        + [{"author_id": "c0", "text": "Horrible taste today"}]
        + [{"author_id": f"d{i}", "text": "Off to work now"} for i in range(20)]
    )


def rank(mentions, *, min_people=5, order=None):
    """Score needs whose sentences are told apart by a word, so that only the counting is tested."""
    people = own_words(mentions)
    signals = find_signals(mentions)
    signals = signals if order is None else signals.sample(frac=1, random_state=order)
    said = signals.astype({"signal": "str"}).merge(mentions[["mention_id", "text"]], on="mention_id")
    said["need"] = [next((word for word in WORDS if word in text), None) for text in said.pop("text")]
    said = said[said["need"].notna()]
    voiced = said[said["signal"].isin(NEED_SIGNALS)].assign(echo=False)
    joined = echoes(people, voiced)[["mention_id", "signal", "need"]].drop_duplicates()
    joined = joined[~joined["mention_id"].isin(voiced["mention_id"])].assign(echo=True)
    facts = people.drop(columns=["text", "title"])
    members = pd.concat([voiced, joined], ignore_index=True).merge(facts, on="mention_id")
    praise = said[said["signal"] == "praise"].merge(facts, on="mention_id")
    return score_needs(people, members, praise, min_people=min_people, random_state=0)


def test_needs_are_counted_by_hand():
    needs = rank(archive(rows_of_three_topics()), min_people=1)
    assert needs.attrs["n_people"] == 8 + 5 + 6 + 20
    assert needs["need"].tolist() == WORDS
    assert needs["rank"].tolist() == [1, 2, 3]
    assert needs["n_people"].tolist() == [8, 5, 1]
    assert needs["share"].tolist() == pytest.approx([8 / 39, 5 / 39, 1 / 39])
    assert needs["n_complaint"].tolist() == [8, 0, 1]
    assert needs["n_wish"].tolist() == [0, 5, 0]
    assert needs["n_praise"].tolist() == [0, 0, 6]
    assert needs["satisfaction"].tolist() == pytest.approx(
        [1 / 10, 1 / 7, 6 / 8]
    )  # c0, who praises and complains, is not content
    # importance 10, 6.25 and 1.25; satisfaction 1, 1.43 and 7.5
    assert needs["opportunity"].tolist() == pytest.approx([10 + 9, 6.25 + 6.25 - 10 / 7, 1.25])
    assert (needs["low"] <= needs["share"]).all()
    assert (needs["share"] <= needs["high"]).all()
    assert (needs["opportunity_low"] <= needs["opportunity"]).all()
    assert (needs["opportunity"] <= needs["opportunity_high"]).all()
    assert (needs["trend"] == "too soon to tell").all()
    assert needs["first_seen"].iloc[0] == pd.Timestamp("2024-01-01", tz="UTC")


def test_too_few_people_are_counted_and_not_listed():
    needs = rank(archive(rows_of_three_topics()))
    assert needs["need"].tolist() == ["lid", "timer"]
    assert needs.attrs["n_too_few"] == 1
    assert needs.attrs["min_people"] == 5


def test_a_loud_author_reposts_and_the_brand_change_nothing():
    rows = rows_of_three_topics()
    plain = rank(archive(rows))
    noise = [{"author_id": "b0", "text": f"Please add a timer, {i}"} for i in range(300)]
    noise += [{"author_id": f"r{i}", "text": "Please add a timer", "kind": "repost"} for i in range(300)]
    noise += [{"author_id": f"t{i}", "text": "RT @b0: Please add a timer"} for i in range(300)]
    noise += [{"author_id": "us", "text": "Please add a timer", "side": "brand"}]
    loud = rank(archive(rows + noise))
    assert loud["n_mentions"].iloc[1] == plain["n_mentions"].iloc[1] + 300
    drop = ["n_mentions", "n_sentences", "last_seen"]
    pd.testing.assert_frame_equal(loud.drop(columns=drop), plain.drop(columns=drop))


def test_messages_without_an_author_are_a_person_each():
    rows = [{"author_id": None, "text": f"The lid broke on day {i}"} for i in range(6)]
    needs = rank(archive([*rows, *rows]))  # an unsigned copy is nobody new
    assert needs["n_people"].tolist() == [6]
    assert needs.attrs["n_people"] == 6


def test_order_of_rows_and_names_of_people_do_not_matter():
    mentions = archive(rows_of_three_topics())
    plain = rank(mentions, min_people=1)
    mixed = mentions.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(rank(mixed, min_people=1, order=4), plain)
    renamed = mentions.assign(
        author_id=[f"z{hash((i, 7)) % 10**9}" for i in mentions["author_id"].factorize()[0]]
    )
    pd.testing.assert_frame_equal(rank(as_mentions(renamed), min_people=1), plain)
    pd.testing.assert_frame_equal(rank(mentions, min_people=1), plain)


def test_no_complaint_no_need():
    happy = archive([{"author_id": f"a{i}", "text": "I love the taste"} for i in range(30)])
    needs = rank(happy)
    assert len(needs) == 0
    assert needs.attrs["n_people"] == 30
    assert len(rank(happy.iloc[:0])) == 0


def test_who_works_around_or_asks_is_not_content():
    rows = [{"author_id": f"a{i}", "text": "I have to unplug the timer every morning"} for i in range(5)]
    rows += [{"author_id": f"b{i}", "text": "Love the timer"} for i in range(2)]
    rows += [{"author_id": "a0", "text": "The timer broke"}]  # discontent twice is one discontented person
    rows += [{"author_id": "c0", "text": "Please add a timer"}]
    (need,) = rank(archive(rows)).itertuples()
    assert (need.n_complaint, need.n_workaround, need.n_wish, need.n_praise) == (1, 5, 1, 2)
    assert need.satisfaction == pytest.approx((2 + 1) / (2 + 6 + 2))


def test_me_too_is_a_voice_for_what_it_answers():
    rows = [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(5)]
    rows += [{"author_id": "m1", "text": "@a0 same here!", "reply_to_id": "m0"}]
    rows += [{"author_id": "m2", "text": "Me too", "reply_to_id": "m5"}]  # answers a reply that says nothing
    rows += [{"author_id": "a1", "text": "me too", "reply_to_id": "m0"}]
    rows += [{"author_id": "n", "text": "Not the same at all", "reply_to_id": "m0"}]
    (need,) = rank(archive(rows)).itertuples()
    assert (need.n_people, need.n_complaint, need.n_mentions) == (6, 6, 7)


def test_intervals_shrink_with_people_and_not_with_posts():
    def width(people, posts):
        rows = [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(people) for _ in range(posts)]
        rows += [{"author_id": f"q{i}", "text": "Off to work"} for i in range(3 * people)]
        need = rank(archive(rows)).iloc[0]
        return need["high"] - need["low"]

    assert width(20, 30) == width(20, 1)
    assert width(320, 1) < width(20, 1) / 3


def test_the_bootstrap_covers_the_true_share():
    rng, hits = np.random.default_rng(5), 0
    for _ in range(25):
        voiced = rng.random(150) < 0.2
        texts = np.where(voiced, "The lid broke", "Off to work")
        need = rank(archive([{"author_id": f"a{i}", "text": text} for i, text in enumerate(texts)])).iloc[0]
        hits += need["low"] <= 0.2 <= need["high"]
    assert hits >= 20  # 24 expected; 19 or fewer have a chance below 1 in 100


def test_ties_are_said():
    close = archive(
        [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(11)]
        + [{"author_id": f"b{i}", "text": "The timer broke"} for i in range(10)]
        + [{"author_id": f"c{i}", "text": "The taste is awful"} for i in range(90)]
    )
    needs = rank(close)
    assert needs["need"].tolist() == ["taste", "lid", "timer"]
    assert needs["tied_with_next"].tolist() == [False, True, False]


def test_a_latent_need_is_worked_around_and_never_asked_for():
    rows = [{"author_id": f"a{i}", "text": "I have to unplug the timer every morning"} for i in range(25)]
    rows += [{"author_id": f"b{i}", "text": "Please add a lid"} for i in range(30)]
    rows += [{"author_id": f"c{i}", "text": "The taste is awful"} for i in range(30)]
    needs = rank(archive(rows)).set_index("need")
    assert needs["latent"].to_dict() == {"lid": False, "timer": True, "taste": False}
    few = rows + [{"author_id": f"d{i}", "text": "The timer broke"} for i in range(400)]
    few += [
        {"author_id": f"e{i}", "text": "Please add a timer"} for i in range(40)
    ]  # more wish than work around
    assert not rank(archive(few))["latent"].any()
    asked = rows + [{"author_id": f"a{i}", "text": "I wish the timer was better"} for i in range(25)]
    assert not rank(archive(asked))["latent"].any()


def dated(texts, days):
    mentions = archive([{"author_id": f"a{i}", "text": text} for i, text in enumerate(texts)])
    when = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(days, unit="D")
    return as_mentions(mentions.assign(created_at=when))


def test_trends_are_named_only_where_significant():
    days = np.linspace(0, 300, 200)
    grown = np.where((np.arange(200) % 4 == 0) & (days > 150), "The lid broke", "Off to work")
    even = np.where(np.arange(200) % 4 == 0, "The lid broke", "Off to work")
    assert rank(dated(grown, days))["trend"].tolist() == ["rising"]
    assert rank(dated(grown[::-1], days))["trend"].tolist() == ["falling"]
    assert rank(dated(even, days))["trend"].tolist() == ["steady"]
    assert rank(dated(grown, days / 10))["trend"].tolist() == ["too soon to tell"]


def test_who_is_drawn_in_by_another_is_no_witness_of_a_trend():
    """Forty people answer one late complaint in its conversation; elsewhere nothing changes."""
    days = np.linspace(0, 300, 400)
    texts = np.where(np.arange(400) % 10 == 0, "The lid broke", "Off to work")
    mentions = dated([*texts, *["My lid broke as well"] * 40], [*days, *np.full(40, 290.0)])
    place = mentions["mention_id"].where(mentions.index < 400, "m399")
    assert rank(mentions)["trend"].tolist() == ["rising"]
    assert rank(as_mentions(mentions.assign(conversation_id=place)))["trend"].tolist() == ["steady"]


def test_a_crowd_that_grows_and_writes_less_each_is_no_trend():
    """Each message is about the lid with the same chance; newcomers have had time for one message only."""
    rng, rows, days = np.random.default_rng(1), [], []
    for person, (start, n) in enumerate([(0, 8)] * 150 + [(150, 1)] * 600):
        for at in range(n):
            text = f"The lid broke, {at}" if rng.random() < 0.08 else f"Off to work, {at}"
            rows.append({"author_id": f"p{person}", "text": text})
            days.append(start + rng.random() * 149)
    mentions = archive(rows)
    when = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(days, unit="D")
    assert rank(as_mentions(mentions.assign(created_at=when)))["trend"].tolist() == ["steady"]


def test_places_and_addressees_are_listed():
    mentions = archive(rows_of_three_topics())
    lid = mentions["text"].str.contains("lid")
    platform = np.where(lid & (mentions.index < 6), "x", "reddit")
    channel = [None if name == "x" else "r/coffee" for name in platform]
    needs = rank(as_mentions(mentions.assign(platform=platform, channel=channel, addressed=platform == "x")))
    assert needs["channels"].iloc[0] == "x, r/coffee"
    assert needs["share_addressed"].iloc[0] == pytest.approx(6 / 8)


def test_a_loose_table_is_refused():
    mentions = archive(rows_of_three_topics())
    with pytest.raises(InsightError, match="side"):
        rank(mentions.drop(columns="side"))


def test_a_need_costs_the_difference_in_ratings_of_those_who_mention_it():
    rows = [{"author_id": f"a{i}", "text": "The lid broke", "rating": 0.25 * (i % 2)} for i in range(8)]
    rows += [{"author_id": f"b{i}", "text": "Off to work", "rating": 1 - 0.5 * (i % 2)} for i in range(12)]
    rows += [{"author_id": "c", "text": "Off to work", "rating": 0.0}]
    need = rank(archive(rows)).iloc[0]
    others = np.array([1, 0.5] * 6 + [0.0])
    assert need["rating"] == pytest.approx(0.125)
    assert need["n_rated"] == 8
    assert need["impact"] == pytest.approx(0.125 - others.mean())
    assert need["impact_low"] < need["impact"] < need["impact_high"] < 0
    assert need["share_of_low"] == pytest.approx(8 / 9)


def test_without_ratings_there_is_no_impact():
    need = rank(archive([{"author_id": f"a{i}", "text": "The lid broke"} for i in range(6)])).iloc[0]
    assert need[["rating", "impact", "impact_low", "impact_high", "share_of_low"]].isna().all()
