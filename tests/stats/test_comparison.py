import numpy as np
import pytest
from scipy import sparse
from scipy.stats import t as student
from statsmodels.stats.proportion import proportions_ztest

from insight.stats import compare
from insight.stats.comparison import benjamini_hochberg


def one_hot(topic, n):
    return sparse.csr_array((np.ones(len(topic)), (np.arange(len(topic)), topic)), shape=(len(topic), n))


def claims(found):
    return benjamini_hochberg(found.p_value[found.tested]) <= 0.05


def test_people_with_one_message_are_compared_by_the_score_test():
    hits, side = np.repeat([1, 0, 1, 0], [30, 10, 10, 30]), np.repeat([True, False], 40)
    found = compare(hits, side, people=np.arange(80))
    assert (found.share[0], found.share_other[0], found.change[0]) == (0.75, 0.25, 0.5)
    z = proportions_ztest([30, 10], [40, 40])[0]
    assert found.p_value[0] == pytest.approx(2 * student.sf(z, 78))
    assert found.low[0] < 0.5 < found.high[0]


def test_a_loud_person_weighs_as_much_as_any_other():
    hits, side = np.repeat([1, 0, 1, 0], [30, 10, 10, 30]), np.repeat([True, False], 40)
    quiet = compare(hits, side, people=np.arange(80))
    loud = compare(
        np.append(hits, np.ones(500)),
        np.append(side, [True] * 500),
        people=np.append(np.arange(80), [0] * 500),
    )
    assert loud.share[0] == pytest.approx(quiet.share[0])
    assert loud.p_value[0] == pytest.approx(quiet.p_value[0])


def test_more_messages_each_are_no_change():
    """Two messages each before, four after, the mix of eight topics the same: shares do not move."""
    rng = np.random.default_rng(0)
    false = 0
    for _ in range(40):
        person = np.concatenate([np.repeat(np.arange(300), 2), np.repeat(np.arange(300), 4)])
        side, topic = np.repeat([False, True], [600, 1200]), rng.integers(0, 8, 1800)
        false += claims(compare(one_hot(topic, 8), side, people=person)).any()
    assert false <= 5


def test_people_of_one_conversation_are_no_independent_witnesses():
    """Topics belong to threads of ten: by people alone nearly every comparison would claim a change."""
    rng = np.random.default_rng(0)
    false = np.zeros(2)
    for _ in range(40):
        thread = np.repeat(np.arange(120), 10)
        side, person = thread >= 60, rng.integers(0, 400, 1200)
        topic = rng.integers(0, 8, 120)[thread]
        hits = one_hot(topic, 8)
        for place, known in enumerate((thread, None)):
            false[place] += claims(compare(hits, side, people=person, conversations=known)).any()
    assert false[0] <= 5
    assert false[1] >= 20


def test_a_planted_change_is_found():
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(20):
        person, side = np.tile(np.repeat(np.arange(300), 3), 2), np.repeat([False, True], 900)
        topic = np.where(rng.random(1800) < np.where(side, 0.14, 0.07), 0, rng.integers(1, 8, 1800))
        result = compare(one_hot(topic, 8), side, people=person, conversations=np.arange(1800))
        found += bool(claims(result)[0])
        assert result.change[0] > 0
    assert found >= 18


def test_too_few_people_are_not_tested_and_that_is_said():
    found = compare([1, 0, 1, 0], [True, True, False, False], people=[1, 2, 3, 4])
    assert not found.tested[0]
    assert np.isnan(found.p_value[0])


def test_the_interval_for_all_items_covers_the_one_that_stands_out():
    """Of ten changes that are nothing, the surest: its own 95 % interval misses far too often."""
    rng = np.random.default_rng(0)
    held = np.zeros(2)
    for _ in range(300):
        person, side = np.arange(400), np.arange(400) < 200
        found = compare(one_hot(rng.integers(0, 10, 400), 10), side, people=person)
        first = int(np.nanargmin(found.p_value))
        held += [
            found.low[first] < 0 < found.high[first], found.low_any[first] < 0 < found.high_any[first],
        ]  # fmt: skip
    assert held[0] / 300 < 0.75
    assert held[1] / 300 > 0.92


def test_a_person_on_both_sides_counts_once():
    """All 200 say the same on both sides but ten, who change their minds: that is not chance."""
    before = np.repeat([1, 0], [60, 140])
    after = before.copy()
    after[190:] = 1
    hits, side = np.concatenate([after, before]), np.repeat([True, False], 200)
    same = compare(hits, side, people=np.tile(np.arange(200), 2))
    others = compare(hits, side, people=np.arange(400))
    assert same.p_value[0] < 0.01 < 0.1 < others.p_value[0]


def test_shares_of_rows_are_ratios_with_the_variance_by_person():
    k, n = np.tile([1, 0, 3, 2], 20), np.tile([1, 2, 4, 2], 20)
    found = compare(k, np.repeat([True, False], 40), people=np.arange(80), trials=n, unit="rows")
    assert found.share[0] == found.share_other[0] == pytest.approx(6 / 9)
    assert found.p_value[0] == pytest.approx(1)


def test_rows_in_any_order_and_any_names():
    rng = np.random.default_rng(1)
    topic, person, side = rng.integers(0, 4, 300), rng.integers(0, 90, 300), rng.random(300) < 0.5
    thread = rng.integers(0, 120, 300)
    plain = compare(one_hot(topic, 4), side, people=person, conversations=thread)
    order = rng.permutation(300)
    named = [f"x{one}" for one in person[order]]
    again = compare(one_hot(topic[order], 4), side[order], people=named, conversations=thread[order])
    np.testing.assert_allclose(again.p_value, plain.p_value)


def test_an_empty_side_is_not_compared():
    found = compare([1, 0, 1], [True] * 3, people=[1, 2, 3])
    assert (found.n, found.n_other, bool(found.tested[0])) == (3, 0, False)
    assert found.share[0] == pytest.approx(2 / 3)
