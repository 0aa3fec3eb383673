"""A file that says that it is partial is believed: what is missing is named, and cut threads are marked."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import json

import pytest

AT = "2025-03-03T09:14:22.000Z"


def post(number, **more):
    return {"id": 1000 + number, "post_number": number, "topic_id": 77, "created_at": AT, "username": f"u{number}",
            "cooked": f"<p>post {number}</p>", "reply_to_post_number": None, **more}  # fmt: skip


def topic(n_posts, stream, count=None):
    posts = {"posts": [post(number + 1) for number in range(n_posts)], "stream": stream}
    return {"id": 77, "title": "Lamp", "posts_count": count or len(stream), "post_stream": posts}


def missing(archive):
    return archive.report.partial["missing"].tolist()


def test_a_topic_with_its_first_posts_only(load):
    archive = load(json.dumps(topic(3, [1, 2, 3, 4, 5])), "77.json")
    assert missing(archive) == [
        "this file holds 3 of 5 posts of the topic; fetch the rest with /t/77/posts.json."
    ]
    assert archive.mentions["thread_is_cut"].tolist() == ["true"] * 3
    whole = load(json.dumps(topic(3, [1, 2, 3])), "77.json")
    assert missing(whole) == []
    assert "thread_is_cut" not in whole.mentions


def test_the_rest_of_a_topic_in_a_second_file_makes_it_whole(write, read):
    write(json.dumps(topic(2, [1, 2, 3])), "a.json")
    path = write(json.dumps({"post_stream": {"posts": [post(3)]}, "id": 77}), "b.json")
    assert read(path.parent).mentions["thread_is_cut"].tolist() == [""] * 3


def comment(own, text, **more):
    said = {"textDisplay": text, "authorDisplayName": own, "publishedAt": AT, **more}
    return {"id": own, "snippet": said}


def test_youtube_threads_with_more_replies_than_fetched(load):
    threads = [
        {"snippet": {"topLevelComment": comment("A", "It leaks"), "totalReplyCount": 7},
         "replies": {"comments": [comment("A.1", "Same", parentId="A")]}},
        {"snippet": {"topLevelComment": comment("B", "Fine"), "totalReplyCount": 0}},
    ]  # fmt: skip
    archive = load(json.dumps({"items": threads, "nextPageToken": "QURT"}), "comments.json")
    said = missing(archive)
    assert any(note.startswith("1 comments have more replies") for note in said)
    assert any("one page of a longer list (`nextPageToken`)" in note for note in said)
    cut = archive.mentions.set_index("mention_id")["thread_is_cut"]
    assert cut.to_dict() == {"youtube:A": "true", "youtube:A.1": "true", "youtube:B": ""}


def test_comments_that_reddit_did_not_load(load):
    def thing(kind, **data):
        return {"kind": kind, "data": data}

    said = thing(
        "t1",
        id="k1",
        name="t1_k1",
        author="kim",
        body="Same",
        created_utc=1740993262,
        link_id="t3_p",
        parent_id="t3_p",
        replies="",
    )
    more = thing("more", id="k2", count=12, children=["k2", "k3"], parent_id="t3_p")
    listing = thing("Listing", children=[said, more], after=None)
    archive = load(json.dumps([listing]), "thread.json")
    assert missing(archive) == ["12 comments are named that were not fetched; load 'more' before saving."]
    assert archive.mentions["thread_is_cut"].tolist() == ["true"]


def slack(**more):
    return {
        "ok": True,
        "messages": [{"type": "message", "user": "U1", "text": "It leaks", "ts": "1740993262.000100"}],
        **more,
    }


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        ({"has_more": True}, ["`has_more`"]),
        ({"has_more": False, "response_metadata": {"next_cursor": ""}}, []),
        ({"response_metadata": {"next_cursor": "bmV4"}}, ["`next_cursor`"]),
    ],
)  # fmt: skip
def test_a_page_of_an_api(load, signs, said):
    archive = load(json.dumps(slack(**signs)), "history.json")
    assert archive.report.files["source_format"].tolist() == ["slack"]
    assert [sign for sign in said if sign in missing(archive)[0]] == said
    assert len(missing(archive)) == len(said)


def test_pages_in_one_file_are_judged_by_the_last(load):
    def page(own, **meta):
        post = {"id": own, "text": "It leaks", "author_id": "4", "created_at": AT, "conversation_id": own}
        return json.dumps(
            {"data": [post], "includes": {"users": [{"id": "4", "username": "kim"}]}, "meta": meta}
        )

    assert missing(load(page("1", next_token="a") + "\n" + page("2"), "pages.jsonl")) == []
    assert len(missing(load(page("1") + "\n" + page("2", next_token="a"), "pages.jsonl"))) == 1


def test_issues_with_more_comments_than_fetched(load):
    fields = {
        "summary": "Footer",
        "created": AT,
        "description": "Gone",
        "comment": {"total": 3, "comments": []},
    }
    archive = load(
        json.dumps({"total": 80, "startAt": 0, "issues": [{"key": "LUM-1", "fields": fields}]}), "jira.json"
    )
    assert any("1 issues have more comments" in note for note in missing(archive))
    assert any("`total` is 80, 1 are here" in note for note in missing(archive))
    assert archive.mentions["thread_is_cut"].tolist() == ["true"]


def test_a_line_above_a_table_that_counts(load):
    text = '"Showing 1-2 of 2,431"\nid,author,created_at,text\n1,kim,2025-03-03 09:00:00,It leaks\n2,ola,2025-03-03 10:00:00,Same\n'
    assert missing(load(text)) == ["it says '1-2 of 2,431': 2,429 of 2,431 are missing. Export all."]


@pytest.mark.parametrize("n", [500, 1000, 10_000])
def test_a_round_number_of_rows_is_a_mild_note(load, n):
    rows = "".join(
        f"{number},kim{number},2025-03-03 09:00:{number % 60:02d},lid {number}\n" for number in range(n)
    )
    archive = load("id,author,created_at,text\n" + rows)
    assert any(f"exactly {n:,} rows, a usual limit" in note for note in archive.report.notes)
    assert missing(archive) == []


def test_cut_threads_enter_no_waiting_time(load):
    from insight.conversations import first_responses

    staffed = topic(3, [1, 2, 3, 4, 5])
    staffed["post_stream"]["posts"][1]["staff"] = True
    cut = first_responses(load(json.dumps(staffed), "77.json").mentions, only_addressed=False)
    assert len(cut) == 0
    assert cut.attrs["excluded"]["n_thread_cut"] > 0
    staffed["post_stream"]["stream"], staffed["posts_count"] = [1, 2, 3], 3
    whole = first_responses(load(json.dumps(staffed), "77.json").mentions, only_addressed=False)
    assert len(whole) > 0
