from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

import insight as ins

NOON = pd.Timestamp("2025-03-30 00:00", tz="UTC")  # clocks in Europe change on this day; waits must not


def talk(*rows, **constant):
    """Mentions from (id, thread, answers, author, hour); an author called acme is the brand."""
    frame = pd.DataFrame(rows, columns=["mention_id", "conversation_id", "reply_to_id", "author_id", "hour"])
    frame["created_at"] = NOON + pd.to_timedelta(frame.pop("hour"), unit="h").dt.round("s")
    side = frame["author_id"].map({"acme": "brand"}).fillna("customer")
    return ins.as_mentions(frame.assign(**{"side": side, "time_precision": "s", "platform": "x", **constant}))


def waits(mentions, **options):
    """What was waited, by the message that started the clock; None is still waiting."""
    table = ins.first_responses(mentions, **options)
    assert (table["responded"] == table["answered_at"].notna()).all()
    return {row.mention_id: round(row.wait_hours, 6) if row.responded else None for row in table.itertuples()}


# --- by hand: twelve threads


def test_a_reply_by_link_answers():
    assert waits(talk(("q", "t", None, "ann", 1), ("a", "t", "q", "acme", 3))) == {"q": 2.0}


def test_the_next_message_of_the_thread_answers_where_it_names_none():
    table = ins.first_responses(talk(("q", "t", None, "ann", 1), ("a", "t", None, "acme", 3)))
    assert table.loc[0, ["wait_hours", "link", "response_id", "responder_id"]].tolist() == [
        2.0,
        "thread",
        "a",
        "acme",
    ]


def test_a_reply_to_another_customer_is_no_answer():
    mentions = talk(("q", "t", None, "ann", 1), ("r", "t", None, "ben", 2), ("a", "t", "r", "acme", 3))
    assert waits(mentions) == {"q": None, "r": 1.0}


def test_own_follow_ups_and_other_customers_are_no_answers():
    """Augur counted the asker's own follow-up as an answer."""
    mentions = talk(
        ("q", "t", None, "ann", 1),
        ("u", "t", "q", "ann", 2),
        ("h", "t", "q", "ben", 3),
        ("b", "s", None, "acme", 4),
    )
    assert waits(mentions) == {"q": None, "h": None}


def test_a_run_of_messages_is_one_wait_from_its_first():
    mentions = talk(
        ("q", "t", None, "ann", 1), ("more", "t", None, "ann", 2), ("a", "t", "more", "acme", 5),
        ("q2", "t", "a", "ann", 6), ("a2", "t", None, "acme", 7),
    )  # fmt: skip
    assert waits(mentions) == {"q": 4.0, "q2": 1.0}
    table = ins.first_responses(mentions)
    assert table["turn"].tolist() == [1, 2]
    assert table["n_messages"].tolist() == [2, 1]


def test_one_unlinked_message_answers_everyone_who_waits_in_the_thread():
    mentions = talk(("q", "t", None, "ann", 1), ("r", "t", None, "ben", 2), ("a", "t", None, "acme", 5))
    assert waits(mentions) == {"q": 4.0, "r": 3.0}


def test_a_late_reply_to_an_old_message_does_not_answer_a_new_one():
    mentions = talk(
        ("q", "t", None, "ann", 1),
        ("a", "t", "q", "acme", 2),
        ("q2", "t", None, "ann", 3),
        ("b", "t", "q", "acme", 4),
    )
    assert waits(mentions) == {"q": 1.0, "q2": None}


def test_what_is_not_public_or_not_the_brands_own_word_is_no_answer():
    question = ("q", "t", None, "ann", 1)
    answer = ("a", "t", "q", "acme", 2)
    for change in ({"is_public": False}, {"kind": "repost"}, {"reposted_id": "q"}, {"automated": True}):
        mentions = talk(question, answer).astype({"kind": object, "time_precision": object})
        mentions = mentions.assign(automated=pd.array([False, False], dtype="boolean"))
        mentions.loc[1, list(change)] = list(change.values())
        assert waits(ins.as_mentions(mentions)) == {"q": None}, change


def test_questions_by_bots_reposts_or_without_a_time_do_not_wait():
    mentions = talk(("q", "t", None, "ann", 1), ("a", "u", None, "acme", 2))
    assert waits(mentions.assign(automated=pd.array([True, False], dtype="boolean"))) == {}
    assert waits(ins.as_mentions(mentions.assign(kind="repost"))) == {}
    assert waits(ins.as_mentions(mentions.assign(time_precision="relative"))) == {}
    assert waits(ins.as_mentions(mentions.assign(time_precision="min"))) == {"q": None}


def test_answers_after_as_of_are_not_known_and_the_wait_ends_there():
    mentions = talk(("q", "t", None, "ann", 1), ("a", "t", "q", "acme", 9))
    table = ins.first_responses(mentions, as_of=NOON + pd.Timedelta(hours=4))
    assert table.loc[0, ["responded", "wait_hours", "watched_hours"]].tolist() == [False, 3.0, 3.0]
    assert table.attrs["excluded"]["n_after_as_of"] == 1


def test_a_deleted_account_still_waits_and_is_not_confused_with_others():
    mentions = talk(("q", "t", None, None, 1), ("r", "t", None, None, 2), ("a", "t", "r", "acme", 3))
    assert waits(mentions) == {"q": None, "r": 1.0}


def test_a_link_out_of_the_file_answers_no_one():
    assert waits(talk(("q", "t", None, "ann", 1), ("a", "t", "gone", "acme", 2))) == {"q": None}


def test_messages_without_a_thread_wait_alone():
    mentions = talk(("q", None, None, "ann", 1), ("r", None, None, "ann", 2), ("a", None, "r", "acme", 4))
    assert waits(mentions) == {"q": None, "r": 2.0}


def test_a_review_is_answered_by_its_reply():
    mentions = talk(("q", None, None, None, 1), ("a", None, "q", "acme", 30))
    mentions = ins.as_mentions(mentions.assign(kind=["review", "review_reply"]))
    assert waits(mentions) == {"q": 29.0}


def test_a_reply_older_than_its_edited_review_is_set_aside_aloud():
    mentions = talk(("q", None, None, None, 5), ("a", None, "q", "acme", 2), ("r", None, None, None, 6))
    with pytest.warns(ins.InsightWarning, match="1 of 2 waits are left out"):
        table = ins.first_responses(mentions)
    assert table["mention_id"].tolist() == ["r"]
    assert table.attrs["excluded"]["n_answered_early"] == 1


def test_no_brand_at_all_is_a_warning_not_a_zero():
    with pytest.warns(ins.InsightWarning, match="the export lacks its answers"):
        table = ins.first_responses(talk(("q", "t", None, "ann", 1), ("r", "t", None, "ben", 2)))
    assert not table["responded"].any()
    assert ins.response_rate(table, within="1h", min_people=1)["share"].tolist() == [0.0]


# --- who needs an answer


def test_the_shared_thread(thread):
    """Ann is answered after 2 hours, Ben's own question never; "me too" was said to Ann."""
    assert waits(thread) == {"x:1": 2.0, "x:3": None, "x:5": None}
    assert waits(thread, only_addressed=False) == {"x:1": 2.0, "x:3": None, "x:5": None}


def test_being_answered_does_not_make_a_stranger_an_asker():
    """Two untagged posts; the brand jumps in under one. Counting only that one would make the rate 100 %."""
    mentions = talk(
        ("tagged", "s", None, "cem", 0), ("wild", "t", None, "ann", 1), ("a", "t", "wild", "acme", 2),
        ("wild2", "u", None, "ben", 3),
    ).assign(addressed=pd.array([True, None, None, None], dtype="boolean"))  # fmt: skip
    assert waits(mentions) == {"tagged": None}
    assert waits(mentions, only_addressed=False) == {"tagged": None, "wild": 1.0, "wild2": None}


def test_where_the_brand_has_spoken_what_follows_is_said_to_it():
    mentions = talk(
        ("post", "t", None, "acme", 0), ("q", "t", "post", "ann", 1), ("tagged", "s", None, "cem", 2),
    ).assign(addressed=pd.array([None, None, True], dtype="boolean"))  # fmt: skip
    assert waits(mentions) == {"q": None, "tagged": None}


def test_a_platform_without_addressed_counts_every_message():
    mentions = talk(("q", "t", None, "ann", 1), ("r", "u", None, "ben", 2), ("a", "v", None, "acme", 3))
    mentions = ins.as_mentions(mentions.assign(platform=["reddit", "x", "x"]))
    mentions["addressed"] = pd.array([None, False, None], dtype="boolean")
    table = ins.first_responses(mentions)
    assert table["mention_id"].tolist() == ["q"]
    assert table.attrs["every_message_counts_on"] == ["reddit"]


# --- against a slow reading of the definition, message by message


def invented(seed, n=160):
    rng = np.random.default_rng(seed)
    who = rng.choice(["acme", "ann", "ben", "cem"], n, p=[0.4, 0.3, 0.2, 0.1])
    ids = [f"m{number:03d}" for number in rng.permutation(n)]
    hour = rng.integers(0, 60, n)
    thread = [None if rng.random() < 0.05 else f"t{rng.integers(0, 25)}" for _ in range(n)]
    parent = [ids[rng.integers(0, n)] if rng.random() < 0.4 else None for _ in range(n)]
    rows = [
        (i, t, p if p != i else None, w, h)
        for i, t, p, w, h in zip(ids, thread, parent, who, hour, strict=True)
    ]
    return talk(*rows).assign(addressed=pd.array(rng.choice([True, False, None], n), dtype="boolean"))


def slow_waits(mentions):
    """Walk through every thread; returns asker -> (answer, early)."""
    rows = mentions.sort_values(["created_at", "mention_id"]).to_dict("records")
    for row in rows:
        row["own"] = row["side"] == "brand"
        row["thread"] = (
            row["conversation_id"] if isinstance(row["conversation_id"], str) else row["mention_id"]
        )
    rows.sort(key=lambda row: (row["created_at"], row["own"], row["mention_id"]))
    by_id = {row["mention_id"]: row for row in rows}
    for row in rows:
        parent = by_id.get(row["reply_to_id"])
        row["to"] = parent if row["own"] and parent and not parent["own"] else None
        row["loose"] = row["own"] and not isinstance(row["reply_to_id"], str)
        if row["to"]:
            row["thread"] = parent["thread"]
    runs, spoken, open_run = [], set(), {}
    for row in rows:
        thread = row["thread"]
        if row["own"]:
            spoken.add(thread)
            for key in list(open_run):
                if key[0] == thread and (row["loose"] or (row["to"] and row["to"]["author_id"] == key[1])):
                    del open_run[key]
            continue
        addressed = row["addressed"]
        key = (thread, row["author_id"])
        if key not in open_run:
            open_run[key] = {"ids": set(), "start": None}
            runs.append(open_run[key])
        run = open_run[key]
        run["ids"].add(row["mention_id"])
        if run["start"] is None and (addressed is True or (pd.isna(addressed) and thread in spoken)):
            run["start"] = row
    found = {}
    place = {row["mention_id"]: number for number, row in enumerate(rows)}
    for run in runs:
        start = run["start"]
        if start is None:
            continue
        answers = [
            row
            for row in rows
            if (row["to"] and row["to"]["mention_id"] in run["ids"])
            or (row["loose"] and row["thread"] == start["thread"])
        ]
        later = [row for row in answers if place[row["mention_id"]] > place[start["mention_id"]]]
        if later:
            found[start["mention_id"]] = later[0]["mention_id"]
        elif not any(row["to"] for row in answers):
            found[start["mention_id"]] = None
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")
def test_engine_equals_a_slow_reading(seed):
    mentions = invented(seed)
    table = ins.first_responses(mentions)
    answers = table["response_id"].astype(object).where(table["responded"], None)
    found = dict(zip(table["mention_id"], answers, strict=True))
    assert found == slow_waits(mentions)
    assert 0.3 < table["responded"].mean() < 0.9


# --- properties


@pytest.mark.filterwarnings("ignore::insight.mentions.InsightWarning")
def test_order_of_rows_and_names_of_authors_do_not_matter():
    mentions = invented(9)
    table = ins.first_responses(mentions)
    pd.testing.assert_frame_equal(table, ins.first_responses(mentions.sample(frac=1, random_state=1)))
    renamed = ins.first_responses(
        mentions.assign(author_id=mentions["author_id"].replace({"ann": "zoe", "cem": "abe"}))
    )
    pd.testing.assert_frame_equal(table.drop(columns="author_id"), renamed.drop(columns="author_id"))
    rates = [ins.response_rate(each, within="3h") for each in (table, renamed)]
    pd.testing.assert_frame_equal(*rates)


def test_a_parquet_file_gives_the_same_and_the_input_is_left_alone(thread, tmp_path):
    before = thread.copy()
    thread.to_parquet(tmp_path / "mentions.parquet")
    pd.testing.assert_frame_equal(
        ins.first_responses(str(tmp_path / "mentions.parquet")), ins.first_responses(thread)
    )
    pd.testing.assert_frame_equal(thread, before)


# --- curve and rate


@pytest.fixture
def table():
    """Six waits, four people; hours waited, whether answered, hours watched."""
    return pd.DataFrame(
        {
            "author_id": ["ann", "ann", "ben", "cem", "dee", "dee"],
            "channel": ["app", "app", "app", "mail", "mail", None],
            "wait_hours": [1.0, 30.0, 50.0, 2.0, 5.0, 10.0],
            "responded": [True, True, False, True, False, True],
            "watched_hours": [90.0, 80.0, 50.0, 8.0, 5.0, 40.0],
        }
    )


def test_curve_by_hand(table):
    """Still waiting: after 1 h 5/6, after 2 h 4/6, after 10 h 2/3 of those, after 30 h half of those."""
    curve = ins.response_curve(table)
    assert curve["wait_hours"].tolist() == [0, 1, 2, 10, 30, 50]
    assert curve["n_at_risk"].tolist() == [6, 6, 5, 3, 2, 1]
    assert curve["unanswered"].tolist() == pytest.approx([1, 5 / 6, 4 / 6, 4 / 9, 2 / 9, 2 / 9])


def test_curve_equals_statsmodels():
    rng = np.random.default_rng(0)
    durations, observed = rng.exponential(5, 500).round(1), rng.random(500) < 0.7
    curve = ins.response_curve(pd.DataFrame({"wait_hours": durations, "responded": observed}))
    theirs = SurvfuncRight(durations, observed.astype(int))
    kept = theirs.n_events > 0
    expected = dict(zip(theirs.surv_times[kept], theirs.surv_prob[kept], strict=True))
    got = dict(zip(curve["wait_hours"], curve["unanswered"], strict=True))
    assert {hour: got[hour] for hour in expected} == pytest.approx(expected, abs=1e-12)


def test_unanswered_people_stay_in_the_curve(table):
    """Discourse and Augur average over the answered only: half of those waited 6 hours or less."""
    curve = ins.response_curve(table)
    median = curve.loc[curve["unanswered"] <= 0.5, "wait_hours"].iloc[0]
    assert median == 10
    assert table.loc[table["responded"], "wait_hours"].median() == 6


def test_a_long_curve_is_thinned_without_moving_it():
    rng = np.random.default_rng(0)
    durations = rng.exponential(5, 20_000)
    curve = ins.response_curve(pd.DataFrame({"wait_hours": durations, "responded": True}))
    assert len(curve) <= 1002
    drawn = np.interp(durations, curve["wait_hours"], curve["unanswered"])
    exact = 1 - (np.argsort(np.argsort(durations)) + 1) / len(durations)
    assert np.abs(drawn - exact).max() < 0.0021


def test_groups_come_by_size_then_name_and_missing_values_have_a_group(table):
    assert ins.response_curve(table, by="channel")["group"].unique().tolist() == ["app", "mail", "unknown"]


def test_rate_judges_only_messages_whose_window_was_watched(table):
    """Cem's was watched for 8 h, dee's first for 5 h: too short for 9 h, though Cem was answered already."""
    row = ins.response_rate(table, within="9h", min_people=1).iloc[0]
    assert row[["n", "answered", "share", "n_open"]].tolist() == [4, 1, 0.25, 2]


def test_recent_quick_answers_do_not_raise_the_share():
    """Each message has an even chance to be answered in its first hour, else never: the truth is 50 %."""
    rng = np.random.default_rng(0)
    watched = np.r_[rng.uniform(1, 24, 4000), rng.uniform(24, 200, 4000)]
    responded = rng.random(8000) < 0.5
    waits = pd.DataFrame(
        {
            "author_id": np.arange(8000).astype(str),
            "responded": responded,
            "watched_hours": watched,
            "wait_hours": np.where(responded, 0.5, watched),
        }
    )
    row = ins.response_rate(waits, within="24h").iloc[0]
    assert row["low"] < 0.5 < row["high"]
    assert row["n_open"] == 4000


def test_rate_has_wilson_where_each_asks_once_and_people_where_they_repeat():
    once = pd.DataFrame(
        {
            "author_id": ["ann", "ben", "cem"],
            "responded": [True, False, False],
            "wait_hours": [1.0, 9.0, 9.0],
            "watched_hours": 9.0,
        }
    )
    row = ins.response_rate(once, within="2h", min_people=3).iloc[0]
    assert [row["low"], row["high"]] == pytest.approx([0.0614919, 0.7923404], abs=1e-7)
    often = pd.concat([once] * 20)
    repeated = ins.response_rate(often, within="2h", min_people=3).iloc[0]
    assert np.isnan(ins.response_rate(often, within="2h")["share"].iloc[0]), "three people, whatever they ask"
    assert repeated["n"] == 60
    assert repeated["high"] - repeated["low"] > 0.5, "sixty messages of three people are not sixty people"
    unnamed = ins.response_rate(often.assign(author_id=None), within="2h").iloc[0]
    assert unnamed["high"] - unnamed["low"] < 0.25


@pytest.mark.parametrize("within", [24, "24", 1.5, "", "soon", "-2h", None])
def test_a_window_needs_its_unit(table, within):
    with pytest.raises(ins.InsightError, match="within="):
        ins.response_rate(table, within=within)


def test_a_window_that_no_one_was_watched_for_has_no_share(table):
    row = ins.response_rate(table, within="90D").iloc[0]
    assert (row["n"], row["n_open"]) == (0, 6)
    assert row[["share", "low", "high"]].isna().all()


def test_unknown_columns_and_empty_tables_are_refused(table):
    for measure in (ins.response_curve, ins.response_rate):
        with pytest.raises(ins.InsightError, match=r"by='chanel' is no column"):
            measure(table, by="chanel")
        with pytest.raises(ins.InsightError, match="responses is empty"):
            measure(table.head(0))


# --- a real export, against one line of SQL


@pytest.mark.real
def test_real_tweets_are_answered_as_often_as_sql_says(real_data):
    import duckdb

    frame = pd.read_csv(real_data / "archives" / "twcs" / "twcs.csv", dtype=str).dropna(subset="created_at")
    frame["parent"] = frame["in_response_to_tweet_id"].str.removesuffix(".0")
    with duckdb.connect() as database:
        database.register("tweets", frame[["tweet_id", "inbound", "parent"]])
        n, answered = database.execute(
            """select count(*),
            count(*) filter (tweet_id in (select parent from tweets where inbound = 'False'))
            from tweets where inbound = 'True'"""
        ).fetchone()
    mentions = ins.as_mentions(
        pd.DataFrame(
            {
                "mention_id": frame["tweet_id"],
                "reply_to_id": frame["parent"],
                "author_id": frame["author_id"],
                "side": frame["inbound"].map({"True": "customer", "False": "brand"}),
                "created_at": pd.to_datetime(frame["created_at"], format="%a %b %d %H:%M:%S %z %Y"),
                "time_precision": "s",
            }
        )
    )
    table = ins.first_responses(mentions)
    assert (len(table), table["responded"].sum()) == (n, answered)
    assert n > 2000
