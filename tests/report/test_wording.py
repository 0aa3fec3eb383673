import types

import pandas as pd
import pytest

from insight.report import format as wording
from insight.report.sections.finding import no_needs

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (wording.count(12480, "message"), "12,480 messages"),
        (wording.count(1, "message"), "1 message"),
        (wording.people(1), "1 person"),
        (wording.people(0), "0 people"),
        (wording.share(0.0352), "3.5 %"),
        (wording.share(0.352), "35 %"),
        (wording.share(0), "0 %"),
        (wording.share(1), "100 %"),
        (wording.share(0.0001), "under 0.1 %"),
        (wording.interval(0.031, 0.039), "3.1–3.9 %"),
        (wording.interval(0.171, 0.229), "17–23 %"),
        (wording.interval(0, 0), "0–0 %"),
        (wording.estimate(0.096, 0.0912, 0.104), "9.6 % (9.1–10.4 %)"),
        (wording.estimate(0.35, 0.33, 0.37), "35 % (33–37 %)"),
        (wording.duration(0.5), "30 min"),
        (wording.duration(5.24), "5.2 h"),
        (wording.duration(72), "3 days"),
        (wording.duration(0.005), "18 s"),
        (wording.duration(float("inf")), "longer than the file covers"),
        (wording.listing([]), ""),
        (wording.listing(["a"]), "a"),
        (wording.listing(["a", "b", "c"]), "a, b and c"),
        (wording.start("refund, late"), "Refund, late"),
        (wording.start("iPhone, battery"), "iPhone, battery"),
        (wording.start(""), ""),
        (wording.about(0.19, "replies"), "about 1 in 5 replies"),
        (wording.about(0.52, "replies"), "about half the replies"),
        (wording.about(0.57, "people"), "57 % of people"),
        (wording.about(0.27, "people"), "about 1 in 4 people"),
        (wording.about(0.29, "people"), "29 % of people"),
        (wording.about(0.09, "people"), "about 1 in 11 people"),
        (wording.about(0.014, "people"), "1.4 % of people"),
        (wording.about(0.99, "people"), "nearly all people"),
        (wording.stars(-0.84), "\u22120.8"),
    ],
)
def test_numbers_read_as_people_write_them(said, expected):
    assert said.replace("\u00a0", " ") == expected


def test_a_number_and_its_per_cent_sign_stay_on_one_line():
    assert wording.share(0.35) == "35\u00a0%"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-01", "2026-03-31", "1 Jan–31 Mar 2026"),
        ("2026-03-01", "2026-03-31", "1–31 Mar 2026"),
        ("2025-01-01", "2026-06-30", "1 Jan 2025 – 30 Jun 2026"),
        ("2026-03-01", "2026-03-01", "1 Mar 2026"),
    ],
)
def test_a_span_names_each_year_once(first, last, expected):
    assert wording.dates(pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC")) == expected


def test_dates_are_told_in_the_zone_of_the_report():
    late = pd.Timestamp("2026-03-31 23:30", tz="UTC")
    assert wording.date(late, tz="UTC") == "31 Mar 2026"
    assert wording.date(late, tz="Europe/Berlin") == "1 Apr 2026"


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("month", "July 2026"),
        ("quarter", "quarter 3 of 2026"),
        ("week", "the week of 1 Jul 2026"),
        ("day", "1 Jul 2026"),
    ],
)
def test_periods_have_names(period, expected):
    assert wording.period_name(pd.Timestamp("2026-07-01"), period=period) == expected


def test_plain_drops_what_turns_or_hides_text_and_keeps_the_rest():
    assert wording.plain("a\u202eb\u2066c\x00d\ne\tf 👩‍👩‍👧 ش") == "abcd\ne\tf 👩‍👩‍👧 ش"


def test_shorten_cuts_at_a_word():
    assert wording.shorten("one  two\nthree", limit=20) == "one two three"
    assert wording.shorten("one two three four", limit=13) == "one two …"
    assert len(wording.shorten("x" * 5000)) <= 82


def test_complaints_that_no_group_shares_are_counted():
    signals = pd.DataFrame({"signal": ["complaint", "praise", "wish"]})
    said = no_needs(types.SimpleNamespace(reasons={}, needs=pd.DataFrame(), minimum=5, signals=signals))
    assert said.text == "2 sentences complain or wish, but no group of 5 people says the same."
