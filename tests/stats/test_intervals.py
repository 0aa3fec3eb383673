import numpy as np
import pandas as pd
import pytest

from insight.stats import by_size, shares
from insight.stats.intervals import resamples, wilson


def test_people_with_one_row_each_have_wilsons_interval():
    found = shares([1] * 30 + [0] * 70, by=range(100))
    assert found.first() == pytest.approx((0.3, *map(float, wilson(30, 100))))
    assert shares([30], [100]).first() == found.first()


def test_ninety_rows_of_one_person_are_one_person():
    """Nine in ten waits are hers, and all of hers were answered: of people that says next to nothing."""
    loud = shares([1] * 90 + [0] * 10, by=["ann"] * 90 + [f"p{i}" for i in range(10)])
    assert loud.share[0] == pytest.approx(0.9)
    assert loud.low[0] < 0.05
    assert loud.high[0] > 0.99


@pytest.mark.parametrize("people", [1, 9])
def test_fewer_than_ten_people_have_no_share_whatever_is_counted(people):
    found = shares([1, 0] * 45, by=np.arange(90) % people)
    assert np.isnan(found.first()).all()
    assert found.n_people.tolist() == [people]
    assert not np.isnan(shares([1, 0] * 45, by=np.arange(90) % people, min_people=people).share[0])
    assert np.isnan(shares([4], [9]).first()).all()


def test_groups_are_measured_apart_and_empty_ones_are_missing():
    group = np.repeat([0, 2], 40)
    hits, people = np.tile([1, 0, 0, 0], 20), np.tile(np.arange(20), 4)
    found = shares(hits, by=people, groups=group, n_groups=4)
    alone = shares(hits[:40], by=people[:40])
    assert [found.share[0], found.low[0], found.high[0]] == pytest.approx(alone.first())
    assert np.isnan(found.share[[1, 3]]).all()
    assert found.n_people.tolist() == [20, 0, 20, 0]


def test_all_and_none_keep_an_interval_of_people():
    found = shares(np.zeros(200), by=np.arange(200) % 20)
    assert (found.share[0], found.low[0]) == (0, 0)
    assert found.high[0] == pytest.approx(float(wilson(0, 20)[1]), abs=0.03), "twenty people, not 200"


def test_counts_by_person_are_rows_summed_up_and_order_does_not_matter():
    rng = np.random.default_rng(0)
    person, hits = rng.integers(0, 30, 300), rng.integers(0, 2, 300)
    rows = shares(hits, by=person).first()
    n, k = np.bincount(person, minlength=30), np.bincount(person, weights=hits, minlength=30)
    assert shares(k, n, by=np.arange(30)).first() == pytest.approx(rows)
    order = rng.permutation(300)
    assert shares(hits[order], by=person[order]).first() == pytest.approx(rows)


def test_missing_people_are_each_their_own():
    unsigned = shares([1, 0] * 50, by=[None] * 100)
    assert unsigned.n_people[0] == 100
    assert unsigned.first() == pytest.approx((0.5, *map(float, wilson(50, 100))))


@pytest.mark.parametrize(
    ("people", "least", "most"), [(12, 0.93, 1.0), (30, 0.925, 0.985), (200, 0.925, 0.98)]
)
def test_the_interval_covers_where_people_repeat_and_differ(people, least, most):
    rng = np.random.default_rng(people)
    held = 0
    for _ in range(1000):
        n = rng.integers(1, 21, people)
        k = rng.binomial(n, rng.beta(1, 2, people))
        _, low, high = shares(k, n, by=np.arange(people)).first()
        held += low <= 1 / 3 <= high
    assert least <= held / 1000 <= most


def test_a_share_is_a_row_by_the_names_it_is_given():
    found = shares([30], [100])
    assert found.row() == dict(zip(("share", "low", "high"), found.first(), strict=True))
    assert list(found.row("back", "back_low", "back_high")) == ["back", "back_low", "back_high"]


def test_values_come_by_size_then_by_name():
    assert by_size(pd.Series(["b", "c", "a", "c", "b", None])) == ["b", "c", "a"]


def test_resamples_are_the_same_however_many_are_made_at_once():
    few, all_ = (
        np.concatenate(list(resamples(7, 20, at_once=at_once, random_state=1))) for at_once in (1, 1000)
    )
    assert few.tolist() == all_.tolist()
    assert (few.sum(axis=1) == 7).all()
    assert len(few) == 20
