"""Figures of people and their relations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .theme import BLUE, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure


def plot_ladder(moves: pd.DataFrame) -> Figure:
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
    >>> plot_ladder(pd.DataFrame(columns=columns)).layout.title.text
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
    figure.update_yaxes(autorange="reversed")
    return figure


def plot_interactions(periods: pd.DataFrame) -> Figure:
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
    >>> [line.name for line in plot_interactions(pd.DataFrame(columns=columns)).data]
    ['spoke', 'were answered', 'wrote back']
    """
    figure = new_figure("With how many people did the brand talk?", x_title="Period", y_title="People")
    lines = (
        ("n", "spoke", "solid"),
        ("n_answered", "were answered", "dash"),
        ("n_two_way", "wrote back", "dot"),
    )
    for column, name, dash in lines:
        figure.add_scatter(
            x=periods["period"],
            y=periods[column],
            name=name,
            mode="lines+markers",
            line={"dash": dash},
            customdata=periods[["followers", "answers_per_1000_followers"]].astype(object).fillna("no count"),
            hovertemplate="%{x|%b %Y}: %{y} people; followers: %{customdata[0]}, "
            "answers per 1,000: %{customdata[1]}<extra>%{fullData.name}</extra>",
        )
    figure.update_yaxes(rangemode="tozero")
    return figure
