"""What the simulated archive plants is found again; where nothing is planted, nothing is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

EVER = "400D"


@pytest.fixture(scope="module")
def responses(sample, planted_wants):
    return ins.first_responses(sample.mentions, planted_wants)


def test_planted_answer_rates_by_intent_and_channel(responses, truth):
    """First approaches of each channel; the waits are counted by conversation, the sheet by message."""
    first = responses[(responses["turn"] == 1) & (responses["n_messages"] == 1)]
    asked = first.merge(truth.messages[["mention_id", "intent", "role"]], on="mention_id", suffixes=("_", ""))
    asked = asked[asked["role"].isin(["start", "ticket"])]
    channel = asked["channel"].map({"voice": "phone"}).fillna(asked["channel"]).fillna("x")
    sheet = truth.answers.set_index(["channel", "intent"])
    checked = 0
    for (place, intent), waits in asked.groupby([channel, "intent"]):
        if (place, intent) not in sheet.index or len(waits) < 100:
            continue
        planted = sheet.loc[(place, intent), "rate"]
        found = waits["responded"].mean()
        assert abs(found - planted) < 3 * np.sqrt(planted * (1 - planted) / len(waits)) + 0.01, (
            place,
            intent,
        )
        checked += 1
    assert checked >= 6


def test_planted_difference_of_channels(responses):
    """Planted: phone is answered more often than e-mail, whatever is asked; X less than phone."""
    table = ins.conversations.channels(responses, within="7D")
    mixed = table[table["intent"] == "same mix"].set_index("channel")
    assert mixed.loc["voice", "gap_low"] > 0
    assert mixed.loc["voice", "share"] > mixed.loc["email", "share"]
    assert mixed.loc["com.pellwick.app", "gap_high"] < 0


@pytest.mark.parametrize("seed", range(8))
def test_channels_alike_are_called_alike(seed):
    """The same chance of an answer everywhere, another mix of wishes: the gap at the same mix holds 0."""
    rng = np.random.default_rng(seed)
    n = 900
    place = rng.choice(["x", "email"], n)
    wish = np.where(rng.random(n) < np.where(place == "x", 0.8, 0.3), "complaint", "help")
    responded = rng.random(n) < np.where(wish == "help", 0.8, 0.3)
    waits = pd.DataFrame(
        {
            "author_id": np.arange(n).astype(str), "intent": wish, "platform": place, "channel": None,
            "responded": responded, "wait_hours": np.where(responded, 1.0, 50.0), "watched_hours": 50.0,
        }
    )  # fmt: skip
    row = ins.conversations.channels(waits).iloc[0]
    # 8 seeds at 95 %: a miss is expected now and then, but never far
    spread = (row["gap_high"] - row["gap_low"]) / 2
    assert row["gap_low"] - 0.6 * spread < 0 < row["gap_high"] + 0.6 * spread
    crude = responded[place == "x"].mean() - responded[place == "email"].mean()
    assert abs(crude) > 0.1 > abs(row["gap"])


def test_planted_escalations(truth, planted_wants, root):
    """Those who cite a ticket are joined to it; in English nine in ten are heard by their words."""
    folder = root / "data" / "sample"
    files = [folder / "x_mentions.csv.gz", folder / "support_tickets.ndjson.gz"]
    mentions = ins.read_archive(files, brands={"Pellwick": ["@pellwick"]}, privacy="internal").mentions
    found = ins.conversations.escalations(mentions, planted_wants).set_index("mention_id")
    planted = truth.escalations.set_index("public_id")
    english = truth.messages.set_index("mention_id").loc[planted.index, "lang"] == "en"
    assert planted.index[english].isin(found.index).mean() > 0.85
    joined = planted.join(
        found.loc[found["cites"], ["case_id", "days"]], how="inner", suffixes=("", "_found")
    )
    assert len(joined) > 15
    assert joined["days_found"].to_numpy() == pytest.approx(joined["days"].to_numpy(), abs=1e-6)
    assert found["cites"].sum() == len(joined), "nobody is joined to a ticket by chance"


def test_customer_numbers_join_what_words_do_not(sample, truth, planted_wants):
    """With the planted key almost every chain is found, and hardly anybody else."""
    by_ticket = truth.escalations.assign(key=truth.escalations["customer"])
    keys = pd.concat([
        by_ticket.set_index("ticket_id")["key"], by_ticket.set_index("public_id")["key"]
    ])  # fmt: skip
    keyed = sample.mentions.assign(customer=sample.mentions["mention_id"].map(keys[~keys.index.duplicated()]))
    found = ins.conversations.escalations(keyed, planted_wants, customer="customer", within="400D")
    joined = found.loc[found["joins"], "mention_id"]
    assert truth.escalations["public_id"].isin(joined).mean() > 0.95
    assert joined.isin(truth.escalations["public_id"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_nothing_escalates_in_the_null_archive(seed, tmp_path):
    truth = simulate_archive(tmp_path, n_people=400, n_months=4, random_state=seed, effects=False)
    assert truth.escalations.empty
    mentions = ins.read_archive(tmp_path, brands={"Pellwick": ["@pellwick", "@pellwickhelp"]}).mentions
    wants = ins.conversations.intents(
        mentions, mentions.assign(signal="question", probability=0.5)[["mention_id", "signal", "probability"]]
    )
    found = ins.conversations.escalations(mentions, wants)
    assert found.attrs["n_cases"] > 10
    assert found.attrs["n_escalated"] == 0
    assert len(found) < 0.02 * found.attrs["n_public"]


def test_planted_help_of_peers(sample, truth, planted_wants):
    """Half of what is asked on Reddit gets a peer, of whom 45 % advise; on X an eighth does."""
    table = ins.peer_help(sample.mentions, planted_wants).set_index("group")
    messages = truth.messages.set_index("mention_id")
    advice = messages[(messages["role"] == "peer") & messages["parent_id"].notna()]
    asks = planted_wants.set_index("mention_id")["intent"] == "help"
    helped = advice[advice["parent_id"].isin(asks.index[asks])]
    distinct = helped.drop_duplicates("parent_id")
    assert table.loc["all", "n_helped"] == pytest.approx(len(distinct), rel=0.05)
    assert table.loc["pellwick", "low"] > table.loc["x", "high"]


def test_planted_intents_are_detected(sample, truth):
    """By rules and a small model: right for most English openings, and nearest to right for each intent."""
    opened = truth.messages[
        truth.messages["role"].isin(["start", "ticket"]) & (truth.messages["lang"] == "en")
    ]
    opened = opened.sample(1500, random_state=0)
    mentions = sample.mentions[sample.mentions["mention_id"].isin(opened["mention_id"])].assign(lang="en")
    table = ins.conversations.intents(mentions, ins.find_signals(mentions)).merge(
        opened, on="mention_id", suffixes=("", "_planted")
    )
    sheet = {"question": "help", "chat": "other"}
    planted = table["intent_planted"].replace(sheet)
    agree = pd.crosstab(planted, table["intent"].astype(str), normalize="index")
    assert (table["intent"].astype(str) == planted).mean() > 0.6
    for intent in ("help", "complaint", "idea", "compliment"):
        assert agree.loc[intent].idxmax() == intent
    # among the chat are complaints of the rival, and trouble stated without a wish
    assert "other" in agree.loc["other"].nlargest(2).index
    needs = planted.isin(["help", "complaint", "idea"])
    assert (table["needs_answer"] == needs).mean() > 0.82
    heard = {"help": "asks", "complaint": "complains", "idea": "suggests", "compliment": "praises"}
    among = [
        row[heard[wish]] if wish in heard else row["intent"] == "other"
        for wish, row in zip(planted, table.to_dict("records"), strict=True)
    ]
    assert np.mean(among) > 0.7


def test_a_question_that_only_vents_or_makes_small_talk_is_no_plea():
    texts = ["My kettle leaks. Seriously?", "Seriously?", "My kettle leaks. How do I fix it?",
             "What are you drinking today?", "My kettle leaks. What am I paying for?"]  # fmt: skip
    ids = [f"x:{number}" for number in range(len(texts))]
    mentions = ins.as_mentions(pd.DataFrame({"mention_id": ids, "text": texts, "side": "customer"}))
    table = ins.conversations.intents(mentions, ins.find_signals(mentions))
    assert table["intent"].tolist() == ["complaint", "help", "help", "other", "complaint"]
    assert table["asks"].tolist() == [False, True, True, False, False]
    assert table["complains"].tolist() == [True, False, True, False, True]


def test_the_planted_limit_of_answers_a_day(sample, truth):
    """The brand answers at most 20 posts a day; on the days of the outage more came in than it could take."""
    waits = ins.first_responses(sample.mentions[sample.mentions["platform"] == "x"])
    load = ins.conversations.capacity(waits, period="day").set_index("period")
    assert load["n_out"].max() == truth.daily_limit
    full = load.index[load["n_out"] >= 0.9 * truth.daily_limit]
    days = truth.outage[0].floor("D"), truth.outage[1].floor("D")
    assert {day.tz_localize(None) for day in days} <= set(full)
    assert load.loc[full, "load"].min() > 1.5
    assert len(full) == 3
    assert (load["backlog"].diff().dropna() == (load["n_in"] - load["n_out"]).iloc[1:]).all()
