"""Ratings say which words of this archive complain: jokes under five stars, unknown words under one."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from insight.signals.find_signals import find_signals
from insight.signals.ratings import LEAST_PEOPLE, clause_at

JOKE = "This game is sick and crazy, 10/10 would lose my job again"
HONEST = "The save file is broken and the menu is terrible"
SLANG = "The servers went potato on launch night"


def reviews(n=120, *, rated=True):
    """Return a games shop in which jokes go with five stars, and faults and an odd word with one."""
    rows = [(f"joke{k}", f"{JOKE}, level {k}", 1.0) for k in range(n)]
    rows += [(f"fault{k}", f"{HONEST}, level {k}", 0.0) for k in range(n)]
    rows += [(f"slang{k}", f"{SLANG} {k}", 0.0) for k in range(n)]
    table = pd.DataFrame(rows, columns=["mention_id", "text", "rating"])
    return table.assign(author_id=table["mention_id"], rating=table["rating"] if rated else np.nan)


def with_signal(found, signal, start):
    rows = found[(found["signal"] == signal) & found["mention_id"].str.startswith(start)]
    return rows["mention_id"].nunique()


@pytest.fixture(scope="module")
def found():
    return find_signals(reviews(), layers=("patterns",))


def test_five_star_jokes_are_no_complaints_and_one_star_faults_are(found):
    plain = find_signals(reviews(), layers=("patterns",), ratings=False)
    assert with_signal(plain, "complaint", "joke") == 120
    assert with_signal(found, "complaint", "joke") == 0
    assert with_signal(found, "complaint", "fault") == 120


def test_a_complaint_in_words_that_no_rule_knows_is_added(found):
    added = found[found["evidence"] == "ratings"]
    assert added["mention_id"].str.startswith("slang").sum() == 120
    assert set(added["signal"]) == {"complaint"}
    assert added["probability"].between(0.75, 1).all()
    assert (added["start"] == 0).all()


def test_without_ratings_nothing_changes():
    table = reviews(rated=False)
    plain = find_signals(table, layers=("patterns",), ratings=False)
    for other in (table, table.drop(columns="rating")):
        pd.testing.assert_frame_equal(find_signals(other, layers=("patterns",)), plain)


def test_few_ratings_teach_nothing():
    table = reviews(LEAST_PEOPLE - 1)
    pd.testing.assert_frame_equal(
        find_signals(table, layers=("patterns",)), find_signals(table, layers=("patterns",), ratings=False)
    )


def test_one_person_cannot_teach_the_archive_a_word():
    table = reviews().assign(author_id="ann")
    pd.testing.assert_frame_equal(
        find_signals(table, layers=("patterns",)), find_signals(table, layers=("patterns",), ratings=False)
    )


def test_the_order_of_the_rows_changes_nothing(found):
    mixed = find_signals(reviews().sample(frac=1, random_state=1), layers=("patterns",))
    keys = ["mention_id", "sentence", "signal"]
    pd.testing.assert_frame_equal(
        mixed.sort_values(keys, ignore_index=True), found.sort_values(keys, ignore_index=True)
    )


def test_another_pseudonym_key_changes_nothing():
    """Each reader of an archive gives its people other pseudonyms, in columns and in texts."""
    found = []
    for key in ("first key", "second key"):
        table = reviews()
        token = [
            "u" + hashlib.blake2b(name.encode(), key=key.encode(), digest_size=8).hexdigest()
            for name in table["author_id"]
        ]
        text = [f"@{name} {text}. @{name} knows it." for name, text in zip(token, table["text"], strict=True)]
        found.append(find_signals(table.assign(author_id=token, text=text)))
    pd.testing.assert_frame_equal(*found)


def test_a_title_is_weighed_like_a_sentence():
    table = reviews().assign(title="Sick")
    found = find_signals(table, layers=("patterns",))
    titles = found[found["sentence"] == -1]
    assert len(titles) == 0 or set(titles["mention_id"].str[:4]) != {"joke"}


@pytest.mark.parametrize(("start", "clause"), [(0, "Love it"), (12, " but the lid leaks"), (30, ", sadly")])
def test_the_clause_is_the_one_around_the_match(start, clause):
    assert clause_at("Love it but the lid leaks, sadly", min(start, 27)).strip() == clause.strip()
