"""Figures of silence, tenure, pace, risk and leaving."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .expected import draws
from .marks import End, add_dots, add_rows, add_steps, last_of, name_dots, name_ends, say_nothing, say_share
from .theme import BLUE, GREY, PALETTE, VERMILION, new_figure

_ODDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)

if TYPE_CHECKING:
    from insight.staying import AtRisk, Cadence, Tenure

    from .figure import Figure


@draws("silence")
def silence(table: pd.DataFrame) -> Figure:
    """Draw how often people return after each silence, each silence and each person counted once.

    Parameters
    ----------
    table : DataFrame
        As `silence` returns it. Silences that nobody was watched long enough to judge are left out.

    Returns
    -------
    Figure
        A plotly figure; an open diamond marks the suggested threshold of each weighting.

    Examples
    --------
    >>> row = {"weighting": "episode", "silence_days": 30.0, "n_authors": 40, "share": 0.2, "low": 0.1,
    ...        "high": 0.3, "suggested": False}
    >>> silence(pd.DataFrame([row])).data[-1].name
    'each silence once'
    """
    figure = new_figure(
        "Which silence means goodbye?", x_title="Days of silence so far", y_title="Come back after all"
    )
    figure.update_yaxes(tickformat=".0%")
    names = {"episode": "each silence once", "author": "each person once"}
    known = table[table["share"].notna()]
    reach = (0.0, 1.05 * max(0.1, known["high"].max()) if len(known) else 1.0)
    ends = []
    for (weighting, rows), colour in zip(known.groupby("weighting", sort=False), PALETTE, strict=False):
        hover = [
            f"{names[str(weighting)]}: after {row.silence_days:.0f} days {row.share:.0%} come back "
            f"({row.low:.0%} to {row.high:.0%}), {row.n_authors:,} people"
            for row in rows.itertuples()
        ]
        shared = {"x": "silence_days", "y": "share", "name": names[str(weighting)]}
        add_steps(figure, rows, **shared, hover=hover, colour=colour, shape="linear")
        best = rows[rows["suggested"]]
        if len(best):
            figure.add_scatter(
                x=best["silence_days"],
                y=best["share"],
                mode="markers",
                marker={"symbol": "diamond-open", "size": 12, "color": colour, "line": {"width": 2}},
                hoverinfo="skip",
                name=f"suggested, {names[str(weighting)]}",
            )
        at = [f", \u25c7 at {row.silence_days:.0f} d: {row.share:.0%}" for row in best.itertuples()]
        ends.append(End("".join([names[str(weighting)], *at]), last_of(rows["share"]), colour))
    figure.update_yaxes(range=reach)
    return name_ends(figure, ends, reach=reach)


@draws("tenure")
def tenure(stays: Tenure) -> Figure:
    """Draw the share of people still here against the time since they came, a curve a group.

    Parameters
    ----------
    stays : Tenure
        As `tenure` returns it.

    Returns
    -------
    Figure
        A plotly figure; hovering tells how many were at risk.

    Examples
    --------
    >>> from insight.staying import Tenure
    >>> curve = pd.DataFrame({"group": "all", "tenure_days": [0.0, 9.0], "n_at_risk": [3, 2], "n_left": 1,
    ...                       "staying": [0.67, 0.33], "low": [0.1, 0.0], "high": [0.9, 0.8]})
    >>> tenure(Tenure(curve, pd.DataFrame(), pd.DataFrame(), {})).data[-1].name
    'all'
    """
    figure = new_figure("How long do people stay?", x_title="Days since they came", y_title="Still here")
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    if stays.curve.empty:
        return say_nothing(figure, "Too few people to tell.")
    ends = []
    for number, (name, rows) in enumerate(stays.curve.groupby("group", sort=False)):
        label = escape(str(name))
        hover = [
            f"{label}: {row.staying:.0%} stay longer than {row.tenure_days:.0f} days ({row.low:.0%} to "
            f"{row.high:.0%}), {row.n_at_risk:,} at risk"
            for row in rows.itertuples()
        ]
        colour = PALETTE[min(number, len(PALETTE) - 1)]
        add_steps(figure, rows, x="tenure_days", y="staying", name=label, hover=hover, colour=colour)
        ends.append(End(str(name), last_of(rows["staying"]), colour))
    return (
        name_ends(figure, ends, reach=(0, 1.02)) if len(ends) > 1 else figure.update_layout(showlegend=False)
    )


@draws("cadence")
def cadence(pace: Cadence) -> Figure:
    """Draw how many people slow down, keep their pace or quicken.

    Parameters
    ----------
    pace : Cadence
        As `cadence` returns it.

    Returns
    -------
    Figure
        A plotly figure of counts; nobody is named.

    Examples
    --------
    >>> from insight.staying import Cadence
    >>> counts = pd.DataFrame({"state": ["slowing", "steady"], "n": [2, 8], "share": [0.2, 0.8],
    ...                        "low": [0.1, 0.5], "high": [0.5, 0.9]})
    >>> cadence(Cadence(counts, pd.DataFrame(), {})).data[0].x.tolist()
    [0.2, 0.8]
    """
    figure = new_figure("Who is drifting away?", x_title="Share of people, with 95 % interval", y_title="")
    figure.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    rows = pace.counts
    add_rows(figure, [f"{row.state} (n = {row.n:,})" for row in rows.itertuples()])
    hover = [
        f"{row.state}: {row.n:,} people, {say_share(row.share, row.low, row.high, digits=1)}"
        for row in rows.itertuples()
    ]
    add_dots(figure, rows, value="share", hover=hover, name="people")
    return figure


@draws("at_risk")
def at_risk(risk: AtRisk) -> Figure:
    """Draw whether predicted silences came true on a later period: the calibration behind the ranking.

    Parameters
    ----------
    risk : AtRisk
        As `at_risk` returns it.

    Returns
    -------
    Figure
        A plotly figure; points on the diagonal came true as often as predicted.

    Examples
    --------
    >>> from insight.staying import AtRisk
    >>> bands = pd.DataFrame({"predicted": [0.2], "observed": [0.25], "n": [40], "low": [0.1], "high": [0.4]})
    >>> empty = pd.DataFrame()
    >>> at_risk(AtRisk("It holds.", empty, empty, bands, empty, {})).data[-1].y.tolist()
    [0.25]
    """
    figure = new_figure(
        "Do the predictions come true?", x_title="Predicted to fall silent", y_title="Fell silent"
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    line = {"color": GREY, "dash": "dot", "width": 1}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", name="as predicted")
    bands = risk.calibration
    figure.add_scatter(
        x=bands["predicted"],
        y=bands["observed"],
        mode="markers",
        name="later period",
        marker={"color": BLUE, "size": 10},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": bands["high"] - bands["observed"],
            "arrayminus": bands["observed"] - bands["low"],
            "color": BLUE,
        },
        hovertext=[f"predicted {row.predicted:.0%}, came true {row.observed:.0%} ({row.low:.0%} to "
                   f"{row.high:.0%}), {row.n:,} people" for row in bands.itertuples()],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    return figure


@draws("exit_words")
def exit_words(table: pd.DataFrame) -> Figure:
    """Draw which topics people speak of when they say that they leave.

    Parameters
    ----------
    table : DataFrame
        As `exit_words` returns it.

    Returns
    -------
    Figure
        A plotly figure; each dot carries its topic as custom data.

    Examples
    --------
    >>> exit_words(pd.DataFrame(columns=["topic", "name", "n_people", "share", "low", "high"])).data
    ()
    """
    figure = new_figure(
        "What do leavers speak of?",
        x_title="Share of those who speak of leaving, with 95 % interval",
        y_title="",
    )
    figure.update_xaxes(rangemode="tozero", tickformat=".0%")
    if table.empty:
        return say_nothing(figure, "Nobody speaks of leaving.")
    add_rows(figure, [f"{row.name} (n = {row.n_people:,})" for row in table.itertuples(index=False)])
    hover = [
        f"{escape(str(row.name))}: {row.n_people:,} people, {say_share(row.share, row.low, row.high)}"
        f"<br>{row.n_gone:,} of {row.n_judged:,} wrote nothing more"
        for row in table.itertuples(index=False)
    ]
    add_dots(figure, table, value="share", hover=hover, name="topics")
    figure.data[-1].customdata = table["topic"]
    return figure


@draws("churn_drivers")
def churn_drivers(table: pd.DataFrame) -> Figure:
    """Draw what goes before silence, beside the same comparison at a date that cannot matter.

    Parameters
    ----------
    table : DataFrame
        As `churn_drivers` returns it; what cannot be judged is left out.

    Returns
    -------
    Figure
        A plotly figure; filled dots are the silence after, open grey diamonds the silence before.

    Examples
    --------
    >>> churn_drivers(pd.DataFrame(columns=["driver", "odds_ratio", "low", "high"])).data
    ()
    """
    figure = new_figure("What goes before silence?", x_title="Odds ratio, with 95 % interval", y_title="")
    rows = table[table["low"].notna()]
    if rows.empty:
        return say_nothing(figure, "Nothing was said by enough people to judge.")
    ends = np.log10(rows[["low", "placebo_low", "high", "placebo_high"]].astype(float))
    reach = (ends.min(axis=None) - 0.05, ends.max(axis=None) + 0.05)
    ticks = [tick for tick in _ODDS if reach[0] <= np.log10(tick) <= reach[1]]
    figure.update_xaxes(type="log", range=reach, tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])
    add_rows(figure, [f"{row.driver} (n = {row.n_people:,})" for row in rows.itertuples()])
    figure.add_vline(x=1, line={"color": GREY, "width": 1, "dash": "dot"})
    hover = [
        f"{escape(str(row.driver))}: {row.silent_with:.0%} silent after it, {row.silent_without:.0%} else"
        f"<br>odds ratio {row.odds_ratio:.2f} ({row.low:.2f} to {row.high:.2f}): {row.reading}"
        for row in rows.itertuples()
    ]
    places = pd.Series(range(len(rows)))
    add_dots(
        figure,
        rows,
        value="odds_ratio",
        hover=hover,
        rows=places - 0.18,
        colour=VERMILION,
        name="silence after",
    )
    placebo = [
        f"{escape(str(row.driver))}, the silence before: odds ratio {row.placebo_odds_ratio:.2f} "
        f"({row.placebo_low:.2f} to {row.placebo_high:.2f})"
        for row in rows.itertuples()
    ]
    add_dots(
        figure,
        rows,
        value="placebo_odds_ratio",
        low="placebo_low",
        high="placebo_high",
        hover=placebo,
        rows=places + 0.2,
        colour=GREY,
        symbol="diamond-open",
        name="silence before (placebo)",
    )
    return name_dots(figure, reach=reach, log=True)
