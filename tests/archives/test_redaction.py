"""What the promise of `archives.redaction` hides, form by form, and what it must leave alone."""

from __future__ import annotations

import csv
import io
import random
import re
import time
from pathlib import Path

import pytest

from insight.archives.converters import holding
from insight.archives.privacy import full_names as names
from insight.archives.privacy import phones, redaction
from insight.archives.privacy.redaction import _ADDRESS, MAY, mask_note

HERE = Path(__file__).parent
FORMS = [
    tuple(cell.replace("\\n", "\n") for cell in line.split("\t"))
    for line in (HERE / "redaction.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
KEPT = (HERE / "redaction_keep.txt").read_text(encoding="utf-8").replace("\\n", "\f").splitlines()
WHO = re.compile(r"u[0-9a-f]{16}")


@pytest.fixture
def shown(load):
    """Read texts as an export and give what is shown of them, pseudonyms as <who>."""

    def shown_(texts, platform):
        out = io.StringIO()
        sheet = csv.writer(out)
        sheet.writerow(["id", "author", "created_at", "text", "platform"])
        for number, text in enumerate([*texts, "I am Ann"]):
            author = "Ann Reed" if number == len(texts) else f"p{number}"
            sheet.writerow([number, author, f"2024-03-01 10:00:{number % 60:02}Z", text, platform])
        mentions = load(out.getvalue()).mentions
        by_number = mentions.set_index(mentions["mention_id"].str.partition(":")[2].astype(int))["text"]
        return [WHO.sub("<who>", by_number[number]) for number in range(len(texts))]

    return shown_


def test_every_form_in_the_table_is_hidden_as_stated(shown):
    assert len(FORMS) == 150
    got = shown([text for _, text, _ in FORMS], "x")
    wrong = [(said, now) for (_, said, expected), now in zip(FORMS, got, strict=True) if now != expected]
    assert wrong == []


def test_what_names_no_one_is_left_alone(shown):
    texts = [text.replace("\f", "\n") for text in KEPT]
    assert len(texts) >= 60
    assert [(said, now) for said, now in zip(texts, shown(texts, "reddit"), strict=True) if said != now] == []


def test_a_note_keeps_no_handle_at_all():
    assert mask_note("ask @ann, u/kim_w, ann@home.example, 0171 5550100 or x.com/ann") == (
        "ask @…, u/…, [e-mail], [phone] or [link]"
    )


PERSONAL = """id,author,created_at,text,user_location,city,device,e_mail
1,kim,2024-03-01 10:00:00Z,hi,"12 Elm St, Springfield",Springfield,kettle 3,kim@home.example
2,ola,2024-03-01 10:00:01Z,hi,Rome,Rome,call 0171 5550100,x
"""
MAP = """[format]
name = "mine"
title = "Mine"
platform = "web"
reader = "table"
[detect]
all = ["user_location"]
[map]
id = "id"
author = "author"
created_at = "created_at"
text = "text"
[extra]
location = "user_location"
city = "city"
device = "device"
e_mail = "e_mail"
[time]
formats = ["ISO8601"]
"""


def test_columns_about_a_person_leave_a_shareable_table(load, write):
    spec = write(MAP, "mine.toml")
    archive = load(PERSONAL, format=str(spec))
    assert {"location", "city", "e_mail"}.isdisjoint(archive.mentions)
    assert archive.mentions["device"].tolist() == ["kettle 3", "call [phone]"]
    assert sum("describes people" in note for note in archive.report.notes) == 3
    kept = load(PERSONAL, format=str(spec), privacy="internal").mentions
    assert kept["location"].tolist() == ["12 Elm St, Springfield", "Rome"]


def test_the_account_of_unread_dates_shows_no_cell(load):
    text = "id,author,created_at,text\n1,kim,2024-03-01 10:00:00Z,hi\n2,ola,Kim Wu 0171 5550100,secret\n"
    assert any("'Aaa Aa 0000 0000000' (row 2)" in note for note in load(text).report.notes)
    assert not any("Kim Wu" in note for note in load(text).report.notes)
    assert any("'Kim Wu 0171 5550100'" in note for note in load(text, privacy="internal").report.notes)


def test_a_channel_that_is_an_address_or_a_page_of_ones_own(load):
    text = (
        "id,author,created_at,text,channel,platform\n1,kim_w,2024-03-01 10:00:00Z,hi,u_kim_w,reddit\n"
        "2,ola,2024-03-01 10:00:01Z,hi,kim@home.example,mail\n3,ola,2024-03-01 10:00:01Z,hi,kettles,reddit\n"
    )
    mentions = load(text).mentions.set_index("mention_id")
    assert WHO.sub("<who>", mentions.loc["reddit:1", "channel"]) == "u/<who>"
    assert mentions.loc["reddit:3", "channel"] == "kettles"
    assert mentions.loc["mail:2", "channel"] == "[e-mail]"


def test_names_of_writers_are_hidden_part_by_part_too(write, fixtures, tmp_path):
    import pandas as pd

    from insight.archives import read_archive

    path = write(
        "id,author,created_at,text\n1,Ann Reed,2024-03-01 10:00:00Z,hi\n"
        "2,kim,2024-03-01 10:00:01Z,ask Ann Reed\n"
    )
    read_archive(path, key=fixtures / "pseudonym.txt", to=tmp_path / "out.parquet")
    assert pd.read_parquet(tmp_path / "out.parquet")["text"].tolist() == ["hi", "ask [name]"]


HOSTILE = [
    "@" * 50_000, "a." * 25_000, "a@" * 25_000, "1 " * 25_000, "0171 " * 10_000, "(" * 50_000,
    "x.com/" * 8_000, "Hi " * 16_000, "Hi A\n" * 12_000, "u/" * 25_000, "kim at home dot " * 3_000,
    "A B " * 12_000, "%40" * 16_000,
    "insta: " * 7_000, "a#1234" * 8_000, "Thanks,\n" * 6_000, "my name is " * 4_500, "AB12 " * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_no_text_stalls_a_rule(text):
    """Twice the text takes about twice the time: quadratic rules would need hours for 50,000 characters."""
    start = time.process_time()
    done = mask_note(text)
    for formula in names.MAY_GIVE_NAME:
        done = names.hide_given(done, formula, lambda word: False)
    assert isinstance(phones.mask_phones(done), str)
    assert time.process_time() - start < 10


def test_every_rule_has_a_sieve_that_lets_its_forms_through():
    by = redaction.rules(lambda name: "…", kept=lambda name: False, platform="x")
    assert list(by) == list(MAY)


STREETS = (
    "Elm Street St Rd. rue Foch 12 3b calle Mayor Lindenallee Hauptstr. Haupt straße 7 10115 Berlin Berlin, "
    "12345 ul. Długa n° 5 A Drive, Court via Roma Keizersgracht 44-100 D-10115 bis N. in my"
)


def test_no_address_is_lost_before_the_rule_sees_it():
    draw, words = random.Random(0), STREETS.split()
    texts = [
        " ".join(draw.choices(words, k=draw.randint(2, 7))) + draw.choice(["", ".", ",", "!"])
        for _ in range(20_000)
    ]
    hidden = {at for at, text in enumerate(texts) if _ADDRESS.search(text)}
    assert len(hidden) > 500
    assert hidden <= set(holding(texts, MAY["address"])[0].tolist())
