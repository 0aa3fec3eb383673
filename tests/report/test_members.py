"""Staying, leaving and newcomers on the page: every number of a sentence stands in its table."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.report.members import ANSWERED, Members, measure_members, members_sections
from insight.report.staying_room import staying_figures

START = pd.Timestamp("2025-01-01", tz="UTC")


@pytest.fixture(scope="module")
def town():
    """Four hundred people write for half a year; the brand answers every second first message in an hour."""
    rng = np.random.default_rng(5)
    rows = []
    for who in range(520):
        joined = rng.uniform(0, 330)
        days = joined + np.concatenate([[0.0], rng.exponential(6, rng.geometric(0.2)).cumsum()])
        for number, day in enumerate(days[days < 365]):
            ours = f"x:{who}:{number}"
            rows.append((ours, ours, None, f"p{who}", day, "customer"))
            if number == 0 and who % 2:
                rows.append((f"{ours}:a", ours, ours, "acme", day + 1 / 24, "brand"))
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "day", "side"]
    table = pd.DataFrame(rows, columns=names)
    table["created_at"] = (START + pd.to_timedelta(table.pop("day"), unit="D")).dt.floor("s")
    return ins.as_mentions(table.assign(platform="x", kind="post", time_precision="s", text="hello"))


@pytest.fixture(scope="module")
def told(town):
    reasons = {}
    said = pd.DataFrame(
        {"mention_id": town["mention_id"].iloc[:80:2], "signal": "leaving", "probability": 0.9}
    )
    authors = ins.activity(town, as_of="2026-01-01")
    members = measure_members(
        town,
        authors,
        growth=ins.growth(authors),
        signals=said,
        as_of=town["created_at"].max(),
        reasons=reasons,
    )
    return members, reasons


def test_every_table_is_there_and_nothing_failed(told):
    members, reasons = told
    assert reasons == {}
    assert [name for name, value in vars(members).items() if value is None] == []


def test_goodbye_keeps_the_promise_under_both_ways_of_counting(told):
    members, _ = told
    rows = members.silence[members.silence["silence_days"] == members.goodbye]
    assert (rows["share"] <= 0.1).all()
    assert members.goodbye == max(members.silence.attrs["suggested"].values())
    assert members.tenure.attrs["silence_days"] == members.goodbye


def test_newcomers_are_told_apart_by_their_own_first_answer(told, town):
    members, _ = told
    firsts = members.met.newcomers
    welcomed = firsts["author_id"].str[1:].astype(int) % 2 == 1
    assert (firsts["answered"] == welcomed).all()
    sizes = members.by_welcome[members.by_welcome["cohort"] == "all"].groupby("group")["n"].first()
    assert dict(sizes) == {ANSWERED[0]: welcomed.sum(), ANSWERED[1]: (~welcomed).sum()}


def test_few_people_are_counted_and_no_sentence_holds_a_share(town):
    few = town[town["author_id"].isin(["acme", *(f"p{who}" for who in range(8))])]
    authors = ins.activity(few, as_of="2026-01-01", burn_in="0D")
    members = measure_members(few, authors, growth=ins.growth(authors), reasons={})
    rooms = members_sections(members, period="month", minimum=1)
    said, drawn = staying_figures(members, period="month")
    told = [*said, *(figure["sentence"] for figure in drawn)]
    for room in rooms:
        told += [room["heading"], *room["said"], *(figure["sentence"] for figure in room["figures"])]
    assert "Too little to tell how newcomers are met" in told
    assert len(told) > 8
    assert not [words for words in told if re.search(r"\bnan\b", words)]


def test_rooms_say_what_their_tables_hold(told):
    members, _ = told
    leaving, newcomers = members_sections(members, period="month", minimum=5)
    assert (leaving["id"], newcomers["id"]) == ("leaving", "newcomers")
    assert leaving["heading"].startswith(f"Of those silent for {members.goodbye} days")
    assert members.risk.verdict in leaving["said"]
    assert newcomers["said"][-1] == members.effect.verdict
    soon = members.met.coverage.query("responder == 'anyone' and within_hours == 24").iloc[0]
    assert newcomers["heading"].startswith(f"{100 * soon['share']:.0f}\u00a0%")
    for figure in [*leaving["figures"], *newcomers["figures"]]:
        assert figure["sentence"].endswith(".")
        assert len(figure["definition"]) > 80
        assert figure["table"]["rows"]
        assert figure["plot"]["data"]


def test_nobody_is_named(told, town):
    members, _ = told
    page = str(members_sections(members, period="month", minimum=5))
    assert not any(f"'{name}'" in page for name in town["author_id"].unique())


def test_topics_of_few_leavers_are_counted_or_not_shown(told):
    members, _ = told
    exits = pd.DataFrame(
        {"topic": [1, 2, 3], "name": ["many", "few", "fewer"], "n_statements": [40, 8, 2],
         "n_people": [40, 8, 2], "share": [0.8, 0.16, 0.04], "low": 0.0, "high": 0.9, "n_judged": [30, 8, 2],
         "n_gone": [10, 1, 2], "gone": 0.3, "gone_low": 0.1, "gone_high": 0.6}
    )  # fmt: skip
    exits.attrs = {"n_people": 50}
    room = members_sections(Members(silence=members.silence, exits=exits), period="month", minimum=5)[0]
    rows = room["figures"][-1]["table"]["rows"]
    assert [row[:3] for row in rows] == [["many", "40", "80\u00a0%"], ["few", "8", "–"]]
    assert room["said"][-1] == (
        "50 people said that they leave; of 40 watched long enough after it, 13 wrote nothing more."
    )


def test_without_measures_there_is_no_room():
    assert members_sections(Members(), period="month", minimum=5) == []


def test_a_silence_that_never_means_goodbye_is_said():
    """Twelve people who always come back after forty days, in an archive of four hundred."""
    rows = [(f"{who}:{day}", f"p{who}", START + pd.Timedelta(days=day + who / 24))
            for who in range(12) for day in range(0, 400, 40)]  # fmt: skip
    mentions = ins.as_mentions(pd.DataFrame(rows, columns=["mention_id", "author_id", "created_at"]))
    reasons = {}
    members = measure_members(mentions, ins.activity(mentions), reasons=reasons)
    assert members.goodbye is None
    room = members_sections(members, period="month", minimum=5)[0]
    assert room["heading"] == "No silence in this file can be told from a pause"
    assert any("After no silence do fewer than one in ten come back" in told for told in room["said"])


def test_where_a_crowd_settles_is_not_said_of_too_few_periods(told):
    ceiling = told[0].ceiling
    unknown = ceiling.summary.assign(highest=np.nan)
    said, drawn = staying_figures(replace(told[0], ceiling=replace(ceiling, summary=unknown)), period="month")
    assert said[0] == "Too few months or too few people to tell where the crowd settles."
    assert "ceiling-figure" not in [figure["id"] for figure in drawn]
    assert "ceiling-figure" in [figure["id"] for figure in staying_figures(told[0], period="month")[1]]
