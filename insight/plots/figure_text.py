"""The words in a figure: below its title, on hover, at its rows, and at its series."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape, unescape
from itertools import pairwise
from string import Formatter
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from .theme import PALETTE

if TYPE_CHECKING:
    from plotly.graph_objects import Scatter

    from .figure import Figure

SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x", "cross", "triangle-down", "star")
_SIGN_OF = {
    "circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲", "x": "✖", "cross": "✚",
    "triangle-down": "▼", "star": "★", "line": "━",
}  # fmt: skip

_SIDE = 0.02
"""Share of a narrow plot's width that a letter takes."""
_BESIDE, _SIGN = 6, 14
"""Pixels between the plot and a sign, and from a sign to its name."""
_WORDS, _LETTER, _LINE = 14, 7, 0.056
"""Letters of a line beside the plot, pixels of a letter, share of the plot's height of a line."""

_ROW, FRAME, _LONGEST = 30, 140, 44
"""Pixels of a row and of all that is around the rows; letters of a row's name."""


class _Sentence(Formatter):
    """Fills a sentence from a row: people's words are escaped, what is missing is called unknown."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        if pd.isna(value):
            return "unknown"
        if isinstance(value, str):
            return escape(value)
        words = super().format_field(value, format_spec)
        return words.removeprefix("0") if isinstance(value, pd.Timestamp) else words


def fill(table: pd.DataFrame, sentence: str) -> list[str]:
    """Write a sentence such as "{n:,} of {total:,} people" for each row."""
    return [_Sentence().vformat(sentence, (), row) for row in table.to_dict("records")]


def estimates(
    table: pd.DataFrame, value: str, low: str, high: str, number: str, missing: str = "too few for a share"
) -> list[str]:
    """Write each value with its interval, or why there is none."""
    rows = table[[value, low, high]].astype(float).itertuples(index=False, name=None)
    return [
        missing
        if np.isnan(at)
        else f"{at:{number}}" + ("" if np.isnan(least) else f" ({least:{number}} to {most:{number}})")
        for at, least, most in rows
    ]


def summary(table: pd.DataFrame, *, x: str = "", of: str = "", n: str = "n") -> str:
    """Write what stands below a title: of how many, from when to when, and what fading means."""
    counts = table[n].dropna() if of and n in table.columns else pd.Series(dtype=float)
    least, most = (counts.min(), counts.max()) if len(counts) else (0, 0)
    numbers = f"{most:,.0f} {of}" if least == most else f"{least:,.0f} to {most:,.0f} {of} each"
    when = table[x].dropna() if x and not pd.api.types.is_numeric_dtype(table[x]) else pd.Series(dtype=str)
    span = dict.fromkeys([when.min(), when.max()] if len(when) else [])
    dates = [f"{day.day} {day:%b %Y}" if isinstance(day, pd.Timestamp) else str(day) for day in span]
    partial = "complete" in table.columns and not table["complete"].astype(bool).all()
    parts = [
        f"n = {numbers}" if len(counts) else "",
        " to ".join(dates),
        "faded: not complete" if partial and len(table) else "",
    ]
    return escape(" · ".join(filter(None, parts)), quote=False)


def ticks(number: str) -> str:
    """Return a number format for an axis: as on hover, without needless zeros."""
    return number.replace("%", "~%").replace("f", "~f")


def name_rows(figure: Figure, names: Sequence[str], *, counts: pd.Series | None = None) -> None:
    """Name the rows of a figure, the first on top, each with its n, and give it the height they need."""
    sizes = [""] * len(names) if counts is None else [f" (n = {count:,.0f})" for count in counts]
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[shortened(name) + size for name, size in zip(names, sizes, strict=True)],
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    figure.update_layout(height=FRAME + _ROW * max(1, len(names)), showlegend=False)


def shortened(name: str) -> str:
    """Return the name of a row as it fits beside a figure."""
    plain = unescape(name)
    return name if len(plain) <= _LONGEST else escape(f"{plain[: _LONGEST - 1]}…")


def colour_of(number: int) -> str:
    """Give each of the first series a colour, all later ones the last: more cannot be kept apart."""
    return PALETTE[min(number, len(PALETTE) - 1)]


def symbol_of(number: int) -> str:
    """Give each of the first series a symbol, so that colour never stands alone."""
    return SYMBOLS[min(number, len(SYMBOLS) - 1)]


class End(NamedTuple):
    """The right end of a series: its name, where it ends, and the colour and symbol of its marks."""

    name: str
    height: float
    colour: str
    symbol: str = "line"


def name_ends(
    figure: Figure, ends: Sequence[End], *, reach: tuple[float, float], yref: str = "y", part: float = 1
) -> Figure:
    """Write the names of series right of the plot, pushed apart where they would touch.

    `reach` is the range of the y axis and `part` its share of the plot's height: they fix how far apart two
    lines of text are. The sign has the colour and the name that of all text, which is easier to read.
    """
    names = ["<br>".join(wrap(end.name, _WORDS, break_long_words=False)) for end in ends]
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    gap = (reach[1] - reach[0]) * _LINE * lines / part
    heights = _apart([end.height for end in ends], gap=gap, top=reach[1])
    for name, height, end in zip(names, heights, ends, strict=True):
        place = {"x": 1, "xref": "paper", "xanchor": "left", "y": height, "yref": yref, "showarrow": False}
        sign = _SIGN_OF[end.symbol]
        figure.add_annotation(text=sign, font={"size": 12, "color": end.colour}, xshift=_BESIDE, **place)
        figure.add_annotation(text=name, font={"size": 12}, align="left", xshift=_BESIDE + _SIGN, **place)
    longest = max((len(line) for name in names for line in name.split("<br>")), default=0)
    right = max(figure.layout.margin.r or 0, 36 + _LETTER * longest)
    return figure.update_layout(showlegend=False, margin={"r": right})


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


def last_of(line: pd.Series) -> float:
    """Return where a line ends: its last known value."""
    known = line.dropna()
    return float(known.iloc[-1]) if len(known) else 0.0


def name_dots(figure: Figure, *, reach: tuple[float, float], log: bool = False) -> Figure:
    """Write the name of each series of dots beside one of them, where there is room."""
    for drawn in [trace for trace in figure.data if trace.mode == "markers" and trace.name]:
        _name_marks(figure, drawn, reach=reach, log=log)
    return figure


def _name_marks(figure: Figure, drawn: Scatter, *, reach: tuple[float, float], log: bool) -> None:
    """Write the name of a series beside its first mark with room for it on one side, else the roomiest."""
    at, bars = pd.Series(drawn.x, dtype=float), drawn.error_x
    low, high = (at if ends is None else at + sign * pd.Series(ends, dtype=float).fillna(0)
                 for ends, sign in ((bars.arrayminus, -1), (bars.array, 1)))  # fmt: skip
    scaled = [(np.log10(end) if log else end) for end in (low, high)]
    left, right = ((end - reach[0]) / (reach[1] - reach[0]) for end in scaled)
    free = pd.concat([left, 1 - right], axis=1).max(axis=1).dropna()
    if free.empty:
        return
    wanted = _SIDE * (len(str(drawn.name)) + 2)
    row = (free >= wanted).idxmax() if (free >= wanted).any() else free.idxmax()
    to_the_right = 1 - right[row] >= min(wanted, left[row])
    name = str(drawn.name)
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


def add_legend(figure: Figure, *, n_series: int) -> Figure:
    """Name the series in a legend between the title and the plot, three names to a line."""
    more = 24 * -(-n_series // 3)
    top = (figure.layout.margin.t or 48) + 12 + more
    height = (figure.layout.height or 450) + more
    return figure.update_layout(showlegend=True, margin={"t": top}, height=height)
