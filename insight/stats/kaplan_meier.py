"""Arrays only: the product-limit curve of Kaplan and Meier, by counts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from insight.mentions import InsightError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_SHORT = 1 << 16
ROUNDING = 1e-9
"""By so much the product of many ratios may miss the share that it equals."""


@dataclass(frozen=True)
class SurvivalCurve:
    """A product-limit estimate, one entry a distinct event time.

    `n_at_risk` were still under observation just before `time`, `n_events` had the event at it, `survival`
    is the share without the event after it, `low` and `high` its pointwise interval.
    """

    time: np.ndarray
    n_at_risk: np.ndarray
    n_events: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def quantile(self, share: float = 0.5) -> float:
        """Return the first time by which `share` have had the event; infinity where that is never reached."""
        reached = np.flatnonzero(self.survival <= 1 - share + ROUNDING)
        return float(self.time[reached[0]]) if len(reached) else float("inf")

    def table(self, **names: str) -> pd.DataFrame:
        """Return the columns that are given another name, by it, with n_at_risk, low and high, in order."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = [name for name in columns if name in (*names, "n_at_risk", "low", "high")]
        return pd.DataFrame({names.get(name, name): columns[name] for name in kept})


def kaplan_meier(
    durations: ArrayLike, observed: ArrayLike, *, entry: ArrayLike | None = None, level: float = 0.95
) -> SurvivalCurve:
    """Estimate survival by Kaplan and Meier (1958), with log-log bands (Kalbfleisch and Prentice 1980).

    `durations` are times from 0 up, to the event or to the end of watching; `observed` is true where the
    event was seen; `entry` is the time from which each was under observation (delayed entry), by default 0.
    """
    exits = np.asarray(durations, dtype=float)
    seen = np.asarray(observed, dtype=bool)
    _check_times(exits, seen, entry)
    times, n_events, left_before = _tally_days(exits, seen) if _are_days(exits) else _tally(exits, seen)
    entered = (
        len(exits)
        if entry is None
        else np.searchsorted(np.sort(np.asarray(entry, float)), times, side="left")
    )
    n_at_risk = entered - left_before
    share = n_events / n_at_risk
    survival = np.cumprod(1 - share)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Greenwood's sum of d / (n (n - d)); on the scale log(-log S) the band stays between 0 and 1, and
        # comes back as S to the power of exp(-+ z se).
        share /= n_at_risk - n_events
        log = np.log(survival)
        widen = np.exp(ndtri((1 + level) / 2) * np.sqrt(np.cumsum(share)) / log)
        low, high = np.exp(log / widen), np.exp(log * widen)
    # Where no one is left the band is undefined: it then runs from 0 to the last upper bound.
    some = np.count_nonzero(survival > 0)
    low[some:], high[some:] = 0, high[some - 1] if some else 1
    return SurvivalCurve(times, n_at_risk, n_events, survival, low, high)


def median_time(durations: ArrayLike, observed: ArrayLike) -> float:
    """Return the time by which half have had the event, those still waiting counted; NaN if never."""
    waits = np.asarray(durations, dtype=float)
    median = kaplan_meier(waits, observed).quantile() if len(waits) else np.inf
    return median if np.isfinite(median) else float("nan")


def _are_days(exits: np.ndarray) -> bool:
    """Return whether times are whole numbers, dense enough to be counted one by one."""
    if not len(exits) or exits.max() > max(4 * len(exits), _SHORT):
        return False
    return all(np.array_equal(part, np.floor(part)) for part in (exits[:_SHORT], exits[_SHORT:]))


def _tally_days(exits: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct event times, the events at each, and how many had left before it, by counting."""
    days = exits.astype(np.int64)
    # One pass counts both kinds: day d in cell 2 d if it was only watched, in 2 d + 1 if the event was seen.
    counts = np.bincount(2 * days + seen, minlength=2 * int(days.max()) + 2).reshape(-1, 2)
    times = np.flatnonzero(counts[:, 1])
    left = np.cumsum(counts.sum(axis=1))
    return times.astype(float), counts[times, 1], (left - counts.sum(axis=1))[times]


def _tally(exits: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the same by one sort, for times of any kind.

    The bits of floats from 0 up are in the order of their values and leave the sign's free: the time moves
    there and makes room for who was only watched, so that no second array has to follow the order. At one
    time events come first: the place of the first is the number of those who had left before.
    """
    keys = np.ascontiguousarray(exits).view(np.uint64) << 1
    keys |= ~seen
    keys.sort()
    # What is left are the events: the freed bit is taken off again, and their times read back as floats.
    place = np.flatnonzero(~keys & 1)
    keys = keys[place] >> 1
    # The first event of each time; the comparison of a key with itself is true, or empty like the keys.
    first = np.flatnonzero(np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]]))
    return keys[first].view(float), np.diff(first, append=len(keys)), place[first]


def _check_times(exits: np.ndarray, seen: np.ndarray, entry: ArrayLike | None) -> None:
    if exits.shape != seen.shape:
        raise InsightError(f"durations ({exits.size}) must match observed ({seen.size}).")
    if np.isnan(exits).any():
        raise InsightError(
            f"{int(np.isnan(exits).sum())} of {exits.size} durations are missing; leave them out."
        )
    if (exits < 0).any():
        raise InsightError(f"{int((exits < 0).sum())} of {exits.size} durations are below 0; leave them out.")
    if entry is None:
        return
    starts = np.asarray(entry, dtype=float)
    if starts.shape != exits.shape:
        raise InsightError(f"entry ({starts.size}) must match durations ({exits.size}).")
    n_wrong = int((~(starts < exits)).sum())
    if n_wrong:
        raise InsightError(
            f"{n_wrong} of {exits.size} entries are not before their duration; leave those out."
        )
