"""What the messages say about their export, planted and by hand."""

# ruff: noqa: E501 (lines of exports are as long as they are)
from __future__ import annotations

import pandas as pd
import pytest

from insight.archives import coverage
from insight.archives.import_report import gathered
from insight.archives.large import as_arrow
from insight.archives.workplace import database
from insight.mentions import as_mentions

START = pd.Timestamp("2024-01-01", tz="UTC")


def table(per_day, texts=None, authors=None):
    """Write `per_day[i]` messages on day i, each by an author of its own and in its own words."""
    moments = [START + pd.Timedelta(days=day, minutes=at) for day, n in enumerate(per_day) for at in range(n)]
    n = len(moments)
    return as_mentions(pd.DataFrame({
        "mention_id": [f"x:{i}" for i in range(n)], "created_at": moments,
        "text": texts or [f"w{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)} kettle" for i in range(n)],
        "author_id": authors or [f"u{i}" for i in range(n)],
    }))  # fmt: skip


def coverage_notes(mentions):
    with database() as db:
        db.register("mentions", as_arrow(mentions))
        return coverage.coverage_notes(db)


def test_a_start_at_full_volume_is_a_window():
    (note,) = coverage_notes(table([20] * 70))
    assert "begin at full volume on 1 Jan 2024 (140 in the first week, 140 in a usual one)" in note


@pytest.mark.parametrize("per_day", [[*range(1, 40), *[40] * 40], [20] * 20, [2] * 70, []])
def test_slow_starts_short_spans_and_few_messages_are_no_window(per_day):
    assert not any("full volume" in note for note in coverage_notes(table(per_day)))


def test_silences_are_named_with_their_first_day():
    (note,) = coverage_notes(table([20] * 10 + [0] * 4 + [20] * 10 + [0] * 2 + [20] * 10))
    assert "from 11 Jan 2024 (4 days), where 20 a day are usual" in note


def test_accounts_that_repeat_themselves_or_never_sleep():
    authors = ["bot"] * 10 + ["rush"] * 80 + [f"u{i}" for i in range(110)]
    texts = [f"Weather now {i} degrees https://example.org/{i}" for i in range(10)]
    texts += [f"word{chr(97 + i % 26)}{chr(97 + i // 26)} said" for i in range(190)]
    (note,) = coverage_notes(table([100, 100], texts, authors))
    assert note.startswith("2 accounts look automated (45.0% of all messages)")


def test_brands_are_not_counted_as_automated():
    mentions = table([20], ["thank you for your message"] * 20, ["brand"] * 20)
    assert len(coverage_notes(mentions)) == 1
    mentions = as_mentions(mentions.assign(side="brand"))
    assert coverage_notes(mentions) == []


def test_texts_that_repeat_word_for_word():
    texts = ["please help me with my kettle"] * 20 + [
        f"my {chr(97 + i % 26)}{chr(97 + i // 26)} kettle is slow" for i in range(100)
    ]
    notes = coverage_notes(table([60, 60], texts))
    said = "of 120 texts repeat an earlier one word for word or nearly, without being marked as reposts."
    assert notes == [f"19 {said}"]
    near = [f"{text}{'!' * (i % 3)}" for i, text in enumerate(texts)]
    near[0] = "please help me with my kettle asap, it has been two weeks and nobody has answered me at all"
    near[1] = near[0] + ", ok"
    assert coverage_notes(table([60, 60], near)) == [f"18 {said}"]


def test_many_texts_that_repeat_but_for_numbers(monkeypatch):
    monkeypatch.setattr(coverage, "_COMPARED", 50)
    notes = coverage_notes(table([60, 60], [f"order {i % 10} is late again {i}" for i in range(120)]))
    assert notes == [
        "119 of 120 texts repeat an earlier one but for numbers and links, without being marked as reposts."
    ]


def test_what_holds_of_several_files_is_said_once():
    said = [
        ("a.csv", "It names nobody."),
        ("b.csv", "b.csv: It names nobody."),
        ("b.csv", "It names nobody."),
        ("b.csv", "Odd."),
    ]
    assert gathered(said) == ["It names nobody (2 files).", "b.csv: Odd."]


def test_an_export_at_the_cap_of_its_tool(load):
    head = "Query Id,Query Name,Date,Url,Full Text,Author\n"
    rows = "".join(
        f"1,q,2024-03-01 09:00:0{i % 10}.0,https://x.example/{i},text {i},a{i}\n" for i in range(10_000)
    )
    notes = load(head + rows, "brandwatch.csv").report.notes
    assert any("10,000 is the most that Brandwatch" in note for note in notes)
