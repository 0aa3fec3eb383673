"""Exports of issue trackers, desks, forums and chats by API: who speaks, to whom, in which thread."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

AT = "2025-03-03T09:14:22Z"
LATER = "2025-03-04T10:00:00Z"


def at(text):
    return pd.Timestamp(text, tz="UTC")


def issue(**more):
    return {
        "id": 9012, "number": 12, "title": "Footer", "url": "https://api.git.example/issues/12", "state": "open",
        "user": {"login": "mara", "id": 501, "type": "User"}, "author_association": "NONE", "milestone": None,
        "comments": 2, "created_at": AT, "body": "The footer is gone.", **more,
    }  # fmt: skip


def test_github_issues_and_their_comments_by_rest(write, read, rows):
    spoken = {"issue_url": "https://api.git.example/issues/12", "created_at": LATER}
    write(
        json.dumps(
            [issue(), issue(id=9013, number=13, url="x", milestone={"created_at": "2020-01-01T00:00:00Z"})]
        ),
        "issues.json",
    )
    path = write(json.dumps([
        {**spoken, "id": 1, "body": "Fixed.", "user": {"login": "ada", "id": 7, "type": "User"}, "author_association": "OWNER"},
        {**spoken, "id": 2, "body": "Stale.", "user": {"login": "stale", "id": 8, "type": "Bot"}, "author_association": "NONE"},
    ]), "comments.json")  # fmt: skip
    archive = read(path.parent)
    assert archive.report.files["source_format"].tolist() == ["github_comments", "github"]
    assert rows(archive, "mention_id", "side", "kind", "created_at") == [
        ("github:9012", "customer", "post", at("2025-03-03 09:14:22")),
        ("github:9013", "customer", "post", at("2025-03-03 09:14:22")),
        ("github:1", "brand", "comment", at("2025-03-04 10:00")),
        ("github:2", "other", "comment", at("2025-03-04 10:00")),
    ]
    assert archive.mentions["conversation_id"].nunique() == 2


def test_github_by_its_command_line_with_comments_inside(known):
    one = {"number": 12, "title": "Footer", "author": {"login": "mara", "is_bot": False}, "createdAt": AT, "id": "I_1",
           "body": "The footer is gone.", "url": "https://git.example/issues/12", "comments": [
               {"id": "IC_1", "author": {"login": "ada"}, "authorAssociation": "MEMBER", "body": "Fixed.", "createdAt": LATER}]}  # fmt: skip
    assert known([one], "issues.json", "github", "text", "side", "kind") == [
        ("The footer is gone.", "unknown", "post"), ("Fixed.", "brand", "comment"),
    ]  # fmt: skip


def test_github_discussions_with_replies_to_replies(known):
    def said(own, text, **more):
        return {"id": own, "author": {"login": own}, "createdAt": LATER, "body": text, **more}

    one = {**said("D_1", "How?"), "number": 3, "title": "How", "url": "u", "comments": {"nodes": [
        said("C_1", "So.", replies={"nodes": [said("C_2", "Thanks.")]})]}}  # fmt: skip
    got = known({"data": {"discussions": {"nodes": [one]}}}, "d.json", "github", "text", "conversation_id")
    assert sorted(text for text, _ in got) == ["How?", "So.", "Thanks."]
    assert len({thread for _, thread in got}) == 1


def test_gitlab(known):
    person = {"id": 5, "username": "mara"}
    notes = [{"id": 2, "body": "Same here", "author": person, "created_at": LATER, "system": False},
             {"id": 3, "body": "added label", "author": person, "created_at": LATER, "system": True}]  # fmt: skip
    one = {"id": 1, "iid": 7, "project_id": 3, "title": "Footer", "description": "It is gone", "author": person,
           "created_at": AT, "notes": notes}  # fmt: skip
    assert known([one], "issues.json", "gitlab", "text", "kind", "conversation_id") == [
        ("It is gone", "post", "gitlab:1"), ("Same here", "comment", "gitlab:1"),
    ]  # fmt: skip
    note = {**notes[0], "noteable_id": 1, "noteable_type": "Issue"}
    assert known([note], "notes.json", "gitlab_notes", "text", "conversation_id") == [
        ("Same here", "gitlab:1")
    ]


def test_jira_with_documents_for_texts(known):
    def document(*texts):
        paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts]
        return {"type": "doc", "version": 1, "content": paragraphs}

    comment = {"id": "77", "author": {"accountId": "a", "displayName": "Ada"}, "body": document("Fixed."),
               "created": "2025-03-04T10:00:00.000+0000"}  # fmt: skip
    fields = {"summary": "Footer", "created": "2025-03-03T10:14:22.000+0100", "description": document("It is", "gone"),
              "reporter": {"accountId": "m", "displayName": "Mara"}, "project": {"key": "LUM"}, "comment": {"comments": [comment]}}  # fmt: skip
    got = known(
        {"issues": [{"id": "1", "key": "LUM-12", "fields": fields}]},
        "issues.json",
        "jira",
        "text",
        "created_at",
        "conversation_id",
        "title",
    )
    assert got == [
        ("It is\ngone", at("2025-03-03 09:14:22"), "jira:LUM-12", "Footer"),
        ("Fixed.", at("2025-03-04 10:00"), "jira:LUM-12", ""),
    ]


def test_jira_table_with_a_column_for_each_comment(known):
    text = (
        "Summary,Issue key,Project key,Reporter,Created,Description,Comment,Comment,Comment\n"
        'Footer,LUM-12,LUM,Mara Klein,03/Mar/25 9:14 AM,It is gone,03/Mar/25 2:40 PM;a:1;Which one; the last?,04/Mar/25 8:05 AM;a:2;Yes,"05/Mar/25 4:01 PM;a:1;Fixed, thanks"\n'
        "Theme,LUM-13,LUM,Tom Berg,12/Mar/25 10:30 AM,Darker please,,,\n"
    )
    got = known(text, "jira.csv", "jira_table", "text", "created_at", "kind", "conversation_id")
    assert got == [
        ("It is gone", at("2025-03-03 09:14"), "ticket", "jira:LUM-12"),
        ("Which one; the last?", at("2025-03-03 14:40"), "message", "jira:LUM-12"),
        ("Yes", at("2025-03-04 08:05"), "message", "jira:LUM-12"),
        ("Fixed, thanks", at("2025-03-05 16:01"), "message", "jira:LUM-12"),
        ("Darker please", at("2025-03-12 10:30"), "ticket", "jira:LUM-13"),
    ]


def test_servicenow_with_a_log_in_one_cell(known):
    log = (
        "2025-03-03 14:40:00 - Ada Brand (Additional comments)\nWhich one?\n\n"
        "2025-03-03 14:45:00 - Ada Brand (Work notes)\nrude\n\n2025-03-04 08:05:00 - Mara Klein (Additional comments)\nThe last\nof them\n"
    )
    text = f'Number,Short description,Opened,Caller,Description,Comments and Work notes\nINC001,Footer,2025-03-03 09:14:22,Mara Klein,It is gone,"{log}"\n'
    got = known(text, "incident.csv", "servicenow", "text", "created_at", "conversation_id")
    assert got == [
        ("It is gone", at("2025-03-03 09:14:22"), "servicenow:INC001"),
        ("Which one?", at("2025-03-03 14:40"), "servicenow:INC001"),
        ("The last\nof them", at("2025-03-04 08:05"), "servicenow:INC001"),
    ]


def test_salesforce_tables_of_one_folder_are_one_thread(write, read, rows):
    write(
        "Id,CaseNumber,Subject,Description,ContactId,Origin,CreatedDate\n500A,1,Footer,It is gone,003A,Web,2025-03-03T09:14:22.000+0000\n",
        "Case.csv",
    )
    write(
        "Id,ParentId,CommentBody,CreatedById,CreatedDate,IsPublished\n00aA,500A,Looking,005A,2025-03-03T10:00:00.000+0000,true\n",
        "CaseComment.csv",
    )
    path = write(
        "Id,ParentId,FromAddress,FromName,Incoming,MessageDate,TextBody,Subject\n02sA,500A,ada@lumo.example,Ada,false,2025-03-03T11:00:00.000+0000,Fixed,Re\n",
        "EmailMessage.csv",
    )
    archive = read(path.parent)
    assert archive.report.files["source_format"].tolist() == [
        "salesforce_cases",
        "salesforce_comments",
        "salesforce_emails",
    ]
    assert rows(archive, "text", "side") == [
        ("It is gone", "customer"),
        ("Looking", "unknown"),
        ("Fixed", "brand"),
    ]
    assert len(set(archive.mentions["conversation_id"])) == 1


def mastodon(**more):
    return {"id": "1", "content": "<p>It leaks</p>", "account": {"acct": "mara", "bot": False}, "created_at": AT,
            "reblogs_count": 0, "favourites_count": 2, "visibility": "public", "in_reply_to_id": None, "reblog": None, **more}  # fmt: skip


CASES = {
    "youtube_downloader": (
        '{"cid": "A", "text": "flickers", "time": "2 years ago", "author": "@m", "channel": "UCm", "votes": "1.2K", "replies": "1", "time_parsed": 1677834862.5}\n'
        '{"cid": "A.9x", "text": "same", "time": "1 year ago", "author": "@t", "channel": "UCt", "votes": "3", "time_parsed": 1677934862.5}',
        ("text", "like_count", "reply_to_id", "time_precision"),
        [("flickers", 1200, None, "relative"), ("same", 3, "youtube:A", "relative")],
    ),
    "mastodon_api": (
        [mastodon(), mastodon(id="2", content="", reblog=mastodon(id="9", content="Boost")), mastodon(id="3", in_reply_to_id="1", visibility="direct")],
        ("text", "kind", "like_count"),
        [("It leaks", "post", 2), ("Boost", "repost", 2)],
    ),
    "lemmy": (
        {"comments": [
            {"comment": {"id": 34, "content": "Same", "path": "0.12.34", "published": LATER}, "creator": {"name": "tom"}, "post": {"id": 5, "name": "Leaks", "published": AT}, "community": {"name": "k"}, "counts": {"upvotes": 2}},
            {"comment": {"id": 12, "content": "Why", "path": "0.12", "published": AT}, "creator": {"name": "ida", "bot_account": True}, "post": {"id": 5, "name": "Leaks", "published": AT}, "community": {"name": "k"}, "counts": {}},
        ]},
        ("mention_id", "reply_to_id", "conversation_id", "side"),
        [("lemmy:comment-12", None, "lemmy:post-5", "other"), ("lemmy:comment-34", "lemmy:comment-12", "lemmy:post-5", "unknown")],
    ),
    "canny": (
        {"comments": [{"id": "c1", "value": "On our list", "author": {"id": "a", "name": "Ada", "isAdmin": True}, "created": LATER, "post": {"id": "p1"}, "private": False}],
         "posts": [{"id": "p1", "title": "Theme", "details": "Darker", "author": {"id": "m", "name": "Mara", "isAdmin": False}, "created": AT, "score": 9}]},
        ("text", "side", "conversation_id"),
        [("Darker", "customer", "canny:p1"), ("On our list", "brand", "canny:p1")],
    ),
    "gorgias": (
        {"data": [{"id": 9, "status": "open", "created_datetime": AT, "subject": "Leaks", "channel": "email", "messages": [
            {"id": 1, "from_agent": False, "public": True, "created_datetime": AT, "body_text": "It leaks", "sender": {"id": 4}},
            {"id": 2, "from_agent": True, "public": True, "created_datetime": LATER, "body_text": "Sorry", "sender": {"id": 5}},
            {"id": 3, "from_agent": True, "public": False, "created_datetime": LATER, "body_text": "rude", "sender": {"id": 5}}]}]},
        ("text", "side", "title", "kind"),
        [("It leaks", "customer", "Leaks", "ticket"), ("Sorry", "brand", "", "message")],
    ),
    "front": (
        {"_results": [{"id": "msg_1", "is_inbound": True, "created_at": 1740993262.0, "body": "<p>It leaks</p>", "text": "It leaks", "recipients": [{"role": "from", "handle": "m@x.example"}], "author": None, "_links": {"related": {"conversation": "cnv_1"}}}]},
        ("text", "side", "created_at"),
        [("It leaks", "customer", at("2025-03-03 09:14:22"))],
    ),
    "hubspot": (
        {"results": [{"id": "1", "conversationsThreadId": "t", "createdAt": AT, "direction": "INCOMING", "text": "It leaks", "type": "MESSAGE", "senders": [{"actorId": "V-1"}]},
                     {"id": "2", "conversationsThreadId": "t", "createdAt": LATER, "direction": "OUTGOING", "text": "Sorry", "type": "MESSAGE", "senders": [{"actorId": "A-1"}]},
                     {"id": "3", "conversationsThreadId": "t", "createdAt": LATER, "direction": "OUTGOING", "text": "rude", "type": "COMMENT", "senders": []}]},
        ("text", "side"),
        [("It leaks", "customer"), ("Sorry", "brand")],
    ),
    "google_business": (
        {"reviews": [{"name": "accounts/1/reviews/9", "reviewer": {"displayName": "Mara"}, "starRating": "TWO", "comment": "It leaks", "createTime": AT, "updateTime": AT, "reviewReply": {"comment": "Sorry", "updateTime": LATER}},
                     {"name": "accounts/1/reviews/8", "reviewer": {"displayName": "A Google user"}, "starRating": "FIVE", "createTime": LATER}]},
        ("text", "side", "rating", "kind"),
        [("It leaks", "customer", 0.25, "review"), ("", "customer", 1.0, "review"), ("Sorry", "brand", None, "review_reply")],
    ),
    "cfpb": (
        "Date received,Product,Issue,Consumer complaint narrative,Company public response,Company,Complaint ID\n2025-03-03,Card,Fees,They charged me twice.,Company believes it acted appropriately,Lumo Bank,77\n",
        ("text", "brand", "channel", "mention_id"),
        [("They charged me twice.", "Lumo Bank", "Card", "cfpb:77")],
    ),
    "vanilla": (
        [{"discussionID": 5, "name": "Leaks", "body": "<p>It leaks</p>", "dateInserted": AT, "insertUserID": 4, "insertUser": {"name": "Mara"}},
         {"commentID": 5, "discussionID": 5, "body": "Same", "dateInserted": LATER, "insertUserID": 6}],
        ("mention_id", "conversation_id"),
        [("vanilla:discussion-5", "vanilla:discussion-5"), ("vanilla:comment-5", "vanilla:discussion-5")],
    ),
    "khoros": (
        {"data": {"items": [
            {"id": "1", "subject": "Leaks", "body": "<p>It leaks</p>", "post_time": "2025-03-03T10:14:22.000+01:00", "author": {"id": "4", "login": "mara"}, "topic": {"id": "1"}, "kudos": {"sum": {"weight": 3}}},
            {"id": "2", "subject": "Re: Leaks", "body": "Sorry", "post_time": LATER, "author": {"id": "5", "login": "ada", "rank": {"name": "Employee"}}, "topic": {"id": "1"}, "parent": {"id": "1"}}]}},
        ("text", "side", "reply_to_id", "created_at"),
        [("It leaks", "unknown", None, at("2025-03-03 09:14:22")), ("Sorry", "brand", "khoros:1", at("2025-03-04 10:00"))],
    ),
    "phpbb": (
        "post_id,topic_id,forum_id,poster_id,post_time,post_subject,post_text\n1,7,2,4,1740993262,Leaks,It leaks\n2,7,2,5,1740993362,Re,Same\n",
        ("text", "title"),
        [("It leaks", "Leaks"), ("Same", "Re")],
    ),
    "teams": (
        {"value": [{"id": "1", "messageType": "message", "createdDateTime": AT, "from": {"user": {"id": "m", "displayName": "Mara"}}, "body": {"contentType": "html", "content": "<p>It leaks</p>"},
                    "replies": [{"id": "2", "replyToId": "1", "messageType": "message", "createdDateTime": LATER, "from": {"application": {"id": "b", "displayName": "Bot"}}, "body": {"content": "Logged"}},
                                {"id": "3", "replyToId": "1", "messageType": "systemEventMessage", "createdDateTime": LATER, "from": None, "body": {"content": ""}}]}]},
        ("text", "reply_to_id", "side"),
        [("It leaks", None, "unknown"), ("Logged", "teams:1", "other")],
    ),
    "skype": (
        {"conversations": [{"id": "c", "MessageList": [
            {"id": "1", "displayName": "Mara", "originalarrivaltime": "2025-03-03T09:14:22.000Z", "messagetype": "RichText", "content": "It <b>leaks</b>", "from": "8:mara", "conversationid": "c"},
            {"id": "2", "displayName": None, "originalarrivaltime": AT, "messagetype": "Event/Call", "content": "", "from": "8:tom", "conversationid": "c"}]}]},
        ("text", "created_at"),
        [("It leaks", at("2025-03-03 09:14:22"))],
    ),
    "discord_package": (
        [{"ID": 1, "Timestamp": "2025-03-03 09:14:22", "Contents": "It leaks", "Attachments": ""}],
        ("mention_id", "text"),
        [("discord:1", "It leaks")],
    ),
    "matrix": (
        {"messages": [
            {"event_id": "$1", "type": "m.room.message", "sender": "@mara:x.example", "origin_server_ts": 1740993262000, "content": {"msgtype": "m.text", "body": "It leaks"}},
            {"event_id": "$2", "type": "m.room.member", "sender": "@tom:x.example", "origin_server_ts": 1740993263000, "content": {"membership": "join"}},
            {"event_id": "$3", "type": "m.room.message", "sender": "@tom:x.example", "origin_server_ts": 1740993264000, "content": {"body": "Same", "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}}]},
        ("text", "reply_to_id"),
        [("It leaks", None), ("Same", "matrix:$1")],
    ),
    "google_chat": (
        {"messages": [{"creator": {"name": "Mara", "user_type": "Human"}, "created_date": "Monday, March 3, 2025 at 9:14:22\u202fAM UTC", "text": "It leaks", "topic_id": "t", "message_id": "r/t/1"}]},
        ("text", "created_at"),
        [("It leaks", at("2025-03-03 09:14:22"))],
    ),
}  # fmt: skip


BY_CONTENT = ("front", "phpbb", "google_chat")
"""Read without a spec."""


@pytest.mark.parametrize("format", CASES)
def test_formats_by_api(known, format):
    content, names, expected = CASES[format]
    is_table = isinstance(content, str) and not content.startswith("{")
    spec = "generic" if format in BY_CONTENT else format
    assert known(content, f"export.{'csv' if is_table else 'json'}", spec, *names) == expected
