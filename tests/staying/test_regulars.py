"""Groups and states, and what retention leads to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import insight as ins

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


def test_after_and_brackets_agree_with_each_other(crowd):
    """'after' n is the bracket from n to the end; 'on' n is the bracket of one period."""
    authors = ins.activity(crowd, burn_in="0D")
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


def test_who_came_for_the_spike_is_a_group_of_their_own():
    """On two days eighty people come of whom none returns; of ten others a week, half do."""
    hours = {f"fan{i}": [24 * 100 + i / 4] for i in range(160)}
    for i in range(300):
        hours[f"usual{i}"] = [17 * i, *([17 * i + 24 * 35] if i % 2 else [])]
    spike = {"Oprah": ("2024-04-10", "2024-04-12")}
    authors = ins.activity(log_of(hours), events=spike, burn_in="0D")
    assert authors["joined_during"].value_counts()["Oprah"] == 162
    table = ins.retention(authors, kind="after", by="joined_during").query("cohort == 'all' and period == 1")
    rates = table.set_index("group")["share"]
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
