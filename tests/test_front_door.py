"""What people try first and get wrong: it works, or one line says what was found and the way out."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
import pyarrow as pa
import pytest

import insight as ins
from insight.text.encode import load_encoder

pytestmark = pytest.mark.slow

WHEN = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
TEXTS = [f"{what} {word}" for word in WHEN for what in ("the kettle leaks", "where is my refund")]
NAIVE = pd.date_range("2025-01-05 09:30", periods=len(TEXTS), freq="D")


@pytest.fixture
def own():
    """A table as an analyst has it: ids, texts, naive times, an index of its own."""
    ids = [f"m{n}" for n in range(len(TEXTS))]
    index = pd.Index(range(100, 100 + 3 * len(TEXTS), 3))
    people = [f"p{n % 5}" for n in range(len(TEXTS))]
    return pd.DataFrame(
        {"mention_id": ids, "author_id": people, "text": TEXTS, "created_at": NAIVE}, index=index
    )


@pytest.fixture(scope="module")
def topics():
    return ins.fit_topics(TEXTS, n_topics=2)


def one_line(caught):
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_topics_join_back_to_a_table_with_any_index(own):
    shuffled = own.sample(frac=1, random_state=1)
    fitted = ins.fit_topics(shuffled, n_topics=2)
    back = own.assign(topic=fitted.assignments["topic"])
    by_id = own["mention_id"].map(fitted.assignments.set_index("mention_id")["topic"])
    assert back["topic"].tolist() == by_id.tolist()
    assert back.groupby(back["text"].str.contains("kettle"))["topic"].nunique().tolist() == [1, 1]


def test_topics_edited_keep_the_index(own):
    merged = ins.merge_topics(ins.fit_topics(own, n_topics=2), [0, 1])
    assert merged.assignments.index.equals(own.index)


def test_topics_of_a_series_have_its_index(own):
    assert ins.fit_topics(own["text"], n_topics=2).assignments.index.equals(own.index)


def test_merge_topics_takes_bertopics_form(topics):
    assert ins.merge_topics(topics, [0, 1]).table["topic"].tolist() == [0]
    assert ins.merge_topics(topics, [[0], [1]]).table["topic"].tolist() == [0, 1]
    with pytest.raises(ins.InsightError, match="mixes lists and numbers"):
        ins.merge_topics(topics, [0, [1]])


def test_naive_times_are_read_in_the_zone_and_said(own):
    berlin = ins.as_mentions(own, tz="Europe/Berlin")
    assert berlin["created_at"].iloc[0] == pd.Timestamp("2025-01-05 08:30", tz="UTC")
    assert set(berlin["time_precision"]) == {"s"}
    with pytest.warns(ins.InsightWarning, match="taken as UTC; pass tz="):
        assert ins.as_mentions(own)["created_at"].iloc[0] == pd.Timestamp("2025-01-05 09:30", tz="UTC")
    with pytest.raises(ins.InsightError, match="no zone 'Mars/Base'"):
        ins.as_mentions(own, tz="Mars/Base")


def test_an_hour_that_the_clock_shows_twice_or_never_is_read(own):
    hours = ["2024-10-27 02:30", "2024-03-31 02:30"]
    rows = own.head(2).assign(created_at=pd.to_datetime(hours))
    read = ins.as_mentions(rows, tz="Europe/Berlin")
    assert [str(moment) for moment in read["created_at"]] == [
        "2024-03-31 01:00:00+00:00",
        "2024-10-27 00:30:00+00:00",
    ]


def test_midnights_are_days(own):
    by_day = own.assign(created_at=own["created_at"].dt.normalize())
    assert set(ins.as_mentions(by_day, tz="Europe/Berlin")["time_precision"]) == {"day"}


def test_repeated_ids_are_refused(own):
    with pytest.raises(
        ins.InsightError, match=r"mention_id repeats in 2 rows, first 'm0'.*drop_duplicates"
    ) as e:
        ins.as_mentions(own.assign(mention_id=["m0"] * 3 + own["mention_id"].tolist()[3:]), tz="UTC")
    one_line(e)


class Foreign:
    """A table of another library, which Arrow can read."""

    __module__ = "polars.dataframe.frame"

    def __init__(self, frame):
        self.table = pa.Table.from_pandas(frame, preserve_index=False)
        self.columns = self.table.column_names

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)

    def __getitem__(self, name):
        return self.table[name]

    def __len__(self):
        return len(self.table)

    def __iter__(self):
        return iter(self.table.columns)


@pytest.mark.parametrize("make", [Foreign, lambda frame: pa.Table.from_pandas(frame, preserve_index=False)])
def test_tables_of_other_libraries_are_read_by_as_mentions(own, make):
    assert ins.as_mentions(make(own), tz="UTC").equals(ins.as_mentions(own, tz="UTC"))


def test_a_table_of_ibis_is_read_by_as_mentions(own):
    import ibis

    pd.testing.assert_frame_equal(
        ins.as_mentions(ibis.memtable(pa.Table.from_pandas(own, preserve_index=False)), tz="UTC"),
        ins.as_mentions(own, tz="UTC"),
    )


@pytest.mark.parametrize(
    "use",
    [
        ins.fit_topics,
        ins.find_signals,
        ins.activity,
        ins.response_rate,
        ins.response_curve,
        ins.compare_streams,
    ],
    ids=lambda use: use.__name__,
)
def test_tables_of_other_libraries_are_refused_elsewhere(own, use):
    with pytest.raises(ins.InsightError, match=r"expected a DataFrame.*Call insight.read_archive") as e:
        use(Foreign(own))
    one_line(e)


def test_missing_columns_are_said_with_those_found():
    loose = pd.DataFrame({"text": ["a"], "date": ["2025-01-01"], "user": ["x"]})
    for use in (ins.activity, ins.compare_streams):
        with pytest.raises(ins.InsightError, match=r"found \['date', 'text', 'user'\]"):
            use(loose)


@pytest.mark.parametrize(
    ("plot", "given", "measure"),
    [
        (ins.plots.topics, "topics", r"fit_topics\(\.\.\.\)\.table"),
        (ins.plots.topics_over_time, "topics", "topics_over_time"),
        (ins.plots.needs, "table", r"find_needs\(\.\.\.\)\.table"),
        (ins.plots.response_rate, "table", "response_rate"),
        (ins.plots.retention, "table", "retention"),
        (ins.plots.at_risk, "table", "at_risk"),
    ],
)
def test_a_figure_of_another_result_names_its_measure(topics, plot, given, measure):
    wrong = topics if given == "topics" else topics.table
    with pytest.raises(ins.InsightError, match=rf"^{plot.__name__} draws what \w*{measure} returns") as e:
        plot(wrong)
    one_line(e)


def test_a_figure_still_refuses_an_unknown_option_as_python_does(topics):
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        ins.plots.topics(topics.table, colour="red")


def test_an_archive_in_place_of_its_table_is_said(sample):
    with pytest.raises(ins.InsightError, match=r"Pass the archive's table: archive\.mentions"):
        ins.first_responses(sample)


def test_swapped_arguments_are_said(own, topics):
    mentions = ins.as_mentions(own, tz="UTC")
    with pytest.raises(ins.InsightError, match=r"mentions is a Topics of insight.*order"):
        ins.topics_over_time(topics, mentions)
    with pytest.raises(ins.InsightError, match="topics is a DataFrame"):
        ins.topics_over_time(mentions, mentions)
    with pytest.raises(ins.InsightError, match=r"signals lack the columns \['signal'\]"):
        ins.compare_streams(mentions, mentions, by=["a", "b"] * 7)


def test_waits_by_two_columns():
    waits = pd.DataFrame(
        {
            "author_id": list("abcd"), "wait_hours": [1.0, 30.0, 2.0, 3.0], "responded": True,
            "watched_hours": 50.0, "weekday": ["Mon", "Mon", "Tue", "Tue"], "name": ["x", "x", "x", None],
        }
    )  # fmt: skip
    rates = ins.response_rate(waits, by=["weekday", "name"])
    assert rates[["group", "n", "answered"]].values.tolist() == [
        ["Mon, x", 2, 1],
        ["Tue, unknown", 1, 1],
        ["Tue, x", 1, 1],
    ]
    assert set(ins.response_curve(waits, by=["weekday", "name"])["group"]) == set(rates["group"])
    with pytest.raises(ins.InsightError, match="is no column of responses"):
        ins.response_rate(waits, by=["weekday", "topic"])


def test_one_table_without_a_name_is_not_exported(tmp_path):
    with pytest.raises(ins.InsightError, match="tables is a DataFrame; pass at least one by its name"):
        ins.report.export_tables(pd.DataFrame({"n": [1]}), folder=tmp_path)


def test_a_model_that_was_never_fetched_is_said_at_once(monkeypatch, tmp_path):
    import socket
    import sys
    import types

    def refuse(*_args, **_options):
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    library = types.SimpleNamespace(SentenceTransformer=refuse)
    monkeypatch.setitem(sys.modules, "sentence_transformers", library)
    with pytest.raises(ins.InsightError, match="hf download sentence-transformers/all-MiniLM-L6-v2") as e:
        load_encoder("all-MiniLM-L6-v2")
    one_line(e)


def test_a_report_of_a_table_of_ones_own(own):
    page = ins.build_report(ins.as_mentions(own, tz="UTC"))
    assert page.imported.n_mentions == len(own)
    assert page.imported.files[["source_file", "rows_kept"]].values.tolist() == [
        [f"table of {len(own)} rows", len(own)]
    ]
    assert page.parameters["privacy"] == "internal"
    assert "kettle" in page.to_html()
    with pytest.raises(ins.InsightError, match=r"need a column 'mention_id'; found \['date', 'text'\]"):
        ins.build_report(pd.DataFrame({"text": ["a"], "date": ["2025-01-01"]}))
    with pytest.raises(ins.InsightError, match="mentions is a list"):
        ins.build_report(["a", "b"])


def test_a_report_of_the_table_of_an_archive(sample):
    few = sample.mentions.head(400)
    assert ins.build_report(few).imported.files["rows_kept"].sum() == 400


def test_vectors_made_before_are_used():
    class Counting:
        asked: ClassVar[list[str]] = []

        def encode(self, sentences):
            self.asked += sentences
            return load_encoder().encode(sentences)

    made = load_encoder().encode(TEXTS)
    fitted = ins.fit_topics(TEXTS, encoder=Counting(), embeddings=made, n_topics=2)
    assert not set(TEXTS) & set(Counting.asked)
    plain = ins.fit_topics(TEXTS, n_topics=2)
    assert fitted.assignments["topic"].tolist() == plain.assignments["topic"].tolist()
    with pytest.raises(
        ins.InsightError, match=r"shape \(14, 100\); expected .* 14 messages and 384 columns"
    ) as e:
        ins.fit_topics(TEXTS, embeddings=made[:, :100])
    one_line(e)
