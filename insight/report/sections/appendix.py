"""The appendix: every other figure and table, closed until it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from insight.report import format as wording
from insight.report.exhibit import Exhibit, Section
from insight.report.results import Results
from insight.report.vocabulary import columns, values

from .community import started
from .comparisons import whole_file
from .finding import crowd, name_of, of_share, shown_topics, too_close, waiting_said
from .staying_titles import (
    advocates_title,
    cadence_title,
    ceiling_title,
    cohorts_title,
    drivers_title,
    exits_title,
    growth_title,
    ladder_title,
    risk_title,
    silence_title,
    tenure_title,
)

if TYPE_CHECKING:
    from insight.people import Credibility, Niches

MAX_TOPICS, MAX_PANELS, MAX_STEPS = 20, 9, 120
MIN_LEVELS = 8
"""Complete periods under which no level of a topic is said to last."""


def enough(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Keep the groups of enough people to be shown."""
    return table[table["n"] >= results.minimum].reset_index(drop=True)


def thinned(curve: pd.DataFrame) -> pd.DataFrame:
    """Keep steps of a curve evenly, the first and the last among them."""
    kept = np.unique(np.linspace(0, len(curve) - 1, MAX_STEPS).round().astype(int))
    return curve.iloc[kept] if len(curve) > MAX_STEPS else curve


def _topics_title(table: pd.DataFrame, results: Results) -> str:
    topics = shown_topics(results)
    if topics.empty:
        return ""
    topics = topics.sort_values(["n_people", "topic"], ascending=[False, True])
    first = topics.iloc[0]
    if too_close(topics):
        many = f"{wording.count(first['n_people'])} and {wording.people(topics['n_people'].iloc[1])}"
        return f"“{name_of(first)}” and “{name_of(topics.iloc[1])}” are the most common topics: {many}"
    return f"“{name_of(first)}” is the most common topic: {wording.people(first['n_people'])}"


def _trend_rows(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    largest = shown_topics(results)["topic"].head(MAX_PANELS)
    rows = table[table["topic"].isin(largest) & (table["total"] > 0)]
    rows = rows.assign(change=rows["change"].astype(bool) & _can_last(rows))
    return rows.assign(level=rows["change"].map({True: "new level", False: ""}))


def _can_last(rows: pd.DataFrame) -> bool:
    """Return whether the periods are enough for a level that lasts."""
    return rows.loc[rows["complete"].astype(bool), "period"].nunique() >= MIN_LEVELS


def _trend_title(table: pd.DataFrame, results: Results) -> str:
    rows = _trend_rows(table, results)
    if rows["period"].nunique() < 3:
        return ""
    if not _can_last(rows):
        return "Too early to say whether a topic reached a lasting new level"
    moved = list(dict.fromkeys(rows.loc[rows["change"].astype(bool), "name"]))
    return (
        f"{wording.listing([f'“{name}”' for name in moved])} reached a lasting new level"
        if moved
        else "No topic reached a lasting new level"
    )


def _brands_title(rivals: pd.DataFrame, results: Results) -> str:
    rows = whole_file(rivals)
    talking = rows[rows["measure"] == "talking"].sort_values(["share", "brand"], ascending=[False, True])
    if len(rows) < 2 or talking.empty:
        return ""
    first = talking.iloc[0]
    return f"{first['brand']} is in {wording.share(first['share'])} of what people write about these brands"


def _week_title(week: pd.DataFrame, results: Results) -> str:
    busiest = week.loc[week["n"].idxmax()]
    return f"{busiest['weekday']} at {busiest['hour']}:00 is the busiest hour"


def _mixed(channels: pd.DataFrame, results: Results) -> pd.DataFrame:
    return channels[(channels["n"] >= results.minimum) & channels["share"].notna()].reset_index(drop=True)


def _channels_title(channels: pd.DataFrame, results: Results) -> str:
    if channels["gap"].isna().all():
        return ""
    mixed = channels[channels["intent"] == channels["intent"].iloc[0]].dropna(subset=["gap"])
    least = mixed.loc[mixed["share"].idxmin()]
    return (
        f"With the same mix of messages in every channel, {least['channel']} gets the fewest replies within "
        f"a day: {wording.share(least['share'])}"
    )


def _load_title(load: pd.DataFrame, results: Results) -> str:
    weeks = load[load["complete"]]
    if len(weeks) < 2:
        return ""
    behind = int((weeks["n_out"] < weeks["n_in"]).sum())
    return f"In {wording.count(behind)} of {wording.count(len(weeks), 'week')} more came in than was answered"


def _handoffs_title(table: pd.DataFrame, results: Results) -> str:
    whole = table[(table["channel"] == "all") & (table["n"] >= wording.FEW)]
    if whole.empty:
        return "Too few replies to say how many move the customer to a private channel"
    many = wording.about(whole["share"].iloc[0], "public replies")
    return f"{wording.start(many)} ask the customer to write in private"


def _bursts_title(bursts: pd.DataFrame, results: Results) -> str:
    return f"Clearly more people than usual wrote {wording.count(len(bursts), 'time')}"


def _exits_rows(exits: pd.DataFrame, results: Results) -> pd.DataFrame:
    shown = exits[exits["n_people"] >= results.minimum].copy()
    few = shown["n_people"] < wording.FEW
    shown[["share", "low", "high"]] = shown[["share", "low", "high"]].mask(few)
    return shown


def _index_title(index: pd.DataFrame, results: Results) -> str:
    n = int(index["n"].sum())
    if n < wording.FEW:
        return ""
    n_answers = wording.count(index["n_answers"].sum())
    return f"{n_answers} of the company's {wording.count(n, 'post')} answer someone"


def _letters_rows(marks: pd.DataFrame, results: Results) -> pd.DataFrame:
    rows = marks[marks["mark"].isin(list(values("letters"))) & (marks["n"] > 0) & (marks["writer"] == "all")]
    return rows.reset_index(drop=True)


def _letters_title(marks: pd.DataFrame, results: Results) -> str:
    rows = marks[(marks["writer"] == "all") & (marks["mark"] == "copied") & (marks["n"] >= wording.FEW)]
    return (
        f"{wording.share(rows['share'].iloc[0])} of replies {values('letters')['copied']}"
        if len(rows)
        else ""
    )


def _tags_title(tags: pd.DataFrame, results: Results) -> str:
    n = tags.loc[tags["flagged"].astype(bool), "mention_id"].nunique()
    return (
        f"{wording.start(wording.count(n, 'post'))} with a hashtag that may not be the brand's to use"
        if n
        else ""
    )


def _niches_title(groups: Niches, results: Results) -> str:
    return f"{wording.start(wording.count(len(groups.table), 'group'))} of people write about the same things"


def _credibility_title(found: Credibility, results: Results) -> str:
    whole = found.stances[found.stances["part"] == "all"].set_index("stance")
    if "support" not in whole.index or whole["n"].max() < wording.FEW:
        return f"Too few other {crowd(results)} answer complaints to say whether they agree"
    row = whole.loc["support"]
    others = wording.count(row["n"], f"other {crowd(results).removesuffix('s')}")
    return f"Of {others} who answered a complaint {wording.share(row['share'])} support it"


def _stances(found: Any, rows: pd.DataFrame) -> Any:  # noqa: ANN401
    named = found.stances["stance"].map(values("stances")).fillna(found.stances["stance"])
    return replace(found, stances=found.stances.assign(stance=named))


def _loop_title(loop: pd.DataFrame, results: Results) -> str:
    first = loop.set_index("stage").loc["answered"]
    if first["n"] < wording.FEW:
        return ""
    return f"{wording.share(first['share'])} of ideas got a reply"


def _ledger_title(ledger: pd.DataFrame, results: Results) -> str:
    shown = ledger[ledger["n_people"] >= results.minimum]
    if shown.empty:
        return ""
    shipped = int(shown["shipped"].notna().sum())
    return f"{wording.count(len(shown), 'idea')}, {wording.count(shipped)} of them shipped"


def _presence_title(presence: pd.DataFrame, results: Results) -> str:
    if presence["share"].isna().iloc[0]:
        return ""
    return f"The company speaks in {of_share(presence.iloc[0]).partition(',')[0]} of conversations"


def _help_title(helped: pd.DataFrame, results: Results) -> str:
    if helped["n"].iloc[0] < wording.FEW or results.mentions["link"].isna().all():
        return ""  # without a link no answer of another customer can be seen
    return f"Other {crowd(results)} answer {wording.share(helped['share'].iloc[0])} of questions"


def _waiting(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Give the day of each, and cut what has been waited to whole days, as the rows of the page do."""
    since = [wording.date(moment, tz=results.tz) for moment in table["asked_at"]]
    if not results.guard.shareable:
        return table.assign(since=since)
    return table.assign(since=since, wait_hours=table["wait_hours"] // 24 * 24)


def _bursts(bursts: pd.DataFrame, results: Results) -> pd.DataFrame:
    spans = zip(bursts["start"], bursts["end"], strict=True)
    when = [wording.dates(a.tz_localize("UTC"), b.tz_localize("UTC")) for a, b in spans]
    return bursts.assign(when=when)


APPENDIX = Section(
    "appendix",
    "Appendix",
    lambda _: "How far to trust it, and every other figure",
    lambda _: (),
    (
        Exhibit(
            "topics", "topics", "name n_people n share low high", _topics_title, plot="topics", of="table",
            rows=lambda _, results: shown_topics(results), draw=lambda _, table: table.head(MAX_TOPICS),
            words={"n": ("Messages", wording.count)}, opens="topic={topic}",
        ),
        Exhibit(
            "topic-trend", "trend", "name period n_people total share low high level", _trend_title,
            plot="topics_over_time", rows=_trend_rows, options={"n_topics": MAX_PANELS},
            words={"level": ("Change", str)}, opens="topic={topic}", over=("period", "total"),
        ),
        Exhibit("waiting-list", "waiting", "text intent platform since wait_hours",
            lambda table, results: waiting_said(results).text if len(table) else "", rows=_waiting,
            words={"since": ("Since", str)}, label="text"),
        Exhibit("brands", "rivals", "brand measure n n_marked share low high",
            _brands_title,
            rows=lambda rivals, _: whole_file(rivals), label="brand"),
        Exhibit("same-mix", "channels", "intent channel n answered share low high median_hours gap",
            _channels_title, plot="channels", rows=_mixed, label="channel",
            draw=lambda _, table: table[table["intent"] == table["intent"].iloc[0]]),
        Exhibit("week", "week", "weekday hour n answered share low high", _week_title, plot="response_week",
            rows=lambda week, _: week[week["n"] > 0], draw=lambda week, _: week, label="weekday"),
        Exhibit("load", "load", "period n_in n_out share low high", _load_title, plot="capacity",
            label="period", opens="week={period:%Y-%m-%d}"),
        Exhibit("presence", "presence", "name n n_present share low high", _presence_title, plot="presence",
            rows=enough, words={"n": ("Conversations", wording.count)}, opens="topic={topic}"),
        Exhibit("peer-help", "peer_help", "group n n_helped share low high n_brand n_helpers", _help_title,
            plot="peer_help", rows=enough, words={"n": ("Questions", wording.count)}, label="group"),
        Exhibit("dialogue-index", "dialogue_index", "period n n_answers share low high n_received",
            _index_title, plot="dialogue_index", words={"n": ("Posts", wording.count)}, label="period",
            over=("period", "n")),
        Exhibit("letters", "letters", "mark n n_marked share low high", _letters_title, plot="form_letters",
            rows=_letters_rows, draw=lambda _, rows: rows.assign(mark=rows["mark"].map(values("letters"))),
            words={"n": ("Replies", wording.count)}, label="mark"),
        Exhibit("hashtags", "hashtags", "tag reason", _tags_title,
            rows=lambda tags, _: tags[tags["flagged"].astype(bool)], label="tag"),
        Exhibit("handoffs", "handoffs", "channel n n_moved share low high n_back",
            _handoffs_title,
            rows=lambda table, results: table[table["n_moved"] >= results.minimum],
            words={"n": ("Public replies", wording.count), "n_back": ("Back in public", wording.count)},
            label="channel"),
        Exhibit("growth", "growth", "period active new retained resurrected churned",
            growth_title, plot="growth", rows=started,
            opens="{unit}={start:%Y-%m-%d}", label="start"),
        Exhibit("cohorts", "cohorts", "cohort period retained eligible share low high",
            cohorts_title, plot="retention",
            words={"period": ("Periods later", wording.count)}, label="cohort",
            rows=lambda table, results: started(table, results, of="cohort"), draw=lambda table, _: table,
            opens="joined={start:%Y-%m-%d}"),
        Exhibit("silence", "silence", "weighting silence_days n_authors n_watched n_returned share low high "
            "suggested", silence_title, plot="silence",
            label="weighting"),
        Exhibit("tenure", "tenure", "tenure_days n_at_risk staying low high", tenure_title, plot="tenure",
            of="curve", rows=lambda curve, _: thinned(curve),
            draw=lambda stays, steps: replace(stays, curve=steps), label="tenure_days"),
        Exhibit("cadence", "cadence", "state n share low high past_gap_days recent_gap_days", cadence_title,
            plot="cadence", of="counts", draw=lambda pace, _: pace, label="state"),
        Exhibit("risk", "risk", "predicted observed low high n", risk_title, plot="at_risk",
            of="calibration", draw=lambda risk, _: risk, label="predicted"),
        Exhibit("drivers", "drivers",
            "driver n_people silent_with silent_without odds_ratio low high reading", drivers_title,
            plot="churn_drivers", rows=lambda table, _: table[table["low"].notna()],
            words=columns("scores"), label="driver"),
        Exhibit("exits", "exits", "name n_people share low high n_judged n_gone", exits_title,
            plot="exit_words", rows=_exits_rows, opens="topic={topic}"),
        Exhibit("ceiling", "ceiling", "figure value lowest highest", ceiling_title, plot="reach_ceiling",
            of="summary", rows=lambda table, _: table[table["value"].notna()],
            draw=lambda ceiling, _: ceiling, label="figure",
            words={"figure": ("Figure", str), "lowest": ("Lowest of 12", wording.score),
                "highest": ("Highest of 12", wording.score)}),
        Exhibit("ladder", "ladder", "from_state to_state n n_moved share low high", ladder_title,
            plot="ladder", label="from_state"),
        Exhibit("advocates", "advocates", "period n n_recommending n_advocates share low high",
            advocates_title, rows=lambda table, _: table[table["period"].notna()], label="period"),
        Exhibit("niches", "niches", "name n n_mentions", _niches_title, plot="niches", of="table",
            draw=lambda groups, _: groups),
        Exhibit("bursts", "bursts", "when n_people expected voices terms",
            _bursts_title, rows=_bursts, label="when",
            opens="dates={start:%Y-%m-%d}..{end:%Y-%m-%d}"),
        Exhibit("criticism", "credibility", "part stance n_stance n share low high", _credibility_title,
            plot="credibility", of="stances", rows=lambda table, _: table[table["n"] > 0], draw=_stances,
            label="stance"),
        Exhibit("loop", "loop", "stage n n_reached share low high n_open", _loop_title, plot="loop_closed",
            words={"n": ("Ideas", wording.count)}, label="stage"),
        Exhibit("ideas", "ledger", "name kind n_people raised decided shipped thanked note", _ledger_title,
            rows=lambda table, results: table[table["n_people"] >= results.minimum].sort_values(
                ["n_people", "entry"], ascending=[False, True]),
            words=columns("ledger")),
    ),
    bare=True,
)  # fmt: skip
