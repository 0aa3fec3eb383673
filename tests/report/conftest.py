"""Hand-made results: every number on the page can be computed in the head."""

import types
from dataclasses import make_dataclass, replace

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.archives import ImportReport
from insight.report.plan import NAMES
from insight.report.results import Results
from insight.report.scope import customer_messages
from insight.timeline import timeline


@pytest.fixture
def mentions():
    """Four people and the brand in March 2026; one of the six messages is a repost."""
    rows = [
        ("x:1", "ann", 1, "@pellwick my kettle leaks", "customer", "post", None),
        ("x:2", "pellwick", 1, "Sorry! We send a seal.", "brand", "reply", None),
        ("x:3", "ben", 5, "kettle leaks here too", "customer", "post", None),
        ("x:4", "cleo", 9, "please add a timer", "unknown", "post", None),
        ("x:5", "dora", 9, "my kettle leaks", "customer", "repost", "x:1"),
        ("x:6", "ben", 31, "", "customer", "post", None),
    ]
    names = ["mention_id", "author_id", "day", "text", "side", "kind", "reposted_id"]
    frame = pd.DataFrame(rows, columns=names)
    frame["created_at"] = pd.Timestamp("2026-03-01", tz="UTC") + pd.to_timedelta(
        frame.pop("day") - 1, unit="D"
    )
    addressed = frame["side"].eq("customer").where(frame.side != "unknown")
    return timeline(ins.as_mentions(frame.assign(platform="x", addressed=addressed)))


@pytest.fixture
def report(mentions):
    """The account of an import that set two rows of eight aside."""
    return ImportReport(
        files=pd.DataFrame(
            {
                "source_file": ["a.csv"],
                "source_format": ["generic"],
                "format_title": ["CSV"],
                "rows_read": [8],
                "rows_kept": [6],
                "rows_set_aside": [2],
                "time_zone": ["explicit"],
                "n_quoted": [2],
                "n_repeated": [0],
                "n_placeholders": [1],
                "n_automated": [0],
            }
        ),
        set_aside=pd.DataFrame(
            {
                "source_file": "a.csv",
                "source_row": [3, 5],
                "reason": ["duplicate", "no readable date"],
                "detail": "",
                "record": "",
            }
        ),
        columns=pd.DataFrame(
            {
                "column": ["rating", "text", "title"],
                "n_missing": [6, 0, 2],
                "share_missing": [1.0, 0.0, 1 / 3],
            }
        ),
        notes=("Times are read as UTC.",),
        brands={"Pellwick": ["@pellwick"]},
        privacy="shareable",
        n_mentions=6,
        n_authors=5,
        first=mentions["created_at"].min(),
        last=mentions["created_at"].max(),
        n_replies=1,
        n_parents_present=1,
        n_duplicates=1,
    )


@pytest.fixture
def archive(mentions, report):
    return ins.archives.Archive(mentions, report)


@pytest.fixture
def needs():
    """Kettle: 60 of 1,000 people; timer: 40."""
    table = pd.DataFrame(
        {
            "need": ["need-1", "need-2"],
            "rank": [1, 2],
            "name": ["kettle leaks", "timer"],
            "general": False,
            "latent": [False, True],
            "n_people": [60, 40],
            "n_mentions": [70, 41],
            "share": [0.06, 0.04],
            "low": [0.046, 0.029],
            "high": [0.076, 0.053],
            "n_complaint": [55, 0],
            "n_wish": [0, 10],
            "n_workaround": [5, 30],
            "n_praise": [0, 1],
            "satisfaction": [0.02, 0.5],
            "satisfaction_low": [0.0, 0.3],
            "satisfaction_high": [0.1, 0.7],
            "opportunity": [15.0, 9.0],
            "opportunity_low": [13.0, 7.0],
            "opportunity_high": [17.0, 11.0],
            "tied_with_next": [False, False],
            "rating": np.nan,
            "n_rated": 0,
            "impact": np.nan,
            "impact_low": np.nan,
            "impact_high": np.nan,
            "first_seen": pd.Timestamp("2026-03-01", tz="UTC"),
            "trend": ["rising", "steady"],
            "channels": ["x", "x, reddit"],
            "share_addressed": [0.5, 0.0],
        }
    )
    table.attrs |= {"n_people": 1000, "minimum": 5, "n_too_few": 3, "n_in_no_topic": 0}
    return table


@pytest.fixture
def topics():
    table = pd.DataFrame(
        {
            "topic": [0, 1, 2, -1],
            "name": ["kettle leaks", "timer", "tiny", "none"],
            "n": [70, 41, 3, 26],
            "n_people": [60, 40, 3, 26],
            "share": [0.06, 0.04, 0.003, 0.026],
            "low": [0.046, 0.029, 0.001, 0.018],
            "high": [0.076, 0.053, 0.009, 0.038],
        }
    )
    assignments = pd.DataFrame({"mention_id": ["x:1", "x:3", "x:4"], "topic": [0, 0, 1], "similarity": 0.9})
    return types.SimpleNamespace(table=table, assignments=assignments, given={})


@pytest.fixture
def voiced(needs):
    """Three sentences about the kettle; one of them only points back."""
    rows = [("x:1", 10, 25, 0.7, 5, False), ("x:3", 0, 12, 0.9, 5, True), ("x:3", 0, 22, 0.8, 4, False)]
    names = ["mention_id", "start", "end", "similarity", "n_words", "borrowed"]
    members = pd.DataFrame(rows, columns=names).assign(
        need="need-1", sentence=0, signal="complaint", part=-1, echo=False
    )
    tree = pd.DataFrame(columns=["need", "parent", "part", "name", "n_people", "n_sentences"])
    fields = {"table": needs, "members": members, "tree": tree, "names": {}}
    return make_dataclass("Voiced", list(fields))(**fields)


@pytest.fixture
def rate():
    """40 % of 1,000 messages answered within a day."""
    return pd.DataFrame(
        {
            "group": ["all"],
            "n": [1000],
            "n_people": [900],
            "answered": [400],
            "share": [0.4],
            "low": [0.37],
            "high": [0.43],
        }
    )


@pytest.fixture
def results(mentions, needs, voiced, topics, rate, report):
    """Everything is there, nothing odd."""
    responses = pd.DataFrame(
        {
            "mention_id": ["x:1", "x:3", "x:6"],
            "author_id": ["ann", "ben", "ben"],
            "asked_at": mentions["created_at"].iloc[[0, 2, 5]].to_list(),
            "responded": [True, False, False],
        }
    )
    curve = pd.DataFrame(
        {
            "group": "all",
            "wait_hours": [0.0, 1.0, 5.0, 9.0],
            "n_at_risk": [3, 3, 2, 1],
            "unanswered": [1.0, 0.7, 0.5, 0.4],
            "low": [1.0, 0.5, 0.4, 0.3],
            "high": [1.0, 0.8, 0.6, 0.5],
        }
    )
    by_channel = pd.DataFrame(
        {
            "group": ["mail", "forum", "rare"],
            "n": [600, 400, 5],
            "n_people": [500, 300, 5],
            "answered": [360, 40, 0],
            "share": [0.6, 0.1, 0.0],
            "low": [0.56, 0.07, 0.0],
            "high": [0.64, 0.13, 0.3],
            "p_adjusted": [0.001, 0.001, np.nan],
        }
    )
    repeat = pd.DataFrame(
        {
            "period": ["2026-01-01", "2026-02-01", "all"],
            "n": [50, 60, 110],
            "n_people": [50, 60, 90],
            "retained": [20, 24, 44],
            "share": [0.4, 0.4, 0.4],
            "low": [0.28, 0.29, 0.31],
            "high": [0.54, 0.53, 0.49],
        }
    )
    return Results(
        mentions=mentions,
        customers=customer_messages(mentions),
        as_of=mentions["created_at"].max(),
        period="month",
        own="Pellwick",
        imported=report,
        found={
            "topics": topics,
            "signals": pd.DataFrame(),
            "needs": needs,
            "voiced": voiced,
            "responses": responses,
            "curve": curve,
            "rate": rate,
            "rate_by_channel": by_channel,
            "repeat": repeat,
        },
    )


@pytest.fixture
def but(results):
    """The same results with other tables."""

    def change(**found):
        fields = {name: found.pop(name) for name in list(found) if name not in NAMES}
        return replace(results, found={**results.found, **found}, **fields)

    return change


THEMES = (
    ("kettle", "lid", "leaks", "drips", "steam", "seal"),
    ("app", "login", "password", "crashes", "update", "phone"),
    ("refund", "money", "waiting", "bank", "payment", "weeks"),
)
FRAMES = (
    "@acme my {} and the {} are a problem, the {} is broken",
    "why is the {} so bad @acme? {} and {} again",
    "I wish the {} worked without {} or {}",
    "still no {} after the {}, very annoyed about the {}",
)


@pytest.fixture(scope="session")
def crowd():
    """Ninety people over ten weeks write twice about three themes; the brand answers every third message."""
    rows = []
    for number in range(180):
        theme = THEMES[number % 3]
        words = [theme[(number // 3 + step * (1 + number % 2)) % 6] for step in range(3)]
        asked = pd.Timestamp("2026-01-05", tz="UTC") + pd.Timedelta(hours=9 * number)
        row = {"platform": "x", "time_precision": "s", "addressed": True, "brand": "Acme", "side": "customer"}
        text = f"{FRAMES[number % 4].format(*words)} {'please ' * (number % 5)}"
        asker = {
            "mention_id": f"x:{number}",
            "author_id": f"p{number % 90}",
            "created_at": asked,
            "text": text,
        }
        rows.append({**row, **asker})
        if number % 3 == 0:
            answered = {
                "created_at": asked + pd.Timedelta(hours=1 + number % 40),
                "text": "Sorry, please write to us.",
            }
            names = {
                "mention_id": f"x:r{number}",
                "author_id": "acme",
                "side": "brand",
                "reply_to_id": f"x:{number}",
            }
            rows.append({**row, **answered, **names, "addressed": None})
    return ins.as_mentions(pd.DataFrame(rows))


def archive_of(mentions):
    """An archive as read_archive would give it."""
    n = len(mentions)
    missing = mentions.isna().sum()
    files = pd.DataFrame(
        [("crowd.csv", "generic", "CSV", n, n, 0, "explicit", 0, 0, 0, 0)],
        columns=[
            "source_file",
            "source_format",
            "format_title",
            "rows_read",
            "rows_kept",
            "rows_set_aside",
            "time_zone",
            "n_quoted",
            "n_repeated",
            "n_placeholders",
            "n_automated",
        ],
    )
    report = ImportReport(
        files=files,
        set_aside=pd.DataFrame(columns=["source_file", "source_row", "reason", "detail", "record"]),
        columns=pd.DataFrame(
            {
                "column": missing.index,
                "n_missing": missing.to_numpy(),
                "share_missing": missing.to_numpy() / max(1, n),
            }
        ),
        notes=(),
        brands={"Acme": ["@acme"]},
        privacy="shareable",
        n_mentions=n,
        n_authors=mentions["author_id"].nunique(),
        first=mentions["created_at"].min(),
        last=mentions["created_at"].max(),
        n_replies=0,
        n_parents_present=0,
        n_duplicates=0,
    )
    return ins.archives.Archive(mentions, report)


@pytest.fixture(scope="session")
def make_archive():
    return archive_of


@pytest.fixture(scope="session")
def built(crowd):
    return ins.build_report(archive_of(crowd), title="Acme, winter")


@pytest.fixture(scope="session")
def page(built):
    return built.to_html()
