"""How good topics are: coherence, diversity, coverage, stability, cost, agreement with labels."""

from __future__ import annotations

import itertools
import warnings
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from insight.mentions import InsightError, InsightWarning

from .cluster import find_rule
from .communities import topic_stability
from .fitted import Topics, trials_of
from .known_vectors import Remembering
from .rule import is_long

_TOP = 10
_STEPS = 20
_MEANINGS = {
    "n_topics": "topics found",
    "coverage": "share of different texts of more than three words that have a topic",
    "npmi": "mean normalised pointwise mutual information of a topic's ten telling words, -1 to 1",
    "c_v": "mean cosine of each telling word's NPMI vector to the topic's, 0 to 1 (Röder et al. 2015)",
    "diversity": "share of the topics' telling words that no other topic has",
    "stability": "mean over the topics of the Jaccard index when 80 % are clustered again",
    "agreement": "mean over the trials of the share of texts that stay with their topic",
    "seed_agreement": "mean adjusted Rand index of the topics with those of other seeds",
    "fidelity": "mean cosine of the student's vectors to the encoder's on texts held out",
    "seconds": "from raw text to topics",
    "peak_mb": "most memory that the process has held, MB",
    "ami": "adjusted mutual information with the labels",
    "ari": "adjusted Rand index with the labels",
    "purity": "share of messages whose topic's commonest label is their own",
}


def evaluate_topics(
    topics: Topics, *, labels: pd.Series | list[str] | None = None, seeds: int = 0, progress: bool = False
) -> pd.DataFrame:
    """Measure topics by what the field measures them by, on the archive itself.

    Parameters
    ----------
    topics : Topics
        As fitted.
    labels : Series, list or None
        What each message is about as people said, in the order of the input; missing where no one did. None
        leaves the agreement with labels out.
    seeds : int
        Times to fit again with another `random_state`, to see how much hangs on it; each costs about as much
        as the fit did, but the encoder reads each text only once. 0 leaves it out.
    progress : bool
        Show a bar of these fits on standard error.

    Returns
    -------
    DataFrame
        measure, value, low, high (2.5th and 97.5th percentile of the trials or seeds; missing where nothing
        is drawn), meaning. Measures: n_topics, coverage, npmi, c_v, diversity, stability, agreement, with
        `seeds` seed_agreement, fidelity, seconds, peak_mb, and with labels ami, ari (messages without a topic
        count as one more) and purity.

    Raises
    ------
    InsightError
        If `labels` has another length than the messages, or `seeds` is asked of topics that `fit_topics` did
        not find.

    Notes
    -----
    Words co-occur when one message holds both; short messages need no sliding window. Coherence knows only
    words, so compare it on one archive, not between archives.

    Examples
    --------
    >>> from insight.topics import fit_topics
    >>> when = ("today", "again", "since Monday", "at night", "twice", "after an hour", "in the office")
    >>> texts = [f"{what} {word}" for word in when for what in ("the kettle leaks", "where is my refund")]
    >>> card = evaluate_topics(fit_topics(texts, n_topics=2), labels=["leak", "refund"] * 7)
    >>> card.set_index("measure")["value"][["n_topics", "coverage", "ami"]].tolist()
    [2.0, 1.0, 1.0]
    """
    values = {"n_topics": float(len(topics.rule.numbers)), "coverage": _coverage(topics)}
    values |= _coherence(topics)
    drawn = {"stability": _by_trial(topics), "agreement": _nanmean(_agreement(topics))}
    if seeds:
        drawn["seed_agreement"] = _by_seed(topics, seeds, progress)
    values |= {measure: float(found.mean()) for measure, found in drawn.items() if found.size}
    values |= {"fidelity": topics.rule.space.fidelity if topics.rule.space else float("nan"), **topics.cost}
    if labels is not None:
        values |= _against(topics, pd.Series(list(labels), dtype=object))
    rows = []
    for measure, text in _MEANINGS.items():
        found = drawn.get(measure, np.zeros(0))
        low, high = np.quantile(found, [0.025, 0.975]) if found.size else (np.nan, np.nan)
        if measure in values or measure in drawn:
            rows.append((measure, values.get(measure, np.nan), low, high, text))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "meaning"])


def _coverage(topics: Topics) -> float:
    rows = topics.assignments.assign(text=topics.messages["text"]).drop_duplicates("text")
    rows = rows[is_long(rows["text"].tolist())]
    return float((rows["topic"] >= 0).mean()) if len(rows) else float("nan")


def _places(topics: Topics) -> pd.DataFrame:
    placed = topics.assignments.set_axis(pd.Index(topics.messages["text"], dtype=object))
    return placed[~placed.index.duplicated()].loc[topics.drawn]


def _nanmean(table: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.nanmean(table, axis=0) if table.size else np.zeros(0)


def _by_trial(topics: Topics) -> npt.NDArray[np.float64]:
    """Return for each trial the mean over the topics of their stability."""
    numbers = {number: row for row, number in enumerate(topics.rule.numbers)}
    labels = _places(topics)["topic"].map(numbers).fillna(-1).to_numpy(dtype=np.int64)
    return _nanmean(topic_stability(labels, trials_of(topics.resampled), k=len(numbers)))


def _by_seed(topics: Topics, seeds: int, progress: bool) -> npt.NDArray[np.float64]:
    """Return the adjusted Rand index of the topics of all different texts with those of each other seed."""
    from sklearn.metrics import adjusted_rand_score
    from tqdm import tqdm

    space, search = topics.rule.space, topics.search
    if space is None or search is None:
        raise InsightError("seeds needs topics that fit_topics found; these were taken over or are empty.")
    own = topics.assignments.set_axis(pd.Index(topics.texts, dtype=object))["topic"]
    own = own[~own.index.duplicated()]
    teacher = Remembering(space.teacher, {})
    scores = []
    for seed in tqdm(range(1, seeds + 1), "Seeds", disable=not progress):
        other = replace(search, random_state=search.random_state + seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InsightWarning)  # the fit itself has said so
            found = find_rule(set(own.index), encoder=teacher, search=other).places["topic"]
        scores.append(adjusted_rand_score(own, found.reindex(own.index).fillna(-1)))
    return np.array(scores)


def _agreement(topics: Topics) -> npt.NDArray[np.float64]:
    """Return for each text drawn and each trial whether it stayed with its topic; NaN if left out."""
    if not topics.resampled.size:
        return np.zeros((len(topics.drawn), 0))
    labels = _places(topics)["topic"].to_numpy()
    found = np.full(topics.resampled.shape, np.nan)
    for trial, (rows, groups) in enumerate(trials_of(topics.resampled)):
        both = pd.crosstab(labels[rows], groups)
        jaccard = both / (both.sum(axis=1).to_numpy()[:, None] + both.sum(axis=0).to_numpy()[None, :] - both)
        home = jaccard.idxmax(axis=1)
        found[rows, trial] = home.loc[labels[rows]].to_numpy() == groups
    found[labels == -1] = np.nan
    return found[:, np.isfinite(found).any(axis=0)]


def _coherence(topics: Topics) -> dict[str, float]:
    """Return NPMI, C_v and diversity of the topics' single telling words."""
    held, terms = topics.words
    column = {term: place for place, term in enumerate(terms.tolist())}
    tops = []
    for topic in topics.rule.numbers:
        own = topics.terms.loc[topics.terms["topic"] == topic, "term"]
        words = dict.fromkeys(word for term in own for word in term.lower().split() if word in column)
        tops.append(list(words)[:_TOP])
    each = [word for words in tops for word in words]
    shared = sum(each.count(word) == 1 for word in each)
    distinct = sorted(set(each))
    if not distinct:
        return dict.fromkeys(("npmi", "c_v", "diversity"), float("nan"))
    npmi = _npmi(held[:, [column[word] for word in distinct]])
    place = {word: row for row, word in enumerate(distinct)}
    scores = [_topic_coherence(npmi, [place[word] for word in words]) for words in tops if len(words) > 1]
    pairs, vectors = np.array(scores).reshape(-1, 2).mean(axis=0) if scores else (np.nan, np.nan)
    return {"npmi": float(pairs), "c_v": float(vectors), "diversity": shared / len(each)}


def _npmi(held: sparse.csr_array) -> npt.NDArray[np.float64]:
    n = held.shape[0]
    both = (held.T @ held).toarray().astype(float) / n
    alone = both.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        npmi = np.log(both / np.outer(alone, alone)) / -np.log(both)
    npmi = np.where(both > 0, npmi, -1.0)
    return np.where(both >= 1, 1.0, npmi)


def _topic_coherence(npmi: npt.NDArray[np.float64], words: list[int]) -> tuple[float, float]:
    own = npmi[np.ix_(words, words)]
    pairs = [own[a, b] for a, b in itertools.combinations(range(len(words)), 2)]
    whole = own.sum(axis=0)
    length = np.linalg.norm(own, axis=1) * np.linalg.norm(whole)
    cosines = np.divide(own @ whole, length, out=np.zeros(len(own)), where=length > 0)
    return float(np.mean(pairs)), float(cosines.mean())


def _against(topics: Topics, labels: pd.Series) -> dict[str, float]:
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    if len(labels) != len(topics.assignments):
        raise InsightError(
            f"there are {len(labels)} labels for {len(topics.assignments)} messages; give one each, in order."
        )
    rows = topics.assignments[["topic"]].assign(label=labels.to_numpy()).dropna()
    truth, found = rows["label"].astype(str), rows["topic"]
    return {
        "ami": float(adjusted_mutual_info_score(truth, found)),
        "ari": float(adjusted_rand_score(truth, found)),
        "purity": float(pd.crosstab(found, truth).max(axis=1).sum() / max(len(rows), 1)),
    }
