"""What today's rates lead to, if they last: the steady audience, and the rest of a cohort's curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError
from insight.stats import MIN_PEOPLE

_FEWEST_PERIODS = 6
_RANGE = 12
NIELSEN = (0.4, 0.1)
"""Nielsen (2009): a retention of 40 % limits reach to about 10 %; the one point of their chart in print."""


@dataclass(frozen=True)
class ReachCeiling:
    """How large the crowd becomes, if people keep coming and leaving as they do.

    `summary` has one row a figure (figure, value, lowest, highest: the range of the figure over the last
    twelve steps from a period to the next, each taken alone; source: 'measured' or 'derived'), `curve` one
    row a repeat rate (repeat_rate, audience: in multiples of a period's arrivals, reach: share of the pool,
    missing without one). `nielsen` is the point that Nielsen printed (repeat rate, reach). `attrs` has
    those of `activity`, n_periods, pool and caveats.
    """

    summary: pd.DataFrame
    curve: pd.DataFrame
    nielsen: tuple[float, float]
    attrs: dict[str, object]


def reach_ceiling(growth: pd.DataFrame, *, pool: int | None = None) -> ReachCeiling:
    """Derive the audience at which as many people leave as arrive.

    Parameters
    ----------
    growth : DataFrame
        As `growth` returns it.
    pool : int, optional
        How many people could be there at all. Without it no reach is given: a log does not hold it.

    Returns
    -------
    ReachCeiling
        summary, curve, nielsen, attrs. Figures: 'repeat rate' and 'arrivals a period' are measured; 'steady
        audience' and, with a pool, 'reach' are derived from them.

    Raises
    ------
    InsightError
        If the table does not come from `growth`, fewer than two periods are complete, or the pool is smaller
        than a period's people.

    Notes
    -----
    With repeat rate r and arrivals a (people active who were not in the period before), the audience settles
    where it loses as many as it gains: a / (1 - r). With a pool, of whose absent members a share ρ arrives
    each period, it settles at ρ / (ρ + 1 - r) of the pool. Both take rates for constant and all people for
    alike. They are not: regulars stay longer than r says, so a / (1 - r) is too low in the long run.
    No interval is given: the same people make all periods, and resampling blocks of periods covered 54 to
    79 % where 95 % were meant. The range says how much the figure moved from one period to the next. Of fewer
    than ten people nothing is derived. Nielsen's point is the least repeat rate seen among sites of that
    size, not a law.

    Examples
    --------
    >>> table = pd.DataFrame({
    ...     "period": ["2025-01", "2025-02", "2025-03"], "active": [100, 100, 100], "new": [100, 50, 50],
    ...     "retained": [0, 40, 40], "resurrected": [0, 10, 10], "churned": [0, 60, 60], "complete": True,
    ... })
    >>> reach_ceiling(table, pool=1000).summary[["figure", "value", "source"]].round(3)
                  figure  value    source
    0        repeat rate    0.4  measured
    1  arrivals a period   60.0  measured
    2    steady audience  100.0   derived
    3              reach    0.1   derived
    """
    names = {"active", "new", "retained", "resurrected", "complete"}
    if not names <= set(growth.columns):
        raise InsightError(
            f"the table lacks {sorted(names - set(growth.columns))}; pass what growth() returns."
        )
    closed = growth[growth["complete"]]
    if len(closed) < 2:
        raise InsightError(f"{len(closed)} periods are complete; two are the least.")
    if pool is not None and pool < growth["active"].max():
        raise InsightError(
            f"pool={pool:,} is smaller than the {growth['active'].max():,} people of a period."
        )
    before = closed["active"].to_numpy(float)[:-1]
    arrived = (closed["new"] + closed["resurrected"]).to_numpy(float)[1:]
    absent = np.full(len(before), np.nan) if pool is None else pool - before
    table = np.column_stack([before, closed["retained"].to_numpy(float)[1:], arrived,
                             np.ones(len(before)), absent])  # fmt: skip
    values = _figures(table.sum(axis=0)[None])[0]
    if before.max() < MIN_PEOPLE:
        values = np.full_like(values, np.nan)
    steps = _figures(table[-_RANGE:])
    lowest, highest = (np.where(np.isnan(values), np.nan, edge(steps, axis=0)) for edge in (np.min, np.max))
    figures = ["repeat rate", "arrivals a period", "steady audience", "reach"]
    summary = pd.DataFrame(
        {"figure": figures, "value": values[:4], "lowest": lowest[:4], "highest": highest[:4],
         "source": ["measured", "measured", "derived", "derived"]}
    )  # fmt: skip
    rates = np.round(np.arange(0, 1, 0.01), 2)
    coming = values[4]
    curve = pd.DataFrame(
        {"repeat_rate": rates, "audience": 1 / (1 - rates), "reach": coming / (coming + 1 - rates)}
    )
    caveats = ["Derived for constant rates and people who are alike; not a forecast."]
    if len(before) < _FEWEST_PERIODS:
        caveats.append(f"Only {len(before)} steps from one period to the next; the range says little.")
    attrs = {**growth.attrs, "n_periods": len(closed), "pool": pool, "arrival_rate": float(coming)}
    attrs["caveats"] = (*growth.attrs.get("caveats", ()), *caveats)
    return ReachCeiling(summary.iloc[: 4 if pool else 3], curve, NIELSEN, attrs)


def _figures(sums: np.ndarray) -> np.ndarray:
    """Return repeat rate, arrivals a period, steady audience, reach and arrival rate of the pool."""
    before, kept, arrived, n_periods, absent = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, arrivals = kept / before, arrived / n_periods
        coming = arrived / absent
        figures = (rate, arrivals, arrivals / (1 - rate), coming / (coming + 1 - rate), coming)
    return np.column_stack(figures)
