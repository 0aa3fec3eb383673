"""What is measured from what: each measure names what it takes, and one that cannot be made says why."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pandas as pd

import insight as ins
from insight.mentions import InsightError, InsightWarning
from insight.topics.compare_periods import compare_periods

from .corrections import edit_topics, read_names, read_notes
from .format import start
from .measures import comparing, incidents, replies, staying, themes
from .stages import Stages


@dataclass(frozen=True)
class Measure:
    """A table of the report. The parameters of `run` name the measures and settings that it is made from.

    One with a default may be missing; without the others the measure is left out, and only the first that
    failed gives its reason. `must` stops the run where it fails, as it reads what people wrote by hand;
    `counts` names the column without which a table found nothing, and is left out; `lacks` is the reason that
    the page gives, where that of the measure speaks of its parameters.
    """

    name: str
    run: Callable[..., Any]
    must: bool = False
    counts: str = ""
    lacks: str = ""

    def arguments(self, found: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what to run it with, or None if something that it cannot do without is missing."""
        wanted = inspect.signature(self.run).parameters.values()
        if any(found.get(want.name) is None for want in wanted if want.default is want.empty):
            return None
        return {want.name: found[want.name] for want in wanted if found.get(want.name) is not None}


PLAN: tuple[Measure, ...] = (
    Measure("fitted", themes.find_topics),
    Measure("topics", lambda fitted, edits=None: edit_topics(fitted, edits) if edits else fitted, must=True),
    Measure("signals", themes.find_signals),
    Measure("names", lambda edits: read_names(edits), must=True),
    Measure("voiced", themes.find_voiced),
    Measure("needs", lambda voiced: voiced.table),
    Measure("ledger", themes.follow_ideas, must=True),
    Measure("notes", lambda customers, edits, guard: read_notes(edits, guard.native(customers["mention_id"])),
        must=True),
    Measure("wants", lambda mentions, signals: ins.conversations.intents(mentions, signals)),
    Measure("needs_over_time", lambda customers, as_of, voiced, period, tz:
        ins.needs_over_time(customers, voiced, period=period, tz=tz) if len(voiced.table) else None),
    Measure("changes", lambda customers, as_of, topics, tz:
        compare_periods(customers, topics.assignments, tz=tz)),
    Measure("trend", lambda customers, as_of, topics, period, tz:
        ins.topics_over_time(customers, topics, period=period, tz=tz, n_words=0)),
    Measure("rated", lambda mentions: mentions if mentions["rating"].notna().any() else None),
    Measure("ratings", lambda rated, as_of, period, tz:
        ins.needs.ratings_over_time(rated, period=period, tz=tz)),
    Measure("ratings_by_topic", themes.ratings_by_topic),
    # Replies
    Measure("waits", replies.waits),
    Measure("by_reply", replies.by_reply),
    Measure("ratings_by_reply", lambda rated, by_reply: ins.needs.ratings_by(rated, by_reply)),
    Measure("responses", replies.asking),
    Measure("curve", lambda responses: ins.response_curve(responses)),
    Measure("rate", lambda responses: ins.response_rate(responses)),
    Measure("rate_by_intent", replies.rate_by_intent),
    Measure("rate_by_channel", replies.rate_by_channel),
    Measure("rate_in_hours", replies.rate_in_hours),
    Measure("acts", lambda mentions, waits, own=None: ins.conversations.reply_acts(mentions, brand=own)),
    Measure("test", lambda waits, wants, acts:
        ins.twitter_test(waits, acts) if waits["needs_answer"].any() else None, counts="n"),
    Measure("waiting", lambda waits, wants, mentions: ins.waiting_list(waits, mentions)),
    Measure("channels", lambda waits, wants:
        ins.conversations.channels(waits) if waits["needs_answer"].any() else None),
    Measure("week", lambda responses, tz: ins.conversations.response_week(responses, tz=tz), counts="n"),
    Measure("load", lambda responses, tz: ins.conversations.capacity(responses, tz=tz)),
    Measure("presence", replies.presence, counts="n"),
    Measure("peer_help", lambda mentions, wants: ins.peer_help(mentions, wants), counts="n"),
    Measure("handoffs", lambda mentions, acts, as_of, wants=None:
        ins.conversations.handoffs(mentions, acts, intents=wants), counts="n_moved"),
    Measure("escalations", lambda mentions, wants, acts: ins.conversations.escalations(mentions, wants)),
    Measure("dialogue_index", lambda mentions, acts, as_of, tz, own=None:
        ins.conversations.dialogue_index(mentions, brand=own, tz=tz)),
    Measure("interactions", lambda mentions, acts, as_of, tz, own=None:
        ins.people.interactions(mentions, brand=own, tz=tz)),
    Measure("letters", lambda mentions, acts, own=None: ins.conversations.form_letters(mentions, brand=own)),
    Measure("hashtags", lambda mentions, acts, random_state, own=None:
        ins.conversations.hashtag_audit(mentions, brand=own, random_state=random_state)),
    Measure("playbook", replies.playbook),
    Measure("loop", replies.loop, counts="n"),
    # Comparisons
    Measure("rivals", comparing.rivals),
    Measure("streams", comparing.streams, counts="n"),
    Measure("beliefs", comparing.beliefs),
    # Community
    Measure("since", staying.dense_from),
    Measure("regulars", lambda mentions, since: mentions[mentions["created_at"] >= since]),
    Measure("activity", staying.activity),
    Measure("until", lambda activity: pd.Timestamp(activity.attrs["as_of"])),
    Measure("repeat", lambda activity: ins.staying.repeat_rate(activity)),
    Measure("cohorts", lambda activity: ins.retention(activity)),
    Measure("growth", lambda activity: ins.growth(activity)),
    Measure("ceiling", lambda growth: ins.staying.reach_ceiling(growth)),
    Measure("silence", staying.silence),
    Measure("inactive_days", staying.inactive_days),
    Measure("tenure", lambda regulars, until, inactive_days:
        ins.tenure(regulars, silence=f"{inactive_days}D", as_of=until)),
    Measure("cadence", lambda regulars, until, tz: ins.staying.cadence(regulars, tz=tz, as_of=until)),
    Measure("risk", lambda regulars, until, inactive_days: ins.staying.at_risk(
        regulars, horizon=f"{inactive_days}D", lately=f"{2 * inactive_days}D", as_of=until),
        lacks="Too few people left or stayed to learn from, so no one is scored."),
    Measure("drivers", staying.drivers),
    Measure("exits", staying.exits),
    Measure("met", lambda regulars, until, tz: ins.welcome(regulars, tz=tz, as_of=until)),
    Measure("by_welcome", staying.by_welcome),
    Measure("effect", lambda regulars, until, random_state:
        ins.reply_effect(regulars, as_of=until, random_state=random_state),
        lacks="Too few newcomers could be watched for three months, so that those with a reply and those "
        "without are not compared."),
    Measure("ladder", lambda mentions, signals, since, tz: ins.people.ladder(mentions, signals, tz=tz),
        counts="n"),
    Measure("advocates", lambda mentions, signals, since, tz:
        ins.people.advocates(mentions, signals, tz=tz)),
    Measure("contribution", lambda mentions, signals, since: ins.people.contribution(mentions, signals)),
    Measure("niches", comparing.niches),
    # Incidents
    Measure("spikes", incidents.spikes, counts="n_people"),
    Measure("bursts", incidents.bursts),
    Measure("storms", incidents.storms),
    Measure("outages", incidents.outages),
    Measure("credibility", incidents.credibility),
)  # fmt: skip
NAMES = frozenset(measure.name for measure in PLAN) | {"labelled"}


@dataclass(frozen=True)
class Measured:
    """The tables that a plan made, the reasons of those that failed, and what the measures warned of."""

    found: dict[str, Any]
    reasons: dict[str, str]
    warnings: tuple[str, ...]


def run_plan(
    settings: Mapping[str, Any], *, stages: Stages | None = None, progress: bool = False
) -> Measured:
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
                made = _made(measure, arguments, stages, say=bar.set_postfix_str)
            except InsightError as error:
                if measure.must:
                    raise
                reasons[measure.name] = measure.lacks or start(str(error))
                continue
            empty = made is not None and measure.counts and not (len(made) and made[measure.counts].sum())
            found[measure.name] = None if empty else made
    kept = {name: found[name] for name in NAMES if found.get(name) is not None}
    return Measured(kept, reasons, tuple(dict.fromkeys(warned)))


def _made(
    measure: Measure, arguments: dict[str, Any], stages: Stages | None, *, say: Callable[[str], None]
) -> Any:  # noqa: ANN401
    """Run a measure, or take what an earlier run kept of it, warnings and all."""
    if stages is None:
        return measure.run(**arguments)
    if (kept := stages.find(measure.name, arguments)) is not None:
        say(f"{measure.name}, from an earlier run")
        warned, made = kept
    else:
        with caught_warnings() as warned:
            made = measure.run(**arguments)
        stages.keep(measure.name, arguments, made, warned)
    for message in warned:
        warnings.warn(message, InsightWarning, stacklevel=2)
    return made


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
