"""Files that people edit or that outlive a run: whatever happens to them, one error names the file."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading

import pandas as pd
import pytest

import insight as ins
from insight.archives.detect import read_spec
from insight.archives.privacy.deletion import read_deleted
from insight.archives.privacy.pseudonyms import load_key
from insight.cli.output import memory_ran_out
from insight.config import read_config
from insight.files import read_cells, write_table
from insight.incidents.read_events import read_events
from insight.needs.idea_ledger import read_ledger
from insight.needs.runs import COLUMNS, Run, read_run, run_bytes
from insight.report.corrections import read_names, read_notes
from insight.signals.label import read_labels
from insight.topics.edits import apply_edits

EVENT = '[[event]]\nname = "App döwn"\nkind = "outage"\nstart = 2025-03-03T10:00:00Z\nend = 2025-03-04\n'
SETTINGS = (
    'title = "Acmé"\ntz = "Europe/Berlin"\nmin_people = 3\n[brands]\nAcme = ["@acme"]\n'
    "[beliefs]\nrefunds = 0.3\n"
)
EDITS = '[[topic]]\nname = "Kettlé"\nwords = ["kettle", "lid"]\n[[merge]]\ntopics = [["a", "b"], ["c"]]\n'
SPEC = '[format]\nname = "x"\ntitle = "ÿ"\nreader = "table"\n[time]\nformats = []\n[map]\ntext = "a"\n'
IDEAS = (
    "entry,name,kind,n_people,raised,decided,shipped,announced,thanked,note,mention_ids,author_ids\n"
    "idea-1,Add a timer,feature,3,2025-01-01,2025-02-01,,,,schön,m1 m2 m3,u1 u2 u3\n"
    "idea-2,Add a lid,feature,2,2025-01-03,,,,,,m4 m5,u1 u2\n"
)
LABELS = (
    "mention_id,sentence,text,detected,rate,label\nm1,0,my kettle é leaks,,0.5,complaint\nm2,1,thanks,,1,-\n"
)
NOTES = "mention_id,note\nm1,schön\nm2,call\n"
PEOPLE = pd.DataFrame({name: [1, 2] if name in ("n", "k", "topic") else ["a", "é"] for name in COLUMNS})
ODD = (
    "3",
    "-1",
    "true",
    "[]",
    '""',
    "{}",
    "nan",
    "1e999",
    "9" * 25,
    "1979-05-27",
    "[[1]]",
    '[""]',
    "9999-12-31",
)


@pytest.fixture(scope="module")
def topics():
    said = ("the kettle lid leaks all day", "the app login crashes again", "my refund money is late")
    return ins.fit_topics([f"{said[at % 3]} {at % 7}" for at in range(120)])


@pytest.fixture(scope="module")
def kept(topics):
    """Name every kind of file, with its content and what reads it."""
    run = run_bytes(Run(PEOPLE, pd.Timestamp("2025-01-01", tz="UTC"), "week", {1: "x"}))
    return {
        "insight.toml": (SETTINGS + EVENT, read_config),
        "events.toml": (EVENT, read_events),
        "topics.toml": (EDITS, lambda path: apply_edits(topics, path)),
        "needs.toml": ('[names]\n"Will not connect" = "Wi-Fi é"\n', lambda path: read_names(path.parent)),
        "notes.csv": (NOTES, lambda path: read_notes(path.parent)),
        "ideas.csv": (IDEAS, read_ledger),
        "labels.csv": (LABELS, read_labels),
        "run.parquet": (run, read_run),
        "deleted.txt": ("@kim\nölaf\nx:12\n", read_deleted),
        "key": ("ab" * 32 + "\n", load_key),
        "spec.toml": (SPEC, read_spec),
    }


def damaged(content, chosen):
    """Cut, flip, save otherwise, or put something odd in place of one value."""
    start, end = sorted(chosen.sample(range(len(content)), 2))
    flipped = bytearray(content)
    flipped[start] ^= 1 << chosen.randrange(8)
    lines = content.split(b"\n")
    at = chosen.randrange(len(lines))
    odd = chosen.choice(ODD).encode()
    cells = lines[at].split(b",")
    cells[chosen.randrange(len(cells))] = odd
    lines[at] = lines[at].split(b"=")[0] + b"= " + odd if b"=" in lines[at] else b",".join(cells)
    text = content.decode("utf-8", "replace")
    whole = (
        text.encode("latin-1", "replace"),
        text.encode("utf-16"),
        content.replace(b",", b";"),
        content * 2,
    )
    nothing = (b"", b"\0" * 40, b"\xff\xfe", b"PK\x03\x04", b"[" * 5_000)
    cut = (content[:start], content[:start] + content[end:], bytes(flipped), b"\n".join(lines))
    return chosen.choice(
        [chosen.choice(cut), chosen.choice(cut), chosen.choice(whole), chosen.choice(nothing)]
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name",
    [
        "insight.toml", "events.toml", "topics.toml", "needs.toml", "notes.csv", "ideas.csv", "labels.csv",
        "run.parquet", "deleted.txt", "key", "spec.toml",
    ],
)  # fmt: skip
def test_a_damaged_file_is_read_or_is_one_error_that_names_it(kept, tmp_path, name):
    content, read = kept[name]
    content = content if isinstance(content, bytes) else content.encode()
    path = tmp_path / name
    path.write_bytes(content)
    read(path)
    chosen, refused = random.Random(name), []
    for _ in range(60):
        path.write_bytes(damaged(content, chosen))
        try:
            read(path)
        except ins.InsightError as error:
            refused.append(str(error))
    assert len(refused) > 5
    assert [error for error in refused if not any(word in error for word in (name, "idea-", "event "))] == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_as_spreadsheets_save_it(tmp_path, encoding, delimiter):
    path = tmp_path / "notes.csv"
    write_table(path, pd.DataFrame({"mention_id": ["m1", "m2"], "note": ["schön, ja; doch", "=1"]}))
    rows = read_cells(path, what="the notes", way_out="")
    path.write_bytes(rows.to_csv(index=False, sep=delimiter).encode(encoding))
    pd.testing.assert_frame_equal(read_cells(path, what="the notes", way_out=""), rows)


def test_a_run_whose_bytes_changed_is_refused(kept, tmp_path):
    """Page checksums: a flipped bit in a column would otherwise be a number like any other."""
    content, read = kept["run.parquet"]
    path, taken = tmp_path / "run.parquet", []
    for at in range(4, len(content) // 2, 7):
        flipped = bytearray(content)
        flipped[at] ^= 4
        path.write_bytes(flipped)
        try:
            taken.append(read(path).people)
        except ins.InsightError:
            continue
    for people in taken:
        pd.testing.assert_frame_equal(people, PEOPLE, check_dtype=False)


def test_two_first_runs_at_once_make_one_key(tmp_path):
    keys = []
    for number in range(20):
        path = tmp_path / f"{number}.key"
        runs = [threading.Thread(target=lambda path=path: keys.append(load_key(path))) for _ in range(4)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert (len(keys), len(set(keys))) == (80, 20)
    assert list(tmp_path.glob(".*")) == []


def test_without_a_home_the_way_out_is_named(root, tmp_path):
    (tmp_path / "posts.csv").write_text("id,author,created_at,text\n1,a,2025-03-01,my kettle leaks\n")
    code = (
        "import pwd\ndef unknown(number): raise KeyError(number)\n"
        "pwd.getpwuid = unknown\nfrom insight.cli import app\napp()"
    )
    environment = {name: value for name, value in os.environ.items() if name[:4] not in ("HOME", "XDG_")}
    done = subprocess.run(
        [sys.executable, "-c", code, "check", "posts.csv"],
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("insight: the pseudonym key")
    assert "set HOME" in done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["posts.csv"]


@pytest.mark.parametrize(
    ("error", "ran_out"),
    [
        (MemoryError(), True), (ImportError("x.so: failed to map segment from shared object"), True),
        (RuntimeError("std::bad_alloc"), True), (OSError(12, "Cannot allocate memory"), True),
        (ValueError("no such column"), False), (ImportError("No module named x"), False),
    ],
)  # fmt: skip
def test_memory_that_ran_out_is_known_in_any_words(error, ran_out):
    outer = RuntimeError("while reading")
    outer.__cause__ = error
    assert memory_ran_out(outer) is ran_out


def test_too_little_memory_is_no_fault_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "posts.csv").write_text("id,author,created_at,text\n1,a,2025-03-01,my kettle leaks\n")

    def fail(*_args, **_options):
        raise MemoryError

    monkeypatch.setattr("insight.archives.tables._append", fail)
    with pytest.raises(MemoryError):
        ins.read_archive(tmp_path, key=tmp_path / "key")
