"""Files appear whole or not at all."""

import pytest

from insight.files import as_written, harmless, page_file, write_file
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


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@sum", "\tx", " =x", "plain", "'quoted'", ""])
def test_what_a_spreadsheet_would_run_is_kept_from_it_and_read_back(text):
    assert harmless(text)[:1] not in {"=", "+", "-", "@", "\t"}
    assert as_written(harmless(text)) == text
