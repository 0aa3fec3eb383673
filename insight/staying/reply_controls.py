"""When to distrust an effect: balance, comparisons that must show nothing, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import ndtri
from tqdm import trange

from insight.stats.effects import Effect, aipw, independent, standardised_differences
from insight.stats.survival import cox_regression

from .newcomers import Newcomers
from .reply_comparisons import FEWEST, HOUR, Comparison

TRIM = (0.05, 0.95)
_FEWEST_PER_ARM = 50
_LEAST_OVERLAP = 0.5
_LATER = "returns before any answer, of those answered later"


def balance_table(covariates: pd.DataFrame, answered: np.ndarray, weights: np.ndarray) -> pd.DataFrame:
    """Return each covariate's means in both arms and their standardised difference before and after."""
    names = ["covariate", "mean_answered", "mean_unanswered", "difference_before", "difference_after"]
    kept = weights > 0
    if min(answered[kept].sum(), (~answered[kept]).sum()) == 0:
        return pd.DataFrame(columns=names)
    x = covariates.to_numpy(float)
    before = standardised_differences(x, answered)
    after = standardised_differences(x[kept], answered[kept], weights=weights[kept])
    means = (x[arm].mean(axis=0) for arm in (answered, ~answered))
    return pd.DataFrame(dict(zip(names, (covariates.columns, *means, before, after), strict=True)))


def controls_table(
    followed: Newcomers,
    waiting: Newcomers,
    limit: float,
    horizon: float,
    *,
    n_permutations: int,
    random_state: int,
    progress: bool,
) -> pd.DataFrame:
    """Make the comparisons that must show nothing; their intervals hold 95 % together.

    What an answer cannot have caused is what came before it. So people who are answered in the end are
    compared with those who never are by how soon they come back while neither has an answer, adjusted for
    what is known: a cause that nothing recorded and that brings both answers and returns shows here.
    """
    level = 1 - 0.05 / 2
    answered, came = waiting.answered <= limit, waiting.back <= horizon
    arms = (int(answered.sum()), int((~answered).sum()))
    rows: list[Comparison] = [_before_any_answer(followed, horizon, level)]
    turns = trange(n_permutations, desc="permutations", disable=not progress)
    permuted = _permuted(answered, came, waiting, turns, random_state=random_state)
    low, high = np.quantile(permuted, [(1 - level) / 2, (1 + level) / 2])
    placebo = Comparison("permuted answers (placebo)", "risk difference", limit / HOUR, *arms)
    rows.append(replace(placebo, value=float(permuted.mean()), low=float(low), high=float(high)))
    table = pd.DataFrame(rows).rename(columns={"estimate": "control"})
    enough = table[["n_answered", "n_unanswered"]].min(axis=1).ge(FEWEST) & table["value"].notna()
    passed = (table["low"].le(0) & table["high"].ge(0)).astype("boolean")
    table["passed"] = passed.where(enough)
    # what an interval of this width would have shown four times in five
    reach = (table["high"] - table["low"]) / 2
    table["detectable"] = (reach * (1 + ndtri(0.8) / ndtri((1 + level) / 2))).where(enough)
    names = ["control", "scale", "n_answered", "n_unanswered", "value", "low", "high", "passed", "detectable"]
    return table[names]


def _before_any_answer(followed: Newcomers, horizon: float, level: float) -> Comparison:
    """Compare returns before any answer: of those answered later and of those never answered (Cox 1972)."""
    answered = np.isfinite(followed.answered)
    watched = np.minimum(np.minimum(followed.answered, horizon), followed.back)
    came = (followed.back <= horizon) & (followed.back < followed.answered)
    arms = (int(answered.sum()), int((~answered).sum()))
    unknown = Comparison(_LATER, "log hazard ratio", horizon / HOUR, *arms)
    if min(came[answered].sum(), came[~answered].sum()) < FEWEST:
        return unknown
    x = independent(np.column_stack([answered, followed.covariates.to_numpy(float)]).astype(float))
    fit = cox_regression(watched, came, (x - x.mean(axis=0)) / x.std(axis=0))
    scale = x[:, 0].std()
    value, reach = fit.coef[0] / scale, ndtri((1 + level) / 2) * fit.se[0] / scale
    if not np.isfinite(reach):
        return unknown
    return replace(unknown, value=value, low=value - reach, high=value + reach)


def hidden_causes(controls: pd.DataFrame) -> str:
    """Say what the comparison with people answered later can rule out, and what it cannot."""
    row = controls.set_index("control").loc[_LATER]
    if pd.isna(row["passed"]):
        return (
            "Too few people came back before an answer to check for causes that nothing recorded, such as "
            "keenness; nothing here rules them out."
        )
    return (
        "A hidden cause that brings both answers and returns was looked for in returns before any answer; "
        f"this check would show it where such returns are {np.exp(row['detectable']):.1f} times as frequent, "
        "and no weaker one."
    )


def _permuted(
    answered: np.ndarray, came: np.ndarray, people: Newcomers, turns: Iterable[int], *, random_state: int
) -> np.ndarray:
    """Return the adjusted estimate for each permutation of the answers within channel, kind and week."""
    draw = np.random.default_rng(random_state)
    place = np.argsort(people.stratum, kind="stable")
    estimates = []
    for _ in turns:
        shuffled = np.empty_like(answered)
        shuffled[place] = answered[np.lexsort((draw.random(len(answered)), people.stratum))]
        estimates.append(aipw(came, shuffled, people.covariates, trim=TRIM).estimate)
    return np.array(estimates)


def reasons(arms: tuple[int, int], overlap: float, controls: pd.DataFrame) -> tuple[str, ...]:
    """Say why there can be no verdict; nothing if there can."""
    found = []
    if min(arms) < _FEWEST_PER_ARM:
        found.append(
            f"only {arms[0]} answered and {arms[1]} unanswered newcomers; "
            f"{_FEWEST_PER_ARM} in each are the least"
        )
    elif overlap < _LEAST_OVERLAP:
        found.append(
            f"only {overlap:.0%} of newcomers could have met either fate; {_LEAST_OVERLAP:.0%} are the least"
        )
    failed = controls[~controls["passed"].fillna(True).astype(bool)]
    found += [
        "answered and unanswered newcomers differ in more than the answer "
        f"(“{control}” should show nothing and shows {value:+.2f}, {low:+.2f} to {high:+.2f})"
        for control, value, low, high in failed[["control", "value", "low", "high"]].itertuples(index=False)
    ]
    return tuple(found)


def verdict(
    withheld: tuple[str, ...], effect: Effect, *, detectable: float, within: str, horizon: str
) -> str:
    """Say in one sentence what the adjusted estimate shows, or that nothing may be said."""
    if withheld:
        return f"No verdict: {'; '.join(withheld)}."
    value = 100 * effect.estimate
    points, low, high = (_points(one) for one in (effect.estimate, effect.low, effect.high))
    came = f"Newcomers answered within {_span(within)} came back within {_span(horizon)}"
    if effect.low <= 0 <= effect.high:
        return (
            f"{came} neither clearly more nor less often ({points} points, {low} to {high}); "
            f"so few people would show reliably only a difference of {100 * detectable:.0f} points or more."
        )
    return (
        f"{came} {abs(value):.1f} points {'more' if value > 0 else 'less'} often "
        f"({low} to {high}), after matching on what was known at the first message; "
        "not proof of cause."
    )


def _points(difference: float) -> str:
    """Write a difference of shares in points, with a true minus and no sign on nothing."""
    text = f"{100 * difference:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "\u2212")


def _span(span: str) -> str:
    """Write a length of time as people say it: "24h" -> "24 hours", "90D" -> "90 days"."""
    length = pd.Timedelta(span)
    whole_days = length >= pd.Timedelta(days=2) and length % pd.Timedelta(days=1) == pd.Timedelta(0)
    unit = "day" if whole_days else "hour"
    number = length / pd.Timedelta(1, unit)
    return f"{number:g} {unit}{'' if number == 1 else 's'}"
