"""Figures of people and their relations."""

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
    add_steps,
    last_of,
    lay_out_groups,
    make_room,
    name_dots,
    name_ends,
    say_nothing,
)
from .theme import BLUE, GREY, PALETTE, faded, new_figure

if TYPE_CHECKING:
    from insight.people import Credibility, Niches

    from .figure import Figure


@draws("ladder")
def ladder(moves: pd.DataFrame) -> Figure:
    """Draw the moves between casual, engaged, advocate and silent as a table of shaded cells.

    Parameters
    ----------
    moves : DataFrame
        As `ladder` returns it.

    Returns
    -------
    Figure
        A plotly figure; each cell shows its share, the hover its interval and numbers.

    Examples
    --------
    >>> columns = ["from_state", "to_state", "n", "n_moved", "share", "low", "high"]
    >>> ladder(pd.DataFrame(columns=columns)).layout.title.text
    'Do people climb?'
    """
    figure = new_figure("Do people climb?", x_title="State in the next period", y_title="State in a period")
    figure.add_heatmap(
        x=moves["to_state"],
        y=moves["from_state"],
        z=moves["share"],
        zmin=0,
        zmax=1,
        colorscale=[[0, faded(BLUE, 0.0)], [1, faded(BLUE, 0.75)]],
        showscale=False,
        xgap=2,
        ygap=2,
        texttemplate="%{z:.0%}",
        customdata=moves[["n_moved", "n", "low", "high"]],
        hovertemplate="%{y} to %{x}: %{z:.1%} (%{customdata[2]:.1%}–%{customdata[3]:.1%}), "
        "%{customdata[0]} of %{customdata[1]}<extra></extra>",
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure


@draws("interactions")
def interactions(periods: pd.DataFrame) -> Figure:
    """Draw how many people spoke, how many were answered, and how many came to a second turn.

    Parameters
    ----------
    periods : DataFrame
        As `interactions` returns it.

    Returns
    -------
    Figure
        A plotly figure with three lines; followers are in the hover, next to what was done for them.

    Examples
    --------
    >>> columns = ["period", "n", "n_answered", "n_two_way", "followers", "answers_per_1000_followers"]
    >>> [line.name for line in interactions(pd.DataFrame(columns=columns)).data]
    ['spoke', 'were answered', 'wrote back']
    """
    figure = new_figure("With how many people did the brand talk?", x_title="Period", y_title="People")
    lines = (
        ("n", "spoke", "solid"),
        ("n_answered", "were answered", "dash"),
        ("n_two_way", "wrote back", "dot"),
    )
    reach = (0.0, 1.05 * max(1, periods["n"].max()) if len(periods) else 1.0)
    ends = []
    for (column, name, dash), colour in zip(lines, PALETTE, strict=False):
        figure.add_scatter(
            x=periods["period"],
            y=periods[column],
            name=name,
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            customdata=periods[["followers", "answers_per_1000_followers"]].astype(object).fillna("no count"),
            hovertemplate="%{x|%b %Y}: %{y} people; followers: %{customdata[0]}, "
            "answers per 1,000: %{customdata[1]}<extra>%{fullData.name}</extra>",
        )
        ends.append(End(name, last_of(periods[column]), colour, SIGNS[dash]))
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)


@draws("advocates")
def advocates(periods: pd.DataFrame) -> Figure:
    """Draw which share of the people who spoke are advocates, period by period, with its band.

    Parameters
    ----------
    periods : DataFrame
        As `advocates` returns it; the row for the whole table is left out.

    Returns
    -------
    Figure
        A plotly figure; the hover tells how many recommended, and how many of them look paid.

    Examples
    --------
    >>> columns = ["period", "n", "n_recommending", "n_paid_looking", "n_advocates", "share", "low", "high"]
    >>> advocates(pd.DataFrame(columns=columns)).layout.title.text
    'How many people recommend us, again and unpaid?'
    """
    question = "How many people recommend us, again and unpaid?"
    figure = new_figure(question, x_title="Period", y_title="Share of people, with 95 % interval")
    rows = periods[periods["period"].notna()]
    hover = [
        f"{row.period:%b %Y}: {row.n_advocates:,} of {row.n:,} people<br>"
        f"{row.n_recommending:,} recommended, {row.n_paid_looking:,} looked paid"
        for row in rows.itertuples()
    ]
    add_steps(figure, rows, x="period", y="share", name="advocates", hover=hover, shape="linear")
    figure.update_yaxes(tickformat=".1%", rangemode="tozero")
    return figure.update_layout(showlegend=False)


@draws("niches")
def niches(niches: Niches) -> Figure:
    """Draw how many people each niche holds, by its most telling words.

    Parameters
    ----------
    niches : Niches
        As `niches` returns it.

    Returns
    -------
    Figure
        A plotly figure: one row a niche, largest first; the hover tells how much they answer each other.

    Examples
    --------
    >>> import insight as ins
    >>> table = pd.DataFrame(columns=["name", "n", "n_mentions", "share", "low", "high", "internal"])
    >>> niches(ins.people.Niches(table, table, table, table, n_hidden=0)).layout.title.text
    'Which small groups are there?'
    """
    table = niches.table
    question = "Which small groups are there?"
    figure = new_figure(question, x_title="Share of people, with 95 % interval", y_title="")
    if table.empty:
        return say_nothing(
            figure, f"No group is large enough to show; {niches.n_hidden:,} people are in smaller."
        )
    hover = [
        f"{escape(row.name)}: {row.n:,} people, {row.n_mentions:,} messages<br>"
        + ("no answers to others" if pd.isna(row.internal) else f"{row.internal:.0%} of answers stay inside")
        for row in table[["name", "n", "n_mentions", "internal"]].itertuples(index=False, name="Row")
    ]
    add_dots(figure, table, value="share", hover=hover)
    add_rows(figure, [f"{name} (n = {n:,})" for name, n in zip(table["name"], table["n"], strict=True)])
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    return figure


@draws("defenders")
def defenders(windows: pd.DataFrame) -> Figure:
    """Draw which share of the people who spoke stood up for the brand in each window, beside its usual one.

    Parameters
    ----------
    windows : DataFrame
        As `defenders` returns it.

    Returns
    -------
    Figure
        A plotly figure: one row a window; a grey tick is the share in all other time.

    Examples
    --------
    >>> columns = ["start", "end", "n", "n_defenders", "share", "low", "high", "usual_share"]
    >>> defenders(pd.DataFrame(columns=columns)).layout.title.text
    'Who stood up for us in bad times?'
    """
    question = "Who stood up for us in bad times?"
    figure = new_figure(question, x_title="Share of the people who spoke, with 95 % interval", y_title="")
    if windows.empty:
        return say_nothing(figure, "No window was given.")
    hover = [f"{row.n_defenders:,} of {row.n:,} people" for row in windows.itertuples()]
    add_dots(figure, windows, value="share", hover=hover, name="in the window")
    figure.add_scatter(
        x=windows["usual_share"],
        y=list(range(len(windows))),
        mode="markers",
        name="in all other time",
        marker={"color": GREY, "symbol": "line-ns-open", "size": 16, "line": {"width": 2}},
        hovertemplate="%{x:.1%} in all other time<extra></extra>",
    )
    add_rows(figure, [f"{row.start:%d %b %Y} (n = {row.n:,})" for row in windows.itertuples()])
    reach = (0.0, max(0.1, 1.05 * max(windows["high"].max(), windows["usual_share"].max())))
    figure.update_xaxes(tickformat=".0%", range=reach)
    return name_dots(figure, reach=reach)


@draws("ties")
def ties(pairs: pd.DataFrame) -> Figure:
    """Draw over how many weeks pairs of people answered each other, from mere contacts to connections.

    Parameters
    ----------
    pairs : DataFrame
        As `ties` returns it.

    Returns
    -------
    Figure
        A plotly figure: pairs by weeks and kind of tie, on a scale of powers of ten since most met once.

    Examples
    --------
    >>> ties(pd.DataFrame({"n_weeks": [1, 3], "tie": ["contact", "connection"]})).data[3].x
    array([3])
    """
    question = "Do people meet once, or again and again?"
    figure = new_figure(question, x_title="Weeks in which one answered the other", y_title="Pairs of people")
    kinds = ("contact", "reciprocal", "lasting", "connection")
    for tie, colour in zip(kinds, (GREY, *PALETTE), strict=False):
        rows = pairs[pairs["tie"] == tie]
        figure.add_histogram(
            x=rows["n_weeks"].to_numpy(),
            name=f"{tie} (n = {len(rows):,})",
            xbins={"start": 0.5, "size": 1},
            marker={"color": colour},
            hovertemplate="%{y:,} pairs in %{x} weeks<extra>%{fullData.name}</extra>",
        )
    # A legend: the browser counts the bars, so no height is known to write a name at.
    figure.update_layout(barmode="group", bargap=0.15)
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(type="log", dtick=1)
    return make_room(figure, n_series=len(kinds))


@draws("contribution")
def contribution(people: pd.DataFrame) -> Figure:
    """Draw what each customer gave: answers to others, and newcomers helped. Nobody is named.

    Parameters
    ----------
    people : DataFrame
        As `contribution` returns it.

    Returns
    -------
    Figure
        A plotly figure: a dot a person who answered anybody.

    Examples
    --------
    >>> columns = ["n_answers", "n_helped", "n_newcomers", "n_drawn"]
    >>> contribution(pd.DataFrame([[9, 7, 4, 3]], columns=columns)).data[0].hovertext
    ('9 answers to 7 people, 4 of them newcomers; 3 answers drawn',)
    """
    question = "Who helps the others, and how many newcomers?"
    figure = new_figure(question, x_title="Answers to other customers", y_title="Newcomers helped")
    rows = people[people["n_answers"] > 0]
    figure.add_scatter(
        x=rows["n_answers"],
        y=rows["n_newcomers"],
        mode="markers",
        marker={"color": faded(BLUE, 0.5), "size": 9, "line": {"color": BLUE, "width": 1}},
        hovertext=[
            f"{row.n_answers:,} answers to {row.n_helped:,} people, {row.n_newcomers:,} of them newcomers; "
            f"{row.n_drawn:,} answers drawn"
            for row in rows.itertuples()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    return figure.update_layout(showlegend=False)


@draws("credibility")
def credibility(found: Credibility) -> Figure:
    """Draw what peers make of extreme criticism, beside what they make of the rest.

    Parameters
    ----------
    found : Credibility
        As `credibility` returns it.

    Returns
    -------
    Figure
        A plotly figure: one row a stance, in each the extreme criticism and the rest; the hover tells how
        many people answered.

    Examples
    --------
    >>> import insight as ins
    >>> table = pd.DataFrame(columns=["part", "stance", "n", "n_stance", "share", "low", "high"])
    >>> credibility(ins.people.Credibility(table, table, table)).layout.title.text
    'Do others bear the critics out?'
    """
    question = "Do others bear the critics out?"
    axis = "Share of the people who answered them, with 95 % interval"
    figure = new_figure(question, x_title=axis, y_title="")
    table = found.stances[found.stances["n"] > 0]
    names = {"extreme": "extreme criticism", "without extreme": "other criticism"}
    if not table["part"].isin(names).any():
        return say_nothing(figure, "No criticism was answered by another person.")
    for number, (part, name) in enumerate(names.items()):
        rows = table[table["part"] == part]
        hover = [f"{row.n_stance:,} of {row.n:,} people ({row.share:.0%})" for row in rows.itertuples()]
        add_group(
            figure, rows, number=number, name=name, value="share", labels=rows["stance"].tolist(), hover=hover
        )
    return lay_out_groups(figure, n_rows=table["stance"].nunique())
