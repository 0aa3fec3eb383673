"""Figures of topics over time, by group and in words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import name_dots, name_rows
from .theme import BLUE, PALETTE, VERMILION, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW = 26
_FRAME = 120
_PANEL = 170
_SYMBOLS = ("circle", "square", "diamond", "cross", "circle-open")


@draws("topic_terms")
def topic_terms(terms: pd.DataFrame) -> Figure:
    """Draw the telling words of topics as bars, one panel a topic.

    Parameters
    ----------
    terms : DataFrame
        As `topic_terms` returns it.

    Returns
    -------
    Figure
        Two panels a row; a bar's length is the word's weight (class-based TF-IDF).

    Examples
    --------
    >>> row = {"topic": 0, "name": "Leaks", "rank": 1, "term": "kettle", "weight": 0.2}
    >>> terms = pd.DataFrame([row])
    >>> topic_terms(terms).data[0].y
    ('kettle',)
    """
    import plotly.graph_objects as go

    panels = list(terms.groupby("topic", sort=False))
    figure = add_panels("Which words tell the topics apart?", [own["name"].iloc[0] for _, own in panels], 2)
    for place, (_, own) in enumerate(panels):
        words = [escape(str(term)) for term in own["term"]]
        bars = go.Bar(x=own["weight"], y=words, orientation="h", marker={"color": BLUE}, hoverinfo="x+y")
        figure.add_trace(bars, row=place // 2 + 1, col=place % 2 + 1)
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    return figure.update_layout(showlegend=False)


@draws("topics_over_time")
def topics_over_time(trend: pd.DataFrame, *, n_topics: int = 9) -> Figure:
    """Draw the share of people who speak of each topic over time, one panel a topic.

    Parameters
    ----------
    trend : DataFrame
        As `topics_over_time` returns it.
    n_topics : int
        Panels at most; the largest topics come first.

    Returns
    -------
    Figure
        Lines with 95 % bands on one common axis; a vermilion diamond where a lasting change begins.

    Examples
    --------
    >>> months = pd.to_datetime(["2025-01-01", "2025-02-01"])
    >>> trend = pd.DataFrame({"topic": 0, "name": "Leaks", "period": months,
    ...     "n": [3, 9], "n_people": [3, 8], "total": [50, 50], "share": [0.06, 0.16], "low": [0.02, 0.08],
    ...     "high": [0.16, 0.29], "change": [False, True]})
    >>> len(topics_over_time(trend).data)
    3
    """
    import plotly.graph_objects as go

    panels = [pair for pair in trend.groupby("topic", sort=False) if pair[0] != -1][:n_topics]
    figure = add_panels("How did topics change?", [own["name"].iloc[0] for _, own in panels], 3)
    for place, (_, own) in enumerate(panels):
        where = {"row": place // 3 + 1, "col": place % 3 + 1}
        draw_share(figure, own, ["n_people", "n", "total"], where)
        new = own[own["change"]]
        mark = {"symbol": "diamond", "size": 9, "color": VERMILION}
        hover = "%{x|%d %b %Y}: a new level begins<extra></extra>"
        figure.add_trace(
            go.Scatter(x=new["period"], y=new["share"], mode="markers", marker=mark, hovertemplate=hover),
            **where,
        )
    figure.update_yaxes(matches="y", tickformat=".0%", rangemode="tozero")
    return figure.update_layout(showlegend=False, yaxis_matches=None)


@draws("topics_by")
def topics_by(table: pd.DataFrame, *, n_topics: int = 12) -> Figure:
    """Draw the share of each group's people who speak of each topic.

    Parameters
    ----------
    table : DataFrame
        As `topics_by` returns it.
    n_topics : int
        Topics at most; the largest come first.

    Returns
    -------
    Figure
        One dot a topic and group with its 95 % interval; the four largest groups have colours and shapes.

    Examples
    --------
    >>> table = pd.DataFrame({"topic": 0, "name": "Leaks", "group": ["mail", "x"], "n": [3, 9],
    ...     "n_people": [3, 8], "total": [50, 50], "share": [0.06, 0.16],
    ...     "low": [0.02, 0.08], "high": [0.16, 0.29]})
    >>> [trace.name for trace in topics_by(table).data if trace.mode == "markers"]
    ['mail', 'x']
    """
    import plotly.graph_objects as go

    figure = new_figure("Who speaks of what?", x_title="Share of the group's people (%)", y_title="")
    shown = table[table["topic"] != -1]
    largest = shown.drop_duplicates("topic").head(n_topics)
    row = dict(zip(largest["topic"], name_rows(largest["name"]), strict=True))
    shown = shown[shown["topic"].isin(row)]
    sizes = shown.groupby("group", sort=True)["total"].max().sort_values(ascending=False, kind="stable")
    for place, group in enumerate(sizes.index):
        own = shown[shown["group"] == group]
        share = 100 * own["share"]
        bars = {"array": 100 * own["high"] - share, "arrayminus": share - 100 * own["low"]}
        figure.add_trace(
            go.Scatter(
                x=share,
                y=own["topic"].map(row).tolist(),
                mode="markers",
                name=escape(str(group)),
                marker={"size": 9, "color": PALETTE[min(place, 4)], "symbol": _SYMBOLS[min(place, 4)]},
                error_x={"type": "data", "symmetric": False, "thickness": 1, "width": 0, **bars},
                customdata=own[["n", "total"]].to_numpy(),
                hovertemplate="<b>%{y}</b><br>%{x:.1f} % of %{customdata[1]:,}, %{customdata[0]:,} messages",
            )
        )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    figure.update_layout(height=_FRAME + _ROW * shown["name"].nunique(), showlegend=len(sizes) > len(PALETTE))
    if len(sizes) > len(PALETTE):
        return figure
    reach = (0.0, 105 * max(0.01, shown["high"].max()) if len(shown) else 1.0)
    figure.update_xaxes(range=reach)
    return name_dots(figure, reach=reach)


def add_panels(title: str, names: list[str], columns: int) -> Figure:
    """Lay out small panels, each under its name."""
    from plotly.subplots import make_subplots

    rows = max(1, -(-len(names) // columns))
    figure = new_figure(title, x_title="", y_title="")
    titles = [escape(str(name)) for name in names]
    make_subplots(rows=rows, cols=columns, subplot_titles=titles, figure=figure, vertical_spacing=0.36 / rows)
    figure.update_annotations(font_size=13)
    return figure.update_layout(height=_FRAME + _PANEL * rows)


@draws("hits_over_time")
def hits_over_time(hits: pd.DataFrame) -> Figure:
    """Draw the share of people who wrote what was searched for, by period.

    Parameters
    ----------
    hits : DataFrame
        As `hits_over_time` returns it.

    Returns
    -------
    Figure
        A line with its 95 % band; counts on hover.

    Examples
    --------
    >>> hits = pd.DataFrame({"period": pd.to_datetime(["2025-01-01", "2025-02-01"]), "n_hits": [1, 2],
    ...     "k": [1, 2], "n": [9, 9], "share": [0.11, 0.22], "low": [0.02, 0.06], "high": [0.43, 0.55]})
    >>> len(hits_over_time(hits).data)
    2
    """
    figure = new_figure("How often is it said?", x_title="", y_title="Share of people")
    draw_share(figure, hits, ["k", "n_hits", "n"], {})
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure.update_layout(showlegend=False)


def draw_share(figure: Figure, rows: pd.DataFrame, counts: list[str], where: dict[str, int]) -> None:
    """Add a share by period with its band; `counts` are its people, its messages, all people."""
    import plotly.graph_objects as go

    rows = rows[rows["share"].notna()]
    x, y = [*rows["period"], *rows["period"][::-1]], [*rows["high"], *rows["low"][::-1]]
    shade = {"fill": "toself", "fillcolor": faded(BLUE), "mode": "lines", "line": {"width": 0}}
    band = go.Scatter(x=x, y=y, hoverinfo="skip", **shade)
    figure.add_trace(band, **where)
    line = go.Scatter(
        x=rows["period"],
        y=rows["share"],
        mode="lines",
        line={"color": BLUE, "width": 2},
        customdata=rows[counts].to_numpy().tolist(),
        hovertemplate="%{x|%d %b %Y}<br>%{y:.1%} of %{customdata[2]:,}, "
        "%{customdata[1]:,} messages<extra></extra>",
    )
    figure.add_trace(line, **where)
