"""The cases of chats, mail, trackers and partial files, each with the values that are right."""

from __future__ import annotations

import pandas as pd
import pytest

from insight.archives import read_archive

pytestmark = pytest.mark.real


def at(text):
    return pd.Timestamp(text, tz="UTC")


@pytest.fixture
def case(real_data, fixtures, rows):
    """Read a case by its name, and give the archive and chosen columns."""
    folder = real_data / "cases"
    if not folder.is_dir():
        pytest.skip("the folder of cases is missing: set INSIGHT_REAL_DATA to one that holds cases/")

    def case_(name, *names, **options):
        archive = read_archive(folder / name, key=fixtures / "pseudonym.txt", **options)
        files = archive.report.files
        assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
        return archive, rows(archive, *names)

    return case_


@pytest.mark.parametrize("name", ["fi", "fr_a", "ja", "ko_ios"])
def test_chats_of_any_language(case, name):
    archive, got = case(f"15-whatsapp/{name}.txt", "created_at", "author_name", "text", privacy="internal")
    assert archive.report.files["source_format"].tolist() == ["chat"]
    assert [(moment.floor("min"), who) for moment, who, _ in got] == [
        (at("2023-12-20 17:46"), "Mara"), (at("2023-12-20 17:58"), "Tom"), (at("2023-12-21 00:05"), "Ida"),
        (at("2023-12-21 12:30"), "Mara"), (at("2024-01-03 09:07"), "Tom"),
    ]  # fmt: skip
    assert "\n" in got[3][2]


def test_encoded_names(case):
    _, got = case("10-encoded_names.mbox", "author_name", "text", privacy="internal")
    assert [name for name, _ in got] == ["Göran Lindström", "Sarka Nádvorníková"]
    assert all(text.endswith(name) for name, text in got)
    _, hidden = case("10-encoded_names.mbox", "text")
    assert all(text.endswith("[name]") for (text,) in hidden)


def test_youtube_comment_downloader(case):
    names = ("mention_id", "reply_to_id", "like_count", "time_precision")
    _, got = case("14-youtube_comment_downloader.json", *names)
    assert sorted(row[:3] for row in got) == [
        ("youtube:UgxA1", None, 1200), ("youtube:UgxA1.9x1", "youtube:UgxA1", 15),
        ("youtube:UgxA1.9x2", "youtube:UgxA1", 0), ("youtube:UgxB2", None, 3),
    ]  # fmt: skip
    assert {row[3] for row in got} == {"relative"}


def test_a_topic_without_its_last_posts(case):
    archive, got = case("26-discourse_first_posts_only.json", "thread_is_cut")
    assert got == [("true",)] * 3
    assert archive.report.partial["missing"][0].startswith("this file holds 3 of 5 posts of the topic")


def test_github_issues(case):
    _, got = case("03-github_issues.json", "mention_id", "author_name", "created_at", privacy="internal")
    assert got == [
        ("github:9012", "mara", at("2025-03-03 09:14:22")), ("github:9013", "tom", at("2025-03-14 15:22:10")),
        ("github:9014", "ida", at("2025-03-15 10:00")),
    ]  # fmt: skip


def test_jira_table(case):
    _, got = case("17-jira.csv", "conversation_id", "created_at", "kind")
    tickets = [(thread, moment) for thread, moment, kind in got if kind == "ticket"]
    comments = [(thread, moment) for thread, moment, kind in got if kind != "ticket"]
    assert tickets == [
        ("jira:LUM-12", at("2025-03-03 09:14")), ("jira:LUM-13", at("2025-03-12 10:30")),
        ("jira:LUM-14", at("2025-03-13 17:45")),
    ]  # fmt: skip
    assert comments == [
        ("jira:LUM-12", at("2025-03-03 14:40")), ("jira:LUM-12", at("2025-03-04 08:05")),
        ("jira:LUM-12", at("2025-03-05 16:01")), ("jira:LUM-14", at("2025-03-14 09:00")),
    ]  # fmt: skip
