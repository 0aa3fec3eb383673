"""One sentence that voices a need."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from insight.mentions import among

from .phrases import stem
from .result import Needs

_HANDLES = re.compile(r"^(?:\s*@\w+[:,]?)+")
_ODD = re.compile(r"`|\w-(?:\s|$)")
"""Code, or a word cut at a line's end; a question, mostly by one who helps, is no quote either."""
_READABLE = (5, 24)
"""Words of a sentence that is read at a glance."""
_READ, _NEAREST, _NAMED = 300, 30, 0.3
"""Sentences read, those compared, and how much nearer one with all words of the need's name counts."""


def representative(mentions: pd.DataFrame, needs: Needs, need: str) -> str:
    """Return a sentence near a need's centre that can be read alone and has the words of its name.

    A question, code and a word cut at a line's end are passed over; "" if nothing else is there. Handles and
    list marks before it are left out.
    """
    own = needs.members[(needs.members["need"] == need) & ~needs.members["echo"]]
    alone = own["n_words"].between(*_READABLE) & ~own["borrowed"].fillna(False).astype(bool)
    own = (
        own.assign(alone=alone, similarity=own["similarity"].fillna(0))
        .sort_values(
            ["alone", "similarity", "mention_id", "sentence", "start"],
            ascending=[False, False, True, True, True],
        )
        .head(_READ)
    )
    texts = mentions.loc[among(mentions["mention_id"], own["mention_id"])].set_index("mention_id")
    own = own.assign(said=[_words(texts.loc[row.mention_id], row) for row in own.itertuples()])
    own = own[[not _ODD.search(said) and "?" not in said[-4:] for said in own["said"]]]
    if own.empty:
        return ""
    near = own[own["alone"] == own["alone"].iloc[0]].head(_NEAREST)
    named = _stems(needs.names.get(need, ""))
    has = [len(named & _stems(said)) / max(1, len(named)) for said in near["said"]]
    return str(near["said"].iloc[int(np.argmax(near["similarity"].to_numpy() + _NAMED * np.array(has)))])


def _words(message: pd.Series, row: Any) -> str:  # noqa: ANN401
    source = message["title"] if row.sentence < 0 else message["text"]
    return _HANDLES.sub("", str(source)[int(row.start) : int(row.end)]).strip().lstrip("-–•* ")


def _stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"\w+", text.lower())}
