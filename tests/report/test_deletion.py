"""One person is deleted, and a shareable report is handed on: what every file holds then."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import re
import shutil
import zipfile
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from plotly.offline import get_plotlyjs

import insight as ins
from insight.archives.privacy.pseudonyms import pseudonym
from insight.needs.runs import read_run
from insight.report.corrections import read_notes, shown_ledger, update_ideas
from insight.report.kept import draw_labels
from insight.signals.label import save_labels

pytestmark = pytest.mark.slow

GONE = "kim_w88"
THEIRS = ("kim_w88", "quillfish", "zorblax", "grommet")
"""The handle, and a word of each of three messages that nobody else has."""
SAID = (
    "Please add a quillfish timer",
    "my zorblax kettle hums at night",
    "the grommet of my samovar melted on the second day of use",
)
FIRST_ID = 1582825767519809000
PARTS = (
    ("kettle", "lid", "leaks", "drips", "steam", "seal"),
    ("app", "login", "password", "crashes", "update", "screen"),
    ("refund", "money", "waiting", "bank", "payment", "weeks"),
)
FRAMES = (
    "@acme my {} and the {} are a problem, the {} is broken",
    "why is the {} so bad @acme? {} and {} again",
    "I wish the {} worked without {} or {}",
    "still no {} after the {}, very annoyed about the {}",
)


def rows():
    said = []
    for number in range(180):
        part = PARTS[number % 3]
        words = [part[(number // 3 + step * (1 + number % 2)) % 6] for step in range(3)]
        said.append((f"person_{number % 90}", FRAMES[number % 4].format(*words), ""))
        if number % 3 == 0:
            said.append(("acme", "Sorry, please write to us.", len(said)))
    said += [(GONE, text, "") for text in SAID]
    timers = len(said) - len(SAID) + 1
    said += [
        (f"person_{n}", f"Please add a timer {word}", "")
        for n, word in enumerate(["presently", "immediately"])
    ]
    said += [
        ("person_3", f"@{GONE} said my zorblax kettle hums, mine too, please add a timer instantly", ""),
        ("person_4", f"RT @{GONE}: {SAID[1]}", ""),
        ("person_5", f"Ugh. RT @{GONE}: {SAID[1]}", ""),
        ("person_6", f"I read that {SAID[2]}, and my kettle leaks", ""),
        ("person_7", "my zorblax kettle hums, you say? the lid leaks and drips", timers + 1),
        ("person_8", f"see https://x.com/{GONE}/status/1 about the kettle that leaks", ""),
    ]
    start = datetime(2026, 1, 5, 0, 7, 13, tzinfo=UTC)
    for number, (who, text, parent) in enumerate(said):
        moment = (start + timedelta(hours=6 * number + 1)).isoformat()
        link = f"https://example.org/post/{FIRST_ID + number}"
        reply = FIRST_ID + parent - 1 if parent else ""
        yield (FIRST_ID + number, who, moment, text, "x", link, reply)


def read(path, **options):
    return ins.read_archive(path, brands={"Acme": ["@acme"]}, key=path.parent / "key", **options)


def run(folder, archive, **kept):
    """Write every file that a report can write."""
    report = ins.build_report(archive, edits=folder / "edits", **kept)
    report.save(folder / "page.html")
    report.export(folder / "export")
    report.save_slides(folder / "slides.pptx")
    report.save_run(folder / "run.parquet")
    report.save_edits(folder / "edits")
    return report


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """An archive, the files of a first run of it, and a copy of them after a run with a deletion list."""
    pytest.importorskip("pptx", reason="slides need python-pptx")
    folder = tmp_path_factory.mktemp("deletion")
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["id", "author", "created_at", "text", "platform", "url", "reply_to"])
    sheet.writerows(rows())
    (folder / "posts.csv").write_text(out.getvalue(), encoding="utf-8")
    whole = read(folder / "posts.csv")
    before, after = folder / "before", folder / "after"
    before.mkdir()
    first = run(before, whole)
    labels = draw_labels(whole, before / "labels.csv", n=400)
    save_labels(before / "labels.csv", labels.assign(label="-"))
    ids = [f"x:{FIRST_ID + at}" for at, row in enumerate(rows()) if row[1] == GONE]
    notes = f"mention_id,note\n{whole.guard.shown(ids[0])},call them\nm0,ask {GONE} again\n"
    (before / "edits" / "notes.csv").write_text(notes, encoding="utf-8")
    (before / "edits" / "topics.toml").write_text(
        f'[[topic]]\nname = "as {GONE} said"\nwords = ["kettle", "leaks"]\n', encoding="utf-8"
    )
    shutil.copytree(before, after)
    for name in ("page.html", "slides.pptx"):
        (after / name).unlink()
    shutil.rmtree(after / "export")
    rest = read(folder / "posts.csv", deleted=[f"@{GONE}"])
    with pytest.warns(ins.InsightWarning, match="deletion list"):
        second = run(after, rest, compare_to=after / "run.parquet", labels=after / "labels.csv")
    key = bytes.fromhex((folder / "key").read_text().strip())
    return SimpleNamespace(
        before=before, after=after, ids=ids, first=first, second=second, whole=whole, rest=rest,
        person=pseudonym(GONE, space="x", key=key), posts=folder / "posts.csv",
    )  # fmt: skip


def contents(folder):
    """Every file of a folder as text, unpacked."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or path.name == "plotly.min.js":
            continue
        data = path.read_bytes()
        if path.suffix == ".parquet":
            yield path, pd.read_parquet(path).to_csv() + str(vars(read_run(path)))
        elif path.suffix in (".xlsx", ".pptx"):
            yield path, unzipped(data)
        else:
            text = data.decode("utf-8-sig")
            packed = re.findall(r"[A-Za-z0-9+/=]{200,}", text) if path.name == "page.html" else []
            yield path, text + "".join(map(unpacked, packed))


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as office:
        parts = {name: office.read(name) for name in office.namelist()}
    return "".join(
        unzipped(part) if name.endswith(".xlsx") else part.decode("utf-8", "replace")
        for name, part in parts.items()
    )


def unpacked(text):
    for unpack in (gzip.decompress, lambda packed: zlib.decompress(packed, -15)):
        try:
            return unpack(base64.b64decode(text)).decode().replace(get_plotlyjs(), "")
        except (OSError, ValueError, zlib.error):
            continue
    return ""


def found(folder, words):
    return sorted(
        (path.name, word) for path, text in contents(folder) for word in words if word in text.lower()
    )


def test_before_the_deletion_their_words_are_in_every_kind_of_file(place):
    names = {name for name, _ in found(place.before, [*THEIRS, place.person])}
    assert {
        "page.html",
        "ideas.csv",
        "run.parquet",
        "labels.csv",
        "notes.csv",
        "topics.toml",
    } <= names
    assert "quillfish" in (place.before / "edits" / "ideas.csv").read_text(encoding="utf-8")


def test_a_deleted_person_is_in_no_file(place):
    tokens = [place.whole.guard.shown(own) for own in place.ids]
    assert found(place.after, [*THEIRS, place.person, *place.ids, *tokens]) == []


def test_what_others_wrote_themselves_stays(place):
    texts = "\n".join(place.rest.mentions["text"])
    assert "[deleted] said [deleted], mine too, please add a timer instantly" in texts
    assert "I read that [deleted], and my kettle leaks" in texts
    assert "[deleted], you say? the lid leaks and drips" in texts
    assert "Ugh. [deleted]" in texts
    ideas = ins.needs.read_ledger(place.after / "edits" / "ideas.csv")
    assert ideas["name"].str.contains("timer").any()
    assert "ask [deleted] again" in (place.after / "edits" / "notes.csv").read_text(encoding="utf-8")
    assert 'name = "as [deleted] said"' in (place.after / "edits" / "topics.toml").read_text(encoding="utf-8")
    assert len(place.whole.mentions) - len(place.rest.mentions) == len(SAID) + 1
    assert place.rest.report.set_aside["reason"].tolist() == ["deleted"] * (len(SAID) + 1)


def test_an_archive_on_disk_is_held_to_the_same(place, tmp_path):
    read(place.posts, deleted=[GONE], to=tmp_path / "rest.parquet")
    texts = pd.read_parquet(tmp_path / "rest.parquet")["text"]
    assert sorted(texts) == sorted(place.rest.mentions["text"])


def test_internally_a_deleted_person_is_gone_as_well(place):
    rest = read(place.posts, deleted=[GONE], privacy="internal").mentions
    held = rest.drop(columns=["conversation_id", "reply_to_id"]).to_csv().lower()
    assert [word for word in THEIRS if word in held] == []


def test_shareable_files_hold_no_native_id_no_link_and_no_time(place):
    native = re.compile(rf"{str(FIRST_ID)[:15]}\d{{4}}|example\.org")
    moment = re.compile(r"\d{4}-\d\d-\d\d[T ](?!00:00(?::00)?)\d\d:\d\d")
    leaks = [
        (path.name, match[0])
        for path, text in contents(place.before)
        for pattern in (native, moment)
        for match in pattern.finditer(text)
    ]
    assert leaks == []
    quotes = pd.read_csv(place.before / "export" / "quotes.csv")
    assert "url" not in quotes
    assert quotes["mention_id"].str.fullmatch("m[0-9a-f]{16}").all()
    ideas = ins.needs.read_ledger(place.before / "edits" / "ideas.csv")
    assert all(re.fullmatch("m[0-9a-f]{16}", one) for ids in ideas["mention_ids"] for one in ids)


def test_internal_files_name_messages_as_the_source_does(place, tmp_path):
    results = place.first.results
    inner = replace(results, guard=replace(results.guard, shareable=False))
    replace(place.first, results=inner).export(tmp_path)
    quotes = pd.read_csv(tmp_path / "quotes.csv")
    assert quotes["mention_id"].str.startswith("x:1582").all()
    assert quotes["url"].str.startswith("https://example.org/post/").all()
    assert quotes["created_at (UTC)"].str.endswith(":13").all()


def test_a_note_finds_its_message_by_the_id_in_the_quotes(place, tmp_path):
    quotes = pd.read_csv(place.before / "export" / "quotes.csv")
    (tmp_path / "notes.csv").write_text(
        f"mention_id,note\n{quotes['mention_id'][0]},seen\n", encoding="utf-8"
    )
    native = place.whole.guard.native(place.whole.mentions["mention_id"])
    noted = read_notes(tmp_path, native)["mention_id"]
    assert set(noted) <= set(place.whole.mentions["mention_id"])


def test_an_idea_outlives_the_change_to_keyed_ids(place, tmp_path):
    ideas = ins.needs.read_ledger(place.before / "edits" / "ideas.csv")
    guard, results = place.whole.guard, place.first.results
    back = guard.native(place.whole.mentions["mention_id"])
    own = [[back[one] for one in ids] for ids in ideas["mention_ids"]]
    ins.needs.write_ledger(ideas.assign(mention_ids=own, note="ours"), tmp_path / "ideas.csv")
    again = update_ideas(results.customers, results.signals, folder=tmp_path, encoder=None, guard=guard)
    assert again["entry"].tolist() == ideas["entry"].tolist()
    assert shown_ledger(again, guard)["mention_ids"].tolist() == ideas["mention_ids"].tolist()
    assert set(again["note"]) == {"ours"}
