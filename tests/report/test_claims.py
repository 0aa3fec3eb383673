"""No sentence says more than its number: each is driven by a change, by none, and by too few people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.report.sections import SECTIONS
from insight.report.sections.finding import main_change
from insight.report.sections.replies import REPLIES
from insight.topics.compare_periods import Changes

TITLES = {exhibit.id: exhibit.title for section in SECTIONS for exhibit in section.exhibits}


def rates(groups, p_adjusted, *, n_people=50, shares=(0.6, 0.5, 0.2)):
    n = np.full(len(groups), n_people)
    return pd.DataFrame(
        {
            "group": list(groups), "n": n, "n_people": n, "answered": n * np.array(shares),
            "share": shares, "p_adjusted": p_adjusted,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("exhibit", "groups", "found", "none"),
    [
        ("answered-by-want", ("help", "complaint", "idea"), "suggest something are answered less", "do not"),
        ("answered-by-channel", ("x", "mail", "forum"), "forum is answered less often", "No channel is"),
    ],
)
def test_only_what_is_clearly_less_is_called_less(results, exhibit, groups, found, none):
    title = TITLES[exhibit]
    assert found in title(rates(groups, [0.2, 0.9, 0.01]), results)
    assert none in title(rates(groups, [0.3, 0.9, 0.2]), results)
    assert none in title(rates(groups, [0.01, 0.9, 0.2]), results), "what is clear is answered more often"
    assert title(rates(groups, np.nan, n_people=4), results) == ""


def test_topics_that_were_not_tested_are_not_called_joined(but):
    presence = pd.DataFrame(
        {"name": ["all", "lid"], "n": [20, 9], "n_present": [6, 0], "share": [0.3, 0.0], "low": 0.1,
         "high": 0.5, "p_adjusted": [np.nan, np.nan], "blank": False}
    )  # fmt: skip
    said = [one.text for one in REPLIES.said(but(presence=presence))]
    assert not any("No topic stands out" in text for text in said)
    tested = [one.text for one in REPLIES.said(but(presence=presence.assign(p_adjusted=[np.nan, 0.4])))]
    assert any("No topic stands out" in text for text in tested)


def test_of_no_share_tested_nothing_is_said_to_be_unchanged(but):
    month = pd.Timestamp("2026-03-01")
    none = Changes("month", month, month, 35, 35, pd.DataFrame(columns=["clear", "p_value"]), n_untested=10)
    assert main_change(but(changes=none)).text == "Too few people to test what changed."


def test_a_trend_that_was_not_tested_is_not_called_steady(but, results):
    title, table = TITLES["needs-over-time"], pd.DataFrame({"need": "need-1", "period": range(4)})
    needs = results.needs
    soon = but(needs=needs.assign(trend="too soon to tell"))
    assert title(table, soon) == "Too early to say whether a problem rises or falls"
    assert "No common problem" in title(table, but(needs=needs.assign(trend="steady")))
    assert "is rising" in title(table, but(needs=needs.assign(trend=["rising", "steady"])))


def stars(*rows):
    names = ["period", "complete", "n_people", "stars", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(period=pd.to_datetime(table["period"]), n=table["n_people"])


def test_ratings_change_between_whole_months_of_enough_people_alone(results):
    title = TITLES["ratings"]
    first, last = ("2026-01-01", True, 30, 4.0, 3.7, 4.3), ("2026-02-01", True, 30, 2.0, 1.7, 2.3)
    assert "fell from 4.0 to 2.0" in title(stars(first, last), results)
    assert "No clear change" in title(stars(first, ("2026-02-01", True, 30, 3.8, 3.5, 4.1)), results)
    assert title(stars(first, ("2026-02-01", False, 30, 2.0, 1.7, 2.3)), results) == ""
    assert title(stars(first, ("2026-02-01", True, 5, 2.0, 1.7, 2.3)), results) == ""


def test_one_person_who_rates_forty_times_leaves_the_month_open():
    days = pd.date_range("2025-01-01", periods=44, freq="D", tz="UTC")
    people = ["ann"] * 40 + ["ben", "cem", "dee", "eve"]
    rows = {"mention_id": [str(k) for k in range(44)], "author_id": people, "created_at": days}
    rows |= {"text": [f"cup {k}" for k in range(44)], "rating": [1.0] * 40 + [0.0] * 4, "kind": "post"}
    found = ins.needs.ratings_over_time(ins.as_mentions(pd.DataFrame(rows)), period="quarter").iloc[0]
    assert (found["n"], found["n_people"], found["complete"]) == (44, 5, False)
    assert found["high"] - found["low"] > 0.7, "by messages it would be 0.3"


def test_drivers_that_could_not_be_judged_are_not_denied(results):
    title = TITLES["drivers"]
    drivers = pd.DataFrame({"driver": ["complaint"], "low": [0.8], "reading": ["no difference shown"]})
    assert title(drivers, results) == "None of 1 event tested clearly goes with people who stop writing"
    assert title(drivers.assign(low=np.nan, reading="cannot be judged"), results) == ""
    assert "more often stop" in title(drivers.assign(reading="silence follows more often"), results)
