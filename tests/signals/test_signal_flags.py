from __future__ import annotations

import pandas as pd
import pytest

from insight.mentions import as_mentions
from insight.needs import find_needs, pick_quotes
from insight.needs.mine_ideas import mine_ideas
from insight.signals.find_signals import TITLE
from insight.signals.find_signals import find_signals as find_all_signals
from insight.signals.rules import read_flags
from insight.text.patterns import has_cue


def find_signals(texts):
    return find_all_signals(texts, layers=("patterns",))


def flagged(text):
    found = find_signals([text])
    assert len(found), text
    return {flag for flag in read_flags() if found[flag].any()}


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("My mother’s kettle stopped working.", "proxy"),
        ("Bought this kettle for my dad. The lid broke!", "proxy"),
        ("My neighbour can't use the app, it keeps crashing", "proxy"),
        ("I heard that the new kettle is terrible", "hearsay"),
        ("So many people complain that the lid broke", "hearsay"),
        ("A friend of mine says the lid broke twice", "hearsay"),
        ("Three hours on hold, great service #sarcasm", "sarcasm"),
        ("Thanks for losing my parcel, I want a refund", "sarcasm"),
        ("Great, another broken lid", "sarcasm"),
        ("Worst company ever", "extreme"),
        ("This kettle is a total joke, so disappointed", "extreme"),
        ("The worst: my order is 3 weeks late", "detail"),
        ("It broke because the hinge is too thin", "detail"),
    ],
)
def test_how_a_signal_is_voiced_is_flagged(text, flag):
    assert flag in flagged(text)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("My kettle stopped working.", "proxy"),
        ("The lid broke at my friend's wedding", "proxy"),
        ("I haven't heard about it, the lid broke", "hearsay"),
        ("I still have not heard from you, I want a refund", "hearsay"),
        ("Thanks for the quick help", "sarcasm"),
        ("Thank you so much for your help", "sarcasm"),
        ("Not the worst kettle, but the lid broke", "extreme"),
        ("Your fraud department is great", "extreme"),
        ("Worst company ever", "detail"),
    ],
)
def test_what_only_looks_like_it_is_not(text, flag):
    assert flag not in flagged(text)


def test_hearsay_is_of_the_sentence_and_irony_of_the_message():
    found = find_signals(["My friend says the lid broke. Mine leaks every morning. #sarcasm"])
    assert found.groupby("sentence")["hearsay"].any().to_dict() == {0: True, 1: False}
    assert found["sarcasm"].all()


def test_a_sentence_keeps_its_number_across_lines_and_what_is_passed_on():
    found = find_signals(
        ["It is hot\nMy friend says the lid broke\nMine leaks", "Broken! RT @x: I heard it. Broken."]
    )
    told = found.loc[found["mention_id"] == "0"].groupby("sentence")["hearsay"].any()
    assert told.to_dict() == {1: True, 2: False}
    assert not found.loc[found["mention_id"] == "1", "hearsay"].any()


def test_flags_do_not_depend_on_the_mentions_beside():
    texts = ["Worst company ever", "My mother's lid broke", "I love it", "Please add a lid"]
    together = find_signals(texts)
    apart = [find_signals([text]).assign(mention_id=str(at)) for at, text in enumerate(texts)]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True), check_like=False)
    assert together[list(read_flags())].dtypes.eq(bool).all()
    assert find_signals([]).dtypes.to_dict() == together.dtypes.to_dict()


def test_sieve_and_guards_agree_for_flags():
    texts = ["not the worst", "the worst", "my friend's wedding", "my friend's phone", ""]
    assert has_cue(texts, read_flags()["extreme"]).tolist() == [False, True, False, False, False]
    assert has_cue(texts, read_flags()["proxy"]).tolist() == [False, False, False, True, False]


@pytest.fixture
def titled():
    rows = {
        "mention_id": ["a", "b", "c"],
        "author_id": ["x", "y", "z"],
        "title": ["Please add a timer! Please add a lid", "The lid broke", "Please add a timer"],
        "text": ["Says it all.", "The lid broke on day one", ""],
    }
    return as_mentions(pd.DataFrame(rows))


def test_a_title_is_searched_once_and_its_span_points_into_it(titled):
    found = find_signals(titled)
    heads = found[found["sentence"] == TITLE].set_index("mention_id")
    assert heads["signal"].astype(str).to_dict() == {"a": "wish", "c": "wish"}
    title = titled.set_index("mention_id")["title"]
    said = [title[at][row.start : row.end] for at, row in heads.iterrows()]
    assert said == ["Please add", "Please add"]
    assert found.loc[found["mention_id"] == "b", "sentence"].tolist() == [0]


def test_the_question_of_a_survey_is_asked_by_no_one_who_answers():
    answers = [f"The lid broke after {n} days" for n in range(30)]
    table = pd.DataFrame({"mention_id": [f"m{n}" for n in range(30)], "text": answers, "lang": "en"})
    survey = find_signals(table.assign(title="What should we do better?"))
    pd.testing.assert_frame_equal(survey, find_signals(table))
    own = find_signals(table.assign(title=[f"Why does lid {n} break?" for n in range(30)]))
    assert (own["signal"] == "question").sum() == 30


def test_a_wish_in_a_title_becomes_an_idea_and_a_need_but_never_a_span_in_the_text(titled):
    signals = find_signals(titled)
    ideas = mine_ideas(titled, signals, min_people=1)
    assert ideas["n_people"].tolist() == [2]
    assert "add a timer" in ideas["name"][0]
    assignments = pd.DataFrame({"mention_id": ["a", "b", "c"], "topic": 0, "similarity": [0.9, 0.8, 0.7]})
    quotes = pick_quotes(titled, signals, assignments=assignments, topic=0)
    assert quotes.loc[quotes["mention_id"] == "a", "spans"].map(len).eq(0).all()
    needs = find_needs(titled, signals, min_people=1)
    assert (needs.members["sentence"] == TITLE).sum() == 2
    assert needs.table["n_people"].tolist()[0] == 2
