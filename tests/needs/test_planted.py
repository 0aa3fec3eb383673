"""What was planted in the invented archive is found: order, the latent need, nothing where nothing is."""

from __future__ import annotations

import pytest

from tests.benchmarks.bench_planted_needs import claims, order


@pytest.fixture(scope="module")
def found():
    return order(0, 1500)


def test_needs_are_in_the_order_of_the_people_who_were_made_to_voice_them(found):
    assert found["not found"] == []
    assert found["tau"] >= 0.9


def test_the_latent_need_alone_is_latent(found):
    assert found["latent"] == found["planted latent"]


def test_trends_are_claimed_at_their_rate_where_none_is_planted():
    archives = [claims(seed, 300) for seed in range(4)]
    claimed, tested, differ = (sum(column) for column in zip(*archives, strict=True))
    assert tested > 0
    assert claimed <= 0.05 * tested
    assert differ <= 1
