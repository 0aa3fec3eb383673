"""What happened, before anyone speaks: a table of facts, each with the messages it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from insight.mentions import InsightError, among, is_repost
from insight.stats import shares
from insight.text.distinctive import distinctive_terms
from insight.timeline.engine import moment
from insight.timeline.persons import by_people
from insight.timeline.rows import timeline

from .outages import utc

_FIRST = 3
_SOURCES = 3
_COLUMNS = ["fact", "detail", "at", "n", "n_of", "share", "low", "high", "sources"]
Fact = tuple[str, str, pd.Timestamp, int, int, tuple[str, ...]]


def incident_brief(
    mentions: pd.DataFrame,
    signals: pd.DataFrame | None = None,
    *,
    start: str | pd.Timestamp,
    end: str | pd.Timestamp,
    brand: str | None = None,
    n_terms: int = 8,
) -> pd.DataFrame:
    """Gather the facts of an incident: first posts, timeline, main terms, how common, what is not known.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; what was said before `start` is what terms are compared with.
    signals : DataFrame, optional
        `find_signals` of the same mentions, for how common complaints and questions are.
    start, end : str or Timestamp
        The incident, end exclusive; UTC where no zone is named.
    brand : str, optional
        Only messages about this brand, the own one or a rival; by default all.
    n_terms : int
        Number of main terms.

    Returns
    -------
    DataFrame
        One row a fact, in the order of a report.

        - fact : first post, busiest hour, people talking, passed on, complaint, question, term, first words
          of the brand, not known
        - detail : the term, the hour or what is not known; empty where the numbers say it all
        - at : UTC, the moment of the first source
        - n, n_of : people (passed on, first words: messages), and of how many
        - share, low, high : n / n_of with Wilson's 95 % interval
        - sources : up to three mention_ids to read, earliest first

    Notes
    -----
    Facts about messages: what was said, when, by how many. Whether it is true is for people to find out.

    Examples
    --------
    >>> import insight as ins
    >>> brief = incident_brief(ins.example(), start="2025-02-01", end="2025-02-28")
    >>> brief[["fact", "detail", "n"]].head(3)
             fact detail  n
    0  first post         1
    1  first post         1
    2  first post         1
    """
    first, last = moment(start, tz="UTC"), moment(end, tz="UTC")
    dated = timeline(mentions)
    about = dated if brand is None else dated[dated["brand"].astype(object) == brand]
    spoken = about[by_people(about)]
    during = spoken[(spoken["created_at"] >= first) & (spoken["created_at"] < last)]
    if during.empty:
        raise InsightError(
            f"no one{'' if brand is None else f' talks about {brand!r}'} between {first} and {last}; "
            f"the table runs from {dated['created_at'].min()} to {dated['created_at'].max()}."
        )
    facts = [
        *_posts(during),
        *_signals(during, signals),
        *_terms(during, spoken[spoken["created_at"] < first], n_terms),
        *_brand_words(about[(about["role"].isin(["brand", "rival"])).to_numpy()], during, first, last),
    ]
    table = pd.DataFrame(facts, columns=["fact", "detail", "at", "n", "n_of", "sources"])
    found = shares(table["n"], table["n_of"], min_people=1)
    return utc(table, ("at",)).assign(**found.columns())[_COLUMNS]


def _fact(name: str, detail: str, rows: pd.DataFrame, n: int, n_of: int) -> Fact:
    at = rows["created_at"].iloc[0] if len(rows) else pd.NaT
    return name, detail, at, n, n_of, tuple(rows["mention_id"].head(_SOURCES))


def _posts(during: pd.DataFrame) -> Iterator[Fact]:
    n_people = during["author_id"].nunique()
    passed_on = is_repost(during)
    for at in range(min(_FIRST, int((~passed_on).sum()))):
        yield _fact("first post", "", during[~passed_on].iloc[[at]], 1, n_people)
    hour = during["created_at"].dt.floor("h")
    per_hour = during.groupby(hour)["author_id"].nunique()
    busiest = per_hour.index[int(per_hour.to_numpy().argmax())]
    when = f"{busiest:%Y-%m-%d %H:00} UTC"
    yield _fact("busiest hour", when, during[hour == busiest], int(per_hour.max()), n_people)
    yield _fact("people talking", "", during, n_people, n_people)
    yield _fact("passed on", "", during[passed_on], int(passed_on.sum()), len(during))


def _signals(during: pd.DataFrame, signals: pd.DataFrame | None) -> Iterator[Fact]:
    if signals is None:
        return
    for signal in ("complaint", "question"):
        rows = during[among(during["mention_id"], signals.loc[signals["signal"] == signal, "mention_id"])]
        yield _fact(signal, "", rows, rows["author_id"].nunique(), during["author_id"].nunique())


def _terms(during: pd.DataFrame, before: pd.DataFrame, n_terms: int) -> Iterator[Fact]:
    original = during[~is_repost(during)]
    both = pd.concat([original, before.tail(20 * max(len(original), 50))])
    both = both[both["author_id"].notna()]
    if not both["mention_id"].isin(original["mention_id"]).any():
        return
    groups = np.where(both["mention_id"].isin(original["mention_id"]), 1, 0)
    found = distinctive_terms(both["text"], people=both["author_id"], groups=groups, min_people=3)
    for term in found.loc[(found["group"] == 1) & (found["low"] > 0), "term"].head(n_terms):
        rows = original[original["text"].str.contains(rf"(?i)\b{re.escape(term)}\b", regex=True)]
        yield _fact("term", term, rows, rows["author_id"].nunique(), during["author_id"].nunique())


def _brand_words(
    posts: pd.DataFrame, during: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp
) -> Iterator[Fact]:
    own = posts[(posts["created_at"] >= first) & (posts["created_at"] < last) & ~is_repost(posts)]
    if len(own):
        earlier = int((during["created_at"] < own["created_at"].iloc[0]).sum())
        yield _fact(
            "first words of the brand", f"{earlier} messages came before", own.iloc[[0]], earlier, len(during)
        )
    else:
        yield _fact("not known", "what the brand says: no post of it in this time", own, 0, len(during))
