"""Marks that several figures share: dots with intervals in rows, steps with a band."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from .theme import BLUE, GREY, PALETTE, faded, new_figure

if TYPE_CHECKING:
    from plotly.graph_objects import Scatter

    from .figure import Figure

_ROW_HEIGHT = 30
_SIDE = 0.02
"""Share of a narrow plot's width that a letter takes."""
_BESIDE, _SIGN = 6, 14
"""Pixels between the plot and a sign, and from a sign to its name."""
_WORDS, _LETTER, _LINE = 14, 7, 0.056
"""Letters of a line beside the plot, pixels of a letter, share of the plot's height of a line."""


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
        marker={"color": colour, "symbol": symbol, "size": 10, "line": {"color": colour, "width": 2}},
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
    """Draw a curve with its band."""
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
        offsetgroup=str(number),
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
    """Put the series of each row side by side, the first row on top, and name them beside their marks.

    More series than there are colours cannot be told apart by a name in one row: they get a legend.
    """
    series = list(figure.data)
    height = 110 + max(1, n_rows) * max(36, 16 * len(series))
    figure.update_layout(scattermode="group", height=height, showlegend=len(series) > len(PALETTE))
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
    figure.update_yaxes(autorange="reversed", type="category")
    if len(series) > len(PALETTE):
        return make_room(figure, n_series=len(series))
    for drawn in series if len(series) > 1 else ():
        _name_marks(figure, drawn, reach=(0, 1.02))
    return figure


def name_dots(figure: Figure, *, reach: tuple[float, float], log: bool = False) -> Figure:
    """Write the name of each series of dots beside one of them, where there is room."""
    for drawn in [trace for trace in figure.data if trace.mode == "markers" and trace.name]:
        _name_marks(figure, drawn, reach=reach, log=log)
    return figure


def _name_marks(figure: Figure, drawn: Scatter, *, reach: tuple[float, float], log: bool = False) -> None:
    """Write the name of a series beside its first mark with room for it on one side, else the roomiest."""
    at, bars = pd.Series(drawn.x, dtype=float), drawn.error_x
    low, high = (at if ends is None else at + sign * pd.Series(ends, dtype=float).fillna(0)
                 for ends, sign in ((bars.arrayminus, -1), (bars.array, 1)))  # fmt: skip
    scaled = [(np.log10(end) if log else end) for end in (low, high)]
    left, right = ((end - reach[0]) / (reach[1] - reach[0]) for end in scaled)
    room = pd.concat([left, 1 - right], axis=1).max(axis=1).dropna()
    if room.empty:
        return
    wanted = _SIDE * (len(str(drawn.name)) + 2)
    row = (room >= wanted).idxmax() if (room >= wanted).any() else room.idxmax()
    to_the_right = 1 - right[row] >= min(wanted, left[row])
    name = escape(str(drawn.name))
    figure.add_scatter(
        x=[high[row] if to_the_right else low[row]],
        y=[drawn.y[row]],
        mode="text",
        orientation="h",
        offsetgroup=drawn.offsetgroup,
        text=[f"\u00a0\u00a0{name}" if to_the_right else f"{name}\u00a0\u00a0"],
        textposition=f"middle {'right' if to_the_right else 'left'}",
        textfont={"size": 12},
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


SIGNS = {"solid": "\u2501", "dash": "\u2505", "dot": "\u2509"}
"""How a line is dashed -> the sign before its name."""


class End(NamedTuple):
    """The right end of a series: its name, where it ends, and the colour and sign of its marks."""

    name: str
    height: float
    colour: str
    sign: str = "\u2501"


def name_ends(
    figure: Figure, ends: Sequence[End], *, reach: tuple[float, float], yref: str = "y", part: float = 1
) -> Figure:
    """Write the names of series right of the plot, pushed apart where they would touch.

    `reach` is the range of the y axis and `part` its share of the plot's height: they fix how far apart two
    lines of text are. The sign has the colour and the name that of all text, which is easier to read.
    """
    told = ["<br>".join(wrap(escape(end.name), _WORDS, break_long_words=False)) for end in ends]
    lines = max((text.count("<br>") + 1 for text in told), default=1)
    gap = (reach[1] - reach[0]) * _LINE * lines / part
    heights = _apart([end.height for end in ends], gap=gap, top=reach[1])
    for text, height, end in zip(told, heights, ends, strict=True):
        place = {"x": 1, "xref": "paper", "xanchor": "left", "y": height, "yref": yref, "showarrow": False}
        figure.add_annotation(text=end.sign, font={"size": 12, "color": end.colour}, xshift=_BESIDE, **place)
        figure.add_annotation(text=text, font={"size": 12}, align="left", xshift=_BESIDE + _SIGN, **place)
    longest = max((len(line) for text in told for line in text.split("<br>")), default=0)
    return figure.update_layout(showlegend=False, margin={"r": 36 + _LETTER * longest})


def last_of(line: pd.Series) -> float:
    """Return where a line ends: its last known value."""
    known = line.dropna()
    return float(known.iloc[-1]) if len(known) else 0.0


def _apart(heights: Sequence[float], *, gap: float, top: float) -> list[float]:
    """Push labels up until none touches the one below, and down again from the top."""
    placed = list(heights)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    for below, number in pairwise(order):
        placed[number] = max(placed[number], placed[below] + gap)
    ceiling = top
    for number in reversed(order):
        placed[number] = min(placed[number], ceiling)
        ceiling = placed[number] - gap
    return placed


def make_room(figure: Figure, *, n_series: int) -> Figure:
    """Leave room for a legend between the title and the plot, three names to a line."""
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
