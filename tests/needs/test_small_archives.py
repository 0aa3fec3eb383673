"""Problems that few people voice, each in their own words, are found; the first needs are problems."""

from __future__ import annotations

import pytest

from insight.needs import find_needs
from insight.needs.lacking import read_words
from insight.signals.find_signals import find_signals
from insight.text.patterns import has_cue, read_cues

from .small_archives import recovered, small_archive

FOUND = {"leisure": 6, "nursery": 3, "parking": 4}


@pytest.mark.parametrize("name", FOUND)
def test_most_planted_problems_are_needs_with_a_name_that_fits(name):
    mentions = small_archive(name)
    needs = find_needs(mentions, find_signals(mentions))
    table = recovered(needs, mentions, name)
    found = table[(table["recall"] >= 0.2) & (table["precision"] >= 0.5)]
    assert len(found) >= FOUND[name]
    assert found["named"].sum() >= len(found) - 1
    first = needs.table[~needs.table["general"]].head(5)["need"]
    planted = mentions.set_index("mention_id")["planted"].notna()
    voiced = needs.members[needs.members["need"].isin(first)]
    assert voiced["mention_id"].map(planted).groupby(voiced["need"]).mean().min() > 0.5


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("It used to freeze before the update", "over"),
        ("It used to pour before the update", None),
        ("Lid leak fixed, thanks", "over"),
        ("The leak needs to be fixed", None),
        ("It went back to normal after an hour of freezing", "over"),
        ("The lid is still not fixed", None),
        ("I don't mean to be rude", "denied"),
        ("no sign of my refund", None),
        ("Old trick: unplug the kettle, it froze for me too", "tip"),
        ("Next stop is a chargeback.", "threat"),
        ("I had to ask for a chargeback since the refund never came", None),
    ],
)
def test_what_has_ended_is_denied_advised_or_threatened_is_no_need(text, cue):
    found = [name for name, one in read_cues("needs").items() if has_cue([text], one)[0]]
    assert found == ([cue] if cue else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("it force closes", "app crashes"),
        ("the order is late", "order delayed"),
        ("it lost the connection", "drops Wi-Fi"),
        ("cannot sign in", "cannot log in"),
        ("I want my money back", "want a refund"),
    ],
)
def test_words_that_say_one_fault_are_one(one, other):
    said, wanted = read_words([one, other], frozenset())
    assert {word for piece in wanted for word in piece} <= {word for piece in said for word in piece}
