"""Cohorts of newcomers: what share of them wrote again, and when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import by_size, periods

from .activity_table import read_activity, with_shares


def retention(
    activity: pd.DataFrame,
    *,
    kind: Literal["on", "after", "bracket"] = "on",
    brackets: tuple[int, ...] | None = None,
    look_ahead: int = 0,
    by: str | None = None,
    min_people: int = 10,
) -> pd.DataFrame:
    """Follow each cohort of newcomers: what share wrote again n periods after their first.

    Parameters
    ----------
    activity : DataFrame
        From `activity`. Authors flagged left_truncated join no cohort.
    kind : {'on', 'after', 'bracket'}
        'on': wrote in the very period n after the first. 'after': in that period or any later one. 'bracket':
        at least once between two edges.
    brackets : tuple of int, optional
        With kind='bracket': ascending edges in periods; (1, 2, 4, 7) asks for [1, 2), [2, 4) and [4, 7).
    look_ahead : int
        With kind='after': a cell needs so many further periods, in which late returns could still be seen.
    by : str, optional
        A column of `activity`, such as first_channel, first_kind or joined_during, or one that was assigned
        to it; each value is a group with cohorts of its own.
    min_people : int
        Cells of fewer eligible newcomers give how many came back, and no share.

    Returns
    -------
    DataFrame
        One row a cohort and period, oldest cohort first, then the pooled rows of cohort 'all': cohort (label
        of the first period), period (periods since; a bracket is named by its first), n (newcomers), eligible
        (those whose window has ended), retained (missing while the window is open), share, low, high (95 %,
        Wilson), complete. With `by`, a column group comes first, largest group on top. `.attrs` has those
        of `activity`, kind and n_left_truncated.

    Notes
    -----
    N-period, unbounded and bracket retention as Amplitude and Mixpanel define them. A cell is complete when
    its window has ended for everyone who could have joined in the cohort's period; one that is still open is
    missing, never 0. Pooled rows sum the complete cohorts, so that a large cohort weighs more than a small
    one; each author counts once in a cell, so Wilson's interval is valid there too. 'after' is too low near
    the end of the archive, where later returns are not seen yet, and rises when more is seen (`look_ahead`).

    Examples
    --------
    >>> import insight as ins
    >>> authors = ins.activity(ins.example(), burn_in="0D", as_of="2025-04-01")
    >>> kept = retention(authors, min_people=1)
    >>> kept[["cohort", "period", "n", "eligible", "retained", "share"]].round(2)
        cohort  period  n  eligible  retained  share
    0  2025-01       1  4         4         1   0.25
    1  2025-01       2  4         4         1   0.25
    2  2025-02       1  2         2         0   0.00
    3      all       1  6         6         1   0.17
    4      all       2  6         4         1   0.25
    """
    words, meta = read_activity(activity)
    _check(activity, kind, brackets, by)
    newcomer = ~activity["left_truncated"].to_numpy()
    people, words = activity[newcomer], words[newcomer]
    names, group = _groups(people, by)
    n_cohorts = len(meta["labels"])
    crowd = _Crowd(words, group * n_cohorts + people["cohort"].cat.codes.to_numpy(np.int64), len(names))
    cells = _cells(crowd, meta, kind, brackets, look_ahead)
    result = with_shares(
        _pooled(cells, crowd.sizes(n_cohorts), meta["labels"], names), "eligible", min_people=min_people
    )
    n_old = int(activity["left_truncated"].sum())
    result.attrs = {**meta, "kind": kind, "n_people": len(people), "n_left_truncated": n_old}
    columns = ["cohort", "period", "n", "eligible", "retained", "share", "low", "high", "complete"]
    return result[["group", *columns] if by else columns]


@dataclass(frozen=True)
class _Crowd:
    """Newcomers: the words of their periods, and the number of each one's group and cohort together."""

    words: np.ndarray
    code: np.ndarray
    n_groups: int

    def sizes(self, n_cohorts: int) -> np.ndarray:
        """Count the newcomers, one row a group and one column a cohort."""
        return np.bincount(self.code, minlength=self.n_groups * n_cohorts).reshape(self.n_groups, n_cohorts)

    def count(self, mask: np.ndarray, n_codes: int) -> np.ndarray:
        """Count those of a mask by group and cohort."""
        return np.bincount(self.code[mask], minlength=n_codes)


def _check(activity: pd.DataFrame, kind: str, brackets: tuple[int, ...] | None, by: str | None) -> None:
    if kind not in ("on", "after", "bracket") or (kind == "bracket") != (brackets is not None):
        raise InsightError(
            f"kind={kind!r} with brackets={brackets!r}: choose 'on', 'after', or 'bracket' with edges."
        )
    if brackets and (len(brackets) < 2 or brackets[0] < 1 or list(brackets) != sorted(set(brackets))):
        raise InsightError(f"brackets={brackets!r} must be ascending edges from 1 up, as in (1, 2, 4).")
    if brackets is not None and not brackets:
        raise InsightError("brackets=() is empty; write edges them as in (1, 2, 4).")
    if by is not None and by not in activity.columns:
        raise InsightError(f"the table has no column {by!r}; found {sorted(map(str, activity.columns))}.")


def _groups(people: pd.DataFrame, by: str | None) -> tuple[list[str], np.ndarray]:
    """Give the values of a column numbers, the most frequent first."""
    if by is None:
        return ["all"], np.zeros(len(people), dtype=np.int64)
    values = people[by].astype(object).fillna("none").astype(str)
    names = by_size(values)
    return names, pd.Index(names).get_indexer(pd.Index(values))


def _cells(
    crowd: _Crowd, meta: dict, kind: str, brackets: tuple[int, ...] | None, look_ahead: int
) -> pd.DataFrame:
    n_cohorts = len(meta["labels"])
    every = np.arange(n_cohorts)
    begun, ended = n_cohorts - every, np.maximum(meta["n_complete"] - every, 0)
    sizes = crowd.sizes(n_cohorts)
    first = np.flatnonzero(sizes.sum(axis=0))[:1]
    # All windows of a cohort that have begun, from the first cohort that anyone joined.
    windows = list(pairwise(brackets)) if brackets else [(n, n + 1) for n in range(1, int(begun.max()))]
    rows = [
        (cohort, start, stop)
        for cohort in range(int(first[0]) if len(first) else n_cohorts, n_cohorts)
        for start, stop in windows
        if start < begun[cohort]
    ]
    cohort, start, stop = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    if kind == "bracket":
        retained = _between(crowd, rows, n_cohorts)
    else:
        retained = _hits(crowd, kind, n_cohorts)[:, cohort, cohort + start]
    over = stop + (look_ahead if kind == "after" else 0) <= ended[cohort]
    return _table(retained, cohort, start, over)


def _hits(crowd: _Crowd, kind: str, n_periods: int) -> np.ndarray:
    """Count by group, cohort and period who wrote in the period, or with kind 'after' in it or later."""
    n_codes = crowd.n_groups * n_periods  # one cohort a period
    if kind == "after":
        # Who wrote in p or later has a last period of p or more: count last periods, then sum from the right.
        last = np.bincount(
            crowd.code * n_periods + periods.last_active(crowd.words), minlength=n_codes * n_periods
        ).reshape(n_codes, n_periods)
        counts = last[:, ::-1].cumsum(axis=1)[:, ::-1]
    else:
        columns = (crowd.count(periods.active_in(crowd.words, p), n_codes) for p in range(n_periods))
        counts = np.stack(list(columns), axis=1)
    return counts.reshape(crowd.n_groups, n_periods, n_periods)


def _between(crowd: _Crowd, rows: list[tuple[int, int, int]], n_cohorts: int) -> np.ndarray:
    """Count by group who of a cohort wrote at least once in each of its windows."""
    # Sorted by cohort (the code is group x cohort), each cohort is one stretch of rows.
    order = np.argsort(crowd.code % n_cohorts, kind="stable")
    edges = np.searchsorted((crowd.code % n_cohorts)[order], np.arange(n_cohorts + 1))
    counts = np.zeros((crowd.n_groups, len(rows)), dtype=np.int64)
    for column, (cohort, start, stop) in enumerate(rows):
        mine = order[edges[cohort] : edges[cohort + 1]]
        wrote = periods.active_between(crowd.words[mine], cohort + start, cohort + stop)
        counts[:, column] = np.bincount(crowd.code[mine][wrote] // n_cohorts, minlength=crowd.n_groups)
    return counts


def _table(retained: np.ndarray, cohort: np.ndarray, period: np.ndarray, over: np.ndarray) -> pd.DataFrame:
    """Lay the counts of all groups below one another."""
    n_groups, n_rows = retained.shape
    cells = pd.DataFrame(
        {
            "group": np.repeat(np.arange(n_groups), n_rows),
            "cohort": np.tile(cohort, n_groups),
            "period": np.tile(period, n_groups),
            "complete": np.tile(over, n_groups).astype(bool),
        }
    )
    counts = pd.Series(retained.ravel(), dtype="Int64")
    return cells.assign(retained=counts.where(cells["complete"]))


def _pooled(cells: pd.DataFrame, sizes: np.ndarray, labels: list[str], names: list[str]) -> pd.DataFrame:
    """Name cohorts and groups, and add the rows of cohort 'all' behind each group's own."""
    cells = cells.assign(n=sizes[cells["group"], cells["cohort"]].astype(int))
    cells["eligible"] = cells["n"].where(cells["complete"], 0)
    pooled = cells.groupby(["group", "period"], as_index=False)[["eligible", "retained"]].sum(min_count=1)
    known = pooled["eligible"] > 0
    pooled = pooled.assign(
        n=sizes.sum(axis=1)[pooled["group"]],
        complete=known,
        cohort=len(labels),
        retained=pooled["retained"].where(known),
    )
    table = pd.concat([cells, pooled], ignore_index=True)
    table = table.sort_values(["group", "cohort", "period"], kind="stable", ignore_index=True)
    cohorts = np.array([*labels, "all"], dtype=object)
    table["cohort"] = pd.Series(cohorts[table["cohort"]], dtype="str", index=table.index)
    group = pd.Series(np.array(names, dtype=object)[table["group"]], dtype="str", index=table.index)
    return table.assign(group=group).astype({"period": int, "n": int, "eligible": int})
