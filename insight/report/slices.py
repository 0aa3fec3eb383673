"""The slices of a page: one channel, one stream, one period, or reposts counted as voices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import among
from insight.timeline.persons import by_people, count_people

from . import format as wording
from .members import Members
from .results import Results, customer_messages, heard_doubts, measured_anew

MAX_CHANNELS, MAX_PERIODS = 6, 4
UNITS = (("Q", 300), ("M", 62), ("W-SUN", 21))
"""The length of a period to choose, and the days that the archive must span for it."""

_REPOST = re.compile(r"^\s*RT\s+@\S+?:\s*")


@dataclass(frozen=True)
class Slice:
    """Some of the messages under a name of their own; `customers` voice the needs, `as_of` is the end.

    `of` are the results that it is cut from, where they are not those of the page.
    """

    name: str
    label: str
    kind: str
    mentions: pd.DataFrame
    customers: pd.DataFrame
    as_of: pd.Timestamp | None
    of: Results | None = None


@dataclass(frozen=True)
class TopicSlice:
    """The topics of some messages: those of the whole archive, counted anew."""

    table: pd.DataFrame
    assignments: pd.DataFrame


def run_slice(cut: Slice, results: Results, *, tz: str, random_state: int = 0) -> Results:
    """Measure some of the messages as if the file held no others and ended when they do.

    What the messages are about, what they voice and want stays as it was told from the whole archive, and so
    do the names.
    """
    whole, mentions, customers, as_of = cut.of or results, cut.mentions, cut.customers, cut.as_of
    reasons = {name: words for name, words in whole.reasons.items() if name in GIVEN}
    found = _cut_themes(whole, mentions, customers)
    parts = measured_anew(
        mentions,
        customers,
        found,
        reasons,
        own=whole.dialogue.own,
        events=whole.config.events,
        period=whole.period,
        tz=tz,
        random_state=random_state,
        as_of=as_of,
    )
    if "responses" in whole.reasons:
        del parts["responses"]
    with heard_doubts() as doubts:
        for part in parts.values():
            found |= part()
    told = {**dict.fromkeys(ANEW), "members": Members(), "since": None, "n_stray": 0, **found}
    return replace(
        whole,
        mentions=mentions,
        customers=customers,
        as_of=as_of,
        reasons=reasons,
        doubts=tuple(doubts),
        **told,
    )


GIVEN = ("topics", "signals", "responses")
"""What a slice cannot tell either, if the whole archive could not."""

ANEW = (
    "topics", "signals", "wants", "voiced", "needs", "trend", "changes", "responses", "waits", "curve",
    "rate", "rate_by_channel", "rate_by_intent", "rivals", "activity", "repeat", "cohorts", "growth",
)  # fmt: skip
"""The tables that each slice takes anew."""


def _cut_themes(whole: Results, mentions: pd.DataFrame, customers: pd.DataFrame) -> dict[str, Any]:
    from insight.topics.counts import count_topics

    found: dict[str, Any] = {"ledger": whole.ledger}
    if whole.wants is not None:
        found["wants"] = whole.wants[among(whole.wants["mention_id"], mentions["mention_id"])].reset_index(
            drop=True
        )
    if whole.voiced is not None and not customers.empty:
        found["voiced"] = whole.voiced.within(customers)
    if whole.topics is None or customers.empty:
        return found
    kept, names = customers["mention_id"], whole.topics.table.set_index("topic")["name"]
    assignments = whole.topics.assignments
    assignments = assignments[among(assignments["mention_id"], kept)]
    rows = assignments.merge(customers[["mention_id", "author_id"]], on="mention_id")
    signals = whole.signals
    return found | {
        "topics": TopicSlice(count_topics(rows, names), assignments),
        "signals": None if signals is None else signals[among(signals["mention_id"], kept)],
    }


def cut_slices(results: Results, *, tz: str) -> Iterator[Slice]:
    """Cut the archive by channel, by stream, by period, and once more with reposts counted as voices.

    A slice of fewer people than may be told of is left out. The brand's answers go with the messages that
    they answer.
    """
    mentions, as_of = results.mentions, results.as_of
    if as_of is None:
        return
    for name, label, kind, rows, until in [
        *_channels(mentions),
        *_streams(mentions),
        *_periods(mentions, tz=tz),
    ]:
        kept, others = mentions[rows], mentions[~rows]
        if 0 < _n_people(others) < wording.FEW:  # the page less this slice would speak of them alone
            continue
        if 0 < len(kept) < len(mentions) and _n_people(kept) >= max(wording.FEW, results.minimum):
            last = as_of if until is None else min(until, as_of)
            kept = kept.reset_index(drop=True)
            yield Slice(name, label, kind, kept, customer_messages(kept), last)
    reposted = _with_reposts(results)
    if reposted is not None:
        label, customers = "Reposts counted as voices", reposted.customers
        yield Slice("reposts", label, "Reposts", mentions, customers, as_of, reposted)


Cut = tuple[str, str, str, np.ndarray, pd.Timestamp | None]


def _n_people(mentions: pd.DataFrame) -> int:
    return count_people(mentions)


def _channels(mentions: pd.DataFrame) -> Iterator[Cut]:
    column = "platform" if len(mentions["platform"].unique()) > 1 else "channel"
    ours = mentions[by_people(mentions)]
    people = ours.groupby(column, observed=True)["author_id"].nunique()
    largest = sorted(people.items(), key=lambda pair: (-pair[1], str(pair[0])))
    for number, (place, _) in enumerate(largest[:MAX_CHANNELS], 1):
        label = wording.place(str(place)) if column == "platform" else wording.shorten(str(place), limit=40)
        slug = re.sub("[^a-z0-9]+", "-", str(place).lower()).strip("-")[:40]
        yield (
            f"{slug or 'channel'}-{number}",
            label,
            "Channel",
            (mentions[column] == place).fillna(False).to_numpy(),
            None,
        )


def _streams(mentions: pd.DataFrame) -> Iterator[Cut]:
    ours = by_people(mentions)
    for name, label, sent in (
        ("addressed", "Sent to the brand", True),
        ("wild", "Overheard in the wild", False),
    ):
        told = (mentions["addressed"] == sent).fillna(False).to_numpy(dtype=bool)
        dropped = mentions.loc[ours & ~told, "mention_id"]
        answers = ~ours & ~among(mentions["reply_to_id"], dropped)
        if (ours & told).any():
            yield name, label, "To whom", (ours & told) | answers, None


def _periods(mentions: pd.DataFrame, *, tz: str) -> Iterator[Cut]:
    dated = mentions["created_at"].dropna()
    days = (dated.quantile(0.95) - dated.quantile(0.05)).days if len(dated) else 0
    unit = next((unit for unit, least in UNITS if days >= least), None)
    if unit is None:
        return
    local = mentions["created_at"].dt.tz_convert(tz).dt.tz_localize(None)
    last = local.max()
    for back in range(MAX_PERIODS):
        period = last.to_period(unit) - back
        begin, stop = (
            pd.Timestamp(moment)
            .tz_localize(tz, ambiguous=True, nonexistent="shift_forward")
            .tz_convert("UTC")
            for moment in (period.start_time, (period + 1).start_time)
        )
        whole = last.normalize() >= period.end_time.normalize()
        rows = (mentions["created_at"] >= begin) & (mentions["created_at"] < stop)
        until = stop - pd.Timedelta(1, "us")
        name = wording.dates(begin, min(until, dated.max()), tz=tz)
        label = name if whole else f"{name}, not over yet"
        yield str(period.start_time.date()), label, "Period", rows.fillna(False).to_numpy(), until


def _with_reposts(results: Results) -> Results | None:
    """Let who passes a message on say what it says; what it says is told from the words passed on."""
    mentions, topics = results.mentions, results.topics
    passed = (mentions["kind"] == "repost") | mentions["reposted_id"].notna()
    passed &= by_people(mentions) & (mentions["text"].str.strip() != "")
    if topics is None or results.signals is None or not passed.any():
        return None
    words = mentions.loc[passed, "text"].str.replace(_REPOST, "", regex=True)
    voices = mentions.copy()
    voices["kind"] = voices["kind"].astype(object).where(~passed, "post").astype(mentions["kind"].dtype)
    voices["reposted_id"] = voices["reposted_id"].where(~passed)
    voices.loc[passed, "text"] = words
    voices.loc[passed, "own"] = True
    told = _told(results, results.signals, words.drop_duplicates())
    ids = pd.DataFrame({"mention_id": mentions.loc[passed, "mention_id"], "text": words})
    themes = ids.merge(told[0], on="text").drop(columns="text")
    heard = ids.merge(told[1], on="text").drop(columns="text")
    voiced = results.voiced
    if voiced is not None:
        from insight.needs.find import add_messages

        voiced = add_messages(voiced, voices[passed], heard)
    return replace(
        results,
        customers=customer_messages(voices),
        voiced=voiced,
        topics=TopicSlice(topics.table, pd.concat([topics.assignments, themes], ignore_index=True)),
        signals=pd.concat([results.signals, heard], ignore_index=True),
    )


def _told(results: Results, signals: pd.DataFrame, texts: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tell topic and signals of texts, from the same words in the archive where they are there."""
    from insight.signals.find import find_signals

    known = results.customers[results.customers["text"].isin(texts)].drop_duplicates("text")
    new = texts[~texts.isin(known["text"])].reset_index(drop=True)
    found = known[["mention_id", "text"]]
    topic = results.topics.assignments.merge(found, on="mention_id").drop(columns="mention_id")
    heard = signals.merge(found, on="mention_id").drop(columns="mention_id")
    if new.empty:
        return topic, heard
    numbers = pd.DataFrame({"text": new, "topic": results.topics.predict(new.tolist()), "similarity": 0.0})
    fresh = find_signals(new.tolist())
    fresh["text"] = fresh["mention_id"].astype(int).map(new)
    return (
        pd.concat([topic, numbers], ignore_index=True),
        pd.concat([heard, fresh.drop(columns="mention_id")], ignore_index=True),
    )


def slice_size(part: Results) -> str:
    """Say how much a slice holds."""
    n_brand = int((part.mentions["role"] == "brand").sum())
    told = [
        f"{wording.count(len(part.mentions), 'message')} {wording.by_people(count_people(part.mentions))}",
        f"{wording.count(n_brand)} of them by the brand" if n_brand else "",
    ]
    return ", ".join(filter(None, told))
