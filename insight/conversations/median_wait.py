"""The typical wait, read off a response curve."""

from __future__ import annotations

import pandas as pd

from insight.stats.kaplan_meier import ROUNDING


def median_wait(curve: pd.DataFrame) -> tuple[float, float, float]:
    """Return the hours after which half have an answer, with their interval; infinite if that never comes."""

    def crossing(column: str) -> float:
        below = curve.loc[curve[column] <= 0.5 + ROUNDING, "wait_hours"]
        return float(below.min()) if len(below) else float("inf")

    return crossing("unanswered"), crossing("low"), crossing("high")
