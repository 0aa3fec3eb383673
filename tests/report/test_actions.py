from dataclasses import replace

import pandas as pd

from insight.report.actions import next_actions
from insight.report.changes import Changes


def texts(results):
    return [action["text"] for action in next_actions(results, tz="UTC")]


def test_the_first_need_the_slow_channel_and_those_who_leave(results):
    assert texts(results) == [
        "Meet the need that stands first: Kettle leaks",
        "Answer on forum first",
        "Ask people who did not write again why they left it at that",
    ]


def test_every_action_has_a_reason_a_rule_and_a_place(results):
    for action in next_actions(results, tz="UTC"):
        assert action["why"]
        assert action["rule"].endswith(".")
        assert action["href"].startswith("#")


def test_tied_needs_are_to_be_read_side_by_side(results, needs):
    tied = needs.assign(tied_with_next=[True, False])
    tied.attrs = needs.attrs
    assert texts(replace(results, needs=tied))[0] == "Read two needs side by side: Kettle leaks; Timer"


def test_without_a_slow_channel_those_who_wait_come_first(results):
    even = results.rate_by_channel.assign(p_adjusted=0.4)
    assert texts(replace(results, rate_by_channel=even))[1] == "Answer those who still wait"


def test_a_rise_beyond_chance_goes_before_those_who_leave(results):
    table = pd.DataFrame(
        [(1, 16, 36, 0.03, 0.07, 0.04, 0.01, 0.06, 0.005, 0.065, 0.001, True)],
        columns=[
            "topic",
            "n_before",
            "n_after",
            "share_before",
            "share_after",
            "change",
            "low",
            "high",
            "low_any",
            "high_any",
            "p_value",
            "beyond_chance",
        ],
    )
    march = Changes("month", pd.Timestamp("2026-02-01"), pd.Timestamp("2026-03-01"), 500, 520, table)
    action = next_actions(replace(results, changes=march), tz="UTC")[2]
    assert (action["text"], action["href"]) == ("Find out why “Timer” rose", "#topic-1")


def test_a_file_without_the_brand_asks_for_its_replies(results):
    mute = replace(
        results, mentions=results.mentions.query("side != 'brand'"), responses=None, rate_by_channel=None
    )
    assert "Add the brand's own messages to the export" in texts(mute)


def test_a_file_of_the_brand_alone_asks_for_its_customers(results):
    alone = replace(results, customers=results.customers.iloc[:0], needs=None)
    assert texts(alone)[0] == "Add what customers wrote to the export"


def test_where_no_need_can_be_told_the_topics_are_there_to_read(results):
    french = replace(results, needs=None, customers=results.customers.assign(lang="fr"))
    assert texts(french)[0] == "Read the topics, for lack of needs"


def test_those_who_stay_are_not_asked_why_they_left(results):
    staying = replace(results, repeat=results.repeat.assign(share=0.6, low=0.5, high=0.7))
    assert len(texts(staying)) == 2


def test_an_empty_result_still_says_what_to_do(results):
    bare = replace(results, needs=None, responses=None, rate=None, rate_by_channel=None, repeat=None)
    assert texts(bare) == ["Load more messages and run again"]
