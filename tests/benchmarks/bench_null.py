"""False claims where nothing changes, and power where one thing does: `python -m tests.benchmarks null`.

For each claim of the page and each scenario, the share of null archives (INSIGHT_NULL_ARCHIVES of them, 100
by default) with any false claim, its Monte-Carlo standard error, and in brackets the share of archives in
which the planted change (a topic that doubles in the last month) is found. INSIGHT_REAL_DATA names a folder
whose logs give the scenario "threads" its conversations. Then the coverage of the intervals of shares.
"""

import os
import warnings
from collections import defaultdict

import numpy as np
import pandas as pd

import insight as ins
from insight.incidents.outages import outages
from insight.stats import shares
from insight.topics.compare_periods import compare_periods
from insight.topics.trends import topics_by, topics_over_time
from tests.benchmarks.crowds import PLANTED, SCENARIOS, Crowd, crowd

N = int(os.environ.get("INSIGHT_NULL_ARCHIVES", "100"))
N_COVER = 20 * N
NAME = f"t{PLANTED}"


def claims(found: Crowd) -> dict[str, set[object]]:
    """What each measure claims; for measures of topics, which."""
    mentions, topics = found.mentions, found.topics
    changes = compare_periods(mentions, topics.assignments)
    trend = topics_over_time(mentions, topics, n_words=0)
    by = topics_by(mentions, topics, by="platform", n_words=0)
    names = topics.table.set_index("topic")["name"]
    streams = ins.compare_streams(mentions, found.signals, assignments=topics.assignments, names=names)
    rising = ins.needs.emerging(mentions, topics.assignments, names=names)
    days = ins.spikes(mentions)
    moved = ins.rivals(mentions, found.signals)
    paces = ins.staying.cadence(mentions).people
    down = outages(mentions.assign(text=np.where(np.arange(len(mentions)) % 20 == 0, "it is down", "hello")))
    return {
        "what changed": set() if changes is None else set(changes.clear["topic"]),
        "topics_over_time: a period": set(trend.loc[trend["p_adjusted"] <= 0.05, "topic"]),
        "topics_over_time: a new level": set(trend.loc[trend["change"], "topic"]),
        "topics_by": set(by.loc[by["p_adjusted"] <= 0.05, "topic"]),
        "compare_streams": set(streams.loc[streams["significant"], "item"]),
        "emerging": set(rising.loc[rising["significant"] & (rising["kind"] == "topic"), "item"]),
        "rivals": set(moved.loc[moved["flagged"], "period"]),
        "spikes": set(days.loc[days["flagged"], "day"]),
        "outages": set(down["outage"]),
        "cadence": set(paces.loc[paces["state"].isin(["slowing", "quickening"]), "author_id"]),
    }


def rates(scenario: str, n: int) -> pd.Series:
    """Count null archives with any false claim, and planted ones in which the change is found."""
    false, true, n_planted = defaultdict(int), defaultdict(int), max(n // 4, 5)
    for seed in range(n):
        for claim, found in claims(crowd(scenario, seed)).items():
            false[claim] += bool(found)
    for seed in range(n, n + n_planted):
        for claim, found in claims(crowd(scenario, seed, planted=2.0)).items():
            true[claim] += bool({PLANTED, NAME} & found)
    return pd.Series(
        {
            claim: f"{k / n:.2f}±{_error(k, n):.2f}"
            + (f" [{true[claim] / n_planted:.2f}]" if claim in TOPICAL else "")
            for claim, k in false.items()
        },
        name=scenario,
    )


TOPICAL = (
    "what changed",
    "topics_over_time: a period",
    "topics_over_time: a new level",
    "emerging",
)


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
    with pd.option_context("display.width", 200, "display.max_columns", 20, "display.max_rows", 50):
        print(f"{N} null archives a scenario: share with any false claim ± its standard error [power]")
        for scenario in SCENARIOS:
            print(f"\n{scenario}\n{rates(scenario, N).to_string()}", flush=True)
        print(f"\nCoverage of the 95 % intervals of shares, {N_COVER} draws a cell")
        print(coverage(N_COVER))
