"""Explorers for notebooks: choose, and the table and the figure follow; they compute nothing of their own."""

from .explorer import Explorer as Explorer
from .labels import explore_labels as explore_labels
from .measures import explore_responses as explore_responses
from .measures import explore_retention as explore_retention
from .messages import explore_mentions as explore_mentions
from .messages import explore_needs as explore_needs
from .messages import explore_topics as explore_topics
