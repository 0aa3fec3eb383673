"""What to do next: at most four actions, each by a stated rule from a result of the page."""

from __future__ import annotations

import pandas as pd

from . import format as wording
from .changes import LEVEL
from .first_screen import change_claim, languages, name_of, need_size, pooled, shown_needs, waiting_sentence
from .results import Results

MIN_WAITS = 30


def next_actions(results: Results, *, tz: str) -> list[dict[str, str]]:
    """Derive the actions: a need, an answer, a change or staying, and a topic that the brand stays out of."""
    found = [
        _export_words(results) or _need(results) or _other_languages(results),
        _export_replies(results) or _slow_channel(results) or _waiting(results, tz=tz),
        _rising(results) or _leaving(results),
        _missing(results),
    ]
    return [action for action in found if action] or [
        _action(
            "Load more messages and run again",
            "nothing in this file is large enough to act on",
            href="#file",
            rule="No other rule applies.",
        )
    ]


def _action(text: str, why: str, *, href: str, rule: str) -> dict[str, str]:
    return {"text": text, "why": why, "href": href, "rule": rule}


def _need(results: Results) -> dict[str, str] | None:
    needs = shown_needs(results)
    if needs.empty:
        return None
    first = needs.iloc[0]
    href = f"#{first['need']}"
    if bool(first["tied_with_next"]) and len(needs) > 1:
        second = needs.iloc[1]
        return _action(
            f"Read two needs side by side: {name_of(first)}; {name_of(second)}",
            f"{wording.count(first['n_people'])} and {wording.people(second['n_people'])}; "
            "which is more worth meeting cannot be told from chance",
            href=href,
            rule="The first two needs of the ranking, when their order is not beyond chance.",
        )
    return _action(
        f"Meet the need that stands first: {name_of(first)}",
        need_size(first),
        href=href,
        rule="The first need of the ranking, when its place is beyond chance.",
    )


def _export_words(results: Results) -> dict[str, str] | None:
    if len(results.customers):
        return None
    return _action(
        "Add what customers wrote to the export",
        f"none of the {wording.count(len(results.mentions), 'message')} is a customer's and has words",
        href="#file",
        rule="When no message by a customer holds words.",
    )


def _other_languages(results: Results) -> dict[str, str] | None:
    unread = languages(results)
    if not unread:
        return None
    return _action(
        "Read the topics, for lack of needs",
        unread.rstrip("."),
        href="#topics",
        rule="When no need is found and not all messages are in English.",
    )


def _export_replies(results: Results) -> dict[str, str] | None:
    told = results.mentions["brand"].notna() | results.mentions["addressed"].fillna(False)
    if (results.mentions["role"] == "brand").any() or not told.any():
        return None
    return _action(
        "Add the brand's own messages to the export",
        "without them nobody can tell whether people are answered",
        href="#responses",
        rule="When the file speaks of a brand and holds no message by it.",
    )


def _slow_channel(results: Results) -> dict[str, str] | None:
    rates, overall = results.rate_by_channel, results.rate
    if rates is None or overall is None or overall.empty or len(rates) < 2:
        return None
    slower = (rates["share"] < overall["share"].iloc[0]) & (rates["p_adjusted"] <= LEVEL)
    slow = rates[(rates["n"] >= MIN_WAITS) & slower]
    if slow.empty:
        return None
    row = slow.sort_values(["share", "group"]).iloc[0]
    return _action(
        f"Answer on {wording.shorten(str(row['group']), limit=40)} first",
        f"{wording.estimate(row['share'], row['low'], row['high'])} within 24 hours, "
        f"against {wording.share(overall['share'].iloc[0])} over all, "
        f"n = {wording.count(row['n'], 'wait')}",
        href="#responses",
        rule=f"The channel with the lowest answer rate, of those with {MIN_WAITS} waits or more, "
        "when it is clearly below that of all others (false discovery rate of 5\u00a0%).",
    )


def _waiting(results: Results, *, tz: str) -> dict[str, str] | None:
    if results.responses is None or results.responses["responded"].all():
        return None
    return _action(
        "Answer those who still wait",
        waiting_sentence(results, tz=tz).rstrip("."),
        href="#responses",
        rule="When somebody waits at the end of the file and no channel stands out.",
    )


def _rising(results: Results) -> dict[str, str] | None:
    if results.changes is None:
        return None
    rising = results.changes.beyond_chance.query("change > 0")
    if rising.empty:
        return None
    row: pd.Series = rising.iloc[0]
    claim = change_claim(row, results)
    name, verb, rest = claim.partition(" rose ")
    return _action(
        f"Find out why “{name}” rose",
        f"{verb.strip()} {rest}",
        href=f"#topic-{row['topic']}",
        rule="The surest rising topic, at a false-discovery rate of 5 %.",
    )


def _leaving(results: Results) -> dict[str, str] | None:
    row = pooled(results.repeat)
    if row is None or row["high"] >= 0.5 or results.period != "month":
        return None
    return _action(
        "Ask people who did not write again why they left it at that",
        f"{wording.estimate(1 - row['share'], 1 - row['high'], 1 - row['low'])} did not write again "
        f"the next {results.period}, n = {wording.count(row['n'])} person-{results.period}s",
        href="#retention",
        rule=f"When fewer than half of a {results.period}'s people write again, the whole interval below "
        "half.",
    )


def _missing(results: Results) -> dict[str, str] | None:
    presence, needs = results.dialogue.presence, shown_needs(results)
    if presence is None or needs.empty or results.voiced is None or results.topics is None:
        return None
    placed, voiced = results.topics.assignments, results.voiced.members
    voiced = voiced.loc[voiced["need"].isin(needs["need"]), "mention_id"]
    about = placed.loc[placed["mention_id"].isin(voiced), "topic"]
    blank = presence[presence["blank"].astype(bool) & presence["topic"].isin(about)]
    if blank.empty:
        return None
    row = blank.sort_values(["n_missed", "topic"], ascending=[False, True]).iloc[0]
    return _action(
        f"Look in on the conversations about {wording.shorten(str(row['name']), limit=40)}",
        f"the brand speaks in {wording.estimate_of(row)} of {wording.count(row['n'])}, over all in "
        f"{wording.share(presence['share'].iloc[0])}",
        href="#presence",
        rule="Of the topics with a need in which the brand speaks less than elsewhere beyond chance, the one "
        "with most conversations without it.",
    )
