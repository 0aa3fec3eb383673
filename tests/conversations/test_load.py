"""Capacity, scenarios, opening hours and deletions, against slow readings of their definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins


def queue(limit, n_days=60, seed=0, mean=30):
    """People write all day; at midnight the brand has answered the first `limit` of those of the day."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(n_days):
        hours = np.sort(rng.uniform(0, 23, rng.poisson(mean)))
        rows += [(day * 24 + hour, place < limit) for place, hour in enumerate(hours)]
    asked = np.array([hour for hour, _ in rows])
    responded = np.array([done for _, done in rows])
    start = pd.Timestamp("2025-01-01", tz="UTC")
    watched = n_days * 24 - asked
    wait = np.where(responded, np.minimum(0.5, watched), watched)
    moments = start + pd.to_timedelta(asked, unit="h").round("s")
    answered = (moments + pd.to_timedelta(wait, unit="h").round("s")).to_series().where(responded, pd.NaT)
    return pd.DataFrame(
        {
            "author_id": np.arange(len(rows)).astype(str), "asked_at": moments, "responded": responded,
            "answered_at": answered.to_numpy(), "wait_hours": wait, "watched_hours": watched,
        }
    ).assign(answered_at=lambda table: pd.to_datetime(table["answered_at"], utc=True))  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_limit_is_recovered(seed):
    load = ins.conversations.capacity(queue(20, seed=seed), period="day")
    assert load.loc[load["complete"], "n_answered"].max() == 20


def test_backlog_is_exact_each_day():
    load = ins.conversations.capacity(queue(20), period="day")
    before = load["backlog"].shift(fill_value=0)
    assert (load["backlog"] == before + load["n_in"] - load["n_out"]).all()


def test_no_wait_is_no_load():
    with pytest.raises(ins.InsightError, match="responses is empty"):
        ins.conversations.capacity(queue(5).head(0))


def slow_open_hours(start, end, tz, opens, closes, days, holidays):
    """Minute by minute."""
    minutes = pd.date_range(start, end, freq="min", inclusive="left").tz_convert(tz)
    hour = minutes.hour + minutes.minute / 60
    kept = (hour >= opens) & (hour < closes) & minutes.day_name().isin(days)
    return (kept & ~minutes.strftime("%Y-%m-%d").isin(holidays)).sum() / 60


@pytest.mark.parametrize("tz", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_opening_hours_minute_by_minute(tz):
    """Over the change of clocks in March, a holiday and weekends."""
    rng = np.random.default_rng(3)
    asked = pd.Timestamp("2025-03-26", tz="UTC") + pd.to_timedelta(rng.integers(0, 8 * 1440, 12), unit="min")
    wait = rng.integers(1, 5 * 1440, 12) / 60
    responses = pd.DataFrame({"asked_at": asked, "wait_hours": wait, "watched_hours": wait + 24.0})
    options = {
        "opens": "08:30",
        "closes": "17:15",
        "days": ("Monday", "Tuesday", "Saturday"),
        "holidays": ("2025-03-31",),
    }
    table = ins.conversations.business_hours(responses, tz=tz, **options)
    for row, hours in enumerate(wait):
        end = asked[row] + pd.Timedelta(hours=hours)
        slow = slow_open_hours(asked[row], end, tz, 8.5, 17.25, options["days"], options["holidays"])
        assert table.loc[row, "wait_hours"] == pytest.approx(slow, abs=0.02)
    assert (table["watched_hours"] >= table["wait_hours"]).all()


@pytest.mark.parametrize(
    "options",
    [{"opens": "9"}, {"opens": "18:00"}, {"days": ("Mon",)}, {"holidays": ("soon",)}, {"tz": "Mars"}],
)
def test_opening_hours_must_make_sense(options):
    responses = pd.DataFrame(
        {"asked_at": pd.to_datetime(["2025-03-03"], utc=True), "wait_hours": 1.0, "watched_hours": 1.0}
    )
    with pytest.raises(ins.InsightError):
        ins.conversations.business_hours(responses, **{"tz": "UTC", **options})


def test_week_holds_what_the_rate_holds():
    responses = queue(20)
    week = ins.conversations.response_week(responses)
    whole = ins.response_rate(responses).iloc[0]
    assert week[["n", "answered"]].sum().tolist() == [whole["n"], whole["answered"]]
    assert len(week) == 168


def test_deleted_messages_compete_with_answers():
    """Four waits: answered after 1 h and 4 h, waiting at 2 h, deleted at 3 h (censored at 5 h).

    Unanswered: 3/4 after 1 h. Then one is censored and one deleted; of the 1 left at 4 h all are answered,
    while the deleted half of the two at risk at 3 h never will be: 3/4 - 3/8 = 3/8.
    """
    start = pd.Timestamp("2025-01-01", tz="UTC")
    waits = pd.DataFrame(
        {"asked_at": start, "wait_hours": [1.0, 2.0, 4.0, 5.0], "responded": [True, False, True, False]}
    )
    deleted = waits.assign(
        deleted_at=pd.to_datetime([None, None, None, start + pd.Timedelta(hours=3)], utc=True)
    )
    curve = ins.response_curve(deleted)
    assert curve["unanswered"].tolist() == pytest.approx([1, 3 / 4, 3 / 8])
    none_deleted = ins.response_curve(deleted.assign(deleted_at=pd.to_datetime([None] * 4, utc=True)))
    pd.testing.assert_frame_equal(none_deleted, ins.response_curve(waits))


def test_leaving_deleted_messages_out_would_flatter():
    rng = np.random.default_rng(0)
    n = 4000
    answer, gone = rng.exponential(10, n), rng.exponential(10, n)
    waits = pd.DataFrame(
        {
            "asked_at": pd.Timestamp("2025-01-01", tz="UTC"),
            "wait_hours": np.minimum(answer, 80),
            "responded": answer < 80,
        }
    )
    waits["deleted_at"] = waits["asked_at"] + pd.to_timedelta(gone, unit="h")
    end = ins.response_curve(waits).iloc[-1]
    assert end["unanswered"] == pytest.approx(1 - ((answer < gone) & (answer < 80)).mean(), abs=0.001)
    censored = waits.drop(columns="deleted_at").assign(
        wait_hours=np.minimum(waits["wait_hours"], gone), responded=(answer < gone) & (answer < 80)
    )
    assert ins.response_curve(censored)["unanswered"].iloc[-1] < 0.1, "as if they had stayed to be answered"
