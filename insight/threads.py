"""Who speaks for the brand, which message answers which, and in which local period it stands."""

from __future__ import annotations

import difflib
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import InsightError

Period = Literal["day", "week", "month", "quarter"]
_CODES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}


def among(ids: pd.Series, others: pd.Series | pd.Index) -> npt.NDArray[np.bool_]:
    """Tell which ids are among the others, none for a missing one; pandas would take them out one by one."""
    known = pa.array(others, pa.large_string())
    return pc.is_in(pa.array(ids, pa.large_string()), value_set=known, skip_nulls=True).to_numpy(False)


def is_repost(mentions: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which messages only pass another one on."""
    return ((mentions["kind"] == "repost") | mentions["reposted_id"].notna()).to_numpy(bool)


def speaks_for(mentions: pd.DataFrame, brand: str | None) -> npt.NDArray[np.bool_]:
    """Tell which messages are a brand's own words: its side, no private note, nothing passed on.

    Without a name the one brand that speaks in the table is meant; where several speak, that is an error.
    """
    own = ((mentions["side"] == "brand") & (mentions["kind"] != "note")).to_numpy(bool) & ~is_repost(mentions)
    names = mentions["brand"].astype(object)
    speaking = sorted(names[own].dropna().unique())
    if brand is None:
        if len(speaking) > 1:
            raise InsightError(
                f"{len(speaking)} brands speak in the table: {speaking}. Pass brand= one of them."
            )
        return own
    tracked = sorted(names.dropna().unique())
    if tracked and brand not in tracked:
        near = difflib.get_close_matches(brand, tracked, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise InsightError(f"no message is about the brand {brand!r}; found {tracked}{hint}")
    return own & ((names == brand) | (names.isna() & (not tracked))).to_numpy(bool)


def local_period(moments: pd.Series, *, period: Period, tz: str) -> pd.Series:
    """Return the start of the period on the local calendar (no zone, weeks from Monday); NaT stays NaT."""
    if period not in _CODES:
        raise InsightError(f"period is {period!r}; pass one of {list(_CODES)}.")
    try:
        local = moments.dt.tz_convert(tz).dt.tz_localize(None)
    except (KeyError, ValueError) as error:
        raise InsightError(f"tz={tz!r} is no time zone; write one such as 'Europe/Berlin'.") from error
    return local.dt.to_period(_CODES[period]).dt.start_time.astype("datetime64[us]")


def all_periods(starts: pd.Series, *, period: Period) -> pd.DatetimeIndex:
    """Return every period from the first to the last, also those in which nothing was said."""
    if not starts.notna().any():
        return pd.DatetimeIndex([], dtype="datetime64[us]")
    spans = pd.period_range(starts.min(), starts.max(), freq=_CODES[period])
    return pd.DatetimeIndex(spans.start_time).as_unit("us")


def in_order(mentions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by time and id, whatever their order was, with index 0 to n-1."""
    return mentions.sort_values(["created_at", "mention_id"], kind="stable", ignore_index=True)


def parent_rows(mentions: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return for each row the row of the message it answers, -1 where there is none in the table.

    The reply link decides. Where a source has none, a message answers the last one by somebody else before it
    in its conversation. Rows must be in order of time.
    """
    place = pd.Series(np.arange(len(mentions)), index=pd.Index(mentions["mention_id"]))
    linked = place.reindex(mentions["reply_to_id"]).fillna(-1).to_numpy(np.int64)
    linked = np.where(linked == np.arange(len(mentions)), -1, linked)
    unlinked = (mentions["reply_to_id"].isna() & mentions["conversation_id"].notna()).to_numpy(bool)
    unlinked = unlinked & ~is_repost(mentions)
    if not unlinked.any():
        return linked
    return np.where(unlinked, _before_by_somebody_else(mentions), linked)


def _before_by_somebody_else(mentions: pd.DataFrame) -> npt.NDArray[np.int64]:
    thread = pd.factorize(mentions["conversation_id"])[0]
    speaker = pd.factorize(mentions["author_id"])[0]
    order = np.lexsort((np.arange(len(mentions)), thread))
    new_thread = np.r_[True, np.diff(thread[order]) != 0]
    new_turn = new_thread | np.r_[True, np.diff(speaker[order]) != 0]
    turn = np.cumsum(new_turn) - 1
    last_before_turn = np.where(new_thread[new_turn], -1, np.flatnonzero(new_turn) - 1)
    before = last_before_turn[turn]
    found = np.full(len(mentions), -1)
    found[order] = np.where(before >= 0, order[before], -1)
    found[thread < 0] = -1
    return found


def answered_rows(mentions: pd.DataFrame, own: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return for each row the row of somebody else's message that a brand's post answers.

    A post that continues the brand's own thread answers what the thread answers. -1: it answers a message
    outside the table. -2: it answers nobody, or is not one of `own`. Rows must be in order of time.
    """
    parents = parent_rows(mentions)
    outside = mentions["reply_to_id"].notna() | mentions["kind"].isin(["reply", "review_reply", "answer"])
    root = np.where(parents >= 0, parents, np.where(outside, -1, -2))
    for _ in range(len(mentions)):
        through_own = own & (root >= 0) & own[np.maximum(root, 0)]
        if not through_own.any():
            break
        following = np.where(through_own, root[np.maximum(root, 0)], root)
        if (following == root).all():
            break
        root = following
    return np.where(own, root, -2)
