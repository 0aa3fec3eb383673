"""Figures of newcomers: the wait for a first answer, its effect, the test that would settle it."""

from __future__ import annotations

from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

import pandas as pd

from insight.mentions import InsightError

from .expected import draws
from .marks import add_dots, add_rows, add_steps, say_nothing, say_share
from .theme import BLUE, GREY, VERMILION, new_figure

if TYPE_CHECKING:
    from insight.staying import ReplyEffect, Welcome

    from .figure import Figure

_WAITS = {
    "10 min": 1 / 6,
    "1 hour": 1,
    "6 hours": 6,
    "1 day": 24,
    "1 week": 168,
    "1 month": 730,
    "1 year": 8766,
}

_LINE = 110
"""Letters of a line below a title."""
_SHORT = {
    "naive: ever answered, any later message": "naive: any message",
    "naive: ever answered, another conversation": "naive: other conversation",
    "answered by the brand v by others only": "brand v others only",
    "answered only after the horizon": "answered too late",
    "permuted answers (placebo)": "permuted answers",
}


@draws("welcome")
def welcome(met: Welcome, *, view: Literal["wait", "steps", "crowd"] = "wait") -> Figure:
    """Draw how long newcomers wait for an answer, how far they come, or who is answered on crowded days.

    Parameters
    ----------
    met : Welcome
        As `welcome` returns it.
    view : {'wait', 'steps', 'crowd'}
        'wait': the share still unanswered against the time since the first message; the unanswered never
        leave the curve. 'steps': how many take each step and all before it. 'crowd': the share answered by
        how many joined on the same day.

    Returns
    -------
    Figure
        A plotly figure; the time axis of 'wait' is logarithmic.

    Raises
    ------
    InsightError
        If the view is unknown.

    Examples
    --------
    >>> from insight.staying import Welcome
    >>> curve = pd.DataFrame({"wait_hours": [2.0], "n_at_risk": [4], "n_answered": [1], "unanswered": [0.75],
    ...                       "low": [0.13], "high": [0.96]})
    >>> empty = pd.DataFrame()
    >>> welcome(Welcome(empty, empty, curve, empty, empty, empty, {})).data[-1].y.tolist()
    [0.75]
    """
    views = {"wait": _draw_wait, "steps": _draw_steps, "crowd": _draw_crowd}
    if view not in views:
        raise InsightError(f"view={view!r} is unknown; choose one of {list(views)}.")
    return views[view](met)


def _draw_wait(met: Welcome) -> Figure:
    figure = new_figure(
        "How long do newcomers wait for a first answer?",
        x_title="Since the first message",
        y_title="Unanswered",
    )
    figure.update_layout(showlegend=False)
    figure.update_xaxes(type="log", tickvals=list(_WAITS.values()), ticktext=list(_WAITS))
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    rows = met.curve[(met.curve["wait_hours"] > 0) & met.curve["unanswered"].notna()]
    if rows.empty:
        return say_nothing(figure, "Too few newcomers, or nobody was answered.")
    hover = [
        f"after {row.wait_hours:,.1f} hours {row.unanswered:.0%} are unanswered "
        f"({row.low:.0%} to {row.high:.0%})"
        for row in rows.itertuples()
    ]
    add_steps(figure, rows, x="wait_hours", y="unanswered", name="newcomers", hover=hover)
    return figure


def _draw_steps(met: Welcome) -> Figure:
    figure = new_figure(
        "How far do newcomers come in four weeks?",
        x_title="Share of newcomers, with 95 % interval",
        y_title="",
    )
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    rows = met.steps
    add_rows(figure, [f"{row.step} (n = {row.n:,})" for row in rows.itertuples()])
    hover = [
        f"{row.step}, and all before it: {row.n:,} people, "
        f"{say_share(row.share, row.low, row.high, digits=1)}"
        f"<br>{row.n_alone:,} took this step, whatever the others"
        for row in rows.itertuples()
    ]
    add_dots(figure, rows, value="share", hover=hover, name="newcomers")
    return figure


def _draw_crowd(met: Welcome) -> Figure:
    figure = new_figure(
        "Does the welcome survive a crowd?", x_title="Answered in time, with 95 % interval", y_title=""
    )
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    rows = met.load
    add_rows(
        figure,
        [
            f"{_between(row.joiners_from, row.joiners_to)} that day (n = {row.n:,})"
            for row in rows.itertuples()
        ],
    )
    hover = [
        f"{row.answered:,} of {row.n:,} who joined on {row.n_days:,} days: "
        f"{say_share(row.share, row.low, row.high)}"
        f"<br>{row.repliers_per_day:.1f} people answered on such a day"
        for row in rows.itertuples()
    ]
    add_dots(figure, rows, value="share", hover=hover, name="newcomers")
    return figure


def _between(low: int, high: int) -> str:
    return f"{low} joined" if low == high else f"{low} to {high} joined"


@draws("reply_effect")
def reply_effect(effect: ReplyEffect) -> Figure:
    """Draw every estimate of the difference an answer makes; naive ones and controls are grey.

    Parameters
    ----------
    effect : ReplyEffect
        As `reply_effect` returns it; differences are drawn, hazard ratios are in the table.

    Returns
    -------
    Figure
        A plotly figure with the verdict below the title. Where there is no verdict, every mark is grey.

    Examples
    --------
    >>> from insight.staying import ReplyEffect
    >>> rows = pd.DataFrame(columns=["estimate", "scale", "landmark_hours", "value", "low", "high"])
    >>> controls = pd.DataFrame(columns=["control", "scale", "value", "low", "high", "passed"])
    >>> effect = ReplyEffect("No verdict.", ("few",), rows, rows, controls, 0.0, 1.0, 1.0, 0.5, {})
    >>> reply_effect(effect).data
    ()
    """
    figure = new_figure(
        "Do answered newcomers come back more often?",
        x_title="Difference in the share who came back, with 95 % interval",
        y_title="",
    )
    figure.update_layout(title_subtitle_text="<br>".join(wrap(escape(effect.verdict), _LINE)))
    figure.update_xaxes(tickformat="+.0%")
    scale = effect.estimates["scale"] == "risk difference"
    rows = effect.estimates[scale & effect.estimates["value"].notna()].rename(columns={"estimate": "label"})
    checks = effect.controls[effect.controls["scale"] == "risk difference"].rename(
        columns={"control": "label"}
    )
    drawn = pd.concat([rows, checks[checks["value"].notna()]], ignore_index=True) if len(rows) else rows
    if drawn.empty:
        return say_nothing(figure, "Too few newcomers to compare.")
    labels = [_label(row) for row in drawn.to_dict("records")]
    add_rows(figure, labels)
    figure.add_vline(x=0, line={"color": GREY, "width": 1, "dash": "dot"})
    kinds = ["doubtful" if effect.withheld else _kind(row) for row in drawn.to_dict("records")]
    for kind, colour, symbol in (
        ("estimate", BLUE, "circle"), ("adjusted", VERMILION, "circle"), ("doubtful", GREY, "diamond-open"),
    ):  # fmt: skip
        places = [number for number, found in enumerate(kinds) if found == kind]
        if places:
            part = drawn.iloc[places]
            hover = [
                _sentence(labels[place], row)
                for place, row in zip(places, part.to_dict("records"), strict=True)
            ]
            add_dots(
                figure, part, value="value", hover=hover, rows=places, colour=colour, symbol=symbol, name=kind
            )
    return figure


def _label(row: dict) -> str:
    hours = row["landmark_hours"]
    if row["label"] != "landmark":
        return _SHORT.get(str(row["label"]), str(row["label"]))
    return f"answered within {hours:g} h" if hours < 48 else f"answered within {hours / 24:g} days"


def _kind(row: dict) -> str:
    if row["label"] == "adjusted":
        return "adjusted"
    return "estimate" if row["label"] == "landmark" or " v " in row["label"] else "doubtful"


def _sentence(label: str, row: dict) -> str:
    return (
        f"{escape(label)}: {100 * row['value']:+.1f} points "
        f"({100 * row['low']:+.1f} to {100 * row['high']:+.1f})"
        f"<br>{row['n_answered']:,.0f} answered, {row['n_unanswered']:,.0f} not"
    )
