from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from insight.mentions import InsightError
from insight.signals import classifier, student
from insight.signals.classifier import Classifier, SignalModel, shipped_model
from insight.signals.find_signals import find_signals
from insight.signals.hashed_words import count_words, word_columns
from insight.signals.student import Student, estimate_chances, is_voiced, shipped_student, teach
from insight.signals.token_embeddings import read_tokens
from insight.signals.train import read_signal_model
from insight.text.encode import encode

# no rule of signals.toml knows these words
UNRULED = {
    "complaint": "The picture went dark and the buttons did nothing",
    "praise": "The colours pop and the photos look like real life",
}
PLAIN = ["I bought it on a Tuesday in the shop by the station", "We live near the harbour with two dogs"]


def test_a_model_gives_its_own_signal_the_better_chance():
    found = shipped_model().probabilities([*UNRULED.values(), *PLAIN])
    for row, signal in enumerate(UNRULED):
        others = [value for at, value in enumerate(found[signal]) if at != row]
        assert found[signal][row] > max(others), signal


def test_the_probability_is_the_logistic_of_the_sum_of_both_parts():
    model = Classifier("complaint", np.array([1.0, -3.0]), np.array([2.0, -1.0]), 0.5, 0.4)
    counted = sparse.csr_matrix([[1.0, 0.0], [0.0, 0.5]])
    told = np.array([[1.0, 0.0], [0.0, 1.0]])
    # 1 + 2 + .5 and -1.5 - 1 + .5
    assert model.probability(counted, told) == pytest.approx([1 / (1 + np.exp(-3.5)), 1 / (1 + np.exp(2.0))])


def test_the_last_layer_is_the_one_whose_mean_the_encoder_gives():
    said = [*UNRULED.values(), *PLAIN]
    last = np.array([tokens[:, 768:].mean(axis=0) for tokens in read_tokens(said, np.array)])
    np.testing.assert_allclose(last / np.linalg.norm(last, axis=1, keepdims=True), encode(said), atol=1e-5)


def test_a_sentence_is_read_alike_whatever_stands_beside_it_and_broken_letters_are_read_too():
    (alone,), among = read_tokens([PLAIN[0]], np.array), read_tokens([PLAIN[1], PLAIN[0], PLAIN[0]], np.array)
    assert alone.tolist() == among[1].tolist() == among[2].tolist()
    assert len(read_tokens(["\ud800", ""], len)) == 2
    assert read_tokens([], len) == []


def test_the_file_is_the_one_that_is_documented_and_fits_the_encoder(root):
    folder = root / "insight" / "models"
    content = (folder / "signals.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() in (folder / "README.md").read_text("utf-8")
    assert hashlib.sha256((folder / "student.npz").read_bytes()).hexdigest() in (
        folder / "README.md"
    ).read_text("utf-8")
    read = read_signal_model(folder / "signals.json")  # refuses what was made for another encoder
    assert [one.signal for one in read.classifiers] == [one.signal for one in shipped_model().classifiers]


def test_the_layers_may_be_chosen():
    text = UNRULED["complaint"]
    both, ruled = find_signals([text]), find_signals([text], layers=("patterns",))
    assert both[["signal", "evidence", "start", "end"]].values.tolist() == [
        ["complaint", "classifier", 0, len(text)]
    ]
    assert len(ruled) == 0
    assert both.attrs["layers"] == ("patterns", "classifier")
    assert ruled.attrs["layers"] == ("patterns",)
    assert both.dtypes.to_dict() == ruled.dtypes.to_dict()
    with pytest.raises(InsightError, match="magic"):
        find_signals([text], layers=("magic",))


def test_the_classifier_finds_what_is_stated_plainly_and_doubts_the_rules():
    texts = [
        "My order came two weeks late.",
        "The lid broke. Only half of the parts were in the box.",
        "My order arrived on Tuesday morning.",
        "It has not crashed once",
    ]
    both, ruled = find_signals(texts), find_signals(texts, layers=("patterns",))
    learned = both[both["evidence"] == "classifier"]
    assert learned.loc[learned["signal"] == "complaint", ["mention_id", "sentence"]].values.tolist() == [
        ["0", 0],
        ["1", 1],
    ]
    assert "complaint" not in set(both.loc[both["mention_id"].isin(["2", "3"]), "signal"])
    assert set(ruled["mention_id"]) <= {"1", "3"}
    doubted = "What happens if the battery fails?"
    assert find_signals([doubted], layers=("patterns",))["signal"].tolist() == ["complaint", "question"]
    assert find_signals([doubted])["signal"].tolist() == ["question"]
    assert (both["mention_id"].astype(int).diff().dropna() >= 0).all()


def test_a_title_is_read_too():
    issues = pd.DataFrame(
        {"mention_id": ["1"], "title": ["Panel stays on top of the dialog"], "text": ["Steps are below."]}
    )
    found = find_signals(issues)
    assert found.loc[found["signal"] == "complaint", "sentence"].tolist() == [-1]


def test_it_reads_no_version_numbers():
    found = find_signals(["Buttons did nothing on version 8.4.20.535"])
    assert "classifier" not in set(found["evidence"])


@pytest.fixture
def small(monkeypatch):
    """Take three sentences to teach the student, and read one more at its word."""
    monkeypatch.setattr("insight.signals.student.READ_ALL", 3)
    monkeypatch.setattr("insight.signals.student.TAUGHT", 3)
    monkeypatch.setattr("insight.signals.student.CLOSEST", 3)


SENTENCES = [
    f"The {thing} {did}"
    for thing in ("picture", "lid", "cup", "photo")
    for did in (
        "went dark and the buttons did nothing",
        "pop and look like real life",
        "is on the shelf by the door",
    )
]


def test_of_a_large_archive_the_classifier_reads_some_and_a_student_the_rest(small):
    slow = shipped_model().probabilities(SENTENCES)
    fast = estimate_chances(SENTENCES, shipped_model())
    for signal, chances in fast.items():
        read = np.isclose(chances, slow[signal], atol=1e-4)
        assert 6 <= read.sum() < len(SENTENCES), signal  # taught, and closest calls
        assert ((chances >= 0) & (chances <= 1)).all()


def test_neither_order_nor_company_of_the_sentences_changes_what_is_estimated(small):
    mixed = SENTENCES[::-1]
    once, again = (estimate_chances(texts, shipped_model()) for texts in (SENTENCES, mixed))
    for signal in once:
        assert once[signal].tolist() == again[signal][::-1].tolist()


def ignorant():
    return Student(np.zeros((1 << 18, 1)), np.zeros(1), np.ones(1))


def test_a_student_learns_what_it_was_taught_and_knows_how_far_it_errs():
    good, bad = [f"love the {n}" for n in range(40)], [f"hate the {n}" for n in range(40)]
    counted = count_words([*good, *bad])
    taught = teach(counted[::2], np.repeat([[2.0], [-2.0]], 20, axis=0), ignorant())
    odds = taught.odds(counted[1::2])[:, 0]
    assert (odds[:20] > 1).all()
    assert (odds[20:] < -1).all()
    # left out, each is guessed short of the truth by less than 1
    assert 0 < taught.spread[0] < 2
    by_turns = np.resize([[2.0], [-2.0]], (20, 1))
    odd = teach(counted[::2], np.concatenate([by_turns, -by_turns]), ignorant())  # no word goes with either
    assert odd.spread[0] > 1.9


def test_what_a_student_knew_stays_where_it_was_right_and_is_turned_where_it_was_wrong():
    said = [f"{word} {n}" for word in ("fine", "poor") for n in range(40)]
    counted = count_words(said)
    knows = teach(counted, np.repeat([[3.0], [-3.0]], 40, axis=0), ignorant())
    unseen = count_words(["fine lid", "poor lid"])
    for sign in (1, -1):
        taught = teach(counted[::20], sign * knows.odds(counted[::20]), knows)
        assert np.sign(taught.odds(unseen)[:, 0]).tolist() == [sign, -sign]


def test_the_shipped_student_agrees_with_its_teacher_on_sentences_held_out(root):
    lines = (root / "data" / "sentences" / "held_out.tsv").read_text("utf-8").splitlines()[1:200]
    said = [line.split("\t")[3] for line in lines]
    guessed, slow = shipped_student().odds(count_words(said)), shipped_model().probabilities(said)
    for at, one in enumerate(shipped_model().classifiers):
        chance = slow[one.signal].clip(1e-4, 1 - 1e-4)
        assert np.corrcoef(guessed[:, at], np.log(chance / (1 - chance)))[0, 1] > 0.7, one.signal


@pytest.mark.parametrize(
    ("said", "voiced"),
    [
        (["The screen stopped working after two days", "It broke and will not turn on again"], True),
        (["I love how light it is", "Great sound and a beautiful case"], False),
    ],
)
def test_what_is_clear_the_student_decides_alone_and_as_the_classifier_would(said, voiced):
    slow = shipped_model().probabilities(said)
    assert (np.maximum(slow["complaint"], slow["wish"]).mean() >= 0.3) == voiced
    assert is_voiced(said, shipped_model(), ("complaint", "wish"), least=0.3) == voiced
    blind = replace(shipped_model(), attention=None)  # cannot read
    assert is_voiced(6 * said, blind, ("complaint", "wish"), least=0.3) == voiced


def test_where_it_is_not_clear_the_classifier_reads_no_more_than_the_answer_hangs_on(monkeypatch):
    said = [f"The lid of number {n} is {how}" for n in range(10) for how in ("loose", "blue")]
    slow = shipped_model().probabilities(said)
    chances = np.maximum(slow["complaint"], slow["wish"])
    monkeypatch.setattr("insight.signals.student._SURE", np.inf)
    for least in (*np.linspace(0, 1, 9), chances.mean() - 1e-6, chances.mean() + 1e-6):
        voiced = is_voiced(said, shipped_model(), ("complaint", "wish"), least=least)
        assert voiced == (chances.mean() >= least), least
    seen = []
    monkeypatch.setattr(
        SignalModel,
        "probabilities",
        lambda self, texts: seen.extend(texts) or dict.fromkeys(["complaint", "wish"], np.ones(len(texts))),
    )
    assert is_voiced(said, shipped_model(), ("complaint", "wish"), least=0.3)
    assert len(seen) == 8  # of 20, of which 6 must be


def test_words_are_counted_once_whatever_stands_beside_and_rows_have_length_one():
    counted = count_words(["tea tea", "tea tea tea", "\ud800", "Tea\ntea", ""])
    assert np.allclose(np.sqrt((counted.multiply(counted)).sum(axis=1)), [1, 1, 1, 1, 0])
    # tea, the pair, at the start, at the end
    assert np.diff(counted.indptr).tolist() == [4, 4, 3, 4, 0]
    assert (counted[[0]] != counted[[3]]).nnz == 0
    assert (count_words(["tea tea"]) != counted[[0]]).nnz == 0
    assert count_words([]).shape == (0, 1 << 18)


def test_a_word_has_its_column_in_any_sentence():
    columns = word_columns(["lid", "crashing"])
    assert set(columns) <= set(count_words(["the lid is crashing!"]).indices)


def test_other_languages_are_not_read():
    found = find_signals(["Diese Hose ist schon am ersten Tag gerissen und nichts passt mehr"])
    assert len(found) == 0


@pytest.mark.parametrize("state", ["damaged", "missing"])
def test_a_shipped_student_that_is_not_the_one_trained_is_refused(monkeypatch, tmp_path, state):
    other = tmp_path / "student.npz"
    if state == "damaged":
        other.write_bytes(student._FILE.read_bytes()[:-1])
    monkeypatch.setattr(student, "_FILE", other)
    with pytest.raises(InsightError, match=rf"student\.npz is {state}\. Install the package again"):
        student.shipped_student.__wrapped__()


@pytest.mark.parametrize("state", ["damaged", "missing"])
def test_a_shipped_model_that_is_not_the_one_trained_is_refused(monkeypatch, tmp_path, state):
    other = tmp_path / "signals.json"
    if state == "damaged":
        other.write_bytes(classifier._FILE.read_bytes().replace(b"1", b"2", 1))
    monkeypatch.setattr(classifier, "_FILE", other)
    with pytest.raises(InsightError, match=rf"signals\.json is {state}\. Install the package again"):
        classifier.shipped_model.__wrapped__()
