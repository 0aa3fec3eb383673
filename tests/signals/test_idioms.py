"""Praise in the words of complaints, and good wishes: each a kind, tried in several wordings."""

from __future__ import annotations

import pytest

from insight.signals.find_signals import find_signals
from insight.signals.rules import read_idioms

NO_FAULT = (
    "I cannot fault it",
    "No complaints here",
    "Can't complain",
    "Could not be happier with the kettle",
    "It hasn't crashed once in two years",
    "The lid never lets me down",
    "Not a single problem so far",
    "Zero issues with mine",
    "There is nothing bad to say about the pot",
    "You won't be disappointed",
    "Not bad at all",
    "It pours without any glitches",
    "We never had an issue or a delay",
    "Hard to fault at this price",
    "What's not to love",
)
OVER = (
    "It used to freeze before the update",
    "The app used to crash all the time but now it works great",
    "They fixed the lag",
    "The problem is now solved",
    "The crashing issue has been resolved",
    "It no longer freezes",
    "I was sceptical at first but it is lovely",
    "It doesn't crash anymore",
    "Gone are the days of leaking lids",
    "The pump stopped leaking after the second wash",
)
WISHES = (
    "Wish you all the best",
    "Wishing you guys a great year",
    "Best wishes to the team",
    "I wish to thank Anna from the desk",
    "Wish me luck",
    "Wish everyone at Pellwick continued success",
)
COMPLAINTS = (
    "It used to work before the update",
    "Used to love it, now it crashes",
    "My only complaint is that the lid leaks",
    "No problems until the last update, now it crashes",
    "No help from the desk",
    "No response for weeks",
    "They said it was fixed but it still leaks",
    "It never works",
    "The update did not fix the crash",
    "I have never had such bad service",
    "It stopped connecting after the update",
    "I can't find anything in the menu",
    "Nothing works",
    "It couldn't be worse",
    "No longer works",
)


def signals(text):
    return set(find_signals([text], layers=("patterns",))["signal"])


@pytest.mark.parametrize("text", NO_FAULT)
def test_a_denied_fault_is_praise(text):
    assert signals(text) & {"complaint", "wish", "praise"} == {"praise"}


@pytest.mark.parametrize("text", OVER)
def test_trouble_that_ended_is_no_complaint(text):
    assert "complaint" not in signals(text)


@pytest.mark.parametrize("text", WISHES)
def test_good_wishes_ask_for_nothing(text):
    assert not signals(text) & {"wish", "complaint"}


@pytest.mark.parametrize("text", COMPLAINTS)
def test_a_complaint_in_similar_words_stays_one(text):
    assert "complaint" in signals(text)


@pytest.mark.parametrize(
    "text", ["I wish it had a timer", "I wish you would add a lid", "Wish the lid came off"]
)
def test_a_wish_in_similar_words_stays_one(text):
    assert "wish" in signals(text)


@pytest.mark.parametrize("text", [*NO_FAULT, *OVER, *WISHES])
def test_what_stands_beside_an_idiom_is_still_seen(text):
    """An idiom silences its own words alone."""
    assert "complaint" in signals(f"{text}, the handle broke")


def test_the_classifier_does_not_call_an_idiom_a_complaint():
    found = find_signals([*NO_FAULT, *OVER])
    assert "complaint" not in set(found["signal"])


def test_idioms_have_names_and_silence_something():
    idioms = read_idioms()
    assert len({idiom.name for idiom in idioms}) == len(idioms)
    assert all(idiom.silences for idiom in idioms)
