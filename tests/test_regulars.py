"""Own clocks, survivors, groups, states, and what retention leads to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins
from insight.stats.survival import fit_sbg, sbg_survival

START = pd.Timestamp("2024-01-01", tz="UTC")


def log_of(hours, **columns):
    """Make mentions of {author: hours since the start}."""
    rows = [(f"{who}:{i}", who, hour) for who, times in hours.items() for i, hour in enumerate(times)]
    frame = pd.DataFrame(rows, columns=["mention_id", "author_id", "hour"])
    created = START + pd.to_timedelta(frame.pop("hour"), unit="h")
    return frame.assign(created_at=created, side="customer", **columns)


@pytest.fixture(scope="module")
def crowd():
    """Three hundred people over twenty months who write again after pauses of any length."""
    rng = np.random.default_rng(7)
    hours = {
        f"u{i:03d}": rng.uniform(0, 11_000) + np.append(0, rng.exponential(500, rng.geometric(0.2)).cumsum())
        for i in range(300)
    }
    return log_of({who: times[times < 14_000] for who, times in hours.items()}).assign(
        channel=lambda t: np.where(t["author_id"] < "u200", "forum", "chat"), kind="post"
    )


def cells(table, cohort="all"):
    return table.loc[(table["cohort"] == cohort) & table["complete"], "retained"].tolist()


# --- Own clocks


def test_ten_hours_later_is_another_day_of_the_calendar_but_not_of_ones_own_clock():
    """Written at 20:00 on Monday and at 06:00 on Tuesday; and by another 24 hours after the first."""
    frame = log_of({"ann": [20, 30], "ben": [20, 44]})
    options = {"period": "day", "as_of": "2024-01-05", "burn_in": "0D"}
    calendar = ins.retention(ins.activity(frame, **options))
    own = ins.retention(ins.activity(frame, clock="rolling", **options))
    assert cells(calendar)[0] == 2
    assert cells(own)[0] == 1


def test_own_weeks_and_months_have_7_and_30_days():
    for period, days in (("day", 1), ("week", 7), ("month", 30)):
        frame = log_of({"ann": [0, 24 * days - 0.001], "ben": [0, 24 * days], "cem": [0, 48 * days]})
        authors = ins.activity(frame, period=period, clock="rolling", burn_in="0D")
        assert authors.set_index("author_id")["active_0"].to_dict() == {"ann": 0b1, "ben": 0b11, "cem": 0b101}


def test_own_periods_equal_a_count_by_hand(crowd):
    authors = ins.activity(crowd, clock="rolling", burn_in="0D", as_of="2025-06-01")
    crowd = crowd[crowd["created_at"] < "2025-06-01"]
    age = crowd["created_at"] - crowd.groupby("author_id")["created_at"].transform("min")
    bits = {who: set(months) for who, months in (age // pd.Timedelta(days=30)).groupby(crowd["author_id"])}
    found = {
        row.author_id: {p for p in range(60) if int(row.active_0) >> p & 1} for row in authors.itertuples()
    }
    assert found == bits
    first = crowd.groupby("author_id")["created_at"].min()
    table = ins.retention(authors).query("cohort != 'all'")
    for row in table[table["complete"]].itertuples():
        mine = first[first.dt.strftime("%Y-%m") == row.cohort].index
        assert (row.n, row.retained) == (len(mine), sum(row.period in bits[who] for who in mine))
    ends = (pd.PeriodIndex(table["cohort"], freq="M") + 1).to_timestamp().tz_localize("UTC")
    over = ends + (table["period"] + 1).to_numpy() * pd.Timedelta(days=30)
    assert (table["complete"].to_numpy() == (over <= pd.Timestamp("2025-06-01", tz="UTC"))).all()


def test_measures_of_the_calendar_refuse_own_clocks(crowd):
    authors = ins.activity(crowd, clock="rolling")
    for measure in (ins.staying.repeat_rate, ins.growth):
        with pytest.raises(ins.InsightError, match="clock='rolling'"):
            measure(authors)
    with pytest.raises(ins.InsightError, match="'moon'"):
        ins.activity(crowd, clock="moon")


@pytest.mark.parametrize("clock", ["calendar", "rolling"])
def test_after_and_brackets_agree_with_each_other_on_both_clocks(crowd, clock):
    """'after' n is the bracket from n to the end; 'on' n is the bracket of one period."""
    authors = ins.activity(crowd, clock=clock, burn_in="0D")
    for kind, edges in (("on", (2, 3)), ("after", (2, 40))):
        plain = ins.retention(authors, kind=kind).query("period == 2 and cohort != 'all'")
        bracket = ins.retention(authors, kind="bracket", brackets=edges).query("cohort != 'all'")
        both = plain.merge(bracket, on="cohort", suffixes=("", "_bracket"))
        closed = both["complete"] & both["complete_bracket"]
        assert kind == "after" or closed.sum() > 10
        assert (both.loc[closed, "retained"] == both.loc[closed, "retained_bracket"]).all()


def test_looking_ahead_keeps_only_what_late_returns_could_still_change_little(crowd):
    authors = ins.activity(crowd, burn_in="0D")
    plain, careful = (ins.retention(authors, kind="after", look_ahead=n) for n in (0, 6))
    closed = careful[careful["complete"] & (careful["cohort"] != "all")]
    same = plain.merge(closed[["cohort", "period"]])
    assert closed["retained"].tolist() == same["retained"].tolist()
    assert 0 < careful["complete"].sum() < plain["complete"].sum()


# --- Survivors


def test_surviving_newcomers_by_hand():
    """Times of the Wikimedia Foundation: a day, then 30 days from day 30 on; ends belong to the stretch."""
    day = 24
    frame = log_of(
        {
            "on the dot": [0, 30 * day],
            "on the last": [0, 60 * day],
            "too late": [0, 60 * day + 0.001],
            "too soon": [0, 30 * day - 0.001],
            "twice": [0, day, 40 * day, 50 * day],
            "twice slowly": [0, day + 0.001, 40 * day, 50 * day],
        }
    )
    authors = ins.activity(frame, survived=("1D", "30D", "30D"), as_of="2024-04-15", burn_in="0D")
    once = ins.retention(authors, kind="survived")
    assert cells(once, "2024-01") == [4]
    assert cells(ins.retention(authors, kind="survived", at_least=(1, 2)), "2024-01") == [2]
    assert cells(ins.retention(authors, kind="survived", at_least=(2, 2)), "2024-01") == [1]


def test_survival_of_days_is_a_bracket_of_own_days(crowd):
    """Leaving aside the closed end, one and one message in ('1D', '30D', '30D') is the bracket [30, 60)."""
    authors = ins.activity(crowd, period="day", clock="rolling", survived=("1D", "30D", "30D"), burn_in="0D")
    survived = ins.retention(authors, kind="survived")[["cohort", "retained"]]
    bracket = ins.retention(authors, kind="bracket", brackets=(30, 60))[["cohort", "retained"]]
    both = survived.merge(bracket, on="cohort", suffixes=("", "_bracket")).dropna()
    assert len(both) > 100
    assert (both["retained"] == both["retained_bracket"]).all()


def test_survivors_need_times_and_those_must_make_sense(crowd):
    with pytest.raises(ins.InsightError, match="pass survived="):
        ins.retention(ins.activity(crowd), kind="survived")
    for times in (("1D", "30D"), ("31D", "30D", "30D"), ("1", "30D", "30D")):
        with pytest.raises(ins.InsightError, match="survived="):
            ins.activity(crowd, survived=times)


# --- Groups


def test_groups_add_up_to_the_whole(crowd):
    authors = ins.activity(crowd, first=["channel", "kind"], burn_in="0D")
    whole = ins.retention(authors).set_index(["cohort", "period"])
    parts = ins.retention(authors, by="first_channel")
    assert parts["group"].unique().tolist() == ["forum", "chat"]
    summed = parts.groupby(["cohort", "period"])[["n", "eligible", "retained"]].sum(min_count=1)
    closed = whole[whole["complete"]]
    assert (summed.loc[closed.index] == closed[["n", "eligible", "retained"]]).all(axis=None)
    one = ins.retention(authors[authors["first_channel"] == "chat"].reset_index(drop=True))
    chat = parts[parts["group"] == "chat"].drop(columns="group").reset_index(drop=True)
    chat = chat[chat["cohort"].isin(one["cohort"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(chat, one, check_flags=False)
    with pytest.raises(ins.InsightError, match="no column 'planet'"):
        ins.retention(authors, by="planet")


def test_the_first_message_of_a_moment_is_the_one_of_least_id():
    frame = log_of({"ann": [0, 0, 5]}).assign(channel=["b", "a", "c"], mention_id=["2", "1", "3"])
    assert ins.activity(frame, first=["channel"])["first_channel"].tolist() == ["a"]


def test_who_came_for_the_spike_is_told_from_the_usual_newcomers():
    """On two days eighty people come of whom none returns; of ten others a week, half do."""
    hours = {f"fan{i}": [24 * 100 + i / 4] for i in range(160)}
    for i in range(300):
        hours[f"usual{i}"] = [17 * i, *([17 * i + 24 * 35] if i % 2 else [])]
    spike = {"Oprah": ("2024-04-10", "2024-04-12")}
    authors = ins.activity(log_of(hours), events=spike, burn_in="0D")
    assert authors["joined_during"].value_counts()["Oprah"] == 162
    table = ins.retention(authors, kind="after", by="joined_during").query("cohort == 'all' and period == 1")
    rates = table.set_index("group")["rate"]
    assert rates["Oprah"] < 0.02
    late = ins.retention(authors, by="joined_during").query("group == 'Oprah' and eligible == 0")
    pooled = late[late["cohort"] == "all"]
    assert len(pooled) > 0
    assert not pooled["complete"].any()
    assert pooled["retained"].isna().all()
    assert rates["usual"] == pytest.approx(0.5, abs=0.02)


# --- Aliases


def test_two_accounts_of_one_person_are_one_author(crowd):
    old = crowd["author_id"].where(crowd.index % 3 != 0, "old " + crowd["author_id"])
    middle = old.where(crowd.index % 6 != 0, "older " + crowd["author_id"])
    aliases = {f"old {who}": who for who in crowd["author_id"].unique()}
    aliases |= {f"older {who}": f"old {who}" for who in crowd["author_id"].unique()}
    merged = ins.activity(crowd.assign(author_id=middle), aliases=aliases)
    pd.testing.assert_frame_equal(merged, ins.activity(crowd))
    with pytest.raises(ins.InsightError, match="in a circle: a -> b -> a"):
        ins.activity(crowd, aliases={"a": "b", "b": "a"})


# --- States and stickiness


@pytest.fixture(scope="module")
def daily(crowd):
    return ins.activity(crowd, period="day", burn_in="0D")


def test_stickiness_is_mean_daily_people_over_people_of_the_window(crowd, daily):
    """Counted the other way round, day by day: DAU / MAU equals mean(L28) / 28 exactly."""
    table = ins.staying.stickiness(daily)
    assert len(table) == daily.attrs["n_complete"] // 28
    day = crowd["created_at"].dt.strftime("%Y-%m-%d")
    for row in table.itertuples():
        inside = (day >= row.window_from) & (day <= row.window_to)
        by_day = crowd["author_id"][inside].groupby(day[inside]).nunique()
        assert row.n == crowd["author_id"][inside].nunique()
        assert row.daily_people == by_day.sum() / 28
        assert row.stickiness == pytest.approx(row.daily_people / row.n, abs=1e-15)
        assert row.low <= row.stickiness <= row.high


def test_states_sort_everyone_active_into_one_band(daily):
    table, sticky = ins.staying.states(daily), ins.staying.stickiness(daily)
    assert table.groupby("window_from")["n"].sum().tolist() == sticky["n"].tolist()
    assert table["band"].unique().tolist() == [
        "1 day", "2 to 3 days", "4 to 7 days", "8 to 14 days", "15 to 28 days",
    ]  # fmt: skip
    assert table["n_again"].isna().tolist() == [True] * 5 + [False] * (len(table) - 5)
    later = table[5:]
    assert (later["n_again"] <= later["n"]).all()


def test_states_by_hand():
    """In the first four weeks Ann writes daily and Ben once; in the second Ann again, Ben on ten days."""
    hours = {"ann": [24 * d for d in range(56)], "ben": [0, *(24 * d for d in range(28, 38))]}
    table = ins.staying.states(
        ins.activity(log_of(hours), period="day", as_of="2024-02-26"), bands=(1, 8, 28)
    )
    assert table["band"].tolist()[:3] == ["1 to 7 days", "8 to 27 days", "28 days"]
    assert table["n"].tolist() == [1, 0, 1, 0, 1, 1]
    assert table["n_again"].tolist()[3:] == [0, 0, 1]


def test_what_states_cannot_count_is_refused(crowd, daily):
    with pytest.raises(ins.InsightError, match="period='day'"):
        ins.staying.states(ins.activity(crowd))
    with pytest.raises(ins.InsightError, match="days are complete"):
        ins.staying.stickiness(ins.activity(crowd, period="day", as_of="2024-01-28 12:00"))
    with pytest.raises(ins.InsightError, match="ascend"):
        ins.staying.states(daily, bands=(2, 4))


def test_absence_factor_as_in_the_worked_example():
    """CHAOSS: 1000, 202, 90, 33, 332, 343, 42 and 433 contributions; half is 1237.5, two people hold it."""
    counts = [1000, 202, 90, 33, 332, 343, 42, 433]
    frame = log_of({f"p{i}": np.arange(n) / 3 for i, n in enumerate(counts)})
    row = ins.staying.absence_factor(ins.activity(frame)).iloc[0]
    assert (row["absence_factor"], row["needed"], row["n_people"]) == (2, 1237.5, 8)
    assert row["top_1_percent"] == pytest.approx(1000 / 2475)
    whole = ins.staying.absence_factor(ins.activity(frame), share=1.0)
    assert whole["absence_factor"].tolist() == [8]
    with pytest.raises(ins.InsightError, match="share=0"):
        ins.staying.absence_factor(ins.activity(frame), share=0)


# --- Where it leads


def steady(rate, *, arrivals=60, n_periods=8):
    """People of each period when `arrivals` come and a share `rate` stays, from the steady state on."""
    active = arrivals / (1 - rate)
    table = pd.DataFrame({"period": range(n_periods), "active": active, "new": arrivals, "resurrected": 0})
    return table.assign(retained=active * rate, complete=True)


@pytest.mark.parametrize(("rate", "multiple"), [(0.3, 1.43), (0.4, 1.67), (0.7, 3.33)])
def test_the_steady_audience_is_arrivals_over_one_minus_r(rate, multiple):
    found = ins.staying.reach_ceiling(steady(rate))
    values = found.summary.set_index("figure")["value"]
    assert values["steady audience"] / values["arrivals a period"] == pytest.approx(multiple, abs=0.005)
    assert "reach" not in values.index, "a log does not hold the pool"
    assert found.summary["source"].tolist() == ["measured", "measured", "derived"]


def test_nielsens_point_fixes_the_rest_of_the_curve():
    """A reach of 10 % at 40 % gives one fifteenth of the absent a month: 18.2 % at 70 %, half at 93.3 %."""
    found = ins.staying.reach_ceiling(steady(0.4), pool=1000)
    assert found.nielsen == (0.4, 0.1)
    assert found.attrs["arrival_rate"] == pytest.approx(1 / 15)
    reach = found.curve.set_index("repeat_rate")["reach"]
    assert reach[0.4] == pytest.approx(0.1)
    assert reach[0.7] == pytest.approx(0.182, abs=5e-4)
    assert reach[0.93] < 0.5 < reach[0.94]


def test_the_ceiling_of_a_simulated_crowd_is_where_it_ends():
    """People stay with 60 % and come back with 2 % of a pool of 5,000: whatever the start, 238 are there."""
    rng = np.random.default_rng(3)
    here, rows = np.zeros(5000, bool), []
    for period in range(60):
        stays = rng.random(5000) < np.where(here, 0.6, 0.02)
        rows.append((period, stays.sum(), (stays & ~here).sum(), (stays & here).sum()))
        here = stays
    table = pd.DataFrame(rows, columns=["period", "active", "new", "retained"])
    found = ins.staying.reach_ceiling(table.assign(resurrected=0, complete=True), pool=5000)
    reach = found.summary.set_index("figure").loc["reach"]
    assert reach["value"] == pytest.approx(0.02 / 0.42, rel=0.05)
    assert reach["lowest"] < reach["value"] < reach["highest"]
    assert {"low", "high"}.isdisjoint(found.summary.columns), "no interval that does not cover"


def test_ceilings_that_cannot_be_are_refused():
    with pytest.raises(ins.InsightError, match="two are the least"):
        ins.staying.reach_ceiling(steady(0.4).head(1))
    with pytest.raises(ins.InsightError, match="pool=50"):
        ins.staying.reach_ceiling(steady(0.4), pool=50)
    with pytest.raises(ins.InsightError, match="lacks"):
        ins.staying.reach_ceiling(steady(0.4).drop(columns="new"))
    assert "says little" in " ".join(ins.staying.reach_ceiling(steady(0.4, n_periods=3)).attrs["caveats"])


@pytest.mark.parametrize(
    ("left", "alpha", "beta", "value"),
    [
        ([131, 126, 90, 60, 42, 34, 26], 0.668088388, 3.806095205, -1611.158147),
        ([369, 163, 86, 56, 37, 27, 21], 0.7040773, 1.18204301, -1680.2651884633),
    ],
)
def test_sbg_as_published(left, alpha, beta, value):
    """Fader and Hardie (2007): 1,000 high-end and 1,000 regular customers over seven years."""
    stayed = np.zeros(7)
    stayed[-1] = 1000 - sum(left)
    assert fit_sbg(left, stayed) == (
        pytest.approx(alpha, abs=1e-6),
        pytest.approx(beta, abs=1e-6),
        pytest.approx(value, abs=1e-6),
    )


def test_sbg_retention_rates_as_published():
    survival = sbg_survival(0.668088388, 3.806095205, range(13))
    assert survival[1:4] / survival[:3] == pytest.approx([0.850679, 0.877957, 0.896807], abs=1e-6)
    assert survival[12] == pytest.approx(0.377999, abs=1e-6)
    with pytest.raises(ins.InsightError, match="some who did each"):
        fit_sbg([0, 0], [0, 5])


def test_a_planted_curve_is_foretold_from_its_first_months():
    """People leave each month with a chance of their own, a beta of 1 and 3; eighteen cohorts."""
    rng = np.random.default_rng(0)
    hours = {}
    for i in range(4000):
        joined = int(rng.integers(0, 18))
        stay = int(rng.geometric(rng.beta(1, 3)))
        hours[f"p{i}"] = [730.5 * (joined + month) + 12 for month in range(min(stay, 24 - joined))]
    authors = ins.activity(log_of(hours), burn_in="0D", as_of="2026-01-01")
    found = ins.staying.project_retention(ins.retention(authors, kind="after"), ahead=6)
    seen = found[found["observed"].notna()]
    assert found.attrs["hold_out_error"] < 0.02
    assert (seen["fitted"] - seen["observed"]).abs().max() < 0.04
    truth = sbg_survival(1, 3, found["period"])
    assert (found["fitted"] - truth).abs().max() < 0.03
    assert found["foretold"].isna().sum() == len(seen) - found.attrs["held_out"]
    assert "points on average" in found.attrs["caveats"][-2]


def test_only_curves_that_never_rise_are_continued(crowd):
    authors = ins.activity(crowd, first=["channel"], burn_in="0D")
    for table in (ins.retention(authors), ins.retention(authors, kind="after", by="first_channel")):
        with pytest.raises(ins.InsightError, match="kind='after'"):
            ins.staying.project_retention(table)
    with pytest.raises(ins.InsightError, match="held_out=30"):
        ins.staying.project_retention(ins.retention(authors, kind="after"), held_out=30)
