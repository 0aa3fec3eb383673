"""Each format against what a person reads out of its invented export."""

from __future__ import annotations

import gzip
import lzma
import zipfile

import pandas as pd
import pytest
from backports import zstd
from openpyxl import Workbook

from insight.archives import read_archive
from insight.archives.detect import load_specs
from insight.mentions import InsightError, check_mentions


def column(archive, name):
    values = archive.mentions[name].astype(object)
    return [None if pd.isna(value) else value for value in values]


def formats(archive):
    return archive.report.files["source_format"].tolist()


def test_twcs(read):
    archive = read("twcs.csv")
    assert formats(archive) == ["twcs"]
    assert column(archive, "mention_id") == ["x:3", "x:1", "x:2", "x:4", "x:5"]
    assert column(archive, "side") == ["customer", "brand", "customer", "customer", "brand"]
    assert column(archive, "brand") == ["Pellwick"] * 4 + ["Brastow"]
    assert column(archive, "addressed") == [True, None, True, True, None]
    assert column(archive, "reply_to_id") == [None, "x:3", "x:1", "x:1", "x:77"]
    assert column(archive, "conversation_id") == ["x:3"] * 4 + ["x:77"]
    assert archive.mentions["text"][1].endswith("Sorry to hear that & please send us a message.")
    assert (archive.report.n_replies, archive.report.n_parents_present) == (4, 3)


def test_twcs_finds_its_brands_itself(read):
    archive = read("twcs.csv", brands=None)
    assert archive.report.brands == {"brastow": ["@brastow"], "pellwickhelp": ["@pellwickhelp"]}
    assert column(archive, "brand") == ["pellwickhelp"] * 4 + ["brastow"]


def test_twcs_tells_reposts_and_who_is_only_talked_about(load):
    archive = load(
        "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"
        "1,900001,True,Tue Oct 31 22:00:00 +0000 2017,RT @pellwick: new beans,,\n"
        "2,900002,True,Tue Oct 31 22:01:00 +0000 2017,my Pellwick leaks,,\n"
        "3,900002,True,Tue Oct 31 22:02:00 +0000 2017,@123 my kettle leaks,,\n"
    )
    assert column(archive, "kind") == ["repost", "post", "post"]
    assert column(archive, "addressed") == [True, False, True]


def test_x_archive_as_folder_and_as_zip_are_the_same(read, fixtures, tmp_path):
    packed = tmp_path / "twitter-2022.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted((fixtures / "x_archive").rglob("*.js")):
            archive.write(file, file.relative_to(fixtures / "x_archive").as_posix())
    folder, zipped = read("x_archive"), read(packed)
    drop = ["source_file"]
    pd.testing.assert_frame_equal(folder.mentions.drop(columns=drop), zipped.mentions.drop(columns=drop))
    assert zipped.mentions["source_file"][0] == "twitter-2022.zip!data/tweets-part1.js"
    assert column(folder, "kind") == ["post", "repost", "reply"]
    assert column(folder, "side") == ["brand"] * 3
    assert column(folder, "brand") == ["Pellwick"] * 3
    assert column(folder, "lang") == ["en", "und", "en"]
    assert column(folder, "like_count") == [12, 0, 1]
    assert len(set(folder.mentions["author_id"])) == 1
    passed_over = [note for note in folder.report.notes if note.startswith("passed over")]
    assert [note.split(":")[0] for note in passed_over] == ["passed over data/follower.js"]


def test_x_archive_of_the_old_kind(load):
    post = '{"tweet":{"id_str":"7","full_text":"hi","created_at":"Fri Mar 04 09:00:00 +0000 2022"}}'
    old = f"window.YTD.tweet.part0 = [ {post} ]"
    assert formats(load(old, "tweet.js")) == ["x_archive"]


def test_x_v2_pages_are_joined_and_reposts_made_whole(read):
    archive = read("x_v2/page.jsonl")
    assert formats(archive) == ["x_v2"]
    assert column(archive, "mention_id") == [
        "x:1580000000000000002",
        "x:1580000000000000003",
        "x:1580000000000000004",
    ]
    assert column(archive, "kind") == ["post", "repost", "reply"]
    assert column(archive, "side") == ["customer", "unknown", "brand"]
    assert column(archive, "addressed") == [True, False, None]
    repost = archive.mentions["text"][1]
    assert repost.startswith("RT @")
    assert repost.endswith("many machines. Truly.")
    assert column(archive, "reposted_id")[1] == "x:1580000000000000001"
    assert column(archive, "conversation_id")[2] == "x:1580000000000000002"
    assert archive.mentions["follower_count"][2] == 9000


@pytest.mark.parametrize(("name", "n", "kind"), [("flat", 2, "repost"), ("stream", 1, "post")])
def test_x_v2_flattened_and_streamed(read, name, n, kind):
    archive = read(f"x_v2/{name}.jsonl")
    assert (formats(archive), archive.report.n_mentions) == (["x_v2"], n)
    assert column(archive, "kind")[0] == kind


@pytest.mark.parametrize(
    ("name", "reason"),
    [("counts", "counts of posts"), ("compliance", "compliance list"), ("lists", "describes X lists")],
)
def test_x_v2_look_alikes_are_refused_with_the_reason(read, name, reason):
    with pytest.raises(InsightError, match=reason):
        read(f"x_v2/{name}.jsonl")


def test_brandwatch(read):
    archive = read("brandwatch.csv")
    assert formats(archive) == ["brandwatch"]
    assert column(archive, "mention_id") == [
        "x:1478000000000000001", "x:1478000000000000002", "x:1478000000000000003", "reddit:t3_abc12",
    ]  # fmt: skip
    assert column(archive, "kind") == ["post", "reply", "repost", "post"]
    assert column(archive, "reply_to_id") == [None, "x:1478000000000000001", None, None]
    assert column(archive, "reposted_id")[2] == "x:1477000000000000009"
    assert column(archive, "side") == ["customer", "brand", "unknown", "unknown"]
    assert column(archive, "text")[1] == "Sorry Kim!"
    assert column(archive, "like_count") == [None, 3, 1, None]
    assert column(archive, "categories") == ["Needs - Descaling", "", "Needs - Delivery", "Needs - Descaling"]
    assert archive.report.files["time_zone"][0] == "UTC (assumed)"


def test_brandwatch_workbook_reads_like_its_csv(read, write, fixtures, tmp_path):
    import csv

    book = Workbook()
    with (fixtures / "brandwatch.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            book.active.append(row)
    book.save(tmp_path / "brandwatch.xlsx")
    drop = ["source_file", "source_row"]
    pd.testing.assert_frame_equal(
        read(tmp_path / "brandwatch.xlsx").mentions.drop(columns=drop),
        read("brandwatch.csv").mentions.drop(columns=drop),
    )


def test_brandwatch_api(load):
    one = (
        '{"results":[{"resourceId":9,"date":"2016-05-01T23:37:07.000+0000","snippet":"Slow kettle",'
        '"queryName":"Pellwick",'
        '"url":"http://twitter.com/kim_w/statuses/726918403311677440","author":"kim_w","threadId":"0","language":"en",'
        '"retweetOf":null,"replyTo":"http://twitter.com/pellwick/statuses/726000000000000000"}],"resultsTotal":1}'
    )
    archive = load(one, "mentions.json")
    assert formats(archive) == ["brandwatch_api"]
    assert column(archive, "mention_id") == ["x:726918403311677440"]
    assert column(archive, "reply_to_id") == ["x:726000000000000000"]


def test_talkwalker(read):
    archive = read("talkwalker.csv")
    assert formats(archive) == ["talkwalker"]
    assert column(archive, "kind") == ["post", "repost", "reply"]
    assert column(archive, "reply_to_id") == [None, None, "x:911000000000000001"]
    assert column(archive, "reposted_id") == [None, "x:911000000000000001", None]
    assert column(archive, "text")[0] == "The Pellwick kettle is slow"
    assert archive.mentions["created_at"][0] == pd.Timestamp("2017-09-22 11:00:24", tz="UTC")
    assert column(archive, "side") == ["unknown", "unknown", "brand"]


def test_reddit_dump(read):
    archive = read("reddit_comments.ndjson")
    assert formats(archive) == ["reddit"]
    assert column(archive, "mention_id") == ["reddit:t1_k1", "reddit:t1_k2", "reddit:t1_k3"]
    assert column(archive, "conversation_id") == ["reddit:t3_p1"] * 3
    assert column(archive, "author_id")[1] is None
    assert column(archive, "text")[1] == ""
    assert column(archive, "score") == ["3", "-4", "1"]
    author = column(archive, "author_id")
    assert column(archive, "text")[0] == f"Mine leaks & drips, u/{author[2]}"


@pytest.mark.parametrize("pack", ["zst", "xz", "gz"])
def test_reddit_dump_packed(read, write, fixtures, pack):
    raw = (fixtures / "reddit_comments.ndjson").read_bytes()
    packed = {"zst": zstd.compress, "xz": lzma.compress, "gz": gzip.compress}[pack](raw)
    archive = read(write(packed, f"brewing_comments.{pack}"))
    assert column(archive, "text") == column(read("reddit_comments.ndjson"), "text")
    assert archive.report.files["source_file"][0] == f"brewing_comments.{pack}"


def test_reddit_listing_is_walked_to_its_last_reply(read):
    archive = read("reddit_listing.json")
    assert column(archive, "mention_id") == ["reddit:t3_p1", "reddit:t1_k1", "reddit:t1_k2"]
    assert column(archive, "kind") == ["post", "comment", "comment"]
    assert column(archive, "conversation_id") == ["reddit:t3_p1"] * 3
    assert column(archive, "title") == ["It leaks", "", ""]


def test_play_console(read):
    archive = read("play_console.csv")
    assert formats(archive) == ["play_console"]
    assert column(archive, "kind") == ["review", "review_reply", "review", "review", "review_reply"]
    assert column(archive, "side") == ["customer", "brand", "customer", "customer", "brand"]
    assert column(archive, "rating") == [0.25, None, 1.0, 0.75, None]
    assert column(archive, "reply_to_id")[1] == "google_play:gp:AOqpTOG-one"
    assert column(archive, "mention_id")[1] == "google_play:gp:AOqpTOG-one#reply"
    assert column(archive, "addressed") == [True, None, True, True, None]
    assert column(archive, "brand") == ["Pellwick"] * 5
    assert archive.mentions["text"][0] == "It never pairs, süß"
    assert archive.report.files[["rows_read", "rows_kept"]].to_numpy().tolist() == [[3, 3]]


def test_airline(read):
    archive = read("airline.csv", brands=None)
    assert formats(archive) == ["airline_sentiment"]
    assert column(archive, "brand") == ["Swiftair"] * 2
    assert column(archive, "side") == ["customer"] * 2
    assert column(archive, "sentiment_given") == ["positive", "negative"]
    assert archive.report.n_duplicates == 1


def test_zendesk_tickets_with_comments(read):
    archive = read("zendesk.ndjson")
    assert formats(archive) == ["zendesk"]
    assert column(archive, "kind") == ["ticket", "message", "ticket"]
    assert column(archive, "side") == ["customer", "brand", "customer"]
    assert column(archive, "title") == ["Kettle leaks", "", "Where is my order"]
    assert column(archive, "text")[0] == "It leaks.\nCall me: [phone]"
    assert column(archive, "rating") == [1.0, None, None]
    assert column(archive, "channel") == ["email", "email", "web"]
    assert column(archive, "conversation_id") == ["zendesk:9001"] * 2 + ["zendesk:ticket-502"]
    assert archive.report.files[["rows_read", "rows_kept"]].to_numpy().tolist() == [[2, 2]]
    assert any(note.startswith("1 private messages were left out") for note in archive.report.notes)


def test_zendesk_with_private_notes(read):
    archive = read("zendesk.ndjson", include_private=True)
    assert column(archive, "is_public") == [True, False, True, True]
    assert column(archive, "kind") == ["ticket", "note", "message", "ticket"]


def test_zendesk_comment_table(read):
    archive = read("zendesk_comments.csv")
    assert formats(archive) == ["zendesk_comments"]
    assert column(archive, "side") == ["customer", "brand"]
    assert archive.report.set_aside[["source_row", "reason"]].to_numpy().tolist() == [[2, "private"]]
    assert column(read("zendesk_comments.csv", include_private=True), "kind") == [
        "message",
        "note",
        "message",
    ]


def test_zendesk_ticket_table(load):
    archive = load(
        "id,subject,description,requester_id,created_at,status,via_channel\n9,Late,It is "
        "late,32,2024-05-01 08:00:00,open,web\n"
    )
    assert formats(archive) == ["zendesk_tickets"]
    assert column(archive, "mention_id") == ["zendesk:ticket-9"]
    assert column(archive, "channel") == ["web"]


def test_generic_csv(read):
    archive = read("generic.csv")
    assert formats(archive) == ["generic"]
    assert column(archive, "side") == ["customer", "brand", "customer"]
    assert column(archive, "conversation_id") == ["unknown:a1"] * 3
    assert column(archive, "rating") == [0.25, None, 1.0]
    assert column(archive, "text")[2] == "None"
    assert any("Colour" in note for note in archive.report.notes)


def test_generic_tsv_parquet_and_workbook_read_alike(load, read, tmp_path):
    frame = pd.DataFrame({
        "id": ["1", "2"], "author": ["kim", "ola"], "text": ["the kettle is slow", "mine is not"],
        "created_at": pd.to_datetime(["2024-06-01 10:00:00", "2024-06-02 11:30:00"]).tz_localize("UTC"),
        "likes": [3, 4],
    })  # fmt: skip
    frame.to_parquet(tmp_path / "posts.parquet")
    frame.assign(created_at=frame["created_at"].dt.tz_localize(None)).to_excel(
        tmp_path / "posts.xlsx", index=False
    )
    tables = [
        load(frame.to_csv(sep="\t", index=False), "posts.tsv").mentions,
        read(tmp_path / "posts.parquet").mentions,
        read(tmp_path / "posts.xlsx").mentions,
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(
            table.drop(columns="source_file"), tables[0].drop(columns="source_file")
        )
    assert tables[0]["like_count"].tolist() == [3, 4]


def test_every_format_has_a_fixture_that_it_alone_claims(read, fixtures, load):
    files = [
        "twcs.csv",
        "x_v2/page.jsonl",
        "brandwatch.csv",
        "talkwalker.csv",
        "reddit_comments.ndjson",
        "play_console.csv",
    ]
    files += ["airline.csv", "zendesk.ndjson", "zendesk_comments.csv", "generic.csv"]
    found = [formats(read(name))[0] for name in files]
    assert len(set(found)) == len(files)
    assert set(found) <= {*load_specs(), "generic"}


def test_a_folder_of_all_formats_is_one_valid_table(read, fixtures):
    archive = read("")
    check_mentions(archive.mentions)
    assert set(archive.report.files["source_format"]) >= {
        "twcs",
        "x_archive",
        "x_v2",
        "brandwatch",
        "reddit",
        "zendesk",
    }
    assert archive.report.files["rows_read"].sum() == archive.report.files["rows_kept"].sum() + len(
        archive.report.set_aside
    )
    assert any(note.startswith("passed over daily_counts.csv") for note in archive.report.notes)


def test_a_table_of_mentions_can_be_read_back(read, tmp_path):
    first = read("twcs.csv").mentions
    first.to_parquet(tmp_path / "mentions.parquet")
    again = read(tmp_path / "mentions.parquet").mentions
    same = [
        "mention_id",
        "author_id",
        "reply_to_id",
        "created_at",
        "text",
        "side",
        "kind",
        "platform",
        "brand",
    ]
    pd.testing.assert_frame_equal(again[same], first[same])


def test_globs_and_lists(fixtures):
    key = fixtures / "pseudonym.txt"
    by_glob = read_archive(str(fixtures / "x_v2" / "*.jsonl"), key=key)
    by_list = read_archive(
        [fixtures / "x_v2" / f"{name}.jsonl" for name in ("stream", "page", "flat")], key=key
    )
    pd.testing.assert_frame_equal(by_glob.mentions, by_list.mentions)
    assert sum(note.startswith("passed over") for note in by_glob.report.notes) == 3
