"""What opens behind the numbers of the conversation: people's own words, drawn by stated rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import among
from insight.needs.quotes import cut_around
from insight.text.clean import TITLE
from insight.text.patterns import has_cue, read_cues
from insight.timeline.persons import by_people

from . import format as wording
from .cohorts import cohort_key, list_cohorts, newcomers
from .conduct_room import CHECKS
from .crowd import bursts
from .crowd_room import listed_items
from .evidence import MAX_CHARACTERS, notes_of, quoted
from .presence_room import ESCALATIONS
from .results import Results
from .twitter_room import INTENT_NAMES

QUOTED = ["mention_id", "author_id", "created_at", "platform", "channel", "text"]

Spans = dict[str, list[tuple[int, int]]]

REASONS = {
    "first": "one of the first",
    "oldest": "one of those who wait longest",
    "random": "drawn by chance",
    "newest": "one of the newest",
    "own": "a post of the brand",
}


@dataclass(frozen=True)
class Pile:
    """Messages under one label, of which `n` are quoted by a rule; `spans` are the words to mark."""

    label: str
    rule: str
    rows: pd.DataFrame
    n: int = 3
    spans: Spans = field(default_factory=dict)


Entry = tuple[str, str, str, list[Pile]]


def collect_dialogue_evidence(results: Results, *, tz: str, random_state: int) -> dict[str, Any]:
    """Collect words behind waits, escalations, bursts, storms, streams, groups and the brand's own posts.

    A pile of fewer people than the minimum is left out; the brand's own posts never are.
    """
    brief = replace(results, mentions=_brief(results.mentions), customers=_brief(results.customers))
    found, notes = {}, notes_of(results)
    for entries in (_waits, _escalations, _bursts, _storms, _streams, _niches, _own_posts):
        for key, claim, facts, piles in entries(brief, tz):
            groups = _groups(piles, notes, minimum=results.minimum, tz=tz, random_state=random_state)
            if groups:
                found[key] = {"claim": claim, "facts": facts, "groups": groups}
    return found


def collect_cohort_evidence(results: Results, *, tz: str, random_state: int) -> dict[str, Any]:
    """Collect first words of each cohort of newcomers: of those who wrote again later, and of the others."""
    if results.activity is None or results.cohorts is None:
        return {}
    people = newcomers(results).set_index("author_id")
    first = _brief(results.mentions[results.mentions["author_id"].isin(people.index)])
    first = first.drop_duplicates("author_id")
    of = [first["author_id"].map(people[name]) for name in ("cohort", "again")]
    heard, nobody = dict(list(first.groupby(of))), first.head(0)
    found, notes = {}, notes_of(results)
    told = list_cohorts(results)
    for row in told[told["n"] >= results.minimum].itertuples():
        back, gone = (heard.get((row.cohort, again), nobody) for again in (True, False))
        piles = [
            Pile("Wrote again later: first words, at random", "random", back, 4),
            Pile("Not seen again: first words, at random", "random", gone, 4),
        ]
        groups = _groups(piles, notes, minimum=results.minimum, tz=tz, random_state=random_state)
        if groups:
            claim = f"First wrote in {row.cohort}: {wording.people(row.n)}"
            facts = f"{wording.count(row.n_again)} wrote in a later {results.period} too, so far."
            found[cohort_key(row.cohort)] = {"claim": claim, "facts": facts, "groups": groups, "n_left": 0}
    return found


def _brief(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep what a quote needs, in order of time."""
    return mentions[list(dict.fromkeys([*QUOTED, "author_id", "role", "person", "addressed"]))].sort_values(
        ["created_at", "mention_id"], ignore_index=True
    )


def _groups(
    piles: list[Pile], notes: dict[str, str], *, minimum: int, tz: str, random_state: int
) -> list[dict[str, Any]]:
    groups, used = [], set[str]()
    for pile in piles:
        if pile.rule != "own" and pile.rows["author_id"].nunique() < minimum:
            continue
        quotes = []
        for row in _pick(pile, used, random_state=random_state):
            text, marks = cut_around(row["text"], pile.spans.get(row["mention_id"], []), MAX_CHARACTERS)
            told = {"text": text, "spans": marks, "reason": REASONS[pile.rule]}
            quotes.append(quoted({**row, **told, "note": notes.get(row["mention_id"], "")}, tz=tz))
        if quotes:
            groups.append({"label": pile.label, "quotes": quotes})
    return groups


def _pick(pile: Pile, used: set[str], *, random_state: int) -> list[dict[str, Any]]:
    """Go through the messages in the order of the rule; take each person and each text once, none `used`."""
    columns = {name: pile.rows[name].array for name in QUOTED}
    order = np.arange(len(pile.rows))
    if pile.rule == "newest":
        order = order[::-1]
    elif pile.rule == "random":
        order = np.random.default_rng(random_state).permutation(len(order))
    taken, seen = [], set[tuple[str, str]]()
    for at in order.tolist():
        text, person, mention = (columns[name][at] for name in ("text", "author_id", "mention_id"))
        marks = {("text", text)}
        if pile.rule != "own" and pd.notna(person):
            marks.add(("person", person))
        if not text.strip() or mention in used or seen & marks:
            continue
        seen |= marks
        taken.append({name: values[at] for name, values in columns.items()})
        if len(taken) == pile.n:
            break
    used |= {row["mention_id"] for row in taken}
    return taken


def _of(results: Results, ids: pd.Series) -> pd.DataFrame:
    return results.mentions[among(results.mentions["mention_id"], ids)]


def _spans(results: Results, signal: str) -> Spans:
    signals = results.signals
    if signals is None:
        return {}
    mine = signals[signals["signal"].astype("str") == signal]
    found: Spans = {name: [] for name in mine["mention_id"]}
    for row in mine[mine["sentence"] != TITLE].itertuples():
        found[row.mention_id].append((int(row.start), int(row.end)))
    return found


def _waits(results: Results, tz: str) -> Iterator[Entry]:
    waits = results.dialogue.responses
    if waits is None:
        return
    lines = {name: waits["intent"] == name for name in INTENT_NAMES}
    lines |= {"needs an answer": waits["needs_answer"], "challenge": waits["challenge"]}
    names = INTENT_NAMES | {"needs an answer": "ask, complain or suggest", "challenge": "challenge the brand"}
    for line, chosen in lines.items():
        part = waits[chosen.fillna(False).astype(bool)]
        if part.empty:
            continue
        answered = part["responded"].astype(bool)
        n, k = wording.count(len(part), "message"), int(answered.sum())
        open_rows = _of(results, part.loc[~answered, "mention_id"])
        piles = [
            Pile("Without an answer, the oldest", "oldest", open_rows),
            Pile("Without an answer, at random", "random", open_rows),
            Pile("Answered, at random", "random", _of(results, part.loc[answered, "mention_id"])),
        ]
        facts = f"{wording.count(k)} ever answered, {wording.count(len(part) - k)} not."
        yield f"waits-{line.replace(' ', '-')}", f"To the brand, people who {names[line]}: {n}", facts, piles


def _escalations(results: Results, tz: str) -> Iterator[Entry]:
    found = results.dialogue.escalations
    if found is None:
        return
    for name, words in ESCALATIONS.items():
        part = found[found[name].astype(bool)]
        told = part.dropna(subset=["start"])
        spans = {row.mention_id: [(int(row.start), int(row.end))] for row in told.itertuples()}
        rows = _of(results, part["mention_id"])
        piles = [Pile("At random", "random", rows, 5, spans), Pile("Newest", "newest", rows, 3, spans)]
        claim = f"{wording.count(len(part), 'public message')} by people who {words}"
        yield f"escalation-{name}", claim, "", piles


def _bursts(results: Results, tz: str) -> Iterator[Entry]:
    days = results.dialogue.spikes
    if days is None:
        return
    spoken = results.mentions[by_people(results.mentions) & results.mentions["created_at"].notna()]
    day = spoken["created_at"].dt.tz_convert(tz).dt.tz_localize(None).dt.normalize()
    for row in bursts(days).to_dict("records"):
        rows = spoken[((day >= row["start"]) & (day <= row["end"])).to_numpy()]
        spans: Spans = {}
        for word in filter(None, str(row["terms"] or "").split(", ")):
            for name, marks in _marked(rows, word).items():
                spans[name] = spans.get(name, []) + marks
        piles = [Pile("First", "first", rows, 3, spans), Pile("At random", "random", rows, 5, spans)]
        claim = (
            f"{wording.day(row['start'])} to {wording.day(row['end'])}: {wording.count(len(rows), 'message')}"
        )
        facts = f"{wording.people(row['n_people'])} on the fullest day, {row['expected']:.0f} usual."
        yield f"burst-{row['spike']}", claim, facts, piles


def _marked(rows: pd.DataFrame, word: str) -> Spans:
    """Find a word in the messages that hold it."""
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    near = rows[rows["text"].str.contains(word, case=False, regex=False)]
    found = {
        name: [match.span() for match in whole.finditer(text)]
        for name, text in zip(near["mention_id"].tolist(), near["text"].tolist(), strict=True)
    }
    return {name: spans for name, spans in found.items() if spans}


def _storms(results: Results, tz: str) -> Iterator[Entry]:
    parts = results.dialogue.storms
    if parts is None:
        return
    critical = _spans(results, "complaint")
    rows = _of(results, pd.Series(list(critical), dtype="str"))
    accusing = results.customers[has_cue(results.customers["text"], read_cues("conversations")["challenge"])]
    for storm, part in parts.groupby("storm"):
        first = part.iloc[0]
        rose = accusing if first["rose"] == "accusations" else rows
        within = rose[rose["created_at"].between(first["start"], first["end"])]
        if pd.notna(first["topic"]):
            told = results.topics.assignments
            within = within[
                within["mention_id"].isin(told.loc[told["topic"] == first["topic"], "mention_id"])
            ]
        piles = [
            Pile("First", "first", within, 3, critical),
            Pile("At random", "random", within, 6, critical),
        ]
        when = wording.dates(first["start"], first["end"], tz=tz)
        kind = "accusation" if first["rose"] == "accusations" else "complaint"
        yield f"storm-{storm}", f"{when}: {wording.count(len(within), kind)}", "", piles


def _streams(results: Results, tz: str) -> Iterator[Entry]:
    streams = results.dialogue.streams
    if streams is None:
        return
    customers = results.customers
    sent = customers["addressed"].fillna(False).astype(bool)
    known = customers["addressed"].notna()
    names = (
        {}
        if results.topics is None
        else {
            str(n): t
            for t, n in zip(results.topics.table["topic"], results.topics.table["name"], strict=True)
        }
    )
    for row in listed_items(streams).itertuples():
        spans: Spans = {}
        if row.kind == "word":
            spans = _marked(customers, row.item)
            ids = pd.Series(list(spans), dtype="str")
        elif row.kind == "signal":
            spans = _spans(results, row.item)
            ids = pd.Series(list(spans), dtype="str")
        else:
            told = results.topics.assignments
            ids = told.loc[told["topic"] == names.get(row.item), "mention_id"]
        here = among(customers["mention_id"], ids) & known
        piles = [
            Pile("In the wild, at random", "random", customers[here & ~sent], 4, spans),
            Pile("To the brand, at random", "random", customers[here & sent], 4, spans),
        ]
        claim = f"{wording.start(wording.shorten(row.item))}: more people in {row.group}"
        facts = (
            f"{wording.share(row.share)} of what {wording.people(row.n)} write there, "
            f"{wording.share(row.share_other)} of what {wording.count(row.n_other)} write elsewhere."
        )
        yield f"stream-{row.Index}", claim, facts, piles


def _niches(results: Results, tz: str) -> Iterator[Entry]:
    groups = results.dialogue.niches
    if groups is None:
        return
    for row in groups.table.itertuples():
        members = groups.members.loc[groups.members["niche"] == row.niche, "author_id"]
        rows = results.customers[among(results.customers["author_id"], members)]
        spans: Spans = {}
        for word in groups.terms.loc[groups.terms["niche"] == row.niche, "term"].head(6):
            for name, marks in _marked(rows, word).items():
                spans[name] = spans.get(name, []) + marks
        telling = rows[rows["mention_id"].isin(list(spans))]
        piles = [
            Pile("With its words, at random", "random", telling, 4, spans),
            Pile("Anything, at random", "random", rows, 4, spans),
        ]
        claim = f"{wording.start(wording.shorten(row.name))}: {wording.people(row.n)}"
        yield f"niche-{row.niche}", claim, f"{wording.count(row.n_mentions, 'message')}.", piles


def _own_posts(results: Results, tz: str) -> Iterator[Entry]:
    tags, playbook = results.dialogue.hashtags, results.dialogue.playbook
    if tags is not None:
        for row in tags[tags["flagged"].astype(bool)].itertuples():
            post = _of(results, pd.Series([row.mention_id]))
            spans = _marked(post, f"#{row.tag}")
            claim = f"#{wording.shorten(row.tag, limit=40)}: is it the brand's to use?"
            yield f"hashtag-{row.Index}", claim, row.reason, [Pile("The post", "own", post, 1, spans)]
    if playbook is not None and len(playbook) >= wording.FEW:
        for check, words in CHECKS.items():
            missed = playbook[playbook[check] == False]  # noqa: E712
            posts = _of(results, missed["mention_id"])
            claim = f"{wording.count(len(posts), 'first reply', plural='first replies')} that do not {words}"
            yield f"playbook-{check}", claim, "", [Pile("The brand's own words", "own", posts, 6)]
