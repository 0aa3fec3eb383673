"""Who stays: activity by period, cohorts of newcomers, repeat rate, growth, and what follows."""

from .authors import activity as activity
from .cohorts import retention as retention
from .crowd import growth as growth
from .crowd import repeat_rate as repeat_rate
