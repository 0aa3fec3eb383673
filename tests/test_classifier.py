from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from insight.classifier import Classifier, read_classifiers
from insight.encode import encode
from insight.mentions import InsightError
from insight.needs import find_signals

# no rule of signals.toml knows these words
UNRULED = {
    "complaint": "The picture went dark and the buttons did nothing",
    "praise": "The colours pop and the photos look like real life",
}
PLAIN = ["I bought it on a Tuesday in the shop by the station", "We live near the harbour with two dogs"]


def chances(sentences):
    vectors = encode(sentences)
    return {model.signal: model.probability(vectors) for model in read_classifiers()}


def test_a_model_gives_its_own_signal_the_better_chance():
    found = chances([*UNRULED.values(), *PLAIN])
    for row, signal in enumerate(UNRULED):
        others = [value for at, value in enumerate(found[signal]) if at != row]
        assert found[signal][row] > max(others), signal


def test_the_probability_is_the_logistic_of_the_scaled_score():
    model = Classifier("complaint", np.array([2.0, -1.0]), 0.5, 3.0, -1.0, 0.4)
    vectors = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    # scores 2.5 and -0.5, so 6.5 and -2.5 after scaling
    assert model.probability(vectors) == pytest.approx([1 / (1 + np.exp(-6.5)), 1 / (1 + np.exp(2.5))])


def test_probabilities_agree_with_scikit_learn():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(200, 384)).astype(np.float32)
    fitted = LogisticRegression(max_iter=500).fit(vectors, vectors[:, 0] + rng.normal(size=200) > 0)
    model = Classifier("praise", fitted.coef_[0], fitted.intercept_[0], 1.0, 0.0, 0.4)
    assert model.probability(vectors) == pytest.approx(fitted.predict_proba(vectors)[:, 1], rel=1e-4)


def test_the_file_is_the_one_that_is_documented_and_fits_the_encoder(root):
    folder = root / "insight" / "models"
    content = (folder / "signals.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() in (folder / "README.md").read_text("utf-8")
    made_for = json.loads(content)["encoder"]
    assert hashlib.sha256((folder / "minilm-int8.onnx").read_bytes()).hexdigest() == made_for
    assert {model.weights.shape for model in read_classifiers()} == {(384,)}


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


def test_the_classifier_only_adds_where_the_rules_heard_nothing():
    texts = [*UNRULED.values(), *PLAIN, "The lid broke. " + UNRULED["praise"], "It has not crashed once"]
    both, ruled = find_signals(texts), find_signals(texts, layers=("patterns",))
    kept = both[both["evidence"] != "classifier"].reset_index(drop=True)
    assert kept.values.tolist() == ruled.values.tolist()
    learned = both[both["evidence"] == "classifier"]
    assert learned["mention_id"].tolist() == ["0", "1"]
    assert (both["mention_id"].astype(int).diff().dropna() >= 0).all()


def test_it_reads_no_thanks_and_no_version_numbers():
    texts = ["Thank you so much, the photos look like real life", "Buttons did nothing on version 8.4.20.535"]
    found = find_signals(texts)
    assert "classifier" not in set(found["evidence"])


def test_a_large_archive_is_left_to_the_rules(monkeypatch):
    monkeypatch.setattr("insight.signals.READ_ALL", 1)
    found = find_signals([*UNRULED.values(), "The lid broke"])
    assert found["evidence"].tolist() == ["crash or fault"]
    assert found.attrs["layers"] == ("patterns",)


def test_other_languages_are_not_read():
    found = find_signals(["Diese Hose ist schon am ersten Tag gerissen und nichts passt mehr"])
    assert len(found) == 0
