"""One way to compare two groups, periods or streams in which people repeat and share conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import betainc, betaincc, stdtr, stdtrit

from .intervals import MIN_PEOPLE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MIN_EXPECTED = 5.0
"""Hits, of independent people, that each side must be expected to have before the two are tested."""

_PRIOR = 0.5


@dataclass(frozen=True)
class Comparison:
    """Two sides compared, one entry an item; `n` and `n_other` are the people of the sides.

    `n_with` and `n_other_with` are the people with the item, `share` and `share_other` what the unit says
    (see `compare`), `change` their difference with its 95 % interval `low` to `high`. `low_any` to `high_any`
    is the interval that holds for all tested items at once, and so for one that was chosen because it stood
    out. `p_value` is missing where `tested` is false: too few people, which is no sign that nothing changed.
    `effective` is how many independent people each side is worth for the item.
    """

    n: int
    n_other: int
    n_with: np.ndarray
    n_other_with: np.ndarray
    share: np.ndarray
    share_other: np.ndarray
    change: np.ndarray
    low: np.ndarray
    high: np.ndarray
    low_any: np.ndarray
    high_any: np.ndarray
    p_value: np.ndarray
    tested: np.ndarray
    effective: np.ndarray
    effective_other: np.ndarray


@dataclass(frozen=True)
class _Clusters:
    """Sums of the sides' weighted hits by cluster and item, and of their weights by cluster.

    `voices` is how many clusters of equal weight the hits of each item come from, whatever their side.
    """

    hits: sparse.csr_array
    voices: np.ndarray
    weight: np.ndarray
    weight_other: np.ndarray

    def variance(self, share: np.ndarray, share_other: np.ndarray) -> np.ndarray:
        """Add up the squares of what each cluster adds to the difference beyond its due."""
        square = self.hits.multiply(self.hits).sum(axis=0)
        with_own, with_other = self.weight @ self.hits, self.weight_other @ self.hits
        own, other = (self.weight**2).sum(), (self.weight_other**2).sum()
        both = self.weight @ self.weight_other
        linear = -2 * share * with_own + 2 * share_other * with_other
        squares = share**2 * own + share_other**2 * other - 2 * share * share_other * both
        return np.maximum(square + linear + squares, 0.0)


def compare(
    hits: ArrayLike | sparse.sparray,
    side: ArrayLike,
    *,
    people: ArrayLike,
    conversations: ArrayLike | None = None,
    trials: ArrayLike | None = None,
    unit: Literal["people", "rows"] = "people",
    min_people: int = MIN_PEOPLE,
    min_expected: float = MIN_EXPECTED,
    level: float = 0.95,
) -> Comparison:
    """Compare the shares of items on one side with those on the other.

    Parameters
    ----------
    hits : array or sparse array
        One row a message and one column an item: 1 where the message has the item.
    side : array of bool
        True for the rows of the side, False for those it is compared with.
    people, conversations : array
        Of each row; a missing one is one of its own.
    trials : array, optional
        Of each row, where a row sums up several trials (`hits` then count those that hit); by default 1.
    unit : {'people', 'rows'}
        What weighs the same: people, so that a share is the mean over a side's people of the share of their
        messages with the item, or rows (trials), so that it is the share of these.
    min_people, min_expected : int, float
        Fewest people on each side, and fewest hits expected there of independent people, for a test.
    level : float
        Of the intervals.

    Returns
    -------
    Comparison

    Notes
    -----
    A share of messages does not rise when people write more each, nor when the period is longer; a share of
    people who ever said something does both. The variance adds up by person and by conversation (two-way
    clusters; Cameron, Gelbach and Miller 2011), each cluster weighed as by the jackknife; a person who is on
    both sides counts as one. By how much it exceeds that of independent people is the design effect, with
    which the pooled share gives the variance of the score test. Degrees of freedom are those of the effective
    number of clusters (Kish 1965; Welch 1947): one long conversation leaves few. Where hits come from few
    clusters the variance is drawn towards that of clusters which always do the same. Below five expected hits
    of independent people, where `min_expected` allows a test, it is the exact one of two Poisson counts at
    the effective numbers.

    Examples
    --------
    >>> hit, late = np.repeat([1, 0, 1, 0], [10, 30, 30, 10]), np.repeat([False, True], 40)
    >>> found = compare(hit, late, people=np.arange(80))
    >>> found.change, found.p_value < 1e-4
    (array([0.5]), array([ True]))
    """
    x, here, person = _as_items(hits), np.asarray(side, dtype=bool), own_codes(people)
    each = np.ones(len(here)) if trials is None else np.asarray(trials, dtype=float)
    sizes = np.array([len(np.unique(person[rows & (each > 0)])) for rows in (here, ~here)])
    vote, totals = np.ones(len(here)), np.array([each[here].sum(), each[~here].sum()])
    if unit == "people":
        own = 2 * person + here  # a person on both sides is two
        vote, totals = 1 / np.maximum(np.bincount(own, weights=each)[own], 1), sizes.astype(float)
    sums = np.array([np.where(rows, vote, 0.0) @ x for rows in (here, ~here)])
    share, share_other = np.minimum(sums / np.maximum(totals, 1)[:, None], 1.0)
    signed = np.where(here, vote, -vote) / np.maximum(totals, 1)[1 - here.astype(int)]
    clusters = _clusters(x, person, conversations, signed, each)
    groups = np.array([_n_effective(clusters[:2], name) for name in ("weight", "weight_other")])
    variance, freedom = _variance(clusters, share, share_other, groups), _freedom(groups)
    design = _design_effect(variance, share, share_other, sizes, groups)
    effective = sizes[:, None] / np.maximum(design, 1e-9)
    pooled = np.minimum(sums.sum(axis=0) / max(totals.sum(), 1), 1.0)
    expected = pooled * effective.min(axis=0)
    tested = (sizes.min() >= min_people) & (expected >= min_expected) & (pooled > 0)
    change, spread = share - share_other, np.sqrt(variance)
    null = np.sqrt(design * _binomial(pooled, pooled, np.maximum(sizes, 1e-9)))
    p_value = 2 * stdtr(freedom, -np.divide(np.abs(change), null, out=np.zeros(len(null)), where=null > 0))
    few = expected < MIN_EXPECTED
    # where hits are few their spread is badly known: no better than if every message spoke for itself
    alone = np.array([(signed[rows] ** 2 * each[rows]).sum() for rows in (here, ~here)])
    most = np.minimum(effective, 1 / np.maximum(alone, 1e-9)[:, None])
    p_value[few] = _exact(share[few], share_other[few], *most[:, few])
    reach, reach_any = (
        spread * float(stdtrit(max(freedom, 1.0), 1 - error / 2))
        for error in (1 - level, (1 - level) / max(1, int(tested.sum())))
    )
    return Comparison(
        n=int(sizes[0]),
        n_other=int(sizes[1]),
        n_with=_distinct(x, person, here),
        n_other_with=_distinct(x, person, ~here),
        share=share,
        share_other=share_other,
        change=change,
        low=change - reach,
        high=change + reach,
        low_any=change - reach_any,
        high_any=change + reach_any,
        p_value=np.where(tested, p_value, np.nan),
        tested=tested,
        effective=effective[0],
        effective_other=effective[1],
    )


def _as_items(hits: ArrayLike | sparse.sparray) -> sparse.csr_array:
    if sparse.issparse(hits):
        return sparse.csr_array(hits, dtype=float)
    dense = np.asarray(hits, dtype=float)
    return sparse.csr_array(dense[:, None] if dense.ndim == 1 else dense)


def own_codes(labels: ArrayLike) -> np.ndarray:
    """Give labels numbers in order of appearance; each missing one is one of its own."""
    codes = pd.factorize(pd.Series(labels))[0].astype(np.int64)
    missing = codes < 0
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(missing.sum())
    return codes


def _clusters(
    x: sparse.csr_array,
    person: np.ndarray,
    conversations: ArrayLike | None,
    signed: np.ndarray,
    each: np.ndarray,
) -> list[_Clusters]:
    """Sum by person and, where they are known, by conversation and by both together."""
    codes = [person]
    if conversations is not None:
        thread = own_codes(conversations)
        # By person, by thread and by both: two-way clustering takes off what both count twice.
        codes += [thread, pd.factorize(person * (int(thread.max(initial=0)) + 1) + thread)[0]]
    return [_gather(x, one, signed, each) for one in codes]


def _gather(x: sparse.csr_array, cluster: np.ndarray, signed: np.ndarray, each: np.ndarray) -> _Clusters:
    """Sum by cluster; each is then weighed by what its side loses without it, as by the jackknife."""
    n = int(cluster.max(initial=-1)) + 1
    own, other = (
        np.bincount(cluster, weights=np.maximum(sign * signed, 0) * each, minlength=n) for sign in (1, -1)
    )
    # The jackknife's factor of a cluster with weight w among m clusters: (1 - 1 / m) / (1 - w).
    largest = np.maximum(own, other)
    count = np.where(own >= other, np.count_nonzero(own), np.count_nonzero(other))
    left_out = (1 - 1 / np.maximum(count, 2)) / np.maximum(1 - largest, 1e-9)
    # A matrix of clusters x rows adds rows up by cluster: products with it replace a groupby for each item.
    places = (cluster, np.arange(len(cluster)))
    add, count_all = (
        sparse.csr_array((each_row, places), shape=(n, len(cluster)))
        for each_row in (signed * left_out[cluster], np.abs(signed))
    )
    voices = _voices(sparse.csr_array(count_all @ x))
    return _Clusters(sparse.csr_array(add @ x), voices, own * left_out, other * left_out)


def _freedom(groups: np.ndarray) -> float:
    """Return Welch's degrees of freedom of two sides of so many effective clusters."""
    return float((1 / groups).sum() ** 2 / ((1 / groups) ** 2 / np.maximum(groups - 1, 1)).sum())


def _n_effective(clusters: list[_Clusters], name: str) -> float:
    """Return how many clusters of equal weight a side is worth."""
    weights = [getattr(one, name) for one in clusters]
    return float(min(w.sum() ** 2 / max((w**2).sum(), 1e-300) for w in weights)) or 1e-9


def _variance(
    clusters: list[_Clusters], share: np.ndarray, share_other: np.ndarray, groups: np.ndarray
) -> np.ndarray:
    """Return the variance of the difference: by people and by conversations, less what both have."""
    parts = [one.variance(share, share_other) for one in clusters]
    variance = parts[0]
    if len(parts) > 1:
        variance = np.maximum(np.maximum(parts[0] + parts[1] - parts[2], parts[0]), parts[1])
    voices = np.min([one.voices for one in clusters[:2]], axis=0)
    agreeing = _binomial(share, share_other, groups)
    return (voices * variance + _PRIOR * agreeing) / (voices + _PRIOR)


def _design_effect(
    variance: np.ndarray, share: np.ndarray, other: np.ndarray, sizes: np.ndarray, groups: np.ndarray
) -> np.ndarray:
    """Return by how much the variance exceeds that of as many people who are independent."""
    if not sizes.min():
        return np.ones(len(variance))
    independent = _binomial(share, other, sizes)
    apart = np.full(len(variance), (sizes / groups).max())  # all on one side and none on the other
    return np.divide(variance, independent, out=apart, where=independent > 0)


def _binomial(share: np.ndarray, other: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return the variance of the difference of two shares of n independent voices each."""
    return share * (1 - share) / n[0] + other * (1 - other) / n[1]


def _voices(hits: sparse.csr_array) -> np.ndarray:
    square = hits.multiply(hits).sum(axis=0)
    return np.divide(hits.sum(axis=0) ** 2, square, out=np.zeros(len(square)), where=square > 0)


def _exact(share: np.ndarray, other: np.ndarray, n: np.ndarray, n_other: np.ndarray) -> np.ndarray:
    """Return the two-sided chance that hits fall on the sides as they do, given their number."""
    k, everyone = share * n, share * n + other * n_other
    due = n / np.maximum(n + n_other, 1e-300)
    # the binomial tails as incomplete beta integrals, which know numbers that are not whole
    above = np.where(k > 0, betainc(np.maximum(k, 1e-9), everyone - k + 1, due), 1.0)
    below = np.where(k < everyone, betaincc(k + 1, np.maximum(everyone - k, 1e-9), due), 1.0)
    return np.clip(2 * np.minimum(above, below), 0, 1)


def _distinct(x: sparse.csr_array, person: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Count the people with each item among these rows."""
    part = x[np.flatnonzero(rows)].tocoo()
    hit = part.data > 0
    pairs = pd.unique(person[rows][part.row[hit]] * x.shape[1] + part.col[hit])
    return np.bincount(pairs % x.shape[1], minlength=x.shape[1]).astype(np.int64)


def benjamini_hochberg(p_values: ArrayLike) -> np.ndarray:
    """Return the adjusted p-values that control the false discovery rate (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    p = np.asarray(p_values, dtype=float)
    return false_discovery_control(p, method="bh") if p.size else p
