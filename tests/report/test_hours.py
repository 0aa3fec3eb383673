"""Answers counted in opening hours."""

from dataclasses import replace

import pandas as pd

import insight as ins
from insight.report.hours import hours_sentence

FRIDAY = pd.Timestamp("2026-03-06 16:00", tz="UTC")


def waits(n):
    """Asked on a Friday at four; answered on Monday at ten, which is two opening hours later."""
    return pd.DataFrame(
        {
            "mention_id": [f"x:{i}" for i in range(n)],
            "author_id": [f"p{i}" for i in range(n)],
            "asked_at": FRIDAY,
            "wait_hours": 66.0,
            "watched_hours": 500.0,
            "responded": True,
        }
    )


def test_a_weekend_is_no_delay(results):
    open_hours = {"opens": "09:00", "closes": "17:00"}
    asked = replace(results, responses=waits(40), config=ins.Config(business_hours=open_hours))
    assert hours_sentence(asked, tz="UTC").startswith("Counted in your opening hours alone, 100")
    closed_early = ins.Config(business_hours={**open_hours, "holidays": ["2026-03-09"]})
    assert "answered within 8 hours" in hours_sentence(replace(asked, config=closed_early), tz="UTC")


def test_without_hours_nothing_is_said(results):
    assert hours_sentence(replace(results, responses=waits(40)), tz="UTC") == ""
    hours = ins.Config(business_hours={"opens": "09:00"})
    assert hours_sentence(replace(results, responses=waits(0), config=hours), tz="UTC") == ""
    assert hours_sentence(replace(results, responses=None, config=hours), tz="UTC") == ""
