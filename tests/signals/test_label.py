from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from insight.files import unescape_formula
from insight.mentions import InsightError, as_mentions
from insight.signals.find_signals import find_signals
from insight.signals.label import ask_labels, draw_sentences, read_labels, save_labels, score_signals
from insight.stats.intervals import wilson


def archive(texts):
    people = {
        "mention_id": [f"m{i}" for i in range(len(texts))],
        "author_id": [f"a{i}" for i in range(len(texts))],
    }
    return as_mentions(pd.DataFrame({**people, "text": texts, "side": "customer"}))


@pytest.fixture(scope="module")
def many():
    texts = [f"The lid of pot {i} broke. I was in town {i}." for i in range(300)]
    texts += [f"Please add timer number {i}" for i in range(30)]
    return archive(texts)


@pytest.fixture(scope="module")
def signals(many):
    return find_signals(many, layers=("patterns",))


def test_rare_signals_are_drawn_as_often_as_common_ones(many, signals):
    drawn = draw_sentences(many, signals, n=80)
    assert 50 <= len(drawn) <= 110
    counts = drawn["detected"].value_counts()
    assert 8 <= counts["complaint"] <= 34  # 20 expected of each
    assert 8 <= counts["wish"] <= 34
    rates = drawn.groupby("detected")["rate"].first()
    assert rates[["complaint", "wish", ""]].tolist() == pytest.approx([20 / 300, 20 / 30, 40 / 300])


def test_the_draw_follows_the_seed_and_not_the_row_order(many, signals):
    plain = draw_sentences(many, signals)
    mixed = draw_sentences(many.sample(frac=1, random_state=1), signals.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(mixed, plain)
    assert set(draw_sentences(many, signals, random_state=1)["mention_id"]) != set(plain["mention_id"])


def test_scores_by_hand():
    labels = pd.DataFrame(
        {
            "detected": ["complaint"] * 4 + ["wish"] + [""] * 5,
            "rate": [1.0] * 4 + [1.0] + [0.5] * 5,
            "label": ["complaint"] * 3 + ["-"] + ["wish complaint"] + ["complaint"] + ["-"] * 3 + [""],
        }
    )
    scores = score_signals(labels).set_index("signal")
    complaint = scores.loc["complaint"]
    assert complaint[["n", "n_detected", "n_true"]].tolist() == [9, 4, 5]
    assert complaint["precision"] == 3 / 4
    assert complaint["recall"] == 3 / (3 + 1 + 2)  # the missed one stands for two
    assert complaint["share_detected"] == pytest.approx(4 / 13)
    assert complaint["share"] == pytest.approx(6 / 13)
    low, high = wilson([3], [4])
    assert complaint[["precision_low", "precision_high"]].tolist() == pytest.approx([low[0], high[0]])
    assert scores.loc["wish", ["precision", "recall"]].tolist() == [1, 1]
    assert np.isnan(scores.loc["praise", "precision"])


def test_corrected_shares_are_unbiased(many, signals):
    """Hear only half of the broken lids; the corrected share finds the whole of them again."""
    deaf = signals[signals["mention_id"].str[1:].astype(int) % 2 == 0]
    truth = set(zip(signals["mention_id"], signals["sentence"], strict=True))
    shares = []
    for seed in range(30):
        drawn = draw_sentences(many, deaf, n=100, random_state=seed)
        keys = zip(drawn["mention_id"], drawn["sentence"], drawn["text"], strict=True)
        said = [("complaint" if "lid" in text else "wish") if (i, k) in truth else "-" for i, k, text in keys]
        shares.append(score_signals(drawn.assign(label=said)).set_index("signal").loc["complaint", "share"])
    assert np.mean(shares) == pytest.approx(300 / 630, abs=0.03)


def test_the_loop_saves_resumes_and_asks_again_when_it_does_not_understand(tmp_path):
    mentions = archive(["The lid broke", "Please add a timer", "Off to work"])
    drawn = draw_sentences(mentions, find_signals(mentions, layers=("patterns",)))
    answers = iter(["1", "nonsense", "2, question", "q"])
    seen = []

    def ask(text):
        seen.append(text)
        return next(answers)

    first = ask_labels(tmp_path / "labels.csv", drawn, ask)
    assert first["label"].tolist() == ["complaint", "wish question", ""]
    assert "'nonsense' is no signal" in seen[2]
    rest = ask_labels(tmp_path / "labels.csv", drawn, lambda text: "")
    assert rest["label"].tolist() == ["complaint", "wish question", "-"]
    kept = pd.read_csv(tmp_path / "labels.csv")["label"].map(unescape_formula)
    assert kept.tolist() == rest["label"].tolist()


def test_labels_of_hostile_ids_are_harmless_and_found_again(tmp_path):
    mentions = archive(["The lid broke", "=cmd() Please add a timer", "Off\rto work"])
    mentions = mentions.assign(mention_id=["=cmd|x:1", "@x:2", "x:3"])
    drawn = draw_sentences(mentions, find_signals(mentions, layers=("patterns",)))
    first = ask_labels(tmp_path / "labels.csv", drawn, lambda text: "1")
    text = (tmp_path / "labels.csv").read_bytes().decode("utf-8-sig")
    assert '"=' not in text
    assert '"@' not in text
    assert "\r" not in text
    again = ask_labels(tmp_path / "labels.csv", drawn, lambda text: "q")
    assert again["label"].tolist() == first["label"].tolist() == ["complaint"] * len(drawn)


def test_a_label_of_none_is_read_as_it_was_given(tmp_path):
    given = pd.DataFrame({"mention_id": ["x:1"], "sentence": [0], "text": ["fine"], "label": ["-"]})
    save_labels(tmp_path / "labels.csv", given)
    assert read_labels(tmp_path / "labels.csv")["label"].tolist() == ["-"]


def test_labels_are_checked():
    labels = pd.DataFrame({"detected": [""], "rate": [1.0], "label": ["moan"]})
    with pytest.raises(InsightError, match=r"\['moan'\] are no signals"):
        score_signals(labels)
    with pytest.raises(InsightError, match="none of 1 sentences"):
        score_signals(labels.assign(label=""))
