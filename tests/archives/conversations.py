"""Conversations of a desk, the same in each layout: who said what, when, and in answer to what."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

DAY = pd.Timestamp("2025-03-03 09:14:22")
SAID = (
    "The kettle leaks at the lid", "My refund has not arrived", "The app closes when I log in",
    "Where is my order", "The cord is too short for my desk", "I was charged twice this month",
    "The filter broke after a week",
    "Please cancel my plan", "The lamp flickers all evening", "Nothing happens when I press start",
    "The manual is missing", "It smells of plastic",
)  # fmt: skip
ANSWERED = (
    "we are looking into it", "a colleague has sent you a new one", "could you send us the number on the box",
    "it is on its way to you now",
)  # fmt: skip
WENT_ON = (
    "still nothing here",
    "yes, it is on the back of the box",
    "that did not help at all",
    "it works now",
)
CUSTOMERS = ("Mara Kowal", "Tom Berg", "Ida Moen", "Kim Wells", "Ola Nord", "Pia Roth", "Jon Dale")
AGENTS = ("Ada Lind", "Ben Cole", "Cyd Frey")


def mail(who):
    return f"{who.lower().replace(' ', '.')}@mail.example"


def staff(who):
    return f"{who.split()[0].lower()}@lumo.example"


@dataclass(frozen=True)
class Message:
    """The `k`th message of thread `t`, the `n`th of all."""

    t: int
    k: int
    n: int
    who: str
    text: str
    moment: pd.Timestamp

    @property
    def brand(self):
        return bool(self.k % 2)

    @property
    def side(self):
        return "brand" if self.brand else "customer"

    @property
    def mail(self):
        return staff(self.who) if self.brand else mail(self.who)

    @property
    def uid(self):
        return 9_000 + AGENTS.index(self.who) if self.brand else 500 + CUSTOMERS.index(self.who)

    @property
    def id(self):
        return 70_000 + self.n

    @property
    def is_private(self):
        """Whether it is for colleagues only, in layouts that have such messages."""
        return self.n % 5 == 4

    @property
    def seconds(self):
        return int(self.moment.timestamp())

    @property
    def ms(self):
        return 1_000 * self.seconds

    @property
    def iso(self):
        return self.at("%Y-%m-%dT%H:%M:%SZ")

    def at(self, pattern):
        return self.moment.strftime(pattern)


def _thread(t, before):
    who, agent, messages = CUSTOMERS[t * t % 7], AGENTS[t % 3], []
    for k in range(2 + t % 3):
        said = (
            f"{SAID[t % 12]} ({t})" if k == 0
            else f"Hello, {ANSWERED[(t + k) % 4]} ({t}.{k})" if k % 2 else f"{WENT_ON[(t + k) % 4]} ({t}.{k})"
        )  # fmt: skip
        moment = DAY + pd.Timedelta(hours=29 * t, minutes=47 * k)
        messages.append(Message(t, k, before + k, agent if k % 2 else who, said, moment))
    return messages


THREADS: list[list[Message]] = []
for number in range(14):
    THREADS.append(_thread(number, sum(map(len, THREADS))))
MESSAGES = [message for thread in THREADS for message in thread]


def opener(message):
    """The first message of its thread."""
    return THREADS[message.t][0]


def agent_of(message):
    return THREADS[message.t][1].who
