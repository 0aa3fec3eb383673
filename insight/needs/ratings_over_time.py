"""How people rate, period by period, where the file has ratings."""

from __future__ import annotations

import pandas as pd

from insight.mentions import InsightError
from insight.stats.periods import Period, all_periods, complete, local_period

from .ratings_by import mean_stars, rated


def ratings_over_time(mentions: pd.DataFrame, *, period: Period = "month", tz: str = "UTC") -> pd.DataFrame:
    """Average the ratings of each period, in stars; each person counts once in a period.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; original messages by customers and unknown authors count.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a period: period (its first moment), complete (the table covers all its days), n (ratings),
        n_people, stars (1 to 5, the mean of people's means), low, high (95 %; missing under two people).

    Raises
    ------
    InsightError
        If no dated message carries a rating.

    Examples
    --------
    >>> import insight as ins
    >>> days = pd.to_datetime(["2024-01-05", "2024-01-06", "2024-02-06"], utc=True)
    >>> rated = {"mention_id": list("abc"), "text": list("xyz"), "created_at": days}
    >>> mentions = ins.as_mentions(pd.DataFrame({**rated, "rating": [0.0, 0.5, 1.0]}))
    >>> ratings_over_time(mentions)[["n", "stars"]].values.tolist()
    [[2.0, 2.0], [1.0, 5.0]]
    """
    rows = rated(mentions)
    rows = rows[rows["created_at"].notna()]
    if rows.empty:
        raise InsightError("no message of a customer carries both a rating and a date.")
    starts = local_period(rows["created_at"], period=period, tz=tz)
    table = mean_stars(rows.assign(group=starts)).set_index("group")
    table = table.reindex(all_periods(starts, period=period)).rename_axis("period").reset_index()
    covered = complete(table["period"], mentions["created_at"], period=period, tz=tz)
    table.insert(1, "complete", covered)
    counts = ["n", "n_people"]
    return table.assign(**table[counts].fillna(0).astype("int64"))
