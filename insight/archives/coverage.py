"""What the messages themselves say about the export: cuts, gaps, replaced names, copies, robots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .replaced_names import WEEKS, replaced_names

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAY = "epoch_us(created_at) // 86400000000"
_USUAL = 10
_GAP_DAYS = 3
_WEEKS = 8
_MANY, _ALIKE, _A_DAY = 10, 0.8, 72
_VARIES = r"https?://\S+|[@＠][\pL\pN_]+|[^\pL ]+"

_SAID = f"replace(lower(regexp_replace(text, '{_VARIES}', '', 'g')), ' ', '')"
_COMPARED = 20_000


def coverage_notes(db: DuckDBPyConnection) -> list[str]:
    """Say of the table `mentions` where the export seems cut, has holes or new names, or looks automated."""
    db.execute(f"""
        CREATE OR REPLACE TEMP TABLE said AS SELECT author_id, side, created_at, kind, hash(words) AS words,
            words = '' AS silent, length(text) - length(replace(text, ' ', '')) >= 3 AS long
        FROM (SELECT *, {_SAID} AS words FROM mentions)
    """)
    return [*_edges(db), *_replaced(db), *_automated(db), *_copies(db)]


def _edges(db: DuckDBPyConnection) -> list[str]:
    """Look for a start at full volume, and for silences that the usual volume makes unlikely."""
    days = db.execute(
        f"SELECT {DAY}, count(*) FROM mentions WHERE created_at IS NOT NULL GROUP BY 1"
    ).fetchall()
    if not days:
        return []
    first = min(day for day, _ in days)
    every = np.zeros(max(day for day, _ in days) - first + 1, dtype=np.int64)
    for day, n in days:
        every[day - first] = n
    usual = float(np.median(every))
    if usual < _USUAL:
        return []
    notes = []
    weeks = every[: len(every) // 7 * 7].reshape(-1, 7).sum(axis=1)
    if len(weeks) >= _WEEKS and weeks[0] >= 0.5 * np.median(weeks):
        notes.append(
            f"the messages begin at full volume on {_day(first)} ({weeks[0]:,} in the first week, "
            f"{np.median(weeks):,.0f} in a usual one): the export is a window, and people whom it shows "
            "first near its start may have written before."
        )
    silent = np.flatnonzero(every == 0)
    runs = np.split(silent, np.flatnonzero(np.diff(silent) > 1) + 1) if len(silent) else []
    gaps = [run for run in runs if len(run) >= _GAP_DAYS]
    if gaps:
        spans = [f"{_day(first + int(run[0]))} ({len(run)} days)" for run in gaps]
        shown = ", ".join(spans[:5]) + (", ..." if len(spans) > 5 else "")
        notes.append(
            f"there is no message at all for {_GAP_DAYS} days and more from {shown}, where {usual:,.0f} a "
            "day are usual: the export may have holes."
        )
    return notes


def _day(number: int) -> str:
    return written_day(pd.Timestamp(number, unit="D"))


def written_day(moment: pd.Timestamp) -> str:
    """Write a date as sentences have it."""
    return f"{moment.day} {moment:%b %Y}"


def _replaced(db: DuckDBPyConnection) -> list[str]:
    """Say on which days the names of people were replaced, so that everyone seems to leave."""
    writing = db.execute(
        f"SELECT author_id AS person, {DAY} AS day, count(*) AS n FROM said "
        "WHERE author_id IS NOT NULL AND created_at IS NOT NULL AND side <> 'brand' GROUP BY ALL"
    ).df()
    found = replaced_names(writing)
    if found.empty:
        return []
    days = [written_day(date) for date in found["date"]]
    listed = " and of ".join([", ".join(days[:-1]), days[-1]] if len(days) > 1 else days)
    return [
        f"hardly any name is found on both sides of {listed}, though messages go on "
        f"({found['n_both'].sum():,} of {found['n_people'].sum():,} names that occur within {WEEKS} weeks; "
        f"{found['usual'].median():.0%} at other dates): names were replaced there, so that no one can be "
        "followed across such a day."
    ]


def _automated(db: DuckDBPyConnection) -> list[str]:
    """Count accounts that say the same again and again, or write more in a day than a person does."""
    people = "FROM said WHERE author_id IS NOT NULL AND side <> 'brand'"
    n, n_accounts, n_all = db.execute(f"""
        WITH busy AS (SELECT author_id, count(*) AS n {people} GROUP BY 1 HAVING count(*) >= {_MANY}),
        words AS (
            SELECT author_id, words, silent, count(*) AS n {people}
            AND author_id IN (SELECT author_id FROM busy) GROUP BY ALL
        ),
        alike AS (
            SELECT author_id FROM words WHERE NOT silent GROUP BY 1
            HAVING sum(n) >= {_MANY} AND max(n) >= {_ALIKE} * sum(n)
        ),
        tireless AS (
            SELECT author_id {people} AND created_at IS NOT NULL GROUP BY author_id, {DAY}
            HAVING count(*) >= {_A_DAY}
        ),
        found AS (SELECT author_id FROM alike UNION SELECT author_id FROM tireless)
        SELECT coalesce(sum(n), 0), count(*), (SELECT count(*) FROM said) FROM busy SEMI JOIN found
        USING (author_id)
    """).fetchall()[0]
    if not n_accounts:
        return []
    accounts = "1 account looks" if n_accounts == 1 else f"{n_accounts:,} accounts look"
    return [
        f"{accounts} automated ({n / n_all:.1%} of all messages): {_MANY} messages and more of which "
        f"{_ALIKE:.0%} say the same but for numbers and links, or {_A_DAY} and more on one day."
    ]


def _copies(db: DuckDBPyConnection) -> list[str]:
    """Count texts of more than three words that repeat and are not marked as reposts.

    Near copies are sought among as many texts as can be compared in a second, beyond that those that say the
    same but for numbers and links.
    """
    n_long, n_distinct = db.execute(
        "SELECT count(*), count(DISTINCT words) FROM said WHERE kind <> 'repost' AND long"
    ).fetchall()[0]
    how = "but for numbers and links"
    if 100 <= n_long <= _COMPARED:
        from insight.text.copies import group_copies

        texts = [
            text
            for (text,) in db.execute(
                "SELECT text FROM mentions WHERE kind <> 'repost' "
                "AND length(text) - length(replace(text, ' ', '')) >= 3"
            ).fetchall()
        ]
        n_distinct, how = len(np.unique(group_copies(texts))), "word for word or nearly"
    n = n_long - n_distinct
    if n_long < 100 or n < 0.05 * n_long:
        return []
    return [f"{n:,} of {n_long:,} texts repeat an earlier one {how}, without being marked as reposts."]
