"""What people write about and what they lack: found once for the whole archive, then followed over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from insight.mentions import InsightError
from insight.needs.runs import Run, remembered
from insight.report.corrections import edit_topics, read_names, read_notes, update_ideas
from insight.topics.compare_periods import Changes, compare_periods

if TYPE_CHECKING:
    from insight.archives.privacy.guard import Guard
    from insight.needs import Needs
    from insight.stats.periods import Period
    from insight.text.encode import Encoder
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
    from insight.topics import fit_topics

    _need_words(customers)
    previous = None if before is None else remembered(before)
    return fit_topics(
        customers, encoder=encoder, previous=previous, random_state=random_state, progress=progress
    )


def edited_topics(fitted: Topics, *, edits: Path | None = None) -> Topics:
    """Put on the names and merges that people gave."""
    return fitted if edits is None else edit_topics(fitted, edits)


def given_names(edits: Path) -> dict[str, str]:
    """Read the names that people gave to needs."""
    return read_names(edits)


def find_signals(customers: pd.DataFrame, *, progress: bool = False) -> pd.DataFrame:
    """Find the sentences that complain, wish, work around, praise or ask."""
    from insight.signals.find_signals import find_signals

    _need_words(customers)
    return find_signals(customers, progress=progress)


def find_voiced(
    customers: pd.DataFrame,
    signals: pd.DataFrame,
    random_state: int,
    *,
    minimum: int = 5,
    encoder: Encoder | str | None = None,
    names: dict[str, str] | None = None,
    progress: bool = False,
) -> Needs:
    """Find the problems that those sentences voice; names that people gave are kept."""
    from insight.needs import find_needs

    return find_needs(
        customers, signals, names=names, min_people=minimum, encoder=encoder, random_state=random_state,
        progress=progress,
    )  # fmt: skip


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


def team_notes(customers: pd.DataFrame, edits: Path, guard: Guard) -> pd.DataFrame:
    """Read what the team noted on messages."""
    return read_notes(edits, guard.native(customers["mention_id"]))


def wants(mentions: pd.DataFrame, signals: pd.DataFrame) -> pd.DataFrame:
    """Say what each message wants."""
    from insight.conversations import intents

    return intents(mentions, signals)


def needs_over_time(customers: pd.DataFrame, voiced: Needs, period: Period, tz: str) -> pd.DataFrame | None:
    """Follow the needs."""
    from insight.needs import needs_over_time

    if voiced.table.empty:
        return None
    return needs_over_time(customers, voiced, period=period, tz=tz)


def changes(customers: pd.DataFrame, topics: Topics, tz: str) -> Changes | None:
    """Compare the last complete period with the one before."""
    return compare_periods(customers, topics.assignments, tz=tz)


def topic_trend(customers: pd.DataFrame, topics: Topics, period: Period, tz: str) -> pd.DataFrame:
    """Follow the topics."""
    from insight.topics import topics_over_time

    return topics_over_time(customers, topics, period=period, tz=tz, n_words=0)


def ratings(customers: pd.DataFrame, period: Period, tz: str) -> pd.DataFrame | None:
    """Average the ratings by period, where there are any."""
    from insight.needs import ratings_over_time

    if customers["rating"].isna().all():
        return None
    return ratings_over_time(customers, period=period, tz=tz)


def _need_words(customers: pd.DataFrame) -> None:
    if customers.empty:
        raise InsightError("No message by a customer holds words.")
