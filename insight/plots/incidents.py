"""Figures of days that stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .expected import draws
from .marks import End, add_group, last_of, lay_out_groups, name_ends, say_nothing
from .theme import BLUE, GREY, PALETTE, VERMILION, faded, new_figure

if TYPE_CHECKING:
    from .figure import Figure

_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")
_SIGNS = ("\u25cf", "\u25c6", "\u25a0", "\u25b2", "\u2716")


def annotate_events(figure: Figure, events: pd.DataFrame) -> Figure:
    """Mark the analyst's events on a figure whose x axis is time.

    Parameters
    ----------
    figure : Figure
        Not changed.
    events : DataFrame
        As `read_events` returns it.

    Returns
    -------
    Figure
        A copy with a dotted line at each start, a pale band to each end, and the names on top.

    Examples
    --------
    >>> events = pd.DataFrame({"name": ["App down"], "start": [pd.Timestamp("2025-03-03")]})
    >>> figure = new_figure("How many?", x_title="Day", y_title="People")
    >>> annotate_events(figure, events.assign(end=pd.NaT)).layout.annotations[0].text
    'App down'
    """
    marked = type(figure)(figure)
    for event in events.to_dict("records"):
        start, end = event["start"], event["end"]
        marked.add_vline(x=start, line={"color": GREY, "dash": "dot", "width": 1})
        marked.add_annotation(x=start, y=1, yref="paper", text=event["name"], showarrow=False, xanchor="left")
        if pd.notna(end):
            marked.add_vrect(x0=start, x1=end, fillcolor=faded(GREY), line_width=0, layer="below")
    return marked


@draws("spikes")
def spikes(days: pd.DataFrame) -> Figure:
    """Draw people a day for everyone, the range of usual days, and the days that stand out.

    Parameters
    ----------
    days : DataFrame
        As `spikes` returns it; other series than "all" are left to the table.

    Returns
    -------
    Figure
        A plotly figure; the hover of a flagged day tells who spoke about what.

    Examples
    --------
    >>> columns = ["by", "series", "day", "n_people", "expected", "low", "high", "flagged", "voices", "terms"]
    >>> spikes(pd.DataFrame(columns=columns)).layout.title.text
    'On which days did more people speak than usual?'
    """
    rows = days[days["by"] == "all"]
    figure = new_figure(
        "On which days did more people speak than usual?", x_title="Day", y_title="People who spoke"
    )
    figure.add_scatter(
        x=[*rows["day"], *rows["day"][::-1]],
        y=[*rows["high"], *rows["low"][::-1]],
        fill="toself",
        fillcolor=faded(GREY),
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        name="95 % of usual days",
    )
    figure.add_scatter(
        x=rows["day"],
        y=rows["n_people"],
        mode="lines",
        line={"color": BLUE, "width": 1.2},
        name="people",
        hovertemplate="%{x|%d %b %Y}: %{y} people<extra></extra>",
    )
    flagged = rows[rows["flagged"].astype(bool)]
    figure.add_scatter(
        x=flagged["day"],
        y=flagged["n_people"],
        mode="markers",
        marker={"color": VERMILION, "symbol": "diamond", "size": 9},
        name="stands out",
        customdata=flagged[["expected", "voices", "terms"]],
        hovertemplate="%{x|%d %b %Y}: %{y} people, %{customdata[0]:.0f} expected; %{customdata[1]}; "
        "%{customdata[2]}<extra></extra>",
    )
    top = flagged.sort_values("n_people", ascending=False).head(1)
    figure.add_scatter(
        x=top["day"],
        y=top["n_people"],
        mode="text",
        text=["\u00a0\u00a0stands out\u00a0\u00a0"] * len(top),
        textposition="middle right" if _early(top["day"], rows["day"]) else "middle left",
        hoverinfo="skip",
    )
    reach = (0.0, 1.05 * max(1, rows[["n_people", "high"]].max(axis=None)) if len(rows) else 1.0)
    figure.update_yaxes(range=reach)
    usual = End("95 % of usual days", last_of((rows["low"] + rows["high"]) / 2), GREY, "\u25a0")
    return name_ends(figure, [usual, End("people", last_of(rows["n_people"]), BLUE)], reach=reach)


def _early(day: pd.Series, days: pd.Series) -> bool:
    return bool(len(day)) and day.iloc[0] < days.min() + (days.max() - days.min()) / 2


@draws("storms")
def storms(parts: pd.DataFrame) -> Figure:
    """Draw the parts of each storm as shares with their intervals; hours are left to the table.

    Parameters
    ----------
    parts : DataFrame
        As `storms` returns it.

    Returns
    -------
    Figure
        A plotly figure: one dot a storm and part.

    Examples
    --------
    >>> storms(pd.DataFrame(columns=["storm", "start", "part", "of", "value", "low", "high"])).data
    ()
    """
    figure = new_figure("What is each storm made of?", x_title="Share, with 95 % interval", y_title="")
    shares = parts[parts["of"] != "hours"]
    if shares.empty:
        return say_nothing(figure, "No storm stands out beyond chance.")
    for number, (_, rows) in enumerate(shares.groupby("storm")):
        name = _day(rows["start"].iloc[0])
        hover = [f"{row.value:.0%}, {row.n_marked:,} of {row.n:,} {row.of}" for row in rows.itertuples()]
        labels = rows["part"].str.replace("_", " ")
        add_group(figure, rows, number=number, name=name, value="value", labels=labels, hover=hover)
    return lay_out_groups(figure, n_rows=shares["part"].nunique())


@draws("outages")
def outages(reactions: pd.DataFrame) -> Figure:
    """Draw how people took each outage: reports, pleas, anger, jokes.

    Parameters
    ----------
    reactions : DataFrame
        As `outages` returns it; tiers are left to the table.

    Returns
    -------
    Figure
        A plotly figure: one dot an outage and reaction, with its interval.

    Examples
    --------
    >>> columns = ["outage", "start", "hours", "tier", "reaction", "n", "n_reacting", "share", "low", "high"]
    >>> outages(pd.DataFrame(columns=columns)).data
    ()
    """
    figure = new_figure(
        "How did people take it that it was down?", x_title="Share of people, with 95 % interval", y_title=""
    )
    if reactions.empty:
        return say_nothing(figure, "Nobody reports beyond chance that it is down.")
    for number, (_, rows) in enumerate(reactions[reactions["tier"] == "all"].groupby("outage")):
        name = f"{_day(rows['start'].iloc[0])}, {rows['hours'].iloc[0]} h"
        hover = [f"{row.share:.0%}, {row.n_reacting:,} of {row.n:,} people" for row in rows.itertuples()]
        add_group(figure, rows, number=number, name=name, value="share", labels=rows["reaction"], hover=hover)
    return lay_out_groups(figure, n_rows=reactions["reaction"].nunique())


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day} {moment:%b %Y}"


@draws("rivals")
def rivals(table: pd.DataFrame, *, measure: str = "complaining", top: int = 5) -> Figure:
    """Draw one share of each brand over time, with its band; periods under the minimum n are gaps.

    Parameters
    ----------
    table : DataFrame
        As `rivals` returns it; topics are left to the table.
    measure : {'talking', 'complaining', 'answered'}
        Which share.
    top : int
        Most brands to draw, those that most people talk about; the title says so if some are left out.

    Returns
    -------
    Figure
        A plotly figure: one line a brand, in periods from the first of which anything is drawn.

    Examples
    --------
    >>> columns = ["brand", "measure", "topic", "period", "n", "n_marked", "share", "low", "high", "flagged"]
    >>> rivals(pd.DataFrame(columns=columns)).layout.title.text
    'Whose customers complain?'
    """
    questions = {
        "talking": ("Whom do people talk about?", "Share of people talking"),
        "complaining": ("Whose customers complain?", "Share of the people talking about it who complain"),
        "answered": ("Who answers?", "Share of messages answered in public, as far as the file holds them"),
    }
    question, y_title = questions[measure]
    rows = table[(table["measure"] == measure) & table["topic"].isna() & table["period"].notna()]
    rows = rows.assign(brand=rows["brand"].astype(str))
    rows = rows[rows["period"] >= rows.loc[rows["share"].notna(), "period"].min()]
    brands = rows["brand"].unique()
    if len(brands) > top:
        question = f"{question} {top} of {len(brands)}"
    rows = rows[rows["brand"].isin(brands[:top])]
    figure = new_figure(question, x_title="Period", y_title=y_title)
    reach = (0.0, 1.05 * rows["high"].max() if rows["high"].notna().any() else 1.0)
    ends = []
    for number, (brand, line) in enumerate(rows.groupby("brand", sort=False)):
        colour = PALETTE[number % len(PALETTE)]
        figure.add_scatter(
            x=line["period"],
            y=line["share"],
            name=str(brand),
            mode="lines+markers",
            line={"color": colour},
            marker={"symbol": _SYMBOLS[number % len(_SYMBOLS)], "size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": line["high"] - line["share"],
                "arrayminus": line["share"] - line["low"],
                "color": faded(colour, 0.5),
                "thickness": 1.2,
                "width": 0,
            },
            customdata=line[["n_marked", "n"]],
            hovertemplate="%{x|%b %Y}: %{y:.0%}, %{customdata[0]} of %{customdata[1]}"
            "<extra>%{fullData.name}</extra>",
        )
        ends.append(End(str(brand), last_of(line["share"]), colour, _SIGNS[number % len(_SIGNS)]))
    figure.update_yaxes(tickformat=".0%", range=reach)
    return name_ends(figure, ends, reach=reach)
