"""Arrays only: intervals of shares, comparisons of groups and periods. Knows no message."""

from .comparison import Comparison, compare
from .intervals import MIN_PEOPLE, Shares, shares
from .periods import covered

__all__ = ["MIN_PEOPLE", "Comparison", "Shares", "compare", "covered", "shares"]
