"""What the first answer did, and whether newcomers who got such an answer came back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import shares
from insight.timeline.histories import DAY, Histories

from .newcomers import Newcomers

_LABELS = ("act", "signal")
_STAY = 28 * DAY
COLUMNS = (
    "tone", "n", "n_answered", "share", "low", "high",
    "n_followed", "n_back", "back", "back_low", "back_high",
)  # fmt: skip


def tones(
    line: Histories, people: Newcomers, labels: pd.DataFrame | None, *, min_people: int
) -> pd.DataFrame:
    """Count answered newcomers by what marks their first answer, then those whose answer bears no mark."""
    if labels is None:
        return pd.DataFrame(columns=list(COLUMNS))
    name = next((name for name in _LABELS if name in labels.columns), None)
    if name is None or "mention_id" not in labels.columns:
        raise InsightError(
            f"replies has the columns {sorted(map(str, labels.columns))}; pass what reply_acts or "
            "find_signals returns: mention_id with act or signal."
        )
    answered = people.answer >= 0
    answer = line.mentions["mention_id"].iloc[people.answer].where(answered, None)
    known = labels[labels["mention_id"].isin(answer)]
    groups = {
        str(tone): answer.isin(rows["mention_id"]).to_numpy() & answered
        for tone, rows in known.groupby(known[name].astype(str))
    }
    groups["none of these"] = answered & ~answer.isin(known["mention_id"]).to_numpy()
    followed = people.watched >= np.where(answered, people.answered, 0) + _STAY
    waiting = followed & (people.back > people.answered)
    back = waiting & (people.back <= people.answered + _STAY)
    rows = []
    for tone, mine in groups.items():
        n, n_followed, n_back = (int(mask.sum()) for mask in (mine, mine & waiting, mine & back))
        rows.append((tone, n, int(answered.sum()), n_followed, n_back))
    table = pd.DataFrame(rows, columns=["tone", "n", "n_answered", "n_followed", "n_back"])
    by_tone = shares(table["n"], table["n_answered"], min_people=min_people)
    returned = shares(table["n_back"], table["n_followed"], min_people=min_people)
    names = {"back": returned.share, "back_low": returned.low, "back_high": returned.high}
    return table.assign(**by_tone.columns(), **names)[list(COLUMNS)]
