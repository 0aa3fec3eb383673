"""Where nothing was planted in the invented archive, nothing is claimed."""

from __future__ import annotations

from tests.benchmarks.bench_planted_needs import claims


def test_trends_are_claimed_at_their_rate_where_none_is_planted():
    archives = [claims(seed, 300) for seed in range(3)]
    claimed, tested, differ = (sum(column) for column in zip(*archives, strict=True))
    assert tested > 0
    assert claimed <= 0.05 * tested
    assert differ <= 1
