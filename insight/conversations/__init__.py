"""In the conversation: who says what to whom, who waits, who was answered, how well, and at what load."""

from .channels import channels as channels
from .escalation import escalations as escalations
from .grade import twitter_test as twitter_test
from .handoffs import handoffs as handoffs
from .hours import business_hours as business_hours
from .hours import response_week as response_week
from .intents import intents as intents
from .loop import loop_closed as loop_closed
from .peers import peer_help as peer_help
from .queue import capacity as capacity
from .queue import capacity_scenario as capacity_scenario
from .queue import waiting_list as waiting_list
from .rates import response_curve as response_curve
from .rates import response_rate as response_rate
from .voices import ledger as ledger
from .voices import presence as presence
from .waits import first_responses as first_responses
