"""Figures of days that stand out."""

from __future__ import annotations

from html import escape

import pandas as pd

from .figure import Figure, draws, new_figure
from .figure_text import End, fill, last_of, name_ends, summary
from .lines import add_band, lines
from .shapes import SHOWN, grouped_dots, reach_of, say_nothing
from .theme import BLUE, GREY, VERMILION, faded


def annotate_events(figure: Figure, events: pd.DataFrame) -> Figure:
    """Copy a figure whose x axis is time and mark what `read_events` returns: a line, a band, a name."""
    marked = type(figure)(figure)
    for event in events.to_dict("records"):
        start, end = event["start"], event["end"]
        name = escape(str(event["name"]))
        marked.add_vline(x=start, line={"color": GREY, "dash": "dot", "width": 1})
        marked.add_annotation(x=start, y=1, yref="paper", text=name, showarrow=False, xanchor="left")
        if pd.notna(end):
            marked.add_vrect(x0=start, x1=end, fillcolor=faded(GREY), line_width=0, layer="below")
    return marked


@draws("spikes")
def spikes(days: pd.DataFrame) -> Figure:
    """Draw what `spikes` returns: people a day, the range of usual days, and the days that stand out.

    Series of single topics are left to the table.
    """
    rows = days[days["by"] == "all"]
    question = "On which days did more people speak than usual?"
    below = summary(rows, x="day")
    figure = new_figure(question, x_title="Day", y_title="People who spoke", subtitle=below)
    if rows.empty:
        return say_nothing(figure, "No day was found.")
    add_band(figure, rows, x="day", colour=GREY)
    flagged = rows[rows["flagged"].astype(bool)]
    everyone = fill(rows, "{day:%d %b %Y}: {n_people:,} people")
    words = fill(flagged, "{day:%d %b %Y}: {n_people:,} people, {expected:.0f} expected<br>{voices}; {terms}")
    thin, diamond = {"color": BLUE, "width": 1.2}, {"color": VERMILION, "symbol": "diamond", "size": 9}
    for name, own, hover, look in (
        ("people", rows, everyone, {"mode": "lines", "line": thin}),
        ("stands out", flagged, words, {"mode": "markers", "marker": diamond}),
    ):
        figure.add_scatter(
            x=own["day"], y=own["n_people"], name=name, hovertext=hover, hovertemplate=SHOWN, **look
        )  # fmt: skip
    top = flagged.sort_values("n_people", ascending=False).head(1)
    early = len(top) and top["day"].iloc[0] < rows["day"].min() + (rows["day"].max() - rows["day"].min()) / 2
    figure.add_scatter(
        x=top["day"],
        y=top["n_people"],
        mode="text",
        text=["\u00a0\u00a0stands out\u00a0\u00a0"] * len(top),
        textposition="middle right" if early else "middle left",
        hoverinfo="skip",
    )
    reach = reach_of(rows, "n_people", "high", least=1)
    figure.update_yaxes(range=reach)
    usual = End("95 % of usual days", last_of((rows["low"] + rows["high"]) / 2), GREY, "square")
    return name_ends(figure, [usual, End("people", last_of(rows["n_people"]), BLUE)], reach=reach)


@draws("storms")
def storms(parts: pd.DataFrame) -> Figure:
    """Draw what `storms` returns: the parts of each storm as shares; hours are left to the table."""
    shares = parts[parts["of"] != "hours"].sort_values("storm", kind="stable")
    return grouped_dots(
        shares.assign(part=shares["part"].str.replace("_", " ")), "What is each storm made of?",
        axis="Share", label="{part}", by="storm", name="{start:%d %b %Y}", value="value",
        detail="{n_marked:,} of {n:,} {of}", empty="No storm stands out from usual days.",
    )  # fmt: skip


@draws("outages")
def outages(reactions: pd.DataFrame) -> Figure:
    """Draw what `outages` returns: how people took each outage, all tiers together."""
    everyone = reactions[reactions["tier"] == "all"].sort_values("outage", kind="stable")
    return grouped_dots(
        everyone, "How did people take it that it was down?", axis="Share of people", label="{reaction}",
        by="outage", name="{start:%d %b %Y}, {hours} h", detail="{n_reacting:,} of {n:,} people",
        of="people", empty="No hour has more reports of an outage than usual.",
    )  # fmt: skip


@draws("rivals")
def rivals(
    table: pd.DataFrame,
    *,
    measure: str = "complaining",
    top: int = 5,
) -> Figure:
    """Draw what `rivals` returns: one share of each brand over time; periods of too few people are gaps.

    The `top` brands that most people talk about are drawn; the title says so where some are left out.
    """
    questions = {
        "talking": ("Whom do people talk about?", "Share of people talking"),
        "complaining": ("Whose customers complain?", "Share of the people talking about it who complain"),
        "answered": ("Who answers?", "Share of messages answered in public, as far as the file has them"),
    }
    question, y_title = questions[measure]
    rows = table[(table["measure"] == measure) & table["topic"].isna() & table["period"].notna()]
    rows = rows[rows["period"] >= rows.loc[rows["share"].notna(), "period"].min()]
    brands = rows["brand"].unique()
    return lines(
        rows[rows["brand"].isin(brands[:top])],
        f"{question} {top} of {len(brands)}" if len(brands) > top else question, x="period", y="share",
        by="brand", axes=("Period", y_title),
        hover="{brand}, {period:%b %Y}: {interval}<br>{n_marked:,} of {n:,}",
        interval="bars", number=".1%", of="messages" if measure == "answered" else "people",
        empty="No brand is mentioned by enough people.",
    )  # fmt: skip
