"""The fifteen things that real exports do to an importer; several tests where one has several faces."""

from __future__ import annotations

import json

import pandas as pd
import pytest

HEAD = "tweet_id,author_id,inbound,created_at,text,response_tweet_id,in_response_to_tweet_id\n"


def values(archive, name):
    return [None if pd.isna(value) else value for value in archive.mentions[name].astype(object)]


def test_gotcha_01_ids_never_pass_through_float(load):
    rows = (
        "1582825767519809536,7,True,Tue Oct 31 22:10:47 +0000 2017,hi,,1582702502297755653\n"
        "12,8,True,Tue Oct 31 22:11:47 +0000 2017,ho,,3.0\n"
    )
    archive = load(HEAD + rows)
    assert values(archive, "mention_id") == ["x:1582825767519809536", "x:12"]
    assert values(archive, "reply_to_id") == ["x:1582702502297755653", "x:3"]


def test_gotcha_01_ids_damaged_by_a_spreadsheet_are_refused_and_counted(load):
    archive = load(
        "id,author,created_at,text,url\n"
        "5.70306E+17,kim,2024-03-01 10:00:00Z,one,https://x.com/kim/status/570306133677760513\n"
        "5.70306E+17,ola,2024-03-01 11:00:00Z,two,\n"
        "5.70306E+17,ola,2024-03-01 12:00:00Z,three,\n"
    )
    assert archive.report.n_mentions == 3
    assert values(archive, "mention_id")[0] == "x:570306133677760513"
    assert all(len(own) == len("unknown:") + 16 for own in values(archive, "mention_id")[1:])
    assert any(
        "3 values of 'id' were damaged by a spreadsheet (written like 5.7E+17)" in note
        for note in archive.report.notes
    )


def test_gotcha_01_hexadecimal_ids_that_look_like_powers_are_left_alone(load):
    archive = load("id,created_at,text\n1e8442931190,2024-03-01 10:00:00Z,one\n")
    assert values(archive, "mention_id") == ["unknown:1e8442931190"]


def test_gotcha_01_whole_numbers_in_json_keep_every_digit(load):
    post = {
        "id": 1169246717864136705,
        "author_id": "5",
        "text": "hi",
        "created_at": "2024-03-01T10:00:00Z",
        "public_metrics": {},
    }
    assert values(load(json.dumps(post), "posts.jsonl"), "mention_id") == ["x:1169246717864136705"]


@pytest.mark.parametrize("word", ["None", "NA", "null", "nan", "N/A"])
def test_gotcha_02_words_that_pandas_takes_for_missing_are_real(load, word):
    archive = load(f"id,author,created_at,text\n1,{word},2024-03-01 10:00:00Z,{word}\n", privacy="internal")
    assert values(archive, "text") == [word]
    assert values(archive, "placeholder") == [word]


@pytest.mark.parametrize("n_above", [0, 1, 2, 6, 20])
def test_gotcha_03_the_header_is_found_by_its_columns_not_by_its_row(load, fixtures, n_above):
    body = (fixtures / "brandwatch.csv").read_text(encoding="utf-8").split('"Label:","All mentions"\n\n')[1]
    above = "".join(f'"Line {n}","of, the ""preamble"""\n' for n in range(n_above))
    archive = load(above + body)
    assert archive.report.files[["source_format", "rows_read"]].to_numpy().tolist() == [["brandwatch", 4]]


def test_gotcha_03_the_preamble_is_kept_as_a_note(read):
    assert any(
        "Above the table stands: Report: Bulk Mentions Download" in note
        for note in read("brandwatch.csv").report.notes
    )


def test_gotcha_04_an_assumed_zone_is_said_and_tz_sets_it(load):
    text = "id,created_at,text\n1,2024-07-01 12:00:00,hello\n"
    assumed, told = load(text), load(text, tz="America/New_York")
    assert assumed.report.files["time_zone"][0] == "UTC (assumed)"
    assert any("do not say their time zone" in note for note in assumed.report.notes)
    assert told.report.files["time_zone"][0] == "America/New_York"
    assert not any("do not say their time zone" in note for note in told.report.notes)
    assert told.mentions["created_at"][0] - assumed.mentions["created_at"][0] == pd.Timedelta(hours=4)


def test_gotcha_04_a_stated_zone_beats_tz(load):
    archive = load("id,created_at,text\n1,2024-07-01T12:00:00+02:00,hello\n", tz="America/New_York")
    assert archive.mentions["created_at"][0] == pd.Timestamp("2024-07-01 10:00", tz="UTC")
    assert archive.report.files["time_zone"][0] == "explicit"


def test_gotcha_05_a_parent_that_is_a_repost_or_oneself_is_no_reply(read):
    mentions = read("talkwalker.csv").mentions
    assert mentions["reply_to_id"].notna().tolist() == [False, False, True]
    assert mentions["reposted_id"].notna().tolist() == [False, True, False]


def test_gotcha_06_missing_parents_are_kept_and_counted(read):
    report = read("x_archive").report
    assert (report.n_replies, report.n_parents_present) == (1, 0)
    assert "x:1582702502297755653" in set(read("x_archive").mentions["reply_to_id"].dropna())


def test_gotcha_07_a_review_with_an_answer_is_two_messages(read):
    archive = read("play_console.csv")
    assert (archive.report.files["rows_kept"][0], archive.report.n_mentions) == (3, 5)


def test_gotcha_08_the_time_of_submission_counts_and_older_replies_are_noted(read, load, fixtures):
    mentions = read("play_console.csv").mentions
    edited = mentions[mentions["mention_id"] == "google_play:gp:AOqpTOG-two"].iloc[0]
    assert edited["created_at"] == pd.Timestamp("2024-03-02 08:00", tz="UTC")
    raw = (
        (fixtures / "play_console.csv")
        .read_bytes()
        .decode("utf-16")
        .replace("1709323200000", "1709000000000")
    )
    archive = load(raw.encode("utf-16"))
    assert any("1 replies are older than the review they answer" in note for note in archive.report.notes)


def test_gotcha_09_messages_without_text_are_kept(read):
    mentions = read("play_console.csv").mentions
    assert (mentions["text"] == "").sum() == 1


def test_gotcha_09_truncated_reposts_are_made_whole(read):
    assert not read("x_v2/page.jsonl").mentions["text"].str.contains("…").any()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_gotcha_10_encodings_are_found_out(load, encoding):
    text = "id,created_at,text\n1,2024-03-01 10:00:00Z,Café à 5 € – süß\n2,2024-03-01 10:00:00Z,plain\n"
    assert values(load(text.encode(encoding)), "text") == ["Café à 5 € – süß", "plain"]


def test_gotcha_11_the_same_message_twice_is_one_with_the_latest_counts(read):
    archive = read("x_v2/page.jsonl")
    assert archive.report.n_duplicates == 1
    assert archive.report.set_aside["reason"].tolist() == ["duplicate"]
    row = archive.mentions[archive.mentions["mention_id"] == "x:1580000000000000002"].iloc[0]
    assert (row["like_count"], row["view_count"], row["follower_count"]) == (5, 120, 8)


def test_gotcha_11_the_same_message_from_two_vendors_is_one(load, write, read, fixtures):
    twin = (
        (fixtures / "talkwalker.csv")
        .read_text(encoding="utf-8")
        .replace("911000000000000001", "1478000000000000001")
    )
    archive = read([fixtures / "brandwatch.csv", write(twin)])
    twins = archive.mentions[archive.mentions["n_copies"] == 2]
    assert twins["copy_formats"].tolist() == ["brandwatch; talkwalker"]
    assert archive.report.n_duplicates == 1
    assert archive.mentions["mention_id"].is_unique


def test_gotcha_12_html_and_entities_go_as_the_format_needs(load, read):
    body = "<p>One&nbsp;&amp; two</p><ul><li>three</li></ul><script>x()</script>"
    html = f"comment_id,ticket_id,author_id,body,public,created_at\n1,5,3,{body},true,2024-05-01 08:00:00\n"
    assert values(load(html), "text") == ["One\xa0& two\nthree"]
    keeps_signs = HEAD + "1,7,True,Tue Oct 31 22:10:47 +0000 2017,a &lt;b&gt; 3 < 4,,\n"
    assert values(load(keeps_signs), "text") == ["a <b> 3 < 4"]


@pytest.mark.parametrize(
    "header", ["Created At,Text", "created_at,TEXT", "CREATED-AT,text", "\ufeffDate , Message"]
)
def test_gotcha_13_headers_have_many_spellings(load, header):
    archive = load(f"{header}\n2024-03-01 10:00:00Z,hello\n")
    assert values(archive, "text") == ["hello"]
    assert archive.report.first == pd.Timestamp("2024-03-01 10:00", tz="UTC")


def test_gotcha_14_the_names_before_and_after_a_renaming_both_work(load, fixtures):
    new = (fixtures / "brandwatch.csv").read_text(encoding="utf-8")
    old = new.replace("X Author ID", "Twitter Author ID").replace("X Followers", "Twitter Followers")
    old = (
        old.replace("X Reply to", "Twitter Reply to")
        .replace("X Repost of", "Twitter Retweet of")
        .replace("X Likes", "Twitter Likes")
    )
    pd.testing.assert_frame_equal(load(old).mentions, load(new).mentions)


def test_gotcha_14_missing_paths_and_new_columns_are_no_error(load, fixtures):
    text = (fixtures / "twcs.csv").read_text(encoding="utf-8")
    lines = [line + (",vibe" if at == 0 else ",good") for at, line in enumerate(text.splitlines())]
    archive = load("\n".join(lines))
    assert archive.report.n_mentions == 5
    assert any("columns that are not used: vibe" in note for note in archive.report.notes)
    bare = json.dumps(
        {
            "id": "5",
            "text": "hi",
            "author_id": "1",
            "created_at": "2024-03-01T10:00:00Z",
            "public_metrics": None,
        }
    )
    assert load(bare, "bare.jsonl").report.columns.set_index("column").loc["like_count", "n_missing"] == 1


def test_gotcha_15_nothing_leaks_into_a_shareable_table(read):
    shown = read("").mentions.drop(columns=["source_file"]).astype(object).to_csv()
    for secret in (
        "kim_w",
        "ola_n",
        "mara_k",
        "5550100",
        "team@pellwick.example",
        "Ada Agent",
        "brewfan",
        "900001",
    ):
        assert secret not in shown
    assert "@pellwickhelp" in shown
