"""The archive over and over: whole conversations each time, by new people, in words that grow with it."""

import csv

import pytest

from tests.simulate.repeated import write_repeated

N = 26_500
"""A little more than the archive twice."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    with write_repeated(tmp_path_factory.mktemp("repeated") / "twcs.csv", N).open(newline="") as file:
        return list(csv.DictReader(file))


def test_same_number_same_bytes(tmp_path):
    one, other = (write_repeated(tmp_path / name, 500).read_bytes() for name in "ab")
    assert one == other != write_repeated(tmp_path / "c", 500, random_state=1).read_bytes()


def test_ids_are_new_and_conversations_whole(rows):
    assert len(rows) == N
    by_id = {row["tweet_id"]: row for row in rows}
    assert len(by_id) == N
    known = [row for row in rows if row["in_response_to_tweet_id"]]
    assert len(known) > N / 4
    for row in known:
        parent = by_id[row["in_response_to_tweet_id"]]
        assert row["tweet_id"] in parent["response_tweet_id"].split(",")
        assert row["text"] != parent["text"]


def test_people_are_new_each_time_and_are_tagged_by_their_new_number(rows):
    once = len({row["author_id"] for row in rows[: N // 2] if row["inbound"] == "True"})
    both = len({row["author_id"] for row in rows if row["inbound"] == "True"})
    assert both > 1.9 * once
    by_id = {row["tweet_id"]: row for row in rows}
    answers = [row for row in rows if row["inbound"] == "False" and row["text"].startswith("@1")]
    tagged = [by_id[row["in_response_to_tweet_id"]] for row in answers]
    assert len(answers) > 1_000
    assert all(row["text"].startswith(f"@{to['author_id']}") for row, to in zip(answers, tagged, strict=True))


def test_the_vocabulary_grows_with_the_archive(rows):
    words = [{word for row in part for word in row["text"].split()} for part in (rows[: N // 2], rows)]
    assert len(words[1]) > 1.1 * len(words[0])
    assert len({row["text"] for row in rows}) > 0.97 * N
