"""What reading gives: the mentions, the account of how they were read, and the guard over them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from .import_report import ImportReport
from .privacy.guard import Guard


@dataclass(frozen=True)
class Archive:
    """The mentions of one or more exports, and the report on how they were read.

    Attributes
    ----------
    mentions : DataFrame
        One row a message; columns as in `insight.mentions.COLUMNS`, extra columns behind them.
    report : ImportReport
        Rows read, kept and skipped, coverage, warnings.
    guard : Guard
        How files made of it name messages, and who was deleted.
    """

    mentions: pd.DataFrame
    report: ImportReport
    guard: Guard = field(default_factory=Guard, repr=False)

    def _repr_html_(self) -> str:
        return self.report._repr_html_()
