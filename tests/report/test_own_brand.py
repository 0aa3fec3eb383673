"""A real archive of 76 desks, read for one of them: the page says what a few lines of pandas say."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins

pytestmark = [pytest.mark.real, pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")]
DESKS = {"Delta": "@Delta", "Spotify": "@SpotifyCares"}


@pytest.fixture(scope="module")
def raw(real_data):
    """Tweets with who speaks, by the file's own flags."""
    table = pd.read_csv(real_data / "archives" / "twcs" / "twcs.csv", dtype=str).dropna(subset=["text"])
    table["in_response_to_tweet_id"] = table["in_response_to_tweet_id"].str.removesuffix(".0")
    table["at"] = pd.to_datetime(table["created_at"], format="%a %b %d %H:%M:%S %z %Y", errors="coerce")
    return table[table["at"].notna()]


@pytest.fixture(scope="module", params=list(DESKS))
def told(request, raw, real_data):
    name = request.param
    path = real_data / "archives" / "twcs" / "twcs.csv"
    report = ins.build_report(ins.read_archive(path, brands={name: [DESKS[name]]}))
    return DESKS[name].lstrip("@"), report


def test_the_page_is_of_this_brand(told, raw):
    """Everyone who names the desk, or writes in a thread that began with it, and no one else."""
    handle, report = told
    line = report.results.mentions
    naming = raw[raw["inbound"].eq("True") & raw["text"].str.contains(rf"@{handle}\b", case=False)]
    ours = line[line["text"].str.contains(rf"@{handle}\b", case=False) & line["person"].notna()]
    assert ours["person"].nunique() == naming["author_id"].nunique()
    assert len(line[line["role"] == "brand"]) == (raw["author_id"] == handle).sum()
    assert report.title == f"What people say about {report.results.own}"


def test_openers_wait_as_long_as_pandas_says(told, raw):
    """By direct replies: the first tweets to the desk, the earliest answer to each."""
    handle, report = told
    asked = raw[raw["inbound"].eq("True") & raw["text"].str.contains(rf"@{handle}\b", case=False)]
    openers = asked[asked["in_response_to_tweet_id"].isna()].set_index("tweet_id")["at"]
    replies = raw[(raw["author_id"] == handle) & raw["in_response_to_tweet_id"].isin(openers.index)]
    first = replies.groupby("in_response_to_tweet_id")["at"].min()
    minutes = (first - openers.reindex(first.index)).dt.total_seconds() / 60
    line = report.results.mentions.set_index("mention_id")
    ours = line.loc["x:" + openers.index]
    direct = ours[ours["answered_by"].isin("x:" + replies["tweet_id"])]
    assert len(first) >= 10
    assert len(direct) >= len(first) * 0.97, "an answer to a later message of the same wait may come first"
    waited = (ours["answered_at"] - ours.index.map(line["created_at"])).dt.total_seconds() / 60
    assert ours["answered_by"].isna().sum() <= len(openers) - len(first)
    assert waited["x:" + first.index].median() == pytest.approx(minutes.median(), rel=0.15)


def test_the_desk_apologises_as_often_as_its_words_say(told, raw):
    handle, _ = told
    spoken = raw[raw["author_id"] == handle]["text"]
    acts = ins.conversations.reply_acts(told[1].results.mentions, brand=told[1].results.own)
    sorry = acts[acts["act"] == "apologise"]["mention_id"].nunique() / len(spoken)
    said = spoken.str.contains(r"\b(?:sorry|apolog)", case=False).mean()
    assert sorry == pytest.approx(said, abs=0.04)
