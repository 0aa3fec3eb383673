"""What is planted in the invented world: its calendar, its odds, its needs; nothing here is random."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

HOUR, DAY, WEEK = 3600, 86400, 604800
START = 1719792000  # 2024-07-01 00:00 UTC, a Monday
HELP, MAIN, DEALS, QUOTES = -1, -2, -3, -4
STREAMS = (
    "people", "careers", "threads", "answers", "reviews", "tickets", "escalations", "events", "broadcasts",
    "bots", "reposts", "text", "files", "circles", "circle_text",
)  # fmt: skip

REPLY_ODDS = 2.2  # odds of ever coming back, answered within a day v. not
PEER_RATE = {"x": 0.12, "reddit": 0.5}  # share of messages that another customer answers
PEER_WAIT = {"x": 5.0, "reddit": 3.0}  # median hours
HAZARD = ((1, 0.22), (4, 0.1), (12, 0.04))  # weekly hazard of leaving from that tenure week on
ESCALATE = {True: 0.06, False: 0.55}  # of ticket writers: answered within two days, or not
COPY_SHARE = 0.3  # of the brand's first answers to complaints on X, from COPY_FROM on
WAYS_IN = {"celebrity": 0.07, "contest": 0.045, "outage": 0.012, "rival": 0.02, "elder": 0.08}
NICHES = {"van_life": "pellwick", "tea_circle": "countertopcoffee", "office_round": "x"}  # and their spaces
NICHE_SHARE, ADVOCATE_SHARE = 0.0065, 0.01  # of all people: in each niche, and who tell others to buy
PEOPLE_PER_ANSWER = 200  # the brand's answers on X in a day are at most one per so many people of the archive
TICKET_SHARE, REVIEW_SHARE, REDDIT_SHARE, LOUD_SHARE = 0.09, 0.14, 0.28, 0.008


@functools.cache
def world() -> dict[str, Any]:
    """Load the planted tables of words/world.toml."""
    text = resources.files(__package__).joinpath("words/world.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def topics() -> dict[str, dict[str, Any]]:
    """Every topic with its weights; `need`, `other`, `event` and `circle` say which kind it is."""
    return {
        name: {**table, "group": group, "latent": table.get("latent", False)}
        for group in ("need", "other", "event", "circle")
        for name, table in world()[group].items()
    }


@dataclass(frozen=True)
class Plan:
    """The size and calendar of one archive; times are epoch seconds, windows are (start, end)."""

    n_people: int
    n_months: int
    random_state: int
    effects: bool

    @property
    def end(self) -> int:
        """First second after the archive."""
        year, month = divmod(2024 * 12 + 6 + self.n_months, 12)
        return int(np.datetime64(f"{year:04d}-{month + 1:02d}-01", "s").astype(np.int64))

    @property
    def n_weeks(self) -> int:
        """Whole weeks of the archive."""
        return (self.end - START) // WEEK

    def window(self, share: float, *, hour: float, hours: float) -> tuple[int, int]:
        """Place a window that starts on the day at this share of the whole span."""
        days = int(share * (self.end - START) / DAY)
        start = START + days * DAY + round(hour * HOUR)
        return start, min(start + int(hours * HOUR), self.end)

    @property
    def windows(self) -> dict[str, tuple[int, int]]:
        """Planted events by name; none in the null archive."""
        if not self.effects:
            return {}
        return {
            "misuse": self.window(0.24, hour=11, hours=72),
            "rival": self.window(0.36, hour=6, hours=11 * 24),
            "celebrity": self.window(0.47, hour=19, hours=72),
            "contest": self.window(0.63, hour=8, hours=21 * 24),
            "copies": self.window(0.72, hour=0, hours=24 * 24 * 31),
            "outage": self.window(0.81, hour=5 + 40 / 60, hours=31.5),
        }

    @property
    def daily_limit(self) -> int | None:
        """Most answers of the brand on X in a day, beyond which only newcomers' first messages get one."""
        return max(1, self.n_people // PEOPLE_PER_ANSWER) if self.effects else None

    def rng(self, stream: str) -> np.random.Generator:
        """Make an independent generator for each part of the work, so that one part never shifts another."""
        return np.random.default_rng([self.random_state, STREAMS.index(stream)])

    def answer_rate(self, channel: str, intent: str) -> float:
        """Return the planted share of messages that the brand answers."""
        if not self.effects:
            return float(world()["answer_rate"]["null"])
        return min(0.97, world()["answer_rate"][intent] * world()["channel"][channel]["rate"])

    def answer_median(self, channel: str, intent: str) -> float:
        """Return the median hours until the brand answers, among those it answers."""
        if not self.effects:
            return float(world()["answer_wait"]["null"])
        return float(world()["answer_wait"][intent] * world()["channel"][channel]["wait"])

    def stay(self, intent: str, way_in: str, answered: bool) -> float:
        """Return the chance that a newcomer ever comes back after the first week."""
        table = world()["stay"]
        if not self.effects:
            logit = table["null"]
        else:
            logit = table[intent] + world()["stay_shift"].get(way_in, 0.0) + np.log(REPLY_ODDS) * answered
        return float(1 / (1 + np.exp(-logit)))


def hazard(week: int) -> float:
    """Weekly chance of leaving in a tenure week, from week 1 on."""
    return next(rate for since, rate in reversed(HAZARD) if week >= since)


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `joined` is the first message, `n_weeks` the planted weeks of activity."""

    index: int
    platform: str
    way_in: str
    lang: str
    voice: int
    issue: str
    joined: int
    name: str
    loud: bool = False
    n_weeks: int = 1
    answered: bool | None = None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One message before it is put into words; `parent` and `root` are keys of other messages."""

    key: int
    person: int
    platform: str
    space: str
    created: int
    topic: str
    intent: str
    role: str
    lang: str
    parent: int | None = None
    root: int | None = None
    addressed: bool = True
    note: str = ""
