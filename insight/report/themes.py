"""What people write about and voice: found once for the whole archive, ranked for each part of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .attempts import attempt
from .changes import compare_periods
from .corrections import edit_topics, read_names, read_notes, update_ideas
from .runs import Run, remembered

if TYPE_CHECKING:
    from insight.archives.privacy.guard import Guard
    from insight.text.encode import Encoder


def find_themes(
    customers: pd.DataFrame,
    reasons: dict[str, str],
    *,
    encoder: Encoder | str | None,
    compare_to: Run | None,
    edits: Path | None,
    guard: Guard,
    minimum: int,
    random_state: int,
    progress: bool,
) -> dict[str, Any]:
    """Find what the messages are about and what their sentences voice; put people's own edits on."""
    from insight.needs import find_needs
    from insight.signals.find import find_signals
    from insight.topics import fit_topics

    if customers.empty:
        reasons["topics"] = "No message by a customer holds words."
        return {}
    topics = attempt(
        reasons,
        "topics",
        lambda: fit_topics(
            customers,
            encoder=encoder,
            previous=None if compare_to is None else remembered(compare_to),
            random_state=random_state,
            progress=progress,
        ),
    )
    signals = attempt(reasons, "signals", lambda: find_signals(customers, progress=progress))
    found = {"topics": topics, "signals": signals}
    if edits is not None:
        found |= _edited(customers, found, edits=edits, encoder=encoder, guard=guard)
    if signals is not None:
        found["voiced"] = attempt(
            reasons,
            "needs",
            lambda: find_needs(
                customers,
                signals,
                names={} if edits is None else read_names(edits),
                minimum=minimum,
                encoder=encoder,
                random_state=random_state,
                progress=progress,
            ),
        )
    return found


def rank_themes(customers: pd.DataFrame, found: dict[str, Any], *, tz: str) -> dict[str, Any]:
    """List the needs and compare the last two periods."""
    topics, voiced = found.get("topics"), found.get("voiced")
    ranked = {} if voiced is None else {"needs": voiced.table}
    return (
        ranked
        if topics is None
        else ranked | {"changes": compare_periods(customers, topics.assignments, tz=tz)}
    )


def follow_themes(
    customers: pd.DataFrame, found: dict[str, Any], reasons: dict[str, str], *, period: str, tz: str
) -> dict[str, Any]:
    """Follow the topics over time."""
    from insight.topics.trends import topics_over_time

    topics = found.get("topics")
    if topics is None:
        return {}
    told = partial(topics_over_time, customers, topics, period=period, tz=tz, n_words=0)
    return {"trend": attempt(reasons, "trend", told)}


def _edited(
    customers: pd.DataFrame,
    found: dict[str, Any],
    *,
    edits: Path,
    encoder: Encoder | str | None,
    guard: Guard,
) -> dict[str, Any]:
    """Put on what people wrote into their small files; one that cannot be read stops the run."""
    topics, signals = found["topics"], found["signals"]
    ideas = signals is not None and len(signals) > 0
    return {
        "topics": None if topics is None else edit_topics(topics, edits),
        "ledger": update_ideas(customers, signals, folder=edits, encoder=encoder, guard=guard)
        if ideas
        else None,
        "notes": read_notes(edits, guard.native(customers["mention_id"])),
    }
