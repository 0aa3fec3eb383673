from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, survdiff

from insight.stats.kaplan_meier import kaplan_meier
from insight.stats.survival import (
    cox_regression,
    cumulative_incidence,
    log_rank,
    restricted_mean,
    survival_at,
    weighted_return,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"


def reference(name):
    """A published data set; see tests/fixtures/reference/README.md for the source."""
    return pd.read_csv(FIXTURES / "reference" / f"{name}.csv")


@pytest.fixture(scope="module")
def flies():
    return pd.read_csv(FIXTURES / "waltons" / "waltons.csv")


def test_fruit_flies_live_as_published(flies):
    control = flies[flies["group"] == "control"]
    curve = kaplan_meier(control["T"], control["E"])
    expected = [0.9922480620155038, 0.9531831776841849, 0.37859453614809785]
    np.testing.assert_allclose(survival_at(curve, [10, 40, 60]), expected, rtol=1e-12)
    at_60 = np.searchsorted(curve.time, 60, side="right") - 1
    assert curve.low[at_60] == pytest.approx(0.2946992400743214, rel=1e-9)
    assert curve.high[at_60] == pytest.approx(0.4620222923387471, rel=1e-9)
    assert restricted_mean(curve, until=60)[0] == pytest.approx(54.303556822839006, rel=1e-9)
    assert curve.quantile() == 58


def test_the_log_rank_test_as_published(flies):
    chi_squared, p = log_rank(flies["T"], flies["E"], flies["group"])
    assert chi_squared == pytest.approx(122.24912557300637, rel=1e-9)
    assert p < 1e-20
    assert np.isnan(log_rank([1, 2], [False, False], ["a", "b"])).all()
    assert np.isnan(log_rank([1, 2], [True, True], ["a", "a"])).all()


def test_delayed_entry_as_published():
    cohort = reference("multicenter_aids")
    late = kaplan_meier(cohort["T"], cohort["D"], entry=cohort["W"])
    expected = [0.8908858607722248, 0.6482418381432183, 0.5324339280609877, 0.4670473053166557]
    np.testing.assert_allclose(survival_at(late, [1, 2, 3, 4]), expected, rtol=1e-9)
    ignoring = kaplan_meier(cohort["T"], cohort["D"])
    np.testing.assert_allclose(
        survival_at(ignoring, [1, 2, 3, 4]), [0.930286, 0.75067, 0.642833, 0.57], atol=1e-6
    )


def test_regimes_last_as_published():
    regimes = reference("dd")
    curve = kaplan_meier(regimes["duration"], regimes["observed"])
    expected = [0.7217920353982306, 0.33400794162774977, 0.18134987764608515, 0.09099420962362711]
    np.testing.assert_allclose(survival_at(curve, [1, 5, 10, 20]), expected, rtol=1e-9)
    assert curve.quantile() == 4


def test_restricted_mean_by_hand():
    """Times 1, 2+, 3 until 4: area 1 + 2/3 + 2/3 + 0; Irwin's variance has one term, (4/3)^2 / 6."""
    curve = kaplan_meier([1, 2, 3], [True, False, True])
    mean, se = restricted_mean(curve, until=4)
    assert mean == pytest.approx(1 + 2 * 2 / 3)
    assert se == pytest.approx(4 / 3 / np.sqrt(6))


def test_returns_after_a_silence_by_hand():
    """Silences 1, 5, 8 ended, 12 still runs: after 3, two of three come back by 9."""
    days, ended = np.array([1.0, 5.0, 8.0, 12.0]), np.array([True, True, True, False])
    assert weighted_return(days, ended, np.ones(4), after=3, until=9) == pytest.approx(2 / 3)
    assert np.isnan(weighted_return(days, ended, np.ones(4), after=3, until=20))
    doubled = np.array([1.0, 1.0, 1.0, 2.0])
    assert weighted_return(days, ended, doubled, after=3, until=9) == pytest.approx(1 / 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_returns_after_a_silence_are_one_minus_kaplan_meier(seed):
    draw = np.random.default_rng(seed)
    days, ended = draw.integers(1, 30, 50).astype(float), draw.random(50) < 0.6
    curve = kaplan_meier(days, ended)
    base, later = survival_at(curve, [5, 20])
    if days.max() >= 20:
        expected = 1 - later / base
        assert weighted_return(days, ended, np.ones(50), after=5, until=20) == pytest.approx(expected)


@pytest.fixture(params=[0, 1])
def spells(request):
    """Two hundred people of three groups with two covariates; many leave on the same day."""
    rng = np.random.default_rng(request.param)
    x = np.column_stack([rng.normal(size=200), rng.random(200) < 0.4]).astype(float)
    times = np.ceil(rng.exponential(20 * np.exp(-0.5 * x[:, 0]))) + 1
    return times, rng.random(200) < 0.7, x, rng.integers(0, 3, 200)


def test_cox_of_people_is_statsmodels_cox(spells):
    times, seen, x, _ = spells
    theirs = sm.PHReg(times, x, status=seen, ties="efron").fit(disp=False)
    ours = cox_regression(times, seen, x)
    assert ours.coef == pytest.approx(theirs.params, abs=1e-6)
    assert ours.se == pytest.approx(theirs.bse, abs=1e-6)
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_a_covariate_that_separates_has_no_hazard_ratio():
    x = np.repeat([0.0, 1.0], 30)
    fit = cox_regression(np.arange(1.0, 61.0), x == 1, x[:, None])
    assert np.isnan(fit.coef).all()
    assert np.isnan(fit.se).all()


@pytest.mark.parametrize("late", [False, True])
def test_log_rank_is_statsmodels_survdiff(spells, late):
    times, seen, _, group = spells
    entry = np.where(group == 1, 1.5, 0.5) if late else None  # statsmodels differs at the moment of an event
    theirs = survdiff(times, seen, group, entry=entry)
    assert log_rank(times, seen, group.astype(str), entry=entry) == pytest.approx(theirs, rel=1e-6)


def test_cumulative_incidence_is_that_of_statsmodels(spells):
    times, seen, _, group = spells
    state = np.where(seen & (times < times.max()), 1 + (group == 2), 0)
    theirs = CumIncidenceRight(times, state)
    kept = np.isin(theirs.times, times[state == 1])
    at, share, error, n_at_risk = cumulative_incidence(times, state == 1, state == 2)
    assert at == pytest.approx(theirs.times[kept])
    assert share == pytest.approx(theirs.cinc[0][kept], abs=1e-9)
    assert error == pytest.approx(theirs.cinc_se[0][kept], abs=1e-9)
    assert n_at_risk.tolist() == [int((times >= moment).sum()) for moment in at]


def test_a_curve_is_a_table_of_the_columns_that_are_named():
    curve = kaplan_meier([1, 2, 3, 3], [True, False, True, True])
    table = curve.table(time="days", survival="staying")
    assert list(table.columns) == ["days", "n_at_risk", "staying", "low", "high"]
    assert table["n_at_risk"].tolist() == [4, 2]
    assert table["staying"].tolist() == [0.75, 0.0]
    assert curve.table(n_events="n_left")["n_left"].tolist() == [1, 2]
