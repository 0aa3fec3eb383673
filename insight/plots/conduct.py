"""Figures of the brand's own conduct."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import add_group, lay_out_groups, say_nothing
from .theme import BLUE, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure


@draws("dialogue_index")
def dialogue_index(index: pd.DataFrame) -> Figure:
    """Draw the share of the brand's posts that answer someone, period by period, with its band.

    Parameters
    ----------
    index : DataFrame
        As `dialogue_index` returns it.

    Returns
    -------
    Figure
        A plotly figure; the hover gives the number of posts.

    Examples
    --------
    >>> columns = ["period", "n", "n_answers", "share", "low", "high"]
    >>> dialogue_index(pd.DataFrame(columns=columns)).layout.title.text
    'Does the brand answer, or broadcast?'
    """
    figure = new_figure(
        "Does the brand answer, or broadcast?",
        x_title="Period",
        y_title="Share of its posts that answer someone",
    )
    figure.add_scatter(
        x=[*index["period"], *index["period"][::-1]],
        y=[*index["high"], *index["low"][::-1]],
        fill="toself",
        fillcolor=faded(BLUE),
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=index["period"],
        y=index["share"],
        mode="lines+markers",
        line={"color": BLUE},
        customdata=index[["n_answers", "n"]],
        hovertemplate="%{x|%b %Y}: %{y:.0%}, %{customdata[0]} of %{customdata[1]} posts<extra></extra>",
        showlegend=False,
    )
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return figure


@draws("form_letters")
def form_letters(marks: pd.DataFrame) -> Figure:
    """Draw, for each writer, the share of replies that are copies, call by name, and take up what was said.

    Parameters
    ----------
    marks : DataFrame
        As `form_letters` returns it.

    Returns
    -------
    Figure
        A plotly figure: one dot a writer and mark, with its interval.

    Examples
    --------
    >>> columns = ["writer", "mark", "n", "n_marked", "share", "low", "high"]
    >>> form_letters(pd.DataFrame(columns=columns)).data
    ()
    """
    return _dots(marks, "Are replies written for the one who reads them?")


def _dots(marks: pd.DataFrame, question: str) -> Figure:
    figure = new_figure(question, x_title="Share of replies, with 95 % interval", y_title="")
    if marks.empty:
        return say_nothing(figure, "The brand replied to nobody.")
    for number, (writer, rows) in enumerate(marks.groupby("writer", sort=False)):
        name = "all writers" if writer == "all" else str(writer)
        hover = [f"{row.share:.0%}, {row.n_marked:,} of {row.n:,} replies" for row in rows.itertuples()]
        add_group(figure, rows, number=number, name=name, value="share", labels=rows["mark"], hover=hover)
    return lay_out_groups(figure, n_rows=marks["mark"].nunique())
