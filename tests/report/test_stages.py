"""A run that was killed goes on where it was, and gives the page of a run that was not."""

from __future__ import annotations

import random
import stat
import warnings
from dataclasses import replace

import pytest
from typer.testing import CliRunner

import insight as ins
from insight.archives.privacy.deletion import Deleted
from insight.cli import app
from insight.report import stages
from insight.report.report import Report
from insight.signals import batches

pytestmark = pytest.mark.slow
STAGES = {"fitted", "signals", "voiced"}
TITLE = "Acme, winter"


@pytest.fixture(scope="module")
def first(make_archive, crowd, tmp_path_factory):
    """Return a folder after a first run, and the page."""
    folder = tmp_path_factory.mktemp("stages") / "kept"
    return folder, ins.build_report(make_archive(crowd), cache=folder, title=TITLE).to_html()


@pytest.fixture
def costly(monkeypatch):
    """Name the stages that were run, not found."""
    seen = []
    for where, name in ((ins, "fit_topics"), (batches, "find_signals"), (ins, "find_needs")):
        made = getattr(where, name)
        monkeypatch.setattr(
            where, name, lambda *a, name=name, made=made, **k: seen.append(name) or made(*a, **k)
        )
    return seen


def entries(folder):
    return sorted(folder.glob("*.stage"))


def test_the_page_is_that_of_a_run_without(first, built):
    assert first[1] == built.to_html()


def test_a_second_run_makes_no_stage_and_the_same_page(first, make_archive, crowd, costly):
    folder, page = first
    assert {entry.name.split("-")[1] for entry in entries(folder)} == STAGES
    assert ins.build_report(make_archive(crowd), cache=folder, title=TITLE).to_html() == page
    assert costly == []


def test_warnings_of_a_stage_are_on_the_page_again(make_archive, crowd, tmp_path, monkeypatch):
    made = ins.find_signals

    def warning(*tables, **options):
        warnings.warn("the moon is full", ins.InsightWarning, stacklevel=2)
        return made(*tables, **options)

    monkeypatch.setattr(batches, "find_signals", warning)
    pages = [ins.build_report(make_archive(crowd), cache=tmp_path) for _ in range(2)]
    assert all("the moon is full" in page.results.warnings for page in pages)
    assert pages[0].to_html() == pages[1].to_html()


def test_a_damaged_entry_is_made_again(first, make_archive, crowd, tmp_path, costly):
    """One is cut off, one has a flipped bit, and one is that of another stage."""
    folder, page = first
    whole = [entry.read_bytes() for entry in entries(folder)]
    flipped = bytearray(whole[1])
    flipped[random.Random(0).randrange(len(flipped))] ^= 16
    damaged = (whole[0][: len(whole[0]) // 2], bytes(flipped), whole[0])
    for entry, content in zip(entries(folder), damaged, strict=True):
        (tmp_path / entry.name).write_bytes(content)
        (tmp_path / entry.with_suffix(".json").name).write_bytes(entry.with_suffix(".json").read_bytes())
    assert ins.build_report(make_archive(crowd), cache=tmp_path, title=TITLE).to_html() == page
    assert sorted(costly) == ["find_needs", "find_signals", "fit_topics"]


def test_other_messages_settings_and_programs_are_other_entries(crowd, tmp_path, monkeypatch):
    kept, table = stages.Stages(tmp_path), crowd.head(20)
    other = table.assign(text=["changed", *table["text"][1:]])
    made_from = [{"customers": table}, {"customers": other}, {"customers": table.iloc[::-1]}]
    made_from += [
        {"customers": table, "random_state": 1},
        {"customers": table, "encoder": "use-multilingual"},
    ]
    assert len({kept._entry("signals", one) for one in made_from}) == len(made_from)
    assert kept._entry("signals", {"encoder": object()}) is None
    before = kept._entry("signals", made_from[0])
    assert kept._entry("signals", {"customers": table.copy(), "progress": True}) == before
    monkeypatch.setattr(stages, "_program", lambda: "later")
    assert kept._entry("signals", made_from[0]) != before


def test_the_folder_is_its_owners_and_bounded(first, crowd, tmp_path, monkeypatch):
    assert stat.S_IMODE(first[0].stat().st_mode) == 0o700
    monkeypatch.setattr(stages, "LARGEST", 30_000)
    kept = stages.Stages(tmp_path / "kept")
    for at in range(20):
        kept.keep("signals", {"at": at}, crowd[["mention_id", "text"]], [])
    assert 0 < sum(file.stat().st_size for file in kept.folder.iterdir()) <= 30_000
    assert kept.find("signals", {"at": 19}) is not None


def test_a_deletion_list_removes_what_was_made_before_it(make_archive, crowd, tmp_path):
    table = crowd[["mention_id", "text"]]
    before = stages.Stages.open(tmp_path, frozenset())
    before.keep("signals", {}, table, [])
    (tmp_path / "mine.txt").write_text("not ours")
    archive = make_archive(crowd)
    listed = replace(archive, guard=replace(archive.guard, deleted=Deleted(frozenset({"kim"}))))
    ins.build_report(listed, cache=tmp_path)
    assert before.find("signals", {}) is None
    assert {entry.name.split("-")[1] for entry in entries(tmp_path)} == STAGES
    stages.Stages(tmp_path).clear()
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_where_nothing_can_be_kept_the_run_goes_on(make_archive, crowd, tmp_path, built):
    (tmp_path / "file").write_text("")
    assert (
        ins.build_report(make_archive(crowd), cache=tmp_path / "file", title=TITLE).to_html()
        == built.to_html()
    )


def test_where_room_is_short_nothing_is_kept(crowd, tmp_path, monkeypatch):
    kept = stages.Stages(tmp_path / "out" / "kept")
    kept.keep("signals", {}, crowd[["mention_id"]], [])
    assert len(entries(kept.folder)) == 1
    monkeypatch.setattr(stages, "ROOM", 10**18)
    kept.keep("signals", {"at": 1}, crowd[["mention_id"]], [])
    assert not kept.folder.exists()


def test_the_command_keeps_stages_beside_the_page_until_it_is_written(crowd, tmp_path, monkeypatch, costly):
    posts = crowd[["mention_id", "author_id", "created_at", "text"]].rename(columns={"author_id": "author"})
    posts.to_csv(tmp_path / "posts.csv", index=False)
    command = [
        "report",
        str(tmp_path / "posts.csv"),
        "--brand",
        "@acme",
        "-o",
        str(tmp_path / "out" / "p.html"),
    ]

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Report, "save", killed)
        CliRunner().invoke(app, command)
    assert len(entries(tmp_path / "out" / ".p.html.stages")) == len(costly) == 3
    costly.clear()
    assert CliRunner().invoke(app, command).exit_code == 0
    assert costly == []
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["p.html"]
