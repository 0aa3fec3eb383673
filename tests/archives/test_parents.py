"""A header with `parent` in it: what a message answers, or whose pet, plant or child it is about."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins

NAMES = ("Ina", "Bo", "Marisa", "José", "Tove", "Wim", "Olga", "Petra", "Sam", "Yusuf")
N = 60


def read(header: str, values: list[str], **more: list[str]):
    parts = ("lid", "hose", "strap", "wheel")
    table = pd.DataFrame(
        {
            "Said": [f"The {parts[row % 4]} of my number {row} came loose on the way" for row in range(N)],
            "When": pd.date_range("2025-01-01", periods=N).strftime("%Y-%m-%d"),
            header: values,
            **more,
        }
    )
    report = ins.read_archive(table).report
    roles = report.understood.set_index("column")["role"]
    return report, roles.get(header, "")


@pytest.mark.parametrize("header", ["Pet parent", "Parent", "parents", "Parent name", "Dog Parent (handle)"])
@pytest.mark.parametrize("form", ["{}", "{}{}", "@{}_{}"])
def test_names_that_are_no_messages_are_the_people(header, form):
    report, role = read(header, [form.format(NAMES[row % 10], row % 20) for row in range(N)])
    assert role == "author"
    assert report.n_authors == (10 if form == "{}" else 20)
    assert report.n_replies == 0


@pytest.mark.parametrize(
    "form", ["88{:016}", "t1_k{:05x}", "comment{}", "msg-{}", "9f{:06x}", "<{}@mail.example>", "{}"]
)
@pytest.mark.parametrize("header", ["parent", "parent_id", "in_reply_to"])
def test_ids_of_messages_outside_the_file_stay_parents(header, form):
    report, role = read(header, [form.format(7 * (row // 2) + 101) for row in range(N)])
    assert role == "reply_to"
    assert report.n_replies == N


def test_parents_that_are_in_the_file_may_be_called_as_people_are():
    ids = [f"{NAMES[row % 10].lower()}{'x' * (row // 10)}" for row in range(N)]
    report, role = read("parent", ["", *ids[: N - 1]], id=ids)
    assert role == "reply_to"
    assert report.n_parents_present == N - 1


def test_whom_a_message_is_sent_to_and_a_few_categories_are_neither():
    assert read("reply_to", [NAMES[row % 10] for row in range(N)])[1] == ""
    assert read("Parent", [("Shoes", "Bags", "Hats", "Socks")[row % 4] for row in range(N)])[1] == ""
