"""An archive written part by part is the table that is read at once; nothing is left half-written."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.archives import read_archive
from insight.mentions import as_mentions, check_mentions

PLACE = ["source_file", "source_row"]
EXPORTS = [
    "twcs.csv", "brandwatch.csv", "talkwalker.csv", "reddit_comments.ndjson", "reddit_listing.json", "x_v2",
    "x_archive", "play_console.csv", "zendesk.ndjson", "zendesk_comments.csv", "airline.csv", "generic.csv",
    "",
]  # fmt: skip


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
        return read(path, **options), report, mentions

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
@pytest.mark.parametrize("privacy", ["shareable", "internal"])
def test_both_ways_give_the_same_table_and_report(both, name, privacy):
    same(*both(name, privacy=privacy, include_private=privacy == "internal"))


def test_the_sample_both_ways(root, fixtures, tmp_path, monkeypatch):
    monkeypatch.setattr("insight.archives.large.AT_ONCE", 2_000)
    options = {"brands": {"pellwick": ["@pellwick", "@pellwickhelp"], "brastow": ["@brastow"]}}
    options |= {"include_private": True, "key": fixtures / "pseudonym.txt"}
    to = tmp_path / "mentions.parquet"
    report = read_archive(root / "data" / "sample", to=to, **options)
    whole = read_archive(root / "data" / "sample", **options)
    same(whole, report, as_mentions(pd.read_parquet(to)))
    pd.testing.assert_frame_equal(ins.activity(to), ins.activity(whole.mentions))
