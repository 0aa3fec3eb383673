"""Crowds in which nothing changes, and the same with one change planted: what the claims are tried on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

import insight as ins

N_TOPICS = 12
START = pd.Timestamp("2025-01-01", tz="UTC")
N_DAYS = 181
SCENARIOS = ("plain", "1 to 50 messages", "growth", "twice as many", "threads", "cut period", "bursts")
PLANTED = 3
"""The topic, and the word, that doubles from June on (for `emerging`: in the last 28 days) where planted."""


@dataclass(frozen=True)
class Crowd:
    """An archive, the topic of each message, and what of it is a complaint."""

    mentions: pd.DataFrame
    topics: SimpleNamespace
    signals: pd.DataFrame


def crowd(scenario: str, seed: int, *, planted: float = 1.0, n_people: int = 300) -> Crowd:
    """Make one archive of a scenario; `planted` multiplies one topic's share from June on."""
    draw = np.random.default_rng([seed, SCENARIOS.index(scenario)])
    person, day, thread = (_threads if scenario == "threads" else _alone)(scenario, draw, n_people)
    order = np.argsort(day, kind="stable")
    person, day, thread = person[order], day[order], thread[order]
    topic = _topics(draw, person, thread, day, planted=planted, half=scenario == "threads")
    ids = [f"m{k:06d}" for k in range(len(day))]
    mentions = pd.DataFrame(
        {
            "mention_id": ids,
            "author_id": [f"p{k}" for k in person],
            "conversation_id": [f"t{k}" for k in thread],
            "created_at": START + pd.to_timedelta(day, unit="D"),
            "text": [f"word{chr(97 + t)} again" for t in topic],
            "brand": draw.choice(["acme", "rival"], len(day)),
            "platform": draw.choice(["x", "mail"], n_people)[person % n_people],
            "addressed": (draw.random(n_people) < 0.5)[person % n_people],
            "side": "customer",
            "time_precision": "s",
        }
    )
    table = pd.DataFrame({"topic": range(N_TOPICS), "name": [f"t{k}" for k in range(N_TOPICS)]})
    assigned = pd.DataFrame({"mention_id": ids, "topic": topic, "similarity": 1.0})
    complains = draw.random(len(day)) < 0.2
    signals = pd.DataFrame({"mention_id": np.array(ids)[complains], "signal": "complaint"})
    return Crowd(ins.as_mentions(mentions), SimpleNamespace(table=table, assignments=assigned), signals)


def _alone(scenario: str, draw: np.random.Generator, n_people: int) -> tuple[np.ndarray, ...]:
    """Draw who writes on which day; each message is a conversation of its own."""
    rate = np.full(n_people, 6.0)
    if scenario == "1 to 50 messages":
        rate = np.exp(draw.uniform(0, np.log(50), n_people))
    end = 3.99 + N_DAYS - 30 if scenario == "cut period" else N_DAYS
    weight = np.ones(N_DAYS)
    if scenario == "growth":
        weight = np.linspace(0.3, 2, N_DAYS)
    if scenario == "twice as many":
        weight[N_DAYS - 30 :] = 2
    if scenario == "bursts":
        weight = np.exp(log_walk(draw, N_DAYS, spread=0.7, echo=0.7))
    n = draw.poisson(rate * weight.mean())
    person = np.repeat(np.arange(n_people), n)
    day = draw.choice(N_DAYS, len(person), p=weight / weight.sum()) + draw.random(len(person))
    keep = day < end
    return person[keep], day[keep], np.arange(len(person))[keep]


def log_walk(draw: np.random.Generator, n: int, *, spread: float, echo: float) -> np.ndarray:
    """Draw a stationary AR(1) series."""
    steps = draw.normal(size=n) * spread * np.sqrt(1 - echo**2)
    steps[0] = draw.normal() * spread
    for place in range(1, n):
        steps[place] += echo * steps[place - 1]
    return steps


def _threads(scenario: str, draw: np.random.Generator, n_people: int) -> tuple[np.ndarray, ...]:
    """Take who wrote in which conversation when from a real log, or from skewed sizes where there is none."""
    folder = os.environ.get("INSIGHT_REAL_DATA")
    path = Path(folder or ".") / "logs" / "se_history_meta.csv.gz"
    if folder and path.exists():
        log = pd.read_csv(path, usecols=["author", "created_at", "thread"], dtype=str).dropna()
        moment = pd.to_datetime(log["created_at"], utc=True, format="ISO8601")
        log, moment = log.assign(moment=moment).sort_values("moment"), moment.sort_values()
        days = (moment - moment.iloc[0]) / pd.Timedelta("1D")
        day = days.to_numpy() / days.max() * (N_DAYS - 0.01)
        return pd.factorize(log["author"])[0], day, pd.factorize(log["thread"])[0]
    sizes = np.minimum(draw.pareto(1.2, 600) + 1, 80).astype(int)
    thread = np.repeat(np.arange(len(sizes)), sizes)
    day = np.repeat(draw.uniform(0, N_DAYS - 4, len(sizes)), sizes) + draw.exponential(1, len(thread))
    person = draw.choice(n_people, len(thread), p=_skewed(draw, n_people))
    return person, np.clip(day, 0, N_DAYS - 0.01), thread


def _skewed(draw: np.random.Generator, n: int) -> np.ndarray:
    weight = draw.pareto(1.5, n) + 0.2
    return weight / weight.sum()


def _topics(
    draw: np.random.Generator,
    person: np.ndarray,
    thread: np.ndarray,
    day: np.ndarray,
    *,
    planted: float,
    half: bool,
) -> np.ndarray:
    """Draw each message's topic from its person's own mix; `half` keep that of their conversation."""
    share = 1 / np.arange(1, N_TOPICS + 1)
    share /= share.sum()
    mix = draw.dirichlet(4 * share, int(person.max()) + 1)[person]
    mix[:, PLANTED] *= np.where(day >= N_DAYS - 30, planted, 1.0)
    mix /= mix.sum(axis=1, keepdims=True)
    own = (draw.random(len(day))[:, None] > np.cumsum(mix, axis=1)).sum(axis=1).clip(0, N_TOPICS - 1)
    if not half:
        return own
    kept = draw.choice(N_TOPICS, int(thread.max()) + 1, p=share)[thread]
    return np.where(draw.random(len(day)) < 0.5, kept, own)
