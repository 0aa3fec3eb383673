"""Figures of what was searched for."""

from __future__ import annotations

import pandas as pd

from .figure import Figure, draws
from .lines import steps


@draws("hits_over_time")
def hits_over_time(hits: pd.DataFrame) -> Figure:
    """Draw what `hits_over_time` returns: the share of people who wrote what was searched for, by period."""
    return steps(
        hits, "How often do people write it?", x="period", axes=("", "Share of people"),
        hover="{period:%d %b %Y}: {interval} of {n:,} people<br>{k:,} people, {n_hits:,} messages",
        of="people", empty="No message was found.",
    )  # fmt: skip
