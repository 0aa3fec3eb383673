"""Outages in people's reports: onset, end, and how people reacted."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from insight.mentions import InsightWarning, among, is_repost
from insight.stats import shares
from insight.text.patterns import has_cue, read_cues
from insight.timeline.rows import timeline

from .baseline import Expectation, drift_of, expect, lognormal_tail

REACTIONS = ("help", "anger", "joke")
_LONGEST = 72
_QUIET = 6
_COLUMNS = ["outage", "start", "end", "hours", "normal_at", "tier", "reaction", "n", "n_reacting"]


def outages(
    mentions: pd.DataFrame,
    signals: pd.DataFrame | None = None,
    *,
    min_people: int = 5,
    level: float = 0.05,
) -> pd.DataFrame:
    """Find outages in what people report, hour by hour, and how people reacted to them.

    Parameters
    ----------
    mentions : DataFrame
        The mentions table; only rows whose time is known to the minute enter. An extra column `tier` ("free",
        "paid", ...) splits the reactions.
    signals : DataFrame, optional
        `find_signals` of the same mentions: a report must then be a complaint or a question as well.
    min_people : int
        Least number of people who report an outage.
    level : float
        Chance, at most, that a table without any outage shows one.

    Returns
    -------
    DataFrame
        One row an outage x tier x reaction, by time; "all" tiers first.

        - outage : number, from 1
        - start, end : UTC, full hours between which more people than usual say that it is down
        - hours : end - start
        - normal_at : from then on, the number of people speaking at all is usual again for six hours;
          NaT if the table ends before
        - tier : "all" or a value of the column `tier`
        - reaction : reporting, help, anger or joke; one person may show several
        - n : people who spoke between start and normal_at (or end); n_reacting : those with the reaction
        - share, low, high : n_reacting / n with Wilson's 95 % interval; missing of fewer than ten people

    Notes
    -----
    A scan statistic (Kulldorff 1997): of all runs of 1 to 72 hours the one whose count is least likely beside
    the usual count of these hours, or beside the share of people who report at other times, whichever is
    more; its tail probability, under a rate that drifts as it does elsewhere in the table, is multiplied by
    the number of runs. The patterns of a report, a plea, anger and a joke are in
    `insight/text/cues/incidents.toml`, English. The hours are those of
    people's messages, not of the machines.

    Examples
    --------
    >>> import insight as ins
    >>> calm = pd.date_range("2025-03-01", periods=500, freq="3h", tz="UTC")
    >>> down = pd.date_range("2025-03-20 09:05", periods=40, freq="4min", tz="UTC")
    >>> people = [f"p{number}" for number in range(540)]
    >>> mentions = ins.as_mentions(
    ...     pd.DataFrame(
    ...         {
    ...             "mention_id": people,
    ...             "author_id": people,
    ...             "created_at": [*calm, *down],
    ...             "text": ["nice cup"] * 500 + ["app is down"] * 20 + ["is it down? lol"] * 20,
    ...             "time_precision": "s",
    ...         }
    ...     )
    ... )
    >>> outages(mentions).loc[:, ["start", "hours", "reaction", "n", "n_reacting"]]
                          start  hours   reaction   n  n_reacting
    0 2025-03-20 09:00:00+00:00      3  reporting  41          40
    1 2025-03-20 09:00:00+00:00      3       help  41          20
    2 2025-03-20 09:00:00+00:00      3      anger  41           0
    3 2025-03-20 09:00:00+00:00      3       joke  41          20
    """
    line = timeline(mentions)
    spoken = line[line["person"].notna() & line["time_precision"].isin(["s", "min"])]
    spoken = spoken.reset_index(drop=True)
    if spoken.empty:
        warnings.warn("no message has a time of day; outages need one.", InsightWarning, stacklevel=2)
        return _table([])
    reports = _reports(spoken, signals)
    hour = spoken["created_at"].dt.floor("h")
    hours = pd.date_range(hour.iloc[0], hour.iloc[-1], freq="h", unit="us")
    n_reports, n_people = (
        spoken[rows].groupby(hour[rows])["author_id"].nunique().reindex(hours, fill_value=0).to_numpy()
        for rows in (reports, np.ones(len(spoken), dtype=bool))
    )
    season = hours.hour
    usual = expect(n_reports, season=season, window=336)
    found = _scan(n_reports, n_people, usual, level=level, min_people=min_people)
    calm = n_people <= expect(n_people, season=season, window=336).quantile(0.975)
    parts = []
    for number, (first, last) in enumerate(sorted(found), start=1):
        normal = _normal_again(calm, last)
        until = hours[normal] if normal < len(hours) else pd.NaT
        stop = hours[min(normal, len(hours) - 1)] + pd.Timedelta(hours=int(normal >= len(hours)))
        within = ((hour >= hours[first]) & (hour < stop)).to_numpy()
        facts = (number, hours[first], hours[last] + pd.Timedelta("1h"), last - first + 1, until)
        parts += [(*facts, *row) for row in _reactions(spoken[within], reports[within])]
    return _table(parts)


def _reports(spoken: pd.DataFrame, signals: pd.DataFrame | None) -> np.ndarray:
    reports = has_cue(spoken["text"], read_cues("incidents")["down"]) & ~is_repost(spoken)
    if signals is None:
        return reports
    telling = signals.loc[signals["signal"].isin(["complaint", "question"]), "mention_id"]
    return reports & among(spoken["mention_id"], telling)


def _scan(
    counts: np.ndarray, people: np.ndarray, expectation: Expectation, *, level: float, min_people: int
) -> list[tuple[int, int]]:
    """Return first and last bin of every run that stands out, the least likely first, none overlapping."""
    mean = np.maximum(expectation.mean, (counts.sum() + 0.5) / len(counts) / 10)
    scatter = float(np.median(expectation.dispersion))
    lengths = np.arange(1, min(_LONGEST, len(counts)) + 1)
    n_runs = int((len(counts) - lengths + 1).sum())
    drift = _drift_by_length(counts.astype(float), mean, lengths)
    people_until = np.concatenate([[0], np.cumsum(people)])
    taken = np.zeros(len(counts), dtype=bool)
    found: list[tuple[int, int]] = []
    while True:
        starts, k, mu = _best_runs(counts, mean, taken, lengths)
        # Where everyone writes more, more say that it is down: a run must also exceed the share of people
        # who say so at other times.
        present = people_until[starts + lengths] - people_until[starts]
        elsewhere = np.maximum(people_until[-1] - present, 1)
        mu = np.maximum(mu, (counts.sum() - k) / elsewhere * present)
        chance = n_runs * _chance(k, mu, scatter, drift)
        chance[k < min_people] = np.inf
        best = int(chance.argmin())
        if chance[best] > level:
            return found
        first, last = int(starts[best]), int(starts[best] + lengths[best] - 1)
        found.append((first, last))
        taken[max(first - _QUIET, 0) : last + _QUIET + 1] = True


def _best_runs(
    counts: np.ndarray, mean: np.ndarray, taken: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for each length, where the run begins that exceeds its due the most; its count and its due."""
    total, usual = (np.concatenate([[0.0], np.cumsum(values)]) for values in (counts, mean))
    blocked = np.concatenate([[0], np.cumsum(taken)])
    rows = []
    for length in lengths.tolist():
        k, mu = total[length:] - total[:-length], usual[length:] - usual[:-length]
        free = (blocked[length:] == blocked[:-length]) & (k > mu)
        gain = np.where(free, k * np.log(np.maximum(k, 1) / mu) - (k - mu), 0.0)
        start = int(gain.argmax())
        rows.append((start, k[start] if gain[start] > 0 else 0.0, mu[start]))
    starts, k, mu = np.array(rows).T
    return starts.astype(int), k, mu


def _chance(k: np.ndarray, mu: np.ndarray, scatter: float, drift: np.ndarray) -> np.ndarray:
    """Return the chance of such counts in runs: the greater of what two laws of scatter say."""
    from scipy.stats import nbinom

    light = nbinom.sf(k - 1, mu / (scatter - 1), 1 / scatter)
    heavy = [lognormal_tail(*run) for run in zip(k, mu * np.exp(drift[:, 0]), drift[:, 1], strict=True)]
    return np.maximum(light, heavy)


def _drift_by_length(counts: np.ndarray, mean: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return how the rate of reports drifts from run to run, by their length: centre and spread of its log.

    A rate that rises and falls over days scatters the counts of long runs far more than those of single
    hours show. Runs too short to have a report each are taken to drift like the shortest that do.
    """
    known: list[tuple[int, float, float]] = []
    for length in 2 ** np.arange(int(np.log2(lengths[-1])) + 1):
        whole = len(counts) // length * length
        k, mu = (values[:whole].reshape(-1, length).sum(axis=1) for values in (counts, mean))
        if mu.mean() >= 1:
            known.append((int(length), *drift_of(k, mu, len(counts))))
    if not known:
        return np.zeros((len(lengths), 2))
    at = np.searchsorted([length for length, *_ in known], lengths, side="right") - 1
    return np.array([known[max(place, 0)][1:] for place in at])


def _normal_again(usual: np.ndarray, last: int) -> int:
    """Return the first bin after the outage that opens six usual ones, else the number of bins."""
    after = usual[last + 1 :]
    if len(after) < _QUIET:
        return len(usual)
    calm = np.flatnonzero(np.convolve(after, np.ones(_QUIET), mode="valid") == _QUIET)
    return last + 1 + int(calm[0]) if len(calm) else len(usual)


def _reactions(spoken: pd.DataFrame, reports: np.ndarray) -> list[tuple[str, str, int, int]]:
    cues = read_cues("incidents")
    shown = {"reporting": reports} | {name: has_cue(spoken["text"], cues[name]) for name in REACTIONS}
    tiers = {"all": np.ones(len(spoken), dtype=bool)}
    if "tier" in spoken.columns:
        names = sorted(spoken["tier"].dropna().unique())
        tiers |= {str(tier): (spoken["tier"] == tier).to_numpy(bool) for tier in names}
    return [
        (tier, reaction, spoken["author_id"][rows].nunique(), spoken["author_id"][rows & hits].nunique())
        for tier, rows in tiers.items()
        for reaction, hits in shown.items()
    ]


def _table(rows: list[tuple]) -> pd.DataFrame:
    table = utc(pd.DataFrame(rows, columns=_COLUMNS), ("start", "end", "normal_at"))
    return table.assign(**shares(table["n_reacting"], table["n"]).columns())


def utc(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Make columns moments, also where no row or no value says so."""
    return table.assign(**{name: pd.to_datetime(table[name], utc=True).dt.as_unit("us") for name in columns})
