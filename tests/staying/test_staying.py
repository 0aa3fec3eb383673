"""What holds for every measure of staying and leaving, whatever the archive."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import insight as ins

START = pd.Timestamp("2024-01-03 10:00", tz="UTC")
PERIODS = st.sampled_from(["day", "week", "month"])
EVENTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 200), st.integers(0, 23)), min_size=2, max_size=70
)
FEW_TIMES = settings(max_examples=15, deadline=None)


def log(events):
    """Make mentions of (person, day, hour)."""
    table = pd.DataFrame(events, columns=["author_id", "day", "hour"])
    stamps = START + pd.to_timedelta(24 * table["day"] + table["hour"], unit="h")
    return pd.DataFrame(
        {"author_id": "p" + table["author_id"].astype(str), "created_at": stamps, "side": "customer"}
    )


def follow(mentions, **options):
    return ins.activity(mentions, burn_in="0D", **options)


def measure(authors):
    """Every table that is made of the author's periods."""
    tables = {
        "on": ins.retention(authors),
        "growth": ins.growth(authors),
        "repeat": ins.staying.repeat_rate(authors),
    }
    return tables | {"after": ins.retention(authors, kind="after")}


# --- Properties


@FEW_TIMES
@given(EVENTS, PERIODS)
def test_growth_adds_up_in_every_archive(events, period):
    table = ins.growth(follow(log(events), period=period))
    change = table["new"] + table["resurrected"] - table["churned"]
    assert (table["active"] == table["active"].shift(fill_value=0) + change).all()
    assert (table["active"] == table["new"] + table["retained"] + table["resurrected"]).all()
    assert table["new"].sum() == len({who for who, _, _ in events})


@FEW_TIMES
@given(EVENTS, PERIODS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(events, period, random):
    shuffled = random.sample(events, len(events))
    plain, other = (follow(log(rows), period=period) for rows in (events, shuffled))
    pd.testing.assert_frame_equal(plain, other)
    assert plain.attrs == other.attrs
    for name, table in measure(plain).items():
        pd.testing.assert_frame_equal(table, measure(other)[name], obj=name)


@FEW_TIMES
@given(EVENTS, st.sampled_from([("day", 1), ("week", 7)]), st.integers(1, 60))
def test_a_shift_by_whole_periods_changes_only_their_names(events, length, n):
    period, days = length
    plain = log(events)
    later = plain.assign(created_at=plain["created_at"] + pd.Timedelta(days=n * days))
    first, second = (measure(follow(frame, period=period)) for frame in (plain, later))
    for name, table in first.items():
        label = "cohort" if "cohort" in table.columns else "period"
        pd.testing.assert_frame_equal(table.drop(columns=label), second[name].drop(columns=label), obj=name)


@FEW_TIMES
@given(EVENTS, PERIODS, st.integers(0, 200))
def test_an_earlier_look_saw_the_same_in_what_was_complete(events, period, day):
    """Cells of cohorts, people and repeat rates: nothing that was complete then is another number now."""
    cut = START + pd.Timedelta(days=day, hours=1)
    mentions = log(events)
    if not (mentions["created_at"] < cut).any():
        return
    then, now = (follow(mentions, period=period, as_of=end) for end in (cut, START + pd.Timedelta("300D")))
    for options in ({}, {"kind": "bracket", "brackets": (1, 3, 6)}):
        old = ins.retention(then, **options).query("complete and cohort != 'all'")
        both = old.merge(ins.retention(now, **options), on=["cohort", "period"], suffixes=("", "_now"))
        assert len(both) == len(old)
        assert (both[["n", "retained"]].to_numpy() == both[["n_now", "retained_now"]].to_numpy()).all()
    old, new = (ins.growth(authors) for authors in (then, now))
    n_complete = then.attrs["n_complete"]
    pd.testing.assert_frame_equal(old[:n_complete], new[:n_complete], check_flags=False)
    old, new = (ins.staying.repeat_rate(authors) for authors in (then, now))
    known = old[(old["period"] != "all") & old["retained"].notna()]
    both = known.merge(new, on="period", suffixes=("", "_now"))
    assert both["retained"].tolist() == both["retained_now"].tolist()
    assert len(both) == len(known)


@FEW_TIMES
@given(EVENTS, PERIODS)
def test_after_is_never_below_on_and_never_rises(events, period):
    authors = follow(log(events), period=period)
    on, after = (ins.retention(authors, kind=kind).query("complete") for kind in ("on", "after"))
    assert (after["retained"].to_numpy() >= on["retained"].to_numpy()).all()
    for cohort, rows in after.groupby("cohort"):
        assert cohort == "all" or rows["retained"].is_monotonic_decreasing


@FEW_TIMES
@given(EVENTS, PERIODS, st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_a_bot_changes_only_the_count_of_bots(events, period, moments):
    people = log(events)
    first, last = people["created_at"].min(), people["created_at"].max()
    stamps = [first + share * (last - first) for share in moments]
    bot = pd.DataFrame(
        {"author_id": "robot", "created_at": pd.to_datetime(stamps).as_unit("us"), "side": "customer"}
    )
    mixed = pd.concat([people.assign(automated=False), bot.assign(automated=True)])
    plain, other = follow(people, period=period), follow(mixed, period=period)
    pd.testing.assert_frame_equal(plain, other, check_flags=False)
    expected = {"n_automated_authors": 1, "n_automated_mentions": len(moments)}
    assert other.attrs["excluded"] == plain.attrs["excluded"] | expected
    for name, table in measure(plain).items():
        pd.testing.assert_frame_equal(table, measure(other)[name], obj=name)


# --- What every result says about itself


@pytest.fixture(scope="module")
def town():
    """Ninety people who come over 600 days and are half of the time answered; a brand, a bot, a lost date."""
    draw = np.random.default_rng(0)
    rows = []
    for i in range(90):
        for visit, day in enumerate(
            5 * i + np.append(0, draw.exponential(15, draw.integers(1, 14)).cumsum())
        ):
            rows.append((f"{i}:{visit}", f"{i}:{visit}", None, f"p{i}", day, "customer"))
            if draw.random() < 0.5:
                helper, side = ("acme", "brand") if draw.random() < 0.5 else ("helper", "customer")
                rows.append((f"a{i}:{visit}", f"{i}:{visit}", f"{i}:{visit}", helper, day + 0.1, side))
    rows += [
        ("robot:1", "0:0", "0:0", "robot", 0.2, "customer"),
        ("lost", "lost", None, "p1", None, "customer"),
    ]
    names = ["mention_id", "conversation_id", "reply_to_id", "author_id", "day", "side"]
    table = pd.DataFrame(rows, columns=names)
    created = START + pd.to_timedelta(table.pop("day"), unit="D").dt.round("s")
    table = ins.as_mentions(table.assign(created_at=created, time_precision="s"))
    return table.assign(automated=table["author_id"] == "robot")


@pytest.fixture(scope="module")
def signals(town):
    said = town["mention_id"][~town["author_id"].isin(["acme", "robot"])]
    return pd.DataFrame({"mention_id": said[::7], "signal": "leaving", "probability": 0.9})


MEASURES = {
    "activity": lambda town, _: follow(town),
    "retention": lambda town, _: ins.retention(follow(town)),
    "repeat_rate": lambda town, _: ins.staying.repeat_rate(follow(town)),
    "growth": lambda town, _: ins.growth(follow(town)),
    "reach_ceiling": lambda town, _: ins.staying.reach_ceiling(ins.growth(follow(town))),
    "states": lambda town, _: ins.staying.states(follow(town, period="day")),
    "stickiness": lambda town, _: ins.staying.stickiness(follow(town, period="day")),
    "silence": lambda town, _: ins.silence(town, horizon="90D", n_resamples=20),
    "tenure": lambda town, _: ins.tenure(town, burn_in="0D"),
    "cadence": lambda town, _: ins.staying.cadence(town),
    "at_risk": lambda town, _: ins.staying.at_risk(town, horizon="210D", lately="500D"),
    "exit_words": lambda town, signals: ins.staying.exit_words(town, signals),
    "churn_drivers": lambda town, signals: ins.staying.churn_drivers(town, signals, n_resamples=20),
    "welcome": lambda town, _: ins.welcome(town, burn_in="0D"),
    "reply_effect": lambda town, _: ins.reply_effect(town, burn_in="0D", n_permutations=5),
}


@pytest.mark.parametrize("name", MEASURES)
def test_every_result_says_what_it_rests_on(town, signals, name):
    """Window, moment of looking, zone, people, what was left out, what to doubt: always under these names."""
    told = MEASURES[name](town, signals).attrs
    first, last = town["created_at"].min(), town["created_at"].max()
    assert told["window"] == (first.isoformat(), last.isoformat())
    assert told["as_of"] == last.isoformat()
    assert told["tz"] == "UTC"
    assert 0 < told["n_people"] <= 91
    assert told["excluded"]["n_undated"] == 1
    assert told["excluded"]["n_brand_authors"] == 1
    assert isinstance(told["caveats"], tuple)
    assert all(isinstance(caveat, str) for caveat in told["caveats"])


# --- Few people have counts and no shares


def test_few_people_have_counts_and_no_shares(town, signals):
    few = town[town["author_id"].isin(["acme", "helper", *(f"p{i}" for i in range(6))])]
    spoken = signals[signals["mention_id"].isin(few["mention_id"])]
    days = follow(few, period="day")
    met, stays = ins.welcome(few, burn_in="0D"), ins.tenure(few, burn_in="0D")
    tables = {
        "states": (ins.staying.states(days), "n", ["share", "low", "high"]),
        "stickiness": (ins.staying.stickiness(days), "n", ["active_days", "stickiness", "low", "high"]),
        "coverage": (met.coverage, "n", ["share", "low", "high"]),
        "load": (met.load, "n", ["share", "low", "high"]),
        "steps": (met.steps, "n", ["share", "low", "high"]),
        "wait": (met.curve, "n_answered", ["unanswered", "low", "high"]),
        "tenure": (stays.summary, "n", ["once", "once_low", "once_high", "median_days", "mean_days"]),
        "pace": (ins.staying.cadence(few).counts, "n", ["share", "low", "high"]),
        "exits": (ins.staying.exit_words(few, spoken), "n_people", ["share", "low", "high", "gone"]),
        "drivers": (ins.staying.churn_drivers(few, spoken), "n_people", ["silent_with", "odds_ratio"]),
        "effect": (ins.reply_effect(few, burn_in="0D", n_permutations=2).estimates[:6], "n_answered",
                   ["share_answered", "share_unanswered", "value"]),
    }  # fmt: skip
    for name, (table, counts, shares) in tables.items():
        assert table[counts].sum() > 0, name
        assert table[shares].isna().all(axis=None), name
    assert stays.curve.empty
    assert stays.difference.empty
    assert "counted, not judged" in stays.attrs["caveats"][0]
    shown = ins.welcome(few, burn_in="0D", min_people=1)
    assert shown.steps["share"].notna().all()
    assert ins.staying.states(days, min_people=1)["share"].notna().any()
