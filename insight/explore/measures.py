"""Explorers of waits and of who stays: which people, which measure."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from .explorer import Explorer, Options, explore
from .messages import NO_MESSAGE, offer, present, thread_of

GROUPS = ("platform", "channel", "brand", "kind")
MAX_GROUPS = 12
WITHIN = ("1h", "24h", "72h", "7D")


def responses(responses: pd.DataFrame, *, mentions: pd.DataFrame | None = None, n: int = 15) -> Explorer:
    """See how long people wait for an answer, group by group; pick a wait to read its thread.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`.
    mentions : DataFrame, optional
        The mentions given to `first_responses`; without them there are no words and no threads.
    n : int
        Waits shown at once, the longest first.

    Returns
    -------
    Explorer
        Controls platform, by and within, and with `mentions` wait (open or answered) and thread; below them
        `response_curve`, `response_rate` as figure and table, the longest waits in people's words, and
        the thread of the one picked.

    Examples
    --------
    >>> import insight as ins
    >>> seen = responses(ins.first_responses(ins.example()))
    >>> seen.controls["platform"].value = "x"
    >>> seen.output.outputs[0]["data"]["text/plain"]
    '7 of 7 waits'
    """
    from insight import plots
    from insight.conversations import response_curve, response_rate

    words = pd.DataFrame() if mentions is None else mentions[["mention_id", "created_at", "text"]]

    def found(platform: str) -> pd.DataFrame:
        return responses[responses["platform"] == platform] if platform else responses

    def longest(platform: str, wait: str) -> pd.DataFrame:
        rows = found(platform)
        rows = rows[rows["responded"].astype(bool) == (wait == "answered")]
        order = rows.sort_values(["wait_hours", "mention_id"], ascending=[False, True]).head(n)
        return order.merge(words, on="mention_id")

    def narrow(*, platform: str, wait: str, **other: Any) -> dict[str, Options]:  # noqa: ANN401
        return {"thread": offer(longest(platform, wait))}

    def draw(*, platform: str, by: str, within: str, wait: str = "", thread: str = "") -> list[Any]:
        rows = found(platform)
        rate = response_rate(rows, within=within, by=by or None)
        shown: list[Any] = [
            f"{len(rows):,} of {len(responses):,} waits",
            plots.response_curve(response_curve(rows, by=by or None)),
            plots.response_rate(rate),
            rate,
        ]
        if mentions is None:
            return shown
        waits = longest(platform, wait)[["created_at", "wait_hours", "platform", "text"]]
        return [*shown, f"The longest, {wait}:", waits, *thread_of(mentions, thread)]

    groups = [
        (name, name) for name in GROUPS if name in responses and 1 < responses[name].nunique() <= MAX_GROUPS
    ]
    controls = {
        "platform": present(responses, "platform"),
        "by": [("nothing", ""), *groups],
        "within": [(span, span) for span in sorted(WITHIN, key=lambda span: span != "24h")],
    }
    if mentions is None:
        return explore(controls, draw)
    controls |= {"wait": [(name, name) for name in ("still open", "answered")], "thread": NO_MESSAGE}
    return explore(controls, draw, narrow=narrow)


def retention(activity: pd.DataFrame) -> Explorer:
    """See who comes back, by period or by cohort, and whether the crowd grows.

    Parameters
    ----------
    activity : DataFrame
        From `activity`.

    Returns
    -------
    Explorer
        Controls question and retained ("on": in that very period, "after": then or later; of cohorts only);
        below them the figure and its table.

    Examples
    --------
    >>> import insight as ins
    >>> seen = retention(ins.activity(ins.example(), burn_in="0D"))
    >>> seen.controls["question"].value = "growth"
    >>> seen.output.outputs[0]["data"]["text/plain"]
    'Does the crowd grow?'
    """
    from insight import plots
    from insight.staying import growth, repeat_rate, retention

    def draw(*, question: str, retained: str) -> list[Any]:
        if question == "repeat rate":
            table = repeat_rate(activity)
            return [plots.repeat_rate(table), table]
        if question == "growth":
            table = growth(activity)
            return [plots.growth(table), table]
        cohorts = retention(activity, kind="after" if retained == "after" else "on")
        pooled = cohorts[cohorts["cohort"] == "all"]
        view: Literal["curve", "table"] = "curve" if question == "pooled newcomers" else "table"
        return [plots.retention(cohorts, view=view), pooled.drop(columns=["cohort", "complete"])]

    questions = ("repeat rate", "newcomers by cohort", "pooled newcomers", "growth")
    controls = {
        "question": [(name, name) for name in questions],
        "retained": [("on", "on"), ("after", "after")],
    }
    return explore(controls, draw)
