"""What a run found: the tables by name, and for those that could not be made the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from insight.archives import ImportReport
from insight.archives.privacy.guard import Guard
from insight.config import Config
from insight.stats.periods import Period


@dataclass(frozen=True)
class Results:
    """The tables behind the page: `results.needs`, `results.rate`; None where one could not be made.

    `own` is the brand whose report it is, `n_brands` how many speak in the file,
    `found` holds them by the names of the plan, `reasons` says why one is missing, `minimum` is the least
    number of people of a need or topic that is shown.
    """

    mentions: pd.DataFrame
    customers: pd.DataFrame
    as_of: pd.Timestamp | None
    period: Period
    own: str | None = None
    n_brands: int = 0
    tz: str = "UTC"
    minimum: int = 5
    config: Config = field(default_factory=Config)
    guard: Guard = field(default_factory=Guard, repr=False)
    imported: ImportReport | None = field(default=None, repr=False)
    found: Mapping[str, Any] = field(default_factory=dict, repr=False)
    reasons: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        from .plan import NAMES

        if name in NAMES:
            return self.found.get(name)
        raise AttributeError(f"a report has no table {name!r}; it has {sorted(NAMES)}.")

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.found})
