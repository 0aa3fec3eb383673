"""One sentence that voices a need."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from insight.mentions import among

from .phrases import stem
from .result import Needs

_HANDLES = re.compile(r"^(?:\s*@\w+[:,]?)+")
_READABLE = (5, 24)
"""Words of a sentence that is read at a glance."""
_NEAREST, _NAMED = 30, 0.3
"""Sentences that are read, and how much more near one with all words of the need's name counts."""


def representative(mentions: pd.DataFrame, needs: Needs, need: str) -> str:
    """Return a sentence near a need's centre that can be read alone and has the words of its name.

    Handles and list marks before it are left out.
    """
    own = needs.members[(needs.members["need"] == need) & ~needs.members["echo"]]
    if own.empty:
        return ""
    alone = own["n_words"].between(*_READABLE) & ~own["borrowed"].fillna(False).astype(bool)
    own = own.assign(alone=alone, similarity=own["similarity"].fillna(0)).sort_values(
        ["alone", "similarity", "mention_id", "sentence", "start"], ascending=[False, False, True, True, True]
    )
    near = own[own["alone"] == own["alone"].iloc[0]].head(_NEAREST)
    texts = mentions.loc[among(mentions["mention_id"], near["mention_id"])].set_index("mention_id")
    said = [_words(texts.loc[row.mention_id], row) for row in near.itertuples()]
    named = _stems(needs.names.get(need, ""))
    worth = [
        likeness + _NAMED * len(named & _stems(text)) / max(1, len(named))
        for likeness, text in zip(near["similarity"], said, strict=True)
    ]
    return said[max(range(len(said)), key=worth.__getitem__)]


def _words(message: pd.Series, row: Any) -> str:  # noqa: ANN401
    source = message["title"] if row.sentence < 0 else message["text"]
    return _HANDLES.sub("", str(source)[int(row.start) : int(row.end)]).strip().lstrip("-–•* ")


def _stems(text: str) -> set[str]:
    return {stem(word) for word in re.findall(r"\w+", text.lower())}
