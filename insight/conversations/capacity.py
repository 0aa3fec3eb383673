"""Who still waits, oldest first; and how much comes in, is answered and stays open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.stats import shares
from insight.stats.periods import Period, all_periods, local_period
from insight.timeline.desks import desk_like
from insight.timeline.rows import NEEDED, timeline

_LISTED = ["platform", "channel", "intent", "challenge", "n_messages", "asked_at", "wait_hours"]


def waiting_list(responses: pd.DataFrame, mentions: pd.DataFrame, *, everyone: bool = False) -> pd.DataFrame:
    """List the messages that no one has answered yet, the oldest first, without names.

    Parameters
    ----------
    responses : DataFrame
        `first_responses(mentions)`, better with intents.
    mentions : DataFrame
        The mentions table, for the words.
    everyone : bool
        Also list compliments, thanks and small talk; without intents everyone is listed in any case.

    Returns
    -------
    DataFrame
        One row a wait without an answer, longest first.

        - place : 1 for the longest
        - mention_id : the message that started the clock
        - person : 1 for the first person in the list, 2 for the next, ...; missing for deleted accounts
        - platform, channel, n_messages, asked_at, wait_hours : as in `responses`
        - intent, challenge : only where `responses` has them
        - text : what was written

        No pseudonym, name or link: those would let a reader follow a person.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> waiting_list(ins.first_responses(mentions), mentions)[["place", "person", "text"]].head(3)
       place  person                                   text
    0      1       1                          Sent. Thanks!
    1      2       2           How do I descale the kettle?
    2      3       3  Third time I ask: where is my refund?
    """
    need_columns(responses, "responses", ["mention_id", "author_id", "responded", "asked_at", "wait_hours"])
    need_columns(mentions, "mentions", ["mention_id", "text"])
    waiting = responses[~responses["responded"].astype(bool)]
    if "needs_answer" in waiting.columns and not everyone:
        waiting = waiting[waiting["needs_answer"].astype(bool)]
    desks = desk_like(timeline(mentions))["author_id"] if set(NEEDED) <= set(mentions.columns) else []
    waiting = waiting[~waiting["author_id"].isin(desks).to_numpy()]
    waiting = waiting.sort_values(["asked_at", "mention_id"], kind="stable", ignore_index=True)
    person = pd.Series(pd.factorize(waiting["author_id"])[0] + 1, dtype="Int64")
    words = mentions.drop_duplicates("mention_id").set_index("mention_id")["text"]
    listed = waiting[[name for name in _LISTED if name in waiting.columns]]
    listed = listed.assign(text=waiting["mention_id"].map(words))
    listed.insert(0, "place", np.arange(1, len(waiting) + 1))
    listed.insert(1, "mention_id", waiting["mention_id"])
    listed.insert(2, "person", person.mask(person == 0))
    return listed


def capacity(responses: pd.DataFrame, *, period: Period = "week", tz: str = "UTC") -> pd.DataFrame:
    """Set what comes in against what is answered, and follow the backlog.

    Parameters
    ----------
    responses : DataFrame
        `first_responses`; keep the rows with `needs_answer` where it has them.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a period, also those in which nothing came.

        - period : its first moment, on the calendar of `tz`
        - n_in : waits that began; n_out : waits that an answer ended, whenever they began
        - backlog : those still open at the end of the period: backlog before + n_in - n_out, exactly
        - load : n_in / n_out; above 1 the backlog grows; infinite where nothing was answered
        - n_answered : of n_in, those answered by the end of the archive; share, low, high : n_answered / n_in
          with its 95 % interval, by people; missing of fewer than ten people
        - n_people : different people who began to wait
        - complete : the period ends before the archive does

    Notes
    -----
    Only an answer takes a wait out of the backlog: who was never answered stays in it. When the number of
    people who ask grows and `n_out` by person falls, the audience outgrows the brand's answers.

    Examples
    --------
    >>> import insight as ins
    >>> waits = ins.first_responses(ins.example())
    >>> capacity(waits, period="month")[["period", "n_in", "n_out", "backlog"]]
          period  n_in  n_out  backlog
    0 2025-01-01     4      2        2
    1 2025-02-01     2      0        4
    2 2025-03-01     1      0        5
    """
    columns = ["author_id", "asked_at", "answered_at", "responded", "watched_hours"]
    need_columns(responses, "responses", columns)
    if not len(responses):
        raise InsightError("responses is empty: no one waited, so there is no load to measure.")
    asked = local_period(responses["asked_at"], period=period, tz=tz)
    answered = local_period(responses["answered_at"], period=period, tz=tz)
    end = (responses["asked_at"] + pd.to_timedelta(responses["watched_hours"], unit="h")).max()
    last = local_period(pd.Series([end]), period=period, tz=tz)
    periods = all_periods(pd.concat([asked, last]), period=period)
    table = pd.DataFrame({"period": periods})
    responded = responses["responded"].to_numpy(bool)
    for name, counts in {
        "n_in": asked.value_counts(),
        "n_out": answered.value_counts(),
        "n_answered": asked[responded].value_counts(),
        "n_people": responses["author_id"].groupby(asked).nunique(),
    }.items():
        table[name] = counts.reindex(periods, fill_value=0).to_numpy("int64")
    found = shares(
        responded,
        by=responses["author_id"],
        groups=pd.DatetimeIndex(periods).get_indexer(asked),
        n_groups=len(periods),
    )
    table = table.assign(backlog=(table["n_in"] - table["n_out"]).cumsum(), **found.columns())
    with np.errstate(divide="ignore", invalid="ignore"):
        table["load"] = table["n_in"].to_numpy() / table["n_out"].to_numpy()
    table["complete"] = table["period"] < last.iloc[0]
    names = ["period", "n_in", "n_out", "backlog", "load", "n_answered", "share", "low", "high"]
    return table[[*names, "n_people", "complete"]]
