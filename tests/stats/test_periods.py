from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from insight.mentions import InsightError
from insight.stats import periods

SETS = st.lists(st.sets(st.integers(0, 149), min_size=1), min_size=1, max_size=20)


def pack(sets, n_periods=150, width=32):
    """Columns of so many bits as the engine gives them, joined."""
    masks = [sum(1 << number for number in numbers) for numbers in sets]
    columns = [
        np.array([(mask >> (width * place)) & (2**width - 1) for mask in masks], dtype=np.uint64)
        for place in range((n_periods - 1) // width + 1)
    ]
    return periods.join_words(columns, width=width)


def utc(text):
    return pd.Timestamp(text, tz="UTC")


@given(SETS, st.integers(0, 150), st.integers(0, 150))
def test_masks_are_sets(sets, start, stop):
    words = pack(sets)
    window = set(range(start, stop))
    assert periods.active_between(words, start, stop).tolist() == [bool(numbers & window) for numbers in sets]
    assert periods.count_between(words, start, stop).tolist() == [len(numbers & window) for numbers in sets]
    assert periods.first_active(words).tolist() == [min(numbers) for numbers in sets]
    assert periods.last_active(words).tolist() == [max(numbers) for numbers in sets]
    assert np.array_equal(words, pack(sets, width=64))
    assert periods.count_active(words, 150).tolist() == [
        sum(p in numbers for numbers in sets) for p in range(150)
    ]
    later = periods.count_active(periods.one_later(words), 151)
    assert later.tolist() == [sum(p - 1 in numbers for numbers in sets) for p in range(151)]


def test_bit_63_and_bit_64_lie_in_neighbouring_words():
    words = pack([{63}, {64}])
    assert words[:, :2].tolist() == [[2**63, 0], [0, 1]]


def test_months_of_a_zone_begin_at_its_midnight():
    calendar = periods.calendar(
        utc("2024-12-31 23:30"), utc("2025-02-10"), period="month", tz="Europe/Berlin"
    )
    assert calendar.labels == ["2025-01", "2025-02"]
    assert calendar.starts[0] == utc("2024-12-31 23:00")
    assert calendar.offsets == [(int(utc("2024-12-31 23:30").timestamp()), 3600)]


def test_weeks_begin_on_monday():
    calendar = periods.calendar(utc("2025-03-02"), utc("2025-03-04"), period="week", tz="UTC")
    assert calendar.labels == ["2025-02-24", "2025-03-03"]
    assert calendar.n_days == 7
    assert len(calendar.labels) == 2
    assert pd.Timestamp("1970-01-01") + pd.Timedelta(days=calendar.first_day) == pd.Timestamp("2025-02-24")


def test_a_clock_change_moves_the_offset_and_shortens_the_day():
    calendar = periods.calendar(utc("2025-03-29 12:00"), utc("2025-03-31"), period="day", tz="Europe/Berlin")
    assert [seconds for _, seconds in calendar.offsets] == [3600, 7200]
    assert calendar.offsets[1][0] == utc("2025-03-30 01:00").timestamp()
    assert (calendar.ends[1] - calendar.starts[1]) == pd.Timedelta(hours=23)


@pytest.mark.parametrize(
    ("period", "tz", "said"), [("year", "UTC", "'year'"), ("month", "Mars/Base", "Mars/Base")]
)
def test_unknown_words_are_refused(period, tz, said):
    with pytest.raises(InsightError, match=said):
        periods.calendar(utc("2025-01-01"), utc("2025-02-01"), period=period, tz=tz)
