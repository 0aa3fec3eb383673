"""What the world throws at a reader: one error that names the file, the other files read, and no hang."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from insight.archives.reading import UNFORESEEN
from insight.mentions import InsightError

pytestmark = pytest.mark.slow

HEAD = "id,author,created_at,text\n"


def row(at, text="my kettle leaks"):
    return f"{at},a{at % 7},2025-03-0{1 + at % 9} 10:0{at % 10}:00Z,{text} {at}\n"


GOOD = HEAD + "".join(map(row, range(40)))


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def parquet(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits_of_a_zip_cost_at_most_its_members(write, read, seed):
    chosen = random.Random(seed)
    packed = bytearray(zipped({f"p{at}.csv": HEAD + row(100 + at) * 3 + row(200 + at) for at in range(4)}))
    for _ in range(3):
        packed[chosen.randrange(len(packed))] ^= 1 << chosen.randrange(8)
    write(bytes(packed), "in/posts.zip")
    files = read(write(GOOD, "in/good.csv").parent).report.files
    assert files.loc[files["source_file"] == "good.csv", "rows_kept"].tolist() == [40]


@pytest.mark.parametrize("depth", [0, 1])
def test_a_damaged_zip_beside_others_is_named(write, read, depth):
    damaged = zipped({"a.csv": GOOD})[:-30]
    write(damaged if not depth else zipped({"inner.zip": damaged, "b.csv": GOOD}), "in/bad.zip")
    archive = read(write(GOOD.replace("a1", "b1"), "in/good.csv").parent)
    assert "good.csv" in set(archive.report.files["source_file"])
    assert any("bad.zip" in note and "damaged" in note for note in archive.report.notes)


def test_integers_of_any_length_are_ids_and_no_counts(load, rows):
    long = 10**25
    lines = [
        {"id": long + at, "author": "ann", "text": f"my kettle {at}", "created_at": "2025-03-01", "likes": n}
        for at, n in enumerate((2**70, 3, 2**63 - 1))
    ]  # fmt: skip
    archive = load("\n".join(map(json.dumps, lines)), "a.jsonl")
    assert rows(archive, "mention_id", "like_count") == [
        (f"unknown:{long + at}", likes) for at, likes in enumerate((None, 3, None))
    ]


MAIL = (
    "From a@b.example Wed Jan 01 10:00:00 2025\nFrom: Ann <ann@b.example>\nTo: h@acme.example\nSubject: {0}\n"
)
ABSURD = (
    "Sat, 01 Jan 99999 10:00:00 +0000", "Sat, 01 Jan 2025 10:00:00 +9999", "99 Foo 0000 99:99:99",
    "Mon, 1 Jan 1 0:0:0 -2400", "Fri, 31 Dec 9999 23:59:59 -1200", "Wed, 01 Jan 2025 10:00:00 +999999999999",
)  # fmt: skip


def test_absurd_dates_of_mails_cost_no_other_mail(load):
    dates = ["Wed, 01 Jan 2025 10:00:00 +0000", *ABSURD]
    box = "".join(
        f"{MAIL.format(at)}Date: {date}\nMessage-ID: <{at}@b>\n\nmy kettle leaks {at}\n\n"
        for at, date in enumerate(dates)
    )
    archive = load(box, "box.mbox")
    assert archive.report.files["rows_read"].sum() == len(dates)
    assert "my kettle leaks 0" in archive.mentions["text"].tolist()


def test_parquet_with_columns_of_one_name_and_years_past_9999(load, rows):
    far = pa.array([253_402_300_800_000_000 * 3, 1_735_689_600_000_000], pa.timestamp("us", "UTC"))
    table = pa.table(
        [["1", "2"], ["my kettle leaks", "where is it"], far], names=["id", "text", "created_at"]
    )
    archive = load(parquet(table), "a.parquet")
    assert archive.mentions["text"].tolist() == ["where is it", "my kettle leaks"]
    assert archive.mentions["created_at"].notna().tolist() == [True, False]
    twice = pa.table(
        [["1", "2"], ["my kettle leaks", "where is it"], ["x", "y"]], names=["id", "text", "text"]
    )
    assert rows(load(parquet(twice), "b.parquet"), "text") == [("my kettle leaks",), ("where is it",)]


@pytest.mark.parametrize(
    "content",
    [
        "[[1, 2], [3]]", '"x"', "12", "null", '{"a": {"b": 1}}', "[" * 3_000 + "]" * 3_000,
        '[{"messages": "x"}, {"messages": {"1": 2}}]', '{"messages": [[{"text": 1}], null, 3]}',
        '{"a":' * 3_000 + "1" + "}" * 3_000,
        '{"tweet": {"id_str": [], "full_text": {}}}', '[{"ts": {}, "user": [], "text": [[]]}]',
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["odd.json", "channels.json", "users.json", "account.js"])
def test_odd_json_costs_no_other_file(write, read, content, name):
    write(content, f"in/{name}")
    report = read(write(GOOD, "in/good.csv").parent).report
    assert not [note for note in report.notes if UNFORESEEN in note]
    files = report.files
    assert files.loc[files["source_file"] == "good.csv", "rows_kept"].tolist() == [40]


def test_an_error_that_no_reader_foresaw_names_its_file(write, read, monkeypatch):
    def fail(*_args, **_options):
        raise ZeroDivisionError("by accident")

    monkeypatch.setattr("insight.archives.tables._append", fail)
    with pytest.raises(InsightError, match=r"bad\.csv: it cannot be read.*ZeroDivisionError: by accident"):
        read(write(GOOD, "bad.csv"))
    monkeypatch.undo()
    write(
        '{"id": 1, "text": "my kettle leaks", "author": "ann", "created_at": "2025-01-01"}', "in/good.jsonl"
    )
    monkeypatch.setattr("insight.archives.tables._append", fail)
    archive = read(write(GOOD, "in/bad.csv").parent)
    assert archive.report.files["source_file"].tolist() == ["good.jsonl"]
    assert any(note.startswith("passed over bad.csv") for note in archive.report.notes)


SPEC = '[format]\nname = "x"\ntitle = "y"\nreader = "table"\n[time]\nformats = []\n[map]\ntext = "a"\n'


@pytest.mark.parametrize(
    "toml",
    [
        SPEC.replace('text = "a"', "text = 3"), SPEC.replace('text = "a"', 'text = { from = [1] }'),
        SPEC.replace('text = "a"', 'text = { from = "a", conv = "nonsense" }'), SPEC + "rating = 5\n",
        "detect = 3\n" + SPEC, "extra = []\n" + SPEC, SPEC.replace('"table"', "7"),
        SPEC.replace("[format]", "[[format]]"), "\ufeff\0", "format = 1",
    ],
)  # fmt: skip
def test_a_malformed_spec_is_one_error_that_names_it(write, read, toml):
    spec = write(toml, "mine.toml")
    with pytest.raises(InsightError, match=r"the map 'mine\.toml'"):
        read(write(GOOD), format=str(spec))


def test_one_cell_far_away_is_refused_before_it_is_laid_out(load):
    book = Workbook()
    book.active.append(["text", "date"])
    book.active.append(["my kettle leaks", "2025-03-01"])
    out = io.BytesIO()
    book.save(out)
    assert len(load(out.getvalue(), "near.xlsx").mentions) == 1
    book.active.cell(1_048_576, 16_384, "x")
    book.save(out := io.BytesIO())
    with pytest.raises(InsightError, match=r"far\.xlsx: a sheet has 5 cells, the last at XFD1048576"):
        load(out.getvalue(), "far.xlsx")


def test_the_members_of_a_zip_are_listed_once(write, read, monkeypatch):
    opened = []
    listing = zipfile.ZipFile._RealGetContents
    monkeypatch.setattr(zipfile.ZipFile, "_RealGetContents", lambda own: opened.append(own) or listing(own))
    packed = zipped({f"p{at:03d}.csv": HEAD + row(at) + row(at + 500) for at in range(60)})
    assert read(write(packed, "many.zip")).report.files["rows_kept"].sum() == 120
    assert len(opened) <= 2


def test_a_pipe_is_refused_and_does_not_hang(tmp_path, write, read):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InsightError, match="pipe: this is a pipe or a device"):
        read(tmp_path / "pipe")
    write(GOOD, "good.csv")
    assert len(read(tmp_path).mentions) == 40


def test_a_table_of_a_hundred_thousand_columns_is_read(load):
    n = 20_000  # a fifth of it, in a fifth of the time
    head = f"{HEAD.strip()},{','.join(f'c{at}' for at in range(n))}\n"
    began = time.process_time()
    archive = load(head + "".join(row(at).strip() + "," * n + "\n" for at in range(5)), "wide.csv")
    assert len(archive.mentions) == 5
    assert time.process_time() - began < 60


@pytest.mark.parametrize("name", ["run [1]", "a*b", "it's"])
def test_a_folder_of_any_name_takes_the_result(write, read, tmp_path, name):
    (tmp_path / name).mkdir()
    report = read(write(GOOD), to=tmp_path / name / "out.parquet")
    assert report.n_mentions == 40
    assert [each.name for each in (tmp_path / name).iterdir()] == ["out.parquet"]


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
from insight.archives import read_archive
read_archive(sys.argv[1], key=sys.argv[2], to=sys.argv[3])
"""


def test_a_full_disk_is_a_clean_error(write, fixtures, tmp_path):
    chosen = random.Random(0)
    words = ["".join(chosen.choices("abcdefghij", k=9)) for _ in range(5_000)]
    lines = (row(at, " ".join(chosen.choices(words, k=12))) for at in range(8_000))
    big, to = write(HEAD + "".join(lines)), tmp_path / "out.parquet"
    command = [sys.executable, "-c", FULL, str(big), str(fixtures / "pseudonym.txt"), str(to)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "InsightError: cannot write to='out.parquet'" in run.stderr
    assert not to.exists()
    assert [each.name for each in tmp_path.iterdir()] == [big.name]


def test_dates_after_the_export_are_a_warning_and_no_date(load):
    archive = load(GOOD + "99,a9,2099-03-01 10:00:00Z,from the future\n")
    late = archive.mentions[archive.mentions["text"] == "from the future"]
    assert late["created_at"].isna().all()
    assert late["time_precision"].tolist() == ["none"]
    assert archive.report.last.year == 2025
    assert any("1 of its dates are after" in note and "2099-03-01" in note for note in archive.report.notes)


def test_where_all_dates_are_late_the_file_is_what_is_wrong(load):
    archive = load(GOOD.replace("2025-", "2099-"))
    assert archive.report.first.year == 2099


FIRST = {
    "nan": '{"id": 1, "text": "my kettle leaks", "author": "ann", "created_at": "2025-01-01", "score": NaN}',
    "half a character": '{"id": 1, "text": "my kettle \\ud83d", "author": "ann", "created_at": "2025-01-01"}',
    "cut": '{"id": 1, "text": "my kettle lea',
}


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("place", [0, 3])
def test_an_odd_line_of_json_costs_itself_at_most(load, first, place):
    lines = [
        json.dumps({"id": at, "text": f"where is it {at}", "author": "ben", "created_at": "2025-01-02"})
        for at in range(2, 8)
    ]
    lines.insert(place, FIRST[first])
    archive = load("\n".join(lines) + "\n", "a.jsonl")
    assert archive.report.files[["rows_read", "rows_kept"]].values.tolist() == [[7, 7 - (first == "cut")]]


def test_a_document_over_many_lines_is_still_one(load):
    items = [{"id": at, "text": f"where is it {at}", "author": "ben"} for at in range(5)]
    assert len(load(json.dumps(items, indent=1), "a.json").mentions) == 5
    assert len(load(json.dumps(items[0], indent=1), "a.json").mentions) == 1
