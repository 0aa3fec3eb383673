"""Broken, odd and hostile files: one clear error that names the way out, or rows set aside and explained."""

from __future__ import annotations

import gzip
import io
import zipfile

import pandas as pd
import pytest
from openpyxl import Workbook

from insight.archives import containers, read_archive
from insight.mentions import InsightError

GOOD = "id,author,created_at,text\n1,kim,2024-03-01 10:00:00Z,hello\n2,ola,2024-03-01 11:00:00Z,there\n"


def aside(archive):
    return archive.report.set_aside[["source_row", "reason"]].to_numpy().tolist()


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_an_empty_file(load, content):
    with pytest.raises(InsightError, match=r"export\.csv: the file is empty"):
        load(content)


def test_a_header_and_no_rows(load):
    with pytest.raises(InsightError, match="no row"):
        load("id,author,created_at,text\n")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_than_the_name_says_is_found(load, delimiter):
    assert load(GOOD.replace(",", delimiter)).report.n_mentions == 2


def test_a_delimiter_that_nobody_uses_is_named(load):
    with pytest.raises(InsightError, match=r"no column of messages was found.*'id\^author"):
        load(GOOD.replace(",", "^"))


def test_a_last_line_that_is_cut_off(load):
    archive = load(GOOD + "3,kim,2024-03-0")
    assert aside(archive) == [[3, "cut off"]]
    assert archive.report.set_aside["detail"][0] == "3 cells under 4 headers"


def test_a_last_line_of_json_that_is_cut_off(load, fixtures):
    archive = load((fixtures / "reddit_comments.ndjson").read_bytes()[:-40], "cut.ndjson")
    assert aside(archive) == [[3, "cut off"]]


def test_a_line_of_json_that_is_broken_in_the_middle(load, fixtures):
    lines = (fixtures / "reddit_comments.ndjson").read_text(encoding="utf-8").splitlines()
    archive = load("\n".join([lines[0], '{"id":', *lines[1:]]) + "\n", "bad.ndjson")
    assert aside(archive) == [[2, "not valid JSON"]]
    assert archive.report.n_mentions == 3


def test_a_json_document_that_is_cut_off_names_the_line(load, fixtures):
    with pytest.raises(InsightError, match=r"cut\.js.*cut off at line 6"):
        load((fixtures / "x_archive" / "data" / "tweets.js").read_bytes()[:-20], "cut.js")


def test_zero_bytes_are_removed_and_counted(load):
    archive = load(GOOD.replace("hello", "he\0l\0lo"))
    assert archive.mentions["text"][0] == "hello"
    assert any("2 zero bytes were removed" in note for note in archive.report.notes)


def test_mixed_encodings_are_read_place_by_place_and_counted(load):
    archive = load(
        GOOD.encode().replace(b"hello", "süß".encode()).replace(b"there", "süß €".encode("cp1252"))
    )
    assert archive.mentions["text"].tolist() == ["süß", "süß €"]
    assert any("3 bytes are not UTF-8 and were read as Windows-1252" in note for note in archive.report.notes)


def test_a_date_column_that_nobody_can_read(load):
    archive = load("id,created_at,text\n1,blursday,hello\n2,neverber,there\n", privacy="internal")
    assert archive.mentions["created_at"].isna().tolist() == [True, True]
    said = [note for note in archive.report.notes if "column 'created_at': none of its values" in note]
    assert len(said) == 1
    assert "'blursday'" in said[0]
    assert "insight map" in said[0]


def test_a_format_whose_date_column_is_gone_is_read_without_dates(load, fixtures):
    text = (fixtures / "zendesk_comments.csv").read_text(encoding="utf-8").replace("created_at", "made")
    archive = load(text)
    assert archive.report.files["time_zone"].tolist() == ["no dates"]
    assert (archive.report.n_mentions, archive.mentions["created_at"].isna().all()) == (2, True)


def test_a_message_with_a_date_that_cannot_be_read_is_kept_without_one(load):
    text = GOOD + "3,kim,Total,x\n4,kim,,x\n5,ola,soon,y\n"
    archive = load(text, privacy="internal")
    assert aside(archive) == []
    assert archive.mentions["created_at"].isna().sum() == 3
    said = "dates that cannot be read: 2, the first of them is 'Total' (row 3)."
    assert next(note for note in archive.report.notes if "cannot be read" in note).count(said) == 1
    assert any("'Aaaaa' (row 3)" in note for note in load(text).report.notes)


@pytest.mark.parametrize("filled", [1.0, 0.3])
def test_a_column_of_which_hardly_a_cell_is_a_date_is_not_read_as_one(load, filled):
    cells = ["12:44", "26:07:13:08:31:49", "07:35", "11:01:14:06:00:35", "soon"] * 8
    cells[30] = "2024-03-01"
    cells = [cell if n % 10 < 10 * filled else "" for n, cell in enumerate(cells)]
    rows = "".join(f'{n},{cell},"The app closes when I open page {n}"\n' for n, cell in enumerate(cells))
    archive = load("number,date,review\n" + rows)
    assert (len(archive.mentions), aside(archive)) == (40, [])
    assert archive.mentions["created_at"].isna().all()
    assert archive.report.files["time_zone"].tolist() == ["no dates"]
    understood = archive.report.understood.set_index("role")
    assert understood.loc["created_at", "certainty"] == "uncertain"
    assert sum("it is not read as one" in note for note in archive.report.notes) == 1


def test_dates_whose_day_and_month_cannot_be_told_apart(load):
    text = "id,created_at,text\n1,03/04/2024 10:00,hello\n"
    archive = load(text)
    assert archive.mentions["created_at"].isna().all()
    assert any("'03/04/2024 10:00'" in note and "--day-first" in note for note in archive.report.notes)
    assert load(text, day_first=True).report.first == pd.Timestamp("2024-04-03 10:00", tz="UTC")
    assert load(text, day_first=False).report.first == pd.Timestamp("2024-03-04 10:00", tz="UTC")
    told = load(text + "2,25/04/2024 10:00,there\n")
    assert told.report.first == pd.Timestamp("2024-04-03 10:00", tz="UTC")


def test_a_day_and_month_that_cannot_be_told_apart_cost_no_message_of_a_folder(write, read):
    path = write("id,created_at,text\n1,03/04/2024 10:00,hello\n", "exports/a.csv")
    write(GOOD.replace("1,", "7,"), "exports/b.csv")
    archive = read(path.parent)
    assert archive.report.n_mentions == 3
    assert any("a.csv" in note and "day_first=" in note for note in archive.report.notes)


def zipped(name, data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def test_a_zip_bomb(load):
    with pytest.raises(InsightError, match="looks like a ZIP bomb"):
        load(zipped("bomb.csv", b"0" * 60_000_000), "bomb.zip")


def test_a_gzip_bomb(load):
    with pytest.raises(InsightError, match="looks like a ZIP bomb"):
        load(gzip.compress(GOOD.encode() + b"0" * 60_000_000), "bomb.csv.gz")


def test_a_workbook_bomb(load, tmp_path):
    book = Workbook()
    book.active.append(["id", "text"])
    book.save(tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"0" * 60_000_000)
    with pytest.raises(InsightError, match="looks like a ZIP bomb"):
        load((tmp_path / "book.xlsx").read_bytes(), "bomb.xlsx")


def test_too_many_members(load, monkeypatch):
    monkeypatch.setattr(containers, "MAX_MEMBERS", 0)
    with pytest.raises(InsightError, match="1 members"):
        load(zipped("a.csv", GOOD), "many.zip")


def test_a_zip_in_a_zip_in_a_zip_is_followed_only_so_far(load):
    data, name = GOOD.encode(), "a.csv"
    for depth in range(6):
        data, name = zipped(name, data), f"{depth}.zip"
    with pytest.raises(InsightError):
        load(data, "deep.zip")


@pytest.mark.parametrize(
    "packed",
    [
        b"PK\x03\x04 no zip at all",
        b"\x1f\x8b\x08\0 no gzip",
        b"\x28\xb5\x2f\xfd no zst",
        b"PAR1 no parquet",
        b"\xd0\xcf\x11\xe0 no xls",
    ],
)
def test_damaged_packing(load, packed):
    with pytest.raises(InsightError, match=r"export\.bin"):
        load(packed, "export.bin")


def test_a_zip_with_nothing_to_read(load):
    with pytest.raises(InsightError, match="1 members, none with one of the endings"):
        load(zipped("photo.jpg", b"\xff\xd8"), "photos.zip")


def test_a_path_that_does_not_exist_says_what_lies_beside_it(write, read):
    write(GOOD, "posts.csv")
    with pytest.raises(InsightError, match=r"no file, folder or glob match.*posts\.csv"):
        read(write(GOOD, "posts.csv").with_name("post.csv"))


def test_no_path_at_all():
    with pytest.raises(InsightError, match="no path was given"):
        read_archive([])


def test_an_empty_folder(tmp_path):
    with pytest.raises(InsightError, match="holds no file"):
        read_archive(tmp_path)


def test_daily_counts_only_look_like_mentions(read):
    with pytest.raises(InsightError, match=r"counts by date, not messages.*'Mentions'"):
        read("daily_counts.csv")


def test_an_unknown_table_says_what_was_found_and_how_to_help(load):
    with pytest.raises(
        InsightError, match=r"Found the columns \['Wer', 'Wann', 'Was'\].*format=.*created_at"
    ):
        load("Wer,Wann,Was\nkim,2024-03-01,hallo\n")


def test_unknown_json_says_which_keys_were_found(load):
    with pytest.raises(InsightError, match=r"no known format; found the keys \['alpha', 'beta'\]"):
        load('{"alpha": 1, "beta": [2]}', "what.json")


def test_an_unknown_format_name_lists_the_known_ones(read):
    with pytest.raises(InsightError, match=r"format='twitter' is not known.*twcs"):
        read("twcs.csv", format="twitter")


def test_a_format_that_does_not_fit(read):
    with pytest.raises(InsightError, match="that fits format='talkwalker'"):
        read("twcs.csv", format="talkwalker")


def test_a_quote_that_never_closes_costs_its_own_line_only(load):
    archive = load(
        GOOD
        + '3,kim,2024-03-01 12:00:00Z,"open\n4,ola,2024-03-01 13:00:00Z,fine\n'
        + "5,ola,2024-03-01 14:00:00Z,good\n"
    )
    assert aside(archive) == [[3, "a quote that never closes"]]
    assert archive.mentions["text"].tolist() == ["hello", "there", "fine", "good"]


def test_a_row_with_too_many_cells_and_a_header_in_the_middle(load):
    archive = load(
        GOOD + "3,kim,2024-03-01 12:00:00Z,a,b,c\nid,author,created_at,text\n4,kim,2024-03-01 13:00:00Z,ok,\n"
    )
    assert aside(archive) == [[3, "too many cells"], [4, "the header again"]]
    assert archive.report.files[["rows_read", "rows_kept"]].to_numpy().tolist() == [[5, 3]]


def test_a_file_of_which_no_row_can_be_read(load):
    with pytest.raises(InsightError, match=r"none of 1 rows can be read.*too many cells"):
        load("id,created_at,text\n1,2,3,4,5\n")


def test_a_cell_of_many_megabytes_is_cut_and_noted(load):
    archive = load(GOOD + f"3,kim,2024-03-01 12:00:00Z,{'long ' * 200_000}\n")
    assert archive.mentions["text"].str.len().max() <= 100_000
    assert any("1 texts were cut at 100,000 characters" in note for note in archive.report.notes)


def test_a_round_number_of_rows_is_noted(load):
    rows = "".join(f"{n},kim,2024-03-01 10:00:{n % 60:02d}Z,hello {n}\n" for n in range(1_000))
    archive = load("id,author,created_at,text\n" + rows)
    assert any("exactly 1,000 rows, a usual limit of exports" in note for note in archive.report.notes)


def test_formulas_and_code_in_cells_stay_text(load):
    archive = load(
        GOOD + "3,kim,2024-03-01 12:00:00Z,=HYPERLINK(1+1)\n4,kim,2024-03-01 13:00:00Z,__import__('os')\n"
    )
    assert archive.mentions["text"].tolist()[2:] == ["=HYPERLINK(1+1)", "__import__('os')"]


def test_files_that_count_from_one_each_are_kept_apart(write, read):
    one = write(GOOD, "one.csv")
    two = write(GOOD.replace("kim", "mia").replace("hello", "other"), "two.csv")
    archive = read([one, two])
    assert archive.report.n_mentions == 4
    assert archive.mentions["mention_id"].is_unique
    assert any("kept apart by file" in note for note in archive.report.notes)


def test_an_id_column_that_is_none_is_not_used(load):
    archive = load("id,created_at,text\n" + "".join(f"7,2024-03-01 10:00:0{n}Z,text {n}\n" for n in range(9)))
    assert archive.report.n_mentions == 9
    assert any("8 of 9 rows share their id" in note for note in archive.report.notes)


@pytest.mark.parametrize("brands", [{"a": "@acme"}, {"a": [3]}])
def test_brands_of_the_wrong_shape(read, brands):
    with pytest.raises(InsightError, match="must be a list"):
        read("twcs.csv", brands=brands)


def test_one_handle_for_two_brands(read):
    with pytest.raises(InsightError, match="'acme' is given for both 'A' and 'B'"):
        read("twcs.csv", brands={"A": ["@acme"], "B": ["@acme"]})


def test_an_unknown_zone_and_an_unknown_privacy(read):
    with pytest.raises(InsightError, match="tz='Mars' is no known time zone"):
        read("generic.csv", tz="Mars")
    with pytest.raises(InsightError, match="privacy='open' is not known"):
        read("generic.csv", privacy="open")
