"""The rules of `signals.toml`: what they are, and which of them a sentence meets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from insight.mentions import InsightError
from insight.text.patterns import PLAIN, Cue, as_column, compile_cue, has_cue, holds

SIGNALS = (
    "complaint", "wish", "question", "workaround", "comparison",
    "switching", "praise", "thanks", "leaving", "advice",
)  # fmt: skip
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


@dataclass(frozen=True, kw_only=True)
class Rule(Cue):
    """One rule of `signals.toml`; the rules of the signals that it `silences` do not see its words."""

    signal: str
    name: str
    probability: float
    n: int
    silences: tuple[str, ...] = ()


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
        return Rule(
            **compile_cue(entry, words),
            signal=signal,
            name=name,
            probability=entry.get("probability", np.nan),
            n=entry.get("n", 0),
            silences=tuple(entry.get("silences", ())),
        )
    except (KeyError, re.error) as error:
        raise InsightError(
            f"signals.toml: {signal} rule {name or 'without a name'!r} cannot be read: {error!r}."
        ) from error


def rule_hits(sentences: Sequence[str]) -> dict[str, np.ndarray]:
    """Return for each rule, by "signal: name", which sentences it matches."""
    seen = _seen([as_read(sentence) for sentence in sentences])
    columns = _columns(seen)
    return {f"{rule.signal}: {rule.name}": has_cue(columns[rule.signal], rule) for rule in read_rules()}


def _seen(read: list[str]) -> dict[str, list[str]]:
    """Return what the rules of each signal see: the sentences, less the idioms that silence it."""
    seen = dict.fromkeys(SIGNALS, read)
    column = as_column(read)
    for idiom in read_idioms():
        for at in np.flatnonzero(has_cue(column, idiom)).tolist():
            for start, end in idiom.spans(read[at]):
                for signal in idiom.silences:
                    if seen[signal] is read:
                        seen[signal] = read.copy()
                    said = seen[signal][at]
                    seen[signal][at] = said[:start] + _BLANK * (end - start) + said[end:]
    return seen


def _columns(seen: dict[str, list[str]]) -> dict[str, pa.LargeStringArray]:
    """Return what the rules of each signal see, as Arrow reads it; the same list once."""
    made = {id(said): as_column(said) for said in seen.values()}
    return {signal: made[id(said)] for signal, said in seen.items()}


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
    columns, rules = _columns(seen), read_rules()
    with ThreadPoolExecutor() as pool:
        sieved = list(pool.map(lambda rule: holds(columns[rule.signal], rule.match), rules))
    found: Found = {}
    refused = {
        (at, signal)
        for signal, said in seen.items()
        if said is not read
        for at, (one, other) in enumerate(zip(said, read, strict=True))
        if one is not other
    }
    for rule, hits in zip(rules, sieved, strict=True):
        for at in np.flatnonzero(hits).tolist():
            if (at, rule.signal) in found:
                continue
            if span := rule.span(seen[rule.signal][at]):
                found[at, rule.signal] = rule, *span
            else:
                refused.add((at, rule.signal))
    return found, refused
