"""Needs in a file: the same after loading, and refused where they are not what was saved."""

from __future__ import annotations

import json
import zipfile

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


def changed(path, name, content):
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, data in files.items():
            archive.writestr(each, content if each == name else data)


def test_a_file_that_was_changed_is_refused(saved):
    changed(saved, "members.parquet", b"other")
    with pytest.raises(InsightError, match="changed or damaged"):
        Needs.load(saved)


def test_a_file_of_another_version_is_refused(saved):
    changed(saved, "seal.json", json.dumps({"insight needs": 99, "sha256": ""}).encode())
    with pytest.raises(InsightError, match="version 99"):
        Needs.load(saved)


@pytest.mark.parametrize("content", [b"", b"needs", b"PK\x03\x04"])
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "other.zip").write_bytes(content)
    with pytest.raises(InsightError, match="holds no needs"):
        Needs.load(tmp_path / "other.zip")
    with pytest.raises(InsightError, match="holds no needs"):
        Needs.load(tmp_path / "absent.zip")


def test_another_encoder_is_refused(saved):
    class Length:
        def encode(self, sentences):
            return np.array([[len(sentence), 1.0] for sentence in sentences])

    with pytest.raises(InsightError, match="another encoder"):
        Needs.load(saved, encoder=Length())
