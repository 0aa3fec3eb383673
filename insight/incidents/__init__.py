"""Days that stand out: spikes, storms of criticism, outages, rivals in trouble, and what happened."""

from .brief import incident_brief as incident_brief
from .events import read_events as read_events
from .outage import outages as outages
from .rival import rivals as rivals
from .spike import spikes as spikes
from .storm import storms as storms
