"""People at their first message: who answered it and when, when they came back, what was known of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.timeline.histories import DAY, Histories, burn_in_seconds, first_answers, returns


@dataclass(frozen=True)
class Newcomers:
    """One entry a newcomer; times in seconds since the first message, infinity where it never happened.

    `row` is the first message's row of the timeline, `answer` the row of its first answer (-1: none). `back`
    is the return in another conversation, `watched` how far the archive sees. `place` numbers channel x kind
    of the first message, `stratum` channel x kind x week (longer where few join); `covariates` describe it.
    """

    row: np.ndarray
    answer: np.ndarray
    answered: np.ndarray
    by_brand: np.ndarray
    by_peer: np.ndarray
    back: np.ndarray
    back_anywhere: np.ndarray
    watched: np.ndarray
    place: np.ndarray
    stratum: np.ndarray
    covariates: pd.DataFrame

    def only(self, mask: np.ndarray) -> Newcomers:
        """Return some of them."""
        return Newcomers(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})


def newcomers(line: Histories, *, burn_in: str | None, count_bots: bool = False) -> Newcomers:
    """Follow everyone first seen after the burn-in; a bot's answer counts only if asked for."""
    guard = burn_in_seconds(line, burn_in)
    rows = line.first_rows()
    rows = rows[line.seconds[rows] >= line.seconds[0] + guard]
    if not len(rows):
        raise InsightError(
            f"no one is first seen after the burn-in of {guard / DAY:.0f} days; pass burn_in='0D' if the "
            "archive has the community's whole life."
        )
    human = np.full(len(line.role), True) if count_bots else line.role != "bot"
    brand = line.role == "brand"
    found = [first_answers(line, rows, counts) for counts in (human, brand, human & ~brand)]
    answered, by_brand, by_peer = (
        np.where(answer >= 0, line.seconds[answer] - line.seconds[rows], np.inf) for answer in found
    )
    first = line.mentions.iloc[rows]
    place = first["channel"].astype(object).fillna("").astype(str) + "\n" + first["kind"].astype(str)
    stratum = place + "\n" + _blocks(line.seconds[rows], place.nunique()).astype(str)
    index = line.person[rows]
    return Newcomers(
        row=rows,
        answer=found[0],
        answered=answered,
        by_brand=by_brand,
        by_peer=by_peer,
        back=returns(line, elsewhere=True)[index],
        back_anywhere=returns(line, elsewhere=False)[index],
        watched=line.end - line.seconds[rows],
        place=pd.factorize(place)[0],
        stratum=pd.factorize(stratum)[0],
        covariates=_covariates(line, rows),
    )


def _blocks(moments: np.ndarray, n_places: int) -> np.ndarray:
    """Give each moment the number of its week, or of as many weeks as make twenty newcomers a place."""
    weeks = (moments - moments[0]) // (7 * DAY)
    together = np.ceil(20 * n_places * (weeks[-1] + 1) / len(weeks))
    return (weeks // together).astype(int)


def _covariates(line: Histories, rows: np.ndarray) -> pd.DataFrame:
    """Describe first messages by what was fixed before anyone could answer."""
    first = line.mentions.iloc[rows].reset_index(drop=True)
    stamps = first["created_at"]
    angle = 2 * np.pi * (stamps.dt.hour + stamps.dt.minute / 60) / 24
    table = pd.DataFrame(
        {
            "log length": np.log1p(first["text"].str.len().to_numpy(float)),
            "asks (?)": (first["title"] + first["text"]).str.contains(r"[?？؟]").to_numpy(float),
            "hour (sine)": np.sin(angle),
            "hour (cosine)": np.cos(angle),
            "weekend": (stamps.dt.day_of_week >= 5).to_numpy(float),
            "starts a conversation": first["reply_to_id"].isna().to_numpy(float),
            "months since the start": (line.seconds[rows] - line.seconds[0]) / (30 * DAY),
        }
    )
    for name in ("kind", "platform", "channel"):
        sizes = first[name].astype(object).value_counts()
        common = sorted(sizes.index[sizes >= max(20, 0.05 * len(first))])
        for value in common[1:9]:
            table[f"{name} {value}"] = (first[name].astype(object) == value).fillna(False).to_numpy(float)
    return table
