"""What people talk about, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from insight.plots.theme import BLUE, GREY, new_figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW = 26
_FRAME = 120


def plot_topics(topics: pd.DataFrame) -> go.Figure:
    """Draw topics from the most to the least spoken of, each with its interval.

    Parameters
    ----------
    topics : DataFrame
        `Topics.table`: topic, name, n, n_people, share, low, high; drawn in its order from the top, the row
        -1 (no topic) in grey.

    Returns
    -------
    plotly.graph_objects.Figure
        One dot a topic at its share in per cent, the 95 % interval as a bar; counts on hover.

    Examples
    --------
    >>> columns = ["topic", "name", "n", "n_people", "share", "low", "high"]
    >>> table = pd.DataFrame([(0, "Leaking kettle", 9, 7, 0.07, 0.03, 0.14)], columns=columns)
    >>> plot_topics(table).data[0].y
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
            y=topics["name"].tolist(),
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
