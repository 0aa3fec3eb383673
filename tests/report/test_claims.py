"""No sentence says more than its number: each is driven by a change, by none, and by too few people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.needs.result import GENERAL_NAME
from insight.report.actions import next_actions
from insight.report.collect import collect_tables
from insight.report.exhibit import looked_for, spoken
from insight.report.measures.replies import marked_open
from insight.report.measures.staying import ANSWERED
from insight.report.sections import SECTIONS
from insight.report.sections.finding import answered_said, main_change, not_compared, waiting_said
from insight.report.sections.problems import problem_rows
from insight.report.sections.replies import REPLIES
from insight.timeline import timeline
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
        (
            "answered-by-want",
            ("help", "complaint", "idea"),
            "People who suggest something are answered less",
            "60\u00a0% of people who ask for help and 20\u00a0% of people who suggest something are answered",
        ),
        (
            "answered-by-channel",
            ("x", "mail", "forum"),
            "Messages on forum are answered less often",
            "60\u00a0% of messages on x and 20\u00a0% of messages on forum are answered",
        ),
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
    assert main_change(but(changes=none)).text == ""
    assert not_compared(but(changes=none)).startswith("No two ")


def test_a_trend_that_was_not_tested_is_not_called_steady(but, results):
    title, table = TITLES["needs-over-time"], pd.DataFrame({"need": "need-1", "period": range(4)})
    needs = results.needs
    for trend in ("too soon to tell", "steady"):
        assert title(table, but(needs=needs.assign(trend=trend))) == ""
    assert "is rising" in title(table, but(needs=needs.assign(trend=["rising", "steady"])))


def stars(*rows):
    names = ["period", "complete", "n_people", "stars", "low", "high"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(period=pd.to_datetime(table["period"]), n=table["n_people"])


def test_ratings_change_between_whole_months_of_enough_people_alone(results):
    title = TITLES["ratings"]
    first, last = ("2026-01-01", True, 30, 4.0, 3.7, 4.3), ("2026-02-01", True, 30, 2.0, 1.7, 2.3)
    assert "fell from 4.0 to 2.0" in title(stars(first, last), results)
    said = title(stars(first, ("2026-02-01", True, 30, 3.8, 3.5, 4.1)), results)
    assert said.endswith("ratings average 3.8 to 4.0 stars, without a clear change")
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


SHARES = {
    "handoffs": {"channel": "all", "n_moved": 20},
    "loop": {"stage": "answered", "n_reached": 12, "n_open": 28},
    "peer_help": {"group": "all", "n_helped": 8, "n_brand": 1, "n_helpers": 3},
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
    assert title(planted, results).startswith("Ratings are lowest in the topic “t")
    assert title(table, results).startswith(("By topic, ratings average", "Ratings are lowest"))


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

    def trend(n, at=5):
        rows = {"topic": 0, "name": "Kettle", "period": range(n), "total": 30, "complete": True}
        return pd.DataFrame(rows).assign(change=[k == at for k in range(n)])

    assert title(trend(8), but()) == "The topic “Kettle” reached a lasting new level"
    assert title(trend(7), but()) == "", "too early to say"
    assert title(trend(8, at=6), but()) == "", "a level of two periods does not last"
    assert title(trend(8), but(period="day")) == "", "nor does one of days"


def test_no_answers_of_customers_are_counted_without_links(but, results):
    helped = pd.DataFrame([{"n": 40, "n_helped": 12, "share": 0.3}])
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


def desk(states, times=6):
    """Tickets of one person each, with a state and no replies."""
    n = len(states) * times
    return pd.DataFrame(
        {
            "mention_id": [str(k) for k in range(n)], "author_id": [f"p{k}" for k in range(n)],
            "created_at": pd.date_range("2026-01-01", periods=n, freq="D", tz="UTC"),
            "text": [f"The kettle of order {k} leaks." for k in range(n)],
            "platform": "unknown", "side": "customer", "status": list(states) * times,
        }
    )  # fmt: skip


def test_who_waits_is_what_the_file_marks_where_it_holds_no_replies(results):
    line = timeline(ins.as_mentions(desk(["Waiting", "open", "Closed", "escalated"])))
    marked = marked_open(line, 5)
    assert marked["n"].to_dict() == {"Waiting": 6, "open": 6}, "closed is done, escalated is not known"
    assert marked_open(line, 7) is None, "of few people nothing is said"
    unsigned = timeline(ins.as_mentions(desk(["open"]).assign(author_id=None)))
    assert marked_open(unsigned, 5)["people"].to_dict() == {"open": 6}
    assert marked_open(line.drop(columns="status"), 1) is None
    given = replace(results, mentions=line, found={"marked_open": marked}, reasons={})
    assert answered_said(given).text == "The file holds no replies."
    assert waiting_said(given).text == (
        "It marks 6 messages as waiting and 6 as open, the oldest from 1 Jan 2026."
    )
    action = next_actions(given)[-1]
    assert action.text == "Work through the 6 messages marked waiting"
    assert action.href == "#x.status=Waiting"
    none = replace(given, found={"rated": line})
    assert answered_said(none).text == "The file holds no replies, so it does not show who waits."
    assert waiting_said(none).text == ""


def test_a_thread_has_one_state(results):
    rows = desk(["open"], times=12).assign(conversation_id=[str(k // 2) for k in range(12)])
    assert marked_open(timeline(ins.as_mentions(rows)), 1)["n"].to_dict() == {"open": 6}


def test_what_gave_no_finding_is_one_line(but):
    month = pd.Timestamp("2026-03-01")
    row = {"topic": 0, "clear": False, "change": 0.1, "p_value": 0.5, "share_before": 0.1, "share_after": 0.2}
    changes = Changes("month", month, month, 90, 90, pd.DataFrame([row]))
    steady = but(rate_by_channel=None, curve=None, repeat=None, changes=changes)
    parts = [part for section in SECTIONS if (part := section.show(steady)) is not None]
    assert not any(one.id == "moves" for part in parts for one in part.shown)
    assert looked_for(SECTIONS, parts, steady) == (
        "Looked for, without a clear finding: topics that grew or shrank."
    )


@pytest.mark.parametrize(("a_day", "shown"), [(1, False), (5, True)])
def test_days_are_drawn_where_people_write_every_day(but, a_day, shown):
    days = pd.DataFrame({"by": "all", "n_people": [a_day] * 30})
    assert bool(TITLES["volume"](days, but())) == shown
