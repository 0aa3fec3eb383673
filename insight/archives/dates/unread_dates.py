"""Cells of a date column that give no date: what cannot be read, and what lies after the export.

No message is lost for one, and a column of them is no date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from insight.archives.inference.columns import BLANK

from .parse_times import Times

HARDLY_ANY = 0.1
"""Share of the filled cells that must be readable for a column to be read as dates: fewer are accidents."""

FIRST = "the first of them is "
"""Stands before a cell that is no date: such a cell may hold anything."""


def unread_dates(
    times: Times, written: Sequence[str], rows: Sequence[int], *, undated: bool, is_first: bool
) -> tuple[Times, bool, str, int]:
    """Return the times, whether the column is no date at all, what to say of its cells, and of how many.

    Whether it is one (`undated`) is decided on the first part of a file. The sentence names the first of the
    unread cells and its row; it is "" where there is none.
    """
    filled = np.array([value.strip().casefold() not in BLANK for value in written], dtype=bool)
    unread = filled & np.isnat(times.moments) & ~times.unclear
    n_read = int((filled & ~unread).sum())
    undated = undated or (is_first and bool(unread.any()) and n_read < HARDLY_ANY * filled.sum())
    if not unread.any():
        return (_without(times) if undated else times), undated, "", 0
    at = int(np.flatnonzero(unread)[0])
    cell = f"{written[at].strip()[:60]!r} (row {rows[at]})"
    if not undated:
        return (
            times,
            False,
            f"dates that cannot be read: {{n}}, {FIRST}{cell}. Such messages are kept without a date.",
            int(unread.sum()),
        )
    how = (
        f"{'hardly any' if n_read else 'none'} of its values can be read as a date, {FIRST}{cell}: it is not "
        "read as one, and the messages are kept without a date. Name the pattern in a map: insight map FILE, "
        "then formats under [time]."
    )
    return _without(times), True, how, int(unread.sum())


def _without(times: Times) -> Times:
    n = len(times.moments)
    moments = np.full(n, np.datetime64("NaT"), "datetime64[us]")
    return replace(times, moments=moments, precision=np.full(n, "none", object), warnings=())


_AHEAD = np.timedelta64(2, "D")  # clocks and zones that are ahead
_FEW = 0.1


def without_late_dates(times: Times, read_at: pd.Timestamp | None) -> Times:
    """Leave out dates after the file was last written, where they are few: one would make years of nothing.

    Where they are many it is the time of the file that is wrong.
    """
    if read_at is None:
        return times
    late = times.moments > np.datetime64(read_at.tz_localize(None), "us") + _AHEAD
    n, n_dated = int(late.sum()), int((~np.isnat(times.moments)).sum())
    if not n or n == n_dated or n > max(_FEW * n_dated, 1):
        return times
    said = _LATE.format(n, times.moments[late].max().astype("datetime64[D]"), read_at.date())
    return replace(
        times,
        moments=np.where(late, np.datetime64("NaT"), times.moments),
        precision=np.where(late, "none", times.precision),
        unclear=times.unclear | late,
        warnings=(*times.warnings, said),
    )


_LATE = (
    "{0:,} of its dates are after {2}, when the file was last written, the last {1}; such messages are kept "
    "without a date."
)
