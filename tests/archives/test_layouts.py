"""Fifteen layouts after those of real tools, each invented when the code was done: which column holds what."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import io
import json

import pandas as pd
import pytest
from openpyxl import Workbook

from insight.archives.inference.propose import propose_map

N = range(12)
SAID = [f"The kettle number {n} leaks at the lid and nobody answers my mail" for n in N]
WHO = ["Mara K.", "Tom Berg", "Ida Moen", "Kim W.", "Ola N."]
DAY = pd.Timestamp("2025-03-03 09:14:22")


def when(pattern, n, *, later=0):
    moment = DAY + pd.Timedelta(hours=31 * n + later)
    return moment.strftime(pattern) if pattern else int(moment.timestamp())


def csv(rows, sep=",", lead=""):
    return lead + pd.DataFrame(rows).to_csv(index=False, sep=sep)


def maps_places():
    """A scraper of places: reviews inside each place, the owner's answer beside them."""
    reviews = [
        {"name": WHO[n % 5], "reviewerId": f"1000{n % 5}77", "reviewId": f"Ch{n}ZDSU", "text": SAID[n] if n % 4 else None, "stars": 1 + n % 5,
         "publishAt": "2 months ago", "publishedAtDate": when("%Y-%m-%dT%H:%M:%S.000Z", n), "likesCount": n,
         "responseFromOwnerText": f"Sorry to hear about number {n}" if n % 3 == 0 else None,
         "responseFromOwnerDate": when("%Y-%m-%dT%H:%M:%S.000Z", n, later=5) if n % 3 == 0 else None, "reviewUrl": f"https://maps.example/r/{n}", "isLocalGuide": False}
        for n in N
    ]  # fmt: skip
    places = [
        {
            "title": f"Kettle shop {p}",
            "placeId": f"P{p}",
            "totalScore": 4.2,
            "address": "1 Lamp Street",
            "reviewsCount": 6,
            "reviews": reviews[6 * p : 6 * p + 6],
        }
        for p in (0, 1)
    ]
    want = {
        "text": "text",
        "created_at": "publishedAtDate",
        "author": "reviewerId",
        "id": "reviewId",
        "rating": "stars",
        "reply": "responseFromOwnerText",
        "reply_at": "responseFromOwnerDate",
        "like_count": "likesCount",
    }
    return "places.json", json.dumps(places), want


def insta_comments():
    items = [{"postUrl": "https://insta.example/p/1", "id": f"178{n}", "text": SAID[n], "ownerUsername": f"user.{n % 5}", "ownerProfilePicUrl": "https://x.example/p.jpg",
              "timestamp": when("%Y-%m-%dT%H:%M:%S.000Z", n), "repliesCount": 1,
              "replies": [{"id": f"178{n}9", "text": f"Mine as well since yesterday {n}", "ownerUsername": "user.9", "timestamp": when("%Y-%m-%dT%H:%M:%S.000Z", n, later=2), "likesCount": 0}],
              "likesCount": n, "owner": {"id": f"55{n % 5}", "full_name": WHO[n % 5], "username": f"user.{n % 5}"}} for n in N]  # fmt: skip
    return (
        "comments.json",
        json.dumps(items),
        {"text": "text", "created_at": "timestamp", "id": "id", "author": "owner.id", "reply_to": "_parent"},
    )


def questions():
    rows = [{"id": n, "text": SAID[n], "author_email": f"p{n % 5}@mail.example", "team": "Care", "tags": "a,b", "status": "answered", "upvotes": n, "answer_text": f"We will look at {n}, thank you",
             "answer_author": "bob@lumo.example", "created_at": when("%Y-%m-%dT%H:%M:%SZ", n), "answered_at": when("%Y-%m-%dT%H:%M:%SZ", n, later=7)} for n in N]  # fmt: skip
    return (
        "questions.csv",
        csv(rows),
        {
            "text": "text",
            "created_at": "created_at",
            "id": "id",
            "author": "author_email",
            "reply": "answer_text",
            "reply_at": "answered_at",
            "like_count": "upvotes",
        },
    )


def interactions():
    rows = [
        {
            "interaction_id": f"I{n // 3}",
            "verbatim_id": f"V{n:04}",
            "text": SAID[n],
            "timestamp": when("%m/%d/%Y %H:%M", n),
            "person_id": f"{n % 5}",
            "person_type": "agent" if n % 3 == 2 else "customer",
            "interaction_title": "Kettle",
        }
        for n in N
    ]
    return (
        "support.csv",
        csv(rows),
        {
            "text": "text",
            "created_at": "timestamp",
            "id": "verbatim_id",
            "author": "person_id",
            "conversation": "interaction_id",
            "side": "person_type",
        },
    )


def chat_topic():
    rows = [
        {
            "Topic ID": 77,
            "Post ID": 9000 + n,
            "Contributor ID": 40 + n % 5,
            "Contributor name": WHO[n % 5],
            "Posted message": SAID[n],
            "Post date and time": when("%Y/%m/%d %H:%M:%S", n),
            "Number of likes": n % 3,
        }
        for n in N
    ]
    return (
        "messages.csv",
        csv(rows),
        {
            "text": "Posted message",
            "created_at": "Post date and time",
            "id": "Post ID",
            "author": "Contributor ID",
        },
    )


def community():
    rows = [{"postID": 500 + n, "post_type": "topic" if n % 4 == 0 else "reply", "topic_id": 500 + n - n % 4, "topic_title": "Kettle leaks" if n % 4 == 0 else "", "post_creator": WHO[n % 5], "userRole": "Member",
             "creation_date": when("%d-%b-%Y %H:%M", n), "post_content": f"<p>{SAID[n]}</p>", "likes": n, "parent_post_id": "" if n % 4 == 0 else 500 + n - 1} for n in N]  # fmt: skip
    return (
        "posts.csv",
        csv(rows),
        {
            "text": "post_content",
            "created_at": "creation_date",
            "id": "postID",
            "author": "post_creator",
            "reply_to": "parent_post_id",
            "conversation": "topic_id",
        },
    )


def incidents():
    rows = [
        {
            "Number": f"INC00{n:05}",
            "Opened": when("%Y-%m-%d %H:%M:%S", n),
            "Short description": f"Kettle {n} leaks",
            "Description": SAID[n],
            "Caller": WHO[n % 5],
            "Priority": "3 - Moderate",
            "State": "Closed",
            "Assigned to": "Ada Brand",
            "Resolved": when("%Y-%m-%d %H:%M:%S", n, later=9),
        }
        for n in N
    ]
    return (
        "incident.csv",
        csv(rows),
        {
            "text": "Description",
            "title": "Short description",
            "created_at": "Opened",
            "id": "Number",
            "author": "Caller",
        },
    )


def software_reviews():
    rows = [{"Product": "Lumo", "Reviewer Name": WHO[n % 5], "Company Size": "11-50", "Industry": "Retail", "Submitted At": when("%B %d, %Y", n), "Star Rating": 1 + n % 5, "Review Title": f"Good lamp {n}",
             "What do you like best about Lumo?": f"The light is warm and even in room {n}", "What do you dislike about Lumo?": f"The cord is too short for desk {n}"} for n in N]  # fmt: skip
    return (
        "reviews.csv",
        csv(rows),
        {
            "text": ("What do you like best about Lumo?", "What do you dislike about Lumo?"),
            "created_at": "Submitted At",
            "author": "Reviewer Name",
            "rating": "Star Rating",
        },
    )


def german_survey():
    rows = [
        {
            "Zeitstempel": when("%d.%m.%Y %H:%M:%S", n),
            "Wie zufrieden sind Sie mit der Lampe?": 1 + n % 5,
            "Was fehlt Ihnen am meisten?": f"Ein längeres Kabel für Schreibtisch {n}",
            "Ihre E-Mail-Adresse": f"p{n}@mail.example",
        }
        for n in N
    ]
    return (
        "umfrage.csv",
        csv(rows, sep=";"),
        {
            "text": "Was fehlt Ihnen am meisten?",
            "created_at": "Zeitstempel",
            "author": "Ihre E-Mail-Adresse",
            "rating": "Wie zufrieden sind Sie mit der Lampe?",
        },
    )


def federated():
    items = [{"comment": {"id": 600 + n, "creator_id": 20 + n % 5, "post_id": 90, "content": SAID[n], "removed": False, "published": when("%Y-%m-%dT%H:%M:%S.123456Z", n), "ap_id": f"https://lemmy.example/comment/{600 + n}", "path": f"0.{600 + n}"},
              "creator": {"id": 20 + n % 5, "name": f"user{n % 5}", "published": "2023-06-01T00:00:00Z"}, "post": {"id": 90, "name": "Kettles that leak everywhere", "body": "A post about kettles that leak", "published": "2025-03-01T00:00:00Z"},
              "community": {"id": 3, "name": "kettles"}, "counts": {"score": n - 3, "upvotes": n, "downvotes": 3, "child_count": 0}} for n in N]  # fmt: skip
    return (
        "comments.json",
        json.dumps({"comments": items}),
        {
            "text": "comment.content",
            "created_at": "comment.published",
            "id": "comment.id",
            "author": "creator.id",
        },
    )


def graph_discussions():
    nodes = [{"id": f"D_kw{n}", "title": f"Kettle {n}", "body": SAID[n], "createdAt": when("%Y-%m-%dT%H:%M:%SZ", n), "author": {"login": f"dev{n % 5}"}, "url": f"https://git.example/d/{n}", "upvoteCount": n,
              "comments": {"totalCount": 1, "nodes": [{"id": f"DC_{n}", "body": f"Fixed in the next release, number {n}", "createdAt": when("%Y-%m-%dT%H:%M:%SZ", n, later=4), "author": {"login": "maintainer"}}]}} for n in N]  # fmt: skip
    data = {
        "data": {
            "repository": {
                "discussions": {"totalCount": 12, "pageInfo": {"hasNextPage": False}, "nodes": nodes}
            }
        }
    }
    return (
        "discussions.json",
        json.dumps(data),
        {
            "text": "body",
            "title": "title",
            "created_at": "createdAt",
            "id": "id",
            "author": "author.login",
            "reply_to": "_parent",
            "url": "url",
        },
    )


def workbook():
    book = Workbook()
    sheet = book.active
    for row in (
        ["Feedback report"],
        ["Generated", "5 April 2025"],
        [],
        [
            "Ref",
            "Guest",
            "Stayed",
            "Channel",
            "Score",
            "Guest comment",
            "Management response",
            "Responded on",
        ],
    ):
        sheet.append(row)
    for n in N:
        sheet.append(
            [
                f"G-{n:03}",
                WHO[n % 5],
                (DAY + pd.Timedelta(days=n)).to_pydatetime(),
                "Web",
                1 + n % 5,
                SAID[n],
                "Thank you, we are sorry" if n % 2 else "",
                (DAY + pd.Timedelta(days=n + 1)).to_pydatetime() if n % 2 else None,
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return (
        "guests.xlsx",
        out.getvalue(),
        {
            "text": "Guest comment",
            "created_at": "Stayed",
            "id": "Ref",
            "author": "Guest",
            "rating": "Score",
            "reply": "Management response",
            "reply_at": "Responded on",
        },
    )


def complaints():
    rows = [{"Date received": when("%m/%d/%y", n), "Product": "Card", "Issue": "Fees", "Consumer complaint narrative": SAID[n] + " XXXX", "Company public response": "Company chooses not to respond", "Company": "ACME BANK", "State": "CA", "ZIP code": "941XX",
             "Submitted via": "Web", "Date sent to company": when("%m/%d/%y", n, later=30), "Timely response?": "Yes", "Consumer disputed?": "No", "Complaint ID": 1290000 + n} for n in N]  # fmt: skip
    return (
        "complaints.csv",
        csv(rows),
        {"text": "Consumer complaint narrative", "created_at": "Date received", "id": "Complaint ID"},
    )


def keyed_chat():
    store = {
        f"-Nx{n}": {
            "uid": f"u{n % 5}",
            "displayName": WHO[n % 5],
            "msg": SAID[n],
            "sentAt": when(None, n) * 1000,
            "room": "care",
        }
        for n in N
    }
    return (
        "firebase.json",
        json.dumps({"rooms": {"messages": store}}),
        {"text": "msg", "created_at": "sentAt", "author": "uid"},
    )


def japanese_store():
    rows = [
        {
            "レビューID": f"R{n:05}",
            "投稿者": f"ユーザー{n % 5}",
            "投稿日": f"2025年3月{n + 3}日",
            "評価": f"5つ星のうち{1 + n % 5}.0",
            "タイトル": "良い",
            "レビュー": f"やかんの蓋から水が漏れます。とても困っています{n}",
        }
        for n in N
    ]
    return (
        "review.csv",
        csv(rows, sep="\t"),
        {
            "text": "レビュー",
            "title": "タイトル",
            "created_at": "投稿日",
            "author": "投稿者",
            "rating": "評価",
        },
    )


LAYOUTS = [
    maps_places, insta_comments, questions, interactions, chat_topic, community, incidents, software_reviews, german_survey,
    federated, graph_discussions, workbook, complaints, keyed_chat, japanese_store,
]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_understood_at_first_sight(write, layout):
    name, content, want = layout()
    found = {one.role: one.columns for one in propose_map(write(content, name)).decision.found}
    expected = {role: columns if isinstance(columns, tuple) else (columns,) for role, columns in want.items()}
    assert {role: found.get(role, ())[: len(columns)] for role, columns in expected.items()} == expected


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_read_whole(load, layout):
    name, content, _ = layout()
    archive = load(content, name)
    files = archive.report.files
    assert (files["rows_read"] == files["rows_kept"] + files["rows_set_aside"]).all()
    assert files["rows_set_aside"].sum() == 0
    assert archive.mentions["created_at"].notna().all()
