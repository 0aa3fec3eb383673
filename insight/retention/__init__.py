"""Who stays: activity by period, cohorts of newcomers, repeat rate, growth, and what follows."""

from .authors import activity as activity
from .cohorts import retention as retention
from .crowd import growth as growth
from .crowd import repeat_rate as repeat_rate
from .outlook import ReachCeiling as ReachCeiling
from .outlook import project_retention as project_retention
from .outlook import reach_ceiling as reach_ceiling
from .states import absence_factor as absence_factor
from .states import states as states
from .states import stickiness as stickiness
