"""The sections of the page, in the order in which they are read."""

from insight.report.exhibit import Section

from .appendix import APPENDIX
from .changes import CHANGES
from .community import COMMUNITY
from .comparisons import COMPARISONS
from .incidents import INCIDENTS
from .problems import PROBLEMS
from .replies import REPLIES

SECTIONS: tuple[Section, ...] = (
    PROBLEMS, CHANGES, REPLIES, COMPARISONS, COMMUNITY, INCIDENTS, APPENDIX
)  # fmt: skip
