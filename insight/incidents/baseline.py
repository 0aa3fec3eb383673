"""What a count is expected to be: a local level times a season, robust to the incidents in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

_ROUNDS = 6


@dataclass(frozen=True)
class Expectation:
    """A count expected in each bin, and how far such counts scatter: variance = `dispersion` x `mean`."""

    mean: Counts
    dispersion: Counts

    def upper_tail(self, counts: Counts) -> Counts:
        """Return the chance of so many or more."""
        from scipy.stats import nbinom

        return nbinom.sf(counts - 1, *self._shape())

    def quantile(self, share: float) -> Counts:
        """Return the count that `share` of such bins stay at or below."""
        from scipy.stats import nbinom

        return nbinom.ppf(share, *self._shape())

    def _shape(self) -> tuple[Counts, Counts]:
        return self.mean / (self.dispersion - 1), 1 / self.dispersion


def expect(counts: npt.ArrayLike, *, season: npt.ArrayLike, window: int) -> Expectation:
    """Expect each count from the `window` bins on either side of it, itself left out.

    Level and season are means over bins that do not stand out (above 99.9 % of such bins), found in a few
    rounds. The scatter is at least Poisson's, and otherwise that of the same bins: a negative binomial whose
    variance grows with the mean or with its square, whichever gives more; widened by what level and season
    themselves are uncertain.
    """
    y = np.asarray(counts, dtype=float)
    codes = np.unique(np.asarray(season), return_inverse=True)[1]
    usual = y <= _quick_limit(y, window)
    for _ in range(_ROUNDS):
        factor, n_season = _factors(y, codes, usual)
        weight = _around(factor * usual, window)
        level = (_around(y * usual, window) + 0.5 * y[usual].mean() if usual.any() else 0) / (weight + 0.5)
        mean = np.maximum(level * factor, 0.5 / len(y))
        scatter = _scatter(y, mean, usual)
        widened = scatter * (1 + factor / np.maximum(weight, 1) + 1 / n_season)
        expectation = Expectation(mean, np.maximum(widened, 1 + 1e-6))
        still = y <= expectation.quantile(0.999)
        if (still == usual).all():
            break
        usual = still
    return expectation


def _quick_limit(y: Counts, window: int) -> Counts:
    from scipy.ndimage import median_filter

    middle = median_filter(y, size=2 * window + 1, mode="nearest") + 0.5
    return middle + 4 * np.sqrt(2 * middle)


def _around(y: Counts, window: int) -> Counts:
    """Sum over the bins around each, itself left out; the edges have neighbours on one side."""
    total = np.concatenate([[0.0], np.cumsum(y)])
    place = np.arange(len(y))
    return total[np.minimum(place + window + 1, len(y))] - total[np.maximum(place - window, 0)] - y


def _factors(y: Counts, codes: np.ndarray, usual: np.ndarray) -> tuple[Counts, Counts]:
    """Return the season's factor for each bin, drawn towards 1 as by ten more people, and its sample size."""
    days = np.bincount(codes, weights=usual)
    people = np.bincount(codes, weights=y * usual)
    mean = people.sum() / max(days.sum(), 1)
    if mean <= 0 or len(days) == 1:
        return np.ones(len(y)), np.full(len(y), np.inf)
    factor = (people + 10) / (mean * days + 10)
    factor /= (factor * days).sum() / max(days.sum(), 1)
    return factor[codes], np.maximum(days, 1)[codes]


def _scatter(y: Counts, mean: Counts, usual: np.ndarray) -> Counts:
    """Return variance / mean of each bin: its moment over the usual bins and one standard error."""
    if not usual.any():
        return np.ones(len(y))
    square, middle = ((y - mean) ** 2)[usual], mean[usual]
    linear = (square / middle).mean()
    quadratic = (square - middle).sum() / (middle**2).sum()
    unsure = 1 + np.sqrt(2 / usual.sum())
    return np.maximum(np.maximum(linear, 1 + quadratic * mean) * unsure, 1.0)
