"""What a count is expected to be: a local level times a season, robust to the incidents in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

_ROUNDS = 6
_NODES = 61
_FEWEST = 1.0
"""Below this mean a count's logarithm says little of its rate."""
_FEWEST_BINS = 14
_MOST_LEANT_ON = 2.0
"""Standard deviations of a bin up to which those beside it lean on it."""


@dataclass(frozen=True)
class Expectation:
    """A count expected in each bin, and how far such counts scatter: variance = `dispersion` x `mean`.

    `median` is the middle of the heavier of two tails: a rate that is itself lognormal from bin to bin, with
    `drift` the standard deviation of its logarithm.
    """

    mean: Counts
    dispersion: Counts
    median: Counts
    drift: float

    def upper_tail(self, counts: Counts) -> Counts:
        """Return the chance of so many or more: the greater of what two laws of scatter say."""
        from scipy.stats import nbinom

        light = nbinom.sf(counts - 1, *self._shape())
        return np.maximum(light, lognormal_tail(counts, self.median, self.drift))

    def quantile(self, share: float) -> Counts:
        """Return the count that `share` of such bins stay at or below."""
        from scipy.stats import nbinom

        return nbinom.ppf(share, *self._shape())

    def _shape(self) -> tuple[Counts, Counts]:
        return self.mean / (self.dispersion - 1), 1 / self.dispersion


def expect(counts: npt.ArrayLike, *, season: npt.ArrayLike, window: int, lean: bool = False) -> Expectation:
    """Expect each count from the `window` bins on either side of it, itself left out.

    Level and season are means over bins that do not stand out (above 99.9 % of such bins), found in a few
    rounds. The scatter is at least Poisson's, and otherwise that of the same bins: a negative binomial whose
    variance grows with the mean or with its square, whichever gives more; widened by what level and season
    themselves are uncertain. `lean` expects more next to bins that have more, as far as those of this series
    depend on each other: a lone burst stands out of busy times, and one of many bins less than it would.
    """
    y = np.asarray(counts, dtype=float)
    codes = np.unique(np.asarray(season), return_inverse=True)[1]
    usual = y <= _quick_limit(y, window)
    for _ in range(_ROUNDS):
        factor, n_season = _factors(y, codes, usual)
        weight = _around(factor * usual, window)
        level = (_around(y * usual, window) + 0.5 * y[usual].mean() if usual.any() else 0) / (weight + 0.5)
        mean = np.maximum(level * factor, 0.5 / len(y))
        if lean:
            mean = mean * _lean(y, mean, usual)
        scatter = _scatter(y, mean, usual)
        widened = scatter * (1 + factor / np.maximum(weight, 1) + 1 / n_season)
        centre, drift = drift_of(y, mean, window)
        expectation = Expectation(mean, np.maximum(widened, 1 + 1e-6), mean * np.exp(centre), drift)
        still = y <= expectation.quantile(0.999)
        if (still == usual).all():
            break
        usual = still
    return expectation


def lognormal_tail(counts: npt.ArrayLike, median: npt.ArrayLike, drift: float) -> Counts:
    """Return the chance of so many or more where the rate's logarithm is normal around that of `median`."""
    from scipy.special import pdtrc

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    rates = np.asarray(median, float)[..., None] * np.exp(drift * nodes)
    above = pdtrc(np.maximum(np.asarray(counts, float)[..., None] - 1, 0), rates)
    tail = above @ (weights / weights.sum())
    return np.where(np.asarray(counts) <= 0, 1.0, np.clip(tail, 0, 1))


def drift_of(y: Counts, mean: Counts, window: int) -> tuple[float, float]:
    """Return how a lognormal rate scatters around `mean`: the log of its median over it, and its spread.

    From quartiles, which a few incidents do not move; the Poisson part is taken off. The spread is widened by
    what the level, known from `window` bins on either side that depend on each other, is uncertain, and by
    one standard error of its own.
    """
    large = mean >= _FEWEST
    if large.sum() < _FEWEST_BINS:
        return 0.0, 0.0
    log_ratio = np.log((y[large] + 0.5) / (mean[large] + 0.5))
    low, middle, high = np.quantile(log_ratio, [0.25, 0.5, 0.75])
    spread = max((high - low) / 1.349, (high - middle) / 0.6745)
    extra = spread**2 - (1 / (mean[large] + 0.5)).mean()
    if extra <= 0:
        return 0.0, 0.0
    centred = np.clip((log_ratio - middle) / spread, -3, 3)
    echo = float(np.clip((centred[1:] * centred[:-1]).mean(), 0, 0.9))
    longer = (1 + echo) / (1 - echo)
    error = 1.17 * np.sqrt(longer / large.sum())  # relative, of a spread from quartiles
    return float(middle), float(np.sqrt(extra * (1 + longer / (2 * window))) * (1 + error))


def _lean(y: Counts, mean: Counts, usual: np.ndarray) -> Counts:
    """Return the factor by which the bins before and after each say that it lies above or below `mean`.

    The best linear prediction of a log ratio from those beside it. The correlation with these is taken less
    two of its standard errors, so that a series without dependence keeps its mean.
    """
    log_ratio = np.log((y + 0.5) / (mean + 0.5))
    low, middle, high = np.quantile(log_ratio, [0.25, 0.5, 0.75])
    spread = (high - low) / 1.349
    if mean.mean() < _FEWEST or len(y) < 2 * _FEWEST_BINS or not spread:
        return np.ones(len(y))
    z = np.clip((log_ratio - middle) / spread, -_MOST_LEANT_ON, _MOST_LEANT_ON)
    near, far = ((z[lag:] * z[:-lag]).mean() / (z**2).mean() for lag in (1, 2))
    near = max(near - 2 / np.sqrt(len(y)), 0.0)
    beside = np.r_[z[1], z[2:] + z[:-2], z[-2]]
    lean = np.exp(spread * near / (1 + max(far, 0)) * beside)
    return lean * mean[usual].sum() / (lean * mean)[usual].sum() if usual.any() else lean


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
