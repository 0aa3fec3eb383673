"""In the conversation: who says what to whom, who waits, who was answered, how well, and at what load."""

from .capacity import capacity as capacity
from .capacity import waiting_list as waiting_list
from .channels import channels as channels
from .dialogue_index import dialogue_index as dialogue_index
from .escalations import escalations as escalations
from .first_responses import first_responses as first_responses
from .handoffs import handoffs as handoffs
from .hashtag_audit import hashtag_audit as hashtag_audit
from .intents import intents as intents
from .loop_closed import loop_closed as loop_closed
from .opening_hours import business_hours as business_hours
from .opening_hours import response_week as response_week
from .peer_help import peer_help as peer_help
from .playbook import playbook as playbook
from .presence import ledger as ledger
from .presence import presence as presence
from .replies import form_letters as form_letters
from .replies import reply_acts as reply_acts
from .response_rate import response_curve as response_curve
from .response_rate import response_rate as response_rate
from .twitter_test import twitter_test as twitter_test
