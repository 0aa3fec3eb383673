"""Texts: cleaned, in which language, as vectors, their distinctive words; word patterns; search."""

from .encode import Encoder as Encoder
from .encode import encode as encode
from .search import find_mentions as find_mentions
from .search import hits_over_time as hits_over_time
