"""How a person writes: casing, slips of the finger, shorthand, emoji; the same words in many hands."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy as np

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
_PROTECTED = re.compile(r"^[@#]|://|\d|^[^a-zA-Z]")
_SENTENCE_START = re.compile(r"(^|[.!?]\s+|\n+)([a-zäöüáéíóú])")


@dataclass(frozen=True)
class Voice:
    """One way of writing; every number is the chance a message (typo: a word) is touched."""

    name: str
    share: float
    lower: float = 0.0
    upper: float = 0.0
    typo: float = 0.0
    drop_apostrophe: float = 0.0
    shorthand: float = 0.0
    formal: float = 0.0
    emoji: float = 0.0
    bang: float = 0.0
    trail: float = 0.0
    no_stop: float = 0.0
    no_comma: float = 0.0
    filler: float = 0.0
    tag: float = 0.0


@functools.cache
def _tables() -> dict[str, dict]:
    text = resources.files(__package__).joinpath("words", "voices.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def load_voices() -> tuple[Voice, ...]:
    """Load the hands of the invented world with their shares."""
    return tuple(Voice(name=name, **values) for name, values in _tables()["voice"].items())


def speak(text: str, *, voice: Voice, lang: str, mood: str, rng: np.random.Generator) -> str:
    """Say a plainly written text in a voice; handles, hashtags, links and numbers stay as they are."""
    if lang == "en":
        text = _word_choice(text, voice, rng)
    text = _SENTENCE_START.sub(lambda found: found[1] + found[2].upper(), text)
    text = _punctuation(text, voice, rng)
    words = [_slip(word, voice, rng) for word in text.split(" ")]
    text = " ".join(words)
    if rng.random() < voice.upper and mood in ("angry", "sad"):
        text = _recase(text, str.upper)
    elif rng.random() < voice.lower:
        text = _recase(text, str.lower)
    if rng.random() < voice.emoji:
        text = f"{text}{_emoji(mood, rng)}"
    return text


def _word_choice(text: str, voice: Voice, rng: np.random.Generator) -> str:
    tables = _tables()
    if rng.random() < voice.formal:
        for short, long in tables["formal"].items():
            text = re.sub(rf"\b{short}\b", long, text)
    if voice.shorthand:
        for long, short in tables["shorthand"].items():
            if long in text.lower() and rng.random() < voice.shorthand:
                text = re.sub(rf"\b{long}\b", short, text, flags=re.IGNORECASE)
    if rng.random() < voice.drop_apostrophe:
        text = text.replace("'", "")
    if rng.random() < voice.filler:
        filler = tables["filler"]["words"]
        word = filler[int(rng.random() * len(filler))]
        text = f"{text.rstrip('.')} {word}" if rng.random() < 0.5 else f"{word} {text[:1].lower()}{text[1:]}"
    return text


def _punctuation(text: str, voice: Voice, rng: np.random.Generator) -> str:
    if rng.random() < voice.no_comma:
        text = text.replace(",", "")
    if rng.random() < voice.trail:
        text = text.replace(". ", "... ")
    if rng.random() < voice.bang and text[-1:] in ".!":
        text = text[:-1] + "!" * (1 + int(rng.random() * 4))
    if rng.random() < voice.no_stop:
        text = text.rstrip(".")
    return text


def _slip(word: str, voice: Voice, rng: np.random.Generator) -> str:
    if len(word) < 4 or rng.random() >= voice.typo or _PROTECTED.search(word):
        return word
    at = 1 + int(rng.random() * (len(word) - 2))
    kind = int(rng.random() * 4)
    letter = word[at]
    if kind == 0 and letter.lower() in _NEIGHBOURS:
        near = _NEIGHBOURS[letter.lower()]
        return word[:at] + near[int(rng.random() * len(near))] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + letter + word[at:]
    return word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at > 1 else word


def _recase(text: str, case: object) -> str:
    return " ".join(w if w[:1] in "@#" or "://" in w else case(w) for w in text.split(" "))  # type: ignore[operator]


def _emoji(mood: str, rng: np.random.Generator) -> str:
    palette = _tables()["emoji"][mood]
    one = palette[int(rng.random() * len(palette))]
    repeat = 1 + int(rng.random() ** 3 * 3)
    second = palette[int(rng.random() * len(palette))] if rng.random() < 0.2 else ""
    return ("" if rng.random() < 0.2 else " ") + one * repeat + second


def hashtag(mood: str, rng: np.random.Generator) -> str:
    """One or two hashtags of that mood."""
    palette = _tables()["hashtags"][mood]
    first = palette[int(rng.random() * len(palette))]
    second = palette[int(rng.random() * len(palette))] if rng.random() < 0.35 else first
    return first if second == first else f"{first} {second}"
