"""What people lack: problems in their own words, wishes, evidence; how needs and streams of talk change."""

from insight.needs.find import find_needs
from insight.needs.naming import name_needs
from insight.needs.result import Needs

__all__ = ["Needs", "find_needs", "name_needs"]
