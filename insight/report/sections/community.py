"""Community: who comes back, which newcomers stay, and whether a reply goes with it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Said, Section
from insight.report.measures.staying import ANSWERED
from insight.report.results import Results
from insight.staying import ReplyEffect

from .finding import last_whole, next_cohort, of_share, pooled

MIN_PERIODS = 3
"""Complete periods from which on a file shows who stays."""


def _heading(results: Results) -> str:
    row = pooled(results.repeat)
    if row is None or not long_enough(results):
        return ""
    return f"{wording.start(wording.about(row['share'], 'people'))} write again the next {results.period}"


def long_enough(results: Results) -> bool:
    """Return whether the file can show who stays: months, and not collected around single conversations."""
    if results.repeat is None:
        return False
    periods = results.repeat["period"].astype(str) != "all"
    return (
        results.period == "month" and periods.sum() >= MIN_PERIODS and "inactive_days" not in results.reasons
    )


def _said(results: Results) -> Sequence[Said]:
    return [_newcomers(results), _growth(results), _inactive(results)]


def _newcomers(results: Results) -> Said:
    row = next_cohort(results.cohorts)
    if row is None:
        return Said("")
    return Said(
        f"{wording.start(wording.about(row['share'], 'newcomers'))} write in the {results.period} "
        "after their first.",
        of_share(row, "share", n="eligible") + " newcomers.",
    )


def _growth(results: Results) -> Said:
    last = last_whole(results.growth)
    if last is None:
        return Said("")
    when = wording.period_name(pd.Timestamp(str(last["period"])), period=results.period)
    new = wording.people(last["new"]) if last["new"] else "no one"
    back, gone = (
        wording.count(last[name]) if last[name] else "no one" for name in ("resurrected", "churned")
    )
    before = f"had written the {results.period} before"
    left = f"{gone} who {before} did not" if last["churned"] else f"all who {before} wrote again"
    return Said(f"In {when}, {new} wrote for the first time, {back} came back after a break, and {left}.")


def _inactive(results: Results) -> Said:
    silence, days = results.silence, results.inactive_days
    if silence is None or days is None:
        return Said("")
    rows = silence[(silence["silence_days"] == days) & silence["suggested"].astype(bool)]
    row = rows.iloc[0]
    return Said(
        f"After {wording.count(days, 'day')} without a message 9 in 10 do not return.",
        f"{of_share(row, 'share', n='n_authors')} come back within "
        f"{wording.count(silence.attrs['horizon_days'], 'day')} (Kaplan-Meier).",
    )


def started(table: pd.DataFrame, results: Results, *, of: str = "period") -> pd.DataFrame:
    """Give each row the day on which its period begins; the row of all periods together has none."""
    return table.assign(start=pd.to_datetime(table[of].astype(str).replace("all", None)))


def _repeat_title(table: pd.DataFrame, results: Results) -> str:
    row = pooled(table)
    known = table[(table["period"].astype(str) != "all") & table["share"].notna()]
    if row is None or len(known) < 2:
        return ""
    return f"{wording.share(row['share'])} of people write again the next {results.period}"


def _welcome_title(table: pd.DataFrame, results: Results) -> str:
    first = _pooled_groups(table, results)
    first = first[(first["period"] == first["period"].min()) & first["share"].notna()].set_index("group")
    if len(first) < len(ANSWERED):
        return ""
    if first["low"].max() <= first["high"].min():
        return f"No clear difference in who writes again the next {results.period} with and without a reply"
    yes, no = (wording.share(first.loc[name, "share"]) for name in ANSWERED)
    return (
        f"{yes} of newcomers who got a reply write again the next {results.period}, {no} of those who did not"
    )


def _pooled_groups(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    return table[(table["cohort"] == "all") & table["complete"].astype(bool)]


def _effect_title(effect: ReplyEffect, results: Results) -> str:
    if effect.withheld:
        return ""
    adjusted = effect.estimates[effect.estimates["estimate"] == "adjusted"]
    if adjusted.empty or adjusted["value"].isna().any():
        return effect.verdict
    row = adjusted.iloc[0]
    if row["low"] <= 0 <= row["high"]:
        return "No clear difference in who returns between newcomers with and without a reply"
    yes, no = (wording.share(row[name]) for name in ("share_answered", "share_unanswered"))
    # the figure before it compares all newcomers, as they are
    return f"Of newcomers alike, {yes} with a reply came back and {no} without; that is no proof of cause"


COMMUNITY = Section(
    "community",
    "Community",
    _heading,
    _said,
    (
        Exhibit(
            "come-back", "repeat", "period n retained share low high", _repeat_title, plot="repeat_rate",
            counted=lambda table, _: wording.people(table["n_people"].iloc[-1]), rows=started,
            opens="{unit}={start:%Y-%m-%d}", label="start",
        ),
        Exhibit(
            "newcomers", "by_welcome", "group period retained share low high n", _welcome_title,
            plot="retention", rows=_pooled_groups, options={"view": "curve"},
            words={"period": ("Periods later", wording.count)}, label="group", opens="welcome={group}",
        ),
        Exhibit(
            "welcome", "effect", "estimate scale n_answered n_unanswered value low high", _effect_title,
            plot="reply_effect", of="estimates", draw=lambda effect, _: effect, label="estimate",
            words={"low": ("From", wording.score), "high": ("To", wording.score)},
            seeks="whether a reply makes newcomers return",
        ),
    ),
)  # fmt: skip
