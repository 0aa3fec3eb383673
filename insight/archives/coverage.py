"""What the messages themselves say about the export: cuts, gaps, copies, accounts that look automated."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd

_USUAL = 10
_GAP_DAYS = 3
_WEEKS = 8
_MANY, _ALIKE, _A_DAY = 10, 0.8, 72
_VARIES = re.compile(r"https?://\S+|[@＠]\w+|[\d\W_]+")


def coverage_notes(mentions: pd.DataFrame) -> list[str]:
    """Say where the export seems cut, where it has holes, and what share looks automated."""
    return [*_edges(mentions["created_at"].dropna()), *_automated(mentions), *_copies(mentions)]


def _edges(moments: pd.Series) -> list[str]:
    """Look for a start at full volume, and for silences that the usual volume makes unlikely."""
    if moments.empty:
        return []
    days = moments.dt.tz_convert("UTC").dt.floor("D").value_counts().sort_index()
    every = days.reindex(pd.date_range(days.index[0], days.index[-1], freq="D"), fill_value=0).to_numpy()
    usual = float(np.median(every))
    if usual < _USUAL:
        return []
    notes = []
    weeks = every[: len(every) // 7 * 7].reshape(-1, 7).sum(axis=1)
    if len(weeks) >= _WEEKS and weeks[0] >= 0.5 * np.median(weeks):
        notes.append(
            f"the messages begin at full volume on {_day(days.index[0])} ({weeks[0]:,} in the first week, "
            f"{np.median(weeks):,.0f} in a usual one): the export is a window, and people whom it shows "
            "first near its start may have written before."
        )
    silent = np.flatnonzero(every == 0)
    runs = np.split(silent, np.flatnonzero(np.diff(silent) > 1) + 1) if len(silent) else []
    gaps = [run for run in runs if len(run) >= _GAP_DAYS]
    if gaps:
        spans = [f"{_day(days.index[0] + pd.Timedelta(days=int(run[0])))} ({len(run)} days)" for run in gaps]
        shown = ", ".join(spans[:5]) + (", ..." if len(spans) > 5 else "")
        notes.append(
            f"there is no message at all for {_GAP_DAYS} days and more from {shown}, where {usual:,.0f} a "
            "day are usual: the export may have holes."
        )
    return notes


def _day(moment: pd.Timestamp) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _automated(mentions: pd.DataFrame) -> list[str]:
    """Count accounts that say the same again and again, or write more in a day than a person does."""
    people = mentions[mentions["author_id"].notna() & (mentions["side"] != "brand")]
    n_of = people["author_id"].value_counts()
    busy = people[people["author_id"].isin(n_of.index[n_of >= _MANY])]
    if busy.empty:
        return []
    said = pd.DataFrame({
        "author": busy["author_id"].astype(object),
        "text": [_VARIES.sub(" ", text).casefold().strip() for text in busy["text"].astype(object)],
        "day": busy["created_at"].dt.floor("D"),
    })  # fmt: skip
    with_words = said[said["text"] != ""].groupby("author")["text"]
    most = with_words.agg(lambda texts: texts.value_counts().iloc[0] / len(texts))
    same = set(most.index[(most >= _ALIKE) & (with_words.size() >= _MANY)])
    a_day = said.groupby(["author", "day"]).size()
    tireless = set(a_day.index.get_level_values(0)[a_day >= _A_DAY])
    found = same | tireless
    if not found:
        return []
    n = int(n_of[list(found)].sum())
    accounts = "1 account looks" if len(found) == 1 else f"{len(found):,} accounts look"
    return [
        f"{accounts} automated ({n / len(mentions):.1%} of all messages): {_MANY} messages and more of which "
        f"{_ALIKE:.0%} say the same but for numbers and links, or {_A_DAY} and more on one day."
    ]


def _copies(mentions: pd.DataFrame) -> list[str]:
    """Count texts of more than three words that repeat word for word and are not marked as reposts."""
    texts = mentions.loc[mentions["kind"] != "repost", "text"]
    long = texts[texts.str.count(" ") >= 3]
    n = int(long.str.casefold().duplicated().sum())
    if len(long) < 100 or n < 0.05 * len(long):
        return []
    return [
        f"{n:,} of {len(long):,} texts repeat an earlier one word for word without being marked as reposts."
    ]


def gathered(notes: Iterable[tuple[str, str]]) -> list[str]:
    """Say once what holds of several files: pairs of file and doubt -> sentences."""
    files: dict[str, list[str]] = defaultdict(list)
    for name, note in notes:
        own = note.removeprefix(f"{name}: ")
        if name not in files[own]:
            files[own].append(name)
    return [
        f"{names[0]}: {note}" if len(names) == 1 else f"{note.removesuffix('.')} ({len(names):,} files)."
        for note, names in files.items()
    ]
