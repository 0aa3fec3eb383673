"""Compare two streams of talk: what one says more than the other, and whether that is significant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from insight.mentions import InsightError, need_columns
from insight.stats import MIN_PEOPLE
from insight.stats.comparison import benjamini_hochberg
from insight.text.distinctive import compare_items, find_terms
from insight.timeline.engine import duration
from insight.timeline.own_words import own_words

_COLUMNS = [
    "kind", "item", "group", "n", "n_with", "n_other", "n_other_with", "share", "share_other",
    "share_low", "share_high", "share_other_low", "share_other_high", "log_odds", "low", "high",
    "p_adjusted", "significant",
]  # fmt: skip


def compare_streams(
    mentions: pd.DataFrame,
    signals: pd.DataFrame | None = None,
    *,
    by: str | Sequence[object] = "addressed",
    assignments: pd.DataFrame | None = None,
    names: pd.Series | None = None,
    min_people: int = 5,
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """Compare streams by the words, topics and signals that their people use.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. Brand and other sides, and reposts, are left out.
    signals : DataFrame or None
        As `find_signals` returns it; None compares no signals.
    by : str or sequence
        A column ("addressed": wild v. sent to the brand; "channel"; "brand") or one label a row of
        `mentions`, for periods, niches or anything else. Rows without a label are left out.
    assignments : DataFrame or None
        `Topics.assignments`; None compares no topics.
    names : Series or None
        Name of each topic, indexed by its number.
    min_people : int
        Fewest people of a stream who must use an item for it to be listed.
    false_discovery : float
        Greatest share of chance findings among those called significant.

    Returns
    -------
    DataFrame
        One row a stream x item that its people use more than all others, strongest first within a kind.

        - kind : word, topic or signal; item : str; group : str, the stream
        - n, n_with : people of the stream, and those of them who use the item; n_other, n_other_with : the
          same for all other streams
        - share, share_other : mean, over the people of a stream, of the share of their messages with the
          item; missing of fewer than ten people; share_low, share_high, share_other_low, share_other_high :
          their 95 % intervals
        - log_odds, low, high : log odds ratio of the two with its 95 % interval
        - p_adjusted : one-sided chance of such a difference without one, over all rows and kinds
        - significant : bool, p_adjusted at most `false_discovery`

        `attrs["significant"]` counts these rows; 0 says: no clear difference.

    Raises
    ------
    InsightError
        If the column is missing, the labels do not fit the rows, or there are not two streams.

    Notes
    -----
    A share of messages, each person weighing the same: it does not rise when people of one stream write more
    each. Log odds with an informative Dirichlet prior, the pooled use, worth ten people (Monroe, Colaresi and
    Quinn 2008), at the effective number of people; tests by people and conversations
    (`insight.stats.compare`); Benjamini and Hochberg (1995).

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> texts = ["the lid leaks"] * 9 + ["the taste is fine"] * 9
    >>> people = {"mention_id": [str(i) for i in range(18)], "author_id": [f"a{i}" for i in range(18)]}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": texts, "addressed": [True] * 9 + [False] * 9}))
    >>> found = compare_streams(mentions)
    >>> found.loc[found["significant"], ["group", "item", "n_with"]].values.tolist()
    [['addressed', 'leaks', 9], ['addressed', 'lid', 9], ['wild', 'fine', 9], ['wild', 'taste', 9]]
    """
    said = own_words(mentions).assign(group=_labels(mentions, by))
    said = said[said["group"].notna()].sort_values("mention_id", ignore_index=True)
    groups = sorted(said["group"].unique())
    if len(groups) < 2:
        raise InsightError(
            f"two streams are needed to compare; found {groups}. Pass another column or labels as by=."
        )
    tables = [_words(said, min_people)]
    if assignments is not None:
        topic = said["mention_id"].map(assignments.set_index("mention_id")["topic"])
        about = pd.DataFrame({"row": said.index, "item": topic})[topic.fillna(-1) >= 0]
        tables.append(_items(about, said, "topic", min_people, names))
    if signals is not None:
        need_columns(signals, "signals", ["mention_id", "signal"])
        rows = pd.Series(said.index, index=said["mention_id"])
        voiced = signals[["mention_id", "signal"]].astype({"signal": "str"}).drop_duplicates()
        voiced = voiced.assign(row=voiced["mention_id"].map(rows)).dropna(subset="row")
        tables.append(_items(voiced.rename(columns={"signal": "item"}), said, "signal", min_people, None))
    found = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    found["p_adjusted"] = benjamini_hochberg(found["p_value"])
    found = found[found["log_odds"] > 0].reset_index(drop=True)
    for name, n in (("share", "n"), ("share_other", "n_other")):
        own = [name, f"{name}_low", f"{name}_high"]
        found[own] = found[own].where(found[n] >= MIN_PEOPLE)
    found["significant"] = found["p_adjusted"] <= false_discovery
    found = found[_COLUMNS]
    found.attrs["significant"] = int(found["significant"].sum())
    return found


def emerging(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    window: str | pd.Timedelta = "28D",
    names: pd.Series | None = None,
    min_people: int = 5,
    false_discovery: float = 0.05,
) -> pd.DataFrame:
    """List the words and topics that people use more lately than before.

    Parameters
    ----------
    mentions, assignments : DataFrame
        The mentions table and `Topics.assignments`.
    window : str or Timedelta
        Length of "lately", counted back from the last message, with its unit.
    names : Series or None
        Name of each topic, indexed by its number.
    min_people : int
        Fewest people who must use a word or topic lately.
    false_discovery : float
        Greatest share of chance findings among those called significant.

    Returns
    -------
    DataFrame
        The rows of `compare_streams` for the recent days, and first_seen (datetime of the first message with
        the topic; missing for words) and new (bool: none of the earlier people used it). What belongs to no
        topic is for reading: `pick_quotes(..., topic=-1, voicing=None)` draws it at random.

    Raises
    ------
    InsightError
        If no message is dated, or all are within the recent days.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> texts = ["hello there"] * 30 + ["the lid leaks"] * 9
    >>> when = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(range(39), unit="D") * 3
    >>> people = {"mention_id": [str(i) for i in range(39)], "author_id": [f"a{i}" for i in range(39)]}
    >>> mentions = as_mentions(pd.DataFrame({**people, "text": texts, "created_at": when}))
    >>> topics = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": -1})
    >>> emerging(mentions, topics, window="26D")[["item", "n_with", "new"]].values.tolist()
    [['leaks', 9, True], ['lid', 9, True]]
    """
    need_columns(mentions, "mentions", ["mention_id", "created_at"])
    dated = mentions[mentions["created_at"].notna()]
    since = dated["created_at"].max() - duration(window, name="window")
    recent = np.where(dated["created_at"] > since, "lately", "before")
    found = compare_streams(
        dated,
        by=recent.tolist(),
        assignments=assignments,
        names=names,
        min_people=min_people,
        false_discovery=false_discovery,
    )
    found = found[found["group"] == "lately"].reset_index(drop=True)
    topic = dated["mention_id"].map(assignments.set_index("mention_id")["topic"])
    first = dated["created_at"].groupby(topic).min()
    first.index = _names(first.index, names)
    found["first_seen"] = found["item"].where(found["kind"] == "topic").map(first)
    found["new"] = found["n_other_with"] == 0
    found.attrs["significant"] = int(found["significant"].sum())
    return found


def _labels(mentions: pd.DataFrame, by: str | Sequence[object]) -> pd.Series:
    if isinstance(by, str):
        if by not in mentions.columns:
            raise InsightError(f"mentions have no column {by!r}; found {sorted(map(str, mentions.columns))}.")
        labels = mentions[by].astype(object)
    elif len(by) != len(mentions):
        raise InsightError(f"by holds {len(by):,} labels for {len(mentions):,} mentions; give one a row.")
    else:
        labels = pd.Series(np.asarray(by, dtype=object), index=mentions.index)
    spoken = {True: "addressed", False: "wild"} if isinstance(by, str) and by == "addressed" else {}
    return labels.map(lambda label: spoken.get(label, str(label)), na_action="ignore")


def _words(said: pd.DataFrame, min_people: int) -> pd.DataFrame:
    found = find_terms(said["text"])
    table = compare_items(
        found.uses,
        found.terms,
        people=said["person"],
        groups=said["group"],
        conversations=said.get("conversation_id"),
        min_people=min_people,
    )
    return table.rename(columns={"term": "item"}).assign(kind="word")


def _items(
    rows: pd.DataFrame, said: pd.DataFrame, kind: str, min_people: int, names: pd.Series | None
) -> pd.DataFrame:
    """Compare the streams by topic or signal; `rows` has the row of `said` and the item that it has."""
    column, items = pd.factorize(rows["item"], sort=True)
    shape = (len(said), len(items))
    table = compare_items(
        csr_array((np.ones(len(rows)), (rows["row"].to_numpy(np.int64), column)), shape=shape),
        np.asarray(items),
        people=said["person"],
        groups=said["group"],
        conversations=said.get("conversation_id"),
        min_people=min_people,
    )
    table["term"] = _names(table["term"], names)
    return table.rename(columns={"term": "item"}).assign(kind=kind)


def _names(items: pd.Series | pd.Index, names: pd.Series | None) -> list[str]:
    if names is not None:
        return [str(names.get(item, item)) for item in items]
    return [
        f"topic {int(item)}" if isinstance(item, (int, float, np.number)) else str(item) for item in items
    ]
