"""Figures of waits and answers."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import End, last_of, name_ends
from .theme import BLUE, GREY, PALETTE, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 34
_WAITS = {
    "1 min": 1 / 60, "10 min": 1 / 6, "1 hour": 1, "6 hours": 6, "1 day": 24, "1 week": 168, "1 month": 730,
    "1 year": 8766,
}  # fmt: skip


@draws("response_curve")
def response_curve(curve: pd.DataFrame) -> Figure:
    """Draw the share of customers still unanswered against the time they have waited, with 95 % bands.

    Parameters
    ----------
    curve : DataFrame
        As `response_curve` returns it. The four largest groups have colours, the others are grey.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. Waits run on a logarithmic axis, so hour 0 itself is not drawn.

    Examples
    --------
    >>> curve = pd.DataFrame({
    ...     "group": "all", "wait_hours": [0.0, 2.0], "n_at_risk": [4, 4], "unanswered": [1.0, 0.75],
    ...     "low": [1.0, 0.13], "high": [1.0, 0.96],
    ... })
    >>> response_curve(curve).data[-1].name
    'all'
    """
    figure = new_figure(
        "How long do people wait for an answer?", x_title="Time waited", y_title="Still unanswered"
    )
    figure.update_xaxes(type="log", tickvals=list(_WAITS.values()), ticktext=list(_WAITS))
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    curves = {str(name): rows for name, rows in curve.groupby("group", sort=False)}
    ends = []
    for number, (name, rows) in enumerate(curves.items()):
        colour = PALETTE[min(number, len(PALETTE) - 1)]
        _add_curve(figure, name, rows[rows["wait_hours"] > 0], colour)
        n = f"n\u00a0=\u00a0{rows['n_at_risk'].iloc[0]:,}"
        ends.append(End(f"{name}, {n}", last_of(rows["unanswered"]), colour))
    return name_ends(figure, ends, reach=(0, 1.02))


def _add_curve(figure: Figure, name: str, rows: pd.DataFrame, colour: str) -> None:
    edge = {
        "x": rows["wait_hours"],
        "mode": "lines",
        "line": {"width": 0, "shape": "hv"},
        "hoverinfo": "skip",
    }
    figure.add_scatter(y=rows["low"], **edge)
    figure.add_scatter(y=rows["high"], fill="tonexty", fillcolor=faded(colour), **edge)
    figure.add_scatter(
        x=rows["wait_hours"],
        y=rows["unanswered"],
        name=name,
        mode="lines",
        line={"color": colour, "width": 2, "shape": "hv"},
        hovertext=[_waiting(escape(name), row) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _waiting(name: str, row: dict) -> str:
    return (
        f"{name}: after {_length(row['wait_hours'])}<br>{row['unanswered']:.0%} still wait "
        f"({row['low']:.0%} to {row['high']:.0%})"
    )


def _length(hours: float) -> str:
    for unit, size in (("days", 24.0), ("hours", 1.0)):
        if hours >= 2 * size:
            return f"{hours / size:.1f} {unit}"
    return f"{hours * 60:.0f} minutes"


@draws("response_rate")
def response_rate(rates: pd.DataFrame) -> Figure:
    """Draw the share answered in time, one row a group, with 95 % intervals.

    Parameters
    ----------
    rates : DataFrame
        As `response_rate` returns it.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. Groups without a judged message are named, without a dot.

    Examples
    --------
    >>> rates = pd.DataFrame({
    ...     "group": ["all"], "within": ["24h"], "n": [4], "answered": [1], "share": [0.25], "low": [0.05],
    ...     "high": [0.7], "n_open": [0],
    ... })
    >>> response_rate(rates).layout.title.text
    'Who is answered within 24h?'
    """
    within = rates["within"].iloc[0] if len(rates) else "the time"
    figure = new_figure(
        f"Who is answered within {within}?", x_title="Share answered, with 95 % interval", y_title=""
    )
    figure.update_layout(height=120 + _ROW_HEIGHT * max(1, len(rates)), showlegend=False)
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_yaxes(autorange="reversed", type="category")
    figure.add_scatter(
        x=rates["share"],
        y=[f"{escape(str(row.group))} (n = {row.n:,})" for row in rates.itertuples()],
        customdata=rates["group"],
        mode="markers",
        marker={"size": 10, "color": [BLUE if n else GREY for n in rates["n"]]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rates["high"] - rates["share"],
            "arrayminus": rates["share"] - rates["low"],
            "color": BLUE,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=[_answered(row) for row in rates.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return figure


def _answered(row: dict) -> str:
    if not row["n"]:
        return f"{escape(str(row['group']))}: too soon to tell"
    return (
        f"{escape(str(row['group']))}: {row['answered']:,} of {row['n']:,} within {row['within']}<br>"
        f"{row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
    )
