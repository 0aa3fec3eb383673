"""What cannot mean anything is not on the page, whatever kind of archive it is made of."""

from __future__ import annotations

import itertools
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
    "one text copied by all": messages(120, 120, 60).assign(text="Sign our petition at the town hall"),
    "one second": messages(90, 45, 60).assign(created_at="2025-03-01T10:00:00Z"),
    "a poll of words": messages(150, 150, 30).assign(
        text=[("yes", "no", "maybe")[k % 3] for k in range(150)]
    ),
}


def desk(people, n_each, leavers=0):
    """People write on forty days and the brand answers every second message; some say that they leave."""
    rows = messages(people * n_each, people, 120)
    rows["text"] = ["How do I clean the filter? " + words for words in rows["text"]]
    leaving = rows["author"].isin([f"p{k}" for k in range(leavers)]) & (rows.index % (2 * people) >= people)
    rows.loc[leaving, "text"] = "That was it, I am cancelling my account and switching to another shop"
    rows["thread"], rows["reply_to"] = rows["id"], None
    asked = rows.iloc[::2]
    at = (pd.to_datetime(asked["created_at"]) + pd.Timedelta("2h")).astype(str)
    answers = asked.assign(
        id="a" + asked["id"], author="acme", created_at=at, reply_to=asked["id"],
        text=[f"Sorry! Please write to us by DM, case {n}." for n in range(len(asked))],
    )  # fmt: skip
    return pd.concat([rows, answers])


DESKS = {"nine people and a desk": desk(9, 12), "leavers and a desk": desk(60, 6, leavers=24)}


def report_of(table, folder, **options):
    table.to_csv(folder / "messages.csv", index=False)
    return ins.build_report(ins.read_archive(folder / "messages.csv", **options))


@pytest.fixture(scope="module", params=list(ARCHIVES))
def report(request, tmp_path_factory):
    return report_of(ARCHIVES[request.param], tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module", params=list(DESKS))
def answered(request, tmp_path_factory):
    return report_of(DESKS[request.param], tmp_path_factory.mktemp("desk"), brands={"Acme": ["acme"]})


def test_no_number_without_a_meaning(report):
    """No brand speaks, none of them shows who stays, and no burst can be distinguished from collecting."""
    said = dict(report.answers)
    sections = {part.id: part for part in report.page.sections}
    assert "replies" not in sections
    rated = report.results.mentions["rating"].notna().any()
    assert ("Replies" in said) == rated, "a file that speaks of no brand lacks no replies"
    assert not rated or said["Replies"] == "The file holds no replies, so it does not show who waits."
    assert "stopped writing" not in said["What to do"]
    assert "ignored" not in " ".join(said.values())
    assert not set(sections) & {"community", "incidents"}
    staying = {"silence", "tenure", "newcomers", "welcome", "come-back", "load", "presence"}
    assert not staying & {shown.id for part in report.page.sections for shown in part.shown}


WITHIN = {
    "exits": ("n_gone", "n_judged", "n_people"),
    "handoffs": ("n_back", "n_judged", "n_moved", "n"),
    "loop": ("n_reached", "n"),
    "peer_help": ("n_helped", "n"),
    "presence": ("n_present", "n"),
    "rate": ("answered", "n"),
    "rate_by_channel": ("answered", "n"),
    "cohorts": ("retained", "eligible"),
    "advocates": ("n_advocates", "n_recommending", "n"),
    "silence": ("n_returned", "n_watched"),
}
"""Columns of the page's measures of which each counts some of the next: leavers watched are leavers."""


def check_counts(report):
    seen = set()
    for name, columns in WITHIN.items():
        table = getattr(report.results, name)
        if table is None:
            continue
        seen.add(name)
        for part, whole in itertools.pairwise(columns):
            known = table[[part, whole]].dropna()
            assert (known[part] <= known[whole]).all(), (name, part, whole)
    for shown in (one for part in report.page.sections for one in part.shown):
        assert "too few" not in shown.title, shown.title
        assert "nan" not in shown.title.split(), shown.title
    words = " ".join(one.text for part in report.page.sections for one in part.said)
    assert not {"nan", "inf"} & set(words.lower().split())
    return seen


def test_leavers_watched_are_leavers(tmp_path):
    DESKS["leavers and a desk"].to_csv(tmp_path / "messages.csv", index=False)
    mentions = ins.read_archive(tmp_path / "messages.csv", brands={"Acme": ["acme"]}).mentions
    said = ins.staying.exit_words(mentions, ins.find_signals(mentions), silence="15D").iloc[0]
    assert said["n_people"] == 24
    assert 0 < said["n_gone"] <= said["n_judged"] <= said["n_people"]


def test_numbers_do_not_contradict_each_other_where_a_brand_answers(answered):
    seen = check_counts(answered)
    n_people = answered.page.rows.n_people
    assert {"rate", "handoffs", "presence"} <= seen
    tables = (answered.results.exits, answered.results.needs, answered.results.rate)
    for table in (one for one in tables if one is not None):
        assert (table["n_people"] <= n_people).all()
    if n_people >= 10:
        return
    texts = [shown.title for part in answered.page.sections for shown in part.shown]
    texts += [one.text for part in answered.page.sections for one in part.said]
    shares = [text for text in texts if re.search(r"[\d.]+\u00a0%|\d in \d|nearly all|half", text)]
    assert not shares, "of nine people no share is said"


def test_numbers_do_not_contradict_each_other(report):
    check_counts(report)
    said = dict(report.answers)
    n_people = report.page.rows.n_people
    if report.results.mentions["person"].notna().any():
        named = re.match(r"([\d,]+) (?:people|person)", said["About"])
        assert int(named[1].replace(",", "")) == n_people
    else:
        assert re.match(r"[\d,]+ messages?\b.*; who wrote them is not known", said["About"])
    if report.results.needs is not None:
        assert (report.results.needs["n_people"] <= n_people).all()
    if report.results.ratings is not None:
        assert report.results.ratings["stars"].dropna().between(1, 5).all()
