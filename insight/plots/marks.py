"""Marks that several figures share: dots with intervals in rows, steps with a band."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .theme import BLUE, GREY, faded

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 30


def add_rows(figure: Figure, labels: Sequence[str]) -> None:
    """Name the rows of a figure, the first on top, and give it the height they need."""
    figure.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=[escape(label) for label in labels],
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
    )
    figure.update_layout(height=130 + _ROW_HEIGHT * max(1, len(labels)), showlegend=False)


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


def say_nothing(figure: Figure, text: str) -> Figure:
    """Put a sentence where there is nothing to draw."""
    figure.add_annotation(
        text=escape(text), showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper", font={"color": GREY}
    )
    return figure
