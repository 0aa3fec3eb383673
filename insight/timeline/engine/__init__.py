"""The few Ibis expressions that touch every mention: on DuckDB in this process, or on the team's Spark."""

from .authors import AUTHOR_TYPES as AUTHOR_TYPES
from .authors import author_periods as author_periods
from .authors import first_messages as first_messages
from .authors import read_authors as read_authors
from .authors import tally_dates as tally_dates
from .first_answers import clock_of as clock_of
from .first_answers import first_answers as first_answers
from .first_answers import platforms_without_addressed as platforms_without_addressed
from .first_answers import tally_waits as tally_waits
from .source import Source as Source
from .source import duration as duration
from .source import moment as moment
from .source import open_mentions as open_mentions
from .source import span as span
from .spark import Cluster as Cluster
