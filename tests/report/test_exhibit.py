"""Exhibits and sections: declared once, shown of any archive."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import insight.report
from insight import plots
from insight.plots.figure import new_figure
from insight.report import format as wording
from insight.report.exhibit import Exhibit, Section, as_table, begins_late, definitions
from insight.report.plan import NAMES
from insight.report.sections import SECTIONS
from insight.report.vocabulary import columns

pytestmark = pytest.mark.slow

EXHIBITS = [exhibit for section in SECTIONS for exhibit in section.exhibits]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda one: one.id)
def test_an_exhibit_is_of_a_measure_has_a_figure_and_a_definition(exhibit):
    assert exhibit.measure in NAMES
    assert exhibit.id in definitions()
    assert not exhibit.plot or hasattr(plots, exhibit.plot)
    for column in exhibit.columns.split():
        header, _ = {**columns("page"), **exhibit.words}[column]
        assert header[:1].isupper(), column


def test_ids_are_written_once_and_no_definition_is_left_over():
    ids = [exhibit.id for exhibit in EXHIBITS]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {section.id for section in SECTIONS} - {"community"}
    assert set(definitions()) - {"rules"} <= set(ids)


def test_there_are_eight_sections_in_reading_order():
    assert [section.id for section in SECTIONS] == [
        "problems", "changes", "replies", "comparisons", "community", "incidents", "appendix"
    ]  # fmt: skip


def rates(n=3):
    names = [f"<b>{at}</b>" for at in range(n)]
    return pd.DataFrame(
        {"group": names, "n": 20, "n_people": 20, "answered": 5, "share": 0.25, "low": 0.1, "high": 0.5,
         "topic": range(-1, n - 1), "within": "24h", "n_open": 0, "p_adjusted": np.nan}
    )  # fmt: skip


@pytest.fixture
def exhibit():
    return Exhibit(
        "shares", "rate", "group n share low high", lambda table, _: "A finding.", plot="response_rate",
        opens="topic={topic}", label="group",
    )  # fmt: skip


def test_what_is_shown_holds_finding_numbers_and_drawing(exhibit, but):
    shown = exhibit.show(but(rate=rates()))
    assert (shown.title, shown.subtitle) == ("A finding", "1–31 Mar 2026 · X")
    assert shown.table.head == [
        ("Group", False),
        ("People", True),
        ("Share", True),
        ("From", True),
        ("To", True),
    ]
    assert shown.table.rows[0] == ["<b>0</b>", "20", "25\u00a0%", "10\u00a0%", "50\u00a0%"]
    assert shown.table.opens == ["", "topic=0", "topic=1"], "what is in no topic opens nothing"
    assert "title" not in shown.plot["layout"]
    assert "template" not in shown.plot["layout"]
    assert set(shown.opens.values()) == {"topic=0", "topic=1"}


def test_nothing_empty_is_shown(exhibit, but, results):
    assert exhibit.show(but(rate=None)) is None
    assert exhibit.show(but(rate=rates(0))) is None
    unknown = rates().assign(share=np.nan, low=np.nan, high=np.nan)
    assert exhibit.show(but(rate=unknown)) is None, "a figure without a mark"
    silent = Exhibit("x", "rate", "group", lambda *_: "")
    assert silent.show(results) is None, "no finding"
    assert Section("x", "X", lambda _: "", lambda _: ()).show(results) is None
    assert Section("x", "X", lambda _: "A finding", lambda _: ()).show(results) is None


def test_a_long_table_says_what_it_leaves_out():
    table = as_table(pd.DataFrame({"n": range(250)}), {"n": ("People", wording.count)})
    assert (len(table.rows), table.left_out) == (200, 50)


def test_a_missing_number_is_a_dash_and_no_control_sign_passes():
    table = pd.DataFrame({"n": [np.nan, 3], "name": ["a\u202eb\x00", "c"]})
    columns = {"n": ("People", wording.count), "name": ("Name", str)}
    assert as_table(table, columns).rows == [["–", "ab"], ["3", "c"]]
    assert as_table(table.head(1), columns).head == [("Name", False)], "a column without a value is left out"


def test_a_figure_begins_where_the_file_is_dense():
    months = pd.Series(pd.date_range("2024-01-01", periods=24, freq="MS"))
    assert begins_late(months, pd.Series([1] + [0] * 17 + [100] * 6)) == months[18]
    assert begins_late(months, pd.Series([50] * 24)) is None


def test_colours_and_words_stay_out_of_the_declarations():
    folder = Path(insight.report.__file__).parent
    text = (folder / "definitions.toml").read_text(encoding="utf-8")
    assert all(isinstance(words, str) for words in tomllib.loads(text).values())
    for path in folder.rglob("*.py"):
        assert not re.search(r"beyond chance|reckon", path.read_text(encoding="utf-8")), path.name
    assert new_figure("x", x_title="", y_title="").layout.title.text == "x"
