"""One engine for all word patterns: Arrow and Python find the same, however many texts there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import insight
from insight.signals.rules import as_read, read_flags, read_idioms, read_rules
from insight.text.clean import MAX_READ
from insight.text.patterns import Cue, as_column, compile_cue, has_cue, read_cues

FILES = sorted(path.stem for path in (Path(insight.__file__).parent / "text" / "cues").glob("*.toml"))
TEXTS = [
    "Sorry! Is it down?? lol",
    "I’d recommend it, worth every penny",
    "I’d  recommend it, not worth\tit",
    "give them a break 😂",
    "",
    "#ad since 5 a.m.",
    "@acme please add a timer, the old one doesn’t work and nobody answers my e-mails",
    "My mother's kettle is not the worst, but never again",
    "Same here, me too! Any ideas? I can't log in",
]


def cue(*patterns, words=None, **guards):
    return Cue(**compile_cue({"any": list(patterns), **guards}, words or {}))


@pytest.mark.parametrize("name", [*FILES, "rules"])
def test_arrow_and_python_find_the_same(name):
    rules = [*read_rules(), *read_idioms(), *read_flags().values()]
    for one in rules if name == "rules" else read_cues(name).values():
        alone = [one.span(as_read(text)) is not None for text in TEXTS]
        read = [as_read(text) for text in TEXTS]
        assert has_cue(read, one).tolist() == alone
        assert has_cue(read * 100, one).tolist() == alone * 100


def test_what_stands_against_a_cue_silences_it():
    texts = ["worth it", "not worth it", "Worth It", "not worth it, but worth it"]
    assert has_cue(texts, cue(r"\bworth it\b", unless=[r"\bnot worth\b"])).tolist() == [
        True,
        False,
        True,
        False,
    ]
    after = cue(r"\bworth it\b", not_after=["not $"])
    assert has_cue(texts, after).tolist() == [True, False, True, True]
    assert after.span(texts[3]) == (18, 26)
    assert has_cue(texts * 200, after).tolist() == [True, False, True, True] * 200


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("so slow", "so  slow", True),
        ("so slow", "so\tslow", True),
        ("so slow", "soslow", False),
        ("does’nt|doesn’t", "it doesnt", True),
        ("isn’t", "is n't", True),
        ("{thing} broke", "the lid broke", True),
        ("{thing} broke", "the mug broke", False),
        ("a[- ]b", "a+b", False),
        ("a[- ]b", "a-b", True),
    ],
)
def test_a_pattern_reads_as_its_file_says(pattern, text, found):
    one = cue(pattern, words={"thing": "lid|{part}", "part": "base"})
    assert (one.span(text) is not None) is found
    assert has_cue([text] * 3000, one).all() == found


def test_only_so_much_of_a_text_is_read_and_missing_ones_hold_nothing():
    late = cue("late")
    assert late.span(" " * MAX_READ + "late") is None
    assert has_cue([" " * MAX_READ + "late", None, "late"], late).tolist() == [False, False, True]


def test_a_column_serves_many_cues():
    column = as_column(["It’s late", None])
    assert column.to_pylist() == ["It's late", None]
    assert [has_cue(column, cue(word)).tolist() for word in ("late", "it’s")] == [[True, False]] * 2


def test_no_pattern_looks_around():
    parts = [
        getattr(one, part).pattern
        for one in [*read_rules(), *read_idioms(), *(c for name in FILES for c in read_cues(name).values())]
        for part in ("match", "not_after", "unless")
        if getattr(one, part)
    ]
    assert len(parts) > 130
    assert not [pattern for pattern in parts if re.search(r"\(\?[=!<]|\\[1-9]", pattern)]
