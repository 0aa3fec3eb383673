"""Exports of communities, chats, mail, transcripts and notes, each against what a person reads out of it."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest

from insight.mentions import InsightError


def at(text):
    return pd.Timestamp(text, tz="UTC")


STACK = """<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" CreationDate="2024-03-01T09:00:00.120" Score="2" Body="&lt;p&gt;Kettle &amp;amp; leaks?&lt;/p&gt;" OwnerUserId="4" Title="Leaks" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2024-03-01T10:00:00" Score="1" Body="&lt;p&gt;Seal it&lt;/p&gt;" OwnerUserId="-1" />
  <row Id="3" PostTypeId="5" CreationDate="2024-03-01T11:00:00" Score="0" Body="" />
</posts>"""


def test_stack_exchange(known):
    got = known(
        "\ufeff" + STACK,
        "Posts.xml",
        "stackexchange",
        "mention_id",
        "kind",
        "text",
        "reply_to_id",
        "author_id",
    )
    assert [row[:4] for row in got] == [
        ("stackexchange:1", "post", "Kettle & leaks?", None), ("stackexchange:2", "answer", "Seal it", "stackexchange:1"),
    ]  # fmt: skip
    assert [row[4] is None for row in got] == [False, True]


def test_stack_exchange_comments(known):
    text = '<comments><row Id="9" PostId="1" Text="Same" CreationDate="2024-03-01T09:00:00" UserId="5"/></comments>'
    assert known(text, "Comments.xml", "stackexchange", "mention_id", "kind", "reply_to_id") == [
        ("stackexchange:c9", "comment", "stackexchange:1")
    ]


@pytest.mark.parametrize("bad", [STACK[:-40], STACK.replace("Score", "<"), "<?xml version='1.0'?><posts>"])
def test_damaged_xml_is_refused_with_its_place(load, bad):
    with pytest.raises(InsightError, match="XML is damaged"):
        load(bad, "Posts.xml")


def test_xml_that_swells_is_refused(load):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><posts><row Id="&a;"/></posts>'
    with pytest.raises(InsightError, match="XML is damaged"):
        load(bomb, "Posts.xml")


def test_hacker_news_from_its_api_and_from_algolia(known):
    items = [
        {"id": 1, "by": "kim", "time": 1709283600, "type": "story", "title": "Kettle", "descendants": 1, "score": 5},
        {"id": 2, "by": "ola", "time": 1709283700, "type": "comment", "parent": 1, "text": "It&#x27;s slow<p>Very"},
    ]  # fmt: skip
    names = ("mention_id", "kind", "text", "reply_to_id")
    got = known(items, "items.json", "hackernews", *names)
    assert got == [
        ("hackernews:1", "post", "", None),
        ("hackernews:2", "comment", "It's slow\nVery", "hackernews:1"),
    ]
    hit = {
        "objectID": "2",
        "author": "ola",
        "created_at_i": 1709283700,
        "comment_text": "slow",
        "parent_id": 1,
        "story_id": 1,
    }
    assert known({"hits": [hit]}, "hits.json", "hackernews", *names) == [
        ("hackernews:2", "comment", "slow", "hackernews:1")
    ]


def test_discourse(known):
    def post(number, answered, **more):
        return {"id": 100 + number, "post_number": number, "topic_id": 57, "created_at": f"2024-03-01T0{number}:00:00.000Z",
                "cooked": f"<p>post {number}</p>", "username": f"user{number}", "reply_to_post_number": answered,
                "actions_summary": [{"id": 2, "count": number}], **more}  # fmt: skip

    posts = [post(1, None), post(2, None, staff=True), post(3, 2)]
    topic = {"id": 57, "title": "It leaks", "post_stream": {"posts": posts}}
    got = known(topic, "57.json", "discourse", "mention_id", "reply_to_id", "side", "title", "like_count")
    assert got == [
        ("discourse:57/1", None, "unknown", "It leaks", 1),
        ("discourse:57/2", "discourse:57/1", "brand", "", 2),
        ("discourse:57/3", "discourse:57/2", "customer", "", 3),
    ]


def test_discourse_table(known):
    text = "id,topic_id,post_number,user_id,created_at,raw\n9,57,1,4,2024-03-01 09:00:00,It leaks\n"
    assert known(text, "posts.csv", "generic", "mention_id", "text") == [("unknown:9", "It leaks")]


def test_sumo(known):
    text = (
        "id,created,updated,title,content,tags,product,topic,locale,answers,creator\n"
        "9,2024-03-01 09:00:00 -0700,2024-03-02 09:00:00 -0700,Sync,<p>It stops</p>,a;b,app,sync,en-US,,kim\n"
    )
    got = known(text, "questions.csv", "sumo", "mention_id", "text", "lang", "created_at")
    assert got == [("sumo:9", "It stops", "en-US", at("2024-03-01 16:00"))]


MAIL = """From kim at example.org  Fri Mar  1 09:00:00 2024
From: kim at example.org (Kim W.)
Date: Fri Mar  1 09:00:00 2024
Subject: [Kettles] It leaks
Message-ID: <one@example.org>

Mine leaks.

--
Kim

From ola at example.org  Fri Mar  1 10:00:00 2024
From: ola at example.org (Ola)
Date: Fri, 1 Mar 2024 10:00:00 +0100
Subject: [Kettles] It leaks
In-Reply-To: <one@example.org>
Message-ID: <two@example.org>

On Friday Kim wrote:
> Mine leaks.

Mine too.
>From the start.

"""


def test_mailing_list(known, load):
    got = known(MAIL, "2024-March.txt", "mbox", "text", "created_at", "title")
    title, moment = "[Kettles] It leaks", at("2024-03-01 09:00")
    assert sorted(got) == [("Mine leaks.", moment, title), ("Mine too.\nFrom the start.", moment, title)]
    mentions = load(MAIL, "2024-March.txt").mentions
    assert mentions["reply_to_id"].dropna().isin(mentions["mention_id"]).all()
    assert mentions["author_id"].nunique() == 2
    assert "example.org" not in mentions.astype(object).to_csv()


def slack(write_zip):
    people = [{"id": "U1", "name": "kim", "is_bot": False}, {"id": "U2", "name": "ola", "is_bot": False}]
    day = [
        {"type": "message", "user": "U1", "text": "<@U2> it leaks &amp; <https://example.org|drips>", "ts": "1709283600.000002"},
        {"type": "message", "user": "U2", "text": "same", "ts": "1709283700.000001", "thread_ts": "1709283600.000002",
         "reactions": [{"name": "x", "count": 2}]},
        {"type": "message", "subtype": "channel_join", "user": "U2", "text": "joined", "ts": "1709283500.000001"},
        {"type": "message", "subtype": "bot_message", "bot_id": "B1", "text": "", "ts": "1709283800.000001",
         "attachments": [{"fallback": "build passed"}]},
    ]  # fmt: skip
    return write_zip({"users.json": people, "channels.json": [], "help/2024-03-01.json": day})


@pytest.fixture
def write_zip(write):
    def write_zip_(members):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, value in members.items():
                archive.writestr(name, json.dumps(value))
        return write(packed.getvalue(), "export.zip")

    return write_zip_


def test_slack(read, rows, write_zip):
    archive = read(slack(write_zip), privacy="internal")
    assert archive.report.files["source_format"].tolist() == ["slack"]
    assert rows(archive, "mention_id", "text", "side", "reply_to_id", "author_name") == [
        ("slack:help/1709283600.000002", "@ola it leaks & drips", "unknown", None, "kim"),
        ("slack:help/1709283700.000001", "same", "unknown", "slack:help/1709283600.000002", "ola"),
        ("slack:help/1709283800.000001", "build passed", "other", None, "B1"),
    ]
    assert archive.report.set_aside[["reason", "detail"]].to_numpy().tolist() == [
        ["not a message", "channel_join"]
    ]
    assert archive.mentions["like_count"].tolist()[1] == 2


def test_discord(known):
    def message(own, **more):
        return {"id": own, "type": "Default", "timestamp": "2024-03-01T09:00:00+01:00", "content": f"text {own}",
                "author": {"id": "4", "name": "kim", "isBot": False}, **more}  # fmt: skip

    talk = {"guild": {"id": "1"}, "channel": {"name": "help"}, "messages": [
        message("7"), message("8", type="Reply", reference={"messageId": "7"}), message("9", type="GuildMemberJoin"),
        message("10", author={"id": "5", "name": "helper", "isBot": True}),
    ]}  # fmt: skip
    got = known(talk, "help.json", "discord", "mention_id", "reply_to_id", "side", "channel")
    assert sorted(got) == [
        ("discord:10", None, "other", "help"), ("discord:7", None, "unknown", "help"),
        ("discord:8", "discord:7", "unknown", "help"),
    ]  # fmt: skip


def test_discord_table(known):
    text = "AuthorID,Author,Date,Content,Attachments,Reactions\n4,kim,2024-03-01T09:00:00+00:00,It leaks,,\n"
    assert known(text, "help.csv", "discord_table", "text", "created_at") == [
        ("It leaks", at("2024-03-01 09:00"))
    ]


def test_telegram(known):
    messages = [
        {"id": 1, "type": "message", "date": "2024-03-01T10:00:00", "date_unixtime": "1709283600", "from": "Kim",
         "from_id": "user4", "text": ["see ", {"type": "link", "text": "https://example.org"}, " it leaks"]},
        {"id": 2, "type": "service", "date": "2024-03-01T10:00:00", "date_unixtime": "1709283600", "action": "pin_message", "text": ""},
        {"id": 3, "type": "message", "date": "2024-03-01T10:05:00", "date_unixtime": "1709283900", "from": "Ola",
         "from_id": "user5", "text": "same", "reply_to_message_id": 1},
    ]  # fmt: skip
    chat = {"name": "Kettles", "type": "public_supergroup", "id": 77, "messages": messages}
    expected = [
        ("telegram:77/1", "see https://example.org it leaks", None),
        ("telegram:77/3", "same", "telegram:77/1"),
    ]
    for value in (chat, {"chats": {"list": [chat]}}):
        assert known(value, "result.json", "telegram", "mention_id", "text", "reply_to_id") == expected


@pytest.mark.parametrize(
    ("lines", "first"),
    [
        ("31/01/24, 21:05 - Kim: It leaks\n01/02/24, 09:00 - Ola: same\nas: ever\n", "2024-01-31 21:05"),
        ("[1/31/24, 9:05\u202fPM] Kim: It leaks\r\n[2/1/24, 9:00\u202fAM] Ola: \u200esame\r\nas: ever\r\n", "2024-01-31 21:05"),
        ("[2024-01-31, 21:05:07] Kim: It leaks\n[2024-02-01, 09:00:01] Ola: same\nas: ever\n", "2024-01-31 21:05:07"),
        ("31.01.24, 21:05 - Kim: It leaks\n01.02.24, 09:00 - Ola: same\nas: ever\n", "2024-01-31 21:05"),
        ("05/01/24, 21:05 - Kim: It leaks\n02/02/24, 09:00 - Ola: same\nas: ever\n", "2024-01-05 21:05"),
    ],
)  # fmt: skip
def test_whatsapp_in_many_ways_of_writing_dates(known, lines, first):
    got = known(lines, "chat.txt", "chat", "created_at", "text")
    assert got[0] == (at(first), "It leaks")
    assert got[1][1] == "same\nas: ever"


def test_events_are_skipped_and_doubtful_days_are_said(load):
    archive = load("31/01/24, 21:05 - Kim: It leaks\n31/01/24, 21:06 - You were added\n", "chat.txt")
    assert archive.report.set_aside["reason"].tolist() == ["not a message"]
    doubtful = "03/05/24, 21:05 - Kim: It leaks\n04/05/24, 21:05 - Kim: It leaks\n"
    archive = load(doubtful, "chat.txt")
    assert archive.mentions["created_at"].tolist() == [at("2024-05-03 21:05"), at("2024-05-04 21:05")]
    assert any("read as day, month, year" in note for note in archive.report.notes)
    other = load(doubtful, "chat.txt", day_first=False)
    assert other.mentions["created_at"].tolist() == [at("2024-03-05 21:05"), at("2024-04-05 21:05")]


def test_zulip(known):
    messages = [{"id": 5, "sender_full_name": "Kim", "timestamp": 1709283600, "content": "<p>It leaks</p>"}]
    got = known(messages, "help/leaks.json", "zulip", "mention_id", "text", "title")
    assert got == [("zulip:5", "It leaks", "leaks")]


VTT = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
<v Kim>My kettle leaks.

00:00:04.000 --> 00:00:06.000
<v Kim>Every day.

NOTE nobody said this

00:00:06.500 --> 00:00:08.000
<v Interviewer>Since when?
"""


def test_transcript_turns(known, load):
    got = known(VTT, "talk.vtt", "transcript", "text", "offset", "created_at")
    assert sorted(got) == [
        ("My kettle leaks. Every day.", "00:00:01.000", None),
        ("Since when?", "00:00:06.500", None),
    ]
    assert load(VTT, "talk.vtt").report.n_authors == 2


def test_srt_with_named_speakers(known):
    text = "\ufeff1\r\n00:00:01,000 --> 00:00:04,000\r\nKim: It leaks.\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\nOla: Mine too.\r\n"
    assert sorted(known(text, "talk.srt", "transcript", "text")) == [("It leaks.",), ("Mine too.",)]


NOTES = """# Visit on 2024-03-05

Kim: I always fill the kettle twice, because it never holds enough.

She lives on the third floor
and carries the water up.

- The lid is hard to open with one hand
- She keeps the old one as a spare
"""


def test_field_notes(known):
    got = known(NOTES, "visits.md", "notes", "text", "title", "kind", "created_at")
    day = at("2024-03-05")
    assert sorted(got) == sorted([
        ("I always fill the kettle twice, because it never holds enough.", "Visit on 2024-03-05", "note", day),
        ("She lives on the third floor and carries the water up.", "Visit on 2024-03-05", "note", day),
        ("The lid is hard to open with one hand", "Visit on 2024-03-05", "note", day),
        ("She keeps the old one as a spare", "Visit on 2024-03-05", "note", day),
    ])  # fmt: skip


def test_field_notes_without_a_day_and_as_a_document(known):
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>The lid is hard to open</w:t></w:r></w:p></w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", body)
    names = ("text", "created_at", "time_precision")
    assert known(packed.getvalue(), "visit.docx", "notes", *names) == [
        ("The lid is hard to open", None, "none")
    ]
    got = known("The lid is hard to open with one hand\n", "2024-03-05_visit.txt", "notes", *names)
    assert got == [("The lid is hard to open with one hand", at("2024-03-05"), "day")]
