"""Topics over time and by group: shares with intervals, false discovery control, change points, words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from insight.mentions import InsightError, need_columns
from insight.periods import calendar
from insight.statistics import benjamini_hochberg, wilson
from insight.topics.result import Topics

Counts = npt.NDArray[np.int64]

_SURE = 0.05


def topics_over_time(
    mentions: pd.DataFrame,
    topics: Topics,
    *,
    period: str = "month",
    tz: str = "UTC",
    n_words: int = 5,
) -> pd.DataFrame:
    """Count how many people speak of each topic in each period, and say where that changed.

    Parameters
    ----------
    mentions : DataFrame
        The table (or a part of it) that the topics were fitted to: mention_id, created_at, author_id. Rows
        without a date or unknown to the topics are left out.
    topics : Topics
        As fitted.
    period : {'day', 'week', 'month'}
        Calendar periods; weeks begin on Monday.
    tz : str
        Time zone of the calendar.
    n_words : int
        Telling words of each topic in each period; 0 leaves them out.

    Returns
    -------
    DataFrame
        One row a topic x period, empty ones included: topic, name, period (start in UTC), n (messages),
        n_people, total (people of the period; messages where no author is known), share (of total), low, high
        (95 %, Wilson), p_adjusted (that the period's share is that of the other periods; Benjamini and
        Hochberg over all rows), change (a lasting change of level begins here), words (list).

    Raises
    ------
    InsightError
        If no row has a date and a topic.

    Notes
    -----
    The test is binomial, given how many people ever speak of the topic. Change points are found by binary
    segmentation with the likelihood ratio of a binomial share, Bonferroni within a topic, Benjamini and
    Hochberg over the topics at 5 %.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> days = pd.date_range("2025-01-01", periods=14, freq="4D", tz="UTC")
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for what in ("the kettle leaks", "where is my refund") for word in when]
    >>> rows = {"mention_id": [str(n) for n in range(14)], "text": texts, "created_at": days}
    >>> mentions = pd.DataFrame(rows)
    >>> trend = topics_over_time(mentions, fit_topics(mentions, n_topics=2), n_words=1)
    >>> trend.loc[trend["topic"] == 0, ["n", "total", "words"]].values.tolist()
    [[7, 8, ['kettle']], [0, 6, []]]
    """
    rows = _joined(mentions, topics, "created_at")
    instants = pd.to_datetime(rows["created_at"], utc=True)
    laid = calendar(instants.min(), instants.max(), period=period, tz=tz)
    rows["group"] = laid.starts.searchsorted(instants, side="right") - 1
    table, people = _counted(rows, topics, len(laid.starts), n_words)
    table.insert(2, "period", laid.starts[table.pop("group")])
    change = _change_points(people.counts, people.totals)
    table.insert(len(table.columns) - 1, "change", change.ravel())
    return table


def topics_by(
    mentions: pd.DataFrame, topics: Topics, *, by: str = "platform", n_words: int = 5
) -> pd.DataFrame:
    """Compare how many people of each group speak of each topic.

    Parameters
    ----------
    mentions : DataFrame
        The table (or a part of it) that the topics were fitted to: mention_id, author_id and the column `by`.
        Rows without a group or unknown to the topics are left out.
    topics : Topics
        As fitted.
    by : str
        Column of `mentions` that holds the group, such as platform, channel, lang or brand.
    n_words : int
        Telling words of each topic in each group; 0 leaves them out.

    Returns
    -------
    DataFrame
        One row a topic x group: topic, name, group, n (messages), n_people, total (people of the group;
        messages where no author is known), share (of total), low, high (95 %, Wilson), p_adjusted (that the
        group's share is that of the others), words (list).

    Raises
    ------
    InsightError
        If there is no such column, or no row has a group and a topic.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for what in ("the kettle leaks", "where is my refund") for word in when]
    >>> rows = {"mention_id": [str(n) for n in range(14)], "text": texts, "platform": ["x"] * 10 + ["m"] * 4}
    >>> mentions = pd.DataFrame(rows)
    >>> table = topics_by(mentions, fit_topics(mentions, n_topics=2), by="platform")
    >>> table.loc[table["topic"] == 0, ["group", "n", "total"]].values.tolist()
    [['m', 0, 4], ['x', 7, 10]]
    """
    rows = _joined(mentions, topics, by)
    groups = pd.Categorical(rows[by].astype(str))
    rows["group"] = groups.codes.astype(np.int64)
    table, _ = _counted(rows, topics, len(groups.categories), n_words)
    table.insert(2, "group", groups.categories.astype(object)[table.pop("group")])
    return table


@dataclass(frozen=True)
class _People:
    """Units (people, or messages where no author is known) by topic and group, and all units of a group."""

    counts: Counts
    totals: Counts


def _joined(mentions: pd.DataFrame, topics: Topics, column: str) -> pd.DataFrame:
    need_columns(mentions, "mentions", sorted({"mention_id", column}))
    if not hasattr(topics, "assignments"):
        raise InsightError(f"topics is a {type(topics).__name__}. Pass what fit_topics returns.")
    ids = topics.assignments["mention_id"].astype(object)
    place = pd.Series(np.arange(len(ids)), index=ids)
    rows = pd.DataFrame(
        {
            "row": mentions["mention_id"].astype(object).map(place).to_numpy(),
            "author": mentions["author_id"].to_numpy() if "author_id" in mentions else None,
            column: mentions[column].array,
        }
    )
    kept = rows["row"].notna() & rows[column].notna()
    rows = rows[kept].astype({"row": np.int64}).reset_index(drop=True)
    if rows.empty:
        raise InsightError(
            f"none of the {len(mentions)} rows has a {column} and is among the {len(ids)} messages that the "
            "topics were fitted to. Pass the table that fit_topics was given."
        )
    return rows


def _counted(rows: pd.DataFrame, topics: Topics, n_groups: int, n_words: int) -> tuple[pd.DataFrame, _People]:
    """Return one row a topic x group in the order of topics.table, `group` as a number."""
    numbers = topics.table["topic"].tolist()
    rank = pd.Series(np.arange(len(numbers)), index=numbers)
    topic = rank.loc[topics.assignments["topic"].to_numpy()[rows["row"]]].to_numpy()
    cell = topic * n_groups + rows["group"].to_numpy()
    shape = (len(numbers), n_groups)
    n = np.bincount(cell, minlength=shape[0] * shape[1])
    author = pd.factorize(rows["author"])[0]
    known = author >= 0
    if known.any():
        people = _distinct(cell[known], author[known], shape[0] * shape[1])
        totals = _distinct(rows["group"].to_numpy()[known], author[known], n_groups)
    else:
        people, totals = n, np.bincount(rows["group"], minlength=n_groups)
    of_topic = people.reshape(shape)
    total = np.tile(totals, shape[0])
    low, high = wilson(people, total)
    table = pd.DataFrame(
        {
            "topic": np.repeat(numbers, n_groups),
            "name": np.repeat(topics.table["name"].to_numpy(), n_groups),
            "group": np.tile(np.arange(n_groups), shape[0]),
            "n": n,
            "n_people": people if known.any() else 0,
            "total": total,
            "share": np.divide(people, total, out=np.full(len(total), np.nan), where=total > 0),
            "low": low,
            "high": high,
            "p_adjusted": benjamini_hochberg(_surprise(of_topic, totals).ravel()),
            "words": _words(topics, rows["row"].to_numpy(), cell, len(total), n_words),
        }
    )
    return table, _People(of_topic, totals)


def _distinct(cell: Counts, author: Counts, n_cells: int) -> Counts:
    pairs = np.unique(cell * (int(author.max()) + 1) + author)
    return np.bincount(pairs // (int(author.max()) + 1), minlength=n_cells)


def _surprise(counts: Counts, totals: Counts) -> npt.NDArray[np.float64]:
    """Return two-sided binomial p-values that a group has its due part of a topic's people."""
    everyone = counts.sum(axis=1, keepdims=True)
    due = np.broadcast_to(totals / max(totals.sum(), 1), counts.shape)
    above = np.where(counts > 0, special.bdtrc(np.maximum(counts - 1, 0), everyone, due), 1.0)
    below = special.bdtr(counts, everyone, due)
    return np.where(everyone > 0, np.minimum(1.0, 2 * np.minimum(above, below)), 1.0)


def _words(topics: Topics, row: Counts, cell: Counts, n_cells: int, n_words: int) -> list[list[str]]:
    """Return each cell's heaviest terms by class-based TF-IDF; one sparse product for all cells."""
    if n_words < 1:
        return [[] for _ in range(n_cells)]
    held, terms = topics.words
    member = sparse.csr_array((np.ones(len(row), np.float32), (cell, row)), shape=(n_cells, held.shape[0]))
    counts = sparse.csr_array(member @ held)
    counts.sort_indices()
    overall = np.bincount(counts.indices, weights=counts.data, minlength=len(terms))
    mean = counts.data.sum() / max(n_cells, 1)
    weight = counts.data * np.log1p(mean / np.maximum(overall[counts.indices], 1))
    of = np.repeat(np.arange(n_cells), np.diff(counts.indptr))
    order = np.argsort(of - weight / (2 * weight.max(initial=1)), kind="stable")  # one key: cell, then weight
    found = np.arange(len(order)) - np.repeat(counts.indptr[:-1], np.diff(counts.indptr))
    best = order[found < n_words]
    split = np.cumsum(np.minimum(np.diff(counts.indptr), n_words))[:-1]
    return [part.tolist() for part in np.split(terms[counts.indices[best]], split)]


def _change_points(counts: Counts, totals: Counts) -> npt.NDArray[np.bool_]:
    """Mark the periods in which a topic's share takes a new level."""
    changed = np.zeros(counts.shape, dtype=bool)
    segments = [(topic, 0, counts.shape[1]) for topic in range(counts.shape[0])]
    while segments:
        found = [_split(counts[topic, start:end], totals[start:end]) for topic, start, end in segments]
        sure = benjamini_hochberg([p for _, p in found]) < _SURE
        ahead = []
        for (topic, start, end), (at, _), is_sure in zip(segments, found, sure, strict=True):
            if is_sure:
                changed[topic, start + at] = True
                ahead += [(topic, start, start + at), (topic, start + at, end)]
        segments = ahead
    return changed


def _split(k: Counts, n: Counts) -> tuple[int, float]:
    """Return the likeliest place of one change of a binomial share, and its p-value over all places."""
    if len(k) < 2 or not k.any():
        return 0, 1.0
    left_k, left_n = np.cumsum(k)[:-1], np.cumsum(n)[:-1]
    right_k, right_n = k.sum() - left_k, n.sum() - left_n
    ratio = _likelihood(left_k, left_n) + _likelihood(right_k, right_n) - _likelihood(k.sum(), n.sum())
    at = int(np.round(ratio, 9).argmax())
    return at + 1, min(1.0, len(ratio) * float(special.chdtrc(1, 2 * max(float(ratio[at]), 0.0))))


def _likelihood(k: npt.ArrayLike, n: npt.ArrayLike) -> npt.NDArray[np.float64]:
    k, n = np.asarray(k, float), np.asarray(n, float)
    return special.xlogy(k, k) + special.xlogy(n - k, n - k) - special.xlogy(n, n)
