from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.incidents import incident_brief, outages, read_events, rivals, spikes, storms
from insight.incidents.baseline import expect
from insight.stats import compare
from insight.stats.comparison import benjamini_hochberg

pytestmark = pytest.mark.slow

START = pd.Timestamp("2025-01-06", tz="UTC")  # a Monday


def crowd(per_day, *, texts="fine", start=START, prefix="p", **extra):
    """So many people on each day, each once, spread over the day."""
    day = np.repeat(np.arange(len(per_day)), per_day)
    order = np.concatenate([np.arange(n) / n for n in per_day if n])
    ids = [f"{prefix}{number}" for number in range(len(day))]
    moments = start + pd.to_timedelta(np.round(86400 * (day + order)), unit="s")
    frame = {"mention_id": ids, "author_id": ids, "created_at": moments, "text": texts, "time_precision": "s"}
    return ins.as_mentions(pd.DataFrame({**frame, **extra}))


def join(*tables):
    return ins.as_mentions(pd.concat([table.astype({"brand": object}) for table in tables]))


def complaints(mentions):
    return pd.DataFrame({"mention_id": mentions["mention_id"], "signal": "complaint"})


# --- what is expected ---------------------------------------------------------------------------------------


def test_a_level_count_is_expected_at_its_level_and_a_burst_does_not_lift_it():
    counts = np.full(100, 10)
    counts[50:53] = 200
    expectation = expect(counts, season=np.arange(100) % 7, window=28)
    np.testing.assert_allclose(expectation.mean, 10, rtol=0.02)
    assert expectation.upper_tail(counts)[50] < 1e-12


def test_the_weekday_is_part_of_what_is_expected():
    counts = np.where(np.arange(140) % 7 < 5, 20, 5)
    expectation = expect(counts, season=np.arange(140) % 7, window=28)
    np.testing.assert_allclose(expectation.mean, counts, rtol=0.1)


def test_the_tail_is_a_little_heavier_than_a_poissons_where_counts_scatter_as_one():
    from scipy.stats import poisson

    counts = np.random.default_rng(0).poisson(30, 400)
    tail = expect(counts, season=np.zeros(400), window=50).upper_tail(np.full(400, 45.0))
    assert poisson.sf(44, 30) <= np.median(tail) <= 3 * poisson.sf(44, 30)


# --- spikes -------------------------------------------------------------------------------------------------


def test_a_day_with_a_crowd_stands_out_and_its_neighbours_do_not():
    days = spikes(crowd([5] * 40 + [40] + [5] * 19))
    assert days.loc[days["flagged"], "day"].tolist() == [pd.Timestamp("2025-02-15")]
    assert len(days) == days.attrs["n_tests"] == 60
    assert days["n_people"].sum() == 59 * 5 + 40
    assert days["spike"].dropna().tolist() == [1]


def test_flagged_days_with_one_quiet_day_between_are_one_spike():
    days = spikes(crowd([5] * 30 + [40, 5, 40, 5, 5, 40] + [5] * 30))
    assert days["spike"].dropna().tolist() == [1, 1, 2]


def test_one_loud_person_is_no_spike_of_people():
    loud = crowd([0] * 30 + [60], prefix="loud").assign(author_id="zed")
    assert not spikes(join(crowd([5] * 60), loud))["flagged"].any()


def test_null_archives_are_flagged_at_most_at_the_stated_rate():
    flagged, any_flagged, n_tests = 0, 0, 0
    for seed in range(50):
        random = np.random.default_rng(seed)
        counts = random.negative_binomial(9, 0.5, (3, 180)) * (np.arange(180) % 7 < 5) + random.poisson(
            3, (3, 180)
        )
        tails = [expect(row, season=np.arange(180) % 7, window=28).upper_tail(row) for row in counts]
        found = benjamini_hochberg(np.concatenate(tails)) <= 0.05
        flagged, any_flagged, n_tests = flagged + found.sum(), any_flagged + found.any(), n_tests + found.size
    assert any_flagged <= 6  # 2.5 expected
    assert flagged / n_tests < 0.001


def test_causes_are_listed_for_flagged_days_only():
    usual = crowd([8] * 60, texts="nice morning cup")
    burst = crowd([0] * 30 + [50], prefix="b", texts="the seal leaks again")
    again = crowd([0] * 30 + [20], prefix="r", texts="the seal leaks again", kind="repost")
    mentions = join(usual, burst, again)
    assignments = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": 0}).assign(
        topic=lambda table: table["mention_id"].str.startswith("p").map({True: 0, False: 7})
    )
    days = spikes(mentions, assignments)
    row = days[(days["by"] == "all") & days["flagged"]].iloc[0]
    assert row["n_mentions"] == 78
    assert row["share_reposts"] == pytest.approx(20 / 78)
    assert row["share_copies"] == pytest.approx(56 / 78)  # 50 the same, 8 the same: 56 repeat one before
    assert row["voices"] == "many people"
    assert set(row["terms"].split(", ")) == {"seal", "leaks"}
    assert row["topic"] == 7
    assert row["topic_share"] == pytest.approx(70 / 78)
    assert days.loc[~days["flagged"], "terms"].isna().all()
    assert days.loc[days["by"] == "topic", "series"].unique().tolist() == ["0", "7"]


def test_each_value_of_a_column_is_a_series():
    mentions = join(
        crowd([5] * 60, channel="x"), crowd([5] * 30 + [30] + [5] * 29, channel="mail", prefix="m")
    )
    days = spikes(mentions, by="channel")
    assert days.loc[days["flagged"], "series"].unique().tolist() == ["all", "mail"]
    with pytest.raises(ins.InsightError, match=r"lack the columns \['chanel'\]"):
        spikes(mentions, by="chanel")


def test_a_short_archive_does_not_show_what_is_usual():
    with pytest.warns(ins.InsightWarning, match="20 days"):
        assert spikes(crowd([5] * 20)).empty


# --- outages ------------------------------------------------------------------------------------------------


def down(n=60, *, day=20, hour=9.0, hours=5.0, text="the app is down", prefix="d", **extra):
    ids = [f"{prefix}{number}" for number in range(n)]
    moments = START + pd.to_timedelta(
        np.round(86400 * day + 3600 * (hour + hours * np.arange(n) / n)), unit="s"
    )
    frame = {"mention_id": ids, "author_id": ids, "created_at": moments, "text": text, "time_precision": "s"}
    return ins.as_mentions(pd.DataFrame({**frame, **extra}))


def test_onset_and_end_are_found_within_an_hour():
    found = outages(join(crowd([24] * 60), down()))
    assert found["outage"].unique().tolist() == [1]
    assert found["start"].iloc[0] == START + pd.Timedelta("20D") + pd.Timedelta("9h")
    assert found["end"].iloc[0] == START + pd.Timedelta("20D") + pd.Timedelta("14h")
    assert found["hours"].iloc[0] == 5
    assert found["normal_at"].iloc[0] >= found["end"].iloc[0]


def test_reactions_are_shares_of_people_and_tiers_are_split_where_known():
    mentions = join(
        crowd([24] * 60),
        down(20, text="it is down, please help", tier="free"),
        down(20, text="it is down lol", prefix="e", tier="paid"),
        down(20, text="it is down, unacceptable", prefix="f", tier="paid"),
    )
    found = outages(mentions).set_index(["tier", "reaction"])
    n = found.loc[("all", "help"), "n"]
    assert found.loc["all", "n_reacting"].to_dict() == {"reporting": 60, "help": 20, "anger": 20, "joke": 20}
    assert found.loc[("free", "help"), "share"] == 1
    assert found.loc[("paid", "n_reacting")].to_dict() == {
        "reporting": 40,
        "help": 0,
        "anger": 20,
        "joke": 20,
    }
    assert found.loc[("all", "help"), "share"] == pytest.approx(20 / n)


def test_two_outages_are_two_and_a_few_people_are_none():
    mentions = join(crowd([24] * 60), down(), down(day=40, prefix="e"), down(4, day=50, prefix="f"))
    assert outages(mentions)["outage"].unique().tolist() == [1, 2]


def test_signals_narrow_what_counts_as_a_report():
    mentions = join(crowd([24] * 60), down())
    assert outages(mentions, complaints(mentions.head(0))).empty
    assert len(outages(mentions, complaints(mentions))) == 4


def test_null_archives_show_an_outage_at_most_at_the_stated_rate():
    shown = 0
    for seed in range(50):
        random = np.random.default_rng(seed)
        n = 600
        ids = [f"p{number}" for number in range(n)]
        hours = np.sort(random.random(n)) * 40 * 24
        text = np.where(random.random(n) < 0.05, "is it down?", "fine")
        moments = START + pd.to_timedelta(np.round(3600 * hours), unit="s")
        frame = {
            "mention_id": ids,
            "author_id": ids,
            "created_at": moments,
            "text": text,
            "time_precision": "s",
        }
        shown += len(outages(ins.as_mentions(pd.DataFrame(frame)))) > 0
    assert shown <= 6  # 2.5 expected at most


def test_a_table_without_times_of_day_warns():
    with pytest.warns(ins.InsightWarning, match="time of day"):
        assert outages(crowd([5] * 30).assign(time_precision="day")).empty


# --- storms -------------------------------------------------------------------------------------------------


@pytest.fixture
def storm():
    """Sixty days on which the same two people complain; on day 40 fifty strangers copy one angry sentence.

    Ten more strangers give a reason, five defend, and the brand speaks after 30 of the copies.
    """
    usual = crowd([2] * 60, texts="the lid leaks because the seal is worn").assign(
        author_id=lambda table: "r" + (np.arange(len(table)) % 2).astype(str)
    )
    copies = down(50, day=40, hour=10, hours=1, text="Shame on them", prefix="c")
    reasons = down(10, day=40, hour=12, hours=1, prefix="w")
    reasons["text"] = [f"it broke after {n} days because of the hinge" for n in range(3, 13)]
    kind = down(5, day=40, hour=11, hours=1, text="Give them a break, mine works fine", prefix="k")
    mentions = join(usual, copies, reasons, kind)
    said = START + pd.Timedelta("40D") + pd.Timedelta("10h36min")
    events = pd.DataFrame({"name": ["Sorry"], "kind": ["apology"], "start": [said], "end": [pd.NaT]})
    return mentions, complaints(mentions[~mentions["mention_id"].str.startswith("k")]), events


def test_a_storm_is_taken_apart(storm):
    mentions, signals, events = storm
    parts = storms(mentions, signals, events=events).set_index("part")
    assert parts["storm"].unique().tolist() == [1]
    assert parts.loc["first_time", ["n", "n_marked"]].tolist() == [62, 60]
    assert parts.loc["copies", ["n", "n_marked"]].tolist() == [62, 52]
    assert parts.loc["spread", ["n", "n_marked"]].tolist() == [62, 0]
    assert parts.loc["without_detail", "n_marked"] == 50
    assert parts.loc["constructive", "n_marked"] == 12
    assert parts.loc["defenders", ["n", "n_marked"]].tolist() == [67, 5]
    assert parts.loc["before_statement", "n_marked"] == 31  # thirty copies and the first usual complaint
    assert (parts["statement_at"] == events["start"].iloc[0]).all()


def test_a_pile_on_and_a_genuine_outage_differ(storm):
    pile_on = storms(storm[0], storm[1]).set_index("part")["value"]
    usual = crowd([10] * 60, texts="the lid leaks").assign(
        author_id=lambda table: "r" + (np.arange(len(table)) % 200).astype(str)
    )
    trouble = down(60, day=40).assign(author_id=[f"r{n}" for n in range(60)])
    trouble["text"] = [
        f"since {n} o'clock the timer of my model {n % 7} shows error {n * 3}" for n in range(60)
    ]
    mentions = join(usual, trouble)
    genuine = storms(mentions, complaints(mentions)).set_index("part")["value"]
    assert genuine["first_time"] < 0.1 < 0.9 < pile_on["first_time"]
    assert genuine["copies"] < 0.2 < 0.8 < pile_on["copies"]
    assert genuine["constructive"] > 0.8 > 0.3 > pile_on["constructive"]


def test_a_storm_over_one_topic_is_found_in_what_people_criticise_every_day():
    """Twenty complain about the lid every day; on day 40 twelve more take the brand to task over a tag."""
    usual = crowd([20] * 60, texts="the lid leaks")
    storm = down(12, day=40, text="Tone deaf, delete that tweet", prefix="c")
    passed_on = storm.head(3).assign(
        mention_id=lambda table: "rt-" + table["mention_id"],
        author_id=lambda table: "fan-" + table["author_id"],
        kind="repost",
    )
    mentions = join(usual, storm, passed_on)
    topics = mentions[["mention_id"]].assign(topic=mentions["text"].str.startswith("Tone").astype(int))
    signals = complaints(usual)
    parts = storms(mentions, signals, assignments=topics).set_index("part")
    assert parts["rose"].unique().tolist() == ["topic"], "the accusations are in it and not named again"
    assert parts["topic"].unique().tolist() == [1]
    assert parts.loc["spread", ["n", "n_marked"]].tolist() == [15, 3]
    assert parts.loc["first_time", ["n", "n_marked"]].tolist() == [15, 15]
    assert storms(mentions, signals, assignments=topics, min_people=16).empty


def test_accusations_over_some_days_are_a_storm_where_complaints_are_no_more_than_usual():
    """Twenty complain every day, as always; six a day take the brand to task for three days."""
    usual = crowd([20] * 60, texts="the lid leaks")
    anger = [down(6, day=40 + day, text="Tone deaf, delete that tweet", prefix=f"c{day}") for day in range(3)]
    mentions = join(usual, *anger)
    assert storms(join(usual), complaints(usual)).empty
    parts = storms(mentions, complaints(usual)).set_index("part")
    assert parts["rose"].unique().tolist() == ["accusations"]
    assert parts.loc["first_time", ["n", "n_marked"]].tolist() == [18, 18]
    assert (parts["end"] - parts["start"]).iloc[0] > pd.Timedelta("2D")


def test_days_counted_together_count_a_person_once():
    people = down(1, day=30, prefix="a").assign(author_id="ann")
    again = down(1, day=31, prefix="b").assign(author_id="ann")
    other = down(1, day=31, prefix="c")
    table = spikes(join(crowd([2] * 60), people, again, other), span_days=2, min_people=1).set_index("day")
    one = spikes(join(crowd([2] * 60), people, again, other), min_people=1).set_index("day")
    day = one.index[31]
    assert one.loc[day, "n_people"] == 4
    assert table.loc[day, "n_people"] == 6  # two and Ann the day before, two and Ann and another: Ann once


def test_without_a_statement_its_parts_are_missing(storm):
    parts = storms(storm[0], storm[1]).set_index("part")
    assert parts.loc[["before_statement", "half_life"], "value"].isna().all()
    assert parts["statement_at"].isna().all()


def test_a_planted_half_life_is_recovered():
    found = pd.DataFrame([cooling(seed) for seed in range(6)])
    assert found["value"].mean() == pytest.approx(12, rel=0.08)
    assert (found["low"].lt(12) & found["high"].gt(12)).sum() >= 4


def cooling(seed):
    """The half-life row of a storm of 400 people that halves every twelve hours, on top of three a day."""
    said = START + pd.Timedelta("40D")
    hours = np.random.default_rng(seed).exponential(12 / np.log(2), 400)
    moments = said + pd.to_timedelta(np.round(3600 * hours), unit="s")
    ids = [f"s{n}" for n in range(400)]
    burst = ins.as_mentions(pd.DataFrame({"mention_id": ids, "author_id": ids, "created_at": moments}))
    mentions = join(crowd([3] * 80), burst)
    events = pd.DataFrame({"name": ["Sorry"], "kind": ["statement"], "start": [said], "end": [pd.NaT]})
    return storms(mentions, complaints(mentions), events=events).set_index("part").loc["half_life"]


def test_no_complaint_no_storm(storm):
    with pytest.warns(ins.InsightWarning):
        assert storms(storm[0], storm[1].head(0)).empty


# --- rivals -------------------------------------------------------------------------------------------------


def month(number, n, n_complaining, brand):
    start = pd.Timestamp(f"2025-{number:02d}-03", tz="UTC")
    mentions = crowd([n], start=start, prefix=f"{brand}{number}-", brand=brand)
    outer = [start.replace(day=1), start + pd.offsets.MonthEnd(0)]  # the month's first day and its last
    mentions["created_at"] = pd.DatetimeIndex(outer)[np.arange(n) % 2].as_unit("us")
    return mentions, complaints(mentions.head(n_complaining))


@pytest.fixture
def two_brands():
    """Acme: 20 of 100 people complain in January, 22 in February. Rival: 10 of 50, then 40 of 60. Tiny: 2."""
    sizes = [(1, 100, 20, "acme"), (2, 100, 22, "acme"), (1, 50, 10, "rival"), (2, 60, 40, "rival")]
    parts = [month(*size) for size in [*sizes, (1, 2, 2, "tiny")]]
    return join(*(part[0] for part in parts)), pd.concat([part[1] for part in parts])


def test_a_rivals_burst_is_found_and_a_quiet_brand_is_not_flagged(two_brands):
    table = rivals(*two_brands).set_index(["brand", "measure", "period"])
    row = table.loc[("rival", "complaining", pd.Timestamp("2025-02-01"))]
    assert row["n_marked"] == 40
    assert row["change"] == pytest.approx(40 / 60 - 0.2)
    assert 0 < row["change_low"] < row["change"] < row["change_high"]
    assert row["flagged"]
    assert not table.loc[("acme", "complaining", pd.Timestamp("2025-02-01")), "flagged"]


def test_a_change_is_that_of_the_comparison():
    january, few = month(1, 80, 48, "acme")
    february, more = month(2, 70, 56, "acme")
    table = rivals(join(january, february), pd.concat([few, more])).set_index(["measure", "period"])
    row = table.loc[("complaining", pd.Timestamp("2025-02-01"))]
    hits = np.repeat([1, 0, 1, 0], [48, 32, 56, 14])
    found = compare(hits, np.repeat([False, True], [80, 70]), people=np.arange(150))
    assert row["change"] == pytest.approx(0.2)
    assert row["p_adjusted"] == pytest.approx(2 * found.p_value[0])  # "talking" too
    assert [row["change_low"], row["change_high"]] == pytest.approx([found.low[0], found.high[0]])


def test_shares_of_people_talking_and_brands_under_the_minimum(two_brands):
    table = rivals(*two_brands)
    whole = table[table["period"].isna()].set_index(["brand", "measure"])
    assert whole.loc[("rival", "talking"), ["n", "n_marked"]].tolist() == [312, 110]
    assert whole.loc[("tiny", "complaining"), "hidden"]
    assert np.isnan(whole.loc[("tiny", "complaining"), "share"])
    assert "answered" not in set(table["measure"])


def test_answers_are_counted_by_the_brand_that_was_asked(two_brands):
    asked = two_brands[0]
    to_acme = asked[asked["brand"] == "acme"]["mention_id"].head(30).tolist()
    answers = pd.DataFrame(
        {"mention_id": [f"r{n}" for n in range(30)], "reply_to_id": to_acme, "brand": "acme"}
    )
    answers = answers.assign(side="brand", created_at=pd.Timestamp("2025-01-20", tz="UTC"))
    table = rivals(join(asked, ins.as_mentions(answers)), two_brands[1])
    answered = table[(table["measure"] == "answered") & table["period"].isna()].set_index("brand")
    assert answered.index.tolist() == ["acme"]
    assert answered.loc["acme", ["n", "n_marked"]].tolist() == [200, 30]


def test_null_brands_are_flagged_at_most_at_the_stated_rate():
    mentions = join(*(month(m, 40, 0, brand)[0] for brand in ("acme", "rival") for m in range(1, 7)))
    any_flagged = 0
    for seed in range(50):
        random = np.random.default_rng(seed)
        complaining = mentions["mention_id"][random.random(len(mentions)) < 0.3]
        table = rivals(mentions, pd.DataFrame({"mention_id": complaining, "signal": "complaint"}))
        any_flagged += table["flagged"].any()
    assert any_flagged <= 6  # 2.5 expected at most


def test_topics_split_complaints_and_missing_ones_count_as_none(two_brands):
    mentions, signals = two_brands
    topics = pd.DataFrame({"mention_id": mentions["mention_id"], "topic": np.arange(len(mentions)) % 2})
    table = rivals(mentions, signals, assignments=topics)
    by_topic = table[table["topic"].notna() & table["period"].isna()]
    assert by_topic.groupby("brand")["n_marked"].sum().to_dict() == {"acme": 42, "rival": 50, "tiny": 2}


def test_rivals_need_brands(storm):
    with pytest.raises(ins.InsightError, match="no message names a brand"):
        rivals(storm[0], storm[1])


# --- brief and events ---------------------------------------------------------------------------------------


def test_the_brief_gives_sources_for_every_fact_that_has_one(storm):
    mentions, signals, _ = storm
    start = START + pd.Timedelta("40D") + pd.Timedelta("9h")
    facts = incident_brief(mentions, signals, start=start, end=start + pd.Timedelta("10h"))
    assert facts["fact"].tolist()[:5] == [*["first post"] * 3, "busiest hour", "people talking"]
    assert facts.loc[0, "sources"] == ("c0",)
    assert facts.set_index("fact").loc["busiest hour", "n"] == 50
    assert facts["fact"].iloc[-1] == "not known"
    known = set(mentions["mention_id"])
    for fact in facts.itertuples():
        assert set(fact.sources) <= known
        assert fact.n == 0 or fact.sources


def test_the_briefs_terms_are_those_of_the_incident():
    mentions = join(crowd([8] * 40, texts="nice morning cup"), down(text="shame on this cup"))
    facts = incident_brief(mentions, start="2025-01-26", end="2025-01-27")
    terms = facts[facts["fact"] == "term"].set_index("detail")
    assert terms.index.tolist() == ["shame"]
    assert terms.loc["shame", ["n", "n_of", "sources"]].tolist() == [60, 68, ("d0", "d1", "d2")]


def test_the_brief_finds_the_brands_first_words(storm):
    post = (
        storm[0]
        .head(1)
        .assign(mention_id="b1", author_id="acme", side="brand", created_at=START + pd.Timedelta("40D12h"))
    )
    facts = incident_brief(join(storm[0], post), start="2025-02-15", end="2025-02-16").set_index("fact")
    assert facts.loc["first words of the brand", "sources"] == ("b1",)
    assert facts.loc["first words of the brand", "n"] == 56  # copies, defenders, one usual complaint


def test_a_brief_of_a_silent_time_says_what_the_table_holds(storm):
    with pytest.raises(ins.InsightError, match="runs from 2025-01-06"):
        incident_brief(storm[0], start="2024-01-01", end="2024-02-01")


def test_events_are_read_in_order_with_zones(tmp_path):
    file = tmp_path / "events.toml"
    file.write_text(
        '[[event]]\nname = "Fair"\nkind = "contest"\nstart = 2025-06-01\nend = 2025-06-02\n'
        '[[event]]\nname = "Down"\nkind = "outage"\nstart = 2025-03-03T10:00:00Z\nbrand = "acme"\n'
    )
    events = read_events(file, tz="Europe/Berlin")
    assert events["name"].tolist() == ["Down", "Fair"]
    assert events.loc[1, "start"] == pd.Timestamp("2025-05-31 22:00", tz="UTC")
    assert events.loc[1, "end"] == pd.Timestamp("2025-06-02 22:00", tz="UTC")
    assert events["end"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[event]]\nnmae = "x"', "'nmae' is not known; the nearest is 'name'"),
        ('[[events]]\nname = "x"', "'events' is not known; the nearest is 'event'"),
        ('[[event]]\nname = "x"\nkind = "outtage"\nstart = 2025-01-01', "the nearest is 'outage'"),
        ('[[event]]\nname = "x"\nkind = "outage"', r"\['start'\] missing"),
        ('[[event]]\nname = "x"\nkind = "outage"\nstart = "2025-01-01"', "no TOML date"),
        ('[[event]]\nname = "x"\nkind = "outage"\nstart = 2025-01-02\nend = 2024-01-01', "before it starts"),
        ("[[event", "cannot be read"),
    ],
)
def test_a_faulty_list_of_events_names_the_fault(tmp_path, text, message):
    file = tmp_path / "events.toml"
    file.write_text(text)
    with pytest.raises(ins.InsightError, match=message):
        read_events(file)


@pytest.mark.parametrize(
    "measure",
    [
        lambda mentions, signals: spikes(mentions),
        lambda mentions, signals: outages(mentions, signals),
        lambda mentions, signals: storms(mentions, signals),
        lambda mentions, signals: rivals(mentions.assign(brand="acme"), signals),
        lambda mentions, signals: incident_brief(mentions, signals, start="2025-02-15", end="2025-02-16"),
    ],
)
def test_the_order_of_rows_and_the_look_of_pseudonyms_change_nothing(measure, storm):
    mentions, signals, _ = storm
    shuffled = mentions.sample(frac=1, random_state=1)
    shuffled["author_id"] = shuffled["author_id"].map(lambda name: name[::-1] + "z")
    pd.testing.assert_frame_equal(
        measure(mentions, signals), measure(shuffled, signals.sample(frac=1, random_state=2))
    )
