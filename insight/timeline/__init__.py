"""One timeline for every measure: who is a person, whom a message is about, who answered whom."""

from .brands import concerns as concerns
from .brands import own_brand as own_brand
from .brands import speaks_for as speaks_for
from .people import is_automated as is_automated
from .table import ADDED as ADDED
from .table import timeline as timeline
