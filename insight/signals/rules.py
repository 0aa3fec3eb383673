"""The rules of `signals.toml`: what they are, and which of them a sentence meets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from insight.mentions import InsightError

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

_BLANK = "~"
"""Neither a word nor a blank, so that no pattern reaches over it."""
_SPOKEN_TO = re.compile(r"\A[\s.]*@\w+(?:[\s,:]*@\w+)*")


def as_read(sentence: str) -> str:
    """Return a sentence as rules read it: in plain characters, who is spoken to blanked letter for letter.

    So the first word is the first of the sentence, also after "@acme".
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
    silences: tuple[str, ...] = ()
    """Signals whose rules do not see the words that this one matches."""

    def spans(self, sentence: str) -> Iterator[tuple[int, int]]:
        """Go through the places where the rule matches, none if something in the sentence is against it."""
        if self.unless and self.unless.search(sentence):
            return
        for found in self.match.finditer(sentence):
            start, end = found.span()
            if start < end and not (
                self.not_after and self.not_after.search(sentence, max(0, start - 60), start)
            ):
                yield end - len(found[0].lstrip()), end

    def span(self, sentence: str) -> tuple[int, int] | None:
        """Return the first place where the rule matches, or None."""
        return next(self.spans(sentence), None)


@cache
def read_rules() -> tuple[Rule, ...]:
    """Return the rules of `signals.toml`, the most probable of each signal first."""
    table = _table()
    entries = [(signal, entry) for signal in SIGNALS for entry in table[signal]]
    entries += [(entry["signal"], entry) for entry in table.get("idiom", ()) if "signal" in entry]
    rules = [_rule(signal, entry, table["words"]) for signal, entry in entries]
    return tuple(sorted(rules, key=lambda rule: (SIGNALS.index(rule.signal), -rule.probability, rule.name)))


@cache
def read_idioms() -> tuple[Rule, ...]:
    """Return the ways of speaking that say something else than their words, which other rules do not see."""
    table = _table()
    return tuple(_rule(entry.get("signal", ""), entry, table["words"]) for entry in table["idiom"])


@cache
def read_flags() -> dict[str, Rule]:
    """Return what shows each flag; the rule's `signal` is what it reads: the sentence or the message."""
    table = _table()
    return {flag: _rule(entry["reads"], entry, table["words"]) for flag, entry in table["flags"].items()}


def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("signals.toml").read_text("utf-8"))


def _rule(signal: str, entry: dict[str, Any], words: dict[str, str]) -> Rule:
    name = entry.get("name", "")
    try:
        pattern = _expand("|".join(f"(?:{one})" for one in entry["any"]), words)
        not_after, unless = (
            _compile(_expand(entry[key], words)) if key in entry else None for key in _GUARDS
        )
        facts = signal, name, entry.get("probability", np.nan), entry.get("n", 0)
        silences = tuple(entry.get("silences", ()))
        return Rule(*facts, pattern, _compile(pattern), not_after, unless, silences)
    except (KeyError, re.error) as error:
        raise InsightError(
            f"signals.toml: {signal} rule {name or 'without a name'!r} cannot be read: {error!r}."
        ) from error


def _expand(pattern: str, words: dict[str, str]) -> str:
    while re.search(r"\{[a-z_]+\}", pattern):
        pattern = re.sub(r"\{([a-z_]+)\}", lambda name: f"(?:{words[name[1]]})", pattern)
    pattern = re.sub(" (?![?*+])", " +", pattern).replace(" ?", " *")
    return pattern.replace("n’t", " *n’t").replace("’", " *'?")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def rule_hits(sentences: Sequence[str]) -> dict[str, np.ndarray]:
    """Return for each rule, by "signal: name", which sentences it matches."""
    seen = _seen([as_read(sentence) for sentence in sentences])
    return {f"{rule.signal}: {rule.name}": meets(rule, seen[rule.signal]) for rule in read_rules()}


def _seen(read: list[str]) -> dict[str, list[str]]:
    """Return what the rules of each signal see: the sentences, less the idioms that silence it."""
    seen = dict.fromkeys(SIGNALS, read)
    column = pa.array(read, pa.large_string())
    for idiom in read_idioms():
        for at in _sieve(column, idiom):
            for start, end in idiom.spans(read[at]):
                for signal in idiom.silences:
                    if seen[signal] is read:
                        seen[signal] = read.copy()
                    said = seen[signal][at]
                    seen[signal][at] = said[:start] + _BLANK * (end - start) + said[end:]
    return seen


Found = dict[tuple[int, str], tuple[Rule, int, int]]
"""By number of a sentence and signal: the rule, start and end."""


def search(sentences: Sequence[str]) -> tuple[Found, set[tuple[int, str]]]:
    """Find the most probable rule of each signal in each sentence, and where it matches.

    Returns
    -------
    tuple of dict, set
        What was found, and the sentences and signals in which something was against a rule: "not" before
        "broken", an idiom.
    """
    read = [as_read(sentence) for sentence in sentences]
    seen = _seen(read)
    columns = {id(said): pa.array(said, pa.large_string()) for said in seen.values()}
    rules = read_rules()
    with ThreadPoolExecutor() as pool:
        sieved = list(pool.map(lambda rule: _sieve(columns[id(seen[rule.signal])], rule), rules))
    found: Found = {}
    refused = {
        (at, signal)
        for signal, said in seen.items()
        if said is not read
        for at, (one, other) in enumerate(zip(said, read, strict=True))
        if one is not other
    }
    for rule, hits in zip(rules, sieved, strict=True):
        for at in hits:
            if (at, rule.signal) in found:
                continue
            if span := rule.span(seen[rule.signal][at]):
                found[at, rule.signal] = rule, *span
            else:
                refused.add((at, rule.signal))
    return found, refused


def _sieve(column: pa.Array, rule: Rule) -> list[int]:
    """Let Arrow's linear-time engine look through all sentences; Python then reads only what stays."""
    hits: list[int] = pc.indices_nonzero(
        pc.match_substring_regex(column, rule.pattern, ignore_case=True)
    ).to_pylist()
    return hits


def meets(rule: Rule, plain: Sequence[str]) -> np.ndarray:
    """Return which of these texts, in plain characters, the rule matches."""
    met = np.zeros(len(plain), dtype=bool)
    guarded = rule.not_after or rule.unless
    for at in _sieve(pa.array(plain, pa.large_string()), rule):
        met[at] = not guarded or rule.span(plain[at]) is not None
    return met
