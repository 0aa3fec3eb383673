"""The words of the rows: which messages keep them on the page, how long, and where their sentences are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MAX_CHARACTERS = 1_500
"""Of a message on the page; sentences that voice something further on are added to the end."""

_GAP = " … "


@dataclass(frozen=True)
class Shown:
    """The texts kept, in the order of rows, which rows have one, and the sentences' places in UTF-16."""

    texts: list[str]
    has: np.ndarray
    start: np.ndarray
    end: np.ndarray
    counts: dict[str, int]


def show_texts(rows: pd.DataFrame, said: pd.DataFrame, *, n_bytes: int) -> Shown:
    """Write title and text of each message as far as the bytes go, those that voice a need first."""
    spans: dict[int, list[int]] = {}
    for at, row in enumerate(said["row"].tolist()):
        spans.setdefault(row, []).append(at)
    start, end = (said[name].to_numpy("int64").copy() for name in ("start", "end"))
    in_text = said["sentence"].to_numpy("int64") >= 0
    texts, n_cut = [], 0
    heads = rows["title"].fillna("").tolist()
    for row, (title, text) in enumerate(zip(heads, rows["text"].fillna("").tolist(), strict=True)):
        shown = f"{title}\n{text}" if title.strip() and text.strip() else text if text.strip() else title
        shift = len(shown) - len(text) if text.strip() else 0
        mine = spans.get(row, [])
        for at in mine:
            if in_text[at]:
                start[at] += shift
                end[at] += shift
        n_cut += len(shown) > MAX_CHARACTERS
        texts.append(_fitted(shown, mine, start, end))
    size = np.array([len(text.encode("utf-8", "replace")) for text in texts], dtype="int64")
    has = _afforded(rows, said, size, n_bytes)
    return Shown(
        [text for text, kept in zip(texts, has, strict=True) if kept],
        has,
        start,
        end,
        {"n_left_out": int((~has & (size > 0)).sum()), "n_cut": n_cut, "n_empty": int((size == 0).sum())},
    )


def _fitted(text: str, mine: list[int], start: np.ndarray, end: np.ndarray) -> str:
    """Cut a long text, keep its sentences, and move their places to where JavaScript counts them."""
    if len(text) > MAX_CHARACTERS:
        kept = text[:MAX_CHARACTERS].rstrip()
        whole = len(kept)
        for at in mine:
            if end[at] > whole:
                piece = text[start[at] : end[at]][:MAX_CHARACTERS]
                start[at], kept = len(kept) + len(_GAP), kept + _GAP + piece
                end[at] = start[at] + len(piece)
        text = kept if kept.endswith("…") else kept + " …"
    if mine and not text.isascii():
        for at in mine:
            start[at], end[at] = (_utf16(text[: places[at]]) for places in (start, end))
    return text


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _afforded(rows: pd.DataFrame, said: pd.DataFrame, size: np.ndarray, n_bytes: int) -> np.ndarray:
    """Choose by what a message voices, then by its keyed id, which says nothing of its words."""
    voiced = np.zeros(len(rows), dtype="int64")
    voiced[said["row"].to_numpy("int64")] = 1
    voiced[said.loc[said["need"].notna(), "row"].to_numpy("int64")] = 2
    order: Any = np.lexsort((rows["token"].to_numpy(str), -voiced))
    has = np.zeros(len(rows), dtype=bool)
    has[order[np.cumsum(size[order]) <= n_bytes]] = True
    return has & (size > 0)
