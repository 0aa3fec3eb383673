"""Short phrases that say a problem, cut from people's own sentences, and what spoils one as a name."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from insight.signals.rules import Rule, as_read, read_rules
from insight.text.patterns import as_column, has_cue

NEED_SIGNALS = ("complaint", "wish", "workaround")

SHORTEST, LONGEST = 2, 7
"""Words of a name."""

_UNSAID = {"problem", "angry emoji", "angry hashtag", "bitter", "at a loss", "suggest", "not good enough"}
"""Rules of `signals.toml` that match a complaint without its cause."""

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PIECE = re.compile(
    r"[.;:!?,()\[\]\"“”|…]+|\s[-–—*]+\s"
    r"|\s(?=(?:and|but|because|cause|so|since|when|while|after|before|although|unless|until|till|than|which|who|if|as)\s)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:over|about|almost|another|nearly|for|past|last)?\s*\b\d[\d.,/:]*(?:st|nd|rd|th|am|pm|mins?|hrs?|x)?\b"
    r"\s*(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|times?|plus)?",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?<![\d.,/])\d[\d.,/]{0,9}\s{0,2}(?:[kmgt]i?b(?:ps|it)?|[ckm]?m|kg|g|lbs?|miles?|inch(?:es)?|feet|percent|%|[€$£]|euros?|dollars?"
    r"|bucks|pounds?|pence|cents?|quid|p)(?!\w)",
    re.IGNORECASE,
)
"""How much, in a unit of its own: without it "a dent 3 cm deep" does not read on."""
_MEASURED = " " + "x" * 20 + " "
"""What stands for it in a piece: longer than a word, so that no phrase reaches across."""
_TAKES = re.compile(r"\b(takes?|taking|took) " + _NUMBER.pattern, re.IGNORECASE)
_PLAIN_SPEECH = (
    (_TAKES, r"\1 long "),
    (re.compile(r"\bwish (?:it|there|this|they|you|the app) (?:had|was|were) (?:an? |some )?", re.I), "no "),
    (
        re.compile(
            r"\b(?:can ?not|can'?t|couldn'?t|could not|(?:am |is |are |was |were )?unable to)\b", re.I
        ),
        "cannot",
    ),
    (re.compile(r"\bwon'?t\b", re.I), "will not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|has|have|had|would|should)n'?t\b", re.I), r"\1 not"),
)
_WRITTEN_AS_ONE = 16
"""Letters from which a word is several ("#worstserviceever")."""
_SMALL = frozenset(["in", "off", "on", "out", "up"])
ARTICLES = frozenset("a an another any her his my no our some the their these those this your".split())  # noqa: SIM905
"""Words that a noun comes right behind."""
HELPERS = frozenset(["do", "does", "did", "will", "would", "should", "could", "has", "have", "had"])
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y")


@functools.cache
def word_list(name: str) -> frozenset[str]:
    """Return a list of `needs.toml`."""
    listed = tomllib.loads(Path(__file__).with_name("needs.toml").read_text("utf-8"))[name]
    return frozenset(listed.split() if isinstance(listed, str) else listed)


@functools.cache
def function_words() -> frozenset[str]:
    """Return the words that only tie others together."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) - word_list("meant")


@functools.cache
def grammar() -> frozenset[str]:
    """Return the words that say nothing of a problem: function words and those of `vague`."""
    return function_words() | word_list("vague") | word_list("judging")


def said_as_one(text: str) -> str:
    """Put one word in place of several that say the same fault."""
    for pattern, word in _as_one():
        text = pattern.sub(word, text)
    return text


@functools.cache
def _as_one() -> list[tuple[re.Pattern[str], str]]:
    parted = (line.partition(": ") for line in sorted(word_list("as_one")))
    return [(re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), word) for word, _, pattern in parted]


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return [word.replace("’", "'").lower() for word in WORD.findall(text)]


def names_cause(words: Iterable[str]) -> bool:
    """Return whether any of the words says what is wrong, rather than that something is."""
    known = grammar()
    return any(
        len(word) > 1 and not word[0].isdigit() and word not in known and word.replace("'", "") not in known
        for word in words
    )


@functools.lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Reduce a word so that "delayed", "delays" and "delay" count as one, and words that say one fault do."""
    root = _root(word)
    return _alike().get(root, root)


@functools.cache
def _alike() -> dict[str, str]:
    lines = (line.split() for line in word_list("alike"))
    return {_root(word): _root(first) for first, *others in lines for word in others}


def _root(word: str) -> str:
    word = word.removesuffix("'s")
    while True:
        suffix = next((end for end in _SUFFIXES if word.endswith(end) and len(word) - len(end) >= 3), "")
        if not suffix:
            break
        word = word[: -len(suffix)]
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def says_problem(texts: Sequence[str]) -> np.ndarray:
    """Return which texts a rule matches as a complaint with a cause, a wish or a work-around."""
    read = as_column([as_read(text) for text in texts])
    found = np.zeros(len(read), dtype=bool)
    for rule in _causes():
        found |= has_cue(read, rule)
    return found


@functools.cache
def _causes() -> tuple[Rule, ...]:
    return tuple(rule for rule in read_rules() if rule.signal in NEED_SIGNALS and rule.name not in _UNSAID)


def cut_phrases(sentence: str) -> list[str]:
    """Cut a clean sentence into phrases of up to 7 words, in lower case, that may say a problem."""
    phrases = []
    for piece in cut_pieces(sentence):
        words = trim(piece)
        stems = {stem(word) for word in words}
        if 0 < len(words) <= LONGEST and len(stems) == len(words) and not is_spoilt(words):
            phrases.append(" ".join(words))
    return phrases


def cut_pieces(sentence: str) -> list[list[str]]:
    """Cut a clean sentence at its marks and conjunctions; return the words of each piece, without numbers."""
    for pattern, plain in _PLAIN_SPEECH:
        sentence = pattern.sub(plain, sentence)
    pieces = [words_of(piece) for piece in _PIECE.split(_NUMBER.sub(" ", _MEASURE.sub(_MEASURED, sentence)))]
    return [piece for piece in pieces if piece]


def trim(words: list[str]) -> list[str]:
    """Take off who, when and how much; what stands inside goes where it only stresses."""
    head, tail, within = word_list("head"), word_list("tail"), word_list("within")
    start, stop = 0, len(words)
    while start < stop and words[start] in head and not is_denied(words[start : start + 2]):
        start += 1
    while stop > start and words[stop - 1] in tail and not is_phrasal(words[start:stop]):
        stop -= 1
    return [word for word in words[start:stop] if word not in within]


def is_phrasal(words: list[str]) -> bool:
    """Return whether the words end like "log in" or "hung up"."""
    return words[-1] in _SMALL and words[-2:-1] != [] and words[-2] in word_list("phrasal")


def is_denied(words: list[str]) -> bool:
    """Return whether these are "does not", "will not": without its helper "not" reads like a slip."""
    return words[1:] in (["not"], ["never"]) and words[0] in HELPERS


def is_spoilt(words: list[str]) -> bool:
    """Return whether a word tells a story, asks, praises, points out of sight or is none."""
    spoilt = word_list("spoilt")
    return any(
        word in spoilt
        or sum(letter.isdigit() for letter in word) > 2
        or (len(word) == 1 and word != "a")
        or len(word) > _WRITTEN_AS_ONE
        for word in words
    )


def as_name(phrase: str) -> str:
    """Write a phrase in sentence case."""
    shown = re.sub(r"\b(?:ios|iphone|ipad|tv|dm|gps|usb|pdf|wi-fi|wifi|gpu|cpu|ui|id)\b", _spelt, phrase)
    return shown[:1].upper() + shown[1:]


def _spelt(found: re.Match[str]) -> str:
    known = {"ios": "iOS", "iphone": "iPhone", "ipad": "iPad", "wi-fi": "Wi-Fi", "wifi": "Wi-Fi"}
    return known.get(found[0], found[0].upper())
