"""What leavers say when they go."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import pandas as pd

from insight.mentions import need_columns
from insight.stats import shares
from insight.timeline import engine
from insight.timeline.histories import Histories, histories

_NO_TOPIC = -1


class TopicTables(Protocol):
    """The two tables of `fit_topics` that are read here."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a topic."""

    @property
    def assignments(self) -> pd.DataFrame:
        """One row a message."""


def exit_words(
    mentions: pd.DataFrame,
    signals: pd.DataFrame,
    *,
    topics: TopicTables | None = None,
    silence: str = "90D",
    n_quotes: int = 3,
    min_people: int = 10,
    as_of: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Gather the statements of leaving by topic, with the messages to quote and who really went.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    signals : DataFrame
        What `find_signals` returns; its rows of signal 'leaving' are read.
    topics : Topics, optional
        What `fit_topics` returns. Without it there is one row, for all.
    silence : str
        The silence after a statement that counts as gone.
    n_quotes : int
        How many messages to name a topic.
    min_people : int
        Shares of fewer people are missing; their counts stay.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.

    Returns
    -------
    DataFrame
        One row a topic, most people first: topic, name, n_statements (messages), n_people, share (of all who
        spoke of leaving), low, high, n_judged (people watched for `silence` after their last statement),
        n_gone (of them, wrote nothing more within it), gone, gone_low, gone_high, quotes (list of mention_id,
        surest statement first). `.attrs` has n_people, window, as_of, excluded, caveats.

    Notes
    -----
    To say that one leaves and to leave are two things; `gone` shows how often the second followed. The
    brand's own, bots' and deleted accounts' messages are left out.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> mentions = as_mentions(pd.DataFrame({
    ...     "mention_id": ["1", "2", "3"], "author_id": ["ann", "ben", "ann"],
    ...     "text": ["I am cancelling.", "Switching to Brastow, bye.", "Still here, it seems."],
    ...     "created_at": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-06-01"], utc=True),
    ... }))
    >>> signals = pd.DataFrame({"mention_id": ["1", "2"], "signal": "leaving", "probability": [0.9, 0.8]})
    >>> exit_words(mentions, signals)[["n_people", "n_judged", "n_gone", "quotes"]]
       n_people  n_judged  n_gone  quotes
    0         2         2       2  [1, 2]
    """
    need_columns(signals, "signals", ["mention_id", "signal", "probability"])
    line = histories(mentions, as_of=as_of)
    quiet = engine.duration(silence, name="silence").total_seconds()
    statements = _statements(line, signals, topics)
    statements["gone"], statements["judged"] = _went(line, statements["row"].to_numpy(int), quiet)
    n_people = statements["who"].nunique()
    rows = [
        _topic(topic, group, n_people, n_quotes, min_people) for topic, group in statements.groupby("topic")
    ]
    columns = ["topic", "n_statements", "n_people", "share", "low", "high", "n_judged", "n_gone", "gone",
               "gone_low", "gone_high", "quotes"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    order = np.lexsort((table["topic"], -table["n_people"], table["topic"] == _NO_TOPIC))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(1, "name", _names(table["topic"], topics))
    few = f"Only {n_people} people spoke of leaving; read them, count nothing."
    caveats = () if n_people >= min_people else (few,)
    table.attrs = line.attrs(caveats, n_people=n_people, silence=silence)
    return table


def _statements(line: Histories, signals: pd.DataFrame, topics: TopicTables | None) -> pd.DataFrame:
    leaving = signals[signals["signal"] == "leaving"]
    surest = leaving.groupby("mention_id")["probability"].max()
    row = pd.Index(line.mentions["mention_id"]).get_indexer(surest.index)
    statements = pd.DataFrame({"mention_id": surest.index, "probability": surest.to_numpy(float), "row": row})
    statements = statements[(statements["row"] >= 0)].sort_values("row", ignore_index=True)
    statements["who"] = line.person[statements["row"]]
    statements = statements[statements["who"] >= 0].reset_index(drop=True)
    if topics is None:
        return statements.assign(topic=_NO_TOPIC)
    assigned = topics.assignments.set_index("mention_id")["topic"]
    return statements.assign(topic=statements["mention_id"].map(assigned).fillna(_NO_TOPIC).astype(int))


def _went(line: Histories, rows: np.ndarray, quiet: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which statements nothing followed within `quiet` by the same person, and which can be judged."""
    return line.next_seconds()[rows] - line.seconds[rows] > quiet, line.seconds[rows] + quiet <= line.end


def _topic(
    topic: int, statements: pd.DataFrame, n_all: int, n_quotes: int, min_people: int
) -> tuple[object, ...]:
    last = statements.drop_duplicates("who", keep="last")
    n_judged, n_gone = int(last["judged"].sum()), int((last["judged"] & last["gone"]).sum())
    share = shares(len(last), n_all, min_people=min_people).first()
    gone = shares(n_gone, n_judged, min_people=min_people).first()
    quotes = statements.sort_values(["probability", "row"], ascending=[False, True]).drop_duplicates("who")
    return (
        topic, len(statements), len(last), *share, n_judged, n_gone, *gone,
        quotes["mention_id"].head(n_quotes).tolist(),
    )  # fmt: skip


def _names(numbers: pd.Series, topics: TopicTables | None) -> pd.Series:
    if topics is None:
        return pd.Series("all", index=numbers.index, dtype="str")
    names = topics.table.set_index("topic")["name"].astype(str)
    return numbers.map(names).fillna("no topic").astype("str")
