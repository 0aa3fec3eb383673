"""Real conversations: quantiles checked by other means, SQL, and what the rules hear in labelled tweets."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.timeline import timeline
from insight.timeline.desks import desk_like

pytestmark = pytest.mark.real


def loose(frame, **columns):
    return ins.as_mentions(
        pd.DataFrame({name: frame[column] for name, column in columns.items()}).assign(time_precision="s")
    )


@pytest.fixture(scope="module")
def support(real_data):
    """Conversations of customers and agents, every one of them answered."""
    frame = pd.read_csv(real_data / "labelled" / "support_conversations.csv.gz", dtype=str)
    frame = frame.drop_duplicates("tweet_id").assign(
        created_at=lambda t: pd.to_datetime(t["created_at"], utc=True)
    )
    frame["side"] = frame["role"].map({"client": "customer", "agent": "brand"})
    mentions = loose(
        frame, mention_id="tweet_id", conversation_id="conversation", author_id="author",
        created_at="created_at", side="side", text="text", channel="company",
    )  # fmt: skip
    return frame, mentions.assign(platform="x")


def test_first_waits_equal_a_plain_reading(support):
    """One loop over each conversation: from the client's first message to the agent's next one."""
    frame, mentions = support
    table = ins.first_responses(mentions)
    expected = []
    for _, rows in frame.groupby("conversation"):
        rows = rows.sort_values(["created_at", "tweet_id"])
        clients, agents = rows[rows["role"] == "client"], rows[rows["role"] == "agent"]
        if len(clients) and (agents["created_at"] >= clients["created_at"].iloc[0]).any():
            asked = clients["created_at"].iloc[0]
            expected.append(
                (agents.loc[agents["created_at"] >= asked, "created_at"].min() - asked).total_seconds() / 3600
            )
    first = table[(table["turn"] == 1)].sort_values("asked_at").drop_duplicates("conversation_id")
    found = first.loc[first["responded"], "wait_hours"]
    assert len(expected) > 100
    assert len(found) == len(expected)
    quantiles = [0.1, 0.25, 0.5, 0.75, 0.9]
    assert np.quantile(found, quantiles) == pytest.approx(np.quantile(expected, quantiles), abs=1e-6)


def test_median_of_the_curve_is_the_quantile_where_all_are_answered(support):
    _, mentions = support
    table = ins.first_responses(mentions)
    answered = table[table["responded"]]
    curve = ins.response_curve(answered)
    half = curve.loc[curve["unanswered"] <= 0.5, "wait_hours"].iloc[0]
    assert half == pytest.approx(np.quantile(answered["wait_hours"], 0.5, method="inverted_cdf"), rel=0.02)


def test_members_and_visitors_of_a_project(real_data):
    """Presence in issue threads against SQL; whoever opens a thread is the customer there or nobody."""
    import duckdb

    frame = pd.read_csv(real_data / "logs" / "gh_tls_esni.csv.gz", dtype=str)
    frame["created_at"] = pd.to_datetime(frame["created_at"], utc=True)
    mentions = loose(
        frame, mention_id="id", conversation_id="thread", reply_to_id="reply_to", author_id="author",
        created_at="created_at", side="side", text="text", channel="channel",
    )  # fmt: skip
    with duckdb.connect() as database:
        database.register("log", frame[["thread", "side"]])
        n, present = database.execute(
            """select count(*), count(*) filter (members > 0) from (select thread,
            count(*) filter (side = 'brand') members, count(*) filter (side <> 'brand') others
            from log group by thread) where others > 0"""
        ).fetchone()
    assert ins.conversations.presence(mentions).loc[0, ["n", "n_present"]].tolist() == [n, present]
    assert ins.conversations.ledger(mentions)["n"].sum() == len(mentions)
    wants = ins.conversations.intents(mentions, ins.find_signals(mentions))
    responses = ins.first_responses(mentions, wants, only_addressed=False)
    load = ins.conversations.capacity(responses, period="quarter")
    assert load["backlog"].iloc[-1] == (~responses["responded"]).sum()


def test_tweets_to_support_desks_are_wishes_mostly(real_data):
    archive = ins.read_archive(real_data / "archives" / "twcs" / "twcs.csv", key=None, privacy="internal")
    mentions = archive.mentions
    wants = ins.conversations.intents(mentions, ins.find_signals(mentions))
    responses = ins.first_responses(mentions, wants)
    listed = ins.waiting_list(responses, mentions)
    need = responses[responses["needs_answer"]]
    desks = desk_like(timeline(mentions))["author_id"]
    assert len(listed) == (~need["responded"] & ~need["author_id"].isin(desks)).sum()
    assert not (set(listed["mention_id"]) & set(need.loc[need["responded"], "mention_id"]))
    first = responses[responses["turn"] == 1]
    assert 0.6 < first["needs_answer"].mean() < 0.95
    assert first["needs_answer"].mean() > responses.loc[responses["turn"] > 1, "needs_answer"].mean() + 0.1


def test_what_labelled_airline_tweets_want(real_data):
    """Complaints and questions are in negative tweets, praise and thanks in positive ones."""
    frame = pd.read_csv(real_data / "labelled" / "airline.csv.gz").drop_duplicates("tweet_id")
    frame = frame.sample(3000, random_state=0).astype({"tweet_id": str})
    mentions = ins.as_mentions(
        pd.DataFrame(
            {"mention_id": frame["tweet_id"], "text": frame["text"], "side": "customer", "lang": "en"}
        )
    )
    table = ins.conversations.intents(mentions, ins.find_signals(mentions)).merge(
        frame[["tweet_id", "airline_sentiment"]], left_on="mention_id", right_on="tweet_id"
    )
    share = pd.crosstab(table["airline_sentiment"], table["intent"].astype(str), normalize="index")
    assert share.loc["negative", ["complaint", "help", "idea"]].sum() > 0.8
    assert share.loc["negative", ["compliment", "thanks"]].sum() < 0.06
    assert share.loc["positive", ["compliment", "thanks"]].sum() > 0.5


def test_questions_to_a_music_service_are_detected(real_data):
    frame = pd.read_csv(real_data / "labelled" / "support_inbound_spotify.csv.gz", dtype=str)
    mentions = ins.as_mentions(
        pd.DataFrame({"mention_id": frame["tweet_id"], "text": frame["text"].fillna(""), "side": "customer"})
        .drop_duplicates("mention_id")
        .head(3000)
    )
    wants = ins.conversations.intents(mentions, ins.find_signals(mentions))
    asks = mentions["text"].str.contains("?", regex=False).to_numpy()
    heard = wants.set_index("mention_id")["needs_answer"].reindex(mentions["mention_id"]).to_numpy()
    assert heard[asks].mean() > 0.8 > heard[~asks].mean()
