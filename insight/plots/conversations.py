"""Figures of waits and answers, of channels, and of how the brand speaks."""

from __future__ import annotations

import pandas as pd

from .figure import Figure, add_below, draws
from .figure_text import End, fill, last_of, name_ends
from .lines import WAITS, lines, steps
from .shapes import OPEN, SHARES, Dots, bars, dots, grid, grouped_dots, reach_of
from .theme import GREY, PALETTE, VERMILION
from .topics import LABELS

_SIGNS = ("cites a ticket", "had a private case", "says so in words")


@draws("response_curve")
def response_curve(curve: pd.DataFrame) -> Figure:
    """Draw what `response_curve` returns: the share still unanswered against the time waited (log scale)."""
    curve = curve.assign(
        n=curve.groupby("group")["n_at_risk"].transform("first"),
        wait=[_length(hours) for hours in curve["wait_hours"]],
    )
    return steps(
        curve[curve["wait_hours"] > 0], "How long do people wait for an answer?", x="wait_hours",
        y="unanswered", by="group", end="{group}, n\u00a0=\u00a0{n:,}",
        axes=("Time waited", "Still unanswered"),
        hover="{group}: after {wait}<br>{interval} still wait",
        of="messages", shape="hv", reach=SHARES, waits=WAITS, empty="No message waited for an answer.",
    )  # fmt: skip


def _length(hours: float) -> str:
    for unit, size in (("days", 24.0), ("hours", 1.0)):
        if hours >= 2 * size:
            return f"{hours / size:.1f} {unit}"
    return f"{hours * 60:.0f} minutes"


@draws("response_rate")
def response_rate(rates: pd.DataFrame) -> Figure:
    """Draw what `response_rate` returns: the share answered in time, a row a group."""
    return dots(
        rates, f"Who is answered within {rates['within'].iloc[0] if len(rates) else 'the time'}?",
        axis="Share answered", label="{group}", detail="{answered:,} of {n:,} within {within}",
        missing=OPEN, reach=SHARES, of="messages", key="group",
        empty="No message waited for an answer.",
    )  # fmt: skip


@draws("twitter_test")
def twitter_test(test: pd.DataFrame) -> Figure:
    """Draw what `twitter_test` returns: the parts of the Twitter Test and its grade, a row a line."""
    return grouped_dots(
        test, "Would we pass the Twitter Test?", axis="Share of messages", label="{line} (n = {n:,})",
        by="part", name="{part}", detail="{n_met:,} of {n:,} messages", of="messages",
        empty="No message needs an answer.",
    )  # fmt: skip


@draws("channels")
def channels(table: pd.DataFrame) -> Figure:
    """Draw what `channels` returns: the share answered in each channel, as if each got the same mix."""
    several = len(table["intent"].unique()) > 1
    return dots(
        table, "Does every channel get an answer?", axis="Share answered in time",
        label="{intent}: {channel}" if several else "{channel}",
        detail="{intent}: {answered:,} of {n:,} answered in time", reach=SHARES,
        of="messages", empty="No message waited for an answer.",
    )  # fmt: skip


@draws("response_week")
def response_week(week: pd.DataFrame) -> Figure:
    """Draw what `response_week` returns: the share answered in time, by hour and weekday of asking."""
    return grid(
        week, "When are people answered?", x="hour", y="weekday",
        axes=(f"Hour of asking ({week.attrs.get('tz', 'UTC')})", ""),
        hover="{weekday} {hour}:00: {interval}<br>{answered:,} of {n:,} messages answered in time",
        of="messages", written=False, empty="No message waited for an answer.",
    )  # fmt: skip


@draws("presence")
def presence(table: pd.DataFrame) -> Figure:
    """Draw what `presence` returns: the share of conversations with the brand by topic, diamonds at gaps."""
    table = table.assign(seen=~table["blank"].astype(bool))
    gap = Dots(
        where="blank", name="clearly less often", colour=VERMILION, symbol="diamond",
        detail="{n_present:,} of {n:,} conversations, clearly less often than elsewhere",
    )  # fmt: skip
    drawn = dots(
        table, "Where is the brand missing?", axis="Conversations with the brand", label="{name}",
        detail="{n_present:,} of {n:,} conversations", series=(Dots(where="seen"), gap), reach=SHARES,
        of="conversations", empty="No conversation was found.",
    )  # fmt: skip
    return add_below(drawn, LABELS)


@draws("capacity")
def capacity(load: pd.DataFrame) -> Figure:
    """Draw what `capacity` returns: what came in and what was answered, and below it what stayed open."""
    names = {"n_in": "came in", "n_out": "answered"}
    flows = load.melt(
        [column for column in load if column not in names],
        list(names),
        var_name="flow",
        value_name="messages",
    )
    figure = lines(
        flows.assign(flow=flows["flow"].map(names)), "Can we keep up?", x="period", y="messages",
        by="flow", axes=("Period", "Messages"), hover="{period:%d %b %Y}: {messages:,} {flow}", part=0.5,
        empty="No message waited for an answer.",
    )  # fmt: skip
    if load.empty:
        return figure
    reach = reach_of(load, "backlog", least=1)
    figure.add_scatter(
        x=load["period"],
        y=load["backlog"],
        name="still open",
        mode="lines",
        line={"color": GREY, "width": 2},
        yaxis="y2",
        hovertext=fill(load, "{period:%d %b %Y}: {backlog:,} still open"),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_layout(
        yaxis={"domain": [0.45, 1]},
        yaxis2={"domain": [0, 0.35], "range": reach, "title_text": "Still open"},
        xaxis={"anchor": "y2"},
        height=520,
    )
    return name_ends(
        figure, [End("still open", last_of(load["backlog"]), GREY)], reach=reach, yref="y2", part=0.35
    )


@draws("peer_help")
def peer_help(help_given: pd.DataFrame) -> Figure:
    """Draw what `peer_help` returns: the share of questions that another customer answered, by group."""
    return dots(
        help_given, "Do customers help each other?", axis="Questions that a customer answered",
        label="{group}", detail="{n_helped:,} of {n:,} questions, by {n_helpers:,} people", reach=SHARES,
        of="questions", empty="No customer asked a question.",
    )  # fmt: skip


@draws("loop_closed")
def loop_closed(loop: pd.DataFrame) -> Figure:
    """Draw what `loop_closed` returns: the share of ideas that reached each stage, as far as recorded."""
    notes = [
        f"{row.n_reached:,} of {row.n:,} ideas"
        if pd.notna(row.n_reached)
        else "the file has no mark of this stage"
        for row in loop.itertuples()
    ]
    return dots(
        loop.assign(note=notes), "Is the loop closed on ideas?", axis="Share of ideas", label="{stage}",
        detail="{note}", missing="not recorded", n="", reach=SHARES, empty="No idea was found.",
    )  # fmt: skip


@draws("escalations")
def escalations(found: pd.DataFrame) -> Figure:
    """Draw what `escalations` returns: messages a month from people who had tried elsewhere, by its sign."""
    cites, joins = found["cites"].astype(bool), found["joins"].astype(bool)
    # Each message once, under the surest sign.
    sign = pd.Series(_SIGNS[2], index=found.index).mask(joins, _SIGNS[1]).mask(cites, _SIGNS[0])
    months = pd.to_datetime(found["created_at"], utc=True).dt.strftime("%Y-%m")
    counts = pd.DataFrame({"month": months, "sign": sign}).value_counts().rename("n").reset_index()
    return bars(
        counts.sort_values("month", kind="stable"), "Who tried elsewhere before?", x="month", by="sign",
        colours=dict(zip(_SIGNS, PALETTE, strict=False)),
        axes=("Month", "Public messages"), hover="{month}: {n:,} messages, {sign}",
        empty="No message says that its writer tried elsewhere.",
    )  # fmt: skip


@draws("handoffs")
def handoffs(table: pd.DataFrame) -> Figure:
    """Draw what `handoffs` returns: how often people are moved to a private channel, and return."""
    moved = Dots(name="moved", detail="{n_moved:,} of {n:,} answers move to a private channel", shift=-0.2)
    back = Dots(
        "back_share", "back_low", "back_high", name="came back", colour=VERMILION, symbol="diamond",
        shift=0.2, detail="{n_back:,} of {n_judged:,} came back in public",
    )  # fmt: skip
    return dots(
        table, "Moved out of sight, and settled there?", axis="Share", label="{channel}",
        series=(moved, back), reach=SHARES, of="answers",
        empty="No answer moves a customer to a private channel.",
    )  # fmt: skip


@draws("dialogue_index")
def dialogue_index(index: pd.DataFrame) -> Figure:
    """Draw what `dialogue_index` returns: the share of the brand's posts that answer someone, by period."""
    return steps(
        index, "Does the brand answer, or broadcast?", x="period",
        axes=("Period", "Share of its posts that answer someone"),
        hover="{period:%b %Y}: {interval}, {n_answers:,} of {n:,} posts",
        of="posts", reach=SHARES, empty="The brand posted nothing.",
    )  # fmt: skip


@draws("form_letters")
def form_letters(marks: pd.DataFrame) -> Figure:
    """Draw what `form_letters` returns: of each writer the share of replies that carry each mark."""
    return grouped_dots(
        marks.assign(writer=marks["writer"].replace("all", "all writers")),
        "Are replies written for the one who reads them?", axis="Share of replies", label="{mark}",
        by="writer", name="{writer}", detail="{n_marked:,} of {n:,} replies", of="replies",
        empty="The brand replied to no one.",
    )  # fmt: skip
