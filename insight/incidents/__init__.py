"""Days that stand out: spikes, storms of criticism, outages, rivals in trouble, and what happened."""

from .incident_brief import incident_brief as incident_brief
from .outages import outages as outages
from .read_events import read_events as read_events
from .rivals import rivals as rivals
from .spikes import spikes as spikes
from .storms import storms as storms
