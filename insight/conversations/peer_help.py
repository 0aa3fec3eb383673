"""Help that customers give each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import is_repost, need_columns, place_of
from insight.stats import by_size, shares
from insight.stats.kaplan_meier import median_time
from insight.stats.periods import HOUR
from insight.timeline.persons import by_people
from insight.timeline.talk import linked_rows, take_rows
from insight.timeline.threads import first_help, in_private, parent_rows

from .intents import NEEDS_ANSWER, with_wants


def peer_help(mentions: pd.DataFrame, intents: pd.DataFrame, *, by: str = "channel") -> pd.DataFrame:
    """Count the questions that another customer answered, how soon, and whether anyone said thanks.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table.
    intents : DataFrame
        `intents` of the same mentions.
    by : str
        Column to compare; where it is missing, the platform stands in.

    Returns
    -------
    DataFrame
        First all questions ("all"), then each group by size.

        - group
        - n : questions (intent help) that others could read
        - n_helped : those that another person answered; share, low, high : n_helped / n, 95 % by
          askers; missing of fewer than ten
        - median_hours : half were helped by then, the others counted as waiting; missing if never
        - n_brand : those that the brand answered
        - n_before : those that a person answered and the brand did not, or later
        - n_thanked : those whose asker answered a helper with thanks or praise
        - n_helpers : different people who helped

    Notes
    -----
    Help is a direct answer that does not itself ask, complain or wish: "same here" is company, not help.
    Where the platform links no replies, it is the next message by another customer that does not.
    Whether it was right is not known. Stamps coarser than a minute count, but not in the hours.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents = ins.conversations.intents(mentions, ins.find_signals(mentions))
    >>> peer_help(mentions, intents)[["group", "n", "n_helped", "n_brand", "n_thanked"]]
       group  n  n_helped  n_brand  n_thanked
    0    all  3         1        1          1
    1   help  2         0        1          0
    2  forum  1         1        0          1
    """
    need_columns(mentions, "mentions", ["mention_id", "author_id", "side", "created_at", "platform", by])
    ordered, wants = with_wants(mentions, intents)
    ordered = ordered.assign(asks=wants.isin(NEEDS_ANSWER).to_numpy(bool))
    author = ordered["author_id"].to_numpy(object)
    public = by_people(ordered) & ~is_repost(ordered) & ~in_private(ordered)
    rows = np.flatnonzero(public & (wants == "help").to_numpy())
    named = ordered["author_id"].notna().to_numpy()
    can = by_people(ordered) & named & ~ordered["asks"].to_numpy(bool)
    peer, own = first_help(ordered, rows, helps=can), linked_rows(ordered, "answered_by")[rows]
    parents, moments = parent_rows(ordered), ordered["created_at"]
    helps = can & np.isin(parents, rows) & (author != author[parents])
    helps[peer[peer >= 0]] = True
    back = (parents >= 0) & helps[parents] & wants.isin(["thanks", "compliment"]).to_numpy()
    back &= named & (author == author[parents[np.maximum(parents, 0)]])
    place = place_of(ordered, by).to_numpy()
    helped_at = take_rows(moments, peer)
    table = pd.DataFrame(
        {
            "group": place[rows],
            "asker": author[rows],
            "helped": peer >= 0,
            "brand": own >= 0,
            "before": (peer >= 0) & ((own < 0) | (peer < own)),
            "thanked": np.isin(rows, parents[parents[back]]),
            "timed": ordered["time_precision"].isin(["s", "min"]).to_numpy()[rows],
            "hours": (helped_at.fillna(moments.max()) - moments.iloc[rows].array) / HOUR,
        }
    )
    given = pd.DataFrame({"group": place[parents[helps]], "helper": author[helps]})
    return pd.DataFrame(
        [_helped("all", table, given)]
        + [
            _helped(name, table[table["group"] == name], given[given["group"] == name])
            for name in by_size(table["group"])
        ]
    )


def _helped(name: str, part: pd.DataFrame, given: pd.DataFrame) -> dict[str, object]:
    timed = part[part["timed"] & (part["hours"] >= 0)]
    row = {"group": name, "n": len(part), "n_helped": int(part["helped"].sum())}
    row |= shares(part["helped"], by=part["asker"]).row()
    row |= {"median_hours": median_time(timed["hours"], timed["helped"])}
    row |= {f"n_{kind}": int(part[kind].sum()) for kind in ("brand", "before", "thanked")}
    return row | {"n_helpers": int(given["helper"].nunique())}
