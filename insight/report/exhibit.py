"""An exhibit of the page: a plot as data, the same numbers as a table, its sentence and its definition."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import format as wording

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_ROWS = 200
"""Rows of a table that the page prints; the rest is counted."""

TITLE, LEGEND, BARE = 44, 36, 8
"""Pixels above a plot: for its title, for a row of its legend, for neither."""

LEAST_HEIGHT = 130
"""Pixels of a plot of one row: less leaves no room for its axis."""

Columns = dict[str, tuple[str, Callable[[Any], str]]]
"""Column of a table -> its header and the words for a value."""

INTERVAL: Columns = {"low": ("from", wording.share), "high": ("to", wording.share)}

_NUMBERS = (wording.count, wording.share, wording.duration, wording.score, wording.points)


def exhibit(
    name: str,
    table: pd.DataFrame,
    *,
    plot: Callable[[pd.DataFrame], go.Figure],
    columns: Columns,
    sentence: str,
    definition: str,
    opens: list[str] | None = None,
    over: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """Draw a measure's table with its plot twin and pair it with what a reader needs to trust it.

    `sentence` is what a screen reader says, `definition` what the numbers mean, `opens` the evidence that
    each row of the table leads to, `over` its columns of periods and of counts, where the figure runs over
    time: its axis then begins where the counts do in earnest. The title of the plot becomes the question
    above it.
    """
    figure = plot(table)
    drawing = json.loads(figure.to_json())
    layout = drawing["layout"]
    question = layout.pop("title", {}).get("text", name)
    layout.pop("template", None)
    _close_gap(layout, legend=_has_legend(drawing))
    begin = None if over is None else begins_late(table[over[0]], table[over[1]])
    if over is not None and begin is not None:
        for axis in [name for name in layout if name.startswith("xaxis")]:
            layout[axis] = {**layout[axis], "range": [str(begin), str(table[over[0]].max())]}
    return {
        "id": name,
        "question": html.unescape(question),
        "sentence": sentence,
        "definition": " ".join(filter(None, [definition, before(table, over)])),
        "table": as_rows(table, columns, opens=opens),
        "plot": {"data": drawing["data"], "layout": layout, "opens": opens or []},
        "drawn": _has_marks(figure),
    }


def begins_late(periods: pd.Series, counts: pd.Series) -> pd.Timestamp | None:
    """Find from which period on the counts are dense, if their first hundredth lies far before the rest."""
    held = counts.astype(float).fillna(0).groupby(periods).max()
    held = held[held > 0]
    if held.empty:
        return None
    first, last = held.index.min(), held.index.max()
    dense = held.index[held.cumsum() > held.sum() / 100][0]
    return dense if dense - first > (last - first) / 3 else None


def before(table: pd.DataFrame, over: tuple[str, str] | None) -> str:
    """Say how much lies before a figure begins, if it does not begin with its table."""
    begin = None if over is None else begins_late(table[over[0]], table[over[1]])
    if over is None or begin is None:
        return ""
    held = table.groupby(over[0])[over[1]].max().astype(float)
    return (
        f"The figure begins on {wording.day(begin)}, from when on the file is dense. Before it: "
        f"{wording.count(held[held.index < begin].sum())} of {wording.count(held.sum())} counted, far from "
        "the rest, in the table only."
    )


def _has_marks(figure: go.Figure) -> bool:
    """Tell whether a number is drawn: names, axes and empty cells alone are no figure."""
    maps = [trace for trace in figure.data if trace.type == "heatmap"]
    if maps:
        return any(_known(trace.z).any() for trace in maps)
    points = [trace for trace in figure.data if getattr(trace, "mode", "") != "text"]
    return any((_known(trace.x) & _known(trace.y)).any() for trace in points)


def _known(values: Any) -> np.ndarray:  # noqa: ANN401
    return np.asarray(pd.notna(np.asarray(values, dtype=object)))


def _close_gap(layout: dict[str, Any], *, legend: bool) -> None:
    """Take back the room above the plot that the title had, and the legend's where no names stand there."""
    margin = layout.get("margin", {})
    top = margin.get("t", TITLE + LEGEND)
    panels = "xaxis2" in layout
    layout["margin"] = margin | {"t": max(LEGEND, top - TITLE) if legend or panels else BARE}
    if "height" in layout:
        layout["height"] = max(LEAST_HEIGHT, layout["height"] - (top - layout["margin"]["t"]))


def _has_legend(drawing: dict[str, Any]) -> bool:
    named = [
        trace for trace in drawing["data"] if trace["type"] != "heatmap" and trace.get("showlegend", True)
    ]
    return bool(drawing["layout"].get("showlegend", len(named) > 1))


def as_rows(table: pd.DataFrame, columns: Columns, *, opens: list[str] | None = None) -> dict[str, Any]:
    """Turn a table into the strings that the page prints."""
    shown = table.head(MAX_ROWS)
    kept = {column: spec for column, spec in columns.items() if column in table.columns}
    cells = [
        ["–" if pd.isna(value) else wording.plain(words(value)) for value in shown[column]]
        for column, (_, words) in kept.items()
    ]
    return {
        "head": [{"name": header, "number": words in _NUMBERS} for header, words in kept.values()],
        "rows": [list(row) for row in zip(*cells, strict=True)],
        "opens": (opens or [""] * len(table))[:MAX_ROWS],
        "left_out": len(table) - len(shown),
    }


def keyed(shown: dict[str, Any], keys: list[list[Any]]) -> dict[str, Any]:
    """Let the marks of each trace lead to evidence of their own, where traces and rows do not run alike."""
    traces = []
    for place, trace in enumerate(shown["plot"]["data"]):
        names = keys[place] if place < len(keys) else []
        told = trace.get("customdata")
        rows = zip(told, names, strict=True) if names and isinstance(told, list) else None
        kept = [[*row, name] for row, name in rows] if rows else names or told
        traces.append({**trace, "customdata": kept} if kept is not None else trace)
    return shown | {"plot": {**shown["plot"], "data": traces, "opens": []}}


def with_caveats(definition: str, table: Any) -> str:  # noqa: ANN401
    """Add what a measure doubts about its own table."""
    return " ".join([definition, *map(wording.plain, table.attrs.get("caveats", ()))])
