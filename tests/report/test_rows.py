"""The rows that the page carries: small tables by hand, what is left unsaid, and the same in any order."""

import base64
import json
import re
import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.config import Config
from insight.report.measures import replies
from insight.report.page_rows import Rows, coarse_waits, page_rows
from insight.report.results import Results
from insight.report.row_columns import without_rare
from insight.report.scope import customer_messages
from insight.timeline import timeline

pytestmark = pytest.mark.slow

ARRAYS = {"u1": np.uint8, "u2": np.uint16, "u4": np.uint32}


def column(packed):
    return np.frombuffer(base64.b64decode(packed["data"]), ARRAYS[packed["type"]]).tolist()


def dimension(rows, name):
    """Return the value of each row, or the values where there may be several."""
    found = next(one for one in rows.data["dimensions"] if one["name"] == name)
    values = [None, *(value for value, _ in found["values"])]
    codes = [values[code] for code in column(found["codes"])]
    if "counts" not in found:
        return codes
    ends = np.cumsum(column(found["counts"])).tolist()
    return [codes[end - n : end] for end, n in zip(ends, column(found["counts"]), strict=True)]


def results_of(messages, **more):
    """Results of a table of messages with day, author, text and further columns."""
    frame = pd.DataFrame(messages)
    frame["created_at"] = pd.Timestamp("2026-03-01 13:45:10", tz="UTC") + pd.to_timedelta(
        frame.pop("day"), unit="D"
    )
    frame = frame.rename(columns={"author": "author_id"}).assign(time_precision="s")
    frame["mention_id"] = [f"x:{number}" for number in range(len(frame))]
    if "side" not in frame:
        frame["side"] = "customer"
    line = timeline(ins.as_mentions(frame))
    return Results(line, customer_messages(line), line["created_at"].max(), "month", **more)


def found(results, **tables):
    """The results with these tables of the plan."""
    return replace(results, found={**results.found, **tables})


@pytest.fixture
def two_people():
    return results_of(
        [
            {"day": 0, "author": "ann", "text": "Hello", "channel": "a", "rating": 0.25},
            {"day": 2, "author": "ben", "text": "", "channel": "b", "rating": 1.0},
            {"day": 1, "author": "ann", "text": "Again \U0001f642", "channel": "a", "rating": None},
            {"day": 1, "author": None, "text": "Same words", "channel": "b", "rating": None},
            {"day": 3, "author": None, "text": "same  WORDS", "channel": "b", "rating": None},
        ]
    )


@pytest.fixture(scope="module")
def voiced():
    """Forty people say two things, some twice, in two channels; the brand answers every other one."""
    said = ("The lid broke after a week", "Please add a timer", "The lid of my kettle broke too")
    rows = []
    for number in range(60):
        row = {"platform": "x", "channel": "ab"[number % 2], "addressed": True, "brand": "Acme"}
        asked = {"day": number / 3, "author": f"p{number % 40}", "text": f"{said[number % 3]} {number} times"}
        rows.append(
            {**row, **asked, "plan": ["pro", "free", None, "gold"][min(number % 7, 3)], "side": "customer"}
        )
        if number % 2:
            answer = {"day": number / 3 + 0.5, "author": "acme", "text": "Sorry", "side": "brand"}
            rows.append({**row, **answer, "reply_to_id": f"x:{len(rows) - 1}", "addressed": None})
    results = results_of(rows)
    signals = ins.find_signals(results.customers)
    wants = ins.conversations.intents(results.mentions, signals)
    needs = ins.find_needs(results.customers, signals, min_people=2)
    waits = replies.waits(results.mentions, wants=wants)
    tables = {"waits": waits, "responses": replies.asking(waits), "voiced": needs, "needs": needs.table}
    return found(results, signals=signals, wants=wants, **tables)


def test_two_people_and_one_who_did_not_sign(two_people):
    rows = page_rows(two_people, min_people=1)
    assert (rows.n_messages, rows.n_people) == (5, 3)
    assert sorted(column(rows.data["of_person"])) == [1, 2, 2], (
        "a copy of unsigned words is no further person"
    )
    assert sorted(zip(column(rows.data["day"]), dimension(rows, "channel"), strict=True)) == [
        (1, "a"), (2, "a"), (2, "b"), (3, "b"), (4, "b"),
    ]  # fmt: skip
    stars = [None, *rows.data["rating"]["values"]]
    assert sorted(filter(None, (stars[code] for code in column(rows.data["rating"]["codes"])))) == [0.25, 1.0]
    assert sum(column(rows.data["worded"])) == 4
    assert (rows.data["first"], rows.data["last"], rows.data["as_of"]) == (
        "2026-03-01",
        "2026-03-04",
        "2026-03-04",
    )
    assert rows.data["texts"]["n_empty"] == 1


def test_a_file_that_no_one_signed():
    rows = page_rows(results_of([{"day": at, "author": None, "text": f"Hello {at}"} for at in range(3)]))
    assert (rows.n_messages, rows.n_people) == (3, 3)


def test_days_are_those_of_the_zone(two_people):
    assert page_rows(two_people, tz="Asia/Tokyo").data["first"] == "2026-03-01"
    assert page_rows(two_people, tz="Pacific/Auckland").data["first"] == "2026-03-02"


def test_reposts_and_the_brand_are_no_rows(mentions):
    results = Results(mentions, customer_messages(mentions), mentions["created_at"].max(), "month")
    rows = page_rows(results, min_people=1)
    assert (rows.n_messages, rows.n_people) == (4, 3)
    assert "We send a seal" not in rows.to_json()


def test_any_order_of_rows_gives_the_same_page(voiced):
    def shuffled(table):
        return table.sample(frac=1, random_state=3).reset_index(drop=True)

    names = ("mentions", "customers", "signals", "wants", "waits", "responses")
    own, others = names[:2], names[2:]
    mixed = replace(voiced, **{name: shuffled(getattr(voiced, name)) for name in own})
    needs = replace(voiced.voiced, members=shuffled(voiced.voiced.members))
    mixed = found(mixed, voiced=needs, **{name: shuffled(getattr(voiced, name)) for name in others})
    assert page_rows(mixed).packed == page_rows(voiced).packed


def test_a_shareable_page_holds_no_id_and_no_time_of_day(voiced):
    rows = page_rows(voiced)
    held = json.loads(zlib.decompress(base64.b64decode(rows.packed), -15))
    assert not {"id", "time"} & set(held)
    names = {*voiced.mentions["mention_id"], *voiced.mentions["author_id"].dropna()}
    assert {text for text in strings(held) if text in names} == set()
    assert not re.search(r"\d\d:\d\d", rows.to_json())
    waits = held["waits"]
    assert held["unit"] == 60
    assert {watched % 1440 for watched in column(waits["watched"])} == {0}
    open_ = [
        wait
        for wait, answered in zip(column(waits["wait"]), column(waits["answered"]), strict=True)
        if not answered
    ]
    assert {wait % 1440 for wait in open_} == {0}


def strings(value):
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in parts for text in strings(part)]


def test_an_internal_page_holds_them(voiced):
    rows = page_rows(replace(voiced, guard=replace(voiced.guard, shareable=False)))
    people = voiced.mentions[voiced.mentions["side"] == "customer"].set_index("mention_id")["created_at"]
    assert set(rows.data["id"]) == set(people.index)
    assert column(rows.data["time"]) == [people[own].timestamp() // 1 for own in rows.data["id"]]
    assert rows.min_people == 1


def test_fewest_people_come_from_the_settings(voiced):
    assert page_rows(voiced).min_people == 10
    assert page_rows(replace(voiced, config=Config(min_people=7))).min_people == 7
    assert page_rows(replace(voiced, config=Config(min_people=7)), min_people=3).min_people == 3


def test_columns_of_the_file_keep_their_names_whatever_they_are():
    rows = [
        {"day": at, "author": f"p{at}", "text": "Hello", "number": "ab"[at % 2], "token": "cd"[at % 2]}
        for at in range(6)
    ]
    shown = page_rows(results_of(rows), min_people=1)
    assert sorted(dimension(shown, "x.number")) == [*"aaabbb"]
    assert sorted(dimension(shown, "x.token")) == [*"cccddd"]


def test_rare_values_of_the_file_are_called_other(voiced):
    assert set(dimension(page_rows(voiced, min_people=1), "x.plan")) == {None, "pro", "free", "gold"}
    shown = dimension(page_rows(voiced, min_people=12), "x.plan")
    assert "pro" not in shown
    assert shown.count("other") >= 12


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["a"] * 5 + ["b"] * 5, ["a"] * 5 + ["b"] * 5),
        (["a"] * 5 + ["b"] * 4 + ["c"], ["a"] * 5 + ["other"] * 5),
        (["a"] * 8 + ["b", None], ["other"] * 10),
        (["a"] * 5 + [None] * 5, ["a"] * 5 + [None] * 5),
        ([None] * 8 + ["b", "c"], ["other"] * 10),
    ],
)
def test_what_is_called_other_is_by_enough_people(values, expected):
    found = without_rare(pd.Series(values, dtype=object), pd.Series(range(10)), 5)
    assert [None if pd.isna(value) else value for value in found] == expected


def test_rare_values_fold_into_other_in_random_columns():
    rng = np.random.default_rng(0)
    for _ in range(200):
        n = int(rng.integers(1, 60))
        people = pd.Series(rng.integers(0, 1 + n // 2, n))
        values = pd.Series(
            rng.choice([*"abcdef", None], n, p=[0.4, 0.2, 0.1, 0.1, 0.05, 0.05, 0.1]), dtype=object
        )
        found = without_rare(values, people, 4).fillna("missing")
        counts = people.groupby(found).nunique()
        assert (counts >= 4).all() or len(counts) == 1


def test_sentences_are_found_in_the_words_shown(voiced):
    rows = page_rows(voiced, min_people=1)
    assert spans_of(rows) == said_by(voiced)


def spans_of(rows):
    """Return the words of each sentence that voices something, as JavaScript cuts them."""
    held = rows.data["sentences"]
    place = np.cumsum(column(held["gap"])).tolist()
    at = np.cumsum(column(rows.data["texts"]["has"])) - 1
    texts = [text.encode("utf-16-le") for text in rows.data["texts"]["list"]]
    return sorted(
        texts[at[row]][2 * start : 2 * end].decode("utf-16-le")
        for row, start, end in zip(place, column(held["start"]), column(held["end"]), strict=True)
    )


def said_by(results):
    source = results.customers.set_index("mention_id")
    return sorted(
        source.loc[row.mention_id, "title" if row.sentence < 0 else "text"][row.start : row.end]
        for row in results.voiced.members.itertuples()
    )


@pytest.mark.parametrize(
    ("title", "before"),
    [
        ("", ""),
        ("A title", ""),
        ("", "\U0001f642\U0001f469\u200d\U0001f469 "),
        ("Ümläut \U0001f642", "x" * 4000 + " "),
        ("", "Ok. " * 365 + "Since the day on which it came and again all of this week "),
    ],
)
def test_sentences_keep_their_place_behind_titles_emoji_and_long_texts(title, before):
    said = "My kettle leaks {}. The lid broke. It is so slow now. The refund never came."
    texts = [f"{before}{said.format(number)}" for number in range(6)]
    results = results_of(
        [{"day": at, "author": f"p{at}", "text": text, "title": title} for at, text in enumerate(texts)]
    )
    signals = ins.find_signals(results.customers)
    needs = ins.find_needs(results.customers, signals, min_people=1)
    results = found(results, signals=signals, voiced=needs)
    rows = page_rows(results, min_people=1)
    cut = [text[:1500] for text in said_by(results)]
    assert len(cut) >= 12
    assert spans_of(rows) == sorted(cut)
    assert rows.data["texts"]["n_cut"] == (6 if len(before) > 1400 else 0)


def test_texts_stop_at_the_bytes_given_and_those_that_voice_a_need_come_first(voiced):
    whole = page_rows(voiced, min_people=1)
    assert whole.n_texts_left_out == 0
    half = page_rows(voiced, min_people=1, text_bytes=600)
    kept = half.data["texts"]["list"]
    assert sum(len(text.encode()) for text in kept) <= 600
    assert half.n_texts_left_out == len(whole.data["texts"]["list"]) - len(kept) > 0
    needy = set(voiced.voiced.members.dropna(subset="need")["mention_id"])
    texts = voiced.customers.set_index("mention_id")["text"]
    assert set(kept) <= set(texts[texts.index.isin(needy)])
    assert page_rows(voiced, min_people=1, text_bytes=0).data["texts"]["list"] == []


def test_a_coarse_wait_is_judged_like_the_exact_one():
    rng = np.random.default_rng(1)
    answered = rng.random(500) < 0.6
    watched = rng.integers(1, 20 * 86_400, 500) / 3600
    wait = np.where(answered, rng.random(500) * watched, watched)
    waits = pd.DataFrame(
        {
            "author_id": np.arange(500) % 90,
            "wait_hours": wait,
            "watched_hours": watched,
            "responded": answered,
        }
    )
    coarse = coarse_waits(waits, shareable=True)
    for within in ("24h", "48h", "7D"):
        pd.testing.assert_frame_equal(
            ins.response_rate(coarse, within=within), ins.response_rate(waits, within=within)
        )
    assert (coarse["wait_hours"][answered] >= waits["wait_hours"][answered]).all()
    assert (coarse["wait_hours"] - waits["wait_hours"])[answered].max() <= 1 / 60 + 1e-9
    seconds = waits.assign(wait_hours=np.round(wait * 3600) / 3600)
    exact = coarse_waits(seconds, shareable=False)
    assert (exact["wait_hours"][answered] == seconds["wait_hours"][answered]).all()


def test_no_text_can_leave_the_payload():
    hostile = "</script>\u2028\ud800<!--"
    rows = Rows({"texts": {"list": [hostile]}}, 1, 1, 0, 1)
    assert re.fullmatch(r"[A-Za-z0-9+/]+=*", rows.packed)
    assert rows.to_json().isascii()
    held = zlib.decompress(base64.b64decode(rows.packed), -15).decode()
    assert json.loads(held)["texts"]["list"] == [hostile]


def test_sentences_that_voice_no_need_are_kept():
    results = results_of([{"day": 0, "author": "ann", "text": "The lid broke."}])
    signals = ins.find_signals(results.customers)
    needs = ins.find_needs(results.customers, signals, min_people=5)
    assert needs.members["need"].isna().all()
    rows = page_rows(found(results, signals=signals, voiced=needs))
    assert spans_of(rows) == ["The lid broke."]
    assert column(rows.data["sentences"]["need"]["codes"]) == [0]
