"""Pseudonyms that hold across files and months, and texts that name nobody."""

from __future__ import annotations

import json
import re
import stat

import pandas as pd
import pytest

from insight.archives import read_archive
from insight.archives.privacy.pseudonyms import load_key, pseudonym
from insight.mentions import InsightError

KEY = bytes(range(32))


def test_a_pseudonym_is_keyed_and_kept_apart_by_platform():
    one = pseudonym("Kim_W", space="x", key=KEY)
    assert re.fullmatch(r"u[0-9a-f]{16}", one)
    assert one == pseudonym("kim_w", space="x", key=KEY)
    assert one != pseudonym("kim_w", space="reddit", key=KEY)
    assert one != pseudonym("kim_w", space="x", key=bytes(32))
    assert pseudonym(one, space="x", key=KEY) == one


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path):
    path = tmp_path / "made" / "pseudonym.key"
    first = load_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (len(first), load_key(path)) == (32, first)


def test_the_key_lies_in_the_users_own_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    assert load_key(None) == load_key(tmp_path / "data" / "pseudonym.key")


@pytest.mark.parametrize("text", ["", "not hexadecimal", "abcd"])
def test_a_key_that_is_none(tmp_path, text):
    (tmp_path / "key").write_text(text, encoding="ascii")
    with pytest.raises(InsightError, match="the pseudonym key 'key'"):
        load_key(tmp_path / "key")


def test_the_same_person_in_two_months_has_one_pseudonym(load):
    march = load("id,author,created_at,text\n1,kim,2024-03-01 10:00:00Z,hi\n", "march.csv")
    april = load("id,author,created_at,text\n9,Kim,2024-04-01 10:00:00Z,hi\n", "april.csv")
    assert march.mentions["author_id"][0] == april.mentions["author_id"][0]


TEXT = """id,author,created_at,text,url,platform
1,kim_w,2024-03-01 10:00:00Z,"@ola_n, @Pellwick and @OLA_N.thanks: mail kim@home.example or +49 170 5550100",https://x.com/kim_w/status/1,x
2,ola_n,2024-03-01 11:00:00Z,"order 20240301123456, 2024-03-01 10:00:00, 3.5 l for 1,200.00; (030) 555-0199",https://example.org/review/2,x
"""


def test_texts_name_nobody_but_brands(load):
    mentions = load(TEXT).mentions
    kim, ola = mentions["author_id"]
    assert mentions["text"][0] == f"@{ola}, @Pellwick and @{ola}.thanks: mail [e-mail] or [phone]"
    assert mentions["text"][1] == "order [number], 2024-03-01 10:00:00, 3.5 l for 1,200.00; [phone]"
    assert [None if pd.isna(url) else url for url in mentions["url"]] == [
        None,
        "https://example.org/review/2",
    ]
    assert mentions["author_name"].isna().all()
    assert kim != ola


def test_addresses_as_mailing_lists_write_them_are_masked_in_mail_alone(load):
    row = (
        "id,author,created_at,text,platform\n1,kim,2024-03-01 10:00:00Z,Ola <o.n at home.example> writes,{}\n"
    )
    assert load(row.format("mail")).mentions["text"][0] == "Ola <[e-mail]> writes"
    assert load(row.format("x")).mentions["text"][0] == "Ola <o.n at home.example> writes"


def test_internal_tables_keep_names_and_links(load):
    archive = load(TEXT, privacy="internal")
    assert archive.mentions["author_name"].tolist() == ["kim_w", "ola_n"]
    assert archive.mentions["url"][0] == "https://x.com/kim_w/status/1"
    assert "kim@home.example" in archive.mentions["text"][0]
    assert archive.mentions["author_id"].tolist() == load(TEXT).mentions["author_id"].tolist()


@pytest.mark.parametrize(
    "number",
    [
        "+1 212 555 0142",
        "+49 (0) 170 5550100",
        "212-555-0142",
        "212.555.0142",
        "(212) 555-0142",
        "030 5550 1234",
        "0170-5550100",
    ],
)
def test_telephone_numbers_go(load, number):
    archive = load(f'id,created_at,text\n1,2024-03-01 10:00:00Z,"call {number} now"\n')
    assert archive.mentions["text"][0] == "call [phone] now"


@pytest.mark.parametrize(
    "number",
    [
        "2024-03-01",
        "10:30:15",
        "1,299.00",
        "570306133677760513",
        "v1.2.3.4",
        "3 x 200 ml",
        "#12345",
        "192.168.0.1",
        "50-60",
        "2023/2024",
        "00:15",
    ],
)
def test_other_numbers_stay(load, number):
    archive = load(f'id,created_at,text\n1,2024-03-01 10:00:00Z,"see {number} there"\n')
    assert archive.mentions["text"][0] == f"see {number} there"


def test_records_that_were_set_aside_are_shown_only_internally(load):
    rows = ["1,ola,2024-03-01 10:00:00Z,secret of ola"] * 2
    text = "\n".join(["id,author,created_at,text", *rows, ""])
    assert load(text).report.set_aside["record"].tolist() == [""]
    assert load(text, privacy="internal").report.set_aside["record"].tolist() == ["secret of ola"]


def test_another_key_changes_people_but_not_the_table(fixtures, tmp_path):
    (tmp_path / "other").write_text("cd" * 32, encoding="ascii")
    one = read_archive(fixtures / "twcs.csv", key=fixtures / "pseudonym.txt").mentions
    two = read_archive(fixtures / "twcs.csv", key=tmp_path / "other").mentions
    assert set(one["author_id"]).isdisjoint(two["author_id"])
    same = [name for name in one if name not in ("author_id", "text")]
    pd.testing.assert_frame_equal(one[same], two[same])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("paid with 4111 1111 1111 1111 twice", "paid with [number] twice"),
        ("paid with 4111-1111-1111-1112 twice", "paid with 4111-1111-1111-1112 twice"),
        ("refund to DE89 3704 0044 0532 0130 00 please", "refund to [number] please"),
        ("order #PW-2024-10311 is late", "order #[number] is late"),
        ("Bestellung Nr. 4711-0815 fehlt", "Bestellung Nr. [number] fehlt"),
        ("in order to get 5000 points", "in order to get 5000 points"),
        ("my case 12 bottles", "my case 12 bottles"),
        ("https://example.org/i/1582825767519809536", "https://example.org/i/1582825767519809536"),
    ],
)
def test_numbers_that_lead_to_a_person(load, said, shown):
    table = f'id,author,created_at,text\n1,kim,2024-03-01 10:00:00Z,"{said}"\n'
    assert load(table).mentions["text"][0] == shown
    assert load(table, privacy="internal").mentions["text"][0] == said


GONE = """id,author,created_at,text,reply_to,retweeted_id,platform
1,kim,2024-03-01 10:00:00Z,my kettle leaks,,,x
2,bo,2024-03-01 10:01:00Z,@kim mine too,1,,x
3,ola,2024-03-01 10:02:00Z,thanks,2,,x
"""


@pytest.mark.parametrize("deleted", [["@Kim"], ["x:1"], ["1"], None])
def test_the_deletion_list_is_honoured_and_counted(load, write, deleted):
    path = write("@KIM\n\n", "deleted.txt") if deleted is None else deleted
    archive = load(GONE, deleted=path, privacy="internal")
    assert archive.mentions["mention_id"].tolist() == ["x:2", "x:3"]
    assert archive.mentions["reply_to_id"].tolist() == ["x:1", "x:2"]
    left_out = archive.report.set_aside[["source_row", "reason", "record"]].to_numpy().tolist()
    assert left_out == [[1, "deleted", ""]]
    assert "1 messages on the deletion list were left out." in archive.report.notes


def test_the_deletion_list_takes_pseudonyms_and_reposts_of_what_it_names(load, fixtures):
    person = load(GONE).mentions["author_id"][0]
    assert load(GONE, deleted=[person]).mentions["mention_id"].tolist() == ["x:2", "x:3"]
    post = {"author_id": "7", "created_at": "2024-03-01T10:00:00Z", "public_metrics": {}}
    shared = {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}
    posts = [post | {"id": "1", "text": "leaks"}, post | {"id": "2", "text": "RT @kim: leaks"} | shared]
    page = json.dumps({"data": [*posts, post | {"id": "3", "text": "hello"}]})
    archive = load(page, "posts.jsonl", deleted=["x:1"])
    assert archive.mentions["mention_id"].tolist() == ["x:3"]


def test_a_deletion_list_that_is_not_there(load, tmp_path):
    with pytest.raises(InsightError, match=r"deletion list 'none\.txt' cannot be read"):
        load(GONE, deleted=tmp_path / "none.txt")


def test_writers_of_mails_do_not_sign_with_their_name(load):
    mail = (
        "From ann@example.org Mon Mar  4 09:00:00 2024\nFrom: Ann Reed <ann@example.org>\n"
        "Date: Mon, 4 Mar 2024 09:00:00 +0100\nSubject: Lid\nMessage-ID: <a1@example.org>\n\n"
        "I asked Ann Marie and Bo Lind. Reed, Ann here again.\n\nBest wishes\n- Ann R.\n"
    )
    told = load(mail, "mail.mbox").mentions["text"].item()
    assert told == "I asked Ann Marie and Bo Lind. [name] here again.\n\nBest wishes\n[name]"
    kept = load(mail, "mail.mbox", privacy="internal").mentions["text"].item()
    assert kept.endswith("- Ann R.")


def test_a_brand_keeps_its_name_in_what_it_writes(load):
    text = "author,created_at,text\nPellwick Help,2024-03-01 09:00Z,Pellwick Help is open till nine\n"
    told = load(text, brands={"Pellwick": ["Pellwick Help"]}).mentions["text"].item()
    assert told == "Pellwick Help is open till nine"
