"""The one table: mentions, one row a message, and the two words every failure is said in."""

from __future__ import annotations

import warnings
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
    """Computed, to be read with caution."""


KINDS = (
    *("post", "reply", "repost", "quote", "comment", "review", "review_reply"),
    *("ticket", "message", "answer", "note"),
)
SIDES = ("brand", "customer", "other", "unknown")
BOT_NAME = r"\[bot\]$|^automoderator$|^github-actions$"
"""How an author's name ends or reads that is a machine's, in any case."""
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
    "topics": "Pass what fit_topics returns.",
    "acts": "Pass what reply_acts returns.",
    "intents": "Pass what intents returns.",
    "responses": "Pass what first_responses(mentions, intents) returns.",
    "ledger": "Pass what read_ledger returns.",
    "windows": "Pass spans of time, such as what storms returns.",
}
READ_FIRST = "Call insight.read_archive(frame) first and pass its mentions."
"""The way out for a table that is not in the shape of mentions."""


def need_table(table: object, name: str) -> None:
    """Raise an error where something else than a table of pandas was given, such as one of polars."""
    if not isinstance(table, pd.DataFrame):
        kind = type(table)
        source = _SOURCES.get(name, "Pass the table of mentions.")
        way = READ_FIRST if _is_arrow(table) else f"Are the arguments in their order? {source}"
        if name == "mentions" and isinstance(getattr(table, name, None), pd.DataFrame):
            way = "Pass the archive's table: archive.mentions."
        raise InsightError(
            f"{name} is a {kind.__name__} of {kind.__module__.partition('.')[0]}; expected a DataFrame of "
            f"pandas. {way}"
        )


def _is_arrow(table: object) -> bool:
    return hasattr(table, "__arrow_c_stream__") or hasattr(table, "to_pyarrow")


def need_columns(table: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """Raise an error that names the missing columns, what was found, and where they come from."""
    need_table(table, name)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        source = _SOURCES.get(name, READ_FIRST)
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
    if _is_in_order(mentions):
        return mentions.reset_index(drop=True)
    keys = {"created_at": "ascending", "mention_id": "ascending"}
    table = pa.Table.from_pandas(mentions[list(keys)], preserve_index=False)
    order = pc.sort_indices(table, sort_keys=list(keys.items())).to_numpy()
    return mentions.iloc[order].reset_index(drop=True)


def _is_in_order(mentions: pd.DataFrame) -> bool:
    """Return whether dated rows are in order, as they mostly are: to see it is much cheaper than to sort."""
    times, ids = mentions["created_at"], mentions["mention_id"].array
    if not isinstance(times.dtype, pd.DatetimeTZDtype) or times.isna().any():
        return False
    same = np.flatnonzero((step := np.diff(times.astype("int64"))) == 0)
    return bool((step >= 0).all() and (ids[same] <= ids[same + 1]).all())


def as_mentions(frame: Any, *, tz: str | None = None) -> pd.DataFrame:  # noqa: ANN401
    """Give a loose table the columns, dtypes and order of the mentions table.

    Parameters
    ----------
    frame : DataFrame, or a table of polars, Arrow or Ibis
        One row a message; `mention_id` is required, every other column may be missing. Extra columns
        ride along.
    tz : str, optional
        Zone of times that name none, such as `Europe/Berlin`; by default UTC, with a warning.

    Returns
    -------
    DataFrame
        All columns of `COLUMNS` in order, then the extra ones by name; sorted by `created_at` (undated rows
        last) and `mention_id`; index 0 to n-1. The input is not changed. Without a column `time_precision`,
        times are taken to the second, or to the day where all of them are midnights.

    Raises
    ------
    InsightError
        If `mention_id` is missing or repeats, or a value does not fit its column.

    Examples
    --------
    >>> as_mentions(pd.DataFrame({"mention_id": ["x:1"], "text": ["hello"]}))[["mention_id", "text", "side"]]
      mention_id   text     side
    0        x:1  hello  unknown
    """
    frame = _as_pandas(frame)
    if "mention_id" not in frame.columns:
        raise InsightError(
            f"mentions need a column 'mention_id'; found {sorted(map(str, frame.columns))}. {READ_FIRST}"
        )
    if "created_at" in frame.columns:
        frame = frame.assign(created_at=_instants(frame["created_at"], tz))
        if "time_precision" not in frame.columns:
            frame = frame.assign(time_precision=_precision(frame["created_at"], tz))
    if not frame["mention_id"].is_unique:
        raise InsightError(f"{_repeated(frame)}. Drop them: frame.drop_duplicates('mention_id').")
    columns = {column.name: _cast(frame, column) for column in COLUMNS}
    known = set(columns)
    extra = {name: frame[name] for name in sorted(map(str, frame.columns)) if name not in known}
    mentions = pd.DataFrame({**columns, **extra}, index=frame.index)
    return in_order(mentions)


def _as_pandas(frame: Any) -> pd.DataFrame:  # noqa: ANN401
    if isinstance(frame, pd.DataFrame):
        return frame
    if not _is_arrow(frame):
        need_table(frame, "mentions")
    table = frame.to_pyarrow() if hasattr(frame, "to_pyarrow") else pa.table(frame)
    found: pd.DataFrame = table.to_pandas()
    return found


def _instants(times: pd.Series, tz: str | None) -> pd.Series:
    """Read times that name no zone in `tz`; an hour that a clock shows twice is its first."""
    if times.isna().all() or not pd.api.types.is_datetime64_dtype(times):
        return times
    if tz is None:
        warnings.warn(
            "the times of created_at name no zone and are taken as UTC; pass tz=, such as "
            "as_mentions(frame, tz='Europe/Berlin').",
            InsightWarning,
            stacklevel=3,
        )
    try:
        first = np.ones(len(times), dtype=bool)
        return times.dt.tz_localize(tz or "UTC", ambiguous=first, nonexistent="shift_forward")
    except (KeyError, ValueError) as error:
        raise InsightError(f"there is no zone {tz!r}; name one such as 'Europe/Berlin'.") from error


def _precision(times: pd.Series, tz: str | None) -> pd.Series:
    if not isinstance(times.dtype, pd.DatetimeTZDtype):
        return pd.Series("none", index=times.index)
    local = times.dt.tz_convert(tz or times.dt.tz)
    by_day = (local.dropna() == local.dropna().dt.normalize()).all()
    return pd.Series("day" if by_day else "s", index=times.index).where(times.notna(), "none")


def _repeated(mentions: pd.DataFrame) -> str:
    repeated = mentions["mention_id"][mentions["mention_id"].duplicated()]
    return f"mention_id repeats in {len(repeated)} rows, first {repeated.iloc[0]!r}"


def _cast(frame: pd.DataFrame, column: Column) -> pd.Series:
    absent = pd.Series(None, index=frame.index, dtype=object)
    values = frame.get(column.name, absent)
    try:
        if column.default is not None and values.isna().any():
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

    Examples
    --------
    >>> mentions = as_mentions(pd.DataFrame({"mention_id": ["x:1", "x:2"]}))
    >>> check_mentions(mentions) is mentions
    True
    """
    need_table(mentions, "mentions")
    present = set(map(str, mentions.columns))
    missing = [column.name for column in COLUMNS if column.name not in present]
    if missing:
        raise InsightError(f"mentions lack the columns {missing}; found {sorted(present)}. {READ_FIRST}")
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
    if not mentions["mention_id"].is_unique:
        faults.append(_repeated(mentions))
    for name in ("reply_to_id", "reposted_id", "quoted_id"):
        n_self = int((mentions[name] == mentions["mention_id"]).fillna(False).sum())
        if n_self:
            faults.append(f"{name} names its own row {n_self} times")
    rating = pd.to_numeric(mentions["rating"], errors="coerce")
    n_off = int(((rating < 0) | (rating > 1)).fillna(False).sum())
    if n_off:
        faults.append(f"rating is outside 0 to 1 in {n_off} rows")
    for name in _COUNTS:
        n_negative = int((pd.to_numeric(mentions[name], errors="coerce") < 0).fillna(False).sum())
        if n_negative:
            faults.append(f"{name} is negative in {n_negative} rows")
    return faults
