"""Exports of survey tools: an open answer is a message, a closed one is not."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import pandas as pd
import pytest

from insight.mentions import InsightError


def at(text):
    return pd.Timestamp(text, tz="UTC")


def test_qualtrics_answers_melt_and_labels_are_no_responses(known, load):
    text = (
        "StartDate,EndDate,Finished,RecordedDate,ResponseId,DistributionChannel,UserLanguage,Q1,Q2,Q3\n"
        "Start,End,Done,Recorded,Id,Channel,Lang,How likely are you to recommend us?,What would you change?,Which one?\n"
        '"{""ImportId"":""startDate""}",x,x,x,x,x,x,"{""ImportId"":""QID1""}","{""ImportId"":""QID2_TEXT""}","{""ImportId"":""QID3""}"\n'
        "2024-03-01 09:00:00,2024-03-01 09:05:00,1,2024-03-01 09:05:00,R_1,anonymous,EN,9,The lid,One\n"
        "2024-03-01 10:00:00,2024-03-01 10:05:00,1,2024-03-01 10:05:00,R_2,preview,EN,9,test,One\n"
        "2024-03-01 11:00:00,2024-03-01 11:05:00,1,2024-03-01 11:05:00,R_3,anonymous,EN,4,,Two\n"
    )
    names = ("mention_id", "text", "title", "rating", "kind", "side")
    got = known(text, "survey.csv", "qualtrics", *names)
    assert got == [("survey:R_1:Q2", "The lid", "What would you change?", 0.9, "answer", "customer")]
    archive = load(text, "survey.csv")
    assert archive.report.set_aside[["source_row", "reason"]].to_numpy().tolist() == [
        [2, "preview"],
        [3, "no open answer"],
    ]
    assert archive.report.files["rows_read"].tolist() == [3]


def test_surveymonkey(known, load):
    text = (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Which do you own?,,What annoys you?\n"
        ",,,,,Kettle,Brewer,Open-Ended Response\n"
        "118,1,03/31/2024 09:00:00 AM,03/31/2024 09:05:00 PM,10.1.2.3,Kettle,,The lid\n"
    )
    got = known(text, "survey.csv", "surveymonkey", "text", "title", "created_at")
    assert got == [("The lid", "What annoys you?", at("2024-03-31 21:05"))]
    assert "10.1.2.3" not in load(text, "survey.csv").mentions.astype(object).to_csv()
    with pytest.raises(InsightError, match="closed questions only"):
        load(text.replace("Open-Ended Response", "Response").replace("The lid", "Yes"), "survey.csv")


def test_typeform(known):
    text = (
        "#,What would you <strong>change</strong>?,How do you rate it?,Start Date (UTC),Submit Date (UTC),Network ID\n"
        "abc,The lid is far too stiff,8,2024-03-01 09:00:00,2024-03-01 09:05:00,n1\n"
        "def,I would make it louder,3,2024-03-01 10:00:00,2024-03-01 10:05:00,n2\n"
    )
    got = known(text, "survey.csv", "typeform", "mention_id", "text", "title", "rating")
    assert got == [
        ("survey:abc:Q1", "The lid is far too stiff", "What would you change?", 0.8),
        ("survey:def:Q1", "I would make it louder", "What would you change?", 0.3),
    ]


def test_nps_and_the_warehouse_table_of_answers(known):
    text = "response_id,date,nps,comment\n1,2024-03-01 09:00:00,9,Love it\n2,2024-03-01 10:00:00,3,It leaks\n"
    got = known(text, "nps.csv", "nps", "text", "rating", "kind")
    assert got == [("Love it", 0.9, "answer"), ("It leaks", 0.3, "answer")]
    text = "question,question_id,response_id,sub_question_key,loop_id,text,value\nWhy?,Q1,R1,,,It leaks,1\n"
    assert known(text, "answers.csv", "qualtrics_answers", "text", "title") == [("It leaks", "Why?")]
