"""Files appear whole or not at all."""

import csv
import io
import os
import re
import subprocess
import sys
import threading

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


def test_writers_of_one_file_do_not_meet(tmp_path):
    target, sizes = tmp_path / "page.html", (200_000, 300_000)

    def write(size):
        for _ in range(40):
            write_file(target, bytes([size % 251]) * size)

    writers = [threading.Thread(target=write, args=(size,)) for size in sizes]
    for writer in writers:
        writer.start()
    read = []
    while any(writer.is_alive() for writer in writers):
        if target.exists():
            read.append(target.read_bytes())
    for writer in writers:
        writer.join()
    assert {(len(content), len(set(content))) for content in read} <= {(size, 1) for size in sizes}
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_parts_of_killed_writers_are_swept_and_no_others(tmp_path):
    old = [".page.html.part", f".page.html.{'0f' * 8}.part"]
    kept = [f".page.html.{'0e' * 8}.part", ".page.html.mine.part", ".other.html.part", "page.html.part"]
    for name in (*old, *kept):
        (tmp_path / name).write_bytes(b"half")
    for name in (*old, *kept[1:]):
        os.utime(tmp_path / name, (1_000_000, 1_000_000))
    write_file(tmp_path / "page.html", b"whole")
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*kept, "page.html"])


def test_a_long_name_is_no_obstacle(tmp_path):
    assert write_file(tmp_path / f"{'n' * 240}.html", b"x").read_bytes() == b"x"


def test_a_full_disk_is_a_clean_error(tmp_path):
    code = (
        "import resource, sys; from insight.files import write_file;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); write_file(sys.argv[1], b'x' * 5000)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "page.html")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "InsightError: cannot write" in run.stderr
    assert list(tmp_path.iterdir()) == []
