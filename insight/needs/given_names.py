"""Names that needs are given: by a model of the reader's own, or by the last run."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from insight.mentions import InsightError

from .result import Needs

_SHOWN = 20
_MOST = 80
_KEPT = 0.5
"""Share of an earlier need's sentences that must be found in a need for it to keep the name."""


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
    >>> from insight.signals.find_signals import find_signals
    >>> texts = {"mention_id": ["a", "b"], "text": ["The lid broke", "My lid broke"]}
    >>> mentions = as_mentions(pd.DataFrame(texts))
    >>> needs = find_needs(mentions, find_signals(mentions), min_people=1)
    >>> name_needs(needs, model=lambda said: said[0].upper(), mentions=mentions).table["name"].tolist()
    ['THE LID BROKE']
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
