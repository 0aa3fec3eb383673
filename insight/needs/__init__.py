"""What people lack: problems in their own words, wishes, evidence; how needs and streams of talk change."""

from insight.needs.find import find_needs
from insight.needs.idea_ledger import advance_idea, idea_progress, read_ledger, update_ledger, write_ledger
from insight.needs.ideas import mine_ideas
from insight.needs.naming import name_needs
from insight.needs.quotes import pick_quotes
from insight.needs.result import Needs
from insight.needs.streams import compare_streams, emerging
from insight.needs.trends import needs_over_time

__all__ = [
    "Needs", "advance_idea", "compare_streams", "emerging", "find_needs", "idea_progress", "mine_ideas",
    "name_needs", "needs_over_time", "pick_quotes", "read_ledger", "update_ledger", "write_ledger",
]  # fmt: skip
