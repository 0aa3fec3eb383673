"""No sentence says more than its number: each is driven by a change, by none, and by too few people."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.needs.result import GENERAL_NAME
from insight.report.actions import next_actions
from insight.report.exhibit import spoken
from insight.report.findings import collect_tables
from insight.report.measures.staying import ANSWERED
from insight.report.sections import SECTIONS
from insight.report.sections.finding import main_change
from insight.report.sections.problems import problem_rows
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
    assert main_change(but(changes=none)).text == "Too few people to say what changed."


def test_a_trend_that_was_not_tested_is_not_called_steady(but, results):
    title, table = TITLES["needs-over-time"], pd.DataFrame({"need": "need-1", "period": range(4)})
    needs = results.needs
    soon = but(needs=needs.assign(trend="too soon to tell"))
    assert title(table, soon) == "Too early to say whether a problem rises or falls"
    steady = but(needs=needs.assign(trend="steady"))
    assert title(table, steady) == "None of the most common problems clearly rises or falls"
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


SHARES = {
    "handoffs": {"channel": "all", "n_moved": 20},
    "loop": {"stage": "answered", "n_reached": 12, "n_open": 28},
    "peer_help": {"group": "all", "n_helped": 8, "n_brand": 1, "n_helpers": 3},
    "letters": {"mark": "copied", "writer": "all", "n_marked": 4},
    "ladder": {"from_state": "casual", "to_state": "engaged", "n_moved": 3},
    "presence": {"topic": -2, "name": "all", "n_present": 9, "blank": False, "p_adjusted": 0.4},
    "rate_in_hours": {"n_people": 40},
}


@pytest.mark.parametrize(("share", "low", "high"), [(np.nan, np.nan, np.nan), (0.3, 0.2, 0.4)])
def test_a_share_of_too_few_people_is_no_sentence(but, share, low, high):
    """Forty messages of four people: the measures count them and give no share, and so does the page."""
    values = {"n": 40, "share": share, "low": low, "high": high}
    tables = {name: pd.DataFrame([values | columns]) for name, columns in SHARES.items()}
    given = but(**tables)
    given = replace(given, mentions=given.mentions.assign(link="reply"))
    by_measure = [(exhibit.measure, exhibit.title) for section in SECTIONS for exhibit in section.exhibits]
    for measure, title in by_measure:
        if measure in set(SHARES) - {"handoffs", "rate_in_hours"}:
            assert bool(spoken(title(tables[measure], given))) == (share > 0), measure
    sentences = [spoken(one.text) for one in REPLIES.said(given)]
    assert any("switch to DM" in text for text in sentences) == (share > 0)
    assert any("opening hours" in text for text in sentences) == (share > 0)


def newcomers(shares, n):
    low, high = (np.clip(np.array(shares) + sign * 1.96 * 0.45 / np.sqrt(n), 0, 1) for sign in (-1, 1))
    rows = {"cohort": "all", "period": 1, "complete": True, "group": list(ANSWERED)}
    return pd.DataFrame(rows | {"share": shares, "low": low, "high": high, "n": n})


def test_newcomers_with_and_without_a_reply_differ_only_where_it_is_clear(results):
    title = TITLES["newcomers"]
    assert title(newcomers([0.4, 0.2], 400), results).startswith("40")
    assert "No clear difference" in title(newcomers([0.4, 0.3], 30), results)
    assert title(newcomers([np.nan, 0.3], 8), results) == ""


def test_the_lowest_rated_topic_is_named_in_few_null_archives(results):
    """Twelve topics of thirty people each, who rate alike: their two ends often lie apart."""
    title, draw, claimed = TITLES["ratings-by-topic"], np.random.default_rng(0), 0
    for _ in range(200):
        stars = draw.integers(1, 6, (12, 30))
        mean, half = stars.mean(1), 1.96 * stars.std(1, ddof=1) / np.sqrt(30)
        table = pd.DataFrame({"name": [f"t{k}" for k in range(12)], "n_people": 30, "stars": mean})
        table = table.assign(low=mean - half, high=mean + half).sort_values("stars", ignore_index=True)
        claimed += title(table, results).startswith("Ratings are lowest")
    assert claimed <= 10
    planted = table.assign(low=[1.0, *[3.0] * 11], high=[1.5, *[4.0] * 11])
    assert title(planted, results).startswith("Ratings are lowest where people write about “T")


def compared(shares, n):
    half = 1.96 * np.sqrt(0.25 / n)
    table = pd.DataFrame({"brand": [f"b{k}" for k in range(len(shares))], "share": shares, "n": n})
    table = table.assign(measure="complaining", period=pd.NaT, topic=np.nan, hidden=False)
    return table.assign(low=table["share"] - half, high=table["share"] + half)


def test_the_brand_complained_of_most_is_named_in_few_null_archives(but):
    heading = next(section.heading for section in SECTIONS if section.id == "comparisons")
    draw = np.random.default_rng(1)
    headings = [heading(but(rivals=compared(draw.binomial(100, 0.5, 8) / 100, 100))) for _ in range(200)]
    assert sum(text.startswith("People complain most") for text in headings) <= 10
    assert heading(but(rivals=compared([0.9, 0.4, 0.5], 100))) == "People complain most about b0"


def test_the_reach_ceiling_is_a_number_without_an_interval(results):
    rows = {"figure": ["steady audience", "arrivals a period"], "value": [142.0, 40.0]}
    said = TITLES["ceiling"]
    found = SimpleNamespace(summary=pd.DataFrame(rows))
    assert said(found, results).startswith("At this rate the community levels off near 142")
    assert "(" not in said(found, results)
    few = SimpleNamespace(summary=pd.DataFrame(rows).assign(value=[142.0, 4.0]))
    assert said(few, results) == ""


def test_no_storm_and_no_outage_is_no_claim_that_there_was_none(but):
    incidents = next(section for section in SECTIONS if section.id == "incidents")
    assert incidents.show(but(storms=None, outages=None)) is None
    none = pd.DataFrame(columns=["storm", "part", "value"])
    assert incidents.show(but(storms=none, outages=none)) is None


def test_the_action_on_a_change_and_on_a_channel_follow_the_test_alone(but):
    rates = pd.DataFrame(
        {"group": ["mail", "forum"], "n": 90, "n_people": 80, "answered": [60, 20], "share": [0.7, 0.2],
         "low": [0.6, 0.12], "high": [0.78, 0.3], "p_adjusted": [0.2, 0.2]}
    )  # fmt: skip
    said = [action.text for action in next_actions(but(rate_by_channel=rates))]
    assert not any(text.startswith("Answer faster") for text in said)
    said = [action.text for action in next_actions(but(rate_by_channel=rates.assign(p_adjusted=0.01)))]
    assert "Answer faster on forum" in said
    month = pd.Timestamp("2026-03-01")
    row = {"topic": 0, "share_before": 0.1, "share_after": 0.3, "change": 0.2, "p_value": 0.03,
           "low_any": -0.1, "high_any": 0.5}  # fmt: skip
    for clear in (True, False):
        table = pd.DataFrame([row | {"clear": clear}])
        changes = Changes("month", month, month, 90, 90, table, n_untested=0)
        said = [action.text for action in next_actions(but(changes=changes))]
        assert any(text.startswith("Find out why") for text in said) == clear


def test_a_level_is_not_lasting_in_a_few_periods(but):
    title = TITLES["topic-trend"]

    def trend(n):
        rows = {"topic": 0, "name": "Kettle", "period": range(n), "total": 30, "complete": True}
        return pd.DataFrame(rows).assign(change=[False] * (n - 1) + [True])

    assert title(trend(8), but()) == "“Kettle” reached a lasting new level"
    assert title(trend(7), but()) == "Too early to say whether a topic reached a lasting new level"


def test_no_answers_of_customers_are_counted_without_links(but, results):
    helped = pd.DataFrame([{"n": 40, "share": 0.3}])
    linked = but(mentions=results.mentions.assign(link="reply"))
    assert TITLES["peer-help"](helped, linked).startswith("Other ")
    assert TITLES["peer-help"](helped, results) == ""


def test_who_came_and_who_went_is_a_sentence(but):
    part = next(section for section in SECTIONS if section.id == "community")

    def said(period, **counts):
        row = {"period": "2026-03-02", "complete": True, "burn_in": False, **counts}
        given = but(growth=pd.DataFrame([row]), period=period)
        return next(one.text for one in part.said(given) if "first time" in one.text)

    assert said("month", new=8, resurrected=15, churned=20) == (
        "In March 2026, 8 people wrote for the first time, 15 came back after a break, and 20 who had "
        "written the month before did not."
    )
    assert said("week", new=0, resurrected=0, churned=0) == (
        "In the week of 2 Mar 2026, no one wrote for the first time, no one came back after a break, and all "
        "who had written the week before wrote again."
    )


@pytest.mark.parametrize(
    ("months", "period", "reasons", "shown"),
    [(3, "month", {}, True), (2, "month", {}, False), (9, "week", {}, False),
     (9, "month", {"inactive_days": "around single conversations"}, False)],
)  # fmt: skip
def test_a_short_file_has_no_community(but, results, months, period, reasons, shown):
    part = next(section for section in SECTIONS if section.id == "community")
    row = results.repeat.iloc[0]
    repeat = pd.DataFrame([row.to_dict()] * months + [results.repeat.iloc[-1].to_dict()])
    given = but(repeat=repeat, period=period, reasons=reasons)
    assert bool(part.heading(given)) == shown


def test_waits_that_are_shown_add_up_to_what_the_figure_says(but, results):
    counted = {one.id: one.counted for section in SECTIONS for one in section.exhibits}
    few = pd.DataFrame({"group": ["mail", "forum", "rare"], "n": [30, 20, 5], "n_people": [30, 20, 5]})
    many = but(responses=pd.concat([results.responses] * 25))
    assert counted["answered-by-channel"](few, many) == "50 of 75 waits"
    assert counted["waits"](few, many) == "75 waits"


def test_without_a_problem_those_who_name_no_cause_are_counted(but, results):
    part = next(section for section in SECTIONS if section.id == "problems")
    vague = results.needs.assign(general=[True, False], n_people=[6, 2])
    assert part.heading(but(needs=vague)) == "6 people are dissatisfied without naming a cause."
    assert part.show(but(needs=results.needs.assign(n_people=2))) is None, "the memo says that there is none"


def test_general_dissatisfaction_is_labelled_wherever_it_stands(but, results, built):
    """In the table, in a figure, in the export: it is no problem that can be mended."""
    rows = results.needs.assign(general=[False, True], name=["Lid leaks", GENERAL_NAME], n_people=30)
    changed = but(needs=rows)
    assert "no cause named" in problem_rows(changed)[-1].name
    assert "no cause named" in ins.plots.needs(rows).to_json()
    whole = replace(built.results, found={**built.results.found, "needs": rows})
    sheet = collect_tables(whole, built.imported)["needs"]
    assert sheet.loc[sheet["general"], "name"].str.contains("no cause named").all()
