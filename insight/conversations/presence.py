"""Who says what to whom, when and how often; and in which conversations the brand is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns
from insight.stats import MIN_PEOPLE, compare, shares
from insight.stats.comparison import benjamini_hochberg
from insight.stats.periods import Period, local_period
from insight.timeline.brands import is_brand_message
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline
from insight.timeline.threads import parent_rows
from insight.timeline.topics_of import topics_of

LEVEL = 0.05
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
            "topic": topics_of(ordered["mention_id"], assignments),
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


def presence(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame | None = None,
    *,
    brand: str | None = None,
    names: pd.Series | None = None,
    min_people: int = MIN_PEOPLE,
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
    min_people : int
        Fewest people who opened conversations of a topic; of fewer no share is given.
    false_discovery : float
        Greatest share of chance finds among the blank spots.

    Returns
    -------
    DataFrame
        The first row is all conversations (topic missing), then topics by size.

        - topic, name : Int64 and its name, "all" for the first row
        - n : conversations in which people speak; n_present : those with the brand
        - share, low, high : n_present / n (95 %, by the people who opened the conversations)
        - n_missed : n - n_present, the conversations that went on without the brand
        - p_adjusted : chance of so few, over all topics whose conversations enough people opened
        - blank : the brand is in fewer of these conversations than in the others, significantly

    Notes
    -----
    A conversation is a thread (`conversation_id`), or a message that has none; threads of brands alone,
    reposts and agents' notes do not count. Blank spots: `insight.stats.compare` of the topic with all other
    conversations, by people, and Fisher's exact test, whichever says less; Benjamini and Hochberg (1995).

    Examples
    --------
    >>> import insight as ins
    >>> presence(ins.example(), min_people=1)[["name", "n", "n_present", "share"]]
      name  n  n_present     share
    0  all  7          3  0.428571
    """
    need_columns(mentions, "mentions", ["mention_id", "conversation_id", "side", "kind", "brand"])
    ordered = timeline(mentions, undated=True)
    ordered = ordered[~is_repost(ordered) & (ordered["kind"] != "note").to_numpy(bool)]
    people = by_people(ordered)
    own = (ordered["role"] == "brand").to_numpy(bool) if brand is None else is_brand_message(ordered, brand)
    thread = ordered["thread"]
    topic = topics_of(ordered["mention_id"], assignments)
    messages = pd.DataFrame({"thread": thread, "topic": topic.mask(topic < 0), "who": ordered["author_id"]})
    opened = messages[people].groupby("thread", sort=False)
    who = opened["who"].nth(0).array  # of the first message, whether signed or not
    about = opened["topic"].first().astype("Int64")
    present = about.index.isin(set(thread[own]))
    table, code = _by_topic(about, present)
    named = code > 0
    parts = [
        shares(present, by=who, min_people=min_people),
        shares(
            present[named], by=who[named], groups=code[named] - 1, n_groups=len(table) - 1,
            min_people=min_people,
        ),
    ]  # fmt: skip
    labels = table["topic"].map(names) if names is not None else table["topic"].astype("str")
    table.insert(1, "name", labels.astype(object).mask(table["topic"].isna(), "all").astype("str"))
    tested = np.r_[False, parts[1].n_people >= min_people]
    p_adjusted = _chances(table, tested, present, code, who)
    return table.assign(
        **{name: np.r_[value, parts[1].columns()[name]] for name, value in parts[0].columns().items()},
        n_missed=table["n"] - table["n_present"],
        p_adjusted=p_adjusted,
        blank=p_adjusted <= false_discovery,
    )


def _chances(
    table: pd.DataFrame, tested: np.ndarray, present: np.ndarray, code: np.ndarray, who: np.ndarray
) -> np.ndarray:
    """Return the chance of so few conversations with the brand: for independent ones, and by people.

    People who open many conversations can only make a chance greater, so those that are small are looked at
    by people as well, which takes longer.
    """
    from scipy.stats import hypergeom

    whole = table.iloc[0]
    chance = hypergeom.cdf(table["n_present"], whole["n"], whole["n_present"], table["n"])
    for row in np.flatnonzero(tested & (chance <= LEVEL)):
        found = compare(present, code == row, people=who, unit="rows", min_expected=0)
        chance[row] = max(chance[row], found.p_value[0] if found.tested[0] else 1.0)
    adjusted = np.full(len(chance), np.nan)
    adjusted[tested] = benjamini_hochberg(chance[tested])
    return adjusted


def _by_topic(about: pd.Series, present: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Count all conversations, and those of each topic by size; return the row of each, 0 without a topic."""
    counts = pd.DataFrame({"topic": about.array, "present": present}).groupby("topic")["present"]
    by_size = counts.agg(n="size", n_present="sum").reset_index()
    by_size = by_size.sort_values(["n", "topic"], ascending=[False, True])
    whole = pd.DataFrame({"topic": [pd.NA], "n": [len(about)], "n_present": [int(present.sum())]})
    table = pd.concat([whole, by_size], ignore_index=True)
    table = table.astype({"topic": "Int64", "n": "int64", "n_present": "int64"})
    place = pd.Series(table.index[1:], index=table["topic"].iloc[1:].astype("int64"))
    return table, about.astype("Float64").map(place).fillna(0).to_numpy(np.int64)
