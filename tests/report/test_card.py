from dataclasses import replace

import pandas as pd
import pytest

import insight as ins
from insight.report import file_card as card
from insight.report.file_card import abilities, absent, file_card, honest_start, tables
from insight.timeline import ADDED, timeline

pytestmark = pytest.mark.slow


def test_the_card_tells_what_was_read_kept_and_set_aside(archive):
    shown = file_card(archive).splitlines()
    assert shown[0] == "6 messages by 4 people, 1 source, 1–31 Mar 2026 (UTC)."
    assert shown[1] == (
        "4 messages by customers, 1 message by the brand and 1 message by people who may be customers or "
        "staff. 1 repost among them enters no topic and no problem."
    )
    assert shown[2] == "6 of 8 rows kept."
    assert shown[3] == "Not in the file: rating. The file does not say whether it is complete."
    assert ["a.csv", "CSV", "8", "6", "2", "stated", "in", "the", "file"] in [line.split() for line in shown]
    assert "  - Times are read as UTC." in shown
    assert ["Title", "2", "33", "%"] in [line.split() for line in shown]


def test_who_wrote_unsigned_messages_is_not_made_up(mentions, archive):
    mentions = mentions.drop(columns=list(ADDED))
    bare = mentions.assign(author_id=None, side="customer", addressed=True)
    said = honest_start(timeline(ins.as_mentions(bare)), tz="UTC")
    assert said.startswith("6 messages, 1 source, ")
    assert said.endswith(" (UTC); who wrote them is not known, so each counts as one person.")
    some = mentions.assign(author_id=mentions["author_id"].mask(mentions["author_id"] == "cleo"))
    said = honest_start(timeline(ins.as_mentions(some)), tz="UTC")
    assert said.startswith("6 messages by 3 people, 1 source, ")
    assert said.endswith(" (UTC); 1 unsigned message is counted as one person.")


def test_reasons_add_up_to_the_rows_skipped(report):
    named = dict(tables(report))
    assert [row[1] for row in named["Skipped, by reason"].rows] == ["1", "1"]


def test_what_is_not_the_authors_own_is_counted_by_file(report):
    named = dict(tables(report))
    assert named["Messages that are not all their author's own"].rows == [["a.csv", "2", "0", "1", "0"]]
    clean = replace(report, files=report.files.assign(n_quoted=0, n_placeholders=0))
    assert "Messages that are not all their author's own" not in dict(tables(clean))


def test_what_the_file_cannot_answer_is_said(mentions):
    can = {row["question"]: row["can"] for row in abilities(mentions)}
    assert all(can.values())
    mute = abilities(mentions[mentions["side"] != "brand"].assign(author_id=None, person=None))
    assert {row["question"] for row in mute if not row["can"]} == {
        "who speaks how often",
        "whether the brand answers",
        "who stays",
    }


def test_an_archive_without_dates_or_words_has_a_card(archive, mentions):
    bare = mentions.assign(created_at=pd.NaT, text="", side="unknown")
    shown = file_card(replace(archive, mentions=bare))
    assert "no dates" in shown
    assert "cannot answer what changed when" in shown
    assert "cannot answer what people need" in shown


def test_no_column_is_absent_from_a_full_file(report):
    full = report.columns.assign(share_missing=0.0)
    assert absent(replace(report, columns=full)) == "The file does not say whether it is complete."
    assert card.heading(report) == "6 of 8 rows kept"


def test_what_no_row_tells_is_said_in_words_and_hidden_names_are_no_gap(report):
    bare = pd.DataFrame(
        {"column": ["author_name", "quote_count", "url"], "n_missing": 6, "share_missing": 1.0}
    )
    shown = absent(replace(report, columns=bare, privacy="shareable"))
    assert shown.startswith("Not in the file: counts of quotes and links to messages. ")
    assert "names of authors" in absent(replace(report, columns=bare, privacy="internal"))


def test_the_volume_of_each_file_is_summed_up(report):
    days = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-05", "2026-03-09"]).astype("datetime64[us]")
    files = ["a.csv", "a.csv", "a.csv", "b.csv"]
    volume = pd.DataFrame({"source_file": files, "day": days, "n": [2, 7, 7, 1]})
    found = dict(tables(replace(report, volume=volume)))["Volume by file, days in UTC"].rows
    assert found == [
        ["a.csv", "16", "1 Mar 2026", "5 Mar 2026", "3", "2", "2 Mar 2026", "7"],
        ["b.csv", "1", "9 Mar 2026", "9 Mar 2026", "1", "0", "9 Mar 2026", "1"],
    ]
