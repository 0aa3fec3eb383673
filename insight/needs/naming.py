"""What a need is called: a phrase of people's own that most others paraphrase; names that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from insight.mentions import InsightError

from .groups import Groups, fluency
from .markers import mark, shared, sharpest
from .phrases import as_name, grammar, stem
from .result import Needs

_SHARED = 0.25
"""Weight of the share of people who use a name's words, beside its likeness to what they say."""
_SHOWN = 20
_MOST = 80
_KEPT = 0.5
"""Share of an earlier need's sentences that must be found in a need for it to keep the name."""


def name_problems(rows: pd.DataFrame, groups: Groups, phrases: dict[str, int]) -> dict[int, str]:
    """Name each problem by the phrase nearest to its sub-problems, among those said of it; no name twice."""
    if not len(groups.centres):
        return {}
    likeness = groups.spoken @ groups.centres.T
    owner = groups.problems[likeness.argmax(axis=1)]
    fitness = fluency(groups.phrases, np.array([phrases[name] for name in groups.phrases]))
    names: dict[int, str] = {}
    sized = (
        rows[rows["problem"] >= 0]
        .groupby("problem")["person"]
        .nunique()
        .sort_values(ascending=False, kind="stable")
    )
    for problem in sized.index.astype(int):
        own = rows[rows["problem"] == problem]
        share = own.groupby("part")["person"].nunique()
        at = np.flatnonzero(owner == problem)
        near = likeness[at][:, share.index] @ (share / share.sum()).to_numpy()
        said = [groups.phrases[row] for row in at]
        worth = (
            near + _SHARED * (_word_shares(own, said) + _mark_shares(own, said, groups.known))
        ) * fitness[at]
        ranked = [as_name(groups.phrases[row]) for row in at[np.argsort(-worth, kind="stable")]]
        fallback = as_name(groups.labels[int(np.flatnonzero(groups.problems == problem)[0])])
        names[problem] = next((name for name in ranked if name not in names.values()), fallback)
    return names


def _word_shares(rows: pd.DataFrame, phrases: Sequence[str]) -> np.ndarray:
    """Return, of each phrase, the mean share of the people who use its words."""
    known, users = grammar(), dict[str, set[int]]()
    for key, person in zip(rows["key"], rows["person"], strict=True):
        for word in key.split():
            users.setdefault(stem(word), set()).add(person)
    n = max(1, rows["person"].nunique())
    shares = []
    for phrase in phrases:
        words = [word for word in phrase.split() if word not in known] or phrase.split()
        shares.append(np.mean([len(users.get(stem(word), ())) / n for word in words]))
    return np.array(shares)


def _mark_shares(rows: pd.DataFrame, phrases: Sequence[str], known: frozenset[str]) -> np.ndarray:
    """Return, of each phrase, the share of the sentences that say its problem."""
    wanted = [sharpest(marks) for marks in mark(phrases, known)]
    return shared(mark(rows["plain"].tolist(), known), wanted).mean(axis=0)


def name_needs(needs: Needs, *, model: Callable[[list[str]], str], mentions: pd.DataFrame) -> Needs:
    """Let a language model of your own name the needs.

    Parameters
    ----------
    needs : Needs
        As `find_needs` returns it.
    model : callable
        Given up to 20 sentences of one need, nearest to its centre first, it returns a short name.
    mentions : DataFrame
        The table that the needs were found in, for the sentences' words.

    Returns
    -------
    Needs
        With the names given; a need for which the model returns nothing, or over 80 letters, keeps its own.

    Examples
    --------
    >>> from insight.mentions import as_mentions
    >>> from insight.needs import find_needs
    >>> from insight.signals.find import find_signals
    >>> texts = {"mention_id": ["a", "b"], "text": ["The lid broke", "My lid broke"]}
    >>> mentions = as_mentions(pd.DataFrame(texts))
    >>> needs = find_needs(mentions, find_signals(mentions), minimum=1)
    >>> name_needs(needs, model=lambda said: said[0].upper(), mentions=mentions).table["name"].tolist()
    ['MY LID BROKE']
    """
    if not callable(model):
        raise InsightError(f"model is {model!r}; pass a function from a list of sentences to a name.")
    rows = needs.members[needs.members["need"].isin(needs.table["need"]) & ~needs.members["echo"]]
    rows = rows.merge(mentions[["mention_id", "text", "title"]], on="mention_id")
    source = rows["title"].where(rows["sentence"] < 0, rows["text"])
    rows["said"] = [text[a:b] for text, a, b in zip(source, rows["start"], rows["end"], strict=True)]
    rows = rows.sort_values(["need", "similarity", "mention_id"], ascending=[True, False, True])
    given = {}
    for need, own in rows[~rows["borrowed"]].groupby("need"):
        name = " ".join(str(model(own["said"].drop_duplicates().head(_SHOWN).tolist()) or "").split())
        if 0 < len(name) <= _MOST:
            given[str(need)] = name
    return needs.renamed(given)


def keep_names(needs: Needs, previous: Needs) -> Needs:
    """Give needs the names of the earlier ones whose sentences they share most."""
    keys = ["mention_id", "sentence", "start"]
    both = needs.members[[*keys, "need"]].merge(
        previous.members[[*keys, "need"]], on=keys, suffixes=("", "_old")
    )
    shared = both.dropna().groupby(["need", "need_old"]).size().sort_values(ascending=False, kind="stable")
    sizes = both.groupby("need_old").size()
    kept: dict[str, str] = {}
    for (new, old), n in shared.items():
        name = previous.names.get(old)
        if new not in kept and name and name not in kept.values() and n >= _KEPT * sizes[old]:
            kept[new] = name
    return needs.renamed(kept)
