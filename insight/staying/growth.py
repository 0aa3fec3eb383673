"""Everyone active: who comes back in the next period, and how the crowd changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.stats import periods, shares

from .activity_table import read_activity, with_shares


def repeat_rate(activity: pd.DataFrame, *, min_people: int = 10) -> pd.DataFrame:
    """Count the people of each period who came back in the next one.

    Parameters
    ----------
    activity : DataFrame
        From `activity`.
    min_people : int
        Periods with fewer people, and an archive of fewer, give how many came back and no share.

    Returns
    -------
    DataFrame
        One row a complete period, then a row of period 'all' pooled over the periods whose next is complete
        too: period, n (people active), retained (of them, active in the next; missing while that is open),
        share, low, high (95 %), n_people (different people: in the row 'all' fewer than n).

    Notes
    -----
    Nielsen's (2009) month-over-month rate: sum of people active in p and p+1, over sum of people
    active in p. It is about everyone, old members too, and is far above the share of newcomers who return:
    see `retention`. Within a period an author counts once and the interval is Wilson's; the pooled row has
    the same author many times, so there it is by people (`insight.stats.shares`).

    Examples
    --------
    >>> import insight as ins
    >>> authors = ins.activity(ins.example(), burn_in="0D")
    >>> repeat_rate(authors, min_people=1)[["period", "n", "retained", "share"]].round(2)
        period  n  retained  share
    0  2025-01  4         1   0.25
    1  2025-02  3      <NA>    NaN
    2      all  4         1   0.25
    """
    words, meta = read_activity(activity)
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
    result = with_shares(table, "n", min_people=min_people)
    people = returns(activity)
    pooled = shares(people["retained"], people["n"], by=people["author_id"], min_people=min_people)
    result.loc[n_complete, ["share", "low", "high"]] = pooled.first()
    result["n_people"] = [*n, pooled.n_people[0]]
    result.attrs = meta
    return result


def returns(activity: pd.DataFrame) -> pd.DataFrame:
    """Count by author the complete periods with a message (n), and those followed by another (retained)."""
    words, meta = read_activity(activity)
    came_back, end = words & periods.one_later(words), meta["n_complete"]
    counts = {
        "n": periods.count_between(words, 0, end - 1),
        "retained": periods.count_between(came_back, 1, end),
    }
    return pd.DataFrame({"author_id": activity["author_id"].to_numpy(object), **counts})


def growth(activity: pd.DataFrame) -> pd.DataFrame:
    """Account for each period's people: new, retained, resurrected, and churned since the last.

    Parameters
    ----------
    activity : DataFrame
        From `activity`.

    Returns
    -------
    DataFrame
        One row a period: period, active, new (first seen ever), retained (active in the last period too),
        resurrected (seen before, but not in the last period), churned (active in the last period, not in this
        one), complete, burn_in (the period began in the burn-in: some of its new people may be old members).

    Notes
    -----
    Growth accounting after Hsu (Social Capital, 2015). active = last active + new + resurrected -
    churned holds exactly. In a period that is not complete the counts are those so far, and churned are
    those not back yet.

    Examples
    --------
    >>> import insight as ins
    >>> authors = ins.activity(ins.example(), burn_in="0D")
    >>> growth(authors)[["period", "active", "new", "retained", "resurrected", "churned"]]
        period  active  new  retained  resurrected  churned
    0  2025-01       4    4         0            0        0
    1  2025-02       3    2         1            0        3
    2  2025-03       1    0         0            1        3
    """
    words, meta = read_activity(activity)
    n_periods = len(meta["labels"])
    new = np.bincount(periods.first_active(words), minlength=n_periods)
    active, retained = (
        periods.count_active(bits, n_periods) for bits in (words, words & periods.one_later(words))
    )
    table = pd.DataFrame(
        {
            "period": meta["labels"],
            "active": active,
            "new": new,
            "retained": retained,
            "resurrected": active - retained - new,
            "churned": np.r_[0, active[:-1]] - retained,
        }
    )
    table["complete"] = np.arange(n_periods) < meta["n_complete"]
    table["burn_in"] = np.arange(n_periods) < meta["n_burn_in"]
    table.attrs = meta
    return table
