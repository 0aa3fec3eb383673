import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.report import build as telling
from insight.report.results import customer_messages, run_measures
from insight.report.sections import NOTHING
from insight.report.slices import cut_slices, run_slice, slice_size
from insight.timeline.persons import count_people


@pytest.fixture(scope="module")
def archive(crowd, make_archive):
    """The crowd on two platforms, half of it overheard; each tenth message is passed on by somebody else."""
    number = crowd["mention_id"].str.extract(r"(\d+)")[0].astype(int)
    placed = crowd.assign(
        platform=np.where(number // 3 % 2 == 1, "reddit", "x"),
        addressed=(number % 2 == 0).where(crowd["side"] == "customer", crowd["addressed"]),
    )
    asked = placed[placed["side"] == "customer"].iloc[::10]
    passed = asked.assign(
        mention_id=asked["mention_id"] + "-rt",
        author_id="fan" + asked["author_id"],
        kind="repost",
        reposted_id=asked["mention_id"],
        text="RT @someone: " + asked["text"],
    )
    return make_archive(ins.as_mentions(pd.concat([placed, passed], ignore_index=True)))


@pytest.fixture(scope="module")
def results(archive):
    return run_measures(archive)


@pytest.fixture(scope="module")
def parts(results):
    return {cut.name: (cut, run_slice(cut, results, tz="UTC")) for cut in cut_slices(results, tz="UTC")}


def test_the_archive_is_cut_by_channel_stream_period_and_reposts(parts):
    kinds = {cut.kind for cut, _ in parts.values()}
    assert kinds == {"Channel", "To whom", "Period", "Reposts"}
    assert {cut.label for cut, _ in parts.values() if cut.kind == "Channel"} == {"X", "Reddit"}


def test_channels_and_periods_share_the_messages_out(parts, results):
    by_channel = [cut.mentions["mention_id"] for cut, _ in parts.values() if cut.kind == "Channel"]
    assert sorted(pd.concat(by_channel)) == sorted(results.mentions["mention_id"])
    by_period = pd.concat([cut.mentions["mention_id"] for cut, _ in parts.values() if cut.kind == "Period"])
    assert not by_period.duplicated().any()


def test_a_channel_counts_what_the_measures_count_on_its_rows_alone(parts, results):
    mentions, topics = results.mentions, results.topics
    rows = mentions[mentions["platform"] == "reddit"]
    _, part = next(pair for pair in parts.values() if pair[0].label == "Reddit")
    waits = ins.first_responses(
        rows, ins.conversations.intents(rows, results.signals), as_of=mentions["created_at"].max()
    )
    pd.testing.assert_frame_equal(part.rate, ins.response_rate(waits[waits["needs_answer"].astype(bool)]))
    voiced = results.voiced.members.merge(customer_messages(rows), on="mention_id")
    counted = voiced.groupby("need")["mention_id"].nunique()
    shown = part.needs.set_index("need")["n_mentions"]
    assert len(shown)
    assert shown.to_dict() == counted[shown.index].to_dict()
    table = part.topics.table.set_index("topic")
    told = topics.assignments[topics.assignments["mention_id"].isin(rows["mention_id"])]
    assert table["n"].to_dict() == told.groupby("topic").size().to_dict()


def named(results):
    return results.needs.set_index("need")["name"].to_dict()


def test_needs_and_topics_keep_their_names_and_addresses(parts, results):
    names = named(results)
    for cut, part in parts.values():
        if cut.kind != "Reposts":
            told = named(part)
            assert told == {need: names[need] for need in told}


def test_the_wild_holds_what_was_not_sent_to_the_brand(parts):
    wild, sent = parts["wild"][0].mentions, parts["addressed"][0].mentions
    assert not wild.loc[wild["side"] == "customer", "addressed"].any()
    assert sent.loc[sent["side"] == "customer", "addressed"].all()
    answers = sent[sent["side"] == "brand"]
    assert answers["reply_to_id"].isin(sent["mention_id"]).all()
    assert len(answers) + (wild["side"] == "brand").sum() == 60


def test_a_period_ends_when_the_next_begins(parts):
    months = [cut for cut, _ in parts.values() if cut.kind == "Period"]
    assert all(cut.mentions["created_at"].max() <= cut.as_of for cut in months)
    assert all(cut.mentions["created_at"].min().date() >= pd.Timestamp(cut.name).date() for cut in months)


def test_reposts_count_for_what_they_pass_on(parts, results):
    _, part = parts["reposts"]
    topic = results.topics.assignments.set_index("mention_id")["topic"]
    told = part.topics.assignments.set_index("mention_id")["topic"]
    passed = results.mentions[results.mentions["kind"] == "repost"]
    assert told[passed["mention_id"]].tolist() == topic[passed["reposted_id"]].tolist()
    people = results.topics.table.set_index("topic")["n_people"]
    counted = part.topics.table.set_index("topic")["n_people"]
    fans = passed.assign(topic=passed["mention_id"].map(told)).groupby("topic")["author_id"].nunique()
    assert counted.to_dict() == people.add(fans, fill_value=0).to_dict()
    assert part.rate.equals(results.rate)
    assert part.repeat.equals(results.repeat)
    assert (results.mentions["kind"] == "repost").sum() == len(passed)


def test_a_slice_of_a_handful_is_not_shown(archive, crowd, make_archive):
    few = archive.mentions["mention_id"].isin(["x:1", "x:4"])
    lonely = archive.mentions.assign(platform=np.where(few, "mastodon", "x"))
    cuts = cut_slices(run_measures(make_archive(ins.as_mentions(lonely.head(60)))), tz="UTC")
    assert "Mastodon" not in {cut.label for cut in cuts}


def test_slices_told_side_by_side_are_the_same(archive, results, monkeypatch):
    alone = telling.tell(results, archive.report, tz="UTC", random_state=0)
    monkeypatch.setattr(telling, "MANY_MESSAGES", 0)
    assert telling.tell(results, archive.report, tz="UTC", random_state=0) == alone


def test_every_room_of_the_archive_is_in_every_slice(archive, results):
    whole, slices = telling.tell(results, archive.report, tz="UTC", random_state=0)
    names = [room["id"] for room in whole["sections"]]
    assert {"needs", "responses", "streams", "leaving", "newcomers"} <= set(names)
    for part in slices:
        assert [room["id"] for room in part["sections"]] == names
    wild = next(part for part in slices if part["name"] == "wild")
    rooms = {room["id"]: room for room in wild["sections"]}
    assert rooms["streams"]["heading"] == NOTHING
    assert rooms["streams"]["figures"] == []


def test_a_channel_counts_its_newcomers_and_talk_alone(parts, results):
    rows = results.mentions[results.mentions["platform"] == "reddit"]
    _, part = next(pair for pair in parts.values() if pair[0].label == "Reddit")
    pd.testing.assert_frame_equal(part.dialogue.interactions, ins.people.interactions(rows))
    end = pd.Timestamp(part.activity.attrs["as_of"])
    pd.testing.assert_frame_equal(part.members.met.newcomers, ins.welcome(rows, as_of=end).newcomers)


def test_a_slice_says_how_much_it_holds(parts):
    _, part = next(pair for pair in parts.values() if pair[0].label == "Reddit")
    ours = part.mentions
    assert slice_size(part) == (
        f"{len(ours)} messages by {count_people(ours)} people, "
        f"{(ours['side'] == 'brand').sum()} of them by the brand"
    )
