"""Exports of help desks, each against what a person reads out of it."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations


def test_zendesk_users_of_the_same_document_give_names_and_roles(known):
    ticket = {
        "id": 9,
        "subject": "Leaks",
        "requester_id": 31,
        "status": "open",
        "created_at": "2024-05-01T08:00:00Z",
        "comments": [
            {
                "id": 1,
                "author_id": 31,
                "body": "It leaks",
                "public": True,
                "created_at": "2024-05-01T08:00:00Z",
            },
            {"id": 2, "author_id": 77, "body": "Sorry", "public": True, "created_at": "2024-05-01T09:00:00Z"},
        ],
    }
    users = [{"id": 31, "name": "Kim", "role": "end-user"}, {"id": 77, "name": "Ada", "role": "agent"}]
    got = known(
        {"tickets": [ticket], "users": users},
        "tickets.json",
        "zendesk",
        "side",
        "author_name",
        privacy="internal",
    )
    assert got == [("customer", "Kim"), ("brand", "Ada")]


def test_zendesk_tables_take_roles_from_the_table_of_users(read, write, rows):
    write("id,name,role,email\n31,Kim,end-user,k@x.example\n77,Ada,agent,a@x.example\n", "user_data.csv")
    path = write(
        "id,ticket_id,user_id,body,public,created\n1,9,31,It leaks,true,2024-05-01 08:00:00\n"
        "2,9,77,Sorry,true,2024-05-01 09:00:00\n",
        "ticket_comment_data.csv",
    )
    archive = read(path.parent)
    assert rows(archive, "side", "text") == [("customer", "It leaks"), ("brand", "Sorry")]
    assert not any("user_data.csv" in note for note in archive.report.notes)


def test_intercom(known):
    def part(own, kind, who, body):
        return {
            "id": own,
            "part_type": kind,
            "body": body,
            "created_at": 1709283600 + int(own),
            "author": who,
        }

    kim, ada = {"type": "user", "id": "u1", "name": "Kim"}, {"type": "admin", "id": "a1", "name": "Ada"}
    parts = [
        part("1", "comment", ada, "<p>Sorry</p>"),
        part("2", "note", ada, "rude"),
        part("3", "close", ada, None),
    ]
    talk = {"id": "55", "created_at": 1709283600, "state": "closed", "conversation_rating": {"rating": 5},
            "source": {"type": "email", "subject": "", "body": "<p>It leaks</p>", "author": kim},
            "conversation_parts": {"conversation_parts": parts}}  # fmt: skip
    names = ("text", "side", "kind", "rating", "conversation_id")
    thread = "intercom:conversation-55"
    first, second = (
        ("It leaks", "customer", "ticket", 1.0, thread),
        ("Sorry", "brand", "message", None, thread),
    )
    got = known({"conversations": [talk]}, "talks.json", "intercom", *names)
    assert [row[:4] for row in got] == [first[:4], second[:4]]
    assert got[0][4] == got[1][4]
    with_notes = known(talk, "talks.json", "intercom", "kind", include_private=True)
    assert with_notes == [("ticket",), ("message",), ("note",)]


def test_intercom_parts(known):
    text = (
        "id,conversation_id,body,part_type,author_type,author_id,created_at\n"
        "1,55,<p>It leaks</p>,comment,user,u1,2024-03-01 09:00:00\n2,55,<p>rude</p>,note,admin,a1,2024-03-01 09:01:00\n"
    )
    assert known(text, "parts.csv", "intercom_parts", "text", "side") == [("It leaks", "customer")]


def test_freshdesk(known):
    talk = [
        {
            "id": 1,
            "incoming": False,
            "private": False,
            "user_id": 7,
            "body_text": "Sorry",
            "created_at": "2024-05-01T09:00:00Z",
        },
        {
            "id": 2,
            "incoming": False,
            "private": True,
            "user_id": 7,
            "body_text": "rude",
            "created_at": "2024-05-01T09:01:00Z",
        },
    ]
    ticket = {
        "id": 9,
        "requester_id": 31,
        "description_text": "It leaks",
        "status": 2,
        "source": 1,
        "subject": "Leaks",
        "created_at": "2024-05-01T08:00:00Z",
        "conversations": talk,
    }
    got = known([ticket], "tickets.json", "freshdesk", "text", "side", "kind", "channel", "status")
    assert got == [
        ("It leaks", "customer", "ticket", "email", "open"),
        ("Sorry", "brand", "message", "email", "open"),
    ]
    got = known(talk, "conversations.json", "freshdesk_conversations", "text", "side")
    assert got == [("Sorry", "brand")]


def test_help_scout(known):
    threads = [
        {
            "id": 1,
            "type": "customer",
            "body": "It leaks",
            "createdAt": "2024-05-01T08:00:00Z",
            "createdBy": {"id": 5, "type": "customer"},
        },
        {
            "id": 2,
            "type": "lineitem",
            "body": "",
            "createdAt": "2024-05-01T08:30:00Z",
            "createdBy": {"id": 7, "type": "user"},
        },
        {
            "id": 3,
            "type": "message",
            "body": "<p>Sorry</p>",
            "createdAt": "2024-05-01T09:00:00Z",
            "createdBy": {"id": 7, "type": "user"},
        },
    ]
    talk = {"id": 9, "subject": "Leaks", "status": "closed", "_embedded": {"threads": threads}}
    got = known(talk, "talk.json", "helpscout", "text", "side", "title")
    assert got == [("It leaks", "customer", "Leaks"), ("Sorry", "brand", "")]


def test_help_scout_threads_of_a_warehouse(known):
    text = (
        "id,conversation_id,type,state,body,created_by_id,created_at\n"
        "1,9,customer,published,<p>The lid &amp; the seal leak</p>,77,2024-03-01 09:00:00\n"
        "2,9,message,published,<p>A new one is on its way</p>,5,2024-03-01 09:30:00\n"
        "3,9,note,published,warehouse is out,5,2024-03-01 09:31:00\n"
    )
    got = known(text, "thread.csv", "helpscout_threads", "text", "side", "conversation_id", "addressed")
    assert [row[:2] for row in got] == [
        ("The lid & the seal leak", "customer"), ("A new one is on its way", "brand"),
    ]  # fmt: skip
    assert len({row[2] for row in got}) == 1
    assert [row[3] for row in got] == [True, None]
