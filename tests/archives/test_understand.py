"""Files of no known format: what their columns hold is understood, read, and written as a map."""

from __future__ import annotations

import json
import tomllib

import pandas as pd
import pytest

from insight.archives.detect import load_specs, user_folder
from insight.archives.inference.propose import propose_map
from insight.mentions import InsightError

ODD = (
    "Ref;Wer;Wann;Was gesagt wurde;Spr;Adresse\n"
    "q-1;kim.w;31.03.2024 09:05;Der Wasserkocher tropft seit gestern;de;https://x.example/1\n"
    "q-2;ola_n;31.03.2024 10:05;Die App findet meine Maschine nicht;de;https://x.example/2\n"
    "q-3;kim.w;01.04.2024 11:05;Er tropft immer noch auf den Tisch;de;https://x.example/3\n"
    "q-4;mara;02.04.2024 12:05;The lid is far too stiff for me;en;https://x.example/4\n"
)


def columns_of(path):
    return {one.role: one.columns for one in propose_map(path).decision.found}


def test_columns_are_understood_by_their_values(write):
    path = write(ODD)
    assert columns_of(path) == {
        "text": ("Was gesagt wurde",), "created_at": ("Wann",), "id": ("Ref",), "author": ("Wer",),
        "url": ("Adresse",), "lang": ("Spr",),
    }  # fmt: skip
    decision = propose_map(path).decision
    assert {one.role: one.reason for one in decision.found}["text"] == "the longest texts"
    assert any("'Wer' is taken for the author by its values" in warning for warning in decision.warnings)


def test_a_map_is_the_decision_that_read_the_file(read, write, rows):
    path, spec = write(ODD), write(propose_map(write(ODD)).toml, "mine.toml")
    alone, mapped = read(path), read(path, format=str(spec))
    drop = ["source_format"]
    pd.testing.assert_frame_equal(alone.mentions.drop(columns=drop), mapped.mentions.drop(columns=drop))
    assert rows(mapped, "mention_id", "lang")[0] == ("unknown:q-1", "de")
    assert mapped.report.n_authors == 3
    assert mapped.report.first.isoformat() == "2024-03-31T09:05:00+00:00"


def test_headers_go_before_values(write):
    path = write("id,note,text,created_at\n1,a long note about it,short,2024-03-01\n2,b,c,2024-03-02\n")
    assert columns_of(path)["text"] == ("text",)


def test_json_lines_of_nested_records(read, write, rows):
    items = [
        {
            "key": f"k{i}",
            "said": {"words": f"my kettle leaks again number {i}"},
            "when": f"2024-03-0{i}T09:00:00Z",
            "by": {"nick": who},
        }
        for i, who in enumerate(["kim", "ola", "kim", "mara"], start=1)
    ]
    path = write("\n".join(map(json.dumps, items)), "odd.jsonl")
    assert columns_of(path)["text"] == ("said.words",)
    assert columns_of(path)["author"] == ("by.nick",)
    archive = read(path, format=str(write(propose_map(path).toml, "odd.toml")))
    assert [row[0] for row in rows(archive, "text")] == [item["said"]["words"] for item in items]


@pytest.mark.parametrize("content", ["a,b\n1,2\n3,4\n", "only one line", '[["a"]]'])
def test_files_without_messages_are_refused(write, content):
    with pytest.raises(InsightError):
        propose_map(write(content, "odd.csv"))


@pytest.mark.parametrize(
    "toml",
    [
        "",
        "[format",
        '[format]\nname = "x"',
        '[format]\nname="x"\ntitle="x"\nreader="table"\n[time]\nformats=["ISO8601"]',
    ],
)
def test_a_broken_map_is_refused_by_name(read, write, toml):
    spec = write(toml, "mine.toml")
    with pytest.raises(InsightError, match=r"mine\.toml"):
        read(write(ODD), format=str(spec))


def test_specs_in_the_folder_of_a_user_are_tried_by_themselves(read, write, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    user_folder().mkdir(parents=True)
    (user_folder() / "mine.toml").write_text(propose_map(write(ODD)).toml, encoding="utf-8")
    load_specs.cache_clear()
    try:
        assert read(write(ODD)).report.files["source_format"].tolist() == ["export"]
    finally:
        monkeypatch.undo()
        load_specs.cache_clear()


def test_every_map_is_sound_toml(write, fixtures):
    for name in ("generic.csv", "twcs.csv", "airline.csv"):
        inferred = propose_map(fixtures / name)
        roles = {one.role for one in inferred.decision.found} - {"reply", "reply_at", "place"}
        assert set(tomllib.loads(inferred.toml)["map"]) == roles


def test_the_command_writes_the_map_where_told_and_says_what_is_uncertain(write, tmp_path):
    from typer.testing import CliRunner

    from insight.cli import app

    path = write(ODD)
    doubt = "! 'Wer' is taken for the author"
    shown = CliRunner().invoke(app, ["map", str(path)])
    assert shown.exit_code == 0
    assert shown.stdout.strip() == propose_map(path).toml.strip()
    assert doubt in shown.stderr
    assert not path.with_suffix(".toml").exists()
    target = tmp_path / "mine.toml"
    result = CliRunner().invoke(app, ["map", str(path), "-o", str(target)])
    assert doubt in result.stdout
    assert target.read_text(encoding="utf-8") == propose_map(path).toml


def test_objects_deep_in_a_document_are_found(write, read):
    rows = [{"who": {"nick": nick}, "ts": 1_709_280_000 + n, "said": {"words": "it hums all night long"}}
            for n, nick in enumerate(("ann", "bo", "cy"))]  # fmt: skip
    path = write(json.dumps({"export": {"about": [{"a": 1}], "rows": rows}}), "deep.json")
    assert columns_of(path)["text"] == ("said.words",)
    assert columns_of(path)["created_at"] == ("ts",)
    assert read(path).report.n_mentions == 3
    assert read(path, format=str(write(propose_map(path).toml, "deep.toml"))).report.n_mentions == 3


def test_a_file_without_headers_loses_no_message(write, read):
    rows = "".join(f"{n},user{n},2024-03-0{n}T10:00:00Z,It hums at night again\n" for n in range(1, 6))
    path = write(rows)
    archive = read(path)
    assert archive.report.n_mentions == 5
    assert archive.mentions["created_at"].dt.day.tolist() == [1, 2, 3, 4, 5]
    mapped = read(path, format=str(write(propose_map(path).toml, "mine.toml")))
    assert mapped.mentions["text"].tolist() == archive.mentions["text"].tolist()


def test_german_headers_are_known(load, rows):
    text = "Nutzer;Erstellt am;Beitrag\nmax;24.03.2024 10:31;Der Kessel tropft\n"
    archive = load(text.encode("cp1252"))
    (got,) = rows(archive, "text", "created_at")
    assert got == ("Der Kessel tropft", pd.Timestamp("2024-03-24 10:31", tz="UTC"))


LISTED = '  "likes": "none",\n  "post": "none",\n' * 400
CODE = "".join(f"exports[`feed (sorted, the newest of all first). {n}`] = `\n{LISTED}" for n in range(3))
TYPES = "interface ForumComment {\n" + "".join(f"\tpart_{n}: string\n" for n in range(60)) + "}\n"


@pytest.mark.parametrize("text", [CODE, TYPES])
def test_source_code_is_no_table_of_messages(load, text):
    with pytest.raises(InsightError, match="no column of messages"):
        load(text, "some.ts")


@pytest.mark.parametrize("words", ["Great", "The cord is too short."])
def test_a_lone_column_of_words_is_read(load, words):
    rows = "\n".join(f"{words} {n}" for n in range(60))
    assert len(load(f"Comment\n{rows}\n", "some.csv").mentions) == 60


@pytest.mark.parametrize(
    ("ages", "replies"),
    [(("vor 2 Jahren", "vor 1 Jahr (bearbeitet)"), 1), (("2 年前", "1 年前（編集済み）"), 1)],
)
def test_ages_alone_date_comments_that_say_no_time(load, ages, replies):
    lines = [
        json.dumps({"cid": cid, "text": f"The lid leaks {at}", "time": ages[at], "author": f"@u{at}",
                    "channel": f"UC{at}", "votes": "3", "photo": "", "heart": False, "reply": bool(at)})
        for at, cid in enumerate(("UgyB1", "UgyB1.7a"))
    ]  # fmt: skip
    found = load("\n".join(lines), "comments.json").mentions
    assert found["created_at"].notna().all()
    assert set(found["time_precision"]) == {"relative"}
    assert found["reply_to_id"].notna().sum() == replies


def test_a_python_dict_with_a_moment_is_opened(load):
    said = "{'body': \"It's coming\", 'id': 3, 'modified': datetime.datetime(2025, 3, 4, 10, 0)}"
    cell = said.replace('"', '""')
    rows = ",rating,date,developerResponse,userName,review,title,isEdited\n"
    rows += f'0,2,2025-03-03 09:14:22,"{cell}",m7,No export of pages,No,False\n'
    found = load(rows + "1,5,2025-03-14 15:22:10,,t,Sehr gut,Gut,False\n", "reviews.csv").mentions
    replies = found[found["side"] == "brand"]
    assert replies["text"].tolist() == ["It's coming"]
    assert replies["created_at"].tolist() == [pd.Timestamp("2025-03-04 10:00", tz="UTC")]


def test_a_repost_passes_on_what_it_names_as_its_parent(load):
    link, rows = "https://x.com/kim/status/", []
    for at in range(1, 6):
        text = f"{'RT @kim: ' if at % 2 else ''}The lid leaks {at}"
        rows.append(f"{at},2025-03-0{at + 1} 10:00,u{at},{text},{link}{10**17 + at},{link}{10**17}")
    found = load("nr,date,user,text,link,parent_url\n" + "\n".join(rows), "posts.csv").mentions
    reposts = found["text"].str.startswith("RT @")
    assert found.loc[reposts, "reply_to_id"].isna().all()
    assert found.loc[reposts, "reposted_id"].notna().all()
    assert found.loc[~reposts, "reply_to_id"].notna().all()


def test_what_answers_a_number_is_joined_by_that_number(load):
    posts = [
        {"id": 900 + at, "post_number": at, "username": f"u{at}", "created_at": f"2025-03-0{at}T10:00:00Z",
         "cooked": f"The lid leaks {at} again", "reply_to_post_number": at - 1 if at > 1 else None}
        for at in range(1, 6)
    ]  # fmt: skip
    found = load(json.dumps({"posts": posts}), "thread.json").mentions
    assert found["reply_to_id"].dropna().isin(found["mention_id"]).sum() == 4
