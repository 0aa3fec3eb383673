"""Mail in any charset and container: names decoded and hidden, words as they were written."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import base64
import struct
import sys
import types

import pandas as pd
import pytest

from insight.mentions import InsightError
from insight.timeline import timeline


def letter(body, charset, *, coding="8bit", name="=?ISO-8859-1?Q?G=F6ran_Lindstr=F6m?=", own="1", more=""):
    head = (
        f"From: {name} <goran{own}@mail.example>\nTo: users@lumo.example\nSubject: =?utf-8?Q?L=C3=A4ngre?=\n"
        f"Date: Mon, 3 Mar 2025 09:14:22 +0100\nMessage-ID: <m{own}@mail.example>\n{more}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {coding}\n\n"
    )
    return head.encode() + body


WORDS = {
    "utf-8": "Längre sladd, please", "iso-8859-1": "Längre sladd", "windows-1252": "“Längre” sladd",
    "iso-8859-2": "Delší šňůra", "koi8-r": "Лампа мигает", "windows-1251": "Лампа мигает",
    "shift_jis": "ランプが点滅", "euc-kr": "램프가 깜박", "gb18030": "灯在闪烁", "big5": "燈在閃爍",
    "iso-8859-8-i": "המנורה מהבהבת", "x-sjis": "ランプ", "us-ascii": "Plain words",
}  # fmt: skip
PYTHON = {"iso-8859-8-i": "iso-8859-8", "x-sjis": "shift_jis"}


@pytest.mark.parametrize("charset", WORDS)
@pytest.mark.parametrize("coding", ["8bit", "base64"])
def test_words_in_any_charset(known, charset, coding):
    body = WORDS[charset].encode(PYTHON.get(charset, charset))
    body = base64.encodebytes(body) if coding == "base64" else body
    got = known(letter(body, charset, coding=coding), "mail.eml", "mbox", "text", "author_name", "title", privacy="internal")  # fmt: skip
    assert got == [(WORDS[charset], "Göran Lindström", "Längre")]


@pytest.mark.parametrize(
    ("charset", "encoding"), [("us-ascii", "utf-8"), ("us-ascii", "cp1252"), ("x-none", "utf-8")]
)
def test_bytes_that_are_not_what_they_claim(known, charset, encoding):
    assert known(letter("Längre".encode(encoding), charset), "mail.eml", "mbox", "text") == [("Längre",)]


def test_encoded_names_are_hidden_where_they_sign(load):
    mail = letter("I wish for a longer cord.\n\nGöran Lindström\n".encode(), "utf-8")
    archive = load(mail, "mail.eml")
    assert archive.mentions["text"].tolist() == ["I wish for a longer cord.\n\n[name]"]
    assert "Lindstr" not in archive.mentions.astype(object).to_csv()


def test_names_in_bare_bytes(known):
    mail = letter(b"Hello", "utf-8", name="Göran Lindström")
    assert known(mail, "mail.eml", "mbox", "author_name", privacy="internal") == [("Göran Lindström",)]


def test_a_mailbox_and_a_maildir_of_the_same_mails_are_the_same(write, read):
    mails = [letter("Delší".encode("iso-8859-2"), "iso-8859-2"),
             letter("Längre".encode(), "utf-8", own="2", more="In-Reply-To: <m1@mail.example>\n")]  # fmt: skip
    box = b"".join(b"From g@mail.example Mon Mar  3 09:14:22 2025\n" + mail + b"\n\n" for mail in mails)
    first = read(write(box, "all.mbox")).mentions
    for number, mail in enumerate(mails):
        path = write(mail, f"dir/cur/170000000{number}.M1P1.host:2,S")
    second = read(path.parent.parent).mentions
    names = ["mention_id", "author_id", "text", "reply_to_id", "created_at"]
    pd.testing.assert_frame_equal(first[names], second[names])
    assert sorted(first["text"]) == ["Delší", "Längre"]


def test_a_receipt_of_a_machine_is_nobodys_answer(load):
    mail = letter(b"We got it", "utf-8", more="Auto-Submitted: auto-replied\n")
    mentions = load(mail, "mail.eml", brands={"Lumo": ["goran1@mail.example"]}).mentions
    assert mentions["automated"].tolist() == [True]
    assert timeline(mentions)["role"].tolist() == ["automated"]


def test_notes_with_colons_are_no_mail(load):
    notes = (
        "From: the kitchen table we saw the lamp flicker twice.\n\nKim: it happens every single evening.\n"
    )
    assert load(notes, "notes.txt").report.files["source_format"].tolist() == ["notes"]


STREAMS = {
    "__substg1.0_0037001F": "Länge".encode("utf-16-le"), "__substg1.0_1000001F": "It flickers".encode("utf-16-le"),
    "__substg1.0_0C1A001F": "Göran Lindström".encode("utf-16-le"),
    "__substg1.0_5D01001F": "g@mail.example".encode("utf-16-le"),
    "__substg1.0_1035001F": "<m1@mail.example>".encode("utf-16-le"),
    "__properties_version1.0": bytes(32) + struct.pack("<HHIQ", 0x0040, 0x0039, 6, 133854668620000000),
}  # fmt: skip


class Opened:
    """What olefile gives for the streams of a message."""

    def __init__(self, data):
        self.data = data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def exists(self, name):
        return name in STREAMS

    def openstream(self, name):
        import io

        return io.BytesIO(STREAMS[name])


def test_outlook_messages(known, monkeypatch):
    monkeypatch.setitem(sys.modules, "olefile", types.SimpleNamespace(OleFileIO=Opened))
    raw = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__properties_version1.0".encode("utf-16-le")
    got = known(raw, "mail.msg", "mbox", "text", "author_name", "title", "created_at", privacy="internal")
    assert [row[:3] for row in got] == [("It flickers", "Göran Lindström", "Länge")]
    assert str(got[0][3]) == "2025-03-03 09:14:22+00:00"


def test_outlook_messages_without_the_package_name_it(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "olefile", None)
    with pytest.raises(InsightError, match="consumer-insight\\[outlook\\]"):
        load(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mail.msg")
