"""What people write into small files is on the page, and still there after the next run."""

import shutil

import pandas as pd
import pytest

import insight as ins
from insight.report.collect import collect_quotes, collect_tables
from insight.report.corrections import find_edits, read_notes

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edited(built, make_archive, crowd, tmp_path_factory):
    """A folder as a first run writes it, then edited by hand, and the run after that."""
    folder = tmp_path_factory.mktemp("kept") / "insight-edits"
    written = built.save_edits(folder)
    assert [path.name for path in written] == ["topics.toml", "needs.toml", "notes.csv"]
    own, line, suggested = (folder / "topics.toml").read_text(encoding="utf-8").partition("# ---- below")
    entry = [
        text.removeprefix("# ") for text in suggested.splitlines() if text.startswith(("# name", "# words"))
    ]
    named = "\n".join(["[[topic]]", 'name = "Named <b>by hand</b>"', entry[1], ""])
    (folder / "topics.toml").write_text(f"{own}\n# mine\n{named}\n{line}{suggested}", encoding="utf-8")
    quoted = collect_quotes(built.results)["mention_id"].iloc[0]
    (folder / "notes.csv").write_text(f"mention_id,note\n{quoted},ask Ann\nx:gone,later\n", encoding="utf-8")
    return folder, quoted, ins.build_report(make_archive(crowd), edits=folder)


def test_a_name_is_on_the_page_and_in_the_workbook(edited):
    page = edited[2]
    assert "Named <b>by hand</b>" in set(page.results.topics.table["name"])
    assert "Named <b>by hand</b>" in set(collect_tables(page.results, page.imported)["topics"]["name"])
    assert "<b>by hand" not in page.to_html()


def test_what_people_wrote_outlives_the_run(edited):
    folder, _, page = edited
    page.save_edits(folder)
    own, _, suggested = (folder / "topics.toml").read_text(encoding="utf-8").partition("# ---- below")
    assert "# mine" in own
    assert own.count("[[topic]]\nname") == 1
    assert "Named" not in suggested
    assert suggested.count("# [[topic]]") == len(page.results.topics.rule.numbers) - 1
    assert "ask Ann" in (folder / "notes.csv").read_text(encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    page.save_edits(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_note_stands_beside_its_message(edited):
    _, quoted, page = edited
    noted = collect_quotes(page.results).set_index("mention_id")["note"]
    assert set(noted.loc[[quoted]]) == {"ask Ann"}, "in a need and in a topic"
    assert set(noted.dropna().index) == {quoted}
    notes = dict(page.page.method.tables)["Notes by the team"]
    assert [row[1] for row in notes.rows] == ["ask Ann"]


def test_a_note_is_shown_without_addresses(built, make_archive, crowd, tmp_path):
    quoted = collect_quotes(built.results)["mention_id"].iloc[0]
    note = f"mention_id,note\n{quoted},write to ann@example.org or @ann or +49 30 1234567\n"
    (tmp_path / "notes.csv").write_text(note, encoding="utf-8")
    page = ins.build_report(make_archive(crowd), edits=tmp_path, **fitted(built))
    notes = dict(page.page.method.tables)["Notes by the team"]
    assert notes.rows[0][1] == "write to [e-mail] or @… or [phone]"


def fitted(built):
    """What was found in the same messages before, so that a test need not find it again."""
    results = built.results
    return {"topics": results.topics, "signals": results.signals, "needs": results.voiced}


def test_the_state_of_an_idea_outlives_the_run(edited, make_archive, crowd, tmp_path):
    folder = tmp_path / "insight-edits"
    shutil.copytree(edited[0], folder)
    ledger = edited[2].results.ledger
    assert len(ledger), "people wish for something in this crowd"
    entry = ledger["entry"].iloc[0]
    decided = ins.needs.advance_idea(ledger, entry=entry, step="decided", on="2026-03-20", note="yes")
    ins.needs.write_ledger(decided, folder / "ideas.csv")
    again = ins.build_report(make_archive(crowd), edits=folder)
    assert again.results.loop.set_index("stage").loc["decided", "n_reached"] > 0
    again.save_edits(folder)
    kept = ins.needs.read_ledger(folder / "ideas.csv").set_index("entry")
    assert list(kept.index) == list(ledger["entry"])
    assert (str(kept.loc[entry, "decided"].date()), kept.loc[entry, "note"]) == ("2026-03-20", "yes")
    assert list(collect_tables(again.results, again.imported)["ideas"]["entry"]) == list(ledger["entry"])


def test_a_merge_written_by_hand_is_made(built, make_archive, crowd, tmp_path):
    words = built.results.topics.terms.groupby("topic")["term"].agg(list)
    (tmp_path / "topics.toml").write_text(f"[[merge]]\ntopics = {[words[0], words[1]]}\n", encoding="utf-8")
    merged = ins.build_report(make_archive(crowd), edits=tmp_path).results.topics
    assert len(merged.rule.numbers) == len(built.results.topics.rule.numbers) - 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("topics.toml", "[[topics]]\n", "topics.toml holds"),
        ("ideas.csv", "a,b\n1,2\n", "lacks the columns"),
        ("notes.csv", "id,text\n1,2\n", "it needs mention_id and note"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(make_archive, crowd, tmp_path, name, content, message):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ins.InsightError, match=message):
        ins.build_report(make_archive(crowd), edits=tmp_path)


def test_notes_on_one_message_are_put_together(tmp_path):
    (tmp_path / "notes.csv").write_text("mention_id,note\nx:1,first\nx:2, \nx:1,second\n", encoding="utf-8")
    assert read_notes(tmp_path).to_numpy().tolist() == [["x:1", "first; second"]]


def test_the_folder_beside_the_settings_is_found(tmp_path):
    assert find_edits(None) is None
    assert find_edits(tmp_path / "insight.toml") is None
    (tmp_path / "insight-edits").mkdir()
    assert find_edits(tmp_path / "insight.toml") == tmp_path / "insight-edits"


def test_an_archive_never_reads_the_edits_that_lie_in_it(tmp_path):
    pd.DataFrame(
        {"author": ["ann"], "created_at": ["2026-03-01T10:00:00Z"], "text": ["my lid leaks"]}
    ).to_csv(tmp_path / "posts.csv", index=False)
    (tmp_path / "insight-edits").mkdir()
    (tmp_path / "insight-edits" / "notes.csv").write_text("author,created_at,text\nx,2026-03-01,no\n")
    archive = ins.read_archive(tmp_path, key=tmp_path / "key")
    assert archive.report.files["source_file"].tolist() == ["posts.csv"]
