"""Exports of help desks, reviews, surveys and listening tools, each against what a person reads out of it."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives.detect import load_specs
from insight.mentions import InsightError


def at(text):
    return pd.Timestamp(text, tz="UTC")


# ------------------------------------------------------------------------------------------------------- desks


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


# ----------------------------------------------------------------------------------------------------- reviews


def reviews(got):
    return [(kind, side, rating, text) for kind, side, rating, text in got]


NAMES = ("kind", "side", "rating", "text")
PAIR = [("review", "customer", 0.25, "It leaks"), ("review_reply", "brand", None, "Sorry")]


def test_google_play_scraper_as_table_and_as_json(known):
    review = {
        "reviewId": "r1",
        "userName": "Kim",
        "content": "It leaks",
        "score": 2,
        "at": "2024-03-01 09:00:00",
        "replyContent": "Sorry",
        "repliedAt": "2024-03-02 09:00:00",
    }
    text = ",".join(review) + "\n" + ",".join(map(str, review.values())) + "\n"
    assert known(text, "reviews.csv", "google_play_scraper", *NAMES) == PAIR
    assert known([review], "reviews.json", "google_play_scraper", *NAMES) == PAIR


def test_app_store_rss(known):
    entry = {
        "id": {"label": "r1"},
        "author": {"name": {"label": "Kim"}, "uri": {"label": "https://itunes.example/1"}},
        "im:rating": {"label": "2"},
        "title": {"label": "Hm"},
        "content": {"label": "It leaks"},
        "updated": {"label": "2024-03-01T09:00:00-07:00"},
    }
    got = known({"feed": {"entry": [entry]}}, "reviews.json", "app_store_rss", *NAMES, "created_at")
    assert got == [(*PAIR[0], at("2024-03-01 16:00"))]


def test_app_store_scraper(known):
    review = {
        "userName": "Kim",
        "rating": 2,
        "title": "Hm",
        "review": "It leaks",
        "date": "2024-03-01 09:00:00",
        "isEdited": False,
        "developerResponse": {"body": "Sorry", "modified": "2024-03-02T09:00:00Z"},
    }
    assert known([review], "reviews.json", "app_store_scraper", *NAMES) == PAIR


def test_app_store_connect(known):
    review = {
        "id": "r1",
        "attributes": {
            "rating": 2,
            "title": "Hm",
            "body": "It leaks",
            "reviewerNickname": "Kim",
            "createdDate": "2024-03-01T09:00:00-07:00",
        },
    }
    answer = {
        "id": "a1",
        "attributes": {"responseBody": "Sorry", "lastModifiedDate": "2024-03-02T09:00:00-07:00"},
        "relationships": {"review": {"data": {"id": "r1"}}},
    }
    got = known({"data": [review], "included": [answer]}, "reviews.json", "app_store_connect", *NAMES)
    assert got == PAIR


def test_trustpilot(known):
    text = (
        "Review Id,Review Created (UTC),Review Consumer User Id,Review Username,Review Title,Review Content,Review Stars,"
        "Company Response,Company Reply Date (UTC)\nr1,2024-03-01 09:00:00,u1,Kim,Hm,It leaks,2,Sorry,2024-03-02 09:00:00\n"
    )
    assert known(text, "reviews.csv", "trustpilot", *NAMES) == PAIR


@pytest.mark.parametrize(
    "review",
    [
        {
            "rating": 2.0,
            "title": "Hm",
            "text": "It leaks",
            "asin": "B1",
            "user_id": "A1",
            "timestamp": 1709283600000,
            "helpful_vote": 3,
        },
        {
            "reviewerID": "A1",
            "asin": "B1",
            "overall": 2.0,
            "reviewText": "It leaks",
            "summary": "Hm",
            "unixReviewTime": 1709283600,
        },
    ],
)
def test_amazon(known, review):
    got = known(review, "reviews.jsonl", "amazon", *NAMES, "channel", "created_at")
    assert got == [(*PAIR[0], "B1", at("2024-03-01 09:00"))]


def test_yelp(known):
    review = {
        "review_id": "r1",
        "user_id": "u1",
        "business_id": "b1",
        "stars": 2.0,
        "useful": 1,
        "text": "It leaks",
        "date": "2024-03-01 09:00:00",
    }
    assert known(review, "reviews.jsonl", "yelp", *NAMES, "like_count") == [(*PAIR[0], 1)]


def test_steam(known):
    review = {
        "recommendationid": "r1",
        "author": {"steamid": "7"},
        "review": "It leaks",
        "language": "english",
        "timestamp_created": 1709283600,
        "voted_up": False,
        "votes_up": 4,
        "developer_response": "Sorry",
        "timestamp_dev_responded": 1709370000,
    }
    got = known({"reviews": [review]}, "reviews.json", "steam", *NAMES, "lang")
    assert got == [("review", "customer", 0.0, "It leaks", "en"), (*PAIR[1], None)]


# ----------------------------------------------------------------------------------------------------- surveys


def test_qualtrics_answers_melt_and_labels_are_no_responses(known, load):
    text = (
        "StartDate,EndDate,Finished,RecordedDate,ResponseId,DistributionChannel,UserLanguage,Q1,Q2,Q3\n"
        "Start,End,Done,Recorded,Id,Channel,Lang,How likely are you to recommend us?,What would you change?,Which one?\n"
        '"{""ImportId"":""startDate""}",x,x,x,x,x,x,"{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}","{""ImportId"":""QID3""}"\n'
        "2024-03-01 09:00:00,2024-03-01 09:05:00,1,2024-03-01 09:05:00,R_1,anonymous,EN,9,The lid,One\n"
        "2024-03-01 10:00:00,2024-03-01 10:05:00,1,2024-03-01 10:05:00,R_2,preview,EN,9,test,One\n"
        "2024-03-01 11:00:00,2024-03-01 11:05:00,1,2024-03-01 11:05:00,R_3,anonymous,EN,4,,Two\n"
    )
    names = ("mention_id", "text", "title", "rating", "kind", "side")
    got = known(text, "survey.csv", "qualtrics", *names)
    assert got == [("survey:R_1:Q2", "The lid", "What would you change?", 0.9, "answer", "customer")]
    archive = load(text, "survey.csv")
    assert archive.report.set_aside[["source_row", "reason"]].to_numpy().tolist() == [
        [2, "preview"],
        [3, "no open answer"],
    ]
    assert archive.report.files["rows_read"].tolist() == [3]


def test_surveymonkey(known, load):
    text = (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Which do you own?,,What annoys you?\n"
        ",,,,,Kettle,Brewer,Open-Ended Response\n"
        "118,1,03/31/2024 09:00:00 AM,03/31/2024 09:05:00 PM,10.1.2.3,Kettle,,The lid\n"
    )
    got = known(text, "survey.csv", "surveymonkey", "text", "title", "created_at")
    assert got == [("The lid", "What annoys you?", at("2024-03-31 21:05"))]
    assert "10.1.2.3" not in load(text, "survey.csv").mentions.astype(object).to_csv()
    with pytest.raises(InsightError, match="closed questions only"):
        load(text.replace("Open-Ended Response", "Response").replace("The lid", "Yes"), "survey.csv")


def test_typeform(known):
    text = (
        "#,What would you <strong>change</strong>?,How do you rate it?,Start Date (UTC),Submit Date (UTC),Network ID\n"
        "abc,The lid is far too stiff,8,2024-03-01 09:00:00,2024-03-01 09:05:00,n1\n"
        "def,I would make it louder,3,2024-03-01 10:00:00,2024-03-01 10:05:00,n2\n"
    )
    got = known(text, "survey.csv", "typeform", "mention_id", "text", "title", "rating")
    assert got == [
        ("survey:abc:Q1", "The lid is far too stiff", "What would you change?", 0.8),
        ("survey:def:Q1", "I would make it louder", "What would you change?", 0.3),
    ]


def test_nps_and_the_warehouse_table_of_answers(known):
    text = "response_id,date,nps,comment\n1,2024-03-01 09:00:00,9,Love it\n2,2024-03-01 10:00:00,3,It leaks\n"
    got = known(text, "nps.csv", "nps", "text", "rating", "kind")
    assert got == [("Love it", 0.9, "answer"), ("It leaks", 0.3, "answer")]
    text = "question,question_id,response_id,sub_question_key,loop_id,text,value\nWhy?,Q1,R1,,,It leaks,1\n"
    assert known(text, "answers.csv", "qualtrics_answers", "text", "title") == [("It leaks", "Why?")]


# --------------------------------------------------------------------------------------------- listening tools


def test_meltwater_takes_the_true_time_from_the_document_id(known):
    head = "Date,Time,Document ID,URL,Input Name,Source Domain,Content Type,Author Handle,Title,Hit Sentence,Language,Likes\n"
    link = "https://www.reddit.com/r/brewing/comments/abc12/comment/k1/"
    body = f'2026-06-25,10:03 PM,"""1782439380000_Cb""",{link},Pellwick,reddit.com,Forum Post Reply,kim,Leaks,It leaks,English,3\n'
    names = ("mention_id", "kind", "created_at", "lang", "like_count")
    got = known(head + body, "meltwater.csv", "meltwater", *names)
    assert got == [("reddit:t1_k1", "comment", at("2026-06-26 02:03"), "en", 3)]


@pytest.mark.parametrize("extra", ["", ",Earned Traffic,Hashtags,Views"])
def test_meltwater_layouts_before_2026(known, extra):
    head = f"Date,Headline,URL,Opening Text,Hit Sentence,Source,Influencer,Language,Input Name,Tweet Id,Twitter Id{extra}\n"
    body = '28-Feb-2020 06:19AM,,https://twitter.com/kim_w/status/11,,It leaks,Twitter,@kim_w,English,Pellwick,"""11""",41'
    text = (head + body + "," * extra.count(",") + "\n").replace(",", "\t").encode("utf-16")
    got = known(text, "meltwater.csv", "meltwater_classic", "mention_id", "created_at", "platform")
    assert got == [("x:11", at("2020-02-28 06:19"), "x")]


def test_mention_com(known):
    text = "Title,Description,Url,Source type,Source,Date,Language,Tone\nLeaks,It leaks,https://x.com/kim_w/status/11,twitter,X,2024-03-01 09:00:00,en,-1\n"
    got = known(text, "mentions.csv", "mention_com", "mention_id", "sentiment_given")
    assert got == [("x:11", "-1")]


def test_sprinklr(known):
    message = {
        "channelMessageId": "11",
        "channelType": "TWITTER",
        "content": {"text": "It leaks"},
        "channelCreatedTime": 1709283600000,
        "senderProfile": {"name": "Kim", "username": "kim_w", "channelId": "41"},
        "brandPost": False,
        "receiverProfile": {"username": "pellwick"},
        "parentMessageId": "10",
        "enrichments": {"sentiment": -1},
    }
    names = ("mention_id", "side", "addressed", "reply_to_id", "sentiment_given")
    got = known(
        [
            message,
            {
                **message,
                "channelMessageId": "12",
                "brandPost": True,
                "senderProfile": {"username": "pellwick"},
            },
        ],
        "m.json",
        "sprinklr",
        *names,
    )
    assert got == [("x:11", "customer", True, "x:10", "-1"), ("x:12", "brand", None, "x:10", "-1")]
    text = "Conversation Stream,Created Time,Permalink,Sender Screen Name\nIt leaks,2024-03-01 09:00:00,https://x.com/kim_w/status/11,kim_w\n"
    assert known(text, "m.csv", "sprinklr_table", "mention_id", "text") == [("x:11", "It leaks")]


def test_sprout_and_hootsuite_hold_the_brand_only(known):
    text = 'Date,Post ID,Network,Post Type,Profile,Link,Post,Impressions,Reactions\n03/15/2024 10:05 am,9,Twitter,Post,@pellwick,https://x.com/pellwick/status/9,New beans,"1,200",7\n'
    names = ("mention_id", "side", "view_count", "created_at")
    assert known(text, "posts.csv", "sprout", *names) == [("x:9", "brand", 1200, at("2024-03-15 10:05"))]
    text = 'Post performance\n"Mar 1, 2024 - Mar 31, 2024"\nDate (GMT),Post ID,Post Message,Post Permalink,Social Network,Impressions\n2024-03-15 10:05,9,New beans,https://x.com/pellwick/status/9,Twitter,"1,200"\n'
    assert known(text, "posts.csv", "hootsuite", *names) == [("x:9", "brand", 1200, at("2024-03-15 10:05"))]


def test_crowdtangle_knows_eastern_time_in_summer_and_winter(known):
    text = (
        "Page Name,User Name,Facebook Id,Post Created,Total Interactions,Likes,URL,Message\n"
        'Kettles,kettles,7,2024-01-15 09:00:00 EST,"1,004","1,000",https://www.facebook.com/7/posts/1,hello\n'
        "Kettles,kettles,7,2024-07-15 09:00:00 EDT,3,3,https://www.facebook.com/7/posts/2,there\n"
    )
    got = known(text, "posts.csv", "crowdtangle", "created_at", "like_count", "platform")
    assert got == [(at("2024-01-15 14:00"), 1000, "facebook"), (at("2024-07-15 13:00"), 3, "facebook")]
    text = "Account,User Name,Post Created,Likes,URL,Description\nKettles,kettles,2024-07-15 09:00:00 EDT,3,https://www.instagram.com/p/abc,hello\n"
    assert known(text, "posts.csv", "crowdtangle_instagram", "text", "created_at") == [
        ("hello", at("2024-07-15 13:00"))
    ]
    post = {
        "platformId": "7_1",
        "platform": "Facebook",
        "date": "2024-01-15 14:00:00",
        "message": "hello",
        "account": {"id": 7, "name": "Kettles"},
        "statistics": {"actual": {"likeCount": 5}},
    }
    assert known(
        {"result": {"posts": [post]}}, "posts.json", "crowdtangle_api", "mention_id", "like_count"
    ) == [("facebook:7_1", 5)]


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ({"type": "object", "properties": {"id": {"type": "string"}}}, "schema.json", "JSON schema"),
        ({"topic_list": {"topics": []}}, "latest.json", "lists topics"),
        ({"preferredUsername": "kim", "inbox": "x", "outbox": "y"}, "actor.json", "Mastodon account"),
    ],
)
def test_look_alikes_are_refused_with_the_reason(load, content, name, reason):
    with pytest.raises(InsightError, match=reason):
        load(json.dumps(content), name)


def test_every_spec_has_a_test(root):
    """A spec without an invented export beside it is a claim without evidence."""
    said = "\n".join(
        path.read_text(encoding="utf-8") for path in (root / "tests" / "archives").glob("test_*.py")
    )
    assert [name for name in load_specs() if f'"{name}"' not in said] == []


def test_every_spec_is_listed_with_what_it_was_checked_on(root):
    listed = (root / "insight" / "archives" / "specs" / "README.md").read_text(encoding="utf-8")
    assert [name for name, spec in load_specs().items() if f"| `{name}` | {spec.title} |" not in listed] == []
