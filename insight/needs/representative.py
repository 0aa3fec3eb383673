"""One sentence that voices a need."""

from __future__ import annotations

import re

import pandas as pd

from insight.mentions import among

from .result import Needs

_HANDLES = re.compile(r"^(?:\s*@\w+[:,]?)+")
_READABLE = (5, 24)
"""Words of a sentence that is read at a glance."""


def representative(mentions: pd.DataFrame, needs: Needs, need: str) -> str:
    """Return the sentence nearest to a need's centre that can be read alone; the nearest if none can.

    Handles before it are left out.
    """
    own = needs.members[(needs.members["need"] == need) & ~needs.members["echo"]]
    if own.empty:
        return ""
    alone = own["n_words"].between(*_READABLE) & ~own["borrowed"].fillna(False).astype(bool)
    ranked = own.assign(alone=alone, similarity=own["similarity"].fillna(0)).sort_values(
        ["alone", "similarity", "mention_id", "sentence", "start"], ascending=[False, False, True, True, True]
    )
    first = ranked.iloc[0]
    row = mentions[among(mentions["mention_id"], pd.Series([first["mention_id"]]))].iloc[0]
    source = row["title"] if first["sentence"] < 0 else row["text"]
    return _HANDLES.sub("", str(source)[int(first["start"]) : int(first["end"])]).strip()
