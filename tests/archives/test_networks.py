"""Exports of social networks, each against what a person reads out of it."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pandas as pd
import pytest

X1 = {
    "id_str": "900000000000000011", "created_at": "Fri Mar 01 09:00:00 +0000 2024", "lang": "en",
    "user": {"id_str": "41", "screen_name": "kim_w", "followers_count": 12}, "favorite_count": 2,
    "retweet_count": 0, "in_reply_to_status_id_str": None,
}  # fmt: skip


def test_x_v1_long_text_and_reposts(known):
    long = {
        **X1,
        "text": "My kettle is…",
        "truncated": True,
        "extended_tweet": {"full_text": "My kettle is slow &amp; loud"},
    }
    repost = {
        **X1, "id_str": "900000000000000012", "full_text": "RT @pellwick: New beans for…",
        "retweeted_status": {"id_str": "900000000000000001", "full_text": "New beans for all of you"},
    }  # fmt: skip
    lines = "\n".join(json.dumps(post) for post in (long, repost))
    got = known(lines, "posts.jsonl", "x_v1", "mention_id", "kind", "text", "reposted_id", "like_count")
    assert got == [
        ("x:900000000000000011", "post", "My kettle is slow & loud", None, 2),
        (
            "x:900000000000000012",
            "repost",
            "RT @pellwick: New beans for all of you",
            "x:900000000000000001",
            2,
        ),
    ]


def test_x_v2_brings_along_what_was_answered(known):
    page = {
        "data": [{"id": "2", "text": "@pellwick it leaks", "author_id": "41", "created_at": "2024-03-01T10:00:00.000Z",
                  "conversation_id": "1", "in_reply_to_user_id": "7", "public_metrics": {"like_count": 1},
                  "referenced_tweets": [{"type": "replied_to", "id": "1"}]}],
        "includes": {
            "users": [{"id": "41", "username": "kim_w"}, {"id": "7", "username": "pellwick"}],
            "tweets": [{"id": "1", "text": "New kettle!", "author_id": "7", "created_at": "2024-03-01T09:00:00.000Z",
                        "conversation_id": "1"}],
        },
    }  # fmt: skip
    columns = ("mention_id", "reply_to_id", "side", "is_context")
    got = known(page, "page.json", "x_v2", *columns)
    assert got == [("x:1", None, "brand", "true"), ("x:2", "x:1", "customer", "")]
    twice = {**page, "data": [*page["data"], {**page["data"][0], "id": "3"}]}
    assert [row[0] for row in known(twice, "page.json", "x_v2", *columns)] == ["x:1", "x:2", "x:3"]


def test_a_post_that_came_along_is_no_duplicate_of_itself(load):
    post = {
        "id": "1",
        "text": "New kettle!",
        "author_id": "7",
        "created_at": "2024-03-01T09:00:00Z",
        "conversation_id": "1",
    }
    answer = {**post, "id": "2", "text": "nice", "referenced_tweets": [{"type": "replied_to", "id": "1"}]}
    archive = load(json.dumps({"data": [post, answer], "includes": {"tweets": [post]}}), "page.json")
    assert archive.mentions["is_context"].tolist() == ["", ""]
    assert archive.report.n_duplicates == 0


def test_x_archive_long_posts_and_the_layout_before_2019(load, rows):
    note = {
        "noteTweet": {
            "noteTweetId": "77",
            "createdAt": "2024-03-01T09:00:00.000Z",
            "core": {"text": "A long post"},
        }
    }
    archive = load(f"window.YTD.note_tweet.part0 = {json.dumps([note])}", "note-tweet.js")
    assert rows(archive, "mention_id", "text") == [("x:77", "A long post")]
    post = {
        "id_str": "5",
        "text": "hello",
        "created_at": "2013-01-04 09:00:00 +0000",
        "user": {"id_str": "7", "screen_name": "pellwick"},
    }
    archive = load(f"Grailbird.data.tweets_2013_01 = {json.dumps([post])}", "2013_01.js")
    assert rows(archive, "mention_id", "side", "brand") == [("x:5", "brand", "Pellwick")]
    assert archive.report.first == pd.Timestamp("2013-01-04 09:00", tz="UTC")


def test_x_archive_makes_cut_posts_whole(read, write, rows):
    whole = "The kettle leaks. " * 30
    note = {
        "noteTweet": {"noteTweetId": "77", "createdAt": "2024-03-01T09:00:00.000Z", "core": {"text": whole}}
    }
    cut = {"id_str": "5", "full_text": whole[:270] + "…", "created_at": "Fri Mar 01 09:00:00 +0000 2024"}
    write(f"window.YTD.note_tweet.part0 = {json.dumps([note])}", "data/note-tweet.js")
    path = write(f"window.YTD.tweets.part0 = {json.dumps([{'tweet': cut}])}", "data/tweets.js")
    assert rows(read(path.parent), "mention_id", "text") == [("x:5", whole.strip())]


def test_twarc_csv(known):
    text = (
        "id,conversation_id,author_id,created_at,text,lang,author.username,referenced_tweets.replied_to.id,"
        "referenced_tweets.retweeted.id,public_metrics.like_count\n"
        "3,1,41,2024-03-01T09:00:00.000Z,@pellwick it leaks,en,kim_w,1,,4\n"
    )
    got = known(text, "posts.csv", "twarc_csv", "mention_id", "conversation_id", "reply_to_id", "like_count")
    assert got == [("x:3", "x:1", "x:1", 4)]


def test_snscrape(known):
    post = {
        "_type": "snscrape.modules.twitter.Tweet", "url": "https://twitter.com/kim_w/status/900000000000000011",
        "date": "2024-03-01T09:00:00+00:00", "rawContent": "It leaks", "id": 900000000000000011,
        "user": {"username": "kim_w", "id": 41}, "conversationId": 900000000000000011, "inReplyToTweetId": None,
        "viewCount": None, "likeCount": 3,
    }  # fmt: skip
    got = known(post, "posts.jsonl", "snscrape", "mention_id", "conversation_id", "like_count", "view_count")
    assert got == [("x:900000000000000011", "x:900000000000000011", 3, None)]


def captured(data, platform):
    return {"item_id": "1", "timestamp_collected": 1709290000000, "source_platform": platform,
            "source_url": "https://example.org/?token=abc", "user_agent": "x", "data": data}  # fmt: skip


def test_zeeschuimer_x(known):
    user = {"result": {"legacy": {"screen_name": "kim_w", "followers_count": 9}}}
    data = {
        "rest_id": "11", "core": {"user_results": user}, "views": {"count": "250"},
        "legacy": {"created_at": "Fri Mar 01 09:00:00 +0000 2024", "full_text": "It leaks &amp; drips", "user_id_str": "41",
                   "conversation_id_str": "10", "in_reply_to_status_id_str": "10", "favorite_count": 2},
    }  # fmt: skip
    got = known(
        captured(data, "twitter.com"),
        "x.ndjson",
        "zeeschuimer_x",
        "mention_id",
        "text",
        "reply_to_id",
        "view_count",
    )
    assert got == [("x:11", "It leaks & drips", "x:10", 250)]


def test_zeeschuimer_tiktok_and_its_comments(known):
    video = {"id": "71", "desc": "my kettle", "createTime": 1709283600, "author": {"id": "5", "uniqueId": "kim.w"},
             "stats": {"diggCount": 3, "commentCount": 1, "playCount": 99}}  # fmt: skip
    got = known(
        captured(video, "tiktok.com"),
        "t.ndjson",
        "zeeschuimer_tiktok",
        "mention_id",
        "view_count",
        "created_at",
    )
    assert got == [("tiktok:71", 99, pd.Timestamp("2024-03-01 09:00", tz="UTC"))]
    comment = {"cid": "81", "aweme_id": "71", "reply_id": "0", "create_time": 1709283700, "text": "same", "digg_count": 1,
               "user": {"uid": "6", "unique_id": "ola"}}  # fmt: skip
    lines = [
        captured(comment, "tiktok.com"),
        captured({**comment, "cid": "82", "reply_id": "81"}, "tiktok.com"),
    ]
    got = known(
        "\n".join(map(json.dumps, lines)),
        "c.ndjson",
        "zeeschuimer_tiktok_comments",
        "mention_id",
        "reply_to_id",
    )
    assert got == [("tiktok:81", None), ("tiktok:82", "tiktok:81")]


def test_zeeschuimer_instagram(known):
    post = {"code": "Cxyz", "taken_at": 1709283600, "user": {"pk": "5", "username": "kim.w"}, "like_count": 4,
            "caption": {"text": "new kettle"}}  # fmt: skip
    got = known(
        captured(post, "instagram.com"),
        "i.ndjson",
        "zeeschuimer_instagram",
        "mention_id",
        "text",
        "like_count",
    )
    assert got == [("instagram:Cxyz", "new kettle", 4)]


def test_fourcat(known):
    text = (
        "id,thread_id,timestamp,unix_timestamp,link,body,author,author_id,is_retweet,like_count\n"
        "11,10,2024-03-01 09:00:00,1709283600,https://x.com/kim_w/status/11,It leaks,kim_w,41,no,3\n"
        "12,12,2024-03-01 09:00:00,1709283600,https://x.com/kim_w/status/12,RT @pellwick: beans,kim_w,41,yes,0\n"
    )
    got = known(text, "4cat.csv", "fourcat", "mention_id", "kind", "platform")
    assert got == [("x:11", "post", "x"), ("x:12", "repost", "x")]


PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def test_mastodon_outbox(known):
    me = "https://toot.example/users/kim"
    note = {"id": f"{me}/statuses/1", "published": "2024-03-01T09:00:00Z", "attributedTo": me, "inReplyTo": None,
            "content": "<p>It leaks</p>", "contentMap": {"en": "<p>It leaks</p>"}, "url": "https://toot.example/@kim/1"}  # fmt: skip
    seen, followers = {"to": [PUBLIC], "cc": []}, {"to": [f"{me}/followers"], "cc": []}
    shared = {"type": "Create", "actor": me, "published": "2024-03-01T09:00:00Z"}
    reply = {
        **note,
        "id": f"{me}/statuses/2",
        "published": "2024-03-01T10:00:00Z",
        "inReplyTo": f"{me}/statuses/1",
    }
    boost = {"type": "Announce", "id": f"{me}/statuses/3/activity", "actor": me, "published": "2024-03-01T11:00:00Z",
             "object": "https://other.example/users/ola/statuses/9", **seen}  # fmt: skip
    private = {**note, "id": f"{me}/statuses/4"}
    outbox = {"type": "OrderedCollection", "totalItems": 9, "orderedItems": [
        {**shared, **seen, "object": note}, {**shared, **seen, "object": reply}, boost, {**shared, **followers, "object": private},
    ]}  # fmt: skip
    got = known(outbox, "outbox.json", "mastodon", "mention_id", "kind", "reply_to_id", "reposted_id", "lang")
    assert got == [
        ("mastodon:toot.example/1", "post", None, None, "en"),
        ("mastodon:toot.example/2", "reply", "mastodon:toot.example/1", None, "en"),
        ("mastodon:toot.example/3", "repost", None, "mastodon:other.example/9", None),
    ]


@pytest.mark.parametrize(
    ("created", "expected"), [("2024-03-01T09:00:00.123456Z", 9), ("1999-01-01T00:00:00Z", 10)]
)
def test_bluesky_prefers_the_server_clock_to_one_that_lies(known, created, expected):
    post = {
        "uri": "at://did:plc:abc/app.bsky.feed.post/3k", "author": {"did": "did:plc:abc", "handle": "kim.example"},
        "record": {"$type": "app.bsky.feed.post", "text": "It leaks", "createdAt": created, "langs": ["en"],
                   "reply": {"root": {"uri": "at://r"}, "parent": {"uri": "at://p"}}},
        "indexedAt": "2024-03-01T10:00:00.000Z", "likeCount": 2,
    }  # fmt: skip
    like = {
        "uri": "at://did:plc:abc/app.bsky.feed.like/1",
        "value": {"$type": "app.bsky.feed.like", "createdAt": created},
    }
    names = ("conversation_id", "reply_to_id", "created_at", "lang")
    got = known({"feed": [{"post": post}, {"post": post}, like]}, "feed.json", "bluesky", *names)
    assert [(row[0], row[1], row[2].hour, row[3]) for row in got] == [
        ("bluesky:at://r", "bluesky:at://p", expected, "en")
    ]


def test_youtube(known):
    def comment(own, text, **more):
        said = {"textDisplay": text, "textOriginal": text, "authorDisplayName": "Kim", "publishedAt": "2024-03-01T09:00:00Z",
                "authorChannelId": {"value": "UC1"}, "videoId": "v", "likeCount": 1, **more}  # fmt: skip
        return {"kind": "youtube#comment", "id": own, "snippet": said}

    thread = {"id": "a", "snippet": {"topLevelComment": comment("a", "It leaks"), "totalReplyCount": 1},
              "replies": {"comments": [comment("a.b", "Same", parentId="a")]}}  # fmt: skip
    got = known(
        {"items": [thread]}, "threads.json", "youtube", "mention_id", "reply_to_id", "kind", "channel"
    )
    assert got == [("youtube:a", None, "comment", "v"), ("youtube:a.b", "youtube:a", "comment", "v")]


def test_yt_dlp_marks_the_uploader(known):
    comments = [
        {"id": "a", "parent": "root", "text": "It leaks", "author": "@kim", "author_id": "UC1", "timestamp": 1709283600},
        {"id": "a.b", "parent": "a", "text": "Sorry!", "author": "@pellwick", "author_id": "UC2", "timestamp": 1709283700,
         "author_is_uploader": True},
    ]  # fmt: skip
    info = {
        "id": "v",
        "title": "Kettle",
        "extractor": "youtube",
        "webpage_url": "https://example.org",
        "comments": comments,
    }
    got = known(info, "clip.info.json", "yt_dlp", "reply_to_id", "side", "channel")
    assert got == [(None, "unknown", "v"), ("youtube:a", "brand", "v")]


def test_youtube_data_tools(known):
    text = "id\tpublishedAt\tauthorName\ttext\tauthorChannelId\tisReply\tisReplyTo\na\t2024-03-01 09:00:00\tKim\tIt leaks\tUC1\t0\t\n"
    assert known(text, "comments.tab", "youtube_tools", "mention_id", "text") == [("youtube:a", "It leaks")]


def test_facebook_download_with_its_letters_mended(known):
    post = {
        "timestamp": 1709283600,
        "title": "Kim",
        "data": [{"post": "Le caf\u00c3\u00a9 \u00f0\u009f\u0098\u008a"}],
    }
    comment = {
        "timestamp": 1709283700,
        "title": "Kim",
        "data": [{"comment": {"timestamp": 1709283700, "comment": "merci", "author": "Kim"}}],
    }
    got = known([post, comment], "your_posts_1.json", "meta_download", "text", "kind", "platform")
    assert got == [("Le café 😊", "post", "facebook"), ("merci", "comment", "facebook")]


def test_instagram_download_in_any_language(known):
    entry = {"string_map_data": {"Opmerking": {"value": "mooi"}, "Tijd": {"timestamp": 1709283600}}}
    got = known([entry], "instagram_comments.json", "meta_download", "text", "kind", "platform")
    assert got == [("mooi", "comment", "instagram")]


def test_messages_of_a_download_are_private(known, load):
    thread = {"messages": [{"sender_name": "Kim", "timestamp_ms": 1709283600123, "content": "hi"}]}
    assert known(thread, "message_1.json", "meta_download", "text") == []
    got = known(thread, "message_1.json", "meta_download", "text", "created_at", include_private=True)
    assert got == [("hi", pd.Timestamp("2024-03-01 09:00:00.123", tz="UTC"))]


def test_tiktok_download(known):
    data = {
        "Comment": {"Comments": {"CommentsList": [{"Date": "2024-03-01 09:00:00", "Comment": "so slow"}]}}
    }
    assert known(data, "user_data_tiktok.json", "tiktok_download", "text", "kind") == [("so slow", "comment")]
