"""Needs in a file: the same after loading, and refused where they are not what was saved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs import Needs, find_needs
from insight.signals.find_signals import find_signals

TEXTS = [
    "The lid broke after a week", "My lid broke", "lid broke on day two", "the lid is broken",
    "My order is delayed", "The order was delayed again", "order delayed for two weeks", "Delayed order!",
    "Worst company ever", "I love the lid", "Off to work",
]  # fmt: skip


@pytest.fixture(scope="module")
def needs():
    frame = pd.DataFrame({"mention_id": [f"m{at}" for at in range(len(TEXTS))], "text": TEXTS})
    when = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(range(len(TEXTS)), unit="D")
    mentions = as_mentions(frame.assign(author_id=frame["mention_id"], side="customer", created_at=when))
    return find_needs(mentions, find_signals(mentions, layers=("patterns",)), min_people=2)


@pytest.fixture
def saved(needs, tmp_path):
    return needs.save(tmp_path / "needs.zip")


def test_what_is_loaded_is_what_was_saved(needs, saved):
    again = Needs.load(saved)
    for name in ("table", "members", "praise", "tree"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(needs, name))
        assert getattr(again, name).attrs == getattr(needs, name).attrs
    for name in ("keys", "names", "brands", "min_people", "random_state", "coherent", "reason"):
        assert getattr(again, name) == getattr(needs, name)


def test_what_is_loaded_places_texts_alike(needs, saved):
    texts = ["my lid broke off", "order delayed", "never again", "a walk along the river", ""]
    again = Needs.load(saved).predict(texts)
    pd.testing.assert_frame_equal(again, needs.predict(texts))
    assert again["need"].notna().sum() >= 3


def test_the_same_needs_are_the_same_bytes(needs, saved, tmp_path):
    assert needs.save(tmp_path / "again.zip").read_bytes() == saved.read_bytes()


def test_no_need_is_saved_as_well(tmp_path):
    mentions = as_mentions(pd.DataFrame({"mention_id": ["a"], "text": ["Off to work"]}))
    none = find_needs(mentions, find_signals(mentions, layers=("patterns",)))
    again = Needs.load(none.save(tmp_path / "none.zip"))
    pd.testing.assert_frame_equal(again.table, none.table)
    assert again.reason == none.reason != ""
    assert again.predict(["The lid broke"])["need"].isna().all()


def test_another_encoder_is_refused(saved):
    class Length:
        def encode(self, sentences):
            return np.array([[len(sentence), 1.0] for sentence in sentences])

    with pytest.raises(InsightError, match="another encoder"):
        Needs.load(saved, encoder=Length())
