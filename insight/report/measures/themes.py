"""What people write about and what they lack: found once for the whole archive, then followed over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import insight as ins
from insight.mentions import InsightError
from insight.needs.runs import Run, remembered
from insight.report.corrections import update_ideas
from insight.report.earlier_names import keep_names
from insight.signals.batches import signals_in_batches

if TYPE_CHECKING:
    from insight.archives.privacy.guard import Guard
    from insight.needs import Needs
    from insight.text.encode import Encoder
    from insight.timeline.engine import Cluster
    from insight.topics import Topics


def find_topics(
    customers: pd.DataFrame,
    random_state: int,
    *,
    encoder: Encoder | str | None = None,
    before: Run | None = None,
    progress: bool = False,
) -> Topics:
    """Group what people write about."""
    _need_words(customers)
    previous = None if before is None else remembered(before)
    return ins.fit_topics(
        customers, encoder=encoder, previous=previous, random_state=random_state, progress=progress
    )


def find_signals(
    customers: pd.DataFrame, *, cluster: Cluster | None = None, progress: bool = False
) -> pd.DataFrame:
    """Find the sentences that complain, wish, work around, praise or ask."""
    _need_words(customers)
    return signals_in_batches(customers, cluster=cluster, progress=progress)


def find_voiced(
    customers: pd.DataFrame,
    signals: pd.DataFrame,
    random_state: int,
    *,
    minimum: int = 5,
    encoder: Encoder | str | None = None,
    names: dict[str, str] | None = None,
    before: Run | None = None,
    progress: bool = False,
) -> Needs:
    """Find the problems that those sentences voice; names that people or an earlier run gave are kept."""
    needs = ins.find_needs(
        customers, signals, names=names, min_people=minimum, encoder=encoder, random_state=random_state,
        progress=progress,
    )  # fmt: skip
    return needs if before is None else keep_names(needs, customers, before, names)


def follow_ideas(
    customers: pd.DataFrame,
    signals: pd.DataFrame,
    edits: Path,
    guard: Guard,
    *,
    encoder: Encoder | str | None = None,
) -> pd.DataFrame | None:
    """Bring the ideas of this archive into the ledger of the folder of edits."""
    if signals.empty:
        return None
    return update_ideas(customers, signals, folder=edits, encoder=encoder, guard=guard)


def ratings_by_topic(rated: pd.DataFrame, topics: Topics) -> pd.DataFrame:
    """Average the ratings of what people write by its topic."""
    placed = topics.assignments[topics.assignments["topic"] >= 0]
    table = ins.needs.ratings_by(rated, placed.rename(columns={"topic": "group"}))
    names = topics.table.set_index("topic")["name"]
    return table.rename(columns={"group": "topic"}).assign(name=lambda rows: rows["topic"].map(names))


def _need_words(customers: pd.DataFrame) -> None:
    if customers.empty:
        raise InsightError("No message by a customer holds words.")
