"""Names that an export replaced on some day: messages go on, and hardly any name is found on both sides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

WEEKS = 4
_WIDTHS = (7 * WEEKS, 7)
"""Days on each side of a date whose writers are compared; the week finds names that are replaced monthly."""
_FEWEST = 10
"""Writers on either side, at least."""
_LOW, _USUAL = 0.1, 0.25
"""Share of the writers around a date who write before and after it: at such a date, at an ordinary one."""
_CHANCE = 1e-4
_CORE, _CORE_STAYS = 5, 2
"""Those who write most before and after a date, and how many of both may stay: teachers outlast a course."""

Days = npt.NDArray[np.int64]


def by_day(people: pd.Series, dates: pd.Series) -> pd.DataFrame:
    """Count the messages of each person and day: person, day (days since 1970, in UTC), n."""
    days = dates.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[D]").astype("int64")
    known = (people.notna() & dates.notna()).to_numpy(bool)
    table = pd.DataFrame({"person": people.to_numpy(object)[known], "day": days[known]})
    return table.groupby(["person", "day"], as_index=False).size().rename(columns={"size": "n"})


def replaced_names(writing: pd.DataFrame) -> pd.DataFrame:
    """Find the dates on which the names of an archive were replaced, so that people seem to leave.

    Parameters
    ----------
    writing : DataFrame
        One row a person and day, as `by_day` gives.

    Returns
    -------
    DataFrame
        One row a date: date, n_people (names in the weeks before and after), n_both (of these, names that
        write before the date and from it on), usual (the share that does so at other dates, the median).
    """
    codes = pd.factorize(writing["person"])[0]
    order = np.lexsort((writing["day"], codes))
    writing = writing.assign(person=codes).take(order).reset_index(drop=True)
    found = [rows for width in _WIDTHS for rows in _replaced(writing, width)]
    table = pd.DataFrame(found, columns=["day", "n_people", "n_both", "usual", "width"])
    near = table.sort_values("day")["day"].diff().sort_index() < table["width"]
    table = table[~near].sort_values("day", ignore_index=True)
    dates = table["day"].to_numpy("int64").astype("datetime64[D]").astype("datetime64[us]")
    return table.assign(date=dates)[["date", "n_people", "n_both", "usual"]]


def _replaced(writing: pd.DataFrame, width: int) -> list[tuple[int, int, int, float, int]]:
    day, person = writing["day"].to_numpy("int64"), writing["person"].to_numpy("int64")
    if not len(day) or np.ptp(day) < 3 * width:
        return []
    dates = np.arange(day.min() + width, day.max() - width + 2)
    people, both = _around(person, day, dates, width)
    before = _around(person, day, dates, width, after=False)[0]
    after = _around(person, day, dates, width, before=False)[0]
    valid = (before >= _FEWEST) & (after >= _FEWEST)
    share = np.where(valid, both / np.maximum(people, 1), 1.0)
    usual = float(np.median(share[valid])) if valid.any() else 0.0
    if usual < _USUAL:
        return []
    from scipy.special import bdtr

    rare = bdtr(both.astype(float), people, usual / 2) < _CHANCE
    low = np.flatnonzero(valid & rare & (share <= min(_LOW, usual / 4)))
    runs = np.split(low, np.flatnonzero(np.diff(low) > width) + 1) if len(low) else []
    best = [run[np.argmin(share[run])] for run in runs]
    return [
        (int(dates[at]), int(people[at]), int(both[at]), usual, width)
        for at in best if _core_is_new(writing, int(dates[at]), width)
    ]  # fmt: skip


def _around(
    person: Days, day: Days, dates: Days, width: int, *, before: bool = True, after: bool = True
) -> tuple[Days, Days]:
    """Count for each date who writes within `width` days of it, and who of them on both sides at any time.

    A person's day counts for the dates from `start` to `stop`; where the next day counts too, only once.
    """
    start, stop = day + 1 - width * after, day + width * before
    again = np.append(False, person[1:] == person[:-1])
    start = np.where(again, np.maximum(start, np.roll(stop, 1) + 1), start)
    first, last = (pd.Series(day).groupby(person).transform(how).to_numpy() for how in ("min", "max"))
    spans = (start, stop), (np.maximum(start, first + 1), np.minimum(stop, last))
    people, both = (_counted(begin, end, dates) for begin, end in spans)
    return people, both


def _counted(start: Days, stop: Days, dates: Days) -> Days:
    """Count the spans, first and last date included, that each date lies in."""
    start, stop = np.maximum(start, dates[0]) - dates[0], np.minimum(stop, dates[-1]) - dates[0]
    real = start <= stop
    n = len(dates) + 1
    steps = np.bincount(start[real], minlength=n) - np.bincount(stop[real] + 1, minlength=n)
    return np.cumsum(steps)[:-1]


def _core_is_new(writing: pd.DataFrame, date: int, width: int) -> bool:
    """Return whether those who write most stop and start there too."""
    day, core = writing["day"], set[object]()
    for rows in (writing[day.between(date - width, date - 1)], writing[day.between(date, date + width - 1)]):
        core |= {*rows.groupby("person")["n"].sum().nlargest(_CORE).index}
    theirs = writing[writing["person"].isin(core)].groupby("person")["day"]
    return int(((theirs.min() < date) & (theirs.max() >= date)).sum()) <= _CORE_STAYS
