"""Topics over time and by group: shares with intervals, false discovery control, change points, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from insight.mentions import InsightError, need_columns
from insight.stats import MIN_PEOPLE, compare, covered
from insight.stats.comparison import benjamini_hochberg, own_codes
from insight.stats.intervals import wilson
from insight.stats.periods import calendar

from .fitted import Topics

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SURE = 0.05


def topics_over_time(
    mentions: pd.DataFrame,
    topics: Topics,
    *,
    period: str = "month",
    tz: str = "UTC",
    n_words: int = 5,
) -> pd.DataFrame:
    """Measure how much people write about each topic in each period, and say where that changed.

    Parameters
    ----------
    mentions : DataFrame
        The table (or a part of it) that the topics were fitted to: mention_id, created_at, author_id and, if
        there is one, conversation_id. Rows without a date or unknown to the topics are left out.
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
        per_day (messages a day, of the days that the archive covers), n_people, total (people of the period;
        messages where no author is known), share (mean, over these people, of the share of their messages),
        low, high (95 %), complete (the archive covers the whole period), p_adjusted (that the period's share
        is that of the other periods; Benjamini and Hochberg over all rows; missing where the period is not
        complete or people are too few), change (a lasting change of level begins here), words (list). Of
        fewer than ten people share, low and high are missing.

    Raises
    ------
    InsightError
        If no row has a date and a topic.

    Notes
    -----
    A share of messages, each person weighing the same, does not rise when people write more each or the month
    is longer. Tests and intervals are those of `insight.stats.compare`: people who repeat and people of one
    conversation are no independent witnesses. Change points are found by binary segmentation with the
    likelihood ratio of a binomial share at the effective numbers of people; one counts if the comparison of
    before with after agrees (Bonferroni within a topic, Benjamini and Hochberg over the topics at 5 %).
    Periods that are not complete are left out of all tests.

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
    edges = [stamps.tz_convert(None).to_numpy() for stamps in (laid.starts, laid.ends)]
    outer = [moment.tz_convert(None).to_datetime64() for moment in (instants.min(), instants.max())]
    complete = covered(*edges, first=outer[0], last=outer[1])
    table, cells = _counted(rows, topics, complete, n_words)
    inside = np.minimum(edges[1], outer[1]) - np.maximum(edges[0], outer[0])
    n_days = np.where(complete, edges[1] - edges[0], inside) / np.timedelta64(1, "D")
    n_days = np.where(complete, n_days, np.ceil(n_days + 1e-9))  # a day begun counts
    group = table.pop("group").to_numpy()
    table.insert(2, "period", laid.starts[group])
    table.insert(4, "per_day", table["n"].to_numpy() / np.maximum(n_days, 1)[group])
    table.insert(len(table.columns) - 2, "complete", complete[group])
    change = np.zeros(cells.share.shape, dtype=bool)
    worth = cells.effective[:, complete]
    change[:, complete] = _change_points(
        np.nan_to_num(cells.share[:, complete]) * worth, worth, sure=_before_and_after(rows, topics, complete)
    )
    table.insert(len(table.columns) - 1, "change", change.ravel())
    return table


def topics_by(
    mentions: pd.DataFrame, topics: Topics, *, by: str = "platform", n_words: int = 5
) -> pd.DataFrame:
    """Compare how much the people of each group write about each topic.

    Parameters
    ----------
    mentions : DataFrame
        The table (or a part of it) that the topics were fitted to: mention_id, author_id, the column `by` and
        conversation_id, if there is one. Rows without a group or unknown to the topics are left out.
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
        messages where no author is known), share (mean, over these people, of the share of their messages),
        low, high (95 %), p_adjusted (that the group's share is that of the others; missing where people are
        too few; see `insight.stats.compare`), words (list). Of fewer than ten people share, low and high are
        missing.

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
    table, _ = _counted(rows, topics, np.ones(len(groups.categories), dtype=bool), n_words)
    table.insert(2, "group", groups.categories.astype(object)[table.pop("group")])
    return table


@dataclass(frozen=True)
class _Cells:
    """By topic and group: the share, how many independent people it is worth, and its p-value."""

    share: Floats
    effective: Floats
    p_value: Floats
    n_people: Counts
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
            "thread": mentions["conversation_id"].to_numpy() if "conversation_id" in mentions else None,
            column: mentions[column].array,
        }
    )
    kept = rows["row"].notna() & rows[column].notna()
    rows = rows[kept].astype({"row": np.int64}).sort_values("row", ignore_index=True)  # sums in one order
    if rows.empty:
        raise InsightError(
            f"none of the {len(mentions)} rows has a {column} and is among the {len(ids)} messages that the "
            "topics were fitted to. Pass the table that fit_topics was given."
        )
    return rows


def _counted(
    rows: pd.DataFrame, topics: Topics, tested: npt.NDArray[np.bool_], n_words: int
) -> tuple[pd.DataFrame, _Cells]:
    """Return one row a topic x group in the order of topics.table, `group` as a number."""
    numbers, n_groups = topics.table["topic"].tolist(), len(tested)
    rank = pd.Series(np.arange(len(numbers)), index=numbers)
    topic = rank.loc[topics.assignments["topic"].to_numpy()[rows["row"]]].to_numpy()
    group = rows["group"].to_numpy()
    cell = topic * n_groups + group
    known = rows["author"].notna().to_numpy()
    cells = _compared(rows, topic, len(numbers), tested, known if known.any() else ~known)
    p_value = cells.p_value.ravel()
    adjusted = p_value.copy()
    adjusted[~np.isnan(p_value)] = benjamini_hochberg(p_value[~np.isnan(p_value)])
    low, high = wilson(cells.share * cells.effective, cells.effective)
    table = pd.DataFrame(
        {
            "topic": np.repeat(numbers, n_groups),
            "name": np.repeat(topics.table["name"].to_numpy(), n_groups),
            "group": np.tile(np.arange(n_groups), len(numbers)),
            "n": np.bincount(cell, minlength=len(numbers) * n_groups),
            "n_people": cells.n_people.ravel() if known.any() else 0,
            "total": np.tile(cells.totals, len(numbers)),
            "share": cells.share.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
            "p_adjusted": adjusted,
            "words": _words(topics, rows["row"].to_numpy(), cell, len(numbers) * n_groups, n_words),
        }
    )
    shown = ["share", "low", "high"]
    table[shown] = table[shown].where(table["total"] >= MIN_PEOPLE)
    return table, cells


def _compared(
    rows: pd.DataFrame, topic: Counts, n_topics: int, tested: npt.NDArray[np.bool_], counted: np.ndarray
) -> _Cells:
    """Compare each group with all others that are tested."""
    group, person, thread = rows["group"].to_numpy(), own_codes(rows["author"]), own_codes(rows["thread"])
    member = sparse.csr_array(
        (np.ones(len(topic)), (np.arange(len(topic)), topic)), shape=(len(topic), n_topics)
    )
    shape = (n_topics, len(tested))
    share, p_value, effective = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape)
    n_people, totals = np.zeros(shape, np.int64), np.zeros(len(tested), np.int64)
    for number in np.unique(group[counted]):
        among = np.flatnonzero(counted & ((group == number) | tested[group]))
        found = compare(
            member[among],
            group[among] == number,
            people=person[among],
            conversations=thread[among],
            min_expected=0,
        )
        share[:, number], effective[:, number] = found.share, found.effective
        n_people[:, number], totals[number] = found.n_with, found.n
        if tested[number]:
            p_value[:, number] = found.p_value
    return _Cells(share, effective, p_value, n_people, totals)


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


Sure = Callable[[int, int, int, int], float]
"""The chance of a topic's difference between two neighbouring runs of periods: topic, start, place, end."""


def _before_and_after(rows: pd.DataFrame, topics: Topics, complete: npt.NDArray[np.bool_]) -> Sure:
    """Return what compares a topic before and after a place, by people and conversations."""
    number = np.where(complete, np.cumsum(complete) - 1, -1)[rows["group"].to_numpy()]
    person, thread = own_codes(rows["author"]), own_codes(rows["thread"])
    numbers = topics.table["topic"].to_numpy()
    topic = topics.assignments["topic"].to_numpy()[rows["row"]]

    def sure(which: int, start: int, at: int, end: int) -> float:
        within = np.flatnonzero((number >= start) & (number < end))
        found = compare(
            (topic[within] == numbers[which]).astype(float),
            number[within] >= at,
            people=person[within],
            conversations=thread[within],
            min_expected=0,
        )
        return float(found.p_value[0]) if found.tested[0] else 1.0

    return sure


def _change_points(counts: Floats, totals: Floats, *, sure: Sure = lambda *_: 0.0) -> npt.NDArray[np.bool_]:
    """Mark the periods in which a topic's share takes a new level.

    The likelihood ratio finds the place; `sure` has the last word on whether it is one.
    """
    changed, totals = np.zeros(counts.shape, dtype=bool), np.broadcast_to(totals, counts.shape)
    segments = [(topic, 0, counts.shape[1]) for topic in range(counts.shape[0])]
    while segments:
        found = [_split(counts[topic, start:end], totals[topic, start:end]) for topic, start, end in segments]
        p_values = [
            max(p, min(1.0, (end - start - 1) * sure(topic, start, start + at, end))) if p < _SURE else p
            for (topic, start, end), (at, p) in zip(segments, found, strict=True)
        ]
        is_sure = benjamini_hochberg(p_values) < _SURE
        ahead = []
        for (topic, start, end), (at, _), is_one in zip(segments, found, is_sure, strict=True):
            if is_one:
                changed[topic, start + at] = True
                ahead += [(topic, start, start + at), (topic, start + at, end)]
        segments = ahead
    return changed


def _split(k: Floats, n: Floats) -> tuple[int, float]:
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
    left = np.maximum(n - k, 0.0)  # sums of shares may end just below 0
    return special.xlogy(k, k) + special.xlogy(left, left) - special.xlogy(n, n)
