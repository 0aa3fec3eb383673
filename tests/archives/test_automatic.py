"""Receipts, notices of absence and bounces are marked as automatic, whichever way a source says so."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import pandas as pd
import pytest

import insight as ins


def letter(own, headers="", subject="Kettle", sender="help@pellwick.example", body="We got your mail."):
    lines = [
        f"From {sender} Mon Mar  3 09:00:0{own} 2025", f"From: {sender.title()} <{sender}>", f"Subject: {subject}",
        f"Date: Mon, 03 Mar 2025 09:00:0{own} +0000", f"Message-ID: <m{own}@pellwick.example>",
    ]  # fmt: skip
    return "\n".join([*lines, *filter(None, [headers]), "", body, "", ""])


@pytest.mark.parametrize(
    ("headers", "is_automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated (failure)", True),
        ("Auto-Submitted: no", False),
        ("Precedence: bulk", True),
        ("Precedence: auto_reply", True),
        ("Precedence: list", False),
        ("Precedence: bulk\nList-Id: <kettles.lists.example>", False),
        ("X-Autoreply: yes", True),
        ("X-Auto-Response-Suppress: All", True),
        ("X-Auto-Response-Suppress: All\nX-Mailer: Zendesk Mailer", False),
        ("Auto-Submitted: auto-replied\nX-Mailer: Zendesk Mailer", True),
        ("Return-Path: <>", True),
        ("X-Mailer: Apple Mail", False),
    ],
)
def test_headers_of_mails(load, headers, is_automatic):
    mentions = load(letter(1, headers) + letter(2, "Auto-Submitted: auto-replied"), "support.mbox").mentions
    assert mentions["automated"].tolist() == [is_automatic, True]
    assert str(mentions["automated"].dtype) == "bool"


SUBJECTS = [
    "Automatic reply: Kettle",
    "Automatische Antwort: x",
    "[#12] Réponse automatique : x",
    "自動応答: x",
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects(load, subject):
    assert load(letter(1, subject=subject), "support.mbox").mentions["automated"].tolist() == [True]


@pytest.mark.parametrize(
    "subject", ["Re: Automatic reply: Kettle", "Out of office hours you never answer", "Lid"]
)
def test_a_person_may_write_about_them(load, subject):
    archive = load(letter(1, subject=subject), "support.mbox")
    assert "automated" not in archive.mentions
    assert archive.report.files["n_automated"].tolist() == [0]


def test_receipts_answer_no_one(load):
    asked = letter(1, sender="ann@mail.example", body="Where is my kettle?")
    receipt = letter(2, "Auto-Submitted: auto-replied\nIn-Reply-To: <m1@pellwick.example>")
    other = letter(3, sender="bob@mail.example", body="Where is mine?")
    answer = letter(4, "In-Reply-To: <m3@pellwick.example>", body="On its way.")
    brands = {"Pellwick": ["help@pellwick.example"]}
    archive = load(asked + receipt + other + answer, "support.mbox", brands=brands)
    assert sorted(ins.first_responses(archive.mentions)["responded"]) == [False, True]
    assert any("1 message sent automatically" in note for note in archive.report.notes)


def test_rules_of_zendesk_are_no_agents(known):
    vias = [
        {"channel": "web"}, {"channel": "rule", "source": {"rel": "trigger"}}, {"channel": "web", "source": {"rel": "macro"}},
        {"channel": "email", "source": {"rel": None}}, {"channel": "system", "source": {"rel": "automation"}},
    ]  # fmt: skip
    comments = [
        {"id": own, "author_id": 7, "body": "Hello", "public": True, "created_at": f"2024-05-01T0{own}:00:00Z", "via": via}
        for own, via in enumerate(vias, start=1)
    ]  # fmt: skip
    ticket = {
        "id": 9,
        "subject": "Lid",
        "requester_id": 31,
        "status": "open",
        "created_at": "2024-05-01T01:00:00Z",
    }
    got = known({**ticket, "comments": comments}, "ticket.json", "zendesk", "automated")
    assert [flag for (flag,) in got] == [False, True, False, False, True]


def test_bots_of_intercom(known):
    def part(own, kind):
        return {
            "id": own,
            "body": "Hi",
            "part_type": "comment",
            "created_at": 1709283600 + int(own),
            "author": {"type": kind, "id": kind},
        }

    talk = {
        "id": "1", "created_at": 1709283600, "source": {"body": "Hi", "author": {"type": "user", "id": "u"}},
        "conversation_parts": {"conversation_parts": [part("2", "bot"), part("3", "admin")]},
    }  # fmt: skip
    assert known(talk, "talk.json", "intercom", "automated") == [(False,), (True,), (False,)]


def test_answers_of_freshdesk_and_help_scout(known):
    def part(own, automatic):
        return {
            "id": own,
            "user_id": 9,
            "body_text": "Hi",
            "incoming": False,
            "private": False,
            "created_at": f"2024-05-01T0{own}:00:05Z",
            "auto_response": automatic,
        }

    ticket = {
        "id": 5,
        "subject": "Lid",
        "requester_id": 1,
        "created_at": "2024-05-01T01:00:00Z",
        "status": 2,
        "description_text": "Hi",
    }
    got = known(
        {**ticket, "conversations": [part(6, True), part(7, False)]}, "fresh.json", "freshdesk", "automated"
    )
    assert got == [(False,), (True,), (False,)]

    def thread(own, kind, source):
        return {
            "id": own,
            "type": kind,
            "body": "Hi",
            "createdAt": f"2024-05-01T0{own}:00:00Z",
            "createdBy": {"id": own, "type": "user"},
            "source": source,
        }

    threads = [
        thread(1, "customer", {"type": "email", "via": "customer"}),
        thread(2, "message", {"type": "workflow", "via": "system"}),
    ]
    scout = {"id": 8, "subject": "Lid", "status": "active", "_embedded": {"threads": threads}}
    assert known(scout, "scout.json", "helpscout", "automated") == [(False,), (True,)]


def test_a_table_may_say_so_itself(load):
    table = "id,author,created_at,text,is_auto_reply\n1,a,2024-06-01T10:00:00Z,x,false\n2,a,2024-06-01T10:00:00Z,y,True\n"
    assert load(table).mentions["automated"].tolist() == [False, True]


def test_an_archive_read_part_by_part_says_the_same(read, write, tmp_path, monkeypatch):
    monkeypatch.setattr("insight.archives.large.AT_ONCE", 3)
    footer = "This message was sent from the kiosk of the shop in town"
    rows = [
        f'{n},{"Anonymous" if n % 2 else f"kim{n}"},2024-06-01T10:00:{n:02}Z,{n == 4},"Of my own {n}\n> quoted\n\n{footer}"\n'
        for n in range(12)
    ]
    path = write("id,author,created_at,automated,text\n" + "".join(rows))
    report = read(path, to=tmp_path / "all.parquet")
    parts, whole = pd.read_parquet(tmp_path / "all.parquet"), read(path)
    for name in ("text", "automated", "placeholder", "words_cut"):
        assert parts[name].tolist() == whole.mentions[name].tolist(), name
    assert set(parts["words_cut"]) == {"quoted; repeated"}
    assert parts["text"].tolist() == [f"Of my own {n}" for n in range(12)]
    pd.testing.assert_frame_equal(report.files, whole.report.files)


@pytest.mark.real
def test_the_case_of_the_receipts(read, real_data):
    brands = {"Lumo": ["support@lumo.example"]}
    mentions = read(real_data / "cases/06-autoreply.mbox", brands=brands).mentions
    waits = ins.first_responses(mentions)
    assert (int(mentions["automated"].sum()), len(waits), int(waits["responded"].sum())) == (30, 30, 20)
    assert waits.loc[waits["responded"], "wait_hours"].median() == pytest.approx(33.5, abs=0.6)
