"""What a message says: its text, its title, the open questions of a survey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from insight.archives.instructions import way_out
from insight.mentions import InsightError

from .chooser import Chooser, Found
from .columns import Profile
from .headers import roles

_QUESTION = re.compile(r"\?|^q\d+\b|^(?:what|why|how|which|was|wie|warum|que|qu|pourquoi|como|por)_", re.I)
_JSON = re.compile(r"\A\s*[{\[].*[}\]]\s*", re.S)


def find_words(c: Chooser) -> None:
    """Find the words: the text, the title, or the open questions of a survey."""
    if c.of("questions"):
        _ask(c, c.of("questions"), "open questions, as you say: each answer is a message")
        return
    free = [look for look in c.free() if _may_be_words(c, look)]
    fits = [(_text_fit(c, look), look) for look in free]
    own = c.by_caller("text")
    best = own or c.best("text", fits) or _silent_text(c)
    titles = [
        (look.fit("title"), look)
        for look in free
        if look is not best and look.words <= 40 and len(look.steps) <= 2
    ]
    title = c.best("title", titles)
    if own is not None:
        if title is not None:
            c.give("title", title, "by its header")
        return
    asked = _asked(c, free, title)
    if best.last in roles()["title"].names and title is None and _text_names(c, best) is None and asked:
        best = asked[0]
    alone = asked and asked[0] is best and ("?" in best.name or len(best.last.split("_")) >= 5)
    if len(asked) > 1 or (alone and _text_names(c, best) is None):
        _ask(c, [look.name for look in asked], "open questions: each answer is a message")
        return
    others = _instead(c, best, free)
    fit = best.fit("text")
    reason = "by header and values" if fit > 0 else "the longest texts"
    c.give("text", best, reason, sure=fit > 0, more=others)
    if title is not None and title.name not in others:
        c.give("title", title, "by its header")
    rival = [
        look.name for score, look in fits
        if look.is_wordy and look is not best and look is not title and look.name not in others
        and look.fit("text") > 0 and len(look.steps) == 1 and look.given > 0.3
    ]  # fmt: skip
    if rival and fit <= 0.6:
        rivals = " or ".join(map(repr, rival[:3]))
        c.warnings.append(f"is {best.name!r} the text, and not {rivals}? {way_out('text', rival[0])}")


def _ask(c: Chooser, names: Sequence[str], reason: str) -> None:
    """Read the columns as open questions."""
    c.questions = tuple(names)
    c.found.pop("questions", None)
    c.found["text"] = Found("text", c.questions, reason)


def _silent_text(c: Chooser) -> Profile:
    """Take a text by its header where there is too little to go by its values."""
    best = c.named("text")
    if best is None or (best.numbers >= 0.9 and len(best.values) >= 10) or best.name in c.of("id"):
        _refuse(c)
    return best


def _text_names(c: Chooser, look: Profile) -> int | None:
    return roles()["text"].names.get(look.last)


def _may_be_words(c: Chooser, look: Profile) -> bool:
    if not look.has_words or max(look.dates, look.ages) >= 0.5 or look.mails >= 0.8:
        return False
    boxed = sum(bool(_JSON.fullmatch(value)) for value in look.values[:50]) > 0.5 * min(len(look.values), 50)
    repeated = len(look.values) >= 20 and look.n_distinct <= max(2, 0.02 * len(look.values))
    return not boxed and not (repeated and look.fit("text") < 0.6)


def _text_fit(c: Chooser, look: Profile) -> float:
    fit = look.fit("text")
    plain_word = look.last in roles()["title"].names and look.last not in roles()["text"].names
    if fit <= 0 and not (look.is_wordy and look.is_varied):
        return 0.0
    if fit > 0 and look.words < 2 and look.distinct < 0.5 and len(look.values) > 20:
        return 0.0
    if _is_code(c, look, fit):
        return 0.0
    values = min(look.words, 40) / 40 + 0.3 * look.distinct + 0.3 * look.given
    return 0.1 + 1.2 * fit + values - 0.4 * plain_word - 0.1 * len(look.steps)


def _is_code(c: Chooser, look: Profile, fit: float) -> bool:
    """Whether the words are an accident of commas and names, as in source code.

    A column that nothing calls words is empty in all but a few lines; or it stands alone, and its header
    only has a word of the role in it.
    """
    if fit <= 0:
        return look.n >= 50 and look.given < 0.005
    return fit < 0.65 and len(c.looks) == 1 and not look.is_wordy


def _asked(c: Chooser, free: Sequence[Profile], title: Profile | None) -> list[Profile]:
    """Find the columns that hold open answers to the question in their header."""

    def is_open(look: Profile) -> bool:
        long = len(look.last.split("_")) >= 5
        asked = "?" in look.name or bool(_QUESTION.search(look.last)) or bool(_is_half(look))
        if not (asked or long) or look is title or (len(look.steps) > 1 and not asked):
            return False
        return look.words >= 3 and look.is_varied if len(look.values) > 3 else look.words >= 2

    return [look for look in free if is_open(look)]


def _instead(c: Chooser, best: Profile, free: Sequence[Profile]) -> list[str]:
    """Find columns that hold the text where the first has none: optional keys of the same thing."""
    empty = np.array([not value.strip() for value in c.columns[best.name]])
    if not empty.any():
        return []
    return [
        look.name for look in free
        if look is not best and look.fit("text") > 0.3 and look.words >= 1
        and np.array([bool(value.strip()) for value in c.columns[look.name]])[~empty].mean() < 0.02
    ][:3]  # fmt: skip


def _refuse(c: Chooser) -> NoReturn:
    names = [look.name for look in c.looks.values()]
    numeric = [look for look in c.looks.values() if look.numbers >= 0.9 and look.dates < 0.8]
    dated = [look for look in c.looks.values() if look.dates >= 0.8]
    if dated and numeric and len(dated) + len(numeric) >= 0.6 * len(c.looks):
        raise InsightError(f"this table holds counts by date, not messages. Found the columns {names[:12]}.")
    shown = [name[:40] for name in names[:12]]
    raise InsightError(f"no column of messages was found: none holds words. Found the columns {shown}.")


def _is_half(look: Profile) -> bool:
    """Whether a column holds one side of a verdict: pros, cons and their like."""
    return any(f"_{half}_" in f"_{look.last}_" for half in roles()["text"].rest["halves"])
