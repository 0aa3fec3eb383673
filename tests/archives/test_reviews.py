"""Exports of app stores and shops: a review, and the brand's answer in the same row."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import pandas as pd
import pytest


def at(text):
    return pd.Timestamp(text, tz="UTC")


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
