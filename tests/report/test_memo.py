"""The first screen: few words, each sentence from a number that can be checked."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from insight.report.actions import next_actions
from insight.report.measures.replies import NO_REPLIES
from insight.report.sections.finding import (
    answered_said,
    main_change,
    median_wait,
    not_compared,
    wait_said,
    waiting_said,
)
from insight.report.sections.memo import about, quoted, red_flag, write_memo
from insight.topics.compare_periods import Changes

pytestmark = pytest.mark.slow

MARCH, APRIL = pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-01")


def in_sight(memo):
    """Everything of the memo that is read without a click."""
    problems = [part for one in memo.problems for part in (one.name, one.people, one.trend, one.quote)]
    actions = [part for one in memo.actions for part in (one.text, one.why)]
    lines = [one.text for one in (*memo.bottom_line, memo.answered, memo.waiting)]
    return " ".join(filter(None, [memo.about, memo.red_flag, *lines, *problems, *actions]))


def test_the_memo_says_what_is_in_the_tables(results):
    memo = write_memo(results)
    assert memo.about == "3 people wrote 4 messages, 1–31 Mar 2026"
    assert memo.bottom_line[0].text == (
        "The most common problems are “Kettle leaks” and “Timer”: 60 and 40 people."
    )
    first = memo.problems[0]
    assert (first.name, first.people, first.trend) == ("Kettle leaks", "60 people", "rising")
    assert memo.answered.text == "About 2 in 5 messages get a reply within a day."
    assert "37–43" in memo.answered.detail
    assert memo.waiting.text == "1 person waits for a reply, the longest since 5 Mar 2026."
    assert memo.red_flag == "2 of 8 rows were left out, 1 of them as “duplicate”."


def test_the_sentence_that_is_shown_voices_the_problem(results):
    assert write_memo(results).problems[0].quote == "my kettle leaks", "neither borrowed nor too short"


def said_of_kettles(results, *sentences):
    """The results of an archive in which each of these is a message that voices the first problem."""
    ids = [f"q:{k}" for k in range(len(sentences))]
    rows = pd.concat([results.customers.head(1)] * len(ids), ignore_index=True)
    first = pd.concat([results.voiced.members.head(1)] * len(ids), ignore_index=True)
    members = first.assign(mention_id=ids, start=0, end=[len(one) for one in sentences], borrowed=False)
    return replace(
        results,
        customers=rows.assign(mention_id=ids, text=list(sentences)),
        found={**results.found, "voiced": replace(results.voiced, members=members)},
    )


@pytest.mark.parametrize(
    "odd",
    ["how is the kettle leaking?", "does the `kettle` leak here", "my kettle leaks re- open it",
     "so the kettle leaks re-", "is the kettle leaking?!”"],
)  # fmt: skip
def test_a_sentence_that_reads_badly_is_not_quoted(results, odd):
    assert quoted(said_of_kettles(results, odd, "it leaks all the time"), "need-1") == "it leaks all the time"
    assert quoted(said_of_kettles(results, odd), "need-1") == ""


def test_a_quote_has_one_pair_of_quotation_marks_and_one_ellipsis(results):
    assert (
        quoted(said_of_kettles(results, 'as if the kettle leaked."'), "need-1") == "as if the kettle leaked."
    )
    assert quoted(said_of_kettles(results, "the kettle leaks even more…."), "need-1").endswith("more…")
    assert quoted(said_of_kettles(results, "the kettle leaks...."), "need-1").endswith("leaks…")


def test_the_memo_is_one_screen_of_plain_words(built):
    text = in_sight(built.page.memo)
    assert len(text.split()) <= 180
    assert not re.search(r"n\s=|interval|beyond chance|\btold\b|reckon|\bheard\b", text)
    assert len(built.page.memo.bottom_line) <= 3
    assert len(built.page.memo.actions) <= 3


def test_every_sentence_keeps_its_interval_in_the_details(results):
    details = " ".join(write_memo(results).details)
    assert "95\u00a0% interval 37–43\u00a0%" in details
    assert "n\u00a0=\u00a01,000" in details


def test_within_how_long_half_are_answered_counts_those_without_a_reply(but):
    curve = pd.DataFrame(
        {"wait_hours": [0.0, 1.0, 30.0], "n_at_risk": [90, 80, 40], "unanswered": [1.0, 0.8, 0.5],
         "low": [1.0, 0.7, 0.4], "high": [1.0, 0.9, 0.6]}
    )  # fmt: skip
    assert median_wait(curve)[0] == 30.0
    assert wait_said(but(curve=curve)).text.endswith(" got a reply within 30.0 h.")
    never = curve.assign(unanswered=[1.0, 0.9, 0.8], low=[1.0, 0.85, 0.7], high=[1.0, 0.95, 0.9])
    assert wait_said(but(curve=never)).text.startswith("More than half the ")
    unsure = curve.assign(unanswered=[1.0, 0.9, 0.52])
    assert wait_said(but(curve=unsure)).text.startswith("About half the ")
    assert wait_said(but(curve=unsure)).text.endswith(" get no reply.")


def test_of_a_handful_no_share_is_said(but, results):
    few = but(rate=results.rate.assign(n_people=6))
    assert answered_said(few).text == "Too few waits to say how many are answered within a day."
    silent = replace(results, found={}, reasons={"waits": NO_REPLIES})
    assert answered_said(silent).text == "This file contains no replies by the brand."
    assert "--brand" in answered_said(silent).detail, "the way out is for who made the page"
    assert waiting_said(silent).text == ""


def test_of_old_waits_those_of_the_last_days_are_counted(but, results):
    later = results.as_of + pd.Timedelta(days=20)
    moved = but(as_of=later)
    assert waiting_said(moved).text == "1 person waits for a reply, the longest since 5 Mar 2026."
    two = results.responses.assign(author_id=["ann", "cleo", "ben"])
    some = but(as_of=later, responses=two)
    assert waiting_said(some).text == "2 people got no reply; 1 of them wrote in the file's last 30 days."
    gone = but(as_of=later + pd.Timedelta(days=20))
    assert waiting_said(gone).text == "1 person got no reply; the last asked on 31 Mar 2026."
    assert "who got no reply" in next_actions(but(as_of=gone.as_of, rate_by_channel=None))[1].text


def test_no_one_waits(but, results):
    done = results.responses.assign(responded=True)
    assert waiting_said(but(responses=done)).text == "No one is waiting for a reply."


def changed(rows=((0, 0.02, 0.05, 0.001, True),), period="month"):
    names = ["topic", "share_before", "share_after", "p_value", "clear"]
    table = pd.DataFrame(rows, columns=names).assign(low_any=0.01, high_any=0.05, n_before=30, n_after=40)
    return Changes(
        period, MARCH, APRIL, 100, 110, table.assign(change=table.share_after - table.share_before)
    )


def test_the_surest_change_is_said_and_no_change_is_a_finding(but, results):
    assert main_change(but(changes=changed())).text == (
        "The topic “kettle leaks” rose from 2.0\u00a0% to 5.0\u00a0% of what people write."
    )
    none = but(changes=changed([(0, 0.02, 0.03, 0.4, False)]))
    assert main_change(none).text == "No clear change from March 2026 to April 2026."
    assert main_change(but(changes=None)).text == "", "what was not compared is for the appendix"
    assert not_compared(none) == ""
    assert not_compared(but(changes=None)) == "No two weeks are compared: that takes 30 people in each."
    week = replace(but(changes=None), mentions=results.mentions.head(3))
    assert not_compared(week).startswith("The file covers ")


def test_actions_are_imperatives_with_what_they_rest_on(but, results):
    texts = [action.text for action in next_actions(results)]
    assert texts[0] == "Start with “Kettle leaks” and “Timer”"
    assert texts[1] == "Answer faster on forum"
    assert texts[2] == "Ask people who stopped writing why"
    risen = next_actions(but(changes=changed()))
    assert risen[2].text == "Find out why the topic “kettle leaks” grew"
    assert risen[2].href == "#topic=0"


def test_two_problems_of_one_size_are_not_ranked(but, results):
    close = results.needs.assign(n_people=[60, 58], low=[0.046, 0.044], high=[0.076, 0.074])
    first = next_actions(but(needs=close))[0]
    assert first.text == "Start with “Kettle leaks” and “Timer”"


def test_without_words_or_replies_the_way_out_is_the_action(but, results):
    brand = results.mentions[results.mentions["role"] == "brand"]
    bare = replace(results, mentions=brand, customers=brand.head(0), found={})
    assert next_actions(bare)[0].text == "Add what customers wrote to the export"
    silent = results.mentions[results.mentions["role"] != "brand"]
    mute = replace(results, mentions=silent, found={})
    assert next_actions(mute)[-1].text == "Add the company's replies to the export"


def test_general_dissatisfaction_is_no_problem_to_act_on(but, results):
    vague = results.needs.assign(general=[True, False])
    assert next_actions(but(needs=vague))[0].text == "Start with “Timer”"


def test_one_red_line_when_the_file_cannot_be_trusted(results, report):
    few = replace(report, files=report.files.assign(rows_read=60, rows_kept=58))
    whole = replace(results, imported=few)
    assert red_flag(whole) == ""
    assert red_flag(results).startswith("2 of 8 rows were left out")
    assert red_flag(replace(whole, own=None, n_brands=76)) == "76 brands are read together here."
    partial = pd.DataFrame({"missing": ["Replies are cut after 100."]})
    assert "Replies are cut" in red_flag(replace(results, imported=replace(few, partial=partial)))


def test_copies_are_said_with_the_size_of_the_file(results):
    copied = results.mentions.assign(own=results.mentions["mention_id"] != "x:6")
    assert about(replace(results, mentions=copied)).endswith(
        "1–31 Mar 2026; 1 of these repeats another and is not counted again"
    )


def test_two_problems_too_close_to_rank_are_named_together(but, results):
    close = results.needs.assign(n_people=[29, 22], low=[0.06, 0.043], high=[0.12, 0.095])
    said = write_memo(but(needs=close)).bottom_line[0].text
    assert said == "The most common problems are “Kettle leaks” and “Timer”: 29 and 22 people."
    apart = results.needs.assign(high=[0.076, 0.045])
    said = write_memo(but(needs=apart)).bottom_line[0].text
    assert said == "The most common problem is “Kettle leaks”: 60 people, about 1 in 17 people who wrote."


def test_a_file_of_ratings_without_replies_says_the_mean(but, results):
    mentions = pd.concat([results.mentions[results.mentions["role"] == "customer"].head(1)] * 12)
    mentions = mentions.assign(
        mention_id=[f"r:{k}" for k in range(12)],
        author_id=[f"p{k}" for k in range(12)],
        rating=[0.5, 1.0] * 6,
    )
    found = {"rated": mentions, "curve": None, "rate": None, "responses": None}
    given = replace(but(**found), mentions=mentions, reasons={"waits": NO_REPLIES})
    assert write_memo(given).bottom_line[1].text == "12 ratings average 4.0 stars."


def test_stars_of_fewer_than_ten_people_are_not_printed(but, results):
    needs = results.needs.assign(impact=-0.2, n_rated=[9, 30])
    first, second = write_memo(but(needs=needs)).problems
    assert "stars" not in first.detail
    assert "0.8 stars lower" in second.detail


def test_reposts_are_no_messages_of_their_own(results):
    assert results.mentions["kind"].eq("repost").sum() == 1
    assert about(results).startswith("3 people wrote 4 messages")


@pytest.mark.parametrize("impact", [np.nan, 0.1])
def test_no_stars_are_lost_where_none_are_known(but, results, impact):
    needs = results.needs.assign(impact=impact)
    assert "stars" not in write_memo(but(needs=needs)).problems[0].detail
