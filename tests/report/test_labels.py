"""A topic's label is typical words, not what everyone in it says: no sentence has it as its subject."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

import insight as ins
from insight.report.actions import next_actions
from insight.report.sections import SECTIONS
from insight.report.sections.comparisons import COMPARISONS
from insight.report.sections.finding import change_said, topics_named
from insight.report.sections.replies import REPLIES
from insight.topics.compare_periods import Changes

TITLES = {exhibit.id: exhibit.title for section in SECTIONS for exhibit in section.exhibits}
LABELS = ["kettle leaks", "timer"]
_NAMED = re.compile(r"(?i)\btopics? “[^”]*”(?:(?:,| and) “[^”]*”)*")


def claims(sentence, labels=LABELS):
    """The labels in a sentence that are not named as topics."""
    rest = _NAMED.sub("", sentence)
    return [label for label in labels if re.search(rf"(?i)“{re.escape(label)}|^{re.escape(label)}", rest)]


def test_a_label_stands_in_quotation_marks_behind_the_word_topic():
    assert topics_named(["plane, gate"]) == "the topic “plane, gate”"
    assert topics_named(["a, b", "c", "d"]) == "the topics “a, b”, “c” and “d”"
    assert claims("The topics “kettle leaks” and “timer” are the largest") == []
    assert claims("“Kettle leaks” is the most common topic") == ["kettle leaks"]
    assert claims("Talk of “timer” rose") == ["timer"]


def sentences(page):
    """All that the page says in sentences: memo, headings, leads, titles, actions and their details."""
    memo = page.memo
    yield from (memo.about, memo.red_flag, *memo.details)
    yield from (
        text for one in (*memo.bottom_line, memo.answered, memo.waiting) for text in (one.text, one.detail)
    )
    yield from (text for one in memo.actions for text in (one.text, one.why, one.rule))
    for part in page.sections:
        yield part.heading
        yield from (text for one in part.said for text in (one.text, one.detail))
        yield from (text for one in part.shown for text in (one.title, one.subtitle, one.definition))


@pytest.mark.slow
def test_no_sentence_of_a_page_says_a_label_as_its_subject(built):
    table = built.results.topics.table
    labels = table.loc[table["topic"] >= 0, "name"].tolist()
    problems = set(built.results.needs["name"].str.casefold())
    only_topics = [label for label in labels if label.casefold() not in problems]
    said = [text for text in sentences(built.page) if text]
    assert len(only_topics) > 2
    assert any(_NAMED.search(text) for text in said), "the page names topics"
    assert [(text, found) for text in said if (found := claims(text, only_topics))] == []


def changed(clear=True):
    month = pd.Timestamp("2026-03-01")
    row = {"topic": 0, "share_before": 0.1, "share_after": 0.3, "change": 0.2, "p_value": 0.01,
           "low_any": 0.1, "high_any": 0.3, "clear": clear}  # fmt: skip
    rates = pd.DataFrame([row | {"measure": "need"}])
    return Changes("month", month, month, 90, 90, pd.DataFrame([row]), rates, 0)


def test_what_changed_is_the_topic_and_the_share_that_complains_in_it(but):
    given = but(changes=changed())
    said = [change_said(row, given).text for _, row in given.changes.table.iterrows()]
    said += [change_said(row, given).text for _, row in given.changes.rates.iterrows()]
    assert said[0] == "The topic “kettle leaks” rose from 10\u00a0% to 30\u00a0% of what people write."
    assert said[1].startswith("The share of people who complain in the topic “kettle leaks” rose")
    assert not any(map(claims, said))
    assert next_actions(given)[-1].text == "Find out why the topic “kettle leaks” grew"


def test_where_the_company_is_missing_is_a_topic(but):
    presence = pd.DataFrame(
        {"topic": [-2, 0], "name": ["all", "kettle leaks"], "n": [90, 40], "n_present": [30, 2],
         "share": [0.33, 0.05], "low": 0.01, "high": 0.5, "p_adjusted": [None, 0.01],
         "blank": [False, True], "n_missed": [60, 38]}
    )  # fmt: skip
    said = [one.text for one in REPLIES.said(but(presence=presence))]
    assert any("rarely replies in the topic “kettle leaks”." in text for text in said)
    assert not any(map(claims, said))


def test_a_comparison_says_who_writes_in_the_topic(but):
    row = {"kind": "topic", "item": "timer", "group": "wild", "n": 90, "share": 0.2, "share_other": 0.1,
           "significant": True}  # fmt: skip
    heading = COMPARISONS.heading(but(streams=pd.DataFrame([row])))
    assert heading == (
        "Of people who do not tag us, 20\u00a0% write in the topic “timer”; of those who do, 10\u00a0%"
    )
    signal = COMPARISONS.heading(but(streams=pd.DataFrame([row | {"kind": "signal", "item": "wish"}])))
    assert "20\u00a0% voice a wish" in signal
    belief = {"source": "own posts", "name": "timer", "believed": 0.1, "share": 0.4, "gap": 0.3}
    said = COMPARISONS.heading(but(streams=None, beliefs=pd.DataFrame([belief])))
    assert said.startswith("The topic “timer” is 40\u00a0% of what people write and 10\u00a0% of what ")


def test_ratings_are_of_a_topic(results):
    rows = {"topic": [0, 1], "name": LABELS, "n": 40, "n_people": 40, "stars": [2.0, 4.0]}
    table = pd.DataFrame(rows).assign(low=[1.8, 3.8], high=[2.2, 4.2])
    assert TITLES["ratings-by-topic"](table, results) == (
        "Ratings are lowest in the topic “kettle leaks”: 2.0 stars"
    )


def test_labels_are_lists_of_words_and_figures_of_topics_say_what_they_are(built):
    table = built.results.topics.table
    labels = table.loc[table["topic"] >= 0, "name"]
    assert labels.str.contains(", ").any()
    assert not labels.str.contains("^[A-Z]").any(), "as the messages spell the words"
    drawn = ins.plots.topics(table).layout.title.subtitle.text.replace("<br>", " ")
    assert "similar messages under one label" in drawn
    shown = {one.id: one for part in built.page.sections for one in part.shown}
    assert "labelled by their typical words" in shown["topics"].subtitle
    head = [name for name, _ in shown["topics"].table.head]
    assert head[0] == "Topic, by typical words"
    given = replace(built.results.topics, given={0: "Refunds"})
    changed = replace(built.results, found={**built.results.found, "topics": given})
    exhibit = next(one for section in SECTIONS for one in section.exhibits if one.id == "topics")
    assert "typical words" not in exhibit.show(changed).subtitle, "people named them"
