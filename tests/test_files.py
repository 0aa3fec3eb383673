"""Files appear whole or not at all."""

import csv
import io
import re

import pandas as pd
import pytest

from insight.files import escape_formula, page_file, unescape_formula, write_file, write_table
from insight.mentions import InsightError


def test_missing_folders_are_made_and_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "new" / "report.html"
    write_file(path, b"old")
    assert write_file(str(path), b"new") == path
    assert path.read_bytes() == b"new"
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(InsightError, match=r"cannot write .*taken"):
        write_file(tmp_path / "taken", b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["taken"]


def test_a_folder_is_no_page(tmp_path):
    with pytest.raises(InsightError, match="is a folder; name a file in it"):
        page_file(tmp_path)


RUNS = (
    "=1+1",
    "+49",
    "-x",
    "@sum",
    "\tx",
    " =x",
    "\u00a0=x",
    "\u3000@x",
    "\u200b=x",
    "\ufeff=x",
    "\n\n=x",
    "＝1",
)


@pytest.mark.parametrize("text", [*RUNS, "plain", "'quoted'", ""])
def test_what_a_spreadsheet_would_run_is_kept_from_it_and_read_back(text):
    assert escape_formula(text)[:1] == ("'" if text in RUNS or text[:1] == "'" else text[:1])
    assert unescape_formula(escape_formula(text)) == text


def test_no_end_of_a_line_but_a_line_feed_is_left_in_a_cell():
    for end in ("\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"):
        assert len(re.split("[\r\x0b\x0c\x85\u2028\u2029]", escape_formula(f"one{end}=cmd()"))) == 1


def test_a_table_has_every_cell_quoted_and_guarded_ids_and_headings_too(tmp_path):
    table = pd.DataFrame({
        "mention_id": ["=cmd|calc:1", "x:2\r=3", "x:4,5"],
        "=heading": ['a "word", more', "line\r\n=cmd()", None],
        "n": [1, 2, 3],
        "share": [0.5, -0.25, float("nan")],
    })  # fmt: skip
    path = write_table(tmp_path / "t.csv", table)
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [
        ["mention_id", "'=heading", "n", "share"],
        ["'=cmd|calc:1", 'a "word", more', "1", "0.5"],
        ["x:2\n=3", "line\n=cmd()", "2", "-0.25"],
        ["x:4,5", "", "3", ""],
    ]
    assert "\r" not in text
    assert not re.search(r'(^|[,\n])[^",\n]', re.sub(r'"(?:[^"]|"")*"', '""', text))
    assert pd.read_csv(path, encoding="utf-8-sig")["n"].tolist() == [1, 2, 3]


def test_one_function_writes_every_table(root):
    """Of the package; the invented archive imitates what other programs export."""
    writes = re.compile(r"\.to_csv\(|csv\.(?:w|W|DictW)riter|to_excel\(|FORMAT csv", re.IGNORECASE)
    places = [
        path.relative_to(root).as_posix()
        for path in sorted((root / "insight").rglob("*.py"))
        if writes.search(path.read_text(encoding="utf-8")) and path.parent.name != "simulate"
    ]
    assert places == ["insight/explore/explorer.py", "insight/files.py"]  # the first makes a hash of it
