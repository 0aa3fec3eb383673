"""Curves over time or waiting: lines, steps with a band, and small panels of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal, NamedTuple

import pandas as pd

from .figure import Figure, new_figure
from .figure_text import End, colour_of, estimates, fill, last_of, name_ends, summary, symbol_of, ticks
from .shapes import SHOWN, error_bars, reach_of, say_nothing
from .theme import BLUE, VERMILION, faded

_MARKS = 24
"""Marks on a line that can be read one by one."""
_PANEL = 170
"""Pixels of a row of panels."""

WAITS = {
    "1 min": 1 / 60, "10 min": 1 / 6, "1 hour": 1, "6 hours": 6, "1 day": 24, "1 week": 168, "1 month": 730,
    "1 year": 8766,
}  # fmt: skip
"""Ticks of a logarithmic axis of hours."""


class Look(NamedTuple):
    """The name and the look of a line."""

    name: str = ""
    colour: str = BLUE
    symbol: str = "line"
    shape: str = "linear"


_PLAIN = Look()


def lines(
    table: pd.DataFrame,
    question: str,
    *,
    x: str,
    y: str,
    hover: str,
    axes: tuple[str, str],
    by: str = "",
    end: str = "",
    of: str = "",
    interval: Literal["", "bars", "band"] = "",
    shape: Literal["linear", "hv"] = "linear",
    number: str = ",.0f",
    reach: tuple[float, float] | None = None,
    waits: Mapping[str, float] | None = None,
    part: float = 1,
    empty: str = "Nothing to show.",
) -> Figure:
    """Draw a line for each group of a table, light bars or a band for its interval, its name at its end.

    `hover` and `end` (what stands at the end) are filled from the row; in `hover` "{interval}" is the value
    with its interval. `shape` "hv" holds each value to the next, `waits` are the ticks of a logarithmic x
    axis, `part` is the share of the figure's height that the plot takes. A line without a band has gaps.
    """
    figure = new_figure(question, x_title=axes[0], y_title=axes[1], subtitle=summary(table, x=x, of=of))
    if table.empty or table[y].isna().all():
        return say_nothing(figure, empty if table.empty else "Too few for a share.")
    table = table[table[y].notna()] if interval == "band" else table
    share = number.endswith("%")
    reach = reach or reach_of(table, y, *(["high"] if interval else []), least=0.02 if share else 1)
    if interval:
        digits = ".0%" if share and reach[1] > 0.2 else number
        table = table.assign(interval=estimates(table, y, "low", "high", digits))
    ends = []
    for place, (name, rows) in enumerate(_groups(table, by)):
        colour = colour_of(place)
        symbol = "line" if interval == "band" or len(rows) > _MARKS else symbol_of(place)
        if interval == "band":
            add_band(figure, rows, x=x, colour=colour, shape=shape)
        bars = error_bars(rows, y, "low", "high", colour) if interval == "bars" else None
        look = Look(name, colour, symbol, shape)
        add_line(figure, rows, x=x, y=y, hover=hover, look=look, bars=bars)
        add_partial(figure, rows, x=x, y=y, hover=hover, colour=colour)
        if rows[y].isna().all():
            continue
        ends.append(End(fill(rows.head(1), end)[0] if end else name, last_of(rows[y]), colour, symbol))
    if waits:
        figure.update_xaxes(type="log", tickvals=list(waits.values()), ticktext=list(waits))
    figure.update_yaxes(tickformat=ticks(number), range=reach)
    if len(ends) > 1:
        return name_ends(figure, ends, reach=reach, part=part)
    return figure.update_layout(showlegend=False)


steps = partial(lines, y="share", interval="band", number=".1%")
"""Draw shares with their bands: `lines` whose values are steps of a curve."""


def _groups(table: pd.DataFrame, by: str) -> list[tuple[str, pd.DataFrame]]:
    if not by:
        return [("", table)]
    return [(fill(rows.head(1), f"{{{by}}}")[0], rows) for _, rows in table.groupby(by, sort=False)]


def add_band(
    figure: Figure,
    rows: pd.DataFrame,
    *,
    x: str,
    colour: str = BLUE,
    shape: str = "linear",
    where: dict[str, int] | None = None,
) -> None:
    """Shade the interval of a curve."""
    if shape == "linear":
        figure.add_scatter(
            x=[*rows[x], *rows[x][::-1]],
            y=[*rows["high"], *rows["low"][::-1]],
            fill="toself",
            fillcolor=faded(colour),
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            **(where or {}),
        )
        return
    # A band of steps is filled between two edges: one outline, read backwards, would step the other way.
    edge: dict[str, Any] = {"x": rows[x], "mode": "lines", "line": {"width": 0, "shape": shape}}
    edge |= {"hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(y=rows["low"], **edge)
    figure.add_scatter(y=rows["high"], fill="tonexty", fillcolor=faded(colour), **edge)


def add_line(
    figure: Figure,
    rows: pd.DataFrame,
    *,
    x: str,
    y: str,
    hover: str,
    look: Look = _PLAIN,
    where: dict[str, int] | None = None,
    bars: dict[str, Any] | None = None,
) -> None:
    """Draw a curve, as far as it is complete; few points, or several lines without a band, have marks."""
    marked = look.shape == "linear" and (look.symbol != "line" or len(rows) <= _MARKS)
    symbol = "circle" if look.symbol == "line" else look.symbol
    figure.add_scatter(
        x=rows[x],
        y=rows[y].where(_whole(rows)),
        name=look.name or None,
        mode="lines+markers" if marked else "lines",
        line={"color": look.colour, "width": 2, "shape": look.shape},
        marker={"symbol": symbol, "size": 6} if marked else None,
        hovertext=fill(rows, hover),
        hovertemplate=SHOWN,
        error_y=bars,
        **(where or {}),
    )


def add_partial(
    figure: Figure,
    rows: pd.DataFrame,
    *,
    x: str,
    y: str,
    hover: str,
    colour: str = BLUE,
    where: dict[str, int] | None = None,
) -> None:
    """Draw what is not complete as a thin dotted line with open marks."""
    whole = _whole(rows)
    if whole.all():
        return
    # The dotted line starts at the complete neighbours, so that the curve has no hole.
    beside = ~whole | ~whole.shift(1, fill_value=True) | ~whole.shift(-1, fill_value=True)
    figure.add_scatter(
        x=rows[x],
        y=rows[y].where(beside),
        mode="lines+markers",
        line={"color": faded(colour, 0.6), "width": 1.5, "dash": "dot"},
        marker={"symbol": "circle-open", "size": [0 if done else 7 for done in whole], "color": colour},
        hovertext=[f"{words}<br>not complete" for words in fill(rows, hover)],
        hovertemplate=SHOWN,
        showlegend=False,
        **(where or {}),
    )


def _whole(rows: pd.DataFrame) -> pd.Series:
    return rows["complete"].astype(bool) if "complete" in rows.columns else pd.Series(True, index=rows.index)


def panels(title: str, names: list[str], *, columns: int, subtitle: str = "") -> Figure:
    """Lay out small panels, each under its name."""
    from plotly.subplots import make_subplots

    rows = max(1, -(-len(names) // columns))
    figure = new_figure(title, x_title="", y_title="", subtitle=subtitle)
    make_subplots(rows=rows, cols=columns, subplot_titles=names, figure=figure, vertical_spacing=0.36 / rows)
    figure.update_annotations(font_size=13)
    top = (figure.layout.margin.t or 48) + 24
    return figure.update_layout(height=140 + _PANEL * rows, margin_t=top, showlegend=False)


def share_panels(
    table: pd.DataFrame,
    question: str,
    *,
    by: str,
    hover: str,
    of: str,
    most: int,
    mark: str = "",
    mark_hover: str = "",
    empty: str = "Nothing to show.",
) -> Figure:
    """Draw the share of each group of a table over time, three panels a row on one common axis.

    `mark` is a column of true and false: a diamond where it is true.
    """
    groups = [rows for _, rows in table.groupby(by, sort=False)][:most]
    if not groups:
        return say_nothing(new_figure(question, x_title="", y_title=""), empty)
    names = [
        fill(pd.DataFrame({"name": [_short(str(rows["name"].iloc[0]))]}), "{name}")[0] for rows in groups
    ]
    below = summary(table, x="period", of=of, n="total")
    figure = panels(question, names, columns=3, subtitle=below)
    known = [rows[rows["share"].notna()] for rows in groups]
    places = [{"row": place // 3 + 1, "col": place % 3 + 1} for place in range(len(groups))]
    for rows, where, name in zip(known, places, names, strict=True):
        add_band(figure, rows, x="period", where=where)
        add_line(figure, rows, x="period", y="share", hover=hover, where=where, look=Look(name=name))
        if mark:
            marked = rows[rows[mark].astype(bool)]
            diamond = {"symbol": "diamond", "size": 9, "color": VERMILION}
            words = {"hovertext": fill(marked, mark_hover), "hovertemplate": SHOWN}
            figure.add_scatter(
                x=marked["period"], y=marked["share"], mode="markers", marker=diamond, **words, **where
            )
    for rows, where in zip(known, places, strict=True):
        add_partial(figure, rows, x="period", y="share", hover=hover, where=where)
    figure.update_xaxes(nticks=3, tickangle=0)
    return figure.update_yaxes(tickformat=ticks(".1%"), range=reach_of(table, "high", least=0.01))


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"
