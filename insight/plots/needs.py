"""Figures of needs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import add_dots, add_rows, say_nothing
from .theme import BLUE, GREY, VERMILION, new_figure
from .trends import add_panels, draw_share

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 44


@draws("find_needs(...).table")
def needs(needs: pd.DataFrame, *, top: int = 15) -> Figure:
    """Draw needs as dots with intervals, the one most worth meeting on top, each with its name.

    Parameters
    ----------
    needs : DataFrame
        `Needs.table`, as `find_needs` returns it.
    top : int
        Most rows to draw; the title says so if some are left out.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. Each mark carries its need ("need-1") as custom data. An open
        diamond is a latent need: shown, hardly ever asked for.

    Examples
    --------
    >>> needs(pd.DataFrame(columns=["need", "name", "n_people", "share", "opportunity", "latent"])).data
    ()
    """
    rows = needs.head(top)
    question = "Which needs are most worth meeting?"
    title = question if len(rows) == len(needs) else f"{question} The first {len(rows)} of {len(needs)}"
    figure = new_figure(title, x_title="Opportunity, with 95 % interval", y_title="")
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


@draws("needs_over_time")
def needs_over_time(table: pd.DataFrame, *, top: int = 9) -> Figure:
    """Draw the share of people who voice each need over time, one panel a need.

    Parameters
    ----------
    table : DataFrame
        As `needs_over_time` returns it.
    top : int
        Panels at most; the needs most worth meeting come first.

    Returns
    -------
    Figure
        Lines with 95 % bands on one common axis. A period that the archive covers only in part has an open
        mark.

    Examples
    --------
    >>> months = pd.to_datetime(["2025-01-01", "2025-02-01"])
    >>> table = pd.DataFrame({"need": "need-1", "name": "Leaks", "period": months, "n": [3, 9],
    ...     "n_people": [3, 8], "total": [50, 50], "share": [0.06, 0.16], "low": [0.02, 0.08],
    ...     "high": [0.16, 0.29], "complete": [True, False]})
    >>> len(needs_over_time(table).data)
    3
    """
    import plotly.graph_objects as go

    panels = [own for _, own in table.groupby("need", sort=False)][:top]
    if not panels:
        return say_nothing(new_figure("How did needs change?", x_title="", y_title=""), "No need is listed.")
    figure = add_panels("How did needs change?", [_short(own["name"].iloc[0]) for own in panels], 3)
    for place, own in enumerate(panels):
        where = {"row": place // 3 + 1, "col": place % 3 + 1}
        draw_share(figure, own, ["n_people", "n", "total"], where)
        part = own[~own["complete"] & own["share"].notna()]
        mark = {"symbol": "circle-open", "size": 8, "color": GREY, "line": {"width": 2}}
        hover = "%{x|%d %b %Y}: covered only in part<extra></extra>"
        figure.add_trace(
            go.Scatter(x=part["period"], y=part["share"], mode="markers", marker=mark, hovertemplate=hover),
            **where,
        )
    figure.update_yaxes(matches="y", tickformat=".0%", rangemode="tozero")
    return figure.update_layout(showlegend=False, yaxis_matches=None)


@draws("compare_streams or emerging")
def compare_streams(found: pd.DataFrame, *, kind: str = "word", top: int = 20) -> Figure:
    """Draw what one stream says more than the others as dots of log odds with intervals.

    Parameters
    ----------
    found : DataFrame
        As `compare_streams` or `emerging` returns it.
    kind : {"word", "topic", "signal"}
        Which rows to draw.
    top : int
        Rows at most for each stream, strongest first.

    Returns
    -------
    Figure
        Of two streams the second points to the left; of more, each row names its stream. An open grey dot is
        not beyond chance.

    Examples
    --------
    >>> row = {"kind": "word", "item": "leaks", "group": "wild", "n": 90, "n_with": 9, "n_other": 90,
    ...     "n_other_with": 0, "share": 0.1, "share_other": 0.0, "log_odds": 1.2, "low": 0.4, "high": 2.0,
    ...     "beyond_chance": True}
    >>> compare_streams(pd.DataFrame([row])).data[0].x.tolist()
    [1.2]
    """
    rows = found[found["kind"] == kind].groupby("group", sort=False).head(top)
    groups = list(dict.fromkeys(rows["group"]))
    title = "What does each stream say more than the rest?"
    if not groups:
        return say_nothing(new_figure(title, x_title="", y_title=""), f"No {kind} is used by enough people.")
    left = groups[1] if len(groups) == 2 else None
    axis = f"← {left} more · log odds · {groups[0]} more →" if left else "Log odds"
    figure = new_figure(title, x_title=f"{axis}, with 95 % interval", y_title="")
    rows = rows.assign(row=range(len(rows)), away=rows["group"] == left)
    for (away, sure), part in rows.groupby(["away", "beyond_chance"]):
        sign = -1 if away else 1
        ends = part[["low", "high"]] * sign
        drawn = part.assign(at=part["log_odds"] * sign, least=ends.min(axis=1), most=ends.max(axis=1))
        add_dots(
            figure,
            drawn,
            value="at",
            low="least",
            high="most",
            hover=[_said_more(row) for row in part.to_dict("records")],
            rows=part["row"].tolist(),
            colour=(VERMILION if away else BLUE) if sure else GREY,
            symbol="circle" if sure else "circle-open",
        )
    alone = len(groups) <= 2
    add_rows(figure, [row.item if alone else f"{row.item} ({row.group})" for row in rows.itertuples()])
    return figure.update_xaxes(zeroline=True)


def _said_more(row: dict[str, object]) -> str:
    beyond = "" if row["beyond_chance"] else "<br>Not beyond chance"
    item, group = escape(str(row["item"])), escape(str(row["group"]))
    return (
        f"{item}: {row['n_with']:,} of {row['n']:,} people of {group} ({row['share']:.1%}), "
        f"{row['n_other_with']:,} of {row['n_other']:,} others ({row['share_other']:.1%}){beyond}"
    )


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


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
