"""Calendar periods in a time zone, and sets of them as bit masks: one row of 64-bit words an author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from insight.mentions import InsightError

HOUR, DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
WORD = 64
Period = Literal["day", "week", "month", "quarter"]
FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}
_DAYS = {"day": 1, "week": 7}
_LAID_OUT = ("day", "week", "month")


@dataclass(frozen=True)
class Calendar:
    """The periods from the first mention to the moment of looking.

    `starts` and `ends` are instants in UTC; `first_day` is the first local day (since 1970-01-01), `n_days`
    the length of a period (None: months vary); `offsets` are (UTC second, seconds east of UTC from then on),
    oldest first.
    """

    labels: list[str]
    starts: pd.DatetimeIndex
    ends: pd.DatetimeIndex
    first_day: int
    n_days: int | None
    offsets: list[tuple[int, int]]


def calendar(first: pd.Timestamp, end: pd.Timestamp, *, period: str, tz: str) -> Calendar:
    """Lay out days, weeks from Monday or months that cover two instants in UTC."""
    if period not in _LAID_OUT:
        raise InsightError(f"period={period!r} is unknown; choose one of {sorted(_LAID_OUT)}.")
    local = local_times(pd.Series([first, end]), tz)
    periods = pd.period_range(local[0], local[1], freq=FREQUENCIES[period])
    edges = periods.append(periods[-1:] + 1).to_timestamp().normalize()
    instants = edges.tz_localize(tz, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    return Calendar(
        labels=edges[:-1].strftime("%Y-%m" if period == "month" else "%Y-%m-%d").tolist(),
        starts=instants[:-1],
        ends=instants[1:],
        first_day=(edges[0] - pd.Timestamp("1970-01-01")).days,
        n_days=_DAYS.get(period),
        offsets=_offsets(first, end, tz),
    )


def _offsets(first: pd.Timestamp, end: pd.Timestamp, tz: str) -> list[tuple[int, int]]:
    """Look at every quarter of an hour: that is when clocks change."""
    quarters = pd.date_range(first.floor("15min"), end, freq="15min")
    east = quarters.tz_convert(tz).tz_localize(None) - quarters.tz_localize(None)
    seconds = (east // pd.Timedelta(seconds=1)).to_numpy()
    changes = np.flatnonzero(np.diff(seconds, prepend=seconds[0] - 1))
    return [(int(quarters[at].timestamp()), int(seconds[at])) for at in changes]


def join_words(columns: Sequence[np.ndarray], *, width: int) -> np.ndarray:
    """Join columns of `width` bits each (32 or 64), lowest first, to words of 64; one row an author."""
    each = WORD // width
    words = np.zeros((len(columns[0]), -(-len(columns) // each)), dtype=np.uint64)
    for number, column in enumerate(columns):
        words[:, number // each] |= column.astype(np.uint64) << np.uint64(width * (number % each))
    return words


def _mask(start: int, stop: int, n_words: int) -> np.ndarray:
    """Set the bits from start to stop - 1."""
    # 2^stop - 2^start is a run of ones from bit start to bit stop - 1. Python's integers have any width, so
    # that one range may cross words; it is cut into words last.
    bits = (1 << max(stop, 0)) - (1 << max(min(start, stop), 0))
    return np.array([(bits >> (WORD * word)) & (2**WORD - 1) for word in range(n_words)], dtype=np.uint64)


def active_between(words: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return who was active in any period from start to stop - 1."""
    return (words & _mask(start, stop, words.shape[1])).any(axis=1)


def count_between(words: np.ndarray, start: int, stop: int) -> np.ndarray:
    """Return in how many periods from start to stop - 1 each was active."""
    return np.bitwise_count(words & _mask(start, stop, words.shape[1])).sum(axis=1, dtype=np.int64)


def last_active(words: np.ndarray) -> np.ndarray:
    """Return the number of each one's last period."""
    # argmax finds the first word that is not 0: from the right the last one.
    word = words.shape[1] - 1 - (words[:, ::-1] != 0).argmax(axis=1)
    bits = words[np.arange(len(words)), word]
    # Each step copies the highest bit to twice as many places below it, until all below are set: their number
    # is then the place of the highest.
    for shift in (1, 2, 4, 8, 16, 32):
        bits = bits | (bits >> np.uint64(shift))
    return word * WORD + np.bitwise_count(bits).astype(np.int64) - 1


def active_in(words: np.ndarray, period: int) -> np.ndarray:
    """Return who was active in one period."""
    return ((words[:, period // WORD] >> np.uint64(period % WORD)) & np.uint64(1)).astype(bool)


def one_later(words: np.ndarray) -> np.ndarray:
    """Move every bit one period on: bit p then marks who was active in p - 1."""
    # What a shift pushes out of a word at the top comes in at the bottom of the next.
    moved = words << np.uint64(1)
    moved[:, 1:] |= words[:, :-1] >> np.uint64(WORD - 1)
    return moved


def first_active(words: np.ndarray) -> np.ndarray:
    """Return the number of each one's first period."""
    word = (words != 0).argmax(axis=1)
    bits = words[np.arange(len(words)), word]
    # bits & -bits keeps the lowest bit alone; less one, it is as many ones as there are places below.
    return word * WORD + np.bitwise_count((bits & (~bits + np.uint64(1))) - np.uint64(1))


def count_active(words: np.ndarray, n_periods: int) -> np.ndarray:
    """Return how many were active in each period."""
    return np.array([np.count_nonzero(active_in(words, p)) for p in range(n_periods)], dtype=np.int64)


def local_times(moments: pd.Series, tz: str) -> pd.Series:
    """Return what the clocks of a time zone showed at these moments, without the zone."""
    try:
        return moments.dt.tz_convert(tz).dt.tz_localize(None)
    except (KeyError, ValueError) as error:
        raise InsightError(f"tz={tz!r} is no time zone; write one such as 'Europe/Berlin'.") from error


def local_period(moments: pd.Series, *, period: Period, tz: str) -> pd.Series:
    """Return the start of the period on the local calendar (no zone, weeks from Monday); NaT stays NaT."""
    if period not in FREQUENCIES:
        raise InsightError(f"period is {period!r}; pass one of {list(FREQUENCIES)}.")
    local = local_times(moments, tz)
    return local.dt.to_period(FREQUENCIES[period]).dt.start_time.astype("datetime64[us]")


def all_periods(starts: pd.Series, *, period: Period) -> pd.DatetimeIndex:
    """Return every period from the first to the last, also those in which nothing was said."""
    if not starts.notna().any():
        return pd.DatetimeIndex([], dtype="datetime64[us]")
    spans = pd.period_range(starts.min(), starts.max(), freq=FREQUENCIES[period])
    return pd.DatetimeIndex(spans.start_time).as_unit("us")


def covered(starts: np.ndarray, ends: np.ndarray, *, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Mark the periods of which the archive has every day, from its first message to its last.

    `starts` and `ends` (the next period's start) are moments; `first` and `last` those of the outermost
    messages. What an archive has of a day it is taken to hold of the whole day: days are as fine as an
    export is known to be cut.
    """
    day = np.timedelta64(1, "D")
    return np.asarray((first < starts + day) & (last >= ends - day))


def complete(
    starts: pd.Series | pd.DatetimeIndex, moments: pd.Series, *, period: Period, tz: str
) -> np.ndarray:
    """Mark the periods, by their start on the calendar of `tz`, that messages written at `moments` cover."""
    spans = pd.DatetimeIndex(starts)
    local = local_times(moments.dropna(), tz)
    if local.empty:
        return np.zeros(len(spans), dtype=bool)
    ends = (spans.to_period(FREQUENCIES[period]) + 1).start_time
    first, last = (moment.to_datetime64() for moment in (local.min(), local.max()))
    return covered(spans.to_numpy(), ends.to_numpy(), first=first, last=last)
