"""Slides, opened again."""

import importlib.util
import io
import os
import sys
import zipfile

import openpyxl
import pandas as pd
import pytest

import insight as ins
from insight.report.sections.finding import largest_needs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opened(built, tmp_path_factory):
    if importlib.util.find_spec("pptx") is None:
        missing = pytest.fail if os.environ.get("INSIGHT_REQUIRE_ALL") == "1" else pytest.skip
        missing("python-pptx is missing: run `.venv/bin/pip install python-pptx`")
    from pptx import Presentation

    path = built.save_slides(tmp_path_factory.mktemp("slides") / "new" / "acme.pptx")
    return Presentation(path), path


def charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def words(deck):
    frames = [
        shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame
    ]
    cells = [
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    return "\n".join([*frames, *cells])


def test_every_slide_has_a_finding_as_its_title(opened, built):
    deck, _ = opened
    titles = [slide.shapes.title.text for slide in deck.slides]
    parts = {part.id: part.heading for part in built.page.sections}
    assert titles == [
        "Acme, winter",
        "The memo",
        *(parts[name] for name in ("problems", "replies", "community") if name in parts),
        "In people's own words",
        "How far these numbers carry",
    ]


def test_charts_are_native_and_hold_the_numbers_of_the_tables(opened, built):
    needs, curve, *_ = charts(opened[0])
    top = largest_needs(built.results, 8)
    assert list(needs.series[0].values) == top["n_people"].tolist()
    assert len(list(needs.plots[0].categories)) == len(top)
    hours = built.results.curve.query("wait_hours <= 168")
    assert list(curve.series[0].values) == pytest.approx(hours["unanswered"].tolist())


def test_a_foot_ends_with_a_whole_sentence(opened, built):
    feet = [
        shape.text_frame.text
        for slide in opened[0].slides
        if any(one.has_chart for one in slide.shapes)
        for shape in slide.shapes
        if shape.has_text_frame and shape != slide.shapes.title
    ]
    assert len(feet) >= 2
    assert all(foot.endswith(".") and len(foot) <= 260 for foot in feet)
    names = list(charts(opened[0])[0].plots[0].categories)
    enough = (largest_needs(built.results, 8)["n_people"] >= 10).tolist()
    assert ["\u00a0%)" in name for name in names] == enough, "an interval where people are enough"


def test_the_memo_and_quotes_are_on_them(opened, built):
    text = " ".join(words(opened[0]).split())
    for line in built.page.memo.bottom_line:
        assert " ".join(line.text.split()) in text
    assert built.page.memo.problems[0].quote in text


def test_nothing_reaches_over_the_edge(opened):
    deck, _ = opened
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height


def test_two_runs_give_the_same_bytes(opened, built, tmp_path):
    assert built.save_slides(tmp_path / "b.pptx").read_bytes() == opened[1].read_bytes()


def test_no_cell_behind_a_chart_is_a_formula(opened, built, make_archive, crowd, tmp_path):
    from dataclasses import replace

    named = built.results.needs.assign(name="=cmd|' /C calc'!A0 \x07 <b>")
    results = replace(built.results, found={**built.results.found, "needs": named})
    path = replace(built, results=results, title="\x00=1+1").save_slides(tmp_path / "evil.pptx")
    with zipfile.ZipFile(path) as office:
        books = [office.read(name) for name in office.namelist() if name.endswith(".xlsx")]
    cells = [
        cell
        for book in books
        for sheet in openpyxl.load_workbook(io.BytesIO(book))
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert len(books) >= 2
    assert any("calc" in str(cell.value) for cell in cells)
    assert {cell.data_type for cell in cells} <= {"s", "n"}


def test_without_python_pptx_the_way_out_is_named(built, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    with pytest.raises(ins.InsightError, match="pip install python-pptx"):
        built.save_slides(tmp_path / "x.pptx")
    assert not list(tmp_path.iterdir())


def test_an_archive_with_next_to_nothing_makes_slides_too(opened, make_archive, tmp_path):
    from pptx import Presentation

    rows = {"mention_id": ["x:1"], "author_id": ["ann"], "text": ["my kettle leaks"], "platform": "x"}
    mentions = ins.as_mentions(pd.DataFrame(rows))
    deck = Presentation(ins.build_report(make_archive(mentions)).save_slides(tmp_path / "one.pptx"))
    assert not charts(deck)
    assert "How far these numbers carry" in words(deck)
