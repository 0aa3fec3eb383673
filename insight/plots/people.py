"""Figures of people and their relations; no one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .figure import Figure, draws, new_figure
from .figure_text import add_legend, fill
from .lines import lines, steps
from .shapes import SHOWN, Dots, dots, grid, grouped_dots, say_nothing
from .theme import BLUE, GREY, PALETTE, faded

if TYPE_CHECKING:
    from insight.people import Credibility, Niches


@draws("ladder")
def ladder(moves: pd.DataFrame) -> Figure:
    """Draw what `ladder` returns: the moves between casual, engaged, advocate and silent as shaded cells."""
    return grid(
        moves, "Do people climb?", x="to_state", y="from_state",
        axes=("State in the next period", "State in a period"),
        hover="{from_state} to {to_state}: {interval}<br>{n_moved:,} of {n:,}",
        of="people", empty="No two periods to compare.",
    )  # fmt: skip


@draws("interactions")
def interactions(periods: pd.DataFrame) -> Figure:
    """Draw what `interactions` returns: how many people spoke, were answered, and wrote back, by period.

    Followers are on hover only, beside what was done for them.
    """
    names = {"n": "spoke", "n_answered": "were answered", "n_two_way": "wrote back"}
    kept = [column for column in periods if column not in names]
    counts = periods.melt(kept, list(names), var_name="step", value_name="people")
    return lines(
        counts.assign(step=counts["step"].map(names)), "With how many people did the brand talk?",
        x="period", y="people", by="step", axes=("Period", "People"),
        hover="{period:%b %Y}: {people:,} people {step}<br>followers: {followers}, answers per 1,000: "
        "{answers_per_1000_followers}",
        empty="No one spoke to the brand.",
    )  # fmt: skip


@draws("advocates")
def advocates(periods: pd.DataFrame) -> Figure:
    """Draw what `advocates` returns: the share of the people who spoke who are advocates, by period."""
    return steps(
        periods[periods["period"].notna()], "How many people recommend us, again and unpaid?", x="period",
        axes=("Period", "Share of people"),
        hover="{period:%b %Y}: {interval}, {n_advocates:,} of {n:,} "
        "people<br>{n_recommending:,} recommended, {n_paid_looking:,} looked paid",
        of="people", empty="No period was found.",
    )  # fmt: skip


@draws("niches")
def niches(niches: Niches) -> Figure:
    """Draw what `niches` returns: the share of people in each small group, named by its words."""
    table = niches.table
    inside = [
        "no answers to others" if pd.isna(share) else f"{share:.0%} of answers stay inside"
        for share in table["internal"]
    ]
    return dots(
        table.assign(inside=inside), "Which small groups are there?", axis="Share of people",
        label="{name}", detail="{n:,} people, {n_mentions:,} messages<br>{inside}", of="people",
        number=".1%",
        empty=f"No group is large enough to show; {niches.n_hidden:,} people are in smaller.",
    )  # fmt: skip


@draws("defenders")
def defenders(windows: pd.DataFrame) -> Figure:
    """Draw what `defenders` returns: who stood up for the brand in each window, a tick at the usual share."""
    usual = Dots(
        "usual_share", "none", "none", name="in all other time", colour=GREY, symbol="line-ns-open",
        detail="in all other time",
    )  # fmt: skip
    inside = Dots(name="in the window", detail="{n_defenders:,} of {n:,} people")
    return dots(
        windows.assign(none=float("nan")), "Who stood up for us in bad times?",
        axis="Share of the people who spoke", label="{start:%d %b %Y}", series=(inside, usual),
        of="people", number=".1%", empty="No window was given.",
    )  # fmt: skip


@draws("ties")
def ties(pairs: pd.DataFrame) -> Figure:
    """Draw what `ties` returns: over how many weeks pairs of people answered each other, by kind of tie.

    Pairs are on a scale of powers of ten, since most met once.
    """
    question = "Do people meet once, or again and again?"
    figure = new_figure(question, x_title="Weeks in which one answered the other", y_title="Pairs of people")
    if pairs.empty:
        return say_nothing(figure, "No two people answered each other.")
    kinds = ("contact", "reciprocal", "lasting", "connection")
    for tie, colour in zip(kinds, (GREY, *PALETTE), strict=False):
        weeks = pairs.loc[pairs["tie"] == tie, "n_weeks"]
        counts = weeks.value_counts().sort_index().rename_axis("weeks").rename("n").reset_index()
        figure.add_bar(
            x=counts["weeks"],
            y=counts["n"],
            name=f"{tie} (n = {len(weeks):,})",
            marker={"color": colour},
            hovertext=fill(counts.assign(tie=tie), "{tie}: {n:,} pairs in {weeks} weeks"),
            hovertemplate=SHOWN,
        )
    # A legend: bars side by side leave no place at the end of a series.
    figure.update_layout(barmode="group", bargap=0.15)
    figure.update_xaxes(dtick=1 if pairs["n_weeks"].max() <= 20 else None)
    figure.update_yaxes(type="log", dtick=1)
    return add_legend(figure, n_series=len(kinds))


@draws("contribution")
def contribution(people: pd.DataFrame) -> Figure:
    """Draw what `contribution` returns: answers given and newcomers helped, a dot a person who answered."""
    rows = people[people["n_answers"] > 0]
    question = "Who helps the others, and how many newcomers?"
    below = f"n = {len(rows):,} people"
    titles = {"x_title": "Answers to other customers", "y_title": "Newcomers helped"}
    figure = new_figure(question, **titles, subtitle=below)
    if rows.empty:
        return say_nothing(figure, "No customer answered another.")
    figure.add_scatter(
        x=rows["n_answers"],
        y=rows["n_newcomers"],
        mode="markers",
        marker={"color": faded(BLUE, 0.5), "size": 9, "line": {"color": BLUE, "width": 1}},
        hovertext=fill(
            rows,
            "{n_answers:,} answers to {n_helped:,} people, {n_newcomers:,} of them newcomers; "
            "{n_drawn:,} answers received",
        ),
        hovertemplate=SHOWN,
    )
    figure.update_xaxes(rangemode="tozero")
    return figure.update_yaxes(rangemode="tozero")


@draws("credibility")
def credibility(found: Credibility) -> Figure:
    """Draw what `credibility` returns: what peers make of extreme criticism, beside that of the rest."""
    names = {"extreme": "extreme criticism", "without extreme": "other criticism"}
    table = found.stances[(found.stances["n"] > 0) & found.stances["part"].isin(names)]
    return grouped_dots(
        table.assign(part=table["part"].map(names)).sort_values("part", kind="stable"),
        "Do others bear the critics out?", axis="Share of the people who answered them", label="{stance}",
        by="part", name="{part}", detail="{n_stance:,} of {n:,} people", of="people",
        empty="No criticism was answered by another person.",
    )  # fmt: skip
