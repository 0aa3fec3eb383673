"""What low and high ratings teach of this archive's words: which complaints and praises to believe."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit

from .hashed_words import count_words

Floats = npt.NDArray[np.float64]

LEAST_PEOPLE = 30
"""People with a low rating, and as many with a high one, from which words are learned."""
KEPT, KEPT_IF_HIGH, ADDED = 0.25, 0.45, 0.75
"""Chances under which a shipped signal is dropped, in general and of a message rated high, and from which one
is added."""
_ONLY, _ONE_OF = 0.8, 0.5
"""Chance that a low rating's reason is in the only sentence that may give it, and the most if it is one of
several."""
_LOW, _HIGH = 0.3, 0.7
_REASONS = ("complaint", "wish", "workaround", "leaving", "switching")
"""Signals that give a reason for a low rating."""
_FOLDS = 5
_TAUGHT = 20_000
_REGULARISED = 3.0
_THREE_WORDS = r"(?:\W*[^\W\d_]+\W+){2}[^\W\d_]"
_CLAUSE = re.compile(r"[,;:()\t\n]|\b(?:but|however|though|although|except|only|yet)\b", re.IGNORECASE)


def word_evidence(sentences: pd.DataFrame, clauses: Sequence[str]) -> tuple[Floats, Floats] | None:
    """Weigh by this archive's ratings what sentences and clauses say.

    Parameters
    ----------
    sentences : DataFrame
        Columns person, said and rating (0 to 1, or missing).
    clauses : sequence of str
        One a sentence: the part of it that matters.

    Returns
    -------
    tuple of ndarray, or None
        Of each sentence and of each clause the log of how much likelier it stands under a low rating than
        under a high one. None with fewer than 30 people who rated low, or 30 who rated high.

    Notes
    -----
    Logistic regression with an L2 penalty on tokens and pairs of neighbours, people with low and with high
    ratings weighing alike, each person alike. Cross-fitted: what one says is weighed by what others rated.
    """
    from sklearn.linear_model import LogisticRegression

    rating = sentences["rating"].to_numpy(float)
    low, rated = rating <= _LOW, (rating <= _LOW) | (rating >= _HIGH)
    person = sentences["person"].to_numpy(str)
    if min(len(np.unique(person[rated & one])) for one in (low, ~low)) < LEAST_PEOPLE:
        return None
    drawn = {
        one: hashlib.blake2b(one.encode(errors="replace"), digest_size=8).digest() for one in set(person)
    }
    turn = np.array([int.from_bytes(drawn[one]) for one in person], dtype=np.uint64)
    order = np.lexsort((sentences["said"].to_numpy(str), turn))  # the order of the rows decides nothing
    taught = order[rated[order]][:_TAUGHT]
    fold = turn % np.uint64(_FOLDS)
    counted, parts = count_words(sentences["said"].tolist()), count_words(clauses)
    # each person counts once, and both sides the same
    said = pd.Series(1.0).reindex(range(len(person)), fill_value=1.0).groupby(person).transform("sum")
    weight = 1 / said.to_numpy()
    evidence = np.zeros((2, len(person)))
    for held in range(_FOLDS):
        known, left = taught[fold[taught] != held], fold == held
        model = LogisticRegression(
            C=_REGULARISED, class_weight="balanced", solver="liblinear", dual=True, tol=1e-2, random_state=0
        )
        model.fit(counted[known], low[known], sample_weight=weight[known])
        evidence[:, left] = [model.decision_function(one[left]) for one in (counted, parts)]
    return evidence[0], evidence[1]


def clause_at(said: str, start: int) -> str:
    """Return the clause of a sentence that a position is in."""
    cuts = [0, *(found.start() for found in _CLAUSE.finditer(said, 1)), len(said)]
    at = int(np.searchsorted(cuts, start, side="right"))
    return said[cuts[at - 1] : cuts[min(at, len(cuts) - 1)]]


def calibrate(found: pd.DataFrame, sentences: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Blend complaints and praises with what goes with this archive's ratings.

    Parameters
    ----------
    found : DataFrame
        Rows of `find_signals`.
    sentences : DataFrame
        Columns mention_id, sentence, start, end, person, said and rating of all English sentences.

    Returns
    -------
    tuple of DataFrame
        The rows that stay, with their new probabilities, and those that are added: the ratings' own.

    Notes
    -----
    Bayes' rule in log odds, as if a rule, the words and the message's own rating were independent: the
    shipped probability; plus the weight of the clause in which the rule matched; plus 1 for the lowest
    rating to -1 for the highest. For praise both are taken off.
    """
    keys = ["mention_id", "sentence"]
    spans = found.loc[
        found["signal"].isin(["complaint", "praise"]), [*keys, "signal", "probability", "start"]
    ]
    table = spans.reset_index(names="row").merge(
        sentences.rename(columns={"start": "first"}), on=keys, how="right"
    )
    clauses = [
        said if np.isnan(start) else clause_at(said, int(start) - first)
        for said, start, first in zip(table["said"], table["start"], table["first"], strict=True)
    ]
    weighed = word_evidence(table, clauses)
    if weighed is None:
        return found, found.iloc[:0]
    own = 1 - 2 * table["rating"].fillna(0.5).to_numpy(float)
    hit = table["row"].notna().to_numpy()
    sign = np.where(table["signal"] == "praise", -1, 1)
    chance = expit(logit(table["probability"].to_numpy(float)) + sign * (weighed[1] + own))
    rows = table["row"][hit].astype("int64")
    blended = found["probability"].copy()
    blended[rows] = chance[hit].round(4)
    dropped = rows[chance[hit] < np.where(sign[hit] * own[hit] < 0, KEPT_IF_HIGH, KEPT)]
    kept = found.assign(probability=blended).drop(dropped)
    silent = ~hit & ~pd.MultiIndex.from_frame(table[keys]).isin(pd.MultiIndex.from_frame(found[keys]))
    share = (spans["signal"] == "complaint").sum() / len(sentences)
    explained = set(kept.loc[kept["signal"].isin(_REASONS), "mention_id"])
    return kept, _added(table[silent], weighed[0][silent], own[silent], share, explained)


def _added(
    silent: pd.DataFrame, weight: Floats, own: Floats, share: float, explained: set[str]
) -> pd.DataFrame:
    """Return complaints that no rule knows, from sentences whose words and rating leave little doubt.

    `explained` are the messages that give a reason for their rating in another sentence.
    """
    speaks = silent["said"].str.match(_THREE_WORDS).to_numpy()
    of_message = pd.Series(speaks, silent.index).groupby(silent["mention_id"]).transform("sum")
    n = of_message.where(~silent["mention_id"].isin(explained), np.inf).clip(lower=1).to_numpy(float)
    prior = np.where(n == 1, _ONLY, np.clip(np.maximum(share, 1 / n), 0.01, _ONE_OF))
    chance = expit(logit(prior) + weight + own)
    sure = (chance >= ADDED) & ((weight > 0) | (n == 1)) & (own > 0) & speaks
    added = silent[["mention_id", "sentence", "first", "end"]].rename(columns={"first": "start"})
    return added.assign(signal="complaint", probability=chance.round(4), evidence="ratings")[sure]
