"""What people lack: problems in their own words, wishes, evidence; how needs and streams of talk change."""

from .beliefs_gap import beliefs_gap
from .compare_streams import compare_streams, emerging
from .find_needs import find_needs
from .given_names import name_needs
from .idea_ledger import advance_idea, idea_progress, read_ledger, update_ledger, write_ledger
from .mine_ideas import mine_ideas
from .needs_over_time import needs_over_time
from .quotes import pick_quotes
from .ratings_by import ratings_by
from .ratings_over_time import ratings_over_time
from .result import Needs

__all__ = [
    "Needs", "advance_idea", "beliefs_gap",
    "compare_streams", "emerging", "find_needs", "idea_progress", "mine_ideas",
    "name_needs", "needs_over_time", "pick_quotes",
    "ratings_by", "ratings_over_time", "read_ledger", "update_ledger", "write_ledger",
]  # fmt: skip
