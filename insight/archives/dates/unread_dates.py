"""Cells of a date column that cannot be read: no message is lost for one, and a column of them is no date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

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
