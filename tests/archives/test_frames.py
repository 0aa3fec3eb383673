"""A table in memory is read as the columns of a file are; a measure of an unknown table says what to call."""

from __future__ import annotations

import inspect
import io

import ibis
import pandas as pd
import pyarrow as pa
import pytest

import insight as ins
from insight.mentions import COLUMNS

WORDS = ("the kettle leaks again", "where is my refund", "no answer since Monday", "the lid is too stiff")
TEXTS = [f"{what}, says note {n}" for n in range(3) for what in WORDS]
WHEN = pd.date_range("2025-01-05 09:30:15.250125", periods=len(TEXTS), freq="7h")
PEOPLE = [f"person_{n % 5}" for n in range(len(TEXTS))]


@pytest.fixture
def frame():
    return pd.DataFrame({"text": TEXTS, "date": WHEN, "user": PEOPLE})


@pytest.fixture
def read(fixtures):
    def read_(table, **options):
        return ins.read_archive(table, key=fixtures / "pseudonym.txt", **options)

    return read_


class Polars:
    """A table of another library: it hands its columns to Arrow."""

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


def roles(archive):
    return archive.report.understood.set_index("role")["column"].to_dict()


def test_a_table_is_understood_by_its_content(read, frame):
    archive = read(frame.rename(columns={"text": "verbatim", "date": "survey date", "user": "respondent"}))
    assert roles(archive) == {"text": "verbatim", "created_at": "survey date", "author": "respondent"}
    files = archive.report.files[["source_file", "rows_read", "rows_kept"]]
    assert files.values.tolist() == [["table of 12 rows", 12, 12]]
    assert archive.mentions["author_id"].nunique() == 5
    assert archive.mentions["mention_id"].is_unique


def test_a_table_is_read_as_its_file_is(read, frame, tmp_path):
    frame.to_csv(tmp_path / "x.csv", index=False)
    one, other = read(frame).mentions, read(tmp_path / "x.csv").mentions
    pd.testing.assert_frame_equal(one.drop(columns="source_file"), other.drop(columns="source_file"))


@pytest.mark.parametrize(
    "make",
    [
        Polars,
        lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
        lambda frame: ibis.memtable(pa.Table.from_pandas(frame, preserve_index=False)),
    ],
    ids=["polars", "arrow", "ibis"],
)
def test_tables_of_other_libraries_are_the_same(read, frame, make):
    pd.testing.assert_frame_equal(read(make(frame)).mentions, read(frame).mentions)


def test_naive_times_are_read_in_the_zone_and_keep_their_precision(read, frame):
    first = read(frame, tz="Europe/Berlin").mentions.iloc[0]
    assert first["created_at"] == pd.Timestamp("2025-01-05 08:30:15.250125", tz="UTC")
    assert first["time_precision"] == "s"
    tokyo = frame.assign(date=frame["date"].dt.tz_localize("Asia/Tokyo"))
    archive = read(tokyo, tz="Europe/Berlin")
    assert archive.mentions["created_at"].iloc[0] == pd.Timestamp("2025-01-05 00:30:15.250125", tz="UTC")
    assert archive.report.files["time_zone"].tolist() == ["explicit"]
    by_day = read(frame.assign(date=frame["date"].dt.date))
    assert set(by_day.mentions["time_precision"]) == {"day"}


def test_rows_join_back_by_place_and_by_label(read, frame):
    own = frame.set_index(pd.Index(range(500, 500 + 5 * len(frame), 5))).sample(frac=1, random_state=3)
    mentions = read(own).mentions
    assert own["text"].loc[mentions["source_index"]].tolist() == mentions["text"].tolist()
    assert own["text"].iloc[mentions["source_row"] - 1].tolist() == mentions["text"].tolist()
    topics = mentions.set_index("source_index")["text"].str.len()
    assert (own.assign(n=topics)["n"] == own["text"].str.len()).all()


@pytest.mark.parametrize(
    "index", [None, pd.MultiIndex.from_product([range(3), range(4)]), pd.Index([1, "a"] * 6)]
)
def test_an_index_that_names_no_row_adds_no_column(read, frame, index):
    own = frame if index is None else frame.set_axis(index)
    assert "source_index" not in read(own).mentions


def test_a_repeated_id_is_one_message_and_is_accounted_for(read, frame):
    rows = frame.assign(id=range(1, 13))
    archive = read(pd.concat([rows, rows.head(1)]))
    assert archive.report.n_duplicates == 1
    assert archive.report.set_aside[["source_row", "reason"]].values.tolist() == [[13, "duplicate"]]
    useless = read(frame.assign(id=7))
    assert len(useless.mentions) == len(frame)


def test_columns_correct_what_was_understood(read, frame):
    odd = frame.rename(columns={"user": "x1"}).assign(about="a much longer text that nobody wrote here today")
    archive = read(odd, columns={"text": "about", "author_id": "x1", "created_at": None})
    assert roles(archive) == {"text": "about", "author": "x1"}
    assert archive.mentions["created_at"].isna().all()
    both = read(
        frame.assign(more=TEXTS[::-1], text=[*TEXTS[:6], *[""] * 6]), columns={"text": ["text", "more"]}
    )
    assert sorted(both.mentions["text"]) == sorted([*TEXTS[:6], *TEXTS[5::-1]])


def test_columns_correct_a_rating_that_is_none(read, frame):
    rated = frame.assign(rating=[1, 2, 3, 4, 5, 1] * 2)
    assert read(rated).mentions["rating"].notna().all()
    assert read(rated, columns={"rating": None}).mentions["rating"].isna().all()


def test_columns_correct_files_too(read, fixtures, frame, tmp_path):
    frame.assign(other=PEOPLE[::-1]).to_csv(tmp_path / "x.csv", index=False)
    archive = read(tmp_path / "x.csv", columns={"author": "other"})
    assert roles(archive)["author"] == "other"
    items = frame.assign(other=PEOPLE[::-1]).to_json(orient="records", date_format="iso")
    (tmp_path / "x.json").write_text(items)
    assert roles(read(tmp_path / "x.json", columns={"author": "other"}))["author"] == "other"


def test_columns_correct_a_known_format_and_leave_the_rest(read, tmp_path):
    head = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id,note\n"
    row = "1,ann,True,Tue Oct 31 22:10:47 +0000 2017,hello there,,,my kettle leaks\n"
    (tmp_path / "twcs.csv").write_text(head + row)
    archive = read(tmp_path / "twcs.csv", columns={"text": "note"})
    assert archive.report.files["source_format"].tolist() == ["twcs"]
    assert archive.mentions["text"].tolist() == ["my kettle leaks"]
    with pytest.raises(ins.InsightError, match=r"no column.* Did you mean 'note'"):
        read(tmp_path / "twcs.csv", columns={"text": "notes"})


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"txt": "text"}, r"nothing that a column can hold\. Did you mean 'text'\?"),
        ({"Pet owner": "author"}, r"can hold\. Turn it round: columns=\{'author': 'Pet owner'\}\. Choose"),
        ({"Said on": "created_at"}, r"Turn it round: columns=\{'created_at': 'Said on'\}\."),
        ({"text": "verbatm"}, r"'verbatm' for 'text', which is no column.*Found \['text', 'date', 'user'\]"),
        ({"text": 3}, r"columns\['text'\] is 3; pass the name of a column"),
    ],
)
def test_a_column_that_is_none_is_said(read, frame, columns, said):
    with pytest.raises(ins.InsightError, match=said) as caught:
        read(frame, columns=columns)
    assert "\n" not in str(caught.value)


def test_a_table_of_mentions_passes_through_unchanged(read, frame):
    mentions = read(frame).mentions
    again = read(mentions, brands={"Pellwick": ["@pellwick"]})
    assert again.mentions is mentions
    assert again.report.named == ("Pellwick",)
    assert again.report.files[["source_file", "rows_kept"]].values.tolist() == [["table of 12 rows", 12]]
    with pytest.raises(ins.InsightError, match="kept as it is"):
        read(mentions, columns={"text": "title"})


def test_mentions_that_went_through_csv_get_their_types_back(read, frame):
    mentions = read(frame).mentions
    loose = pd.read_csv(io.StringIO(mentions.to_csv(index=False)))
    pd.testing.assert_frame_equal(read(loose).mentions, mentions)


def test_a_table_is_written_to_parquet(read, frame, tmp_path):
    report = read(frame, to=tmp_path / "mentions.parquet")
    assert report.files["source_file"].tolist() == ["table of 12 rows"]
    assert pd.read_parquet(tmp_path / "mentions.parquet")["text"].tolist() == TEXTS


def test_odd_tables_are_read(read):
    odd = pd.DataFrame({
        "text": pd.Categorical(TEXTS), "date": [2**70, *WHEN[1:]], "user": [1, *PEOPLE[1:]],
        "list": [[1], *[None] * 11], "none": None,
    })  # fmt: skip
    odd.columns = ["text", "date", "user", "user", ""]
    archive = read(odd)
    assert archive.report.files[["rows_read", "rows_kept"]].values.tolist() == [[12, 12]]
    assert archive.mentions["created_at"].isna().sum() == 1


@pytest.mark.parametrize("empty", [pd.DataFrame(), pd.DataFrame({"text": []}), pa.table({})])
def test_an_empty_table_is_refused(read, empty):
    with pytest.raises(ins.InsightError, match="the table is empty"):
        read(empty)


@pytest.mark.parametrize("other", [pd.Series(["a"]), {"text": ["a"]}, 3, [pd.DataFrame()]])
def test_what_is_neither_path_nor_table_is_refused(read, other):
    with pytest.raises(ins.InsightError, match="pass a path, a list of paths, or a table of pandas"):
        read(other)


# ------------------------------------------------------------------------------------------------- measures

SECOND = {
    "signals": pd.DataFrame(
        columns=["mention_id", "signal", "probability", "extreme", "detail", "hearsay", "proxy", "sarcasm"]
    ),
    "assignments": pd.DataFrame({"mention_id": [], "topic": []}),
    "hits": pd.DataFrame({"mention_id": []}),
    "intents": pd.DataFrame({"mention_id": [], "intent": [], "needs_answer": []}),
    "acts": pd.DataFrame({"mention_id": [], "act": []}),
}
OPTIONS = {"query": "kettle", "name": "Pellwick"}


def measures():
    """List the public functions whose first table is `mentions` and that need no result but these."""
    found = {}
    for package in set(ins.__all__) - {"mentions"}:
        place = getattr(ins, package)
        for name, thing in vars(place).items() if inspect.ismodule(place) else [(package, place)]:
            if not inspect.isfunction(thing) or name.startswith("_"):
                continue
            first, *rest = [*inspect.signature(thing).parameters.values(), None]
            needed = [one.name for one in rest if one is not None and one.default is one.empty]
            if first is not None and first.name == "mentions" and set(needed) <= set(SECOND):
                found[thing.__name__] = thing, needed
    return found


MEASURES = {name: found for name, found in measures().items() if name not in {"as_mentions", "pick_quotes"}}


def used(name, table):
    measure, needed = MEASURES[name]
    optional = {key: value for key, value in OPTIONS.items() if key in inspect.signature(measure).parameters}
    return measure(table, **{one: SECOND[one] for one in needed}, **optional)


def test_most_measures_are_tried():
    assert len(MEASURES) >= 30
    assert {"activity", "fit_topics", "find_signals", "find_needs", "peer_help", "timeline"} <= set(MEASURES)


@pytest.mark.parametrize("name", sorted(MEASURES))
@pytest.mark.parametrize("kind", [pd.DataFrame, Polars], ids=["pandas", "polars"])
def test_a_measure_of_an_unknown_table_says_what_to_call(name, kind):
    loose = pd.DataFrame({"comment": TEXTS, "date": WHEN.astype(str), "user": PEOPLE})
    with pytest.raises(ins.InsightError, match=r"insight\.read_archive\(frame\) first") as caught:
        used(name, kind(loose))
    message = str(caught.value)
    assert "\n" not in message
    assert ("found ['comment', 'date', 'user']" in message) == (kind is pd.DataFrame)


def test_a_report_of_an_unknown_table_says_what_to_call(frame):
    with pytest.raises(
        ins.InsightError, match=r"found \['date', 'text', 'user'\]. Call insight.read_archive"
    ):
        ins.build_report(frame)
    assert {column.name for column in COLUMNS} >= {"mention_id", "text"}
