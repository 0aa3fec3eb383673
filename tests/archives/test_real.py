"""Real exports: each loads with the figures that a one-line count gives, or is refused for its reason."""

from __future__ import annotations

import csv
import gzip
import json
import re

import pytest
from openpyxl import load_workbook

from insight.archives import read_archive
from insight.mentions import InsightError, check_mentions

pytestmark = pytest.mark.real


@pytest.fixture
def load(real_data, fixtures):
    def load_(path, **options):
        archive = read_archive(real_data / path, key=fixtures / "pseudonym.txt", **options)
        check_mentions(archive.mentions)
        files = archive.report.files
        assert files["rows_read"].sum() == files["rows_kept"].sum() + len(archive.report.set_aside)
        return archive

    return load_


def rows_of(path):
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def sheet_of(path):
    book = load_workbook(path, read_only=True)
    rows = list(book.active.iter_rows(values_only=True))
    book.close()
    return rows


def figures(archive):
    files = archive.report.files
    return (
        files["source_format"][0],
        int(files["rows_read"].sum()),
        archive.report.n_authors,
        archive.report.n_replies,
    )


def test_twcs(load, real_data):
    rows = rows_of(real_data / "archives/twcs/twcs.csv")
    dated = [row for row in rows if row["created_at"]]
    archive = load("archives/twcs/twcs.csv")
    authors, replies = (
        {row["author_id"] for row in dated},
        # what passes on another's words is no reply
        sum(bool(row["in_response_to_tweet_id"]) and not row["text"].startswith("RT @") for row in dated),
    )
    assert figures(archive) == ("twcs", len(rows), len(authors), replies)
    own = {row["tweet_id"] for row in dated}
    parents = [
        row["in_response_to_tweet_id"].removesuffix(".0") for row in dated if row["in_response_to_tweet_id"]
    ]
    assert archive.report.n_parents_present == sum(parent in own for parent in parents)
    assert archive.mentions["side"].value_counts()["customer"] == sum(
        row["inbound"] == "True" for row in dated
    )
    assert set(archive.report.brands) == {row["author_id"] for row in dated if row["inbound"] == "False"}


def test_twcs_workbook(load, real_data):
    path = "archives/twcs/twcs-SpotifyCares-200-inbound.xlsx"
    rows = sheet_of(real_data / path)
    archive = load(path)
    assert figures(archive)[:2] == ("twcs", len(rows) - 1)
    assert archive.mentions["mention_id"].str.fullmatch(r"x:\d+").all()


def test_x_archive_keeps_every_digit(load, real_data):
    text = (real_data / "archives/twitter_archive/smithjd_tweets.js").read_text(encoding="utf-8")
    posts = [item["tweet"] for item in json.loads(text[text.index("[") :])]
    archive = load("archives/twitter_archive/smithjd_tweets.js")
    parents = {
        "x:" + post["in_reply_to_status_id_str"] for post in posts if "in_reply_to_status_id_str" in post
    }
    assert figures(archive) == (
        "x_archive",
        len(posts),
        1,
        sum("in_reply_to_status_id_str" in post for post in posts),
    )
    assert set(archive.mentions["reply_to_id"].dropna()) == parents
    assert set(archive.mentions["mention_id"]) == {"x:" + post["id_str"] for post in posts}
    assert (archive.mentions["kind"] == "repost").sum() == sum(
        post["full_text"].startswith("RT @") for post in posts
    )


def test_x_archive_folder_takes_its_owner_from_account_js(load):
    archive = load("archives/twitter_archive", privacy="internal")
    assert archive.mentions["author_name"].unique().tolist() == ["simonw"]
    assert sum(note.startswith("passed over") for note in archive.report.notes) == 5


@pytest.mark.parametrize(
    "name", ["account", "account-suspension", "app", "follower", "following", "saved-search"]
)
def test_other_parts_of_an_x_archive_are_refused(load, name):
    with pytest.raises(InsightError, match="holds no posts"):
        load(f"archives/twitter_archive/{name}.js")


@pytest.mark.parametrize(
    "name", ["cotweet", "edited", "many_urls", "media_tweet", "mentions_tweet", "two_tweets", "verified_type"]
)
def test_x_v2(load, real_data, name):
    path = f"archives/twitter_v2_twarc/{name}.jsonl"
    pages = [json.loads(line) for line in (real_data / path).read_text(encoding="utf-8").splitlines()]
    own = {post["id"]: post for page in pages for post in page["data"]}
    named = {r["id"] for post in own.values() for r in post.get("referenced_tweets", [])}
    along = {
        p["id"]: p for page in pages for p in page.get("includes", {}).get("tweets", []) if p["id"] in named
    }
    posts = {**along, **own}
    replied = sum(
        any(r["type"] == "replied_to" for r in post.get("referenced_tweets", [])) for post in posts.values()
    )
    assert figures(load(path)) == (
        "x_v2",
        sum(len(page["data"]) for page in pages),
        len({p["author_id"] for p in posts.values()}),
        replied,
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [("counts", "counts of posts"), ("lists", "describes X lists"), ("tweets_compliance", "compliance list")],
)
def test_x_v2_look_alikes(load, name, reason):
    with pytest.raises(InsightError, match=reason):
        load(f"archives/twitter_v2_twarc/{name}.jsonl")


def test_talkwalker(load, real_data):
    path = "archives/talkwalker/talkwalker_sample.xlsx"
    header, *rows = sheet_of(real_data / path)
    at = {name: place for place, name in enumerate(header)}
    own, parent, tags = at["url"], at["parent_url"], at["tags_internal"]
    reposts = sum("isRepost" in (row[tags] or "") for row in rows)
    replies = sum("isRepost" not in (row[tags] or "") and row[parent] != row[own] for row in rows)
    archive = load(path)
    assert figures(archive) == (
        "talkwalker",
        len(rows),
        len({row[at["extra_author_attributes.id"]] for row in rows}),
        replies,
    )
    assert archive.mentions["reposted_id"].notna().sum() == reposts
    native = [int(re.search(r"/status/(\d+)", row[own]).group(1)) for row in rows]
    assert set(archive.mentions["mention_id"]) == {f"x:{number}" for number in native}
    posted = (archive.mentions["mention_id"].str[2:].astype("int64") // 2**22 + 1288834974657) // 1000
    seconds = archive.mentions["created_at"].astype("int64") // 1_000_000
    assert (posted - seconds).abs().median() in (0, 3600, 7200)


def test_play_console(load, real_data):
    rows = rows_of(real_data / "archives/play_console/just-3-reviews-for-testing.csv")
    archive = load("archives/play_console/just-3-reviews-for-testing.csv")
    assert figures(archive) == ("play_console", len(rows), 0, 0)
    assert (archive.mentions["text"] == "").sum() == sum(row["Review Text"] == "" for row in rows)
    assert archive.mentions["rating"].tolist() == [1, 1, 1]


def test_airline(load, real_data):
    rows = rows_of(real_data / "archives/airline_sentiment/Tweets_original_layout.csv")
    archive = load("archives/airline_sentiment/Tweets_original_layout.csv")
    assert figures(archive) == (
        "airline_sentiment",
        len(rows),
        len({row["name"].casefold() for row in rows}),
        0,
    )
    assert archive.report.n_mentions == len({row["tweet_id"] for row in rows})
    assert archive.report.n_duplicates == len(rows) - len({row["tweet_id"] for row in rows})
    assert set(archive.mentions["brand"]) == {row["airline"] for row in rows}


def test_reddit(load, real_data):
    name = "archives/reddit/praw_api_bodies_TestMore_comments.json"
    found = set()

    def walk(value):
        if isinstance(value, dict) and value.get("kind") in ("t1", "t3"):
            found.add("reddit:" + value["data"]["name"])
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    walk(json.loads((real_data / name).read_text(encoding="utf-8")))
    archive = load(name)
    assert set(archive.mentions["mention_id"]) == found
    assert archive.mentions["conversation_id"].unique().tolist() == ["reddit:t3_3hahrw"]
    assert archive.report.n_parents_present == archive.report.n_replies == len(found) - 1


@pytest.mark.parametrize("name", ["schema_RC_2025-01.ts", "schema_RS_2025-01.ts"])
def test_reddit_schemas_are_no_messages(load, name):
    with pytest.raises(InsightError, match="no column of messages"):
        load(f"archives/reddit/{name}")


@pytest.mark.parametrize(
    "name", ["basic-mentions-filtering_1", "category-and-tag-filtering_2", "retrieving-mentions_3"]
)
def test_brandwatch_api(load, real_data, name):
    path = f"archives/brandwatch/api_mentions_{name}.json"
    results = json.loads((real_data / path).read_text(encoding="utf-8"))["results"]
    assert figures(load(path))[:2] == ("brandwatch_api", len(results))


def test_brandwatch_without_text_and_date_is_refused(load):
    with pytest.raises(InsightError, match="neither the date nor the text"):
        load("archives/brandwatch/bcr_api_dataframe_column_data.csv")


def test_zendesk_tables(load, real_data):
    comments, tickets = (
        rows_of(real_data / f"archives/zendesk/ticket_{name}data.csv") for name in ("comment_", "")
    )
    found = load("archives/zendesk/ticket_comment_data.csv")
    assert figures(found)[:3] == (
        "zendesk_comments",
        len(comments),
        len({row["user_id"] for row in comments}),
    )
    assert found.mentions["conversation_id"].nunique() == len({row["ticket_id"] for row in comments})
    found = load("archives/zendesk/ticket_data.csv")
    assert figures(found)[:3] == (
        "zendesk_tickets",
        len(tickets),
        len({row["requester_id"] for row in tickets}),
    )


@pytest.mark.parametrize("name", ["brand", "group", "ticket_field_history", "user"])
def test_zendesk_tables_without_messages(load, name):
    with pytest.raises(InsightError, match="help desk table"):
        load(f"archives/zendesk/{name}_data.csv")


@pytest.mark.parametrize(
    "name", ["schema_satisfaction_ratings", "schema_ticket_comments", "schema_tickets", "schema_users"]
)
def test_zendesk_schemas_are_no_messages(load, name):
    with pytest.raises(InsightError):
        load(f"archives/zendesk/{name}.json")


@pytest.mark.parametrize(
    "name", ["gh_tls_esni", "gitlog_augur", "gitlog_seaborn", "se_history_meta", "slack_racket_2017_2019"]
)
def test_logs(load, real_data, name):
    rows = rows_of(real_data / f"logs/{name}.csv.gz")
    archive = load(f"logs/{name}.csv.gz")
    authors = {row["author"].casefold() for row in rows} - {""}
    assert figures(archive) == (
        "generic",
        len(rows),
        len(authors),
        sum(bool(row["reply_to"]) for row in rows),
    )
    assert archive.report.n_mentions == len({row["id"] for row in rows})
    for side in ("brand", "customer"):
        assert (archive.mentions["side"] == side).sum() == sum(row["side"] == side for row in rows)
    labels = {row["thread"] for row in rows if row["thread"]}
    threads = len(labels) + sum(not row["thread"] for row in rows)
    assert archive.mentions["conversation_id"].nunique() == threads


def test_chat_log_without_ids(load, real_data):
    rows = rows_of(real_data / "logs/raku-beginner_text.csv.gz")
    archive = load("logs/raku-beginner_text.csv.gz")
    assert figures(archive) == ("generic", len(rows), len({row["nick"].casefold() for row in rows}), 0)
    assert archive.report.n_mentions == len(rows)
    assert archive.mentions["time_precision"].unique().tolist() == ["min"]


def test_logs_together_mix_neither_ids_nor_people(real_data, fixtures):
    paths = [
        real_data / f"logs/{name}.csv.gz" for name in ("gh_tls_esni", "gitlog_seaborn", "se_history_meta")
    ]
    archive = read_archive(paths, key=fixtures / "pseudonym.txt")
    people = {(path, row["author"].casefold()) for path in paths for row in rows_of(path) if row["author"]}
    assert archive.report.n_mentions == sum(len(rows_of(path)) for path in paths)
    assert archive.report.n_authors == len(people)
    assert archive.report.n_duplicates == 0


def test_support_conversations(load, real_data):
    rows = rows_of(real_data / "labelled/support_conversations.csv.gz")
    archive = load("labelled/support_conversations.csv.gz")
    distinct = {row["tweet_id"]: row for row in rows}
    authors = {row["author"].casefold() for row in distinct.values()} - {""}
    assert figures(archive) == ("generic", len(rows), len(authors), 0)
    assert archive.report.n_mentions == len(distinct)
    assert (archive.mentions["side"] == "customer").sum() == sum(
        row["role"] == "client" for row in distinct.values()
    )
    assert (archive.mentions["side"] == "brand").sum() == sum(
        row["role"] != "client" for row in distinct.values()
    )


def test_tables_of_sums_are_refused(load):
    for name in ("CDNOW_sample.txt", "cdnow_customers_summary.csv", "donations.csv"):
        with pytest.raises(InsightError, match="no column of messages"):
            load(f"logs/{name}")
