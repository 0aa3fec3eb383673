"""Exports of listening and publishing tools; every spec has a test and a line in the list."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

from insight.archives.detect import load_specs
from insight.mentions import InsightError


def at(text):
    return pd.Timestamp(text, tz="UTC")


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
