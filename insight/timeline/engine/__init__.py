"""The few Ibis expressions that touch every mention: on DuckDB in this process, or on the team's Spark."""

from .authors import AUTHOR_TYPES, author_periods, first_messages, read_authors, tally_dates
from .first_answers import clock_of, first_answers, platforms_without_addressed, tally_waits
from .source import Source, duration, moment, open_mentions, span
from .spark import Cluster

__all__ = [
    "AUTHOR_TYPES",
    "Cluster",
    "Source",
    "author_periods",
    "clock_of",
    "duration",
    "first_answers",
    "first_messages",
    "moment",
    "open_mentions",
    "platforms_without_addressed",
    "read_authors",
    "span",
    "tally_dates",
    "tally_waits",
]
