"""Every real export on hand: known by the right format, figures counted apart, or refused with reason."""

from __future__ import annotations

import json
import mailbox
import re
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from insight.archives import read_archive
from insight.mentions import InsightError, check_mentions

pytestmark = pytest.mark.real

# file, format, rows, messages, authors, replies, side, first and last day: counted by hand
SMALL = [
    ("bluesky/post_record.json", "bluesky", 1, 1, 1, 0, "unknown", "2024-02-22", "2024-02-22"),
    (
        "bluesky/thread_view_post_with_embed_media.json",
        "bluesky",
        2,
        2,
        1,
        0,
        "unknown",
        "2023-09-28",
        "2023-09-28",
    ),
    (
        "crowdtangle/links-api-response-example.json",
        "crowdtangle_api",
        1,
        1,
        1,
        0,
        "unknown",
        "2020-01-21",
        "2020-01-21",
    ),
    ("discord/example_guild_general.json", "discord", 1, 1, 1, 0, "unknown", "2023-01-06", "2023-01-06"),
    ("discourse/topic_posts.json", "discourse", 1, 1, 1, 1, "unknown", "2020-01-27", "2020-01-27"),
    ("instagram/instagram_messages_test_export.json", "meta_download", 2, 0, 0, 0, "unknown", None, None),
    ("qualtrics/sample.csv", "qualtrics", 1, 1, 1, 0, "customer", "2017-07-18", "2017-07-18"),
    ("qualtrics/fivetran_question_response.csv", "qualtrics_answers", 5, 5, 5, 0, "customer", None, None),
    ("telegram/test_single_export.json", "telegram", 2, 2, 2, 0, "unknown", "2018-12-05", "2018-12-05"),
    ("transcripts/comments.vtt", "transcript", 3, 3, 0, 0, "unknown", None, None),
    ("transcripts/cue_tags.vtt", "transcript", 3, 3, 0, 0, "unknown", None, None),
    ("transcripts/metadata_headers.vtt", "transcript", 2, 2, 0, 0, "unknown", None, None),
    ("transcripts/sample.srt", "transcript", 5, 5, 0, 0, "unknown", None, None),
    ("transcripts/sample.vtt", "transcript", 16, 16, 0, 0, "unknown", None, None),
    ("transcripts/youtube_dl.vtt", "transcript", 3, 3, 0, 0, "unknown", None, None),
    (
        "twitter_v1/extended_tweet_in_compat_mode.json",
        "x_v1",
        1,
        1,
        1,
        0,
        "unknown",
        "2016-10-03",
        "2016-10-03",
    ),
    (
        "twitter_v1/extended_tweet_in_extended_mode.json",
        "x_v1",
        1,
        1,
        1,
        0,
        "unknown",
        "2016-10-03",
        "2016-10-03",
    ),
    ("whatsapp/test_[[]mmddyy]_24hrs.txt", "chat", 9, 7, 5, 0, "unknown", "2019-01-01", "2021-12-30"),
    ("whatsapp/test_ddmmyy_24hrs.txt", "chat", 9, 7, 5, 0, "unknown", "2019-01-01", "2021-12-30"),
    ("whatsapp/test_mmddyy_24hrs.txt", "chat", 9, 7, 5, 0, "unknown", "2019-01-01", "2021-12-30"),
    ("whatsapp/test_mmddyyyy_12hrs.txt", "chat", 9, 7, 5, 0, "unknown", "2019-01-01", "2021-12-30"),
    ("youtube/comment_thread_single.json", "youtube", 1, 1, 1, 0, "unknown", "2019-04-20", "2019-04-20"),
    ("youtube/comment_threads_by_channel.json", "youtube", 2, 2, 2, 0, "unknown", "2018-05-26", "2019-06-23"),
    (
        "youtube/comment_threads_by_video_paged_1.json",
        "youtube",
        5,
        5,
        5,
        0,
        "unknown",
        "2019-11-14",
        "2019-11-26",
    ),
    (
        "youtube/comment_threads_by_video_paged_2.json",
        "youtube",
        5,
        5,
        5,
        0,
        "unknown",
        "2019-11-14",
        "2019-11-26",
    ),
    ("youtube/comment_threads_multi.json", "youtube", 2, 2, 2, 0, "unknown", "2019-04-04", "2019-04-20"),
    (
        "youtube/comment_threads_with_search.json",
        "youtube",
        1,
        1,
        1,
        0,
        "unknown",
        "2019-06-23",
        "2019-06-23",
    ),
    ("youtube/insert_response.json", "youtube", 1, 1, 1, 0, "unknown", "2022-11-15", "2022-11-15"),
]
REFUSED = [
    ("bluesky/author-feed.test.ts.snap", "no column of messages"),
    ("bluesky/feed_record.json", "likes, feeds or follows"),
    ("bluesky/like_record.json", "likes, feeds or follows"),
    ("discourse/latest.json", "lists topics"),
    ("discourse/user.json", "account of a forum"),
    ("freshdesk/schema_contacts.json", "JSON schema"),
    ("freshdesk/schema_conversations.json", "JSON schema"),
    ("freshdesk/schema_satisfaction_ratings.json", "JSON schema"),
    ("freshdesk/schema_tickets.json", "JSON schema"),
    ("helpscout/schema_conversation_threads.json", "JSON schema"),
    ("helpscout/schema_conversations.json", "JSON schema"),
    ("helpscout/schema_happiness_ratings_report.json", "JSON schema"),
    ("intercom/admin_data.csv", "lists people"),
    ("intercom/contact_history_data.csv", "lists people"),
    ("mastodon/actor.json", "Mastodon account"),
    ("qualtrics/fivetran_question.csv", "questions or responses"),
    ("qualtrics/fivetran_survey_response.csv", "questions or responses"),
    ("survey_surveymonkey/StarWars.csv", "none of 1,186 responses holds an open answer"),
]
COUNTED = [
    "crowdtangle/crowdtangle_subset_columns.csv", "discourse/topic.json", "hackernews/datasette-io.json",
    "mastodon/dealingwith_outbox.json", "mbox/pipermail_2001-November.txt", "slack/testarchive.zip",
    "stackexchange/Posts.xml", "zeeschuimer/tiktok-test.ndjson", "zeeschuimer/twitter-test.csv",
    "zeeschuimer/twitter-test.ndjson",
]  # fmt: skip
# in test_real.py
ELSEWHERE = [
    "airline_sentiment/Tweets_original_layout.csv",
    "brandwatch/api_mentions_basic-mentions-filtering_1.json",
    "brandwatch/api_mentions_category-and-tag-filtering_2.json",
    "brandwatch/api_mentions_retrieving-mentions_3.json",
    "brandwatch/bcr_api_dataframe_column_data.csv",
    "play_console/just-3-reviews-for-testing.csv",
    "reddit/praw_api_bodies_TestMore_comments.json",
    "reddit/schema_RC_2025-01.ts",
    "reddit/schema_RS_2025-01.ts",
    "talkwalker/talkwalker_sample.xlsx",
    "twcs/twcs-SpotifyCares-200-inbound.xlsx",
    "twcs/twcs.csv",
    "twitter_archive/account-suspension.js",
    "twitter_archive/account.js",
    "twitter_archive/app.js",
    "twitter_archive/follower.js",
    "twitter_archive/following.js",
    "twitter_archive/saved-search.js",
    "twitter_archive/smithjd_tweets.js",
    "twitter_v2_twarc/cotweet.jsonl",
    "twitter_v2_twarc/counts.jsonl",
    "twitter_v2_twarc/edited.jsonl",
    "twitter_v2_twarc/lists.jsonl",
    "twitter_v2_twarc/many_urls.jsonl",
    "twitter_v2_twarc/media_tweet.jsonl",
    "twitter_v2_twarc/mentions_tweet.jsonl",
    "twitter_v2_twarc/tweets_compliance.jsonl",
    "twitter_v2_twarc/two_tweets.jsonl",
    "twitter_v2_twarc/verified_type.jsonl",
    "zendesk/brand_data.csv",
    "zendesk/group_data.csv",
    "zendesk/schema_satisfaction_ratings.json",
    "zendesk/schema_ticket_comments.json",
    "zendesk/schema_tickets.json",
    "zendesk/schema_users.json",
    "zendesk/ticket_comment_data.csv",
    "zendesk/ticket_data.csv",
    "zendesk/ticket_field_history_data.csv",
    "zendesk/user_data.csv",
]


@pytest.fixture
def load(real_data, fixtures):
    def load_(path, **options):
        archive = read_archive(str(real_data / "archives" / path), key=fixtures / "pseudonym.txt", **options)
        check_mentions(archive.mentions)
        files = archive.report.files
        assert files["rows_read"].sum() == files["rows_kept"].sum() + len(archive.report.set_aside)
        return archive

    return load_


def test_no_real_file_is_forgotten(real_data):
    folder = real_data / "archives"
    here = (
        {path.replace("[[]", "[") for path, *_ in (*SMALL, *REFUSED)}
        | set(COUNTED)
        | {"SOURCES.tsv", *ELSEWHERE}
    )
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == here
    tested = Path(__file__).with_name("test_real.py").read_text(encoding="utf-8")
    stems = {Path(path).stem.removesuffix("_data").removeprefix("api_mentions_") for path in ELSEWHERE}
    assert sorted(stem for stem in stems if stem not in tested) == []


@pytest.mark.parametrize(
    ("path", "format", "n_rows", "n", "n_authors", "n_replies", "side", "first", "last"), SMALL
)
def test_small_files(load, path, format, n_rows, n, n_authors, n_replies, side, first, last):
    archive = load(path)
    report = archive.report
    assert (report.n_authors, report.n_replies) == (n_authors, n_replies)
    assert set(archive.mentions["side"]) <= {side}
    assert report.files["source_format"].tolist() == [format]
    assert (report.files["rows_read"][0], report.n_mentions) == (n_rows, n)
    days = [None if pd.isna(moment) else f"{moment:%Y-%m-%d}" for moment in (report.first, report.last)]
    assert days == [first, last]


@pytest.mark.parametrize(("path", "reason"), REFUSED)
def test_refused(load, path, reason):
    with pytest.raises(InsightError, match=reason):
        load(path)


def test_crowdtangle(load, real_data):
    table = pd.read_csv(real_data / "archives/crowdtangle/crowdtangle_subset_columns.csv")
    archive = load("crowdtangle/crowdtangle_subset_columns.csv")
    assert archive.report.n_authors == table["Page Name"].str.casefold().nunique()
    assert archive.report.n_mentions == table["URL"].nunique()
    assert archive.mentions["repost_count"].sum() == table["Shares"].sum()
    moments = table["Post Created"].str.replace("EST", "-0500").str.replace("EDT", "-0400")
    assert archive.report.first == pd.to_datetime(moments, utc=True).min()


def test_discourse(load, real_data):
    posts = json.loads((real_data / "archives/discourse/topic.json").read_text())["post_stream"]["posts"]
    archive = load("discourse/topic.json")
    assert archive.report.n_mentions == len(posts)
    assert (archive.mentions["side"] == "brand").sum() == sum(post["staff"] for post in posts)
    assert archive.report.n_replies == archive.report.n_parents_present == len(posts) - 1


def test_hacker_news(load, real_data):
    stories = json.loads((real_data / "archives/hackernews/datasette-io.json").read_text())
    archive = load("hackernews/datasette-io.json")
    assert archive.report.n_mentions == len(stories)
    assert archive.report.n_authors == len({story["submitter"].casefold() for story in stories})


def test_mastodon(load, real_data):
    items = json.loads((real_data / "archives/mastodon/dealingwith_outbox.json").read_text())["orderedItems"]
    public = [item for item in items if any("Public" in str(to) for to in (*item["to"], *item["cc"]))]
    notes = [item["object"] for item in public if item["type"] == "Create"]
    own = {note["id"] for note in notes}
    replies = [note["inReplyTo"] for note in notes if note["inReplyTo"]]
    archive = load("mastodon/dealingwith_outbox.json")
    assert archive.report.files["rows_read"][0] == len(items)
    assert archive.report.n_mentions == len(public)
    assert (archive.mentions["kind"] == "repost").sum() == len(public) - len(notes)
    assert archive.report.n_replies == len(replies)
    assert archive.report.n_parents_present == sum(parent in own for parent in replies)
    assert "dealingwith" not in archive.mentions.drop(columns=["text", "source_file"]).astype(object).to_csv()


def test_mailing_list(load, real_data):
    raw = (real_data / "archives/mbox/pipermail_2001-November.txt").read_text(encoding="latin-1")
    ids = re.findall(r"^Message-ID: (\S+)", raw, re.M | re.I)
    archive = load("mbox/pipermail_2001-November.txt")
    assert archive.report.files["rows_read"][0] == len(ids)
    assert archive.report.n_mentions == len(set(ids))
    assert not archive.mentions["text"].str.contains("^>", regex=True).any()
    letters = mailbox.mbox(real_data / "archives/mbox/pipermail_2001-November.txt")
    writers = {str(letter["From"]).split(" (")[0].casefold() for letter in letters}
    letters.close()
    assert archive.report.n_authors == len(writers)


def test_slack(load, real_data):
    packed = zipfile.ZipFile(real_data / "archives/slack/testarchive.zip")
    days = [json.loads(packed.read(name)) for name in packed.namelist() if re.search(r"/\d{4}-.*json$", name)]
    events = ("channel_join", "channel_purpose", "channel_topic", "bot_add")
    spoken = [m for day in days for m in day if m.get("subtype") not in events]
    archive = load("slack/testarchive.zip")
    assert archive.report.n_mentions == len(spoken)
    bots = sum(m.get("subtype") == "bot_message" or "bot_id" in m for m in spoken)
    assert (archive.mentions["side"] == "other").sum() == bots


def test_stack_exchange(load, real_data):
    rows = list(ET.parse(real_data / "archives/stackexchange/Posts.xml").getroot())
    said = [row for row in rows if row.get("PostTypeId") in "12"]
    archive = load("stackexchange/Posts.xml")
    assert (archive.report.files["rows_read"][0], archive.report.n_mentions) == (len(rows), len(said))
    assert archive.report.n_replies == sum(row.get("ParentId") is not None for row in said)
    assert (archive.mentions["title"] != "").sum() == sum(bool(row.get("Title")) for row in said)


def test_captures(load, real_data):
    def lines(name):
        text = (real_data / "archives/zeeschuimer" / name).read_text(encoding="utf-8")
        return [json.loads(line)["data"] for line in text.splitlines() if line]

    videos, posts = lines("tiktok-test.ndjson"), lines("twitter-test.ndjson")
    archive = load("zeeschuimer/tiktok-test.ndjson")
    assert archive.report.n_mentions == len({video["id"] for video in videos})
    assert archive.mentions["view_count"].sum() == sum(video["stats"]["playCount"] for video in videos)
    archive = load("zeeschuimer/twitter-test.ndjson")
    assert archive.report.n_mentions == len({post["rest_id"] for post in posts})
    assert archive.report.n_replies == sum("in_reply_to_status_id_str" in post["legacy"] for post in posts)
    flat = load("zeeschuimer/twitter-test.csv")
    assert flat.report.n_authors == archive.report.n_authors
    assert flat.report.files["source_format"].tolist() == ["generic"]
