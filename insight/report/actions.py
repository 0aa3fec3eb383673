"""What to do next: at most three actions in the imperative, each with what it rests on and its rule."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from insight.topics.compare_periods import LEVEL

from . import format as wording
from .results import Results
from .row_columns import EXTRA
from .scope import speaks_of_brand
from .sections.finding import (
    RECENT,
    languages,
    largest_needs,
    n_people,
    name_of,
    pooled,
    recent,
    surest_changes,
    too_close,
    topics_named,
    two_counts,
    unanswered,
)

MIN_WAITS = 30


@dataclass(frozen=True)
class Action:
    """Something to do, in the imperative: what it rests on, where that is shown, the rule that chose it."""

    text: str
    why: str
    href: str
    rule: str


def next_actions(results: Results) -> list[Action]:
    """Derive the actions: on a problem, on replies, on a change, a gap or on leaving."""
    found = [
        _export_words(results) or _problem(results) or _other_languages(results),
        _marked(results) or _export_replies(results) or _slow_channel(results) or _waiting(results),
        _rising(results) or _absent(results) or _leaving(results),
    ]
    return [action for action in found if action] or [
        Action(
            "Load more messages and run again",
            "nothing in this file is large enough to act on",
            href="#appendix",
            rule="Nothing else can be concluded from this file.",
        )
    ]


def _problem(results: Results) -> Action | None:
    needs = largest_needs(results, 2)
    if needs.empty:
        return None
    first = needs.iloc[0]
    if too_close(needs):
        return Action(
            f"Start with “{name_of(first)}” and “{name_of(needs.iloc[1])}”",
            f"{two_counts(needs)}, too close to rank",
            href=f"#need={first['need']}",
            rule="Their 95\u00a0% intervals overlap, so neither is clearly first.",
        )
    return Action(
        f"Start with “{name_of(first)}”",
        f"{wording.people(first['n_people'])}, more than with any other problem",
        href=f"#need={first['need']}",
        rule="Its 95\u00a0% interval lies above that of the next problem.",
    )


def _export_words(results: Results) -> Action | None:
    if len(results.customers):
        return None
    return Action(
        "Add what customers wrote to the export",
        f"none of the {wording.count(len(results.mentions), 'message')} is a customer's and has words",
        href="#appendix",
        rule="No message by a customer has words.",
    )


def _other_languages(results: Results) -> Action | None:
    unread = languages(results)
    if not unread:
        return None
    return Action(
        "Read the topics instead of the problems",
        unread.rstrip("."),
        href="#appendix",
        rule="No problem was found, and not all messages are in English.",
    )


def _export_replies(results: Results) -> Action | None:
    if (results.mentions["role"] == "brand").any() or not speaks_of_brand(results.mentions):
        return None
    return Action(
        "Add the company's replies to the export",
        "without them the response time is unknown",
        href="#appendix",
        rule="The file speaks of a brand and has no message by it.",
    )


def _marked(results: Results) -> Action | None:
    marked = results.marked_open
    if marked is None or results.responses is not None:
        return None
    state, first = str(marked.index[0]), marked.iloc[0]
    return Action(
        f"Work through the {wording.count(first['n'], 'message')} marked {state.lower()}",
        f"the oldest is from {wording.date(first['first'], tz=results.tz)}",
        href=f"#{EXTRA}status={quote(state)}",
        rule="The file marks these as not done, and holds no replies.",
    )


def _slow_channel(results: Results) -> Action | None:
    rates, overall = results.rate_by_channel, results.rate
    if rates is None or overall is None or overall.empty or len(rates) < 2:
        return None
    slower = (rates["share"] < overall["share"].iloc[0]) & (rates["p_adjusted"] <= LEVEL)
    slow = rates[(rates["n"] >= MIN_WAITS) & slower]
    if slow.empty:
        return None
    row = slow.sort_values(["share", "group"]).iloc[0]
    return Action(
        f"Answer faster on {wording.shorten(str(row['group']), limit=40)}",
        f"{wording.share(row['share'])} get a reply within a day there, "
        f"{wording.share(overall['share'].iloc[0])} overall",
        href="#replies",
        rule=f"Of the channels with {MIN_WAITS} waits or more it is clearly below all others (false "
        "discovery rate 5\u00a0%).",
    )


def _waiting(results: Results) -> Action | None:
    open_ = pd.DataFrame() if results.responses is None else unanswered(results)
    late = open_ if open_.empty else recent(open_, results)
    waits = late if len(late) else open_
    if waits.empty:
        return None
    n, first = n_people(waits), wording.date(waits["asked_at"].min(), tz=results.tz)
    who = "the person" if n == 1 else f"the {wording.people(n)}"
    what = f"still waiting from the file's last {RECENT} days" if len(late) else "who got no reply"
    return Action(
        f"Reply to {who} {what}",
        f"{'they' if n == 1 else 'the first'} wrote on {first}",
        href=f"#waiting={'recent' if len(late) else 'yes'}",
        rule=f"They still wait at the end of the file; those of its last {RECENT} days can still be helped.",
    )


def _rising(results: Results) -> Action | None:
    rising = [row for row in surest_changes(results) if row["change"] > 0 and pd.notna(row.get("topic"))]
    if not rising:
        return None
    row = rising[0]
    shares = f"from {wording.share(row['share_before'])} to {wording.share(row['share_after'])}"
    topic = results.topics.table.set_index("topic").loc[row["topic"], "name"]
    return Action(
        f"Find out why {topics_named([topic])} grew",
        f"{shares} of what people write",
        href=f"#topic={row['topic']}",
        rule="It grew most clearly of all topics, at a false discovery rate of 5\u00a0%.",
    )


def _absent(results: Results) -> Action | None:
    presence, voiced, needs = results.presence, results.voiced, largest_needs(results, 40)
    if presence is None or needs.empty:
        return None
    said = voiced.members.loc[voiced.members["need"].isin(needs["need"]), "mention_id"]
    placed = results.topics.assignments
    about = placed.loc[placed["mention_id"].isin(said), "topic"]
    absent = presence[presence["blank"].astype(bool) & presence["topic"].isin(about)]
    if absent.empty:
        return None
    row = absent.sort_values(["n_missed", "topic"], ascending=[False, True]).iloc[0]
    return Action(
        f"Reply more often in {topics_named([row['name']])}",
        f"the company joins {wording.share(row['share'])} of its conversations, "
        f"{wording.share(presence['share'].iloc[0])} of all",
        href=f"#topic={row['topic']}",
        rule="Of the topics in which people have problems and the company clearly speaks less than "
        "elsewhere, it has most conversations without the company.",
    )


def _leaving(results: Results) -> Action | None:
    row = pooled(results.repeat)
    if row is None or row["high"] >= 0.5 or results.period != "month":
        return None
    return Action(
        "Ask people who stopped writing why",
        f"{wording.about(1 - row['share'], 'people')} did not write again the next month",
        href="#community",
        rule="Fewer than half of a month's people write again; the whole interval lies below half.",
    )
