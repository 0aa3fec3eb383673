"""Figures of topics: ranked, mapped, over time, by group and in words."""

from __future__ import annotations

from html import escape

import pandas as pd

from .figure import Figure, add_below, draws, new_figure
from .figure_text import fill
from .lines import panels, share_panels
from .shapes import Dots, dots, grouped_dots, reach_of, say_nothing
from .theme import BLUE, PALETTE

LABELS = "topics: similar messages under one label"
"""Stands below figures whose rows are topics: not everyone in one says what its label says."""

_LONGEST = 300
"""Letters of a message that are shown on hover."""


@draws("fit_topics(...).table")
def topics(topics: pd.DataFrame) -> Figure:
    """Draw `Topics.table` of `fit_topics`: topics from the largest to the smallest, no topic in grey."""
    of_people = bool(topics["n_people"].sum())
    who, count = ("people", "n_people") if of_people else ("messages", "n")
    drawn = dots(
        topics.assign(unnamed=topics["topic"] == -1), "Which topics are the largest?",
        axis=f"Share of {who}", label="{name}",
        detail="{n_people:,} people, {n:,} messages" if of_people else "{n:,} messages",
        series=(Dots(grey="unnamed"),), n=count, of=who, number=".1%", empty="No topic was found.",
    )  # fmt: skip
    return add_below(drawn, LABELS)


@draws("topic_map")
def topic_map(points: pd.DataFrame) -> Figure:
    """Draw what `topic_map` returns: topics as discs of messages, each readable by pointing at it."""
    note = "One point a message. Discs near each other are often alike; distances have no scale."
    figure = new_figure("Which topics are there?", x_title="", y_title="", subtitle=note)
    for theme, own in points.groupby("theme", sort=True):
        figure.add_scattergl(
            x=own["x"],
            y=own["y"],
            mode="markers",
            marker={"size": 5, "color": PALETTE[int(theme) % len(PALETTE)], "opacity": 0.7},
            hovertext=[escape(text[:_LONGEST]) for text in own["text"]],
            customdata=own[["mention_id", "topic", "name"]].to_numpy(),
            hovertemplate="<b>%{customdata[2]}</b><br>%{hovertext}<extra></extra>",
            name=escape(str(own["theme_name"].iloc[0])),
        )
    for _, own in points.groupby("topic", sort=True):
        name = escape(str(own["name"].iloc[0]))
        figure.add_annotation(x=own["x"].mean(), y=own["y"].max(), text=name, showarrow=False, yshift=9)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    # No legend: the names of topics are at their discs; colours only keep neighbouring themes apart.
    return figure.update_layout(height=640, showlegend=False)


@draws("topic_terms")
def topic_terms(terms: pd.DataFrame) -> Figure:
    """Draw what `topic_terms` returns: the words that mark each topic, as bars by weight, a panel a topic."""
    groups = [own for _, own in terms.groupby("topic", sort=False)]
    question = "Which words mark each topic?"
    if not groups:
        return say_nothing(new_figure(question, x_title="", y_title=""), "No topic was found.")
    figure = panels(question, [fill(own.head(1), "{name}")[0] for own in groups], columns=2)
    for place, own in enumerate(groups):
        figure.add_bar(
            x=own["weight"],
            y=fill(own, "{term}"),
            orientation="h",
            marker={"color": BLUE},
            hoverinfo="x+y",
            row=place // 2 + 1,
            col=place % 2 + 1,
        )
    figure.update_yaxes(autorange="reversed", type="category", showgrid=False)
    return figure.update_xaxes(showticklabels=False, showgrid=False)


@draws("topics_over_time")
def topics_over_time(trend: pd.DataFrame, *, n_topics: int = 9) -> Figure:
    """Draw what `topics_over_time` returns: each topic's share of people, a diamond at each new level."""
    drawn = share_panels(
        trend[trend["topic"] != -1], "How did topics change?", by="topic",
        hover="{period:%d %b %Y}: {share:.1%} of {total:,}<br>{n_people:,} people, {n:,} messages",
        of="people", most=n_topics, mark="change", mark_hover="{period:%d %b %Y}: a new level begins",
        empty="No topic was found.",
    )  # fmt: skip
    return add_below(drawn, LABELS)


@draws("topics_by")
def topics_by(table: pd.DataFrame, *, n_topics: int = 12) -> Figure:
    """Draw what `topics_by` returns: the share of each group's people who write in the largest topics."""
    shown = table[table["topic"] != -1]
    largest = shown["topic"].drop_duplicates().head(n_topics)
    sizes = shown.groupby("group")["total"].transform("max")
    # The largest groups come first: they get the colours.
    shown = (
        shown[shown["topic"].isin(largest)].assign(size=-sizes).sort_values(["size", "group"], kind="stable")
    )
    drawn = grouped_dots(
        shown, "Which topics do groups write in?", axis="Share of the group's people", label="{name}",
        rows="topic", by="group", name="{group}", n="total", of="people",
        detail="{n_people:,} of {total:,} people, {n:,} messages",
        reach=reach_of(shown, "high", least=0.01), empty="No topic was found.",
    )  # fmt: skip
    return add_below(drawn, LABELS)
