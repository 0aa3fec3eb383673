"""A grammar of text: choices within choices, read from TOML and expanded by a seeded generator."""

from __future__ import annotations

import functools
import re
import tomllib
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


def pick(rng: np.random.Generator, items: tuple | list) -> object:
    """One item, each as likely; built on `random()` alone so that the stream stays stable."""
    return items[int(rng.random() * len(items))]


def expand(rules: Rules, name: str, *, rng: np.random.Generator, facts: dict[str, str], topic: str = "") -> str:
    """Write out one rule; a slot is looked up in the facts, then in the topic, then among the shared rules."""
    if name in facts:
        return facts[name]
    lines = rules.get(f"{topic}.{name}") or rules[name]
    return _write(rules, lines[int(rng.random() * len(lines))], rng, facts, topic)


def _write(rules: Rules, nodes: Sequence, rng: np.random.Generator, facts: dict[str, str], topic: str) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, Choice):
            parts.append(_write(rules, node[int(rng.random() * len(node))], rng, facts, topic))
        elif isinstance(node, Slot):
            parts.append(expand(rules, node, rng=rng, facts=facts, topic=topic))
        else:
            parts.append(node)
    return "".join(parts)
