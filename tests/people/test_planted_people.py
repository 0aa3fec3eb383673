"""Circles of people planted in the sample archive, found again by what they say and whom they answer."""

from __future__ import annotations

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

import insight as ins
from insight.people.advocates import recommendations
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

NICHES = ("van_life", "tea_circle", "office_round")


@pytest.fixture(scope="module")
def truth():
    return simulate_archive(None)


@pytest.fixture(scope="module")
def circle(sample, truth):
    """The planted circle of each author; missing for most."""
    told = truth.messages[truth.messages["note"] == "circle"]
    own = sample.mentions[["mention_id", "author_id"]].merge(told, on="mention_id")
    return own.drop_duplicates("author_id").set_index("author_id")["topic"]


def by_topic(messages):
    """The planted topics as `Topics.assignments` would number them."""
    return messages[["mention_id"]].assign(topic=pd.factorize(messages["topic"], sort=True)[0])


def test_planted_crowds_are_niches_of_their_own(sample, truth, circle):
    found = ins.people.niches(sample.mentions, by_topic(truth.messages))
    niche = found.members.set_index("author_id")["niche"]
    planted = circle[circle.isin(NICHES)]
    assert adjusted_rand_score(planted, niche.reindex(planted.index).fillna(-1)) > 0.85
    for name in NICHES:
        members = planted.index[planted == name]
        home = niche.reindex(members).mode()[0]
        assert (niche == home).sum() <= 2 * len(members), f"{name} is lost among others"


def test_planted_advocates_are_counted_and_hardly_anybody_else(sample, truth, circle):
    """A complaint in the same message costs its recommendation; three or more messages make up for it."""
    mentions = sample.mentions
    signals = ins.find_signals(mentions)
    counted = ins.people.advocates(mentions, signals).iloc[-1]
    planted = set(circle.index[circle == "recommend"])
    line = ins.timeline(mentions)
    recommends, paid = recommendations(line, signals)
    told = line[recommends & ~paid].assign(day=lambda table: table["created_at"].dt.floor("D"))
    found = set(told.groupby("author_id")["day"].nunique().loc[lambda days: days >= 2].index)
    assert counted["n_advocates"] == len(found)
    assert len(found & planted) / len(planted) > 0.8
    assert len(found - planted) <= 0.1 * len(found)
    assert counted["low"] <= len(planted) / counted["n"] <= counted["high"]
    assert counted["n_advocates"] > 2 * counted["n_by_chance"]
    assert counted["p_value"] < 0.001


def test_the_null_archive_has_no_crowd_and_next_to_no_advocate(tmp_path):
    truth = simulate_archive(tmp_path, n_people=600, n_months=6, effects=False)
    mentions = ins.read_archive(tmp_path, brands={"Pellwick": ["@pellwick", "@pellwickhelp"]}).mentions
    assert truth.people["circle"].isna().all()
    counted = ins.people.advocates(mentions, ins.find_signals(mentions)).iloc[-1]
    assert counted["n_advocates"] <= 2
    assert counted["p_value"] > 0.05, "some praise it twice: as many as chance brings"
