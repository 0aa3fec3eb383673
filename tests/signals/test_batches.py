"""Signals in batches: the rows of each batch alone, in the order of the input, in any order of rows."""

import pandas as pd
import pytest

import insight as ins
from insight.signals import batches

SAID = ("the lid leaks and it broke", "please add a dark mode", "I love this mug", "where is my order?", "ok")


@pytest.fixture
def mentions():
    texts = [f"{SAID[at % 5]} {at}" for at in range(600)]
    texts[7] = "mein Deckel ist kaputt und niemand antwortet mir"
    return ins.as_mentions(
        pd.DataFrame({"mention_id": [f"m{at}" for at in range(600)], "text": texts, "author_id": "a"})
    ).assign(lang=["de" if at == 7 else "en" for at in range(600)])


def test_a_small_archive_is_read_at_once(mentions):
    whole = ins.find_signals(mentions)
    found = batches.signals_in_batches(mentions)
    pd.testing.assert_frame_equal(found, whole)
    assert found.attrs == whole.attrs


def test_a_large_one_has_the_rows_of_its_batches_in_the_order_of_the_input(mentions, monkeypatch):
    monkeypatch.setattr(batches, "AT_ONCE", 150)
    found = batches.signals_in_batches(mentions)
    number = batches.batch_of(mentions["mention_id"], 4)
    assert sorted(set(number)) == [0, 1, 2, 3]
    for at in range(4):
        own = mentions[number == at]
        alone = ins.find_signals(own.reset_index(drop=True))
        here = found[found["mention_id"].isin(own["mention_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(here, alone)
    place = pd.Series(range(600), index=mentions["mention_id"])
    assert place[found["mention_id"]].is_monotonic_increasing
    assert found.attrs == {"not_classified": 1, "layers": ("patterns", "classifier")}
    turned = batches.signals_in_batches(mentions[::-1].reset_index(drop=True))
    keys = ["mention_id", "sentence", "signal"]
    pd.testing.assert_frame_equal(
        turned.sort_values(keys, ignore_index=True), found.sort_values(keys, ignore_index=True)
    )
