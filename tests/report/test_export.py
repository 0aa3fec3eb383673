"""Files for spreadsheets, opened again."""

import csv
import hashlib
import itertools
import json
import os
import re
from dataclasses import replace
from datetime import datetime

import openpyxl
import pandas as pd
import pytest

import insight as ins
from insight.files import escape_formula
from insight.report.collect import collect_figures, collect_quotes, collect_tables
from insight.report.export import MAX_LETTERS, export_tables

pytestmark = pytest.mark.slow

TRAPS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\tx",
    "\rx",
    "\n=1",
    "  =1+1",
    "＝1+1",
)
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
ODD = ("nul\x00 bell\x07", "lone \ud800 surrogate", "\u202eskael\u202c", FAMILY, "x" * 40_000, "'=kept")


def opened(path):
    return openpyxl.load_workbook(path)


def grid(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture(scope="module")
def run(built):
    """The tables of the report, as if no group were too small."""
    return replace(built.results, minimum=1), built.imported


@pytest.mark.parametrize("text", TRAPS)
def test_what_a_spreadsheet_would_run_becomes_text(text, tmp_path):
    book, *_ = export_tables({"t": pd.DataFrame({text: [text]})}, folder=tmp_path)
    for row in opened(book)["t"].iter_rows():
        assert row[0].data_type == "s"
        assert row[0].value.startswith("'")


@pytest.mark.parametrize("text", ["it = 1", "a+b", "me@acme", "3-2", "", "'", "5"])
def test_other_texts_stay_as_they_are(text):
    assert escape_formula(text) == text


def test_values_keep_their_types_and_ids_stay_text(tmp_path):
    table = pd.DataFrame(
        {
            "mention_id": ["00123456789012345678"],
            "n": pd.array([7], "Int64"),
            "share": [0.25],
            "score": [12.5],
            "latent": [True],
            "created_at": pd.to_datetime(["2026-03-01T23:30:00Z"]),
            "side": pd.Categorical(["customer"]),
            "gap": [None],
            "ratio": [float("inf")],
            "spans": [[(0, 3)]],
        }
    )
    book, *_ = export_tables({"t": table}, folder=tmp_path, tz="Europe/Berlin")
    head, row = opened(book)["t"].iter_rows()
    shown = {cell.value: value for cell, value in zip(head, row, strict=True)}
    assert shown["mention_id"].value == "00123456789012345678"
    assert shown["mention_id"].number_format == "@"
    assert (shown["n"].value, shown["share"].value, shown["score"].value) == (7, 0.25, 12.5)
    assert (shown["n"].number_format, shown["share"].number_format) == ("#,##0", "0.0%")
    assert shown["latent"].value is True
    assert shown["created_at (Europe/Berlin)"].value == datetime(2026, 3, 2, 0, 30)
    assert [shown[name].value for name in ("side", "gap", "ratio", "spans")] == [
        "customer",
        None,
        "∞",
        "[(0, 3)]",
    ]


def test_a_named_index_is_a_column_and_an_empty_table_a_head(tmp_path):
    tables = {
        "a": pd.Series([1], pd.Index(["x"], name="id"), name="n").to_frame(),
        "b": pd.DataFrame({"c": []}),
    }
    book, *_ = export_tables(tables, folder=tmp_path)
    assert grid(opened(book)["a"]) == [["id", "n"], ["x", 1]]
    assert grid(opened(book)["b"]) == [["c"]]


def test_sheet_names_are_made_to_fit_and_a_clash_is_refused(tmp_path):
    book, *_ = export_tables({"a/b: [c]?" + "d" * 40: pd.DataFrame({"x": [1]})}, folder=tmp_path)
    (name,) = opened(book).sheetnames
    assert len(name) == 31
    assert not re.search(r"[\[\]:*?/\\]", name)
    with pytest.raises(ins.InsightError, match="one name"):
        export_tables({"a/b": pd.DataFrame(), "A:b": pd.DataFrame()}, folder=tmp_path)


def test_nothing_to_write_is_refused(tmp_path):
    with pytest.raises(ins.InsightError, match="no table"):
        export_tables({}, folder=tmp_path)


def test_rows_beyond_a_sheet_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr("insight.report.export.MAX_ROWS", 2)
    with pytest.warns(ins.InsightWarning, match="'t' has 3 rows; the first 2 fit"):
        book, *_ = export_tables({"t": pd.DataFrame({"n": [1, 2, 3]})}, folder=tmp_path)
    assert grid(opened(book)["t"]) == [["n"], [1], [2]]


def test_a_hostile_archive_opens_without_formulas(tmp_path):
    texts = [*TRAPS, "x" * 40_000, "emoji 👩‍👩‍👧‍👦", "<script>", "@acme hi", "=evil"] * 2
    rows = [
        {
            "id": number,
            "author": f"={number % 9}",
            "created_at": "2026-03-01T10:00:00Z",
            "text": f"{text}{number}",
            "channel": "=cmd|x!A0",
        }
        for number, text in enumerate(texts)
    ]
    source = tmp_path / "=evil.csv"
    pd.DataFrame(rows).to_csv(source, index=False)
    archive = ins.read_archive(source, key=tmp_path / "key")
    assert len(archive.mentions) >= len(texts), "a bare carriage return may part a row"
    files = export_tables({"mentions": archive.mentions}, quotes=archive.mentions, folder=tmp_path / "out")
    cells = [cell for row in opened(files[0])["mentions"].iter_rows() for cell in row]
    with files[1].open(encoding="utf-8-sig", newline="") as stream:
        read = list(csv.reader(stream))
    assert len(cells) == len(read) * len(read[0]) == (1 + len(archive.mentions)) * archive.mentions.shape[1]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
    shown = [cell.value for cell in cells if cell.data_type == "s"]
    for value in itertools.chain(shown, *read):
        assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert max(map(len, shown)) == MAX_LETTERS


def test_odd_texts_survive(tmp_path):
    table = pd.DataFrame({"text": pd.Series(ODD, dtype=object)})
    book, quotes, _ = export_tables({"t": table}, quotes=table, folder=tmp_path)
    shown = [row[0] for row in grid(opened(book)["t"])[1:]]
    assert shown[:4] == ["nul bell", "lone  surrogate", "\u202eskael\u202c", FAMILY]
    assert len(shown[4]) == MAX_LETTERS
    assert quotes.read_bytes().startswith(b'\xef\xbb\xbf"text"\n')


def test_run_json_names_versions_parameters_and_inputs(tmp_path):
    source = tmp_path / "a.csv"
    source.write_bytes(b"id,text\n1,x\n")
    *_, run = export_tables(
        {"t": pd.DataFrame({"n": [1]})},
        folder=tmp_path / "out",
        inputs=source,
        parameters={"random_state": 0, "brands": {"Acme": ["@acme"]}},
    )
    shown = json.loads(run.read_text(encoding="utf-8"))
    assert shown["parameters"] == {"random_state": 0, "brands": {"Acme": ["@acme"]}}
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert shown["inputs"] == [{"name": "a.csv", "bytes": 12, "sha256": digest}]
    assert {"pandas", "consumer-insight"} <= set(shown["versions"])


def test_figures_load_nothing_but_the_library_beside_them(needs, tmp_path):
    *_, drawn, library, _ = export_tables(
        {"needs": needs}, folder=tmp_path, figures={"../needs & more": ins.plots.needs(needs)}
    )
    assert drawn.relative_to(tmp_path).as_posix() == "figures/needs-more.html"
    page = drawn.read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"([^\"]*)", page) == [library.name]
    assert library.parent == drawn.parent
    config = re.search(r'"showSendToCloud":\s*(\w+)', page[page.index("Plotly.newPlot(") :])
    assert config.group(1) == "false"
    assert "kettle leaks" in page


def test_two_runs_write_the_same_bytes_and_nothing_else(needs, tmp_path):
    def files(folder):
        written = export_tables(
            {"needs": needs}, folder=folder, quotes=needs, figures={"n": ins.plots.needs(needs)}
        )
        assert sorted(written) == sorted(path for path in folder.rglob("*") if path.is_file())
        return [path.read_bytes() for path in written]

    first = files(tmp_path / "a")
    assert files(tmp_path / "b") == first
    assert files(tmp_path / "a") == first


def test_a_file_that_cannot_be_written_leaves_the_old_one_whole(tmp_path, monkeypatch):
    book, *_ = export_tables({"t": pd.DataFrame({"n": [1]})}, folder=tmp_path)
    before = book.read_bytes()

    def full(self, target):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(ins.InsightError, match="cannot write"):
        export_tables({"t": pd.DataFrame({"n": [2]})}, folder=tmp_path)
    assert book.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.xlsx", "run.json"]


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(ins.InsightError, match="cannot write"):
        export_tables({"t": pd.DataFrame({"n": [1]})}, folder=tmp_path / "out")


def test_the_workbook_holds_the_numbers_of_the_page(run, tmp_path):
    results, report = run
    tables = collect_tables(results, report)
    book, *_ = export_tables(tables, folder=tmp_path)
    sheets = opened(book)
    assert {"files", "needs", "topics", "response curve", "repeat rate", "growth"} <= set(sheets.sheetnames)
    head, *rows = grid(sheets["needs"])
    assert [row[head.index("n_people")] for row in rows] == results.needs["n_people"].tolist()
    head, *rows = grid(sheets["response curve"])
    assert [row[head.index("unanswered")] for row in rows] == pytest.approx(results.curve["unanswered"])


def test_quotes_are_all_messages_of_the_shown_topics_needs_first(run):
    results, _ = run
    quotes = collect_quotes(results)
    placed = results.topics.assignments.query("topic >= 0")
    assert sorted(quotes.loc[quotes["need"].isna(), "mention_id"]) == sorted(placed["mention_id"])
    voiced = results.voiced.members.query("~echo")
    voiced = voiced[voiced["need"].isin(results.needs["need"])]
    assert sorted(quotes.loc[quotes["need"].notna(), "mention_id"]) == sorted(voiced["mention_id"])
    assert quotes["need"].iloc[0] == "need-1"
    first = quotes[quotes["need"] == "need-1"]
    assert first["similarity"].is_monotonic_decreasing
    said = results.signals.groupby("mention_id")["signal"].agg(set)
    for row in quotes.dropna(subset="signals").itertuples():
        assert set(row.signals.split(", ")) == said[row.mention_id]


def test_a_report_exports_what_its_page_shows(built, tmp_path):
    written = built.export(tmp_path / "out")
    names = [path.name for path in written]
    assert (names[:2], names[-1]) == (["findings.xlsx", "quotes.csv"], "run.json")
    drawn = {path.stem for path in written if path.suffix == ".html"}
    assert drawn == set(collect_figures(built.page))
    assert {"topics", "waits"} <= drawn
    head, *rows = grid(opened(written[0])["needs"])
    assert [row[head.index("n_people")] for row in rows] == built.results.needs["n_people"].tolist()
    shown = json.loads(written[-1].read_text(encoding="utf-8"))
    assert shown["parameters"] == built.parameters
    assert shown["parameters"]["tz"] == "UTC"


def test_a_figure_keeps_its_numbers_and_its_finding(built):
    drawn = collect_figures(built.page)
    for part in built.page.sections:
        for shown in (one for one in part.shown if one.plot):
            assert drawn[shown.id].layout.title.text == shown.title
            assert json.loads(drawn[shown.id].to_json())["data"] == shown.plot["data"]


def test_no_sheet_has_a_row_a_message_or_a_person(run):
    for table in collect_tables(*run).values():
        assert not {"author_id", "mention_id", "text"} & set(table.columns)


def test_topics_of_too_few_people_are_in_no_file(run):
    results, report = run
    none = replace(results, minimum=10**6)
    assert collect_tables(none, report)["topics"].empty
    assert collect_tables(none, report)["terms"].empty
    assert collect_quotes(none).empty
