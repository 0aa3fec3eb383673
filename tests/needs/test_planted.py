"""What was planted is found, in order, the latent need alone; where nothing was, nothing is claimed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from insight.mentions import as_mentions
from insight.needs import find_needs
from insight.signals.find_signals import find_signals
from tests.benchmarks.bench_planted_needs import claims

NEEDS = {
    "delayed": (70, ["my order is delayed", "order delayed again", "the order was delayed by {n} days"]),
    "broken": (55, ["the lid broke", "my lid broke after {n} days", "the lid is broken"]),
    "slider": (42, ["please add a slider", "add a slider for {n} cups", "I wish it had a slider"]),
    "freezes": (31, ["the timer freezes", "my timer freezes at {n}", "timer freezes when it rings"]),
    "unplug": (
        24,
        [
            "I have to unplug the kettle every night",
            "as a workaround I unplug the kettle",
            "we have to unplug the kettle after {n} cups",
        ],
    ),
    "rude": (18, ["rude staff on the phone", "the staff was rude", "so rude, the staff at desk {n}"]),
    "refund": (13, ["still no refund", "no refund after {n} days", "I have not received my refund"]),
}
CHATTER = ["Off to work", "Sunny day in the garden", "Great coffee this morning", "I love my mornings"]


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(7)
    rows = [
        {"author_id": f"{name}{at}", "text": texts[at % 3].format(n=rng.integers(2, 60))}
        for name, (n, texts) in NEEDS.items()
        for at in range(n)
    ]
    rows += [{"author_id": f"c{at}", "text": f"{CHATTER[at % 4]}, part {at}"} for at in range(300)]
    frame = pd.DataFrame(rows).sample(frac=1, random_state=1, ignore_index=True)
    frame["mention_id"] = [f"m{at}" for at in range(len(frame))]
    mentions = as_mentions(frame.assign(side="customer"))
    needs = find_needs(mentions, find_signals(mentions, layers=("patterns",)))
    voiced = needs.members[needs.members["need"].notna()].merge(mentions, on="mention_id")
    about = (
        voiced["author_id"].str.rstrip("0123456789").groupby(voiced["need"]).agg(lambda own: own.mode()[0])
    )
    return needs.table.assign(planted=needs.table["need"].map(about))


def test_the_order_is_the_one_that_was_planted(planted):
    first = planted[~planted["general"]].groupby("planted")["rank"].min()
    found = [first.get(name, np.nan) for name in NEEDS]
    assert np.isfinite(found).all()
    assert kendalltau([-n for n, _ in NEEDS.values()], found).statistic >= 0.9


def test_the_people_of_a_need_are_those_who_were_made_to_mention_it(planted):
    people = planted[~planted["general"]].groupby("planted")["n_people"].max()
    for name, (n, _) in NEEDS.items():
        assert 0.6 * n <= people[name] <= 1.1 * n, name


def test_the_latent_need_alone_is_latent(planted):
    assert planted.loc[planted["latent"], "planted"].tolist() == ["unplug"]


def test_trends_are_claimed_at_their_rate_where_none_is_planted():
    archives = [claims(seed, 300) for seed in range(3)]
    claimed, tested, differ = (sum(column) for column in zip(*archives, strict=True))
    assert tested > 0
    assert claimed <= 0.05 * tested
    assert differ <= 1
