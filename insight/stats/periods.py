"""Which calendar periods an archive covers whole."""

from __future__ import annotations

import numpy as np


def covered(starts: np.ndarray, ends: np.ndarray, *, first: np.datetime64, last: np.datetime64) -> np.ndarray:
    """Mark the periods of which the archive holds every day, from its first message to its last.

    `starts` and `ends` (the next period's start) are moments; `first` and `last` those of the outermost
    messages. What an archive holds of a day it is taken to hold of the whole day: days are as fine as an
    export is known to be cut.
    """
    day = np.timedelta64(1, "D")
    return np.asarray((first < starts + day) & (last >= ends - day))
