"""What a sentence says is denied, missing or asked for, word by word."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from insight.signals.rules import as_read, read_rules
from insight.text.patterns import as_column, has_cue

from .phrases import ARTICLES, WORD, grammar, said_as_one, stem, word_list

BAD, LACK, WISH, OBJECT = "<bad>", "!", "?", "^"
_CHOICE = re.compile(r"\b(?:I|we) (?:(?:do|did|would)(?:n['’]?t| not)|never)\Z", re.IGNORECASE)
"""What people do not do: it lacks nothing, unless it is having ("I did not receive my bag")."""
SIDES = LACK + WISH + OBJECT
_PIECE = re.compile(r"[.;:!?,()\[\]\"“”|…]+|\s[-–—*]+\s|\b(?:and|but|so|because|cause|cuz)\b", re.IGNORECASE)
_AFTER, _CLOSE = 2, 4
"""Words with a meaning of their own that a denial reaches after it, and how far each may be from the one
before, unless a place or time comes between; before it, one."""
_ASKED = 3
"""Words after a wish begins that it is for."""
_PRONOUNS = frozenset("he i it she there they this we you".split())  # noqa: SIM905
_UNABLE = frozenset("can't cannot cant couldn't couldnt unable".split())  # noqa: SIM905
"""Behind these, who adds or opens something does not ask for it."""
_PLACES = frozenset("after at before during for from if in on since till until when while with".split())  # noqa: SIM905


def read_words(texts: Sequence[str], wrong: frozenset[str]) -> list[list[list[str]]]:
    """Return the pieces of each text as stems: "!" before what lacks, "?" asked for, "^" only used.

    Words that judge are one, "<bad>"; those that are `wrong` by themselves have no mark.
    """
    found = []
    texts = [said_as_one(text) for text in texts]
    for text, wish in zip(texts, _wishes(texts), strict=True):
        ends = [0, *(mark.end() for mark in _PIECE.finditer(text)), len(text)]
        pieces = [
            _piece(text[a:b], wish - a if wish >= 0 else -1, wrong) for a, b in itertools.pairwise(ends)
        ]
        found.append([piece for piece in pieces if piece])
    return found


def _piece(text: str, wish: int, wrong: frozenset[str]) -> list[str]:
    """Read one piece, in which something is asked for from letter `wish` on, if that lies in it."""
    own: list[str] = []
    sides: dict[int, str] = {}
    denied, asked = _Reach(_AFTER), _Reach(_ASKED)
    subject, before = False, ""
    for mark in WORD.finditer(text):
        word = mark[0].replace("’", "'").lower()
        denied.near -= 1
        if 0 <= wish <= mark.start() and not asked.state:
            asked.open(of_thing=False)
        if word in word_list("denials") or word.endswith("n't"):
            absent = word in word_list("absence")
            if subject and not absent:
                sides[len(own) - 1] = LACK
            denied.open(of_thing=absent or word in word_list("losses"))
            if _CHOICE.search(text, 0, mark.end()):
                denied.state = "use"
        elif word in word_list("judging"):
            own.append(BAD)
        elif word in _PLACES and denied.left < _AFTER:
            denied.left = 0
        elif _means(word) or (before in _UNABLE and word in word_list("asks")):
            lacks, wanted, subject = denied.take(word), asked.take(word), True
            if lacks is not None or wanted is not None:
                side = LACK if lacks else WISH if wanted else OBJECT
                sides[len(own)] = side
            own.append(stem(word))
        else:
            denied.past(word)
            asked.past(word)
            subject &= word not in _PRONOUNS
        before = word
    return [word if word in wrong or word == BAD else sides.get(at, "") + word for at, word in enumerate(own)]


def _means(word: str) -> bool:
    """Return whether the word has a meaning of its own."""
    known = word in grammar() or word in word_list("asks")
    return not known and len(word) > 1 and not word[0].isdigit()


@dataclass
class _Reach:
    """How far a denial or a wish reaches, and whether a word there is what lacks, or only what it is done to.

    "No bag" and "did not receive my bag" lack the bag; "cannot lift the bag" does not.
    """

    words: int
    left: int = 0
    near: int = 0
    state: str = ""

    def open(self, *, of_thing: bool) -> None:
        self.left, self.near, self.state = self.words, _CLOSE, "thing" if of_thing else "deed"

    def past(self, word: str) -> None:
        """Go past a word that only ties others together."""
        if self.state == "deed" and word in ARTICLES | word_list("having"):
            self.state = "thing"
        elif self.state == "inside":
            self.state = "use"

    def take(self, word: str) -> bool | None:
        """Return whether a word with a meaning of its own is what lacks, None if it is out of reach."""
        if not self.left or self.near < 0:
            return None
        direct = self.state != "use" or word in word_list("having")
        following = {"deed": "use", "thing": "inside"}.get(self.state, self.state)
        self.state = "thing" if word in word_list("having") else following
        self.left, self.near = self.left - 1, _CLOSE
        return direct


def _wishes(texts: Sequence[str]) -> list[int]:
    """Return where each text begins to ask for something, -1 where it does not."""
    read = [as_read(text) for text in texts]
    column = as_column(read)
    begins = [len(text) for text in read]
    for rule in read_rules():
        if rule.signal == "wish":
            for at in np.flatnonzero(has_cue(column, rule)):
                span = rule.span(read[at])
                begins[at] = min(begins[at], span[0]) if span else begins[at]
    return [at if at < len(text) else -1 for at, text in zip(begins, read, strict=True)]
