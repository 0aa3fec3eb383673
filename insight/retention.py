"""Who stays: authors' activity by period, cohort retention, repeat rate, growth accounting."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from insight import engine, periods
from insight.mentions import InsightError
from insight.statistics import bootstrap_ratio, wilson

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LONGEST_BURN_IN = pd.Timedelta(days=90)
_TICK = pd.Timedelta(microseconds=1)


def activity(
    mentions: pd.DataFrame | ir.Table | str,
    *,
    period: Literal["day", "week", "month"] = "month",
    tz: str = "UTC",
    as_of: str | pd.Timestamp | None = None,
    burn_in: str | pd.Timedelta | None = None,
) -> pd.DataFrame:
    """Reduce the mentions to one row an author with the periods in which the author wrote anything.

    Parameters
    ----------
    mentions : DataFrame, Ibis table or path
        The mentions table, or a Parquet file or folder of it; author_id, created_at and side are enough. A
        boolean column `automated`, if there is one, marks bots.
    period : {'month', 'week', 'day'}
        Calendar periods; weeks begin on Monday.
    tz : str
        Time zone of the calendar.
    as_of : str or Timestamp, optional
        The moment of looking (in `tz` unless it has a zone of its own): what was written before it is known.
        The period that holds it is incomplete. Default: just after the last mention.
    burn_in : str or Timedelta, optional
        An author first seen in this first stretch may have been there before the archive began. Default: 90
        days, or a quarter of the archive where that is shorter; '0D' for an archive that holds the
        community's whole life.

    Returns
    -------
    DataFrame
        One row an author, by first mention: author_id, first, last (UTC), n_mentions, left_truncated (first
        seen within the burn-in), active_0, active_1, ... (uint64: bit b of active_w is set where the author
        wrote in period 64 w + b). `.attrs` holds period, tz, labels (of the periods), n_complete (periods
        that ended by as_of), n_burn_in (periods that began in the burn-in), as_of, burn_in_days and excluded
        (numbers left out).

    Raises
    ------
    InsightError
        If a column is missing, the zone or period is unknown, or no author is left.

    Notes
    -----
    Left out and counted in `.attrs["excluded"]`: mentions without author (deleted accounts) or date or
    after `as_of`, and every mention of an author who ever spoke for the brand or was flagged as automated.
    Rows depend on the values of author_id only where two authors agree in every other column.

    Examples
    --------
    >>> mentions = pd.DataFrame({
    ...     "author_id": ["ann", "ben", "ann"], "side": "customer",
    ...     "created_at": pd.to_datetime(["2025-01-03", "2025-01-20", "2025-03-01"], utc=True),
    ... })
    >>> authors = activity(mentions, burn_in="0D")
    >>> authors[["author_id", "n_mentions", "active_0"]]
      author_id  n_mentions  active_0
    0       ann           2         5
    1       ben           1         1
    >>> authors.attrs["labels"]
    ['2025-01', '2025-02', '2025-03']
    """
    source = engine.open_mentions(
        mentions, columns=("author_id", "created_at", "side"), optional=("automated",)
    )
    first, last = engine.span(source)
    end = last + _TICK if as_of is None else engine.moment(as_of, tz=tz)
    seen = end - _TICK
    if seen < first:
        raise InsightError(f"as_of={as_of!r} is not after the first mention, of {first:%Y-%m-%d %H:%M}.")
    longest = min(_LONGEST_BURN_IN, (end - first) / 4)
    length = longest if burn_in is None else engine.duration(burn_in, name="burn_in")
    calendar = periods.calendar(first, seen, period=period, tz=tz)
    authors, excluded = _people(engine.author_periods(source, as_of=seen, calendar=calendar))
    excluded |= engine.tally_dates(source, as_of=seen)
    if not len(authors):
        raise InsightError(f"no author is left to follow; left out: {excluded}. Are the sides right?")
    authors.insert(4, "left_truncated", authors["first"] < first + length)
    authors.attrs = {
        "period": period,
        "tz": tz,
        "labels": calendar.labels,
        "n_complete": int((calendar.ends <= end).sum()),
        "n_burn_in": int((calendar.starts < first + length).sum()) if length else 0,
        "as_of": (last if as_of is None else end).isoformat(),
        "burn_in_days": length / pd.Timedelta(days=1),
        "excluded": excluded,
    }
    return authors


def _people(authors: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Leave out who is no customer, and say how many authors and mentions that is."""
    unnamed = authors["author_id"].isna()
    brand = authors["brand"] & ~unnamed
    automated = authors["automated"] & ~brand & ~unnamed
    excluded = {"n_without_author": int(authors.loc[unnamed, "n_mentions"].sum())}
    for name, rows in {"brand": brand, "automated": automated}.items():
        excluded[f"n_{name}_authors"] = int(rows.sum())
        excluded[f"n_{name}_mentions"] = int(authors.loc[rows, "n_mentions"].sum())
    people = authors[~(unnamed | brand | automated)].drop(columns=["brand", "automated"])
    return people.reset_index(drop=True), excluded


def retention(
    activity: pd.DataFrame,
    *,
    kind: Literal["on", "after", "bracket"] = "on",
    brackets: tuple[int, ...] | None = None,
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

    Returns
    -------
    DataFrame
        One row a cohort and period, oldest cohort first, then the pooled rows of cohort 'all': cohort (label
        of the first period), period (periods since; a bracket is named by its first), n (newcomers), eligible
        (those whose window has ended), retained (missing while the window is open), rate, low, high (95 %,
        Wilson), complete.

    Raises
    ------
    InsightError
        If the table does not come from `activity`, or kind and brackets do not fit.

    Notes
    -----
    N-period, unbounded and bracket retention as Amplitude and Mixpanel define them, on calendar
    periods. A window that is still open is missing, never 0. Pooled rows sum the eligible cohorts, so that a
    large cohort weighs more than a small one; each author counts once in a cell, so Wilson's interval holds
    there too. 'after' lies too low near the end of the archive, where later returns are not seen yet, and
    rises when more is seen.

    Examples
    --------
    >>> mentions = pd.DataFrame({
    ...     "author_id": ["ann", "ben", "ann", "cem"], "side": "customer",
    ...     "created_at": pd.to_datetime(["2025-01-03", "2025-01-20", "2025-02-01", "2025-02-28"], utc=True),
    ... })
    >>> kept = retention(activity(mentions, as_of="2025-03-01", burn_in="0D"))
    >>> kept[["cohort", "period", "n", "eligible", "retained", "rate"]]
        cohort  period  n  eligible  retained  rate
    0  2025-01       1  2         2         1   0.5
    1      all       1  3         2         1   0.5
    """
    words, meta = _masks(activity)
    words = words[~activity["left_truncated"].to_numpy()]
    n_periods, n_complete = len(meta["labels"]), meta["n_complete"]
    windows = _windows(kind, brackets, n_periods)
    cohorts = periods.first_active(words)
    order = np.argsort(cohorts, kind="stable")
    words, edges = words[order], np.searchsorted(cohorts[order], np.arange(n_periods + 1))
    rows = []
    for cohort in range(cohorts.min(initial=n_periods), n_periods):
        members = words[edges[cohort] : edges[cohort + 1]]
        for start, stop in windows:
            if cohort + start >= n_periods:
                break
            complete = cohort + (start + 1 if kind == "after" else stop) <= n_complete
            retained = (
                int(periods.active_between(members, cohort + start, cohort + stop).sum())
                if complete
                else None
            )
            rows.append((meta["labels"][cohort], start, len(members), retained, complete))
    cells = pd.DataFrame(rows, columns=["cohort", "period", "n", "retained", "complete"])
    cells = cells.astype({"period": int, "n": int, "retained": "Int64", "complete": bool})
    cells["eligible"] = cells["n"].where(cells["complete"], 0)
    pooled = cells.groupby("period", as_index=False)[["eligible", "retained"]].sum(min_count=1)
    pooled = pooled.assign(cohort="all", n=len(words), complete=pooled["retained"].notna())
    result = _with_rate(pd.concat([cells, pooled], ignore_index=True), "eligible")
    result.attrs = {**meta, "kind": kind, "n_left_truncated": int(activity["left_truncated"].sum())}
    return result[["cohort", "period", "n", "eligible", "retained", "rate", "low", "high", "complete"]]


def _windows(kind: str, brackets: tuple[int, ...] | None, n_periods: int) -> list[tuple[int, int]]:
    if kind not in ("on", "after", "bracket") or (kind == "bracket") != (brackets is not None):
        raise InsightError(
            f"kind={kind!r} with brackets={brackets!r}: choose 'on', 'after', or 'bracket' with edges."
        )
    if brackets is None:
        return [(n, n_periods if kind == "after" else n + 1) for n in range(1, n_periods)]
    if len(brackets) < 2 or brackets[0] < 1 or list(brackets) != sorted(set(brackets)):
        raise InsightError(f"brackets={brackets!r} must be ascending edges from 1 up, as in (1, 2, 4).")
    return list(pairwise(brackets))


def _with_rate(table: pd.DataFrame, trials: str) -> pd.DataFrame:
    k, n = table["retained"].to_numpy(float, na_value=np.nan), table[trials].to_numpy(float)
    low, high = wilson(k, n)
    return table.assign(rate=k / np.where(n > 0, n, np.nan), low=low, high=high)


def repeat_rate(activity: pd.DataFrame, *, random_state: int = 0) -> pd.DataFrame:
    """Count the people of each period who came back in the next one.

    Parameters
    ----------
    activity : DataFrame
        From `activity`.
    random_state : int
        Seed of the author bootstrap.

    Returns
    -------
    DataFrame
        One row a complete period, then a row of period 'all' pooled over the periods whose next is complete
        too: period, n (people active), retained (of them, active in the next; missing while that is open),
        rate, low, high (95 %).

    Notes
    -----
    Nielsen's (2009) month-over-month rate: sum of people active in p and p+1, over sum of people
    active in p. It is about everyone, old members too, and lies far above the share of newcomers who return:
    see `retention`. Within a period an author counts once and the interval is Wilson's; the pooled row holds
    the same author many times, so there it resamples authors (multinomial weights, 1,000 times).

    Examples
    --------
    >>> mentions = pd.DataFrame({
    ...     "author_id": ["ann", "ben", "ann", "cem"], "side": "customer",
    ...     "created_at": pd.to_datetime(["2025-01-03", "2025-01-20", "2025-02-01", "2025-02-28"], utc=True),
    ... })
    >>> repeat_rate(activity(mentions, as_of="2025-03-01"))[["period", "n", "retained", "rate"]]
        period  n  retained  rate
    0  2025-01  2         1   0.5
    1  2025-02  2      <NA>   NaN
    2      all  2         1   0.5
    """
    words, meta = _masks(activity)
    n_complete = meta["n_complete"]
    came_back = words & periods.one_later(words)
    n = periods.count_active(words, n_complete)
    retained = periods.count_active(came_back, n_complete)[1:]
    table = pd.DataFrame(
        {
            "period": [*meta["labels"][:n_complete], "all"],
            "n": [*n, n[:-1].sum()],
            "retained": pd.array([*retained, *[None] * len(n[-1:]), retained.sum()], dtype="Int64"),
        }
    )
    result = _with_rate(table, "n")
    people = periods.count_between(came_back, 1, n_complete), periods.count_between(words, 0, n_complete - 1)
    result.loc[n_complete, ["low", "high"]] = bootstrap_ratio(*people, random_state=random_state)
    result.attrs = meta
    return result


def growth(activity: pd.DataFrame, *, min_churned: int = 10) -> pd.DataFrame:
    """Account for each period's people: new, retained, resurrected, and churned since the last.

    Parameters
    ----------
    activity : DataFrame
        From `activity`.
    min_churned : int
        The quick ratio is given where at least this many people churned.

    Returns
    -------
    DataFrame
        One row a period: period, active, new (first seen ever), retained (active in the last period too),
        resurrected (seen before, but not in the last period), churned (active in the last period, not in this
        one), quick_ratio ((new + resurrected) / churned; missing in open periods, in the burn-in and where
        few churned), complete, burn_in (the period began in the burn-in: some of its new people may be old
        members).

    Notes
    -----
    Growth accounting after Hsu (Social Capital, 2015). active = last active + new + resurrected -
    churned holds exactly. In a period that is not complete the counts are those so far, and churned are
    those not back yet. The ratio is above 1 exactly where the number of active people grows.

    Examples
    --------
    >>> mentions = pd.DataFrame({
    ...     "author_id": ["ann", "ben", "ann", "cem"], "side": "customer",
    ...     "created_at": pd.to_datetime(["2025-01-03", "2025-01-20", "2025-02-01", "2025-02-28"], utc=True),
    ... })
    >>> growth(activity(mentions, as_of="2025-03-01"))[["period", "active", "new", "retained", "churned"]][:2]
        period  active  new  retained  churned
    0  2025-01       2    2         0        0
    1  2025-02       2    1         1        1
    """
    words, meta = _masks(activity)
    n_periods = len(meta["labels"])
    before = periods.one_later(words)
    firsts = np.bincount(periods.first_active(words), minlength=n_periods)
    table = pd.DataFrame(
        {
            "period": meta["labels"],
            "active": periods.count_active(words, n_periods),
            "new": firsts,
            "retained": periods.count_active(words & before, n_periods),
            "resurrected": periods.count_active(words & ~before, n_periods) - firsts,
            "churned": periods.count_active(before & ~words, n_periods),
        }
    )
    table["complete"] = np.arange(n_periods) < meta["n_complete"]
    table["burn_in"] = np.arange(n_periods) < meta["n_burn_in"]
    judged = table["complete"] & ~table["burn_in"] & (table["churned"] >= max(min_churned, 1))
    ratio = (table["new"] + table["resurrected"]) / table["churned"].where(judged)
    table.insert(6, "quick_ratio", ratio.astype(float))
    table.attrs = meta
    return table


def _masks(activity: pd.DataFrame) -> tuple[np.ndarray, dict]:
    missing = {"labels", "n_complete", "n_burn_in"} - set(activity.attrs)
    if missing or "active_0" not in activity.columns:
        raise InsightError(
            "the table does not come from activity(), or lost its .attrs on the way (merges drop them): "
            f"{sorted(missing)} missing, columns {sorted(map(str, activity.columns))}."
        )
    n_words = (len(activity.attrs["labels"]) - 1) // periods.WORD + 1
    words = activity[[f"active_{word}" for word in range(n_words)]].to_numpy(np.uint64)
    return words, dict(activity.attrs)
