"""A grammar of text: choices within choices, read from TOML and expanded by a seeded generator."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TypeAlias

import numpy as np

Node: TypeAlias = "str | Slot | Choice"
Sequence: TypeAlias = "tuple[Node, ...]"
Rules: TypeAlias = "dict[str, tuple[Sequence, ...]]"

_TOKEN = re.compile(r"[\[\]|]|\{[^}]+\}|[^\[\]|{}]+")


class Slot(str):
    """The name of a rule to expand here: `{name}`."""


class Choice(tuple[Sequence, ...]):
    """Alternatives written in place: `[one|another|]`."""


def parse(text: str) -> Sequence:
    """Read `a [b|c] {slot}` into nodes; brackets nest, an empty alternative leaves nothing."""
    tokens = _TOKEN.findall(text)
    alternatives, end = _alternatives(tokens, 0)
    if end != len(tokens) or len(alternatives) != 1:
        raise ValueError(f"unbalanced bracket or stray bar in the rule {text!r}")
    return alternatives[0]


def _alternatives(tokens: list[str], at: int) -> tuple[list[Sequence], int]:
    done: list[Sequence] = []
    nodes: list[Node] = []
    while at < len(tokens) and tokens[at] != "]":
        token = tokens[at]
        if token == "[":
            inner, at = _alternatives(tokens, at + 1)
            if at == len(tokens):
                raise ValueError(f"a bracket is never closed in the rule {''.join(tokens)!r}")
            nodes.append(Choice(inner))
        elif token == "|":
            done.append(tuple(nodes))
            nodes = []
        else:
            nodes.append(Slot(token[1:-1]) if token.startswith("{") else token)
        at += 1
    done.append(tuple(nodes))
    return done, at


@functools.cache
def load_rules(*names: str) -> Rules:
    """Rules of the named files: a top-level key is a shared rule, a table `[topic]` gives `topic.key`."""
    rules: Rules = {}
    for name in names:
        text = resources.files(__package__).joinpath("words", f"{name}.toml").read_text("utf-8")
        for key, value in tomllib.loads(text).items():
            table = {key: value} if isinstance(value, list) else {f"{key}.{k}": v for k, v in value.items()}
            rules.update({rule: tuple(parse(line) for line in lines) for rule, lines in table.items()})
    return rules


@dataclass(frozen=True)
class Draft:
    """One text in the making: its rules, its topic, its chance, and what is already settled in it.

    A rule named in `settled` is written out once and then kept in `facts`, so that a text does not contradict
    itself.
    """

    rules: Rules
    topic: str
    rng: np.random.Generator
    facts: dict[str, str]
    settled: frozenset[str] = frozenset()

    def say(self, name: str) -> str:
        """Write out one rule, looked up in the facts, then in the topic, then among the shared rules."""
        if name in self.facts:
            return self.facts[name]
        lines = self.rules.get(f"{self.topic}.{name}") or self.rules[name]
        text = self._write(lines[int(self.rng.random() * len(lines))])
        if name in self.settled:
            self.facts[name] = text
        return text

    def knows(self, name: str) -> bool:
        """Tell whether the topic or the shared rules have a rule of that name."""
        return f"{self.topic}.{name}" in self.rules or name in self.rules

    def one_of(self, *items: str) -> str:
        """Pick one of the items."""
        return items[int(self.rng.random() * len(items))]

    def _write(self, nodes: Sequence) -> str:
        parts = []
        for node in nodes:
            if isinstance(node, Choice):
                parts.append(self._write(node[int(self.rng.random() * len(node))]))
            else:
                parts.append(self.say(node) if isinstance(node, Slot) else node)
        return "".join(parts)
