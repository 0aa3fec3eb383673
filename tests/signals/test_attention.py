from __future__ import annotations

import numpy as np
import pytest

from insight.signals import attention
from insight.signals.attention import Attention, learn_attention


def planted(n=240, seed=0):
    """Sentences of 8 to 20 random tokens; in every other one the first two numbers of one token are high."""
    rng = np.random.default_rng(seed)
    tokens = [rng.standard_normal((rng.integers(8, 21), 30)) for _ in range(n)]
    for one in tokens[::2]:
        one[rng.integers(len(one)), :2] = 3
    return tokens, (np.arange(n) % 2 == 0)[:, None].astype(float)


def guess(learned, tokens):
    heads, weights, intercept = learned
    return np.array([heads.read(one) for one in tokens]) @ weights + intercept


def test_a_head_tells_the_mean_of_what_it_looks_at():
    tokens = np.array([[0.0, 2.0], [np.log(3), 6.0], [0.0, -9.0]])
    heads = Attention(np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]]), np.array([1.0]))
    # shares .2, .6, .2 of the values 3, 7 and 0
    assert heads.read(tokens) == pytest.approx([0.2 * 3 + 0.6 * 7])
    assert heads.read(tokens[::-1]) == pytest.approx(heads.read(tokens))


def test_a_cue_in_one_token_of_many_is_found_in_other_sentences_where_the_mean_drowns_it():
    from sklearn.linear_model import LogisticRegression

    (tokens, told), (others, truth) = planted(600), planted(600, seed=1)
    right = (guess(learn_attention(tokens, told), others) > 0) == truth
    means = [np.array([one.mean(axis=0) for one in said]) for said in (tokens, others)]
    drowned = LogisticRegression().fit(means[0], told[:, 0]).predict(means[1]) == truth[:, 0]
    assert right.mean() > 0.8 > 0.75 > drowned.mean()


def test_slopes_are_those_of_the_summed_losses_of_two_nets_of_two_heads():
    rng = np.random.default_rng(1)
    learned = [rng.standard_normal(shape) for shape in ((4, 4), (4, 4), (4,), (2, 2, 2), (2, 2))]
    seen, lengths = rng.standard_normal((7, 4)), np.array([3, 4])
    label, weigh = np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [2.0, 3.0]])
    kept = np.array([[2.0, 0.0, 2.0, 2.0], [2.0, 2.0, 0.0, 2.0]])

    def loss():
        score, value, bias, weights, intercept = learned
        told = np.array([Attention(score, value, bias).read(one) for one in np.split(seen, [3])])
        odds = [(told * kept)[:, 2 * k : 2 * k + 2] @ weights[k] + intercept[k] for k in range(2)]
        chance = 1 / (1 + np.exp(-np.array(odds)))
        return -(weigh * np.where(label == 1, np.log(chance), np.log(1 - chance))).sum() / 2

    slopes = attention._slopes(learned, seen, lengths, label, weigh, kept)
    for one, slope in zip(learned, slopes, strict=True):
        for at in np.ndindex(one.shape):
            was, step = one[at], 1e-5
            one[at] = was + step
            above = loss()
            one[at] = was - step
            assert slope[at] == pytest.approx((above - loss()) / (2 * step), abs=1e-6)
            one[at] = was


def test_what_nobody_said_teaches_nothing_and_the_seed_decides():
    tokens, told = planted(160)
    silent = np.column_stack([told, np.where(np.arange(160)[:, None] < 80, 1 - told, np.nan)])
    heads, weights, intercept = learn_attention(tokens, silent)
    odds = guess((heads, weights, intercept), tokens)
    assert ((odds[:, 0] > 0) == told[:, 0]).mean() > 0.8
    assert ((odds[:, 1] < 0) == told[:, 0]).mean() > 0.8
    again, other = learn_attention(tokens, silent), learn_attention(tokens, silent, random_state=1)
    assert again[0].score.tolist() == heads.score.tolist() != other[0].score.tolist()
