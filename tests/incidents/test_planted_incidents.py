"""What is planted in the sample archive, found again; and nothing found in the archive without effects."""

from __future__ import annotations

import pandas as pd
import pytest

import insight as ins
from insight.conversations import form_letters, hashtag_audit
from insight.conversations.replies import mark_replies
from insight.incidents import outages, rivals, spikes, storms
from tests.simulate import simulate_archive

pytestmark = pytest.mark.slow

BRANDS = {"Pellwick": ["@pellwick", "@pellwickhelp"], "Brastow": ["@brastow"]}


@pytest.fixture(scope="module")
def truth():
    return simulate_archive(None)


@pytest.fixture(scope="module")
def mentions(sample):
    return sample.mentions


@pytest.fixture(scope="module")
def null(tmp_path_factory, root):
    folder = tmp_path_factory.mktemp("null")
    simulate_archive(folder, n_people=1500, n_months=9, effects=False)
    return ins.read_archive(folder, brands=BRANDS, key=root / "tests" / "fixtures" / "pseudonym.txt").mentions


def days_of(window):
    return pd.date_range(window[0].floor("D"), window[1].floor("D"), freq="D").tz_localize(None)


def test_the_outage_is_found_within_an_hour_at_either_end(mentions, truth):
    (start,) = outages(mentions)["start"].unique()
    (end,) = outages(mentions)["end"].unique()
    assert abs(start - truth.outage[0]) <= pd.Timedelta("1h")
    assert abs(end - truth.outage[1]) <= pd.Timedelta("1h")


def test_the_celebrity_and_the_outage_stand_out_and_after_the_first_weeks_nothing_else(mentions, truth):
    days = spikes(mentions)
    found = set(days.loc[days["flagged"] & (days["day"] >= "2024-08-01"), "day"])
    planted = set(days_of(truth.celebrity)) | set(days_of(truth.outage))
    assert found <= planted
    assert set(days_of(truth.celebrity)[:3]) | set(days_of(truth.outage)) <= found


def test_the_rivals_bad_month_stands_out(mentions, truth):
    none = pd.DataFrame({"mention_id": [], "signal": []})
    talking = rivals(mentions, none)
    talking = talking[(talking["brand"] == "Brastow") & (talking["measure"] == "talking")].dropna(
        subset="period"
    )
    month = truth.rival[0].tz_localize(None).to_period("M").start_time
    assert talking.loc[talking["flagged"] & (talking["change"] > 0), "period"].tolist() == [month]


def test_borrowed_hashtags_are_flagged_and_the_brands_own_are_not(mentions, truth):
    audit = hashtag_audit(mentions, brand="Pellwick")
    assert set(audit.loc[audit["flagged"], "mention_id"]) == set(truth.hashtag_misuse)
    assert not audit.loc[audit["tag"].isin(["pellwick", "pellwickmornings"]), "flagged"].any()


def test_the_storms_are_the_backlash_against_the_borrowed_tags_and_the_outage(mentions, truth):
    """Four to six critics a day for three days: no more complaints than usual, but they take it to task."""
    found = storms(mentions, ins.find_signals(mentions)).drop_duplicates("storm")
    found = found[found["start"] >= pd.Timestamp("2024-08-01", tz="UTC")].reset_index(drop=True)
    assert found["rose"].tolist() == ["accusations", "criticism"]
    for row, window in zip(found.itertuples(), (truth.misuse, truth.outage), strict=True):
        assert window[0] - pd.Timedelta("1D") <= row.start < row.end <= window[1] + pd.Timedelta("1D")


def test_copied_replies_are_marked(mentions, truth):
    marked = mark_replies(mentions, brand="Pellwick", threshold=0.8).set_index("mention_id")["copied"]
    planted = marked[marked.index.isin(truth.copied_replies["mention_id"])]
    assert len(planted) == len(truth.copied_replies)
    assert planted.mean() > 0.95
    assert form_letters(mentions).loc[0, "n_marked"] == marked.sum()


def test_the_null_archive_has_no_incident(null):
    days = spikes(null)
    assert not (days["flagged"] & (days["day"] >= "2024-08-01")).any()
    assert outages(null).empty
    assert not hashtag_audit(null, brand="Pellwick")["flagged"].any()


def test_the_null_archive_has_no_storm_and_no_rival_in_trouble(null):
    signals = ins.find_signals(null)
    found = storms(null, signals)
    assert found[found["start"] >= pd.Timestamp("2024-08-01", tz="UTC")].empty
    assert not rivals(null, signals)["flagged"].any()
