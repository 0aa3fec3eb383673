"""An archive written part by part is the table that is read at once; nothing is left half-written."""

from __future__ import annotations

import gzip
import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import insight as ins
from insight.archives import read_archive
from insight.mentions import COLUMNS, InsightError, as_mentions, check_mentions

pytestmark = pytest.mark.slow

EXPORTS = [
    "twcs.csv", "brandwatch.csv", "talkwalker.csv", "reddit_comments.ndjson", "reddit_listing.json", "x_v2",
    "x_archive", "play_console.csv", "zendesk.ndjson", "zendesk_comments.csv", "airline.csv", "generic.csv",
    "",
]  # fmt: skip
KNOWN = [column.name for column in COLUMNS]


@pytest.fixture
def few_at_once(monkeypatch):
    """Make parts of three rows, so that a small export takes the way of a large one."""
    monkeypatch.setattr("insight.archives.large.AT_ONCE", 3)


@pytest.fixture
def both(read, tmp_path, few_at_once):
    """Read an export both ways: the archive, the report of the other way and its table."""

    def both_(path, **options):
        to = tmp_path / "mentions.parquet"
        report = read(path, to=to, **options)
        mentions = as_mentions(pd.read_parquet(to))
        check_mentions(mentions)
        assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == []
        whole, opened = read(path, **options), read(to, **options)
        same(whole, opened.report, opened.mentions)
        assert opened.guard == whole.guard
        assert opened.mentions[KNOWN].dtypes.equals(whole.mentions[KNOWN].dtypes)
        return whole, report, mentions

    return both_


def same(whole, report, mentions):
    pd.testing.assert_frame_equal(mentions, whole.mentions, check_dtype=False)
    for name in ("files", "columns", "volume"):
        pd.testing.assert_frame_equal(getattr(report, name), getattr(whole.report, name))
    order = ["source_file", "source_row", "reason"]
    assert report.set_aside[order].to_numpy().tolist() == whole.report.set_aside[order].to_numpy().tolist()
    names = (
        "brands",
        "privacy",
        "n_mentions",
        "n_authors",
        "first",
        "last",
        "n_replies",
        "n_parents_present",
    )
    assert [getattr(report, name) for name in names] == [getattr(whole.report, name) for name in names]
    assert sorted(report.notes) == sorted(whole.report.notes)


@pytest.mark.parametrize("name", EXPORTS)
def test_both_ways_give_the_same_table_and_report(both, name):
    same(*both(name))


@pytest.mark.parametrize("name", ["talkwalker.csv", "zendesk.ndjson"])
def test_both_ways_with_names_and_private_messages(both, name):
    same(*both(name, privacy="internal", include_private=True))


def test_a_written_file_of_which_something_else_is_asked_is_read_like_any_other(read, tmp_path):
    to = tmp_path / "mentions.parquet"
    report = read("twcs.csv", to=to)
    named = next(iter(report.brands))
    assert read([str(to)]).report.files.equals(report.files)
    assert read(to, tz="Europe/Berlin").report.files.equals(report.files)  # its times say their zone
    for asked in (
        {"brands": {named: ["@elsewhere"]}},
        {"privacy": "internal"},
        {"deleted": ["nobody"]},
        {"include_private": True},
    ):
        assert read(to, **asked).report.files["source_file"].tolist() == ["mentions.parquet"]
    pd.read_parquet(to).iloc[1:].to_parquet(to)  # no longer the file that was written
    assert read(to).report.n_mentions == report.n_mentions - 1


def test_the_sample_both_ways(root, fixtures, tmp_path, monkeypatch):
    monkeypatch.setattr("insight.archives.large.AT_ONCE", 2_000)
    options = {"brands": {"pellwick": ["@pellwick", "@pellwickhelp"], "brastow": ["@brastow"]}}
    options |= {"include_private": True, "key": fixtures / "pseudonym.txt"}
    to, sample = tmp_path / "mentions.parquet", str(root / "data" / "sample" / "r_pellwick_*")
    report = read_archive(sample, to=to, **options)
    whole = read_archive(sample, **options)
    same(whole, report, as_mentions(pd.read_parquet(to)))
    pd.testing.assert_frame_equal(ins.activity(to), ins.activity(whole.mentions))


CHAIN = "id,author,created_at,text,reply_to\n" + "".join(
    f"{n},a{n % 7},2024-03-{1 + n % 28:02d} 10:00:{n % 60:02d}Z,said {n},{n - 1 if n else ''}\n"
    for n in random.Random(0).sample(range(90), 90)
)


def test_a_chain_of_replies_over_many_parts_is_one_thread(both, write):
    whole, report, mentions = both(write(CHAIN))
    same(whole, report, mentions)
    assert set(mentions["conversation_id"]) == {"unknown:0"}
    assert report.n_parents_present == 89


def test_a_file_that_breaks_off_leaves_no_row_and_undated_ones_are_counted(both, write):
    head = "id,author,created_at,text\n"
    write(head + "".join(f"{n},a,no date,said\n" for n in range(7)), "in/a.csv")
    write(
        head + "1,a,2024-03-01 10:00:00Z,said\n" + "".join(f"{n},b,no date,x\n" for n in range(2, 9)),
        "in/b.csv",
    )
    write(gzip.compress(CHAIN.replace("said", "said " * 1_000).encode())[:-12], "in/c.csv.gz")
    whole, report, mentions = both(write(CHAIN, "in/d.csv").parent)
    same(whole, report, mentions)
    assert report.files["source_file"].tolist() == ["a.csv", "b.csv", "d.csv"]
    assert (report.files["rows_set_aside"] == 0).all()
    assert (
        report.notes.count(
            "b.csv: column 'created_at': dates that cannot be read: 7, the first of them is "
            "'aa aaaa' (row 2). Such messages are kept without a date."
        )
        == 1
    )
    assert sum(note.startswith("passed over") for note in report.notes) == 1


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(links=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40))
def test_any_replies_and_copies_give_the_same_threads(both, write, links):
    rows = [f"{a},a{a},2024-03-01 10:00:{a:02d}Z,said {b},{b}\n" for a, b in links]
    same(*both(write("id,author,created_at,text,reply_to\n" + "".join(rows))))


def test_the_first_part_decides_how_the_rest_is_read(both, write):
    days = ["3/25/2024"] * 4 + ["3/4/2024"] * 8
    rows = "".join(f"{n},a,{day} 10:00:01,said {n},{n % 11}\n" for n, day in enumerate(days))
    _, _, mentions = both(write("id,author,created_at,text,nps\n" + rows))
    assert mentions["created_at"].dt.month.unique().tolist() == [3]


def test_an_import_that_is_interrupted_leaves_what_was_there(read, write, tmp_path, monkeypatch, few_at_once):
    from insight.archives import large

    to = tmp_path / "mentions.parquet"
    read(write(CHAIN), to=to)
    before = to.read_bytes()

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(large, "finish_rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read(write(CHAIN, "again.csv"), to=to)
    assert to.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again.csv", "export.csv", "mentions.parquet"]


def test_the_file_itself_is_never_read(read, write, tmp_path):
    write(CHAIN)
    for _ in range(2):
        report = read(tmp_path, to=tmp_path / "mentions.parquet")
        assert report.files["source_file"].tolist() == ["export.csv"]


@pytest.mark.parametrize(
    ("name", "what"), [("m.csv", "names no Parquet file"), ("no/m.parquet", "there is no folder")]
)
def test_where_no_file_can_be_written(read, write, tmp_path, name, what):
    with pytest.raises(InsightError, match=what):
        read(write(CHAIN), to=tmp_path / name)


def test_row_groups_hold_the_columns_of_mentions_in_order_of_time(read, write, tmp_path, few_at_once):
    import pyarrow.parquet as pq

    read(write(CHAIN), to=tmp_path / "mentions.parquet")
    file = pq.ParquetFile(tmp_path / "mentions.parquet")
    assert file.schema_arrow.names[: len(COLUMNS)] == [column.name for column in COLUMNS]
    assert pd.Series(file.read(["created_at"])["created_at"].to_pylist()).is_monotonic_increasing
