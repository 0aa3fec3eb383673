"""When people ask: the share answered by hour and weekday, and waits counted in opening hours only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.stats import MIN_PEOPLE, shares
from insight.stats.periods import HOUR, local_times
from insight.timeline.engine import duration

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def response_week(
    responses: pd.DataFrame,
    *,
    within: str | pd.Timedelta = "24h",
    tz: str = "UTC",
    min_people: int = MIN_PEOPLE,
) -> pd.DataFrame:
    """Count the answers in time by the hour and weekday on which people asked.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`.
    within : str or Timedelta
        The time allowed, with its unit.
    tz : str
        The zone in which the hours are meant; pass the zone of the people who answer.
    min_people : int
        Of an hour with fewer people no share is given.

    Returns
    -------
    DataFrame
        168 rows, Monday to Sunday and 0 to 23 o'clock: weekday, hour, within, n (waits whose whole window was
        watched), answered, share, low, high (95 %; missing where n is 0). `attrs["tz"]` is the zone.

    Examples
    --------
    >>> import insight as ins
    >>> week = response_week(ins.first_responses(ins.example()), min_people=1)
    >>> week.loc[week["n"] > 0, ["weekday", "hour", "n", "answered", "share"]].head(3)
       weekday  hour  n  answered  share
    8   Monday     8  1         1    1.0
    9   Monday     9  1         1    1.0
    10  Monday    10  1         0    0.0
    """
    need_columns(
        responses, "responses", ["author_id", "asked_at", "wait_hours", "watched_hours", "responded"]
    )
    window = duration(within, name="within") / HOUR
    asked = local_times(responses["asked_at"], tz)
    judged = responses[responses["watched_hours"] >= window]
    cell = (asked.dt.day_of_week * 24 + asked.dt.hour)[judged.index].to_numpy()
    answered = (judged["responded"] & (judged["wait_hours"] <= window)).to_numpy(bool)
    found = shares(answered, by=judged["author_id"], groups=cell, n_groups=168, min_people=min_people)
    hours = pd.MultiIndex.from_product([WEEKDAYS, range(24)], names=["weekday", "hour"])
    table = hours.to_frame(index=False).assign(
        within=within if isinstance(within, str) else str(within),
        n=np.bincount(cell, minlength=168),
        answered=np.bincount(cell[answered], minlength=168),
        **found.columns(),
    )
    table.attrs["tz"] = tz
    return table


def business_hours(
    responses: pd.DataFrame,
    *,
    tz: str,
    opens: str = "09:00",
    closes: str = "17:00",
    days: Sequence[str] = WEEKDAYS[:5],
    holidays: Sequence[str] = (),
) -> pd.DataFrame:
    """Count waits in opening hours only, so that a night is no delay.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`.
    tz : str
        The zone of the opening hours.
    opens, closes : str
        Local times, "HH:MM"; closing is after opening, at most "24:00".
    days : sequence of str
        Weekdays on which it is open.
    holidays : sequence of str
        Local dates on which it is not, "YYYY-MM-DD".

    Returns
    -------
    DataFrame
        The same rows with wait_hours and watched_hours counted in opening hours, and a column open: it was
        open when the person asked. Give it to `response_rate`, `response_curve` or `response_week`; a window
        such as "8h" then is a working day.

    Notes
    -----
    An answer outside the hours ends the wait at the last opening hour counted. Hours that a change of clocks
    skips or repeats are counted as the clock on the wall shows them.

    Examples
    --------
    >>> import insight as ins
    >>> waits = ins.first_responses(ins.example())
    >>> waits = business_hours(waits, opens="09:00", closes="17:00", tz="UTC")
    >>> waits[["asked_at", "wait_hours", "open"]].head(3)
                       asked_at  wait_hours  open
    0 2025-01-06 09:00:00+00:00         1.0  True
    1 2025-01-06 10:30:00+00:00       334.5  True
    2 2025-01-08 12:00:00+00:00       317.0  True
    """
    need_columns(responses, "responses", ["asked_at", "wait_hours", "watched_hours"])
    start, stop = _clock(opens), _clock(closes)
    unknown = [day for day in days if day not in WEEKDAYS]
    if unknown or not days or not start < stop <= 24:
        raise InsightError(
            f"open on {list(days)} from {opens} to {closes} is no opening time; name days such as 'Monday' "
            "and close after opening."
        )
    mask = "".join("1" if day in days else "0" for day in WEEKDAYS)
    try:
        closed = np.array(list(holidays), dtype="datetime64[D]")
    except ValueError as error:
        raise InsightError(f"holidays={list(holidays)} has no date; write '2025-12-25'.") from error

    def opened(moments: pd.Series) -> np.ndarray:
        local = local_times(moments, tz).to_numpy("datetime64[us]")
        day = local.astype("datetime64[D]")
        hour = (local - day) / np.timedelta64(3_600_000_000, "us")
        whole = np.busday_count(np.datetime64("1970-01-01"), day, weekmask=mask, holidays=closed)
        today = np.is_busday(day, weekmask=mask, holidays=closed)
        return whole * (stop - start) + today * np.clip(hour - start, 0, stop - start)

    asked = responses["asked_at"]
    begin = opened(asked)
    after = {
        name: opened(asked + pd.to_timedelta(responses[name], unit="h")) - begin
        for name in ("wait_hours", "watched_hours")
    }
    moment_later = opened(asked + pd.Timedelta(minutes=1))
    return responses.assign(**after, open=moment_later > begin)


def _clock(text: str) -> float:
    hours, _, minutes = str(text).partition(":")
    if not (hours.isdigit() and minutes.isdigit() and int(minutes) < 60):
        raise InsightError(f"{text!r} is no time of day; write it as '09:00'.")
    return int(hours) + int(minutes) / 60
