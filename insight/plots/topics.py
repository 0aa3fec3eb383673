"""Figures of topics: ranked, mapped, joined, and what full coverage costs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import name_rows
from .theme import BLUE, GREY, PALETTE, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_ROW = 26
_FRAME = 120
_LONGEST = 300


@draws("fit_topics(...).table")
def topics(topics: pd.DataFrame) -> Figure:
    """Draw topics from the most to the least spoken of, each with its interval.

    Parameters
    ----------
    topics : DataFrame
        `Topics.table`: topic, name, n, n_people, share, low, high; drawn in its order from the top, the row
        -1 (no topic) in grey.

    Returns
    -------
    Figure
        One dot a topic at its share in per cent, the 95 % interval as a bar; counts on hover.

    Examples
    --------
    >>> columns = ["topic", "name", "n", "n_people", "share", "low", "high"]
    >>> table = pd.DataFrame([(0, "Leaking kettle", 9, 7, 0.07, 0.03, 0.14)], columns=columns)
    >>> topics(table).data[0].y
    ('Leaking kettle',)
    """
    import plotly.graph_objects as go

    of_people = bool(topics["n_people"].sum())
    who = "people" if of_people else "messages"
    figure = new_figure("What do people talk about?", x_title=f"Share of {who} (%)", y_title="")
    share = 100 * topics["share"]
    figure.add_trace(
        go.Scatter(
            x=share,
            y=name_rows(topics["name"]),
            mode="markers",
            marker={"size": 9, "color": [GREY if topic == -1 else BLUE for topic in topics["topic"]]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": 100 * topics["high"] - share,
                "arrayminus": share - 100 * topics["low"],
                "thickness": 2,
                "width": 0,
                "color": GREY,
            },
            customdata=topics[["n_people", "n", "low", "high"]].to_numpy(),
            hovertemplate="<b>%{y}</b><br>%{x:.1f} % of "
            + who
            + " (%{customdata[2]:.1%} to %{customdata[3]:.1%})<br>"
            + ("%{customdata[0]:,} people, " if of_people else "")
            + "%{customdata[1]:,} messages<extra></extra>",
        )
    )
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure.update_layout(height=_FRAME + _ROW * len(topics), showlegend=False)


@draws("topic_map")
def topic_map(points: pd.DataFrame) -> Figure:
    """Draw topics as discs of messages; every message can be read by pointing at it.

    Parameters
    ----------
    points : DataFrame
        As `topic_map` returns it.

    Returns
    -------
    Figure
        One point a message, coloured by theme (five colours, used again), the topic's name at its disc.
        Distances between discs carry no number, and the figure says so.

    Examples
    --------
    >>> points = pd.DataFrame({"mention_id": ["1"], "text": ["it leaks"], "topic": [0], "name": ["Leaks"],
    ...     "theme": [0], "theme_name": ["Leaks"], "similarity": [0.8], "x": [0.0], "y": [0.0]})
    >>> topic_map(points).data[0].hovertext[0]
    'it leaks'
    """
    import plotly.graph_objects as go

    figure = new_figure("Which topics are there?", x_title="", y_title="")
    for theme, own in points.groupby("theme", sort=True):
        figure.add_trace(
            go.Scattergl(
                x=own["x"],
                y=own["y"],
                mode="markers",
                marker={"size": 5, "color": PALETTE[int(theme) % len(PALETTE)], "opacity": 0.7},
                hovertext=[escape(text[:_LONGEST]) for text in own["text"]],
                customdata=own[["mention_id", "topic", "name"]].to_numpy(),
                hovertemplate="<b>%{customdata[2]}</b><br>%{hovertext}<extra></extra>",
                name=escape(str(own["theme_name"].iloc[0])),
            )
        )
    for _, own in points.groupby("topic", sort=True):
        name = escape(str(own["name"].iloc[0]))
        figure.add_annotation(x=own["x"].mean(), y=own["y"].max(), text=name, showarrow=False, yshift=9)
    said = "One point a message. Discs near each other are often alike, but distances are not to be read."
    figure.add_annotation(x=0, y=0, xref="paper", yref="paper", yshift=-14, text=said, showarrow=False)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    # A legend: a theme is many clouds, and the place beside each is taken by the name of its topic.
    return figure.update_layout(height=640, margin={"t": 84, "b": 32})
