"""The shapes of figures: dots in rows or in groups, lines, steps with a band, grids and bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from .figure import Figure, new_figure
from .figure_text import (
    FRAME,
    End,
    add_legend,
    colour_of,
    estimates,
    fill,
    name_dots,
    name_ends,
    name_rows,
    summary,
    symbol_of,
    ticks,
)
from .theme import BLUE, GREY, PALETTE, faded

SHARES = (0.0, 1.02)
"""An axis from none to all."""
INTERVAL = "with 95 % interval"
OPEN = "too soon to tell"

_FEW = 24
"""Cells in a row that can be read one by one."""
SHOWN = "%{hovertext}<extra></extra>"


def say_nothing(figure: Figure, text: str) -> Figure:
    """Put a sentence where there is nothing to draw."""
    where = {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False}
    figure.add_annotation(text=escape(text), font={"color": GREY}, **where)
    axes = {"showticklabels": False, "showgrid": False, "zeroline": False, "title": {"text": ""}}
    return figure.update_layout(xaxis=axes, yaxis=axes, height=FRAME + 60)


def reach_of(table: pd.DataFrame, *columns: str, least: float = 0.1) -> tuple[float, float]:
    """Return an axis from zero to a little more than all of these columns."""
    top = table[list(columns)].astype(float).max(axis=None) if len(table) else np.nan
    return (0.0, 1.05 * (least if np.isnan(top) else max(least, top)))


def both_ways(table: pd.DataFrame, low: str, high: str) -> tuple[float, float] | None:
    """Return an axis that has zero and all intervals between these columns on it."""
    if table.empty:
        return None
    least, most = min(0.0, table[low].min()), max(0.0, table[high].max())
    margin = 0.03 * (most - least)
    return (least - margin, most + margin)


def error_bars(table: pd.DataFrame, value: str, low: str, high: str, colour: str) -> dict[str, Any]:
    """Return an interval drawn lightly."""
    return {
        "type": "data",
        "symmetric": False,
        "array": table[high] - table[value],
        "arrayminus": table[value] - table[low],
        "color": faded(colour, 0.6),
        "thickness": 1.4,
        "width": 3,
    }


@dataclass(frozen=True)
class Dots:
    """One series of dots: its columns, the columns that are true in its rows and its grey ones, its look."""

    value: str = "share"
    low: str = "low"
    high: str = "high"
    where: str = ""
    grey: str = ""
    name: str = ""
    detail: str = ""
    colour: str = BLUE
    symbol: str = "circle"
    shift: float = 0.0


def dots(
    table: pd.DataFrame,
    question: str,
    *,
    axis: str,
    label: str,
    detail: str = "",
    series: Sequence[Dots] = (Dots(),),
    n: str = "n",
    of: str = "",
    reach: tuple[float, float] | None = None,
    number: str = ".0%",
    log: bool = False,
    empty: str = "Nothing to show.",
    key: str = "",
    missing: str = "too few for a share",
) -> Figure:
    """Draw a row for each row of a table, the first on top, with a dot and interval for each series.

    `label` names a row and `detail` ends its hover, both filled from the row; `n` is the column behind the
    label's number (none if empty), `key` the column that each mark carries.
    """
    figure = new_figure(
        question, x_title=f"{axis}, {INTERVAL}", y_title="", subtitle=summary(table, of=of, n=n)
    )
    if table.empty:
        return say_nothing(figure, empty)
    ends = [column for own in series for column in (own.value, own.high)]
    reach = reach or reach_of(table, *ends, least=0.02)
    number = ".1%" if number == ".0%" and reach[1] <= 0.2 else number
    names = fill(table, label)
    for own in series:
        chosen = table[own.where].to_numpy(dtype=bool) if own.where else np.ones(len(table), dtype=bool)
        rows, places = table[chosen], np.flatnonzero(chosen)
        values = estimates(rows, own.value, own.low, own.high, number, missing)
        notes = fill(rows, own.detail or detail)
        hover = [
            f"{names[place]}: {value}{'<br>' * bool(note)}{note}"
            for place, value, note in zip(places, values, notes, strict=True)
        ]
        colour = [GREY if pale else own.colour for pale in rows[own.grey]] if own.grey else own.colour
        figure.add_scatter(
            x=rows[own.value],
            y=places + own.shift,
            mode="markers",
            name=own.name,
            marker={"color": colour, "symbol": own.symbol, "size": 10, "line": {"color": colour, "width": 2}},
            error_x=error_bars(rows, own.value, own.low, own.high, own.colour),
            customdata=rows[key] if key else None,
            hovertext=hover,
            hovertemplate=SHOWN,
        )
    name_rows(figure, names, counts=table[n] if n else None)
    figure.update_xaxes(range=reach, tickformat=None if log else ticks(number))
    return name_dots(figure, reach=reach, log=log)


def grouped_dots(
    table: pd.DataFrame,
    question: str,
    *,
    axis: str,
    label: str,
    by: str,
    name: str,
    detail: str,
    rows: str = "",
    value: str = "share",
    n: str = "n",
    of: str = "",
    reach: tuple[float, float] = SHARES,
    empty: str = "Nothing to show.",
) -> Figure:
    """Draw rows in which each group of a table has a dot and interval, side by side.

    `label` names a row, `by` is the column of groups in the order of their colours, `name` their name; `rows`
    is the column that keeps rows of one name apart.
    """
    figure = new_figure(
        question, x_title=f"{axis}, {INTERVAL}", y_title="", subtitle=summary(table, of=of, n=n)
    )
    if table.empty:
        return say_nothing(figure, empty)
    table = table.assign(label=_row_names(fill(table, label), table[rows] if rows else None))
    groups = [own for _, own in table.groupby(by, sort=False)]
    for number, own in enumerate(groups):
        values = estimates(own, value, "low", "high", ".0%" if reach[1] > 0.2 else ".1%")
        hover = [f"{at}<br>{note}" for at, note in zip(values, fill(own, detail), strict=True)]
        figure.add_scatter(
            x=own[value],
            y=own["label"].tolist(),
            name=fill(own.head(1), name)[0],
            orientation="h",
            offsetgroup=str(number),
            mode="markers",
            marker={"color": colour_of(number), "symbol": symbol_of(number), "size": 9},
            error_x=error_bars(own, value, "low", "high", colour_of(number)),
            hovertext=hover,
            hovertemplate="%{y}: %{hovertext}<extra>%{fullData.name}</extra>",
        )
    height = 120 + table["label"].nunique() * max(36, 16 * len(groups))
    figure.update_layout(scattermode="group", height=height, showlegend=False)
    figure.update_xaxes(tickformat=ticks(".1%"), range=reach)
    order = {"categoryorder": "array", "categoryarray": list(dict.fromkeys(table["label"]))}
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False, **order)
    if len(groups) > len(PALETTE):
        return add_legend(figure, n_series=len(groups))
    return name_dots(figure, reach=reach) if len(groups) > 1 else figure


def _row_names(labels: list[str], keys: pd.Series | None) -> list[str]:
    """Keep rows apart that have one name: the space added has no width."""
    if keys is None:
        return labels
    names = pd.Series(labels, index=keys)
    names = names[~names.index.duplicated()]
    spaced = names + names.groupby(names).cumcount().map(lambda again: "\u200b" * again)
    return keys.map(spaced).tolist()


def grid(
    table: pd.DataFrame,
    question: str,
    *,
    x: str,
    y: str,
    axes: tuple[str, str],
    hover: str,
    value: str = "share",
    label: str = "",
    of: str = "",
    top: float | None = 1,
    written: bool = True,
    empty: str = "Nothing to show.",
) -> Figure:
    """Draw a cell for each row of a table, shaded by its share; a cell without one has a dot and its reason.

    `label` names a row of cells, from the first of its rows in the table.
    """
    table = table.drop(columns="complete", errors="ignore")
    figure = new_figure(question, x_title=axes[0], y_title=axes[1], subtitle=summary(table, of=of))
    if table.empty:
        return say_nothing(figure, empty)
    table = table.assign(interval=estimates(table, value, "low", "high", ".0%"))
    table = table.assign(words=fill(table, hover))
    down = table.drop_duplicates(y)
    names = dict(zip(down[y], fill(down, label or f"{{{y}}}"), strict=True))
    across = list(dict.fromkeys(table[x]))
    across = sorted(across) if pd.api.types.is_numeric_dtype(table[x]) else across
    # One matrix, whatever rows the table leaves out: the page gives keys to its cells row by row.
    cells = table.set_index([y, x]).reindex(pd.MultiIndex.from_product([list(names), across]))
    shape = (len(names), len(across))
    figure.add_heatmap(
        x=across,
        y=list(names.values()),
        z=cells[value].to_numpy(float).reshape(shape),
        zmin=0,
        zmax=top,
        colorscale=[[0, faded(BLUE, 0.04)], [1, faded(BLUE, 0.95)]],
        showscale=not written,
        colorbar={"tickformat": ".0%", "outlinewidth": 0},
        **{"xgap": 1, "ygap": 1},
        text=cells["words"].to_numpy(object).reshape(shape),
        texttemplate="%{z:.0%}" if written and len(across) <= _FEW else None,
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
    )
    unknown = table[table[value].isna()]
    figure.add_scatter(
        x=unknown[x], y=unknown[y].map(names), mode="markers", marker={"size": 3, "color": GREY},
        hovertext=unknown["words"], hovertemplate=SHOWN, showlegend=False,
    )  # fmt: skip
    figure.update_layout(height=FRAME + 26 * max(4, len(names)), showlegend=False)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure.update_xaxes(type="category", showgrid=False, nticks=12)


def bars(
    table: pd.DataFrame,
    question: str,
    *,
    x: str,
    by: str,
    hover: str,
    colours: Mapping[str, str],
    axes: tuple[str, str],
    y: str = "n",
    subtitle: str = "",
    empty: str = "Nothing to show.",
) -> Figure:
    """Draw counts as bars on top of each other, negative ones below the line, each group named at its last.

    `colours` has the groups in their order from the line up; periods that are not complete are faded.
    """
    figure = new_figure(question, x_title=axes[0], y_title=axes[1], subtitle=subtitle or summary(table, x=x))
    if table.empty:
        return say_nothing(figure, empty)
    table = table.assign(words=fill(table, hover))
    sums = (
        table.assign(up=table[y].clip(lower=0), down=table[y].clip(upper=0)).groupby(x)[["up", "down"]].sum()
    )
    reach = (1.05 * min(0, sums["down"].min()), 1.05 * max(1, sums["up"].max()))
    last = table.loc[table[x] == table[x].max()].groupby(by)[y].sum()
    ends, foot = [], 0.0
    for group, colour in colours.items():
        rows = table[table[by] == group]
        if rows.empty:
            continue
        whole = rows["complete"].astype(bool) if "complete" in rows.columns else pd.Series(True, rows.index)
        figure.add_bar(
            x=rows[x],
            y=rows[y],
            name=escape(group),
            marker={"color": colour, "opacity": [1.0 if done else 0.4 for done in whole]},
            hovertext=rows["words"],
            hovertemplate=SHOWN,
        )
        size = float(last.get(group, 0))
        ends.append(End(escape(group), size / 2 if size < 0 else foot + size / 2, colour, "square"))
        foot += max(0.0, size)
    figure.update_layout(barmode="relative")
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)
