"""What cannot mean anything is not on the page, whatever kind of archive it is made of."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import insight as ins

pytestmark = pytest.mark.slow

START = pd.Timestamp("2025-01-06", tz="UTC")
SAID = (
    "The app crashes when I open a photo", "Love the new look", "Please add a dark mode",
    "Battery drains overnight", "I wish it could export to PDF", "Great app, thanks",
    "Sync fails on every phone", "How do I reset my password?",
)  # fmt: skip


def messages(n, people, days):
    seconds = np.sort(np.random.default_rng(0).uniform(0, days * 86_400, n)).round()
    return pd.DataFrame(
        {
            "id": [f"m{row}" for row in range(n)],
            "author": [f"p{row % people}" for row in range(n)],
            "created_at": (pd.Timestamp("2025-01-06", tz="UTC") + pd.to_timedelta(seconds, unit="s")).astype(
                str
            ),
            "text": [f"{SAID[row % 8]} {('today', 'again', 'in March')[row % 3]} {row}" for row in range(n)],
        }
    )


ARCHIVES = {
    "store reviews": messages(240, 240, 120).assign(rating=[row % 5 + 1 for row in range(240)]),
    "a survey": messages(150, 150, 30).drop(columns="created_at"),
    "one day": messages(120, 60, 0.8),
    "one author": messages(80, 1, 90),
    "twenty-one messages": messages(21, 14, 10),
    "no dates": messages(120, 60, 60).drop(columns="created_at"),
    "no authors": messages(120, 60, 60).drop(columns="author"),
    "one thread": messages(60, 20, 40).assign(thread="t1"),
}


@pytest.fixture(scope="module", params=list(ARCHIVES))
def report(request, tmp_path_factory):
    file = tmp_path_factory.mktemp("archive") / "messages.csv"
    ARCHIVES[request.param].to_csv(file, index=False)
    return ins.build_report(ins.read_archive(file))


def test_no_number_without_a_meaning(report):
    """No brand speaks, none of them shows who stays, and no burst can be distinguished from collecting."""
    said = dict(report.answers)
    sections = {part.id: part for part in report.page.sections}
    assert "replies" not in sections
    reviews = (report.results.mentions["kind"] == "review").any()
    assert ("Replies" in said) == reviews, "a file that speaks of no brand lacks no replies"
    assert not reviews or said["Replies"].startswith("No company replies are in this file")
    assert "stopped writing" not in said["What to do"]
    assert "ignored" not in " ".join(said.values())
    assert not set(sections) & {"community", "incidents"}
    staying = {"silence", "tenure", "newcomers", "welcome", "come-back", "load", "presence"}
    assert not staying & {shown.id for part in report.page.sections for shown in part.shown}


def test_numbers_do_not_contradict_each_other(report):
    said = dict(report.answers)
    n_people = int(re.match(r"([\d,]+) (?:people|person)", said["About"])[1].replace(",", ""))
    assert n_people == report.page.rows.n_people
    if report.results.needs is not None:
        assert (report.results.needs["n_people"] <= n_people).all()
    if report.results.ratings is not None:
        assert report.results.ratings["stars"].dropna().between(1, 5).all()
