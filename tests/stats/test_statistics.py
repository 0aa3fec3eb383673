from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from insight.mentions import InsightError
from insight.stats.comparison import benjamini_hochberg
from insight.stats.effects import mantel_haenszel
from insight.stats.intervals import wilson
from insight.stats.kaplan_meier import kaplan_meier


@pytest.fixture(scope="module")
def flies() -> pd.DataFrame:
    """Life spans of fruit flies in days; see tests/fixtures/waltons/README.md for the source."""
    return pd.read_csv(Path(__file__).parents[1] / "fixtures" / "waltons" / "waltons.csv")


def survival_at(curve, moment):
    return np.append(1.0, curve.survival)[np.searchsorted(curve.time, moment, side="right")]


# --- medians


@pytest.mark.parametrize("n", range(2, 201, 2))
def test_half_is_reached_where_half_had_the_event(n):
    curve = kaplan_meier(np.arange(1.0, n + 1), np.ones(n, dtype=bool))
    assert curve.quantile() == n / 2


def test_half_is_reached_although_the_rest_came_much_later():
    waits = np.r_[np.linspace(0.1, 1.1, 12), np.full(12, 500.0)]
    assert kaplan_meier(waits, np.ones(24, dtype=bool)).quantile() == 1.1


# --- Wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (78, 381, 0.1672507, 0.2480930),
        (1, 3, 0.0614919, 0.7923404),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
    ],
)
def test_wilson_equals_known_values(k, n, low, high):
    assert wilson(k, n) == (pytest.approx(low, abs=5e-8), pytest.approx(high, abs=5e-8))


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_equals_statsmodels(pair):
    k, n = pair
    assert wilson(k, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-12)


def test_wilson_of_nothing_is_missing_and_arrays_broadcast():
    low, high = wilson([0, 1, 5], [0, 2, 5])
    assert np.isnan([low[0], high[0]]).all()
    assert low[2] < 1
    assert high[2] == 1


# --- Kaplan-Meier


def test_kaplan_meier_by_hand():
    curve = kaplan_meier([1, 2, 2, 3, 4], [True, True, False, True, False])
    assert curve.time.tolist() == [1, 2, 3]
    assert curve.n_at_risk.tolist() == [5, 4, 2]
    assert curve.n_events.tolist() == [1, 1, 1]
    assert curve.survival == pytest.approx([4 / 5, 3 / 5, 3 / 10])
    assert curve.quantile() == 3
    assert curve.quantile(0.9) == np.inf


@pytest.mark.parametrize(
    ("group", "expected", "median"),
    [
        ("control", {10: 0.9922480620155038, 40: 0.9531831776841849, 60: 0.37859453614809785}, 58),
        ("miR-137", {20: 0.6470588235294118, 40: 0.11764705882352941}, 26),
    ],
)
def test_kaplan_meier_equals_published_values(flies, group, expected, median):
    rows = flies[flies["group"] == group]
    curve = kaplan_meier(rows["T"], rows["E"])
    assert {day: survival_at(curve, day) for day in expected} == pytest.approx(expected, abs=1e-12)
    assert curve.quantile() == median


def test_log_log_band_equals_published_values(flies):
    rows = flies[flies["group"] == "control"]
    curve = kaplan_meier(rows["T"], rows["E"])
    at = np.searchsorted(curve.time, 60, side="right") - 1
    assert curve.low[at] == pytest.approx(0.2946992400743214, abs=1e-9)
    assert curve.high[at] == pytest.approx(0.4620222923387471, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=2, max_size=60))
def test_kaplan_meier_equals_statsmodels(rows):
    durations, observed = (np.array(column) for column in zip(*rows, strict=True))
    if not observed.any():
        assert kaplan_meier(durations, observed).time.size == 0
        return
    theirs = SurvfuncRight(durations, observed.astype(int))
    ours = kaplan_meier(durations, observed)
    kept = theirs.n_events > 0
    assert ours.time.tolist() == theirs.surv_times[kept].tolist()
    assert ours.n_at_risk.tolist() == theirs.n_risk[kept].tolist()
    assert ours.survival == pytest.approx(theirs.surv_prob[kept], abs=1e-12)


@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1e-300, 0.1, 0.5, 1 / 3, 7.25, 1e300]), st.booleans())))
def test_times_of_any_size_are_sorted_like_statsmodels(rows):
    """Ties, both zeros, the least and the largest numbers; somebody leaves at an odd time each time."""
    durations, observed = (np.array(column) for column in zip(*rows, (2.5, True), strict=True))
    theirs, ours = SurvfuncRight(durations, observed.astype(int)), kaplan_meier(durations, observed)
    kept = theirs.n_events > 0
    assert ours.time.tolist() == theirs.surv_times[kept].tolist()
    assert ours.n_at_risk.tolist() == theirs.n_risk[kept].tolist()
    assert ours.n_events.tolist() == theirs.n_events[kept].tolist()
    assert ours.survival == pytest.approx(theirs.surv_prob[kept], abs=1e-12)


def test_late_entrants_are_at_risk_only_once_they_are_watched():
    """Of three who end at 2, 4 and 5, the last is watched from 3 on: at 2 only two are at risk, at 4 two."""
    curve = kaplan_meier([2, 4, 5], [True, True, False], entry=[0, 0, 3])
    assert curve.n_at_risk.tolist() == [2, 2]
    assert curve.survival == pytest.approx([1 / 2, 1 / 4])


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=60))
def test_entry_at_zero_changes_nothing(rows):
    durations, observed = zip(*rows, strict=True)
    plain, entered = (
        kaplan_meier(durations, observed),
        kaplan_meier(durations, observed, entry=[0] * len(rows)),
    )
    assert np.array_equal(plain.survival, entered.survival)
    assert np.array_equal(plain.high, entered.high)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=80),
    st.sampled_from([1.0, 0.1, 1e7]),
)
def test_counting_days_sorting_and_sparse_times_give_the_same_curve(rows, unit):
    """Whole days are counted, tenths and far-apart numbers sorted: the same curve on another scale."""
    days, observed = (np.array(column) for column in zip(*rows, strict=True))
    counted, other = kaplan_meier(days, observed), kaplan_meier(days * unit, observed)
    assert other.time == pytest.approx(counted.time * unit)
    for name in ("n_at_risk", "n_events", "survival", "low", "high"):
        np.testing.assert_allclose(getattr(other, name), getattr(counted, name), rtol=0, atol=1e-12)


def test_an_empty_curve_is_empty():
    assert kaplan_meier([], []).time.size == 0


def test_the_band_encloses_the_curve_to_its_end():
    curve = kaplan_meier([1, 2, 3], [True, True, True])
    assert curve.survival[-1] == 0
    assert curve.low[-1] == 0
    assert curve.high[-1] == curve.high[-2]
    assert (curve.low <= curve.survival).all()
    assert (curve.survival <= curve.high).all()


@pytest.mark.parametrize(
    ("durations", "observed", "entry", "said"),
    [
        ([1, 2], [True], None, r"durations \(2\) must match observed \(1\)"),
        ([1, np.nan], [True, True], None, "1 of 2 durations are missing"),
        ([1, -2], [True, True], None, "1 of 2 durations are below 0"),
        ([1, 2], [True, True], [0], r"entry \(1\) must match durations \(2\)"),
        ([1, 2], [True, True], [0, 2], "1 of 2 entries"),
    ],
)
def test_impossible_times_are_refused(durations, observed, entry, said):
    with pytest.raises(InsightError, match=said):
        kaplan_meier(durations, observed, entry=entry)


# --- The author bootstrap


def test_benjamini_hochberg_by_hand():
    """Sorted p times m over rank, then the running minimum from the largest down."""
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert benjamini_hochberg([]).size == 0


def test_mantel_haenszel_agrees_with_statsmodels_and_sees_through_a_mixed_crowd():
    from statsmodels.stats.contingency_tables import StratifiedTable

    rng = np.random.default_rng(0)
    for _ in range(20):
        trials, other = rng.integers(2, 60, (2, 4))
        hits, other_hits = rng.binomial(trials, 0.3), rng.binomial(other, 0.2)
        tables = np.array([[hits, trials - hits], [other_hits, other - other_hits]])
        wanted = StratifiedTable(tables.astype(float)).test_null_odds(correction=True)
        excess, chance = mantel_haenszel(hits, trials, other_hits, other)
        assert chance == pytest.approx(wanted.pvalue)
        assert excess == pytest.approx((hits - trials * (hits + other_hits) / (trials + other)).sum())
    # the same rate within either stratum, though 50 of 110 against 14 of 110 over both
    assert mantel_haenszel([50, 1], [100, 10], [5, 10], [10, 100])[1] > 0.5
    assert mantel_haenszel([0], [5], [0], [5]) == (0.0, 1.0)
