"""The few Ibis expressions that touch every mention: on DuckDB in this process, or on the team's Spark."""

from insight.engine.answers import first_answers, silent_platforms, tally_waits
from insight.engine.authors import author_periods, tally_dates
from insight.engine.source import Source, duration, moment, open_mentions, span

__all__ = [
    "Source",
    "author_periods",
    "duration",
    "first_answers",
    "moment",
    "open_mentions",
    "silent_platforms",
    "span",
    "tally_dates",
    "tally_waits",
]
