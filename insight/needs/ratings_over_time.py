"""How people rate, period by period, where the file has ratings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats.periods import Period, all_periods, complete, local_period
from insight.timeline.own_words import own_words

STARS = 4
"""Steps between the lowest and the highest rating: 0 is one star, 1 is five."""


def ratings_over_time(mentions: pd.DataFrame, *, period: Period = "month", tz: str = "UTC") -> pd.DataFrame:
    """Average the ratings of each period, in stars.

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
        n_people, stars (1 to 5), low, high (95 %, by people, who may rate more than once; missing under two).

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
    rated = own_words(mentions)
    rated = rated[rated["rating"].notna() & rated["created_at"].notna()]
    if rated.empty:
        raise InsightError("no message of a customer carries both a rating and a date.")
    starts = local_period(rated["created_at"], period=period, tz=tz)
    values = 1 + STARS * rated["rating"].astype(float)
    stars = values.groupby(starts)
    table = pd.DataFrame({"n": stars.size(), "n_people": rated["person"].groupby(starts).nunique()})
    table["stars"] = stars.mean()
    apart = (values - stars.transform("mean")).groupby([starts, rated["person"]]).sum() ** 2
    several = table["n_people"] / (table["n_people"] - 1).where(table["n_people"] > 1)
    spread = np.sqrt(apart.groupby(level=0).sum() * several) / table["n"]
    table["low"] = (table["stars"] - 1.96 * spread).clip(lower=1)
    table["high"] = (table["stars"] + 1.96 * spread).clip(upper=1 + STARS)
    table = table.reindex(all_periods(starts, period=period))
    counts = {name: table[name].fillna(0).astype("int64") for name in ("n", "n_people")}
    table.insert(0, "complete", complete(table.index, mentions["created_at"], period=period, tz=tz))
    return table.assign(**counts).rename_axis("period").reset_index()
