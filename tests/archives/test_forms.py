"""Feedback forms as strangers make them: one row a response, the rating and the replies beside the words."""

from __future__ import annotations

import csv
import io
import itertools
import json

import pandas as pd
import pytest

from insight.archives.inference.ask import ask_roles, summary
from insight.archives.inference.propose import propose_map

SAID = (
    "We waited fifty minutes past our slot.", "The nurse was gentle with our old dog.",
    "The bill was twice the estimate.", "Quick and friendly with no fuss.",
)  # fmt: skip
WISHED = ("More Saturday slots.", "A bigger car park.", "Nothing comes to mind.")
REPLIES = (
    "Dear Mrs Hale, we are sorry about the wait.", "Thank you for your kind words.",
    "Thanks for telling us, please ring and ask for Jo.",
)  # fmt: skip
ANTWORTEN = ("Vielen Dank für Ihr Lob.", "Es tut uns leid, bitte melden Sie sich.", "Wir freuen uns sehr.")


def form(*headers, rating=(1, 5), replies=REPLIES, when="%d/%m/%Y %H:%M", on="%d/%m/%Y", n=60, delimiter=","):
    """Write responses: date, branch, rating, words, reply to every third, and its date where there is one."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerow(headers)
    steps, start = itertools.cycle(range(rating[0], rating[1] + 1)), pd.Timestamp("2025-01-03 09:12")
    for at in range(n):
        moment, answered = start + pd.Timedelta(hours=31 * at), at % 3 == 0
        row = [moment.strftime(when), "Oakham" if at % 2 else "Melton", next(steps), f"{SAID[at % 4]} {at}"]
        row += [replies[at % 7 % 3] if answered else ""]
        row += [(moment + pd.Timedelta(days=2)).strftime(on) if answered else ""]
        table.writerow(row[: len(headers)])
    return out.getvalue()


@pytest.mark.parametrize(
    ("headers", "options"),
    [
        (("Filled in", "Surgery", "Overall, 1 to 5", "Tell us about your visit", "What we wrote back",
          "Wrote back on"), {}),
        (("Filled in", "Surgery", "Overall, 1 to 5", "What did you think of us?", "What we wrote back"), {}),
        (("When", "Surgery", "Marks", "In your own words", "Us", "Us on"), {}),
        (("A", "B", "C", "D", "E", "F"), {"rating": (1, 10)}),
        (("Eingang", "Filiale", "Note (1-6)", "Was war los?", "Unsere Antwort", "Beantwortet am"),
         {"rating": (1, 6), "replies": ANTWORTEN, "when": "%d.%m.%Y", "on": "%d.%m.%Y", "delimiter": ";"}),
    ],
)  # fmt: skip  # fmt: skip
def test_the_rating_and_the_replies_of_a_form_are_read(load, headers, options):
    archive = load(form(*headers, **options), "form.csv")
    found = archive.mentions
    asked, replies = found[found["side"] != "brand"], found[found["side"] == "brand"]
    assert (len(asked), len(replies)) == (60, 20)
    assert asked["rating"].notna().all()
    assert (asked["rating"].min(), asked["rating"].max()) == (
        (0.1, 1) if options.get("rating") == (1, 10) else (0, 1)
    )
    assert replies["reply_to_id"].isin(asked["mention_id"]).all()
    assert replies["rating"].isna().all()
    assert replies["created_at"].notna().all()
    assert not [note for note in archive.report.notes if "_score" in note or "_answer" in note]


def test_a_reply_without_a_date_waits_for_nothing(load):
    archive = load(form("Filled in", "Surgery", "Stars", "Your comment", "Our answer"), "form.csv")
    replies = archive.mentions[archive.mentions["side"] == "brand"]
    assert set(replies["time_precision"]) == {"relative"}
    assert set(archive.mentions["time_precision"]) == {"day", "relative"}
    assert any("20 replies have no date of their own" in note for note in archive.report.notes)


def test_two_open_questions_stay_two_though_one_is_thanks_to_the_staff(load):
    thanks = ("Thank you so much, you were lovely", "Thanks to Ana at the desk", "Please stay as you are")
    lines = ["Date,Stars,Your comment,Any message for our team?"]
    lines += [
        f'2025-03-{1 + at % 28:02},{1 + at % 5},{SAID[at % 4]} {at},"{thanks[at % 3] if at % 2 else ""}"'
        for at in range(60)
    ]
    assert set(load("\n".join(lines), "form.csv").mentions["side"]) == {"unknown"}


def test_each_response_is_a_thread_and_its_reply_answers_the_first_answer(load):
    lines = ["Timestamp,How satisfied were you (1-5)?,What was good?,What should change first?,Our reply"]
    lines += [
        f"2025-03-{1 + at % 28:02} 10:00,{1 + at % 5},{SAID[at % 4]} {at},{WISHED[at % 3]} {at},"
        f'"{REPLIES[at % 3] if at % 4 == 0 else ""}"'
        for at in range(40)
    ]  # fmt: skip
    found = load("\n".join(lines), "form.csv").mentions
    assert found["conversation_id"].nunique() == 40
    asked = found[found["side"] == "customer"]
    assert asked.groupby("title")["rating"].count().to_dict() == {
        "What was good?": 40, "What should change first?": 0,
    }  # fmt: skip
    replies = found[found["side"] == "brand"].merge(found, left_on="reply_to_id", right_on="mention_id")
    assert set(replies["title_y"]) == {"What was good?"}


@pytest.mark.parametrize("tool", ["typeform", "surveymonkey"])
def test_replies_that_were_added_to_the_export_of_a_survey_tool(load, tool):
    head, lead = {
        "typeform": ('#,"Submit Date (UTC)",Network ID,{}\n', "{0},2025-03-01 10:{0}:00,n"),
        "surveymonkey": ("Respondent ID,End Date,Collector ID,{}\n", "{0},03/01/2025 10:{0}:00 AM,7"),
    }[tool]  # fmt: skip
    lines = [
        f'{lead.format(10 + at)},{at % 11},{SAID[at % 4]} {at},"{REPLIES[at % 3] if at % 3 == 0 else ""}"'
        for at in range(30)
    ]
    questions = "How likely are you to recommend us?,Please say why in a few words,What we told them"
    archive = load(head.format(questions) + "\n".join(lines), "form.csv")
    assert archive.report.files["source_format"].tolist() == [tool]
    assert archive.mentions.groupby("side", observed=True).size().to_dict() == {"brand": 10, "customer": 30}
    assert archive.mentions["rating"].notna().sum() == 30
    named = {"reply": "What we told them"}
    content = head.format(questions) + "\n".join(lines).replace("sorry", "late").replace("Thank", "So")
    sides = load(content, "named.csv", columns=named).mentions.groupby("side", observed=True).size()
    assert sides.to_dict() == {"brand": 10, "customer": 30}


def test_an_unused_column_is_named_with_the_line_that_reads_it(load, write):
    content = form("Filled in", "Surgery", "Stars", "Your comment", "Our answer", "Our answer on")
    note = next(note for note in load(content, "form.csv").report.notes if "not used" in note)
    assert "columns={'channel': 'Surgery'}" in note
    assert 'channel = "Surgery" under [map]' in note
    assert set(load(content, columns={"channel": "Surgery"}).mentions["channel"].dropna()) == {
        "Oakham",
        "Melton",
    }


def test_the_caller_names_the_open_questions(load):
    lines = ["When,Stars,First,Second"]
    lines += [
        f"2025-03-{1 + at % 28:02},{1 + at % 5},{SAID[at % 4]} {at},{WISHED[at % 3]} {at}" for at in range(30)
    ]
    archive = load("\n".join(lines), "form.csv", columns={"questions": ["First", "Second"]})
    assert archive.mentions["title"].value_counts().to_dict() == {"First": 30, "Second": 30}
    assert archive.mentions["rating"].notna().sum() == 30


def test_the_questions_of_insight_map(write):
    path, said = write(form("When", "Surgery", "Marks", "Own words", "Us", "Us on"), "form.csv"), []
    kept = ask_roles(path, ask=lambda _: "", say=said.append)
    assert kept.toml == propose_map(path).toml
    assert any("Us on" in line for line in said)
    answers = iter(["", "", "-", "nonsense", "2"])
    changed = ask_roles(path, ask=lambda _: next(answers, ""), say=said.append)
    found = {one.role: one.columns for one in changed.decision.found}
    assert "reply" not in found
    assert found["reply_at" if "reply_at" in found else "text"] == (
        ("Surgery",) if "reply_at" in found else ("Own words",)
    )
    assert any("there is no column 'nonsense'" in line for line in said)
    assert any("not used: 'Surgery'" in line for line in summary(kept))


def test_a_handle_that_never_occurs_is_said_in_a_form_too(load):
    content = form("When", "Surgery", "Marks", "Own words", "Us", "Us on")
    notes = load(content, "form.csv", brands={"Oak Vets": ["@oakvets"]}).report.notes
    assert any(
        note.startswith("@oakvets does not occur, neither in texts nor as an author") for note in notes
    )
    tagged = load(
        content.replace("Quick and", "Hello @oakhamvets, quick and"),
        brands={"Oak Vets": ["@oakvet"]},
        privacy="internal",
    )
    assert any("the nearest that do are @oakhamvets" in note for note in tagged.report.notes)


@pytest.mark.parametrize("header", ["Number of guests", "Nights", "priority", "weekday", "Store"])
def test_amounts_and_ranks_are_no_ratings(load, header):
    lines = [f"Date,{header},Feedback"]
    lines += [f"2025-03-{1 + at % 28:02},{1 + at % 5},{SAID[at % 4]} {at}" for at in range(40)]
    assert load("\n".join(lines), "cards.csv").mentions["rating"].isna().all()


def test_small_numbers_in_a_conversation_are_no_ratings(load):
    lines = ["id,thread,when,who,said,marks"]
    lines += [
        f"m{at},t{at // 5},2025-03-01 10:{at:02},u{at % 4},{SAID[at % 4]} {at},{1 + at % 5}"
        for at in range(40)
    ]
    assert load("\n".join(lines), "talk.csv").mentions["rating"].isna().all()


def test_responses_in_json_are_read_as_those_of_a_table(load):
    rows = [
        {"Submitted at": f"2025-03-{1 + at % 28:02}T10:00:00Z", "What was good?": f"{SAID[at % 4]} {at}",
         "What should change first?": f"{WISHED[at % 3]} {at}" if at % 2 else "", "Overall (1-5)": 1 + at % 5,
         "Our answer": REPLIES[at % 3] if at % 3 == 0 else None}
        for at in range(30)
    ]  # fmt: skip
    found = load(json.dumps(rows), "responses.json").mentions
    assert found.groupby("side", observed=True).size().to_dict() == {"brand": 10, "customer": 45}
    assert (found["text"] != "").all()
    assert found["rating"].notna().sum() == 30
