from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError
from insight.signals.find_signals import find_signals
from insight.signals.rules import rule_hits
from insight.signals.train import fit_signals, read_signal_model, write_signal_model

PARTS = ("lid", "cup", "jug", "base", "seal", "plug")
# no rule knows that these are complaints
SAD = tuple(f"The {part} of mine went {end}" for part in PARTS for end in ("soft", "dark", "all grey"))
PLAIN = tuple(
    f"The {part} of mine went {end}" for part in PARTS for end in ("to my sister", "to town", "by post")
)


def labels(sad=SAD, plain=PLAIN):
    return pd.DataFrame({"text": [*sad, *plain], "label": ["complaint"] * len(sad) + ["-"] * len(plain)})


@pytest.fixture(scope="module")
def model():
    return fit_signals(labels())


def test_what_no_rule_knows_is_learned_and_heard_on_other_words(model):
    said = ["My kettle went dark", "My kettle went by post"]
    assert len(find_signals(said, layers=("patterns",))) == 0
    found = find_signals(said, layers=("patterns",), model=model)
    assert found[["mention_id", "signal", "evidence"]].values.tolist() == [["0", "complaint", "your labels"]]
    assert (found["start"].tolist(), found["end"].tolist()) == ([0], [len(said[0])])
    assert found.attrs["layers"] == ("patterns", "your labels")


def test_the_model_decides_alone_on_what_it_knows_and_leaves_the_rest():
    here = [f"The {part} is broken bread, our best loaf" for part in PARTS] * 3
    model = fit_signals(labels(sad=SAD, plain=[*PLAIN, *here]))
    said = ["The plug is broken bread, please add more of it", "The seal of mine went dark"]
    ruled = find_signals(said, layers=("patterns",))
    assert set(zip(ruled["mention_id"], ruled["signal"], strict=True)) >= {("0", "complaint"), ("0", "wish")}
    found = find_signals(said, layers=("patterns",), model=model)
    heard = set(zip(found["mention_id"], found["signal"], strict=True))
    assert ("0", "complaint") not in heard
    assert {("0", "wish"), ("1", "complaint")} <= heard
    assert found.dtypes.to_dict() == ruled.dtypes.to_dict()


def test_several_signals_are_learned_at_once_and_one_sentence_may_carry_two():
    glad = [f"The {part} of mine went {end}" for part in PARTS for end in ("better than hoped", "like new")]
    both = [f"The {part} of mine went soft, then like new" for part in PARTS]
    rows = {"complaint": SAD, "praise": glad, "complaint praise": both, "-": PLAIN}
    table = pd.DataFrame(
        [(text, label) for label, texts in rows.items() for text in texts], columns=["text", "label"]
    )
    found = fit_signals(table).probabilities(
        ["My kettle went dark", "My kettle went like new", "Off by post"]
    )
    assert found["complaint"].argmax() == 0
    assert found["praise"].argmax() == 1


def test_a_text_labelled_over_and_over_is_one_text():
    with pytest.raises(InsightError, match=r"\{'complaint': 20\}"):
        fit_signals(labels(sad=[SAD[0]] * 20))


def test_a_rule_that_agrees_keeps_its_span(model):
    text = "The lid of mine went dark and broke"
    (row,) = find_signals([text], layers=("patterns",), model=model).itertuples()
    assert text[row.start : row.end] == "broke"
    assert row.evidence == "crash or fault"


def test_held_out_scores_are_told_and_a_signal_heard_no_better_is_left_to_the_rules(model):
    (score,) = model.scores
    assert (score["signal"], score["n"], score["n_true"], score["used"]) == ("complaint", 36, 18, True)
    assert score["f1"] > 0.8 > score["f1_before"] == 0
    known = fit_signals(labels().assign(detected=["complaint"] * 18 + [""] * 18))
    assert known.classifiers == ()
    assert known.scores[0]["f1_before"] == 1
    said = ["My kettle went dark", "The lid broke"]
    pd.testing.assert_frame_equal(
        find_signals(said, layers=("patterns",), model=known), find_signals(said, layers=("patterns",))
    )


def test_rare_draws_weigh_more():
    """Of the plain sentences one in ten was drawn, so the promise of a hit falls."""
    drawn = labels().assign(rate=[1.0] * 18 + [0.1] * 18)
    said = ["My kettle went dark", "My kettle went by post", "We live near the harbour"]
    even, rare = (fit_signals(table).probabilities(said)["complaint"] for table in (labels(), drawn))
    assert (rare < even)[1:].all()


def test_order_of_rows_does_not_matter_and_the_table_stays(model):
    table = labels()
    again = fit_signals(table.sample(frac=1, random_state=4))
    for one, other in zip(again.classifiers, model.classifiers, strict=True):
        assert one.counted.tolist() == other.counted.tolist()
        assert one.heads.tolist() == other.heads.tolist()
    assert again.attention.score.tolist() == model.attention.score.tolist()
    assert again.scores == model.scores
    pd.testing.assert_frame_equal(table, labels())


def test_what_is_written_is_read_again(model, tmp_path):
    path = tmp_path / "model.json"
    write_signal_model(model, path)
    read = read_signal_model(path)
    said = [*SAD, "My kettle went dark", "Off to work"]
    plain, again = (find_signals(said, layers=("patterns",), model=m) for m in (model, read))
    pd.testing.assert_frame_equal(plain, again)
    assert read.scores == model.scores
    assert [file.name for file in tmp_path.iterdir()] == ["model.json"]
    path.write_text(json.dumps(json.loads(path.read_text()) | {"encoder": "another"}))
    with pytest.raises(InsightError, match="another encoder"):
        read_signal_model(path)
    path.write_text("[]")
    with pytest.raises(InsightError, match="cannot be read as a signal model"):
        read_signal_model(path)


def test_too_few_or_strange_labels_are_refused_with_their_counts():
    with pytest.raises(InsightError, match=r"\{'complaint': 3\} among 21"):
        fit_signals(labels(sad=SAD[:3]))
    with pytest.raises(InsightError, match=r"\['moan'\] are no signals"):
        fit_signals(labels().assign(label="moan"))
    with pytest.raises(InsightError, match=r"\['label'\]"):
        fit_signals(labels()[["text"]])


def test_hits_are_those_of_the_rules():
    said = ["The lid broke", "It has not crashed once", "Please add a timer"]
    hits = rule_hits(said)
    assert hits["complaint: crash or fault"].tolist() == [True, False, False]
    assert hits["wish: please do"].tolist() == [False, False, True]
    assert {len(met) for met in hits.values()} == {3}
    assert np.array([*hits.values()]).dtype == bool


def test_the_command_learns_from_the_labels_and_says_what_was_won(tmp_path):
    from typer.testing import CliRunner

    from insight.cli import app

    rows = pd.DataFrame({"text": [*SAD, *PLAIN], "author": [f"a{i}" for i in range(36)]})
    rows["date"] = pd.date_range("2026-01-01", periods=36, freq="h", tz="UTC")
    rows["id"] = range(36)
    rows.to_csv(tmp_path / "posts.csv", index=False)
    out = tmp_path / "labels.csv"
    command = ["label", str(tmp_path / "posts.csv"), "-n", "400", "-q", "-o", str(out)]
    asked = CliRunner().invoke(app, command, input="q\n")
    assert asked.exit_code == 1  # nothing is labelled yet
    drawn = 36
    told = CliRunner().invoke(app, command, input="\n" * drawn)
    assert "Nothing learned yet" in told.stdout
    kept = pd.read_csv(out, keep_default_na=False)
    kept["label"] = np.where(kept["text"].isin(SAD), "complaint", "-")
    kept.to_csv(out, index=False)
    told = CliRunner().invoke(app, command)
    assert told.exit_code == 0, told.output
    assert "f1_before" in told.stdout
    assert [c.signal for c in read_signal_model(tmp_path / "labels.model.json").classifiers] == ["complaint"]
