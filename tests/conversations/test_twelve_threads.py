from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins

pytestmark = pytest.mark.slow

START = pd.Timestamp("2025-03-29 00:00", tz="UTC")
AS_OF = START + pd.Timedelta(hours=96)


@pytest.fixture
def responses(threads, wants):
    return ins.first_responses(threads, wants, as_of=AS_OF)


@pytest.fixture
def need(responses):
    return responses[responses["needs_answer"]]


@pytest.fixture
def acts():
    pairs = [("a1", "apologise"), ("a1", "move offline"), ("a3", "thank")]
    pairs += [("a12", "acknowledge"), ("a12", "thank"), ("a12", "move offline")]
    return pd.DataFrame(pairs, columns=["mention_id", "act"])


def test_every_wait(responses):
    found = {
        row.mention_id: round(row.wait_hours, 6) if row.responded else None for row in responses.itertuples()
    }
    assert found == {
        "q1": 2, "q2": None, "k1": None, "q3": 24, "q4": None, "q5": None, "r5": 1, "c6": None, "q7": None,
        "q8": 2, "q9": 4, "d10": 1, "c11": None, "q12": 10,
    }  # fmt: skip


def test_a_closing_thanks_is_no_message_that_needs_an_answer(responses, need):
    """Twelve waits need an answer, seven got it; thanks and the compliment have lines of their own."""
    assert ins.response_rate(need)[["n", "answered"]].to_numpy().tolist() == [[12, 7]]
    rates = ins.response_rate(responses, by="intent").set_index("group")[["n", "answered"]].T.to_dict("list")
    assert rates == {
        "help": [8, 7], "complaint": [3, 0], "compliment": [1, 0], "idea": [1, 0], "thanks": [1, 0],
    }  # fmt: skip


def test_without_intents_the_thanks_count_and_by_intent_says_what_to_do(threads):
    plain = ins.first_responses(threads, as_of=AS_OF)
    assert len(plain) == 14
    with pytest.raises(ins.InsightError, match="pass intents to first_responses"):
        ins.response_rate(plain, by="intent")


def test_what_was_excluded_is_counted(responses):
    excluded = responses.attrs["excluded"]
    assert excluded == {
        "n_notes": 1, "n_reposts": 1, "n_undated": 0, "n_after_as_of": 1, "n_stamps_too_coarse": 0,
        "n_automated": 1, "n_between_people": 0, "n_answered_early": 0, "n_thread_cut": 0,
    }  # fmt: skip


def test_a_wait_starts_with_what_the_run_wants_most(threads, wants):
    """Ann chats at 1 and asks at 3; the answer at 4 ends a wait of one hour, not of three."""
    rows = threads[threads["mention_id"].isin(["q1", "a1"])]
    chat = rows[rows["mention_id"] == "q1"].assign(mention_id="chat")
    later = rows["mention_id"].map({"q1": 2, "a1": 1}).to_numpy()
    mentions = pd.concat(
        [chat, rows.assign(created_at=rows["created_at"] + pd.to_timedelta(later, unit="h"))]
    )
    table = ins.first_responses(ins.as_mentions(mentions), wants)
    assert table[["mention_id", "n_messages", "wait_hours", "intent"]].to_numpy().tolist() == [
        ["q1", 2, 1.0, "help"]
    ]


def test_waiting_list_is_the_complement_of_the_answered_oldest_first(responses, threads):
    listed = ins.waiting_list(responses, threads)
    assert listed["mention_id"].tolist() == ["q2", "q4", "q5", "c6", "q7"]
    assert listed["wait_hours"].tolist() == pytest.approx([94, 86, 84, 76, 72])
    assert listed["person"].tolist() == [1, 2, 3, 4, 5]
    everyone = ins.waiting_list(responses, threads, everyone=True)
    assert set(everyone["mention_id"]) == set(responses.loc[~responses["responded"], "mention_id"])


def test_waiting_list_shows_no_pseudonym(responses, threads):
    listed = ins.waiting_list(responses, threads).astype(str)
    assert not listed.isin(set(threads["author_id"])).to_numpy().any()
    assert {"author_id", "author_name", "url"}.isdisjoint(listed.columns)


def test_twitter_test(responses, acts):
    """Of twelve: two answered within the hour, seven in a day; two of each act; one has all."""
    table = ins.twitter_test(responses, acts)
    head = table[table["line"] == "needs an answer"].set_index("part")
    assert head["n"].unique().tolist() == [12]
    assert head["n_met"].to_dict() == {
        "answered soon": 2, "answered": 7, "acknowledged": 2, "thanked": 2, "moved": 2, "grade": 13,
        "passed": 1,
    }  # fmt: skip
    assert head.loc["grade", "share"] == 13 / 48
    known = table.dropna(subset="share")
    assert ((known["low"] <= known["share"]) & (known["share"] <= known["high"])).all()
    lines = table["line"].drop_duplicates().tolist()
    assert lines == ["needs an answer", "help", "complaint", "idea", "compliment", "thanks"]


def test_presence(threads):
    """Without threads 2 and 11 nine are left for any brand, eight of them and the private one for acme."""
    whole = ins.conversations.presence(threads).iloc[0]
    assert whole[["name", "n", "n_present", "n_missed"]].tolist() == ["all", 12, 10, 2]
    assert ins.conversations.presence(threads, brand="acme").loc[0, "n_present"] == 9
    alone = threads[threads["side"] == "brand"]
    assert ins.conversations.presence(alone).loc[0, ["n", "n_present"]].tolist() == [0, 0]


def test_ledger_holds_every_message_once(threads):
    table = ins.conversations.ledger(threads, period="day")
    assert table["n"].sum() == len(threads)
    to_ann = table[(table["author_id"] == "acme") & (table["to_id"] == "ann")]
    assert to_ann[["to_side", "n"]].to_numpy().tolist() == [["customer", 1]]
    loudest = table.groupby("author_id")["n"].sum()
    assert loudest.to_dict() == threads["author_id"].value_counts().to_dict()


def test_capacity_keeps_the_books(need):
    """Saturday 7 in, 2 out; Sunday 4 in, 4 out; Monday 1 and 1; five still wait."""
    load = ins.conversations.capacity(need, period="day")
    assert load[["n_in", "n_out", "backlog"]].to_numpy().tolist() == [
        [7, 2, 5],
        [4, 4, 5],
        [1, 1, 5],
        [0, 0, 5],
        [0, 0, 5],
    ]
    assert load["complete"].tolist() == [True] * 4 + [False]
    assert load["backlog"].iloc[-1] == (~need["responded"]).sum()
    assert load["load"].tolist() == pytest.approx([3.5, 1, 1, np.nan, np.nan], nan_ok=True)


def test_peer_help(threads, wants):
    """Six questions in public; Noa helped with one, before the brand, and was thanked."""
    table = ins.peer_help(threads, wants)
    assert table[["group", "n", "n_helped", "n_before", "n_thanked", "n_helpers"]].to_numpy().tolist() == [
        ["all", 6, 1, 1, 1, 1], ["x", 6, 1, 1, 1, 1],
    ]  # fmt: skip


def test_company_in_misery_is_no_help(threads, wants):
    metoo = wants.assign(intent=wants["intent"].mask(wants["mention_id"] == "h12", "complaint"))
    assert ins.peer_help(threads, metoo).loc[0, "n_helped"] == 0


def test_handoffs(threads, wants, acts):
    """Seven answers in public, two of them offer another venue; Ann thanks, no one comes back."""
    row = ins.conversations.handoffs(threads, acts, intents=wants, within="1D").iloc[0]
    counted = ["n", "n_moved", "n_judged", "n_back", "n_thanked", "n_followed"]
    assert row[counted].tolist() == [7, 2, 2, 0, 1, 0]
    anything = ins.conversations.handoffs(threads, acts, within="1D").iloc[0]
    assert anything["n_back"] == 1, "without intents every public message counts as coming back"


def test_local_hours_are_those_of_the_zone(need):
    """Ivy asks at 00:30 UTC on Sunday: 1 o'clock in Berlin, half an hour before the clocks jump."""
    week = ins.conversations.response_week(need, tz="Europe/Berlin")
    sunday = week[(week["weekday"] == "Sunday") & (week["n"] > 0)]
    assert sunday[["hour", "n"]].to_numpy().tolist() == [[1, 2], [8, 1], [18, 1]]
    assert week["n"].sum() == 12


@pytest.mark.parametrize("seed", [0, 1])
def test_no_measure_sees_the_order_of_rows_or_the_names_of_people(threads, wants, acts, seed):
    rng = np.random.default_rng(seed)
    names = threads["author_id"].dropna().unique()
    renamed = dict(zip(names, rng.permutation([f"z{row}" for row in range(len(names))]), strict=True))
    other = threads.sample(frac=1, random_state=seed).assign(
        author_id=lambda rows: rows["author_id"].map(renamed)
    )
    for measure in (
        lambda table: ins.conversations.ledger(table).drop(columns=["author_id", "to_id"]),
        ins.conversations.presence,
        lambda table: ins.peer_help(table, wants),
        lambda table: ins.conversations.handoffs(table, acts, intents=wants),
        lambda table: ins.conversations.loop_closed(table, wants),
        lambda table: ins.conversations.escalations(table, wants),
        lambda table: ins.waiting_list(ins.first_responses(table, wants), table),
        lambda table: ins.twitter_test(ins.first_responses(table, wants), acts),
        lambda table: ins.conversations.capacity(ins.first_responses(table, wants)),
        lambda table: ins.conversations.channels(ins.first_responses(table, wants)),
    ):
        pd.testing.assert_frame_equal(measure(threads), measure(other))


@pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")
def test_a_brand_that_never_speaks_ignored_everyone(threads, wants, acts):
    silent = threads[threads["side"] != "brand"]
    responses = ins.first_responses(silent, wants)
    assert ins.response_rate(responses, within="1h", min_people=1)["share"].tolist() == [0.0]
    assert ins.conversations.presence(silent, min_people=1).loc[0, "share"] == 0
    load = ins.conversations.capacity(responses)
    assert np.isinf(load.loc[load["n_in"] > 0, "load"]).all()
    assert (ins.twitter_test(responses, acts, within="24h", min_people=1)["share"].dropna() == 0).all()
    assert ins.conversations.handoffs(silent, acts).loc[0, "n"] == 0
    channels = ins.conversations.channels(responses, min_people=1)
    assert (channels["share"].dropna() == 0).all()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore")
def test_spark_waits_for_the_same(threads, wants, spark, tmp_path):
    threads.to_parquet(tmp_path / "threads.parquet")
    theirs = ins.first_responses(spark.read_parquet(tmp_path / "threads.parquet"), wants, as_of=AS_OF)
    pd.testing.assert_frame_equal(ins.first_responses(threads, wants, as_of=AS_OF), theirs)
