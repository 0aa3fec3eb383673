"""Which phrases are whole, say what is wrong and may name a need."""

from __future__ import annotations

import pandas as pd
import pytest

from insight.mentions import as_mentions
from insight.needs import find_needs
from insight.needs.phrases import cut_pieces
from insight.needs.speech import Uses, content, denies_wrong, is_adverb, is_no_problem, is_whole
from insight.signals.find_signals import find_signals


@pytest.mark.parametrize(
    ("phrase", "whole"),
    [
        ("kettle leaks", True),
        ("no lid", True),
        ("cannot pour water", True),
        ("does not pour", True),
        ("lid is missing", True),
        ("too slow", True),
        ("cannot log in", True),
        ("kettles not", False),
        ("poured out of both", False),
        ("pouring is same", False),
        ("kettle needs", False),
        ("leaks badly daily slowly", False),
        ("mostly leaks", False),
        ("rude thus far", False),
        ("any kettle", False),
        ("without lids", False),
        ("no spare", True),
        ("lid for whatever reason", False),
        ("fix kettle", False),
        ("lid leaks lid", False),
        ("leaks", False),
        ("kettle would leak", False),
        ("do not drink tea", False),
        ("do not have lids", True),
        ("lid broke due to heat", False),
        ("cannot pour at all", False),
        ("pours b12 water", False),
    ],
)
def test_a_name_is_a_whole_phrase(phrase, whole):
    assert is_whole(tuple(phrase.split())) == whole


def test_a_phrase_that_most_go_on_with_is_not_all_that_is_said():
    sentences = ["cannot descale kettle", "cannot descale kettle now", "I cannot descale kettle at all"]
    uses = Uses.of([(cut_pieces(text), 1) for text in sentences])
    assert uses.closed("cannot descale") == 0
    assert uses.closed("cannot descale kettle") > 0
    assert uses.closed("descale kettle") == 0
    assert uses.people["cannot descale kettle"] == 3


@pytest.mark.parametrize(
    ("phrase", "asks"),
    [
        ("needs an update", True),
        ("no update", True),
        ("needs to be fixed", True),
        ("cannot update", False),
        ("horrible update", False),
        ("kettle needs an update", False),
        ("restarting did not help", True),
        ("support answered", True),
        ("support offline use", False),
        ("login did not work", True),
        ("login does not work", False),
    ],
)
def test_asking_for_news_or_mending_names_no_problem(phrase, asks):
    assert is_no_problem(phrase.split()) == asks


def test_denying_what_would_be_wrong_is_no_problem():
    wrong = frozenset(["leak", "rud"])
    assert denies_wrong(["does", "not", "leak"], wrong)
    assert not denies_wrong(["does", "not", "pour"], wrong)
    assert not denies_wrong(["rude", "staff"], wrong)


def test_what_people_try_is_not_what_is_wrong():
    assert content(["uninstalling", "re-installing", "app"]) == []
    assert content(["kettle", "leaks"]) == ["kettle", "leaks"]


def test_adverbs():
    assert is_adverb("randomly")
    assert not is_adverb("reply")
    assert not is_adverb("family")


SAID = {
    "alarm": [
        "I cannot cancel the alarm", "Cannot cancel the alarm anymore", "So I cannot cancel alarms",
        "We still cannot cancel our alarm", "I just cannot cancel the alarm since March",
    ],
    "freezes": [
        "The timer mostly freezes", "The timer freezes when it rings", "My timer always freezes",
        "timer freezes again", "The timer randomly freezes",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def names():
    texts = [text for own in SAID.values() for text in own]
    frame = pd.DataFrame({"mention_id": [f"m{at}" for at in range(len(texts))], "text": texts})
    mentions = as_mentions(frame.assign(author_id=frame["mention_id"], side="customer"))
    needs = find_needs(mentions, find_signals(mentions, layers=("patterns",)), min_people=3)
    return needs.table.loc[~needs.table["general"], "name"].tolist()


def test_a_need_is_called_by_all_that_is_said_without_adverbs(names):
    assert "Cannot cancel alarm" in names
    assert "Timer freezes" in names
