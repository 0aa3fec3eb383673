from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.needs.compare_streams import compare_streams, emerging
from insight.signals.find_signals import find_signals


def archive(texts, days=None, **columns):
    n = len(texts)
    when = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(
        np.arange(n) if days is None else days, unit="D"
    )
    people = columns.pop("author_id", [f"a{i}" for i in range(n)])
    ids = [f"m{i}" for i in range(n)]
    return as_mentions(
        pd.DataFrame({"mention_id": ids, "author_id": people, "text": texts, "created_at": when, **columns})
    )


TEXTS = ["The lid broke"] * 12 + ["I love the taste"] * 8 + ["I love the taste"] * 18 + ["The lid broke"] * 2
SENT = [True] * 20 + [False] * 20


def test_words_topics_and_signals_are_compared_by_people():
    mentions = archive(TEXTS, addressed=SENT)
    topics = pd.DataFrame(
        {"mention_id": mentions["mention_id"], "topic": ["lid" in t for t in mentions["text"]]}
    )
    topics["topic"] = topics["topic"].astype(int)
    signals = find_signals(mentions, layers=("patterns",))
    names = pd.Series(["taste", "lids"])
    found = compare_streams(mentions, signals, assignments=topics, names=names).set_index(["kind", "item"])
    assert found.attrs["significant"] == 8  # four words, two topics, two signals
    lid = found.loc[("topic", "lids")]
    assert lid[["group", "n", "n_with", "n_other", "n_other_with"]].tolist() == ["addressed", 20, 12, 20, 2]
    assert lid[["share", "share_other"]].tolist() == pytest.approx([0.6, 0.1])
    assert lid["low"] < lid["log_odds"] < lid["high"]
    assert lid["log_odds"] < np.log((12 / 8) / (2 / 18))  # the prior shrinks it
    assert found.loc[("signal", "complaint"), "group"] == "addressed"
    assert found.loc[("signal", "praise"), "group"] == "wild"
    assert found.loc[("word", "love"), "group"] == "wild"


def test_the_p_value_is_that_of_the_score_test():
    from scipy.stats import t as student
    from statsmodels.stats.proportion import proportions_ztest

    mentions = archive(TEXTS, addressed=SENT)
    topics = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": 0})[
        ["lid" in t for t in mentions["text"]]
    ]
    found = compare_streams(mentions, assignments=topics, min_people=1)
    row = found[found["kind"] == "topic"].iloc[0]
    z = proportions_ztest([12, 2], [20, 20])[0]
    assert row["p_adjusted"] == pytest.approx(2 * student.sf(z, 38), rel=0.01)  # of two rows, one a stream


def test_no_difference_is_an_answer():
    rng = np.random.default_rng(0)
    words = ["lid", "taste", "timer", "kettle", "app", "refund", "beans", "mug"]
    false, listed = 0, 0
    for _ in range(40):
        texts = [" ".join(rng.choice(words, 3, replace=False)) for _ in range(120)]
        found = compare_streams(archive(texts), by=rng.random(120) < 0.5)
        false += found.attrs["significant"] > 0
        listed += len(found)
    assert listed > 100
    assert false <= 5  # 2 of 40 expected at 5 %; 6 or more have a chance of 1 in 70


def test_a_loud_author_counts_once_and_rows_may_come_in_any_order():
    mentions = archive(TEXTS, addressed=SENT)
    plain = compare_streams(mentions)
    pd.testing.assert_frame_equal(compare_streams(mentions.sample(frac=1, random_state=0)), plain)
    loud = archive(
        TEXTS + ["The lid broke"] * 50,
        addressed=SENT + [False] * 50,
        author_id=[f"a{i}" for i in range(40)] + ["a39"] * 50,
    )
    pd.testing.assert_frame_equal(compare_streams(loud), plain)


def test_what_cannot_be_compared_is_said():
    mentions = archive(TEXTS, addressed=[True] * 40)
    with pytest.raises(InsightError, match=r"two streams.*\['addressed'\]"):
        compare_streams(mentions)
    with pytest.raises(InsightError, match="no column 'mood'"):
        compare_streams(mentions, by="mood")
    with pytest.raises(InsightError, match="3 labels for 40"):
        compare_streams(mentions, by=["a", "b", "a"])


def test_what_rises_is_found_and_what_was_always_there_is_not():
    rng = np.random.default_rng(1)
    days = np.sort(rng.uniform(0, 200, 400))
    recent = days > days.max() - 28
    texts = np.where(rng.random(400) < 0.3, "the taste is fine", "off to work")
    texts = np.where(recent & (rng.random(400) < 0.4), "the hose leaks", texts)
    mentions = archive(list(texts), days=days)
    topics = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": mentions["text"].factorize()[0]})
    found = emerging(mentions, topics)
    beyond = found[found["significant"]]
    assert set(beyond.loc[beyond["kind"] == "word", "item"]) == {"hose", "leaks"}
    (topic,) = beyond[beyond["kind"] == "topic"].itertuples()
    assert topic.new
    assert topic.first_seen == mentions.loc[mentions["text"] == "the hose leaks", "created_at"].min()
    steady = emerging(archive(["the taste is fine", "off to work"] * 200, days=days), topics.assign(topic=-1))
    assert steady.attrs["significant"] == 0
