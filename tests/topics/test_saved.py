"""Topics are the same after `save` and `load`."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.mentions import InsightError
from insight.topics import Topics, fit_topics

WHEN = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office", "since May")
WHAT = ("the kettle leaks", "where is my refund", "my parcel is late")
TABLES = ("table", "assignments", "terms", "tree", "levels", "stability", "changes", "messages")
NEW = ["Does your kettle leak too?", "refund please", "ok", "", "😡", "Parcel late, kettle fine"]


@pytest.fixture(scope="module")
def mentions():
    texts = [f"{what} {when}" for when in WHEN for what in WHAT]
    people = [f"p{row % 7}" if row % 5 else None for row in range(len(texts))]
    ids = [f"x:{row}" for row in range(len(texts))]
    table = ins.mentions.as_mentions(pd.DataFrame({"mention_id": ids, "author_id": people, "text": texts}))
    return table.set_axis(pd.Index(range(100, 100 + len(table)), name="row"))


@pytest.fixture(scope="module")
def topics(mentions):
    named = fit_topics(mentions, n_topics=3, seeds={"Late parcels": ["my parcel is late"]})
    return ins.topics.rename_topics(named, {0: "Mine — “zu spät”"})


def assert_same(opened, topics):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(opened, name), getattr(topics, name))
    for name in ("drawn", "given", "silent", "search", "cost"):
        assert getattr(opened, name) == getattr(topics, name)
    assert np.array_equal(opened.resampled, topics.resampled)
    for level in ("topic", "subtopic", "theme"):
        assert opened.predict(NEW, level=level).tolist() == topics.predict(NEW, level=level).tolist()
    assert opened.predict(topics.texts).tolist() == topics.assignments["topic"].tolist()


def test_topics_are_the_same_after_saving_and_loading(topics, tmp_path):
    path = topics.save(tmp_path / "new" / "march.topics")
    opened = Topics.load(path)
    assert_same(opened, topics)
    assert opened.save(tmp_path / "again.topics").read_bytes() == path.read_bytes()
    assert repr(opened) == repr(topics)
    assert opened.words[1].tolist() == topics.words[1].tolist()


def test_edits_and_next_month_go_on_from_a_file(topics, mentions, tmp_path):
    opened = Topics.load(topics.save(tmp_path / "march.topics"))
    assert ins.topics.merge_topics(opened, [0, 1]).table["n"].tolist() == (
        ins.topics.merge_topics(topics, [0, 1]).table["n"].tolist()
    )
    later = [fit_topics(mentions, n_topics=3, previous=earlier) for earlier in (topics, opened)]
    assert set(later[1].changes["change"]) == {"kept"}
    assert_same(later[1], Topics(**{**vars(later[0]), "cost": later[1].cost}))


def test_the_student_of_a_large_archive_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr("insight.topics.cluster.READ_ALL", 20)
    monkeypatch.setattr("insight.topics.cluster.CLUSTERED", 20)
    texts = [f"{what} {when} {n}" for when in WHEN for what in WHAT for n in ("now", "here")]
    topics = fit_topics(texts, n_topics=2)
    assert topics.rule.space.encoder is None
    assert_same(Topics.load(topics.save(tmp_path / "large.topics")), topics)


def test_an_archive_without_words_has_nothing_to_predict(tmp_path):
    with pytest.warns(ins.mentions.InsightWarning):
        topics = fit_topics(["", "!!"])
    opened = Topics.load(topics.save(tmp_path / "empty.topics"))
    assert_same(opened, topics)


class Letters:
    """An encoder of one's own: how often a text has each letter."""

    def encode(self, sentences):
        return np.array([[1 + text.lower().count(letter) for letter in "abcdefghij"] for text in sentences])


def test_another_encoder_is_refused_and_the_same_one_accepted(mentions, tmp_path):
    topics = fit_topics(mentions, n_topics=2, encoder=Letters())
    path = topics.save(tmp_path / "letters.topics")
    with pytest.raises(InsightError, match=r"another encoder.*encoder="):
        Topics.load(path)
    assert_same(Topics.load(path, encoder=Letters()), topics)
