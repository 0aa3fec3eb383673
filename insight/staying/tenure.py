"""How long newcomers stay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from insight.mentions import InsightError, need_columns
from insight.stats.intervals import wilson
from insight.stats.kaplan_meier import SurvivalCurve, kaplan_meier
from insight.stats.survival import Z95, log_rank, restricted_mean, survival_at
from insight.timeline import engine
from insight.timeline.histories import DAY, Histories, burn_in_seconds, histories
from insight.timeline.left_out import left_out

_CURVE = ("group", "tenure_days", "n_at_risk", "n_left", "staying", "low", "high")
_JUDGED = ("once", "once_low", "once_high", "median_days", "mean_days", "mean_low", "mean_high")


@dataclass(frozen=True)
class Tenure:
    """How long people stay, from the first message (or from joining) to the last.

    `curve` has one row a group and time (group, tenure_days, n_at_risk, n_left, staying, low, high),
    `summary` one row a group (group, n, n_left, n_once, once, once_low, once_high: who wrote once and never
    again; median_days, infinite where fewer than half have left; mean_days, mean_low, mean_high: the mean
    stay up to `until_days`), `difference` one row a group beside the largest (group, versus,
    difference_days, low, high, log_rank_p). `attrs` has silence_days, until_days, window, as_of,
    exclusions, caveats.
    """

    curve: pd.DataFrame
    summary: pd.DataFrame
    difference: pd.DataFrame
    attrs: dict[str, object]


@dataclass(frozen=True)
class _Stays:
    """One entry a person, in days: the stay, whether it ended, from when it was watched, the group."""

    days: np.ndarray
    left: np.ndarray
    entry: np.ndarray | None
    group: np.ndarray


def tenure(
    mentions: pd.DataFrame,
    *,
    silence: str = "90D",
    by: str | None = None,
    joined: str | None = None,
    until: str | None = None,
    burn_in: str | None = None,
    min_people: int = 10,
    as_of: str | pd.Timestamp | None = None,
) -> Tenure:
    """Estimate how long people stay, with those still here censored, and how groups differ.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table. A boolean column `automated`, if there is one, marks bots.
    silence : str
        Inactivity threshold: who is silent for so long has left; `silence()` finds a good one.
    by : str, optional
        A column of the first message, such as 'channel' or 'kind'; each value is a group.
    joined : str, optional
        A column with the date on which the author joined. Then stays are counted from it, and people who
        joined before the archive began come under observation when it begins (delayed entry). A log alone
        does not show when those began whom it did not see arrive.
    until : str, optional
        The time up to which stays are averaged. Default: the longest stay that could be seen in every group.
    burn_in : str, optional
        Who is first seen this soon after the archive begins may be an old hand and is left out; not used with
        `joined`. Default: 90 days, or a quarter of the archive where that is shorter.
    min_people : int
        Groups of fewer people are counted in the summary, and have no curve, share or difference.
    as_of : str or Timestamp, optional
        The moment of looking. Default: the last mention.

    Returns
    -------
    Tenure
        curve, summary, difference, attrs.

    Notes
    -----
    The last `silence` of the archive only decides who has left: people who wrote last before it have left, at
    the last message; anyone else is still here when it begins (censored there). People first seen after that
    are left out. Kaplan-Meier with log-log bands. Groups are compared by the mean stay up to one time, which
    is in days and needs no proportional hazards.

    Examples
    --------
    >>> import insight as ins
    >>> stays = tenure(ins.example(), silence="30D", burn_in="0D", min_people=1)
    >>> stays.curve[["tenure_days", "n_at_risk", "n_left", "staying"]].round(2)
       tenure_days  n_at_risk  n_left  staying
    0          0.0          4       2      0.5
    """
    line = histories(mentions, as_of=as_of)
    need_columns(line.mentions, "mentions", [name for name in (by, joined) if name is not None])
    quiet = engine.duration(silence, name="silence").total_seconds()
    guard = 0.0 if joined else burn_in_seconds(line, burn_in)
    stays, excluded = _stays(line, quiet, guard, by, joined)
    names, sizes = np.unique(stays.group, return_counts=True)
    judged = names[sizes >= min_people].tolist()
    few = names[sizes < min_people].tolist()
    curves = {name: _curve(stays, stays.group == name) for name in judged}
    reach = min((float(stays.days[stays.group == name].max()) for name in judged), default=np.nan)
    if until:
        reach = engine.duration(until, name="until").total_seconds() / DAY
    caveats = (f"Fewer than {min_people} people in {few}: counted, not judged.",) if few else ()
    attrs = line.attrs(caveats, n_people=len(stays.days), silence_days=quiet / DAY, until_days=reach)
    attrs["excluded"] = {**line.excluded, **excluded}
    return Tenure(
        curve=_curve_table(curves),
        summary=pd.DataFrame([_summary(name, curves.get(name), stays, reach) for name in names.tolist()]),
        difference=_differences(curves, stays, reach),
        attrs=attrs,
    )


def _stays(
    line: Histories, quiet: float, guard: float, by: str | None, joined: str | None
) -> tuple[_Stays, dict[str, int]]:
    rows = line.first_rows()
    last = line.last_seconds()
    began, cut = line.seconds[rows], line.end - quiet
    values = line.mentions[by].iloc[rows].astype(object) if by else pd.Series("all", index=rows)
    group = values.fillna("none").astype(str).to_numpy()
    origin = np.minimum(_joined(line, joined), began) if joined else began
    reasons = {
        "n_first_seen_too_late": began > cut,
        "n_burn_in": (began < line.seconds[0] + guard) & (began <= cut),
        "n_without_join_date": np.isnan(origin),
    }
    excluded = {name: int(mask.sum()) for name, mask in reasons.items()}
    keep = ~np.logical_or.reduce(list(reasons.values()))
    if not keep.any():
        raise InsightError(
            f"none of {len(rows):,} people can be followed: {left_out(excluded)}. "
            "Shorten `silence` or `burn_in`."
        )
    days = (np.minimum(last, cut) - origin)[keep] / DAY
    entry = None
    if joined:
        watched = (line.seconds[0] - origin[keep]) / DAY
        entry = np.where(watched > 0, np.minimum(watched, days), 0.0)
        entry = np.where(entry < days, entry, entry - 1e-9)
    return _Stays(days, (last <= cut)[keep], entry, group[keep]), excluded


def _joined(line: Histories, column: str) -> np.ndarray:
    """Return each person's earliest join date in seconds, NaN without one."""
    stamps = pd.to_datetime(line.mentions[column], utc=True)
    seconds = (stamps - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    ours = line.person >= 0
    return seconds[ours].groupby(line.person[ours]).min().sort_index().to_numpy(float)


def _curve(stays: _Stays, mine: np.ndarray) -> SurvivalCurve:
    entry = None if stays.entry is None else stays.entry[mine]
    return kaplan_meier(stays.days[mine], stays.left[mine], entry=entry)


def _curve_table(curves: dict[str, SurvivalCurve]) -> pd.DataFrame:
    names = {"time": "tenure_days", "n_events": "n_left", "survival": "staying"}
    tables = [curve.table(**names).assign(group=group) for group, curve in curves.items()]
    return pd.concat(tables or [pd.DataFrame(columns=_CURVE)], ignore_index=True)[list(_CURVE)]


def _summary(name: str, curve: SurvivalCurve | None, stays: _Stays, reach: float) -> dict[str, object]:
    mine = stays.group == name
    once = int((stays.left & (stays.days <= 0) & mine).sum())
    counts = {"group": name, "n": int(mine.sum()), "n_left": int(stays.left[mine].sum()), "n_once": once}
    if curve is None:
        return counts | dict.fromkeys(_JUDGED, float("nan"))
    mean, se = restricted_mean(curve, until=reach)
    share = 1 - float(survival_at(curve, 0.0)), *map(float, wilson(once, mine.sum()))
    values = (*share, curve.quantile(), mean, mean - Z95 * se, mean + Z95 * se)
    return counts | dict(zip(_JUDGED, values, strict=True))


def _differences(curves: dict[str, SurvivalCurve], stays: _Stays, reach: float) -> pd.DataFrame:
    sizes = {name: int((stays.group == name).sum()) for name in curves}
    largest = max(sizes, key=lambda name: (sizes[name], name), default="")
    rows = []
    base, base_se = restricted_mean(curves[largest], until=reach) if curves else (0.0, 0.0)
    for name, curve in curves.items():
        if name == largest:
            continue
        mean, se = restricted_mean(curve, until=reach)
        half = Z95 * float(np.hypot(se, base_se))
        pair = np.isin(stays.group, [name, largest])
        entry = None if stays.entry is None else stays.entry[pair]
        _, p = log_rank(stays.days[pair], stays.left[pair], stays.group[pair], entry=entry)
        gap = mean - base
        rows.append((name, largest, gap, gap - half, gap + half, p))
    return pd.DataFrame(rows, columns=["group", "versus", "difference_days", "low", "high", "log_rank_p"])
