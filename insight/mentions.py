"""The one table: mentions, one row a message, and the two words every failure is said in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


class InsightError(ValueError):
    """What is wrong, what was found, and the way out."""


class InsightWarning(UserWarning):
    """Computed, but doubt it."""


KINDS = (
    *("post", "reply", "repost", "quote", "comment", "review", "review_reply"),
    *("ticket", "message", "answer", "note"),
)
SIDES = ("brand", "customer", "other", "unknown")
TIME_PRECISIONS = ("s", "min", "day", "relative", "none")

_TEXT = pd.StringDtype("pyarrow", na_value=float("nan"))
_UTC = pd.DatetimeTZDtype("us", "UTC")


@dataclass(frozen=True)
class Column:
    """One column of the mentions table.

    `dtype` is what the column is stored as, `null` whether a value may be missing, `default` what fills a
    column that is absent (never a missing value), `values` the closed list of a category, if it has one.
    """

    name: str
    dtype: Any
    null: bool
    meaning: str
    default: Any = None
    values: tuple[str, ...] | None = None


COLUMNS: tuple[Column, ...] = (
    Column("mention_id", _TEXT, False, "`platform:native id`; unique"),
    Column("conversation_id", _TEXT, True, "id of the thread's first message"),
    Column("reply_to_id", _TEXT, True, "mention_id answered; kept when it is outside the file"),
    Column("reposted_id", _TEXT, True, "mention_id that is passed on; a repost is not a reply"),
    Column("quoted_id", _TEXT, True, "mention_id that is quoted"),
    Column("author_id", _TEXT, True, "keyed pseudonym, stable across files; null if deleted"),
    Column("author_name", _TEXT, True, "only with privacy='internal'"),
    Column("created_at", _UTC, True, "null only where the source has no date"),
    Column("time_precision", "category", False, "only s and min enter a latency", "none", TIME_PRECISIONS),
    Column("text", _TEXT, False, "plain text; HTML and entities removed", ""),
    Column("title", _TEXT, False, "subject, headline or question", ""),
    Column("lang", "category", True, "BCP-47 or `und`"),
    Column("platform", "category", False, "x, reddit, zendesk, ...", "unknown"),
    Column("channel", _TEXT, True, "subreddit, queue, app, ..."),
    Column("kind", "category", False, "what sort of message", "post", KINDS),
    Column("side", "category", False, "who speaks; never guessed from text", "unknown", SIDES),
    Column("brand", "category", True, "which tracked brand it is about or speaks for"),
    Column("addressed", "boolean", True, "sent to the brand, or overheard; null if unknown"),
    Column("like_count", "Int64", True, "missing is not 0"),
    Column("reply_count", "Int64", True, "missing is not 0"),
    Column("repost_count", "Int64", True, "missing is not 0"),
    Column("quote_count", "Int64", True, "missing is not 0"),
    Column("view_count", "Int64", True, "missing is not 0"),
    Column("follower_count", "Int64", True, "of the author; missing is not 0"),
    Column("rating", "Float64", True, "0 to 1"),
    Column("url", _TEXT, True, "null where it would show a handle"),
    Column("is_public", "bool", False, "private rows are left out unless asked for", True),
    Column("source_format", _TEXT, False, "name of the spec that read the row", ""),
    Column("source_file", _TEXT, False, "file name, with the member of a zip behind `!`", ""),
    Column("source_row", "Int64", False, "1-based record number in that file", 0),
)

_COUNTS = tuple(c.name for c in COLUMNS if c.name.endswith("_count"))


_SOURCES = {
    "signals": "Pass what find_signals returns.",
    "assignments": "Pass Topics.assignments.",
    "acts": "Pass what reply_acts returns.",
    "intents": "Pass what intents returns.",
    "responses": "Pass what first_responses(mentions, intents) returns.",
    "ledger": "Pass what read_ledger returns.",
}


def need_columns(table: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Raise an error that names the missing columns, what was found, and where they come from."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        source = _SOURCES.get(name, "Pass the table through as_mentions first.")
        raise InsightError(
            f"{name} lack the columns {missing}; found {sorted(map(str, table.columns))}. {source}"
        )


def among(ids: pd.Series, others: pd.Series | pd.Index) -> npt.NDArray[np.bool_]:
    """Return which ids are among the others, none for a missing one; Arrow looks them up all at once."""
    known = pa.array(others, pa.large_string())
    return pc.is_in(pa.array(ids, pa.large_string()), value_set=known, skip_nulls=True).to_numpy(False)


def is_repost(mentions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which messages only pass another one on."""
    return ((mentions["kind"] == "repost") | mentions["reposted_id"].notna()).to_numpy(bool)


def place_of(table: pd.DataFrame, by: str = "channel") -> pd.Series:
    """Return the channel, or another column; where it is missing, the platform."""
    named = table[by].astype(object)
    return named.where(named.notna(), table["platform"].astype(object)).astype("str")


def in_order(mentions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by time and id, whatever their order was, with index 0 to n-1."""
    return mentions.sort_values(["created_at", "mention_id"], kind="stable", ignore_index=True)


def as_mentions(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a loose table the columns, dtypes and order of the mentions table.

    Parameters
    ----------
    frame : DataFrame
        One row a message; `mention_id` is required, every other column may be missing. Extra columns
        ride along.

    Returns
    -------
    DataFrame
        All columns of `COLUMNS` in order, then the extra ones by name; sorted by `created_at` (undated rows
        last) and `mention_id`; index 0 to n-1. The input is not changed.

    Raises
    ------
    InsightError
        If `mention_id` is missing or a value does not fit its column.

    Examples
    --------
    >>> as_mentions(pd.DataFrame({"mention_id": ["x:1"], "text": ["hello"]}))[["mention_id", "text", "side"]]
      mention_id   text     side
    0        x:1  hello  unknown
    """
    if "mention_id" not in frame.columns:
        raise InsightError(
            f"mentions need a column 'mention_id'; found {sorted(map(str, frame.columns))}. "
            "Read exports with read_archive, which makes one."
        )
    columns = {column.name: _cast(frame, column) for column in COLUMNS}
    known = set(columns)
    extra = {name: frame[name] for name in sorted(map(str, frame.columns)) if name not in known}
    mentions = pd.DataFrame({**columns, **extra}, index=frame.index)
    return mentions.sort_values(["created_at", "mention_id"], kind="stable", ignore_index=True)


def _cast(frame: pd.DataFrame, column: Column) -> pd.Series:
    absent = pd.Series(None, index=frame.index, dtype=object)
    values = frame.get(column.name, absent)
    try:
        if column.default is not None:
            values = values.astype(object).where(values.notna(), column.default)
        if column.dtype != "category":
            return values.astype(column.dtype)
        return values.astype(_category(values, column))
    except (TypeError, ValueError) as error:
        raise InsightError(f"column '{column.name}' does not fit {column.dtype}: {error}.") from error


def _category(values: pd.Series, column: Column) -> pd.CategoricalDtype:
    names = column.values or sorted(str(value) for value in values.dropna().unique())
    unknown = sorted(set(map(str, values.dropna().unique())) - set(names))
    if unknown:
        raise ValueError(f"{unknown[:5]} not among {list(names)}")
    return pd.CategoricalDtype(pd.Index(names, dtype=_TEXT))


def check_mentions(mentions: pd.DataFrame) -> pd.DataFrame:
    """Check a mentions table and return it unchanged; every fault is gathered and raised once.

    Parameters
    ----------
    mentions : DataFrame
        Should hold the columns of `COLUMNS` (design of the table: README).

    Returns
    -------
    DataFrame
        The very table that came in.

    Raises
    ------
    InsightError
        One bulleted list of all faults, each with names and counts.

    Examples
    --------
    >>> mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1", "x:2"]}))
    >>> check_mentions(mentions) is mentions
    True
    """
    present = set(map(str, mentions.columns))
    missing = [column.name for column in COLUMNS if column.name not in present]
    if missing:
        raise InsightError(
            f"mentions lack the columns {missing}; found {sorted(present)}. "
            "Pass the table through as_mentions first."
        )
    faults = [fault for column in COLUMNS for fault in _column_faults(mentions[column.name], column)]
    faults += _row_faults(mentions)
    if faults:
        listed = "".join(f"\n- {fault}" for fault in faults)
        raise InsightError(
            f"mentions has {len(faults)} fault(s):{listed}\nPass it through as_mentions first."
        )
    return mentions


def _column_faults(values: pd.Series, column: Column) -> list[str]:
    if not _fits(values, column.dtype):
        return [f"{column.name} is {values.dtype}, expected {column.dtype}"]
    faults = []
    n_null = int(values.isna().sum())
    if n_null and not column.null:
        faults.append(f"{column.name} is missing in {n_null} of {len(values)} rows")
    if column.values:
        strange = sorted(set(map(str, values.dropna().unique())) - set(column.values))
        if strange:
            faults.append(f"{column.name} holds {strange[:5]}, expected one of {list(column.values)}")
    return faults


def _fits(values: pd.Series, dtype: object) -> bool:
    if dtype == "category":
        return isinstance(values.dtype, pd.CategoricalDtype)
    if isinstance(dtype, pd.StringDtype):
        return isinstance(values.dtype, pd.StringDtype)
    return bool(values.dtype == dtype)


def _row_faults(mentions: pd.DataFrame) -> list[str]:
    faults = []
    repeated = mentions["mention_id"][mentions["mention_id"].duplicated()]
    if len(repeated):
        faults.append(f"mention_id repeats in {len(repeated)} rows, first {repeated.iloc[0]!r}")
    for name in ("reply_to_id", "reposted_id", "quoted_id"):
        n_self = int((mentions[name] == mentions["mention_id"]).fillna(False).sum())
        if n_self:
            faults.append(f"{name} names its own row {n_self} times")
    rating = pd.to_numeric(mentions["rating"], errors="coerce")
    n_off = int(((rating < 0) | (rating > 1)).fillna(False).sum())
    if n_off:
        faults.append(f"rating lies outside 0 to 1 in {n_off} rows")
    for name in _COUNTS:
        n_negative = int((pd.to_numeric(mentions[name], errors="coerce") < 0).fillna(False).sum())
        if n_negative:
            faults.append(f"{name} is negative in {n_negative} rows")
    return faults
