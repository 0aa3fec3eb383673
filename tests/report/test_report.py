import html
import json
import re
from dataclasses import replace

import pandas as pd
import pytest

import insight as ins

pytestmark = pytest.mark.slow


def test_the_report_says_what_a_manager_asks(built):
    assert [name for name, _ in built.answers] == [
        "About",
        "Bottom line",
        "Problems",
        "Replies",
        "What to do",
    ]
    assert all(sentence.endswith(".") for _, sentence in built.answers)
    assert built.answers[0][1].startswith("90 people wrote 180 messages")


def test_the_page_is_plain_json(built):
    facts = built.page.to_dict()
    assert json.loads(json.dumps(facts, allow_nan=False)) == json.loads(json.dumps(facts))


def test_every_figure_has_numbers_a_finding_and_a_definition(built):
    shown = [one for part in built.page.sections for one in part.shown]
    assert len({one.id for one in shown}) == len(shown) >= 8
    for one in shown:
        assert one.table.rows, one.id
        assert one.title
        assert not one.title.endswith(".")
        assert one.definition.endswith("."), one.id
        assert one.subtitle
        assert len(one.table.head) == len(one.table.rows[0])


def test_about_twelve_figures_are_in_sight(built):
    in_sight = [
        one for part in built.page.sections if part.id != "appendix" for one in part.shown if one.plot
    ]
    assert 3 <= len(in_sight) <= 16


def test_every_link_of_the_memo_leads_somewhere(built):
    places = {part.id for part in built.page.sections} | {"memo"}
    needs = {row.need for row in built.page.problems}
    for action in built.page.memo.actions:
        name, _, value = action.href.removeprefix("#").partition("=")
        assert name in places or (name == "need" and value in needs) or name in {"topic", "waiting"}


def test_the_sentence_beside_a_problem_is_peoples_own(built, crowd):
    texts = " ".join(crowd["text"])
    assert built.page.memo.problems
    for problem in built.page.memo.problems:
        assert problem.quote.removesuffix(" …") in texts


def test_the_messages_of_the_page_are_those_that_are_counted(built):
    rows = built.page.rows
    assert built.page.memo.about.startswith(f"{rows.n_people} people wrote {rows.n_messages} messages")


def test_the_same_rows_in_any_order_give_the_same_bytes(crowd, make_archive, page):
    shuffled = make_archive(crowd.sample(frac=1, random_state=7))
    renamed = make_archive(crowd.assign(author_id="z" + crowd["author_id"].str[::-1]))
    assert ins.build_report(shuffled, title="Acme, winter").to_html() == page
    assert ins.build_report(renamed, title="Acme, winter").to_html() == page


def test_save_writes_the_whole_file_and_leaves_nothing_beside_it(built, page, tmp_path):
    saved = built.save(tmp_path / "deep" / "acme.html")
    assert saved.read_text(encoding="utf-8") == page
    assert [path.name for path in saved.parent.iterdir()] == ["acme.html"]
    assert saved.stat().st_size < 12e6


def test_a_save_that_fails_leaves_the_old_file(built, tmp_path, monkeypatch):
    old = tmp_path / "acme.html"
    old.write_text("old")

    def fail(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(ins.InsightError, match="No space left"):
        built.save(old)
    assert old.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["acme.html"]


@pytest.mark.parametrize("place", ["file/acme.html", "file/deep/acme.html", "n" * 300 + ".html"])
def test_a_place_that_cannot_be_is_refused_in_words(built, tmp_path, place):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(ins.InsightError, match="cannot write"):
        built.save(tmp_path / place)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "kept"


def test_in_a_notebook_the_page_stands_in_a_frame_and_the_answers_beside_it(built):
    shown = built._repr_html_()
    frame, words = shown.split("</iframe>")
    assert html.unescape(re.search('srcdoc="([^"]*)"', frame)[1]) == built.to_html()
    assert "<script" not in shown
    assert all(
        html.escape(sentence[:20], quote=False) in html.unescape(words)
        or sentence[:20] in html.unescape(words)
        for _, sentence in built.answers
    )
    assert "page=" not in repr(built)


def drop(mentions, **columns):
    return ins.as_mentions(mentions.assign(**columns))


NO_REPLIES, EARLY = "This file contains no replies by the brand", "Too "
BARE = {
    "ten rows": (lambda m: m.head(10), {}),
    "no author": (lambda m: drop(m, author_id=None), {}),
    "no brand message": (lambda m: m[m["side"] != "brand"], {"Replies": NO_REPLIES}),
    "no date": (lambda m: ins.as_mentions(m.drop(columns="created_at")), {}),
    "one moment": (lambda m: drop(m, created_at=pd.Timestamp("2026-01-05", tz="UTC")), {}),
    "no words": (lambda m: drop(m, text=""), {"Problems": "None is named by enough people."}),
    "the brand alone": (lambda m: m[m["side"] == "brand"], {"Problems": "None"}),
    "one message": (lambda m: m.head(1), {"Problems": "None", "Replies": NO_REPLIES}),
    "reposts alone": (lambda m: drop(m, kind="repost"), {"Problems": "None"}),
    "not English": (
        lambda m: drop(m, text="Die Kanne tropft, niemand antwortet mir", lang="de"), {"Problems": "None"}
    ),
    "sides unknown": (lambda m: drop(m, side="unknown", addressed=None), {"Replies": NO_REPLIES}),
    "last word of the brand": (lambda m: m[(m["side"] != "brand") | (m.index == m.index.max())], {}),
}  # fmt: skip


@pytest.mark.parametrize("name", BARE)
def test_what_the_file_lacks_is_said_and_nothing_breaks(crowd, make_archive, name):
    bare, expected = BARE[name]
    report = ins.build_report(make_archive(bare(crowd)))
    said = dict(report.answers)
    assert all(sentence.strip() for sentence in said.values())
    assert not {"nan", "nan%", "inf"} & set(" ".join(said.values()).replace("\u00a0", "").split())
    assert {key: said[key][: len(start)] for key, start in expected.items()} == expected
    page = report.to_html()
    assert len(page) > 10_000
    assert not re.search(r"\b(?:nan|NaN|NaT|inf)\b", re.sub(r"<script.*?</script>", "", page, flags=re.S))
    assert "ignored" not in " ".join(said.values())


def test_no_brand_reply_means_that_no_one_is_answered(crowd, make_archive):
    brand = crowd["side"] == "brand"
    alone = crowd.assign(reply_to_id=crowd["reply_to_id"].where(~brand), conversation_id=crowd["mention_id"])
    report = ins.build_report(make_archive(alone))
    assert report.page.memo.answered.text == "None of the questions and complaints get a reply within a day."


def test_what_was_fitted_is_used_and_dates_are_cut(crowd, make_archive, built):
    results = built.results
    again = ins.build_report(
        make_archive(crowd), title="Acme, winter", topics=results.topics, signals=results.signals,
        needs=results.voiced,
    )  # fmt: skip
    assert again.results.topics is results.topics
    assert again.to_html() == built.to_html()
    half = ins.build_report(make_archive(crowd), since="2026-02-01", until="2026-03-01")
    dates = half.results.mentions["created_at"]
    assert dates.min() >= pd.Timestamp("2026-02-01", tz="UTC")
    assert dates.max() < pd.Timestamp("2026-03-01", tz="UTC")
    with pytest.raises(ins.InsightError, match="no message lies between"):
        ins.build_report(make_archive(crowd), since="2030-01-01")


def test_an_empty_archive_and_a_wrong_zone_are_refused(crowd, make_archive):
    with pytest.raises(ins.InsightError, match="no message"):
        ins.build_report(make_archive(crowd.head(0)))
    with pytest.raises(ins.InsightError, match="Mars/Base"):
        ins.build_report(make_archive(crowd), tz="Mars/Base")


def test_small_groups_are_shown_inside_the_house_only(crowd, make_archive):
    few = crowd[crowd["author_id"].isin(["p0", "p3", "p6", "acme"])]
    archive = make_archive(
        pd.concat([few, crowd[crowd["mention_id"].str[2:].isin([str(n) for n in range(1, 90, 3)])]])
    )
    inside = replace(archive, report=replace(archive.report, privacy="internal"))
    shared, internal = ins.build_report(archive), ins.build_report(inside)
    assert len(internal.page.problems) >= len(shared.page.problems)
    assert dict(internal.page.method.parameters)["Privacy"].startswith("internal")
    assert "@acme" in str(internal.page.method.parameters)
    assert "@acme" not in str(shared.page.method.parameters)
