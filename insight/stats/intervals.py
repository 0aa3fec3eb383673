"""Shares with an interval that holds where people repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MIN_PEOPLE = 10
"""Of fewer people than this no share is given, whatever is counted."""

_PRIOR = 0.5


@dataclass(frozen=True)
class Shares:
    """Shares with their 95 % interval, one entry a group; all three are missing where people are too few.

    `n_people` is the number of different people behind each share.
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_people: np.ndarray

    def columns(self) -> dict[str, np.ndarray]:
        """Return share, low and high by name, for `DataFrame.assign`."""
        return {"share": self.share, "low": self.low, "high": self.high}

    def first(self) -> tuple[float, float, float]:
        """Return share, low and high of the only group."""
        return float(self.share[0]), float(self.low[0]), float(self.high[0])

    def row(self, share: str = "share", low: str = "low", high: str = "high") -> dict[str, float]:
        """Return share, low and high of the only group by name."""
        return dict(zip((share, low, high), self.first(), strict=True))


def by_size(values: pd.Series) -> list[Any]:
    """Return the values of a column, the most frequent first, then by name."""
    sizes = values.value_counts()
    return sorted(sizes.index, key=lambda value: (-sizes[value], value))


def wilson(successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's (1927) score interval of a proportion, NaN where there are no trials."""
    k, n = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(trials, dtype=float))
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = _score_interval(k / n, n, ndtri((1 + level) / 2))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def shares(
    k: ArrayLike,
    n: ArrayLike = 1,
    *,
    by: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    n_groups: int | None = None,
    min_people: int = MIN_PEOPLE,
    level: float = 0.95,
) -> Shares:
    """Return the shares of k in n with their intervals.

    Parameters
    ----------
    k, n : array
        Without `by` one entry a group, and n counts people: the interval is Wilson's. With `by` one entry a
        row, such as a message (n = 1) or a person's counts, of which k were hits.
    by : array, optional
        The person of each row; a missing one counts as a person of its own.
    groups : array of int, optional
        The group of each row, from 0; by default all rows are one group.
    n_groups : int, optional
        How many groups there are, also without rows.
    min_people : int
        Of fewer people no share is given.
    level : float
        Of the interval.

    Returns
    -------
    Shares

    Notes
    -----
    With `by`, Wilson's interval at the effective sample size p (1 - p) / variance. The variance is the
    delete-one-person jackknife's; Student's t replaces the normal quantile, its degrees of freedom those of
    the effective number of people (Kish 1965), since one person with most rows leaves few. Where hits (or
    misses) come from few people the jackknife hardly sees how alike a person's rows are: the variance is
    then drawn towards that of people who always do the same, as by half a person more. Where each person has
    one row it is Wilson's interval.

    Examples
    --------
    >>> shares([40], [100]).first()
    (0.4, 0.3094..., 0.4979...)
    >>> loud = ["ann"] * 90 + [f"p{i}" for i in range(10)]
    >>> found = shares([1] * 90 + [0] * 10, by=loud)
    >>> round(float(found.low[0]), 2), round(float(found.high[0]), 2)
    (0.0, 1.0)
    """
    if by is None:
        counts, people = np.broadcast_arrays(
            np.atleast_1d(np.asarray(k, float)), np.atleast_1d(np.asarray(n, float))
        )
        low, high = wilson(counts, people, level=level)
        return _shown(counts, people, low, high, people, min_people)
    hits, trials, group = _sums(k, n, by, groups)
    size = int(group.max(initial=-1)) + 1 if n_groups is None else n_groups
    size = max(size, 1) if groups is None else size

    def total(values: np.ndarray) -> np.ndarray:
        return np.bincount(group, weights=values, minlength=size)

    n_people = np.bincount(group, minlength=size)
    all_hits, all_trials = total(hits), total(trials)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = all_hits / all_trials
        weight = trials / all_trials[group]
        people = 1 / total(weight**2)
        left_out = (1 - 1 / n_people[group]) / (1 - weight)
        residual = (hits - share[group] * trials) * left_out / all_trials[group]
        variance = total(residual**2) * n_people / (n_people - 1)
        agreeing = share * (1 - share) / people
        voices = np.minimum(_effective(hits, total), _effective(trials - hits, total))
        variance = (voices * variance + _PRIOR * agreeing) / (voices + _PRIOR)
        n_effective = np.where(agreeing > 0, share * (1 - share) / variance, people)
    alone = all_trials == n_people
    n_effective = np.where(alone, n_people, np.minimum(n_effective, all_trials))
    quantile = stdtrit(np.maximum(people - 1, 1), (1 + level) / 2)
    low, high = _score_interval(share, n_effective, np.where(alone, ndtri((1 + level) / 2), quantile))
    return _shown(all_hits, all_trials, low, high, n_people, min_people)


def _sums(
    k: ArrayLike, n: ArrayLike, by: ArrayLike, groups: ArrayLike | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Add up hits and trials by group and person; return them with the group of each pair."""
    person = pd.factorize(pd.Series(by))[0]
    unknown = person < 0
    person[unknown] = person.max(initial=-1) + 1 + np.arange(unknown.sum())
    hits = np.broadcast_to(np.asarray(k, float), person.shape)
    trials = np.broadcast_to(np.asarray(n, float), person.shape)
    group = np.zeros(len(person), np.int64) if groups is None else np.asarray(groups, np.int64)
    some = trials > 0
    width = int(person.max(initial=0)) + 1
    cells, place = np.unique(group[some] * width + person[some], return_inverse=True)
    sums = [np.bincount(place, weights=part[some], minlength=len(cells)) for part in (hits, trials)]
    return sums[0], sums[1], cells // width


def _effective(values: np.ndarray, total: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return how many people of equal weight these values are worth; 0 where all are 0."""
    squares = total(values**2)
    return np.divide(total(values) ** 2, squares, out=np.zeros(len(squares)), where=squares > 0)


def _score_interval(share: np.ndarray, n: np.ndarray, z: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's interval, for the normal or another quantile `z`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.where(share == 0, 0.0, centre - half), np.where(share == 1, 1.0, centre + half)


def _shown(
    k: np.ndarray, n: np.ndarray, low: np.ndarray, high: np.ndarray, n_people: np.ndarray, min_people: int
) -> Shares:
    enough = n_people >= max(min_people, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, low, high = (np.where(enough, part, np.nan) for part in (k / n, low, high))
    return Shares(share, low, high, n_people.astype(np.int64))


def resamples(n_people: int, n: int, *, at_once: int, random_state: int) -> Iterator[np.ndarray]:
    """Yield bootstrap resamples of people, some rows at a time: how often each is in each of `n` resamples.

    Rows of counts times a table of people gives the resampled tables at once. `at_once` is how many counts
    are held together; it changes no number.
    """
    draw, even = np.random.default_rng(random_state), np.full(n_people, 1 / n_people)
    step = max(1, at_once // n_people)
    for start in range(0, n, step):
        yield draw.multinomial(n_people, even, size=min(step, n - start))
