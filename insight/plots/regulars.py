"""Figures of how regular people are, and of what their staying leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import End, add_steps, name_ends, say_share
from .theme import BLUE, GREY, PALETTE, VERMILION, new_figure

if TYPE_CHECKING:
    from insight.staying import ReachCeiling

    from .figure import Figure


@draws("states")
def states(table: pd.DataFrame) -> Figure:
    """Draw how many people wrote on how many days of each four weeks.

    Parameters
    ----------
    table : DataFrame
        As `states` returns it.

    Returns
    -------
    Figure
        A plotly figure of stacked bars, the most regular people at the bottom.

    Examples
    --------
    >>> table = pd.DataFrame({"window_from": "2025-01-01", "window_to": "2025-01-28", "n": 5, "low": 0.1,
    ...                       "band": ["1 day", "2 to 28 days"], "share": 0.5, "high": 0.9})
    >>> [bar.name for bar in states(table).data]
    ['2 to 28 days', '1 day']
    """
    figure = new_figure("How regular are people?", x_title="Four weeks from", y_title="People")
    bands = list(dict.fromkeys(table["band"]))
    last = table[table["window_from"] == table["window_from"].max()].groupby("band")["n"].sum()
    reach = (0.0, 1.05 * max(1, table.groupby("window_from")["n"].sum().max()) if len(table) else 1.0)
    ends, foot = [], 0.0
    for band, colour in zip(reversed(bands), PALETTE, strict=False):
        rows = table[table["band"] == band]
        figure.add_bar(
            x=rows["window_from"],
            y=rows["n"],
            name=band,
            marker={"color": colour},
            hovertext=[
                f"{row.window_from} to {row.window_to}: {row.n:,} people wrote on {band}<br>"
                f"{say_share(row.share, row.low, row.high)}"
                for row in rows.itertuples()
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        size = float(last.get(band, 0))
        ends.append(End(str(band), foot + size / 2, colour, "\u25a0"))
        foot += size
    figure.update_layout(barmode="stack")
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)


@draws("stickiness")
def stickiness(table: pd.DataFrame) -> Figure:
    """Draw the share of each four weeks' people who write on an average day.

    Parameters
    ----------
    table : DataFrame
        As `stickiness` returns it.

    Returns
    -------
    Figure
        A plotly figure with 95 % bands.

    Examples
    --------
    >>> table = pd.DataFrame({"window_from": ["2025-01-01"], "n": [3], "daily_people": [0.2],
    ...                       "active_days": [2.0], "stickiness": [0.07], "low": [0.04], "high": [0.14]})
    >>> stickiness(table).data[-1].y.tolist()
    [0.07]
    """
    figure = new_figure(
        "How much of the crowd is there on a day?", x_title="Four weeks from", y_title="Share of people"
    )
    figure.update_layout(showlegend=False)
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    table = table[table["stickiness"].notna()]
    hover = [
        f"from {row.window_from}: {row.daily_people:,.1f} of {row.n:,} people a day<br>{row.stickiness:.1%} "
        f"({row.low:.1%} to {row.high:.1%}), {row.active_days:.1f} days a person"
        for row in table.itertuples()
    ]
    add_steps(figure, table, x="window_from", y="stickiness", name="people", hover=hover, shape="linear")
    return figure


@draws("reach_ceiling")
def reach_ceiling(ceiling: ReachCeiling) -> Figure:
    """Draw the audience that each repeat rate leads to, and where this archive stands.

    Parameters
    ----------
    ceiling : ReachCeiling
        As `reach_ceiling` returns it. With a pool the figure shows reach; without one, multiples of a
        period's arrivals. Nielsen's one printed point is of web sites and by another definition: beside
        reach it stands in a panel of its own, never on our axes.

    Returns
    -------
    Figure
        A plotly figure; the curve is derived, not observed.

    Examples
    --------
    >>> from insight.staying import ReachCeiling
    >>> rows = [("repeat rate", 0.4, 0.3, 0.5), ("arrivals a period", 60, 50, 70)]
    >>> rows += [("steady audience", 100, 80, 120)]
    >>> summary = pd.DataFrame(rows, columns=["figure", "value", "lowest", "highest"])
    >>> curve = pd.DataFrame({"repeat_rate": [0.0, 0.5], "audience": [1.0, 2.0], "reach": float("nan")})
    >>> reach_ceiling(ReachCeiling(summary, curve, (0.4, 0.1), {})).data[0].y.tolist()
    [1.0, 2.0]
    """
    figures = ceiling.summary.set_index("figure")
    pool = "reach" in figures.index
    column, title = ("reach", "Share of the pool") if pool else ("audience", "Audience, in arrivals a period")
    figure = new_figure("Where does the crowd stop growing?", x_title="Repeat rate", y_title=title)
    figure.update_layout(showlegend=False, title_subtitle_text="Derived, if rates stay as they are")
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%" if pool else None)
    rate, steady = figures.loc["repeat rate"], figures.loc["reach" if pool else "steady audience"]
    shown = ceiling.curve if pool else ceiling.curve[ceiling.curve["repeat_rate"] <= 0.95]
    figure.add_scatter(
        x=shown["repeat_rate"], y=shown[column], mode="lines", name="derived",
        line={"color": GREY, "width": 2}, hoverinfo="skip",
    )  # fmt: skip
    scale = 1.0 if pool else float(figures.loc["arrivals a period", "value"])
    said = f"this archive: repeat rate {rate['value']:.0%}, {title.lower()} {steady['value'] / scale:.2g}"
    figure.add_scatter(
        x=[rate["value"]],
        y=[steady["value"] / scale],
        mode="markers+text",
        name="this archive",
        text=["this archive"],
        textposition="top center",
        cliponaxis=False,
        marker={"color": BLUE, "symbol": "circle", "size": 11},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [rate["highest"] - rate["value"]],
            "arrayminus": [rate["value"] - rate["lowest"]],
            "color": BLUE,
        },
        hovertext=[said],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    return _beside_nielsen(figure, ceiling.nielsen) if pool else figure


def _beside_nielsen(figure: Figure, point: tuple[float, float]) -> Figure:
    """Add a panel with axes of its own for the one point that Nielsen printed."""
    figure.add_scatter(
        x=[point[0]],
        y=[point[1]],
        xaxis="x2",
        yaxis="y2",
        mode="markers",
        name="Nielsen 2009",
        marker={"color": VERMILION, "symbol": "diamond-open", "size": 11, "line": {"width": 2}},
        hovertemplate="Nielsen 2009: least repeat rate seen among web sites of this reach<extra></extra>",
    )
    share = {"tickformat": ".0%", "range": [0, 1]}
    figure.add_annotation(
        text="Nielsen 2009: web sites,<br>by their definition",
        font_size=13,
        showarrow=False,
        xref="paper",
        yref="paper",
        x=0.72,
        xanchor="left",
        y=1,
        yanchor="bottom",
    )
    return figure.update_layout(
        xaxis_domain=[0, 0.62],
        xaxis2={**share, "domain": [0.72, 1], "anchor": "y2", "title_text": "Least repeat rate"},
        yaxis2={**share, "anchor": "x2", "title_text": "Reach"},
    )
