"""What is measured from what: each measure names what it takes, and one that cannot be made says why."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from insight.mentions import InsightError, InsightWarning

from . import measures as m
from .format import start


@dataclass(frozen=True)
class Measure:
    """A table of the report. The parameters of `run` name the measures and settings that it is made from.

    One with a default may be missing; without the others the measure is left out, and only the first that
    failed gives its reason. `must` stops the run where it fails, as it reads what people wrote by hand.
    """

    name: str
    run: Callable[..., Any]
    must: bool = False

    def arguments(self, found: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what to run it with, or None if something that it cannot do without is missing."""
        wanted = inspect.signature(self.run).parameters.values()
        if any(found.get(want.name) is None for want in wanted if want.default is want.empty):
            return None
        return {want.name: found[want.name] for want in wanted if found.get(want.name) is not None}


PLAN: tuple[Measure, ...] = (
    Measure("fitted", m.find_topics),
    Measure("topics", m.edited_topics, must=True),
    Measure("signals", m.find_signals),
    Measure("names", m.given_names, must=True),
    Measure("voiced", m.find_voiced),
    Measure("needs", lambda voiced: voiced.table),
    Measure("ledger", m.follow_ideas, must=True),
    Measure("notes", m.team_notes, must=True),
    Measure("wants", m.wants),
    Measure("needs_over_time", m.needs_over_time),
    Measure("changes", m.changes),
    Measure("trend", m.topic_trend),
    Measure("ratings", m.ratings),
    # Replies
    Measure("waits", m.waits),
    Measure("responses", m.asking),
    Measure("curve", m.curve),
    Measure("rate", m.rate),
    Measure("rate_by_intent", m.rate_by_intent),
    Measure("rate_by_channel", m.rate_by_channel),
    Measure("rate_in_hours", m.rate_in_hours),
    Measure("triage", m.what_they_want),
    Measure("acts", m.acts),
    Measure("test", m.reply_quality),
    Measure("waiting", m.waiting),
    Measure("channels", m.channels),
    Measure("week", m.week),
    Measure("load", m.load),
    Measure("presence", m.presence),
    Measure("peer_help", m.peer_help),
    Measure("handoffs", m.handoffs),
    Measure("escalations", m.escalations),
    Measure("dialogue_index", m.dialogue_index),
    Measure("interactions", m.interactions),
    Measure("letters", m.letters),
    Measure("hashtags", m.hashtags),
    Measure("playbook", m.playbook),
    Measure("loop", m.loop),
    # Comparisons
    Measure("rivals", m.rivals),
    Measure("streams", m.streams),
    Measure("beliefs", m.beliefs),
    # Community
    Measure("since", m.dense_from),
    Measure("regulars", m.regulars),
    Measure("activity", m.activity),
    Measure("repeat", m.repeat),
    Measure("cohorts", m.cohorts),
    Measure("growth", m.growth),
    Measure("ceiling", m.ceiling),
    Measure("silence", m.silence),
    Measure("inactive_days", m.inactive_days),
    Measure("tenure", m.tenure),
    Measure("cadence", m.cadence),
    Measure("risk", m.risk),
    Measure("drivers", m.drivers),
    Measure("exits", m.exits),
    Measure("met", m.met),
    Measure("by_welcome", m.by_welcome),
    Measure("effect", m.effect),
    Measure("ladder", m.ladder),
    Measure("advocates", m.advocates),
    Measure("contribution", m.contribution),
    Measure("niches", m.niches),
    # Incidents
    Measure("spikes", m.spikes),
    Measure("bursts", m.bursts),
    Measure("briefs", m.briefs),
    Measure("storms", m.storms),
    Measure("outages", m.outages),
    Measure("credibility", m.credibility),
)
NAMES = frozenset(measure.name for measure in PLAN) | {"labelled"}


@dataclass(frozen=True)
class Measured:
    """The tables that a plan made, the reasons of those that failed, and what the measures warned of."""

    found: dict[str, Any]
    reasons: dict[str, str]
    warnings: tuple[str, ...]


def run_plan(settings: Mapping[str, Any], *, progress: bool = False) -> Measured:
    """Make every table whose arguments are there; a setting of the same name stands for a measure."""
    from tqdm import tqdm

    found, reasons = dict(settings), dict[str, str]()
    with caught_warnings() as warned:
        for measure in (bar := tqdm(PLAN, desc="report", disable=not progress, unit="table")):
            bar.set_postfix_str(measure.name)
            arguments = None if found.get(measure.name) is not None else measure.arguments(found)
            if arguments is None:
                continue
            try:
                found[measure.name] = measure.run(**arguments)
            except InsightError as error:
                if measure.must:
                    raise
                reasons[measure.name] = start(str(error))
    kept = {name: found[name] for name in NAMES if found.get(name) is not None}
    return Measured(kept, reasons, tuple(dict.fromkeys(warned)))


@contextmanager
def caught_warnings() -> Iterator[list[str]]:
    """Collect what the measures warn of, so that the page can print it; pass other warnings on."""
    found: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InsightWarning)
        yield found
    for warning in caught:
        if issubclass(warning.category, InsightWarning):
            found.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
