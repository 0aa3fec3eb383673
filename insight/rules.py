"""The rules of `signals.toml`: what they are, and which of them a sentence meets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .mentions import InsightError

SIGNALS = (
    "complaint", "wish", "question", "workaround", "comparison",
    "switching", "praise", "thanks", "leaving", "advice",
)  # fmt: skip
FLAGS = ("proxy", "hearsay", "sarcasm", "extreme", "detail")
_GUARDS = ("not_after", "unless")
# one character for one character, so that offsets into the text stay true
PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "\n": " ", "\r": " ", "\t": " ", "\xa0": " "}
)

_SPOKEN_TO = re.compile(r"\A[\s.]*@\w+(?:[\s,:]*@\w+)*")


def as_read(sentence: str) -> str:
    """Return a sentence as rules read it: in plain characters, who is spoken to blanked letter for letter.

    So the first word is the first that somebody says, also after "@acme".
    """
    said = sentence.translate(PLAIN)
    spoken_to = _SPOKEN_TO.match(said) if "@" in said else None
    return " " * spoken_to.end() + said[spoken_to.end() :] if spoken_to else said


@dataclass(frozen=True)
class Rule:
    """One rule of `signals.toml`, compiled; `pattern` is RE2 as well, so Arrow can sieve with it."""

    signal: str
    name: str
    probability: float
    n: int
    pattern: str
    match: re.Pattern[str]
    not_after: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def span(self, sentence: str) -> tuple[int, int] | None:
        """Return where the rule matches, or None if it does not or if something stands against it."""
        if self.unless and self.unless.search(sentence):
            return None
        for found in self.match.finditer(sentence):
            if found.end() == found.start():
                continue
            if not (
                self.not_after and self.not_after.search(sentence, max(0, found.start() - 60), found.start())
            ):
                return found.end() - len(found[0].lstrip()), found.end()
        return None


@cache
def read_rules() -> tuple[Rule, ...]:
    """Return the rules of `signals.toml`, the most probable of each signal first."""
    table = tomllib.loads(Path(__file__).with_name("signals.toml").read_text("utf-8"))
    words = table["words"]
    rules = []
    for signal in SIGNALS:
        for entry in sorted(table[signal], key=lambda entry: (-entry["probability"], entry["name"])):
            try:
                rules.append(_rule(signal, entry, words))
            except (KeyError, re.error) as error:
                name = entry.get("name", "without a name")
                raise InsightError(
                    f"signals.toml: {signal} rule {name!r} cannot be read: {error!r}."
                ) from error
    return tuple(rules)


@cache
def read_flags() -> dict[str, Rule]:
    """Return what tells each flag; the rule's `signal` is what it reads: the sentence or the message."""
    table = tomllib.loads(Path(__file__).with_name("signals.toml").read_text("utf-8"))
    entries = {flag: {"name": flag, "probability": np.nan, "n": 0, **table["flags"][flag]} for flag in FLAGS}
    return {flag: _rule(entry["reads"], entry, table["words"]) for flag, entry in entries.items()}


def _rule(signal: str, entry: dict[str, Any], words: dict[str, str]) -> Rule:
    pattern = _expand("|".join(f"(?:{one})" for one in entry["any"]), words)
    guards = [_compile(_expand(entry[key], words)) if key in entry else None for key in _GUARDS]
    facts = signal, entry["name"], entry["probability"], entry["n"]
    return Rule(*facts, pattern, _compile(pattern), guards[0], guards[1])


def _expand(pattern: str, words: dict[str, str]) -> str:
    while re.search(r"\{[a-z_]+\}", pattern):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda name: f"(?:{words[name[1]]})", pattern)
    pattern = re.sub(" (?![?*+])", " +", pattern).replace(" ?", " *")
    return pattern.replace("n’t", " *n’t").replace("’", " *'?")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def rule_hits(sentences: Sequence[str]) -> dict[str, np.ndarray]:
    """Tell for each rule, by "signal: name", which sentences it matches."""
    read = [as_read(sentence) for sentence in sentences]
    return {f"{rule.signal}: {rule.name}": meets(rule, read) for rule in read_rules()}


def meets(rule: Rule, plain: Sequence[str]) -> np.ndarray:
    """Tell which of these texts, in plain characters, the rule matches."""
    met = np.array(
        pc.match_substring_regex(pa.array(plain, pa.large_string()), rule.pattern, ignore_case=True)
    )
    for at in np.flatnonzero(met).tolist() if rule.not_after or rule.unless else []:
        met[at] = rule.span(plain[at]) is not None
    return met
