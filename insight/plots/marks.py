"""Marks that several figures share: dots with intervals in rows, steps with a band."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .theme import BLUE, GREY, PALETTE, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 30


def say_share(value: float, low: float, high: float, *, digits: int = 0) -> str:
    """Write a share with its interval for a hover text, or that it was withheld."""
    if pd.isna(value):
        return "too few for a share"
    return f"{value:.{digits}%} ({low:.{digits}%} to {high:.{digits}%})"


def add_rows(figure: Figure, labels: Sequence[str]) -> None:
    """Name the rows of a figure, the first on top, and give it the height they need."""
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=[escape(label) for label in labels],
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(height=130 + _ROW_HEIGHT * max(1, len(labels)), showlegend=False)


def name_rows(names: pd.Series) -> list[str]:
    """Give names that are alike a row each: what tells the rows apart has no width."""
    again = names.groupby(names, sort=False).cumcount()
    return [escape(str(name)) + "\u200b" * number for name, number in zip(names, again, strict=True)]


def add_dots(
    figure: Figure,
    table: pd.DataFrame,
    *,
    value: str,
    low: str = "low",
    high: str = "high",
    hover: Sequence[str],
    rows: Sequence[float] | None = None,
    colour: str = BLUE,
    symbol: str = "circle",
    name: str = "",
) -> None:
    """Draw one dot a row with its interval."""
    figure.add_scatter(
        x=table[value],
        y=list(range(len(table))) if rows is None else list(rows),
        mode="markers",
        name=name,
        marker={"color": colour, "symbol": symbol, "size": 10, "line": {"width": 2}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table[high] - table[value],
            "arrayminus": table[value] - table[low],
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=list(hover),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def add_steps(
    figure: Figure,
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    name: str,
    hover: Sequence[str],
    colour: str = BLUE,
    shape: str = "hv",
) -> None:
    """Draw a curve with its band, its name at the right end."""
    edge = {"x": table[x], "mode": "lines", "line": {"width": 0, "shape": shape}, "hoverinfo": "skip"}
    figure.add_scatter(y=table["low"], showlegend=False, **edge)
    figure.add_scatter(y=table["high"], fill="tonexty", fillcolor=faded(colour), showlegend=False, **edge)
    figure.add_scatter(
        x=table[x],
        y=table[y],
        name=name,
        mode="lines",
        line={"color": colour, "width": 2, "shape": shape},
        hovertext=list(hover),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def add_group(
    figure: Figure,
    table: pd.DataFrame,
    *,
    number: int,
    name: str,
    value: str,
    labels: Sequence[str],
    hover: Sequence[str],
) -> None:
    """Draw one of several series: a dot and its interval a row, beside those of the other series."""
    figure.add_scatter(
        x=table[value],
        y=list(labels),
        name=name,
        orientation="h",
        mode="markers",
        marker={"color": PALETTE[number % len(PALETTE)], "symbol": number, "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": table["high"] - table[value],
            "arrayminus": table[value] - table["low"],
            "thickness": 1.2,
            "width": 3,
        },
        hovertext=list(hover),
        hovertemplate="%{y}: %{hovertext}<extra>%{fullData.name}</extra>",
    )


def lay_out_groups(figure: Figure, *, n_rows: int) -> Figure:
    """Put the series of each row side by side, the first row on top, and give all of them room."""
    n_series = len(figure.data)
    figure.update_layout(scattermode="group", height=150 + max(1, n_rows) * max(36, 13 * n_series))
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
    figure.update_yaxes(autorange="reversed", type="category")
    return make_room(figure, n_series=n_series)


def make_room(figure: Figure, *, n_series: int) -> Figure:
    """Leave room for the names of the series between the title and the plot, three to a line."""
    more = 24 * -(-n_series // 3)
    title = {"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 16}}
    height = (figure.layout.height or 450) + more
    return figure.update_layout(margin={"t": 60 + more}, height=height, title=title)


def share_figure(question: str, counted: str) -> Figure:
    """Make a figure whose x axis runs from none to all of what is counted."""
    figure = new_figure(question, x_title=f"{counted}, with 95 % interval", y_title="")
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
    return figure


def say_nothing(figure: Figure, text: str) -> Figure:
    """Put a sentence where there is nothing to draw."""
    figure.add_annotation(
        text=escape(text), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"color": GREY}
    )
    return figure
