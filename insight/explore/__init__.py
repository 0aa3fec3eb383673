"""Explorers for notebooks: choose, and the table and the figure follow; they compute nothing of their own."""

from .explorer import Explorer as Explorer
from .measures import responses as responses
from .measures import retention as retention
from .messages import mentions as mentions
from .messages import needs as needs
from .messages import topics as topics
