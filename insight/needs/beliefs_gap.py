"""What a brand believes of its customers, or posts about, beside what people speak of."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.stats.intervals import wilson
from insight.timeline.own_words import own_words

COLUMNS = ["source", "name", "believed", "n_people", "n", "share", "low", "high", "gap"]


def beliefs_gap(
    mentions: pd.DataFrame,
    subjects: pd.DataFrame,
    *,
    beliefs: Mapping[str, float] | None = None,
    posts: pd.Series | None = None,
    min_people: int = 5,
) -> pd.DataFrame:
    """Set what a brand believes or posts about beside the shares of people who speak of it.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; original messages by customers and unknown authors count.
    subjects : DataFrame
        mention_id and name: what each message is about, topics and needs by their names.
    beliefs : mapping of str to float, optional
        Name of a topic or need -> the share (0 to 1) of customers who are believed to speak of it.
    posts : Series of str, optional
        The subject of each of the brand's own posts; missing where it has none.
    min_people : int
        Fewest people of a subject that only people speak of.

    Returns
    -------
    DataFrame
        One row a source and subject, largest gap first: source ("beliefs" or "own posts"), name, believed
        (the share in beliefs or of the posts), n_people (who speak of it), n (people in all), share, low,
        high (95 %, Wilson), gap (share less believed).

    Raises
    ------
    InsightError
        If a belief names no subject; the nearest name is given.

    Notes
    -----
    Beliefs are compared with the share of people who speak of a subject at all. Posts are about one subject
    each, so both they and people are compared by shares that sum to 1: a person's messages share one vote.

    Examples
    --------
    >>> import insight as ins
    >>> said = {"mention_id": list("abcd"), "author_id": list("wxyz"), "text": ["lid", "lid ", "app", "lid!"]}
    >>> mentions = ins.as_mentions(pd.DataFrame(said))
    >>> about = pd.DataFrame({"mention_id": list("abcd"), "name": ["lid", "lid", "app", "lid"]})
    >>> found = beliefs_gap(mentions, about, beliefs={"app": 0.5, "lid": 0.75})
    >>> found[["name", "believed", "share", "gap"]].values.tolist()
    [['app', 0.5, 0.25, -0.25], ['lid', 0.75, 0.75, 0.0]]
    """
    need_columns(subjects, "subjects", ["mention_id", "name"])
    people = own_words(mentions)[["mention_id", "person"]]
    said = people.merge(subjects.drop_duplicates(["mention_id", "name"]), on="mention_id")
    said = said[said["name"].notna()]
    counts = said.groupby("name")["person"].nunique()
    tables = [_believed(beliefs, counts, n=people["person"].nunique())] if beliefs else []
    if posts is not None and posts.notna().any():
        tables.append(_posted(posts.dropna(), said, counts, min_people=min_people))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(tables, ignore_index=True)
    table["low"], table["high"] = wilson(table["share"] * table["n"], np.maximum(table["n"], 1))
    table["gap"] = (table["share"] - table["believed"]).round(12)
    order = table.assign(size=table["gap"].abs())
    ranked = order.sort_values(["source", "size", "name"], ascending=[True, False, True])
    return ranked[COLUMNS].reset_index(drop=True)


def _believed(beliefs: Mapping[str, float], counts: pd.Series, *, n: int) -> pd.DataFrame:
    known = {str(name).casefold(): str(name) for name in counts.index}
    rows = []
    for name, share in beliefs.items():
        found = known.get(name.casefold())
        if found is None:
            near = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.4)
            hint = f"; did you mean {known[near[0]]!r}?" if near else f"; found {sorted(known.values())[:8]}."
            raise InsightError(f"beliefs name {name!r}, which is no topic and no need here{hint}")
        rows.append(("beliefs", found, float(share), int(counts[found]), n, counts[found] / max(1, n)))
    return pd.DataFrame(rows, columns=COLUMNS[:6])


def _posted(posts: pd.Series, said: pd.DataFrame, counts: pd.Series, *, min_people: int) -> pd.DataFrame:
    """Compare shares that sum to one: of posts, and of people whose messages share one vote."""
    votes = said.groupby(["person", "name"]).size()
    of_each = votes / votes.groupby("person").transform("sum")
    share = of_each.groupby("name").sum() / max(1, said["person"].nunique())
    believed = posts.value_counts(normalize=True)
    names = sorted({*believed.index, *counts.index[counts >= min_people]})
    return pd.DataFrame(
        {
            "source": "own posts",
            "name": names,
            "believed": believed.reindex(names, fill_value=0.0).to_numpy(),
            "n_people": counts.reindex(names, fill_value=0).to_numpy(),
            "n": said["person"].nunique(),
            "share": share.reindex(names, fill_value=0.0).to_numpy(),
        }
    )
