from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from insight.stats.effects import (
    aipw,
    auc,
    auc_gain,
    detectable_difference,
    e_value,
    logistic,
    predict_logistic,
    risk_difference,
    standardised_differences,
)


@pytest.fixture(scope="module")
def smokers():
    """Weight gain after quitting, NHEFS; see tests/fixtures/reference/README.md for the source."""
    table = pd.read_csv(Path(__file__).parents[1] / "fixtures" / "reference" / "nhefs.csv")
    x = table[["sex", "race"]].astype(float)
    for name in ("age", "smokeintensity", "smokeyrs", "wt71"):
        x = x.assign(**{name: table[name], f"{name}_squared": table[name] ** 2.0})
    for name in ("education", "exercise", "active"):
        x = x.join(pd.get_dummies(table[name], prefix=name, drop_first=True, dtype=float))
    return table["wt82_71"].to_numpy(), table["qsmk"].to_numpy(bool), x.to_numpy(float)


def test_quitting_and_weight_as_published(smokers):
    gain, quits, x = smokers
    assert len(gain) == 1566
    assert quits.sum() == 403
    assert gain[quits].mean() - gain[~quits].mean() == pytest.approx(2.540581454955888, abs=1e-12)
    effect = aipw(gain, quits, x)
    assert effect.estimate == pytest.approx(3.373264631901704, abs=1e-6)
    assert effect.se == pytest.approx(0.472844393, abs=1e-6)
    weighted = [np.average(gain[arm], weights=effect.weights[arm]) for arm in (quits, ~quits)]
    assert weighted[0] - weighted[1] == pytest.approx(3.440535429646059, abs=1e-6)
    model = sm.WLS(gain, sm.add_constant(quits.astype(float)), weights=effect.weights).fit(cov_type="HC0")
    assert model.conf_int()[1] == pytest.approx([2.410587, 4.470484], abs=1e-6)


def test_standardised_weight_gain_as_published(smokers):
    """The parametric g-formula: everyone's gain foretold once as a quitter and once not."""
    gain, quits, x = smokers
    design = np.column_stack([np.ones(len(x)), x])
    one, none = (design @ np.linalg.lstsq(design[arm], gain[arm], rcond=None)[0] for arm in (quits, ~quits))
    assert (one - none).mean() == pytest.approx(3.435799030459404, abs=1e-6)


def test_weights_balance_the_smokers(smokers):
    gain, quits, x = smokers
    before = standardised_differences(x, quits)
    after = standardised_differences(x, quits, weights=aipw(gain, quits, x).weights)
    assert np.abs(before).max() > 0.25
    assert np.abs(after).max() < 0.05


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_adjusting_for_nothing_is_the_difference_of_means(seed):
    draw = np.random.default_rng(seed)
    y, a = draw.normal(size=40), np.arange(40) % 3 == 0
    effect = aipw(y, a, np.ones((40, 3)))
    assert effect.estimate == pytest.approx(y[a].mean() - y[~a].mean())


def test_aipw_recovers_a_planted_effect_that_confounding_hides():
    draw = np.random.default_rng(3)
    x = draw.normal(size=(20_000, 2))
    a = draw.random(20_000) < 1 / (1 + np.exp(-1.5 * x[:, 0]))
    y = 2 * x[:, 0] + 0.5 * a + draw.normal(size=20_000)
    assert y[a].mean() - y[~a].mean() > 2
    effect = aipw(y, a, x, trim=(0.05, 0.95))
    assert effect.low < 0.5 < effect.high
    assert effect.high - effect.low < 0.15
    assert not effect.kept.all()
    assert (effect.weights[~effect.kept] == 0).all()


def test_an_arm_without_people_has_no_effect():
    effect = aipw(np.arange(5.0), np.zeros(5, bool), np.ones((5, 1)))
    assert np.isnan(effect.estimate)


def test_logistic_is_statsmodels_logit(smokers):
    _, quits, x = smokers
    theirs = sm.Logit(quits.astype(float), sm.add_constant(x)).fit(disp=0)
    mine = logistic(x, quits)
    np.testing.assert_allclose(predict_logistic(mine, x), theirs.predict(), atol=1e-6)


def test_logistic_stays_finite_where_the_data_are_separable():
    coef = logistic(np.arange(10.0)[:, None], np.arange(10) >= 5)
    assert np.isfinite(coef).all()
    assert predict_logistic(coef, [[0.0], [9.0]]) == pytest.approx([0, 1], abs=1e-3)


def test_detectable_difference_is_what_a_simulated_test_detects_four_times_in_five():
    draw, n, rate = np.random.default_rng(0), 400, 0.3
    gap = detectable_difference(rate, n, n)
    one, none = draw.binomial(n, rate + gap, 4000) / n, draw.binomial(n, rate, 4000) / n
    se = np.sqrt(one * (1 - one) / n + none * (1 - none) / n)
    assert np.mean(np.abs(one - none) > 1.96 * se) == pytest.approx(0.8, abs=0.03)


def test_e_values_as_published():
    assert e_value(0.56 / 0.44) == pytest.approx(1.86, abs=0.005)
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value(1.0) == 1.0


def test_risk_difference_as_newcombe_printed():
    """Newcombe (1998), table II, row a: 56/70 and 48/80."""
    value, low, high = risk_difference(56, 70, 48, 80)
    assert value == pytest.approx(0.2)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    assert np.isnan(risk_difference(0, 0, 1, 2)).all()


def test_auc_by_hand_and_as_the_rank_sum():
    assert auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True])[0] == pytest.approx(0.75)
    draw = np.random.default_rng(0)
    y = draw.random(200) < 0.4
    score = draw.normal(size=200).round(1) + y
    statistic = mannwhitneyu(score[y], score[~y]).statistic
    assert auc(score, y)[0] == pytest.approx(statistic / (y.sum() * (~y).sum()))


def test_auc_interval_holds_the_truth_at_its_rate():
    draw = np.random.default_rng(1)
    truth, hits = 0.7602499, 0  # the normal's probability at 1 / sqrt(2)
    for _ in range(400):
        y = np.arange(150) < 60
        _, low, high = auc(draw.normal(size=150) + y, y)
        hits += low < truth < high
    assert hits / 400 == pytest.approx(0.95, abs=0.03)


def test_a_useless_addition_gains_no_auc():
    draw = np.random.default_rng(2)
    y = draw.random(500) < 0.5
    score = draw.normal(size=500) + y
    value, low, high = auc_gain(score + 0.01 * draw.normal(size=500), score, y)
    assert low <= 0 <= high
    assert auc_gain(score, score, y) == (0.0, 0.0, 0.0)
    assert value == pytest.approx(0, abs=0.01)
