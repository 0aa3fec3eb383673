"""Figures of who stays, who leaves, and whether a welcome helps."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from insight.mentions import InsightError

from .figure import Figure, add_below, draws, new_figure, set_subtitle
from .figure_text import estimates, fill, summary
from .lines import WAITS, steps
from .shapes import OPEN, SHARES, SHOWN, Dots, bars, both_ways, dots, error_bars, grid, say_nothing
from .theme import BLUE, GREEN, GREY, PALETTE, PURPLE, VERMILION, faded
from .topics import LABELS

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, ReachCeiling, ReplyEffect, Tenure, Welcome

_ODDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_SHORT = {
    "naive: ever answered, any later message": "naive: any message",
    "naive: ever answered, another conversation": "naive: other conversation",
    "answered by the brand v by others only": "brand v others only",
    "answered only after the horizon": "answered too late",
    "permuted answers (placebo)": "permuted answers",
}
_ESTIMATES = (
    Dots("value", where="estimate"),
    Dots("value", where="adjusted", colour=VERMILION),
    Dots("value", where="doubtful", colour=GREY, symbol="diamond-open"),
)


@draws("retention")
def retention(table: pd.DataFrame, *, view: Literal["table", "curve"] = "table") -> Figure:
    """Draw what `retention` returns: cohorts shaded by the share that came back, or with "curve" all pooled.

    A cell too soon to tell, or of too few people for a share, has a dot. The curve has a line a group.
    """
    if view not in ("table", "curve"):
        raise InsightError(f"view={view!r} is unknown; choose 'table' or 'curve'.")
    unit = table.attrs.get("period", "period")
    since = f"{unit.capitalize()}s since the first message"
    if view == "curve":
        pooled = table[table["cohort"] == "all"].drop(columns="complete")
        by = "group" if "group" in table.columns else ""
        return steps(
            pooled, "How many newcomers come back?", x="period", by=by,
            axes=(since, "Share of newcomers"),
            hover=("{group}, " if by else "") + "{period}: {retained:,} of {eligible:,} back, {interval}",
            of="newcomers", empty="No newcomer could be followed.",
        )  # fmt: skip
    if "group" in table.columns:
        raise InsightError("a cohort table of several groups is drawn with view='curve', a line a group.")
    soon = ~table["complete"].astype(bool) | (table["eligible"] == 0)
    counts = fill(table, "{retained:,} of {eligible:,} came back, ")
    shares = estimates(table, "share", "low", "high", ".0%")
    notes = [OPEN if wait else count + share for wait, count, share in zip(soon, counts, shares, strict=True)]
    return grid(
        table.assign(note=notes), "Which newcomers come back?", x="period", y="cohort",
        label="{cohort} (n = {n:,})", axes=(since, "First message in"),
        hover="{cohort}, {period} later: {note}", of="newcomers", top=None,
        empty="No newcomer could be followed.",
    )  # fmt: skip


@draws("repeat_rate")
def repeat_rate(table: pd.DataFrame) -> Figure:
    """Draw what `repeat_rate` returns: the share of each period's people who came back, and of all."""
    unit = table.attrs.get("period", "period")
    figure = steps(
        table[table["period"] != "all"], f"How many of a {unit}'s people come back in the next?",
        x="period", axes=(unit.capitalize(), "Share of people"),
        hover="{period}: {retained:,} of {n:,} came back<br>{interval}",
        of="people", empty="No period has ended yet.",
    )  # fmt: skip
    for row in table[(table["period"] == "all") & table["share"].notna()].to_dict("records"):
        figure.add_hrect(y0=row["low"], y1=row["high"], fillcolor=faded(GREY), line_width=0, layer="below")
        words = f"all: {row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
        note = {"annotation_text": words, "annotation_position": "bottom left"}
        figure.add_hline(y=row["share"], line={"color": GREY, "dash": "dot"}, **note)
    return figure


@draws("growth")
def growth(table: pd.DataFrame) -> Figure:
    """Draw what `growth` returns: people retained, resurrected and new, and below the line those who churned.

    Open periods, and the burn-in, whose new people may be old members, are faded.
    """
    unit = table.attrs.get("period", "period")
    colours = {"retained": BLUE, "resurrected": PURPLE, "new": GREEN, "churned": VERMILION}
    open_still = table["complete"].map({True: "", False: f", {OPEN}"})
    kept = table.assign(note=open_still, complete=table["complete"] & ~table["burn_in"])
    people = kept.melt(["period", "note", "complete"], list(colours), var_name="flow", value_name="people")
    return bars(
        people.assign(n=people["people"].where(people["flow"] != "churned", -people["people"])),
        "Does the crowd grow?", x="period", by="flow", colours=colours,
        axes=(unit.capitalize(), "People"), hover="{period}: {people:,} {flow}{note}",
        empty="No period was found.",
    )  # fmt: skip


@draws("states")
def states(table: pd.DataFrame) -> Figure:
    """Draw what `states` returns: how many people wrote on how many days of each four weeks."""
    bands = reversed(list(dict.fromkeys(table["band"])))
    return bars(
        table, "How regular are people?", x="window_from", by="band",
        colours=dict(zip(bands, PALETTE, strict=False)), axes=("Four weeks from", "People"),
        hover="{window_from} to {window_to}: {n:,} people wrote on {band}<br>{share:.0%} "
        "({low:.0%} to {high:.0%})",
        empty="No four weeks were found.",
    )  # fmt: skip


@draws("stickiness")
def stickiness(table: pd.DataFrame) -> Figure:
    """Draw what `stickiness` returns: the share of each four weeks' people who write on an average day."""
    return steps(
        table, "How much of the crowd is there on a day?", x="window_from", y="stickiness",
        axes=("Four weeks from", "Share of people"),
        hover="from {window_from}: {daily_people:,.1f} of {n:,} people a day<br>{stickiness:.1%} "
        "({low:.1%} to {high:.1%}), {active_days:.1f} days a person",
        of="people", empty="No four weeks were found.",
    )  # fmt: skip


@draws("reach_ceiling")
def reach_ceiling(ceiling: ReachCeiling) -> Figure:
    """Draw what `reach_ceiling` returns: the audience that each repeat rate leads to, and this archive's.

    With a pool the figure shows reach, else multiples of a period's arrivals. Nielsen's printed point is of
    web sites and by another definition: it stays in the result.
    """
    figures, curve = ceiling.summary.set_index("figure"), ceiling.curve
    pool = "reach" in figures.index
    column, title = ("reach", "Share of the pool") if pool else ("audience", "Audience, in arrivals a period")
    rate, steady = figures.loc["repeat rate"], figures.loc["reach" if pool else "steady audience", "value"]
    height = steady / (1.0 if pool else figures.loc["arrivals a period", "value"])
    shown = curve if pool else curve[curve["repeat_rate"] <= 0.95]
    question, below = "Where does the crowd stop growing?", "Derived, if rates stay as they are"
    figure = new_figure(question, x_title="Repeat rate", y_title=title, subtitle=below)
    line = {"mode": "lines", "line": {"color": GREY, "width": 2}, "hoverinfo": "skip"}
    figure.add_scatter(x=shown["repeat_rate"], y=shown[column], name="derived", **line)
    figure.add_scatter(
        x=[rate["value"]], y=[height], mode="markers+text", name="this archive", text=["this archive"],
        textposition="top center", cliponaxis=False, marker={"color": BLUE, "size": 11},
        error_x=error_bars(pd.DataFrame([rate]), "value", "lowest", "highest", BLUE),
        hovertext=[f"repeat rate {rate['value']:.0%}, {title.lower()} {height:.2g}"], hovertemplate=SHOWN,
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1], tickformat=".0%").update_layout(showlegend=False)
    return figure.update_yaxes(rangemode="tozero", tickformat=".0%" if pool else None)


@draws("silence")
def silence(table: pd.DataFrame) -> Figure:
    """Draw what `silence` returns: how often people return after each silence, a diamond at each threshold.

    Silences that were not watched long enough to judge are left out.
    """
    names = {"episode": "each silence once", "author": "each person once"}
    known = table[table["share"].notna()]
    best = known[known["suggested"].astype(bool)]
    at = {row.weighting: f", ◇ at {row.silence_days:.0f} d: {row.share:.0%}" for row in best.itertuples()}
    figure = steps(
        known.assign(who=known["weighting"].map(names), at=[at.get(way, "") for way in known["weighting"]]),
        "After how long a silence do people stay away?", x="silence_days", by="who", end="{who}{at}",
        axes=("Days of silence so far", "Come back after all"),
        hover="{who}: after {silence_days:.0f} days {interval} come back, {n_authors:,} people",
        empty="No silence was watched long enough to judge.",
    )  # fmt: skip
    colours = {name: line.line.color for line in figure.data if (name := line.name)}
    for row in best.itertuples():
        mark = {
            "symbol": "diamond-open",
            "size": 12,
            "color": colours[names[row.weighting]],
            "line": {"width": 2},
        }
        figure.add_scatter(
            x=[row.silence_days], y=[row.share], mode="markers", marker=mark, hoverinfo="skip",
            name=f"suggested, {names[row.weighting]}",
        )  # fmt: skip
    return figure


@draws("tenure")
def tenure(stays: Tenure) -> Figure:
    """Draw what `tenure` returns: the share of people still here against the time since they came."""
    return steps(
        stays.curve, "How long do people stay?", x="tenure_days", y="staying", by="group",
        axes=("Days since they came", "Still here"),
        hover="{group}: {interval} stay longer than {tenure_days:.0f} days, "
        "{n_at_risk:,} at risk",
        shape="hv", reach=SHARES, empty="Too few people for a curve.",
    )  # fmt: skip


@draws("cadence")
def cadence(pace: Cadence) -> Figure:
    """Draw what `cadence` returns: how many people slow down, keep their pace or quicken."""
    return dots(
        pace.counts, "Who is drifting away?", axis="Share of people", label="{state}",
        detail="{n:,} people", reach=SHARES, number=".1%",
        empty="No one wrote often enough to have a pace.",
    )  # fmt: skip


@draws("at_risk")
def at_risk(risk: AtRisk) -> Figure:
    """Draw what `at_risk` returns: whether predicted silences came true later; on the diagonal, as often."""
    bands = risk.calibration
    titles = {"x_title": "Predicted to fall silent", "y_title": "Fell silent"}
    below = summary(bands, of="people")
    figure = new_figure("Do the predictions come true?", **titles, subtitle=below)
    if bands.empty:
        return say_nothing(figure, "No prediction could be checked on a later period.")
    line = {"color": GREY, "dash": "dot", "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", name="as predicted")
    hover = "predicted {predicted:.0%}, came true {observed:.0%} ({low:.0%} to {high:.0%}), {n:,} people"
    figure.add_scatter(
        x=bands["predicted"], y=bands["observed"], mode="markers", name="later period",
        marker={"color": BLUE, "size": 10}, error_y=error_bars(bands, "observed", "low", "high", BLUE),
        hovertext=fill(bands, hover), hovertemplate=SHOWN,
    )  # fmt: skip
    share = {"range": list(SHARES), "tickformat": ".0%"}
    return figure.update_layout(showlegend=False).update_xaxes(**share).update_yaxes(**share)


@draws("exit_words")
def exit_words(table: pd.DataFrame) -> Figure:
    """Draw what `exit_words` returns: the topics of people who say that they leave."""
    return add_below(dots(
        table, "In which topics do people leave?", axis="Share of those who speak of leaving", label="{name}",
        detail="{n_people:,} people<br>{n_gone:,} of {n_judged:,} wrote nothing more", n="n_people",
        of="people", key="topic", empty="No one speaks of leaving.",
    ), LABELS)  # fmt: skip


@draws("churn_drivers")
def churn_drivers(table: pd.DataFrame) -> Figure:
    """Draw what `churn_drivers` returns: odds of silence after each driver, and in grey of silence before it.

    Drivers that cannot be judged are left out.
    """
    rows = table[table["low"].notna()]
    columns = ["low", "placebo_low", "high", "placebo_high"]
    ends = np.log10(rows[columns].astype(float)) if len(rows) else pd.DataFrame({"low": [-1.0, 1.0]})
    reach = (ends.min(axis=None) - 0.05, ends.max(axis=None) + 0.05)
    after = Dots(
        "odds_ratio", name="silence after", colour=VERMILION, shift=-0.18,
        detail="{silent_with:.0%} silent after it, {silent_without:.0%} else: {reading}",
    )  # fmt: skip
    before = Dots(
        "placebo_odds_ratio", "placebo_low", "placebo_high", name="silence before (placebo)", colour=GREY,
        symbol="diamond-open", shift=0.2, detail="the silence before it",
    )  # fmt: skip
    figure = dots(
        rows, "What goes before silence?", axis="Odds ratio", label="{driver}", series=(after, before),
        n="n_people", of="people", reach=reach, number=".2f", log=True,
        empty="Nothing was written by enough people to judge.",
    )  # fmt: skip
    if rows.empty:
        return figure
    ticks = [tick for tick in _ODDS if reach[0] <= np.log10(tick) <= reach[1]]
    figure.update_xaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    return figure.add_vline(x=1, line={"color": GREY, "width": 1, "dash": "dot"})


@draws("welcome")
def welcome(met: Welcome, *, view: Literal["wait", "steps", "crowd"] = "wait") -> Figure:
    """Draw what `welcome` returns: the first answer, the steps taken, or crowded days.

    In "wait" the unanswered never leave the curve, whose time is on a log scale.
    """
    views = {"wait": _waiting, "steps": _walking, "crowd": _crowding}
    if view not in views:
        raise InsightError(f"view={view!r} is unknown; choose one of {list(views)}.")
    return views[view](met)


def _waiting(met: Welcome) -> Figure:
    return steps(
        met.curve[met.curve["wait_hours"] > 0], "How long do newcomers wait for a first answer?",
        x="wait_hours", y="unanswered", axes=("Since the first message", "Unanswered"),
        hover="after {wait_hours:,.1f} hours {interval} are unanswered",
        shape="hv", reach=SHARES, waits=WAITS, empty="Too few newcomers, or none was answered.",
    )  # fmt: skip


def _walking(met: Welcome) -> Figure:
    return dots(
        met.steps, "How far do newcomers come in four weeks?", axis="Share of newcomers", label="{step}",
        detail="{n:,} people took this step and all before it<br>{n_alone:,} took it, whatever the others",
        reach=SHARES, number=".1%", empty="No newcomer was found.",
    )  # fmt: skip


def _crowding(met: Welcome) -> Figure:
    alone = met.load["joiners_from"] == met.load["joiners_to"]
    return dots(
        met.load.assign(more=(" to " + met.load["joiners_to"].astype(str)).mask(alone, "")),
        "Does the welcome survive a crowd?", axis="Answered in time",
        label="{joiners_from}{more} joined that day",
        detail="{answered:,} of {n:,} who joined on {n_days:,} days<br>{repliers_per_day:.1f} people "
        "answered on such a day",
        reach=SHARES, empty="No newcomer was found.",
    )  # fmt: skip


@draws("reply_effect")
def reply_effect(effect: ReplyEffect) -> Figure:
    """Draw what `reply_effect` returns: each estimate of the difference an answer makes, below its verdict.

    Naive estimates and controls are grey, and all are where there is no verdict; hazard ratios are left out.
    """
    parts = (
        effect.estimates.rename(columns={"estimate": "label"}),
        effect.controls.rename(columns={"control": "label"}),
    )
    drawn = [part[(part["scale"] == "risk difference") & part["value"].notna()] for part in parts]
    rows = pd.concat([part for part in drawn if len(part)], ignore_index=True) if len(drawn[0]) else drawn[0]
    doubtful = bool(effect.withheld) | ~rows["label"].astype(str).str.contains(r"^(?:landmark|adjusted)$| v ")
    kinds = rows["label"].where(rows["label"] == "adjusted", "estimate").mask(doubtful, "doubtful")
    rows = rows.assign(
        label=[_label(row) for row in rows.to_dict("records")],
        **{column: 100 * rows[column] for column in ("value", "low", "high")},
        **{kind: kinds == kind for kind in ("estimate", "adjusted", "doubtful")},
    )
    figure = dots(
        rows, "Do answered newcomers come back more often?",
        axis="Difference in the share who came back, in points", label="{label}",
        detail="{n_answered:,.0f} answered, {n_unanswered:,.0f} not",
        series=tuple(look for look in _ESTIMATES if (kinds == look.where).any()), n="",
        reach=both_ways(rows, "low", "high"), number="+.1f", empty="Too few newcomers to compare.",
    )  # fmt: skip
    set_subtitle(figure, escape(effect.verdict, quote=False))
    return figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"}) if len(rows) else figure


def _label(row: dict) -> str:
    if row["label"] != "landmark":
        return _SHORT.get(str(row["label"]), str(row["label"]))
    hours = row["landmark_hours"]
    return f"answered within {hours:g} h" if hours < 48 else f"answered within {hours / 24:g} days"
