"""Figures of needs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .theme import BLUE, VERMILION, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 44


def plot_needs(needs: pd.DataFrame, *, top: int = 15) -> Figure:
    """Draw needs as dots with intervals, the one most worth meeting on top, each with its name.

    Parameters
    ----------
    needs : DataFrame
        As `rank_needs` returns it.
    top : int
        Most rows to draw; the title says so if some are left out.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. Each mark carries its need ("need-1") as custom data. An open
        diamond is a latent need: shown, hardly ever asked for.

    Examples
    --------
    >>> plot_needs(pd.DataFrame(columns=["need", "name", "n_people", "share", "opportunity", "latent"])).data
    ()
    """
    rows = needs.head(top)
    question = "Which needs are most worth meeting?"
    title = question if len(rows) == len(needs) else f"{question} The first {len(rows)} of {len(needs)}"
    figure = new_figure(title, x_title="Opportunity (0 to 20), with 95 % interval", y_title="")
    figure.update_layout(height=120 + _ROW_HEIGHT * max(1, len(rows)), showlegend=False)
    reach = max([20, *rows["opportunity_high"].dropna()]) if len(rows) else 20
    figure.update_xaxes(range=[0, 1.025 * reach], zeroline=True)
    figure.update_yaxes(visible=False, range=[max(1, len(rows)) - 0.4, -0.9])
    if rows.empty:
        figure.add_annotation(text="No need is voiced by enough people.", showarrow=False, x=10, y=0)
        return figure
    for latent, colour, symbol in ((False, BLUE, "circle"), (True, VERMILION, "diamond-open")):
        _add_dots(figure, rows.assign(row=range(len(rows)))[rows["latent"] == latent], colour, symbol)
    return figure


def _add_dots(figure: Figure, rows: pd.DataFrame, colour: str, symbol: str) -> None:
    if rows.empty:
        return
    figure.add_scatter(
        x=rows["opportunity"],
        y=rows["row"],
        customdata=rows["need"],
        mode="markers",
        marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": rows["opportunity_high"] - rows["opportunity"],
            "arrayminus": rows["opportunity"] - rows["opportunity_low"],
            "color": colour,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=[_sentence(row) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        name="latent" if symbol != "circle" else "voiced",
    )
    figure.add_scatter(
        x=[0.1] * len(rows),
        y=rows["row"] - 0.42,
        customdata=rows["need"],
        mode="text",
        text=[_label(row) for row in rows.to_dict("records")],
        textposition="middle right",
        hoverinfo="skip",
        name="names",
    )


def _label(need: dict[str, object]) -> str:
    latent = " (shown, not asked for)" if need["latent"] else ""
    people = "1 person" if need["n_people"] == 1 else f"{need['n_people']:,} people"
    return f"{escape(str(need['name']), quote=False)}{latent}: {people}"


def _sentence(need: dict[str, object]) -> str:
    return (
        f"{_label(need)}, {need['share']:.1%} ({need['low']:.1%} to {need['high']:.1%})"
        f"<br>Opportunity {need['opportunity']:.1f} "
        f"({need['opportunity_low']:.1f} to {need['opportunity_high']:.1f})"
        f"<br>{need['n_complaint']:,} complain, {need['n_wish']:,} wish,"
        f" {need['n_workaround']:,} work around, {need['n_praise']:,} praise<br>Trend: {need['trend']}"
    )
