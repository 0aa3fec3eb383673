import html
import json
import re
from dataclasses import replace

import pandas as pd
import pytest

import insight as ins


def test_the_page_answers_six_questions_in_sentences(built):
    assert len(built.answers) == 6
    assert all(question.endswith("?") and sentence.endswith(".") for question, sentence in built.answers)
    assert built.answers[0][1].startswith("240 messages by 90 people.")


def test_facts_are_plain_json(built):
    assert json.loads(json.dumps(built.facts, allow_nan=False)) == json.loads(json.dumps(built.facts))


def test_every_figure_has_numbers_a_sentence_and_a_definition(built):
    figures = [figure for room in built.facts["sections"] for figure in room["figures"]]
    names = [figure["id"] for figure in figures]
    assert len(set(names)) == len(names) >= 5
    for figure in figures:
        assert figure["table"]["rows"], figure["id"]
        assert figure["sentence"]
        assert figure["definition"].endswith(".")
        assert len(figure["table"]["head"]) == len(figure["table"]["rows"][0])


def test_every_link_of_the_page_leads_somewhere(built, page):
    places = {room["id"] for room in built.facts["sections"]} | {"next", "how"} | set(built.facts["evidence"])
    links = [answer["href"] for answer in built.facts["answers"]] + [
        a["href"] for a in built.facts["actions"]
    ]
    assert {link.removeprefix("#") for link in links} <= places


def test_every_need_opens_peoples_own_words(built, crowd):
    texts = {"".join(text.split()) for text in crowd["text"]}
    assert built.facts["needs"]
    for need in built.facts["needs"]:
        groups = built.facts["evidence"][need["id"]]["groups"]
        labels = {group["label"] for group in groups}
        assert "Typical: nearest to the centre" in labels
        assert "Newest" in labels or len(groups) < 3, "few sentences are in one list each"
        for quote in (quote for group in groups for quote in group["quotes"]):
            assert "".join("".join(words for words, _ in quote["parts"]).split()) in texts


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


def test_topics_over_time_have_a_point_a_row_and_lead_to_peoples_words(built):
    room = next(room for room in built.facts["sections"] if room["id"] == "topics")
    figure = next(figure for figure in room["figures"] if figure["id"] == "trend-figure")
    lines = [
        trace for trace in figure["plot"]["data"] if trace.get("customdata") and trace["mode"] == "lines"
    ]
    assert {point[-1] for trace in lines for point in trace["customdata"]} <= set(built.facts["evidence"])
    drawn = sum(len(trace["customdata"]) for trace in lines)
    assert drawn == len(figure["table"]["rows"]) + figure["table"]["left_out"] > 20


def test_in_a_notebook_the_page_stands_in_a_frame_and_the_answers_beside_it(built):
    told = built._repr_html_()
    frame, words = told.split("</iframe>")
    assert html.unescape(re.search('srcdoc="([^"]*)"', frame)[1]) == built.to_html()
    assert "<script" not in told
    assert all(sentence[:20] in words for _, sentence in built.answers[:5])
    assert "facts" not in repr(built)


def drop(mentions, **columns):
    return ins.as_mentions(mentions.assign(**columns))


BARE = {
    "ten rows": (lambda m: m.head(10), {2: "Too soon to tell."}),
    "no author": (lambda m: drop(m, author_id=None), {4: "It cannot be told."}),
    "no brand message": (lambda m: m[m["side"] != "brand"], {3: "It cannot be told."}),
    "no date": (
        lambda m: ins.as_mentions(m.drop(columns="created_at")),
        {2: "Too soon", 4: "It cannot be told."},
    ),
    "one moment": (
        lambda m: drop(m, created_at=pd.Timestamp("2026-01-05", tz="UTC")),
        {2: "Too soon to tell."},
    ),
    "no words": (lambda m: drop(m, text=""), {1: "Too few to tell.", 2: "Too soon to tell."}),
    "the brand alone": (lambda m: m[m["side"] == "brand"], {1: "Too few to tell.", 4: "It cannot be told."}),
    "one message": (
        lambda m: m.head(1),
        {1: "Too few to tell.", 2: "Too soon to tell.", 4: "It cannot be told"},
    ),
    "reposts alone": (lambda m: drop(m, kind="repost"), {1: "Too few to tell."}),
    "not English": (
        lambda m: drop(m, text="Die Kanne tropft, niemand antwortet mir", lang="de"),
        {1: "Too few"},
    ),
    "sides unknown": (lambda m: drop(m, side="unknown", addressed=None), {3: "It cannot be told."}),
    "last word of the brand": (lambda m: m[(m["side"] != "brand") | (m.index == m.index.max())], {}),
}


def test_where_no_brand_speaks_nothing_is_said_of_its_answers(crowd, make_archive):
    silent = crowd[crowd["side"] != "brand"]
    page = ins.build_report(make_archive(silent))
    assert "No company replies are in this file" in page.facts["answers"][3]["detail"]
    assert "ignored" not in page.facts["answers"][3]["detail"]
    assert page.facts["answers"][5]["detail"] == "", "no idea is said to be answered or not"
    assert not re.search(
        r"\b(?:nan|NaN|NaT|inf)\b", re.sub(r"<script.*?</script>", "", page.to_html(), flags=re.S)
    )


@pytest.mark.parametrize("name", BARE)
def test_what_the_file_lacks_is_said_and_nothing_breaks(crowd, make_archive, name):
    bare, expected = BARE[name]
    report = ins.build_report(make_archive(bare(crowd)))
    said = [sentence for _, sentence in report.answers]
    assert len(said) == 6
    assert all(sentence.strip() for sentence in said)
    assert not {"nan", "nan%", "inf"} & set(" ".join(said).replace("\u00a0", "").split())
    assert {number: said[number][: len(start)] for number, start in expected.items()} == expected
    assert len(report.to_html()) > 10_000


def test_no_brand_reply_means_that_nobody_is_answered(crowd, make_archive):
    brand = crowd["side"] == "brand"
    alone = crowd.assign(reply_to_id=crowd["reply_to_id"].where(~brand), conversation_id=crowd["mention_id"])
    assert ins.build_report(make_archive(alone)).answers[3][1].startswith("0\u00a0%")


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
    assert len(internal.facts["needs"]) >= len(shared.facts["needs"])
    assert internal.facts["method"]["parameters"][-1][1].startswith("internal")
    assert "@acme" in str(internal.facts["method"])
    assert "@acme" not in str(shared.facts["method"])
