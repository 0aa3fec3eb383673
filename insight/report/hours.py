"""Answers in the opening hours that insight.toml names."""

from __future__ import annotations

from . import format as wording
from .results import Results

WORKING_DAY = "8h"


def hours_sentence(results: Results, *, tz: str) -> str:
    """Tell the share answered within eight opening hours, where opening hours are known."""
    from insight.conversations import business_hours, response_rate

    hours = results.config.business_hours
    if not hours or results.responses is None or results.responses.empty:
        return ""
    rate = response_rate(business_hours(results.responses, tz=tz, **hours), within=WORKING_DAY)
    if not len(rate) or not int(rate["n"].iloc[0]):
        return ""
    first = rate.iloc[0]
    told = wording.estimate(first["share"], first["low"], first["high"])
    return f"Counted in your opening hours alone, {told} are answered within 8 hours."
