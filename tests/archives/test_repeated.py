"""Lines that stand word for word in messages of many people are no one's own words."""

from __future__ import annotations

import numpy as np
import pytest

import insight as ins
from insight.archives import repeated

TEMPLATE = """## Describe the bug
A short and plain account of what goes wrong, and where.

## Steps to reproduce
1. Fill the kettle to the mark and press the button twice

{own}

- [ ] I have read the rules of this place and will obey them"""
FILLED = [TEMPLATE.format(own=f"Lid number {n} does not close.") for n in range(6)]


def table(texts, authors=None):
    names = authors or [f"dev{n}" for n in range(len(texts))]
    rows = enumerate(zip(names, texts, strict=True))
    lines = [f'{name},2025-03-{n % 28 + 1:02}T10:00:00Z,"{text}"\n' for n, (name, text) in rows]
    return "author,created_at,text\n" + "".join(lines)


def texts(archive):
    return sorted(archive.mentions["text"])


def test_a_template_goes_and_what_people_wrote_into_it_stays(load):
    archive = load(table(FILLED))
    assert texts(archive) == [f"Lid number {n} does not close." for n in range(6)]
    assert archive.report.files["n_repeated"].tolist() == [6]
    assert any("messages of 5 people or more" in note for note in archive.report.notes)
    assert set(ins.find_signals(archive.mentions)["signal"]) <= {"complaint"}


def test_a_template_that_no_one_filled_in_says_nothing(load):
    archive = load(table([TEMPLATE.format(own="")] * 6))
    assert texts(archive) == [""] * 6
    assert any("6 of them hold nothing else" in note for note in archive.report.notes)


@pytest.mark.parametrize("n_people", [4, 5])
def test_five_people_are_many(load, n_people):
    footer = "This mail is meant for the person named above and for no one else"
    archive = load(table([f"Lid {n} leaks\n\n{footer}" for n in range(n_people)]))
    assert (texts(archive)[0] == "Lid 0 leaks") == (n_people == 5)


def test_one_person_may_say_the_same_every_day(load):
    said = [f"Lid {n} leaks\nPlease send somebody who can mend the lid of it" for n in range(9)]
    assert "Please send" in texts(load(table(said, ["ann"] * 9)))[0]


def test_thanks_and_whole_messages_that_people_write_alike_stay(load):
    alike = [f"Lid {n} leaks\nThank you for your help!" for n in range(9)]
    assert "Thank you" in texts(load(table(alike)))[0]
    wishes = ["Would love a dark mode for reading at night, please add one."] * 9
    assert texts(load(table(wishes))) == wishes


def test_what_the_brand_writes_is_its_own(load):
    said = [f"Hello {n}\nWe are sorry to read this and will look into it for you" for n in range(9)]
    brands = {"Pellwick": [f"@dev{n}" for n in range(9)]}
    assert "We are sorry" in texts(load(table(said), brands=brands))[0]


def test_the_order_of_rows_changes_nothing(load):
    rows, authors = [*FILLED, *["Short\ntext"] * 3], [f"dev{n}" for n in range(9)]
    assert texts(load(table(rows, authors))) == texts(load(table(rows[::-1], authors[::-1])))


def test_the_same_people_of_a_large_archive_are_sampled_in_any_order_of_files(monkeypatch):
    monkeypatch.setattr(repeated, "MAX_PAIRS", 50)
    monkeypatch.setattr(repeated, "_pairs", lambda part: part)
    pairs = np.random.default_rng(0).integers(0, 2**64, size=(400, 2), dtype=np.uint64)
    pairs[:, 0] %= np.uint64(4)
    found = []
    for order in (range(8), range(7, -1, -1)):
        lines = repeated.Lines()
        for file in order:
            lines.add(f"file{file}", pairs[file * 50 : file * 50 + 50])
        found.append((lines.repeated().tolist(), lines.below))
        assert sum(map(len, lines.pairs.values())) <= 50
    assert found[0] == found[1]
    assert found[0][0] == [0, 1, 2, 3]
    assert found[0][1] < 2**64


@pytest.mark.real
def test_the_case_of_the_issue_template(read, real_data):
    archive = read(real_data / "cases/12-issue_template.csv")
    counts = ins.find_signals(archive.mentions)["signal"].value_counts()
    assert counts["question"] == 12
    assert counts[["complaint", "wish", "praise", "comparison"]].sum() == 0
