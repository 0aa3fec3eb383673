"""Dates after the export was written: the clock of a device was wrong, and one of them makes empty years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from .parse_times import Times

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
