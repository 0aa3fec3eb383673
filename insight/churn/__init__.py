"""Who falls silent: which silence means goodbye, how long people stay, who slows, who may go, and why."""

from .drivers import churn_drivers as churn_drivers
from .pace import Cadence as Cadence
from .pace import cadence as cadence
from .risk import AtRisk as AtRisk
from .risk import at_risk as at_risk
from .silent import silence as silence
from .stay import Tenure as Tenure
from .stay import tenure as tenure
from .words import exit_words as exit_words
