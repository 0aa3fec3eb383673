"""No message stalls a run: every pattern of the package is timed on text made to stop it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
import tomllib
from pathlib import Path

import pytest

import insight
from insight.mentions import InsightWarning
from insight.signals.find_signals import find_signals
from insight.signals.rules import read_flags, read_idioms, read_rules
from insight.text.clean import LONGEST, MAX_READ, clean_text, detect_language, split_sentences
from insight.text.patterns import read_cues

pytestmark = pytest.mark.slow

LEAST = 0.1
"""Seconds that one pattern may take on one text, by the clock of the process."""
UNITS = (
    *("a", "a ", "a.", "a-", "a@", "@", "@a ", "1", "1 ", "1-", "1.", "(", "<", "<a ", "=", "\n", "\r\n"),
    *(" ", " \n", "/", "a/", "http://", "www.", "www.a", "u/", "#", "#a", "!", "?!", ".", " ."),
    *("'", '"', "<!--", '"@a:', "RT @", "RT @a ", "&", "&a=", "?v=", "_", "é", "😡", "😡 ", "["),
    *("A", "Aa", "A b ", "{", "-", "- ", "<script>", "</p><p", "<p", "order-", "AB12 ", "+1 ", "+", "\t"),
    *("--", ",", "a,", "i ", "not ", "the ", "so ", "you ", "still ", "it ", "to ", "no ", "is "),
)  # fmt: skip
LONG = 90_000


def compiled():
    """Name every pattern that a module of the package holds, in whatever table."""
    found = {}

    def look(value, name):
        if isinstance(value, re.Pattern):
            found.setdefault((value.pattern, value.flags), (name, value))
        elif isinstance(value, list | tuple | set | frozenset):
            for place, inner in enumerate(value):
                look(inner, f"{name}[{place}]")
        elif type(value) is dict:
            for key, inner in value.items():
                look(inner, f"{name}[{key!r}]")

    for module in pkgutil.walk_packages(insight.__path__, "insight."):
        if not re.search(r"__main__|\.models|\.simulate|\.figure", module.name):
            for name, value in vars(importlib.import_module(module.name)).items():
                if not name.startswith("__"):
                    look(value, f"{module.name}.{name}")
    return dict(found.values())


def parts_of(cues):
    """Name the patterns of each cue or rule."""
    parts = ("match", "not_after", "unless")
    found = {f"{name} ({part})": getattr(cue, part) for name, cue in cues.items() for part in parts}
    return {name: pattern for name, pattern in found.items() if pattern}


def of_rules():
    rules = [*read_rules(), *read_idioms(), *read_flags().values()]
    return parts_of({f"{rule.signal}: {rule.name}: {at}": rule for at, rule in enumerate(rules)})


def of_cues():
    folder = Path(insight.__file__).parent / "text" / "cues"
    read = sorted(file.stem for file in folder.glob("*.toml"))
    return parts_of({f"{name}: {cue}": rule for name in read for cue, rule in read_cues(name).items()})


def slowest(pattern, length):
    """Return the seconds on the worst of the crafted texts, and its unit; it stops at the first too slow."""
    worst = (0.0, "")
    for unit in UNITS:
        text = (unit * (length // len(unit) + 1))[:length] + "\x00"
        given = text.encode() if isinstance(pattern.pattern, bytes) else text
        began = time.process_time()
        for _ in pattern.finditer(given):
            pass
        worst = max(worst, (time.process_time() - began, unit))
        if worst[0] > LEAST:
            break
    return worst


def too_slow(patterns, length):
    timed = {name: slowest(pattern, length) for name, pattern in patterns.items()}
    slow = [name for name, (seconds, _) in timed.items() if seconds > LEAST]
    again = {name: slowest(patterns[name], length) for name in slow}  # the machine may have been busy
    return {name: found for name, found in again.items() if found[0] > LEAST}


def test_the_patterns_of_all_modules_are_fast_on_10_000_characters():
    patterns = compiled()
    assert len(patterns) > 80
    assert too_slow(patterns, 10_000) == {}


def test_rules_and_cues_are_fast_on_the_longest_sentence_that_they_are_given():
    patterns = of_rules()
    assert len(patterns) > 100
    assert too_slow(patterns, LONGEST) == {}


def test_no_word_is_listed_twice_in_what_may_repeat():
    """`(?:{adverb} |still )*` tries two ways for each "still": thirty of them would never end."""
    folder = Path(insight.__file__).parent / "signals"
    table = tomllib.loads((folder / "signals.toml").read_text(encoding="utf-8"))
    patterns = [*strings(table)]
    assert len(patterns) > 300
    for pattern in patterns:
        for choices in re.findall(r"\(\?:([^()]*)\)[*+]", pattern):
            expanded = re.sub(r"\{(\w+)\} ", lambda name: table["words"][name[1]], choices)
            words = [word.strip() for word in expanded.split("|")]
            assert len(words) == len(set(words)), choices


def strings(value):
    """Every string of a nested table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def test_cues_are_fast_on_the_longest_text():
    patterns = of_cues()
    assert len(patterns) > 30
    assert too_slow(patterns, MAX_READ) == {}


@pytest.mark.parametrize("unit", ["@", "a.", "!", "a@b", "😡", "never ", "\n ", "i ", "http", "a" * 50 + " "])
def test_a_message_of_90_000_characters_stops_nothing(unit):
    text = (unit * (LONG // len(unit) + 1))[:LONG]
    began = time.process_time()
    clean_text([text])
    detect_language([text])
    spans = split_sentences(text)
    with pytest.warns(InsightWarning, match="1 of 1 texts are longer than 10,000 characters"):
        find_signals([text], layers=("patterns",))
    assert time.process_time() - began < 3
    assert max((end - start for start, end in spans), default=0) <= LONGEST


def test_a_sentence_that_goes_on_is_parted_at_spaces_and_nothing_of_it_is_lost():
    words = " ".join(f"word{n}" for n in range(400))
    spans = split_sentences(words)
    assert len(spans) > 1
    assert " ".join(words[start:end] for start, end in spans) == words
    assert all(len(words[start:end].split()[-1]) >= 5 for start, end in spans)
