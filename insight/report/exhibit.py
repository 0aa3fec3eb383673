"""What the page shows, declared: an exhibit is a measure's table or figure, a section a list of them."""

from __future__ import annotations

import html
import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import format as wording
from .results import Results
from .vocabulary import NUMBERS, Columns, columns

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAX_ROWS = 200
"""Rows of a table that the page holds; the rest is counted."""

TITLE, LEGEND, BARE = 44, 36, 8
"""Pixels above a plot: for its title, for a row of its legend, for neither."""

ANY = "*"
"""Stands for every mark of a figure that leads to one place."""

_NONE = "–"

LEAST_HEIGHT = 130
"""Pixels of a plot of one row: less leaves no room for its axis."""


@dataclass(frozen=True)
class Said:
    """A sentence of the page, and what stands behind it: interval, n, rule; shown on hover and in Details."""

    text: str
    detail: str = ""


def spoken(sentence: str) -> str:
    """Return a sentence, or none where too few people stand behind its share."""
    return "" if wording.WITHHELD in sentence.lower() else sentence


@dataclass(frozen=True)
class Table:
    """A table as the page prints it: (header, is a number) a column, strings, and what each row opens."""

    head: list[tuple[str, bool]]
    rows: list[list[str]]
    opens: list[str] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True)
class Shown:
    """An exhibit of one archive: its finding, its numbers and, where it is a figure, its drawing."""

    id: str
    title: str
    subtitle: str
    definition: str
    table: Table
    plot: dict[str, Any] | None = None
    opens: dict[str, str] = field(default_factory=dict)
    live: str = ""


@dataclass(frozen=True)
class Exhibit:
    """What is shown of a measure.

    `title` says the finding, from the measure's result and all results; empty, the exhibit is left out. `of`
    names the field of the result that is the table, `rows` chooses among its rows, `plot` is the name of its
    figure in `insight.plots` (none: a table) and `draw` what that takes, by default the table. `opens` is
    what a row leads to, filled from its columns and {unit}, the period of the page; marks are known by the
    label in the column `label`, and where `opens` names no column every mark leads there. `live` names what
    the browser draws in its place when the page is filtered, `seeks` what the page says was looked for where
    there is no finding.
    """

    id: str
    measure: str
    columns: str
    title: Callable[[Any, Results], str]
    plot: str = ""
    of: str = ""
    rows: Callable[[pd.DataFrame, Results], pd.DataFrame] | None = None
    draw: Callable[[Any, pd.DataFrame], Any] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    words: Columns = field(default_factory=dict)
    counted: Callable[[Any, Results], str] | None = None
    opens: str = ""
    label: str = "name"
    live: str = ""
    over: tuple[str, str] | None = None
    seeks: str = ""

    def found(self, results: Results) -> pd.DataFrame | None:
        """Return the rows that it shows, or None if the archive has none."""
        result = getattr(results, self.measure)
        if result is None:
            return None
        table = getattr(result, self.of) if self.of else result
        table = self.rows(table, results) if self.rows and len(table) else table
        return table if len(table) else None

    def show(self, results: Results) -> Shown | None:
        """Return what the page shows of it, or None if there is nothing to see."""
        table = self.found(results)
        if table is None:
            return None
        result = getattr(results, self.measure)
        finding = spoken(self.title(result, results))
        plot = self._plot(result, table) if self.plot and finding else None
        if not finding or (self.plot and plot is None):
            return None
        vocabulary = {**columns("page"), **self.words}
        leads = [self._leads(row, results.period) for row in table.to_dict("records")] if self.opens else []
        counted = self.counted(result, results) if self.counted else ""
        return Shown(
            id=self.id,
            title=finding.rstrip("."),
            subtitle=" · ".join(filter(None, [counted, span(results)])),
            definition=self._definition(result, table),
            table=as_table(table, {name: vocabulary[name] for name in self.columns.split()}, opens=leads),
            plot=plot,
            opens=self._labels(table, leads),
            live=self.live,
        )

    def _leads(self, row: Mapping[Any, Any], unit: str) -> str:
        row = {**row, "unit": unit}
        known = not any(pd.isna(row[name]) for name in _fields(self.opens))
        return self.opens.format(**row) if known and row.get("topic", 0) != -1 else ""

    def _labels(self, table: pd.DataFrame, leads: list[str]) -> dict[str, str]:
        from insight.plots.figure_text import shortened

        if not leads:
            return {}
        if not _fields(self.opens):
            return {ANY: self.opens}
        values = table[self.label]
        dated = pd.api.types.is_datetime64_any_dtype(values)
        labels = [str(value)[:10] if dated else html.escape(str(value)) for value in values]
        # A figure may name a row in full, or shortened.
        named = {label: lead for label, lead in zip(labels, leads, strict=True) if lead}
        return {shortened(label): lead for label, lead in named.items()} | named

    def _definition(self, result: Any, table: pd.DataFrame) -> str:  # noqa: ANN401
        attrs = getattr(result, "attrs", {})
        words = definitions()[self.id].format(**attrs) if self.id in definitions() else ""
        caveats = map(wording.plain, attrs.get("caveats", ()))
        return " ".join(filter(None, [words.strip(), *caveats, before(table, self.over)]))

    def _plot(self, result: Any, table: pd.DataFrame) -> dict[str, Any] | None:  # noqa: ANN401
        from insight import plots

        given = self.draw(result, table) if self.draw else table
        figure = getattr(plots, self.plot)(given, **self.options)
        if not _has_marks(figure):
            return None
        drawing = json.loads(figure.to_json())
        layout = drawing["layout"]
        layout.pop("title", None)
        layout.pop("template", None)
        _close_gap(layout, legend=_has_legend(drawing))
        begin = None if self.over is None else begins_late(table[self.over[0]], table[self.over[1]])
        if self.over is not None and begin is not None:
            for axis in [name for name in layout if name.startswith("xaxis")]:
                layout[axis] = {**layout[axis], "range": [str(begin), str(table[self.over[0]].max())]}
        return {"data": drawing["data"], "layout": layout}


@dataclass(frozen=True)
class Part:
    """A section of one archive, as the page prints it."""

    id: str
    label: str
    heading: str
    said: list[Said]
    shown: list[Shown]
    follows: bool


@dataclass(frozen=True)
class Section:
    """A section: a finding as its heading, few sentences, its exhibits; without a finding it is not there.

    `follows` says that its numbers follow the filters of the page, `bare` that it is there without sentence
    and exhibit, as the page puts something else into it.
    """

    id: str
    label: str
    heading: Callable[[Results], str]
    said: Callable[[Results], Sequence[Said]]
    exhibits: tuple[Exhibit, ...] = ()
    follows: bool = False
    bare: bool = False

    def show(self, results: Results) -> Part | None:
        """Return the section, or None if the archive has nothing for it."""
        heading = spoken(self.heading(results))
        if not heading:
            return None
        shown = [one for exhibit in self.exhibits if (one := exhibit.show(results)) is not None]
        said = [one for one in self.said(results) if spoken(one.text)]
        if not shown and not said and not self.bare:
            return None
        return Part(self.id, self.label, heading.rstrip("."), said, shown, self.follows)


def looked_for(sections: Sequence[Section], parts: Sequence[Part], results: Results) -> str:
    """List in one line what was looked for and gave no finding."""
    shown = {one.id for part in parts for one in part.shown}
    exhibits = [one for section in sections for one in section.exhibits if one.id not in shown]
    sought = [one.seeks for one in exhibits if one.seeks and one.found(results) is not None]
    return f"Looked for, without a clear finding: {wording.listing(sought)}." if sought else ""


@cache
def definitions() -> dict[str, str]:
    """Return what each exhibit's numbers mean."""
    path = Path(__file__).parent / "definitions.toml"
    return dict(tomllib.loads(path.read_text(encoding="utf-8")))


def span(results: Results) -> str:
    """Say from when the numbers are, and from where."""
    dated = results.mentions["created_at"].dropna()
    when = wording.dates(dated.min(), dated.max(), tz=results.tz) if len(dated) else ""
    platforms = sorted({*map(wording.place, results.mentions["platform"].astype(str).unique())} - {"Unknown"})
    return " · ".join(filter(None, [when, ", ".join(platforms[:5])]))


def as_table(table: pd.DataFrame, columns: Columns, *, opens: Sequence[str] = ()) -> Table:
    """Turn a table into the strings that the page prints; a column without a value is left out."""
    shown = table.head(MAX_ROWS)
    kept = {column: spec for column, spec in columns.items() if column in table.columns}
    cells = {
        column: [_NONE if pd.isna(value) else wording.plain(words(value)) for value in shown[column]]
        for column, (_, words) in kept.items()
    }
    known = [column for column, values in cells.items() if not {*values} <= {_NONE, ""}]
    return Table(
        head=[(kept[column][0], kept[column][1] in NUMBERS.values()) for column in known],
        rows=[list(row) for row in zip(*(cells[column] for column in known), strict=True)],
        opens=list(opens[:MAX_ROWS]),
        left_out=len(table) - len(shown),
    )


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
        f"The figure begins on {wording.day(begin)}; {wording.count(held[held.index < begin].sum())} of "
        f"{wording.count(held.sum())} counted are earlier and in the table only."
    )


def _fields(template: str) -> list[str]:
    return [part.split("}")[0].split(":")[0] for part in template.split("{")[1:]]


def _has_marks(figure: go.Figure) -> bool:
    """Return whether a number is drawn: names, axes and empty cells alone are no figure."""
    maps = [trace for trace in figure.data if trace.type == "heatmap"]
    if maps:
        return any(_known(trace.z).any() for trace in maps)
    points = [trace for trace in figure.data if getattr(trace, "mode", "") != "text"]
    return any((_known(trace.x) & _known(trace.y)).any() for trace in points)


def _known(values: Any) -> np.ndarray:  # noqa: ANN401
    return np.asarray(pd.notna(np.asarray(values, dtype=object)))


def _close_gap(layout: dict[str, Any], *, legend: bool) -> None:
    """Take back the space above the plot that the title had, and the legend's where it has no names."""
    margin = layout.get("margin", {})
    top = margin.get("t", TITLE + LEGEND)
    panels = "xaxis2" in layout
    layout["margin"] = margin | {"t": max(LEGEND, top - TITLE) if legend or panels else BARE}
    if "height" in layout:
        layout["height"] = max(LEAST_HEIGHT, layout["height"] - (top - layout["margin"]["t"]))


def _has_legend(drawing: dict[str, Any]) -> bool:
    named = [one for one in drawing["data"] if one["type"] != "heatmap" and one.get("showlegend", True)]
    return bool(drawing["layout"].get("showlegend", len(named) > 1))
