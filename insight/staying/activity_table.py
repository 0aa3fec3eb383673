"""The activity table as its measures read it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import periods, shares

_NEEDED = {"labels", "n_complete", "n_burn_in"}


def read_activity(activity: pd.DataFrame) -> tuple[np.ndarray, dict]:
    """Return the words of periods, one row an author, and what the table says about itself."""
    if {"mention_id", "text"} <= set(activity.columns):
        raise InsightError("the table holds mentions, one row a message; pass activity(mentions) instead.")
    missing = _NEEDED - set(activity.attrs)
    if missing or "active_0" not in activity.columns:
        raise InsightError(
            "the table does not come from activity(), or lost its .attrs on the way (merges drop them): "
            f"{sorted(missing)} missing, columns {sorted(map(str, activity.columns))}."
        )
    meta = dict(activity.attrs)
    names = [f"active_{word}" for word in range((len(meta["labels"]) - 1) // periods.WORD + 1)]
    return activity[names].to_numpy(np.uint64), meta


def with_shares(table: pd.DataFrame, trials: str, *, min_people: int) -> pd.DataFrame:
    """Add share, low and high (Wilson) of the retained among `trials`; missing where those are too few."""
    retained = table["retained"].to_numpy(float, na_value=np.nan)
    found = shares(retained, table[trials], min_people=min_people)
    return table.assign(**found.columns())
