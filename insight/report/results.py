"""Every measure of the report, run once; what could not be reckoned carries its reason instead."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from insight.archives.privacy.guard import Guard
from insight.config import Config
from insight.mentions import InsightWarning, is_repost
from insight.timeline.brands import concerns
from insight.timeline.persons import by_people

from .attempts import attempt
from .changes import Changes
from .dialogue import Dialogue, measure_dialogue
from .format import place
from .members import Members, members_of
from .returning import Period, measure_staying
from .runs import Run, compare_runs, take_run
from .themes import find_themes, follow_themes, rank_themes

if TYPE_CHECKING:
    from insight.archives import Archive
    from insight.text.encode import Encoder


SPANS: tuple[tuple[Period, int], ...] = (("month", 92), ("week", 21), ("day", 0))
"""The period of the retention figures, and the days that nine tenths of the archive must span for it."""


@dataclass(frozen=True)
class Results:
    """The tables behind the page. A table that could not be made is None, and `reasons` says why.

    `heard` is what labels say of the signals; `minimum` the least number of people of a need or topic shown.
    """

    mentions: pd.DataFrame
    customers: pd.DataFrame
    as_of: pd.Timestamp | None
    period: Period
    topics: Any = None
    signals: pd.DataFrame | None = None
    wants: pd.DataFrame | None = None
    voiced: Any = None
    needs: pd.DataFrame | None = None
    trend: pd.DataFrame | None = None
    changes: Changes | None = None
    responses: pd.DataFrame | None = None
    waits: pd.DataFrame | None = None
    curve: pd.DataFrame | None = None
    rate: pd.DataFrame | None = None
    rate_by_channel: pd.DataFrame | None = None
    rate_by_intent: pd.DataFrame | None = None
    rivals: pd.DataFrame | None = None
    own: str | None = None
    activity: pd.DataFrame | None = None
    repeat: pd.DataFrame | None = None
    cohorts: pd.DataFrame | None = None
    growth: pd.DataFrame | None = None
    since: pd.Timestamp | None = None
    n_stray: int = 0
    dialogue: Dialogue = field(default_factory=Dialogue)
    ledger: pd.DataFrame | None = None
    notes: pd.DataFrame | None = None
    members: Members = field(default_factory=Members)
    heard: pd.DataFrame | None = None
    minimum: int = 5
    config: Config = field(default_factory=Config)
    guard: Guard = field(default_factory=Guard, repr=False)
    reasons: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


def run_measures(
    archive: Archive,
    *,
    encoder: Encoder | str | None = None,
    tz: str = "UTC",
    config: Config | None = None,
    compare_to: Run | None = None,
    edits: Path | None = None,
    random_state: int = 0,
    progress: bool = False,
) -> Results:
    """Run topics, signals, needs, changes, responses and retention; keep going where one of them cannot."""
    from tqdm import tqdm

    from .own_brand import compare_brands, warn_of, whose_messages

    config, named = config or Config(), archive.report.named
    minimum = config.min_people or (1 if archive.report.privacy == "internal" else 5)
    everyone, own = whose_messages(archive)
    mentions = everyone[concerns(everyone, own)].reset_index(drop=True)
    customers, dated = customer_messages(mentions), mentions["created_at"].dropna()
    period = _period(dated)
    reasons: dict[str, str] = {}
    found: dict[str, Any] = {}
    seed: dict[str, Any] = {"random_state": random_state}
    guard = replace(archive.guard, shareable=archive.report.privacy != "internal")
    themes: dict[str, Any] = {"encoder": encoder, "compare_to": compare_to, "edits": edits, "guard": guard}
    seen: dict[str, Any] = {"own": own, "events": config.events, "period": period, "tz": tz}
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "topics and signals": lambda: find_themes(
            customers, reasons, progress=progress, minimum=minimum, **themes, **seed
        ),
        "intents": lambda: {"wants": _wants(mentions, found.get("signals"), reasons)},
        "rivals": partial(compare_brands, everyone, found, reasons, own=own, named=named, tz=tz),
        **measured_anew(mentions, customers, found, reasons, **seen, **seed),
    }
    with heard_doubts() as doubts:
        warn_of(everyone, own, named)
        for name in (bar := tqdm(parts, desc="report", disable=not progress, unit="part")):
            bar.set_postfix_str(name)
            found |= parts[name]()
    results = Results(
        mentions,
        customers,
        dated.max() if len(dated) else None,
        period,
        own=own,
        minimum=minimum,
        config=config,
        guard=guard,
        reasons=reasons,
        doubts=tuple(dict.fromkeys(doubts)),
        **found,
    )
    return results if compare_to is None else _since(results, compare_to)


def measured_anew(
    mentions: pd.DataFrame,
    customers: pd.DataFrame,
    found: dict[str, Any],
    reasons: dict[str, str],
    *,
    own: str | None,
    events: pd.DataFrame | None,
    period: Period,
    tz: str,
    random_state: int,
    as_of: pd.Timestamp | None = None,
) -> dict[str, Callable[[], dict[str, Any]]]:
    """List what is measured of the whole archive and anew of each slice; each part builds on `found`."""
    seed: dict[str, Any] = {"tz": tz, "random_state": random_state}
    return {
        "needs": partial(rank_themes, customers, found, tz=tz),
        "topics over time": partial(follow_themes, customers, found, reasons, period=period, tz=tz),
        "responses": lambda: measure_answers(
            mentions, found.get("wants"), reasons, random_state=random_state, as_of=as_of
        ),
        "retention": partial(measure_staying, mentions, reasons, period=period, tz=tz, as_of=as_of),
        "members": partial(members_of, mentions, found, reasons=reasons, **seed),
        "conversation": lambda: {
            "dialogue": measure_dialogue(
                mentions,
                topics=found.get("topics"),
                signals=found.get("signals"),
                wants=found.get("wants"),
                responses=found.get("waits"),
                own=own,
                events=events,
                ledger=found.get("ledger"),
                reasons=reasons,
                **seed,
            )
        },
    }


def _wants(
    mentions: pd.DataFrame, signals: pd.DataFrame | None, reasons: dict[str, str]
) -> pd.DataFrame | None:
    from insight.conversations import intents

    return None if signals is None else attempt(reasons, "intents", lambda: intents(mentions, signals))


def _since(results: Results, before: Run) -> Results:
    """Tell what changed since an earlier run, instead of since the last period."""
    if results.topics is None or results.signals is None or results.as_of is None:
        return results
    changes = compare_runs(take_run(results), before, predict=results.topics.predict)
    first = results.mentions["created_at"].min()
    if first.floor("D") > before.as_of.floor("D"):
        return replace(results, changes=changes)
    doubt = (
        f"the archive begins on {first:%d %b %Y}, before the earlier run ended ({before.as_of:%d %b %Y}): "
        "what lies between counts in both, so that a change looks smaller than it is."
    )
    return replace(results, changes=changes, doubts=(*results.doubts, doubt))


def customer_messages(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep the messages whose topics and needs count: by customers or unknown sides, with words, original.

    A post that is only a headline speaks by its headline.
    """
    words = mentions["text"].where(mentions["text"].str.strip() != "", mentions["title"])
    spoken = by_people(mentions) & (words.str.strip() != "").to_numpy(bool)
    return mentions.assign(text=words)[spoken & ~is_repost(mentions)].reset_index(drop=True)


def _period(dated: pd.Series) -> Period:
    days = (dated.quantile(0.95) - dated.quantile(0.05)).days if len(dated) else 0
    return next(period for period, least in SPANS if days >= least)


def measure_answers(
    mentions: pd.DataFrame,
    wants: pd.DataFrame | None,
    reasons: dict[str, str],
    *,
    random_state: int,
    as_of: pd.Timestamp | None = None,
) -> dict[str, Any]:
    """Find who is answered, how fast, and who waits."""
    from insight.conversations import first_responses, response_curve, response_rate

    if as_of is None and not (mentions["role"] == "brand").any():
        reasons["responses"] = _SILENCE
        return {}
    waits = attempt(reasons, "responses", lambda: first_responses(mentions, wants, as_of=as_of))
    if waits is None or waits.empty:
        reasons.setdefault("responses", "No customer message to the brand could wait for an answer.")
        return {}

    def rate(table: pd.DataFrame, by: str | None = None) -> pd.DataFrame | None:
        return attempt(reasons, f"rate by {by}", lambda: response_rate(table, by=by))

    asking = _asking(waits)
    return {
        "responses": asking,
        "waits": waits,
        "curve": attempt(reasons, "curve", lambda: response_curve(asking)),
        "rate": rate(asking),
        "rate_by_channel": rate(_placed(asking), by="channel"),
        "rate_by_intent": rate(_told(waits), by="intent") if "intent" in asking.columns else None,
    }


def _asking(waits: pd.DataFrame) -> pd.DataFrame:
    """Keep the waits for help, amends or an idea heard; all of them where nobody can tell what they want."""
    if "needs_answer" in waits.columns and waits["needs_answer"].any():
        return waits[waits["needs_answer"].astype(bool)].reset_index(drop=True)
    return waits.drop(columns=["intent", "needs_answer", "challenge"], errors="ignore")


def _placed(waits: pd.DataFrame) -> pd.DataFrame:
    one_place = len(waits["platform"].unique()) == 1 and waits["channel"].notna().any()
    return waits if one_place else waits.assign(channel=waits["platform"].astype(str).map(place))


def _told(waits: pd.DataFrame) -> pd.DataFrame:
    return waits.assign(intent=waits["intent"].astype(object).fillna("not in English"))


@contextmanager
def heard_doubts() -> Iterator[list[str]]:
    """Collect the doubts that the measures voice, so that the page can print them; pass other warnings on."""
    doubts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InsightWarning)
        yield doubts
    for warning in caught:
        if issubclass(warning.category, InsightWarning):
            doubts.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


_SILENCE = (
    "No company replies are in this file, so the response time is unknown. Name the brand's accounts "
    "(--brand) or export its replies too."
)
