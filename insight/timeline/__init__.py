"""One timeline for every measure: who is a person, whom a message is about, who answered whom."""

from .brands import concerns as concerns
from .brands import is_brand_message as is_brand_message
from .brands import own_brand as own_brand
from .rows import ADDED as ADDED
from .rows import timeline as timeline
