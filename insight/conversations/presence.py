"""Who says what to whom, when and how often; and in which conversations the brand is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import shares
from insight.stats.comparison import benjamini_hochberg
from insight.stats.periods import Period, local_period
from insight.timeline.brands import is_brand_message
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.threads import parent_rows

_CELL = ["author_id", "side", "to_id", "to_side", "topic", "period"]


def ledger(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    *,
    period: Period = "month",
    tz: str = "UTC",
) -> pd.DataFrame:
    """Count who says what, when, to whom and how often.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table, every side and reposts included.
    assignments : DataFrame, optional
        `Topics.assignments`: what is said.
    period : {'day', 'week', 'month', 'quarter'}
        Calendar periods in `tz`.
    tz : str
        Time zone of the calendar.

    Returns
    -------
    DataFrame
        One row a cell that is not empty: authors by their first message, then by addressee, topic and period.

        - author_id, side : who speaks; missing for deleted accounts
        - to_id, to_side : whose message it answers; without one in the table, to_side is 'brand' where it was
          sent to the brand and 'anyone' otherwise
        - topic : Int64; missing without `assignments`, -1 in no topic
        - period : its first moment, on the calendar of `tz`; NaT where undated
        - n : messages

        The n sum to the rows of the table. `groupby("author_id")["n"].sum()` are the loudest,
        `groupby(["author_id", "to_id"])` says who replies to whom.

    Examples
    --------
    >>> import insight as ins
    >>> ledger(ins.example())[["author_id", "to_id", "period", "n"]].head(3)
      author_id to_id     period  n
    0       ann  acme 2025-01-01  1
    1       ann  None 2025-01-01  1
    2       ann  None 2025-02-01  1
    """
    need_columns(mentions, "mentions", ["mention_id", "author_id", "side", "addressed", "created_at"])
    ordered = timeline(mentions, undated=True)
    parents = parent_rows(ordered)
    parent = ordered[["author_id", "side"]].astype(object).iloc[np.maximum(parents, 0)].reset_index(drop=True)
    known = parents >= 0
    sent = ordered["addressed"].fillna(False).to_numpy(bool)
    table = pd.DataFrame(
        {
            "author_id": ordered["author_id"].astype(object),
            "side": ordered["side"].astype(object),
            "to_id": parent["author_id"].where(known, None),
            "to_side": parent["side"].where(known, np.where(sent, "brand", "anyone")),
            "topic": _topics(ordered["mention_id"], assignments),
            "period": local_period(ordered["created_at"], period=period, tz=tz),
        }
    )
    first = pd.Series(np.arange(len(table)), table["author_id"]).groupby(level=0).min()
    keys = ["from_rank", "side", "to_rank", "to_side", "topic", "period"]
    ranked = table.assign(
        from_rank=table["author_id"].map(first).fillna(len(table)),
        to_rank=table["to_id"].map(first).fillna(len(table)),
    )
    counted = ranked.groupby(keys, dropna=False, as_index=False).agg(
        author_id=("author_id", "first"), to_id=("to_id", "first"), n=("side", "size")
    )
    return counted.sort_values(keys, ignore_index=True)[[*_CELL, "n"]]


def _topics(ids: pd.Series, assignments: pd.DataFrame | None) -> pd.Series:
    if assignments is None:
        return pd.Series(pd.NA, index=ids.index, dtype="Int64")
    need_columns(assignments, "assignments", ["mention_id", "topic"])
    topic = assignments.drop_duplicates("mention_id").set_index("mention_id")["topic"]
    return ids.map(topic).astype("Int64")


def presence(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    *,
    brand: str | None = None,
    names: pd.Series | None = None,
    min_threads: int = 10,
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """Count the conversations in which the brand speaks, and the topics that it stays out of.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    assignments : DataFrame, optional
        `Topics.assignments`, to compare topics. A conversation is about the topic of its first message that
        has one.
    brand : str, optional
        Whose presence; by default that of any brand that speaks in the table.
    names : Series, optional
        Names of the topics by number, such as `topics.table.set_index("topic")["name"]`.
    min_threads : int
        Fewest conversations of a topic that can be a blank spot.
    false_discovery : float
        Greatest share of chance finds among the blank spots.

    Returns
    -------
    DataFrame
        The first row is all conversations (topic missing), then topics by size.

        - topic, name : Int64 and its name, "all" for the first row
        - n : conversations in which people speak; n_present : those with the brand
        - share, low, high : n_present / n with Wilson's 95 % interval
        - n_missed : n - n_present, the conversations that went on without the brand
        - p_adjusted : chance of so few, over all topics with `min_threads` conversations
        - blank : the brand is in fewer of these conversations than in the others, significantly

    Notes
    -----
    A conversation is a thread (`conversation_id`), or a message that has none; threads of brands alone,
    reposts and agents' notes do not count. Blank spots: one-sided Fisher's
    exact test of the topic against all others, Benjamini and Hochberg (1995).

    Examples
    --------
    >>> import insight as ins
    >>> presence(ins.example())[["name", "n", "n_present", "share"]]
      name  n  n_present     share
    0  all  7          3  0.428571
    """
    need_columns(mentions, "mentions", ["mention_id", "conversation_id", "side", "kind", "brand"])
    ordered = timeline(mentions, undated=True)
    ordered = ordered[~is_repost(ordered) & (ordered["kind"] != "note").to_numpy(bool)]
    people = by_people(ordered)
    own = (ordered["role"] == "brand").to_numpy(bool) if brand is None else is_brand_message(ordered, brand)
    thread = ordered["thread"]
    topic = _topics(ordered["mention_id"], assignments)
    messages = pd.DataFrame({"thread": thread, "topic": topic.mask(topic < 0)})[people]
    about = messages.groupby("thread", sort=False)["topic"].first().astype("Int64")
    present = about.index.isin(set(thread[own]))
    by_topic = pd.DataFrame({"topic": about.array, "present": present}).groupby("topic")["present"]
    counts = by_topic.agg(n="size", n_present="sum").reset_index()
    counts = counts.sort_values(["n", "topic"], ascending=[False, True])
    whole = pd.DataFrame({"topic": [pd.NA], "n": [len(about)], "n_present": [int(present.sum())]})
    table = pd.concat([whole, counts], ignore_index=True).astype(
        {"topic": "Int64", "n": "int64", "n_present": "int64"}
    )
    labels = table["topic"].map(names) if names is not None else table["topic"].astype("str")
    p_adjusted = _by_luck(table, min_threads)
    return pd.DataFrame(
        {
            "topic": table["topic"],
            "name": labels.astype(object).mask(table["topic"].isna(), "all").astype("str"),
            "n": table["n"],
            "n_present": table["n_present"],
            **shares(table["n_present"], table["n"], min_people=1).columns(),
            "n_missed": table["n"] - table["n_present"],
            "p_adjusted": p_adjusted,
            "blank": p_adjusted <= false_discovery,
        }
    )


def _by_luck(table: pd.DataFrame, min_threads: int) -> np.ndarray:
    from scipy.stats import hypergeom

    whole = table.iloc[0]
    tested = (table["topic"].notna() & (table["n"] >= min_threads)).to_numpy(bool)
    found = np.full(len(table), np.nan)
    few = hypergeom.cdf(table["n_present"], whole["n"], whole["n_present"], table["n"])
    found[tested] = benjamini_hochberg(few[tested])
    return found
