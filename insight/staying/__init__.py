"""Who stays: activity, retention, growth; silence, churn and its signs; newcomers and how they are met."""

from .activity import activity as activity
from .at_risk import AtRisk as AtRisk
from .at_risk import at_risk as at_risk
from .cadence import Cadence as Cadence
from .cadence import cadence as cadence
from .churn_drivers import churn_drivers as churn_drivers
from .exit_words import exit_words as exit_words
from .growth import growth as growth
from .growth import repeat_rate as repeat_rate
from .reach_ceiling import ReachCeiling as ReachCeiling
from .reach_ceiling import reach_ceiling as reach_ceiling
from .reply_effect import ReplyEffect as ReplyEffect
from .reply_effect import reply_effect as reply_effect
from .retention import retention as retention
from .silence import silence as silence
from .states import states as states
from .states import stickiness as stickiness
from .tenure import Tenure as Tenure
from .tenure import tenure as tenure
from .welcome import Welcome as Welcome
from .welcome import welcome as welcome
