"""Replies: who is answered, how fast and how well, where we never reply, and who waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.measures.replies import REPLIED
from insight.report.results import Results
from insight.report.vocabulary import columns, values
from insight.topics.compare_periods import LEVEL

from .finding import answered_said, company, of_share, topics_named, wait_said, waiting_said

DUE = ("help", "complaint", "idea")
"""What asks for a reply."""


def _heading(results: Results) -> str:
    return answered_said(results).text


def _said(results: Results) -> Sequence[Said]:
    if results.responses is None:  # the memo says so
        return []
    return [waiting_said(results), _absent(results), _hours(results), _moved(results)]


def _absent(results: Results) -> Said:
    presence = results.presence
    if presence is None or presence["p_adjusted"].isna().all() or not presence["n_present"].sum():
        return Said("")
    blank = presence[presence["blank"].astype(bool) & (presence["n"] >= results.minimum)]
    labels = blank.sort_values("share", kind="stable")["name"].head(3).tolist()
    if not labels:
        return Said("No topic stands out as one that the company rarely joins.")
    return Said(
        f"{wording.start(company(results))} rarely replies in {topics_named(labels)}.",
        "Conversations by the topic of their first message, tested by people (false discovery rate "
        f"5\u00a0%); it speaks in {of_share(presence.iloc[0])} conversations overall.",
    )


def _hours(results: Results) -> Said:
    rate = results.rate_in_hours
    if rate is None or not len(rate) or rate["n_people"].iloc[0] < wording.FEW:
        return Said("")
    many = wording.about(rate["share"].iloc[0], "people")
    return Said(
        f"Counted in your opening hours, {many} get a reply within 8 hours.", of_share(rate.iloc[0], "share")
    )


def _moved(results: Results) -> Said:
    moved = results.handoffs
    if moved is None or moved["n"].iloc[0] < wording.FEW:
        return Said("")
    first = moved.iloc[0]
    return Said(
        f"{wording.start(wording.about(first['share'], 'public replies'))} ask the customer to switch to DM, "
        "phone or e-mail.",
        of_share(first) + " public replies.",
    )


def _due(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    return _rates(table[table["group"].isin(DUE)], results)


def _rates(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    named = table["group"].map(values("wants")).fillna(table["group"])
    enough = table["n_people"] >= max(wording.FEW, results.minimum)
    return table[enough].assign(want=table["group"], group=named)


def _intent_title(table: pd.DataFrame, results: Results) -> str:
    due = table[table["group"].isin(DUE)]
    return _behind_title(due, lambda group: f"people who {values('wants')[group]}")


def _channel_title(table: pd.DataFrame, results: Results) -> str:
    return _behind_title(table, lambda group: f"messages on {wording.shorten(group, limit=40)}")


def _behind_title(table: pd.DataFrame, who: Callable[[str], str]) -> str:
    known = table[table["n_people"] >= wording.FEW]
    if len(known) < 2:
        return ""
    behind = _behind(known)
    if behind.empty:
        ends = known.sort_values(["share", "group"], ascending=[False, True]).iloc[[0, -1]]
        rates = [f"{wording.share(row['share'])} of {who(str(row['group']))}" for _, row in ends.iterrows()]
        return f"{' and '.join(rates)} are answered within a day, no clear difference"
    first = behind.iloc[0]
    named = wording.start(who(str(first["group"])))
    return f"{named} are answered less often: {wording.share(first['share'])} within a day"


def _behind(table: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that are clearly answered less often than all others, the lowest first."""
    n, answered = table["n"].sum() - table["n"], table["answered"].sum() - table["answered"]
    behind = (table["p_adjusted"] <= LEVEL) & (table["share"] < answered / n)
    return table[behind].sort_values(["share", "group"])


def _curve_title(curve: pd.DataFrame, results: Results) -> str:
    return wait_said(results).text


def _quality(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    lines = (table["line"].iloc[0], *DUE)
    shown = table[table["part"].isin(list(values("reply_parts"))) & table["line"].isin(lines)]
    shown = shown[shown["n"] >= max(wording.FEW, results.minimum)]
    order = list(values("reply_parts"))
    named = shown["line"].map(values("wants")).fillna("all of these")
    return shown.assign(want=shown["line"].where(shown["line"].isin(DUE)), line=named).sort_values(
        "part", key=lambda parts: parts.map(order.index), kind="stable", ignore_index=True
    )


def _quality_title(table: pd.DataFrame, results: Results) -> str:
    first = table[table["line"] == table["line"].iloc[0]].set_index("part")
    if first.loc["answered", "n"] < wording.FEW:
        return ""
    share = wording.share(first.loc["acknowledged", "share"])
    return f"{share} of questions and complaints are met with an apology or acknowledgement within a day"


def _ratings_title(table: pd.DataFrame, results: Results) -> str:
    known = table[table["n_people"] >= wording.FEW].set_index("group")
    if not {REPLIED[0], REPLIED[2]} <= set(known.index):
        return ""
    soon, never = known.loc[REPLIED[0]], known.loc[REPLIED[2]]
    if soon["low"] <= never["high"] and never["low"] <= soon["high"]:
        return "Ratings with a reply within a day are much like those without a reply"
    return (
        f"Ratings with a reply within a day average {wording.stars(soon['stars'])} stars, those without a "
        f"reply {wording.stars(never['stars'])}"
    )


def _n_waits(shown: pd.DataFrame, results: Results) -> str:
    """Count the waits that are shown, of all: some could not be watched for a day, some groups are small."""
    n, of = int(shown["n"].sum()), 0 if results.responses is None else len(results.responses)
    return f"{wording.count(n)} of {wording.count(of, 'wait')}" if n < of else wording.count(n, "wait")


def _n_judged(test: pd.DataFrame, results: Results) -> str:
    return _n_waits(test[test["part"] == "answered"].head(1), results)


REPLIES = Section(
    "replies",
    "Replies",
    _heading,
    _said,
    (
        Exhibit(
            "answered-by-want", "rate_by_intent", "group n answered share low high", _intent_title,
            plot="response_rate", rows=_due, words={"n": ("Waits", wording.count)}, opens="want={want}",
            label="group", live="want",
            counted=lambda table, results: _n_waits(_due(table, results), results),
        ),
        Exhibit(
            "waits", "curve", "wait_hours n_at_risk unanswered low high", _curve_title,
            plot="response_curve", live="waits", opens="waiting=yes",
            counted=lambda _, results: wording.count(len(results.responses), "wait"),
        ),
        Exhibit(
            "answered-by-channel", "rate_by_channel", "group n answered share low high", _channel_title,
            plot="response_rate", rows=_rates, words={"n": ("Waits", wording.count)}, opens="channel={want}",
            label="group", live="channel",
            counted=lambda table, results: _n_waits(_rates(table, results), results),
        ),
        Exhibit(
            "reply-quality", "test", "line part n n_met share low high", _quality_title, plot="twitter_test",
            rows=_quality, draw=lambda _, rows: rows.assign(part=rows["part"].map(values("reply_parts"))),
            words={"n": ("Messages", wording.count)}, counted=_n_judged, opens="want={want}", label="line",
        ),
        Exhibit(
            "ratings-by-reply", "ratings_by_reply", "group n stars low high", _ratings_title,
            live="reply-ratings", words=columns("stars"), opens="reply={group}", label="group",
            counted=lambda table, _: wording.count(table["n"].sum(), "rating"),
        ),
    ),
    follows=True,
)  # fmt: skip
