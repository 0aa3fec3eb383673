"""The few Ibis expressions that touch every mention: on DuckDB in this process, or on the team's Spark."""

from .authors import STANDINGS, author_periods, first_messages, read_authors, tally_dates
from .first_answers import first_answers, silent_platforms, tally_waits
from .source import Source, duration, moment, open_mentions, span

__all__ = [
    "STANDINGS",
    "Source",
    "author_periods",
    "duration",
    "first_answers",
    "first_messages",
    "moment",
    "open_mentions",
    "read_authors",
    "silent_platforms",
    "span",
    "tally_dates",
    "tally_waits",
]
