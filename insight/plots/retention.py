"""Figures of who stays."""

from __future__ import annotations

from html import escape
from itertools import cycle
from typing import TYPE_CHECKING, Literal

import pandas as pd

from insight.mentions import InsightError

from .expected import draws
from .marks import End, last_of, name_ends, say_share
from .theme import BLUE, GREEN, GREY, PALETTE, PURPLE, VERMILION, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW_HEIGHT = 26
_MOST_WRITTEN = 24
_OPEN = "too soon to tell"


@draws("retention")
def retention(table: pd.DataFrame, *, view: Literal["table", "curve"] = "table") -> Figure:
    """Draw cohorts of newcomers: a table shaded by the share that came back, or the pooled curve.

    Parameters
    ----------
    table : DataFrame
        As `retention` returns it.
    view : {'table', 'curve'}
        'table': one row a cohort, oldest on top, the pooled row last; cells that are too soon to tell, or of
        too few for a share, hold a dot. 'curve': the pooled shares with 95 % bands, one line a group if there
        are groups.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it.

    Raises
    ------
    InsightError
        If the view is unknown, or a table of several groups is to be drawn as one.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "cohort": ["2025-01", "all"], "period": 1, "n": 4, "eligible": 4, "retained": 1, "share": 0.25,
    ...     "low": 0.05, "high": 0.7, "complete": True,
    ... })
    >>> retention(table).data[0].z.tolist()
    [[0.25], [0.25]]
    """
    if view not in ("table", "curve"):
        raise InsightError(f"view={view!r} is unknown; choose 'table' or 'curve'.")
    unit = table.attrs.get("period", "period")
    since = f"{unit.capitalize()}s since the first message"
    if view == "curve":
        figure = new_figure("How many newcomers come back?", x_title=since, y_title="Share of newcomers")
        figure.update_yaxes(rangemode="tozero", tickformat=".0%")
        return _add_curves(figure, table[(table["cohort"] == "all") & table["share"].notna()])
    if "group" in table.columns:
        raise InsightError("a cohort table of several groups is drawn with view='curve', a line a group.")
    figure = new_figure("Which newcomers come back?", x_title=since, y_title="First message in")
    _add_cells(figure, table)
    figure.update_layout(height=140 + _ROW_HEIGHT * max(1, table["cohort"].nunique()))
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(type="category", showgrid=False)
    return figure


def _add_cells(figure: Figure, table: pd.DataFrame) -> None:
    cohorts, periods = table["cohort"].unique(), sorted(table["period"].unique())
    cells = table.assign(said=[_kept(row) for row in table.to_dict("records")]).set_index(
        ["cohort", "period"]
    )
    cells = cells.reindex(pd.MultiIndex.from_product([cohorts, periods]))
    shape = (len(cohorts), len(periods))
    sizes = table.groupby("cohort", sort=False)["n"].first()
    names = {cohort: f"{cohort} (n = {sizes[cohort]:,})" for cohort in cohorts}
    figure.add_heatmap(
        z=cells["share"].to_numpy(float).reshape(shape),
        x=periods,
        y=list(names.values()),
        text=cells["said"].to_numpy(object).reshape(shape),
        texttemplate="%{z:.0%}" if len(periods) <= _MOST_WRITTEN else None,
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
        colorscale=[[0, faded(BLUE, 0.04)], [1, faded(BLUE, 1)]],
        zmin=0,
        showscale=False,
        xgap=1,
        ygap=1,
    )
    unknown = table[table["share"].isna()]
    figure.add_scatter(
        x=unknown["period"],
        y=unknown["cohort"].map(names),
        mode="markers",
        marker={"size": 3, "color": GREY},
        hovertext=[_kept(row) for row in unknown.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _kept(row: dict) -> str:
    if not row["complete"] or not row["eligible"]:
        return _OPEN
    came = f"{row['cohort']}, {row['period']} later: {row['retained']:,} of {row['eligible']:,} came back<br>"
    return came + say_share(row["share"], row["low"], row["high"])


def _add_curves(figure: Figure, pooled: pd.DataFrame) -> Figure:
    if "group" not in pooled.columns:
        _add_band(figure, pooled, "period", "eligible")
        return figure
    ends = []
    for (name, rows), colour in zip(pooled.groupby("group", sort=False), cycle(PALETTE), strict=False):
        _add_band(figure, rows, "period", "eligible", name=str(name), colour=colour)
        ends.append(End(str(name), last_of(rows["share"]), colour))
    reach = (0.0, 1.05 * max(0.1, pooled["high"].max()) if len(pooled) else 1.0)
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)


def _add_band(
    figure: Figure, rows: pd.DataFrame, x: str, n: str, *, name: str | None = None, colour: str = BLUE
) -> None:
    edge = {"x": rows[x], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    figure.update_layout(showlegend=False)
    figure.add_scatter(y=rows["low"], **edge)
    figure.add_scatter(y=rows["high"], fill="tonexty", fillcolor=faded(colour), **edge)
    group = "" if name is None else f"{escape(name)}, "
    said = [
        f"{group}{row[x]}: {row['retained']:,} of {row[n]:,} came back<br>{row['share']:.0%} "
        f"({row['low']:.0%} to {row['high']:.0%})"
        for row in rows.to_dict("records")
    ]
    figure.add_scatter(
        x=rows[x],
        y=rows["share"],
        mode="lines+markers",
        line={"color": colour, "width": 2},
        hovertext=said,
        hovertemplate="%{hovertext}<extra></extra>",
        name=None if name is None else escape(name),
    )


@draws("repeat_rate")
def repeat_rate(table: pd.DataFrame) -> Figure:
    """Draw the share of each period's people who came back in the next, and the pooled share across.

    Parameters
    ----------
    table : DataFrame
        As `repeat_rate` returns it.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. The newest period has no mark: it is too soon to tell.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "period": ["2025-01", "all"], "n": 4, "retained": 1, "share": 0.25, "low": 0.05, "high": 0.7,
    ... })
    >>> repeat_rate(table).data[-1].y.tolist()
    [0.25]
    """
    unit = table.attrs.get("period", "period")
    figure = new_figure(
        f"How many of a {unit}'s people come back in the next?",
        x_title=unit.capitalize(),
        y_title="Share of people",
    )
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    pooled = table[(table["period"] == "all") & table["share"].notna()]
    for row in pooled.to_dict("records"):
        figure.add_hrect(y0=row["low"], y1=row["high"], fillcolor=faded(GREY), line_width=0, layer="below")
        said = f"all: {row['share']:.0%} ({row['low']:.0%} to {row['high']:.0%})"
        figure.add_hline(
            y=row["share"],
            line={"color": GREY, "dash": "dot"},
            annotation_text=said,
            annotation_position="bottom left",
        )
    _add_band(figure, table[(table["period"] != "all") & table["share"].notna()], "period", "n")
    return figure


@draws("growth")
def growth(table: pd.DataFrame) -> Figure:
    """Draw each period's people as retained, resurrected and new, and those who churned below the line.

    Parameters
    ----------
    table : DataFrame
        As `growth` returns it.

    Returns
    -------
    Figure
        A plotly figure; `.show()` shows it. Open periods and the burn-in are hatched: their counts will
        change, or their new people may be old members.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "period": ["2025-01"], "active": 3, "new": 3, "retained": 0, "resurrected": 0, "churned": 0,
    ...     "quick_ratio": float("nan"), "complete": True, "burn_in": True,
    ... })
    >>> [bar.name for bar in growth(table).select_traces({"type": "bar"})]
    ['retained', 'resurrected', 'new', 'churned']
    """
    unit = table.attrs.get("period", "period")
    figure = new_figure("Does the crowd grow?", x_title=unit.capitalize(), y_title="People")
    doubtful = ~table["complete"] | table["burn_in"]
    pattern = {"shape": ["/" if doubt else "" for doubt in doubtful], "fillmode": "replace", "solidity": 0.4}
    notes = ["" if row.complete else f", {_OPEN}" for row in table.itertuples()]
    ends, foot = [], 0.0
    for name, colour in {"retained": BLUE, "resurrected": PURPLE, "new": GREEN, "churned": VERMILION}.items():
        sign = -1 if name == "churned" else 1
        figure.add_bar(
            x=table["period"],
            y=sign * table[name],
            name=name,
            marker={"color": colour, "pattern": pattern},
            hovertext=[
                f"{period}: {count:,} {name}{note}"
                for period, count, note in zip(table["period"], table[name], notes, strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        size = sign * last_of(table[name])
        ends.append(End(name, size / 2 if sign < 0 else foot + size / 2, colour, "\u25a0"))
        foot += max(0.0, size)
    most = table[["retained", "resurrected", "new"]].sum(axis=1).max() if len(table) else 1
    reach = (-1.05 * max(0, table["churned"].max() if len(table) else 0), 1.05 * max(1, most))
    figure.update_layout(barmode="relative")
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)
