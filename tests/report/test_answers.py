from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.report import first_screen as answers
from insight.report.changes import Changes


def said(answer):
    return f"{answer['lead']} {answer['detail']}".replace("\u00a0", " ").strip()


def test_the_file(results, report):
    assert said(answers.file_answer(results, report)) == (
        "6 messages by 4 people. 2 of 8 rows (25 %) set aside, each with its reason; 1 doubt noted. "
        "It can tell all that is asked below."
    )


def test_rows_that_hold_a_message_and_its_answer_are_told(results, report):
    """Six messages from four rows kept of six."""
    files = report.files.assign(rows_read=6, rows_kept=4)
    assert "2 of 6 rows (33 %) set aside, each with its reason; the other 4 hold 6 messages, as" in said(
        answers.file_answer(results, replace(report, files=files))
    )


def test_needs(results):
    assert said(answers.needs_answer(results)) == (
        "Kettle leaks: 60 people (4.6–7.6 %), rising. n = 1,000 people who wrote. Next comes Timer (40)."
    )


def test_unsigned_reviews_are_said_to_count_as_people(results):
    unsigned = replace(results, customers=results.customers.assign(author_id=[None, "ben", "cleo"]))
    assert "n = 1,000 people who wrote, an unsigned message counted as one." in said(
        answers.needs_answer(unsigned)
    )


def test_a_tie_of_the_first_two_needs_is_said(results, needs):
    tied = needs.assign(tied_with_next=[True, False])
    tied.attrs = needs.attrs
    assert "The order of the first two is not beyond chance." in said(
        answers.needs_answer(replace(results, needs=tied))
    )


def test_needs_of_too_few_people_are_counted(results, needs):
    few = needs.iloc[:0]
    few.attrs = needs.attrs
    assert said(answers.needs_answer(replace(results, needs=few))) == (
        "Too few to tell. 3 needs voiced, none of them by 5 people or more."
    )


def test_an_archive_in_other_languages_says_what_cannot_be_read(results, needs):
    none = needs.iloc[:0]
    none.attrs = {"n_people": 3, "n_too_few": 0}
    french = results.customers.assign(lang=["fr", "fr", "en-GB"])
    assert said(answers.needs_answer(replace(results, needs=none, customers=french))) == (
        "Too few to tell. No complaint, wish or workaround in 3 messages. "
        "Needs are told from English alone: 1 of 3 messages of known language (33 %)."
    )


def test_a_trend_that_cannot_be_told_is_not_told(needs):
    early = needs.iloc[0].copy()
    early["trend"] = "too soon to tell"
    assert answers.need_claim(early).endswith("(4.6–7.6\u00a0%)")


def test_the_reason_of_a_measure_that_failed_is_the_answer(results):
    failed = replace(results, needs=None, topics=None, reasons={"topics": "too few texts: 3."})
    assert said(answers.needs_answer(failed)) == "Too few to tell. too few texts: 3."


def compared(rows):
    names = [
        "topic",
        "n_before",
        "n_after",
        "share_before",
        "share_after",
        "change",
        "low",
        "high",
        "p_value",
    ]
    table = pd.DataFrame(rows, columns=[*names, "beyond_chance"])
    table = table.assign(low_any=table["low"] - 0.005, high_any=table["high"] + 0.005)
    return Changes("month", pd.Timestamp("2026-02-01"), pd.Timestamp("2026-03-01"), 500, 520, table)


def test_a_change_beyond_chance(results):
    changes = compared(
        [(1, 16, 36, 0.032, 0.069, 0.037, 0.011, 0.063, 0.001, True), (0, 9, 9, 0, 0, 0, 0, 0, 1, False)]
    )
    assert said(answers.changes_answer(replace(results, changes=changes))) == (
        "Timer rose from 3.2 % to 6.9 % of what people write (by 0.6–6.8 points). "
        "March 2026 against February 2026: 520 and 500 people, 2 topics tested."
    )


def test_a_fall_is_told_with_the_smaller_step_first(results):
    changes = compared([(1, 36, 16, 0.069, 0.032, -0.037, -0.063, -0.011, 0.001, True)])
    assert "fell from 6.9 % to 3.2 % of what people write (by 0.6–6.8 points)" in said(
        answers.changes_answer(replace(results, changes=changes))
    )


def test_nothing_beyond_chance_is_an_answer(results):
    changes = compared([(1, 16, 17, 0.032, 0.033, 0.001, -0.02, 0.02, 0.9, False)])
    assert said(answers.changes_answer(replace(results, changes=changes))).startswith("No clear change.")
    none = replace(compared([]), n_untested=10)
    told = said(answers.changes_answer(replace(results, changes=none)))
    assert told.startswith("Too few people to test what changed.")
    assert "10 with too few people to test" in told
    assert said(answers.changes_answer(results)).startswith("Too soon to tell.")


def test_responses(results):
    assert said(answers.responses_answer(results, tz="UTC")) == (
        "40 % (37–43 %) are answered within 24 hours. n = 1,000 waits. Half wait longer than 5.0 h "
        "(60 min to 9.0 h), the unanswered counted as waiting. 1 person waits when the file ends, "
        "the longest since 5 Mar 2026."
    )


def test_median_wait_is_where_half_are_answered_also_of_24():
    waits = pd.DataFrame({"wait_hours": np.r_[np.linspace(0.1, 1.1, 12), [500.0] * 12], "responded": True})
    assert answers.median_wait(ins.response_curve(waits.assign(author_id="ann")))[0] == pytest.approx(1.1)


def test_median_wait_is_infinite_if_half_are_never_answered(results):
    never = results.curve.assign(unanswered=0.8, low=0.7, high=0.9)
    assert answers.median_wait(never) == (float("inf"),) * 3
    assert (
        answers.wait_sentence(replace(results, curve=never))
        == "More than half have no answer when the file ends."
    )


@pytest.mark.parametrize("missing", [{"rate": None}, {"rate": pd.DataFrame({"n": [0]})}])
def test_a_file_shorter_than_a_day_is_too_short(results, missing):
    assert answers.responses_answer(replace(results, **missing), tz="UTC")["lead"] == "Too soon to tell."


def test_without_the_brand_silence_is_not_called_silence(results):
    mute = replace(
        results, responses=None, rate=None, curve=None, reasons={"responses": "No message by the brand."}
    )
    assert said(answers.responses_answer(mute, tz="UTC")) == "It cannot be told. No message by the brand."


def test_retention(results):
    assert said(answers.retention_answer(results)).startswith(
        "40 % (31–49 %) write again the next month. n = 110 person-months; the last month, too soon"
    )
    early = replace(results, repeat=results.repeat.assign(n=0))
    assert said(answers.retention_answer(early)) == "Too soon to tell. Two complete months are needed."


def test_all_six_are_asked_in_order(results, report):
    told = answers.six_answers(results, report, tz="UTC", actions=[])
    assert [answer["question"] for answer in told] == list(answers.QUESTIONS)
    assert all(answer["href"].startswith("#") for answer in told)


def test_what_people_want_of_the_brand_and_how_much_of_it_is_answered(results):
    """Half ask for help and 30 of 100 of them are answered; of nine who praise no rate is told."""
    triage = pd.DataFrame({"intent": ["help", "complaint", "compliment"], "share": [0.5, 0.25, 0.045]})
    rates = pd.DataFrame(
        {"group": ["help", "complaint", "compliment"], "n": [100, 50, 9], "share": [0.3, 0.1, 1]}
    )
    told = replace(results, rate_by_intent=rates, dialogue=replace(results.dialogue, triage=triage))
    assert (
        "Of messages to the brand 50 % ask for help (30 % answered within 24 hours) and 25 % complain (10 %)."
    ) in said(answers.responses_answer(told, tz="UTC"))


def test_staying_tells_newcomers_apart_and_who_came_and_went(results):
    """Of 50 newcomers ten wrote again; in the last whole month 5 came, 2 came back, 9 stayed away."""
    cohorts = pd.DataFrame(
        {"cohort": ["all"], "period": [1], "eligible": [50], "share": [0.2], "low": [0.11], "high": [0.33]}
    )
    growth = pd.DataFrame(
        {
            "period": ["2026-02", "2026-03"],
            "new": [5, 1],
            "resurrected": [2, 0],
            "churned": [9, 20],
            "complete": [True, False],
            "burn_in": False,
        }
    )
    told = said(answers.retention_answer(replace(results, cohorts=cohorts, growth=growth)))
    assert "Of 50 newcomers 20 % (11–33 %) wrote in the month after their first." in told
    assert "February 2026: 5 were new, 2 came back and 9 stayed away." in told
