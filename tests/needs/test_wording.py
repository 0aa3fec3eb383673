"""What of a phrase a sentence says in its own words, and which lines are nobody's words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from insight.mentions import as_mentions
from insight.needs.groups import SAID
from insight.needs.phrases import cut_phrases
from insight.needs.sentences import need_sentences, proper_names
from insight.needs.wording import learn_wording, problem_words
from insight.signals.find_signals import find_signals
from insight.text.encode import load_encoder
from insight.timeline.own_words import own_words

SENTENCES = [
    "my luggage never came", "where are our bags?", "the bag is lost", "bag lost again",
    "I carried the bag home", "please add a timer", "I wish I could rename files", "cannot rename files",
    "the kettle leaks", "rude staff", "horrible service at the desk", "the lid broke and the timer rang",
]  # fmt: skip


@pytest.fixture(scope="module")
def wording():
    known = frozenset(["leak", "rud", "brok"])
    return learn_wording(SENTENCES, np.ones(len(SENTENCES)), known=known, encoder=load_encoder("problems"))


@pytest.mark.parametrize(
    ("phrase", "sentence", "says"),
    [
        ("no bag", "my bag never came", True),
        ("no bag", "the bag is lost", True),
        ("no bag", "I carried the bag home", False),
        ("no bag", "not a word was said by the staff while I held the bag", False),
        ("cannot rename files", "please let me rename files", True),
        ("cannot rename files", "cannot rename songs", False),
        ("lid broke", "the lid broke on day two", True),
        ("lid broke", "the lid is loose, the handle broke", False),
        ("horrible service", "the service was awful", True),
        ("horrible service", "the service desk is open", False),
        ("horrible service", "horrible weather", False),
    ],
)
def test_a_sentence_says_a_phrase_if_it_says_all_of_it_in_one_piece(wording, phrase, sentence, says):
    assert (wording.covered([sentence], [phrase])[0, 0] >= SAID) == says


@pytest.mark.parametrize(
    ("sentence", "lacking"),
    [
        ("no bag at all", {"bag"}),
        ("did not receive my bag", {"bag", "receiv"}),
        ("where is my bag", {"bag"}),
        ("bag never came", {"bag"}),
        ("lost my bag", {"bag"}),
        ("cannot lift the bag", {"lift"}),
        ("the bag has no handle", {"handl"}),
        ("it is in the bag and it does not ring", {"ring"}),
        ("I do not drink coffee", set()),
        ("it does not pour coffee", {"pour"}),
    ],
)
def test_what_lacks_is_the_thing_or_what_is_not_done_with_it(wording, sentence, lacking):
    found = {word[1:] for piece in wording.read([sentence])[0] for word in piece if word[0] == "!"}
    assert found == lacking


def test_words_of_problems_come_with_the_share_of_texts_that_complain():
    texts = ["the lid leaks", "it leaks", "my lid", "a lid", "new lid"]
    assert problem_words(["the lid leaks", "it leaks"], texts)["leak"] == 1
    assert "lid" not in problem_words(["the lid leaks", "it leaks"], texts)


def test_words_alike_count_for_each_other(wording):
    alike, other = wording.covered(["my luggage never came", "my timer never came"], ["no bag"])[:, 0]
    assert alike > 0.5 > other


def test_nothing_is_said_by_nothing(wording):
    assert wording.covered(["", "…"], ["no bag"]).tolist() == [[0], [0]]
    assert wording.covered([], ["no bag"]).shape == (0, 1)
    assert wording.covered(["the bag is lost"], []).shape == (1, 0)


def test_what_the_archive_is_about_is_left_out_where_sentences_are_compared(wording):
    quiet = replace(wording, quiet=frozenset(["kettl"]))
    assert quiet.bare(["My kettle, it leaks!", "Kettle"]) == ["My it leaks!", "Kettle"]


def test_a_verdict_on_service_or_staff_names_no_cause(wording):
    phrases = ["worst customer service", "awful staff", "terrible product", "rude staff", "awful handle"]
    assert wording.has_cause(phrases).tolist() == [False, False, False, True, True]


def test_asking_to_mend_a_thing_says_nothing_of_what_is_wrong(wording):
    assert wording.lacks(["no bag", "fix kettle", "horrible service", "kettle leaks"]).tolist() == [
        True, False, True, False,
    ]  # fmt: skip


def form(text, title=""):
    frame = pd.DataFrame({"mention_id": ["a"], "text": [text], "title": [title], "author_id": ["x"]})
    mentions = as_mentions(frame)
    found = find_signals(mentions, layers=("patterns",))
    return need_sentences(own_words(mentions), found, brands=frozenset()).set_index("said")["form"]


def test_code_logs_and_comments_of_a_form_are_no_sentences():
    log = "The export crashed.\n```\nerror: the writer crashed\n```\n<!-- please delete this line -->\n"
    rows = form(log + "    at Writer.open (writer.js:3) failed to open\nThe writer is broken.")
    assert not rows["The export crashed."]
    assert not rows["The writer is broken."]
    assert rows[[said for said in rows.index if "error:" in said or "failed to open" in said]].all()
    assert len(rows) > 2


def test_an_open_fence_ends_with_the_text():
    rows = form("The lid broke.\n\n```\nerror: the lid broke")
    assert not rows[[said for said in rows.index if said.startswith("The lid")]].any()
    assert rows[[said for said in rows.index if "error" in said]].all()


def test_words_of_several_capitals_are_names_and_shouting_is_none():
    said = pd.Series(["we use TeaFlow and the lid broke"] * 4 + ["so it is BROKEN again"] * 4)
    assert proper_names(said) == {"teaflow"}


@pytest.mark.parametrize(
    ("sentence", "phrases"),
    [
        ("I still cannot log in", ["cannot log in"]),
        ("they hung up", ["hung up"]),
        ("songs do not", ["songs"]),
        ("#worstkettlecompanyever", []),
    ],
)
def test_a_phrase_keeps_the_small_word_that_its_verb_needs(sentence, phrases):
    assert cut_phrases(sentence) == phrases
