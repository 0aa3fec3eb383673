"""The account of an import, as a table and as a page."""

from __future__ import annotations

import html.parser

import pandas as pd

VOID = {"br", "hr", "img", "input", "meta", "link"}


class Balanced(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.words = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data.split()


def shown(archive):
    page = Balanced()
    page.feed(archive._repr_html_())
    page.close()
    assert page.open == []
    return " ".join(page.words)


def test_figures_are_those_of_the_table(read):
    archive = read("")
    report, mentions = archive.report, archive.mentions
    assert report.n_mentions == len(mentions)
    assert report.n_authors == mentions["author_id"].nunique()
    assert (report.first, report.last) == (mentions["created_at"].min(), mentions["created_at"].max())
    assert report.n_replies == mentions["reply_to_id"].notna().sum()
    assert report.n_parents_present == mentions["reply_to_id"].isin(mentions["mention_id"]).sum()
    missing = report.columns.set_index("column")
    assert missing.loc["url", "n_missing"] == mentions["url"].isna().sum()
    assert missing.loc["text", "n_missing"] == (mentions["text"] == "").sum()
    assert missing["share_missing"].between(0, 1).all()


def test_the_page_says_what_matters(read):
    said = shown(read("zendesk_comments.csv"))
    assert "2 messages by 2 people" in said
    assert "3 rows read, 2 kept, 1 set aside" in said
    assert "Zendesk ticket comments" in said
    assert "Set aside: 1 private." in said
    assert "pseudonyms" in said
    assert "Internal" in shown(read("zendesk_comments.csv", privacy="internal"))


def test_the_page_escapes_what_comes_from_files(load):
    archive = load("id,created_at,text,<script>\n1,2024-03-01 10:00:00Z,hi,x\n", "<b>.csv")
    page = archive.report._repr_html_()
    assert "<script>" not in page
    assert "<b>.csv" not in page


def test_an_archive_without_dates_has_a_page_too(load):
    archive = load("text\nhello there\n")
    assert pd.isna(archive.report.first)
    assert "no dates" in shown(archive)


def test_notes_are_said_once_and_never_name_a_folder(read, tmp_path):
    notes = read("").report.notes
    assert len(notes) == len(set(notes))
    assert not any("/tests/" in note or "/tmp/" in note for note in notes)


def test_the_language_is_guessed_only_where_no_file_says_it(load, read):
    given = load(
        "id,created_at,text,lang\n1,2024-03-01 10:00:00Z,the kettle never pairs with it,de\n2,2024-03-01 "
        "10:00:00Z,x,\n"
    )
    assert [None if pd.isna(v) else v for v in given.mentions["lang"]] == ["de", None]
    guessed = load("id,created_at,text\n1,2024-03-01 10:00:00Z,the kettle never pairs with it\n")
    assert guessed.mentions["lang"].tolist() == ["en"]
    assert any("guessed from the text: en in 100%" in note for note in guessed.report.notes)


def test_a_large_file_has_its_language_guessed_for_a_sample(load, monkeypatch):
    monkeypatch.setattr("insight.archives.archive_facts.MAX_GUESSED", 5)
    rows = "".join(
        f"{n},2024-03-01 10:00:00Z,the kettle number {n} never pairs with the app\n" for n in range(40)
    )
    archive = load("id,created_at,text\n" + rows)
    assert archive.mentions["lang"].notna().sum() == 5
    assert any("for a sample of 5" in note for note in archive.report.notes)
