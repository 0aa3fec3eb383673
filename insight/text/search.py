"""Mentions that match a query of words, or that are like given examples."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from insight.mentions import InsightError, InsightWarning, need_columns
from insight.stats import shares

from .clean import clean_text
from .encode import Encoder, encode
from .query import Matcher, Spans, Text, parse_query

__all__ = ["find_mentions", "hits_over_time"]


def find_mentions(
    mentions: pd.DataFrame,
    query: str | None = None,
    *,
    like: Sequence[str] | None = None,
    similarity: float = 0.5,
    encoder: str | Path | Encoder | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Find the mentions that a query of words matches, or that mean what examples mean.

    Parameters
    ----------
    mentions : DataFrame
        Needs mention_id and text; title is searched too.
    query : str or None
        Words, `"phrases"`, `stem*` and `w?rd`, `#tags`, joined by AND (also by a mere space), OR, NOT,
        `NEAR/5` (at most five words between, either order) and brackets. Case does not matter, accents do.
        NEAR binds most, then NOT, AND, OR.
    like : list of str or None
        Example texts of a theme: a mention also matches if it is as near as `similarity` to one of them.
        With a query as well, either is enough.
    similarity : float
        Least cosine, -1 to 1, to an example.
    encoder : str, Path, Encoder or None
        For `like`; see `load_encoder`.
    progress : bool
        Show a bar on standard error while mentions are encoded.

    Returns
    -------
    DataFrame
        The matches in the order of `mentions`: mention_id, text (with the title before it), spans (list of
        start and end of what the query found in `text`), similarity (to the nearest example; missing without
        `like`).

    Raises
    ------
    InsightError
        If neither query nor examples are given, the query cannot be read, or it only excludes.

    Warns
    -----
    InsightWarning
        If nothing matches, with the parts of the query that alone match nothing.

    Examples
    --------
    >>> import insight as ins
    >>> find_mentions(ins.example(), "kettle AND (leak* OR broke)")[["mention_id", "spans"]]
      mention_id                 spans
    0        x:1    [(3, 9), (10, 15)]
    1       x:10  [(11, 17), (18, 23)]
    >>> find_mentions(ins.example(), "kettle NEAR/2 red")["mention_id"].tolist()
    ['x:14']
    """
    if not query and not like:
        raise InsightError("give a query, such as 'refund AND late', or examples in like=.")
    need_columns(mentions, "mentions", ["mention_id", "text"])
    texts = _full_texts(mentions)
    spans: list[Spans | None] = [None] * len(texts)
    if query:
        matcher, words = parse_query(query)
        spans = [matcher(Text(text)) for text in texts]
    hit = np.array([found is not None for found in spans], dtype=bool)
    cosines = np.full(len(texts), np.nan)
    if like and texts:
        examples = encode(clean_text(like), encoder=encoder)
        vectors = encode(clean_text(texts), encoder=encoder, progress=progress)
        cosines = (vectors @ examples.T).max(axis=1).astype(float)
        hit |= cosines >= similarity
    if not hit.any():
        _warn_of_nothing(query, words if query else [], texts)
    return pd.DataFrame(
        {
            "mention_id": mentions["mention_id"].to_numpy()[hit],
            "text": np.array(texts, dtype=object)[hit],
            "spans": [sorted(set(found or [])) for found, kept in zip(spans, hit, strict=True) if kept],
            "similarity": cosines[hit],
        }
    )


def hits_over_time(mentions: pd.DataFrame, hits: pd.DataFrame, *, period: str = "month") -> pd.DataFrame:
    """Count the people who wrote what was searched for, by period.

    Parameters
    ----------
    mentions : DataFrame
        The table that was searched; needs mention_id, created_at and author_id. Rows without a date or an
        author are left out.
    hits : DataFrame
        As `find_mentions` returns it.
    period : {'day', 'week', 'month'}
        Calendar periods in UTC; weeks begin on Monday.

    Returns
    -------
    DataFrame
        One row a period, empty ones included: period (its start), n_hits (messages), k (people who wrote
        one), n (people who wrote anything), share (k of n), low, high (95 %, Wilson).

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> hits_over_time(mentions, find_mentions(mentions, "kettle"))[["period", "k", "n", "share"]]
                         period  k  n  share
    0 2025-01-01 00:00:00+00:00  2  5   0.40
    1 2025-02-01 00:00:00+00:00  1  4   0.25
    2 2025-03-01 00:00:00+00:00  1  2   0.50
    """
    from insight.stats.periods import calendar

    need_columns(mentions, "mentions", ["mention_id", "created_at", "author_id"])
    rows = mentions[["mention_id", "created_at", "author_id"]].dropna()
    if rows.empty:
        raise InsightError(f"none of the {len(mentions)} mentions has a date and an author.")
    laid = calendar(rows["created_at"].min(), rows["created_at"].max(), period=period, tz="UTC")
    rows = rows.assign(at=laid.starts.searchsorted(rows["created_at"], side="right") - 1)
    found = rows[rows["mention_id"].isin(hits["mention_id"])]
    every = range(len(laid.starts))
    k = found.groupby("at")["author_id"].nunique().reindex(every, fill_value=0).to_numpy()
    n = rows.groupby("at")["author_id"].nunique().reindex(every, fill_value=0).to_numpy()
    n_hits = found.groupby("at").size().reindex(every, fill_value=0).to_numpy()
    columns = {"period": laid.starts, "n_hits": n_hits, "k": k, "n": n}
    return pd.DataFrame({**columns, **shares(k, n, min_people=1).columns()})


def _full_texts(mentions: pd.DataFrame) -> list[str]:
    texts = mentions["text"].fillna("").astype(str).tolist()
    if "title" not in mentions:
        return texts
    titles = mentions["title"].fillna("").astype(str).tolist()
    return [
        f"{title}. {text}" if title and title != text else text
        for title, text in zip(titles, texts, strict=True)
    ]


def _warn_of_nothing(query: str | None, words: list[tuple[str, Matcher]], texts: list[str]) -> None:
    read = [Text(text) for text in texts]
    alone = [word for word, matcher in words if all(matcher(text) is None for text in read)]
    because = f"; no mention has {', '.join(map(repr, alone))}" if alone else ""
    what = f"the query {query!r}" if query else "the examples"
    warnings.warn(
        f"nothing matches {what} among {len(texts)} mentions{because}.", InsightWarning, stacklevel=3
    )
