"""Crowds in which nothing changes, and others with one change for each claim of the page."""

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
CHANNELS = tuple("abcdef")

LATE, HALF, MAIL, SENT, BLANK = 3, 7, 5, 6, 1
"""The topics three times as common in June, in the second half, by mail and to the brand; the one that
the brand stays out of. So for the planted archives alone, as is all that follows."""
CHANGED = {"cut period": 120}
"""Day on which June's changes begin: in an archive that is cut on 4 June, those of May."""
JUNE = 151
SLOW_CHANNEL, STORM_DAY, OUTAGE_DAY = "b", 100, 140
SLOWING = {f"slow{number}" for number in range(8)}


@dataclass(frozen=True)
class Crowd:
    """An archive, the topic of each message, and what of it is a complaint."""

    mentions: pd.DataFrame
    topics: SimpleNamespace
    signals: pd.DataFrame


def crowd(scenario: str, seed: int, *, planted: bool = False, n_people: int = 300) -> Crowd:
    """Make one archive of a scenario, with every change planted or with none."""
    draw = np.random.default_rng([seed, SCENARIOS.index(scenario), planted])
    person, day, thread = (_threads if scenario == "threads" else _alone)(scenario, draw, n_people)
    if planted:
        person, day, thread = _more(draw, person, day, thread)
    order = np.argsort(day, kind="stable")
    order = order[day[order] < (JUNE + 3.99 if scenario == "cut period" else N_DAYS)]
    person, day, thread = person[order], day[order], thread[order]
    traits, half = _traits(draw, int(person.max()) + 1), scenario == "threads"
    late = day >= CHANGED.get(scenario, JUNE) if planted else None
    topic = _topics(draw, person, thread, day, traits=traits, late=late, half=half)
    rows = _messages(draw, person, day, thread, topic=topic, traits=traits, late=late, half=half)
    replies = _replies(draw, rows, traits["answered"].to_numpy()[person], planted=planted)
    mentions = pd.concat([rows, replies], ignore_index=True).drop(columns=["complains", "topic"])
    names = pd.DataFrame({"topic": range(N_TOPICS), "name": [f"t{k}" for k in range(N_TOPICS)]})
    assigned = rows[["mention_id", "topic"]].assign(similarity=1.0)
    signals = rows.loc[rows["complains"], ["mention_id"]].assign(signal="complaint")
    return Crowd(ins.as_mentions(mentions), SimpleNamespace(table=names, assignments=assigned), signals)


def _traits(draw: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw what stays with a person: where they write, whether to the brand, how often it answers them."""
    return pd.DataFrame(
        {
            "platform": draw.choice(["x", "mail"], n),
            "channel": draw.choice(CHANNELS, n),
            "addressed": draw.random(n) < 0.5,
            "answered": draw.beta(3, 3, n),
        }
    )


def _messages(
    draw: np.random.Generator,
    person: np.ndarray,
    day: np.ndarray,
    thread: np.ndarray,
    *,
    topic: np.ndarray,
    traits: pd.DataFrame,
    late: np.ndarray | None,
    half: bool,
) -> pd.DataFrame:
    """Write messages; `half` complain as their conversation does. `late` ones complain more of acme."""
    brand = draw.choice(["acme", "rival"], len(day))
    level = draw.random(int(thread.max()) + 1)[thread]
    level = np.where(draw.random(len(day)) < 0.5, level, draw.random(len(day))) if half else level
    complains, down = level < 0.2, draw.random(len(day)) < 0.05
    if late is not None:
        complains |= (late & (brand == "acme") & (level < 0.4)) | (np.floor(day) == STORM_DAY)
        down |= np.floor(day * 8) == OUTAGE_DAY * 8 + 4
    names = np.char.mod("p%d", np.arange(len(traits))).astype(object)
    if late is not None:  # they are the last that were added
        names[-len(SLOWING) :] = sorted(SLOWING)
    words = [f"word{chr(97 + t)} again, note {k}" for k, t in enumerate(topic)]
    return pd.DataFrame(
        {
            "mention_id": [f"m{k:06d}" for k in range(len(day))],
            "author_id": names[person],
            "conversation_id": [f"t{k}" for k in thread],
            "created_at": START + pd.to_timedelta(day, unit="D"),
            "text": np.where(down, np.char.add(words, " and it is down"), words),
            "brand": brand,
            "side": "customer",
            "time_precision": "s",
            "complains": complains,
            "topic": topic,
            **{name: traits[name].to_numpy()[person] for name in ("platform", "channel", "addressed")},
        }
    )


def _replies(
    draw: np.random.Generator, rows: pd.DataFrame, share: np.ndarray, *, planted: bool
) -> pd.DataFrame:
    """Let acme answer what is sent to it, some people more often than others."""
    if planted:
        share = share * np.where((rows["channel"] == SLOW_CHANNEL) | (rows["topic"] == BLANK), 0.4, 1.0)
    sent = (rows["brand"] == "acme") & rows["addressed"]
    asked = rows[(sent & (draw.random(len(rows)) < share)).to_numpy()]
    wait = pd.to_timedelta(np.minimum(draw.lognormal(1, 1, len(asked)), 23), unit="h")
    answers = asked.assign(
        mention_id=asked["mention_id"] + "a", reply_to_id=asked["mention_id"], author_id="acme", side="brand",
        created_at=asked["created_at"] + wait, text="Look at " + asked["mention_id"], addressed=False,
    )  # fmt: skip
    return answers[answers["created_at"] <= rows["created_at"].max()]


def _more(
    draw: np.random.Generator, person: np.ndarray, day: np.ndarray, thread: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Add a day of thirty people more, an outage of twelve, and some who write ever less often."""
    storm, outage = STORM_DAY + draw.random(30), OUTAGE_DAY + 0.5 + draw.random(12) / 8
    paces = [np.r_[np.arange(0, 90, 4.5), np.arange(90, N_DAYS, 15)] + draw.random() for _ in SLOWING]
    days = np.r_[storm, outage, np.concatenate(paces)]
    once = len(storm) + len(outage)
    new = np.r_[np.arange(once), once + np.repeat(np.arange(len(SLOWING)), len(paces[0]))]
    places = int(thread.max()) + 1 + np.arange(len(days))
    return np.r_[person, int(person.max()) + 1 + new], np.r_[day, days], np.r_[thread, places]


def _alone(scenario: str, draw: np.random.Generator, n_people: int) -> tuple[np.ndarray, ...]:
    """Draw who writes on which day; each message is a conversation of its own."""
    rate = np.full(n_people, 6.0)
    if scenario == "1 to 50 messages":
        rate = np.exp(draw.uniform(0, np.log(50), n_people))
    weight = np.ones(N_DAYS)
    if scenario == "growth":
        weight = np.linspace(0.3, 2, N_DAYS)
    if scenario == "twice as many":
        weight[JUNE:] = 2
    if scenario == "bursts":
        weight = np.exp(log_walk(draw, N_DAYS, spread=0.7, echo=0.7))
    n = draw.poisson(rate * weight.mean())
    person = np.repeat(np.arange(n_people), n)
    day = draw.choice(N_DAYS, len(person), p=weight / weight.sum()) + draw.random(len(person))
    return person, day, np.arange(len(person))


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
    traits: pd.DataFrame,
    late: np.ndarray | None,
    half: bool,
) -> np.ndarray:
    """Draw each message's topic from its person's own mix; `half` keep that of their conversation."""
    share = 1 / np.arange(1, N_TOPICS + 1)
    share /= share.sum()
    mix = draw.dirichlet(4 * share, int(person.max()) + 1)[person]
    if late is not None:
        mail, sent = (traits["platform"] == "mail").to_numpy(), traits["addressed"].to_numpy()
        mix[:, LATE] *= np.where(late, 3.0, 1.0)
        mix[:, HALF] *= np.where(day >= N_DAYS / 2, 3.0, 1.0)
        mix[:, MAIL] *= np.where(mail[person], 3.0, 1.0)
        mix[:, SENT] *= np.where(sent[person], 3.0, 1.0)
        mix /= mix.sum(axis=1, keepdims=True)
    own = (draw.random(len(day))[:, None] > np.cumsum(mix, axis=1)).sum(axis=1).clip(0, N_TOPICS - 1)
    if not half:
        return own
    kept = draw.choice(N_TOPICS, int(thread.max()) + 1, p=share)[thread]
    return np.where(draw.random(len(day)) < 0.5, kept, own)
