"""The room of the Twitter Test: how well the brand answers, where, when, and who still waits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from . import format as wording
from .dialogue import Dialogue
from .exhibit import INTERVAL, Columns, as_rows, exhibit, with_caveats
from .sections import section

PARTS = ("answered soon", "answered", "acknowledged", "thanked", "moved")
"""Parts of the Twitter Test that are drawn; grade and passed stand in the table."""

INTENT_NAMES = {
    "help": "ask for help",
    "complaint": "complain",
    "idea": "suggest something",
    "compliment": "praise",
    "thanks": "say thanks",
    "other": "small talk and the like",
}
MAX_WAITING = 60
"""Rows of the waiting list on the page; the export holds all of them."""

RULES = (
    "What a message wants is told by readable rules (help, complaint, idea, compliment, thanks), in English; "
    "read the shares, not the single message."
)


def twitter_room(test: pd.DataFrame, dialogue: Dialogue, *, minimum: int, tz: str) -> dict[str, Any]:
    """Grade the first answers, and list who waits."""
    first = test[test["line"] == test["line"].iloc[0]].set_index("part")
    n = wording.count(first.loc["answered", "n"], "message")
    heading = (
        f"The Twitter Test: {wording.estimate_of(first.loc['grade'])} of its four parts are met, n = {n}"
    )
    share = {part: wording.estimate_of(first.loc[part]) for part in first.index}
    said = [
        f"Of the questions, complaints and ideas sent to the brand {share['answered']} are answered within "
        f"24 hours, {share['answered soon']} within one.",
        f"{wording.start(share['acknowledged'])} get an answer that acknowledges or apologises, "
        f"{share['thanked']} one that thanks, {share['moved']} one that offers another venue; "
        f"{share['passed']} get all four.",
        _challenged(test),
    ]
    drawn = [_test_figure(test, minimum=minimum)]
    if dialogue.channels is not None and dialogue.channels["gap"].notna().any():
        drawn.append(_channel_figure(dialogue.channels, minimum=minimum))
    if dialogue.week is not None:
        drawn.append(_week_figure(dialogue.week))
    room = section("test", "Twitter Test", heading, said=said, drawn=drawn)
    return room | {
        "tables": [*_triage_table(dialogue.triage, minimum=minimum), *_waiting_table(dialogue.waiting, tz=tz)]
    }


def _challenged(test: pd.DataFrame) -> str:
    """Set the answers to compliments and to challenges beside those to questions."""
    answered = test[test["part"] == "answered"].set_index("line")
    names = {
        "help": "Questions",
        "compliment": "compliments",
        "challenge": "messages that challenge the brand",
    }
    told = [
        f"{words} {wording.estimate_of(answered.loc[line])}"
        for line, words in names.items()
        if line in answered.index and answered.loc[line, "n"] >= wording.FEW
    ]
    return f"Answered within 24 hours: {wording.listing(told)}." if len(told) > 1 else ""


def _test_figure(test: pd.DataFrame, *, minimum: int) -> dict[str, Any]:
    from insight import plots

    order = {part: place for place, part in enumerate(test["part"].drop_duplicates())}
    shown = test[test["n"] >= minimum]
    shown = shown.sort_values("part", key=lambda parts: parts.map(order), kind="stable", ignore_index=True)
    columns: Columns = {
        "line": ("What they want", wording.start),
        "part": ("Part", str),
        "n": ("Messages", wording.count),
        "n_met": ("Met", wording.count),
        "share": ("Share", wording.share),
        **INTERVAL,
    }
    grade = test[test["part"] == "grade"].iloc[0]
    return exhibit(
        "twitter-test",
        shown,
        plot=lambda table: plots.twitter_test(table[table["part"].isin(PARTS)]),
        columns=columns,
        sentence=f"Grade {wording.estimate_of(grade)}: answered, acknowledged, thanked, moved on.",
        definition=with_caveats(
            "Write to a firm and see: a quick answer that acknowledges, thanks and offers to move to another "
            "venue. Answered soon: within one hour; answered: within 24 hours; the other parts are judged on "
            "the first answer within 24 hours. Grade: the share of the four parts that are met. Not every "
            "message calls for thanks or another venue, so read the parts first. Only messages whose 24 "
            f"hours the file covers are judged. {RULES}",
            test,
        ),
        opens=[f"waits-{line.replace(' ', '-')}" for line in shown["line"]],
    )


def _channel_figure(channels: pd.DataFrame, *, minimum: int) -> dict[str, Any]:
    from insight import plots

    shown = channels[(channels["n"] >= minimum) & channels["share"].notna()].reset_index(drop=True)
    mixed = shown[shown["intent"] == shown["intent"].iloc[0]]
    best, worst = (mixed.loc[mixed["share"].agg(end)] for end in ("idxmax", "idxmin"))
    columns: Columns = {
        "intent": ("What they want", wording.start),
        "channel": ("Channel", wording.shorten),
        "n": ("Waits", wording.count),
        "answered": ("Answered", wording.count),
        "share": ("Rate", wording.share),
        **INTERVAL,
        "median_hours": ("Half by", wording.duration),
        "gap": ("Against all others", wording.points),
        "gap_low": ("from", wording.points),
        "gap_high": ("to", wording.points),
    }
    return exhibit(
        "channels",
        shown,
        plot=lambda table: plots.channels(table[table["intent"] == mixed["intent"].iloc[0]]),
        columns=columns,
        sentence="With the same mix of wishes the share answered within 24 hours runs from "
        f"{wording.estimate_of(worst, 'share')} on {worst['channel']} to "
        f"{wording.estimate_of(best, 'share')} on {best['channel']}.",
        definition=with_caveats(
            "Waits for help, amends or an idea heard, answered within 24 hours. Same mix: each channel is "
            "weighed as if it got the mix of all channels together. Half by: half had an answer by then, the "
            "unanswered counted as waiting. A gap whose interval holds 0 may be chance; who writes where "
            "differs in more than the wish.",
            channels,
        ),
    )


def _week_figure(week: pd.DataFrame) -> dict[str, Any]:
    from insight import plots

    asked = week[week["n"] > 0]
    busiest = asked.loc[asked["n"].idxmax()]
    columns: Columns = {
        "weekday": ("Day", str),
        "hour": ("Hour", lambda hour: f"{int(hour)}:00"),
        "n": ("Waits", wording.count),
        "answered": ("Answered", wording.count),
        "share": ("Rate", wording.share),
        **INTERVAL,
    }
    return exhibit(
        "response-week",
        asked,
        plot=lambda _: plots.response_week(week),
        columns=columns,
        sentence=f"Most people ask on {busiest['weekday']} at {busiest['hour']}:00: "
        f"{wording.count(busiest['answered'])} of {wording.count(busiest['n'])} answered within 24 hours.",
        definition=with_caveats(
            f"The share of waits that ended within 24 hours, by the hour and weekday of asking "
            f"({week.attrs.get('tz', 'UTC')}). A cell with few waits has a wide interval; hover to see it.",
            week,
        ),
    )


def _triage_table(triage: pd.DataFrame | None, *, minimum: int) -> list[tuple[str, dict[str, Any]]]:
    if triage is None:
        return []
    shown = triage[triage["n_people"] >= minimum]
    columns: Columns = {
        "intent": ("They", INTENT_NAMES.__getitem__),
        "n": ("Messages", wording.count),
        "n_people": ("People", wording.count),
        "share": ("Share of messages", wording.share),
        **INTERVAL,
        "n_answered": ("Ever answered", wording.count),
        "n_waiting": ("No answer", wording.count),
    }
    rows = as_rows(shown, columns, opens=[f"waits-{name}" for name in shown["intent"]])
    return [("What people want when they write to the brand", rows | {"definition": RULES})]


def _waiting_table(waiting: pd.DataFrame | None, *, tz: str) -> list[tuple[str, dict[str, Any]]]:
    if waiting is None or waiting.empty:
        return []
    columns: Columns = {
        "text": ("Words", wording.shorten),
        "intent": ("Wants", str),
        "platform": ("Where", lambda name: wording.place(str(name))),
        "asked_at": ("Since", lambda moment: wording.date(moment, tz=tz)),
        "wait_hours": ("Has waited", wording.duration),
        "n_messages": ("Messages", wording.count),
    }
    opens = [f"waits-{intent}" for intent in waiting["intent"]]
    rows = as_rows(waiting.head(MAX_WAITING), columns, opens=opens[:MAX_WAITING])
    rows["left_out"] = len(waiting) - len(rows["rows"])
    note = "Questions, complaints and ideas without an answer when the file ends, the oldest first; no names."
    return [("Waiting list", rows | {"definition": note})]
