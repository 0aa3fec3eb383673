"""Quotes of a topic and of a need, by the four rules."""

from __future__ import annotations

import types

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs import find_needs, pick_quotes
from insight.signals.find_signals import find_signals as find_all_signals

WORDS = ["lid", "timer", "taste"]


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


def topics_by_word(mentions, words):
    topic = [next((i for i, word in enumerate(words) if word in text), -1) for text in mentions["text"]]
    return types.SimpleNamespace(
        table=pd.DataFrame({"topic": range(len(words)), "name": words}),
        assignments=pd.DataFrame({"mention_id": mentions["mention_id"], "topic": topic, "similarity": 0.5}),
    )


def rows_of_three_topics():
    return (
        [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(8)]
        + [{"author_id": f"b{i}", "text": "Please add a timer"} for i in range(5)]
        + [{"author_id": f"c{i}", "text": "I love the taste"} for i in range(6)]
        + [{"author_id": "c0", "text": "Horrible taste today"}]
        + [{"author_id": f"d{i}", "text": "Off to work now"} for i in range(20)]
    )


def pick(mentions, **options):
    assignments = topics_by_word(mentions, WORDS).assignments
    n = len(assignments)
    assignments["similarity"] = 1 - np.arange(n) / (2 * n)
    return pick_quotes(mentions, find_signals(mentions), assignments=assignments, topic=0, **options)


def many_lids(n=40):
    parts = ["hinge", "seal", "handle", "rim", "latch"]
    texts = [f"The lid {parts[i % 5]} of kettle number {i * 7} broke on day {i}" for i in range(n)]
    return archive([{"author_id": f"a{i}", "text": text} for i, text in enumerate([*texts, "Love this lid"])])


def test_each_rule_gives_what_it_says():
    mentions = many_lids()
    quotes = pick(mentions, n=2)
    assert quotes.groupby("rule", sort=False).size().to_dict() == {
        "typical": 2, "random": 2, "opposite": 1, "newest": 2,
    }  # fmt: skip
    assert quotes.loc[quotes["rule"] == "typical", "mention_id"].tolist() == ["m0", "m1"]
    assert quotes.loc[quotes["rule"] == "newest", "mention_id"].tolist() == ["m39", "m38"]
    assert quotes.loc[quotes["rule"] == "opposite", "text"].tolist() == ["Love this lid"]
    assert quotes["mention_id"].is_unique
    for quote in quotes.itertuples():
        assert [quote.text[start:end] for start, end in quote.spans] in (["broke"], ["Love"])


def test_praise_that_is_hardly_meant_is_no_opposite():
    rows = [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(3)]
    mocks = [
        {"author_id": "b", "text": "Great lid, yeah right"},
        {"author_id": "c", "text": "Great lid #not"},
    ]
    opposite = pick(archive(rows + mocks)).query("rule == 'opposite'")
    assert len(opposite) == 0
    meant = [{"author_id": "d", "text": "Great lid"}]
    opposite = pick(archive(rows + mocks + meant)).query("rule == 'opposite'")
    assert opposite["text"].tolist() == ["Great lid"]


def test_random_quotes_follow_the_seed_and_not_the_row_order():
    mentions = many_lids()
    first = pick(mentions)
    pd.testing.assert_frame_equal(pick(mentions), first)
    other = pick(mentions, random_state=1)
    drawn = [set(table.loc[table["rule"] == "random", "mention_id"]) for table in (first, other)]
    assert drawn[0] != drawn[1]
    assignments = topics_by_word(mentions, WORDS).assignments
    plain = pick_quotes(mentions, find_signals(mentions), assignments=assignments, topic=0)
    mixed = mentions.sample(frac=1, random_state=2)
    again = pick_quotes(mixed, find_signals(mixed), assignments=assignments.iloc[::-1], topic=0)
    pd.testing.assert_frame_equal(again, plain)


def test_a_text_and_a_person_are_quoted_once():
    rows = [{"author_id": f"a{i}", "text": "The lid broke"} for i in range(9)]
    rows += [{"author_id": "z", "text": f"My lid is terrible, reason {i}"} for i in range(9)]
    rows += [{"author_id": "us", "text": "Sorry that the lid broke so badly", "side": "brand"}]
    assert len(pick(archive(rows))) == 2


def test_long_texts_are_cut_around_the_matching_words():
    text = "Bought it in May. " * 40 + "Then the lid broke. " + "That was that. " * 40
    quotes = pick(archive([{"author_id": "a", "text": text}]), max_length=100)
    quote = quotes.iloc[0]
    assert len(quote["text"]) <= 100
    assert quote["text"].startswith("…Then the lid broke.")
    assert quote["text"].endswith("…")
    assert quote["text"].strip("…") in text
    assert [quote["text"][start:end] for start, end in quote["spans"]] == ["broke"]


def test_who_could_be_found_by_search_is_told():
    mentions = many_lids(60)
    long = "The lid of my kettle broke on the very first morning of our holiday in May"
    rare = "Zanzibar lid broke, gramophone aubergine"
    rows = archive(
        [{"author_id": f"z{i}", "text": text} for i, text in enumerate([long, rare, "The lid broke"])]
    )
    rows["mention_id"] = ["z0", "z1", "z2"]
    both = pd.concat([mentions, rows], ignore_index=True)
    found = pick(as_mentions(both), n=60).set_index("mention_id")["warning"]
    assert found["z0"] == "16 words in a row can be found by search"
    assert found["z1"] == "rare words can be found by search: aubergine, gramophone, zanzibar"
    assert found["m60"] == ""
    private = pick(as_mentions(both.assign(is_public=False)), n=60)["warning"]
    assert (private == "").all()


def test_all_messages_of_a_topic_may_be_quoted():
    mentions = archive([{"author_id": f"a{i}", "text": f"lid number {i * 31}"} for i in range(8)])
    assert len(pick(mentions)) == 0
    assert len(pick(mentions, voicing=None, n=1)) == 3
    assert list(pick(mentions).columns) == list(pick(mentions, voicing=None).columns)


def test_quotes_of_a_need_voice_it_and_can_be_read_alone():
    whole = "The lid of my kettle broke on the second day"
    rows = [{"author_id": f"a{i}", "text": f"I had high hopes. {whole}, in week {i}"} for i in range(8)]
    rows += [{"author_id": f"s{i}", "text": "Lid broke"} for i in range(4)]
    rows += [{"author_id": f"p{i}", "text": "I love the lid of this kettle"} for i in range(3)]
    rows += [{"author_id": f"d{i}", "text": "Please add a timer to the app"} for i in range(6)]
    mentions = archive(rows)
    needs = find_needs(mentions, find_signals(mentions))
    need = needs.table.loc[needs.table["name"].str.contains("broke"), "need"].iloc[0]
    quotes = pick_quotes(mentions, needs, need=need, n=1).set_index("rule")
    assert whole in quotes.loc["typical", "text"]
    marked = [quotes.loc["typical", "text"][a:b] for a, b in quotes.loc["typical", "spans"]]
    assert len(marked) == 1
    assert whole in marked[0]
    assert "hopes" not in marked[0]
    with pytest.raises(InsightError, match="need-99"):
        pick_quotes(mentions, needs, need="need-99")


def test_quotes_need_a_need_or_a_topic():
    mentions = archive(rows_of_three_topics())
    with pytest.raises(InsightError, match="need="):
        pick_quotes(mentions, find_signals(mentions))
