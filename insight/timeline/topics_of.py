"""The topic of each message, as every measure that compares topics looks it up."""

from __future__ import annotations

import pandas as pd

from insight.mentions import need_columns


def topics_of(ids: pd.Series, assignments: pd.DataFrame | None) -> pd.Series:
    """Return the topic of each message, missing where it has none."""
    if assignments is None:
        return pd.Series(pd.NA, index=ids.index, dtype="Int64")
    need_columns(assignments, "assignments", ["mention_id", "topic"])
    topic = assignments.drop_duplicates("mention_id").set_index("mention_id")["topic"]
    return ids.map(topic).astype("Int64")
