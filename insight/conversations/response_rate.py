"""The share answered within a time, and the share that still waits: the unanswered never leave the count."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.stats import MIN_PEOPLE, by_size, compare, shares
from insight.stats.comparison import benjamini_hochberg
from insight.stats.kaplan_meier import ROUNDING, kaplan_meier
from insight.stats.periods import HOUR
from insight.stats.survival import Z95, cumulative_incidence
from insight.timeline import engine
from insight.timeline.left_out import left_out

_FINEST_STEP = 0.001
_STEP = ("wait_hours", "n_at_risk", "unanswered", "low", "high")


def response_curve(responses: pd.DataFrame, *, by: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Estimate what share of customers is still unanswered after any wait.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`; any column may be merged to it. A column deleted_at (a moment, or missing), if
        there is one, says that the message was taken back before it was answered.
    by : str, optional
        Column to compare, such as 'channel'. Default: one curve, group 'all'.

    Returns
    -------
    DataFrame
        Groups by size, then name; in each one row a step: group, wait_hours, n_at_risk (waits still watched
        just before), unanswered (share), low, high (95 %). The first row is hour 0 before any answer, the
        last the longest wait seen. Steps that move the curve by less than a thousandth are merged.

    Notes
    -----
    Kaplan and Meier's (1958) estimate: those still waiting at the end of the export are
    right-censored, never dropped. Bands are pointwise log-log (Kalbfleisch and Prentice 1980) and treat
    waits as independent; where few people ask often they are too narrow. Who deleted the message first can
    never be answered: with deleted_at the curve is one less Aalen and Johansen's (1978) cumulative incidence
    of an answer, and those who deleted stay unanswered for good.

    Examples
    --------
    >>> import insight as ins
    >>> curve = response_curve(ins.first_responses(ins.example()))
    >>> curve[["wait_hours", "n_at_risk", "unanswered"]]
       wait_hours  n_at_risk  unanswered
    0         0.0          7    1.000000
    1         1.0          7    0.857143
    2        24.0          5    0.685714
    3      1390.5          1    0.685714
    """
    curves = [_curve(waits).assign(group=name) for name, waits in groups_of(responses, by)]
    columns = ["group", "wait_hours", "n_at_risk", "unanswered", "low", "high"]
    return pd.concat(curves, ignore_index=True)[columns]


def _curve(waits: pd.DataFrame) -> pd.DataFrame:
    durations, steps = _competing(waits) if "deleted_at" in waits.columns else _alone(waits)
    thousandth = np.floor((steps["unanswered"] + ROUNDING) / _FINEST_STEP)
    start = pd.DataFrame([(0.0, len(durations), 1.0, 1.0, 1.0)], columns=_STEP)
    table = pd.concat([start, steps[thousandth != thousandth.shift(-1)]], ignore_index=True)
    longest = durations.max()
    if longest > table["wait_hours"].iloc[-1]:
        end = table.iloc[[-1]].assign(wait_hours=longest, n_at_risk=int((durations == longest).sum()))
        table = pd.concat([table, end], ignore_index=True)
    return table


def _alone(waits: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    durations = waits["wait_hours"].to_numpy()
    curve = kaplan_meier(durations, waits["responded"].to_numpy())
    return durations, curve.table(time="wait_hours", survival="unanswered")


def _competing(waits: pd.DataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Estimate the same where some messages were deleted first; bands are log-log."""
    need_columns(waits, "responses", ["asked_at"])
    gone = ((waits["deleted_at"] - waits["asked_at"]) / HOUR).to_numpy(float)
    deleted = gone < waits["wait_hours"].to_numpy(float)
    durations = np.where(deleted, np.maximum(gone, 0.0), waits["wait_hours"].to_numpy(float))
    answered = waits["responded"].to_numpy(bool) & ~deleted
    if not answered.any():
        return durations, pd.DataFrame(columns=_STEP, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        times, share, error, n_at_risk = cumulative_incidence(durations, answered, deleted)
        left = 1 - share
        half = Z95 * error / np.abs(left * np.log(left))
        low, high = left ** np.exp(half), left ** np.exp(-half)
    # where no one is left at risk the band is undefined: it then runs from 0 to the last upper bound
    values = (times, n_at_risk, left, np.nan_to_num(low), pd.Series(high).ffill().fillna(1.0))
    return durations, pd.DataFrame(dict(zip(_STEP, values, strict=True)))


def response_rate(
    responses: pd.DataFrame,
    *,
    within: str | pd.Timedelta = "24h",
    by: str | Sequence[str] | None = None,
    min_people: int = MIN_PEOPLE,
) -> pd.DataFrame:
    """Count the customers whose message was answered within a time.

    Parameters
    ----------
    responses : DataFrame
        From `first_responses`; any column may be merged to it.
    within : str or Timedelta
        The time allowed, with its unit: '1h', '24h', '7D'. Bare numbers are refused.
    by : str or list of str, optional
        Column to compare, such as 'channel', or several, whose values are joined ("Sunday, refund"). Default:
        one row, group 'all'.
    min_people : int
        Of fewer people than this no share is given.

    Returns
    -------
    DataFrame
        One row a group, by size, then name: group, within, n (waits whose whole window was watched), n_people
        (behind them), answered, share, low, high (95 %), n_open (asked too shortly before the end to be
        judged; answered or not, they are left out), p_adjusted (that the rate is that of all other groups;
        missing where there are none, or too few people).

    Notes
    -----
    The window of a message must end before the export does. Counting the recent messages that were
    answered already, but not the recent ones that still may be, would raise the rate. The interval is
    that of `insight.stats.shares`: by people, who may wait more than once.

    Examples
    --------
    >>> import insight as ins
    >>> waits = ins.first_responses(ins.example())
    >>> response_rate(waits, within="24h", min_people=1)[["group", "n", "answered", "share", "n_open"]]
      group  n  answered     share  n_open
    0   all  6         2  0.333333       1
    """
    window = engine.duration(within, name="within") / HOUR
    label = within if isinstance(within, str) else str(within)
    rows, sides = [], []
    for name, waits in groups_of(responses, by):
        judged = waits[waits["watched_hours"] >= window]
        answered = judged["responded"] & (judged["wait_hours"] <= window)
        n, k = len(judged), int(answered.sum())
        found = shares(answered, by=judged["author_id"], min_people=min_people)
        rows.append((name, label, n, int(found.n_people[0]), k, *found.first(), len(waits) - n))
        sides.append(judged[["author_id"]].assign(met=answered))
    names = ["group", "within", "n", "n_people", "answered", "share", "low", "high", "n_open"]
    return pd.DataFrame(rows, columns=names).assign(p_adjusted=_apart(sides, min_people))


def _apart(sides: list[pd.DataFrame], min_people: int) -> np.ndarray:
    """Return, for each group, the chance of a rate so unlike that of all others, over all groups."""
    p = np.full(len(sides), np.nan)
    waits = pd.concat(sides, keys=range(len(sides)))
    group, met = waits.index.get_level_values(0).to_numpy(), waits["met"].to_numpy(float)
    for number in range(len(sides) if len(sides) > 1 else 0):
        found = compare(met, group == number, people=waits["author_id"], unit="rows", min_people=min_people)
        p[number] = found.p_value[0]
    p[~np.isnan(p)] = benjamini_hochberg(p[~np.isnan(p)])
    return p


def groups_of(responses: pd.DataFrame, by: str | Sequence[str] | None) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the groups by size, then name; rows without a value form the group 'unknown'."""
    need_columns(responses, "responses", ["wait_hours", "responded"])
    if not len(responses):
        reasons = left_out(responses.attrs.get("excluded", {}))
        why = f"Not counted: {reasons}." if reasons else "No customer wrote to the brand."
        raise InsightError(f"responses is empty: no message of a customer waits for an answer. {why}")
    if by is None:
        yield "all", responses
        return
    columns = [by] if isinstance(by, str) else list(by)
    if not columns or not set(columns) <= set(responses.columns):
        raise InsightError(
            f"by={by!r} is no column of responses; found {sorted(map(str, responses.columns))}. "
            "Merge one in by mention_id, or pass intents to first_responses for by='intent'."
        )
    known = responses[columns].astype(object)
    parts = known.where(known.notna(), "unknown").astype(str)
    groups = functools.reduce(lambda left, right: left + ", " + right, [parts[name] for name in columns])
    places = groups.groupby(groups, sort=False).indices
    for name in by_size(groups):
        yield str(name), responses.iloc[places[name]]
