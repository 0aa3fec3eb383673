"""False claims where nothing changes, and power where one thing does: `python -m tests.benchmarks null`.

For each claim of the page and each scenario, the share of null archives (INSIGHT_NULL_ARCHIVES of them, 100
by default) with any false claim, its Monte-Carlo standard error, and in brackets the share of other archives
in which the change that was planted for it is found (`crowds`). INSIGHT_REAL_DATA names a folder whose logs
give the scenario "threads" its conversations; INSIGHT_NULL_CLAIMS picks claims ("rivals,storms"). Then the
coverage of the intervals of shares.
"""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

import insight as ins
from insight.incidents.baseline import expect
from insight.needs.scores import score_needs
from insight.stats import shares
from insight.stats.comparison import benjamini_hochberg
from insight.timeline import timeline
from insight.timeline.own_words import own_words
from insight.topics.compare_periods import compare_periods
from insight.topics.trends import topics_by, topics_over_time
from tests.benchmarks import crowds
from tests.benchmarks.crowds import SCENARIOS, Crowd, crowd

N = int(os.environ.get("INSIGHT_NULL_ARCHIVES", "100"))
N_PLANTED, N_COVER, LEVEL = max(N // 5, 5), 20 * N, 0.05


def what_changed(found: Crowd) -> Iterable[object]:
    changes = compare_periods(found.mentions, found.topics.assignments)
    return [] if changes is None else changes.clear["topic"]


def a_topics_period(found: Crowd) -> Iterable[object]:
    trend = topics_over_time(found.mentions, found.topics, n_words=0)
    return trend.loc[trend["p_adjusted"] <= LEVEL, "topic"]


def a_topics_new_level(found: Crowd) -> Iterable[object]:
    trend = topics_over_time(found.mentions, found.topics, n_words=0)
    return trend.loc[trend["change"], "topic"]


def topics_by_platform(found: Crowd) -> Iterable[object]:
    by = topics_by(found.mentions, found.topics, by="platform", n_words=0)
    return by.loc[by["p_adjusted"] <= LEVEL, "topic"]


def tagged_and_untagged(found: Crowd) -> Iterable[object]:
    streams = ins.compare_streams(found.mentions, found.signals, assignments=found.topics.assignments)
    return streams.loc[streams["significant"], "item"]


def emerging(found: Crowd) -> Iterable[object]:
    rising = ins.needs.emerging(found.mentions, found.topics.assignments)
    return rising.loc[rising["significant"], "item"]


def a_needs_trend(found: Crowd) -> Iterable[object]:
    """Take each topic for a need."""
    people = own_words(found.mentions)
    voiced = people.merge(found.topics.assignments.rename(columns={"topic": "need"}), on="mention_id")
    voiced = voiced.assign(signal="complaint", sentence=0, echo=False)
    scored = score_needs(people, voiced, voiced.head(0), minimum=10, random_state=0)
    return scored.loc[scored["trend"].isin(["rising", "falling"]), "need"]


def topics_without_the_brand(found: Crowd) -> Iterable[object]:
    here = ins.conversations.presence(found.mentions, found.topics.assignments)
    return here.loc[here["blank"], "topic"]


def a_slow_channel(found: Crowd) -> Iterable[object]:
    """Lay out the waits as `first_responses` does, which would take longer than all the rest."""
    line = found.mentions
    waits = line[(line["wait"] == line["mention_id"]) & line["addressed"].fillna(False)]
    hours, end = pd.Timedelta("1h"), line["created_at"].max()
    watched = (end - waits["created_at"]) / hours
    waited = ((waits["answered_at"] - waits["created_at"]) / hours).fillna(watched)
    answered = waits["answered_by"].notna()
    waits = waits.assign(wait_hours=waited, responded=answered, watched_hours=watched)
    rate = ins.response_rate(waits, by="channel")
    return rate.loc[rate["p_adjusted"] <= LEVEL, "group"]


def rivals(found: Crowd) -> Iterable[object]:
    moved = ins.rivals(found.mentions, found.signals)
    return moved.loc[moved["flagged"], "period"]


def spikes(found: Crowd) -> Iterable[object]:
    days = ins.spikes(found.mentions)
    return days.loc[days["flagged"], "day"]


def storms(found: Crowd) -> Iterable[object]:
    return ins.incidents.storms(found.mentions, found.signals)["start"].dt.tz_localize(None).dt.floor("D")


def outages(found: Crowd) -> Iterable[object]:
    return ins.incidents.outages(found.mentions)["start"].dt.tz_localize(None).dt.floor("D")


def slower_or_faster_people(found: Crowd) -> Iterable[object]:
    people = ins.staying.cadence(found.mentions).people
    return people.loc[people["state"] != "steady", "author_id"]


def drivers_of_leaving(found: Crowd) -> Iterable[object]:
    drivers = ins.staying.churn_drivers(found.mentions, found.signals, silence="45D", n_resamples=100)
    return drivers.loc[drivers["reading"].str.startswith("silence follows"), "driver"]


def _day(number: int) -> pd.Timestamp:
    return (crowds.START + pd.Timedelta(days=number)).tz_localize(None)


CLAIMS: dict[Callable[[Crowd], Iterable[object]], set[object]] = {
    what_changed: {crowds.LATE},
    a_topics_period: {crowds.LATE},
    a_topics_new_level: {crowds.LATE},
    topics_by_platform: {crowds.MAIL},
    tagged_and_untagged: {f"topic {crowds.SENT}"},
    emerging: {f"topic {crowds.LATE}"},
    a_needs_trend: {crowds.HALF},
    topics_without_the_brand: {crowds.BLANK},
    a_slow_channel: {crowds.SLOW_CHANNEL},
    rivals: {_day(crowds.CHANGED["cut period"]), _day(crowds.JUNE)},
    spikes: {_day(crowds.STORM_DAY)},
    storms: {_day(crowds.STORM_DAY)},
    outages: {_day(crowds.OUTAGE_DAY)},
    slower_or_faster_people: crowds.SLOWING,
    drivers_of_leaving: set(),
}
"""What each measure claims of an archive, and what of it is planted (of the drivers nothing is)."""


def rates(scenario: str) -> dict[str, str]:
    """Count null archives with any false claim, and planted ones in which the change is found."""
    false, true = Counter(), Counter()
    for seed in range(N + N_PLANTED):
        planted = seed >= N
        made = crowd(scenario, seed, planted=planted)
        made = replace(made, mentions=timeline(made.mentions))
        for claim, change in CHOSEN.items():
            found = set(claim(made))
            (true if planted else false)[claim] += bool(found & change) if planted else bool(found)
    return {
        claim.__name__.replace("_", " "): f"{false[claim] / N:.2f}±{_error(false[claim], N):.2f}"
        + (f" [{true[claim] / N_PLANTED:.2f}]" if change else "")
        for claim, change in CHOSEN.items()
    }


def spike_sizes(n: int) -> pd.DataFrame:
    """Count how often a day of so many people more is found, among ten a day, by how busy days bunch."""
    echoes = {
        "even days": (0.0, 0.0),
        "bursts": (0.7, 0.7),
        "long waves": (0.7, 0.9),
        "lone days": (0.8, 0.0),
    }
    sizes, rows = (0, 30, 60, 120, 240), {}
    for name, (spread, echo) in echoes.items():
        found = np.zeros(len(sizes))
        for seed in range(n):
            draw = np.random.default_rng(seed)
            rate = 10 * np.exp(crowds.log_walk(draw, crowds.N_DAYS, spread=spread, echo=echo))
            usual, week = draw.poisson(rate), np.arange(crowds.N_DAYS) % 7
            for place, size in enumerate(sizes):
                people = usual + size * (np.arange(crowds.N_DAYS) == crowds.STORM_DAY)
                days = expect(people, season=week, window=28, lean=True)
                sure = benjamini_hochberg(days.upper_tail(people)) <= LEVEL
                found[place] += sure[crowds.STORM_DAY] if size else sure.any()
        rows[name] = dict(zip(("none: any day", *(f"+{size}" for size in sizes[1:])), found / n, strict=True))
    return pd.DataFrame(rows).T.round(2)


def _error(k: int, n: int) -> float:
    rate = (k + 0.5) / (n + 1)
    return float(np.sqrt(rate * (1 - rate) / n))


def coverage(n: int) -> pd.DataFrame:
    """Count how often the interval of `shares` holds the truth: by people, activity and how they differ."""
    draw = np.random.default_rng(0)
    activity = {
        "one each": lambda size: np.ones(size, dtype=int),
        "1 to 50": lambda size: draw.integers(1, 51, size),
        "skewed": lambda size: np.minimum(50, np.ceil(draw.pareto(1.2, size) + 1e-3)).astype(int),
    }
    differ = {"50 %, as differs": (0.5, 0.5), "50 %, alike": (20, 20), "10 %": (0.3, 2.7), "5 %": (0.1, 1.9)}
    rows = {}
    for people in (10, 15, 20, 30, 100, 300):
        for name, messages in activity.items():
            row = {}
            for mix, (a, b) in differ.items():
                held = 0
                for _ in range(n):
                    trials = messages(people)
                    hits = draw.binomial(trials, draw.beta(a, b, people))
                    _, low, high = shares(hits, trials, by=np.arange(people)).first()
                    held += low <= a / (a + b) <= high
                row[mix] = held / n
            rows[f"{people} people, {name}"] = row
    return pd.DataFrame(rows).T.round(3)


if __name__ == "__main__":
    warnings.simplefilter("ignore", ins.InsightWarning)
    names = os.environ.get("INSIGHT_NULL_CLAIMS", "")
    CHOSEN = {claim: change for claim, change in CLAIMS.items() if claim.__name__ in names or not names}
    with pd.option_context("display.width", 200, "display.max_columns", 20, "display.max_rows", 50):
        print(f"{N} null archives a scenario: share with any false claim ± its standard error [power]")
        table = {}
        for scenario in SCENARIOS:
            table[scenario] = rates(scenario)
            print(f"\n{scenario}\n{pd.Series(table[scenario]).to_string()}", flush=True)
        print(f"\n| claim | {' | '.join(table)} |\n|{'---|' * (len(table) + 1)}")
        for claim, row in pd.DataFrame(table).iterrows():
            print(f"| {claim} | {' | '.join(row)} |")
        if spikes in CHOSEN:
            print(f"\nDays flagged in {N} series of ten people a day, by the size of the planted spike")
            print(spike_sizes(N).to_string())
        if not names:
            print(f"\nCoverage of the 95 % intervals of shares, {N_COVER} draws a cell")
            print(coverage(N_COVER))
