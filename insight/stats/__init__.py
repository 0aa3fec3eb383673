"""Arrays only: intervals of shares, comparisons of groups and periods. Knows no message."""

from .comparison import Comparison, compare
from .intervals import MIN_PEOPLE, Shares, by_size, shares
from .periods import covered

__all__ = ["MIN_PEOPLE", "Comparison", "Shares", "by_size", "compare", "covered", "shares"]
