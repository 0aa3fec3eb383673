"""Figures of how well the brand takes part: graded, by channel, by hour, by load, and where it is missing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import (
    SIGNS,
    End,
    add_dots,
    add_group,
    add_rows,
    last_of,
    lay_out_groups,
    name_dots,
    name_ends,
    say_nothing,
    share_figure,
)
from .theme import BLUE, GREY, VERMILION, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure


@draws("twitter_test")
def twitter_test(test: pd.DataFrame) -> Figure:
    """Draw the parts of the Twitter Test and its grade, one line of messages above the other.

    Parameters
    ----------
    test : DataFrame
        As `twitter_test` returns it.

    Returns
    -------
    Figure
        A plotly figure: one dot a line and part, with its interval.

    Examples
    --------
    >>> columns = ["line", "part", "n", "n_met", "share", "low", "high"]
    >>> twitter_test(pd.DataFrame(columns=columns)).layout.title.text
    'Would we pass the Twitter Test?'
    """
    figure = share_figure("Would we pass the Twitter Test?", "Share of messages")
    for number, (part, rows) in enumerate(test.groupby("part", sort=False)):
        labels = [f"{escape(line)} (n = {n:,})" for line, n in zip(rows["line"], rows["n"], strict=True)]
        hover = [f"{row.share:.0%} ({row.low:.0%} to {row.high:.0%})" for row in rows.itertuples()]
        add_group(figure, rows, number=number, name=str(part), value="share", labels=labels, hover=hover)
    return lay_out_groups(figure, n_rows=test["line"].nunique())


@draws("presence")
def presence(presence: pd.DataFrame) -> Figure:
    """Draw in which share of conversations the brand speaks, topic by topic; blank spots stand out.

    Parameters
    ----------
    presence : DataFrame
        As `presence` returns it.

    Returns
    -------
    Figure
        A plotly figure; diamonds are blank spots.

    Examples
    --------
    >>> columns = ["name", "n", "n_present", "share", "low", "high", "blank"]
    >>> presence(pd.DataFrame(columns=columns)).layout.title.text
    'Where is the brand missing?'
    """
    figure = share_figure("Where is the brand missing?", "Conversations with the brand")
    labels = [f"{name} (n = {n:,})" for name, n in zip(presence["name"], presence["n"], strict=True)]
    blank = presence["blank"].astype(bool).to_numpy()
    places = pd.Series(range(len(presence)), dtype="int64")
    for chosen, colour, symbol in ((~blank, BLUE, "circle"), (blank, VERMILION, "diamond")):
        rows = presence[chosen]
        hover = [
            f"{escape(name)}: {n_present:,} of {n:,} conversations{'<br>a blank spot' * few}"
            for name, n_present, n, few in rows[["name", "n_present", "n", "blank"]].itertuples(index=False)
        ]
        marks = {"rows": places[chosen], "colour": colour, "symbol": symbol}
        name = "missing beyond chance" if symbol == "diamond" else ""
        add_dots(figure, rows, value="share", hover=hover, name=name, **marks)
    add_rows(figure, labels)
    return name_dots(figure, reach=(0, 1.02))


@draws("channels")
def channels(channels: pd.DataFrame) -> Figure:
    """Draw how often the same wish is answered in each channel, as if each got the same mix.

    Parameters
    ----------
    channels : DataFrame
        As `channels` returns it.

    Returns
    -------
    Figure
        A plotly figure: one row a channel for the same mix, then one a wish and channel.

    Examples
    --------
    >>> columns = ["intent", "channel", "n", "answered", "share", "low", "high"]
    >>> channels(pd.DataFrame(columns=columns)).layout.title.text
    'Does every channel get an answer?'
    """
    figure = share_figure("Does every channel get an answer?", "Share answered in time")
    several = len(channels["intent"].unique()) > 1
    labels = [
        f"{f'{row.intent}: ' if several else ''}{row.channel} (n = {row.n:,})"
        for row in channels.itertuples()
    ]
    hover = [
        f"{escape(str(row.intent))}, {escape(str(row.channel))}: {row.share:.0%}<br>"
        f"{row.answered:,} of {row.n:,} answered in time"
        for row in channels.itertuples()
    ]
    add_dots(figure, channels, value="share", hover=hover)
    add_rows(figure, labels)
    return figure


@draws("response_week")
def response_week(week: pd.DataFrame) -> Figure:
    """Draw the share answered in time by the hour and weekday of asking.

    Parameters
    ----------
    week : DataFrame
        As `response_week` returns it.

    Returns
    -------
    Figure
        A plotly heat map; cells without a message are empty.

    Examples
    --------
    >>> columns = ["weekday", "hour", "within", "n", "answered", "share", "low", "high"]
    >>> response_week(pd.DataFrame(columns=columns)).layout.title.text
    'When are people answered?'
    """
    zone = week.attrs.get("tz", "UTC")
    figure = new_figure("When are people answered?", x_title=f"Hour of asking ({zone})", y_title="")
    figure.add_heatmap(
        x=week["hour"],
        y=week["weekday"],
        z=week["share"],
        zmin=0,
        zmax=1,
        colorscale=[[0, faded(BLUE, 0.04)], [1, faded(BLUE, 0.95)]],
        xgap=1,
        ygap=1,
        colorbar={"tickformat": ".0%", "title": {"text": "answered"}, "outlinewidth": 0},
        customdata=week[["answered", "n", "low", "high"]],
        hovertemplate="%{y} %{x}:00: %{z:.0%}, %{customdata[0]} of %{customdata[1]} messages"
        "<br>(%{customdata[2]:.0%} to %{customdata[3]:.0%})<extra></extra>",
        hoverongaps=False,
    )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(dtick=3, showgrid=False)
    return figure


@draws("capacity")
def capacity(load: pd.DataFrame) -> Figure:
    """Draw what came in and what was answered, and below it what stayed.

    Parameters
    ----------
    load : DataFrame
        As `capacity` returns it.

    Returns
    -------
    Figure
        A plotly figure with three lines.

    Examples
    --------
    >>> columns = ["period", "n_in", "n_out", "backlog"]
    >>> [trace.name for trace in capacity(pd.DataFrame(columns=columns)).data]
    ['came in', 'answered', 'still open']
    """
    figure = new_figure("Can we keep up?", x_title="Period", y_title="Messages")
    flows = {"n_in": ("came in", BLUE, "solid"), "n_out": ("answered", VERMILION, "dash")}
    most = {"y": load[list(flows)].max(axis=None), "y2": load["backlog"].max()}
    reaches = {axis: (0.0, 1.05 * max(1, 0 if pd.isna(top) else top)) for axis, top in most.items()}
    ends: dict[str, list[End]] = {"y": [], "y2": []}
    for column, (name, colour, dash) in (flows | {"backlog": ("still open", GREY, "dot")}).items():
        axis = "y2" if column == "backlog" else "y"
        figure.add_scatter(
            x=load["period"],
            y=load[column],
            name=name,
            mode="lines",
            line={"color": colour, "dash": dash},
            yaxis=axis,
            hovertemplate="%{x|%d %b %Y}: %{y:,}<extra>%{fullData.name}</extra>",
        )
        ends[axis].append(End(name, last_of(load[column]), colour, SIGNS[dash]))
    figure.update_layout(
        yaxis={"domain": [0.45, 1], "range": reaches["y"]},
        yaxis2={"domain": [0, 0.35], "range": reaches["y2"], "title_text": "Still open"},
        xaxis={"anchor": "y2"},
        height=520,
    )
    for axis, named in ends.items():
        name_ends(figure, named, reach=reaches[axis], yref=axis, part=0.5)
    return figure


@draws("peer_help")
def peer_help(help_given: pd.DataFrame) -> Figure:
    """Draw the share of questions that another customer answered, group by group.

    Parameters
    ----------
    help_given : DataFrame
        As `peer_help` returns it.

    Returns
    -------
    Figure
        A plotly figure.

    Examples
    --------
    >>> columns = ["group", "n", "n_helped", "share", "low", "high", "n_helpers"]
    >>> peer_help(pd.DataFrame(columns=columns)).layout.title.text
    'Do customers help each other?'
    """
    figure = share_figure("Do customers help each other?", "Questions that a customer answered")
    hover = [
        f"{n_helped:,} of {n:,} questions, by {n_helpers:,} people"
        for n_helped, n, n_helpers in help_given[["n_helped", "n", "n_helpers"]].itertuples(index=False)
    ]
    add_dots(figure, help_given, value="share", hover=hover)
    add_rows(figure, [f"{row.group} (n = {row.n:,})" for row in help_given.itertuples()])
    return figure


@draws("loop_closed")
def loop_closed(loop: pd.DataFrame) -> Figure:
    """Draw the share of ideas that reached each stage; a stage that nobody recorded stays empty.

    Parameters
    ----------
    loop : DataFrame
        As `loop_closed` returns it.

    Returns
    -------
    Figure
        A plotly figure.

    Examples
    --------
    >>> columns = ["stage", "n", "n_reached", "share", "low", "high", "n_open"]
    >>> loop_closed(pd.DataFrame(columns=columns)).layout.title.text
    'Is the loop closed on ideas?'
    """
    figure = share_figure("Is the loop closed on ideas?", "Share of ideas")
    if loop.empty:
        return say_nothing(figure, "Nobody suggested anything.")
    hover = [
        "not recorded" if pd.isna(row.n_reached) else f"{row.n_reached:,} of {row.n:,} ideas"
        for row in loop.itertuples()
    ]
    add_dots(figure, loop, value="share", hover=hover)
    add_rows(figure, list(loop["stage"]))
    return figure
