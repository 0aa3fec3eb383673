"""How regular people are: active days of four weeks, stickiness, and on how few the crowd rests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import periods, shares

from .activity_table import read_activity

_WINDOW = 28


def states(
    activity: pd.DataFrame,
    *,
    bands: Sequence[int] = (1, 2, 4, 8, 15),
    window_days: int = _WINDOW,
    min_people: int = 10,
) -> pd.DataFrame:
    """Sort the people of every four weeks by the number of days on which they wrote.

    Parameters
    ----------
    activity : DataFrame
        From `activity(period='day')`.
    bands : sequence of int
        The least number of active days of each band, ascending from 1.
    window_days : int
        Days of a window. With 91 days and the bands (1, 3, 13, 30), n_again of the top band are advocates:
        people who wrote on thirty days or more in each of two quarters running.
    min_people : int
        Windows with fewer people give how many are in each band, and no share.

    Returns
    -------
    DataFrame
        One row a window and band, oldest window first: window_from, window_to (first and last
        day), band ('1 day', '2 to 3 days' ...), n (people), share (of the window's people), low, high (95 %,
        Wilson), n_again (of n, in that band or a higher one in the window before too; missing in the first).

    Raises
    ------
    InsightError
        If the periods are not calendar days, the bands do not ascend, or no window is complete.

    Notes
    -----
    L28: the number of distinct days on which a person wrote, of 28. Windows follow one another; the last one
    ends with the last complete day; days left over at the beginning are in none. n_again of the top band are
    people who carry the crowd not just once.

    Examples
    --------
    >>> import insight as ins
    >>> days = ins.activity(ins.example(), period="day", burn_in="0D")
    >>> table = states(days, min_people=1)
    >>> table.loc[table["n"] > 0, ["window_from", "band", "n", "share"]]
      window_from   band  n  share
    0  2025-01-08  1 day  4    1.0
    5  2025-02-05  1 day  3    1.0
    """
    if not len(bands) or bands[0] != 1 or list(bands) != sorted(set(bands)) or bands[-1] > window_days:
        raise InsightError(
            f"bands={bands!r} must ascend from 1 to {window_days} at most, as in (1, 2, 4, 8, 15)."
        )
    days, windows, meta = _active_days(activity, window_days)
    level = np.digitize(days, bands)
    names = _names(bands, window_days)
    rows = []
    for number, (start, stop) in enumerate(windows):
        n_people = int((level[number] > 0).sum())
        for band, name in enumerate(names, start=1):
            here = level[number] == band
            again = int((here & (level[number - 1] >= band)).sum()) if number else None
            rows.append((start, stop, name, int(here.sum()), n_people, again))
    table = pd.DataFrame(rows, columns=["window_from", "window_to", "band", "n", "n_people", "n_again"])
    found = shares(table["n"], table.pop("n_people"), min_people=min_people)
    again = table.pop("n_again").astype("Int64")
    table = table.assign(**found.columns(), n_again=again)
    table.attrs = meta
    return table


def stickiness(activity: pd.DataFrame, *, min_people: int = 10) -> pd.DataFrame:
    """Measure what share of the people of four weeks write on an average day of them.

    Parameters
    ----------
    activity : DataFrame
        From `activity(period='day')`.
    min_people : int
        Of windows with fewer people only n and daily_people are given.

    Returns
    -------
    DataFrame
        One row a window of 28 days, oldest first: window_from, window_to, n (people active in it, its MAU),
        daily_people (mean people a day, its DAU), active_days (mean days a person wrote on), stickiness
        (DAU / MAU), low, high (95 %, by people).

    Raises
    ------
    InsightError
        If the periods are not calendar days, or no 28 days are complete.

    Notes
    -----
    DAU / MAU over the same 28 days is exactly the mean number of active days over 28: sum both ways over
    people and days. A mean of daily ratios, each with a month of its own, is another number.

    Examples
    --------
    >>> import insight as ins
    >>> days = ins.activity(ins.example(), period="day", burn_in="0D")
    >>> stickiness(days, min_people=1)[["n", "active_days", "stickiness"]].round(3)
       n  active_days  stickiness
    0  4          1.0       0.036
    1  3          1.0       0.036
    """
    days, windows, meta = _active_days(activity, _WINDOW)
    rows = []
    for (start, stop), mine in zip(windows, days, strict=True):
        n, total = int((mine > 0).sum()), int(mine.sum())
        each, low, high = (float("nan"),) * 3
        if n >= max(min_people, 1):
            each = total / n
            active = mine > 0
            _, low, high = shares(
                mine[active], _WINDOW, by=np.flatnonzero(active), min_people=min_people
            ).first()
        rows.append((start, stop, n, total / _WINDOW, each, each / _WINDOW, low, high))
    columns = ["window_from", "window_to", "n", "daily_people", "active_days", "stickiness", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    table.attrs = meta
    return table


def _active_days(activity: pd.DataFrame, window: int) -> tuple[np.ndarray, list[tuple[str, str]], dict]:
    """Count everyone's active days in each complete window."""
    words, meta = read_activity(activity)
    if meta["period"] != "day":
        raise InsightError(f"this measure counts days; pass activity(period='day'), not {meta['period']!r}.")
    n_days = meta["n_complete"]
    starts = range(n_days % window, n_days, window)
    if not starts:
        raise InsightError(f"only {n_days} days are complete; {window} are the least.")
    labels = meta["labels"]
    windows = [(labels[start], labels[start + window - 1]) for start in starts]
    days = [periods.count_between(words, start, start + window) for start in starts]
    return np.stack(days), windows, meta


def _names(bands: Sequence[int], window: int) -> list[str]:
    tops = [after - 1 for after in bands[1:]] + [window]
    return [
        f"{low} to {top} days" if top > low else f"{low} day{'s' if low > 1 else ''}"
        for low, top in zip(bands, tops, strict=True)
    ]
