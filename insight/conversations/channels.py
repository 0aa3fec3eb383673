"""The same wish in several channels: where it is answered more often, and sooner."""

from __future__ import annotations

import numpy as np
import pandas as pd

from insight.mentions import need_columns, place_of
from insight.stats import by_size, shares
from insight.stats.kaplan_meier import median_time
from insight.stats.periods import HOUR
from insight.timeline.engine import duration

from .intents import NEEDS_ANSWER

MIX = "same mix"


def channels(
    responses: pd.DataFrame,
    *,
    by: str = "channel",
    within: str | pd.Timedelta = "24h",
    min_people: int = 10,
) -> pd.DataFrame:
    """Compare how often and how soon the same wish is answered in each channel.

    Parameters
    ----------
    responses : DataFrame
        `first_responses(mentions, intents)`.
    by : str
        Column that names the channel; where it is missing, the platform stands in.
    within : str or Timedelta
        The time allowed, with its unit.
    min_people : int
        Fewest people with a judged wait on both sides of a difference; of fewer no share is given.

    Returns
    -------
    DataFrame
        One row an intent x channel: help, complaint, idea, and first "same mix", in which each channel is
        weighed as if it got the same mix of the three; channels by size.

        - intent, channel
        - n : waits whose whole window was watched; answered : within `within`
        - share, low, high : answered / n (95 %, by people); for "same mix" the weighted mean of the shares
          above, over the intents with `min_people` people in and outside the channel
        - median_hours : half had an answer by then, the unanswered counted as waiting; missing if never
        - gap, gap_low, gap_high : share less that of all other channels; missing below `min_people`

    Notes
    -----
    Direct standardisation with the mix of all channels. Differences and weighted sums: MOVER (Newcombe 1998;
    Zou and Donner 2008). Where an interval of a gap holds 0, the channels may be alike. A gap goes with the
    channel; who writes where, and about what, differs in more than the intent.

    Examples
    --------
    >>> import insight as ins
    >>> mentions = ins.example()
    >>> intents = ins.conversations.intents(mentions, ins.find_signals(mentions))
    >>> waits = ins.first_responses(mentions, intents)
    >>> channels(waits)[["intent", "channel", "n", "answered", "median_hours"]]
         intent channel  n  answered  median_hours
    0  same mix    help  0         0           NaN
    1  same mix   forum  0         0          24.0
    2      help    help  2         1           1.0
    3      help   forum  1         0           NaN
    4      idea   forum  1         1          24.0
    """
    columns = ["author_id", "intent", "platform", "wait_hours", "watched_hours", "responded", by]
    need_columns(responses, "responses", columns)
    window = duration(within, name="within") / HOUR
    waits = responses.assign(place=place_of(responses, by), wants=responses["intent"].astype("str"))
    waits = waits[waits["wants"].isin(NEEDS_ANSWER)]
    order = by_size(waits["place"])
    judged = waits[waits["watched_hours"] >= window]
    judged = judged.assign(met=judged["responded"].astype(bool) & (judged["wait_hours"] <= window))
    table = pd.DataFrame(
        [_cell(waits, judged, wish, name, min_people) for wish in NEEDS_ANSWER for name in order]
    )
    table["weight"] = table.groupby("intent")["n"].transform("sum")
    mixed = [_mix(waits[waits["place"] == name], name, table) for name in order]
    names = ["intent", "channel", "n", "answered", "share", "low", "high", "median_hours"]
    names += ["gap", "gap_low", "gap_high"]
    joined = pd.concat([pd.DataFrame(mixed), table[table["n"] > 0]], ignore_index=True)
    return joined.reindex(columns=names).astype({"n": "int64", "answered": "int64"})


def _cell(
    waits: pd.DataFrame, judged: pd.DataFrame, wish: str, name: str, min_people: int
) -> dict[str, str | int | float]:
    """Count one intent in one channel, and set it against all other channels."""
    mine = judged[judged["wants"] == wish]
    here = mine["place"] == name
    own, others = (
        shares(part["met"], by=part["author_id"], min_people=min_people) for part in (mine[here], mine[~here])
    )
    share, low, high = own.first()
    gap, gap_low, gap_high = _difference((share, low, high), others.first())
    there = waits[(waits["wants"] == wish) & (waits["place"] == name)]
    return {
        "intent": wish, "channel": name, "n": int(here.sum()), "answered": int(mine.loc[here, "met"].sum()),
        "share": share, "low": low, "high": high,
        "median_hours": median_time(there["wait_hours"], there["responded"]),
        "gap": gap, "gap_low": gap_low, "gap_high": gap_high,
    }  # fmt: skip


def _difference(
    one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return the difference of two shares with its interval, from theirs (MOVER)."""
    gap = one[0] - other[0]
    down, up = np.hypot(one[0] - one[1], other[2] - other[0]), np.hypot(one[2] - one[0], other[0] - other[1])
    return gap, float(gap - down), float(gap + up)


def _mix(waits: pd.DataFrame, name: str, table: pd.DataFrame) -> dict[str, str | int | float]:
    cells = table[(table["channel"] == name) & table["gap"].notna()]
    weight = (cells["weight"] / cells["weight"].sum()).to_numpy() if len(cells) else np.array([])

    def mixed(value: str, edge: str) -> float:
        reach = np.sqrt((weight**2 * (cells[edge] - cells[value]) ** 2).sum())
        middle = (weight * cells[value]).sum()
        return float(middle - reach if edge.endswith("low") else middle + reach)

    row: dict[str, str | int | float] = {
        "intent": MIX, "channel": name, "n": int(cells["n"].sum()), "answered": int(cells["answered"].sum()),
        "median_hours": median_time(waits["wait_hours"], waits["responded"]),
    }  # fmt: skip
    if len(cells):
        for value, low, high in (("share", "low", "high"), ("gap", "gap_low", "gap_high")):
            row |= {value: float((weight * cells[value]).sum()), low: mixed(value, low)}
            row[high] = mixed(value, high)
    return row
