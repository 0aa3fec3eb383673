"""Small groups of people who care about the same things or answer one another, and their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError, among, is_repost
from insight.stats import shares
from insight.text.distinctive import distinctive_terms
from insight.timeline.rows import timeline
from insight.timeline.threads import parent_rows
from insight.timeline.topics_of import topics_of

_TIE = 0.25
_NEEDS = ("complaint", "wish", "question", "workaround")


@dataclass(frozen=True)
class Niches:
    """Groups of people, largest first.

    Attributes
    ----------
    table : DataFrame
        niche (int, from 0), name (its three most telling words), n (people), n_mentions, share, low, high (of
        all people with a topic, Wilson's 95 % interval), internal (of the answers that its people give to
        other people, the share that stays inside the niche; NaN without answers).
    topics : DataFrame
        niche, topic, n (people of the niche), n_with (those who speak of the topic), share, low, high, n_need
        (those who, in it, complain, wish, ask or work around something; NA without `signals`); what most of
        them speak of comes first.
    terms : DataFrame
        niche, rank, term, n, n_with, n_other, n_other_with (people), log_odds, low, high, p_adjusted: words
        that more of its people use than of the others (`insight/text/distinctive.py`), at most 5 % of them by
        chance.
    members : DataFrame
        author_id, niche: for joining, not for showing.
    n_hidden : int
        People in groups under the minimum size, who are in no table.
    """

    table: pd.DataFrame
    topics: pd.DataFrame
    terms: pd.DataFrame
    members: pd.DataFrame
    n_hidden: int


def niches(
    mentions: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    signals: pd.DataFrame | None = None,
    min_people: int = 20,
    resolution: float = 2.0,
    random_state: int = 0,
) -> Niches:
    """Find groups of people by the mix of their topics and by who answers whom.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; the brand, reposts and deleted accounts are left out.
    assignments : DataFrame
        `Topics.assignments` of the same mentions.
    signals : DataFrame, optional
        `find_signals` of the same mentions, to count who needs something in each topic.
    min_people : int
        Least number of people in a niche that is shown.
    resolution : float
        Above 1 for smaller groups, below 1 for larger ones.
    random_state : int
        Seed of the clustering.

    Returns
    -------
    Niches
        `.table`, `.topics`, `.terms`, `.members`, `.n_hidden`; see there.

    Raises
    ------
    InsightError
        If no person has a message with a topic.

    Notes
    -----
    One graph holds people and topics. Each person is linked to their topics by the shares of their messages
    times -log of the topic's share of all, one on average: a topic of everyone's says nothing about who
    a person is. An answer links two people by a quarter, divided by the geometric mean of how many answers
    each has. Louvain's method (Blondel et al. 2008) cuts the graph. It finds groups in any graph: a niche is
    a reading aid, and its words, which follow from its topics, describe it and prove nothing.

    Examples
    --------
    >>> import insight as ins
    >>> ids = [f"x:{number}" for number in range(60)]
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {"mention_id": ids, "author_id": ids, "text": ["travel mug"] * 30 + ["espresso crema"] * 30}
    ...     )
    ... )
    >>> assignments = pd.DataFrame({"mention_id": ids, "topic": [0] * 30 + [1] * 30})
    >>> found = niches(mentions, assignments)
    >>> found.table[["niche", "name", "n", "share"]]
       niche             name   n  share
    0      0      mug, travel  30    0.5
    1      1  crema, espresso  30    0.5
    """
    ordered = timeline(mentions, undated=True)
    ordered = ordered.assign(topic=topics_of(ordered["mention_id"], assignments).fillna(-1).astype("int64"))
    kept = ordered["person"].notna() & ~is_repost(ordered)
    with_topic = set(ordered["author_id"][kept & (ordered["topic"] >= 0)])
    if not with_topic:
        raise InsightError(
            f"none of {len(ordered)} messages by people has a topic; pass assignments of the same mentions."
        )
    kept &= ordered["author_id"].isin(with_topic)
    person, people = pd.factorize(ordered["author_id"].where(kept))
    answers = _answers(ordered, person)
    group = _cluster(person, ordered["topic"].to_numpy(), answers, len(people), resolution, random_state)
    group, n_hidden = _largest_first(group, min_people)
    messages = ordered[kept.to_numpy()].assign(
        niche=group[person[kept.to_numpy()]], person=person[kept.to_numpy()]
    )
    messages = messages[messages["niche"] >= 0]
    terms = _terms(messages)
    return Niches(
        table=_table(messages, terms, group, answers, len(people)),
        topics=_topics(messages, signals),
        terms=terms,
        members=pd.DataFrame({"author_id": people, "niche": group})[group >= 0].reset_index(drop=True),
        n_hidden=n_hidden,
    )


def _answers(ordered: pd.DataFrame, person: np.ndarray) -> np.ndarray:
    """Return pairs (giver, taker) of people, one a answer."""
    parents = parent_rows(ordered)
    rows = np.flatnonzero((parents >= 0) & (person >= 0))
    pairs = np.stack([person[rows], person[parents[rows]]], axis=1)
    return pairs[(pairs[:, 1] >= 0) & (pairs[:, 0] != pairs[:, 1])]


def _cluster(
    person: np.ndarray,
    topic: np.ndarray,
    answers: np.ndarray,
    n_people: int,
    resolution: float,
    random_state: int,
) -> np.ndarray:
    """Cut one graph of people and topics, linked as `niches` says."""
    from scipy.sparse import csr_matrix
    from sknetwork.clustering import Louvain

    rows = np.flatnonzero((person >= 0) & (topic >= 0))
    speaker, node = person[rows], n_people + topic[rows]
    share = 1 / np.bincount(speaker, minlength=n_people)[speaker]
    of_all = np.bincount(topic[rows], weights=share) / share.sum()
    surprise = -np.log(of_all, where=of_all > 0, out=np.zeros_like(of_all)).round(9)
    weight = share * surprise[topic[rows]] / max(of_all @ surprise, 1e-9)
    degree = np.bincount(answers.ravel(), minlength=n_people)
    tie = _TIE / np.sqrt(degree[answers[:, 0]] * degree[answers[:, 1]])
    one, other = np.r_[speaker, answers[:, 0]], np.r_[node, answers[:, 1]]
    size = n_people + int(topic.max()) + 1
    half = csr_matrix((np.r_[weight, tie], (one, other)), shape=(size, size))
    graph = csr_matrix(half + half.T)
    if not graph.nnz:
        return np.arange(n_people)
    louvain = Louvain(resolution=resolution, random_state=random_state)
    return np.asarray(louvain.fit_predict(graph))[:n_people]


def _largest_first(group: np.ndarray, min_people: int) -> tuple[np.ndarray, int]:
    """Renumber by size, then by the first person; -1 for groups under the minimum size."""
    names, first, sizes = np.unique(group, return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = np.full(len(names), -1)
    shown = order[sizes[order] >= min_people]
    number[shown] = np.arange(len(shown))
    renamed = number[np.searchsorted(names, group)]
    return renamed, int((renamed < 0).sum())


def _terms(messages: pd.DataFrame) -> pd.DataFrame:
    found = distinctive_terms(messages["text"], people=messages["person"], groups=messages["niche"])
    found = found[(found["p_adjusted"] <= 0.05) & (found["log_odds"] > 0)].rename(columns={"group": "niche"})
    found.insert(1, "rank", found.groupby("niche").cumcount() + 1)
    return found.reset_index(drop=True)


def _topics(messages: pd.DataFrame, signals: pd.DataFrame | None) -> pd.DataFrame:
    keys = ["niche", "topic"]
    about = messages[messages["topic"] >= 0]
    table = about.groupby(keys)["person"].nunique().rename("n_with").reset_index()
    table.insert(2, "n", table["niche"].map(messages.groupby("niche")["person"].nunique()))
    table = table.assign(**shares(table["n_with"], table["n"], min_people=1).columns(), n_need=pd.NA)
    if signals is not None:
        needy = among(about["mention_id"], signals.loc[signals["signal"].isin(_NEEDS), "mention_id"])
        counts = about[needy].groupby(keys)["person"].nunique()
        table["n_need"] = counts.reindex(pd.MultiIndex.from_frame(table[keys]), fill_value=0).to_numpy()
    table = table.astype({"n_need": "Int64"})
    return table.sort_values(["niche", "n_with", "topic"], ascending=[True, False, True], ignore_index=True)


def _table(
    messages: pd.DataFrame, terms: pd.DataFrame, group: np.ndarray, answers: np.ndarray, n_people: int
) -> pd.DataFrame:
    counted = (
        messages.groupby("niche").agg(n=("person", "nunique"), n_mentions=("person", "size")).reset_index()
    )
    names = terms[terms["rank"] <= 3].groupby("niche")["term"].agg(", ".join)
    counted.insert(1, "name", [names.get(niche, f"group {niche + 1}") for niche in counted["niche"]])
    given = pd.DataFrame(
        {"niche": group[answers[:, 0]], "inside": group[answers[:, 0]] == group[answers[:, 1]]}
    )
    internal = given.groupby("niche")["inside"].mean()
    return counted.assign(
        **shares(counted["n"], n_people, min_people=1).columns(),
        internal=counted["niche"].map(internal).astype("float64"),
    )
