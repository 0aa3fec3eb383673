from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from insight.mentions import InsightError, as_mentions
from insight.staying import at_risk, cadence, churn_drivers, exit_words, silence, tenure

pytestmark = pytest.mark.slow

START = pd.Timestamp("2022-01-01", tz="UTC")


@dataclass(frozen=True)
class Topics:
    """The two tables of `fit_topics` that churn reads."""

    table: pd.DataFrame
    assignments: pd.DataFrame


def mentions_of(days, **columns):
    """Make mentions of {author: days since the start}."""
    rows = [(f"{who}:{i}", who, day) for who, times in days.items() for i, day in enumerate(times)]
    table = pd.DataFrame(rows, columns=["mention_id", "author_id", "day"])
    created = START + pd.to_timedelta(table.pop("day"), unit="D")
    return as_mentions(table.assign(created_at=created, **columns))


def log(folder, name):
    """Read a log of a real community as mentions; who is deleted stays without a name."""
    table = pd.read_csv(folder / "logs" / f"{name}.csv.gz", dtype=str)
    created = pd.to_datetime(table["created_at"], utc=True, format="ISO8601").dt.as_unit("us")
    columns = {"mention_id": table["id"], "author_id": table["author"], "created_at": created}
    return as_mentions(pd.DataFrame(columns))


def careers(*, n=400, hazard=0.01, pace=4.0, length=900, seed=0):
    """People arrive evenly, write every `pace` days on average and leave with a constant daily `hazard`."""
    draw = np.random.default_rng(seed)
    days = {}
    for i in range(n):
        arrives = draw.uniform(0, length)
        leaves = arrives + draw.exponential(1 / hazard)
        times = np.append(0, draw.exponential(pace, 400).cumsum()) + arrives
        days[f"p{i}"] = times[(times <= leaves) & (times < length)]
    days["last"] = [0.0, float(length)]
    return days


# --- silence


def test_silence_by_hand():
    """Ten people pause 20 days, then stop; ten write once: after 10 days of silence a third comes back."""
    days = {f"a{i}": [0, 20] for i in range(10)} | {f"b{i}": [0] for i in range(10)} | {"end": [200]}
    judged = silence(mentions_of(days), horizon="30D", thresholds=["10D", "50D"]).set_index(
        ["weighting", "silence_days"]
    )
    row = judged.loc[("episode", 10.0)]
    assert row[["n_episodes", "n_authors", "n_watched", "n_returned"]].tolist() == [30, 20, 30, 10]
    assert row["share"] == pytest.approx(1 / 3)
    assert judged.loc[("author", 10.0), "share"] == pytest.approx(10 * 0.5 / 20)
    assert judged.loc[("episode", 50.0), "share"] == 0
    assert judged.loc[("episode", 20.0), "suggested"]


def test_the_suggested_silence_keeps_its_promise_in_other_people():
    table = mentions_of(careers(n=500, hazard=0.004, pace=12.0))
    days = silence(table, horizon="180D", thresholds=["30D"], n_resamples=50).attrs["suggested"]["episode"]
    other = mentions_of(careers(n=500, hazard=0.004, pace=12.0, seed=1))
    judged = silence(other, horizon="180D", thresholds=[f"{days:.0f}D", f"{days - 15:.0f}D"], n_resamples=200)
    rows = judged[judged["weighting"] == "episode"].set_index("silence_days")
    assert rows.loc[days, "low"] < 0.1
    assert rows.loc[days - 15, "low"] > 0.1


def test_no_one_watched_long_enough_is_missing_not_zero():
    days = {f"a{i}": [0, 1, 2] for i in range(20)}
    judged = silence(mentions_of(days), horizon="365D", thresholds=["30D"])
    assert judged["share"].isna().all()
    assert judged["n_watched"].tolist() == [0, 0]
    assert len(judged.attrs["caveats"]) == 2


def test_brand_bots_and_deleted_fall_out_of_every_silence():
    people = mentions_of(careers(n=60))
    staff = mentions_of({"acme": range(0, 900, 90)}, side="brand")
    bots = mentions_of({"bot": range(0, 900, 90)}).assign(automated=True)
    ghosts = mentions_of({"ghost": range(0, 900, 90)}).assign(author_id=None)
    together = as_mentions(pd.concat([people.assign(automated=False), staff, bots, ghosts]))
    alone, mixed = (silence(table, horizon="90D", n_resamples=20) for table in (people, together))
    pd.testing.assert_frame_equal(alone, mixed)
    assert mixed.attrs["excluded"]["n_messages_of_deleted"] == 10


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "horizon", "shares", "by_author"),
    [
        ("se_history_meta", "365D", (0.48, 0.30, 0.19), 0.21),
        ("gh_tls_esni", "365D", (0.58, 0.45, 0.28), None),
        ("gitlog_seaborn", "365D", (0.29, 0.16, 0.08), None),
        ("gitlog_augur", "365D", (0.47, 0.22, 0.06), None),
        ("slack_racket_2017_2019", "180D", (0.41, 0.19, 0.07), None),
    ],
)
def test_silences_of_five_communities_as_measured(real_data, name, horizon, shares, by_author):
    judged = silence(
        log(real_data, name), horizon=horizon, thresholds=["30D", "90D", "180D"], n_resamples=100
    )
    episodes = judged[(judged["weighting"] == "episode") & ~judged["suggested"]]
    assert (episodes["n_returned"] / episodes["n_watched"]).round(2).tolist() == list(shares)
    if by_author:
        authors = judged[(judged["weighting"] == "author") & (judged["silence_days"] == 30)]
        assert authors["share"].round(2).tolist() == [by_author]
    suggested = judged[judged["suggested"]]
    assert len(suggested) == 2
    assert (suggested["share"] <= 0.1).all()


# --- tenure


def test_the_last_silence_only_decides_who_has_left():
    """As of day 100 with 30 days of silence: Ann left on day 10, Ben is still here, Cleo came too late."""
    days = {"ann": [0, 10], "ben": [0, 40, 90], "cleo": [80, 100], "dan": [5]}
    stays = tenure(mentions_of(days), silence="30D", burn_in="0D", min_people=1)
    assert stays.curve[["tenure_days", "n_at_risk", "n_left"]].to_numpy().tolist() == [[0, 3, 1], [10, 2, 1]]
    summary = stays.summary.iloc[0]
    assert summary[["n", "n_left", "n_once"]].tolist() == [3, 2, 1]
    assert summary["once"] == pytest.approx(1 / 3)
    assert stays.attrs["excluded"]["n_first_seen_too_late"] == 1
    assert stays.attrs["until_days"] == 70


def test_counting_the_still_active_as_gone_would_take_a_third_off_their_stay():
    days = careers(n=600, hazard=0.003, pace=4.0)
    stays = tenure(mentions_of(days), silence="45D", burn_in="0D", until="600D")
    truth = (1 - np.exp(-0.003 * 600)) / 0.003
    summary = stays.summary.iloc[0]
    assert summary["mean_low"] < truth < summary["mean_high"]
    naive = np.mean([times[-1] - times[0] for times in days.values()])
    assert naive < 0.7 / 0.003


def test_a_planted_hazard_is_recovered_by_the_curve():
    stays = tenure(mentions_of(careers(n=800, hazard=0.01)), silence="60D", burn_in="0D").curve
    for days in (60, 120, 240):
        row = stays[stays["tenure_days"] <= days].iloc[-1]
        assert row["low"] - 0.02 < np.exp(-0.01 * days) < row["high"] + 0.02


def test_groups_differ_by_days_of_stay():
    quick, slow = careers(n=200, hazard=0.02), careers(n=300, hazard=0.005, seed=1)
    table = as_mentions(
        pd.concat(
            [
                mentions_of(quick, channel="quick"),
                mentions_of({f"s{who}": days for who, days in slow.items()}, channel="slow").assign(
                    mention_id=lambda t: "s" + t["mention_id"]
                ),
            ]
        )
    )
    stays = tenure(table, silence="60D", by="channel", burn_in="0D", until="300D")
    row = stays.difference.iloc[0]
    truth = (1 - np.exp(-0.02 * 300)) / 0.02 - (1 - np.exp(-0.005 * 300)) / 0.005
    assert (row["group"], row["versus"]) == ("quick", "slow")
    assert row["low"] < truth < row["high"] < 0
    assert row["log_rank_p"] < 1e-6


def test_a_join_date_lets_old_hands_enter_late():
    """Members join for 900 days; the archive sees only the last 400. Without dates, stays start too late."""
    days = careers(n=1500, hazard=0.004, pace=3.0)
    joined = {who: START + pd.Timedelta(days=float(times[0])) for who, times in days.items()}
    seen = mentions_of({who: [day for day in times if day >= 500] for who, times in days.items()})
    seen = seen[seen["author_id"] != "last"]
    dated = seen.assign(joined=seen["author_id"].map(joined))
    stays = tenure(dated, silence="40D", joined="joined").curve
    for day in (100, 300, 600):
        row = stays[stays["tenure_days"] <= day].iloc[-1]
        assert row["low"] - 0.03 < np.exp(-0.004 * day) < row["high"] + 0.03
    ignoring = tenure(seen, silence="40D", burn_in="0D").summary["once"].iloc[0]
    assert ignoring != stays["staying"].iloc[0]


def test_a_join_date_before_everything_seen_changes_nothing():
    days = careers(n=100)
    table = mentions_of(days)
    first = table.groupby("author_id")["created_at"].transform("min")
    plain = tenure(table, burn_in="0D").summary
    dated = tenure(table.assign(joined=first), joined="joined").summary
    pd.testing.assert_frame_equal(plain, dated)


def test_no_one_to_follow_is_an_error():
    with pytest.raises(InsightError, match="Shorten"):
        tenure(mentions_of({"ann": [0, 5]}), silence="90D")
    with pytest.raises(InsightError, match="lack the columns"):
        tenure(mentions_of({"ann": [0, 5]}), by="planet")


def test_no_one_left_yet_is_no_difference():
    table = mentions_of({who: [0, 50, 100] for who in ("a1", "a2", "b1")})
    table = table.assign(channel=table["author_id"].str[0])
    stays = tenure(table, silence="30D", by="channel", burn_in="0D", min_people=1)
    assert stays.difference["difference_days"].tolist() == [0]
    assert stays.difference["log_rank_p"].isna().all()
    assert np.isinf(stays.summary["median_days"]).all()


def test_a_brand_alone_has_no_silences():
    judged = silence(mentions_of({"acme": [0, 5]}, side="brand"))
    assert judged["n_episodes"].sum() == 0
    assert judged["share"].isna().all()


# --- cadence


def test_a_weekly_call_that_became_monthly_is_found_and_steady_ones_are_not():
    draw = np.random.default_rng(0)
    days = {f"steady{i}": draw.uniform(3, 11, 60).cumsum() for i in range(300)}
    days |= {
        f"slow{i}": np.append(draw.uniform(3, 11, 40), draw.uniform(20, 40, 5)).cumsum() for i in range(30)
    }
    days |= {
        f"fast{i}": np.append(draw.uniform(20, 40, 20), draw.uniform(2, 5, 5)).cumsum() for i in range(30)
    }
    pace = cadence(mentions_of(days))
    people = pace.people.set_index("author_id")["state"]
    assert (people.filter(like="slow") == "slowing").mean() > 0.9
    assert (people.filter(like="fast") == "quickening").mean() > 0.9
    assert (people.filter(like="steady") == "steady").mean() > 0.97
    assert pace.counts["n"].sum() == 360


def test_steady_people_alone_are_almost_never_flagged():
    """Wilcoxon's p of people whose pauses are exchangeable is not too small too often."""
    draw = np.random.default_rng(1)
    people = cadence(mentions_of({f"p{i}": draw.lognormal(1.5, 1, 40).cumsum() for i in range(800)})).people
    assert (people["p_value"] < 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert (people["state"] != "steady").mean() < 0.01


def test_a_burst_on_one_day_is_no_change_of_pace():
    calm = [7.0 * i for i in range(30)]
    burst = sorted(calm + [calm[-1] + minute / 1440 for minute in range(1, 200)])
    people = cadence(mentions_of({"calm": calm, "burst": burst})).people.set_index("author_id")
    assert (people["n_gaps"] == 29).all()
    assert (people["state"] == "steady").all()


def test_rank_sums_agree_with_scipy():
    from scipy.stats import mannwhitneyu

    draw = np.random.default_rng(2)
    gaps = draw.integers(1, 9, 30)
    p = cadence(mentions_of({"ann": np.append(0, gaps.cumsum())})).people["p_value"].iloc[0]
    expected = mannwhitneyu(gaps[-5:], gaps[:-5], method="asymptotic").pvalue
    assert p >= expected - 1e-9, "the greater of that and of the test that allows for echoes"
    assert p == pytest.approx(expected, abs=0.1)


# --- at risk


def test_the_ranking_must_prove_itself_on_a_later_period():
    risk = at_risk(mentions_of(careers(n=900, hazard=0.005, pace=8.0)))
    rows = risk.evaluation.set_index("measure")
    assert "beats the base rate" in risk.verdict
    assert rows.loc["AUC, activity", "low"] > 0.6
    gap = (risk.calibration["predicted"] - risk.calibration["observed"]).abs()
    assert (gap < 0.2).all()
    assert risk.authors["probability"].is_monotonic_decreasing
    assert (risk.authors["silent_days"] <= 180).all()


def test_it_says_when_it_does_not_beat_the_base_rate():
    """Everybody writes every 60 days with a probability of one half, whatever came before."""
    draw = np.random.default_rng(0)
    days = {f"p{i}": np.flatnonzero(draw.random(15) < 0.5) * 60.0 + 1 for i in range(150)}
    days = {who: times for who, times in days.items() if len(times)} | {"end": [900.0]}
    risk = at_risk(mentions_of(days), horizon="60D", lately="900D")
    assert "no better than the base rate" in risk.verdict
    assert not risk.evaluation.set_index("measure").loc["Brier gain over the base rate", "low"] > 0


def test_the_future_is_not_known_to_the_test_model():
    """Whatever happens after the test moment, its predictions are the same."""
    days = careers(n=600, hazard=0.005, pace=8.0)
    table = mentions_of(days)
    cut = START + pd.Timedelta(days=810)
    later = table["created_at"] > cut
    hidden = later & table["author_id"].str[-1].isin(["1", "3", "5"])
    moved = table.assign(author_id=table["author_id"].where(~hidden, "other"))
    first, second = at_risk(table), at_risk(as_mentions(moved))
    assert first.calibration["predicted"].tolist() == pytest.approx(second.calibration["predicted"].tolist())
    assert first.calibration["observed"].tolist() != second.calibration["observed"].tolist()


def test_too_little_to_learn_from_is_said():
    with pytest.raises(InsightError, match="too little to learn from"):
        at_risk(mentions_of({f"p{i}": [i, 100 + i] for i in range(20)}))


# --- words and drivers


def test_exit_words_by_hand():
    """Ann says it twice and goes; Ben says it and stays; Cleo's is too young to judge; a bot's is none."""
    days = {"ann": [0, 1], "ben": [0, 30], "cleo": [180], "end": [200], "bot": [3]}
    table = mentions_of(days)
    table = table.assign(automated=table["author_id"] == "bot")
    said = ["ann:0", "ann:1", "ben:0", "cleo:0", "bot:0"]
    signals = pd.DataFrame(
        {"mention_id": said, "signal": "leaving", "probability": [0.5, 0.9, 0.8, 0.7, 1.0]}
    )
    signals.loc[len(signals)] = ["ben:1", "praise", 1.0]
    topics = Topics(
        pd.DataFrame({"topic": [0, 1], "name": ["price", "leaks"]}),
        pd.DataFrame({"mention_id": said[:4], "topic": [0, 0, 0, 1]}),
    )
    words = exit_words(table, signals, topics=topics, min_people=1)
    assert words["name"].tolist() == ["price", "leaks"]
    price, leaks = words.to_dict("records")
    assert (price["n_statements"], price["n_people"], price["n_judged"], price["n_gone"]) == (3, 2, 2, 1)
    assert (leaks["n_people"], leaks["n_judged"]) == (1, 0)
    assert np.isnan(leaks["gone"])
    assert price["share"] == pytest.approx(2 / 3)
    assert price["quotes"] == ["ann:1", "ben:0"]


def test_no_one_leaving_is_an_empty_table():
    table = mentions_of({"ann": [0, 1]})
    words = exit_words(table, pd.DataFrame({"mention_id": [], "signal": [], "probability": []}))
    assert len(words) == 0
    assert words.attrs["n_people"] == 0


def planted_drivers(seed=0, *, come_and_go=True):
    """Complaints raise the odds to leave, thanks do nothing, visitors who come and go ask questions."""
    draw = np.random.default_rng(seed)
    days, signals = {}, []
    for i in range(500):
        day, times, rare = draw.uniform(0, 300), [], come_and_go and i % 4 == 0
        for visit in range(25):
            times.append(day)
            unhappy = draw.random() < 0.2
            if unhappy:
                signals.append((f"p{i}:{visit}", "complaint"))
            if draw.random() < 0.2:
                signals.append((f"p{i}:{visit}", "thanks"))
            if rare and draw.random() < 0.5:
                signals.append((f"p{i}:{visit}", "question"))
            if draw.random() < (0.3 if unhappy else 0.1):
                break
            day += draw.uniform(40, 160) if rare else draw.uniform(8, 30)
        days[f"p{i}"] = times
    days["end"] = [2000.0]
    return mentions_of(days), pd.DataFrame(signals, columns=["mention_id", "signal"])


def test_planted_drivers_are_separated_from_bystanders():
    found = churn_drivers(*planted_drivers(1)).set_index("driver")
    assert found.loc["complaint", "reading"] == "silence follows more often"
    assert found.loc["thanks", "reading"] == "no difference shown"
    assert found.loc["question", "reading"] == "goes with silence before it too"


def test_a_planted_odds_ratio_is_recovered():
    """In ten worlds the 95 % interval holds it at least eight times."""
    truth, hits = (0.3 / 0.7) / (0.1 / 0.9), 0
    for seed in range(10):
        found = churn_drivers(*planted_drivers(seed, come_and_go=False), n_resamples=200).set_index("driver")
        hits += found.loc["complaint", "low"] < truth < found.loc["complaint", "high"]
        assert found.loc["complaint", "high"] < 2 * found.loc["complaint", "low"]
    assert hits >= 8


def test_drivers_without_effect_are_seldom_named():
    """Signals thrown at random: ten worlds, three signals each."""
    named = 0
    for seed in range(10):
        draw = np.random.default_rng(seed)
        table, _ = planted_drivers(seed)
        some = table["mention_id"].sample(frac=0.3, random_state=seed)
        signals = pd.DataFrame(
            {"mention_id": some, "signal": draw.choice(["wish", "praise", "advice"], len(some))}
        )
        found = churn_drivers(table, signals, n_resamples=100, random_state=seed)
        named += (found["reading"] != "no difference shown").sum()
    assert named <= 2


def test_few_people_are_listed_but_not_judged():
    table, signals = planted_drivers()
    rare = pd.DataFrame({"mention_id": signals["mention_id"].head(5), "signal": "switching"})
    row = churn_drivers(table, rare).set_index("driver").loc["switching"]
    assert row["reading"] == "cannot be judged"
    assert np.isnan(row["odds_ratio"])


def test_an_unanswered_question_before_silence_is_a_driver():
    """Everyone asks monthly; unanswered visits end a career three times in ten, answered ones once in ten."""
    draw = np.random.default_rng(0)
    rows = []
    for i in range(400):
        day = draw.uniform(0, 300)
        for visit in range(15):
            rows.append((f"{i}:{visit}", None, f"p{i}", day))
            answered = draw.random() < 0.5
            if answered:
                rows.append((f"a{i}:{visit}", f"{i}:{visit}", f"helper{draw.integers(3)}", day + 1))
            if draw.random() < (0.1 if answered else 0.3):
                break
            day += draw.uniform(20, 40)
    table = pd.DataFrame(rows, columns=["mention_id", "reply_to_id", "author_id", "day"])
    table["created_at"] = START + pd.to_timedelta(table.pop("day"), unit="D")
    none = pd.DataFrame({"mention_id": ["0:0"], "signal": ["wish"]})
    row = churn_drivers(as_mentions(table), none).set_index("driver").loc["unanswered"]
    assert row["reading"] == "silence follows more often"
    assert row["low"] < (0.3 / 0.7) / (0.1 / 0.9) < row["high"]


def test_thanks_for_an_answer_do_not_make_it_look_harmful():
    """Answers do nothing but draw a thanks; who asks twice a visit stays longer than who asks once."""
    draw = np.random.default_rng(1)
    rows = []
    for i in range(900):
        day, asks = draw.uniform(0, 300), draw.integers(1, 3)
        stays = 0.95 if asks == 2 else 0.5
        for visit in range(15):
            for n in range(asks):
                name = f"{i}:{visit}:{n}"
                rows.append((name, None, f"p{i}", day + n / 10))
                if draw.random() < 0.5:
                    rows.append((f"a{name}", name, f"helper{draw.integers(3)}", day + n / 10 + 0.03))
                    rows.append((f"t{name}", f"a{name}", f"p{i}", day + n / 10 + 0.06))
            if draw.random() > stays:
                break
            day += draw.uniform(20, 40)
    table = pd.DataFrame(rows, columns=["mention_id", "reply_to_id", "author_id", "day"])
    table["created_at"] = START + pd.to_timedelta(table.pop("day"), unit="D")
    none = pd.DataFrame({"mention_id": ["0:0:0"], "signal": ["wish"]})
    row = churn_drivers(as_mentions(table), none).set_index("driver").loc["unanswered"]
    assert row["reading"] == "no difference shown"
    assert row["low"] < 1 < row["high"]
    assert row["high"] - row["low"] < 0.5


@pytest.mark.parametrize("measure", [silence, tenure, cadence, at_risk])
def test_rows_in_any_order_and_authors_of_any_name_give_the_same(measure):
    days = careers(n=300, hazard=0.005, pace=8.0)
    table = mentions_of(days)
    renamed = table.assign(author_id="z" + table["author_id"].str[::-1]).sample(frac=1, random_state=0)
    first, second = measure(table), measure(renamed)
    if measure is silence:
        pd.testing.assert_frame_equal(first, second)
        return
    for name in ("summary", "curve", "counts", "evaluation", "calibration"):
        if hasattr(first, name):
            pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_the_interval_holds_its_rate_where_the_archive_is_of_a_few_days():
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2026-02-16", tz="UTC")
    first = rng.uniform(0, 5, 2000)
    again = first + rng.exponential(0.6, 2000)
    rows = [(f"p{n}", start + pd.Timedelta(days=day)) for n, day in enumerate(first)]
    rows += [(f"p{n}", start + pd.Timedelta(days=day)) for n, day in enumerate(again) if day < 6]
    mentions = pd.DataFrame(rows, columns=["author_id", "created_at"]).assign(side="customer", platform="x")
    mentions = as_mentions(mentions.assign(mention_id=[f"x:{n}" for n in range(len(mentions))], text="x"))
    judged = silence(mentions, horizon="2D", thresholds=["1D"], n_resamples=200).dropna(subset="share")
    assert (judged["low"] <= judged["share"]).all()
    assert (judged["share"] <= judged["high"]).all()
