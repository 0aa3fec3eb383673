from __future__ import annotations

import pandas as pd
import pytest

from insight.mentions import InsightError
from insight.report.checked import UNCHECKED, check_labels, checked_rows, honesty
from insight.signals.find_signals import find_signals

pytestmark = pytest.mark.slow


@pytest.fixture
def labels():
    """Detected now: a complaint in x:1, x:3 and x:5, a wish in x:4; the labels deny the complaint of x:3."""
    rows = [("x:1", 0, "complaint"), ("x:3", 0, "-"), ("x:4", 0, "wish complaint"), ("y:9", 0, "complaint")]
    table = pd.DataFrame(rows, columns=["mention_id", "sentence", "label"])
    return table.assign(text="", detected="", rate=1.0)


@pytest.fixture
def scores(mentions, labels):
    return check_labels(labels, mentions, find_signals(mentions, layers=("patterns",)))


def test_what_is_detected_now_is_scored_on_the_sentences_of_this_archive(scores):
    found = scores.set_index("signal").loc["complaint"]
    assert (found["n"], found["n_detected"], found["n_true"]) == (3, 2, 2)
    assert (found["precision"], found["recall"]) == (0.5, 0.5)


def test_the_page_says_how_well_needs_are_detected(scores):
    line = honesty(scores)
    assert line.startswith("Checked on 3 sentences of this archive labelled by hand: complaint precision 50")
    assert "wish precision 100" in line
    assert "recall 50" in line
    assert [name for name, _ in checked_rows(scores)] == [
        "Complaint, checked on 3 labelled sentences",
        "Wish, checked on 3 labelled sentences",
    ]


def test_without_labels_nothing_was_checked():
    assert honesty(None) == UNCHECKED
    assert "no one has checked them" in UNCHECKED
    assert checked_rows(None) == []


def test_a_file_is_read_and_what_is_no_label_of_this_archive_refused(mentions, labels, tmp_path):
    signals = find_signals(mentions, layers=("patterns",))
    labels.to_csv(tmp_path / "labels.csv", index=False)
    read = check_labels(tmp_path / "labels.csv", mentions, signals)
    pd.testing.assert_frame_equal(read, check_labels(labels, mentions, signals))
    with pytest.raises(InsightError, match="none of 1 labelled sentences is of this archive"):
        check_labels(labels[3:], mentions, signals)
    with pytest.raises(InsightError, match=r"\['rate'\]"):
        check_labels(labels.drop(columns="rate"), mentions, signals)
    with pytest.raises(InsightError, match="cannot be read"):
        check_labels(tmp_path / "none.csv", mentions, signals)
