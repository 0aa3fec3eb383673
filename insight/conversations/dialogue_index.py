"""Whether the brand answers people or broadcasts at them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.stats import shares
from insight.stats.periods import Period, all_periods, complete, local_period
from insight.timeline.brands import is_brand_message
from insight.timeline.rows import timeline
from insight.timeline.threads import answered_rows, parent_rows


def dialogue_index(
    mentions: pd.DataFrame, *, brand: str | None = None, period: Period = "month", tz: str = "UTC"
) -> pd.DataFrame:
    """Measure which share of a brand's posts answer someone, period by period.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; undated posts are left out.
    brand : str, optional
        Whose posts; by default the one brand that speaks in the table.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`; weeks start on Monday.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a period, also those without a post.

        - period : first moment of the period, on the calendar of `tz`
        - complete : the table covers all its days
        - n : the brand's posts (private notes and reposts are none)
        - n_answers : those that answer another account's message, directly or by continuing their own answer
        - share, low, high : n_answers / n with Wilson's 95 % interval; NaN where n = 0
        - n_received : messages by others that answer the posts of this period, as far as the table has them

    Raises
    ------
    InsightError
        If several brands speak and none is named, or the named one is not in the table.

    Notes
    -----
    A post whose parent is outside the table still counts as an answer. The interval treats posts as
    independent; it shows the precision of so many posts, not how people felt.

    Examples
    --------
    >>> import insight as ins
    >>> dialogue_index(ins.example())[["period", "n", "n_answers", "share"]]
          period  n  n_answers  share
    0 2025-01-01  2          2    1.0
    1 2025-02-01  1          1    1.0
    2 2025-03-01  1          0    0.0
    """
    mentions = timeline(mentions)
    own = is_brand_message(mentions, brand)
    starts = local_period(mentions["created_at"], period=period, tz=tz)
    answers = answered_rows(mentions, own) >= -1
    parents = parent_rows(mentions)
    towards_own = (parents >= 0) & own[parents] & ~own
    periods = all_periods(starts[own], period=period)
    n, n_answers, n_received = (
        starts.iloc[rows].value_counts().reindex(periods, fill_value=0).to_numpy()
        for rows in (np.flatnonzero(own), np.flatnonzero(own & answers), parents[towards_own])
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame(
            {
                "period": periods,
                "complete": complete(periods, mentions["created_at"], period=period, tz=tz),
                "n": n,
                "n_answers": n_answers,
                **shares(n_answers, n, min_people=1).columns(),
                "n_received": n_received,
            }
        )
